"""Reads a CSV: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030; split by comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from kpicore.errors import DataError
from kpicore.io.signature import looks_like, way_out
from kpicore.io.table import MOST_COLUMNS, Table, column_letter
from kpicore.problem import Place, Problem

LONGEST_LINE = 10_000_000
"""The most characters of a line. A single cell is bounded by the csv module, at 131,072."""

_CHUNK = 1 << 20
_DELIMITERS = (",", ";", "\t")
_TRUSTED = 16  # bytes of characters beyond ASCII that make a file UTF-8, whatever is wrong further on


@frozen
class CsvReader:
    """The reader of .csv and .tsv."""

    suffixes: tuple[str, ...] = (".csv", ".tsv")

    def read(self, path: Path) -> Iterator[Table]:
        """The one table of the file; raises DataError where it is no CSV, or has no header."""
        with path.open("rb") as handle:
            head = handle.read(512)
        found = looks_like(head)
        if found is not None:
            ending = path.suffix.lower()
            raise _error(path, "wrong_format", f"This is not a CSV file: it looks like {found}.", way_out(head, ending))
        encoding, ended = _encoding(path)
        delimiter, header_row, columns = _header(path, encoding)
        table = Table(str(path), None, columns, (), header_row)
        table.rows = _rows(path, encoding, delimiter, table, ended)
        yield table


def _error(path: Path, code: str, message: str, hint: str = "", line: int | None = None) -> DataError:
    problem = Problem(code, message, place=Place(str(path), line=line), hint=hint)
    return DataError(str(problem), [problem])


def _encoding(path: Path) -> tuple[str, bool]:
    """The encoding that the whole file keeps to, and whether its last line is ended; else DataError."""
    with path.open("rb") as handle:
        start = handle.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        failure, ended = _scan(path, "utf-16")
        if failure is None:
            return "utf-16", ended
        message = f"Byte {failure.byte} is not UTF-16, as the file's first bytes promise."
        raise _error(path, "bad_encoding", message, "Save the file as CSV UTF-8.", failure.line)
    failure, ended = _scan(path, "utf-8")
    if failure is None:
        return "utf-8-sig", ended
    if start.startswith(codecs.BOM_UTF8) or failure.beyond_ascii >= _TRUSTED:
        message = f"Byte {failure.byte} is not UTF-8, as the text before it is: the file is damaged or cut off."
        raise _error(path, "bad_encoding", message, "Save it or fetch it again.", failure.line)
    chinese, ended = _scan(path, "gb18030")
    if chinese is None:
        return "gb18030", ended
    message = f"Byte {failure.byte} is not UTF-8, and byte {chinese.byte} is not GB18030."
    raise _error(path, "bad_encoding", message, "Save the file as CSV UTF-8.", failure.line)


@frozen
class _Failure:
    """Where a decoder gave up. `byte` counts from 1; `beyond_ascii`: the bytes before it that ASCII would not need."""

    byte: int
    line: int
    beyond_ascii: int


def _scan(path: Path, encoding: str) -> tuple[_Failure | None, bool]:
    """Decodes the whole file strictly, piece by piece, and keeps it to what a text may hold.

    The failure, where there is one, and whether the last line is ended.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset, line, beyond, length, last = 0, 1, 0, 0, "\n"
    with path.open("rb") as handle:
        while True:
            chunk = handle.read(_CHUNK)
            waiting = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, not chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                beyond += len(good) - len(good.decode(encoding, "ignore"))
                at = offset - waiting + error.start
                return _Failure(at + 1, line + good.count(b"\n"), beyond), False
            if not chunk:
                return None, last in "\r\n"
            if "\0" in text:
                at_line = line + text[: text.index("\0")].count("\n")
                message = "This is not a CSV file: it holds bytes that no text has."
                raise _error(path, "wrong_format", message, "Save the figures as CSV UTF-8.", at_line)
            ends = [at for at in (text.find("\n"), text.find("\r")) if at >= 0]
            length += min(ends, default=len(text))
            if length > LONGEST_LINE:
                message = f"A line has more than {LONGEST_LINE:,} characters."
                raise _error(path, "too_large", message, "Check that this is a file of figures.", line)
            if ends:
                length = len(text) - max(text.rfind("\n"), text.rfind("\r"))
            offset += len(chunk)
            line += text.count("\n")
            beyond += len(chunk) - len(text)
            last = text[-1:] or last


