"""Working days by the Chinese calendar and by files, and the days on which appraisals are held."""

from __future__ import annotations

import datetime
from pathlib import Path

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpicore.calendar import Calendar, calendar_of, held_on, load_calendar
from kpicore.errors import UnknownYearError, UsageError
from kpicore.model import AppraisalSpec
from kpicore.partspec import Moved
from kpicore.period import parse_period

DAY = datetime.date


def held(period: str, calendar: Calendar | None = None, **spec: object) -> str:
    return str(held_on(AppraisalSpec(**{"day": 15, **spec}), parse_period(period), calendar))  # type: ignore[arg-type]


def of(tmp_path: Path, text: str) -> Calendar:
    path = tmp_path / "days.toml"
    path.write_text(text, "utf-8")
    return load_calendar(path)


def mistakes(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        of(tmp_path, text)
    assert all(problem.place.file == str(tmp_path / "days.toml") for problem in caught.value.problems)
    return [f"{each.place.line}: {each.key}: {each.message} {each.hint}" for each in caught.value.problems]


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2024-01", "2024-02-18"),  # the Spring Festival, and then a Sunday that is worked
        ("2025-01", "2025-02-17"),  # a Saturday
        ("2026-01", "2026-02-24"),  # the Spring Festival
        ("2026-07", "2026-08-17"),
        ("2024-02", "2024-03-15"),  # a day that is worked stays
        ("2024-Q1", "2024-04-15"),
        ("2024-H1", "2024-07-15"),
        ("2024", "2025-01-15"),
        ("2024-03-31", "2024-04-15"),
        ("2024-03-01#2", "2024-04-15"),
        ("2024-01+3", "2024-04-15"),
        ("2023-11+3", "2024-02-18"),
    ],
)
def test_the_fifteenth_of_the_following_month(period: str, day: str) -> None:
    assert held(period) == day


@pytest.mark.parametrize(
    ("spec", "day"),
    [
        ({"moved": "previous"}, "2024-02-09"),  # the eve of the festival was worked
        ({"moved": "none"}, "2024-02-15"),
        ({"months_after": 0}, "2024-01-15"),
        ({"months_after": 3}, "2024-04-15"),
        ({"months_after": 12}, "2025-01-15"),
        ({"day": 1}, "2024-02-01"),
        ({"day": 29, "moved": "none"}, "2024-02-29"),
        ({"day": 31, "moved": "none"}, "2024-02-29"),
        ({"day": 30, "moved": "none", "months_after": 12}, "2025-01-30"),
        ({"day": 31, "moved": "none", "months_after": 3}, "2024-04-30"),
        ({"day": 31, "moved": "none", "months_after": 0}, "2024-01-31"),
    ],
)
def test_the_other_ways_to_count_and_move(spec: dict[str, object], day: str) -> None:
    assert held("2024-01", **spec) == day


def test_february_without_a_leap_day() -> None:
    assert held("2025-01", day=29, moved="none") == held("2025-01", day=31, moved="none") == "2025-02-28"
    assert held("2025-01", day=28, moved="none") == "2025-02-28"


def test_a_month_end_may_move_into_the_next_month() -> None:
    assert held("2024-07", day=31) == "2024-09-02"
    assert held("2024-07", day=31, moved="previous") == "2024-08-30"


@given(st.dates(DAY(2005, 1, 1), DAY(2025, 12, 31)), st.sampled_from(["next", "previous"]))
def test_a_moved_day_is_worked_and_none_before_it_is(day: datetime.date, way: Moved) -> None:
    found = Calendar().moved(day, way)
    first, last = (day, found) if way == "next" else (found, day)
    (only,) = chinese_calendar.get_workdays(first, last)
    assert only == found


# What nobody knows yet


@pytest.mark.parametrize(("period", "year"), [("2998-04", 2998), ("2998-12", 2999), ("2998", 2999), ("1990-05", 1990)])
def test_an_unknown_year_is_an_error_that_says_what_to_do(period: str, year: int) -> None:
    with pytest.raises(UnknownYearError) as caught:
        held(period)
    (problem,) = caught.value.problems
    assert (caught.value.year, problem.code, problem.value) == (year, "unknown_year", str(year))
    assert f"The calendar of {year} is not known" in str(caught.value)
    for said in (f"[{year}]", "holidays = [...]", "workdays = [...]", "--calendar FILE", "chinesecalendar"):
        assert said in problem.hint


def test_where_a_file_was_given_the_error_names_it(tmp_path: Path) -> None:
    calendar = of(tmp_path, "[2998]\nholidays = [2998-01-01]\n")
    with pytest.raises(UnknownYearError) as caught:
        held("2998-12", calendar)
    assert f"Write into {tmp_path / 'days.toml'}: [2999]" in caught.value.problems[0].hint


def test_a_day_that_needs_no_unknown_year_is_told(tmp_path: Path) -> None:
    assert held("2998-12", moved="none") == "2999-01-15"
    last = of(tmp_path, "[2998]\nholidays = [2998-12-31]\n")
    assert last.is_workday(DAY(2998, 12, 28))
    assert held("2998-11", last, day=28) == "2998-12-28"
    assert held("2998-11", last, day=31, moved="previous") == "2998-12-28"  # past a weekend
    with pytest.raises(UnknownYearError) as caught:
        held("2998-11", last, day=31)
    assert caught.value.year == 2999


def test_what_is_known() -> None:
    calendar = Calendar()
    assert calendar.knows(2004) and calendar.knows(2026)
    assert not calendar.knows(2003) and not calendar.knows(2999)
    assert calendar.is_workday(DAY(2024, 2, 18)) and not calendar.is_workday(DAY(2024, 2, 17))


