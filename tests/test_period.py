import datetime
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.soon import soon

from kpicore import protocols
from kpicore.errors import PeriodError
from kpicore.model import PERIOD_KINDS
from kpicore.period import EXAMPLES, Cycle, Day, Half, Month, Quarter, Stretch, Year, month_of, parse_period, period_of


def date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


WRITTEN = {
    "2024-03": ["2024-3", "2024/3", "2024/03", "2024年3月", "2024年03月", "2024年3月份", "202403", " 2024-03 "],
    "2024-04": ["２０２４－０４", "2024 年 4 月", "\u30002024-04\u00a0"],
    "2024-Q1": ["2024Q1", "2024-q1", "2024年第1季度", "2024年1季度", "2024年一季度", "2024年第一季度", "2024年Q1"],
    "2024-H1": ["2024H1", "2024-h1", "2024年上半年"],
    "2024-H2": ["2024年下半年", "2024－Ｈ２"],
    "2024": ["2024年", "2024年度", " 2024 "],
    "2024-03-15": ["2024/3/15", "2024-3-15", "2024年3月15日", "2024-03-15#1", "2024/03/15"],
    "2024-03-05#2": ["2024/3/5#2", "2024-03-05 # 2", "2024年3月5日#2"],
    "2024-01+3": ["2024-1+3", "2024/01 + 3"],
}


@pytest.mark.parametrize(("canonical", "others"), WRITTEN.items())
def test_each_way_to_write_a_period_gives_the_one_canonical_text(canonical: str, others: list[str]) -> None:
    assert str(parse_period(canonical)) == canonical
    for text in others:
        assert parse_period(text) == parse_period(canonical), text


def test_the_kinds_are_those_of_the_model() -> None:
    assert tuple(EXAMPLES) == PERIOD_KINDS
    assert [
        parse_period(text).kind for text in ("2024-03-15", "2024-03", "2024-Q1", "2024-H1", "2024", "2024-01+3")
    ] == [*PERIOD_KINDS]


@pytest.mark.parametrize("text", WRITTEN)
def test_periods_meet_the_protocol(text: str) -> None:
    period: protocols.Period = parse_period(text)
    assert isinstance(period, protocols.Period)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-13", "'2024-13' is not a period: there is no month 13."),
        ("2024-00", "there is no month 0"),
        ("2024-Q5", "there is no quarter 5"),
        ("2024-H3", "there is no half 3"),
        ("2024-02-30", "there is no day 30 in that month"),
        ("2023-02-29", "there is no day 29"),
        ("2024-13-01", "there is no month 13"),
        ("2024-03-15#0", "visits count from 1"),
        ("2024-03-15#1000", "visits count from 1"),
        ("2024-01+0", "a cycle has 1 to 60 months, not 0"),
        ("2024-01+61", "not 61"),
        ("1899-12", "the year 1899 is not between 1900 and 2999"),
        ("3000", "the year 3000"),
        ("24-03", "'24-03' is not a period. Write"),
        ("March 2024", "a month such as 2024-03"),
        ("2024-3月", "is not a period"),
        ("2024 03", "is not a period"),
        ("2024.1", "January and October can not be told apart"),
        ("2024-Q", "is not a period"),
        ("", "The period is missing."),
        ("  \u3000", "The period is missing."),
        ("2024-٠٣", "is not a period"),
    ],
)
def test_what_is_no_period_is_refused_with_what_is_expected(text: str, said: str) -> None:
    with pytest.raises(PeriodError) as caught:
        parse_period(text)
    assert said in str(caught.value)
    assert "a month such as 2024-03" in str(caught.value)
    [problem] = caught.value.problems
    assert problem.code == "bad_period" and problem.value == text and "2024-01+3" in problem.expected


