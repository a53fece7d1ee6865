"""What a ladder decided at the end of a cycle, why, and, before its end, what is still needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from kpicore.blame import blame
from kpicore.engines.exact import ExactReader
from kpicore.formula.node import Absence, Node, Ref
from kpicore.history import Known
from kpicore.ladderspec import LadderSpec
from kpicore.needed import gaps, needed
from kpicore.protocols import Period
from kpicore.row import Reason, Row
from kpicore.stretch import Cycle, Month


def month_text(count: int) -> str:
    """The month so many months from the beginning of the era: '2024-03'."""
    return f"{count // 12}-{count % 12 + 1:02d}"


def next_cycle(period: Period) -> str:
    """The cycle after one, of as many months."""
    months = period.months
    last = months[-1]
    assert isinstance(last, Month)
    return str(Cycle(last.later(1), len(months)))


def decision_of(outcome: str | None, from_: str, to: str, since: int, period: Period) -> Mapping[str, str] | None:
    """The decision as a result gives it; None where there is none."""
    if outcome is None:
        return None
    return {"outcome": outcome, "from": from_, "to": to, "since": month_text(since), "next_cycle": next_cycle(period)}


def move_reason(ladder: LadderSpec, place: int) -> Reason:
    """Which move decided; that none did."""
    return Reason.of("move", move=ladder.move[place].id) if place < len(ladder.move) else Reason.of("no_move")


def standard_reason(standard: str, period: Period, month: int) -> Reason:
    """That a month was below a standard."""
    return Reason.of("below_standard", standard=standard, period=period.months[month])


def ladder_reasons(ladder: LadderSpec, reader: ExactReader, row: Row, status: str) -> Iterator[Reason]:
    """Why it was decided so; what is lacking for a decision; or what is still needed for one."""

    def value(node: Node) -> Known:
        return reader.value(node, row)

    if status == "scored":
        decided = value(Ref("decided"))
        assert isinstance(decided, Fraction)
        yield move_reason(ladder, int(decided))
    elif status == "running":
        level = value(Ref("level.at"))
        if not isinstance(level, Fraction):
            yield Reason.of("level_unreadable" if level is Absence.UNREADABLE else "level_unknown")
        else:
            yield from needed(ladder, reader, row, int(level))
    else:
        yield from _lacking(reader, row)
    for standard in ladder.standard:
        for month in range(ladder.months):
            if value(Ref(f"standard.{standard.id}.{month}", "flag")) is False:
                yield standard_reason(standard.id, row.period, month)


def _lacking(reader: ExactReader, row: Row) -> Iterator[Reason]:
    """Why an ended cycle could not be decided."""
    level = reader.value(Ref("level.at"), row)
    if level is Absence.UNREADABLE:
        yield Reason.of("level_unreadable")
    elif isinstance(level, Absence):
        yield Reason.of("level_unknown")
    gone = gaps(row)
    yield from gone
    if not gone and not isinstance(level, Absence):
        codes = {Absence.MISSING: "missing_figure", Absence.UNREADABLE: "unreadable_figure"}
        for cause in blame(reader, Ref("decided"), row):
            yield Reason.of(codes.get(cause.absence, "undefined_measure"), fact=cause.fact, period=cause.period)
