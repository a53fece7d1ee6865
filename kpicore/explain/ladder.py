"""How a person's cycle on a ladder came about, and what formulas of a ladder ask of checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Literal

from attrs import evolve, frozen

from kpicore.decision import month_text
from kpicore.engines.exact import ExactReader
from kpicore.explain.use import (
    CheckUse,
    FigureUse,
    FormulaUse,
    LadderExplanation,
    MonthUse,
    MoveUse,
    Origin,
    StandardUse,
    ValueUse,
)
from kpicore.form import Formula
from kpicore.formula.node import ZERO, Absence, Along, Compare, Every, Fact, Moment, Node, Ref, Some, children, walk
from kpicore.history import cycle
from kpicore.ladder import SINCE, passed, taken
from kpicore.ladderspec import CheckSpec, LadderSpec, StandardSpec, ValueSpec
from kpicore.model import SchemeModel
from kpicore.needed import so_far
from kpicore.result import Result
from kpicore.row import Row
from kpicore.wording import formula_text

Told = Callable[[Formula, Row], FormulaUse]


@frozen
class Asked:
    """What a formula asks of a set of checks: whether they were `passed` at the mark, whether any was `taken`."""

    check: CheckSpec
    way: Literal["passed", "taken"]
    mark: Node | None = None

    @property
    def text(self) -> str:
        """It in the language of formulas."""
        mark = "" if self.mark is None else f", {formula_text(self.mark, times='*')}"
        return f"{self.way}({self.check.id}{mark})"

    def tries(self, node: Node) -> Iterator[tuple[str, Node]]:
        """The part of the formula for the first try, and that for the second where there is one."""
        assert isinstance(node, Some | Every)
        if self.way == "passed":
            yield from zip(("first", "again"), node.args if isinstance(node, Some) else (node,), strict=False)
            return
        count = len(self.check.first)
        for way, args in (("first", node.args[:count]), ("again", node.args[count:])):
            if args:
                yield way, Some(args)


def asked_check(model: SchemeModel, node: Node) -> Asked | None:
    """What passed(...) or taken(...) was made from; None for any other formula."""
    if model.ladder is None or not isinstance(node, Some | Every):
        return None
    facts: dict[str, Node] = {id_: spec.node for id_, spec in model.facts.items()}
    for check in model.ladder.check:
        if node == taken(check, facts):
            return Asked(check, "taken")
        mark = next((part.right for part in walk(node) if isinstance(part, Compare)), None)
        if node == passed(check, facts, ZERO if mark is None else mark):
            return Asked(check, "passed", mark)
    return None


def ladder_explanation(
    reader: ExactReader, row: Row, result: Result, formula: Told, then: Told
) -> LadderExplanation | None:
    """The whole of a cycle; None where the scheme has no ladder. `formula` tells of a formula in a row of the person,
    `then` in a month."""
    ladder = reader.sheet.model.ladder
    if ladder is None:
        return None
    return _Explainer(ladder, reader, row, result, formula, then).whole()


@frozen
class _Explainer:
    ladder: LadderSpec
    reader: ExactReader
    row: Row
    result: Result
    formula: Told
    then: Told

    def whole(self) -> LadderExplanation:
        place = self._number(Ref("level.at"))
        level = None if place is None else self.ladder.levels[int(place)]
        since = self._number(Ref("level.since"))
        first = self.row.absent or self.row.facts.get(SINCE) == self._number(Moment("count"))
        now: Row | None = self.row
        if self.result.status == "running":
            now = None if level is None else so_far(self.row)
        if self.row.absent:
            now = None
        return LadderExplanation(
            self.ladder.months,
            level,
            None if since is None else month_text(int(since)),
            self._number(Ref("level.months"), now),
            "roster" if first else "decision",
            self.row.sources.get(SINCE) if first else None,
            None if first else str(self.row.period.previous()),
            str(now.period) if now is not None and now is not self.row else None,
            () if now is None else tuple(self._value(value, now) for value in self.ladder.value),
            () if now is None else tuple(self._check(check, now) for check in self.ladder.check),
            () if now is None else tuple(self._moves(place, now)),
            () if now is None else tuple(self._standard(standard, place, now) for standard in self.ladder.standard),
            self.ladder.note,
            self.ladder.assumed,
        )

    def _number(self, node: Node, row: Row | None = None) -> Fraction | None:
        value = self.reader.value(node, self.row if row is None else row)
        return value if isinstance(value, Fraction) else None

    def _value(self, value: ValueSpec, row: Row) -> ValueUse:
        formula = self.formula(value.formula, row)
        asked = dict.fromkeys(_of_months(self.reader.sheet.model, value.formula.node))
        months = [month for node in asked for month in self._months(_formula(node), row)]
        kind = self.ladder.kind_of(value)
        known = self.reader.value(Ref(f"value.{value.id}", value.formula.node.type), row)
        origin: Origin = "given"
        if isinstance(known, Absence):
            origin = "unreadable" if known is Absence.UNREADABLE else "missing"
        return ValueUse(value.id, value.title, kind, formula, origin, tuple(months), value.note)

    def _months(self, formula: Formula, row: Row) -> Iterator[MonthUse]:
        """A formula month by month."""
        assert row.history is not None
        for month in cycle(row.period):
            found = row.history.row(month)
            yield MonthUse(str(month), None if found is None else self.then(formula, found))

    def _check(self, check: CheckSpec, row: Row) -> CheckUse:
        first, again = (tuple(self._taken(fact, row) for fact in names) for names in (check.first, check.again))
        return CheckUse(check.id, check.title, first, again, check.note)

    def _taken(self, id_: str, row: Row) -> FigureUse:
        """What came of one check, and in which months."""
        fact = self.reader.sheet.model.facts[id_]
        node = Along("cycle_only", fact.node)
        if fact.node.type == "flag":
            alone = passed(CheckSpec(id=id_, first=(id_,)), {id_: fact.node}, ZERO)
            node = next(part for part in walk(alone) if isinstance(part, Along))
        (found,) = self.formula(_formula(node), row).figures
        parts = tuple(self._given(id_, row))
        if not parts:
            found = evolve(found, value=None, origin="missing")
        return evolve(found, id=id_, title=fact.title, kind=fact.kind, parts=parts)

    def _given(self, id_: str, row: Row) -> Iterator[FigureUse]:
        """The months in which a figure is given."""
        fact = self.reader.sheet.model.facts[id_]
        for month in self._months(_formula(fact.node), row):
            if month.formula is not None and month.formula.figures[0].origin in ("given", "unreadable"):
                yield evolve(month.formula.figures[0], way="part", period=month.period)

    def _moves(self, place: Fraction | None, row: Row) -> Iterator[MoveUse]:
        """The moves in their order."""
        decided = self._number(Ref("decided")) if self.result.decision is not None else None
        for number, move in enumerate(self.ladder.move):
            asked = None if place is None else int(place) in self.ladder.at(move.levels)
            to = self.ladder.levels[self.ladder.target(move, int(place))] if asked and place is not None else None
            when = self.formula(move.when, row)
            yield MoveUse(move.id, move.title, asked, to, when, decided == number, move.note, move.assumed)

    def _standard(self, standard: StandardSpec, place: Fraction | None, row: Row) -> StandardUse:
        asked = None if place is None else int(place) in self.ladder.at(standard.levels)
        months = tuple(self._months(standard.require, row)) if asked else ()
        return StandardUse(standard.id, standard.title, asked, months, standard.note, standard.assumed)


def _formula(node: Node) -> Formula:
    return Formula(formula_text(node, times="*"), node)


def _of_months(model: SchemeModel, node: Node) -> Iterator[Node]:
    """What a formula takes over the cycle that is more than one figure of each month, checks left away."""
    if isinstance(node, Along):
        if node.way.startswith("cycle_") and not isinstance(node.arg, Fact):
            yield node.arg
    elif asked_check(model, node) is None:
        for child in children(node):
            yield from _of_months(model, child)
