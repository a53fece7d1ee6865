"""Explanations: every figure's way into a result, as plain records. Readers (text, pages) put them into words.

All values are those of the exact reader; an explanation computes nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from attrs import evolve, frozen

from kpicore.curve import Curve, OnCurve, piece_at
from kpicore.engines.exact import ExactReader
from kpicore.figure import UNREADABLE, KindName, Value
from kpicore.form import forms
from kpicore.formula.node import Absence, Along, Fact, Lookup, Node, Param, Ref, replace, walk
from kpicore.history import last_year
from kpicore.model import BandedAmount, Formula, GateEffect, IndicatorSpec, SchemeModel
from kpicore.problem import Place
from kpicore.protocols import Period
from kpicore.result import GateState, IndicatorResult, Result, Status
from kpicore.row import Reason, Row
from kpicore.score import Scorer
from kpicore.sheet import for_gates, for_pay, frame_of
from kpicore.text import Title
from kpicore.wording import formula_text

Origin = Literal["given", "default", "scheme", "set", "missing", "unreadable"]


@frozen
class FigureUse:
    """A fact or parameter that a formula names, and what stood for it.

    `origin`: a figure `given`; a fact's `default`; a parameter's value of the `scheme`, or `set` otherwise;
    `missing`; `unreadable`. `place` is where a given figure was read. `way` says how a formula looked along the
    person for it ('previous', ...), with the `period` that it found, or the year; `id` is then the formula asked, and
    `parts` are the figures of the periods that a mean was taken of.
    """

    id: str
    title: Title
    kind: KindName
    value: Value | Fraction | None
    origin: Origin
    place: Place | None = None
    assumed: bool = False
    way: str | None = None
    period: str | None = None
    parts: tuple[FigureUse, ...] = ()


@frozen
class FormulaUse:
    """A formula, what it rests on, and its exact value (None where it has none)."""

    text: str
    node: Node
    figures: tuple[FigureUse, ...]
    value: Fraction | str | bool | None


@frozen
class CurveUse:
    """A curve as it stood for this person, the value that it was asked at, and the piece that decided.

    `labels` are the grades of a grading curve, by the value of its pieces. `piece` is None in a hole.
    """

    curve: Curve
    at: Fraction | None
    piece: int | None
    labels: tuple[str, ...] = ()


@frozen
class TableUse:
    """A table from choices to values: its rows, and the choice that was made."""

    rows: tuple[tuple[str, Fraction | None], ...]
    at: str | None


@frozen
class LineExplanation:
    """How an indicator's score came about. `awards`: what its rule gives for a full result."""

    id: str
    title: Title
    group: str
    kind: KindName | None
    places: int
    better: str | None
    weight: Decimal | None
    awards: Decimal
    measure: FormulaUse | None
    curves: tuple[CurveUse, ...]
    table: TableUse | None
    conditions: tuple[tuple[str, FormulaUse], ...]
    result: IndicatorResult
    reasons: tuple[Reason, ...]
    note: Title
    assumed: bool


@frozen
class GateExplanation:
    """Whether a gate was passed, and what missing it does."""

    id: str
    title: Title
    require: FormulaUse
    state: GateState
    effect: GateEffect
    note: Title
    assumed: bool


@frozen
class GradeExplanation:
    """The curve of grades, the grade that it gave, and the grade after the gates."""

    by: str
    curve: CurveUse
    before_gates: str | None
    grade: str | None
    note: Title
    assumed: bool


@frozen
class PayExplanation:
    """How an element of pay came about."""

    id: str
    title: Title
    amount: FormulaUse
    curve: CurveUse | None
    table: TableUse | None
    when: FormulaUse | None
    paid: Decimal | None
    note: Title
    assumed: bool


@frozen
class Earlier:
    """What an earlier period of the same person came to."""

    period: str
    status: Status
    total: Decimal | None
    grade: str | None


