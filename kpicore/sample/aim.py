"""What made-up figures aim at: the breaks of a sheet's curves and comparisons, and the facts that they rest on."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from kpicore.cases.breaks import targets
from kpicore.cases.probe import whole
from kpicore.cells import behind, formula_of
from kpicore.curve import Curve, OnCurve
from kpicore.engines.exact import ExactReader
from kpicore.errors import NeedsOthersError
from kpicore.formula.node import (
    Across,
    Along,
    Compare,
    DaysBetween,
    Fact,
    Instead,
    Is,
    Lookup,
    Moment,
    Negative,
    Node,
    Portion,
    Quotient,
    Ref,
    Round,
    Sum,
    Text,
    Within,
    children,
    walk,
)
from kpicore.model import Sheet
from kpicore.row import Row

MOST_FACTS = 12
"""A formula over more facts than so many is not aimed at, nor one over several indicators (a total, for one): their
facts have aims of their own."""

_MOST_LINES = 2
_FINE = 4


@frozen
class Aim:
    """A formula that gives a number, the facts in it, and where its breaks are.

    They are those of `curve`, which judges values of so many `places`; without one there is a single break, at 0.
    """

    node: Node
    facts: tuple[str, ...]
    places: int
    curve: Curve | None = None

    def goals(self, reader: ExactReader, row: Row) -> list[Fraction]:
        """The values on, just under and just over each break in this row's period, and around ties of rounding."""
        unit = Fraction(1, 10**self.places)
        if self.curve is None:
            return [Fraction(0), -unit, unit]
        try:
            curve = reader.bound(self.curve, row)
        except NeedsOthersError:
            return []
        return targets(curve, self.places) if curve.bound else []


def aims(sheet: Sheet) -> list[Aim]:
    """What there is to aim at in any cell of a sheet, each once."""
    found: dict[Aim, None] = {}
    for cell in sheet.cells.values():
        for node in walk(cell.node):
            aim = aim_of(sheet, node)
            if aim is not None:
                found.setdefault(aim)
    return list(found)


def aim_of(sheet: Sheet, node: Node) -> Aim | None:
    """What a node aims at; None where it judges nothing, or rests on too much."""
    if isinstance(node, OnCurve):
        inner, places = _unrounded(sheet, node.arg)
        return _over(sheet, inner, _places(sheet, inner) if places is None else places, node.curve)
    if not isinstance(node, Compare):
        return None
    if node.left.type == "date":
        return _over(sheet, DaysBetween(node.left, node.right), 0)
    if node.left.type != "number":
        return None
    difference = Sum((node.left, Negative(node.right)))
    return _over(sheet, difference, _places(sheet, difference))


def _over(sheet: Sheet, node: Node, places: int, curve: Curve | None = None) -> Aim | None:
    facts = tuple(facts_of(sheet, [node]))
    near = 0 < len(facts) <= MOST_FACTS and lines_in(sheet, [node]) <= _MOST_LINES
    return Aim(node, facts, places, curve) if near else None


def lines_in(sheet: Sheet, nodes: Iterable[Node]) -> int:
    """On how many indicators formulas rest."""
    named = {inner.cell.partition(".")[0] for inner in behind(sheet.cells, nodes) if isinstance(inner, Ref)}
    return sum(line.id in named for line in sheet.model.indicators)


def _unrounded(sheet: Sheet, node: Node) -> tuple[Node, int | None]:
    """The formula behind cells and a rounding, and the decimals of that."""
    node = formula_of(sheet.cells, node)
    if isinstance(node, Round) and node.mode == "half_up":
        return node.arg, node.places
    return node, None


def _places(sheet: Sheet, node: Node) -> int:
    """The decimals in which a formula that nobody rounds is told apart from its break."""
    if whole(node):
        return 0
    if any(isinstance(inner, Quotient | Ref) for inner in walk(node)):
        return _FINE
    kinds = [sheet.facts[name].figure for name in facts_of(sheet, [node])]
    return max((kind.places for kind in kinds), default=_FINE)


def facts_of(sheet: Sheet, nodes: Iterable[Node], asked: frozenset[Node] = frozenset()) -> dict[str, Fact]:
    """The facts that formulas rest on, by id, also through other cells and in looks along a person.

    A look at what rests on very many facts is passed over, and so is one that is `asked` already: what was may rest on
    what was before.
    """
    found: dict[str, Fact] = {}
    for inner in behind(sheet.cells, nodes):
        if isinstance(inner, Fact) and _drawn(sheet, inner.id):
            found.setdefault(inner.id, inner)
        elif isinstance(inner, Along) and inner not in asked:
            looked = facts_of(sheet, [inner.arg], asked | {inner})
            if len(looked) <= MOST_FACTS:
                found |= {name: fact for name, fact in looked.items() if name not in found}
    return found


def _drawn(sheet: Sheet, name: str) -> bool:
    """Whether something has to be made up for a fact: not for what kpicore puts into some rows, where in the others
    something stands for it."""
    return name in sheet.model.facts or (name in sheet.given and sheet.given[name].default is None)


def shared_facts(sheet: Sheet) -> dict[str, Within]:
    """The facts in which all who share out a pool must agree, and whether that is a team or all.

    What is taken over people, as the sum of their sales, is alike for them of itself.
    """
    found: dict[str, Within] = {}
    portions = (node for cell in sheet.cells.values() for node in walk(cell.node) if isinstance(node, Portion))
    for portion in dict.fromkeys(portions):
        waiting: list[Node] = [portion.amount]
        seen: set[Node] = set()
        while waiting:
            node = waiting.pop()
            if node in seen or isinstance(node, Across):
                continue
            seen.add(node)
            if isinstance(node, Fact) and _drawn(sheet, node.id):
                found[node.id] = "all" if "all" in (portion.within, found.get(node.id)) else "team"
            waiting += [sheet.cells[node.cell].node] if isinstance(node, Ref) else children(node)
    return found


def may_be_blank(sheet: Sheet) -> frozenset[str]:
    """The facts for which some formula says itself what a blank means."""
    nodes = (node for cell in sheet.cells.values() for node in walk(cell.node))
    asked = (node.arg for node in nodes if isinstance(node, Instead | Is))
    return frozenset(arg.id for arg in asked if isinstance(arg, Fact))


def words(sheet: Sheet) -> dict[str, list[str]]:
    """The texts that formulas hold against each fact."""
    found: dict[str, list[str]] = {}
    for cell in sheet.cells.values():
        for node in walk(cell.node):
            sides = (node.left, node.right) if isinstance(node, Compare) else ()
            for side, other in zip(sides, reversed(sides), strict=True):
                if isinstance(side, Fact) and isinstance(other, Text):
                    found.setdefault(side.id, []).append(other.value)
            if isinstance(node, Lookup):
                behind, _ = _unrounded(sheet, node.arg)
                if isinstance(behind, Fact):
                    found.setdefault(behind.id, []).extend(key for key, _ in node.rows)
    return {name: list(dict.fromkeys(texts)) for name, texts in found.items()}


def seasons(sheet: Sheet, nodes: Iterable[Node]) -> frozenset[str]:
    """The parts of the period ('month', 'year') that formulas ask for."""
    return frozenset(inner.part for inner in behind(sheet.cells, nodes) if isinstance(inner, Moment))
