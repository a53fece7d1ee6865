"""Reading workbooks: what people do to them, and what becomes of it."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from attrs import evolve
from openpyxl.styles import PatternFill

from kpicore.figure import UNREADABLE
from kpicore.io.figures import Figures, load_figures
from kpicore.io.protocol import by_suffix
from kpicore.io.source import READERS
from kpicore.model import FactSpec, ParamSpec, SchemeModel
from kpicore.period import parse_period
from kpicore.problem import Place, Problem
from kpicore.row import Row
from kpicore.text import Title

BUILT_IN = by_suffix(READERS)
MODEL = SchemeModel(
    id="shop/agents",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month",),
    facts={
        "payers": FactSpec(kind="count", title=Title.of({"zh": "付款人数", "en": "Customers who paid"}), id="payers"),
        "sales": FactSpec(kind="money", title=Title.of({"zh": "销售额"}), id="sales"),
        "rate": FactSpec(kind="ratio", title=Title.of({"zh": "转化率"}), id="rate"),
        "late": FactSpec(kind="flag", id="late"),
        "remark": FactSpec(kind="text", id="remark"),
    },
    params={"limit": ParamSpec(value=3, kind="count", id="limit")},
)
HEADER = ["工号", "姓名", "班组", "月份", "付款人数", "销售额", "转化率"]
LI = ["E1", "李", "一组", "2024-03", 3, 100.5, 0.95]
WU = ["E2", "吴", "一组", "2024-03", 4, 200.25, 0.5]
Rows = Sequence[Sequence[Any]]


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    """Makes a workbook of pages of rows; `change` may do more to it."""

    def made(*pages: Rows, change: Callable[[Any], object] | None = None, name: str = "a.xlsx") -> Path:
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for number, rows in enumerate(pages, 1):
            sheet = workbook.create_sheet(f"p{number}")
            for row in rows:
                sheet.append(list(row))
        if change is not None:
            change(workbook)
        path = tmp_path / name
        workbook.save(path)
        return path

    return made


Book = Callable[..., Path]


def read(*paths: Path, **more: Any) -> Figures:
    return load_figures(paths, BUILT_IN, MODEL, **more)


def facts(found: Figures) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row.employee, str(row.period)): dict(row.facts) for row in found.rows}


def only(found: Figures) -> Problem:
    (problem,) = found.problems
    return problem


def one(found: Figures) -> Row:
    (row,) = found.rows
    return row


EXPECTED = {
    ("E1", "2024-03"): {"payers": 3, "sales": Decimal("100.5"), "rate": Decimal("0.95")},
    ("E2", "2024-03"): {"payers": 4, "sales": Decimal("200.25"), "rate": Decimal("0.5")},
}


def test_a_plain_page(book: Book) -> None:
    found = read(path := book([HEADER, LI, WU]))
    assert (found.problems, facts(found)) == ((), EXPECTED)
    assert (found.rows[0].name, found.rows[0].team) == ("李", "一组")
    assert found.rows[1].sources["sales"] == Place(str(path), page="p1", row=3, column="销售额")
    counts = found.counts
    assert (counts.files, counts.pages, counts.rows_read, counts.cells_heading) == (1, 1, 2, 7)
    assert (counts.cells_key, counts.cells_read, counts.rows, counts.cells) == (8, 6, 2, 21)


def test_a_title_and_blank_rows_and_columns_around(book: Book) -> None:
    def title(workbook: Any) -> None:
        sheet = workbook["p1"]
        sheet.insert_rows(1, 4)
        sheet.insert_cols(1, 2)
        sheet.insert_cols(5)  # between the columns
        sheet["C2"] = "2024年3月客服考核表"
        sheet.merge_cells("C2:J2")
        sheet["C3"], sheet["D3"] = "制表：王", "单位：元"

    found = read(path := book([HEADER, LI, [], WU, []], change=title))
    assert (found.problems, facts(found)) == ((), EXPECTED)
    assert found.rows[1].sources["payers"] == Place(str(path), page="p1", row=8, column="付款人数")
    assert (found.counts.cells_around, found.counts.rows_blank) == (3, 1)


def test_moved_columns(book: Book) -> None:
    turn = [6, 3, 0, 5, 2, 4, 1]
    found = read(book([[row[index] for index in turn] for row in (HEADER, LI, WU)]))
    assert (found.problems, facts(found)) == ((), EXPECTED)


def test_labels_above_are_no_header_where_one_with_employees_follows(book: Book) -> None:
    found = read(book([["部门", "客服部", "月份", "2024-03"], HEADER, LI, WU]))
    assert (found.problems, facts(found)) == ((), EXPECTED)
    assert found.counts.cells_around == 4


def test_a_header_in_two_rows(book: Book) -> None:
    def merge(workbook: Any) -> None:
        for letter in "ABCD":
            workbook["p1"].merge_cells(f"{letter}1:{letter}2")
        workbook["p1"].merge_cells("E1:G1")

    upper = [*HEADER[:4], "客户服务", None, None]
    lower = [None] * 4 + HEADER[4:]
    found = read(path := book([upper, lower, LI, WU], change=merge))
    assert (found.problems, facts(found)) == ((), EXPECTED)
    assert found.rows[0].sources["sales"] == Place(str(path), page="p1", row=3, column="销售额")
    assert (found.counts.cells_heading, found.counts.cells_around) == (7, 1)


def test_a_header_that_is_said_again(book: Book) -> None:
    found = read(book([HEADER, LI, HEADER, WU]))
    assert (found.problems, facts(found), found.counts.cells_around) == ((), EXPECTED, 7)


TOTAL = [7, 300.75]


@pytest.mark.parametrize(
    "row",
    [
        ["合计", None, None, None, *TOTAL],
        ["合  计：", None, None, "2024-03", *TOTAL],
        ["一组小计", None, None, None, *TOTAL],
        ["Total", None, None, None, *TOTAL],
        ["GRAND TOTAL", None, None, None, 1, 2],
        [None, "总计", None, None, *TOTAL],
        [None, None, "平均", None, 3.5, 150.375],
        [None, None, None, "合计", *TOTAL],
        [None, None, None, None, *TOTAL],
        [None, None, "一组", "2024-03", *TOTAL, 0.7],
        [None, None, None, None, None, 300.75],
    ],
)
def test_a_total_row_is_left_out_where_it_is_certain(book: Book, row: list[Any]) -> None:
    found = read(book([HEADER, LI, WU, row]))
    assert facts(found) == EXPECTED
    assert (only(found).code, only(found).severity, only(found).place.row) == ("total_row", "warning", 4)
    assert (found.counts.rows_total, found.counts.rows_read) == (1, 2)
    assert found.counts.cells_total == sum(cell is not None for cell in row)


@pytest.mark.parametrize(
    "row",
    [
        [None, None, None, None, 7, 300.76],
        [None, "周", None, None, *TOTAL],
        [None, None, None, None, None, None, 0.7],
        [None, None, None, None, "7人", 300.75],
    ],
)
def test_what_may_be_a_total_is_set_aside(book: Book, row: list[Any]) -> None:
    found = read(book([HEADER, LI, WU, row]))
    assert facts(found) == EXPECTED
    assert only(found).severity == "error"
    assert (found.counts.rows_total, found.counts.rows_set_aside) == (0, 1)


def test_subtotals_and_a_total_without_words(book: Book) -> None:
    third = ["E3", "赵", "二组", "2024-03", 5, 1, 0.1]
    fourth = ["E4", "钱", "二组", "2024-03", 6, 2, 0.1]
    blank = [None] * 4
    found = read(book([HEADER, LI, WU, [*blank, 7, 300.75], third, fourth, [*blank, 11, 3], [*blank, 18, 303.75]]))
    assert [row.employee for row in found.rows] == ["E1", "E2", "E3", "E4"]
    assert (only(found).code, found.counts.rows_total) == ("total_row", 3)
    assert "Rows 4, 7, 8 are totals" in only(found).message


def test_a_single_row_is_not_the_sum_of_itself(book: Book) -> None:
    found = read(book([HEADER, LI, [None, None, None, None, 3, 100.5]]))
    assert [problem.code for problem in found.problems] == ["bad_period"]


def test_a_merged_total(book: Book) -> None:
    def merge(workbook: Any) -> None:
        workbook["p1"].merge_cells("A4:D4")

    found = read(book([HEADER, LI, WU, ["合计", None, None, None, *TOTAL]], change=merge))
    assert (only(found).code, facts(found)) == ("total_row", EXPECTED)


def test_merged_keys_hold_for_the_rows_that_they_reach_over(book: Book) -> None:
    def merge(workbook: Any) -> None:
        workbook["p1"].merge_cells("C2:C3")
        workbook["p1"].merge_cells("D2:D3")

    rows = [HEADER, LI, [*WU[:2], None, None, *WU[4:]]]
    found = read(book(rows, change=merge))
    assert (found.problems, facts(found)) == ((), EXPECTED)
    assert found.rows[1].team == "一组"
    assert found.counts.cells == 7 + 7 + 5


def test_a_merged_figure_is_nobodys(book: Book) -> None:
    def merge(workbook: Any) -> None:
        workbook["p1"].merge_cells("E2:E3")
        workbook["p1"].merge_cells("F2:G2")

    found = read(book([HEADER, LI, WU], change=merge))
    assert [(problem.code, problem.place.row, problem.value) for problem in found.problems] == [
        ("bad_figure", 2, "3"),
        ("bad_figure", 2, "100.5"),
        ("bad_figure", 3, "3"),
    ]
    assert "E2:E3" in found.problems[0].message
    assert found.rows[0].facts == {"payers": UNREADABLE, "sales": UNREADABLE}
    assert found.rows[1].facts["payers"] is UNREADABLE
    # What the merging hides (4 and 0.95) openpyxl has deleted, as Excel does.
    assert (found.counts.cells_unreadable, found.counts.cells) == (2, 7 + 8 + 4)


def test_numbers_as_text_and_in_full_width(book: Book) -> None:
    found = read(
        book([HEADER, ["E1", None, None, "２０２４年３月", "３", " 1,000.50 ", "９５％"], [*LI[:4], 3, "x", "95%"]])
    )
    assert one(found).facts == {"payers": 3, "sales": UNREADABLE, "rate": Decimal("0.95")}
    assert only(found).place.row == 3


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (0.07, "0.07"),
        (0.28999999999999998, "0.29"),
        (0.1 + 0.2, "0.3"),
        (1.005, "1.005"),
        (123456.789012345, "123456.789012345"),
        (1e15 / 3, "333333333333333"),
        (2.0, "2"),
        (-0.0, "0"),
        (4.35 * 100, "435"),
        (1e-7, "0.0000001"),
    ],
)
def test_a_number_is_what_excel_shows_of_it(tmp_path: Path, cell: float, expected: str) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["employee", "period", "sales"])
        sheet.write_row(1, 0, ["E1", "2024-03"])
        sheet.write_number(1, 2, 77)
    rewrite(path, "xl/worksheets/sheet1.xml", lambda text: text.replace("<v>77</v>", f"<v>{cell!r}</v>"))
    found = read(path)
    assert found.problems == ()
    value = one(found).facts["sales"]
    assert format(Decimal(str(value)), "f") == expected


def rewrite(path: Path, part: str, change: Callable[[str], str]) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts[part].decode()
    after = change(before)
    assert after != before
    parts[part] = after.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def test_a_percentage_is_the_ratio(book: Book) -> None:
    def percent(workbook: Any) -> None:
        workbook["p1"]["G2"].number_format = "0.00%"
        workbook["p1"]["G2"] = 0.95

    assert facts(read(book([HEADER, LI, WU], change=percent))) == EXPECTED


@pytest.mark.parametrize(
    "cell", [datetime.date(2024, 3, 1), datetime.datetime(2024, 3, 1), "2024年3月", "2024/3", 202403, "2024-03 "]
)
def test_a_month_as_a_date_or_a_text(book: Book, cell: object) -> None:
    found = read(book([HEADER, [*LI[:3], cell, *LI[4:]]]))
    assert found.problems == ()
    assert str(one(found).period) == "2024-03"


def test_numbers_as_employees(book: Book) -> None:
    header = ["employee", "team", "period", "payers"]
    found = read(book([header, [1001, 7, "2024-03", 1], ["007", 7, "2024-03", 1], [1e17, 7, "2024-03", 1]]))
    assert [(row.employee, row.team) for row in found.rows] == [("1001", "7"), ("007", "7")]
    assert "more than 15 digits" in only(found).message


def test_errors_are_unreadable_and_name_their_cell(book: Book) -> None:
    found = read(
        path := book([HEADER, [*LI[:4], "#N/A", "#DIV/0!", 0.95], ["#REF!", *WU[1:]], ["E3", "#N/A", *WU[2:]]])
    )
    assert [(problem.code, problem.value, problem.place) for problem in found.problems] == [
        ("bad_figure", "#N/A", Place(str(path), page="p1", row=2, column="付款人数")),
        ("bad_figure", "#DIV/0!", Place(str(path), page="p1", row=2, column="销售额")),
        ("bad_employee", "#REF!", Place(str(path), page="p1", row=3, column="工号")),
        ("bad_name", "#N/A", Place(str(path), page="p1", row=4, column="姓名")),
    ]
    assert found.rows[0].facts == {"payers": UNREADABLE, "sales": UNREADABLE, "rate": Decimal("0.95")}
    assert found.rows[0].reasons[0].value("value") == "#N/A"
    assert found.rows[1].name is None


def test_an_error_in_a_period(book: Book) -> None:
    found = read(book([HEADER, LI, [*WU[:3], "#N/A", *WU[4:]]]))
    assert (only(found).code, only(found).value) == ("bad_period", "#N/A")


def formulas(path: Path, *, reckoned: bool) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("p1")
        sheet.write_row(0, 0, ["employee", "period", "payers", "sales", "remark"])
        sheet.write_row(1, 0, ["E1", "2024-03"])
        sheet.write_formula(1, 2, "=1+2", None, 3)
        sheet.write_formula(1, 3, "=1/3", None, "")  # written by a program, never reckoned
        sheet.write_formula(1, 4, '=""', None, "blank")
    rewrite(path, "xl/worksheets/sheet1.xml", lambda text: text.replace("<v>blank</v>", "<v></v>"))
    if reckoned:
        rewrite(path, "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', ""))
    return path


def test_formulas_give_the_values_that_were_saved(tmp_path: Path) -> None:
    found = read(formulas(tmp_path / "a.xlsx", reckoned=True))
    assert one(found).facts == {"payers": 3, "sales": UNREADABLE}
    bad, empty = found.problems
    assert (bad.code, bad.value, bad.place.column) == ("bad_figure", "a formula", "sales")
    assert "never reckoned" in bad.message
    assert (empty.code, empty.place.column) == ("empty_column", "remark")


def test_values_that_a_workbook_itself_does_not_trust_are_not_used(tmp_path: Path) -> None:
    found = read(formulas(tmp_path / "a.xlsx", reckoned=False))
    assert one(found).facts == dict.fromkeys(("payers", "sales", "remark"), UNREADABLE)


def test_truth_values_and_texts_of_digits(book: Book) -> None:
    header = ["employee", "period", "late", "payers", "remark"]
    found = read(book([header, ["E1", "2024-03", True, True, 1001], ["E2", "2024-03", 0, 2, "x"]]))
    assert [dict(row.facts) for row in found.rows] == [
        {"late": True, "payers": UNREADABLE, "remark": "1001"},
        {"late": False, "payers": 2, "remark": "x"},
    ]


@pytest.mark.parametrize(
    "cell", [datetime.date(2024, 3, 1), datetime.datetime(2024, 3, 1, 8), datetime.time(0, 30), datetime.timedelta(1.5)]
)
def test_a_date_or_time_among_numbers_is_unreadable(book: Book, cell: object) -> None:
    found = read(book([HEADER, [*LI[:4], 3, cell, 0.95]]))
    assert "date or a time" in only(found).message
    assert one(found).facts["sales"] is UNREADABLE


def test_hidden_pages_are_named_and_not_read(book: Book) -> None:
    def hide(workbook: Any) -> None:
        workbook["p2"].sheet_state = "hidden"
        workbook["p3"].sheet_state = "veryHidden"

    other = [*LI[:4], 99, 1, 1]
    found = read(book([HEADER, LI, WU], [HEADER, other], [HEADER, other], [], change=hide))
    assert facts(found) == EXPECTED
    assert [(problem.code, problem.severity, problem.place.page) for problem in found.problems] == [
        ("page_left_out", "warning", "p2"),
        ("page_left_out", "warning", "p3"),
    ]
    assert (found.counts.pages, found.counts.pages_left_out) == (1, 2)


def test_hidden_rows_and_columns_are_read(book: Book) -> None:
    def hide(workbook: Any) -> None:
        workbook["p1"].row_dimensions[3].hidden = True
        workbook["p1"].column_dimensions["F"].hidden = True

    assert facts(read(book([HEADER, LI, WU], change=hide))) == EXPECTED


def test_several_pages_join_and_one_that_is_not_understood_is_named(book: Book) -> None:
    found = read(
        book(
            [[*HEADER[:4], "付款人数"], LI[:5], WU[:5]],
            [["工号", "月份", "销售额", "转化率"], ["E1", "2024-03", *LI[5:]], ["E2", "2024-03", *WU[5:]]],
            [["填表说明"], ["请按月填写"]],
            [],
        )
    )
    assert facts(found) == EXPECTED
    assert (only(found).code, only(found).severity, only(found).place.page) == ("page_not_understood", "warning", "p3")
    assert (found.counts.pages, found.counts.pages_left_out, found.counts.cells_left_out) == (2, 1, 2)


def test_a_file_without_any_header_is_a_mistake(book: Book) -> None:
    found = read(book([["工号"], ["E1"]], [LI, WU]), book([HEADER, LI, WU], name="b.xlsx"))
    assert [(problem.code, problem.severity) for problem in found.problems] == [("page_not_understood", "error")] * 2
    assert facts(found) == EXPECTED


def test_a_file_of_blank_or_hidden_pages_alone_is_a_mistake(book: Book) -> None:
    def hide(workbook: Any) -> None:
        workbook["p2"].sheet_state = "hidden"

    good = book([HEADER, LI, WU], name="b.xlsx")
    blank = read(book([], []), good)
    assert (only(blank).code, only(blank).severity) == ("empty_file", "error")
    hidden = read(book([], [HEADER, LI], change=hide), good)
    assert (only(hidden).code, only(hidden).severity) == ("page_left_out", "error")


def test_the_header_stands_within_twenty_rows(book: Book) -> None:
    titles = [[f"第{n}条"] for n in range(20)]
    assert facts(read(book([*titles[:19], HEADER, LI, WU]))) == EXPECTED
    assert read(book([*titles, HEADER, LI, WU])).rows == ()


def test_a_column_without_heading_is_named_only_where_it_holds_something(book: Book) -> None:
    found = read(book([[*HEADER, None, None, "备注"], [*LI, None, "?", "!"], WU]))
    assert [(problem.code, problem.place.column) for problem in found.problems] == [
        ("unknown_column", "备注"),
        ("unknown_column", "I"),
    ]
    assert found.counts.cells_unknown == 2
    shifted = read(book([[None, None, *HEADER, None], [None, None, *LI, "?"]]))
    assert only(shifted).place.column == "J"


def test_styled_blank_cells_far_away_are_nothing(book: Book) -> None:
    def colour(workbook: Any) -> None:
        fill = PatternFill("solid", fgColor="FFFF00")
        for row in range(4, 60):
            for column in (1, 9, 1500):
                workbook["p1"].cell(row, column).fill = fill

    found = read(book([HEADER, LI, WU], change=colour))
    assert (found.problems, facts(found)) == ((), EXPECTED)


def test_a_long_page(book: Book) -> None:
    long = [["表"], ["工号", "月份", "数据项", "数值"], ["E1", "2024-03", "付款人数", 3], ["E1", "2024-03", "#N/A", 5]]
    found = read(book([*long, ["E1", "2024-03", "rate", "#N/A"], ["合计", None, None, 8]]))
    assert one(found).facts == {"payers": 3, "rate": UNREADABLE}
    assert [problem.code for problem in found.problems] == ["bad_row", "bad_figure", "total_row"]
    counts = found.counts
    assert (counts.rows_read, counts.rows_set_aside, counts.rows_total) == (2, 1, 1)
    assert counts.cells == 1 + 4 + 12 + 2


def test_pages_of_teams_and_of_everybody(book: Book) -> None:
    found = read(
        book(
            [["工号", "班组", "月份"], ["E1", "一组", "2024-03"]],
            [["班组", "月份", "付款人数"], ["一组", "2024-03", 3], ["合计", "2024-03", 3]],
            [["月份", "销售额"], ["2024-03", 5], ["合计", 5]],
        )
    )
    assert one(found).facts == {"payers": 3, "sales": 5}
    assert [problem.code for problem in found.problems] == ["total_row", "total_row"]


def test_a_page_whose_keys_are_wrong_is_set_aside_with_its_cells(book: Book) -> None:
    found = read(book([["工号", "employee", "月份", "付款人数"], ["E1", "E1", "2024-03", 3]]))
    assert [problem.code for problem in found.problems] == ["same_column_twice", "no_people"]
    assert (found.counts.cells_set_aside, found.counts.cells_heading, found.counts.cells) == (4, 4, 8)


def test_a_period_for_pages_without_one(book: Book) -> None:
    rows = [HEADER[:3] + HEADER[4:], LI[:3] + LI[4:], WU[:3] + WU[4:]]
    assert facts(read(book(rows), default_period=parse_period("2024-03"))) == EXPECTED


def test_a_workbook_with_macros_or_an_ending_in_capitals(book: Book, tmp_path: Path) -> None:
    path = book([HEADER, LI, WU])
    for name in ("b.xlsm", "C.XLSX"):
        (tmp_path / name).write_bytes(path.read_bytes())
        assert facts(read(tmp_path / name)) == EXPECTED


def test_the_same_rows_as_from_csv(book: Book, tmp_path: Path) -> None:
    rows: Rows = [HEADER, LI, WU, ["E3", "", "二组", "2024-04", "x", 1.1, ""]]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows), encoding="utf-8")
    ours, theirs = read(book(rows)), read(path)
    assert facts(ours) == facts(theirs)
    assert [evolve(problem, place=Place()) for problem in ours.problems] == [
        evolve(problem, place=Place()) for problem in theirs.problems
    ]
    assert ours.counts == theirs.counts
