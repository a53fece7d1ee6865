"""`--roster`: who must appear, who was in post for part of a period, who is unknown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import Result

Run = Callable[..., Result]
ROSTER = """工号,姓名,班组,入职日期,离职日期
E001,张三,T1,,
E002,李四,T1,2024-03-11,
E003,王五,T2,,
E004,赵六,T2,,2024-02-29
"""


def scored(run: Run, *more: str) -> tuple[Result, dict[str, dict[str, Any]]]:
    Path("roster.csv").write_text(ROSTER, "utf-8")
    result = run(
        "score", "counter.toml", "counter.csv", "--roster", "roster.csv", "--period", "2024-03", "-o", "out.json", *more
    )
    found = json.loads(Path("out.json").read_text("utf-8"))
    return result, {each["employee"]: each for each in found}


def test_who_is_missing_gets_an_incomplete_result_that_says_so(run: Run) -> None:
    result, found = scored(run)
    assert result.exit_code == 0
    absent = found["E003"]
    assert (absent["name"], absent["team"], absent["status"]) == ("王五", "T2", "incomplete")
    assert [reason["code"] for reason in absent["reasons"]] == ["not_in_figures"]
    assert (absent["sum"], absent["counted_marks"], absent["total"], absent["grade"]) == ("0.00", "0.00", None, None)
    assert {line["state"] for line in absent["indicators"].values()} == {"missing"}
    assert set(absent["gates"].values()) == {"unknown"}
    assert set(absent["pay"].values()) == {None}
    assert "王五 (E003) is on the roster, and no file has figures for 2024-03." in result.stderr


def test_who_came_in_the_period_is_flagged(run: Run) -> None:
    result, found = scored(run)
    assert {"code": "in_post_for_part", "from": "2024-03-11"} in found["E002"]["reasons"]
    assert found["E002"]["total"] is not None
    assert "李四 (E002) was in post for part of 2024-03 only: from 2024-03-11." in result.stderr


def test_who_had_left_is_not_expected(run: Run) -> None:
    _, found = scored(run)
    assert "E004" not in found


def test_who_is_on_no_roster_is_named(run: Run) -> None:
    text = Path("counter.csv").read_text("utf-8")
    Path("counter.csv").write_text(text + text.splitlines()[1].replace("E001", "E009") + "\n", "utf-8")
    result, found = scored(run)
    assert "E009 is not on the roster." in result.stderr
    assert found["E009"]["status"] != "incomplete"


def test_a_report_has_a_page_for_who_is_missing(run: Run) -> None:
    Path("roster.csv").write_text(ROSTER, "utf-8")
    result = run("report", "counter.toml", "counter.csv", "--roster", "roster.csv", "-o", "pages", "--lang", "en")
    assert result.exit_code == 0
    assert "No file of figures has this person" in Path("pages/people/E003__2024-03.html").read_text("utf-8")


def test_a_roster_that_is_not_there_is_said(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "--roster", "none.csv", "-o", "out.json")
    assert result.exit_code == 2
    assert "none.csv: It can not be read: there is no such file." in result.stderr


def test_the_workbook_has_pages_for_problems_and_assumptions(run: Run) -> None:
    import openpyxl

    Path("roster.csv").write_text(ROSTER, "utf-8")
    run("score", "counter.toml", "counter.csv", "--roster", "roster.csv", "-o", "out.xlsx", "--lang", "en")
    book = openpyxl.load_workbook("out.xlsx")
    assert {"people", "groups", "problems", "assumed"} <= {name.casefold() for name in book.sheetnames}
    problems = next(book[name] for name in book.sheetnames if name.casefold() == "problems")
    assert any("E003" in str(cell.value) for row in problems.iter_rows() for cell in row)
