"""Working days by the Chinese calendar, and the day on which an appraisal is held.

The official days off, and the weekends worked for them, are those of the package chinesecalendar. A file says them for
years that it does not know yet, and where a company differs.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from kpicore.decimals import quoted
from kpicore.errors import SchemeError, UnknownYearError, UsageError
from kpicore.model import AppraisalSpec
from kpicore.partspec import Moved
from kpicore.problem import Problem, did_you_mean
from kpicore.protocols import Period
from kpicore.schemefile import RawScheme, load_raw
from kpicore.schemefile.scalar import noun
from kpicore.stretch import month_of

HOLIDAYS, WORKDAYS = "holidays", "workdays"
_KEYS = (HOLIDAYS, WORKDAYS)
_ONE_DAY = datetime.timedelta(days=1)
_FRIDAY = 4
_LONGEST_BREAK = 366
"""So many days off in a row are a mistake of a file, not a calendar."""


@frozen
class CalendarYear:
    """What a file says of a year: days off, and days that are worked although they would be days off."""

    holidays: frozenset[datetime.date] = frozenset()
    workdays: frozenset[datetime.date] = frozenset()


@frozen
class Calendar:
    """Which days are worked. `years` are those of a file: its days are as it says, all other days of a year as they
    officially are, or, where that is not known yet, worked from Monday to Friday."""

    years: Mapping[int, CalendarYear] = field(factory=dict)
    file: str = ""

    def knows(self, year: int) -> bool:
        """Whether it is known which days of a year are worked."""
        return year in self.years or _official(datetime.date(year, 1, 1)) is not None

    def is_workday(self, day: datetime.date) -> bool:
        """Whether a day is worked; raises UnknownYearError where nobody knows yet."""
        own = self.years.get(day.year)
        if own is not None and day in own.workdays:
            return True
        if own is not None and day in own.holidays:
            return False
        official = _official(day)
        if official is not None:
            return official
        if own is None:
            raise _unknown_year(day.year, self.file)
        return day.weekday() <= _FRIDAY

    def moved(self, day: datetime.date, way: Moved) -> datetime.date:
        """The day, or, where it is a day off, the next or the previous working day.

        Raises UnknownYearError where a day on the way lies in a year that nobody knows yet.
        """
        if way == "none":
            return day
        step = _ONE_DAY if way == "next" else -_ONE_DAY
        found = day
        for _ in range(_LONGEST_BREAK):
            if self.is_workday(found):
                return found
            found += step
        message = f"By {self.file or 'the calendar'} no day is worked for a year from {day} on."
        raise UsageError(message, [Problem("no_workday", message)])


def held_on(appraisal: AppraisalSpec, period: Period, calendar: Calendar | None = None) -> datetime.date:
    """The day on which the appraisal for a period is held; raises UnknownYearError where that is not known yet.

    It is counted from the period's last month. A month that is shorter than the day has its last day for it.
    """
    month = month_of(period.end).later(appraisal.months_after)
    day = min(month.start + (appraisal.day - 1) * _ONE_DAY, month.end)
    return (calendar or Calendar()).moved(day, appraisal.moved)


def calendar_of(given: Calendar | str | Path | None) -> Calendar:
    """The calendar that somebody gives: one that was read, the path of a file, or nothing for the official one."""
    if isinstance(given, Calendar):
        return given
    return Calendar() if given is None else load_calendar(given)


def load_calendar(path: str | Path) -> Calendar:
    """The calendar with what a TOML file says, a table for each year:

        [2027]
        holidays = [2027-01-01, 2027-02-05]
        workdays = [2027-01-09]

    Raises UsageError with all that is wrong with it.
    """
    try:
        raw = load_raw(path)
    except SchemeError as error:
        raise UsageError(str(error), error.problems) from None
    reading = _Reading(raw)
    years = reading.years()
    if reading.problems:
        raise UsageError("\n".join(map(str, reading.problems)), reading.problems)
    return Calendar(years, raw.file)


@define
class _Reading:
    raw: RawScheme
    problems: list[Problem] = field(factory=list)

    def _wrong(self, path: tuple[str | int, ...], message: str, hint: str = "") -> None:
        key = ".".join(f"{part + 1}" if isinstance(part, int) else part for part in path)
        self.problems.append(Problem("bad_calendar", message, place=self.raw.place(path), key=key, hint=hint))

    def years(self) -> dict[int, CalendarYear]:
        """The years that could be read; every mistake goes to the problems."""
        found: dict[int, CalendarYear] = {}
        for name, table in self.raw.table.items():
            if len(name) != 4 or not name.isascii() or not name.isdigit():
                self._wrong((name,), f"{quoted(name)} is no year.", "Write a table for each year, such as [2027].")
            elif not isinstance(table, dict):
                hint = f"Write [{name}], and below it holidays = [{name}-01-01]."
                self._wrong((name,), f"A year is a table, and here stands {noun(table)}.", hint)
            else:
                found[int(name)] = self._year(name, table)
        if not self.raw.table:
            self._wrong((), "The calendar names no year.", "Write a table for each year, such as [2027].")
        return found

    def _year(self, name: str, table: Mapping[str, Any]) -> CalendarYear:
        for key in table:
            if key not in _KEYS:
                self._wrong((name, key), f"{quoted(key)} is no key of a year.", did_you_mean(key, _KEYS))
        days = {key: self._days(table[key], (name, key)) for key in _KEYS if key in table}
        if not days and not set(table) - set(_KEYS):
            message = f"{name} has neither days off nor days that are worked for them."
            self._wrong((name,), message, f"Write holidays = [{name}-01-01] with all days off of the year.")
        holidays, workdays = days.get(HOLIDAYS, []), days.get(WORKDAYS, [])
        for place, day in enumerate(workdays):
            if day in holidays:
                message = f"{day} is a day off and worked as well."
                self._wrong((name, WORKDAYS, place), message, "Keep it in one of the two lists.")
        return CalendarYear(frozenset(holidays), frozenset(workdays))

    def _days(self, given: object, path: tuple[str, str]) -> list[datetime.date]:
        if not isinstance(given, list):
            self._wrong(path, f"A list of dates is meant, and here stands {noun(given)}.",
                        f"Write {path[1]} = [{path[0]}-01-01].")  # fmt: skip
            return []
        if len(given) > _LONGEST_BREAK:
            message = f"The list has {len(given)} days, more than a year has."
            self._wrong(path, message, "Keep each of them once.")
            return []
        found: list[datetime.date] = []
        for place, each in enumerate(given):
            day = self._day(each, (*path, place), found)
            if day is not None:
                found.append(day)
        return found

    def _day(self, given: object, path: tuple[str, str, int], before: Sequence[datetime.date]) -> datetime.date | None:
        year = path[0]
        if isinstance(given, datetime.datetime) or not isinstance(given, datetime.date):
            self._wrong(path, f"A date is meant, and here stands {noun(given)}.", f"Write {year}-01-01, unquoted.")
        elif given.year != int(year):
            self._wrong(path, f"{given} is not in {year}.", f"Write it below [{given.year}], or correct it.")
        elif given in before:
            self._wrong(path, f"{given} is given twice.", "Remove one of the two.")
        else:
            return given
        return None


def _official(day: datetime.date) -> bool | None:
    """Whether a day is worked in China; None where its year is not known yet."""
    from chinese_calendar import is_workday

    try:
        return bool(is_workday(day))
    except NotImplementedError:
        return None


def _unknown_year(year: int, file: str) -> UnknownYearError:
    """The error, which says what to write, where, and how to give it."""
    message = f"The calendar of {year} is not known, so it can not be told which of its days are worked."
    table = f"[{year}] and below it holidays = [...], every day off that is no weekend, and workdays = [...], every "
    table += f"weekend day that is worked, with dates such as {year}-01-01"
    where = f"Write into {file}: {table}." if file else (
        f"Write a TOML file with {table}, and give it with --calendar FILE, in Python calendar=\"FILE\"."
    )  # fmt: skip
    return UnknownYearError(year, message, f"{where} A newer version of chinesecalendar may know the year as well.")
