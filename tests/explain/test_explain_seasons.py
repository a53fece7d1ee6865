"""What an explanation says of seasons: where amounts, weights, grades and pay follow them, and in formulas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.small import Small

from kpicore.explain.data import explanation_data
from kpicore.explain.prose import explanation_text
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation

TEXT = """
[facts]
calls = { kind = "count", title = { zh = "接听量", en = "Calls" } }
mark = { kind = "rating", title = { zh = "质量", en = "Quality" } }
[seasons]
peak = { months = [9, 10, 11, 12, 1, 2], assumed = true, title = { zh = "旺季", en = "Peak season" } }
july = { months = [7], title = { zh = "七月", en = "July sale" } }
[[indicator]]
id = "calls"
title = { zh = "接听量", en = "Calls" }
weight = 60
rule = { kind = "bands", bands = [{ from = "30 if peak else 20", points = 60 }, { otherwise = true, points = 0 }] }
[[indicator]]
id = "mark"
title = { zh = "质量", en = "Quality" }
weight = "20 if july else 40"
only_if = "not peak or mark >= 60"
rule = { kind = "straight" }
[[indicator]]
id = "plain"
weight = 1
measure = "calls"
rule = { kind = "accrue", each = 1 }
[grade]
bands = [{ from = "90 if peak else 80", grade = "A" }, { otherwise = true, grade = "B" }]
[[pay]]
id = "bonus"
amount = "300 if july and given(calls) else 100"
"""
PEAK_EN = "in the peak season (September to February)"


def explained(period: str, **given: Any) -> Explanation:
    small = Small(TEXT)
    return explain(small.scorer, small.row({"calls": 25, "mark": 50, **given}, period))


@pytest.mark.parametrize(
    ("period", "calls", "mark", "grade"),
    [("2024-01", [("peak", True)], [("peak", True), ("july", False)], [("peak", True)]),
     ("2024-07", [("peak", False)], [("peak", False), ("july", True)], [("peak", False)])],
)  # fmt: skip
def test_each_part_names_the_seasons_that_it_follows(
    period: str, calls: list[Any], mark: list[Any], grade: list[Any]
) -> None:
    found = explained(period)
    uses = [[(use.season.id, use.holds) for use in line.seasons] for line in found.lines]
    assert uses == [calls, mark, []]
    assert found.grade is not None
    assert [(use.season.id, use.holds) for use in found.grade.seasons] == grade
    assert [use.season.id for use in found.pay[0].seasons] == ["july"]


def test_the_text_says_it_in_words() -> None:
    january = explanation_text(explained("2024-01"), "en").splitlines()
    start = january.index("Calls: 0.00 of 60.00")
    assert january[start + 2 : start + 4] == [
        f"  January 2024: {PEAK_EN}; its months are assumed",
        "  below 30: 0 points",
    ]
    assert f"  Points only if: not {PEAK_EN} or Quality ≥ 60 (not yes or 50 ≥ 60): does not hold" in january
    assert "  January 2024: not in the July sale (July)" in january
    july = explanation_text(explained("2024-07"), "en").splitlines()
    assert f"  July 2024: not {PEAK_EN}; its months are assumed" in july
    assert "  July 2024: in the July sale (July)" in july
    assert "  300 if in the July sale (July) and Calls is given, else 100 (300 if yes and 25, else 100)" in july


def test_the_text_says_it_in_chinese() -> None:
    text = explanation_text(explained("2024-12"), "zh")
    assert "  2024年12月：旺季（9月至次年2月）；月份为约定\n" in text
    assert "  2024年12月：非七月（7月）\n" in text
    assert "得分条件：非“旺季（9月至次年2月）” 或 质量 ≥ 60（非“是” 或 50 ≥ 60）：不成立" in text


def test_the_data_has_the_months() -> None:
    data = json.loads(json.dumps(explanation_data(explained("2024-07"))))
    (use,) = data["lines"][0]["seasons"]
    assert (use["holds"], use["season"]["id"], use["season"]["months"]) == (False, "peak", [9, 10, 11, 12, 1, 2])
    assert data["lines"][2]["seasons"] == []


@pytest.mark.parametrize(
    ("month", "points"), [(8, "60.00"), (9, "0.00"), (12, "0.00"), (1, "0.00"), (2, "0.00"), (3, "60.00")]
)
def test_the_breaks_are_those_of_the_season(month: int, points: str) -> None:
    result = Small(TEXT).score({"calls": 25, "mark": 50}, f"2024-{month:02d}")
    assert str(result.indicators["calls"].points) == points
    assert str(Small(TEXT).score({"calls": 30, "mark": 50}, f"2024-{month:02d}").indicators["calls"].points) == "60.00"