def plain_utf8(path: Path) -> bool:
    """Whether the file is a CSV in UTF-8 of the simplest sort: no quotation marks, commas, each line as long as the
    first one. Looks at the whole file."""
    import polars as pl

    quoted = b'"'
    try:
        with path.open("rb") as handle:
            while chunk := handle.read(_CHUNK):
                if quoted in chunk:
                    return False
        lines = pl.scan_csv(
            path, has_header=False, separator="\x1f", quote_char=None, infer_schema=False, glob=False, new_columns=["x"]
        )
        commas = pl.col("x").str.count_matches(",", literal=True)
        table = lines.select(commas.min().alias("least"), commas.max().alias("most"), pl.col("x").null_count())
        least, most, blank = table.collect(engine="streaming").row(0)
    except (pl.exceptions.PolarsError, OSError):
        return False
    return bool(least == most and least and not blank)


def _filled_in(cells: list[str]) -> bool:
    """Whether there is more than separators, whichever of them the file uses."""
    return any(cell.strip(",;\t ") for cell in cells)


def _header(path: Path, encoding: str) -> tuple[str, int, list[str]]:
    """The delimiter that splits the first row into most cells, that row's number, and its titles."""
    wanted = ("\t", ",", ";") if path.suffix.lower() == ".tsv" else _DELIMITERS
    found: tuple[str, int, list[str]] | None = None
    for delimiter in wanted:
        with path.open(encoding=encoding, newline="") as handle:
            reader = csv.reader(handle, delimiter=delimiter, strict=True)
            try:
                number, cells = next(((n, row) for n, row in enumerate(reader, 1) if _filled_in(row)), (0, []))
            except csv.Error as error:
                if found is None and delimiter == wanted[-1]:
                    message = f"The header can not be read: {error}."
                    raise _error(path, "bad_csv", message, "Check its quotation marks.", 1) from None
                continue
        titles = [cell.strip() for cell in cells]
        while titles and not titles[-1]:
            titles.pop()
        if titles and (found is None or len(titles) > len(found[2])):
            found = (delimiter, number, titles)
    if found is None:
        raise _error(path, "empty_file", "The file is empty.", "It needs a header and a row for each person.")
    if len(found[2]) > MOST_COLUMNS:
        message = f"The table has {len(found[2]):,} columns."
        raise _error(path, "too_large", message, f"A table of figures has at most {MOST_COLUMNS:,}.")
    return found


def _rows(path: Path, encoding: str, delimiter: str, table: Table, ended: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, each with as many cells as the header; what does not fit goes to the problems.

    Trailing blank cells may be missing or too many, as spreadsheets write them. A last row that is short and not
    ended is one that was cut off.
    """
    width, number = len(table.columns), 0
    held: tuple[int, list[str]] | None = None  # a short row waits until it is known not to be the last
    with path.open(encoding=encoding, newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter, strict=True)
        while True:
            try:
                for cells in reader:
                    number += 1
                    if number <= table.header_row:
                        continue
                    if not any(cells):
                        table.blank += 1
                        continue
                    if held is not None:
                        yield _filled(*held, table)
                        held = None
                    if len(cells) == width:
                        yield number, cells
                    elif len(cells) < width:
                        held = (number, cells)
                    elif not any(cells[width:]):
                        yield number, cells[:width]
                    else:
                        table.problems.append(_too_many(number, cells, table))
                break
            except csv.Error as error:
                number += 1
                if _broken(str(error), number, table):
                    break
    if held is not None and ended:
        yield _filled(*held, table)
    elif held is not None:
        message = "The file ends in the middle of this row, so the row is set aside."
        table.problems.append(table.problem("bad_row", message, held[0], hint="Save the file or fetch it again."))


def _filled(number: int, cells: list[str], table: Table) -> tuple[int, list[str]]:
    width = len(table.columns)
    message = f"The row has {len(cells)} cells and the header {width}; the rest is taken as blank."
    hint = "Check that no separator is missing in it."
    table.problems.append(table.problem("short_row", message, number, severity="warning", hint=hint))
    return number, cells + [""] * (width - len(cells))


def _too_many(number: int, cells: list[str], table: Table) -> Problem:
    width = len(table.columns)
    extra = next(cell for cell in cells[width:] if cell)
    return table.problem(
        "bad_row",
        f"The row has more cells than the header's {width}, so it is set aside.",
        number,
        column_letter(width + cells[width:].index(extra)),
        value=extra[:200],
        expected=f"{width} cells",
        hint="A number with separators of thousands, or a text with a comma, stands in quotation marks.",
    )


def _broken(error: str, number: int, table: Table) -> bool:
    """Notes a row that the csv module can not read; True where the rest of the file is lost with it."""
    lost = "unexpected end" in error or "field larger" in error
    if lost:
        message = "A quotation mark in this row is never closed, so it and all that follows is set aside."
        if "field larger" in error:
            message = "A cell of this row is longer than 131,072 characters, so it and all that follows is set aside."
        hint = "Close the quotation mark."
    else:
        message, hint = "Something follows a closing quotation mark, so the row is set aside.", "Check its quotes."
    table.problems.append(table.problem("bad_row", message, number, hint=hint))
    return lost
