"""CSV files: encodings, separators, quotes, rows that do not fit, files that are something else."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from kpicore.errors import DataError
from kpicore.io.csvfile import LONGEST_LINE, CsvReader
from kpicore.io.table import Table

SHEET = "工号,姓名,payers\nE001,张三,3\nE002,李四,4\n"
ROWS = [(2, ["E001", "张三", "3"]), (3, ["E002", "李四", "4"])]


def read(path: Path, data: bytes | str) -> tuple[Table, list[tuple[int, list[object]]]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    (table,) = CsvReader().read(path)
    return table, [(number, list(cells)) for number, cells in table.rows]


def refused(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        list(CsvReader().read(path))
    (problem,) = caught.value.problems
    assert problem.place.file == str(path)
    assert problem.hint
    return str(problem).removeprefix(str(path))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "figures.csv"


@pytest.mark.parametrize(
    "data",
    [
        SHEET.encode(),
        codecs.BOM_UTF8 + SHEET.encode(),
        SHEET.encode("gb18030"),
        SHEET.encode("utf-16"),
        codecs.BOM_UTF16_BE + SHEET.encode("utf-16-be"),
        SHEET.replace("\n", "\r\n").encode(),
        SHEET.replace("\n", "\r").encode(),
        SHEET.replace(",", ";").encode(),
        SHEET.replace(",", "\t").encode("gb18030"),
        SHEET.rstrip("\n").encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "utf-16-be", "crlf", "cr", "semicolon", "tab", "no last line end"],
)
def test_one_sheet_in_many_forms(path: Path, data: bytes) -> None:
    table, rows = read(path, data)
    assert list(table.columns) == ["工号", "姓名", "payers"]
    assert rows == ROWS
    assert table.problems == []


def test_a_byte_that_is_in_no_encoding_is_named_with_its_line(path: Path) -> None:
    message = refused(path, b"employee,payers\nE001,3\nE002,\xff\n")
    assert message.startswith(":3: Byte 29 is not UTF-8, and byte 29 is not GB18030.")
    assert "Save the file as CSV UTF-8." in message


def test_a_damaged_utf_8_file_is_not_taken_for_gb18030(path: Path) -> None:
    text = ("工号,姓名,最终付款人数,询单人数\nE001,张三,".encode()) + "李".encode()[:2] + b",4\n"
    message = refused(path, text)
    assert ":2: Byte" in message
    assert "damaged" in message


def test_a_file_cut_off_within_a_character(path: Path) -> None:
    assert "damaged or cut off" in refused(path, SHEET.encode() + "E003,王五"[:6].encode()[:-1])


@pytest.mark.parametrize(
    ("data", "words", "hint"),
    [
        (b"PK\x03\x04" + bytes(40), "an Excel workbook", "save it as .xlsx"),
        (b"PAR1" + bytes(40), "a Parquet file", "ends in .parquet"),
        (b"%PDF-1.7 ...", "a PDF", "Save the figures as .csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "an old Excel workbook", "save it as .xlsx"),
        (b"\x1f\x8b\x08" + bytes(10), "a file compressed with gzip", "Unpack"),
        (b"<html><table>", "a page of HTML", "Save the figures as .csv"),
    ],
)
def test_a_file_of_another_format(path: Path, data: bytes, words: str, hint: str) -> None:
    message = refused(path, data)
    assert f"not a CSV file: it looks like {words}" in message
    assert hint in message


def test_bytes_that_no_text_has(path: Path) -> None:
    assert ":2: This is not a CSV file: it holds bytes that no text has." in refused(path, b"a,b\n\0\0,3\n")


@pytest.mark.parametrize("data", [b"", b"\n\n", codecs.BOM_UTF8, b",,\n,,\n"])
def test_an_empty_file(path: Path, data: bytes) -> None:
    assert "The file is empty." in refused(path, data)


def test_blank_rows_are_left_out_and_counted(path: Path) -> None:
    table, rows = read(path, "\n\nemployee,payers\n\nE001,3\n,\nE002,4\n")
    assert table.header_row == 3
    assert rows == [(5, ["E001", "3"]), (7, ["E002", "4"])]


def test_quoted_cells(path: Path) -> None:
    _, rows = read(path, 'employee,name,sales\nE001,"Li, ""Bo""","1,234.50"\nE002,"two\nlines",3\nE003,x,4\n')
    assert rows == [
        (2, ["E001", 'Li, "Bo"', "1,234.50"]),
        (3, ["E002", "two\nlines", "3"]),
        (4, ["E003", "x", "4"]),
    ]


