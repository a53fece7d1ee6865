"""One row to its result: the exact reader's values, given the shape of DESIGN section 6."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Container, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from attrs import define, evolve, field

from kpicore.adjustment import ADJUSTMENT, HELD, OWN
from kpicore.blame import blame
from kpicore.decimals import plain_text, scaled_decimal
from kpicore.decision import decision_of, ladder_reasons
from kpicore.engines.exact import ExactReader, Output, Program, Short, ShortWays, Want
from kpicore.figure import UNREADABLE, Unreadable, Value
from kpicore.formula.node import Absence, Ref, gravest
from kpicore.ladder import DECISION
from kpicore.model import Cell, GateSpec, IndicatorSpec, Sheet
from kpicore.params import Settings
from kpicore.protocols import Period
from kpicore.rating import remarks
from kpicore.result import GateState, IndicatorResult, Result, State, Status
from kpicore.row import Reason, Row

STATES: Mapping[Absence, State] = {
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
_LINE: tuple[tuple[str, Want], ...] = (
    ("measure", "decimal"),
    ("points", "decimal"),
    ("score", "decimal"),
    ("full_marks", "decimal"),
    ("score", "absence"),
)
_WHOLE = ("scored_sum", "marks", "graded_at")
"""Cells whose absence has reasons of its own."""
_HEAD = ("status", "sum", "counted_marks", "full_marks", "total", "grade", "pay_total")


class Prepared(NamedTuple):
    """The reader for rows that have these parameters of their own, and its programs for a result and for `brief`."""

    reader: ExactReader
    result: Program
    brief: Program


@define
class Scorer:
    """Scores rows of one scheme with one set of parameters.

    `identity` is what the hash covers besides the parameters. `quiet`: a person who is scored needs no reasons
    (no gate that could fail, nothing that could be left out, held or settled by a policy). `awarded`: the points,
    before any policy is asked, of the lines that can be scored by one.
    """

    sheet: Sheet
    settings: Settings
    identity: str
    _prepared: dict[frozenset[str], Prepared] = field(factory=dict)
    _hashes: dict[tuple[tuple[str, Value | Unreadable], ...], str] = field(factory=dict)
    _lines: tuple[str, ...] = ()
    _outputs: tuple[Output, ...] = ()
    _brief: tuple[Output, ...] = ()
    _after: int = 0
    _quiet: bool = False
    _awarded: Mapping[str, Ref] = field(factory=dict)
    _judged: tuple[str, ...] = ()
    _remarks: Mapping[str, Reason] = field(factory=dict)
    _held: Mapping[str, Reason] = field(factory=dict)
    _plain: Prepared = field(init=False)
    _short: ShortWays | None = None

    def __attrs_post_init__(self) -> None:
        model, cells = self.sheet.model, self.sheet.cells
        outputs = [_output(cells, name) for name in _HEAD] + [_output(cells, "rank", "value")]
        for line in model.indicators:
            outputs += [_output(cells, f"{line.id}.{part}", want) for part, want in _LINE]
        self._lines, self._after = tuple(line.id for line in model.indicators), len(outputs)
        if model.indicators:
            outputs += [Output(f"group.{group.id}", "decimal") for group in model.groups]
        for gate in model.gates:
            outputs += [Output(f"gate.{gate.id}"), Output(f"gate.{gate.id}", "absence")]
        outputs += [Output(f"pay.{element.id}", "decimal") for element in model.pay]
        if model.ladder is not None:
            outputs += [Output(f"decision.{part}") for part in DECISION]
        if model.adjustments is not None:
            outputs.append(Output(ADJUSTMENT, "decimal"))
        self._remarks = dict(remarks(model))
        self._outputs = tuple(outputs)
        self._brief = tuple(_output(cells, name) for name in ("status", "total", "grade"))
        settled = any(
            {line.when_missing, line.when_undefined} != {"incomplete"} or line.id in self.sheet.may_lack
            for line in model.indicators
        )
        self._awarded = {
            line.id: Ref(f"{line.id}.awarded")
            for line in model.indicators
            if {line.when_missing, line.when_undefined} & {"zero", "full"}
        }
        self._judged = tuple(f"{line.id}.{part}" for line in model.indicators for part in ("points", "score"))
        self._held = {name: reason for name, reason in HELD.items() if name in cells}
        self._quiet = not (model.gates or settled or model.ladder or self._remarks or self._held)
        self._plain = self._prepare(frozenset())

    def reader(self, row: Row) -> tuple[ExactReader, Row, Own]:
        """The reader for this row, the row with its own parameters among the figures, and those parameters."""
        prepared, row, own = self._ready(row)
        return prepared.reader, row, own

    def _ready(self, row: Row) -> tuple[Prepared, Row, Own]:
        own = self._own(row)
        if not own:
            return self._plain, row, own
        varying = frozenset(own)
        prepared = self._prepared.get(varying)
        if prepared is None:
            prepared = self._prepared[varying] = self._prepare(varying)
        return prepared, evolve(row, facts={**row.facts, **own}), own

    def _prepare(self, varying: frozenset[str]) -> Prepared:
        reader = ExactReader(self.sheet, dict(self.settings.everybody), varying)
        return Prepared(reader, reader.program(self._outputs), reader.program(self._brief))

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

    def hash(self, row: Row) -> str:
        """The hash of this row's result."""
        return self._hash(self._own(row))

    def brief(self, row: Row) -> tuple[Status, Decimal | None, str | None]:
        """Status, total and grade alone, without the rest of the result."""
        if row.absent:
            return "incomplete", None, None
        prepared, row, _ = self._ready(row)
        status, total, grade = prepared.brief.run(row)
        return status, total, grade

    def short(self, period: Period) -> Short:
        """The short way from a person's raw figures to what `brief` gives, where nobody has parameters of their own."""
        assert not (self.settings.teams or self.settings.employees)
        if self._short is None:
            self._short = ShortWays(self._plain.reader, self._brief, "total", self.settings.names)
        return self._short.of(period)

    def score(self, row: Row) -> Result:
        """The whole result of one row."""
        prepared, row, own = self._ready(row)
        if row.absent:
            return self._absent(prepared, row, own)
        model = self.sheet.model
        values = prepared.result.run(row)
        status, sum_, counted, full, total, grade, pay_total, rank = values[: len(_HEAD) + 1]
        indicators = self._indicators(values)
        groups: dict[str, Decimal] | None = {} if model.indicators else None
        gates: dict[str, GateState] = {}
        pay: dict[str, Decimal | None] = {}
        decision: Mapping[str, str] | None = None
        adjustment: Decimal | None = None
        if len(values) > self._after:
            taken = iter(values[self._after :])
            if groups is not None:
                groups = {group.id: next(taken) for group in model.groups}
            gates = {gate.id: _gate(next(taken), next(taken)) for gate in model.gates}
            pay = {element.id: next(taken) for element in model.pay}
            if model.ladder is not None:
                outcome, from_, to, since = (next(taken) for _ in DECISION)
                decision = decision_of(outcome, from_, to, since, row.period)
            if model.adjustments is not None:
                adjustment = next(taken)
        if self._quiet and status == "scored" and not row.reasons:
            reasons: tuple[Reason, ...] = ()
        else:
            reasons = tuple(self._reasons(prepared.reader, row, indicators, gates, status))
        return Result(
            row.employee,
            row.name,
            row.team,
            str(row.period),
            model.id,
            model.version,
            self._hash(own),
            status,
            sum_,
            counted,
            full,
            total,
            grade,
            rank,
            groups,
            indicators,
            gates,
            pay,
            pay_total,
            decision,
            reasons,
            row.occasion,
            adjustment,
            None if model.adjustments is None else row.adjustments,
        )

    def _absent(self, prepared: Prepared, row: Row, own: Own) -> Result:
        """The result of somebody for whom nothing was delivered: nothing is scored, whatever a blank stands for."""
        model = self.sheet.model
        scored = bool(model.indicators)
        nought = scaled_decimal(0, model.places) if scored else None
        full_marks: dict[str, Decimal | None] = {}
        for name in ("full_marks", *(f"{line.id}.full_marks" for line in model.indicators)):
            (full_marks[name],) = prepared.reader.run((_output(self.sheet.cells, name),), row)
        return Result(
            employee=row.employee,
            name=row.name,
            team=row.team,
            period=str(row.period),
            scheme=model.id,
            version=model.version,
            hash=self._hash(own),
            status="incomplete",
            sum=nought,
            counted_marks=nought,
            full_marks=full_marks["full_marks"],
            total=None,
            grade=None,
            rank=None,
            groups={group.id: scaled_decimal(0, model.places) for group in model.groups} if scored else None,
            indicators={
                line.id: IndicatorResult(None, None, None, full_marks[f"{line.id}.full_marks"], "missing")
                for line in model.indicators
            },
            gates={gate.id: "unknown" for gate in model.gates},
            pay={element.id: None for element in model.pay},
            pay_total=None,
            decision=None,
            reasons=row.reasons,
            occasion=row.occasion,
            adjustment=None if model.adjustments is None else nought,
            adjustments=None if model.adjustments is None else (),
        )

    def _indicators(self, values: tuple[Any, ...]) -> dict[str, IndicatorResult]:
        found: dict[str, IndicatorResult] = {}
        at, parts, new = len(_HEAD) + 1, len(_LINE), object.__new__
        for id_ in self._lines:
            measure, points, score, full, absence = values[at : at + parts]
            at += parts
            state: State = "scored"
            if absence:
                points = score = None
                state = STATES[gravest(Absence(absence))]
            result = found[id_] = new(IndicatorResult)
            fields = result.__dict__  # as its __init__ does, in half of the time: there are many of these
            fields["measure"] = measure
            fields["points"] = points
            fields["score"] = score
            fields["full_marks"] = full
            fields["state"] = state
        return found

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
        status: Status,
    ) -> Iterator[Reason]:
        model = self.sheet.model
        for line in model.indicators:
            result = indicators[line.id]
            if result.state != "scored" or line.id in self._awarded:
                yield from self._line_reasons(reader, row, line, result)
        for cell, reason in self._remarks.items():
            if reader.value(self.sheet.cells[cell].node, row) is True:
                yield reason
        for gate in model.gates:
            if gates[gate.id] == "failed":
                yield gate_reason(gate)
            elif gates[gate.id] == "unknown":
                yield from self._blamed(reader, row, f"gate.{gate.id}", _WHOLE, gate=gate.id)
        for cell, reason in self._held.items():
            if reader.value(Ref(cell, "flag"), row) is True:
                yield reason
        if model.ladder is not None:
            yield from ladder_reasons(model.ladder, reader, row, status)
        elif status == "incomplete":
            yield from self._whole_reasons(reader, row, indicators)
        yield from row.reasons

    def _line_reasons(
        self, reader: ExactReader, row: Row, line: IndicatorSpec, result: IndicatorResult
    ) -> Iterator[Reason]:
        if result.state == "scored":
            yield from self._policy(reader, row, line)
        elif result.state == "left_out":
            if line.counts_when is not None and reader.value(line.counts_when.node, row) is False:
                yield Reason.of("not_counted", indicator=line.id)
            else:
                yield from self._policy(reader, row, line)
        else:
            yield from self._blamed(reader, row, f"{line.id}.score", indicator=line.id)

    def _policy(self, reader: ExactReader, row: Row, line: IndicatorSpec) -> Iterator[Reason]:
        """What became of points that were absent before the policies were asked."""
        absence = reader.value(self._awarded.get(line.id) or Ref(f"{line.id}.awarded"), row)
        if isinstance(absence, Absence):
            yield policy_reason(line, absence)

    def _blamed(
        self, reader: ExactReader, row: Row, cell: str, elsewhere: Container[str] = (), **where: str
    ) -> Iterator[Reason]:
        """The figures that are to blame for a cell's absence, but for what other reasons say already."""
        for cause in blame(reader, self.sheet.cells[cell].node, row, elsewhere):
            yield Reason.of(cause.why or _CODES[cause.absence], **where, fact=cause.fact, period=cause.period)

    def _whole_reasons(
        self, reader: ExactReader, row: Row, indicators: Mapping[str, IndicatorResult]
    ) -> Iterator[Reason]:
        """Why the person is incomplete beyond what the indicators and gates say by themselves."""
        model, cells = self.sheet.model, self.sheet.cells
        known = all(line.state in ("scored", "left_out") for line in indicators.values())
        own = Ref("marks" if model.adjustments is None else OWN)
        if model.indicators and known and isinstance(reader.value(own, row), Absence):
            counted = reader.value(cells["counted_marks"].node, row)
            shown = plain_text(counted) if isinstance(counted, Fraction) else None
            yield Reason.of("too_little_counted", counted_marks=shown)
        if model.adjustments is not None:
            yield from self._blamed(reader, row, ADJUSTMENT)
        if model.grade is not None:
            for cause in blame(reader, cells["graded_at"].node, row, (*_WHOLE, *self._judged)):
                if model.grade.by == "heads" and cause.fact is None and cause.absence is Absence.UNDEFINED:
                    continue  # nobody is counted, since this person lacks something that is told already
                code = "no_grade" if cause.fact is None else _CODES[cause.absence]
                yield Reason.of(code, fact=cause.fact)
        for element in model.pay:
            told = (*_WHOLE, "final", *self._judged)
            yield from self._blamed(reader, row, f"earned.{element.id}", told, pay=element.id)


