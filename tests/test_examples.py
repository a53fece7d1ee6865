"""The files of examples: what the command finds in those of the body shop and of the sales teams.

The body shop's script still makes its files.
"""

from __future__ import annotations

import csv
import gc
import json
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import kpicore
from kpicore.cli.main import cli
from kpicore.io.figures import load_figures

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
FOLDER = EXAMPLES / "body-shop"
DATA = ("finance.csv", "shop.csv", "teams.csv", "service-desk.xlsx")
ROSTER = "roster.csv"
LATER = ("2023-12", "2024-01", "2024-02", "2024-03")

ERRORS = [
    ("2023年二季度", "102", "月份", "", "bad_period"),
    ("2023年三季度", "45", "客户满意度", "#N/A", "bad_figure"),
    ("2023年四季度", "18", "姓名", "欧阳静宜", "conflicting_name"),
    ("2023年四季度", "49", "流失客户台次", "1O", "bad_figure"),
    ("2024年一季度", "22", "客户满意度", "1.03", "bad_figure"),
    ("2024年一季度", "54", "延迟交车次数", "2", "conflicting_figures"),
]
TOTALS = [
    ("2023年一季度", 118),
    ("2023年二季度", 118),
    ("2023年三季度", 117),
    ("2023年四季度", 116),
    ("2024年一季度", 119),
]
BY_ROSTER = [
    ("finance.csv", "27", "城南组", "roster_team"),
    ("finance.csv", "337", "A134", "in_post_for_part"),
    ("finance.csv", "550", "A121", "in_post_for_part"),
    ("roster.csv", "38", "A137", "not_in_figures"),
    ("service-desk.xlsx", "115", "A190", "not_on_roster"),
]
INCOMPLETE = {
    ("A104", "2023-08"),
    ("A109", "2024-02"),
    ("A110", "2023-11"),
    *(("A110", period) for period in LATER),
    ("A119", "2024-01"),
    ("A125", "2023-06"),
    ("A131", "2023-09"),
    ("A137", "2024-02"),
    ("A137", "2024-03"),
    ("A190", "2023-12"),
}

