"""Reads a column of figures by its type and by what its fact expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpicore.columns.cells import read_numbers, read_words
from kpicore.columns.column import Column, nothing, plain
from kpicore.columns.number import read_decimals, read_floats, read_integers
from kpicore.columns.word import FIRST_DAY, LAST_DAY, read_dates, read_flags, read_texts
from kpicore.columns.written import read_written
from kpicore.errors import FigureError
from kpicore.figure import ANSWER, Bounds, read

if TYPE_CHECKING:
    import polars as pl

_MOST_SHOWN = 50
_A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}


def read_column(series: pl.Series, bounds: Bounds) -> Column:
    """The figures of a column: of each cell what `kpicore.figure.read` gives for it.

    A null is a blank; a NaN is not, it can not be read. Floats are taken by their shortest decimal form, and those of
    32 bits are floats of 64 bits by then.
    """
    cells = plain(series)
    return _numbers(cells, bounds) if bounds.kind.type == "number" else _words(cells, bounds)


def _words(series: pl.Series, bounds: Bounds) -> Column:
    import polars as pl

    dtype = series.dtype
    empty: type[pl.DataType] = pl.String
    known, reader = dtype == pl.String or (bool(bounds.choices) and dtype.is_numeric()), read_texts
    if bounds.kind is ANSWER:
        known = known or dtype == pl.Boolean
    elif bounds.kind.type == "flag":
        empty, known, reader = pl.Boolean, dtype in (pl.Boolean, pl.String) or dtype.is_numeric(), read_flags
    elif bounds.kind.type == "date":
        empty, known, reader = pl.Date, dtype in (pl.Date, pl.Datetime, pl.String), read_dates
    if known:
        return reader(series, bounds)
    if dtype == pl.Null or _speechless(dtype):
        return nothing(series, empty, unreadable=True)
    return read_words(series, bounds, empty)


def _numbers(series: pl.Series, bounds: Bounds) -> Column:
    import polars as pl

    dtype = series.dtype
    if dtype.is_integer():
        return read_integers(series, bounds)
    if dtype.is_float():
        return read_floats(series, bounds)
    if dtype.is_decimal():
        return read_decimals(series, bounds)
    if dtype == pl.String:
        return read_written(series, bounds)
    if dtype == pl.Null or dtype == pl.Boolean or _speechless(dtype):
        return nothing(series, pl.Int64, unreadable=True)
    return read_numbers(series, bounds)


def _speechless(dtype: pl.DataType) -> bool:
    """Whether its cells are no figures of a kind to which the type does not belong."""
    import polars as pl

    return dtype.is_nested() or dtype.is_temporal() or dtype.is_numeric() or dtype in (pl.Boolean, pl.Binary)


def unreadable_cells(
    series: pl.Series, bounds: Bounds, column: Column, limit: int = _MOST_SHOWN
) -> list[tuple[int, object, FigureError]]:
    """The first cells that the column says can not be read, each with its index, what stands there, and why."""
    if column.unreadable is None:
        return []
    series = plain(series)
    found: list[tuple[int, object, FigureError]] = []
    for index in column.unreadable.arg_true().head(limit).to_list():
        raw = _raw(series, index)
        try:
            read(raw, bounds)
        except FigureError as error:
            found.append((index, raw, error))
    return found


def _raw(series: pl.Series, index: int) -> object:
    """The cell as Python sees it; in words, where it is a date that Python does not know."""
    import polars as pl

    if series.dtype in (pl.Date, pl.Datetime):
        units = _A_DAY[series.dtype.time_unit] if isinstance(series.dtype, pl.Datetime) else 1
        day = series.slice(index, 1).to_physical().to_list()[0] // units
        if not FIRST_DAY < day < LAST_DAY:
            return f"{day} days from 1970-01-01"
    return series[index]