@pytest.mark.parametrize(
    ("text", "kinds", "hint"),
    [
        ("2024-Q1", ["month"], "Write one of 2024-01 to 2024-03."),
        ("2024-H2", ["month"], "Write one of 2024-07 to 2024-12."),
        ("2024-03-15", ["month"], "Write 2024-03."),
        ("2024", ["month"], "Write one of 2024-01 to 2024-12."),
        ("2024-05", ["quarter"], "Write 2024-Q2."),
        ("2024-07", ["half", "year"], "Write 2024-H2."),
        ("2024-06", ["half"], "Write 2024-H1."),
        ("2024-07", ["year"], "Write 2024."),
        ("2024-11+3", ["year"], "Write one of 2024 to 2025."),
        ("2024-02", ["day"], "Write one of 2024-02-01 to 2024-02-29."),
        ("2024-Q2", ["cycle"], "Write 2024-04+3 for 3 months."),
        ("2024-02", ["cycle"], "Write 2024-02+1 for 1 month."),
        ("2024-02-03", ["cycle"], "Write a cycle such as"),
        ("202403", ["day"], "Write one of 2024-03-01"),
    ],
)
def test_a_period_of_another_kind_is_refused_with_what_to_write(text: str, kinds: list[str], hint: str) -> None:
    with pytest.raises(PeriodError) as caught:
        parse_period(text, kinds)
    assert hint in str(caught.value)


def test_the_message_names_both_kinds() -> None:
    with pytest.raises(PeriodError, match="'2024-Q1' is a quarter, where a month is meant"):
        parse_period("2024-Q1", ["month"])
    assert parse_period("2024-Q1", ["month", "quarter"]) == Quarter(2024, 1)
    with pytest.raises(PeriodError) as caught:
        parse_period("x", ["month"])
    assert "quarter" not in str(caught.value)


def test_a_kind_that_is_none_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="no kind of period: 'week'"):
        parse_period("2024-03", ["week"])


def test_hostile_texts_are_refused_at_once() -> None:
    for text in ("9" * 1_000_000, " " * 1_000_000 + "2024-03", "2024-" * 100_000, "2024-03-15#" + "1" * 100_000):
        with soon(), pytest.raises(PeriodError) as caught:
            parse_period(text)
        assert len(str(caught.value)) < 500


def test_a_text_that_was_read_is_not_read_again() -> None:
    assert parse_period("2024-03", ("month",)) is parse_period("2024-03", ("month",))


def test_values_of_files_and_python() -> None:
    assert period_of("2024年3月", ["month"]) == Month(2024, 3)
    assert period_of(202403) == period_of(202403.0) == Month(2024, 3)
    assert period_of(2024, ["year"]) == Year(2024)
    assert period_of(Month(2024, 3), ["month"]) == Month(2024, 3)
    assert period_of(date("2024-03-15")) == Day(date("2024-03-15"))
    assert period_of(date("2024-03-01"), ["day", "month"]) == Day(date("2024-03-01"))
    assert period_of(date("2024-03-01"), ["month"]) == Month(2024, 3)
    assert period_of(datetime.datetime(2024, 3, 1, 0, 0), ["month", "quarter"]) == Month(2024, 3)


@pytest.mark.parametrize(
    ("value", "kinds", "said"),
    [
        (date("2024-03-15"), ["month"], "Write 2024-03."),
        (date("2024-01-01"), ["quarter"], "Write 2024-Q1."),
        (date("1899-12-31"), [], "the year 1899"),
        (Quarter(2024, 1), ["month"], "'2024-Q1' is a quarter"),
        (2024.1, ["month"], "can not be told apart"),
        (float("nan"), [], "'nan' is not a period"),
        (10**100, [], "'int' is not a period"),
        (-2024, [], "is not a period"),
        (True, [], "'True' is not a period"),
        (None, ["month"], "The period is missing. Write a month such as 2024-03."),
        ([2024], [], "'list' is not a period"),
    ],
)
def test_values_that_are_no_period(value: object, kinds: list[str], said: str) -> None:
    with pytest.raises(PeriodError) as caught:
        period_of(value, kinds)
    assert said in str(caught.value)


