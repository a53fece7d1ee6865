"""Files of plus and minus items: how they are known, what each cell may hold, whom they reach, what is wrong."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars
import pytest
from attrs import evolve

from kpicore.adjustment import ITEMS
from kpicore.figure import UNREADABLE
from kpicore.io.figures import Figures, load_figures, read_figures
from kpicore.io.item import LONGEST_REASON
from kpicore.io.protocol import by_suffix
from kpicore.io.source import READERS
from kpicore.io.table import Table
from kpicore.model import AdjustmentsSpec, FactSpec, SchemeModel
from kpicore.problem import Problem
from kpicore.row import Adjustment, Row
from kpicore.text import Title

BUILT_IN = by_suffix(READERS)
CLOSED = SchemeModel(
    id="desk/month",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month",),
    facts={"calls": FactSpec(kind="count", title=Title.of({"zh": "来电数"}), id="calls")},
)
MODEL = evolve(CLOSED, adjustments=AdjustmentsSpec())
PEOPLE = "employee,name,team,period,calls\nE1,Li,T1,2024-03,5\nE2,Wu,T1,2024-03,6\nE1,Li,T1,2024-04,7"


def table(text: str, file: str) -> Table:
    lines = [line.split(",") for line in text.strip().splitlines()]
    return Table(file, None, lines[0], enumerate(lines[1:], 2))


def figures(items: str, people: str = PEOPLE, model: SchemeModel = MODEL, first: bool = False) -> Figures:
    """The figures of people.csv and the items of items.csv."""
    tables = [table(people, "people.csv"), table(items, "items.csv")]
    return read_figures(tables[::-1] if first else tables, model)


def row(found: Figures, employee: str = "E1", period: str = "2024-03") -> Row:
    return next(row for row in found.rows if (row.employee, str(row.period)) == (employee, period))


def told(found: Figures) -> list[tuple[str, int | None, str | None]]:
    """Each problem's code, row and column."""
    return [(problem.code, problem.place.row, problem.place.column) for problem in found.problems]


def only(found: Figures) -> Problem:
    (problem,) = found.problems
    return problem


def test_several_items_of_a_person_and_period() -> None:
    items = "employee,period,points,reason,author\nE1,2024-03,3,Fair,Wang\nE1,2024-03,-0.5,Late,Zhao\nE1,2024-04,1,x,y"
    for first in (False, True):
        found = figures(items, first=first)
        assert found.problems == ()
        mine = row(found)
        assert mine.adjustments == (Adjustment(Decimal("3.00"), "Fair", "Wang"),
                                    Adjustment(Decimal("-0.50"), "Late", "Zhao"))  # fmt: skip
        assert [str(item.points) for item in mine.adjustments] == ["3.00", "-0.50"]
        assert [str(item.place) for item in mine.adjustments] == ["items.csv:row 2", "items.csv:row 3"]
        assert mine.facts == {"calls": 5, ITEMS: Decimal("2.50")} and mine.reasons == ()
        assert row(found, period="2024-04").facts[ITEMS] == 1
        assert row(found, "E2").adjustments == () and ITEMS not in row(found, "E2").facts


@pytest.mark.parametrize("points", ["points", "加减分", "分值", " Points "])
@pytest.mark.parametrize("reason", ["reason", "事由", "原因"])
@pytest.mark.parametrize("author", ["author", "登记人", "经办人"])
def test_headings_in_both_languages(points: str, reason: str, author: str) -> None:
    found = figures(f"工号,姓名,班组,考核周期,{points},{reason},{author}\nE1,Li,T1,2024-03,2,甲,乙")
    assert found.problems == () and row(found).facts[ITEMS] == 2


def test_items_stand_in_more_than_one_file() -> None:
    head = "employee,period,points,reason,author\n"
    tables = [
        table(PEOPLE, "p.csv"),
        table(f"{head}E1,2024-03,2,a,b", "i.csv"),
        table(f"{head}E1,2024-03,3,a,b", "j.csv"),
    ]
    found = read_figures(tables, MODEL)
    assert found.problems == () and row(found).facts[ITEMS] == 5


