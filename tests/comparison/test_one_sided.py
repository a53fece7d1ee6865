"""Two schemes with other facts, indicators, grades and pay: what one side lacks is said, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import kpicore
from kpicore.comparison.record import Comparison, Stand
from kpicore.comparison.section import told_text
from kpicore.comparison.told import told_of

HEAD = """
id = "own/sheet"
version = "{version}"
effective = 2024-01-01
periods = ["month"]
title = {{ zh = "表", en = "The sheet" }}
"""
OLD = (
    HEAD.format(version="1")
    + """
[facts]
sales = { kind = "money", title = { zh = "销售", en = "Sales" } }
calls = { kind = "count", title = { zh = "电话", en = "Calls" } }
[[indicator]]
id = "sales"
weight = 60
rule = { kind = "bands", bands = [
    { from = 100, points = 60 }, { from = 50, points = 30 }, { otherwise = true, points = 0 } ] }
[[indicator]]
id = "calls"
weight = 40
rule = { kind = "bands", bands = [ { from = 10, points = 40 }, { otherwise = true, points = 10 } ] }
[grade]
bands = [ { from = 90, grade = "A" }, { from = 40, grade = "B" }, { otherwise = true, grade = "C" } ]
[[pay]]
id = "bonus"
amount = { by = "grade", amounts = { A = 300, B = 100, C = 0 } }
[[pay]]
id = "meal"
amount = "20"
"""
)
NEW = (
    HEAD.format(version="2")
    + """
