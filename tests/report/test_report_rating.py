"""Rating sheets: what each rater gave, side by side, who is missing, and who is far from the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Family = Callable[..., Path]
Parsed = Callable[[Path], Any]
SHEET = """
periods = ["month"]
title = { zh = "评分", en = "Rated" }
[facts]
neat = { kind = "count", default = 0, raters = ["direct", "boss"], title = { zh = "违规", en = "Violations" } }
polite = { kind = "rating", most = 10, raters = ["self", "panel"], title = { zh = "礼貌", en = "Courtesy" } }
visits = { kind = "count", title = { zh = "回访", en = "Visits" } }
visits_self = { kind = "choice", choices = ["A", "B", "C"], title = { zh = "自评", en = "Own judgement" } }
[[rater]]
id = "direct"
weight = 70
title = { zh = "直接上级", en = "Direct superior" }
[[rater]]
id = "boss"
weight = 30
title = { zh = "经理", en = "Manager" }
[[rater]]
id = "self"
title = { zh = "本人", en = "Oneself" }
[[rater]]
id = "panel"
title = { zh = "小组", en = "Panel" }
[[indicator]]
id = "neat"
title = { zh = "仪容", en = "Appearance" }
weight = 5
better = "lower"
rule = { kind = "deduct", each = 1, wipe_out_at = 3 }
[[indicator]]
id = "polite"
title = { zh = "礼貌", en = "Courtesy" }
weight = 10
combine = "measures"
missing_rater = "leave_out"
apart = 2
levels = [
    { from = 8, level = "high", title = { zh = "高", en = "high" } },
    { from = 4, level = "middle", title = { zh = "中：多数客户满意，少数须提醒", en = "middle: pleases most people" } },
    { otherwise = true, level = "low", title = { zh = "低", en = "low" } },
]
rule = { kind = "straight", of = 10 }
[[indicator]]
id = "visits"
title = { zh = "回访", en = "Visits" }
weight = 10
beside = "visits_self"
apart = 2
levels = [{ from = 8, level = "A" }, { from = 5, level = "B" }, { otherwise = true, level = "C" }]
rule = { kind = "levels", points = { A = 10, B = 6, C = 0 } }
"""
FIGURES = """employee,period,neat_direct,neat_boss,polite_self,polite_panel,visits,visits_self
E1,2024-03,1,2,9.5,7,8,C
E2,2024-03,,3,10,,5,B
E3,2024-03,x,0,,,4,
E4,2024-03,0,0,8,3.99,5,B
"""


@pytest.fixture
def sheet(family: Family, parsed: Parsed) -> Callable[..., list[str]]:
    """The texts of the rating sheet of a person."""

    def texts(employee: str, language: str = "en") -> list[str]:
        found = parsed(family("base/rating", SHEET, FIGURES, language) / "people" / f"{employee}__2024-03.html").texts
        start, end = {"en": ("Rating sheet", "Indicators"), "zh": ("评分表", "指标明细")}[language]
        return found[found.index(start) : found.index(end)]

    return texts


def test_raters_stand_side_by_side_with_their_points_and_the_mean(sheet: Callable[..., list[str]]) -> None:
    texts = sheet("E1")
    at = texts.index("Direct superior")
    assert texts[at : at + 6] == ["Direct superior", "weight 70", "Manager", "weight 30", "Oneself", "Panel"]
    at = texts.index("Appearance")
    assert texts[at : at + 9] == [
        "Appearance", "Full marks 5", "1", "4 points", "2", "3 points", "3.70", "3.70",
        "Mean of the raters: (70 × 4 + 30 × 3) / 100 = 3.70 points",
    ]  # fmt: skip
    at = texts.index("Courtesy")
    assert texts[at : at + 8] == ["Courtesy", "Full marks 10", "9.50", "high", "7.00", "middle", "8.25", "high"]


def test_a_rater_who_gave_nothing_is_marked_and_named(sheet: Callable[..., list[str]]) -> None:
    texts = sheet("E2")
    at = texts.index("Courtesy")
    assert texts[at + 2 : at + 5] == ["10.00", "high", "not given"]
    assert "Courtesy: nothing was given by the rater Panel; the others count alone." in texts
    at = texts.index("Appearance")
    assert texts[at + 2 : at + 4] == ["0", "5 points"]  # a blank that stands for 0 is no missing rater


def test_what_can_not_be_read_is_told_where_it_stands(sheet: Callable[..., list[str]]) -> None:
    texts = sheet("E3")
    at = texts.index("Appearance")
    assert texts[at + 2 : at + 7] == ["can not be read", "0", "5 points", "–", "–"]
    at = texts.index("Courtesy")
    assert texts[at + 2 : at + 6] == ["not given", "not given", "–", "–"]


def test_judgements_far_apart_are_flagged(sheet: Callable[..., list[str]]) -> None:
    flag = "{}: the judgements lie 2 levels or more apart."
    flagged = {
        employee: [title for title in ("Courtesy", "Visits") if flag.format(title) in sheet(employee)]
        for employee in ("E1", "E2", "E4")
    }
    assert flagged == {
        "E1": ["Visits"],
        "E2": [],
        "E4": ["Courtesy"],
    }  # 8 is high, 3.99 is low; 9.5 and 7 are next to it


def test_the_choice_beside_stands_at_the_judged_level(sheet: Callable[..., list[str]]) -> None:
    texts = sheet("E1")
    at = texts.index("Visits")
    assert texts[at + 2 : at + 6] == ["8", "A", "Own judgement: C", "10.00"]
    texts = sheet("E3", "zh")
    at = texts.index("回访")
    assert texts[at + 2 : at + 5] == ["4", "C", "自评：未填"]


def test_levels_have_a_legend_and_a_short_title_stands_for_the_level(sheet: Callable[..., list[str]]) -> None:
    texts = sheet("E1", "zh")
    at = texts.index("级别说明")
    assert texts[at + 1 : at + 9] == [
        "礼貌", "高", "8 及以上", "中", "4 及以上", "中：多数客户满意，少数须提醒", "低", "低于 4",
    ]  # fmt: skip


def test_raters_sign_the_sheet(sheet: Callable[..., list[str]]) -> None:
    texts = sheet("E1")
    assert [texts.count(rater) for rater in ("Direct superior", "Manager", "Oneself", "Panel")] == [2] * 4


def test_any_page_tells_what_raters_gave(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/person", SHEET, FIGURES) / "people" / "E2__2024-03.html").texts
    at = texts.index("Oneself")
    assert texts[at : at + 4] == ["Oneself", "10.00, level high", "Panel", "not given"]
    sources = texts[texts.index("Where each figure came from") :]
    assert "Courtesy (Panel)" in sources and "Own judgement" in sources


def test_a_sheet_that_nobody_rates_has_figures_in_place_of_raters(family: Family, parsed: Parsed) -> None:
    sheet = """
periods = ["month"]
total = "mean"
title = "Plain"
[facts]
manner = { kind = "rating", title = "Manner" }
[[indicator]]
id = "manner"
title = "Manner"
rule = { kind = "straight" }
"""
    folder = family("base/rating", sheet, "employee,period,manner\nE1,2024-03,81\n")
    texts = parsed(folder / "people" / "E1__2024-03.html").texts
    at = texts.index("Rating sheet")
    assert texts[at + 1 : at + 4] == ["Indicator", "Figure", "Score"] and "Level" not in texts
    assert "Employee" in texts and "Personnel" in texts  # the usual lines for signatures
