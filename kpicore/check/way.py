"""Which way a formula goes when one cell rises and all else stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

from attrs import define, field

from kpicore.cells import formula_of
from kpicore.check.curves import Judged
from kpicore.check.extents import Extents
from kpicore.curve import OnCurve
from kpicore.formula.node import (
    Choose,
    Compare,
    Every,
    Extreme,
    Instead,
    Label,
    Lookup,
    Negative,
    Node,
    Not,
    Product,
    Quotient,
    Ref,
    Round,
    Some,
    Sum,
    children,
)

Way = int | None
"""1: it rises or stays, -1: it falls or stays, 0: it stays, None: not known. Of conditions, true is more than false."""
_FINE = 6


@define
class Ways:
    """The ways of the formulas of a sheet when `cell` rises."""

    extents: Extents
    cell: str
    _cells: dict[str, Way] = field(factory=dict)

    def of(self, node: Node) -> Way:
        """The way of a formula."""
        if isinstance(node, Ref):
            if node.cell == self.cell:
                return 1
            if node.cell not in self._cells:
                self._cells[node.cell] = None  # while it is being found
                self._cells[node.cell] = self.of(self.extents.sheet.cells[node.cell].node)
            return self._cells[node.cell]
        found = [self.of(child) for child in children(node)]
        if not any(way != 0 for way in found):
            return 0
        made = _WAYS.get(type(node))
        return None if made is None else made(self, node)

    def all(self, nodes: Iterable[Node]) -> list[Way]:
        return [self.of(node) for node in nodes]


def _joint(ways: Iterable[Way]) -> Way:
    found = set(ways) - {0}
    return 0 if not found else found.pop() if len(found) == 1 else None


def _turned(way: Way) -> Way:
    return None if way is None else -way


def _product(ways: Ways, node: Product) -> Way:
    found: list[Way] = []
    for place, arg in enumerate(node.args):
        others = [_sign(ways, other) for at, other in enumerate(node.args) if at != place]
        way = ways.of(arg)
        for sign in others if way else ():
            way = None if sign is None or way is None else way * sign
        found.append(way)
    return _joint(found)


def _sign(ways: Ways, node: Node) -> Way:
    """1 for what is never below 0, -1 for what is never above."""
    numbers = ways.extents.of(node).numbers
    if numbers.low is not None and numbers.low >= 0:
        return 1
    return -1 if numbers.high is not None and numbers.high <= 0 else None


def _quotient(ways: Ways, node: Quotient) -> Way:
    if ways.of(node.bottom) != 0:
        return None
    way, sign = ways.of(node.top), _sign(ways, node.bottom)
    return None if way is None or sign is None else way * sign


def _compare(ways: Ways, node: Compare) -> Way:
    gap = _joint((ways.of(node.left), _turned(ways.of(node.right))))
    if node.sign in (">", ">="):
        return gap
    return _turned(gap) if node.sign in ("<", "<=") else None


def _choose(ways: Ways, node: Choose) -> Way:
    condition = ways.of(node.condition)
    found = [ways.of(node.then), ways.of(node.otherwise)]
    if condition == 0:
        return _joint(found)
    then, otherwise = (ways.extents.of(branch).numbers for branch in (node.then, node.otherwise))
    above = then.low is not None and otherwise.high is not None and then.low >= otherwise.high
    below = then.high is not None and otherwise.low is not None and then.high <= otherwise.low
    if above == below:
        return _joint(found) if above else None  # both are the same number, or neither is known
    return _joint((*found, condition if above else _turned(condition)))


def _lookup(ways: Ways, node: Lookup) -> Way:
    label = formula_of(ways.extents.sheet.cells, node.arg)
    if not isinstance(label, Label) or _joint(ways.all(row for _, row in node.rows)) != 0:
        return None
    worth = {name: ways.extents.of(row).numbers.one for name, row in node.rows}
    known = [value for name in label.labels if (value := worth.get(name)) is not None]
    if len(known) < len(label.labels):
        return None
    return _along(known, ways.of(label.arg))


def _along(values: list[Any], way: Way) -> Way:
    rises, falls = (all(test(b, a) for a, b in pairwise(values)) for test in (_least, _most))
    return 0 if rises and falls else way if rises else _turned(way) if falls else None


def _least(one: Any, other: Any) -> bool:
    return bool(one >= other)


def _most(one: Any, other: Any) -> bool:
    return bool(one <= other)


def _on_curve(ways: Ways, node: OnCurve) -> Way:
    curve = ways.extents.bound(node.curve)
    if not curve.bound:
        return None
    judged = Judged.over(curve, ways.extents.of(node.arg).numbers, _FINE)
    falls, rises = judged.falls(True), judged.falls(False)
    if falls is None and rises is None:
        return 0
    way = ways.of(node.arg)
    return way if falls is None else _turned(way) if rises is None else None


_WAYS: Mapping[type, Callable[[Ways, Any], Way]] = {
    Sum: lambda ways, node: _joint(ways.all(node.args)),
    Extreme: lambda ways, node: _joint(ways.all(node.args)),
    Every: lambda ways, node: _joint(ways.all(node.args)),
    Some: lambda ways, node: _joint(ways.all(node.args)),
    Negative: lambda ways, node: _turned(ways.of(node.arg)),
    Not: lambda ways, node: _turned(ways.of(node.arg)),
    Round: lambda ways, node: ways.of(node.arg),
    Label: lambda ways, node: ways.of(node.arg),
    Instead: lambda ways, node: ways.of(node.arg) if ways.of(node.other) == 0 else None,
    Product: _product,
    Quotient: _quotient,
    Compare: _compare,
    Choose: _choose,
    Lookup: _lookup,
    OnCurve: _on_curve,
}
