"""Workbooks that are none, that are locked, damaged or made to hurt: a clear sentence, soon, and the others go on."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from support.soon import soon

from kpicore.errors import DataError
from kpicore.io import package
from kpicore.io.package import open_package
from kpicore.io.page import table_of
from kpicore.io.table import Grid
from kpicore.io.tally import Tally
from kpicore.io.workbook import WorkbookReader
from kpicore.problem import Problem

SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
ROWS = '<row r="1"><c r="A1" t="str"><v>employee</v></c><c r="B1" t="str"><v>period</v></c></row>'


def page(rows: str, prefix: str = "") -> str:
    p = f"{prefix}:" if prefix else ""
    space = f"xmlns:{prefix}" if prefix else "xmlns"
    return f'<{p}worksheet {space}="{SPACE}"><{p}sheetData>{rows}</{p}sheetData></{p}worksheet>'


def parts() -> dict[str, bytes]:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = 1
    held = io.BytesIO()
    workbook.save(held)
    with zipfile.ZipFile(held) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """A workbook with some of its parts replaced (or, for None, left away)."""

    def make(**replaced: str | bytes | None) -> Path:
        path = tmp_path / "a.xlsx"
        known = {"sheet": SHEET, "book": "xl/workbook.xml", "styles": "xl/styles.xml", "more": "xl/more.xml"}
        contents: dict[str, bytes | None] = dict(parts())
        for name, text in replaced.items():
            contents[known[name]] = text.encode() if isinstance(text, str) else text
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in contents.items():
                if data is not None:
                    archive.writestr(name, data)
        return path

    return make


Made = Callable[..., Path]


def refused(path: Path) -> Problem:
    """What reading the whole of a file finds wrong; it is one thing."""
    problems: list[Problem] = []
    try:
        for grid in WorkbookReader().read(path):
            assert isinstance(grid, Grid)
            assert list(grid.read().rows)
    except DataError as error:
        problems += error.problems
    (problem,) = problems
    assert problem.place.file == str(path)
    return problem


def rows_of(path: Path) -> list[list[object]]:
    (grid,) = WorkbookReader().read(path)
    return [list(row) for _, row in grid.read().rows]


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty_file", "The file is empty."),
        ("工号,月份\nE1,2024-03\n".encode(), "wrong_format", "looks like a text, such as a CSV"),
        (b"<html><table></table></html>", "wrong_format", "looks like a page of HTML or XML"),
        (b"PAR1....PAR1", "wrong_format", "looks like a Parquet file"),
        (b"%PDF-1.7", "wrong_format", "looks like a PDF"),
        (b"\0\1\2", "wrong_format", "looks like something else"),
        (b"PK\x03\x04.....", "wrong_format", "The workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "wrong_format", "an old Excel workbook (.xls)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "locked_file",
            "locked with a password",
        ),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, data: bytes, code: str, words: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    problem = refused(path)
    assert problem.code == code
    assert words in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("word/document.xml", "a Word document"),
        ("xl/workbook.bin", "a binary workbook (.xlsb)"),
        ("content.xml", "an OpenDocument file"),
        ("a.txt", "another zip archive"),
    ],
)
def test_another_archive(tmp_path: Path, name: str, words: str) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "x")
    assert words in refused(path).message


def test_a_file_that_is_cut_off(made: Made) -> None:
    path = made()
    path.write_bytes(path.read_bytes()[:-100])
    assert refused(path).code == "wrong_format"


def test_a_bomb_is_not_unpacked(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made(more=bytes(60_000_000))
    with soon():
        assert "would unpack to 60," in refused(path).message
    monkeypatch.setattr(package, "MOST_UNPACKED", 1000)
    assert refused(made()).code == "too_large"


def test_a_file_that_is_too_large(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_BYTES", 1000)
    assert "bytes" in refused(made()).message


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml"])
def test_a_part_that_is_larger_than_it_says(made: Made, part: str) -> None:
    path = made()
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(part).file_size
    at = -1
    while (at := data.find(part.encode(), at + 1)) >= 0:
        for back in (30 - 22, 46 - 24):  # the size in the local and in the central header
            if data[at - back : at - back + 4] == struct.pack("<I", size):
                data[at - back : at - back + 4] = struct.pack("<I", size // 2)
    path.write_bytes(data)
    assert refused(path).code == "wrong_format"


def test_two_parts_of_one_name(made: Made) -> None:
    path = made()
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET, page(ROWS))
    assert refused(path).code == "wrong_format"


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="ALN1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="AZ1000000"><v>1</v></c></row>',
        "<row r='4000000000'><c><v>1</v></c></row>",
        '<row r="1"><c\nr="ZZZ1"><v>1</v></c></row>',
    ],
)
def test_cells_far_apart_are_refused_before_they_take_all_memory(made: Made, rows: str) -> None:
    problem = refused(made(sheet=page(rows)))
    assert (problem.code, problem.place.page) == ("too_large", "Sheet")
    assert "Delete what stands far away" in problem.hint


@pytest.mark.parametrize(
    "sheet",
    [
        page('<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>'),
        page('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        page('<row r="1"><c r="&#65;1"><v>1</v></c></row>'),
        page('<row r="1"><c r="A-1"><v>1</v></c></row>'),
        page('<row r="x"><c><v>1</v></c></row>'),
        page(ROWS)[:-30],
        '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + page('<row r="1"><c r="A1"><v>&a;</v></c></row>'),
        "no XML",
    ],
)
def test_a_page_that_is_damaged(made: Made, sheet: str) -> None:
    problem = refused(made(sheet=sheet))
    assert (problem.code, problem.place.page) == ("wrong_format", "Sheet")


def test_a_page_that_is_not_there(made: Made) -> None:
    assert refused(made(sheet=None)).code == "wrong_format"


def test_a_book_that_is_damaged(made: Made) -> None:
    assert refused(made(book="<workbook>")).code == "wrong_format"
    assert "looks like another zip archive" in refused(made(book=None)).message


def test_unusual_ways_to_write_a_page(made: Made) -> None:
    cells = '<x:row r="2"><x:c r="B2" t="e"><x:v>#N/A</x:v></x:c><x:c><x:v>7</x:v></x:c></x:row>'
    (blank, row) = rows_of(made(sheet=page(cells, "x")))
    assert blank == ["", ""]
    assert [str(cell) for cell in row] == ["#N/A", "7"]
    assert rows_of(made(sheet=page("<row><c><v>1</v></c></row><row><c t='b'><v>1</v></c></row>"))) == [[1], [True]]


def test_a_page_wholly_of_errors(made: Made) -> None:
    errors = page('<row r="2"><c r="C2" t="e"><v>#REF!</v></c></row><row r="4"><c r="D4"><f>1</f></c></row>')
    assert [[str(cell) for cell in row if cell] for row in rows_of(made(sheet=errors))] == [
        [],
        ["#REF!"],
        [],
        ["a formula"],
    ]


def test_a_damaged_page_leaves_the_others_alone(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["employee", "period"])
    workbook.create_sheet("two").append(["employee", "period"])
    workbook.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    contents[SHEET] = b"<worksheet>"
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)

    class Any:
        def key(self, heading: str) -> str | None:
            return heading

        def knows(self, heading: str) -> bool:
            return True

    problems: list[Problem] = []
    tables = [table_of(grid, Any(), Tally(), problems) for grid in WorkbookReader().read(tmp_path / "a.xlsx")]
    assert [table.page if table else None for table in tables] == [None, "two"]
    assert [problem.place.page for problem in problems] == ["Sheet"]


def test_the_library_is_not_loaded_for_what_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"x")
    with pytest.raises(DataError):
        open_package(tmp_path / "a.xlsx")
