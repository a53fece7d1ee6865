"""The exact reader: a sheet made into functions, and what they give for a row."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal

from attrs import define, field, frozen

from kpicore.curve import Curve
from kpicore.engines.exact.code import Writer
from kpicore.engines.exact.term import Code, Term, times
from kpicore.figure import KINDS, UNREADABLE, Figure, Kind, Value
from kpicore.formula.node import Absence, Fact, Moment, Node, Num, Param, gravest
from kpicore.formula.resolve import constant
from kpicore.model import Cell, Sheet
from kpicore.row import Row

Scaled = int | str | bool | None
"""A cell's value: a number in units of its last place, a text or a flag; None where it is absent."""
Exactly = Fraction | str | bool | datetime.date | Absence

_HARMLESS: Mapping[str, Any] = {"number": 0, "flag": False, "text": "", "date": 1}
_MISSING, _UNREADABLE = int(Absence.MISSING), int(Absence.UNREADABLE)


@frozen
class Output:
    """What a program gives of a cell: its value, or the flags that say why it has none."""

    cell: str
    want: Literal["value", "absence"] = "value"


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
        lines = [f"{name}n = get({self.id!r})"]
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


Run = Callable[[Mapping[str, Figure], int | None, int], tuple[Any, ...] | None]
"""A program: a row's figures, month and year to its outputs; None where a figure is absent and it can not have that."""


@define
class ExactReader:
    """Values of a sheet's cells, exactly.

    `params` are the parameters as set for everybody. Those in `varying` may be set by a row's figures; all
    others are built into the programs.
    """

    sheet: Sheet
    params: Mapping[str, Value] = field(factory=dict)
    varying: frozenset[str] = frozenset()
    _programs: dict[tuple[tuple[Output, ...], bool], Run] = field(factory=dict)
    _nodes: dict[Node, Run] = field(factory=dict)

    def run(self, outputs: tuple[Output, ...], row: Row) -> tuple[Any, ...]:
        """The outputs for this row, in their order."""
        period = row.period
        given = self._program(outputs, True)(row.facts, period.month, period.year)
        if given is None:
            given = self._program(outputs, False)(row.facts, period.month, period.year)
            assert given is not None
        return given

    def value(self, node: Node, row: Row) -> Exactly:
        """The exact value of any node over this sheet, or why there is none."""
        program = self._nodes.get(node)
        if program is None:
            program = self._nodes[node] = _Making(self, certain=False).of_node(node)
        given = program(row.facts, row.period.month, row.period.year)
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

    def _program(self, outputs: tuple[Output, ...], certain: bool) -> Run:
        program = self._programs.get((outputs, certain))
        if program is None:
            program = self._programs[outputs, certain] = _Making(self, certain).of_cells(outputs)
        return program


class _Making:
    """Makes one program."""

    def __init__(self, reader: ExactReader, certain: bool) -> None:
        self.reader = reader
        self.certain = certain
        self.inputs: dict[tuple[str, str], _Input] = {}
        self.writer = Writer(reader.sheet.cells, self.input)

    def input(self, node: Node) -> Term:
        """The term of a fact, a parameter or a part of the period."""
        if isinstance(node, Moment):
            return Term("number", node.part, 1, positive=True)
        if isinstance(node, Param):
            spec = self.reader.sheet.params[node.id]
            value = self.reader.params.get(node.id, spec.value)
            if node.id not in self.reader.varying:
                return self.writer.term(constant(value))
            kind = KINDS[spec.kind]
            return self._taken("param", node.id, kind, value).term(kind.least is not None and kind.least >= 0)
        assert isinstance(node, Fact)
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
        given: list[Code] = []
        for output in outputs:
            term = self.writer.cell(output.cell)
            if output.want == "absence":
                given.append(term.absent)
                continue
            code = self._scaled(term, self.reader.sheet.cells[output.cell])
            given.append(code if term.certain else f"(None if {term.absent} else {code})")
        return self._made(given)

    def _scaled(self, term: Term, cell: Cell) -> Code:
        if term.type != "number":
            return term.v
        places = cell.places
        if places is None or not isinstance(term.d, int) or 10**places % term.d:
            raise ValueError(f"cell '{cell.name}' is no output: it is not rounded to places of its own")
        return str(times(term.n, 10**places // term.d))

    def of_node(self, node: Node) -> Run:
        """Gives n, d and the flags of absence; or v, 1 and the flags."""
        term = self.writer.term(node)
        if term.type == "number":
            return self._made([str(term.n), str(term.d), term.absent])
        return self._made([term.v, "1", term.absent])

    def _made(self, given: Sequence[Code]) -> Run:
        lines = ["def run(facts, month, year):", "    get = facts.get"]
        lines += [f"    {line}" for line in self._readings()]
        lines += self.writer.lines
        lines.append(f"    return ({', '.join(given)},)")
        defaults = {f"{item.name}default": item.default for item in self.inputs.values()}
        space: dict[str, Any] = {"__builtins__": {"abs": abs}, "UNREADABLE": UNREADABLE}
        space |= defaults | self.writer.constants
        exec(compile("\n".join(lines), "<sheet>", "exec"), space)
        run: Run = space["run"]
        return run

    def _readings(self) -> list[Code]:
        if not self.certain:
            return [line for item in self.inputs.values() for line in item.reading()]
        given = [item for item in self.inputs.values() if item.default is None]
        defaulted = [item for item in self.inputs.values() if item.default is not None]
        lines = [f"{item.name}n = get({item.id!r}, {item.name}default)" for item in defaulted]
        lines += [f"if {item.name}n is None: {item.name}n = {item.name}default" for item in defaulted]
        tests = [f"({item.name}n := get({item.id!r})) is None or {item.name}n is UNREADABLE" for item in given]
        tests += [f"{item.name}n is UNREADABLE" for item in defaulted]
        if tests:
            lines.append(f"if {' or '.join(tests)}: return None")
        return [*lines, *(line for item in self.inputs.values() for line in item.conversion)]
