"""Indicators without full marks: a weight of 0 in every way of making a total, and in the lowest grade."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from support.small import HEAD, Small, codes, model_of

import kpicore
from kpicore.errors import SchemeError
from kpicore.loaded import LoadedScheme

FACTS = '[facts]\na = { kind = "rating" }\nb = { kind = "rating" }\nt = { kind = "number" }\n'
LINE = '[[indicator]]\nid = "{0}"\n{1}\nmeasure = "{0}"\nrule = {{ kind = "straight" }}\n'
GRADE = """[grade]
by = "lowest"
bands = [{ from = 80, grade = "A" }, { from = 50, grade = "B" }, { otherwise = true, grade = "C" }]
"""
STRAIGHT = '{ kind = "straight", of = 10 }'


def text(award: str, total: str, trend: str = "weight = 0", rule: str = STRAIGHT, policy: str = "") -> str:
    """Two indicators of 30 and 20 (or of a mean), and a trend that is shown."""
    head = f'rules_award = "{award}"\ntotal = "{total}"\n'
    weights = ["", ""] if total == "mean" else ["weight = 30", "weight = 20"]
    lines = [LINE.format(name, weight) for name, weight in zip("ab", weights, strict=True)]
    shown = f'[[indicator]]\nid = "t"\n{trend}\n{policy}\nrule = {rule}\n'
    return head + FACTS + "".join(lines) + shown + GRADE


ALL = [(award, total) for award in ("marks", "percent") for total in ("sum", "mean", "share")]
TOTALS = {"sum": "35.00", "mean": "75.00", "share": "70.00"}


@pytest.mark.parametrize(("award", "total"), ALL)
def test_it_is_measured_and_changes_nothing(award: str, total: str) -> None:
    result = Small(text(award, total)).score({"a": 50, "b": 100, "t": 3})
    trend = result.indicators["t"]
    points = "30.00" if award == "percent" or total == "mean" else "0.00"
    assert (str(trend.measure), str(trend.points)) == ("3.0000", points)
    assert (str(trend.score), str(trend.full_marks), trend.state) == ("0.00", "0.00", "scored")
    assert (str(result.total), result.status, codes(result)) == (TOTALS[total], "scored", [])
    assert str(result.counted_marks) == {"sum": "50.00", "mean": "200.00", "share": "50.00"}[total]
    assert result.grade == "B"  # the lowest is a with 50, not the trend


@pytest.mark.parametrize(("award", "total"), ALL)
def test_it_has_no_say_in_the_lowest_grade(award: str, total: str) -> None:
    small = Small(text(award, total))
    assert small.score({"a": 90, "b": 80, "t": 0}).grade == "A"
    assert small.score({"a": 90, "b": 79, "t": 10}).grade == "B"


@pytest.mark.parametrize(("award", "total"), ALL)
def test_one_that_is_missing_makes_the_person_incomplete_unless_a_policy_says_otherwise(award: str, total: str) -> None:
    given = {"a": 50, "b": 100, "t": ""}
    assert Small(text(award, total)).score(given).status == "incomplete"
    result = Small(text(award, total, policy='when_missing = "leave_out"')).score(given)
    assert (result.status, str(result.total), result.indicators["t"].state) == ("scored", TOTALS[total], "left_out")
    result = Small(text(award, total, policy='when_missing = "full"')).score(given)
    assert (str(result.total), str(result.indicators["t"].score)) == (TOTALS[total], "0.00")


def test_points_beyond_no_full_marks_are_a_bonus_where_rules_award_marks() -> None:
    rule = '{ kind = "accrue", each = 1, most = 5 }'
    result = Small(text("marks", "sum", rule=rule)).score({"a": 50, "b": 100, "t": 3})
    assert (str(result.indicators["t"].score), str(result.total)) == ("3.00", "38.00")
    for award, total in ALL:
        if award == "percent" or total == "mean":
            result = Small(text(award, total, rule=rule)).score({"a": 50, "b": 100, "t": 3})
            assert (str(result.indicators["t"].points), str(result.indicators["t"].score)) == ("3.00", "0.00")
            assert str(result.total) == TOTALS[total]


@pytest.mark.parametrize("weight", ["0", "0.0", '"off"', '"0 if month == 3 else 10"'])
def test_a_weight_may_come_to_0(weight: str) -> None:
    params = "[params]\noff = { value = 0 }\n"
    small = Small(text("percent", "sum", f"weight = {weight}") + params)
    result = small.score({"a": 90, "b": 90, "t": 0})
    assert (str(result.full_marks), result.grade) == ("50.00", "A")
    if "month" in weight:
        result = small.score({"a": 90, "b": 90, "t": 0}, "2024-04")
        assert (str(result.full_marks), result.grade) == ("60.00", "C")


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ("weight = 1", "A mean counts every indicator alike and has no weights."),
        ('weight = "0 if month == 3 else 1"', "A mean counts every indicator alike and has no weights."),
        ("weight = -1", "A mean counts every indicator alike and has no weights."),
    ],
)
def test_a_mean_has_no_other_weight_than_0(weight: str, message: str) -> None:
    with pytest.raises(SchemeError) as raised:
        model_of(text("marks", "mean", weight))
    (problem,) = raised.value.problems
    assert (problem.key, problem.message) == ("indicator.t.weight", message)
    assert "write 0 for what is only shown" in problem.hint


@pytest.mark.parametrize("award", ["marks", "percent"])
def test_a_mean_of_nothing_is_refused(award: str) -> None:
    lines = LINE.format("a", "weight = 0") + LINE.format("b", "weight = 0")
    with pytest.raises(SchemeError, match="All weights are 0"):
        model_of(f'rules_award = "{award}"\ntotal = "mean"\n{FACTS}{lines}')


def test_an_attainment_of_no_full_marks_is_undefined() -> None:
    gate = '[[gate]]\nid = "g"\nrequire = "attainment(t) >= 0.5"\neffect = { ineligible = true }\n'
    result = Small(text("percent", "sum") + gate).score({"a": 50, "b": 100, "t": 3})
    assert (result.gates["g"], result.status) == ("unknown", "incomplete")


@pytest.mark.parametrize(("award", "total"), ALL)
def test_both_readers_agree_on_it(tmp_path: Any, award: str, total: str) -> None:
    path = tmp_path / "small.toml"
    path.write_text(HEAD + text(award, total, policy='when_missing = "leave_out"'), "utf-8")
    scheme: LoadedScheme = kpicore.load().scheme(str(path))
    rows = [
        {"employee": f"E{n}", "period": "2024-03", "a": a, "b": b, "t": t}
        for n, (a, b, t) in enumerate([(50, 100, 3), (80, 80, None), (79, 100, 0), (None, 5, 5), (100, 100, 99)])
    ]
    exact = [result.flat() for result in scheme.score_many(rows)]
    table = scheme.score_table(pl.DataFrame(rows)).frame
    for row, flat in zip(table.to_dicts(), exact, strict=True):
        for name, value in flat.items():
            got = row[name]
            assert value == (format(got, "f") if isinstance(got, Decimal) else got), name
