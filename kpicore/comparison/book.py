"""Comparisons and cohorts as an Excel workbook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import polars as pl

from kpicore.comparison.record import Comparison
from kpicore.comparison.section import Section, Told, Value
from kpicore.comparison.told import told_of
from kpicore.errors import DataError
from kpicore.io.book import Book, opened_book
from kpicore.io.pagescan import MOST_ROWS
from kpicore.problem import Problem

_SLICE = 50_000
_PAGES = {"matrix": "grades"}
"""Pages of a workbook whose name is not that of their section."""


def comparison_book(found: Comparison, target: BinaryIO, language: str) -> None:
    """Writes the pages summary, people, grades, pay, indicators, teams and those beside them."""
    if found.count >= MOST_ROWS:
        message = f"A page of a workbook holds {MOST_ROWS - 1:,} people, and there are {found.count:,}."
        problem = Problem("too_large", message, hint="Write the comparison as .json or .html.")
        raise DataError(str(problem), [problem])
    told = told_of(found, language, None)
    with opened_book(target) as book:
        _summary(book, told)
        people = found.people
        book.page("people", people.columns, _rows(people), frozen_columns=2)
        _sections(book, told.sections)


def told_book(told: Told, target: BinaryIO) -> None:
    """Writes a page for each section of a cohort."""
    with opened_book(target) as book:
        _summary(book, told)
        _sections(book, told.sections)


def _summary(book: Book, told: Told) -> None:
    lines = [*told.about, *told.sections[0].lines]
    book.page("summary", [told.title], ([line] for line in lines))


def _sections(book: Book, sections: Sequence[Section]) -> None:
    for section in sections:
        table = section.table
        if table is None:
            continue
        rows: list[Sequence[Value]] = [*table.rows, *([] if table.sums is None else [table.sums])]
        book.page(
            _PAGES.get(section.id, section.id), [column.title for column in table.columns], rows, frozen_columns=1
        )


def _rows(people: pl.DataFrame) -> Iterator[Sequence[Any]]:
    for part in people.iter_slices(_SLICE):
        yield from part.iter_rows()
