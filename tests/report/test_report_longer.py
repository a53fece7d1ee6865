"""Months, quarters and years in one report: the index lists them by kind, and a quarter shows its months."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Family = Callable[..., Path]
Parsed = Callable[[Path], Any]
SHEET = """
periods = ["month"]
title = { zh = "接待", en = "Reception" }
[facts]
a = { kind = "rating", title = { zh = "甲", en = "A" } }
b = { kind = "rating", title = { zh = "改进", en = "Improvement" } }
c = { kind = "rating", title = { zh = "年终", en = "Review" } }
[[indicator]]
id = "a"
title = { zh = "甲", en = "A" }
weight = 100
rule = { kind = "straight" }
[grade]
bands = [{ from = 80, grade = "A" }, { otherwise = true, grade = "B" }]
[[rollup]]
id = "months"
title = { zh = "月度平均", en = "Mean of the months" }
period = "quarter"
of = "month"
weight = 70
[[rollup.indicator]]
id = "b"
title = { zh = "改进", en = "Improvement" }
weight = 30
rule = { kind = "straight" }
[[rollup]]
id = "quarters"
title = { zh = "季度平均", en = "Mean of the quarters" }
period = "year"
of = "quarter"
weight = 60
[[rollup.indicator]]
id = "c"
title = { zh = "年终", en = "Review" }
weight = 40
rule = { kind = "straight" }
"""
FIGURES = """employee,period,a,b,c,given_total
E1,2024-01,81,,,
E1,2024-02,82,,,
E1,2024-03,,,,50
E1,2024-Q1,,73,,
E1,2024-Q2,,76,,
E1,2024,,,88,
E2,2024-01,81,,,
E2,2024-02,x,,,
E2,2024-Q1,,90,,
"""


def made_of(page: Any, heading: str) -> list[str]:
    texts: list[str] = page.texts
    return texts[texts.index(heading) :]


@pytest.mark.parametrize(
    ("language", "titles"), [("en", ["Years", "Quarters", "Months"]), ("zh", ["年度", "季度", "月度"])]
)
def test_the_index_lists_people_by_kind_of_period(
    family: Family, parsed: Parsed, language: str, titles: list[str]
) -> None:
    texts = parsed(family("base/person", SHEET, FIGURES, language) / "index.html").texts
    kinds = [text for text in texts if text in titles]
    assert kinds == [*titles, *titles]  # in the summary, and in the list
    listed = texts[texts.index(titles[2], texts.index({"en": "People", "zh": "人员名单"}[language])) :]
    assert [text for text in listed if text in ("E1", "E2")] == ["E1"] * 4 + ["E2"] * 4  # name and number
    span = {"en": "January 2024 to December 2024", "zh": "2024年1月至2024年12月"}[language]
    assert span in texts


def test_a_report_of_one_kind_has_no_headings_of_kinds(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/person", SHEET, FIGURES, periods=["2024-01"]) / "index.html").texts
    assert "Months" not in texts and "E2" in texts


def test_a_quarter_shows_its_months_with_links(family: Family, parsed: Parsed) -> None:
    folder = family("base/person", SHEET, FIGURES)
    page = parsed(folder / "people" / "E1__2024-Q1.html")
    rows = made_of(page, "The months that it is made of")
    assert rows[5:17] == [
        "January 2024", "81.00", "A", "Scored", "February 2024", "82.00", "A", "Scored",
        "March 2024", "50.00", "–", "as decided",
    ]  # fmt: skip
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    assert links == ["../index.html", "E1__2024-01.html", "E1__2024-02.html"]  # March is not scored again


def test_months_that_lack_something_are_told(family: Family, parsed: Parsed) -> None:
    rows = made_of(parsed(family("base/person", SHEET, FIGURES) / "people" / "E2__2024-Q1.html"),
                   "The months that it is made of")  # fmt: skip
    at = rows.index("February 2024")
    assert rows[at : at + 8] == [
        "February 2024", "–", "–", "Incomplete", "March 2024", "–", "–", "no figures",
    ]  # fmt: skip


def test_a_year_shows_its_quarters(family: Family, parsed: Parsed) -> None:
    rows = made_of(parsed(family("base/person", SHEET, FIGURES, "zh") / "people" / "E1__2024.html"), "所含各季度")
    assert [row for row in rows if row.startswith("2024年第")][:4] == [
        f"2024年第{number}季度" for number in range(1, 5)
    ]
    at = rows.index("2024年第3季度")
    assert rows[at + 3] == "没有数据"


def test_quarters_are_compared_with_quarters(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/trend", SHEET, FIGURES) / "people" / "E1__2024-Q2.html").texts
    table = texts[texts.index("Period by period") :]
    assert "Q1 2024" in table and "January 2024" not in table
    index = parsed(family("base/trend", SHEET, FIGURES) / "index.html").texts
    spans = [text for text in index if " to " in text or text in ("2024", "Q1 2024")]
    assert {"January 2024 to February 2024", "Q1 2024 to Q2 2024", "2024"} <= set(spans)
    heats = parsed(family("base/heatmap", SHEET, FIGURES) / "index.html").texts
    assert heats.index("Mean of the quarters") < heats.index("Mean of the months")  # the newest period first
