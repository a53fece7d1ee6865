"""Explanations: every figure's way into a result, as plain records (see `kpicore.explain.use`).

All values are those of the exact reader; an explanation computes nothing of its own.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from attrs import evolve

from kpicore.adjustment import ABOVE, BELOW, ITEMS, OWN
from kpicore.crossing import counting
from kpicore.curve import OnCurve, piece_at
from kpicore.decimals import half_up
from kpicore.engines.exact import ExactReader
from kpicore.explain.choice import Choices
from kpicore.explain.ladder import asked_check, ladder_explanation
from kpicore.explain.look import Looks, Reading, Then
from kpicore.explain.rater import levels_of, raters_of, worth_of
from kpicore.explain.use import (
    AdjustmentsUse,
    CurveUse,
    Earlier,
    Explanation,
    FigureUse,
    FormulaUse,
    GateExplanation,
    GradeExplanation,
    GroupExplanation,
    LineExplanation,
    Origin,
    PayExplanation,
    PoolUse,
    SeasonUse,
    TableUse,
)
from kpicore.figure import UNREADABLE
from kpicore.form import formulas_in
from kpicore.formula.node import (
    RANKS,
    Absence,
    Across,
    Along,
    Every,
    Fact,
    Lookup,
    Node,
    Param,
    Portion,
    Ref,
    children,
    replace,
    walk,
)
from kpicore.model import BandedAmount, Formula, GroupSpec, IndicatorSpec, PaySpec
from kpicore.result import Result
from kpicore.row import Row
from kpicore.score import Scorer
from kpicore.season import seasons_in
from kpicore.sheet import for_gates, for_pay, frame_of, items_of, weighs
from kpicore.wording import formula_text, streak_of


def explain(
    scorer: Scorer,
    row: Row,
    result: Result | None = None,
    earlier: Iterable[Earlier] = (),
    shorter: Iterable[Earlier] = (),
) -> Explanation:
    """The way of every figure into the result of this row; `earlier` are the person's periods before, `shorter` those
    of which a longer one is made, both rising."""
    found = result if result is not None else scorer.score(row)
    whole = _Explainer(scorer, row, found).whole()
    return evolve(whole, earlier=tuple(earlier), shorter=tuple(shorter), where=row.where)


class _Explainer:
    def __init__(self, scorer: Scorer, row: Row, result: Result) -> None:
        self.sources = row.sources
        reader, row, own = scorer.reader(row)
        self.scorer = scorer
        self.reader: ExactReader = reader
        self.reading: Reading = reader
        self.row, self.result, self.own = row, result, own
        self.settings = scorer.settings
        self.sheet = scorer.sheet
        self.model = scorer.sheet.model
        self.looks = Looks(reader, row)
        self.choices = Choices(self.model)

    def whole(self) -> Explanation:
        return Explanation(
            self.model,
            self.result,
            tuple(self._line(line) for line in self.model.indicators),
            tuple(
                GateExplanation(
                    gate.id,
                    gate.title,
                    self._formula(gate.require, for_gates(gate.require.node)),
                    self.result.gates[gate.id],
                    gate.effect,
                    gate.note,
                    gate.assumed,
                )
                for gate in self.model.gates
            ),
            self._grade(),
            tuple(self._pay()),
            tuple(self.param(id_) for id_ in self.model.params),
            ladder=ladder_explanation(self.reader, self.row, self.result, self.formula, self.formula_then),
            groups=tuple(self._group(group) for group in self.model.groups),
            adjustments=self._adjustments(),
        )

    def _group(self, group: GroupSpec) -> GroupExplanation:
        only_if = None if group.only_if is None else self._formula(group.only_if)
        return GroupExplanation(group.id, group.title, only_if, group.note, group.assumed)

    def formula(self, formula: Formula, row: Row) -> FormulaUse:
        """A formula as it stands in a row of the same person."""
        other = copy.copy(self)
        other.row, other.looks = row, Looks(self.reader, row)
        return other._formula(formula)

    def formula_then(self, formula: Formula, row: Row) -> FormulaUse:
        """A formula as it stood in a row of the person's history, by the version in force then."""
        other = copy.copy(self)
        other.sources = row.sources
        _, other.row, other.own = self.scorer.reader(row)
        other.reading = Then(self.sheet)
        other.looks = Looks(other.reading, row)
        return other._formula(formula)

    def _value(self, node: Node) -> Fraction | str | bool | None:
        value = self.reading.value(node, self.row)
        return value if isinstance(value, Fraction | str | bool) and not isinstance(value, Absence) else None

    def _number(self, node: Node) -> Fraction | None:
        value = self._value(node)
        return value if isinstance(value, Fraction) else None

    def use(self, formula: Formula) -> FormulaUse:
        """A formula with its figures and its value."""
        return self._formula(formula)

    def exact(self, node: Node) -> Fraction | str | bool | None:
        """The value of a node, None where it has none."""
        return self._value(node)

    def _formula(self, formula: Formula, reckoned: Node | None = None) -> FormulaUse:
        """A formula as written; `reckoned` is what the sheet makes of it, where that differs."""
        asked = reckoned or formula.node
        parts = tuple(self._parts(formula.node, asked))
        figures = tuple(dict.fromkeys(self._figures(formula.node)))
        value, titles = self._value(self._counting(asked)), self.choices.titles(formula.node)
        return FormulaUse(formula.text, formula.node, figures, value, parts, titles)

    def _paid_by(self, formula: Formula) -> FormulaUse:
        """A formula of pay, its grade the one after the gates."""
        node = for_pay(formula.node)
        shown = replace(node, _shown_sum)
        figures = tuple(dict.fromkeys(self._figures(node)))
        value, parts = self._value(self._counting(node)), tuple(self._parts(shown, node))
        return FormulaUse(formula.text, shown, figures, value, parts, self.choices.titles(node))

    def _parts(self, shown: Node, reckoned: Node) -> Iterator[FormulaUse]:
        """The conditions that a formula joins by 'and', each by itself."""
        if not (isinstance(shown, Every) and isinstance(reckoned, Every)) or asked_check(self.model, shown) is not None:
            return
        for part, asked in zip(shown.args, reckoned.args, strict=True):
            figures = tuple(dict.fromkeys(self._figures(part)))
            yield FormulaUse(formula_text(part, times="*"), part, figures, self._value(self._counting(asked)))

    def _counting(self, node: Node) -> Node:
        """A formula as the sheet reckons it, with those who take part where it looks across people."""
        return counting(self.sheet.cells, node)

    def _figures(self, node: Node) -> Iterator[FigureUse]:
        """What a formula names; of what others have, only what came of it."""
        condition = streak_of(node)
        if condition is not None:
            yield self.looks.streak(node, condition)
            yield from self._figures(condition)
            return
        asked = asked_check(self.model, node)
        if asked is not None:
            yield self.looks.asked(asked, node)
            yield from () if asked.mark is None else self._figures(asked.mark)
            return
        match node:
            case Fact(id=id_):
                yield self._fact(id_)
            case Param(id=id_):
                yield self.param(id_)
            case Along():
                yield self.looks.along(node)
            case Across(way=way, arg=arg):
                yield self.looks.across(node)
                if way in RANKS:
                    yield from self._figures(arg)
            case _:
                for child in children(node):
                    yield from self._figures(child)

    def _fact(self, id_: str) -> FigureUse:
        spec = self.sheet.facts[id_]
        figure = self.row.facts.get(id_)
        place = self.sources.get(id_)
        titles = spec.choice_titles
        if figure is UNREADABLE:
            return FigureUse(id_, spec.title, spec.kind, None, "unreadable", place)
        if figure is not None:
            return FigureUse(id_, spec.title, spec.kind, figure, "given", place, titles=titles)
        origin: Origin = "missing" if spec.default is None else "default"
        return FigureUse(id_, spec.title, spec.kind, spec.default, origin, titles=titles)

    def param(self, id_: str) -> FigureUse:
        """A parameter as it was in force for the row."""
        found = self._param(id_)
        if not isinstance(self.reading, Then) or found.value is None:
            return found
        then = self._value(self.model.params[id_].node)
        return found if _same(then, found.value) else evolve(found, value=then, assumed=False)

    def _param(self, id_: str) -> FigureUse:
        spec = self.model.params[id_]
        own = self.own.get(id_)
        if own is UNREADABLE:
            return FigureUse(id_, spec.title, spec.kind, None, "unreadable", self.sources.get(id_))
        if own is not None:
            return FigureUse(id_, spec.title, spec.kind, own, "set", self.sources.get(id_))
        if id_ in self.settings.everybody:
            return FigureUse(id_, spec.title, spec.kind, self.settings.everybody[id_], "set")
        return FigureUse(id_, spec.title, spec.kind, spec.value, "scheme", None, spec.assumed)

    def _line(self, line: IndicatorSpec) -> LineExplanation:
        frame = frame_of(self.model, line)
        result = self.result.indicators[line.id]
        judged = self.sheet.cells[f"{line.id}.awarded"].node
        group = self.model.group_of(line)
        asked = (
            ("counts_when", line.counts_when),
            ("group_only_if", None if group is None else group.only_if),
            ("only_if", line.only_if),
        )
        conditions = [(name, self._formula(formula)) for name, formula in asked if formula is not None]
        found = LineExplanation(
            line.id,
            line.title,
            line.group,
            line.kind,
            frame.places,
            line.better,
            result.full_marks,
            _decimal(self._number(frame.full)),
            None if line.measure is None else self._formula(line.measure),
            tuple(self.curves(judged, f"{line.id}.measure")),
            self.table(judged),
            (*conditions, *self._rule_conditions(line)),
            result,
            tuple(reason for reason in self.result.reasons if reason.value("indicator") == line.id),
            line.note,
            line.assumed,
            items=() if line.by_points else tuple(self._formula(item) for item in items_of(line.rule)),
            raters=tuple(raters_of(self.model, line, frame, self, lambda name: self.sheet.cells[name].node)),
            seasons=self._seasons(*(f"{line.id}.{part}" for part in ("measure", "awarded", "points", "full_marks"))),
            levels=levels_of(line, frame, self),
            beside=self._fact(line.beside) if line.beside else None,
            worth=tuple(worth_of(line, frame, self)),
        )
        unscored = result.full_marks == 0 and not result.score
        return evolve(found, shown_only=unscored and (weighs(self.model) or found.idle))

    def _seasons(self, *cells: str) -> tuple[SeasonUse, ...]:
        """The seasons that these cells ask for."""
        known = self.sheet.cells
        asked = seasons_in(self.model.seasons, [known[cell].node for cell in cells if cell in known])
        return tuple(SeasonUse(season, self._value(season.node) is True) for season in asked)

    def _rule_conditions(self, line: IndicatorSpec) -> Iterator[tuple[str, FormulaUse]]:
        """The conditions that the rule itself asks: formulas among its declared fields."""
        items = items_of(line.rule)
        if line.by_points:
            return
        for name, formula in formulas_in(line.rule):
            if formula not in items:
                yield name, self._formula(formula)

    def curves(self, node: Node, cell: str) -> Iterator[CurveUse]:
        """The curves over this cell, or over the place that it takes, that a formula is made of."""
        for inner in walk(node):
            if isinstance(inner, OnCurve):
                ranked = isinstance(inner.arg, Across) and inner.arg.way in RANKS
                over = inner.arg.arg if ranked and isinstance(inner.arg, Across) else inner.arg
                if isinstance(over, Ref) and over.cell == cell:
                    yield self._curve(inner)

    def _curve(self, node: OnCurve, labels: tuple[str, ...] = ()) -> CurveUse:
        curve = self.reader.bound(node.curve, self.row)
        at = self._number(node.arg)
        piece = piece_at(curve, at) if at is not None and curve.bound else None
        place = self.looks.across(node.arg) if isinstance(node.arg, Across) else None
        return CurveUse(curve, at, piece, labels, place)

    def table(self, node: Node) -> TableUse | None:
        """The table that a formula is made of, and the row that was taken."""
        for inner in walk(node):
            if isinstance(inner, Lookup):
                at = self._value(inner.arg)
                rows = tuple((key, self._number(value)) for key, value in inner.rows)
                return TableUse(
                    rows, at if isinstance(at, str) else None, self.choices.titles(self._measured(inner.arg))
                )
        return None

    def _measured(self, node: Node) -> Node:
        """What a measure is made of; any other formula as it is."""
        measure = isinstance(node, Ref) and node.cell.endswith(".measure") and node.cell in self.sheet.cells
        return self.sheet.cells[node.cell].node if measure and isinstance(node, Ref) else node

    def _grade(self) -> GradeExplanation | None:
        grade = self.model.grade
        if grade is None:
            return None
        node = self.sheet.cells["graded_at"].node
        assert isinstance(node, OnCurve)
        before = self._value(Ref("graded", "text"))
        curve = self._curve(node, grade.grades)
        place = next((self.looks.across(part) for part in walk(node.arg) if isinstance(part, Across)), None)
        if place is not None and place.heads is not None and not place.heads.counted:
            before, curve = None, evolve(curve, at=None, piece=None)  # nobody is a share of people without oneself
        return GradeExplanation(
            grade.by,
            curve,
            before if isinstance(before, str) else None,
            self.result.grade,
            grade.note,
            grade.assumed,
            place,
            self._seasons("graded_at"),
        )

    def _adjustments(self) -> AdjustmentsUse | None:
        spec, items = self.model.adjustments, self.result.adjustments
        if spec is None or items is None:
            return None
        given = self.row.facts.get(ITEMS, Decimal(0))
        held: dict[str, Literal["most", "least"]] = {ABOVE: "most", BELOW: "least"}
        holding = [word for cell, word in held.items() if cell in self.sheet.cells and self._value(Ref(cell, "flag"))]
        before = self._number(Ref(OWN))
        return AdjustmentsUse(
            spec.title,
            items,
            self._marks(Fraction(given)) if isinstance(given, Decimal) else None,
            holding[0] if holding else None,
            self.result.adjustment,
            None if before is None else self._marks(before),
            spec.note,
            spec.assumed,
        )

    def _marks(self, value: Fraction) -> Decimal:
        """Points with the places of the scheme."""
        return half_up(value, self.model.places)

    def _pay(self) -> Iterator[PayExplanation]:
        for element in self.model.pay:
            node = self.sheet.cells[f"earned.{element.id}"].node
            amount = element.amount
            banded = isinstance(amount, BandedAmount)
            curve = next((self._curve(inner) for inner in walk(node) if banded and isinstance(inner, OnCurve)), None)
            yield PayExplanation(
                element.id,
                element.title,
                self._paid_by(amount.by if isinstance(amount, BandedAmount) else amount),
                curve,
                self.table(node) if banded else None,
                None if element.when is None else self._paid_by(element.when),
                self.result.pay[element.id],
                element.note,
                element.assumed,
                self._pool(element, node),
                self._seasons(f"earned.{element.id}"),
            )

    def _pool(self, element: PaySpec, node: Node) -> PoolUse | None:
        """How much was shared, by which weights, among how many."""
        shared = next((part for part in walk(node) if isinstance(part, Portion)), None)
        if element.pool is None or shared is None:
            return None
        weights = Across("sum", shared.weight, shared.within, shared.among)
        return PoolUse(
            self._paid_by(element.pool),
            self._number(shared.weight),
            self._number(weights),
            self.looks.heads(shared),
            self.result.status == "ineligible",
        )


def _shown_sum(node: Node) -> Node | None:
    """People know one sum, the one in the result."""
    return Ref("sum") if node == Ref("scored_sum") else None


def _same(value: Fraction | str | bool | None, other: object) -> bool:
    """Whether a value read is that of a parameter."""
    return value == (Fraction(other) if isinstance(other, Decimal) else other)


def _decimal(value: Fraction | None) -> Decimal:
    return Decimal(0) if value is None else Decimal(value.numerator) / Decimal(value.denominator)