SPANS = [
    ("2024-02", "2024-02-01", "2024-02-29", ["2024-02"], "2024-01", "2023-02"),
    ("2024-01", "2024-01-01", "2024-01-31", ["2024-01"], "2023-12", "2023-01"),
    ("2024-12", "2024-12-01", "2024-12-31", ["2024-12"], "2024-11", "2023-12"),
    ("2024-Q1", "2024-01-01", "2024-03-31", ["2024-01", "2024-02", "2024-03"], "2023-Q4", "2023-Q1"),
    ("2024-Q4", "2024-10-01", "2024-12-31", ["2024-10", "2024-11", "2024-12"], "2024-Q3", "2023-Q4"),
    ("2024-H1", "2024-01-01", "2024-06-30", [f"2024-0{n}" for n in range(1, 7)], "2023-H2", "2023-H1"),
    ("2024-H2", "2024-07-01", "2024-12-31", None, "2024-H1", "2023-H2"),
    ("2024", "2024-01-01", "2024-12-31", None, "2023", "2023"),
    ("2024-03-01", "2024-03-01", "2024-03-01", ["2024-03"], "2024-02-29", "2023-03-01"),
    ("2024-02-29", "2024-02-29", "2024-02-29", ["2024-02"], "2024-02-28", "2023-02-28"),
    ("2024-03-15#3", "2024-03-15", "2024-03-15", ["2024-03"], "2024-03-15#2", "2023-03-15#3"),
    ("2024-03-15#2", "2024-03-15", "2024-03-15", ["2024-03"], "2024-03-15", "2023-03-15#2"),
    ("2024-01+3", "2024-01-01", "2024-03-31", ["2024-01", "2024-02", "2024-03"], "2023-10+3", "2023-01+3"),
    ("2023-12+2", "2023-12-01", "2024-01-31", ["2023-12", "2024-01"], "2023-10+2", "2022-12+2"),
]


@pytest.mark.parametrize(("text", "start", "end", "months", "previous", "year_ago"), SPANS)
def test_reckoning(text: str, start: str, end: str, months: list[str] | None, previous: str, year_ago: str) -> None:
    period = parse_period(text)
    assert (period.start, period.end) == (date(start), date(end))
    if months is not None:
        assert [str(month) for month in period.months] == months
    assert str(period.previous()) == previous
    assert str(period.year_ago()) == year_ago
    assert period.previous() < period and period.year_ago() < period


def test_the_first_year_has_a_year_before() -> None:
    assert Month(1900, 1).previous() == Month(1899, 12)
    assert len(Year(2024).months) == 12 and len(Half(2024, 2).months) == 6
    assert Cycle(Month(2999, 12), 60).end == date("3004-11-30")


def test_parts() -> None:
    assert [
        parse_period(text).month for text in ("2024-03", "2024-04-15", "2024-Q1", "2024-H1", "2024", "2024-01+1")
    ] == [
        *(3, 4),
        *(None,) * 4,
    ]
    assert {
        parse_period(text).year for text in ("2024-03", "2024-04-15", "2024-Q1", "2024-H2", "2024", "2024-12+3")
    } == {2024}
    assert month_of(date("2024-02-29")) == Month(2024, 2)
    assert Cycle(Month(2023, 12), 2).last == Month(2024, 1)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("2024-03", "2024年3月", "March 2024"),
        ("2024-Q1", "2024年第1季度", "Q1 2024"),
        ("2024-H1", "2024年上半年", "H1 2024"),
        ("2024-H2", "2024年下半年", "H2 2024"),
        ("2024", "2024年", "2024"),
        ("2024-03-05", "2024年3月5日", "5 March 2024"),
        ("2024-03-05#2", "2024年3月5日第2次", "5 March 2024, visit 2"),
        ("2024-01+3", "2024年1月至3月", "January to March 2024"),
        ("2023-12+2", "2023年12月至2024年1月", "December 2023 to January 2024"),
        ("2024-05+1", "2024年5月", "May 2024"),
    ],
)
def test_labels(text: str, zh: str, en: str) -> None:
    period = parse_period(text)
    assert (period.label("zh"), period.label("zh-CN"), period.label("en")) == (zh, zh, en)


