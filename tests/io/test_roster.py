"""Rosters: how they are read, and what they say of figures: names, teams, who is missing, who was there for a part."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve

from kpicore.errors import DataError
from kpicore.io.coverage import apply_roster
from kpicore.io.figures import Figures, read_figures
from kpicore.io.protocol import by_suffix
from kpicore.io.roster import Person, Roster, read_roster
from kpicore.io.source import READERS
from kpicore.io.table import Table
from kpicore.messages import reason_text
from kpicore.model import FactSpec, SchemeModel
from kpicore.period import parse_period
from kpicore.problem import Place, Problem

BUILT_IN = by_suffix(READERS)
MODEL = SchemeModel(
    id="shop/agents",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month", "quarter", "day"),
    facts={"payers": FactSpec(kind="count", id="payers")},
)
DAY = datetime.date


def roster(tmp_path: Path, text: str, name: str = "roster.csv") -> tuple[Roster, tuple[Problem, ...]]:
    path = tmp_path / name
    path.write_text(text.replace("; ", "\n"), encoding="utf-8")
    return read_roster(path, BUILT_IN)


def people(*people: Person) -> Roster:
    return Roster(people)


def figures(*texts: str, **more: Any) -> Figures:
    tables = []
    for number, text in enumerate(texts):
        lines = [line.split(",") for line in text.split("; ")]
        tables.append(Table(f"{chr(97 + number)}.csv", None, lines[0], enumerate(lines[1:], 2)))
    return read_figures(tables, MODEL, **more)


def test_a_roster_in_english_and_in_chinese(tmp_path: Path) -> None:
    english, problems = roster(
        tmp_path,
        "employee,name,team,level,level_since,employed_from,employed_to; "
        "E1,Li,T1,trainee,2024-02,2023-05-15,2024-06; E2,Wu,,,,,",
    )
    chinese, others = roster(
        tmp_path,
        "工号,姓名,班组,级别,任级月份,入职日期,离职日期; E1,Li,T1,trainee,2024年2月,2023/5/15,2024-06-30; E2,Wu,,,,,",
    )
    assert (problems, others) == ((), ())
    assert english == chinese
    first, second = english.people
    assert first == Person(
        *("E1", "Li", "T1", "trainee"),
        parse_period("2024-02"),
        DAY(2023, 5, 15),
        DAY(2024, 6, 30),
        Place(str(tmp_path / "roster.csv"), row=2),
    )
    assert second == Person("E2", "Wu", place=Place(str(tmp_path / "roster.csv"), row=3))
    assert english.by_employee["E2"] is second


def test_a_roster_in_a_workbook(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    for row in (
        ["花名册"],
        [],
        [None, "工号", "部门", "任级日期", "入职时间"],
        [None, 1001, "一组", DAY(2024, 3, 15), DAY(2024, 1, 8)],
    ):
        workbook.active.append(row)
    workbook.active.append([None, "合计", 1])
    workbook.create_sheet("notes").append(["请每月更新"])
    workbook.save(tmp_path / "a.xlsx")
    found, problems = read_roster(tmp_path / "a.xlsx", BUILT_IN)
    (person,) = found.people
    assert (person.employee, person.team) == ("1001", "一组")
    assert (str(person.level_since), person.employed_from) == ("2024-03", DAY(2024, 1, 8))
    assert person.place == Place(str(tmp_path / "a.xlsx"), page="Sheet", row=4)
    assert [(problem.code, problem.severity) for problem in problems] == [
        ("total_row", "warning"),
        ("page_not_understood", "warning"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "severity", "column"),
    [
        ("employee,name; ,Li; E1,", "bad_employee", "error", "employee"),
        ("employee,name; E\x01,Li; E1,", "bad_employee", "error", "employee"),
        ("employee,team; E1,#N/A", "bad_team", "error", "team"),
        ("employee,level_since; E1,2024", "bad_level_since", "error", "level_since"),
        ("employee,employed_to; E1,soon", "bad_employed_to", "error", "employed_to"),
        ("employee,employed_from,employed_to; E1,2024-05,2024-04", "bad_employed_to", "error", "employed_to"),
        ("employee,name; E1,Li; E1,Li", "duplicate_employee", "warning", "employee"),
        ("employee,name; E1,Li; E1,Wu", "duplicate_employee", "error", "employee"),
        ("employee,phone; E1,139", "unknown_column", "warning", "phone"),
    ],
)
def test_what_is_wrong_in_a_roster(tmp_path: Path, text: str, code: str, severity: str, column: str) -> None:
    found, (problem,) = roster(tmp_path, text)
    assert (problem.code, problem.severity, problem.place.column) == (code, severity, column)
    (person,) = found.people
    assert person.employee == "E1"
    assert (person.employed_from, person.employed_to, person.level_since) == (None, None, None)
    if code == "duplicate_employee":
        assert (person.name, problem.place.row) == ("Li", 3)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("name,team; Li,T1", "no_key_column"),
        ("employee,工号; E1,E1", "same_column_twice"),
        ("", "empty_file"),
    ],
)
def test_what_is_no_roster(tmp_path: Path, text: str, code: str) -> None:
    found, (problem,) = roster(tmp_path, text)
    assert (found.people, problem.code, problem.severity) == ((), code, "error")


def test_a_roster_that_can_not_be_opened_or_understood(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        read_roster(tmp_path / "none.csv", BUILT_IN)
    workbook = openpyxl.Workbook()
    workbook.save(tmp_path / "blank.xlsx")
    workbook.active.append(["nothing", "of", "note"])
    workbook.save(tmp_path / "a.xlsx")
    assert [problem.code for problem in read_roster(tmp_path / "blank.xlsx", BUILT_IN)[1]] == ["empty_file"]
    (problem,) = read_roster(tmp_path / "a.xlsx", BUILT_IN)[1]
    assert (problem.code, problem.severity) == ("page_not_understood", "error")


def test_the_roster_fills_names_and_teams_so_that_figures_of_teams_arrive() -> None:
    found = figures(
        "employee,period; E1,2024-03; E2,2024-03",
        "team,period,payers; T1,2024-03,5",
        roster=people(Person("E1", "Li", "T1"), Person("E2")),
    )
    assert found.problems == ()
    assert [(row.name, row.team, dict(row.facts)) for row in found.rows] == [
        ("Li", "T1", {"payers": 5}),
        (None, None, {}),
    ]


def test_what_the_figures_say_otherwise_is_named_once_and_stays() -> None:
    place = Place("roster.csv", row=2)
    found = figures(
        "employee,name,team,period,payers; E1,Li,T1,2024-03,1; E1,Li,T1,2024-04,1",
        roster=people(Person("E1", "Lee", "T2", place=place)),
    )
    assert [(problem.code, problem.severity, problem.value, problem.expected) for problem in found.problems] == [
        ("roster_name", "warning", "Li", "Lee"),
        ("roster_team", "warning", "T1", "T2"),
    ]
    assert "roster.csv:row 2" in found.problems[0].message
    assert [(row.name, row.team) for row in found.rows] == [("Li", "T1")] * 2


def test_who_is_missing_gets_a_row_in_its_place() -> None:
    found = figures("employee,period,payers; E1,2024-02,1; E2,2024-03,1; E1,2024-04,1; E2,2024-02,2; E2,2024-04,1")
    place = Place("roster.csv", row=4)
    after = apply_roster(found, people(Person("E1"), Person("E2"), Person("E3", "Wu", "T1", place=place)))
    assert [(row.employee, str(row.period), bool(row.facts)) for row in after.rows] == [
        ("E1", "2024-02", True),
        ("E1", "2024-03", False),
        ("E1", "2024-04", True),
        ("E2", "2024-02", True),
        ("E2", "2024-03", True),
        ("E2", "2024-04", True),
        ("E3", "2024-02", False),
        ("E3", "2024-03", False),
        ("E3", "2024-04", False),
    ]
    assert [(problem.code, problem.severity, problem.value) for problem in after.problems] == [
        ("not_in_figures", "warning", "E1"),
        *[("not_in_figures", "warning", "E3")] * 3,
    ]
    assert after.problems[-1].place == place
    last = after.rows[-1]
    assert last.absent and not after.rows[0].absent
    assert (last.name, last.team) == ("Wu", "T1")
    (reason,) = last.reasons
    assert (reason.code, reason.value("place")) == ("not_in_figures", "roster.csv:row 4")
    assert reason_text(reason, MODEL, "en") == "No file of figures has this person for this period (roster.csv, row 4)."
    assert after.rows[0].reasons == ()


def test_only_the_periods_at_hand_or_given_are_expected() -> None:
    found = figures("employee,period,payers; E1,2024-02,1; E1,2024-03,1")
    narrowed = evolve(found, rows=found.rows[1:])
    listed = people(Person("E1"), Person("E2"))
    assert [str(row.period) for row in apply_roster(narrowed, listed).rows] == ["2024-03", "2024-03"]
    given = apply_roster(narrowed, listed, [parse_period("2024-05")])
    assert [(row.employee, str(row.period)) for row in given.rows] == [
        ("E1", "2024-03"),
        ("E1", "2024-05"),
        ("E2", "2024-05"),
    ]
    assert apply_roster(evolve(found, rows=()), listed).rows == ()


def test_nobody_is_expected_to_be_visited() -> None:
    found = figures("employee,period,payers; E1,2024-03-15,1")
    assert [row.employee for row in apply_roster(found, people(Person("E1"), Person("E2"))).rows] == ["E1"]


@pytest.mark.parametrize(
    ("begin", "end", "values", "text"),
    [
        (DAY(2024, 3, 15), None, {"from": "2024-03-15"}, "In post for part of the period only, from 2024-03-15."),
        (None, DAY(2024, 3, 30), {"to": "2024-03-30"}, "In post for part of the period only, until 2024-03-30."),
        (DAY(2024, 3, 2), DAY(2024, 3, 2), {"from": "2024-03-02", "to": "2024-03-02"}, None),
        (DAY(2024, 3, 1), DAY(2024, 3, 31), None, None),
        (DAY(2020, 1, 1), None, None, None),
    ],
)
def test_in_post_for_part_of_a_period(
    begin: datetime.date | None, end: datetime.date | None, values: dict[str, str] | None, text: str | None
) -> None:
    found = figures("employee,period,payers; E1,2024-03,1")
    listed = people(
        Person("E1", employed_from=begin, employed_to=end), Person("E2", employed_from=begin, employed_to=end)
    )
    first, second = apply_roster(found, listed).rows
    assert [dict(reason.values) for reason in first.reasons] == ([] if values is None else [values])
    assert [reason.code for reason in second.reasons[1:]] == ["in_post_for_part"] * (values is not None)
    if text is not None:
        assert reason_text(first.reasons[0], MODEL, "en") == text


def test_who_is_not_in_post_is_not_expected_and_figures_of_theirs_are_a_warning() -> None:
    found = figures("employee,period,payers; E1,2024-03,1; E2,2024-03,1")
    gone = DAY(2024, 2, 29)
    after = apply_roster(found, people(Person("E1"), Person("E2", employed_to=gone), Person("E3", employed_to=gone)))
    assert [(row.employee, row.reasons) for row in after.rows] == [("E1", ()), ("E2", ())]
    (problem,) = after.problems
    assert (problem.code, problem.severity, problem.place) == ("not_in_post", "warning", Place("a.csv", row=3))


def test_who_is_not_on_the_roster_is_a_warning_each() -> None:
    found = figures("employee,period,payers; E9,2024-03,1; E1,2024-03,1; E8,2024-03,1; E9,2024-04,1")
    after = apply_roster(found, people(Person("E1")), [])
    assert [(problem.code, problem.severity, problem.value) for problem in after.problems] == [
        ("not_on_roster", "warning", "E9"),
        ("not_on_roster", "warning", "E8"),
    ]
    assert after.problems[0].place == Place("a.csv", row=2)
    assert after.complete
    assert len(after.rows) == 4
