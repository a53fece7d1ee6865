"""Results as a workbook: numbers are numbers with their places, texts are texts, and equal results make equal files."""

from __future__ import annotations

import datetime
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from attrs import evolve

from kpicore.errors import DataError
from kpicore.io import excelfile
from kpicore.io.excelfile import ExcelWriter
from kpicore.io.protocol import WriteContext, by_suffix
from kpicore.io.write import WRITERS, write_results
from kpicore.model import FactSpec, GradeSpec, ParamSpec, PaySpec, SchemeModel
from kpicore.problem import Place, Problem
from kpicore.result import IndicatorResult, Result
from kpicore.row import Reason
from kpicore.text import Title

LINE = IndicatorResult(Decimal("0.6600"), Decimal("80.00"), Decimal("28.00"), Decimal("35.00"), "scored")
RESULT = Result(
    employee="007",
    name="=1+1",
    team="T1",
    period="2024-03",
    scheme="shop/agents",
    version="1",
    hash="sha256:00",
    status="scored",
    sum=Decimal("86.50"),
    counted_marks=Decimal("100.00"),
    full_marks=Decimal("100.00"),
    total=Decimal("86.50"),
    grade="B",
    rank=2,
    groups={"sales": Decimal("61.50")},
    indicators={"rate": LINE, "choice": evolve(LINE, measure="12"), "heads": evolve(LINE, measure=Decimal(7))},
    gates={"no_breach": "passed"},
    pay={"bonus": Decimal("-50.00")},
    pay_total=Decimal("-50.00"),
    decision=None,
    reasons=(Reason.of("missing_figure", fact="payers"),),
)
SECOND = evolve(RESULT, employee="008", total=Decimal("80.25"), grade="C", pay_total=Decimal("10.05"))
THIRD = evolve(SECOND, employee="009", status="incomplete", total=None, grade=None, rank=None, pay_total=None)
OTHER = evolve(RESULT, employee="010", team=None, period="2024-04", pay_total=None, name="@王")
MODEL = SchemeModel(
    id="shop/agents",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month",),
    facts={"payers": FactSpec(kind="count", id="payers")},
    params={
        "goal": ParamSpec(value=Decimal("0.85"), kind="ratio", assumed=True, title=Title.of({"zh": "目标"}), id="goal"),
        "given": ParamSpec(value=3, kind="count", id="given"),
        "strict": ParamSpec(value=True, kind="flag", assumed=True, note=Title.of("+ask"), id="strict"),
    },
    grade=GradeSpec(bands=(), assumed=True, note=Title.of({"en": "ours", "zh": "自定"})),
)


def written(*results: Result, context: WriteContext = WriteContext()) -> bytes:
    target = io.BytesIO()
    ExcelWriter().write(results, target, context)
    return target.getvalue()


