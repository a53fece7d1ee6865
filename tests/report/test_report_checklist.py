"""Lists walked through by stage: what was missed first, then what does not apply, then what is open, with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Family = Callable[..., Path]
Parsed = Callable[[Path], Any]
SHEET = """
periods = ["day"]
total = "share"
title = { zh = "检查", en = "Walk" }
[facts]
a1 = { kind = "flag", na = true, title = { zh = "甲一", en = "A one" } }
a2 = { kind = "flag", na = true, title = { zh = "甲二", en = "A two" } }
a3 = { kind = "flag", na = true, title = { zh = "甲三", en = "A three" } }
b1 = { kind = "flag", na = true, title = { zh = "乙一", en = "B one" }, note = { en = "Look at the door" } }
b2 = { kind = "count", title = { zh = "等候人数", en = "People waiting" } }
[[indicator]]
id = "a"
title = { zh = "甲", en = "Stage A" }
rule = { kind = "checklist", items = ["a1", "a2", "a3"] }
[[indicator]]
id = "b"
title = { zh = "乙", en = "Stage B" }
rule = { kind = "checklist", items = ["b1", "b2 <= 3"] }
"""
FIGURES = """employee,period,a1,a2,a3,b1,b2
E1,2024-03-15,1,0,n/a,no,4
E1,2024-03-15#2,1,1,1,n/a,3
E2,2024-03-15,n/a,n/a,n/a,1,0
E3,2024-03-15,1,maybe,,1,2
"""


def test_what_was_missed_comes_first_then_what_does_not_apply(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/checklist", SHEET, FIGURES) / "people" / "E1__2024-03-15.html").texts
    at = [texts.index(text) for text in ("By stage", "What was missed", "Does not apply", "Answered yes (1)")]
    assert at == sorted(at)
    stages = texts[at[0] : at[1]]
    assert stages[stages.index("Stage A") :][:4] == [
        "Stage A",
        "Stage A: 1 answered yes, 1 no, 0 not answered, of 2 that apply",
        "1 / 2",
        "1",
    ]
    assert "1 / 4" in stages and "Total: 1.00 × 100.00 / 4.00 = 25.00" in stages
    missed = texts[at[1] : at[2]]
    assert missed == [
        "What was missed", "Stage A", "1 item", "A two",
        "Stage B", "2 items", "B one", "Look at the door", "People waiting ≤ 3", "(4 ≤ 3)",
    ]  # fmt: skip
    assert texts[at[2] : at[2] + 4] == ["Does not apply", "Stage A", "1 item", "A three"]


def test_a_second_visit_on_a_day_has_a_page_of_its_own(family: Family, parsed: Parsed) -> None:
    folder = family("base/checklist", SHEET, FIGURES)
    texts = parsed(folder / "people" / "E1__2024-03-15_232.html").texts
    assert "Nothing was missed." in texts and "100.00" in texts and "Visits so far" in texts
    index = parsed(folder / "index.html").texts
    assert [text for text in index if text.startswith("15 March 2024")][-4:] == [
        "15 March 2024", "15 March 2024, visit 2", "15 March 2024", "15 March 2024"
    ]  # fmt: skip


def test_a_stage_of_which_nothing_applies_says_so(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/checklist", SHEET, FIGURES) / "people" / "E2__2024-03-15.html").texts
    at = texts.index("Stage A")
    assert texts[at + 1] == "left out" and "0 / 0" in texts[at : at + 4]


@pytest.mark.parametrize(
    ("language", "heading", "told"),
    [
        ("en", "Not answered, or not readable", ["A three", "not given", ", ", "figures.csv", ", row 5"]),
        ("zh", "未答或无法读取的项目", ["甲三", "未填", "，", "figures.csv", "，第 5 行"]),
    ],
)
def test_what_is_open_has_its_place(
    family: Family, parsed: Parsed, tmp_path: Path, language: str, heading: str, told: list[str]
) -> None:
    page = parsed(family("base/checklist", SHEET, FIGURES, language) / "people" / "E3__2024-03-15.html")
    texts = [text.replace(str(tmp_path) + "/", "") for text in page.texts]
    open_ = texts[texts.index(heading, texts.index("甲" if language == "zh" else "Stage A")) :]
    at = open_.index(told[0])
    assert "".join(open_[at : at + 4]).replace(" ", "") == "".join(told).replace(" ", "")
    unread = {"en": ("A two", "can not be read"), "zh": ("甲二", "无法读取")}[language]
    at = open_.index(unread[0])
    assert open_[at + 1].startswith(unread[1]) and "a2" in open_[at : at + 5]


def test_many_reasons_are_folded_and_few_are_not(family: Family, parsed: Parsed) -> None:
    figures = "employee,period,a1\nE1,2024-03-15,1\n"

    def folded(sheet: str) -> list[str]:
        texts = parsed(family("base/checklist", sheet, figures) / "people" / "E1__2024-03-15.html").texts
        return [text for text in texts if text.startswith("Why (")]

    assert folded(SHEET) == []  # four items are open
    line = '[[indicator]]\nid = "c{0}"\nweight = 1\nmeasure = "b2"\nrule = {{ kind = "straight", of = 9 }}\n'
    assert folded(SHEET + "".join(line.format(place) for place in range(3))) == ["Why (7)"]


def test_the_index_has_stages_by_visit_and_what_was_missed_most(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/checklist", SHEET, FIGURES) / "index.html").texts
    at = texts.index("E2")
    assert texts[at : at + 5] == ["E2", "15 March 2024", "0 / 0", "2 / 2", "100.00"]
    most = texts[texts.index("Missed most often") :]
    assert most[4:9] == ["A two", "Stage A", "A two: missed 1 times of 2", "1 / 2", "B one"]
    assert most.index("A two") < most.index("B one") < most.index("People waiting ≤ 3")  # of 2, 3 and 4


def test_a_list_among_other_indicators_is_told_on_any_page(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/person", SHEET, FIGURES) / "people" / "E1__2024-03-15.html").texts
    at = texts.index("Answered yes: 1 / 2")
    assert texts[at : at + 5] == ["Answered yes: 1 / 2", "What was missed", "A two", "Does not apply", "A three"]
    sources = texts[texts.index("Where each figure came from") :]
    assert "A one" in sources and "People waiting" in sources
