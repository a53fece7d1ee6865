"""A workbook of plain tables: no formulas, numbers with their places, texts that are nothing but texts."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, BinaryIO

from attrs import define, field

_MOST_DIGITS = 15  # of a number in a workbook
_LONGEST_TEXT = 32_767
_CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # so that equal tables make equal files
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WIDEST = 40

Value = str | int | Decimal | None


@contextmanager
def opened_book(target: BinaryIO) -> Iterator[Book]:
    """A workbook that is written to `target` when the block ends."""
    import xlsxwriter

    plain = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, {"constant_memory": True, **plain}) as workbook:
        workbook.set_properties({"created": _CREATED})
        yield Book(workbook)


@define
class Book:
    """A workbook that is being written, page by page.

    What begins with = + - @ is a text like any other; a number with more than 15 digits, which a workbook would cut, is
    a text.
    """

    workbook: Any
    _formats: dict[int, Any] = field(factory=dict)

    def page(
        self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]], *, frozen_columns: int = 0
    ) -> None:
        """A page with a bold header that stays in sight and filters."""
        sheet = self.workbook.add_worksheet(name)
        bold = self.workbook.add_format({"bold": True})
        for index, heading in enumerate(columns):
            sheet.set_column(index, index, min(max(len(heading) + 4, 10), _WIDEST))
            sheet.write_string(0, index, _text(heading), bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                self._cell(sheet, last, index, value)
        sheet.freeze_panes(1, frozen_columns)
        sheet.autofilter(0, 0, last, len(columns) - 1)

    def _cell(self, sheet: Any, row: int, column: int, value: Value) -> None:
        if value is None or value == "":
            return
        number = Decimal(value) if isinstance(value, int) else value
        if isinstance(number, Decimal) and _digits(number) <= _MOST_DIGITS:
            sheet.write_number(row, column, float(number), self._format(places_of(number)))
        else:
            sheet.write_string(row, column, _text(format(number, "f") if isinstance(number, Decimal) else number))

    def _format(self, places: int) -> Any:
        if places not in self._formats:
            self._formats[places] = self.workbook.add_format({"num_format": f"0.{'0' * places}" if places else "0"})
        return self._formats[places]


def _text(text: str) -> str:
    plain = _UNWRITABLE.sub("\ufffd", text)
    return plain if len(plain) <= _LONGEST_TEXT else plain[: _LONGEST_TEXT - 3] + "..."


def _digits(number: Decimal) -> int:
    return len("".join(map(str, number.as_tuple().digits)).strip("0"))


def places_of(number: Decimal) -> int:
    """How many decimals a number has."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