@pytest.mark.parametrize("label", ["2024年3月", "2024年第1季度", "2024年上半年", "2024年", "2024年3月5日"])
def test_chinese_labels_can_be_read_back(label: str) -> None:
    assert parse_period(label).label("zh") == label


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        ("2024-Q1", "2024-03", True),
        ("2024-Q1", "2024-04", False),
        ("2024-03", "2024-03", True),
        ("2024-03", "2024-Q1", False),
        ("2024-01+3", "2024-03-31", True),
        ("2024-03-15", "2024-03-15#2", True),
        ("2024-03-15", "2024-03-16", False),
        ("2024", "2023-12+2", False),
    ],
)
def test_contains(outer: str, inner: str, holds: bool) -> None:
    assert parse_period(outer).contains(parse_period(inner)) is holds


def test_the_order_goes_by_start_then_end_then_visit() -> None:
    rising = ["2023-12", "2024-01-01", "2024-01", "2024-Q1", "2024-01+3", "2024-H1", "2024", "2024-02", "2024-02-10"]
    rising += ["2024-02-10#2", "2024-02-10#10", "2024-02-11"]
    periods = [parse_period(text) for text in rising]
    backwards = periods[::-1]
    assert [str(period) for period in sorted(backwards)] == rising
    for place, one in enumerate(periods):
        for other in periods[place + 1 :]:
            assert one < other and one <= other and other > one and other >= one and one != other
            assert not (other < one or other <= one or one > other or one >= other)
        assert one <= one and one >= one and not one < one


def test_other_things_are_not_in_the_order() -> None:
    with pytest.raises(TypeError):
        assert Month(2024, 3) < "2024-04"
    assert Month(2024, 3) != object()


def test_equal_periods_are_one_key() -> None:
    assert len({parse_period("2024-03"), parse_period("2024年3月"), Month(2024, 3)}) == 1
    assert len({Month(2024, 3), Cycle(Month(2024, 3), 1), Year(2024)}) == 3
    with pytest.raises(AttributeError):
        Month(2024, 3).year = 2025  # type: ignore[misc]


@pytest.mark.parametrize(
    "make",
    [
        lambda: Month(2024, 0),
        lambda: Quarter(2024, 5),
        lambda: Half(2024, 0),
        lambda: Year(12),
        lambda: Cycle(Month(2024, 1), 61),
        lambda: Day(date("2024-01-01"), 0),
    ],
)
def test_no_such_period_can_be_made(make: Callable[[], Stretch]) -> None:
    with pytest.raises(PeriodError):
        make()


MONTHS = st.builds(Month, st.integers(1900, 2999), st.integers(1, 12))
PERIODS: st.SearchStrategy[Stretch] = st.one_of(
    MONTHS,
    st.builds(Quarter, st.integers(1900, 2999), st.integers(1, 4)),
    st.builds(Half, st.integers(1900, 2999), st.integers(1, 2)),
    st.builds(Year, st.integers(1900, 2999)),
    st.builds(Day, st.dates(date("1900-01-01"), date("2999-12-31")), st.integers(1, 999)),
    st.builds(Cycle, MONTHS, st.integers(1, 60)),
)


@given(PERIODS)
def test_the_text_of_a_period_gives_it_back(period: Stretch) -> None:
    assert parse_period(str(period), [period.kind]) == period
    months = period.months
    assert months[0].start <= period.start <= period.end <= months[-1].end
    assert all(one.later(1) == other for one, other in pairwise(months))


@given(PERIODS, PERIODS, PERIODS)
def test_the_order_is_total(one: Stretch, other: Stretch, third: Stretch) -> None:
    assert (one < other) + (one == other) + (one > other) == 1
    if one < other and other < third:
        assert one < third
    assert not (one.start, one.end) < (other.start, other.end) or one < other


@given(MONTHS, st.integers(-500, 500))
def test_months_are_reckoned_like_a_calendar(month: Month, count: int) -> None:
    assert month.later(count).count == month.count + count
    assert month.later(1).previous() == month
    assert month.later(-12) == month.year_ago()
    assert month.end + datetime.timedelta(days=1) == month.later(1).start


def test_the_first_visit_stands_for_the_day_and_a_later_one_for_itself() -> None:
    day, second, third = (parse_period(text) for text in ("2024-03-15", "2024-03-15#2", "2024-03-15#3"))
    assert day.contains(second) and day.contains(third) and day.contains(day)
    assert second.contains(second) and not second.contains(third) and not second.contains(day)
    assert parse_period("2024-03").contains(second)
