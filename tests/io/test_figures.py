"""Reading figures: headings, scopes, conflicts, bad cells and keys, and where each figure came from."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kpicore.errors import DataError
from kpicore.figure import UNREADABLE
from kpicore.io.figures import Figures, load_figures, read_figures
from kpicore.io.protocol import by_suffix
from kpicore.io.source import READERS
from kpicore.io.table import Table
from kpicore.model import FactSpec, ParamSpec, SchemeModel
from kpicore.period import parse_period
from kpicore.problem import Place, Problem
from kpicore.row import Row
from kpicore.text import Title

MODEL = SchemeModel(
    id="shop/agents",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month",),
    facts={
        "payers": FactSpec(
            kind="count", title=Title.of({"zh": "最终付款人数", "en": "Customers who paid"}), id="payers"
        ),
        "sales": FactSpec(kind="money", title=Title.of({"zh": "销售额"}), id="sales"),
        "rate": FactSpec(kind="ratio", title=Title.of({"en": "Share"}), id="rate"),
        "late": FactSpec(kind="flag", title=Title.of({"en": "Share"}), id="late"),
        "shop_sales": FactSpec(kind="money", id="shop_sales"),
    },
    params={"limit": ParamSpec(value=3, kind="count", id="limit")},
)


def table(text: str, file: str = "a.csv") -> Table:
    """A table of cells that are split by commas and stripped."""
    lines = [[cell.strip() for cell in line.split(",")] for line in text.strip().splitlines()]
    return Table(file, None, lines[0], enumerate(lines[1:], 2))


def figures(*texts: str, **more: Any) -> Figures:
    """The figures of a.csv, b.csv, ..."""
    return read_figures([table(text, f"{chr(97 + n)}.csv") for n, text in enumerate(texts)], MODEL, **more)


def one(found: Figures) -> Row:
    (row,) = found.rows
    return row


def only(found: Figures) -> Problem:
    (problem,) = found.problems
    return problem


def test_a_wide_table() -> None:
    found = figures("employee,name,team,period,payers,sales\n007,Li,T1,2024-03,1,'\n").problems
    assert [problem.code for problem in found] == ["bad_figure"]
    row = one(figures("employee,name,team,period,occasion,payers,rate\n007,Li,T1,2024-03,spot,3.0,95 %"))
    assert (row.employee, row.name, row.team, str(row.period), row.occasion) == ("007", "Li", "T1", "2024-03", "spot")
    assert row.facts == {"payers": 3, "rate": Decimal("0.95")}
    assert row.sources["rate"] == Place("a.csv", row=2, column="rate")
    assert row.reasons == ()


@pytest.mark.parametrize(
    "header",
    [
        "employee,name,team,period,payers",
        "工号,姓名,班组,考核周期,最终付款人数",
        "工号,姓名,部门,月份,payers",
        "Employee ID,NAME, Team ,Month,customers who  PAID",
        "Ｅｍｐｌｏｙｅｅ,name,Department,Period,Payers",
    ],
)
def test_headings_by_id_or_title_in_any_language_and_case(header: str) -> None:
    found = figures(f"{header}\nE1,Li,T1,2024-03,3")
    assert found.problems == ()
    row = one(found)
    assert (row.employee, row.name, row.team, row.facts) == ("E1", "Li", "T1", {"payers": 3})


def test_a_long_table_takes_ids_and_titles() -> None:
    found = figures('工号,月份,指标,数值\nE1,2024-03,payers,3\nE1,2024-03,销售额,"1\nE2,2024-03,销售额,5.50')
    assert [row.employee for row in found.rows] == ["E1", "E2"]
    assert found.rows[0].facts == {"payers": 3, "sales": UNREADABLE}
    assert found.rows[1].facts == {"sales": Decimal("5.50")}
    assert found.rows[1].sources == {"sales": Place("a.csv", row=4, column="数值")}
    assert only(found).place == Place("a.csv", row=3, column="数值")


def test_a_long_table_with_an_unknown_fact_warns_once() -> None:
    found = figures("employee,period,fact,value\nE1,2024-03,payer,3\nE2,2024-03,payer,4\nE1,2024-03,,\nE1,2024-03,,5")
    assert [problem.code for problem in found.problems] == ["unknown_fact", "bad_row"]
    assert found.problems[0].severity == "warning"
    assert found.problems[0].hint == "Did you mean 'payers'?"
    assert found.problems[1].place == Place("a.csv", row=5, column="fact")
    assert [row.facts for row in found.rows] == [{}, {}]


def test_person_beats_team_beats_everybody() -> None:
    found = figures(
        "employee,team,period,payers\nE1,T1,2024-03,1\nE2,T1,2024-03,\nE3,T2,2024-03,\nE3,T1,2024-04,",
        "team,period,payers,sales\nT1,2024-03,2,20",
        "period,payers,sales,shop_sales\n2024-03,3,30,300\n2024-04,4,40,400",
    )
    assert found.problems == ()
    assert [(row.employee, str(row.period), row.facts) for row in found.rows] == [
        ("E1", "2024-03", {"payers": 1, "sales": 20, "shop_sales": 300}),
        ("E2", "2024-03", {"payers": 2, "sales": 20, "shop_sales": 300}),
        ("E3", "2024-03", {"payers": 3, "sales": 30, "shop_sales": 300}),
        ("E3", "2024-04", {"payers": 4, "sales": 40, "shop_sales": 400}),
    ]
    assert dict(found.rows[0].sources) == {
        "payers": Place("a.csv", row=2, column="payers"),
        "sales": Place("b.csv", row=2, column="sales"),
        "shop_sales": Place("c.csv", row=2, column="shop_sales"),
    }
    assert "rate" not in found.rows[0].sources
    assert len(found.rows[0].sources) == 3


def test_rows_in_the_order_of_first_appearance_then_by_period() -> None:
    found = figures("employee,period,payers\nB,2024-10,1\nA,2024-02,2\nB,2024-09,3\nA,2023-12,4")
    assert [(row.employee, str(row.period)) for row in found.rows] == [
        ("B", "2024-09"),
        ("B", "2024-10"),
        ("A", "2023-12"),
        ("A", "2024-02"),
    ]


def test_a_parameter_set_by_a_figure() -> None:
    found = figures("employee,period,limit\nE1,2024-03,5\nE2,2024-03,-1")
    assert [row.facts for row in found.rows] == [{"limit": 5}, {"limit": UNREADABLE}]


def test_files_join_and_blanks_are_filled_by_the_other() -> None:
    found = figures(
        "employee,period,name,payers\nE1,2024-03,,3",
        "employee,period,name,team,sales,payers\nE1,2024/3,Li,T1,7,3.0",
    )
    assert found.problems == ()
    row = one(found)
    assert (row.name, row.team, row.facts) == ("Li", "T1", {"payers": 3, "sales": 7})
    assert row.sources["payers"] == Place("a.csv", row=2, column="payers")
    assert row.sources["sales"] == Place("b.csv", row=2, column="sales")


def test_two_different_figures_name_both_places_and_are_not_used() -> None:
    found = figures(
        "employee,period,payers\nE1,2024-03,3", "employee,period,payers\nE1,2024-03,4", "period,payers\n2024-03,9"
    )
    problem = only(found)
    assert (problem.code, problem.severity, problem.key) == ("conflicting_figures", "error", "payers")
    assert problem.place == Place("b.csv", row=2, column="payers")
    assert "a.csv:row 2:column payers" in problem.message
    assert (problem.value, problem.expected) == ("4", "3")
    assert problem.hint
    row = one(found)
    assert row.facts == {"payers": UNREADABLE}
    assert [(reason.code, reason.value("fact")) for reason in row.reasons] == [("conflicting_figures", "payers")]
    assert row.reasons[0].value("other_place") == "a.csv:row 2:column payers"
    assert found.counts.cells_conflicting == 1


def test_a_conflict_between_teams_figures_concerns_those_who_need_them() -> None:
    found = figures(
        "employee,team,period,payers\nE1,T1,2024-03,1\nE2,T1,2024-03,\nE3,T2,2024-03,",
        "team,period,payers\nT1,2024-03,2\nT1,2024-03,3\nT2,2024-03,4",
    )
    assert [problem.code for problem in found.problems] == ["conflicting_figures"]
    assert [row.facts["payers"] for row in found.rows] == [1, UNREADABLE, 4]
    assert [len(row.reasons) for row in found.rows] == [0, 1, 0]


@pytest.mark.parametrize(
    ("column", "cell", "expected", "hint"),
    [
        ("payers", "NaN", "a number such as 1234.50", "Leave the cell blank where there is no figure."),
        ("payers", "1e3", "a number such as 1234.50", "Write the number out, without an exponent."),
        ("payers", "+5", "a number such as 1234.50", "Write it without the plus sign."),
        ("payers", "-1", "0 or more", ""),
        ("payers", "2.5", "a whole number from 0 up", ""),
        ("payers", "3人", "a number such as 1234.50", ""),
        ("payers", "95%", "a count", "Only a ratio is given in percent."),
        ("rate", "98", "0 to 1", "Write 98 % or 0.98."),
        ("late", "maybe", "1 yes y true 是, or 0 no n false 否", ""),
    ],
)
def test_a_bad_cell_is_unreadable_and_does_not_fall_back(column: str, cell: str, expected: str, hint: str) -> None:
    found = figures(
        f"employee,team,period,sales,{column}\nE1,T1,2024-03,7,{cell}\nE2,T1,2024-03,8,",
        f"team,period,{column}\nT1,2024-03,1",
    )
    problem = only(found)
    assert (problem.code, problem.severity, problem.value) == ("bad_figure", "error", cell)
    assert problem.place == Place("a.csv", row=2, column=column)
    assert (problem.expected, problem.hint) == (expected, hint)
    first, second = found.rows
    assert first.facts == {"sales": 7, column: UNREADABLE}
    assert first.reasons[0].code == "unreadable_figure"
    assert dict(first.reasons[0].values) == {"fact": column, "value": cell, "place": f"a.csv:row 2:column {column}"}
    assert second.facts[column] == 1
    assert found.counts.cells_unreadable == 1
    assert not found.complete


def test_a_bad_cell_beside_a_good_one_is_unreadable() -> None:
    for texts in (("3", "x"), ("x", "3")):
        found = figures(*(f"employee,period,payers\nE1,2024-03,{text}" for text in texts))
        assert one(found).facts == {"payers": UNREADABLE}
        assert only(found).code == "bad_figure"


@pytest.mark.parametrize(
    ("line", "code", "column", "value"),
    [
        (",2024-03,3", "bad_employee", "employee", ""),
        ("E\x01,2024-03,3", "bad_employee", "employee", "E\x01"),
        ("x" * 201 + ",2024-03,3", "bad_employee", "employee", "x" * 200),
        ("E1,2024-13,3", "bad_period", "period", "2024-13"),
        ("E1,2024-Q1,3", "bad_period", "period", "2024-Q1"),
        ("E1,,3", "bad_period", "period", ""),
    ],
)
def test_a_row_with_a_bad_key_is_set_aside(line: str, code: str, column: str, value: str) -> None:
    found = figures(f"employee,period,payers\n{line}\nE2,2024-03,4")
    problem = only(found)
    assert (problem.code, problem.severity, problem.value) == (code, "error", value)
    assert problem.place == Place("a.csv", row=2, column=column)
    assert problem.message.endswith("The row is set aside.")
    assert problem.expected
    assert one(found).employee == "E2"
    assert (found.counts.rows, found.counts.rows_set_aside) == (2, 1)


def test_a_total_is_left_out_of_any_file() -> None:
    found = figures("employee,name,period,payers\nE1,Li,2024-03,3\n合计,,2024-03,3\n,Total,,3\nTotalova,,2024-03,1")
    assert [row.employee for row in found.rows] == ["E1", "Totalova"]
    assert (only(found).code, only(found).severity) == ("total_row", "warning")
    assert "Rows 3, 4 are totals" in only(found).message
    assert (found.counts.rows_read, found.counts.rows_total, found.counts.cells_total) == (2, 2, 5)


def test_rows_of_spaces_are_nothing() -> None:
    found = figures("employee,period,payers\n  , 　,\nE2,2024-03,4")
    assert found.problems == ()
    assert found.counts.rows == 1


def test_a_name_or_team_that_can_not_be_taken_is_blank() -> None:
    found = figures("employee,name,team,period,payers\nE1," + "n" * 201 + ",T1,2024-03,3")
    assert only(found).code == "bad_name"
    assert (one(found).name, one(found).team) == (None, "T1")


def test_two_names_or_teams_for_one_person_and_period() -> None:
    found = figures(
        "employee,team,period,payers\nE1,T1,2024-03,3",
        "employee,name,team,period\nE1,Li,T2,2024-03\nE1,Wu,T1,2024-03\nE1,Wu,T2,2024-04",
    )
    assert [(problem.code, problem.place.row, problem.value) for problem in found.problems] == [
        ("conflicting_team", 2, "T2"),
        ("conflicting_name", 3, "Wu"),
    ]
    assert "a.csv:row 2:column team" in found.problems[0].message
    assert "b.csv:row 2:column name" in found.problems[1].message
    assert [(row.name, row.team) for row in found.rows] == [("Li", "T1"), ("Wu", "T2")]


def test_the_same_row_twice_is_a_warning() -> None:
    found = figures("employee,period,payers\nE1,2024-03,3\nE1,2024-03,3.0")
    problem = only(found)
    assert (problem.code, problem.severity, problem.place.row) == ("duplicate_row", "warning", 3)
    assert "row 2" in problem.message
    assert one(found).facts == {"payers": 3}
    assert [reason.code for reason in one(found).reasons] == ["duplicate_row"]
    assert found.counts.duplicates == 1
    assert found.complete


def test_an_undeclared_column_warns_once_with_a_guess() -> None:
    found = figures("employee,period,payer,payers\nE1,2024-03,1,3\nE2,2024-03,2,3")
    problem = only(found)
    assert (problem.code, problem.severity) == ("unknown_column", "warning")
    assert problem.place == Place("a.csv", row=1, column="payer")
    assert problem.hint == "Did you mean 'payers'?"


def test_a_column_left_empty_warns() -> None:
    found = figures("employee,period,payers,sales\nE1,2024-03,, \nE2,2024-03,1,")
    assert [(problem.code, problem.severity, problem.place.column) for problem in found.problems] == [
        ("empty_column", "warning", "sales")
    ]


def test_two_columns_that_mean_one_fact() -> None:
    found = figures("employee,period,payers,最终付款人数\nE1,2024-03,,3\nE2,2024-03,3,3\nE3,2024-03,3,4")
    assert [problem.code for problem in found.problems] == ["same_column_twice", "conflicting_figures"]
    assert "C 'payers' and D '最终付款人数'" in found.problems[0].message
    assert [row.facts["payers"] for row in found.rows] == [3, 3, UNREADABLE]
    assert found.rows[0].sources["payers"].column == "最终付款人数"


def test_two_columns_with_one_heading() -> None:
    found = figures("employee,period,payers,payers\nE1,2024-03,3,3")
    assert only(found).code == "same_column_twice"
    assert "C 'payers' and D 'payers'" in only(found).message


def test_two_key_columns_set_the_file_aside() -> None:
    found = figures("employee,工号,period,payers\nE1,E2,2024-03,3")
    assert [problem.code for problem in found.problems] == ["same_column_twice", "no_people"]


def test_a_title_that_two_facts_share_is_not_guessed() -> None:
    found = figures("employee,period,share\nE1,2024-03,1", "employee,period,fact,value\nE1,2024-03,Share,1")
    assert [problem.code for problem in found.problems] == ["ambiguous_column", "ambiguous_column"]
    assert "rate and late" in found.problems[0].message
    assert one(found).facts == {}


def test_a_heading_left_blank() -> None:
    found = figures("employee,period,,payers\nE1,2024-03,x,1")
    assert (only(found).code, only(found).place.column) == ("unknown_column", "C")


def test_without_a_period() -> None:
    refused = figures("employee,payers\nE1,3")
    assert [problem.code for problem in refused.problems] == ["no_period", "no_people"]
    assert "--period" in refused.problems[0].hint
    given_one = figures("employee,payers\nE1,3", default_period=parse_period("2024-05"))
    assert (given_one.problems, str(one(given_one).period)) == ((), "2024-05")


def test_a_misspelt_employee_column_is_not_taken_for_everybody() -> None:
    found = figures("emplyee,period,payers\nE1,2024-03,3\nE2,2024-03,4", "employee,period\nE1,2024-03")
    assert [(problem.code, problem.severity) for problem in found.problems] == [
        ("unknown_column", "warning"),
        ("no_key_column", "error"),
    ]
    assert "Call it employee" in found.problems[1].hint
    assert one(found).facts == {}


def test_nobody_to_score() -> None:
    found = figures("period,shop_sales\n2024-03,3")
    assert only(found).code == "no_people"
    assert figures().problems[0].code == "no_people"


def test_a_header_without_rows() -> None:
    found = figures("employee,period,payers", "employee,period,payers\nE1,2024-03,3")
    assert (only(found).code, only(found).severity, only(found).place.file) == ("no_rows", "error", "a.csv")
    assert len(found.rows) == 1


def test_figures_of_a_team_in_which_nobody_is() -> None:
    found = figures("employee,team,period\nE1,North,2024-03", "team,period,payers\nNorht,2024-03,3")
    assert (only(found).code, only(found).severity) == ("unused_team", "warning")
    assert only(found).hint == "Did you mean 'North'?"


def test_typed_cells() -> None:
    cells: list[tuple[int, list[object]]] = [
        (2, [7, datetime.date(2024, 3, 1), 3, Decimal("1.50"), True]),
        (3, ["007", "2024-03", 3.0, None, False]),
        (4, [8.0, 202403, True, 1.25, 1]),
        (5, [1.5, "2024-03", 1, 1, 1]),
    ]
    found = read_figures([Table("a.parquet", None, ["employee", "period", "payers", "sales", "late"], cells)], MODEL)
    assert [(row.employee, dict(row.facts)) for row in found.rows] == [
        ("7", {"payers": 3, "sales": Decimal("1.50"), "late": True}),
        ("007", {"payers": 3, "late": False}),
        ("8", {"payers": UNREADABLE, "sales": Decimal("1.25"), "late": True}),
    ]
    assert [(problem.code, problem.place.row) for problem in found.problems] == [("bad_figure", 4), ("bad_employee", 5)]


def test_an_error_while_rows_are_read_leaves_the_other_files_alone() -> None:
    def rows() -> Iterable[tuple[int, list[object]]]:
        yield 2, ["E1", "2024-03"]
        raise DataError("The page is damaged.")

    broken = Table("a.x", "one", ["employee", "period"], rows())
    found = read_figures([broken, table("employee,period\nE2,2024-03", "b.csv")], MODEL)
    assert [row.employee for row in found.rows] == ["E1", "E2"]
    assert (only(found).code, only(found).place) == ("unreadable_file", Place("a.x", page="one"))


def test_files_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(
        "工号,姓名,班组,月份,最终付款人数\n007,张三,一组,2024-03,3\n".encode("gb18030")
    )
    (tmp_path / "bad.csv").write_bytes(b"PK\x03\x04.....")
    (tmp_path / "rows.csv").write_text("employee,period,sales\n007,2024-03,5,6\n008,2024-03,7\n", encoding="utf-8-sig")
    paths = [tmp_path / name for name in ("people.csv", "bad.csv", "rows.csv")]
    found = load_figures(paths, by_suffix(READERS), MODEL)
    assert [(row.employee, row.name, row.facts) for row in found.rows] == [
        ("007", "张三", {"payers": 3}),
        ("008", None, {"sales": 7}),
    ]
    assert [problem.code for problem in found.problems] == ["wrong_format", "bad_row"]
    assert (found.counts.pages, found.counts.rows, found.counts.rows_set_aside) == (2, 3, 1)


CELLS = {
    "payers": st.sampled_from(["", "3", "3.0", "1,000", "x", "-1"]),
    "sales": st.sampled_from(["", "3", "5.50", " ５ ", "1e3"]),
    "rate": st.sampled_from(["", "95 %", "0.95", "98"]),
    "limit": st.sampled_from(["", "4"]),
}
KEYS = st.tuples(st.sampled_from(["E1", "E2", "007"]), st.sampled_from(["2024-03", "2024-04"]))


def plain(rows: Iterable[Row]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(row.employee, str(row.period)): dict(row.facts) for row in rows}


@given(st.dictionaries(KEYS, st.fixed_dictionaries(CELLS), min_size=1), st.randoms(use_true_random=False))
def test_wide_long_and_shuffled_over_two_files_give_the_same_rows(
    sheet: dict[tuple[str, str], dict[str, str]], chance: random.Random
) -> None:
    wide = [[*key, *(cells[name] for name in CELLS)] for key, cells in sheet.items()]
    long = [[*key, fact, cell] for key, cells in sheet.items() for fact, cell in cells.items()]
    chance.shuffle(long)
    cut, side = chance.randrange(len(long) + 1), chance.randrange(len(CELLS) + 1)

    def made(columns: list[str], rows: list[list[str]]) -> Table:
        return Table("a.csv", None, columns, enumerate(rows, 2))

    names = ["employee", "period", *CELLS]
    titles = ["工号", "月份", "数据项", "数值"]
    left = [row[: 2 + side] for row in wide]
    right = chance.sample([row[:2] + row[2 + side :] for row in wide], len(wide))
    whole = read_figures([made(names, wide)], MODEL)
    others = [
        [made(titles, long)],
        [made(titles, long[:cut]), made(titles, long[cut:])],
        [made(names[: 2 + side], left), made(names[:2] + names[2 + side :], right)],
        [made(names, wide), made(titles, long)],
    ]
    expected = plain(whole.rows)
    bad = {(problem.key, problem.value) for problem in whole.problems if problem.severity == "error"}
    assert expected.keys() == sheet.keys()
    for tables in others:
        found = read_figures(tables, MODEL)
        assert plain(found.rows) == expected
        errors = [problem for problem in found.problems if problem.severity == "error" and problem.code != "no_rows"]
        assert {(problem.key, problem.value) for problem in errors} == bad
    assert [evolve(row, sources={}) for row in whole.rows] == [
        evolve(row, sources={}) for row in read_figures([made(names, wide)], MODEL).rows
    ]
