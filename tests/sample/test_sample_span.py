"""Which periods made-up figures are for."""

from __future__ import annotations

import datetime

import pytest

from kpicore.errors import PeriodError, UsageError
from kpicore.period import parse_period
from kpicore.sample import first_period, span

LONG_AGO = datetime.date(2016, 5, 1)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("2023-11", ["2023-12", "2024-01"]),
        ("2023-Q3", ["2023-Q4", "2024-Q1"]),
        ("2023-H1", ["2023-H2", "2024-H1"]),
        ("2023", ["2024", "2025"]),
        ("2024-02-28", ["2024-02-29", "2024-03-01"]),
        ("2024-02-28#2", ["2024-02-28#3", "2024-02-28#4"]),
        ("2023-11+3", ["2024-02+3", "2024-05+3"]),
    ],
)
def test_one_follows_the_other(first: str, then: list[str]) -> None:
    assert list(map(str, span(parse_period(first), 3))) == [first, *then]


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("month", "2024-01"),
        ("day", "2024-01-01"),
        ("quarter", "2024-Q1"),
        ("half", "2024-H1"),
        ("year", "2024"),
        ("cycle", "2024-01+3"),
    ],
)
def test_they_begin_with_2024(kind: str, first: str) -> None:
    assert str(first_period([kind], LONG_AGO)) == first


def test_they_begin_when_a_version_is_in_force() -> None:
    assert str(first_period(["quarter"], datetime.date(2025, 1, 1))) == "2025-Q1"
    assert str(first_period(["quarter"], datetime.date(2025, 1, 2))) == "2026-Q1"


def test_a_period_may_be_asked_for() -> None:
    assert str(first_period(["month", "quarter"], LONG_AGO, "2024年第2季度")) == "2024-Q2"
    with pytest.raises(PeriodError, match="is a quarter, where a month is meant"):
        first_period(["month"], LONG_AGO, "2024-Q2")


def test_a_kind_of_a_plugins_own_can_not_be_made_up() -> None:
    with pytest.raises(UsageError, match="The scheme scores shift; figures for such periods can not be made up"):
        first_period(["shift"], LONG_AGO)


def test_they_end_within_the_years_that_are_read() -> None:
    with pytest.raises(PeriodError, match="3 periods from 2999-11 on end beyond the year 2999"):
        span(parse_period("2999-11"), 3)
    for count in (0, 1201):
        with pytest.raises(UsageError, match="for 1 to 1,200 periods"):
            span(parse_period("2024-01"), count)
