"""The files of examples/body-shop: what the command finds in them, and that their script still makes them."""

from __future__ import annotations

import csv
import gc
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
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
    assert said.splitlines()[-1].startswith("556 people scored, 13 incomplete, 16 problems")


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
