"""Generated cases of grades and of pay by bands and tiers."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

import kpicore
from kpicore.cases.decided import decided_cases
from kpicore.curve import OnCurve
from kpicore.model import Sheet

SHEET = """
id = "own/sheet"
version = "1"
effective = 2024-01-01
periods = ["month"]
[facts]
sold = { kind = "money" }
care = { kind = "rating" }
[params]
good = { value = 90 }
[seasons]
busy = { months = [11, 12] }
[[indicator]]
id = "care"
weight = 100
rule = { kind = "straight" }
[grade]
bands = [
    { from = "good", grade = "A" }, { from = "70 if busy else 60", below = 85, grade = "B" },
    { below = 60, grade = "C" } ]
[[pay]]
id = "bonus"
amount = { by = "total", bands = [ { from = "good", amount = 300 }, { otherwise = true, amount = -50 } ] }
[[pay]]
id = "commission"
amount = { by = "sold", tiers = [
    { up_to = 1000, rate = 0.01 }, { up_to = 2000, rate = 0.02 }, { otherwise = true, rate = 0.05 } ] }
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Sheet:
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    return kpicore.load().scheme(str(tmp_path / "sheet.toml")).newest.sheet()


def test_every_break_is_tried_on_under_and_over(sheet: Sheet) -> None:
    cases = [case for case in decided_cases(sheet) if str(case.period) == "2025-01"]
    assert all(not case.differences for case in cases)
    found = {(case.what, case.at): case.got for case in cases}
    assert (found["grade", "90"], found["grade", "89.99"], found["grade", "85"], found["grade", "84.99"]) == (
        "A", "", "", "B",
    )  # fmt: skip
    assert (found["grade", "60"], found["grade", "59.99"]) == ("B", "C")
    assert (found["pay.bonus", "90"], found["pay.bonus", "89.99"]) == ("300", "-50")
    assert (found["pay.commission", "1000"], found["pay.commission", "2000.01"]) == ("10", "30.0005")


def test_each_month_has_its_own_breaks(sheet: Sheet) -> None:
    grades = {(str(case.period), case.at): case.got for case in decided_cases(sheet) if case.what == "grade"}
    assert (grades["2025-11", "70"], grades["2025-11", "69.99"]) == ("B", "")
    assert (grades["2025-10", "60"], ("2025-10", "69.99") in grades) == ("B", False)


@pytest.mark.parametrize("cell", ["graded_at", "earned.bonus"])
def test_a_sheet_that_takes_a_break_the_wrong_way_is_found_out(sheet: Sheet, cell: str) -> None:
    node = sheet.cells[cell].node
    while not isinstance(node, OnCurve):
        node = node.arg  # type: ignore[attr-defined]
    first, *others = node.curve.pieces
    wrong = evolve(node, curve=evolve(node.curve, pieces=(evolve(first, low_closed=False), *others)))
    cells = {**sheet.cells, cell: evolve(sheet.cells[cell], node=wrong)}
    differences = [case.says for case in decided_cases(evolve(sheet, cells=cells)) if case.differences]
    assert differences and all(" at 90 in " in says for says in differences)