def test_a_file_with_a_heading_and_no_items_is_no_mistake() -> None:
    found = figures("employee,period,points,reason,author")
    assert found.problems == () and len(found.rows) == 3


@pytest.mark.parametrize(
    ("cells", "part", "shown", "expected"),
    [
        ("x,Fair,Wang", "points", "x", "a number such as 1234.50"),
        ("+2,Fair,Wang", "points", "+2", "a number such as 1234.50"),
        ("1e3,Fair,Wang", "points", "1e3", "a number such as 1234.50"),
        ("5%,Fair,Wang", "points", "5%", "a number"),
        ("2.005,Fair,Wang", "points", "2.005", "at most 2 decimals"),
        (
            "1234567890123456789,Fair,Wang",
            "points",
            "1234567890123456789",
            "at most 18 digits before and after the point",
        ),
        (",Fair,Wang", "points", "", "a number"),
        ("2,,Wang", "reason", "", "why the points are given"),
        ("2, ,Wang", "reason", "", "why the points are given"),
        ("2,Fair,", "author", "", "the name of whoever enters it"),
        ("2,#N/A,Wang", "reason", "#N/A", "a text"),
        (f"2,{'x' * (LONGEST_REASON + 1)},Wang", "reason", "x" * 200, f"at most {LONGEST_REASON} characters"),
        (f"2,Fair,{'x' * 201}", "author", "x" * 200, "at most 200 characters"),
        ("2,Fair\x1b[2J,Wang", "reason", "Fair\x1b[2J", "one line of text"),
    ],
)
def test_a_part_that_is_not_there_or_can_not_be_read(cells: str, part: str, shown: str, expected: str) -> None:
    found = figures(f"employee,period,points,reason,author\nE1,2024-03,1,Other,Wang\nE1,2024-03,{cells}")
    problem = only(found)
    assert (problem.code, problem.severity, problem.value, problem.expected) == (
        "bad_adjustment",
        "error",
        shown,
        expected,
    )
    assert str(problem.place) == f"items.csv:row 3:column {part}"
    assert problem.message.endswith("The total of E1 in 2024-03 can not be told until that is mended.")
    mine = row(found)
    assert mine.facts[ITEMS] is UNREADABLE
    assert [str(item.points) for item in mine.adjustments] == ["1.00"]
    (reason,) = mine.reasons
    assert reason.code == ("bad_adjustment" if shown else "adjustment_without")
    assert (reason.value("part"), reason.value("place")) == (part, f"items.csv:row 3:column {part}")
    assert ITEMS not in row(found, "E2").facts


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("2.50", "2.50"),
        ("2.500", "2.50"),
        ("１．５", "1.50"),
        ("-1,000.25", "-1000.25"),
        (" 0 ", "0.00"),
        (".5", "0.50"),
    ],
)
def test_points_as_people_write_them(text: str, points: str) -> None:
    cells = [["employee", "period", "points", "reason", "author"], ["E1", "2024-03", text, "a", "b"]]
    items = Table("items.csv", None, cells[0], enumerate(cells[1:], 2))
    found = read_figures([table(PEOPLE, "people.csv"), items], MODEL)
    assert found.problems == () and str(row(found).adjustments[0].points) == points


def test_points_have_the_decimals_of_the_total() -> None:
    whole = evolve(MODEL, places=0)
    found = figures("employee,period,points,reason,author\nE1,2024-03,2.0,a,b\nE2,2024-03,2.5,a,b", model=whole)
    assert row(found).facts[ITEMS] == 2 and str(row(found).adjustments[0].points) == "2"
    assert (only(found).place.row, only(found).expected) == (3, "a whole number")


def test_all_that_is_wrong_with_an_item_is_told() -> None:
    found = figures("employee,period,points,reason,author\nE1,2024-03,x,,")
    assert told(found) == [("bad_adjustment", 2, part) for part in ("points", "reason", "author")]
    assert [reason.value("part") for reason in row(found).reasons] == ["points", "reason", "author"]


