"""Tells rows that are totals of the rows above them, as spreadsheets have them, from rows of figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from kpicore.decimals import half_width, parse_decimal
from kpicore.errors import FigureError
from kpicore.io.cell import Cell, Fault, filled
from kpicore.io.heading import Layout

_CHINESE = ("合计", "总计", "小计", "累计", "共计", "总和", "汇总", "平均", "平均值", "平均数", "均值")
ENGLISH = ("total", "totals", "grandtotal", "subtotal", "sub-total", "sum", "average", "mean", "avg")
_WORDS = frozenset((*_CHINESE, *ENGLISH))
_ENDINGS = ("合计", "总计", "小计", "汇总", "平均值", " total", " subtotal", " average")
TOTALS = "|".join((*_CHINESE, "均", *ENGLISH, "sub-?total", "[！-～]"))
"""Finds, in small letters, every text that `is_word` may take for the word of a total, and others."""
_LONGEST = 30
_MOST_DOUBTFUL = 20
_ADDED_UP = ("count", "money", "number", "seconds", "hours", "days")
_NEARLY = Fraction(1, 10**9)  # sums of a spreadsheet are sums of floats


def is_total(layout: Layout, number: int, cells: Sequence[Cell]) -> bool:
    """Whether a row is certainly a total: where the employee (or team, or period) should stand, a word for one does;
    or nothing does, and a word for one stands elsewhere beside the figures; or nothing at all does, and every figure
    that can be added up is the sum of those above it."""
    keys = layout.keys
    at = keys[layout.level]
    if is_word(cells[at]) or ("period" in keys and is_word(cells[keys["period"]])):
        return True
    if filled(cells[at]):
        return False
    figures = {column.index for column in layout.columns} | ({keys["value"]} if layout.long else set())
    if any(is_word(cell) for index, cell in enumerate(cells) if index not in figures):
        return True
    if layout.long or ("name" in keys and filled(cells[keys["name"]])):
        return False
    return _adds_up(layout, number, cells)


def is_word(cell: Cell) -> bool:
    """Whether a cell says that its row is a total."""
    text = cell.shown if isinstance(cell, Fault) else cell
    if not isinstance(text, str) or len(text) > _LONGEST:
        return False
    plain = half_width(text).rstrip(":： ").casefold()
    return plain.endswith(_ENDINGS) or "".join(plain.split()) in _WORDS


def _adds_up(layout: Layout, number: int, cells: Sequence[Cell]) -> bool:
    again = layout.table.again
    if again is None or layout.doubtful >= _MOST_DOUBTFUL:
        return False
    added = [column.index for column in layout.columns if column.target.bounds.kind.name in _ADDED_UP]
    given = {index: _number(cells[index]) for index in added if filled(cells[index])}
    if not any(given.values()) or None in given.values():
        return False
    layout.doubtful += 1
    at = layout.keys[layout.level]
    whole, part = _Sums(given), _Sums(given)
    for other, row in again():
        if other >= number:
            break
        if other in layout.totals:
            part = _Sums(given)
        elif filled(row[at]):
            whole.add(row)
            part.add(row)
    return whole.equal(given) or part.equal(given)


class _Sums:
    """Sums of columns; what is no number makes them unknown."""

    def __init__(self, columns: Iterable[int]) -> None:
        self._sums: dict[int, Fraction | None] = dict.fromkeys(columns, Fraction(0))
        self._count = 0

    def add(self, cells: Sequence[Cell]) -> None:
        self._count += 1
        for index, held in self._sums.items():
            if held is not None and filled(cells[index]):
                value = _number(cells[index])
                self._sums[index] = None if value is None else held + value

    def equal(self, given: dict[int, Fraction | None]) -> bool:
        """Whether they are these, for more than one row."""
        return self._count > 1 and all(_near(self._sums[index], value) for index, value in given.items())


def _near(one: Fraction | None, other: Fraction | None) -> bool:
    return one is not None and other is not None and abs(one - other) <= _NEARLY * (1 + abs(one))


def _number(cell: Cell) -> Fraction | None:
    if isinstance(cell, str):
        try:
            return Fraction(parse_decimal(cell))
        except FigureError:
            return None
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    try:
        return Fraction(cell)
    except (ValueError, OverflowError):
        return None
