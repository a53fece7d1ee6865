"""Looking along a person: which periods are asked, and what their values make together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from attrs import define

from kpicore.formula.node import Absence, Along, Fact, Node
from kpicore.history import Known, along, last_year
from kpicore.period import parse_period
from kpicore.protocols import Period

X = Fact("x")


@define
class Kept:
    """A history of plain values: what a ledger would keep."""

    values: Mapping[str, Known]

    @property
    def periods(self) -> Iterable[Period]:
        return [parse_period(text) for text in self.values]

    def row(self, period: Period) -> Any:
        return None

    def value(self, node: Node, period: Period) -> Known:
        assert node == X
        return self.values.get(str(period), Absence.MISSING)


def looked(way: Any, period: str, **values: Known) -> Known:
    kept = {name.removeprefix("p").replace("_", "-"): value for name, value in values.items()}
    return along(Along(way, X), Kept(kept), parse_period(period))


def test_the_period_before_is_that_of_the_calendar() -> None:
    assert looked("previous", "2024-01", p2023_12=Fraction(7), p2023_11=Fraction(5)) == 7
    assert looked("previous", "2024-03", p2024_01=Fraction(7)) is Absence.MISSING
    assert looked("previous", "2024-Q1", p2023_Q4=Fraction(2), p2023_12=Fraction(9)) == 2


def test_a_year_ago_is_the_same_period() -> None:
    assert looked("year_ago", "2024-03", p2023_03=Fraction(1), p2023_02=Fraction(2)) == 1
    assert looked("year_ago", "2024-03", p2022_03=Fraction(1), p2024_02=Fraction(2)) is Absence.MISSING


def test_texts_and_flags_can_be_looked_at_too() -> None:
    assert looked("previous", "2024-03", p2024_02="gold") == "gold"
    assert looked("year_ago", "2024-03", p2023_03=False) is False


@pytest.mark.parametrize("absence", [Absence.LEFT_OUT, Absence.UNDEFINED, Absence.MISSING, Absence.UNREADABLE])
def test_what_was_absent_then_is_absent_now_for_the_same_reason(absence: Absence) -> None:
    assert looked("previous", "2024-03", p2024_02=absence) is absence
    assert looked("year_ago", "2024-03", p2023_03=absence) is absence


def test_the_mean_is_over_the_periods_that_have_a_value() -> None:
    values: dict[str, Known] = {"p2023_01": Fraction(1), "p2023_06": Fraction(3), "p2023_12": Fraction(4)}
    assert looked("mean_last_year", "2024-01", **values) == Fraction(8, 3)
    assert looked("mean_last_year", "2024-12", **values, p2023_02=Absence.MISSING) == Fraction(8, 3)
    assert looked("mean_last_year", "2024-12", **values, p2023_02=Absence.UNDEFINED) == Fraction(8, 3)
    assert looked("mean_last_year", "2024-12", **values, p2023_02=Absence.LEFT_OUT) == Fraction(8, 3)


def test_the_mean_is_of_the_calendar_year_before_alone() -> None:
    assert looked("mean_last_year", "2024-02", p2024_01=Fraction(1), p2022_12=Fraction(9)) is Absence.MISSING
    assert looked("mean_last_year", "2024-02", p2023_12=Fraction(0)) == 0


def test_one_month_that_can_not_be_read_hides_the_mean() -> None:
    assert looked("mean_last_year", "2024-02", p2023_01=Fraction(1), p2023_02=Absence.UNREADABLE) is Absence.UNREADABLE


def test_months_have_no_part_in_a_mean_of_quarters() -> None:
    history = Kept({"2023-01": Fraction(1), "2023-Q1": Fraction(5), "2023-Q2": Fraction(7), "2023": Fraction(90)})
    assert [str(period) for period in last_year(history, parse_period("2024-Q3"))] == ["2023-Q1", "2023-Q2"]
    assert along(Along("mean_last_year", X), history, parse_period("2024-Q3")) == 6


def ran(past: str, enough: int | None) -> Known:
    """The run of a flag before June: May, April, ... as letters, `?` where it is absent, `-` where there is no row."""
    flags: dict[str, Known] = {"t": True, "f": False, "?": Absence.MISSING}
    kept = {f"2024-{5 - place:02}": flags[letter] for place, letter in enumerate(past) if letter != "-"}
    return along(Along("run", X, enough), Kept(kept), parse_period("2024-06"))


@pytest.mark.parametrize(("past", "run"), [("", 0), ("ttf", 2), ("tt-t", 2), ("ft", 0), ("t?", None), ("tf?", 1)])
def test_a_run_ends_where_it_is_broken_and_is_absent_where_nobody_knows(past: str, run: int | None) -> None:
    assert ran(past, None) == (Absence.MISSING if run is None else run)


def test_a_run_of_which_it_is_asked_whether_it_is_so_long_is_told_as_soon_as_that_is_certain() -> None:
    for past in ("".join(letters) for size in range(5) for letters in product("tf?-", repeat=size)):
        for enough in range(5):
            known = [past.replace("?", "{}").format(*each) for each in product("tf", repeat=past.count("?"))]
            long = {len(re.match("t*", each).group()) >= enough for each in known}  # type: ignore[union-attr]
            found = ran(past, enough)
            assert (found is Absence.MISSING) == (len(long) > 1), (past, enough)
            if isinstance(found, Fraction):
                assert {found >= enough} == long, (past, enough)