def test_without_a_column_author_no_total_can_be_told() -> None:
    found = figures("employee,period,points,reason,autor\nE1,2024-03,2,a,b\nE1,2024-03,3,a,b")
    assert told(found) == [("no_author", 1, None), ("unknown_column", 1, "autor")]
    assert found.problems[1].hint == "Did you mean 'author'?"
    assert row(found).facts[ITEMS] is UNREADABLE
    assert [reason.code for reason in row(found).reasons] == ["adjustment_without"] * 2


def test_two_items_that_say_the_same_can_not_be_told_apart() -> None:
    items = "employee,period,points,reason,author\nE1,2024-03,2,Fair,Wang\nE1,2024-03,3,x,y\nE1,2024-03,2.0, Fair ,Wang"
    found = figures(items)
    problem = only(found)
    assert (problem.code, str(problem.place)) == ("same_adjustment_twice", "items.csv:row 4")
    assert problem.message.startswith("The item stands in items.csv:row 2 too")
    (reason,) = row(found).reasons
    assert (reason.value("place"), reason.value("other_place")) == ("items.csv:row 4", "items.csv:row 2")
    assert row(found).facts[ITEMS] is UNREADABLE and len(row(found).adjustments) == 3


@pytest.mark.parametrize("other", ["E2,2024-03,2,Fair,Wang", "E1,2024-04,2,Fair,Wang", "E1,2024-03,-2,Fair,Wang",
                                   "E1,2024-03,2,Fair 2,Wang", "E1,2024-03,2,Fair,Zhao"])  # fmt: skip
def test_what_differs_in_anything_is_another_item(other: str) -> None:
    assert figures(f"employee,period,points,reason,author\nE1,2024-03,2,Fair,Wang\n{other}").problems == ()


def test_the_same_item_in_two_files_is_the_same_item() -> None:
    item = "employee,period,points,reason,author\nE1,2024-03,2,Fair,Wang"
    found = read_figures([table(PEOPLE, "p.csv"), table(item, "i.csv"), table(item, "j.csv")], MODEL)
    assert (only(found).code, str(only(found).place)) == ("same_adjustment_twice", "j.csv:row 2")


def test_items_of_somebody_without_figures_are_set_aside() -> None:
    found = figures("employee,period,points,reason,author\nE3,2024-03,2,a,b\nE2,2024-04,2,a,b\nE2,2024-03,4,a,b")
    assert told(found) == [("unused_adjustment", 2, "employee"), ("unused_adjustment", 3, "employee")]
    assert not found.complete
    assert found.problems[0].hint == ""
    assert found.problems[1].hint == "There are figures of E2 for 2024-03."
    assert row(found, "E2").facts[ITEMS] == 4
    assert {row.employee for row in found.rows} == {"E1", "E2"}
    assert found.counts.rows_set_aside == 2


def test_a_number_that_is_nearly_one_of_the_figures() -> None:
    people = "employee,period,calls\nE1001,2024-03,5"
    found = figures("employee,period,points,reason,author\nE1OO1,2024-03,2,a,b\nZ,2024-03,2,a,b", people)
    assert [problem.hint for problem in found.problems] == ["Did you mean 'E1001'?", ""]


def test_a_key_that_can_not_be_read_sets_the_row_aside() -> None:
    items = "employee,period,points,reason,author\nE1,March,2,a,b\n,2024-03,2,a,b\nE1,2024-Q1,2,a,b\n,,,,\n合计,,4,,"
    found = figures(items)
    assert told(found) == [("bad_period", 2, "period"), ("bad_employee", 3, "employee"), ("bad_period", 4, "period"),
                           ("total_row", 6, None)]  # fmt: skip
    assert all(ITEMS not in row.facts for row in found.rows)


def test_who_is_called_otherwise_than_in_the_figures() -> None:
    found = figures("employee,name,team,period,points,reason,author\nE1,Lee,T2,2024-03,2,a,b\nE2,,,2024-03,2,a,b")
    assert told(found) == [("conflicting_name", 2, "name"), ("conflicting_team", 2, "team")]
    assert (found.problems[0].value, found.problems[0].expected) == ("Lee", "Li")
    assert (row(found).name, row(found).team, row(found).facts[ITEMS]) == ("Li", "T1", 2)