def pages(data: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def records(rows: list[list[Any]]) -> list[dict[str, Any]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_people_have_the_flat_form_with_numbers_as_numbers() -> None:
    data = written(RESULT, OTHER)
    rows = pages(data)["people"]
    assert rows[0] == list(RESULT.flat())
    first, second = records(rows)
    assert (first["employee"], first["name"], second["name"]) == ("007", "=1+1", "@王")
    assert (first["total"], first["rank"], first["rate.measure"], first["pay.bonus"]) == (86.5, 2, 0.66, -50)
    assert (first["choice.measure"], first["heads.measure"], first["gates.no_breach"]) == ("12", 7, "passed")
    assert second["team"] is None
    sheet = openpyxl.load_workbook(io.BytesIO(data))["people"]
    formats = {cell.value: sheet.cell(2, cell.column).number_format for cell in sheet[1]}
    wanted = ["0.00", "0.0000", "0", "0"]
    assert [formats[name] for name in ("total", "rate.measure", "rank", "heads.measure")] == wanted
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C2", f"A1:{sheet.cell(1, len(rows[0])).column_letter}3")


def test_no_cell_is_a_formula_or_a_link() -> None:
    names = ["=1+1", "+1", "-1", "@a", "{=1}", "http://example.org", "mailto:a@b", "0x1", "1e5", "007", "=SUM(A1)"]
    results = [evolve(RESULT, employee=name, name=name, team=name) for name in names]
    problem = Problem("bad", "=1+1", place=Place("=a.csv", row=3, column="=x"), value="=y", hint="@z")
    data = written(*results, context=WriteContext((problem,), MODEL))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            assert b"<f>" not in archive.read(name) and b"<hyperlink" not in archive.read(name)
    assert [row["name"] for row in records(pages(data)["people"])] == names


def test_groups_add_up_people_by_team_and_period() -> None:
    first, second = records(pages(written(RESULT, SECOND, THIRD, OTHER))["groups"])
    assert first == {
        "team": "T1",
        "period": "2024-03",
        "people": 3,
        "scored": 2,
        "ineligible": 0,
        "incomplete": 1,
        "running": 0,
        "mean_total": 83.38,
        "least_total": 80.25,
        "most_total": 86.5,
        "grade.B": 1,
        "grade.C": 1,
        "pay_total": -39.95,
    }
    assert (second["team"], second["people"], second["pay_total"]) == (None, 1, None)


def test_problems_and_what_is_assumed() -> None:
    problem = Problem(
        "bad_figure", "No.", "error", Place("a.xlsx", None, "p1", 3, "payers"), "payers", "Yes.", "x", "1"
    )
    found = pages(written(RESULT, context=WriteContext((problem,), MODEL, "zh")))
    assert records(found["problems"]) == [
        {
            "file": "a.xlsx",
            "page": "p1",
            "row": 3,
            "column": "payers",
            "value": "x",
            "expected": "1",
            "code": "bad_figure",
            "severity": "error",
            "message": "payers: No.",
            "hint": "Yes.",
        }
    ]
    assert found["assumed"][1:] == [
        ["parameter", "goal", "目标", 0.85, None],
        ["parameter", "strict", None, "true", "+ask"],
        ["grade", None, None, None, "自定"],
    ]


def test_each_assumed_line_is_named() -> None:
    pay = PaySpec(id="bonus", amount=None, assumed=True, title=Title.of("Bonus"))  # type: ignore[arg-type]
    found = pages(written(context=WriteContext(model=evolve(MODEL, params={}, grade=None, pay=(pay,)))))
    assert found["assumed"][1:] == [["pay", "bonus", "Bonus", None, None]]


def test_without_results_the_pages_have_their_headings() -> None:
    found = pages(written())
    assert list(found) == ["people", "groups", "problems", "assumed"]
    assert all(len(rows) == 1 and rows[0][0] for rows in found.values())


def test_a_number_too_long_for_a_workbook_is_a_text() -> None:
    long = evolve(RESULT, total=Decimal("12345678901234.56"), pay_total=Decimal("1234567890123.45"))
    (row,) = records(pages(written(long))["people"])
    assert (row["total"], row["pay_total"]) == ("12345678901234.56", 1234567890123.45)


def test_texts_that_a_workbook_can_not_hold() -> None:
    problem = Problem("bad", "x" * 40_000, value="a\x00\ud800\ufffeb")
    (row,) = records(pages(written(context=WriteContext((problem,))))["problems"])
    assert len(row["message"]) == 32_767 and row["message"].endswith("...")
    assert row["value"] == "a\ufffd\ufffd\ufffdb"


def test_more_results_than_a_page_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excelfile, "MOST_ROWS", 2)
    assert len(pages(written(RESULT))["people"]) == 2
    with pytest.raises(DataError, match="holds 1 results, and there are 2"):
        written(RESULT, SECOND)


def test_equal_results_make_equal_files(tmp_path: Path) -> None:
    context = WriteContext((Problem("bad", "x"),), MODEL)
    for name in ("a.xlsx", "b.xlsx"):
        write_results([RESULT, SECOND], tmp_path / name, by_suffix(WRITERS), context=context)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
