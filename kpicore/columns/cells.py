"""Reads a column cell by cell, each different one once: what no shorter way fits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from kpicore.columns.column import MOST_WHOLE, Column, numbers, some
from kpicore.columns.places import fitted
from kpicore.decimals import MOST_DIGITS
from kpicore.errors import FigureError
from kpicore.figure import UNREADABLE, Bounds, Figure, read

if TYPE_CHECKING:
    import polars as pl

_FEW = 1000


def outcomes(cells: Iterable[object], bounds: Bounds) -> list[Figure]:
    """What `read` gives for each cell; UNREADABLE where it raises FigureError."""
    known: dict[tuple[type, object], Figure] = {}
    found: list[Figure] = []
    for cell in cells:
        key = type(cell), cell  # 1, 1.0 and True are equal, and not the same
        try:
            value = known[key]
        except KeyError:
            value = known[key] = _outcome(cell, bounds)
        except TypeError:  # it can not be a key
            value = _outcome(cell, bounds)
        found.append(value)
    return found


def _outcome(cell: object, bounds: Bounds) -> Figure:
    try:
        return read(cell, bounds)
    except FigureError:
        return UNREADABLE


def read_numbers(series: pl.Series, bounds: Bounds) -> Column:
    """A column of numbers of any type."""
    found = outcomes(series.to_list(), bounds)
    if bounds.kind.whole:
        return _numbers(found, 0, bounds)
    return fitted(series, bounds, MOST_DIGITS, lambda places: _numbers(found, places, bounds))


def _numbers(found: Sequence[Figure], places: int, bounds: Bounds) -> Column:
    values, unreadable, apart = scaled(found, places)
    return numbers(values, places, bounds, unreadable, apart)


def scaled(found: Sequence[Figure], places: int) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Numbers in units of 10**-places, which of them can not be read, and which do not fit."""
    import polars as pl

    values: list[int | None] = []
    apart: list[bool] = []
    for each in found:
        whole = _units(each, places) if isinstance(each, int | Decimal) else None
        values.append(whole)
        apart.append(whole is None and each is not None and each is not UNREADABLE)
    unreadable = pl.Series([each is UNREADABLE for each in found], dtype=pl.Boolean)
    return pl.Series(values, dtype=pl.Int64), unreadable, pl.Series(apart, dtype=pl.Boolean)


def _units(value: int | Decimal, places: int) -> int | None:
    """The value in units of 10**-places, None where that is no whole number, or too long a one."""
    numerator, denominator = value.as_integer_ratio()
    whole, rest = divmod(numerator * 10**places, denominator)
    return whole if not rest and -MOST_WHOLE < whole < MOST_WHOLE else None


def read_words(series: pl.Series, bounds: Bounds, dtype: type[pl.DataType]) -> Column:
    """A column of flags, choices, texts or dates of any type."""
    import polars as pl

    different = distinct(series)
    found = outcomes((series if different is None else different[0]).to_list(), bounds)
    unreadable = pl.Series([each is UNREADABLE for each in found], dtype=pl.Boolean)
    values = pl.Series([None if each is UNREADABLE else each for each in found], dtype=dtype)
    if different is not None:
        at = different[1]
        values, unreadable = values.gather(at), unreadable.gather(at).fill_null(False)
    return Column(values, unreadable=some(unreadable))


def distinct(series: pl.Series) -> tuple[pl.Series, pl.Series] | None:
    """The different cells of a series, and for each cell which of them it is, null where it is null.

    None where that is no shorter way: where most of them differ, or Polars can not compare them.
    """
    import polars as pl

    if series.dtype == pl.Object or len(series) < _FEW:
        return None
    sample = series.gather_every(len(series) // _FEW)
    if 2 * sample.n_unique() > len(sample):
        return None
    different = series.drop_nulls().unique()
    number = pl.int_range(len(different), eager=True)
    return different, series.replace_strict(different, number, default=None, return_dtype=pl.Int64)
