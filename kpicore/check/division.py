"""Divisions by what can be 0, where nothing says what that means."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.ground import Ground
from kpicore.formula.node import (
    ONE,
    RANKS,
    ZERO,
    Absence,
    Absent,
    Across,
    Choose,
    Compare,
    Every,
    Fact,
    Instead,
    Is,
    Node,
    Not,
    Num,
    Param,
    Portion,
    Quotient,
    Ref,
    Some,
    Sum,
    children,
    walk,
)
from kpicore.model import BandedAmount, IndicatorSpec

_NOUGHT = Fraction(0)
Safe = frozenset[Node]
"""What is known not to be 0, or to be there."""
_AGAINST = {"<": ">=", "<=": ">", "==": "!=", "!=": "==", ">=": "<", ">": "<="}


def division_findings(ground: Ground) -> Iterator[Finding]:
    """Divisors that can be 0: of measures without a policy, and of gates and pay, which have none."""
    said = ground.content.get("indicator")
    rows = {row.get("id"): row for row in said} if isinstance(said, list) else {}
    (extents, *_) = ground.months
    for line in ground.model.indicators:
        if "when_undefined" not in rows.get(line.id, {}) and line.when_undefined == "incomplete":
            yield from _one(extents, _measured(line), f"indicator.{line.id}.measure", "zero_division")
    # Where the indicator itself is incomplete then, that is told of it.
    settled = {line.id for line in ground.model.indicators if line.when_undefined == "incomplete"}
    said_there: Safe = frozenset(Ref(f"{id_}.measure") for id_ in settled)
    for gate in ground.model.gates:
        yield from _one(extents, [gate.require.node], f"gate.{gate.id}.require", "zero_division_beside", said_there)
    for element in ground.model.pay:
        amount = element.amount.by if isinstance(element.amount, BandedAmount) else element.amount
        yield from _one(extents, [amount.node], f"pay.{element.id}.amount", "zero_division_beside", said_there)


def _measured(line: IndicatorSpec) -> list[Node]:
    measures = [line.judged] if line.rated else [line.measure]
    return [measure.node for measure in measures if measure is not None]


def _one(extents: Extents, nodes: list[Node], key: str, code: str, safe: Safe = frozenset()) -> Iterator[Finding]:
    """The first division by what can be 0."""
    for node in nodes:
        for found in _divisions(extents, node, safe):
            named = dict.fromkeys(part.id for part in walk(found.bottom) if isinstance(part, Fact | Param))
            yield Finding(code, key, {"divisor": ", ".join(named)})
            return


def _divisions(extents: Extents, node: Node, safe: Safe) -> Iterator[Quotient]:
    """The divisions of a formula by what can be 0, but those that a condition keeps from it, or that are settled."""
    if node in safe or isinstance(node, Portion) or (isinstance(node, Across) and node.way not in RANKS):
        return  # whoever has no value takes no part in a look across people
    if isinstance(node, Ref):
        name = node.cell
        if name.endswith(".measure"):
            yield from _divisions(extents, extents.sheet.cells[name].node, safe)
    elif isinstance(node, Choose):
        yield from _divisions(extents, node.condition, safe)
        yield from _divisions(extents, node.then, safe | _known(extents, node.condition, True))
        yield from _divisions(extents, node.otherwise, safe | _known(extents, node.condition, False))
    elif isinstance(node, Every | Some):
        holds = isinstance(node, Every)  # where another part decides, this one is not asked
        for part in node.args:
            others = (_known(extents, other, holds) for other in node.args if other is not part)
            yield from _divisions(extents, part, safe.union(*others))
    elif isinstance(node, Instead) and node.absence & Absence.UNDEFINED:
        yield from _divisions(extents, node.other, safe)
    elif not isinstance(node, Is):
        if isinstance(node, Quotient) and node.bottom not in safe and extents.of(node.bottom).numbers.holds(_NOUGHT):
            yield node
        for part in children(node):
            yield from _divisions(extents, part, safe)


def _known(extents: Extents, node: Node, holds: bool) -> Safe:
    """What can not be 0 where a condition holds, or does not."""
    if isinstance(node, Not):
        return _known(extents, node.arg, not holds)
    if isinstance(node, Every | Some) and isinstance(node, Every) is holds:
        return frozenset[Node]().union(*(_known(extents, part, holds) for part in node.args))
    if isinstance(node, Choose) and isinstance(node.then, Absent):
        return _known(extents, node.otherwise, holds)
    if isinstance(node, Some) and holds:  # one of them does: so many hold is not 0
        return frozenset({Sum(tuple(Choose(part, ONE, ZERO) for part in node.args))})
    if isinstance(node, Is) and node.absence & Absence.UNDEFINED:
        return frozenset() if holds else frozenset({node.arg})
    if not isinstance(node, Compare) or not isinstance(node.right, Num):
        return frozenset()
    sign, end = node.sign if holds else _AGAINST[node.sign], node.right.value
    low = extents.of(node.left).numbers.low
    never = {
        ">": end >= 0, ">=": end > 0, "<": end <= 0, "<=": end < 0, "==": end != 0,
        "!=": end == 0 or (low is not None and low > 0),
    }  # fmt: skip
    return frozenset({node.left}) if never[sign] else frozenset()
