"""Heat maps: people by total, each cell in the tone of its share of the full points."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kpicore.report.tone import tone_of

Family = Callable[..., Path]
Parsed = Callable[[Path], Any]
SHEET = """
periods = ["month"]
rules_award = "percent"
title = "Heat"
[facts]
x = { kind = "count" }
y = { kind = "count" }
[[indicator]]
id = "x"
title = "Ex"
weight = 60
rule = { kind = "bands", bands = [{ from = 9, points = 100 }, { from = 5, points = 60 }, { below = 5, points = 0 }] }
[[indicator]]
id = "y"
title = "Why"
weight = 40
when_missing = "leave_out"
rule = { kind = "bands", bands = [{ from = 9, points = 120 }, { otherwise = true, points = 20 }] }
[grade]
bands = [{ from = 80, grade = "A" }, { otherwise = true, grade = "B" }]
"""
FIGURES = """employee,team,period,x,y
E1,T1,2024-03,5,9
E2,T1,2024-03,9,9
E3,T1,2024-03,,9
E4,T2,2024-03,4,1
E5,T1,2024-03,9,
E2,T1,2024-02,1,1
"""


@pytest.mark.parametrize(
    ("points", "full", "tone"),
    [
        ("0", "10", 0), ("-1", "10", 0), ("0.01", "10", 1), ("3.99", "10", 1), ("4", "10", 2), ("5.99", "10", 2),
        ("6", "10", 3), ("7.99", "10", 3), ("8", "10", 4), ("9.99", "10", 4), ("10", "10", 5), ("12", "10", 5),
        ("0", "0", -1), (None, "10", -1), ("1", None, -1),
    ],
)  # fmt: skip
def test_a_tone_goes_by_the_share_of_the_full_points(points: str | None, full: str | None, tone: int) -> None:
    assert tone_of(None if points is None else Decimal(points), None if full is None else Decimal(full)) == tone


def test_people_stand_by_total_in_a_map_for_each_team_and_period(family: Family, parsed: Parsed) -> None:
    page = parsed(family("base/heatmap", SHEET, FIGURES) / "index.html")
    texts = page.texts
    heads = [place for place, text in enumerate(texts) if text in ("· March 2024", "· February 2024")]
    assert [texts[place] for place in heads] == ["· March 2024", "· March 2024", "· February 2024"]
    first = texts[heads[0] : heads[1]]
    people = [text for text in first if text in ("E1", "E2", "E3", "E5")]
    assert people == ["E2", "E5", "E1", "E3"]  # 108, 100, 84 and none
    at = first.index("E2")
    assert first[at : at + 7] == ["E2", "9", "100.00 points", "9", "120.00 points", "108.00", "A"]
    at = first.index("E3")
    assert first[at : at + 4] == ["E3", "Incomplete", "–", "a figure is missing"]


def test_the_points_stand_in_the_cells_and_the_tone_is_a_class(family: Family, parsed: Parsed) -> None:
    page = parsed(family("base/heatmap", SHEET, FIGURES) / "index.html")
    cells = [value for tag, name, value in page.attributes if (tag, name) == ("td", "class") and "tone" in value]
    march = ["t5 t5", "t5 none", "t3 t5", "none t5"]
    assert cells[:8] == [f"tone {tone}" for row in march for tone in row.split()]
    assert not [name for _, name, _ in page.attributes if name == "style"]


def test_the_mean_of_the_team_leaves_out_who_has_no_score(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/heatmap", SHEET, FIGURES) / "index.html").texts
    at = texts.index("Mean of the team")
    # Ex: 100, 100 and 60; Why: 120, 120 and 120; totals: 108, 100 and 84.
    assert texts[at + 1 : at + 4] == ["86.67 points", "120.00 points", "97.33"]


def test_a_person_s_page_has_the_same_tones(family: Family, parsed: Parsed) -> None:
    page = parsed(family("base/heatmap", SHEET, FIGURES) / "people" / "E5__2024-03.html")
    tones = [value for tag, name, value in page.attributes if (tag, name) == ("li", "class") and "tone" in value]
    assert tones == ["tone t5", "tone none"]
    at = page.texts.index("At a glance")
    assert page.texts[at + 1 : at + 7] == ["Ex", "9", "Points 100.00", "Why", "–", "left out"]


def test_many_indicators_have_their_points_alone(family: Family, parsed: Parsed) -> None:
    lines = "".join(
        f'[[indicator]]\nid = "z{place}"\ntitle = "Zed {place}"\nweight = 1\nmeasure = "x"\n'
        'rule = { kind = "straight", of = 10 }\n'
        for place in range(9)
    )
    page = parsed(family("base/heatmap", SHEET.replace("[grade]", f"{lines}[grade]"), FIGURES) / "index.html")
    assert "Each cell has the points" in " ".join(page.texts)
    assert ("td", "title", "Zed 0: 9") in page.attributes
    at = page.texts.index("E2")
    assert page.texts[at + 1] == "100.00"


def test_a_sheet_without_a_total_has_the_usual_list(family: Family, parsed: Parsed) -> None:
    sheet = 'periods = ["month"]\n[facts]\nx = { kind = "money" }\n[[pay]]\nid = "p"\ntitle = "P"\namount = "x"\n'
    texts = parsed(family("base/heatmap", sheet, "employee,period,x\nE1,2024-03,5\n") / "index.html").texts
    assert "E1" in texts and "5.00" in texts and "Mean of the team" not in texts
