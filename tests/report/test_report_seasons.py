"""Reports of a sheet that follows seasons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.small import Small

from kpicore.explain.record import explain

TEXT = """
[facts]
calls = { kind = "count", title = { zh = "接听量", en = "Calls" } }
[seasons]
peak = { months = [11, 12, 1], assumed = true, title = { zh = "旺季", en = "Peak season" } }
july = { months = [7], title = { zh = "七月", en = "July sale" } }
[[indicator]]
id = "calls"
title = { zh = "接听量", en = "Calls" }
weight = 100
rule = { kind = "bands", bands = [{ from = "30 if peak else 20", points = 100 }, { otherwise = true, points = 0 }] }
[grade]
bands = [{ from = "90 if july else 80", grade = "A" }, { otherwise = true, grade = "B" }]
[[pay]]
id = "bonus"
title = { zh = "奖金", en = "Bonus" }
amount = { by = "total", bands = [{ from = 50, amount = "300 if peak else 200" }, { otherwise = true, amount = 0 }] }
"""
WORDS = {
    "en": ("January 2024: in the peak season (November to January); its months are assumed",
           "January 2024: not in the July sale (July)", "Also open: Peak season (November to January)"),
    "zh": ("2024年1月：旺季（11月至次年1月）；月份为约定",
           "2024年1月：非七月（7月）", "同样未写明的还有：旺季（11月至次年1月）"),
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_says_in_which_season_the_period_lies_and_the_index_what_is_assumed(
    report: Callable[..., Path], parsed: Callable[[Path], Any], language: str
) -> None:
    small = Small(TEXT)
    row = small.row({"calls": 25}, "2024-01")
    folder = report([(explain(small.scorer, row), row)], language)
    page = parsed(folder / "people" / "E1__2024-01.html")
    assert page.unclosed == []
    peak, july, assumed = WORDS[language]
    assert page.texts.count(peak) == 2  # beside the indicator, and beside the pay
    assert page.texts.count(july) == 1  # beside the grades
    assert assumed in " ".join(parsed(folder / "index.html").texts)