def test_a_table_with_figures_too_is_read_for_its_items_alone() -> None:
    found = figures("employee,period,points,reason,author,calls,room\nE1,2024-03,2,a,b,9,x")
    assert told(found) == [("unknown_column", 1, "calls"), ("unknown_column", 1, "room")]
    assert [problem.severity for problem in found.problems] == ["error", "warning"]
    assert row(found).facts == {"calls": 5, ITEMS: 2}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("period,points,reason,author", "no_key_column"),
        ("team,period,points,reason,author", "no_key_column"),
        ("employee,points,reason,author", "no_period"),
        ("employee,period,points,分值,reason,author", "same_column_twice"),
        ("employee,工号,period,points,reason,author", "same_column_twice"),
    ],
)
def test_a_header_that_does_not_do(header: str, code: str) -> None:
    found = figures(f"{header}\n{',' * header.count(',')}")
    assert code in {problem.code for problem in found.problems}
    assert all(ITEMS not in row.facts for row in found.rows)


def test_a_period_for_all(tmp_path: Path) -> None:
    from kpicore.period import parse_period

    tables = [table(PEOPLE, "p.csv"), table("employee,points,reason,author\nE1,2,a,b", "i.csv")]
    found = read_figures(tables, MODEL, default_period=parse_period("2024-04"))
    assert row(found, period="2024-04").facts[ITEMS] == 2


class TestNotAllowed:
    ITEM = "employee,period,points,reason,author\nE1,2024-03,2,a,b"

    def test_the_file_is_refused_in_a_sentence(self) -> None:
        found = figures(self.ITEM, model=CLOSED)
        problem = only(found)
        assert (problem.code, str(problem.place)) == ("adjustments_not_allowed", "items.csv:row 1")
        assert problem.message == "The file gives plus and minus items, and the scheme allows none."
        assert problem.hint.startswith("Write [adjustments] in the scheme")
        assert not found.complete and len(found.rows) == 3 and row(found).facts == {"calls": 5}

    def test_a_table_of_figures_beside_such_columns_is_one_of_figures(self) -> None:
        found = figures("employee,period,calls,points,reason\nE3,2024-03,9,2,a", model=CLOSED)
        assert [problem.code for problem in found.problems] == ["unknown_column", "unknown_column"]
        assert row(found, "E3").facts == {"calls": 9}

    def test_facts_of_such_names_are_facts(self) -> None:
        facts = {name: FactSpec(kind="text" if name == "reason" else "count", id=name) for name in ("points", "reason")}
        for model in (CLOSED, MODEL):
            of = evolve(model, facts={**model.facts, **facts})
            found = figures("employee,period,points,reason\nE3,2024-03,2,a", model=of)
            assert found.problems == () and row(found, "E3").facts == {"points": 2, "reason": "a"}


def test_what_a_period_allows_is_asked_of_whoever_knows() -> None:
    from kpicore.errors import FigureError
    from kpicore.protocols import Period

    def allowed(period: Period) -> int:
        if str(period) == "2024-03":
            raise FigureError("Not then.", "", "Later.")
        return 1

    items = "employee,period,points,reason,author\nE1,2024-03,2,a,b\nE1,2024-04,1.5,a,b\nE1,2024-04,1.55,a,b"
    found = read_figures([table(PEOPLE, "p.csv"), table(items, "i.csv")], MODEL, allowed=allowed)
    assert told(found) == [("adjustments_not_allowed", 2, "period"), ("bad_adjustment", 4, "points")]
    assert found.problems[0].message == "Not then. The row is set aside."
    assert ITEMS not in row(found).facts
    assert found.counts.rows_set_aside == 1


