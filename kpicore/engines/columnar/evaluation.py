"""One run of the columnar reader over rows: the looks beyond the row, stratum by stratum, then the outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import polars as pl
from attrs import define, field, frozen

from kpicore.cells import references
from kpicore.engines.columnar.across import across, portion, ranks
from kpicore.engines.columnar.along import along
from kpicore.engines.columnar.bytime import Memory
from kpicore.engines.columnar.code import Writer, uses
from kpicore.engines.columnar.lines import chain, flags
from kpicore.engines.columnar.look import Asked, form_of
from kpicore.engines.columnar.merge import Column
from kpicore.engines.columnar.need import look_args
from kpicore.engines.columnar.rows import Rows, taken
from kpicore.engines.columnar.term import Ints, Logic, Number, Term, literal, widest
from kpicore.figure import Value
from kpicore.formula import node as nodes
from kpicore.formula.node import Along, Crossing, Fact, Moment, Node, Param, Portion
from kpicore.formula.resolve import constant
from kpicore.history import part_of
from kpicore.model import Sheet
from kpicore.query import columns_of
from kpicore.recent import Recent

Want = Literal["value", "float", "absence"]
_POWER = "#10^"


@frozen
class Output:
    """What is wanted of a cell: its value, the float nearest to that, or the flags that say why it has none."""

    cell: str
    want: Want = "value"


@frozen(eq=False)
class Plan:
    """What gives outputs of rows of a certain form: columns in stages, then the outputs with their labels; `doubts`:
    the last of them says for which rows the others mean nothing. They ask these powers of ten as columns."""

    stages: Sequence[Sequence[pl.Expr]]
    exprs: Sequence[pl.Expr]
    labels: Sequence[tuple[str, ...] | None]
    doubts: bool
    powers: Sequence[int]


@frozen(eq=False)
class LookPlan:
    """What gives the columns that looks are taken of, and those of cells that are asked again later."""

    stages: Sequence[Sequence[pl.Expr]]
    asked: Sequence[Sequence[Asked]]
    kept: Mapping[str, Asked]


@define(eq=False)
class Origin:
    """What rows are evaluated by: the sheet, the parameters as set for everybody, those that rows have of their own
    (`varying`), and the plans made so far."""

    sheet: Sheet
    params: Mapping[str, Value] = field(factory=dict)
    varying: frozenset[str] = frozenset()
    plans: Recent[Plan] = field(factory=Recent, repr=False)
    look_plans: Recent[LookPlan] = field(factory=Recent, repr=False)


@define(eq=False)
class Evaluation:
    """One run over rows. `found` are the looks worked out so far, `kept` the cells that were worked out on the way and
    are asked again by the cells that are `wanted` in the end; both as columns of the frame."""

    origin: Origin
    rows: Rows
    wanted: Sequence[str] = ()
    found: dict[Node, Term] = field(factory=dict)
    kept: dict[str, Term] = field(factory=dict)
    doubt: pl.Series | None = None
    _frame: pl.DataFrame | None = None

    @property
    def frame(self) -> pl.DataFrame:
        """The rows' columns, and those of looks."""
        return self.rows.frame if self._frame is None else self._frame

    def look(self, stratum: Sequence[Along | Crossing]) -> None:
        """Works out looks that need none but those found already."""
        plan = self.origin.look_plans.get((tuple(stratum), *self._form()), lambda: self._look_plan(stratum))
        start = len(self.found)
        asked = [one for each in plan.asked for one in each]
        exprs = [expr for one in (*asked, *plan.kept.values()) for expr in one.exprs]
        frame = self._with(exprs, plan.stages)
        self.kept |= {cell: one.stored() for cell, one in plan.kept.items()}
        looks = list(zip(stratum, plan.asked, strict=True))
        for place, ((look, given), ranked) in enumerate(zip(looks, ranks(looks, frame), strict=True)):
            name = f"l{start + place}"
            found: Term
            if isinstance(look, Along):
                frame, found = along(look, given[0], frame, self.rows.periods, name)
            elif isinstance(look, Portion):
                frame, found = portion(look, given[0], given[1], given[2], frame, name)
            else:
                frame, found = across(look, given[0], given[1], frame, name, ranked)
            self.found[look] = found
        self._frame = frame

    def _look_plan(self, stratum: Sequence[Along | Crossing]) -> LookPlan:
        args = [look_args(look) for look in stratum]
        writer = self._writer([node for each in args for node in each], certain=False)
        start = len(self.found)
        asked = [
            [
                Asked(f"a{start + place}.{number}", _as_column(writer, writer.term(node)))
                for number, node in enumerate(each)
            ]
            for place, each in enumerate(args)
        ]
        kept = {
            cell: Asked(f"c{start}.{number}", _as_column(writer, writer.cell(cell)))
            for number, cell in enumerate(self._asked_again(writer))
        }
        return LookPlan(writer.stages, asked, kept)

    def _asked_again(self, writer: Writer) -> list[str]:
        """The cells that a writer has worked out and that the wanted ones, or cells between, ask directly."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = list(self.wanted)
        while waiting:
            cell = waiting.pop()
            if cell in seen or cell in self.kept:
                continue
            seen.add(cell)
            if writer.has(cell):
                found[cell] = None
            else:
                waiting += references(self.origin.sheet.cells[cell].node, across=False)
        return list(found)

    def _form(self) -> tuple[object, ...]:
        """What plans depend on beside what they are for."""
        found = tuple((look, form_of(term)) for look, term in self.found.items())
        return self.rows.form, found, tuple((cell, form_of(term)) for cell, term in self.kept.items())

    def remember(self, looks: Sequence[Along], memory: Memory) -> None:
        """Works out looks along a person from what earlier periods came to."""
        for place, look in enumerate(looks):
            known = memory.look(look, self.frame, f"m{place}")
            if known is None:  # the first period of all
                before = nodes.ZERO if look.way == "run" else nodes.Absent(nodes.Absence.MISSING, look.type)
                self.found[look] = self._writer([before], certain=False).term(before)
            else:
                self._frame, self.found[look] = known

    def terms(self, asked: Sequence[Node]) -> tuple[pl.DataFrame, dict[Node, Term]]:
        """The frame with the columns of these formulas, and the terms over them."""
        wanted = list(dict.fromkeys(asked))
        writer = self._writer(wanted, certain=False)
        found = [Asked(f"k{place}", _as_column(writer, writer.term(node))) for place, node in enumerate(wanted)]
        exprs = [expr for one in found for expr in one.exprs]
        return self._with(exprs, writer.stages), {node: one.stored() for node, one in zip(wanted, found, strict=True)}

    def _with(self, exprs: Sequence[pl.Expr], stages: Sequence[Sequence[pl.Expr]]) -> pl.DataFrame:
        """The frame with the columns of these expressions beside its own."""
        return self.frame.with_columns(columns_of(self.frame, exprs, stages).get_columns())

    def outputs(self, outputs: Sequence[Output], certain: bool) -> list[Column]:
        """The outputs, in their order."""
        plan = self.origin.plans.get((tuple(outputs), certain, *self._form()), lambda: self._plan(outputs, certain))
        frame = self.frame
        frame = frame.with_columns(
            [pl.repeat(10.0**each, frame.height, eager=True).alias(f"{_POWER}{each}") for each in plan.powers]
        )
        table = columns_of(frame, plan.exprs, plan.stages)
        self.doubt = table["doubt"] if plan.doubts else None
        return [Column(table[str(place)], names) for place, names in enumerate(plan.labels)]

    def _plan(self, outputs: Sequence[Output], certain: bool) -> Plan:
        cells = self.origin.sheet.cells
        writer = self._writer([cells[output.cell].node for output in outputs], certain)
        exprs: list[pl.Expr] = []
        labels: list[tuple[str, ...] | None] = []
        for place, output in enumerate(outputs):
            term = writer.cell(output.cell)
            expr, names = _output(writer, term, output, cells[output.cell].places)
            exprs.append(expr.alias(str(place)))
            labels.append(names)
        if writer.doubts:
            exprs.append(pl.any_horizontal(writer.doubts).fill_null(True).alias("doubt"))
        roots = {root for expr in exprs for root in expr.meta.root_names()}
        powers = sorted(int(root.removeprefix(_POWER)) for root in roots if root.startswith(_POWER))
        return Plan(writer.stages, exprs, labels, bool(writer.doubts), powers)

    def _writer(self, asked: Sequence[Node], certain: bool) -> Writer:
        cells = self.origin.sheet.cells
        writer: Writer

        def inputs(node: Node) -> Term:
            return self._input(node, writer)

        writer = Writer(certain, cells=cells, inputs=inputs, uses=uses(cells, asked), done=dict(self.kept))
        return writer

    def _input(self, node: Node, writer: Writer) -> Term:
        sheet = self.origin.sheet
        if isinstance(node, Along | Crossing):
            return self.found[node]
        if isinstance(node, Moment):
            return self._moment(node)
        if isinstance(node, Param):
            spec = sheet.params[node.id]
            value = self.origin.params.get(node.id, spec.value)
            if node.id not in self.origin.varying:
                return writer.term(constant(value))
            return taken(self.rows.held[f"p:{node.id}"], value, writer)
        assert isinstance(node, Fact)
        return taken(self.rows.held[f"f:{node.id}"], sheet.facts[node.id].default, writer)

    def _moment(self, node: Moment) -> Term:
        values = [part_of(period, node.part) or 0 for period in self.rows.periods]  # only months have a month
        if len(set(values)) == 1:
            return Number(nodes.number(values[0]).value)
        series = pl.Series(values, dtype=pl.Int32)
        expr = pl.lit(series).gather(pl.col("#period"))
        return Number(nodes.number(1).value, Ints(expr, min(values), max(values), "i32"))


def _as_column(writer: Writer, term: Term) -> Term:
    return writer.ints(term) if isinstance(term, Number) else term


def _output(writer: Writer, term: Term, output: Output, places: int | None) -> tuple[pl.Expr, tuple[str, ...] | None]:
    if output.want == "absence":
        return (flags(0) if term.absent is None else term.absent), None
    if output.want == "float":
        assert isinstance(term, Number)
        expr, labels = _float(writer, term, places or 0), None
    else:
        expr, labels = _value(writer, term, places, output.cell)
    if term.absent is not None:
        expr = pl.when(term.absent == 0).then(expr)
    return expr, labels


def _float(writer: Writer, number: Number, places: int) -> pl.Expr:
    """The floats nearest to a number of so many places. By a column of its own, since by a known number Polars divides
    with a rounded inverse."""
    if number.steps is not None and number.whole is None:
        return chain(number.steps.conditions, [pl.lit(float(value)) for value in number.steps.values])
    number = writer.ints(number)
    if number.d is None:
        places = next(fewer for fewer in range(places + 1) if number.factor * 10**fewer % 1 == 0 or fewer == places)
    expr, _ = _value(writer, number, places, "")
    return expr.cast(pl.Float64) / pl.col(f"{_POWER}{places}") if places else expr.cast(pl.Float64)


def _value(writer: Writer, term: Term, places: int | None, cell: str) -> tuple[pl.Expr, tuple[str, ...] | None]:
    if isinstance(term, Logic):
        return term.expr, None
    if not isinstance(term, Number):
        return term.expr, term.labels
    number = writer.ints(term)
    factor = number.factor * 10 ** (places or 0)
    if places is None or number.d is not None or factor.denominator > 1:
        raise ValueError(f"cell '{cell}' is no output: it is not rounded to places of its own")
    if number.n is None:
        known = int(factor)
        return literal(known, "i32" if abs(known) < 2**31 else widest(abs(known), "i64")), None
    return number.n.times(int(factor)).expr, None
