"""Pages show what is there, and once: no column without a value, nothing out of no marks, no text without room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpicore.problem import Place
from kpicore.report.phrase import file_name

Family = Callable[..., Path]
Parsed = Callable[[Path], Any]
SHEET = """
periods = ["month"]
title = { zh = "表", en = "Sheet" }
[facts]
x = { kind = "count", title = { zh = "甲", en = "Ex" } }
hours = { kind = "hours", title = { zh = "用时", en = "Time taken" } }
[[indicator]]
id = "x"
title = { zh = "甲", en = "Ex" }
weight = 10
rule = { kind = "accrue", each = 1, most = 12 }
[[indicator]]
id = "hours"
title = { zh = "用时", en = "Time taken" }
weight = 0
rule = { kind = "bands", bands = [{ otherwise = true, points = 0 }] }
"""
FIGURES = "employee,name,team,period,x,hours\nE1,王芳,T1,2024-01,5,3\nE1,王芳,T1,2024-02,{last},4\n"


def person(folder: Path, month: str = "2024-02") -> Path:
    return folder / "people" / f"E1__{month}.html"


@pytest.mark.parametrize("last", [8, 12])
def test_a_scorecard_has_a_column_of_bonuses_where_somebody_has_one(family: Family, parsed: Parsed, last: int) -> None:
    texts = parsed(person(family("base/scorecard", SHEET, FIGURES.format(last=last)))).texts
    assert ("Bonus" in texts) == ("+2.00" in texts) == (last == 12)


def test_what_is_shown_and_not_scored_has_no_course(family: Family, parsed: Parsed) -> None:
    folder = family("base/trend", SHEET, FIGURES.format(last=8))
    page, index = parsed(person(folder)), parsed(folder / "index.html")
    assert [value for tag, _, value in page.attributes if tag == "svg"].count("course") == 1
    assert "0.00 / 0" not in page.texts and "Ex" in index.texts and "Time taken" not in index.texts
    assert "4.0 h" in page.texts  # still among the figures of the periods


def test_a_table_of_indicators_has_a_column_of_figures_where_one_has_a_figure(family: Family, parsed: Parsed) -> None:
    sheet = """
periods = ["month"]
title = { zh = "评分", en = "Rated" }
[facts]
neat = { kind = "count", raters = ["boss", "panel"], title = { zh = "违规", en = "Violations" } }
[[rater]]
id = "boss"
title = { zh = "经理", en = "manager" }
[[rater]]
id = "panel"
title = { zh = "小组", en = "panel" }
[[indicator]]
id = "neat"
title = { zh = "仪容", en = "Appearance" }
weight = 5
better = "lower"
rule = { kind = "deduct", each = 1, wipe_out_at = 3 }
"""
    figures = "employee,period,neat_boss,neat_panel\nE1,2024-02,1,0\n"
    page = parsed(person(family("base/rating", sheet, figures)))
    assert "Figure" not in page.texts[: page.texts.index("Where each figure came from")]
    assert page.texts.count("Employee") == 1 and "Date" in page.texts  # who is handed the sheet signs too
    assert "Figure" in parsed(person(family("base/rating", SHEET, FIGURES.format(last=8)))).texts


def test_an_index_counts_people_once_and_results_else(family: Family, parsed: Parsed) -> None:
    folder = family("base/scorecard", SHEET, FIGURES.format(last=8))
    assert "results" in (texts := parsed(folder / "index.html").texts) and "people" not in texts
    once = family("base/scorecard", SHEET, FIGURES.format(last=8), "zh", periods=["2024-02"])
    assert "人数" in (texts := parsed(once / "index.html").texts) and "条数" not in texts


def test_a_weight_has_a_sign_only_where_weights_differ(family: Family, parsed: Parsed) -> None:
    sheet = SHEET.replace("weight = 10", "weight = {weight}").replace("most = 12", "most = 100")
    head = 'rules_award = "percent"\n'
    for weight, shown, sums in ((40, "40 %", "3.20 / 40"), (100, "100", "8.00 / 100")):
        text = head + sheet.replace("{weight}", str(weight)).replace("periods", 'total = "share"\nperiods', 1)
        texts = parsed(person(family("base/scorecard", text, FIGURES.format(last=8)))).texts
        assert shown in texts and sums in texts and f"{sums} %" not in texts
        assert ("Points" in texts) == (weight == 40)


def test_no_line_ends_between_a_number_and_its_unit(family: Family) -> None:
    for language, unit in (("en", "h"), ("zh", "小时")):
        text = person(family("base/person", SHEET, FIGURES.format(last=8), language)).read_text("utf-8")
        assert f"4.0\u00a0{unit}" in text and f"4.0 {unit}" not in text


def test_a_page_names_a_file_and_not_its_folder(family: Family, tmp_path: Path) -> None:
    text = person(family("base/person", SHEET, FIGURES.format(last=8))).read_text("utf-8")
    assert "figures.csv" in text and str(tmp_path) not in text
    assert file_name(Place("postgresql://host/base?a/b")) == "postgresql://host/base?a/b"
    assert file_name(Place(None)) == ""


def test_pay_is_not_told_in_the_words_of_its_heading(family: Family, parsed: Parsed) -> None:
    sheet = 'periods = ["month"]\ntitle = { zh = "薪酬", en = "Pay sheet" }\n[facts]\n'
    sheet += 'base = { kind = "money", title = { zh = "底薪", en = "Base" } }\n'
    sheet += '[[pay]]\nid = "base"\ntitle = { zh = "底薪", en = "Base" }\namount = "base"\n'
    for template in ("base/payslip", "base/person"):
        page = parsed(person(family(template, sheet, "employee,period,base\nE1,2024-02,4000\n")))
        assert page.texts[: page.texts.index("Where each figure came from")].count("Base") == 1