def gate_reason(gate: GateSpec) -> Reason:
    """That a gate was not passed."""
    return Reason.of("gate_failed", gate=gate.id, grade=gate.effect.grade, lower_by=gate.effect.lower_by)


def policy_reason(line: IndicatorSpec, absence: Absence) -> Reason:
    """What became of an indicator whose points were absent before its policies were asked."""
    if absence is Absence.LEFT_OUT:
        return Reason.of("left_out", indicator=line.id)
    policy = line.when_missing if absence is Absence.MISSING else line.when_undefined
    code = "left_out" if policy == "leave_out" else f"counted_as_{policy}"
    return Reason.of(code, indicator=line.id, because=STATES[absence])


def _output(cells: Mapping[str, Cell], name: str, want: Want = "decimal") -> Output:
    """What is wanted of a cell; nothing, where the sheet has none of that name."""
    return Output(name, want if name in cells else "nothing")


def _gate(value: bool | None, absence: int) -> GateState:
    if absence in (0, int(Absence.LEFT_OUT)):
        return "passed" if value or absence else "failed"
    return "unknown"


def _canonical(value: Value | Unreadable) -> str:
    if isinstance(value, bool) or value is UNREADABLE:
        return str(value).lower()
    return plain_text(value) if isinstance(value, int | Decimal) else str(value)
