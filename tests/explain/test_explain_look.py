"""What explanations say of other people and of the person's other periods."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import kpicore
from kpicore.explain.data import explanation_data
from kpicore.explain.prose import explanation_text
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation, Heads
from kpicore.io.figures import load_figures

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def explained() -> dict[tuple[str, str], Explanation]:
    registry = kpicore.load()
    scheme = registry.scheme(str(EXAMPLES / "team-sales.toml"))
    version = scheme.versions[-1]
    figures = load_figures([EXAMPLES / "team-sales.csv", EXAMPLES / "team-pools.csv"], registry.readers, version.model)
    rows = scheme.remembering(figures.rows)
    return {(row.employee, str(row.period)): explain(version.plain, row) for row in rows}


def told(explanation: Explanation, language: str = "en") -> list[str]:
    return [line.strip() for line in explanation_text(explanation, language).splitlines()]


def test_a_place_is_told_with_how_many_count(explained: dict[tuple[str, str], Explanation]) -> None:
    lines = told(explained["S02", "2024-04"])
    assert "place 3 of 8: 16 points" in lines
    assert "Condition: rank of Sales among all = 1 (2 = 1): does not hold" in lines
    assert "Scored, total 92.00 of 100.00, grade C, rank 6 among all, pay 1,000.00" in lines
    assert "名次 3/8：16 分" in told(explained["S02", "2024-04"], "zh")
    (curve,) = explained["S02", "2024-04"].lines[1].curves
    assert curve.place is not None and curve.place.heads == Heads("team", 8, True)


def test_the_teams_mean_is_told_with_how_many_it_is_of(explained: dict[tuple[str, str], Explanation]) -> None:
    lines = told(explained["S01", "2024-01"])
    way = "Sales / mean of Sales in the team = 84,500.00 / 84,025.00 ≈ 100.5653 %, rounded to 100.57 %"
    assert way in lines
    assert "mean of Sales in the team: 84,025.00, over 8 people of the team" in lines
    north = told(explained["S17", "2024-01"])
    assert "mean of Sales in the team: 526,000.00 / 7 ≈ 75,142.8571, over 7 people of the team" in north


def test_a_streak_is_told_in_periods(explained: dict[tuple[str, str], Explanation]) -> None:
    lines = told(explained["S06", "2024-03"])
    assert "not periods running with 'total < Where a total is low' ≥ 3 (not 3 ≥ 3)" in lines
    assert "periods running with 'total < Where a total is low': 3" in lines
    assert "Condition Not low three months running: not met" in lines


def test_a_grade_by_heads_is_told_by_the_place(explained: dict[tuple[str, str], Explanation]) -> None:
    assert "Place 3 of 23, so among the best ≈ 13.0435 %, up to 15 %: grade A" in told(explained["S03", "2024-04"])
    zh = told(explained["S03", "2024-04"], "zh")
    assert "名次 3/23，居前 ≈ 13.0435 %，15 % 及以下：等级 A" in zh


def test_a_pool_is_told_with_all_weights(explained: dict[tuple[str, str], Explanation]) -> None:
    lines = told(explained["S18", "2024-01"])
    start = lines.index("Weight: grade (A)")
    assert lines[start + 1 : start + 4] == [
        "A: weight 3",
        "Shared out: Team's pool (6,000.00)",
        "6,000.00 × 3 / 11 ≈ 1,636.36, to the cent, over 7 people of the team",
    ]
    assert "A：权数 3" in told(explained["S18", "2024-01"], "zh")


def test_who_is_barred_from_pay_has_no_weight_in_the_pool(explained: dict[tuple[str, str], Explanation]) -> None:
    lines = told(explained["S04", "2024-03"])
    start = lines.index("Not eligible for pay, so the weight counts as 0.")
    assert lines[start + 1] == "9,500.00 × 0 / 9 = 0.00, to the cent, over 8 people of the team"
    assert "不参与分配，权数按零计。" in told(explained["S04", "2024-03"], "zh")


def test_who_is_not_counted_is_told_so(explained: dict[tuple[str, str], Explanation]) -> None:
    lines = told(explained["S20", "2024-01"])
    assert "Incomplete" in lines
    assert "place 3, not counted, beside 7 who are: 16 points" in lines
    assert not any("×" in line and "to the cent" in line for line in lines)


def test_who_is_not_counted_has_no_grade_by_heads(explained: dict[tuple[str, str], Explanation]) -> None:
    left_open = explained["S14", "2024-03"]  # has all figures of the month, but lacks a total in February
    assert left_open.grade is not None and left_open.grade.place is not None
    assert left_open.grade.place.heads == Heads("all", 22, False)
    assert (left_open.grade.before_gates, left_open.grade.curve.at) == (None, None)
    assert not any("among the best" in line for line in told(left_open))


def test_an_english_text_has_chinese_only_in_names(explained: dict[tuple[str, str], Explanation]) -> None:
    for explanation in explained.values():
        for line in explanation_text(explanation, "en").splitlines()[2:]:
            assert not CHINESE.search(re.sub(r"column \S+\)$", "", line)), line


def test_the_data_have_whom_a_look_found(explained: dict[tuple[str, str], Explanation]) -> None:
    data = json.loads(json.dumps(explanation_data(explained["S18", "2024-01"])))
    assert data["lines"][1]["curves"][0]["place"]["heads"] == {"within": "team", "count": 7, "counted": True}
    assert data["grade"]["place"]["value"] == "2"
    pool = data["pay"][0]["pool"]
    assert (pool["weight"], pool["weights"], pool["amount"]["value"]) == ("3", "11", "6000")
    assert data["pay"][1]["pool"] is None


LOOKING = """
id = "own/quarter"
version = "1"
effective = 2024-01-01
periods = ["quarter"]
[facts]
n = { kind = "count", title = { zh = "单数", en = "Deals" } }
ok = { kind = "flag", title = { zh = "达标", en = "On target" } }
[[indicator]]
id = "deals"
title = { zh = "单数", en = "Deals" }
weight = 10
measure = "over_cycle(WAY, n)"
kind = "number"
rule = { kind = "straight", of = 100 }
[[gate]]
id = "ever"
require = "over_cycle(any, ok) and streak(ok) >= 1"
effect = { ineligible = true }
[[pay]]
id = "least"
amount = "within(min, n, all) + within(sum, n, team) + rank(n, low) + coalesce(previous(coalesce(n, 3)), 1)"
"""


@pytest.mark.parametrize(
    ("way", "line"),
    [
        ("sum", "sum of Deals over the months, first quarter 2024: 3 + 4 + 6 = 13"),
        ("mean", "mean of Deals over the months, first quarter 2024: (3 + 4 + 6) / 3 ≈ 4.3333"),
        ("min", "least Deals of the months, first quarter 2024: 3"),
        ("max", "greatest Deals of the months, first quarter 2024: 6"),
    ],
)
def test_a_look_over_the_months_names_each(tmp_path: Path, way: str, line: str) -> None:
    path = tmp_path / "quarter.toml"
    path.write_text(LOOKING.replace("WAY", way), "utf-8")
    months = [("2024-01", 3), ("2024-02", 4), ("2024-03", 6)]
    file = tmp_path / "figures.csv"
    rows = [f"E1,{then},{n},yes" for then, n in [("2024-Q1", 9), *months]]
    file.write_text("\n".join(["employee,period,n,ok", *rows]), "utf-8")
    registry = kpicore.load()
    scheme = registry.scheme(str(path))
    version = scheme.newest
    figures = load_figures([file], registry.readers, version.model, kinds=scheme.asked)
    (row,) = [row for row in scheme.remembering(figures.rows) if str(row.period) == "2024-Q1"]
    lines = told(explain(version.plain, row))
    assert line in [text.replace("Q1 2024", "first quarter 2024") for text in lines]
    assert sum(text.startswith("Deals, ") for text in lines) >= 3
    assert "On target in any month and periods running with 'On target' ≥ 1 (yes and 1 ≥ 1)" in lines
    assert "least Deals of all: 9, over 1 person" in lines
    assert "sum of Deals in the team: 9, over 1 person of the team" in lines
    assert "rank of Deals among all, least first: 1 of 1" in lines
