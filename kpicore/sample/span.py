"""The periods that made-up figures are for: so many of one kind, one after the other."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from kpicore.errors import PeriodError, UsageError
from kpicore.period import LAST_YEAR, Cycle, Day, Half, Month, Quarter, Stretch, Year, parse_period
from kpicore.problem import Problem

MOST_PERIODS = 1_200
_USUAL_YEAR = 2024
_CYCLE_MONTHS = 3
_FIRST: dict[str, Callable[[int], Stretch]] = {
    "day": lambda year: Day(datetime.date(year, 1, 1)),
    "month": lambda year: Month(year, 1),
    "quarter": lambda year: Quarter(year, 1),
    "half": lambda year: Half(year, 1),
    "year": Year,
    "cycle": lambda year: Cycle(Month(year, 1), _CYCLE_MONTHS),
}


def first_period(kinds: Sequence[str], effective: datetime.date, asked: str | None = None) -> Stretch:
    """The period to begin with: the one that is asked for, or the first of 2024, of a later year where no version was
    in force by then.

    `kinds` are those that the scheme scores. Raises PeriodError for a text that is none of them, UsageError where
    the scheme scores only periods of a kind of its own.
    """
    if asked is not None:
        return parse_period(asked, tuple(kinds))
    kind = next((kind for kind in kinds if kind in _FIRST), None)
    if kind is None:
        raise UsageError(f"The scheme scores {' and '.join(kinds)}; figures for such periods can not be made up.")
    year = max(_USUAL_YEAR, effective.year + (effective > datetime.date(effective.year, 1, 1)))
    return _FIRST[kind](year)


def following(period: Stretch) -> Stretch:
    """The period of the same kind directly after; a later visit is followed by the next visit of its day."""
    match period:
        case Month():
            return period.later(1)
        case Quarter(year=year, quarter=quarter):
            return Quarter(year, quarter + 1) if quarter < 4 else Quarter(year + 1, 1)
        case Half(year=year, half=half):
            return Half(year, 2) if half == 1 else Half(year + 1, 1)
        case Year(year=year):
            return Year(year + 1)
        case Day(date=date, visit=visit):
            return Day(date, visit + 1) if visit > 1 else Day(date + datetime.timedelta(days=1))
        case Cycle(first=first, length=length):
            return Cycle(first.later(length), length)
    raise TypeError(f"no period of ours: {period!r}")


def span(first: Stretch, count: int) -> tuple[Stretch, ...]:
    """So many periods from the first one on; raises PeriodError where they end beyond the years that are read."""
    if not 1 <= count <= MOST_PERIODS:
        raise UsageError(f"Figures are made up for 1 to {MOST_PERIODS:,} periods, not {count:,}.")
    periods = [first]
    while len(periods) < count:
        later = following(periods[-1])
        if later.year > LAST_YEAR:
            sentence = f"{count} periods from {first} on end beyond the year {LAST_YEAR}."
            raise PeriodError(sentence, [Problem("bad_period", sentence, hint="Begin earlier.")])
        periods.append(later)
    return tuple(periods)
