"""Cells that are more than a value: those that a file itself marks as wrong, and those that a merged cell covers."""

from __future__ import annotations

from attrs import frozen

from kpicore.errors import FigureError


@frozen
class Fault:
    """A cell that gives no value: an error of the spreadsheet, for one. `shown` is what a person sees in it.

    `covered`: the cell itself is blank, and a merged cell that reaches over it is at fault.
    """

    shown: str
    sentence: str
    expected: str = ""
    hint: str = ""
    covered: bool = False

    def __str__(self) -> str:
        return self.shown

    def error(self) -> FigureError:
        """The same as an exception."""
        return FigureError(self.sentence, self.expected, self.hint)


@frozen
class Covered:
    """A blank cell under a merged one, which shows its value here too."""

    value: object

    def __str__(self) -> str:
        return str(self.value)


Cell = object
"""None or a text of spaces where blank, a text, a typed value, a `Fault` or a `Covered`."""


def filled(cell: Cell) -> bool:
    """Whether something stands in this cell itself."""
    if isinstance(cell, str):
        return bool(cell) and not cell.isspace()
    return not (cell is None or isinstance(cell, Covered) or (isinstance(cell, Fault) and cell.covered))
