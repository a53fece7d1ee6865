"""The exact reader: a sheet made into functions, and what they give for a row."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from attrs import define, field, frozen

from kpicore.curve import Curve
from kpicore.decimals import Decimals, scaled_decimal
from kpicore.engines.exact.code import Writer
from kpicore.engines.exact.term import Code, Term, times
from kpicore.errors import NeedsOthersError
from kpicore.figure import KINDS, UNREADABLE, Figure, Kind, Value
from kpicore.formula.node import RANKS, Absence, Along, Crossing, Fact, Moment, Node, Num, Param, Portion, gravest
from kpicore.formula.resolve import constant
from kpicore.history import Known, along, part_of
from kpicore.model import Cell, Sheet
from kpicore.row import Row

Scaled = int | str | bool | None
"""A cell's value: a number in units of its last place, a text or a flag; None where it is absent."""

_HARMLESS: Mapping[str, Any] = {"number": 0, "flag": False, "text": "", "date": 1}
_WHOLE = ("run", *RANKS, "count")
_MISSING, _UNREADABLE = int(Absence.MISSING), int(Absence.UNREADABLE)


Want = Literal["value", "decimal", "absence", "nothing"]
"""What a program gives of a cell: its value (a number in units of its last place, or as a Decimal), the flags that
say why it has none, or, to keep a place free, None."""


@frozen
class Output:
    """A cell, which need not be there where nothing is wanted of it."""

    cell: str
    want: Want = "value"


@define
class _Look:
    """A look along the person, or across people, as a program takes it: a value that other rows' programs compute."""

    node: Along | Crossing
    name: str
    certain: bool

    def lines(self) -> list[Code]:
        """The lines that take it."""
        how = "past" if isinstance(self.node, Along) else "among"
        lines = [f"{self.name}n, {self.name}d, {self.name}a = {how}({self.name}node, row)"]
        return [*lines, f"if {self.name}a: return None"] if self.certain else lines

    def term(self) -> Term:
        absent = "0" if self.certain else f"{self.name}a"
        if self.node.type == "number":
            whole = not isinstance(self.node, Portion) and self.node.way in _WHOLE
            return Term("number", f"{self.name}n", 1 if whole else f"{self.name}d", "", absent, whole)
        return Term(self.node.type, v=f"{self.name}n", absent=absent)


def _among(node: Crossing, row: Row) -> tuple[Any, int, int]:
    """n, d and the flags of absence of a look across people."""
    if row.others is None:
        raise NeedsOthersError(
            "The sheet compares people with one another, so one person alone can not be scored. "
            "Score all people of the period together."
        )
    return _taken(node, row.others.value(node, row))


def _past(node: Along, row: Row) -> tuple[Any, int, int]:
    """n, d and the flags of absence of a look along a row's person; or v, 1 and the flags."""
    if row.history is None:
        raise NeedsOthersError(
            f"The sheet looks along a person ({node.way}), so one period alone can not be scored. "
            "Give the person's other periods as history; an empty one for somebody new."
        )
    return _taken(node, along(node, row.history, row.period))


def _taken(node: Node, value: Known) -> tuple[Any, int, int]:
    if isinstance(value, Absence):
        return _HARMLESS[node.type], 1, int(value)
    if isinstance(value, Fraction):
        return value.numerator, value.denominator, 0
    return (value.toordinal() if isinstance(value, datetime.date) else value), 1, 0


@define
class _Input:
    """A fact or parameter as a program takes it: one whole number, or two (n / d), or a value of its own."""

    id: str
    kind: Kind
    default: Value | None
    name: str
    certain: bool

    @property
    def pair(self) -> bool:
        return self.kind.type == "number" and not self.kind.whole

    @property
    def conversion(self) -> list[Code]:
        """The lines that make whole numbers of the figure."""
        if self.pair:
            return [f"{self.name}n, {self.name}d = {self.name}n.as_integer_ratio()"]
        return [f"{self.name}n = {self.name}n.toordinal()"] if self.kind.type == "date" else []

    def reading(self) -> list[Code]:
        """The lines that take the figure, absent or not."""
        name = self.name
        blank = f"{name}n = {_HARMLESS[self.kind.type]!r}" + (f"; {name}d = 1" if self.pair else "")
        lines = [f"{name}n = facts.get({self.id!r})"]
        if self.default is not None:
            lines.append(f"if {name}n is None: {name}n = {name}default")
        return [
            *lines,
            f"if {name}n is None or {name}n is UNREADABLE:",
            f"    {name}a = {_MISSING} if {name}n is None else {_UNREADABLE}",
            f"    {blank}",
            "else:",
            f"    {name}a = 0",
            *(f"    {line}" for line in self.conversion),
        ]

    def term(self, positive: bool) -> Term:
        absent = "0" if self.certain else f"{self.name}a"
        if self.kind.type == "number":
            return Term("number", f"{self.name}n", f"{self.name}d" if self.pair else 1, "", absent, positive)
        return Term(self.kind.type, v=f"{self.name}n", absent=absent)


