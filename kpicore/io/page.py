"""Finds the table on a page: its header, wherever it stands, and what merged cells mean below it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Protocol

from attrs import define, evolve

from kpicore.errors import DataError
from kpicore.io.cell import Cell, Covered, Fault, filled
from kpicore.io.table import MOST_COLUMNS, Cells, Grid, Merged, NumberedRows, Table, column_letter
from kpicore.io.tally import Tally
from kpicore.problem import Place, Problem

MOST_ROWS_ABOVE = 20
"""The header stands within so many rows that are not blank."""

NOT_UNDERSTOOD, LEFT_OUT = "page_not_understood", "page_left_out"

_MOST_COVERED = 2_000_000
_ANCHORS: tuple[tuple[str, ...], ...] = (("employee",), ("team", "period"))


class Known(Protocol):
    """What headings mean to whoever reads the page."""

    def key(self, heading: str) -> str | None:
        """The key column that a heading names."""

    def knows(self, heading: str) -> bool:
        """Whether a heading names any column that is read."""


@define
class _Header:
    first_row: int
    last_row: int
    titles: list[str]
    keys: set[int]
    above: int
    """The filled cells above the titles."""


def table_of(grid: Grid, known: Known, tally: Tally, problems: list[Problem]) -> Table | None:
    """The table on a page; None, with a problem unless the page is blank, where there is none that can be told.

    A header is the first row with an employee's heading, or else with a team's or a period's, and at least one
    other heading that is known.
    """
    if grid.left_out:
        tally.pages_left_out += 1
        problems.append(grid.problem(LEFT_OUT, grid.left_out, "warning"))
        return None
    try:
        cells = grid.read()
        header = _header(cells, known)
        if header is not None:
            return _table(grid, cells, header)
        count = sum(filled(cell) for _, row in cells.rows for cell in row)
    except DataError as error:
        tally.pages_left_out += 1
        place = Place(grid.file, page=grid.page)
        problems.extend(error.problems or (Problem("unreadable_page", str(error), place=place),))
        return None
    if count:
        tally.pages_left_out += 1
        tally.cells_left_out += count
        message = "The page is not read: no row of it has headings that are known."
        hint = f"Among its first {MOST_ROWS_ABOVE} rows it needs headings: employee, team or period, and others."
        problems.append(grid.problem(NOT_UNDERSTOOD, message, "warning", hint))
    return None


def _header(cells: Cells, known: Known) -> _Header | None:
    best: tuple[int, int, list[str], int] | None = None
    seen = above = 0
    for number, row in cells.rows:
        count = sum(map(filled, row))
        if not count:
            continue
        seen += 1
        if seen > MOST_ROWS_ABOVE:
            break
        titles = [_title(cell) for cell in row]
        keys = {key for title in titles if title and (key := known.key(title)) is not None}
        others = {title for title in titles if title and known.key(title) is None and known.knows(title)}
        rank = next((rank for rank, anchors in enumerate(_ANCHORS) if not keys.isdisjoint(anchors)), None)
        if rank is not None and len(keys) + len(others) > 1 and (best is None or rank < best[0]):
            best = (rank, number, titles, above)
            if not rank:
                break
        above += count
    if best is None:
        return None
    return _tiers(cells, known, *best[1:])


def _tiers(cells: Cells, known: Known, first_row: int, titles: list[str], above: int) -> _Header:
    """The header with the rows that it has below its first: as many as the merged cells of its keys reach down."""
    keys = {index for index, title in enumerate(titles) if title and known.key(title) is not None}
    last_row = max(
        (merged.last_row for merged in cells.merged if merged.first_row == first_row and merged.first in keys),
        default=first_row,
    )
    last_row = min(last_row, first_row + MOST_ROWS_ABOVE)
    around = above
    for number, row in cells.rows:
        if number > last_row:
            break
        if number <= first_row:
            continue
        for index, cell in enumerate(row):
            if filled(cell):
                around += bool(titles[index])
                titles[index] = _title(cell)
    keys = {index for index, title in enumerate(titles) if title and known.key(title) is not None}
    return _Header(first_row, last_row, titles, keys, around)


def _title(cell: Cell) -> str:
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    return "" if cell is None else str(cell).strip()


def _table(grid: Grid, cells: Cells, header: _Header) -> Table:
    titles = header.titles
    if len(titles) > MOST_COLUMNS:
        message = f"The page has {len(titles):,} columns."
        problem = grid.problem("too_large", message, hint=f"A table of figures has at most {MOST_COLUMNS:,}.")
        raise DataError(str(problem), [problem])
    merged = [each for each in cells.merged if each.first_row > header.last_row]
    if sum(each.last_row - each.first_row + 1 for each in merged) > _MOST_COVERED:
        problem = grid.problem("too_large", "The page has too many merged cells.", hint="Undo the merging.")
        raise DataError(str(problem), [problem])
    table = Table(
        grid.file, grid.page, titles, (), header.last_row, around=header.above, first_column=cells.first_column
    )
    table.rows = _rows(cells, header, merged, table)
    table.again = lambda: _below(cells.rows, header.last_row)
    return table


def _below(rows: NumberedRows, last_row: int) -> Iterator[tuple[int, Sequence[Cell]]]:
    return (pair for pair in rows if pair[0] > last_row)


def _rows(cells: Cells, header: _Header, merged: list[Merged], table: Table) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows below the header that are not blank; a header that is said again is left away."""
    begin: dict[int, list[Merged]] = {}
    for each in merged:
        begin.setdefault(each.first_row, []).append(each)
    reaching: list[tuple[Merged, Cell]] = []
    sign = min(header.keys)
    title = header.titles[sign]
    for number, row in _below(cells.rows, header.last_row):
        if begin or reaching:
            row = list(row)
            reaching = [(each, value) for each, value in reaching if each.last_row >= number]
            for each, value in reaching:
                row[each.first] = _covered(each, value, header, cells.first_column)
            for each in begin.pop(number, ()):
                value = row[each.first]
                if filled(value):
                    reaching.append((each, value))
                    row[each.first] = _anchor(each, value, header, cells.first_column)
        first = row[sign]
        if isinstance(first, str) and first.strip() == title and [_title(cell) for cell in row] == header.titles:
            table.around += sum(map(filled, row))
        elif not any(cell is not None and cell != "" for cell in row):
            table.blank += 1
        else:
            yield number, row


def _anchor(merged: Merged, value: Cell, header: _Header, shift: int) -> Cell:
    """What a merged cell means in its own row: itself in a key column, a fault where it speaks for several figures."""
    if merged.first == merged.last and merged.first in header.keys:
        return value
    return value if isinstance(value, Fault) else _fault(merged, value, shift)


def _covered(merged: Merged, value: Cell, header: _Header, shift: int) -> Cell:
    if merged.first == merged.last and merged.first in header.keys:
        return evolve(value, covered=True) if isinstance(value, Fault) else Covered(value)
    return _fault(merged, value, shift, covered=True)


def _fault(merged: Merged, value: Cell, shift: int, covered: bool = False) -> Fault:
    first, last = column_letter(merged.first + shift), column_letter(merged.last + shift)
    area = f"{first}{merged.first_row}:{last}{merged.last_row}"
    message = f"The cell is merged ({area}), so it can not be told whose value it is."
    hint = "Undo the merging and write the value where it belongs."
    return Fault(str(value), message, "a cell of its own", hint, covered)
