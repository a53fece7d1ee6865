"""What an explanation says of the condition of a group."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.small import BAD, Small

from kpicore.explain.data import explanation_data
from kpicore.explain.prose import explanation_text
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation

TEXT = """
[facts]
complaints = { kind = "count", title = { zh = "投诉", en = "Complaints" } }
ready = { kind = "flag", default = true, title = { zh = "就绪", en = "Ready" } }
mark = { kind = "rating", title = { zh = "评分", en = "Mark" } }
[[group]]
id = "service"
title = { zh = "服务", en = "Service" }
only_if = "complaints <= 5"
assumed = true
note = { zh = "按整块计零。", en = "The whole block is 0." }
[[group]]
id = "rest"
title = { zh = "其他", en = "The rest" }
[[indicator]]
id = "first"
group = "service"
title = { zh = "甲", en = "First" }
weight = 60
measure = "mark"
only_if = "ready"
rule = { kind = "straight" }
[[indicator]]
id = "second"
group = "rest"
title = { zh = "乙", en = "Second" }
weight = 40
measure = "mark"
rule = { kind = "straight" }
"""


def explained(**given: Any) -> Explanation:
    small = Small(TEXT)
    return explain(small.scorer, small.row({"complaints": 5, "mark": 50, **given}))


def part(language: str = "en", **given: Any) -> list[str]:
    """The lines on the first indicator."""
    lines = explanation_text(explained(**given), language).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(("First: ", "甲：")))
    return [line.strip() for line in lines[start : lines.index("", start)]]


def test_the_condition_of_the_group_is_given_as_the_reason() -> None:
    assert part(complaints=6) == [
        "First: 0.00 of 60.00",
        "Mark = 50.00",
        "Points in the group Service only if: Complaints ≤ 5 (6 ≤ 5): does not hold",
        "Points only if: Ready (yes): holds",
        "So there are no points in the group Service.",
        "Mark: 50",
        "Complaints: 6",
        "Ready: yes (stands for a blank)",
        "Note: The whole block is 0.",
        "The source leaves this line open; its figures are assumed and must be confirmed.",
    ]
    chinese = part("zh", complaints=6)
    assert "“服务”组的得分条件：投诉 ≤ 5（6 ≤ 5）：不成立" in chinese
    assert "因此“服务”组各项均不得分。" in chinese
    assert "说明：按整块计零。" in chinese


def test_the_own_condition_is_told_apart_from_it() -> None:
    lines = part(ready=False)
    assert "Points in the group Service only if: Complaints ≤ 5 (5 ≤ 5): holds" in lines
    assert "So there are no points." in lines
    assert not any("no points in the group" in line or "Note" in line for line in lines)


@pytest.mark.parametrize(
    ("given", "barred"),
    [
        ({}, None),
        ({"complaints": 6}, "group_only_if"),
        ({"ready": False}, "only_if"),
        ({"complaints": 6, "ready": False}, "group_only_if"),
        ({"complaints": ""}, None),
        ({"complaints": BAD}, None),
        ({"complaints": 6, "mark": ""}, "group_only_if"),
    ],
)
def test_what_bars_an_indicator_from_points(given: dict[str, Any], barred: str | None) -> None:
    first, second = explained(**given).lines
    assert (first.barred, second.barred) == (barred, None)


def test_a_condition_that_holds_leaves_the_band_as_the_reason() -> None:
    lines = part()
    assert "from 0: 0.6 × 50 = 30 points" in lines
    assert not any(line.startswith("So ") for line in lines)


def test_an_indicator_that_is_left_out_is_not_barred() -> None:
    small = Small(TEXT.replace('only_if = "ready"', 'counts_when = "ready"'))
    row = small.row({"complaints": 6, "mark": 50, "ready": False})
    assert explain(small.scorer, row).lines[0].barred is None


def test_the_data_has_the_groups() -> None:
    data = json.loads(json.dumps(explanation_data(explained(complaints=6))))
    service, rest = data["groups"]
    assert (service["id"], service["only_if"]["text"], service["only_if"]["value"]) == (
        "service", "complaints <= 5", False,
    )  # fmt: skip
    assert rest["only_if"] is None
    assert [name for name, _ in data["lines"][0]["conditions"]] == ["group_only_if", "only_if"]
