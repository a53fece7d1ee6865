"""Pages of a sheet with a condition on a group."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.small import Small

from kpicore.explain.record import explain

TEXT = """
[facts]
complaints = { kind = "count", title = { zh = "投诉", en = "Complaints" } }
mark = { kind = "rating", title = { zh = "评分", en = "Mark" } }
[[group]]
id = "service"
title = { zh = "服务", en = "Service" }
only_if = "complaints <= 5"
assumed = true
note = { zh = "按整块计零。", en = "The whole block is 0." }
[[indicator]]
id = "first"
group = "service"
title = { zh = "甲", en = "First" }
weight = 100
measure = "mark"
rule = { kind = "straight" }
"""
WORDS = {
    "en": ("Points only if", "Points in the group Service only if", "So there are no points in the group Service.",
           "The whole block is 0.", "Also open: Service"),
    "zh": ("得分条件", "“服务”组的得分条件", "因此“服务”组各项均不得分。", "按整块计零。", "同样未写明的还有：服务"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("complaints", [5, 6])
def test_the_group_has_its_condition_and_its_indicators_the_reason(
    report: Callable[..., Path], parsed: Callable[[Path], Any], language: str, complaints: int
) -> None:
    small = Small(TEXT)
    row = small.row({"complaints": complaints, "mark": 50})
    folder = report([(explain(small.scorer, row), row)], language)
    page = parsed(folder / "people" / "E1__2024-03.html")
    assert page.unclosed == []
    at_group, at_line, reason, note, assumed = WORDS[language]
    assert page.texts.count(at_group) == 1
    assert note in page.texts
    fails = complaints == 6
    assert page.texts.count(at_line) == fails
    assert page.texts.count(reason) == fails
    assert ("0.00" in page.texts, "50.00" in page.texts) == (fails, True)
    assert assumed in " ".join(parsed(folder / "index.html").texts)
