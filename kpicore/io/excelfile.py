"""Writes results as an Excel workbook: people, their teams, problems, and what the scheme assumes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import BinaryIO

from attrs import frozen

from kpicore.decimals import mean
from kpicore.errors import DataError
from kpicore.io.book import Value, opened_book, places_of
from kpicore.io.flatfile import names_of, number_columns
from kpicore.io.pagescan import MOST_ROWS
from kpicore.io.problemtable import PROBLEM_COLUMNS, problem_row
from kpicore.io.protocol import WriteContext
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.result import Result

ASSUMED_COLUMNS = ("what", "id", "title", "value", "note")

_STATUSES = ("scored", "ineligible", "incomplete", "running")


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
        with opened_book(target) as book:
            names = names_of(held)
            book.page("people", names, _people(held, names), frozen_columns=2)
            book.page("groups", _group_columns(held), _groups(held), frozen_columns=1)
            problems = context.problems[: MOST_ROWS - 1]
            book.page("problems", PROBLEM_COLUMNS, map(problem_row, problems))
            book.page("assumed", ASSUMED_COLUMNS, _assumed(context.model, context.language))


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
            mean(totals, max(map(places_of, totals), default=0)),
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
