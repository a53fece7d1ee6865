"""Reads an Excel workbook: a page for each of its sheets, with the values that the spreadsheet shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, frozen

from kpicore.io.cell import Cell
from kpicore.io.package import Package, damaged, open_package
from kpicore.io.pagescan import Faults
from kpicore.io.table import Cells, Grid, Merged

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_MOST_EXACT = 1e15
_ORDINARY, _NO_CELLS = "WorkSheet", "ChartSheet"


@frozen
class WorkbookReader:
    """The reader of .xlsx and .xlsm; macros are not looked at.

    A number is read as Excel shows it in full, with 15 significant digits: what it keeps as 0.28999999999999998 is
    0.29. A cell formatted as a percentage gives the ratio (95 % is 0.95), one formatted as a date gives a date, a
    formula the value that it had when the workbook was saved. Noughts that Excel took from the front of a number are
    lost. Hidden pages are not read; hidden rows and columns are, as those that a filter hides are hidden too.
    """

    suffixes: tuple[str, ...] = (".xlsx", ".xlsm")

    def read(self, path: Path) -> Iterator[Grid]:
        """The pages of the file; raises DataError where it is no workbook, is locked, damaged or too large."""
        package = open_package(path)
        import python_calamine

        with _told(path):
            book = python_calamine.CalamineWorkbook.from_path(path)
        for sheet in book.sheets_metadata:
            kind = str(sheet.typ).rpartition(".")[2]
            if kind == _NO_CELLS:
                continue
            left_out = ""
            if kind != _ORDINARY:
                left_out = "The page is no ordinary sheet and is not read."
            elif str(sheet.visible).rpartition(".")[2] != "Visible":
                left_out = "The page is hidden and is not read. Show it if its figures are meant."
            yield Grid(str(path), sheet.name, _Page(package, book, sheet.name).read, left_out)


@define(eq=False)
class _Page:
    package: Package
    book: CalamineWorkbook
    name: str

    def read(self) -> Cells:
        """The cells; raises DataError where the page is damaged or too large."""
        faults = self.package.faults(self.name)
        with _told(self.package.path, self.name):
            sheet = self.book.get_sheet_by_name(self.name)
        marked = [(row, column) for row, columns in faults.items() for column in columns]
        if sheet.start is not None and sheet.end is not None:
            marked += [(sheet.start[0] + 1, sheet.start[1]), (sheet.end[0] + 1, sheet.end[1])]
        left = min((column for _, column in marked), default=0)
        right = max((column for _, column in marked), default=-1)
        rows = _Rows(sheet, faults, left, right + 1 - left, max((row for row, _ in marked), default=0))
        return Cells(rows, _merged(sheet, left, rows), left)


@contextmanager
def _told(path: Path, page: str | None = None) -> Iterator[None]:
    """Says in words that the library could not read a workbook."""
    import python_calamine

    try:
        yield
    except (python_calamine.CalamineError, OSError, MemoryError) as error:
        raise damaged(path, page) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # it stands in no module
            raise
        raise damaged(path, page) from error


@define(eq=False)
class _Rows:
    """The rows of a page, from the column `left` on and `width` cells wide, whenever it is gone through."""

    sheet: CalamineSheet
    faults: Faults
    left: int
    width: int
    count: int

    def __iter__(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        start = self.sheet.start[1] if self.sheet.start is not None else self.left
        before: list[Cell] = [None] * (start - self.left)
        last = 0
        for number, given in enumerate(self.sheet.iter_rows() if self.sheet.start is not None else (), 1):
            last = number
            row: list[Cell] = [_shown(cell) if type(cell) is float else cell for cell in given]
            yield number, self._whole(number, before + row if before else row)
        for number in range(last + 1, self.count + 1):
            yield number, self._whole(number, [])

    def _whole(self, number: int, row: list[Cell]) -> list[Cell]:
        if len(row) < self.width:
            row += [None] * (self.width - len(row))
        for column, fault in self.faults.get(number, {}).items():
            row[column - self.left] = fault
        return row


def _shown(value: float) -> int | float:
    """A number with the 15 significant digits that a spreadsheet shows; whole ones as int."""
    if not value.is_integer():
        value = float(f"{value:.15g}")
    return int(value) if value.is_integer() and abs(value) < _MOST_EXACT else float(f"{value:.15g}")


def _merged(sheet: CalamineSheet, left: int, rows: _Rows) -> list[Merged]:
    """The merged cells that begin inside of the page's filled part."""
    return [
        Merged(first_row + 1, min(last_row + 1, rows.count), first - left, last - left)
        for (first_row, first), (last_row, last) in sheet.merged_cell_ranges or ()
        if 0 <= first - left < rows.width and first_row < rows.count
    ]
