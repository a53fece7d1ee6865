"""What every reader of files yields, whatever the file: tables of raw cells, or pages whose header is to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import define, field, frozen

from kpicore.errors import UsageError
from kpicore.io.cell import Cell
from kpicore.problem import Place, Problem, Severity

MOST_COLUMNS = 1_000
"""The most columns of a table of figures."""

NumberedRows = Iterable[tuple[int, Sequence[Cell]]]


@define
class Table:
    """A header and rows of raw cells, with the place that they came from.

    `rows` yields (row number, cells) once, as many cells as `columns`; a cell is a text as it stands in the file,
    a value that the file has typed, or a `Fault`. Row numbers count as a spreadsheet shows them. While `rows` is
    read, the reader adds to `problems` what it found wrong with a row; a row that it sets aside has a problem of
    severity 'error'.

    Rows that are wholly blank may be left away, and then count in `blank`; filled cells that stand outside of the
    table count in `around`. `first_column`: the index of the first cell's column on its page. `again` gives the
    rows once more, where that is possible.
    """

    file: str
    page: str | None
    columns: Sequence[str]
    rows: NumberedRows
    header_row: int = 1
    problems: list[Problem] = field(factory=list)
    blank: int = 0
    around: int = 0
    first_column: int = 0
    again: Callable[[], NumberedRows] | None = None

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """A place in this table."""
        return Place(self.file, page=self.page, row=row, column=column)

    def letter(self, index: int) -> str:
        """The letters above one of its columns."""
        return column_letter(self.first_column + index)

    def problem(
        self,
        code: str,
        message: str,
        row: int | None = None,
        column: str | None = None,
        *,
        severity: Severity = "error",
        hint: str = "",
        value: str = "",
        expected: str = "",
    ) -> Problem:
        """A problem at a place in this table; it is returned, not added."""
        place = self.place(row, column)
        return Problem(code, message, severity, place, hint=hint, value=value, expected=expected)


@frozen
class Merged:
    """A merged cell: its rows by number, its columns by their index among the cells of the page's rows."""

    first_row: int
    last_row: int
    first: int
    last: int


@define
class Cells:
    """The cells of a page. `rows` yields (row number, cells) from the top, each time that it is gone through, all
    with as many cells; the first stand in the column with the index `first_column`."""

    rows: NumberedRows
    merged: Sequence[Merged] = ()
    first_column: int = 0


@define
class Grid:
    """A page with whatever people put around the table; the headings that are known find its header.

    `read` gives its cells, and raises DataError where they can not be read. `left_out` says in a sentence why the
    page is not to be read at all; '' where it is.
    """

    file: str
    page: str | None
    read: Callable[[], Cells]
    left_out: str = ""

    def problem(self, code: str, message: str, severity: Severity = "error", hint: str = "") -> Problem:
        """A problem of the whole page; it is returned, not added."""
        return Problem(code, message, severity, Place(self.file, page=self.page), hint=hint)


def column_letter(index: int) -> str:
    """The letters that a spreadsheet shows above the column with this index (from 0): A, B, ..., Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def table_from(given: object, name: str, refusal: str) -> Table | None:
    """A table from memory, or mappings, one a row; None where there are no mappings. Raises UsageError, for an iterable
    of other things with this refusal."""
    if isinstance(given, Iterable) and not hasattr(given, "columns") and not hasattr(given, "__arrow_c_stream__"):
        rows = list(given)
        if not all(isinstance(row, Mapping) for row in rows):
            raise UsageError(refusal)
        columns = list(dict.fromkeys(str(key) for row in rows for key in row))
        numbered = [(number, [row.get(key) for key in columns]) for number, row in enumerate(rows, 1)]
        return Table(name, None, columns, numbered) if rows else None
    from kpicore.io.frame import frame_of

    frame = frame_of(given)
    return Table(name, None, frame.columns, [(number, list(row)) for number, row in enumerate(frame.iter_rows(), 1)])
