"""Longer periods made of shorter ones: months to quarters to years, from figures or from results."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.small import STANDARD

import kpicore
from kpicore.errors import SchemeError, UsageError
from kpicore.formula.node import Num
from kpicore.schemefile.parse import parse_scheme
from kpicore.schemefile.raw import raw_scheme

TEXT = """
id = "t/rolled"
version = "1"
effective = 2024-01-01
periods = ["month"]
title = { zh = "接待", en = "Reception" }
[facts]
a = { kind = "rating", title = { zh = "甲", en = "A" } }
b = { kind = "count", title = { zh = "乙", en = "B" } }
improvement = { kind = "rating", title = { zh = "改进", en = "Improvement" } }
review = { kind = "rating", title = { zh = "年终", en = "Review" } }
[params]
share = { value = 70 }
[[indicator]]
id = "a"
weight = 60
rule = { kind = "straight" }
[[indicator]]
id = "b"
weight = 20
rule = { kind = "accrue", each = 5 }
[grade]
bands = [ { from = 60, grade = "A" }, { otherwise = true, grade = "B" } ]
[[rollup]]
id = "months"
title = { zh = "月度平均", en = "Months" }
period = "quarter"
of = "month"
weight = "share"
[[rollup.indicator]]
id = "improvement"
weight = 30
rule = { kind = "straight" }
[[rollup]]
id = "quarters"
title = { zh = "季度平均", en = "Quarters" }
period = "year"
of = "quarter"
weight = 60
[[rollup.indicator]]
id = "review"
weight = 40
rule = { kind = "straight" }
[rollup.grade]
bands = [ { from = 90, grade = "best" }, { otherwise = true, grade = "rest" } ]
"""
Row = dict[str, Any]


def scheme_of(folder: Path, text: str = TEXT) -> kpicore.LoadedScheme:
    path = folder / "rolled.toml"
    path.write_text(text, encoding="utf-8")
    return kpicore.load().scheme(str(path))


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> kpicore.LoadedScheme:
    return scheme_of(tmp_path_factory.mktemp("rolled"))


def months(*totals: int, employee: str = "E1", first: int = 1) -> Iterator[Row]:
    """Months with these totals, of 80: the rating gives 60, the count 20 in fives."""
    for number, total in enumerate(totals, first):
        b = min(total // 5, 4)
        yield {"employee": employee, "period": f"2024-{number:02d}", "a": (total - 5 * b) * 100 / 60, "b": b}


def quarter(improvement: object, number: int = 1, employee: str = "E1", **more: object) -> Row:
    return {"employee": employee, "period": f"2024-Q{number}", "improvement": improvement, **more}


def by_period(run: kpicore.Run) -> dict[str, kpicore.Result]:
    return {result.period: result for result in run}


def test_a_quarter_is_the_mean_of_its_months_and_its_own(scheme: kpicore.LoadedScheme) -> None:
    found = by_period(scheme.score_many([*months(80, 50, 41), quarter(60)]))
    assert [str(found[f"2024-0{number}"].total) for number in (1, 2, 3)] == ["80.00", "50.00", "41.00"]
    result = found["2024-Q1"]
    line = result.indicators["months"]
    # (80 + 50 + 41) / 3 = 57 of 80: 49.875 of 70
    assert (str(line.measure), str(line.score), str(result.total)) == ("57.00", "49.88", "67.88")
    assert (result.grade, list(result.indicators)) == ("A", ["months", "improvement"])


def test_a_year_is_the_mean_of_its_quarters(scheme: kpicore.LoadedScheme) -> None:
    rows = [row for number in range(4) for row in months(80, 80, 80, first=3 * number + 1)]
    rows += [quarter(90 + number, number) for number in (1, 2, 3, 4)]
    result = by_period(scheme.score_many([*rows, {"employee": "E1", "period": "2024", "review": 75}]))["2024"]
    # quarters: 70 + 27.3, 27.6, 27.9, 28.2: mean 97.75 of 100
    assert (str(result.indicators["quarters"].measure), str(result.total)) == ("97.75", "88.65")
    assert result.grade == "rest"


def test_the_mean_is_rounded_once(scheme: kpicore.LoadedScheme) -> None:
    found = by_period(scheme.score_many([*months(41, 41, 42), quarter(0)]))["2024-Q1"]
    assert str(found.indicators["months"].measure) == "41.33"


@pytest.mark.parametrize("lacking", ["no row", "incomplete"])
def test_a_month_that_is_not_known_leaves_the_quarter_incomplete(scheme: kpicore.LoadedScheme, lacking: str) -> None:
    rows = list(months(80, 50, 41))
    rows = rows[:2] if lacking == "no row" else [*rows[:2], {**rows[2], "a": None}]
    found = by_period(scheme.score_many([*rows, quarter(60)]))["2024-Q1"]
    reasons = [{"code": reason.code, **dict(reason.values)} for reason in found.reasons]
    assert found.status == "incomplete"
    assert reasons == [{"code": "missing_figure", "indicator": "months", "fact": "given_total", "period": "2024-03"}]


def test_decided_totals_stand_for_figures_and_are_not_scored_again(scheme: kpicore.LoadedScheme) -> None:
    decided = [{"employee": "E1", "period": f"2024-0{number}", "given_total": 50} for number in (1, 2)]
    found = by_period(scheme.score_many([*decided, *months(80, first=3), quarter(60)]))
    assert list(found) == ["2024-03", "2024-Q1"]
    assert str(found["2024-Q1"].indicators["months"].measure) == "60.00"


def test_a_decided_total_stands_before_the_figures(scheme: kpicore.LoadedScheme) -> None:
    first, *others = months(80, 50, 41)
    found = by_period(scheme.score_many([{**first, "given_total": 79}, *others, quarter(60)]))
    assert str(found["2024-01"].total) == "80.00"
    assert str(found["2024-Q1"].indicators["months"].measure) == "56.67"


def test_a_decided_total_that_can_not_be_read_is_not_passed_over(scheme: kpicore.LoadedScheme) -> None:
    first, *others = months(80, 50, 41)
    found = by_period(scheme.score_many([{**first, "given_total": "eighty"}, *others, quarter(60)]))["2024-Q1"]
    assert found.indicators["months"].state == "unreadable"


def test_results_of_months_are_figures_of_quarters(scheme: kpicore.LoadedScheme) -> None:
    results = scheme.score_table(pl.DataFrame(list(months(80, 50, 41)))).frame
    rows = [*results.select("employee", "period", "total").iter_rows(named=True), quarter(60)]
    table = pl.DataFrame(rows, infer_schema_length=None)
    run = scheme.score_table(table)
    assert run.frame["period"].to_list() == ["2024-Q1"]
    assert str(run.frame["total"][0]) == "67.88"


def test_one_alone_with_history(scheme: kpicore.LoadedScheme) -> None:
    past: Mapping[str, Row] = {row["period"]: {"a": row["a"], "b": row["b"]} for row in months(80, 50, 41)}
    result = scheme.score({"improvement": 60}, employee="E1", period="2024-Q1", history=past)
    assert str(result.total) == "67.88"
    assert scheme.total_and_grade({"improvement": 60}, period="2024-Q1", history=past)[1] == result.total


def test_parameters_hold_for_longer_periods_too(scheme: kpicore.LoadedScheme) -> None:
    found = by_period(scheme.score_many([*months(80, 80, 80), quarter(100)], params={"share": 20}))["2024-Q1"]
    assert (str(found.total), str(found.full_marks)) == ("50.00", "50.00")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 80), min_size=3, max_size=3), st.integers(0, 100))
def test_tables_and_rows_agree(scheme: kpicore.LoadedScheme, totals: list[int], own: int) -> None:
    rows = [*months(*totals), quarter(own), *months(*totals[:2], employee="E2"), quarter(own, employee="E2")]
    expected = [result.to_dict() for result in scheme.score_many(rows)]
    assert [result.to_dict() for result in scheme.score_table(pl.DataFrame(rows, infer_schema_length=None))] == expected


def test_months_alone_are_scored_by_columns(scheme: kpicore.LoadedScheme) -> None:
    run = scheme.score_table(pl.DataFrame(list(months(80, 50, 41))))
    assert (run.by_exact, run.frame.height) == (0, 3)


def test_it_survives_pickling(scheme: kpicore.LoadedScheme) -> None:
    rows = [*months(80, 50, 41), quarter(60)]
    again = pickle.loads(pickle.dumps(scheme))
    assert [result.to_dict() for result in again.score_many(rows)] == [
        result.to_dict() for result in scheme.score_many(rows)
    ]


def test_batches_say_that_they_can_not(scheme: kpicore.LoadedScheme) -> None:
    with pytest.raises(UsageError, match="makes longer periods of shorter ones"):
        scheme.batch_scorer().prepare()


def test_its_periods_are_all(scheme: kpicore.LoadedScheme) -> None:
    assert scheme.periods == ("month", "quarter", "year")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('of = "month"', 'of = "half"', "There is no sheet of the kind 'half'"),
        ('period = "quarter"\nof = "month"', 'period = "quarter"\nof = "quarter"', "no sheet of the kind 'quarter'"),
        (
            'period = "year"\nof = "quarter"',
            'period = "quarter"\nof = "month"',
            "The scheme scores the quarter already",
        ),
        ('weight = "share"', 'weight = "shre"', "shre"),
        ('id = "improvement"\nweight = 30\nrule = { kind = "straight" }', 'id = "improvement"\nweight = 30', "'rule'"),
        ('id = "review"', 'id = "quarters"', "'quarters' is given twice"),
        ('id = "months"\n', 'id = "improvement"\n', "'improvement' is given twice"),
    ],
)
def test_what_a_longer_period_can_not_be(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in TEXT
    with pytest.raises(SchemeError, match=told) as caught:
        scheme_of(tmp_path, TEXT.replace(old, new))
    lines = (tmp_path / "rolled.toml").read_text("utf-8").splitlines()
    places = [problem.place.line for problem in caught.value.problems]
    assert all(line is not None and line > lines.index("[[rollup]]") for line in places)


def test_a_scheme_that_extends_one_takes_its_longer_periods() -> None:
    changes = """
id = "t/other"
version = "1"
effective = 2024-01-01
extends = "t/rolled"
without = ["rollup:quarters"]
[[rollup]]
id = "months"
weight = 40
"""
    base = raw_scheme(TEXT, "base.toml")
    model, problems = parse_scheme(changes, "other.toml", STANDARD, base=lambda _: base)
    assert model is not None, problems
    assert model.kinds == ("month", "quarter")
    line = model.of("quarter").indicators[0]
    assert (line.id, line.weight, line.title.text("en")) == ("months", Num(Fraction(40)), "Months")