Results = dict[tuple[str, str], dict[str, Any]]
Problems = list[dict[str, str]]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, Problems, str, int]:
    """What the README's command gives: results, problems, what it says, its exit code."""
    folder = tmp_path_factory.mktemp("body-shop")
    for name in (*DATA, ROSTER):
        shutil.copy(FOLDER / name, folder)
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    command = re.search(r"^```\nkpicore (score .*)\n```$", text, re.MULTILINE)
    assert command is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(cli, [*command[1].split(), "--lang", "en"], prog_name="kpicore")
    with (folder / "results.jsonl").open(encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    results = {(result["employee"], result["period"]): result for result in found}
    assert len(results) == len(found)
    with (folder / "results.jsonl.problems.csv").open(encoding="utf-8-sig", newline="") as table:
        problems = list(csv.DictReader(table))
    return results, problems, done.stderr, done.exit_code


def test_everybody_is_scored_but_those_whom_a_mistake_concerns(scored: tuple[Results, Problems, str, int]) -> None:
    results, _, said, code = scored
    assert code == 3
    assert len(results) == 569
    assert {key for key, result in results.items() if result["status"] == "incomplete"} == INCOMPLETE
    assert Counter(result["status"] for result in results.values()) == {"scored": 556, "incomplete": 13}
    assert Counter(result["grade"] for result in results.values()).keys() == {
        *("excellent", "good", "pass", "fail", None)
    }
    assert said.splitlines()[-1].startswith("556 results scored, 13 incomplete, 16 problems")


def test_a_run_leaves_the_search_for_cycles_on(scored: tuple[Results, Problems, str, int]) -> None:
    assert scored
    assert gc.isenabled()


def test_each_mistake_is_found_in_its_place(scored: tuple[Results, Problems, str, int]) -> None:
    _, problems, said, _ = scored
    columns = ("page", "row", "column", "value", "code")
    errors = [tuple(each[name] for name in columns) for each in problems if each["severity"] == "error"]
    assert errors == ERRORS
    totals = [(each["page"], int(each["row"])) for each in problems if each["code"] == "total_row"]
    assert totals == TOTALS
    assert {each["file"] for each in problems if each["severity"] == "error"} == {"service-desk.xlsx"}
    for page, row, column, *_ in ERRORS:
        assert f"service-desk.xlsx:page {page}:row {row}:column {column}:" in said


def test_the_roster_tells_who_is_missing_and_who_was_in_post_for_part(
    scored: tuple[Results, Problems, str, int],
) -> None:
    results, problems, *_ = scored
    columns = ("file", "row", "value", "code")
    others = [each for each in problems if each["severity"] != "error" and each["code"] != "total_row"]
    assert [tuple(each[name] for name in columns) for each in others] == BY_ROSTER
    found = {
        (key, reason["code"])
        for key, result in results.items()
        for reason in result["reasons"]
        if reason["code"] in ("not_in_figures", "in_post_for_part")
    }
    assert found == {
        (("A137", "2024-02"), "not_in_figures"),
        (("A134", "2023-09"), "in_post_for_part"),
        (("A121", "2024-03"), "in_post_for_part"),
    }


def test_an_incomplete_result_names_the_figure_to_blame(scored: tuple[Results, Problems, str, int]) -> None:
    results = scored[0]

    def blamed(employee: str, period: str) -> set[tuple[str, str]]:
        reasons = results[employee, period]["reasons"]
        return {(reason["code"], reason["fact"]) for reason in reasons if "fact" in reason}

    assert blamed("A104", "2023-08") == {("unreadable_figure", "satisfaction")}
    assert blamed("A119", "2024-01") == {("unreadable_figure", "satisfaction")}
    assert ("conflicting_figures", "late_deliveries") in blamed("A109", "2024-02")
    for period in ("2023-11", *LATER):
        assert ("unreadable_figure", "customers_lost") in blamed("A110", period)
    lacking = {("missing_figure", fact) for fact in ("customers_lost", "complaints", "satisfaction", "late_deliveries")}
    assert blamed("A125", "2023-06") == blamed("A131", "2023-09") == lacking
    assert ("missing_figure", "gross_profit") in blamed("A190", "2023-12")
    assert ("missing_figure", "intake_value_target") in blamed("A137", "2024-03")


def test_people_with_a_story_are_scored_by_what_there_is(scored: tuple[Results, Problems, str, int]) -> None:
    results = scored[0]

    def left_out(employee: str, period: str) -> set[str]:
        lines = results[employee, period]["indicators"]
        return {name for name, line in lines.items() if line["state"] == "left_out"}

    both = {"customer_churn", "customers_retained"}
    assert left_out("A107", "2024-01") == left_out("A121", "2024-03") == left_out("A101", "2023-01") == both
    assert left_out("A107", "2024-02") == left_out("A101", "2023-02") == {"customers_retained"}
    assert left_out("A101", "2024-01") == set()
    assert [results["A128", f"2023-0{month}"]["team"] for month in (6, 7)] == ["城南组", "城北组"]
    periods = [period for employee, period in results if employee == "A134"]
    assert periods[-1] == "2023-09"


def test_every_row_and_cell_is_accounted_for() -> None:
    registry = kpicore.load()
    model = registry.scheme("auto/body-shop-advisor").newest.model
    counts = load_figures([FOLDER / name for name in DATA], registry.readers, model).counts
    assert (counts.files, counts.pages, counts.pages_left_out) == (4, 8, 0)
    assert (counts.rows_read, counts.rows_set_aside, counts.rows_total) == (6879, 1, 5)
    assert (counts.cells_unreadable, counts.cells_conflicting, counts.cells_unknown) == (3, 1, 0)


def test_the_script_makes_the_same_files_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(EXAMPLES / "make_body_shop.py"), str(tmp_path)], check=True)
    for name in (*DATA, ROSTER):
        if name.endswith(".csv"):
            assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name
        else:
            assert _cells(tmp_path / name) == _cells(FOLDER / name)


def _cells(path: Path) -> dict[str, list[list[Any]]]:
    """All cells of a workbook as saved, by page."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


TEAMS = EXAMPLES / "team-sales.toml"
TEAM_FIGURES = (EXAMPLES / "team-sales.csv", EXAMPLES / "team-pools.csv")
LACKING = {
    ("S20", "2024-01"): {"sales"},
    ("S14", "2024-02"): {"conduct"},
    ("S22", "2024-03"): {"new_customers"},
    ("S23", "2024-04"): {"conduct"},
}


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What the command finds of the sales teams."""
    out = tmp_path_factory.mktemp("teams") / "results.json"
    done = CliRunner().invoke(cli, ["score", str(TEAMS), *map(str, TEAM_FIGURES), "-o", str(out)], prog_name="kpicore")
    assert done.exit_code == 0, done.stderr
    results = json.loads(out.read_text("utf-8"))
    assert len(results) == 96
    return {(result["employee"], result["period"]): result for result in results}


def test_the_teams_lack_what_is_blank_and_no_more(teams: Results) -> None:
    incomplete = {key: result for key, result in teams.items() if result["status"] == "incomplete"}
    (left_open,) = incomplete.pop(("S14", "2024-03"))["reasons"]  # is March the third low month? February lacks a total
    assert (left_open["code"], left_open["gate"]) == ("missing_figure", "not_low_for_long")
    assert {
        key: {reason["fact"] for reason in result["reasons"] if "fact" in reason} for key, result in incomplete.items()
    } == LACKING
    assert {key for key, result in teams.items() if result["status"] == "ineligible"} == {
        ("S04", f"2024-0{month}") for month in (1, 2, 3, 4)
    }


