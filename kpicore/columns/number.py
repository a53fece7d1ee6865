"""Reads columns of typed numbers: whole ones, floats, decimals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kpicore.columns.cells import outcomes
from kpicore.columns.column import CELL, MOST_FLOAT, MOST_WHOLE, Column, made, marks, narrow, numbers, pieces, span
from kpicore.columns.places import fitted
from kpicore.decimals import MOST_DIGITS
from kpicore.figure import UNREADABLE, Bounds

if TYPE_CHECKING:
    import polars as pl

_FLOAT_DIGITS = 15
_SMALL = 0.01  # a float from here on has 17 digits at most, so no more decimals than a figure may have
_INT128 = 2**127 - 1
_ROOM = 1 << 16  # so many floats fit a processor's cache, and are enough that threads seldom wait for one another


def read_integers(series: pl.Series, bounds: Bounds) -> Column:
    """Whole numbers of any width. Those that Int64 does not hold are longer than a figure may be."""
    import polars as pl

    values = series if series.dtype == pl.Int64 else series.cast(pl.Int64, strict=False)
    lost = series.is_not_null() & values.is_null() if values.null_count() > series.null_count() else None
    return numbers(values, 0, bounds, lost)


def read_floats(series: pl.Series, bounds: Bounds) -> Column:
    """Floats, each taken by its shortest decimal form.

    With m the float x * 10**p rounded to a whole number, the cell is m / 10**p where |m| < 10**15 and the float
    division m / 10**p gives x. For m and 10**p are floats without any error (p <= 22), so their float quotient is the
    one nearest to the true decimal m / 10**p: that decimal reads as x. It has 15 digits at most, and no two decimals
    of 15 digits read as the same float. The shortest decimal that reads as x is no longer, so it is this one.
    Conversely, every decimal of 15 digits and p places is found, for the product is off by less than a quarter.
    """
    import polars as pl

    cells = series if series.dtype == pl.Float64 else series.cast(pl.Float64)
    if bounds.kind.whole:
        return _floats(cells, 0, bounds)
    return fitted(cells, bounds, _FLOAT_DIGITS, lambda places: _floats(cells, places, bounds))


def _floats(cells: pl.Series, places: int, bounds: Bounds) -> Column:
    import polars as pl

    whole, known = _whole(cells, places)
    unreadable = apart = None
    if known is None:
        same = whole / pl.repeat(10.0**places, len(whole), dtype=pl.Float64, eager=True) == cells
        fits = same & whole.is_between(-MOST_FLOAT, MOST_FLOAT, closed="none")  # NaN is not between anything
        odd = (~fits).fill_null(False)
        at = odd.arg_true()
        whole = whole.set(odd, None)
        refused = _refused(cells.gather(at), bounds)
        unreadable, apart = marks(len(cells), at, refused), marks(len(cells), at, ~refused)
    return numbers(whole, places, bounds, unreadable, apart, known)


def _whole(cells: pl.Series, places: int) -> tuple[pl.Series, tuple[int, int] | None]:
    """The floats times 10**places, made whole, and the least and the greatest of these; None for the latter where they
    do not all give what they were when they are divided again, or are too large for that to prove anything.

    By numpy, as many at a time as fit a processor's cache, which takes a third of the time.
    """
    import polars as pl

    there = cells.is_not_null() if cells.null_count() else None
    given = cells if there is None else cells.fill_null(_any(cells))
    whole, power = np.empty(len(given)), 10.0**places
    again, same = np.empty(_ROOM), np.empty(_ROOM, dtype=np.bool_)
    certain, least, most = True, np.inf, -np.inf
    with np.errstate(all="ignore"):
        for start, some in pieces(given, _ROOM):
            made = whole[start : start + len(some)]
            np.multiply(some, power, out=made)
            np.rint(made, out=made)
            if certain:
                divided, equal = again[: len(made)], same[: len(made)]
                np.divide(made, power, out=divided)
                np.equal(divided, some, out=equal)
                certain = bool(equal.all())
                least, most = min(least, made.min()), max(most, made.max())
            if not certain or least <= 0:
                np.add(made, 0.0, out=made)  # there is no negative nought among them
    values = pl.Series(CELL, whole)
    if there is not None:
        values = values.set(~there, None)
    if not certain or least <= -MOST_FLOAT or most >= MOST_FLOAT:
        return values, None
    return values, (int(least), int(most)) if len(given) else (0, 0)


def _any(cells: pl.Series) -> float:
    """One of the floats, 0 where there is none."""
    found = cells.drop_nulls()
    return float(found[0]) if len(found) else 0.0


def _refused(cells: pl.Series, bounds: Bounds) -> pl.Series:
    """Which of these floats can not be read. What is less than the float nearest to a bound is less than the bound."""
    import polars as pl

    kind = bounds.kind
    least, most = bounds.ends
    refused = ~cells.is_finite() | (cells.abs() >= float(MOST_WHOLE))
    doubtful = cells.abs() < _SMALL
    if kind.whole:
        refused |= cells.round() != cells
    if least is not None:
        refused |= cells < float(least)
        doubtful |= cells == float(least)
    if most is not None:
        refused |= cells > float(most)
        doubtful |= cells == float(most)
    at = (doubtful & ~refused).arg_true()
    asked = [value is UNREADABLE for value in outcomes(cells.gather(at).to_list(), bounds)]
    return refused.scatter(at, pl.Series(asked, dtype=pl.Boolean))


def read_decimals(series: pl.Series, bounds: Bounds) -> Column:
    """Decimals: whole numbers in units of their scale, with fewer places where most of these are noughts."""
    import polars as pl

    assert isinstance(series.dtype, pl.Decimal)
    scale, kind = series.dtype.scale, bounds.kind
    units = series.to_physical()
    if kind.whole:
        return _decimals(units, scale, 0, bounds)
    if scale <= max(kind.places, 4):
        return _decimals(units, scale, scale, bounds)
    return fitted(series, bounds, MOST_DIGITS, lambda places: _decimals(units, scale, min(places, scale), bounds))


def _decimals(units: pl.Series, scale: int, places: int, bounds: Bounds) -> Column:
    import polars as pl

    whole = units
    if places < scale:
        unit, power = pl.col(CELL), pl.lit(10 ** (scale - places), pl.Int128)
        whole = made(units, pl.when(unit % power == 0).then(unit // power))
    whole = narrow(whole)
    unreadable = apart = None
    if whole.null_count() > units.null_count():
        odd = whole.is_null() & units.is_not_null()
        at = odd.arg_true()
        refused = _refused_units(units.gather(at), scale, bounds)
        unreadable, apart = marks(len(units), at, refused), marks(len(units), at, ~refused)
    return numbers(whole, places, bounds, unreadable, apart)


def _refused_units(units: pl.Series, scale: int, bounds: Bounds) -> pl.Series:
    """Which of these decimals, in units of 10**-scale, can not be read."""
    import polars as pl

    least, most = span(bounds, scale)
    if least > _INT128 or most < -_INT128:
        return pl.repeat(True, len(units), dtype=pl.Boolean, eager=True)
    unit = pl.col(CELL)
    refused = ~unit.is_between(pl.lit(max(least, -_INT128), pl.Int128), pl.lit(min(most, _INT128), pl.Int128))
    finest = 0 if bounds.kind.whole else MOST_DIGITS
    if scale > finest:
        refused |= unit % pl.lit(10 ** (scale - finest), pl.Int128) != 0
    return made(units, refused)
