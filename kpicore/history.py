"""Looking along a person: what a formula's value was in other periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from kpicore.formula.node import Absence, Along, Crossing, Flag, Node
from kpicore.stretch import shorter

if TYPE_CHECKING:
    from kpicore.protocols import Period
else:
    Period = Any

Known = Fraction | str | bool | datetime.date | Absence
"""A node's exact value, or why there is none."""


class History(Protocol):
    """One person's periods: rows of figures, or results that a ledger keeps."""

    @property
    def periods(self) -> Iterable[Period]:
        """Those of which something is known, rising."""

    def row(self, period: Period) -> Any:
        """The row of figures of a period; None where there is none, as where only results are kept."""

    def value(self, node: Node, period: Period) -> Known:
        """What this formula came to then; missing where nothing is known of that period."""


class Crowd(Protocol):
    """The rows of all people, by period."""

    def value(self, node: Crossing, row: Any) -> Known:
        """What a look across the people of the row's period gives for the row."""

    def heads(self, node: Crossing, row: Any) -> int:
        """How many take part in what the row looks at."""


def along(node: Along, history: History, period: Period) -> Known:
    """What a look along the person gives from this period."""
    match node.way:
        case "previous":
            return history.value(node.arg, period.previous())
        case "year_ago":
            return history.value(node.arg, period.year_ago())
        case "mean_last_year":
            return _mean(history.value(node.arg, other) for other in last_year(history, period))
        case "run":
            return _run(node, history, period)
        case "cycle_only":
            return _only([_there(node.arg, history, month) for month in cycle(period, node.part)])
        case "cycle_at":
            months = cycle(period, node.part)
            assert node.month is not None
            return history.value(node.arg, months[node.month]) if node.month < len(months) else Absence.MISSING
    return _over_cycle(node.way, [history.value(node.arg, month) for month in cycle(period, node.part)])


def part_of(period: Period, part: str) -> int | None:
    """A part of a period, as `kpicore.formula.node.Moment` names them."""
    if part == "count":
        return period.start.year * 12 + period.start.month - 1
    return period.month if part == "month" else period.year


def cycle(period: Period, part: str = "month") -> tuple[Period, ...]:
    """The shorter periods that a look over a cycle asks: its months, or those of another kind."""
    if period.kind == part or period.kind in ("day", "month"):
        return (period,)
    return period.months if part == "month" else shorter(period, part)


def last_year(history: History, period: Period) -> list[Period]:
    """The periods of the same kind in the calendar year before."""
    return [other for other in history.periods if other.kind == period.kind and other.year == period.year - 1]


def _run(node: Along, history: History, period: Period) -> Known:
    enough, certain, possible = node.enough, 0, 0
    absent: Absence | None = None
    known = set(history.periods)
    before = period.previous()
    while before in known:
        value = history.value(node.arg, before)
        if isinstance(value, Absence):
            if enough is None:
                return value
            if certain >= enough:
                break
            absent = value if absent is None else absent
        elif not value:
            break
        certain += absent is None
        possible += 1
        before = before.previous()
    if absent is not None and enough is not None and possible >= enough:
        return absent
    return Fraction(certain)


def _over_cycle(way: str, values: Sequence[Known]) -> Known:
    absent = [value for value in values if isinstance(value, Absence)]
    decided = {"cycle_any": True, "cycle_all": False}.get(way)
    if decided is not None and any(value is decided for value in values):  # an absence may equal True
        return decided
    if absent:
        return max(absent)
    if decided is not None:
        return not decided
    if not values and way != "cycle_sum":
        return Absence.MISSING
    numbers = [value for value in values if isinstance(value, Fraction)]
    if way == "cycle_min":
        return min(numbers)
    if way == "cycle_max":
        return max(numbers)
    total = sum(numbers, Fraction(0))
    return total / len(numbers) if way == "cycle_mean" else total


def _there(node: Node, history: History, month: Period) -> Known | None:
    """What a formula came to in a month; None where it is missing in a row that there is."""
    value = history.value(node, month)
    return None if value is Absence.MISSING and history.value(Flag(True), month) is True else value


def _only(values: Sequence[Known | None]) -> Known:
    given = [value for value in values if value is not None]
    absent = [value for value in given if isinstance(value, Absence)]
    if absent:
        return max(absent)
    if not given:
        return Absence.MISSING
    return given[0] if all(value == given[0] for value in given) else Absence.UNREADABLE


def _mean(values: Iterable[Known]) -> Known:
    whole, parts, count = 0, Fraction(0), 0
    for value in values:
        if value is Absence.UNREADABLE:
            return value
        if isinstance(value, Fraction):
            count += 1
            if value.denominator == 1:  # whole numbers add up in a tenth of the time
                whole += value.numerator
            else:
                parts += value
    return (parts + whole) / count if count else Absence.MISSING