@pytest.mark.parametrize(
    ("employee", "against_mean", "scores", "total", "grade", "bonus"),
    # April in the east: sales of 800,000 among eight, so the mean is 100,000. Two brought 12 new customers, two 9.
    # 23 of the month are complete: 3 / 23 is an A, 11 / 23 a B, 20 / 23 a C. The pool of 10,000 has 10 parts.
    [
        ("S01", "1.3000", ("50.00", "20.00", "20.00", "9.00"), "99.00", "A", "3000.00"),
        ("S02", "1.2000", ("50.00", "16.00", "18.00", "8.00"), "92.00", "C", "1000.00"),  # B, three complaints
        ("S03", "1.0000", ("45.00", "20.00", "20.00", "8.50"), "93.50", "A", "3000.00"),
        ("S04", "1.0000", ("45.00", "12.00", "15.00", "7.00"), "79.00", "C", "0.00"),  # on probation
        ("S05", "0.9999", ("35.00", "12.00", "19.00", "9.00"), "75.00", "C", "1000.00"),
        ("S06", "0.8000", ("35.00", "16.00", "16.00", "7.00"), "74.00", "D", "0.00"),  # C, four months below 75
        ("S07", "0.7001", ("20.00", "12.00", "0.00", "6.00"), "38.00", "D", "0.00"),
        ("S08", "1.0000", ("45.00", "12.00", None, "8.00"), "81.25", "B", "2000.00"),  # 65 of 80: no visits
    ],
)
def test_april_in_the_east_by_hand(
    teams: Results,
    employee: str,
    against_mean: str,
    scores: tuple[str | None, ...],
    total: str,
    grade: str,
    bonus: str,
) -> None:
    result = teams[employee, "2024-04"]
    assert result["indicators"]["sales"]["measure"] == against_mean
    assert tuple(line["score"] for line in result["indicators"].values()) == scores
    assert (result["total"], result["grade"], result["pay"]["bonus"]) == (total, grade, bonus)


def test_the_prize_goes_to_the_best_sales_of_all(teams: Results) -> None:
    won = {(key[1], key[0]) for key, result in teams.items() if result["pay"]["prize"] == "500.00"}
    # In February it would go to somebody on probation, so nobody has it.
    assert sorted(won) == [("2024-01", "S02"), ("2024-03", "S13"), ("2024-04", "S01")]


def test_two_alike_share_a_place_and_the_better_grade(teams: Results) -> None:
    first = sorted((result["rank"], key[0]) for key, result in teams.items() if key[1] == "2024-03" and result["rank"])
    # 22 are complete; the third place is 13.6 % of them, so four have an A, and the fifth place comes next.
    assert first[:5] == [(1, "S23"), (2, "S01"), (3, "S09"), (3, "S10"), (5, "S04")]
    assert len(first) == 22
    assert [teams[name, "2024-03"]["grade"] for _, name in first[:5]] == ["A", "A", "A", "A", "C"]


def test_ranks_count_those_who_did_better(teams: Results) -> None:
    months: dict[str, list[tuple[Decimal, int]]] = defaultdict(list)
    for (_, period), result in teams.items():
        assert (result["total"] is None) == (result["rank"] is None)
        if result["rank"] is not None:
            months[period].append((Decimal(result["total"]), result["rank"]))
    assert [len(people) for people in months.values()] == [23, 23, 22, 23]
    for people in months.values():
        assert all(rank == 1 + sum(other > total for other, _ in people) for total, rank in people)


def test_the_parts_of_a_pool_add_up_to_the_cent(teams: Results) -> None:
    with TEAM_FIGURES[1].open(encoding="utf-8", newline="") as table:
        pools = {(row["班组"], row["考核周期"]): row["本组奖金池"] for row in csv.DictReader(table)}
    paid: Counter[tuple[str, str]] = Counter()
    for (_, period), result in teams.items():
        paid[result["team"], period] += Decimal(result["pay"]["bonus"] or 0)  # type: ignore[assignment]
    assert len(pools) == 12
    assert paid == {key: Decimal(pool.replace(",", "")) for key, pool in pools.items()}


def test_the_last_cents_go_to_the_largest_remainders(teams: Results) -> None:
    # January in the north: 6000.00 in 11 parts, 545.4545 each. Cut, the parts lack 4 cents: three go to the shares of
    # two parts (1090.909), the fourth to the first of one part (545.454), before the share of three (1636.363).
    north = [teams[f"S{number}", "2024-01"]["pay"]["bonus"] for number in range(17, 25)]
    assert north == ["1090.91", "1636.36", "0.00", None, "545.46", "1090.91", "1090.91", "545.45"]


def test_three_low_months_running_cap_the_grade(teams: Results) -> None:
    totals = [teams["S06", f"2024-0{month}"]["total"] for month in (1, 2, 3, 4)]
    assert totals == ["69.20", "71.31", "61.33", "74.00"]
    states = [teams["S06", f"2024-0{month}"]["gates"]["not_low_for_long"] for month in (1, 2, 3, 4)]
    assert states == ["passed", "passed", "failed", "failed"]
    assert [teams["S06", f"2024-0{month}"]["grade"] for month in (1, 2, 3, 4)] == ["C", "C", "D", "D"]