@frozen
class Explanation:
    """The whole of one result. `params` are the parameters as they were in force for it."""

    model: SchemeModel
    result: Result
    lines: tuple[LineExplanation, ...]
    gates: tuple[GateExplanation, ...]
    grade: GradeExplanation | None
    pay: tuple[PayExplanation, ...]
    params: tuple[FigureUse, ...] = ()
    earlier: tuple[Earlier, ...] = ()


def explain(scorer: Scorer, row: Row, result: Result | None = None, earlier: Iterable[Earlier] = ()) -> Explanation:
    """The way of every figure into the result of this row; `earlier` are the person's periods before, rising."""
    found = result if result is not None else scorer.score(row)
    return evolve(_Explainer(scorer, row, found).whole(), earlier=tuple(earlier))


class _Explainer:
    def __init__(self, scorer: Scorer, row: Row, result: Result) -> None:
        self.sources = row.sources
        reader, row, own = scorer.reader(row)
        self.reader: ExactReader = reader
        self.row, self.result, self.own = row, result, own
        self.settings = scorer.settings
        self.sheet = scorer.sheet
        self.model = scorer.sheet.model

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
        )

    def _value(self, node: Node) -> Fraction | str | bool | None:
        value = self.reader.value(node, self.row)
        return value if isinstance(value, Fraction | str | bool) and not isinstance(value, Absence) else None

    def _number(self, node: Node) -> Fraction | None:
        value = self._value(node)
        return value if isinstance(value, Fraction) else None

    def _formula(self, formula: Formula, reckoned: Node | None = None) -> FormulaUse:
        """A formula as written; `reckoned` is what the sheet makes of it, where that differs."""
        figures = tuple(dict.fromkeys(self._figures(formula.node)))
        return FormulaUse(formula.text, formula.node, figures, self._value(reckoned or formula.node))

    def _paid_by(self, formula: Formula) -> FormulaUse:
        """A formula of pay, its grade the one after the gates."""
        node = for_pay(formula.node)
        figures = tuple(dict.fromkeys(self._figures(node)))
        return FormulaUse(formula.text, replace(node, _shown_sum), figures, self._value(node))

    def _figures(self, node: Node) -> Iterator[FigureUse]:
        for inner in walk(node):
            if isinstance(inner, Fact):
                yield self._fact(inner.id)
            elif isinstance(inner, Param):
                yield self.param(inner.id)
            elif isinstance(inner, Along):
                yield self._along(inner)

    def _along(self, node: Along) -> FigureUse:
        """What a formula took of another period, and, for a plain fact of one period, where that was read."""
        period = self.row.period
        then = {"previous": period.previous, "year_ago": period.year_ago}.get(node.way)
        other = None if then is None else then()
        spec = self.model.facts.get(node.arg.id) if isinstance(node.arg, Fact) else None
        place = None if other is None else self._place_then(node.arg, other)
        known = self.reader.value(node, self.row)
        origin: Origin = "given"
        if isinstance(known, Absence):
            origin = "unreadable" if known is Absence.UNREADABLE else "missing"
        value = None if isinstance(known, Absence) else known
        kind: KindName = spec.kind if spec is not None else "number" if node.type == "number" else "text"
        title = spec.title if spec is not None else Title()
        name = formula_text(node.arg, times="*")
        parts = tuple(self._parts(node, name, title, kind)) if other is None else ()
        return FigureUse(name, title, kind, value, origin, place, False, node.way, str(other or period.year - 1), parts)

    def _place_then(self, node: Node, period: Period) -> Place | None:
        """Where a plain fact of another period was read."""
        row = None if self.row.history is None else self.row.history.row(period)
        return row.sources.get(node.id) if row is not None and isinstance(node, Fact) else None

    def _parts(self, node: Along, name: str, title: Title, kind: KindName) -> Iterator[FigureUse]:
        """What a mean along the person was taken of."""
        history = self.row.history
        if history is None:
            return
        for period in last_year(history, self.row.period):
            value, place = history.value(node.arg, period), self._place_then(node.arg, period)
            if isinstance(value, Fraction):
                yield FigureUse(name, title, kind, value, "given", place, False, "part", str(period))
            elif value is Absence.UNREADABLE:
                yield FigureUse(name, title, kind, None, "unreadable", place, False, "part", str(period))

    def _fact(self, id_: str) -> FigureUse:
        spec = self.model.facts[id_]
        figure = self.row.facts.get(id_)
        place = self.sources.get(id_)
        if figure is UNREADABLE:
            return FigureUse(id_, spec.title, spec.kind, None, "unreadable", place)
        if figure is not None:
            return FigureUse(id_, spec.title, spec.kind, figure, "given", place)
        origin: Origin = "missing" if spec.default is None else "default"
        return FigureUse(id_, spec.title, spec.kind, spec.default, origin)

    def param(self, id_: str) -> FigureUse:
        """A parameter as it was in force for the row."""
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
        conditions = [
            (name, self._formula(formula))
            for name, formula in (("counts_when", line.counts_when), ("only_if", line.only_if))
            if formula is not None
        ]
        return LineExplanation(
            line.id,
            line.title,
            line.group,
            line.kind,
            frame.places,
            line.better,
            result.full_marks,
            _decimal(self._number(frame.full)),
            None if line.measure is None else self._formula(line.measure),
            tuple(self._curves(judged, f"{line.id}.measure")),
            self._table(judged),
            (*conditions, *self._rule_conditions(line)),
            result,
            tuple(reason for reason in self.result.reasons if reason.value("indicator") == line.id),
            line.note,
            line.assumed,
        )

    def _rule_conditions(self, line: IndicatorSpec) -> Iterator[tuple[str, FormulaUse]]:
        """The conditions that the rule itself asks: formulas among its declared fields."""
        for name, formula in _formulas(line.rule):
            yield name, self._formula(formula)

    def _curves(self, node: Node, cell: str) -> Iterator[CurveUse]:
        """The curves over this cell that a formula is made of."""
        for inner in walk(node):
            if isinstance(inner, OnCurve) and isinstance(inner.arg, Ref) and inner.arg.cell == cell:
                yield self._curve(inner)

    def _curve(self, node: OnCurve, labels: tuple[str, ...] = ()) -> CurveUse:
        curve = self.reader.bound(node.curve, self.row)
        at = self._number(node.arg)
        return CurveUse(curve, at, piece_at(curve, at) if at is not None and curve.bound else None, labels)

    def _table(self, node: Node) -> TableUse | None:
        for inner in walk(node):
            if isinstance(inner, Lookup):
                at = self._value(inner.arg)
                rows = tuple((key, self._number(value)) for key, value in inner.rows)
                return TableUse(rows, at if isinstance(at, str) else None)
        return None

    def _grade(self) -> GradeExplanation | None:
        grade = self.model.grade
        if grade is None:
            return None
        node = self.sheet.cells["graded_at"].node
        assert isinstance(node, OnCurve)
        before = self._value(Ref("graded", "text"))
        return GradeExplanation(
            grade.by,
            self._curve(node, grade.grades),
            before if isinstance(before, str) else None,
            self.result.grade,
            grade.note,
            grade.assumed,
        )

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
                self._table(node) if banded else None,
                None if element.when is None else self._paid_by(element.when),
                self.result.pay[element.id],
                element.note,
                element.assumed,
            )


def _formulas(rule: object) -> Iterator[tuple[str, Formula]]:
    """The formulas among the declared fields of a rule, those in its rows included, each with its field's name."""
    for name in forms(type(rule)):
        value = getattr(rule, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Formula):
                yield name, part
            elif hasattr(type(part), "__attrs_attrs__") and not isinstance(part, Node):
                yield from ((name, formula) for _, formula in _formulas(part))


def _shown_sum(node: Node) -> Node | None:
    """People know one sum, the one in the result."""
    return Ref("sum") if node == Ref("scored_sum") else None


def _decimal(value: Fraction | None) -> Decimal:
    return Decimal(0) if value is None else Decimal(value.numerator) / Decimal(value.denominator)