class TestFiles:
    """In every format that figures come in."""

    ROWS: tuple[Mapping[str, Any], ...] = (
        {"工号": "E1", "考核周期": "2024-03", "分值": 2.5, "原因": "Fair\nof March", "经办人": "Wang"},
        {"工号": "E1", "考核周期": "2024-03", "分值": -1, "原因": 7, "经办人": 1001},
    )

    def read(self, path: Path) -> Figures:
        people = path.with_name("people.csv")
        people.write_text(PEOPLE, "utf-8")
        return load_figures([people, path], BUILT_IN, MODEL)

    def check(self, found: Figures) -> None:
        assert found.problems == ()
        assert [item.to_dict() for item in row(found).adjustments] == [
            {"points": "2.50", "reason": "Fair of March", "author": "Wang"},
            {"points": "-1.00", "reason": "7", "author": "1001"},
        ]

    def workbook(self, path: Path, above: int = 0) -> openpyxl.Workbook:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        for _ in range(above):
            page.append(["三月加减分"])
        page.append(list(self.ROWS[0]))
        for line in self.ROWS:
            page.append(list(line.values()))
        book.save(path)
        return book

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_csv(self, tmp_path: Path, encoding: str) -> None:
        path = tmp_path / "items.csv"
        text = '工号,考核周期,分值,原因,经办人\nE1,2024-03,2.5,"Fair\nof March",Wang\nE1,2024-03,-1,7,1001\n'
        path.write_bytes(text.encode(encoding))
        self.check(self.read(path))

    @pytest.mark.parametrize("above", [0, 2])
    def test_excel(self, tmp_path: Path, above: int) -> None:
        path = tmp_path / "items.xlsx"
        self.workbook(path, above)
        found = self.read(path)
        self.check(found)
        assert row(found).adjustments[0].place.page == "Sheet"

    def test_parquet(self, tmp_path: Path) -> None:
        path = tmp_path / "items.parquet"
        texts = [{**line, "原因": str(line["原因"]), "经办人": str(line["经办人"])} for line in self.ROWS]
        polars.DataFrame(texts, schema_overrides={"分值": polars.Float64}).write_parquet(path)
        self.check(self.read(path))

    def test_a_page_beside_the_figures(self, tmp_path: Path) -> None:
        path = tmp_path / "all.xlsx"
        book = self.workbook(path)
        page = book.create_sheet("figures")
        for line in PEOPLE.splitlines():
            page.append([int(cell) if cell.isdigit() else cell for cell in line.split(",")])
        book.save(path)
        self.check(load_figures([path], BUILT_IN, MODEL))

    def test_merged_cells_name_one_person_and_no_points(self, tmp_path: Path) -> None:
        path = tmp_path / "items.xlsx"
        book = self.workbook(path)
        page = book.active
        assert page is not None
        page["A3"] = page["B3"] = None
        page.merge_cells("A2:A3")
        page.merge_cells("B2:B3")
        book.save(path)
        self.check(self.read(path))
        page["C3"] = None
        page.merge_cells("C2:C3")
        book.save(path)
        found = self.read(path)
        assert [problem.code for problem in found.problems] == ["bad_adjustment"] * 2
        assert row(found).facts[ITEMS] is UNREADABLE

    def test_an_error_of_the_spreadsheet(self, tmp_path: Path) -> None:
        path = tmp_path / "items.csv"
        path.write_text("employee,period,points,reason,author\nE1,2024-03,#REF!,a,b\n", "utf-8")
        assert [problem.value for problem in self.read(path).problems] == ["#REF!"]


def test_every_cell_is_counted_once() -> None:
    items = (
        "employee,name,period,points,reason,author,calls,more\n"
        "E1,Li,2024-03,2,a,b,3,x\nE1,,2024-03,x,,b,,\nE9,,2024-03,2,a,b,,y\nE1,,March,2,a,b,,\n合计,,,4,,,,\n,,,,,,,"
    )
    counts = figures(items).counts
    filled = sum(bool(cell) for text in (PEOPLE, items) for line in text.splitlines() for cell in line.split(","))
    assert counts.cells == filled
    assert counts.rows == 3 + 5 and counts.rows_blank == 1
    assert (counts.cells_unreadable, counts.cells_unknown, counts.cells_total) == (1, 2, 2)
    assert (counts.rows_set_aside, counts.cells_set_aside) == (2, 6 + 5)
