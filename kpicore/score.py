"""One row to its result: the exact reader's values, given the shape of DESIGN section 6."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from attrs import define, evolve, field

from kpicore.blame import blame
from kpicore.decimals import plain_text, scaled_decimal
from kpicore.engines.exact import ExactReader, Output
from kpicore.figure import UNREADABLE, Unreadable, Value
from kpicore.formula.node import Absence, Node, gravest
from kpicore.model import IndicatorSpec, Sheet
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
_decimal = lru_cache(maxsize=1 << 16)(scaled_decimal)


@define
class Line:
    """What the result of one indicator needs: its name and the places of its measure."""

    id: str
    measured: bool
    measure_places: int | None


@define
class Scorer:
    """Scores rows of one scheme with one set of parameters.

    `head` are the scheme's id and version; `identity` is what the hash covers besides the parameters.
    """

    sheet: Sheet
    settings: Settings
    identity: str
    _readers: dict[frozenset[str], ExactReader] = field(factory=dict)
    _hashes: dict[tuple[tuple[str, Value | Unreadable], ...], str] = field(factory=dict)
    _lines: tuple[Line, ...] = ()
    _outputs: tuple[Output, ...] = ()
    _brief: tuple[Output, ...] = ()
    _places: int = 2

    def __attrs_post_init__(self) -> None:
        model = self.sheet.model
        cells = self.sheet.cells
        self._places = model.places
        self._lines = tuple(_line(self.sheet, line) for line in model.indicators)
        names: list[Output] = [Output("status")]
        for name in ("sum", "counted_marks", "full_marks", "total", "grade", "pay_total"):
            names.append(Output(name if name in cells else "status"))
        for line in self._lines:
            if line.measured:
                names.append(Output(f"{line.id}.measure"))
            names += [Output(f"{line.id}.{part}") for part in ("points", "score", "full_marks")]
            names.append(Output(f"{line.id}.points", "absence"))
        names += [Output(f"group.{group.id}") for group in model.groups]
        for gate in model.gates:
            names += [Output(f"gate.{gate.id}"), Output(f"gate.{gate.id}", "absence")]
        names += [Output(f"pay.{element.id}") for element in model.pay]
        self._outputs = tuple(names)
        self._brief = tuple(Output(name) for name in ("status", "total", "grade") if name in cells)

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
        everybody = self.settings.everybody
        return {
            name: value
            for name, value in self.settings.for_row(row).items()
            if name not in everybody or everybody[name] != value
        }

    def brief(self, row: Row) -> tuple[Status, Decimal | None, str | None]:
        """Status, total and grade alone, without the rest of the result."""
        reader, row, _ = self.reader(row)
        status, *rest = reader.run(self._brief, row)
        cells = self.sheet.cells
        total = rest.pop(0) if "total" in cells else None
        grade = rest.pop(0) if "grade" in cells else None
        return status, None if total is None else _decimal(total, self._places), grade

    def score(self, row: Row) -> Result:
        """The whole result of one row."""
        reader, row, own = self.reader(row)
        model = self.sheet.model
        values = reader.run(self._outputs, row)
        taken = iter(values)
        status: Status = next(taken)
        sum_, counted, full, total, grade, pay_total = (next(taken) for _ in range(6))
        indicators = dict(self._indicator(line, taken) for line in self._lines)
        places = self._places
        groups = {group.id: _decimal(next(taken), places) for group in model.groups}
        gates = {gate.id: _gate(next(taken), next(taken)) for gate in model.gates}
        pay = {element.id: _money(next(taken)) for element in model.pay}
        scored = bool(model.indicators)
        complete = status != "incomplete"
        reasons = tuple(self._reasons(reader, row, indicators, gates, complete))
        return Result(
            row.employee,
            row.name,
            row.team,
            str(row.period),
            model.id,
            model.version,
            self._hash(own),
            status,
            _decimal(sum_, places) if scored else None,
            _decimal(counted, places) if scored else None,
            _decimal(full, places) if scored else None,
            _decimal(total, places) if scored and total is not None else None,
            grade if model.grade is not None else None,
            None,
            groups,
            indicators,
            gates,
            pay,
            _money(pay_total) if model.pay else None,
            None,
            reasons,
            row.occasion,
        )

    def _indicator(self, line: Line, taken: Iterator[Any]) -> tuple[str, IndicatorResult]:
        measure = next(taken) if line.measured else None
        points, score, full, absence = next(taken), next(taken), next(taken), next(taken)
        places = self._places
        if measure is not None and line.measure_places is not None:
            measure = _decimal(measure, line.measure_places)
        marks = _decimal(full, places)
        if absence:
            return line.id, IndicatorResult(measure, None, None, marks, _STATES[gravest(Absence(absence))])
        return line.id, IndicatorResult(measure, _decimal(points, places), _decimal(score, places), marks, "scored")

    def _hash(self, own: Own) -> str:
        key = tuple(sorted(own.items()))
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


def _line(sheet: Sheet, line: IndicatorSpec) -> Line:
    cell = sheet.cells.get(f"{line.id}.measure")
    return Line(line.id, cell is not None, None if cell is None else cell.places)


def _gate(value: bool | None, absence: int) -> GateState:
    if absence in (0, int(Absence.LEFT_OUT)):
        return "passed" if value or absence else "failed"
    return "unknown"


def _money(value: int | None) -> Decimal | None:
    return None if value is None else _decimal(value, MONEY_PLACES)


def _canonical(value: Value | Unreadable) -> str:
    if isinstance(value, bool) or value is UNREADABLE:
        return str(value).lower()
    return plain_text(value) if isinstance(value, int | Decimal) else str(value)