def test_a_row_with_too_many_cells_is_set_aside(path: Path) -> None:
    table, rows = read(path, "employee,sales,\nE001,1,234.50\nE002,7,,\n")
    assert rows == [(3, ["E002", "7"])]
    (problem,) = table.problems
    assert (problem.severity, problem.place.row, problem.place.column) == ("error", 2, "C")
    assert problem.value == "234.50"
    assert "quotation marks" in problem.hint


def test_a_short_row_is_filled_with_a_warning(path: Path) -> None:
    table, rows = read(path, "employee,sales,refunds\nE001,7\nE002,7,8\n")
    assert rows == [(2, ["E001", "7", ""]), (3, ["E002", "7", "8"])]
    (problem,) = table.problems
    assert (problem.code, problem.severity, problem.place.row) == ("short_row", "warning", 2)


def test_a_last_row_that_was_cut_off_is_set_aside(path: Path) -> None:
    table, rows = read(path, "employee,sales,refunds\nE001,7,8\nE002,7")
    assert [number for number, _ in rows] == [2]
    (problem,) = table.problems
    assert (problem.code, problem.severity, problem.place.row) == ("bad_row", "error", 3)
    assert "ends in the middle" in problem.message


def test_a_quote_that_is_never_closed(path: Path) -> None:
    table, rows = read(path, 'employee,sales\nE001,7\nE002,"8\nE003,9\n')
    assert [number for number, _ in rows] == [2]
    (problem,) = table.problems
    assert (problem.severity, problem.place.row) == ("error", 3)
    assert "never closed" in problem.message


def test_a_stray_quote_costs_its_row_only(path: Path) -> None:
    table, rows = read(path, 'employee,sales\nE001,"7"x\nE002,8\n')
    assert [number for number, _ in rows] == [3]
    assert [(problem.severity, problem.place.row) for problem in table.problems] == [("error", 2)]


def test_a_cell_of_a_megabyte_is_refused(path: Path) -> None:
    table, rows = read(path, "employee,sales\nE001,7\nE002," + "9" * 1_000_001 + "\nE003,1\n")
    assert [number for number, _ in rows] == [2]
    (problem,) = table.problems
    assert (problem.severity, problem.place.row) == ("error", 3)
    assert "131,072" in problem.message


def test_an_endless_line_is_refused(path: Path) -> None:
    message = refused(path, b"employee,sales\n" + b"9," * (LONGEST_LINE // 2 + 600_000))
    assert message.startswith(":2: A line has more than 10,000,000 characters.")


def test_too_many_columns(path: Path) -> None:
    assert "The table has 1,001 columns." in refused(path, ",".join(f"c{i}" for i in range(1001)).encode() + b"\n")


def test_a_tsv_is_split_by_tabs(tmp_path: Path) -> None:
    table, rows = read(tmp_path / "figures.tsv", "employee\tsales, all\nE001\t7\n")
    assert list(table.columns) == ["employee", "sales, all"]
    assert rows == [(2, ["E001", "7"])]


@pytest.mark.parametrize("data", [b'"employee,sales\nE001,7\n', b'"employee"x,sales\nE001,7\n'])
def test_a_header_with_a_stray_quote_is_refused(path: Path, data: bytes) -> None:
    assert refused(path, data).startswith(":1: The header can not be read")
