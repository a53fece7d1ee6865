"""Writes results as an Excel workbook: people, their teams, problems, and what the scheme assumes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from attrs import define, field, frozen

from kpicore.decimals import mean
from kpicore.errors import DataError
from kpicore.io.flatfile import names_of, number_columns
from kpicore.io.pagescan import MOST_ROWS
from kpicore.io.problemtable import PROBLEM_COLUMNS, problem_row
from kpicore.io.protocol import WriteContext
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.result import Result

ASSUMED_COLUMNS = ("what", "id", "title", "value", "note")

_MOST_DIGITS = 15  # of a number in a workbook
_LONGEST_TEXT = 32_767
_CREATED = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)  # so that equal results make equal files
_STATUSES = ("scored", "ineligible", "incomplete", "running")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WIDEST = 40

Value = str | int | Decimal | None


@frozen
class ExcelWriter:
    """The writer of .xlsx, with the pages people, groups, problems and assumed.

    There are no formulas in it. Numbers are numbers, shown with their places; one with more than 15 digits, which
    a workbook would cut, is a text. What begins with = + - @ is a text like any other.
    """

    suffixes: tuple[str, ...] = (".xlsx",)

    def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
        """Writes all results; raises DataError where they are more than a page holds."""
        held = list(results)
        if len(held) >= MOST_ROWS:
            message = f"A page of a workbook holds {MOST_ROWS - 1:,} results, and there are {len(held):,}."
            problem = Problem("too_large", message, hint="Write them as .csv or .parquet.")
            raise DataError(str(problem), [problem])
        import xlsxwriter

        plain = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(target, {"constant_memory": True, **plain}) as workbook:
            workbook.set_properties({"created": _CREATED})
            book = _Book(workbook)
            names = names_of(held)
            book.page("people", names, _people(held, names), frozen_columns=2)
            book.page("groups", _group_columns(held), _groups(held), frozen_columns=1)
            problems = context.problems[: MOST_ROWS - 1]
            book.page("problems", PROBLEM_COLUMNS, map(problem_row, problems))
            book.page("assumed", ASSUMED_COLUMNS, _assumed(context.model, context.language))


@define
class _Book:
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
            sheet.write_number(row, column, float(number), self._format(_places(number)))
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


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _people(held: Sequence[Result], names: Sequence[str]) -> Iterator[list[Value]]:
    numbers = number_columns(held, names)
    for result in held:
        flat = result.flat()
        yield [_number(flat.get(name)) if name in numbers else flat.get(name) for name in names]


def _number(value: str | int | None) -> Value:
    return Decimal(value) if isinstance(value, str) else value


def _grades(held: Sequence[Result]) -> list[str]:
    return sorted({result.grade for result in held if result.grade is not None})


def _group_columns(held: Sequence[Result]) -> list[str]:
    counts = ["people", *_STATUSES]
    totals = ["mean_total", "least_total", "most_total"]
    return ["team", "period", *counts, *totals, *(f"grade.{grade}" for grade in _grades(held)), "pay_total"]


def _groups(held: Sequence[Result]) -> Iterator[list[Value]]:
    """What the people of each team and period come to; means are rounded half up to the places of the totals."""
    groups: dict[tuple[str | None, str], list[Result]] = {}
    for result in held:
        groups.setdefault((result.team, result.period), []).append(result)
    grades = _grades(held)
    for (team, period), people in groups.items():
        totals = [result.total for result in people if result.total is not None]
        pay = [result.pay_total for result in people if result.pay_total is not None]
        yield [
            team,
            period,
            len(people),
            *(sum(result.status == status for result in people) for status in _STATUSES),
            mean(totals, max(map(_places, totals), default=0)),
            min(totals, default=None),
            max(totals, default=None),
            *(sum(result.grade == grade for result in people) for grade in grades),
            sum(pay, Decimal(0)) if pay else None,
        ]


def _assumed(model: SchemeModel | None, language: str) -> Iterator[list[Value]]:
    """The parameters and lines that the source of a scheme leaves open."""
    if model is None:
        return
    for name, param in model.params.items():
        if param.assumed:
            value = param.value if isinstance(param.value, int | Decimal) else str(param.value)
            shown = str(value).lower() if isinstance(value, bool) else value
            yield ["parameter", name, param.title.text(language), shown, param.note.text(language)]
    for line in model.indicators:
        if line.assumed:
            yield ["indicator", line.id, line.title.text(language), None, line.note.text(language)]
    for gate in model.gates:
        if gate.assumed:
            yield ["gate", gate.id, gate.title.text(language), None, gate.note.text(language)]
    if model.appraisal is not None and model.appraisal.assumed:
        yield ["appraisal", None, None, None, model.appraisal.note.text(language)]
    if model.grade is not None and model.grade.assumed:
        yield ["grade", None, None, None, model.grade.note.text(language)]
    if model.adjustments is not None and model.adjustments.assumed:
        title, note = model.adjustments.title, model.adjustments.note
        yield ["adjustments", None, title.text(language), None, note.text(language)]
    for element in model.pay:
        if element.assumed:
            yield ["pay", element.id, element.title.text(language), None, element.note.text(language)]
