"""Workbooks through a spreadsheet: it opens what is written, and what it saves is read as it shows it."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

import kpicore
from kpicore.figure import UNREADABLE
from kpicore.io.figures import Figures, load_figures
from kpicore.io.protocol import WriteContext
from kpicore.io.write import write_results
from kpicore.problem import Place, Problem

NAMES = ["王芳", "=1+1", "+86 139", "-2+3", "@SUM(1)"]
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
SCHEME = "ecommerce/agent-indicators"
HEADER = "employee,period,payers,inquirers,orders_paid,agent_sales,response_seconds"


def convert(source: Path, form: str, *options: str) -> Path:
    profile = source.parent / "profile"
    out = source.parent / "out"
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{profile}", "--convert-to", form, *options]
    subprocess.run([*command, "--outdir", str(out), str(source)], check=True, capture_output=True, timeout=120)
    return out / f"{source.stem}.{form}"


def read(path: Path) -> Figures:
    registry = kpicore.load()
    return load_figures([path], registry.readers, registry.scheme(SCHEME).newest.model)


@pytest.mark.real("libreoffice")
def test_a_spreadsheet_opens_the_results(tmp_path: Path) -> None:
    registry = kpicore.load()
    scheme = registry.scheme(SCHEME)
    facts = {"payers": 260, "inquirers": 400, "response_seconds": 30}
    run = scheme.score_many(
        {"employee": f"{index:03}", "name": name, "team": name, "period": "2024-03", **facts}
        for index, name in enumerate(NAMES)
    )
    problem = Problem("bad_figure", "=1+1 is no number.", place=Place("=a.xlsx", page="+b", row=7), value="=1+1")
    context = WriteContext((problem,), scheme.newest.model)
    write_results(run.results, tmp_path / "results.xlsx", registry.writers, context=context)
    root = ET.parse(convert(tmp_path / "results.xlsx", "fods"))
    assert [cell for cell in root.iter(f"{TABLE}table-cell") if cell.get(f"{TABLE}formula")] == []
    pages = {
        page.get(f"{TABLE}name"): [list(row.iter(f"{TABLE}table-cell")) for row in page.iter(f"{TABLE}table-row")]
        for page in root.iter(f"{TABLE}table")
    }
    assert list(pages) == ["people", "groups", "problems", "assumed"]
    people = [
        [(cell.get(f"{OFFICE}value-type"), "".join(cell.itertext()).strip()) for cell in row] for row in pages["people"]
    ]
    assert [row[:2] for row in people[1:6]] == [
        [("string", f"{index:03}"), ("string", name)] for index, name in enumerate(NAMES)
    ]
    shown = [cell for row in people[1:6] for cell in row]
    assert shown.count(("float", "0.6500")) == shown.count(("float", "80.00")) == len(NAMES)
    problems = ["".join(cell.itertext()).strip() for row in pages["problems"] for cell in row]
    assert "=1+1 is no number." in problems and "7" in problems


@pytest.mark.real("libreoffice")
def test_a_csv_saved_as_a_workbook_gives_the_same_rows(tmp_path: Path) -> None:
    lines = [HEADER, 'E1,2024-03,260,400,3.0,"1,234.50",28.25', "E2,2024-03,,1000,7,0.07,x", "E3,2024-04,1,2,,,"]
    (tmp_path / "figures.csv").write_text("\n".join(lines), encoding="utf-8")
    ours = read(tmp_path / "figures.csv")
    theirs = read(convert(tmp_path / "figures.csv", "xlsx", "--infilter=CSV:44,34,76,1"))
    assert [(row.employee, row.period, dict(row.facts)) for row in ours.rows] == [
        (row.employee, row.period, dict(row.facts)) for row in theirs.rows
    ]
    assert [problem.code for problem in ours.problems] == [problem.code for problem in theirs.problems]
    assert (ours.counts.cells_read, ours.counts.rows) == (theirs.counts.cells_read, theirs.counts.rows)


@pytest.mark.real("libreoffice")
def test_what_a_spreadsheet_reckons_is_read_as_it_shows_it(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["B2"] = "2024年3月"
    sheet.merge_cells("B2:H2")
    for row in (
        HEADER.split(","),
        ["E1", "2024-03", "=200+60", "=NA()", "=1/0", "=0.1+0.2", "=4.35*100"],
        ["合计", None, 260],
    ):
        sheet.append([None, *row])
    workbook.save(tmp_path / "formulas.xlsx")
    before = read(tmp_path / "formulas.xlsx")
    assert set(before.rows[0].facts.values()) == {UNREADABLE}
    after = read(convert(tmp_path / "formulas.xlsx", "xlsx"))
    (reckoned,) = after.rows
    assert reckoned.facts == {
        "payers": 260,
        "inquirers": UNREADABLE,
        "orders_paid": UNREADABLE,
        "agent_sales": Decimal("0.3"),
        "response_seconds": Decimal(435),
    }
    assert [(problem.code, problem.value, problem.place.row) for problem in after.problems] == [
        ("bad_figure", "#N/A", 4),
        ("bad_figure", "#DIV/0!", 4),
        ("total_row", "", 5),
    ]
