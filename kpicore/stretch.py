"""The stretches of time that are scored: day (or visit), month, quarter, half, year, cycle.

`kpicore.period` reads them from text; str() gives their one canonical text.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any, ClassVar

from attrs import field, frozen

from kpicore.errors import PeriodError

LONGEST_CYCLE = 60
MOST_VISITS = 999

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ORDER = ("day", "month", "quarter", "half", "year", "cycle")


class Stretch:
    """What all periods have in common. `kind`, `start`, `end` and the text are the classes' own."""

    __slots__ = ()
    kind: ClassVar[str]

    @property
    def year(self) -> int:
        """The year in which it starts."""
        return self.start.year

    @property
    def month(self) -> int | None:
        """The number of its month, 1..12, where it lies in one by its kind; else None."""
        return None

    @property
    def start(self) -> datetime.date:
        """Its first day."""
        raise NotImplementedError

    @property
    def end(self) -> datetime.date:
        """Its last day."""
        raise NotImplementedError

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that it touches, in order."""
        first, last = month_of(self.start), month_of(self.end)
        return tuple(first.later(count) for count in range(last.count - first.count + 1))

    def previous(self) -> Stretch:
        """The period of the same kind directly before."""
        raise NotImplementedError

    def year_ago(self) -> Stretch:
        """The same period of the year before."""
        raise NotImplementedError

    def label(self, language: str) -> str:
        """How people write it in this language: Chinese for zh, English for any other."""
        raise NotImplementedError

    def contains(self, other: Any) -> bool:
        """Whether `other` lies wholly inside; a period contains itself, a day each of its visits."""
        return bool(self.start <= other.start and other.end <= self.end)

    @property
    def rank(self) -> tuple[int, ...]:
        """Its place in the order of its kind."""
        return (self.start.toordinal(), self.end.toordinal())

    def _before(self, other: Any) -> bool:
        if other.__class__ is self.__class__:
            return bool(self.rank < other.rank)
        mine, theirs = (self.start, self.end), (other.start, other.end)
        return mine < theirs or (mine == theirs and _place(self) < _place(other))

    def __lt__(self, other: Any) -> bool:
        return self._before(other) if isinstance(other, Stretch) else NotImplemented

    def __gt__(self, other: Any) -> bool:
        return other._before(self) if isinstance(other, Stretch) else NotImplemented

    def __le__(self, other: Any) -> bool:
        return not other._before(self) if isinstance(other, Stretch) else NotImplemented

    def __ge__(self, other: Any) -> bool:
        return not self._before(other) if isinstance(other, Stretch) else NotImplemented


def _place(period: Stretch) -> int:
    return _ORDER.index(period.kind)


def month_name(number: int, language: str) -> str:
    """'9月', 'September'."""
    return f"{number}月" if _chinese(language) else _MONTHS[number - 1]


def _chinese(language: str) -> bool:
    return language.lower().startswith("zh")


def month_of(date: datetime.date) -> Month:
    """The month in which a date lies."""
    return Month(date.year, date.month)


def _check(year: int) -> None:
    if not 1000 <= year <= 9000:  # the years in which every text has four digits and every date exists
        raise PeriodError(f"the year {year} is out of reach")


@frozen(order=False, cache_hash=True)
class Month(Stretch):
    """A calendar month: `2024-03`."""

    kind: ClassVar[str] = "month"
    year: int
    month: int

    def __attrs_post_init__(self) -> None:
        _check(self.year)
        if not 1 <= self.month <= 12:
            raise PeriodError(f"there is no month {self.month}")

    @property
    def count(self) -> int:
        """Months from the beginning of the era, so that months can be reckoned with."""
        return self.year * 12 + self.month - 1

    def later(self, months: int) -> Month:
        """The month so many months later (earlier, where negative)."""
        return _counted(self.count + months)

    @property
    def rank(self) -> tuple[int, ...]:
        return (self.year, self.month)

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, self.month, 1)

    @property
    def end(self) -> datetime.date:
        return self.later(1).start - datetime.timedelta(days=1)

    def previous(self) -> Month:
        """The month before."""
        return self.later(-1)

    def year_ago(self) -> Month:
        """The same month of the year before."""
        return self.later(-12)

    def label(self, language: str) -> str:
        """'2024年3月', 'March 2024'."""
        if _chinese(language):
            return f"{self.year}年{self.month}月"
        return f"{_MONTHS[self.month - 1]} {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-{self.month:02d}"


@lru_cache(maxsize=4096)
def _counted(count: int) -> Month:
    """The month so many months from the beginning of the era; looks back ask for the same few again and again."""
    year, month = divmod(count, 12)
    return Month(year, month + 1)


@frozen(order=False, cache_hash=True)
class Quarter(Stretch):
    """A quarter of a calendar year: `2024-Q1`."""

    kind: ClassVar[str] = "quarter"
    year: int
    quarter: int

    def __attrs_post_init__(self) -> None:
        _check(self.year)
        if not 1 <= self.quarter <= 4:
            raise PeriodError(f"there is no quarter {self.quarter}")

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, 3 * self.quarter - 2, 1)

    @property
    def end(self) -> datetime.date:
        return Month(self.year, 3 * self.quarter).end

    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year, self.quarter - 1) if self.quarter > 1 else Quarter(self.year - 1, 4)

    def year_ago(self) -> Quarter:
        """The same quarter of the year before."""
        return Quarter(self.year - 1, self.quarter)

    def label(self, language: str) -> str:
        """'2024年第1季度', 'Q1 2024'."""
        return f"{self.year}年第{self.quarter}季度" if _chinese(language) else f"Q{self.quarter} {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-Q{self.quarter}"


@frozen(order=False, cache_hash=True)
class Half(Stretch):
    """A half of a calendar year: `2024-H1`."""

    kind: ClassVar[str] = "half"
    year: int
    half: int

    def __attrs_post_init__(self) -> None:
        _check(self.year)
        if self.half not in (1, 2):
            raise PeriodError(f"there is no half {self.half}")

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, 6 * self.half - 5, 1)

    @property
    def end(self) -> datetime.date:
        return Month(self.year, 6 * self.half).end

    def previous(self) -> Half:
        """The half-year before."""
        return Half(self.year, 1) if self.half == 2 else Half(self.year - 1, 2)

    def year_ago(self) -> Half:
        """The same half of the year before."""
        return Half(self.year - 1, self.half)

    def label(self, language: str) -> str:
        """'2024年上半年', 'H1 2024'."""
        return f"{self.year}年{'上下'[self.half - 1]}半年" if _chinese(language) else f"H{self.half} {self.year}"

    def __str__(self) -> str:
        return f"{self.year}-H{self.half}"


@frozen(order=False, cache_hash=True)
class Year(Stretch):
    """A calendar year: `2024`."""

    kind: ClassVar[str] = "year"
    year: int

    def __attrs_post_init__(self) -> None:
        _check(self.year)

    @property
    def start(self) -> datetime.date:
        return datetime.date(self.year, 1, 1)

    @property
    def end(self) -> datetime.date:
        return datetime.date(self.year, 12, 31)

    def previous(self) -> Year:
        """The year before."""
        return Year(self.year - 1)

    def year_ago(self) -> Year:
        """The year before."""
        return Year(self.year - 1)

    def label(self, language: str) -> str:
        """'2024年', '2024'."""
        return f"{self.year}年" if _chinese(language) else str(self.year)

    def __str__(self) -> str:
        return str(self.year)


@frozen(order=False, cache_hash=True)
class Day(Stretch):
    """A day, or one of several visits on it: `2024-03-15`, `2024-03-15#2`. The first visit is the plain day."""

    kind: ClassVar[str] = "day"
    date: datetime.date
    visit: int = field(default=1)

    def __attrs_post_init__(self) -> None:
        _check(self.date.year)
        if not 1 <= self.visit <= MOST_VISITS:
            raise PeriodError(f"there is no visit {self.visit}: visits count from 1 to {MOST_VISITS}")

    @property
    def month(self) -> int:
        return self.date.month

    @property
    def start(self) -> datetime.date:
        return self.date

    @property
    def end(self) -> datetime.date:
        return self.date

    @property
    def rank(self) -> tuple[int, ...]:
        return (self.date.toordinal(), self.visit)

    def contains(self, other: Any) -> bool:
        """Whether `other` is this visit; the first visit stands for the whole day, with all its visits."""
        return bool(other == self) if self.visit > 1 else super().contains(other)

    def previous(self) -> Day:
        """The visit before on this day; for the first visit, the day before."""
        if self.visit > 1:
            return Day(self.date, self.visit - 1)
        return Day(self.date - datetime.timedelta(days=1))

    def year_ago(self) -> Day:
        """The same day, and visit, of the year before; for 29 February, 28 February."""
        day = 28 if (self.date.month, self.date.day) == (2, 29) else self.date.day
        return Day(self.date.replace(year=self.date.year - 1, day=day), self.visit)

    def label(self, language: str) -> str:
        """'2024年3月15日', '15 March 2024', with the number of a later visit."""
        year, month, day = self.date.year, self.date.month, self.date.day
        if _chinese(language):
            return f"{year}年{month}月{day}日" + (f"第{self.visit}次" if self.visit > 1 else "")
        return f"{day} {_MONTHS[month - 1]} {year}" + (f", visit {self.visit}" if self.visit > 1 else "")

    def __str__(self) -> str:
        return self.date.isoformat() + (f"#{self.visit}" if self.visit > 1 else "")


@frozen(order=False, cache_hash=True)
class Cycle(Stretch):
    """So many whole months from one month on: `2024-01+3`."""

    kind: ClassVar[str] = "cycle"
    first: Month
    length: int

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.length <= LONGEST_CYCLE:
            raise PeriodError(f"a cycle has 1 to {LONGEST_CYCLE} months, not {self.length}")

    @property
    def last(self) -> Month:
        """Its last month."""
        return self.first.later(self.length - 1)

    @property
    def start(self) -> datetime.date:
        return self.first.start

    @property
    def end(self) -> datetime.date:
        return self.last.end

    def previous(self) -> Cycle:
        """The cycle of the same length that ends where this one starts."""
        return Cycle(self.first.later(-self.length), self.length)

    def year_ago(self) -> Cycle:
        """The cycle from the same month of the year before."""
        return Cycle(self.first.year_ago(), self.length)

    def label(self, language: str) -> str:
        """'2024年1月至3月', 'January to March 2024'."""
        first, last, chinese = self.first, self.last, _chinese(language)
        if self.length == 1:
            return first.label(language)
        if first.year != last.year:
            return f"{first.label(language)}{'至' if chinese else ' to '}{last.label(language)}"
        if chinese:
            return f"{first.label(language)}至{last.month}月"
        return f"{_MONTHS[first.month - 1]} to {last.label(language)}"

    def __str__(self) -> str:
        return f"{self.first}+{self.length}"


def holding(date: datetime.date, kind: str) -> Stretch:
    """The month, quarter, half-year or year in which a date lies."""
    month = date.month - 1
    made: dict[str, Stretch] = {
        "month": Month(date.year, date.month),
        "quarter": Quarter(date.year, month // 3 + 1),
        "half": Half(date.year, month // 6 + 1),
        "year": Year(date.year),
    }
    return made[kind]


def shorter(period: Any, kind: str) -> tuple[Stretch, ...]:
    """The quarters or half-years that lie wholly inside a period, in order."""
    made = dict.fromkeys(holding(month.start, kind) for month in period.months)
    return tuple(each for each in made if period.start <= each.start and each.end <= period.end)