Run = Callable[[Mapping[str, Figure], int | None, int, Row], tuple[Any, ...] | None]
"""A row's figures, month and year, and the row itself, to the outputs; None where something is absent and the function
can not have that."""


@define
class Program:
    """Gives certain outputs of a sheet.

    Most rows have every figure and divide by no zero: for those there is a function that knows of no absence, and
    gives up where it meets one. Then the other, which can have all, is made and asked.
    """

    _making: Callable[[bool], Run]
    _certain: Run | None = None
    _whole: Run | None = None

    def run(self, row: Row) -> tuple[Any, ...]:
        """The outputs for this row, in their order."""
        period = row.period
        if self._certain is None:
            self._certain = self._making(True)
        given = self._certain(row.facts, period.month, period.year, row)
        if given is None:
            if self._whole is None:
                self._whole = self._making(False)
            given = self._whole(row.facts, period.month, period.year, row)
            assert given is not None
        return given


@define
class ExactReader:
    """Values of a sheet's cells, exactly.

    `params` are the parameters as set for everybody. Those in `varying` may be set by a row's figures; all
    others are built into the programs.
    """

    sheet: Sheet
    params: Mapping[str, Value] = field(factory=dict)
    varying: frozenset[str] = frozenset()
    _programs: dict[tuple[Output, ...], Program] = field(factory=dict)
    _nodes: dict[Node, Run] = field(factory=dict)

    def program(self, outputs: tuple[Output, ...]) -> Program:
        """What gives these outputs."""
        program = self._programs.get(outputs)
        if program is None:
            program = self._programs[outputs] = Program(lambda certain: Making(self, certain).of_cells(outputs))
        return program

    def run(self, outputs: tuple[Output, ...], row: Row) -> tuple[Any, ...]:
        """These outputs for this row, in their order."""
        return self.program(outputs).run(row)

    def value(self, node: Node, row: Row) -> Known:
        """The exact value of any node over this sheet, or why there is none."""
        program = self._nodes.get(node)
        if program is None:
            program = self._nodes[node] = Making(self, certain=False).of_node(node)
        given = program(row.facts, row.period.month, row.period.year, row)
        assert given is not None
        n, d, absent = given
        if absent:
            return gravest(Absence(absent))
        if node.type == "number":
            return Fraction(n, d)
        return datetime.date.fromordinal(n) if node.type == "date" else n

    def bound(self, curve: Curve, row: Row) -> Curve:
        """The curve as it stands for this row: every end and value a number."""

        def change(node: Node) -> Node | None:
            if isinstance(node, Num):
                return node
            value = self.value(node, row)
            return Num(value) if isinstance(value, Fraction) else None

        return curve.bind(change)


