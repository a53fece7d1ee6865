"""Reads columns of flags, choices, texts and dates."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from kpicore.columns.cells import outcomes, read_words
from kpicore.columns.column import CELL, Column, made, marks, some
from kpicore.figure import UNREADABLE, Bounds

if TYPE_CHECKING:
    import polars as pl

SPACES = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680"
    + "".join(map(chr, range(0x2000, 0x200B)))
    + "\u2028\u2029\u202f\u205f\u3000"
)
"""All that Python takes for a space; Polars takes fewer characters for one."""

FIRST_DAY, LAST_DAY = datetime.date.min.toordinal() - 719163, datetime.date.max.toordinal() - 719163
"""The days that Python knows, counted from 1970-01-01."""

_LONG = 200


def read_flags(series: pl.Series, bounds: Bounds) -> Column:
    """Flags: yes and no, 1 and 0 in any type, and the words for them."""
    import polars as pl

    dtype = series.dtype
    if dtype == pl.Boolean:
        return Column(series)
    if not dtype.is_numeric():
        return read_words(series, bounds, pl.Boolean)
    one = 1
    if isinstance(dtype, pl.Decimal):
        series, one = series.to_physical(), 10**dtype.scale
    cell = pl.col(CELL)
    flag = pl.when(cell == pl.lit(one, series.dtype)).then(True).when(cell == pl.lit(0, series.dtype)).then(False)
    values = made(series, flag)
    return Column(values, unreadable=some(values.is_null() & series.is_not_null()))


def read_texts(series: pl.Series, bounds: Bounds) -> Column:
    """Choices, and texts without the spaces around them."""
    import polars as pl

    if bounds.choices or series.dtype != pl.String:
        return read_words(series, bounds, pl.String)
    values = series.str.strip_chars(SPACES)
    values = values.set(values == "", None)
    at = (values.str.len_bytes() > _LONG).arg_true()
    if not len(at):
        return Column(values)
    found = outcomes(series.gather(at).to_list(), bounds)
    refused = pl.Series([each is UNREADABLE for each in found], dtype=pl.Boolean)
    unreadable = some(marks(len(series), at, refused))
    return Column(values if unreadable is None else values.set(unreadable, None), unreadable=unreadable)


def read_dates(series: pl.Series, bounds: Bounds) -> Column:
    """Dates, the days of points in time where these are, and dates as people write them."""
    import polars as pl

    if series.dtype == pl.String:
        return read_words(series, bounds, pl.Date)
    days = series if series.dtype == pl.Date else series.dt.date()
    outside = ~days.to_physical().is_between(FIRST_DAY, LAST_DAY)
    unreadable = some(outside.fill_null(series.is_not_null()))
    return Column(days if unreadable is None else days.set(unreadable, None), unreadable=unreadable)
