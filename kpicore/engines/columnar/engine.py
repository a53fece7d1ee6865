"""The columnar reader: what a sheet's cells come to for many rows, exactly as the exact reader has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Literal

import polars as pl
from attrs import define, field, frozen

from kpicore.engines.columnar.across import across, portion
from kpicore.engines.columnar.along import along
from kpicore.engines.columnar.bytime import Memory, by_period, crossings_of, together
from kpicore.engines.columnar.code import Writer, uses
from kpicore.engines.columnar.lines import chain, flags
from kpicore.engines.columnar.look import Asked
from kpicore.engines.columnar.merge import Column, patched
from kpicore.engines.columnar.need import Needs, look_args
from kpicore.engines.columnar.rows import Rows, taken
from kpicore.engines.columnar.term import Carrier, Ints, Logic, Number, Term, TooWideError, literal, widest
from kpicore.figure import Value
from kpicore.formula import node as nodes
from kpicore.formula.node import Along, Crossing, Fact, Moment, Node, Param, Portion
from kpicore.formula.resolve import constant
from kpicore.model import Sheet

Want = Literal["value", "float", "absence"]
NOTHING_GIVEN: Mapping[Node, Term] = {}
_MOST_PLANS = 64
_POWER = "#10^"
_FEW = 5
"""Where no more than one row in so many is in doubt, those are worked out again by themselves."""


@frozen
class Output:
    """What is wanted of a cell: its value, the float nearest to that, or the flags that say why it has none."""

    cell: str
    want: Want = "value"


@frozen(eq=False)
class Run:
    """The outputs of all rows, and the looks beyond the row, as terms over the columns of `frame`."""

    columns: list[Column]
    frame: pl.DataFrame
    looks: Mapping[Node, Term]


@frozen(eq=False)
class Plan:
    """What gives outputs of rows of a certain form: columns in stages, then the outputs with their labels; `doubts`:
    the last of them says for which rows the others mean nothing. They ask these powers of ten as columns."""

    stages: Sequence[Sequence[pl.Expr]]
    exprs: Sequence[pl.Expr]
    labels: Sequence[tuple[str, ...] | None]
    doubts: bool
    powers: Sequence[int]


@define(slots=False)
class ColumnarReader:
    """Values of a sheet's cells for many rows.

    `params` are the parameters as set for everybody; those in `varying` are columns of the rows. Raises TooWideError
    where numbers are too long to be held in columns: then the exact reader is to be asked.
    """

    sheet: Sheet
    params: Mapping[str, Value] = field(factory=dict)
    varying: frozenset[str] = frozenset()
    plans: dict[object, Plan] = field(factory=dict, repr=False)

    def run(self, outputs: Sequence[Output], rows: Rows) -> list[Column]:
        """These outputs of all rows, in their order."""
        return self.read(outputs, rows).columns

    def read(
        self,
        outputs: Sequence[Output],
        rows: Rows,
        every_look: bool = False,
        given: Mapping[Node, Term] = NOTHING_GIVEN,
    ) -> Run:
        """The same, with the looks beyond the row that were worked out; with `every_look` all that the sheet has.

        `given` are looks whose values stand in the rows already.
        """
        names = list(self.sheet.cells) if every_look else [output.cell for output in outputs]
        asked = [self.sheet.cells[name].node for name in names]
        looks = self.needs.looks(asked, True, given) if self.looks_beyond else []
        if looks is None:
            return self._recursive(outputs, rows, asked)
        if not looks and not given:
            return Run(self._plain(outputs, rows), rows.frame, {})
        evaluation = _Evaluation(self, rows, dict(given))
        for stratum in looks:
            evaluation.look(stratum)
        return Run(evaluation.outputs(outputs, certain=False), evaluation.frame, evaluation.found)

    def values(
        self, asked: Sequence[Node], rows: Rows, given: Mapping[Node, Term] = NOTHING_GIVEN
    ) -> tuple[pl.DataFrame, dict[Node, Term]]:
        """What formulas come to, as terms over the columns of the frame; they may not look at themselves over time."""
        looks = self.needs.looks(asked, True, given)
        if looks is None:
            raise TooWideError
        evaluation = _Evaluation(self, rows, dict(given))
        for stratum in looks:
            evaluation.look(stratum)
        return evaluation.terms(asked)

    @cached_property
    def needs(self) -> Needs:
        """Which looks beyond the row its cells need."""
        return Needs(self.sheet.cells)

    @cached_property
    def looks_beyond(self) -> bool:
        """Whether any cell looks beyond its own row."""
        return bool(self._looks)

    @cached_property
    def asks_who(self) -> bool:
        """Whether it matters whose a row is: in looks along a person, and where the last cent goes to the first."""
        return any(isinstance(look, Along | Portion) for look in self._looks)

    @cached_property
    def asks_team(self) -> bool:
        """Whether any cell looks across a team."""
        return any(isinstance(look, Crossing) and look.within == "team" for look in self._looks)

    @cached_property
    def _looks(self) -> list[Along | Crossing]:
        parts = (part for cell in self.sheet.cells.values() for part in nodes.walk(cell.node))
        return [part for part in parts if isinstance(part, Along | Crossing)]

    def _plain(self, outputs: Sequence[Output], rows: Rows) -> list[Column]:
        """Of a sheet that looks at nothing but the row itself: most rows lack nothing, the others by themselves."""
        evaluation = _Evaluation(self, rows)
        columns = evaluation.outputs(outputs, certain=True)
        doubt = evaluation.doubt
        if doubt is None:
            return columns
        places = doubt.arg_true()
        if not places.len():
            return columns
        if places.len() * _FEW > rows.height:
            return _Evaluation(self, rows).outputs(outputs, certain=False)
        again = _Evaluation(self, rows.taken(places)).outputs(outputs, certain=False)
        return [patched(column, places, other) for column, other in zip(columns, again, strict=True)]

    def _recursive(self, outputs: Sequence[Output], rows: Rows, asked: Sequence[Node]) -> Run:
        """Of a sheet whose looks along a person need each other over time: one period after another."""
        alongs = self.needs.alongs(asked)
        strata = self.needs.looks([*asked, *(look.arg for look in alongs)], time=False)
        assert strata is not None  # cells need each other in no circle but over time
        strata = [[look for look in stratum if isinstance(look, Crossing)] for stratum in strata]
        if any(look.way.startswith("cycle") for look in alongs):
            raise TooWideError  # it may look at its own period, which is not remembered yet
        memory = Memory(rows.periods)
        columns: list[list[Column]] = []
        parts: list[tuple[pl.DataFrame, dict[Node, Term]]] = []
        places: list[pl.Series] = []
        for _, here in by_period(rows):
            evaluation = _Evaluation(self, rows.taken(here))
            evaluation.remember(alongs, memory)
            for stratum in strata:
                evaluation.look(stratum)
            columns.append(evaluation.outputs(outputs, certain=False))
            memory.keep(*evaluation.terms([look.arg for look in alongs]))
            parts.append((evaluation.frame, evaluation.found))
            places.append(here)
        return Run(together(columns, places), *crossings_of(parts, places))


@define(eq=False)
class _Evaluation:
    """One run over rows. `found` are the looks worked out so far, as columns of the frame."""

    reader: ColumnarReader
    rows: Rows
    found: dict[Node, Term] = field(factory=dict)
    doubt: pl.Series | None = None
    _frame: pl.DataFrame | None = None

    @property
    def frame(self) -> pl.DataFrame:
        """The rows' columns, and those of looks."""
        return self.rows.frame if self._frame is None else self._frame

    def look(self, stratum: Sequence[Along | Crossing]) -> None:
        """Works out looks that need none but those found already."""
        args = [look_args(look) for look in stratum]
        writer = self._writer([node for each in args for node in each], certain=False)
        start = len(self.found)
        asked: list[list[Asked]] = []
        for place, each in enumerate(args):
            asked.append([])
            for number, node in enumerate(each):
                asked[-1].append(Asked(f"a{start + place}.{number}", _as_column(writer, node)))
        exprs = [expr for each in asked for one in each for expr in one.exprs]
        frame = self.frame.with_columns(_ran(self.frame, writer.stages, exprs).get_columns())
        for place, (look, given) in enumerate(zip(stratum, asked, strict=True)):
            name = f"l{start + place}"
            found: Term
            if isinstance(look, Along):
                frame, found = along(look, given[0], frame, self.rows.periods, name)
            elif isinstance(look, Portion):
                frame, found = portion(look, given[0], given[1], given[2], frame, name)
            else:
                frame, found = across(look, given[0], given[1], frame, name)
            self.found[look] = found
        self._frame = frame

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
        found = [Asked(f"k{place}", _as_column(writer, node)) for place, node in enumerate(wanted)]
        exprs = [expr for one in found for expr in one.exprs]
        frame = self.frame.with_columns(_ran(self.frame, writer.stages, exprs).get_columns()) if exprs else self.frame
        return frame, {node: one.stored() for node, one in zip(wanted, found, strict=True)}

    def outputs(self, outputs: Sequence[Output], certain: bool) -> list[Column]:
        """The outputs, in their order."""
        if self.found:
            plan = self._plan(outputs, certain)
        else:
            key = (tuple(outputs), certain, self.rows.form)
            plan = self.reader.plans.get(key) or self._plan(outputs, certain)
            if len(self.reader.plans) >= _MOST_PLANS:
                self.reader.plans.clear()
            self.reader.plans[key] = plan
        frame = self.frame
        frame = frame.with_columns(
            [pl.repeat(10.0**each, frame.height, eager=True).alias(f"{_POWER}{each}") for each in plan.powers]
        )
        table = _ran(frame, plan.stages, plan.exprs)
        self.doubt = table["doubt"] if plan.doubts else None
        return [Column(table[str(place)], names) for place, names in enumerate(plan.labels)]

    def _plan(self, outputs: Sequence[Output], certain: bool) -> Plan:
        cells = self.reader.sheet.cells
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
        cells = self.reader.sheet.cells
        writer: Writer

        def inputs(node: Node) -> Term:
            return self._input(node, writer)

        writer = Writer(certain, cells=cells, inputs=inputs, uses=uses(cells, asked))
        return writer

    def _input(self, node: Node, writer: Writer) -> Term:
        sheet = self.reader.sheet
        if isinstance(node, Along | Crossing):
            return self.found[node]
        if isinstance(node, Moment):
            return self._moment(node)
        if isinstance(node, Param):
            spec = sheet.params[node.id]
            value = self.reader.params.get(node.id, spec.value)
            if node.id not in self.reader.varying:
                return writer.term(constant(value))
            return taken(self.rows.held[f"p:{node.id}"], value, writer)
        assert isinstance(node, Fact)
        return taken(self.rows.held[f"f:{node.id}"], sheet.facts[node.id].default, writer)

    def _moment(self, node: Moment) -> Term:
        values = [getattr(period, node.part) for period in self.rows.periods]
        if len(set(values)) == 1:
            return Number(nodes.number(values[0]).value)
        series = pl.Series(values, dtype=pl.Int32)
        expr = pl.lit(series).gather(pl.col("#period"))
        return Number(nodes.number(1).value, Ints(expr, min(values), max(values), "i32"))


def _as_column(writer: Writer, node: Node) -> Term:
    term = writer.term(node)
    return writer.ints(term) if isinstance(term, Number) else term


def _ran(frame: pl.DataFrame, stages: Sequence[Sequence[pl.Expr]], exprs: Sequence[pl.Expr]) -> pl.DataFrame:
    """The columns of these expressions, each stage after those that it needs."""
    lazy = frame.lazy()
    for stage in stages:
        lazy = lazy.with_columns(stage)
    table = lazy.select(exprs).collect()
    if table.height != frame.height:  # nothing but constants
        names = [expr.meta.output_name() for expr in exprs]
        table = lazy.with_columns(exprs).select(names).collect()
    return table


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


__all__ = ["Carrier", "Column", "ColumnarReader", "Output", "Run", "TooWideError"]