class Making:
    """Makes one program."""

    def __init__(self, reader: ExactReader, certain: bool) -> None:
        self.reader = reader
        self.certain = certain
        self.inputs: dict[tuple[str, str], _Input] = {}
        self.looks: dict[Along | Crossing, _Look] = {}
        self.decimals: dict[int, Decimals] = {}
        self.writer = Writer(cells=reader.sheet.cells, inputs=self.input, certain=certain)

    def input(self, node: Node) -> Term:
        """The term of a fact, a parameter, a part of the period, or a look along the person or across people."""
        if isinstance(node, Moment):
            return self.moment(node)
        if isinstance(node, Along | Crossing):
            return self.look(node)
        if isinstance(node, Param):
            spec = self.reader.sheet.params[node.id]
            value = self.reader.params.get(node.id, spec.value)
            if node.id not in self.reader.varying:
                return self.writer.term(constant(value))
            kind = KINDS[spec.kind]
            return self._taken("param", node.id, kind, value).term(kind.least is not None and kind.least >= 0)
        assert isinstance(node, Fact)
        return self.fact(node)

    def moment(self, node: Moment) -> Term:
        """The term of a part of the period."""
        if node.part == "count":
            return Term("number", "part(row.period, 'count')", 1, positive=True)
        return Term("number", node.part, 1, positive=True)

    def look(self, node: Along | Crossing) -> Term:
        """The term of a look along the person or across people."""
        return self.looks.setdefault(node, _Look(node, f"p{len(self.looks)}", self.certain)).term()

    def fact(self, node: Fact) -> Term:
        """The term of a figure."""
        fact = self.reader.sheet.facts[node.id]
        return self._taken("fact", node.id, fact.figure, fact.default).term(node.positive)

    def _taken(self, sort: str, id_: str, kind: Kind, default: Value | None) -> _Input:
        known = self.inputs.get((sort, id_))
        if known is None:
            known = _Input(id_, kind, default, f"x{len(self.inputs)}", self.certain)
            self.inputs[sort, id_] = known
        return known

    def of_cells(self, outputs: Sequence[Output]) -> Run:
        """Gives the outputs in their order."""
        return self._made([self.output(output) for output in outputs])

    def output(self, output: Output) -> Code:
        """The code of what is wanted of a cell."""
        if output.want == "nothing":
            return "None"
        term = self.writer.cell(output.cell)
        if output.want == "absence":
            return term.absent
        code = self._scaled(term, self.reader.sheet.cells[output.cell], output.want == "decimal")
        return code if term.certain else f"(None if {term.absent} else {code})"

    def _scaled(self, term: Term, cell: Cell, as_decimal: bool) -> Code:
        if term.type != "number":
            return term.v
        places = cell.places
        if places is None or not isinstance(term.d, int) or 10**places % term.d:
            raise ValueError(f"cell '{cell.name}' is no output: it is not rounded to places of its own")
        scaled = times(term.n, 10**places // term.d)
        if not as_decimal:
            return str(scaled)
        if isinstance(scaled, int):
            return self.writer.constant(scaled_decimal(scaled, places))
        if term.among:
            known = tuple(scaled_decimal(int(value * 10**places), places) for value in term.among)
            return f"{self.writer.constant(known)}[{term.at}]"
        return f"{self.writer.constant(self.decimals.setdefault(places, Decimals(places)))}[{scaled}]"

    def of_node(self, node: Node) -> Run:
        """Gives n, d and the flags of absence; or v, 1 and the flags."""
        term = self.writer.term(node)
        if term.type == "number":
            return self._made([str(term.n), str(term.d), term.absent])
        return self._made([term.v, "1", term.absent])

    def _made(self, given: Sequence[Code]) -> Run:
        lines = ["def run(facts, month, year, row):"]
        lines += [f"    {line}" for line in self._readings()]
        lines += [f"    {line}" for look in self.looks.values() for line in look.lines()]
        written, given = self.writer.finished(given)
        lines += [line for _, line in written]
        lines.append(f"    return ({', '.join(given)},)")
        defaults = {f"{item.name}default": item.default for item in self.inputs.values()}
        space: dict[str, Any] = {"__builtins__": {"abs": abs, "KeyError": KeyError}, "UNREADABLE": UNREADABLE}
        space |= defaults | self.writer.constants
        space |= {"past": _past, "among": _among, "part": part_of} | {
            f"{look.name}node": look.node for look in self.looks.values()
        }
        exec(compile("\n".join(lines), "<sheet>", "exec"), space)
        run: Run = space["run"]
        return run

    def _readings(self) -> list[Code]:
        if not self.certain:
            return [line for item in self.inputs.values() for line in item.reading()]
        lines = []
        for item in self.inputs.values():
            if item.default is None:
                lines.append(f"{item.name}n = facts[{item.id!r}]")
            else:
                lines.append(f"{item.name}n = facts.get({item.id!r}, {item.name}default)")
                lines.append(f"if {item.name}n is None: {item.name}n = {item.name}default")
        tests = [f"{item.name}n is UNREADABLE" for item in self.inputs.values()]
        tests += [f"{item.name}n is None" for item in self.inputs.values() if item.default is None]
        if lines:
            lines = ["try:", *(f"    {line}" for line in lines), "except KeyError: return None"]
            lines.append(f"if {' or '.join(tests)}: return None")
        return [*lines, *(line for item in self.inputs.values() for line in item.conversion)]
