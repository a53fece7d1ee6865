"""Periods as people write them: text, dates and numbers of a file to a day, month, quarter, half, year or cycle."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from kpicore.decimals import half_width, quoted
from kpicore.errors import PeriodError
from kpicore.problem import Problem
from kpicore.stretch import LONGEST_CYCLE, Cycle, Day, Half, Month, Quarter, Stretch, Year, holding, month_of

__all__ = [
    "EXAMPLES",
    "FIRST_YEAR",
    "LAST_YEAR",
    "LONGEST_CYCLE",
    "Cycle",
    "Day",
    "Half",
    "Month",
    "Quarter",
    "Stretch",
    "Year",
    "month_of",
    "parse_period",
    "period_of",
]

FIRST_YEAR, LAST_YEAR = 1900, 2999
"""The years that are read. What is reckoned from those (`previous`, for one) may lie just outside."""
EXAMPLES = {
    "day": "a day such as 2024-03-15",
    "month": "a month such as 2024-03",
    "quarter": "a quarter such as 2024-Q1",
    "half": "a half-year such as 2024-H1",
    "year": "a year such as 2024",
    "cycle": "a cycle such as 2024-01+3 (three months from January)",
}
_NAMES = {kind: example.partition(" such")[0] for kind, example in EXAMPLES.items()}
_LONGEST_TEXT = 40
_ONE_TO_FOUR = {"一": 1, "二": 2, "三": 3, "四": 4}

_Built = Callable[..., Stretch]


def _day(year: str, month: str, day: str, visit: str | None = None) -> Day:
    Month(int(year), int(month))
    try:
        date = datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise PeriodError(f"there is no day {int(day)} in that month") from None
    return Day(date, int(visit or 1))


def _month(year: str, month: str) -> Month:
    return Month(int(year), int(month))


def _quarter(year: str, quarter: str) -> Quarter:
    return Quarter(int(year), _ONE_TO_FOUR.get(quarter) or int(quarter))


def _half(year: str, half: str) -> Half:
    return Half(int(year), {"上": 1, "下": 2}.get(half) or int(half))


def _year(year: str) -> Year:
    return Year(int(year))


def _cycle(year: str, month: str, length: str) -> Cycle:
    return Cycle(_month(year, month), int(length))


_SPACES = re.compile(r"\s*([-/+#年月季度第上下半])\s*")
_FORMS: tuple[tuple[re.Pattern[str], _Built], ...] = tuple(
    (re.compile(form), built)
    for form, built in (
        (r"([0-9]{4})[-/]([0-9]{1,2})", _month),
        (r"([0-9]{4})年([0-9]{1,2})月份?", _month),
        (r"([0-9]{4})([0-9]{2})", _month),
        (r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})(?:#([0-9]{1,4}))?", _day),
        (r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日(?:#([0-9]{1,4}))?", _day),
        (r"([0-9]{4})[-年]?Q([0-9])", _quarter),
        (r"([0-9]{4})年第?([0-9一二三四])季度?", _quarter),
        (r"([0-9]{4})[-年]?H([0-9])", _half),
        (r"([0-9]{4})年([上下])半年", _half),
        (r"([0-9]{4})(?:年度?)?", _year),
        (r"([0-9]{4})[-/]([0-9]{1,2})\+([0-9]{1,4})", _cycle),
    )
)


def parse_period(text: str, kinds: Sequence[str] = ()) -> Stretch:
    """The period that a text names; raises PeriodError, saying what is expected, for anything else.

    `kinds` are those that may stand here (words of `EXAMPLES`); none given, all may. Besides the canonical
    forms it takes what can mean one thing only: `2024/3`, `2024年3月`, `202403`, `2024年第1季度`, `2024年上半年`,
    `2024/3/15`, full-width digits, spaces around.
    """
    if len(text) > _LONGEST_TEXT:
        raise _refused(text, tuple(kinds), "")
    return _parsed(text, tuple(kinds))


def period_of(value: object, kinds: Sequence[str] = ()) -> Stretch:
    """The period that a value of a file or of Python names: a period, a text, a date, or a number such as 202403.

    A date is a day. Where `kinds` has months but no days, the first of a month stands for its month.
    """
    if isinstance(value, Stretch):
        return _allowed(value, str(value), tuple(kinds))
    if isinstance(value, str):
        return parse_period(value, kinds)
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return _date_period(value, tuple(kinds))
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**8:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**8:
        return parse_period(str(value), kinds)
    shown = "" if value is None else str(value) if isinstance(value, float | bool) else type(value).__name__
    raise _refused(shown, tuple(kinds), "")


def _date_period(date: datetime.date, kinds: tuple[str, ...]) -> Stretch:
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise _refused(date.isoformat(), kinds, _years(date.year))
    months_only = "month" in kinds and "day" not in kinds
    period = month_of(date) if months_only and date.day == 1 else Day(date)
    return _allowed(period, date.isoformat(), kinds)


@lru_cache(maxsize=8192)
def _parsed(text: str, kinds: tuple[str, ...]) -> Stretch:
    unknown = [kind for kind in kinds if kind not in EXAMPLES]
    if unknown:
        raise ValueError(f"no kind of period: {unknown[0]!r} (there is: {', '.join(EXAMPLES)})")
    plain = _SPACES.sub(r"\1", half_width(text)).upper()
    for form, built in _FORMS:
        match = form.fullmatch(plain)
        if match is None:
            continue
        year = int(match.group(1))
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise _refused(text, kinds, _years(year))
        try:
            period = built(*match.groups())
        except PeriodError as error:
            raise _refused(text, kinds, str(error)) from None
        return _allowed(period, text, kinds)
    raise _refused(text, kinds, "")


def _years(year: int) -> str:
    return f"the year {year} is not between {FIRST_YEAR} and {LAST_YEAR}"


def _allowed(period: Stretch, text: str, kinds: tuple[str, ...]) -> Stretch:
    if not kinds or period.kind in kinds:
        return period
    wanted = " or ".join(_NAMES[kind] for kind in kinds)
    sentence = f"{quoted(text)} is {_NAMES[period.kind]}, where {wanted} is meant."
    raise _error(sentence, text, kinds, _instead(period, kinds[0]))


def _instead(period: Stretch, kind: str) -> str:
    """What to write in place of a period of another kind."""
    if kind == "cycle":
        months = period.months
        if len(months) <= LONGEST_CYCLE and period.contains(months[0]):
            return f"Write {Cycle(months[0], len(months))} for {len(months)} month{'s' if len(months) > 1 else ''}."
        return f"Write {EXAMPLES[kind]}."
    ends = (period.start, period.end)
    one, other = (Day(date) if kind == "day" else holding(date, kind) for date in ends)
    return f"Write {one}." if one == other else f"Write one of {one} to {other}."


def _expected(kinds: tuple[str, ...]) -> str:
    return " or ".join(EXAMPLES[kind] for kind in kinds or tuple(EXAMPLES))


def _refused(text: str, kinds: tuple[str, ...], why: str) -> PeriodError:
    plain = half_width(text[: _LONGEST_TEXT + 1])
    if not plain:
        return _error("The period is missing.", text, kinds, f"Write {_expected(kinds)}.")
    hint = f"Write {_expected(kinds)}."
    if re.fullmatch(r"[0-9]{4}\.[0-9]{1,2}", plain):  # a spreadsheet shows October, 2024.10, as 2024.1
        hint = f"With a point, January and October can not be told apart. {hint}"
    return _error(f"{quoted(text)} is not a period{': ' if why else ''}{why}.", text, kinds, hint)


def _error(sentence: str, text: str, kinds: tuple[str, ...], hint: str) -> PeriodError:
    problem = Problem("bad_period", sentence, hint=hint, value=text[:_LONGEST_TEXT], expected=_expected(kinds))
    return PeriodError(f"{sentence} {hint}", [problem])
