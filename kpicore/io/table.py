"""A table of raw cells: what every reader of files yields, whatever the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define, field

from kpicore.problem import Place, Problem, Severity

MOST_COLUMNS = 1_000
"""The most columns of a table of figures."""


@define
class Table:
    """A header and rows of raw cells, with the place that they came from.

    `rows` yields (row number, cells) once, as many cells as `columns`; a cell is a text as it stands in the file or
    a value that the file has typed. Rows that are wholly blank may be left away. Row numbers count as a spreadsheet
    shows them. While `rows` is read, the reader adds to `problems` what it found wrong with a row; a row that it
    sets aside has a problem of severity 'error'.
    """

    file: str
    page: str | None
    columns: Sequence[str]
    rows: Iterable[tuple[int, Sequence[object]]]
    header_row: int = 1
    problems: list[Problem] = field(factory=list)

    def place(self, row: int | None = None, column: str | None = None) -> Place:
        """A place in this table."""
        return Place(self.file, page=self.page, row=row, column=column)

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


def column_letter(index: int) -> str:
    """The letters that a spreadsheet shows above the column with this index (from 0): A, B, ..., Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
