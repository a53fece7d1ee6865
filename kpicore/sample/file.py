"""Writes made-up figures and rosters to files, piece by piece."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kpicore.errors import DataError
from kpicore.io.output import check_ending as check_output
from kpicore.io.output import placed
from kpicore.io.pagescan import MOST_ROWS
from kpicore.io.tablefile import write_parquet
from kpicore.problem import Place, Problem
from kpicore.sample.draw import CHUNK, Sample

if TYPE_CHECKING:
    import polars

ROSTER = ".csv"
_DIGITS = 15
_GROUP_ROWS = 500_000
_CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # so that equal figures make equal files
_WORKBOOK = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def write_sample(sample: Sample, out: Path) -> None:
    """Writes the figures to a file, which appears only when it is whole. Raises DataError where it can not be."""
    check_ending(out, WRITERS, "Figures")
    rows = sample.people.count * len(sample.seasons)
    if out.suffix.lower() == ".xlsx" and rows >= MOST_ROWS:
        message = f"A page of a workbook holds {MOST_ROWS - 1:,} rows, and there are {rows:,}."
        problem = Problem("too_large", message, place=Place(str(out)), hint="Write them as .csv or .parquet.")
        raise DataError(str(problem), [problem])
    with placed(out) as handle:
        WRITERS[out.suffix.lower()](sample, handle)


def write_roster(sample: Sample, out: Path) -> None:
    """Writes a roster of the people to a CSV, as `write_sample` does."""
    check_ending(out, (ROSTER,), "A roster")
    count = sample.people.count
    starts = range(0, count, CHUNK)
    with placed(out) as handle:
        _write_text((sample.roster(start, min(start + CHUNK, count)) for start in starts), handle)


def check_ending(out: Path, endings: Iterable[str], what: str) -> None:
    """Raises DataError where nothing can be written there, so that it may be asked before the long work."""
    verb = "are" if what.endswith("s") else "is"
    check_output(out, endings, f"{what} {verb} written to {', '.join(endings)}.")


def _write_csv(sample: Sample, target: BinaryIO) -> None:
    _write_text(sample.frames(typed=False), target)


def _write_text(frames: Iterable[polars.DataFrame], target: BinaryIO) -> None:
    """A CSV in UTF-8 with BOM, as the others are."""
    for number, frame in enumerate(frames):
        piece = io.BytesIO()
        frame.write_csv(piece, include_header=not number, include_bom=not number, line_terminator="\r\n")
        target.write(piece.getbuffer())


def _write_parquet(sample: Sample, target: BinaryIO) -> None:
    """Counts are whole numbers in it, other numbers decimals, dates dates."""
    write_parquet(sample.frames(), sample.schema(typed=True), target, _GROUP_ROWS)


def _write_workbook(sample: Sample, target: BinaryIO) -> None:
    """One page; a number with more digits than a workbook keeps is a text."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    whole = io.BytesIO()
    try:
        with xlsxwriter.Workbook(whole, _WORKBOOK) as workbook:
            _write_page(sample, workbook)
    except FileCreateError as error:  # xlsxwriter's own name for what the disk said
        raise error.args[0] from error
    target.write(whole.getbuffer())


def _write_page(sample: Sample, workbook: Any) -> None:
    workbook.set_properties({"created": _CREATED})
    page = workbook.add_worksheet("figures")
    bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd"})
    for place, name in enumerate(sample.schema(typed=True)):
        page.write_string(0, place, name, bold)
    row = 0
    for frame in sample.frames():
        for cells in frame.iter_rows():
            row += 1
            for place, value in enumerate(cells):
                _write_cell(page, row, place, value, day)
    page.freeze_panes(1, 2)


def _write_cell(page: Any, row: int, column: int, value: object, day: object) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | Decimal):
        text = format(Decimal(value).normalize(), "f") if value else "0"
        if len(text.strip("-0").replace(".", "")) <= _DIGITS:
            page.write_number(row, column, float(value))
        else:
            page.write_string(row, column, text)
    elif isinstance(value, str):
        page.write_string(row, column, value)
    else:
        page.write_datetime(row, column, value, day)


WRITERS: Mapping[str, Callable[[Sample, BinaryIO], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".xlsx": _write_workbook,
}
"""What writes figures, by the ending of the file."""
