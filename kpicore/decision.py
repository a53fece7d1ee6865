"""What a ladder decided at the end of a cycle, why, and, before its end, what is still needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from attrs import evolve

from kpicore.blame import blame
from kpicore.decimals import plain_text
from kpicore.engines.exact import ExactReader
from kpicore.formula.node import Absence, Compare, Every, Flag, Node, Not, Ref, walk
from kpicore.history import Known, cycle
from kpicore.ladder import LEVEL, SINCE
from kpicore.ladderspec import LadderSpec, MoveSpec
from kpicore.protocols import Period
from kpicore.row import Reason, Row
from kpicore.stretch import Cycle, Month

Value = Callable[[Node], Known]


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
        if isinstance(value(Ref("level.at")), Absence):
            yield Reason.of("level_unknown")
        else:
            yield from _needed(ladder, reader, row)
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
    history = row.history
    assert history is not None
    gone = [month for month in cycle(row.period) if isinstance(history.value(Flag(True), month), Absence)]
    for month in gone:
        twice = history.value(Flag(True), month) is Absence.UNREADABLE
        yield Reason.of("month_twice" if twice else "month_missing", period=month)
    if not gone and not isinstance(level, Absence):
        codes = {Absence.MISSING: "missing_figure", Absence.UNREADABLE: "unreadable_figure"}
        for cause in blame(reader, Ref("decided"), row):
            yield Reason.of(codes.get(cause.absence, "undefined_measure"), fact=cause.fact, period=cause.period)


def so_far(row: Row, level: str) -> Row | None:
    """The same cycle as far as the person's figures go, as one that began at this level; None before any."""
    assert row.history is not None
    months = row.period.months
    there = [month for month in months if row.history.value(Flag(True), month) is True]
    if not there:
        return None
    first = months[0]
    assert isinstance(first, Month)
    period = Cycle(first, months.index(there[-1]) + 1)
    return evolve(row, period=period, facts={**row.facts, LEVEL: level, SINCE: first.count})


def _needed(ladder: LadderSpec, reader: ExactReader, row: Row) -> Iterator[Reason]:
    """What is still needed: for each move that can be asked, what of its condition is not as it should be by now."""
    at = reader.value(Ref("level.at"), row)
    assert isinstance(at, Fraction)
    now = so_far(row, ladder.levels[int(at)])
    for move in ladder.move:
        if int(at) not in ladder.at(move.levels):
            continue
        target = {"up": int(at) + 1, "down": int(at) - 1}.get(move.to)
        target = ladder.levels.index(move.to) if target is None else target
        if target > at:
            for part in _parts(move.when.node):
                if now is None or reader.value(part, now) is not True:
                    yield _need("needed_to_rise", ladder, move, target, part, reader, now)
        elif target < at and (now is None or reader.value(move.when.node, now) is not False):
            parts = _parts(move.when.node)
            undone = [part for part in parts if isinstance(part, Compare | Not)]  # what may still turn out otherwise
            for part in undone or parts:
                yield _need("needed_to_stay", ladder, move, target, part, reader, now)


def _parts(node: Node) -> tuple[Node, ...]:
    return tuple(part for arg in node.args for part in _parts(arg)) if isinstance(node, Every) else (node,)


def _need(
    code: str,
    ladder: LadderSpec,
    move: MoveSpec,
    target: int,
    part: Node,
    reader: ExactReader,
    now: Row | None,
) -> Reason:
    """One part of a move's condition: the value that it asks, what that is so far, and what it is held against."""
    asked = next((inner for inner in walk(part) if isinstance(inner, Ref) and inner.cell.startswith("value.")), None)
    told: dict[str, object] = {"move": move.id, "level": ladder.levels[target]}
    if asked is not None:
        told["value"] = asked.cell.removeprefix("value.")
        told["so_far"] = None if now is None else _shown(reader.value(asked, now))
    if isinstance(part, Compare) and asked is not None and part.left == asked:
        bound = None if now is None else _shown(reader.value(part.right, now))
        told |= {"sign": part.sign, "bound": bound}
    elif isinstance(part, Not):
        told["sign"] = "not"
    return Reason.of(code, **told)


def _shown(value: Known) -> str | None:
    if isinstance(value, Absence):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return plain_text(value) if isinstance(value, Fraction) else str(value)
