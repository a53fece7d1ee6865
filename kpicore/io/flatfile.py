"""Writes the flat form of results: CSV for spreadsheets, Parquet for data tools."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

from attrs import frozen

from kpicore.io.protocol import WriteContext
from kpicore.result import Result, flat_names

if TYPE_CHECKING:
    import polars

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MOST_DIGITS = 38


def safe_cell(value: object) -> str:
    """The text of a cell. What a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers."""
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def write_csv(columns: Sequence[str], rows: Iterable[Iterable[object]], target: BinaryIO) -> None:
    """A CSV in UTF-8 with BOM, which is how Excel knows it."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow([safe_cell(name) for name in columns])
        writer.writerows([safe_cell(value) for value in row] for row in rows)
    finally:
        text.detach()


@frozen
class CsvWriter:
    """The writer of .csv."""

    suffixes: tuple[str, ...] = (".csv",)

    def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
        """Writes all results; a table needs to know all of them before its header stands."""
        held = list(results)
        names = names_of(held)
        write_csv(names, ([flat.get(name) for name in names] for flat in map(Result.flat, held)), target)


@frozen
class ParquetWriter:
    """The writer of .parquet. Numbers are decimals with the places that they are shown with, the rank is an integer."""

    suffixes: tuple[str, ...] = (".parquet",)

    def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
        """Writes all results."""
        import polars

        held = list(results)
        names = names_of(held)
        numbers = frozenset(context.places) or number_columns(held, names)
        flats = [result.flat() for result in held]
        columns = [
            _column(name, [flat.get(name) for flat in flats], name in numbers, context.places.get(name))
            for name in names
        ]
        polars.DataFrame(columns).write_parquet(target)


def names_of(held: Sequence[Result]) -> list[str]:
    """The columns of a table of these results; those that all have where there are none."""
    return flat_names(held) or ["employee", "name", "team", "period", "scheme", "version", "hash", "status"]


def number_columns(held: Sequence[Result], names: Iterable[str]) -> frozenset[str]:
    """The columns that hold numbers throughout, the rank among them."""
    found = {name for name in names if _is_number(name)}
    for result in held:
        for name, line in result.indicators.items():
            if isinstance(line.measure, str):
                found.discard(f"{name}.measure")
            if name in ("groups", "pay"):  # a name that two things share
                found.discard(f"{name}.state")
    return frozenset(found)


def _column(name: str, values: list[str | int | None], number: bool, known: int | None) -> polars.Series:
    """One column, typed by what the name stands for, so that two files of one scheme have the same types; `known` are
    the places of its numbers, where they are."""
    import polars

    if name == "rank":
        return polars.Series(name, values, dtype=polars.Int64)
    if not number:
        return polars.Series(name, list(map(_text, values)), dtype=polars.String)
    numbers = [None if value is None else Decimal(value) for value in values]
    places = max((_places(number) for number in numbers if number is not None), default=2 if known is None else known)
    widest = max((number.adjusted() + 1 for number in numbers if number), default=1)
    if widest + places > _MOST_DIGITS:
        return polars.Series(name, list(map(_text, values)), dtype=polars.String)
    return polars.Series(name, numbers, dtype=polars.Decimal(_MOST_DIGITS, places))


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _is_number(name: str) -> bool:
    head, dot, part = name.rpartition(".")
    if not dot:
        return name in {"rank", "sum", "counted_marks", "full_marks", "total", "adjustment", "pay_total"}
    if head in {"gates", "decision"}:
        return False
    return head in {"groups", "pay"} or part in {"measure", "points", "score", "full_marks"}


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
