"""One row to its result: the exact reader's values, given the shape of DESIGN section 6."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from attrs import define, evolve, field

from kpicore.blame import blame
from kpicore.decimals import plain_text, scaled_decimal
from kpicore.engines.exact import ExactReader, Output
from kpicore.figure import UNREADABLE, Unreadable, Value
from kpicore.formula.node import Absence, Node, gravest
from kpicore.model import Cell, IndicatorSpec, Sheet
from kpicore.params import Settings
from kpicore.result import GateState, IndicatorResult, Result, State, Status
from kpicore.row import Reason, Row
from kpicore.sheet import MONEY_PLACES

_STATES: Mapping[Absence, State] = {
    Absence.LEFT_OUT: "left_out",
    Absence.UNDEFINED: "undefined",
    Absence.HOLE: "undefined",
    Absence.MISSING: "missing",
    Absence.UNREADABLE: "unreadable",
}
_CODES: Mapping[Absence, str] = {
    Absence.UNDEFINED: "undefined_measure",
    Absence.HOLE: "no_band",
    Absence.MISSING: "missing_figure",
    Absence.UNREADABLE: "unreadable_figure",
    Absence.LEFT_OUT: "left_out",
}
Own = Mapping[str, Value | Unreadable]
_HEAD = ("status", "sum", "counted_marks", "full_marks", "total", "grade", "pay_total")


class Decimals(dict[int, Decimal]):
    """Decimals of so many places for numbers in units of the last one, each made once."""

    _MOST = 1 << 16

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def __missing__(self, scaled: int) -> Decimal:
        if len(self) >= self._MOST:
            self.clear()
        made = self[scaled] = scaled_decimal(scaled, self.places)
        return made


class Line(NamedTuple):
    """Where the values of one indicator stand among the outputs, and the decimals of its measure.

    `measures` is None where the measure is a text, or the indicator has none.
    """

    id: str
    at: int
    measures: Decimals | None


@define
class Scorer:
    """Scores rows of one scheme with one set of parameters.

    `identity` is what the hash covers besides the parameters. `quiet`: a person who is scored needs no reasons
    (no gate that could fail, nothing that could be left out or settled by a policy).
    """

    sheet: Sheet
    settings: Settings
    identity: str
    _readers: dict[frozenset[str], ExactReader] = field(factory=dict)
    _hashes: dict[tuple[tuple[str, Value | Unreadable], ...], str] = field(factory=dict)
    _lines: tuple[Line, ...] = ()
    _outputs: tuple[Output, ...] = ()
    _brief: tuple[Output, ...] = ()
    _after: int = 0
    _marks: Decimals = field(factory=lambda: Decimals(2))
    _money: Decimals = field(factory=lambda: Decimals(MONEY_PLACES))
    _quiet: bool = False

    def __attrs_post_init__(self) -> None:
        model, cells = self.sheet.model, self.sheet.cells
        self._marks = Decimals(model.places)
        outputs = [_output(cells, name) for name in _HEAD]
        lines = []
        for line in model.indicators:
            lines.append(_line(self.sheet, line, len(outputs)))
            outputs += [_output(cells, f"{line.id}.{part}") for part in ("measure", "points", "score", "full_marks")]
            outputs.append(Output(f"{line.id}.points", "absence"))
        self._lines, self._after = tuple(lines), len(outputs)
        outputs += [Output(f"group.{group.id}") for group in model.groups]
        for gate in model.gates:
            outputs += [Output(f"gate.{gate.id}"), Output(f"gate.{gate.id}", "absence")]
        outputs += [Output(f"pay.{element.id}") for element in model.pay]
        self._outputs = tuple(outputs)
        self._brief = tuple(_output(cells, name) for name in ("status", "total", "grade"))
        settled = any(
            line.counts_when is not None or {line.when_missing, line.when_undefined} != {"incomplete"}
            for line in model.indicators
        )
        self._quiet = not (model.gates or settled)

    def reader(self, row: Row) -> tuple[ExactReader, Row, Own]:
        """The reader for this row, the row with its own parameters among the figures, and those parameters."""
        own = self._own(row)
        varying = frozenset(own)
        reader = self._readers.get(varying)
        if reader is None:
            reader = self._readers[varying] = ExactReader(self.sheet, dict(self.settings.everybody), varying)
        if own:
            row = evolve(row, facts={**own, **row.facts})
        return reader, row, own

    def _own(self, row: Row) -> Own:
        """The parameters that this row has otherwise than everybody."""
        settings = self.settings
        if not settings.teams and not settings.employees and settings.names.isdisjoint(row.facts):
            return {}
        everybody = settings.everybody
        return {
            name: value
            for name, value in settings.for_row(row).items()
            if name not in everybody or everybody[name] != value
        }

    def brief(self, row: Row) -> tuple[Status, Decimal | None, str | None]:
        """Status, total and grade alone, without the rest of the result."""
        reader, row, _ = self.reader(row)
        status, total, grade = reader.run(self._brief, row)
        model = self.sheet.model
        if total is None or not model.indicators:
            return status, None, None
        return status, self._marks[total], grade if model.grade is not None else None

    def score(self, row: Row) -> Result:
        """The whole result of one row."""
        reader, row, own = self.reader(row)
        model, marks = self.sheet.model, self._marks
        values = reader.run(self._outputs, row)
        status, sum_, counted, full, total, grade, pay_total = values[: len(_HEAD)]
        indicators = self._indicators(values)
        groups: dict[str, Decimal] = {}
        gates: dict[str, GateState] = {}
        pay: dict[str, Decimal | None] = {}
        if len(values) > self._after:
            taken = iter(values[self._after :])
            groups = {group.id: marks[next(taken)] for group in model.groups}
            gates = {gate.id: _gate(next(taken), next(taken)) for gate in model.gates}
            pay = {element.id: self._paid(next(taken)) for element in model.pay}
        if self._quiet and status == "scored" and not row.reasons:
            reasons: tuple[Reason, ...] = ()
        else:
            reasons = tuple(self._reasons(reader, row, indicators, gates, status != "incomplete"))
        scored = bool(model.indicators)
        return Result(
            row.employee,
            row.name,
            row.team,
            str(row.period),
            model.id,
            model.version,
            self._hash(own),
            status,
            marks[sum_] if scored else None,
            marks[counted] if scored else None,
            marks[full] if scored else None,
            marks[total] if scored and total is not None else None,
            grade if model.grade is not None else None,
            None,
            groups,
            indicators,
            gates,
            pay,
            self._paid(pay_total) if model.pay else None,
            None,
            reasons,
            row.occasion,
        )

    def _indicators(self, values: tuple[Any, ...]) -> dict[str, IndicatorResult]:
        marks = self._marks
        found: dict[str, IndicatorResult] = {}
        for id_, at, measures in self._lines:
            measure, points, score, full, absence = values[at : at + 5]
            if measures is None:
                measure = measure if f"{id_}.measure" in self.sheet.cells else None
            elif measure is not None:
                measure = measures[measure]
            if absence:
                state = _STATES[gravest(Absence(absence))]
                found[id_] = IndicatorResult(measure, None, None, marks[full], state)
            else:
                found[id_] = IndicatorResult(measure, marks[points], marks[score], marks[full], "scored")
        return found

    def _paid(self, value: int | None) -> Decimal | None:
        return None if value is None else self._money[value]

    def _hash(self, own: Own) -> str:
        key = tuple(sorted(own.items())) if own else ()
        known = self._hashes.get(key)
        if known is None:
            model = self.sheet.model
            given = {name: spec.value for name, spec in model.params.items()}
            in_force: Own = {**given, **self.settings.everybody, **own}
            shown = {name: _canonical(value) for name, value in in_force.items()}
            text = self.identity + json.dumps(shown, sort_keys=True, ensure_ascii=False)
            known = self._hashes[key] = "sha256:" + hashlib.sha256(text.encode()).hexdigest()
        return known

    def _reasons(
        self,
        reader: ExactReader,
        row: Row,
        indicators: Mapping[str, IndicatorResult],
        gates: Mapping[str, GateState],
        complete: bool,
    ) -> Iterator[Reason]:
        model = self.sheet.model
        for line in model.indicators:
            yield from self._line_reasons(reader, row, line, indicators[line.id])
        for gate in model.gates:
            if gates[gate.id] == "failed":
                effect = gate.effect
                lower = effect.lower_by
                yield Reason.of("gate_failed", gate=gate.id, grade=effect.grade, lower_by=lower)
            elif gates[gate.id] == "unknown":
                yield from self._blamed(reader, row, self.sheet.cells[f"gate.{gate.id}"].node, gate=gate.id)
        if not complete:
            yield from self._whole_reasons(reader, row, indicators)
        yield from row.reasons

    def _line_reasons(
        self, reader: ExactReader, row: Row, line: IndicatorSpec, result: IndicatorResult
    ) -> Iterator[Reason]:
        policies = {line.when_missing, line.when_undefined}
        if result.state == "scored":
            if result.measure is None and policies & {"zero", "full"} and line.measure is not None:
                yield from self._policy(reader, row, line)
        elif result.state == "left_out":
            if line.counts_when is not None and reader.value(line.counts_when.node, row) is False:
                yield Reason.of("not_counted", indicator=line.id)
            else:
                yield from self._policy(reader, row, line)
        else:
            yield from self._blamed(reader, row, self.sheet.cells[f"{line.id}.points"].node, indicator=line.id)

    def _policy(self, reader: ExactReader, row: Row, line: IndicatorSpec) -> Iterator[Reason]:
        if line.measure is None:
            yield Reason.of("left_out", indicator=line.id)
            return
        absence = reader.value(line.measure.node, row)
        if not isinstance(absence, Absence):
            return
        because = _STATES[absence]
        policy = line.when_missing if because == "missing" else line.when_undefined
        code = "left_out" if policy == "leave_out" else f"counted_as_{policy}"
        yield Reason.of(code, indicator=line.id, because=because)

    def _blamed(self, reader: ExactReader, row: Row, node: Node, **where: str) -> Iterator[Reason]:
        for cause in blame(reader, node, row):
            yield Reason.of(_CODES[cause.absence], **where, fact=cause.fact)

    def _whole_reasons(
        self, reader: ExactReader, row: Row, indicators: Mapping[str, IndicatorResult]
    ) -> Iterator[Reason]:
        """Why the person is incomplete where no indicator is to blame by itself."""
        model, cells = self.sheet.model, self.sheet.cells
        known = all(line.state in ("scored", "left_out") for line in indicators.values())
        if model.indicators and known:
            if isinstance(reader.value(cells["marks"].node, row), Absence):
                counted = reader.value(cells["counted_marks"].node, row)
                shown = plain_text(counted) if not isinstance(counted, Absence | str | bool) else None  # type: ignore[arg-type]
                yield Reason.of("too_little_counted", counted_marks=shown)
                return
            if model.grade is not None and isinstance(reader.value(cells["graded_at"].node, row), Absence):
                yield Reason.of("no_grade")
        for element in model.pay:
            node = cells[f"earned.{element.id}"].node
            if isinstance(reader.value(node, row), Absence) and (known or not model.indicators):
                yield from self._blamed(reader, row, node, pay=element.id)


def _output(cells: Mapping[str, Cell], name: str) -> Output:
    """The cell, or, where the sheet has none of that name, a stand-in that keeps the places of the others."""
    return Output(name if name in cells else "status")


def _line(sheet: Sheet, line: IndicatorSpec, at: int) -> Line:
    cell = sheet.cells.get(f"{line.id}.measure")
    return Line(line.id, at, None if cell is None or cell.places is None else Decimals(cell.places))


def _gate(value: bool | None, absence: int) -> GateState:
    if absence in (0, int(Absence.LEFT_OUT)):
        return "passed" if value or absence else "failed"
    return "unknown"


def _canonical(value: Value | Unreadable) -> str:
    if isinstance(value, bool) or value is UNREADABLE:
        return str(value).lower()
    return plain_text(value) if isinstance(value, int | Decimal) else str(value)
