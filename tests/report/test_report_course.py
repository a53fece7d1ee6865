"""A person over the periods, and a team's means: what is missing is a gap, never a line through it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpicore.messages import Messages
from kpicore.report.course import Spot, course_of
from kpicore.stretch import Month

Family = Callable[..., Path]
Parsed = Callable[[Path], Any]
SHEET = """
periods = ["month"]
title = { zh = "走势", en = "Course" }
[facts]
x = { kind = "count", title = { zh = "甲", en = "Ex" } }
y = { kind = "count", default = 5, title = { zh = "乙", en = "Why" } }
[[indicator]]
id = "x"
title = { zh = "甲", en = "Ex" }
weight = 10
rule = { kind = "straight", of = 10 }
[[indicator]]
id = "y"
title = { zh = "乙", en = "Why" }
weight = 10
rule = { kind = "accrue", each = 1, most = 12 }
"""
FIGURES = """employee,team,period,x,y
E1,T1,2024-01,5,12
E1,T1,2024-02,,5
E1,T1,2024-04,7,5
E1,T1,2024-05,8,5
E2,T1,2024-01,2,5
E2,T1,2024-05,4,5
E3,T2,2024-05,4,5
"""


def spots(values: list[Decimal | None]) -> list[Spot]:
    return [
        Spot(Month(2024, 1).later(place), value, "", absent=value is None, own=place == len(values) - 1)
        for place, value in enumerate(values)
    ]


@given(
    st.lists(st.none() | st.decimals("-5", "120", places=2), min_size=1, max_size=24),
    st.sampled_from([None, Decimal(0), Decimal(100)]),
)
def test_lines_join_neighbours_that_both_have_a_value(values: list[Decimal | None], full: Decimal | None) -> None:
    chart = course_of("x", "Ex", spots(values), full, Messages("en"))
    assert [mark.gap for mark in chart.marks] == [value is None for value in values]
    ends = {(stroke.x1, stroke.x2) for stroke in chart.strokes}
    assert ends == {
        (one.x, two.x) for one, two in zip(chart.marks, chart.marks[1:], strict=False) if not (one.gap or two.gap)
    }
    for mark in chart.marks:
        assert chart.left <= mark.x <= chart.right and chart.top <= mark.y <= chart.bottom
    rising = [mark.y for _, mark in sorted(zip(values, chart.marks, strict=True), key=lambda each: each[0] or 0)
              if not mark.gap]  # fmt: skip
    assert rising == sorted(rising, reverse=True)
    assert chart.latest == (chart.marks[-1].text or "–")


def test_a_page_has_each_period_up_to_its_own(family: Family, parsed: Parsed) -> None:
    folder = family("base/trend", SHEET, FIGURES)
    page = parsed(folder / "people" / "E1__2024-05.html")
    texts = page.texts
    table = texts[texts.index("Period by period") : texts.index("Indicators")]
    months = [text for text in table if re.fullmatch(r"\w+ 2024", text)]
    assert months == ["May 2024", "April 2024", "March 2024", "February 2024", "January 2024"]
    at = table.index("April 2024")
    assert table[at : at + 6] == ["April 2024", "12.00", "7", "7.00", "5", "5.00"]
    assert table[table.index("March 2024") + 1] == "no figures"
    at = table.index("February 2024")
    assert table[at : at + 6] == ["February 2024", "Incomplete", "–", "–", "a figure is missing", "5"]
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    assert links[1:] == ["E1__2024-04.html", "E1__2024-02.html", "E1__2024-01.html"]
    assert all((folder / "people" / link).is_file() for link in links[1:])
    before = parsed(folder / "people" / "E1__2024-02.html").texts
    assert "April 2024" not in before


def test_gaps_are_drawn_as_gaps(family: Family, parsed: Parsed) -> None:
    text = (family("base/trend", SHEET, FIGURES) / "people" / "E1__2024-05.html").read_text("utf-8")
    first = text[text.index('<svg class="course"') :].split("</svg>")[0]
    assert first.count('class="line"') == 1  # from April to May alone
    assert first.count('class="absent"') == 1 and first.count('class="gap"') == 1
    assert "<title>March 2024: no figures</title>" in first and "<title>February 2024: Incomplete</title>" in first


def test_a_narrowed_report_still_shows_the_periods_before_and_links_to_none(family: Family, parsed: Parsed) -> None:
    page = parsed(family("base/trend", SHEET, FIGURES, periods=["2024-05"]) / "people" / "E1__2024-05.html")
    table = page.texts[page.texts.index("Period by period") :]
    assert table[table.index("January 2024") + 1] == "17.00"
    assert [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")] == ["../index.html"]


def test_the_index_has_the_means_of_each_team_and_each_person_s_totals(family: Family, parsed: Parsed) -> None:
    folder = family("base/trend", SHEET, FIGURES)
    page = parsed(folder / "index.html")
    texts = page.texts
    first = texts[texts.index("Means of the team") : texts.index("T2")]
    at = first.index("/ 20")
    assert first[at - 1] == "Total" and [text for text in first[at + 1 :] if re.fullmatch(r"[0-9.]+|–", text)][:5] == [
        "12.00", "–", "–", "12.00", "11.00",
    ]  # fmt: skip
    at = first.index("People with a total")
    assert first[at + 1 : at + 6] == ["2", "0", "0", "1", "2"]
    people = first[first.index("Totals of each person") :]
    at = people.index("E2")
    assert [text for text in people[at + 1 :] if re.fullmatch(r"[0-9.]+|–", text)][:5] == [
        "7.00",
        "–",
        "–",
        "–",
        "9.00",
    ]
    links = {value for tag, name, value in page.attributes if (tag, name) == ("a", "href")}
    assert links == {f"people/{row.split(',')[0]}__{row.split(',')[2]}.html" for row in FIGURES.splitlines()[1:]}
    assert all((folder / link).is_file() for link in links)


def test_more_than_twelve_periods_stand_in_several_tables_and_none_is_lost(family: Family, parsed: Parsed) -> None:
    months = [f"2023-{month:02d}" for month in range(1, 13)] + ["2024-01", "2024-02"]
    figures = "employee,period,x\n" + "".join(f"E1,{month},5\n" for month in months) + "E0,2023-01,4\n"
    page = parsed(family("base/trend", SHEET, figures) / "index.html")
    spans = [text for text in page.texts if re.fullmatch(r"\w+ \d+ to \w+ \d+", text)]
    assert spans[1:] == ["March 2023 to February 2024", "January 2023 to February 2023"]
    links = {value for tag, name, value in page.attributes if (tag, name) == ("a", "href")}
    assert len(links) == len(months) + 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_heading_goes_by_the_kind_of_period(family: Family, parsed: Parsed, language: str) -> None:
    sheet = SHEET.replace('["month"]', '["quarter"]')
    figures = "employee,period,x\nE1,2024-Q1,5\nE1,2024-Q2,6\n"
    texts = parsed(family("base/person", sheet, figures, language) / "people" / "E1__2024-Q2.html").texts
    assert {"en": "Quarters so far", "zh": "历季总分"}[language] in texts
