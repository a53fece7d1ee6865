"""What an explanation says of totals out of other full marks than 100, and of indicators without full marks."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from support.small import Small

from kpicore.decimals import rounded, scaled_decimal
from kpicore.explain.prose import Prose, explanation_text
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation

TEXT = """
[facts]
a = {{ kind = "rating", title = {{ zh = "甲", en = "First" }} }}
t = {{ kind = "number", title = {{ zh = "趋势", en = "Trend" }} }}
[[indicator]]
id = "a"
title = {{ zh = "甲", en = "First" }}
weight = {weight}
rule = {{ kind = "straight" }}
[[indicator]]
id = "t"
title = {{ zh = "趋势", en = "Trend" }}
weight = 0
rule = {rule}
[grade]
bands = [{{ from = 56, grade = "A" }}, {{ otherwise = true, grade = "B" }}]
"""
NOTHING = '{ kind = "bands", bands = [{ otherwise = true, points = 0 }] }'
BONUS = '{ kind = "accrue", each = 1, most = 5 }'


def explained(a: object, t: object = 3, *, weight: str = "70", rule: str = NOTHING, head: str = "") -> Explanation:
    small = Small(head + TEXT.format(weight=weight, rule=rule))
    return explain(small.scorer, small.row({"a": a, "t": t}))


def outcome(language: str = "en", **given: Any) -> str:
    return explanation_text(explained(given.pop("a", 88.57), **given), language).splitlines()[2]


@pytest.mark.parametrize(
    ("weight", "a", "english", "chinese"),
    [
        ("70", 100, "total 70.00 of 70.00 (100.00 %)", "总分 70.00（满分 70.00，100.00 %）"),
        ("70", "88.57", "total 62.00 of 70.00 (88.57 %)", "总分 62.00（满分 70.00，88.57 %）"),
        ("15", "33.33", "total 5.00 of 15.00 (33.33 %)", "总分 5.00（满分 15.00，33.33 %）"),
        ("15", "66.67", "total 10.00 of 15.00 (66.67 %)", "总分 10.00（满分 15.00，66.67 %）"),
        ("15", 0, "total 0.00 of 15.00 (0.00 %)", "总分 0.00（满分 15.00，0.00 %）"),
        ("1600", "50", "total 800.00 of 1600.00 (50.00 %)", "总分 800.00（满分 1600.00，50.00 %）"),
        ("100", "88.57", "total 88.57 of 100.00", "总分 88.57（满分 100.00）"),
        ("99.99", 100, "total 99.99 of 99.99 (100.00 %)", "总分 99.99（满分 99.99，100.00 %）"),
    ],
)
def test_a_total_reads_out_of_its_full_marks_and_as_percent(weight: str, a: object, english: str, chinese: str) -> None:
    grade = "A" if float(weight) * float(str(a)) >= 5600 else "B"
    assert outcome(a=a, weight=weight) == f"Scored, {english}, grade {grade}"
    assert outcome("zh", a=a, weight=weight) == f"已评分，{chinese}，等级 {grade}"


@pytest.mark.parametrize("total", ["mean", "share"])
def test_a_mean_and_a_share_are_out_of_100(total: str) -> None:
    text = TEXT.replace("weight = {weight}\n", "") if total == "mean" else TEXT
    small = Small(f'total = "{total}"\n' + text.format(weight="70", rule=NOTHING))
    prose = Prose(explain(small.scorer, small.row({"a": 50, "t": 1})), "en")
    assert (prose.share, prose.outcome()) == ("", "Scored, total 50.00 of 100.00, grade B")


def test_who_has_no_total_has_no_share_and_neither_has_a_sheet_of_no_marks() -> None:
    assert outcome(a="") == "Incomplete"
    assert Prose(explained("", weight="70"), "en").share == ""
    off = '"off"\n'
    small = Small("[params]\noff = { value = 0 }\n" + TEXT.format(weight=off, rule=NOTHING))
    result = small.score({"a": 50, "t": 1})
    assert (str(result.total), str(result.full_marks)) == ("0.00", "0.00")
    prose = Prose(explain(small.scorer, small.row({"a": 50, "t": 1})), "en")
    assert (prose.share, prose.outcome()) == ("", "Scored, total 0.00 of 0.00, grade B")


def test_a_bonus_may_lie_above_and_a_deduction_below() -> None:
    assert "total 75.00 of 70.00 (107.14 %)" in outcome(a=100, t=7, rule=BONUS)
    fall = '{ kind = "bands", bands = [{ otherwise = true, points = -5 }] }'
    assert "total -5.00 of 70.00 (-7.14 %)" in outcome(a=0, rule=fall)


def test_the_grade_goes_by_marks() -> None:
    text = explanation_text(explained(80), "en")
    assert "total 56.00 of 70.00 (80.00 %), grade A" in text
    assert "\nTotal 56.00, from 56: grade A\n" in text


@given(st.integers(1, 3000), st.integers(0, 3000))
def test_the_share_is_rounded_half_up_to_two_places(full: int, total: int) -> None:
    found = explained(100)
    result = found.result
    marks = {name: scaled_decimal(value, 1) for name, value in (("full_marks", full), ("total", total))}
    share = Prose(evolve(found, result=evolve(result, **marks)), "en").share
    if full == 1000:
        assert share == ""
        return
    exact = Fraction(total, full)
    percent = scaled_decimal(rounded(exact.numerator, exact.denominator, 4), 2)
    assert share.replace(",", "") == f"{percent} %"


@pytest.mark.parametrize(
    ("head", "rule", "lines"),
    [
        ("", NOTHING, ["Trend: shown, not scored", "Trend = 3.0000", "Trend: 3"]),
        ("", '{ kind = "accrue", each = 1 }', ["Trend: shown, not scored", "Trend = 3.0000", "Trend: 3"]),
        ("", '{ kind = "straight", of = 5 }', ["Trend: shown, not scored", "Trend = 3.0000", "Trend: 3"]),
        ("", '{ kind = "deduct", each = 1 }', ["Trend: shown, not scored", "Trend = 3.0000", "Trend: 3"]),
        (
            "",
            BONUS,
            ["Trend: 3.00 beyond the full marks", "Trend = 3.0000", "from 0: 1 × 3 = 3 points", "Trend: 3"],
        ),
        ('rules_award = "percent"\n', NOTHING, ["Trend: shown, not scored", "Trend = 3.0000", "Trend: 3"]),
        (
            'rules_award = "percent"\n',
            BONUS,
            ["Trend: shown, not scored", "Trend = 3.0000", "from 0: 1 × 3 = 3 points", "Trend: 3"],
        ),
    ],
)
def test_an_indicator_without_full_marks_says_so(head: str, rule: str, lines: list[str]) -> None:
    text = explanation_text(explained(50, rule=rule, head=head), "en").splitlines()
    start = next(place for place, line in enumerate(text) if line.startswith("Trend:"))
    found = [line.strip() for line in text[start : text.index("", start)]]
    assert found == lines
    chinese = explanation_text(explained(50, rule=rule, head=head), "zh")
    assert ("趋势：仅列示，不计分" if "shown" in lines[0] else "趋势：3.00 分（满分之外）") in chinese


def test_a_choice_and_conditions_that_can_give_nothing_or_something() -> None:
    def shown(rule: str) -> bool:
        text = TEXT.format(weight="70", rule=rule).replace(
            't = { kind = "number"', 't = { kind = "choice", choices = ["x", "y"]'
        )
        small = Small(text)
        return explain(small.scorer, small.row({"a": 50, "t": "x"})).lines[1].shown_only

    assert shown('{ kind = "choice", points = { x = 0, y = 0 } }')
    assert not shown('{ kind = "choice", points = { x = 0, y = 3 } }')
    assert not shown('{ kind = "conditions", each = [{ when = "t == \'y\'", points = 3 }] }')


def test_one_that_is_left_out_says_that() -> None:
    text = TEXT.replace("weight = 0\n", 'weight = 0\nwhen_missing = "leave_out"\n').format(weight="70", rule=NOTHING)
    small = Small(text)
    found = explain(small.scorer, small.row({"a": 50, "t": ""}))
    assert "\nTrend: left out\n" in explanation_text(found, "en")
    assert "total 35.00 of 70.00 (50.00 %)" in explanation_text(found, "en")