places = 3
[facts]
sales = { kind = "money" }
surveys = { kind = "rating", title = { zh = "回访", en = "Surveys" } }
[[indicator]]
id = "sales"
weight = 60
rule = { kind = "bands", bands = [ { from = 80, points = 60 }, { otherwise = true, points = 20 } ] }
[[indicator]]
id = "surveys"
weight = 40
rule = { kind = "bands", bands = [ { from = 80, points = 40 }, { otherwise = true, points = 10 } ] }
[[gate]]
id = "some"
require = "sales > 0"
effect = { ineligible = true }
[grade]
bands = [ { from = 90, grade = "A" }, { from = 60, grade = "B+" }, { otherwise = true, grade = "C" } ]
[[pay]]
id = "bonus"
amount = { by = "grade", amounts = { A = 350, "B+" = 150, C = 0 } }
"""
)
ROWS = [
    {"employee": "E1", "team": "T1", "period": "2024-03", "sales": 100, "calls": 10, "surveys": 90},
    {"employee": "E2", "team": "T1", "period": "2024-03", "sales": 80, "calls": 10, "surveys": 70},
    {"employee": "E3", "team": "T2", "period": "2024-03", "sales": 0, "calls": 1, "surveys": 70},
    {"employee": "E4", "team": None, "period": "2024-03", "sales": 100, "calls": None, "surveys": 90},
    {"employee": "E5", "team": "T2", "period": "2024-03", "sales": 40, "calls": 30, "surveys": 10, "stray": 1},
]


@pytest.fixture
def found(tmp_path: Path) -> Comparison:
    registry = kpicore.load(entry_points=True)
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    old, new = (registry.scheme(str(tmp_path / f"{name}.toml")) for name in ("old", "new"))
    return kpicore.compare(old, new, ROWS)


def test_moves_between_other_grades_are_neither_up_nor_down(found: Comparison) -> None:
    told = {(move.before, move.after): (move.people, move.way) for move in found.moves}
    scored = {name: Stand("scored", name) for name in ("A", "B", "B+", "C")}
    assert told == {
        (scored["A"], scored["A"]): (1, "stays"),
        (scored["B"], scored["B+"]): (1, "other"),
        (scored["B"], scored["C"]): (1, "down"),
        (scored["C"], Stand("ineligible")): (1, "other"),
        (Stand("incomplete"), scored["A"]): (1, "other"),
    }


def test_pay_is_compared_where_both_know_it(found: Comparison) -> None:
    assert (found.paid, found.pay.before, found.pay.after, found.pay.change) == (
        4,
        Decimal("580.00"),
        Decimal("500.00"),
        Decimal("-80.00"),
    )
    bonus, meal = found.elements
    assert (bonus.before, bonus.after, bonus.change) == (Decimal("500.00"), Decimal("500.00"), Decimal("0.00"))
    assert (meal.before, meal.after, meal.change) == (Decimal("80.00"), None, Decimal("-80.00"))
    assert (found.untold.before, found.untold.after, found.untold.paid_after) == (0, 1, Decimal("350.00"))


def test_an_indicator_of_one_side_is_said_to_be(found: Comparison) -> None:
    by_id = {line.id: line for line in found.indicators}
    assert [(line.id, line.only) for line in found.indicators] == [
        ("sales", None),
        ("calls", "before"),
        ("surveys", "after"),
    ]
    assert (by_id["calls"].mean_before, by_id["calls"].mean_after) == (Decimal("32.500"), None)
    assert (by_id["sales"].mean_before, by_id["sales"].people) == (Decimal("30.000"), 5)
    assert (by_id["sales"].rise, by_id["sales"].fall, by_id["sales"].stay) == (3, 0, 2)


def test_figures_of_either_side_are_no_problem_and_others_are_told_once(found: Comparison) -> None:
    assert [(problem.code, problem.key) for problem in found.problems] == [("unknown_figure", "stray")]


def test_words_in_both_languages(found: Comparison) -> None:
    english, chinese = (told_text(told_of(found, language)) for language in ("en", "zh"))
    assert "1 of 5 people changes grade: 0 go up, 1 goes down." in english
    assert "1 goes from grade B to grade B+." in english
    assert "1 goes from incomplete to grade A." in english
    assert "Pay falls by 80.00, 13.8 %, from 580.00 to 500.00." in english
    assert "After, another 350.00 is paid to people whose pay can not be told before (1)" in english
    assert "5 人中有 1 人等级变化：0 人上升，1 人下降。" in chinese
    assert "发放总额减少 80.00，即 13.8 %，由 580.00 变为 500.00。" in chinese
    for title in ("sales", "calls", "surveys", "bonus", "meal"):
        chinese = chinese.replace(title, "")
    assert not re.search("[a-z]", chinese)


def test_a_side_without_pay_or_grades_is_compared_by_totals(tmp_path: Path) -> None:
    registry = kpicore.load()
    plain = NEW.partition("[[gate]]")[0]
    for name, text in (("old", OLD), ("new", plain)):
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    old, new = (registry.scheme(str(tmp_path / f"{name}.toml")) for name in ("old", "new"))
    found = kpicore.compare(old, new, ROWS)
    assert found.pay.change is None and found.elements[0].change is None
    assert all(each.pay_change is None for each in (*found.favoured, *found.unfavoured))
    english = told_text(told_of(found, "en"))
    assert "There is pay only before the change" in english


def test_items_count_on_the_side_that_allows_them(tmp_path: Path) -> None:
    registry = kpicore.load()
    items = OLD.replace("[[pay]]", "[adjustments]\nleast = -10\nmost = 10\n[[pay]]", 1)
    for name, text in (("old", OLD), ("new", items)):
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    old, new = (registry.scheme(str(tmp_path / f"{name}.toml")) for name in ("old", "new"))
    given = [{"employee": "E2", "period": "2024-03", "points": 5, "reason": "helped", "author": "M"}]
    table = pl.DataFrame([{name: row[name] for name in ("employee", "period", "sales", "calls")} for row in ROWS])
    found = kpicore.compare(old, new, table, adjustments=given)
    assert [(each.employee, each.total_change) for each in found.favoured] == [("E2", Decimal("5.00"))]
    with pytest.raises(kpicore.UsageError, match="the scheme allows none"):
        kpicore.compare(old, old, table, adjustments=given)