# Files


def test_a_file_says_a_year_that_is_not_known(tmp_path: Path) -> None:
    calendar = of(
        tmp_path,
        "[2999]\nholidays = [2999-01-01, 2999-01-15]\nworkdays = [2999-01-19]\n[2998]\nholidays = []\n",
    )
    assert calendar.knows(2998) and calendar.knows(2999) and not calendar.knows(2997)
    worked = [day for day in range(1, 32) if calendar.is_workday(DAY(2999, 1, day))]
    assert DAY(2999, 1, 15).weekday() == 1
    assert worked == [2, 3, 4, 7, 8, 9, 10, 11, 14, 16, 17, 18, 19, 21, 22, 23, 24, 25, 28, 29, 30, 31]
    assert held("2998-12", calendar) == "2999-01-16"
    assert held("2998-12", calendar, moved="previous") == "2999-01-14"


def test_a_file_changes_days_of_a_known_year_and_leaves_the_others(tmp_path: Path) -> None:
    calendar = of(tmp_path, "[2024]\nholidays = [2024-02-18, 2024-02-19]\nworkdays = [2024-02-17]\n")
    assert held("2024-01", calendar) == "2024-02-17"
    assert held("2024-01", calendar, day=18) == "2024-02-20"
    assert not calendar.is_workday(DAY(2024, 2, 16)) and calendar.is_workday(DAY(2024, 2, 4))
    assert held("2025-01", calendar) == "2025-02-17"


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("[2027]\nholiday = []\n", "2: 2027.holiday: 'holiday' is no key of a year.", "Did you mean 'holidays'?"),
        ("[27]\nholidays = []\n", "1: 27: '27' is no year.", "Write a table for each year, such as [2027]."),
        (
            "2027 = [2027-01-01]\n",
            "1: 2027: A year is a table, and here stands a list.",
            "Write [2027], and below it holidays = [2027-01-01].",
        ),
        (
            "[2027]\nholidays = 2027-01-01\n",
            "2: 2027.holidays: A list of dates is meant, and here stands a date.",
            "Write holidays = [2027-01-01].",
        ),
        (
            '[2027]\nholidays = ["2027-01-01"]\n',
            "2: 2027.holidays.1: A date is meant, and here stands a text.",
            "Write 2027-01-01, unquoted.",
        ),
        (
            "[2027]\nholidays = [2027-01-01T00:00:00]\n",
            "2: 2027.holidays.1: A date is meant, and here stands a date with a time.",
            "Write 2027-01-01, unquoted.",
        ),
        (
            "[2027]\nholidays = [2027-01-01,\n 2026-12-31]\n",
            "3: 2027.holidays.2: 2026-12-31 is not in 2027.",
            "Write it below [2026], or correct it.",
        ),
        (
            "[2027]\nworkdays = [2027-01-09, 2027-01-09]\n",
            "2: 2027.workdays.2: 2027-01-09 is given twice.",
            "Remove one of the two.",
        ),
        (
            "[2027]\nholidays = [2027-01-09]\nworkdays = [2027-01-09]\n",
            "3: 2027.workdays.1: 2027-01-09 is a day off and worked as well.",
            "Keep it in one of the two lists.",
        ),
        (
            "[2027]\n",
            "1: 2027: 2027 has neither days off nor days that are worked for them.",
            "Write holidays = [2027-01-01] with all days off of the year.",
        ),
        ("", "1: : The calendar names no year.", "Write a table for each year, such as [2027]."),
    ],
)
def test_each_mistake_of_a_file(tmp_path: Path, text: str, told: str, hint: str) -> None:
    assert mistakes(tmp_path, text) == [f"{told} {hint}"]


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    (told,) = mistakes(tmp_path, "[2027\n")
    assert told.startswith("1: : The heading of a table is not closed")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = '[2027]\nholidays = ["x", 3, 2028-01-01]\nworkdays = true\ndays = 1\n[x]\n'
    assert len(mistakes(tmp_path, text)) == 6


def test_a_hostile_file_ends_in_words(tmp_path: Path) -> None:
    many = ", ".join(["2027-01-01"] * 60_000)
    assert mistakes(tmp_path, f"[2027]\nholidays = [{many}]\n") == [
        "2: 2027.holidays: The list has 60000 days, more than a year has. Keep each of them once."
    ]
    (tmp_path / "days.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_calendar(tmp_path / "days.toml")
    with pytest.raises(UsageError, match="There is no such file"):
        load_calendar(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="not a file"):
        load_calendar(tmp_path)


def test_a_calendar_without_working_days_is_a_mistake() -> None:
    from kpicore.calendar import CalendarYear

    every = frozenset(DAY(2998, 1, 1) + datetime.timedelta(days=count) for count in range(365))
    after = frozenset(DAY(2999, 1, 1) + datetime.timedelta(days=count) for count in range(365))
    calendar = Calendar({2998: CalendarYear(every), 2999: CalendarYear(after)}, "days.toml")
    with pytest.raises(UsageError, match=r"By days\.toml no day is worked for a year from 2998-01-15 on\."):
        calendar.moved(DAY(2998, 1, 15), "next")


def test_a_calendar_is_given_in_three_ways(tmp_path: Path) -> None:
    path = tmp_path / "days.toml"
    calendar = of(tmp_path, "[2999]\nholidays = []\n")
    assert calendar_of(None) == Calendar()
    assert calendar_of(calendar) is calendar
    assert calendar_of(path) == calendar_of(str(path)) == calendar
