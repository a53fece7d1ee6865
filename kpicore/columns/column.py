"""What a column of figures becomes: values of one type, and masks of the cells that have none for another reason."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from attrs import frozen

from kpicore.decimals import MOST_DIGITS
from kpicore.figure import Bounds

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

CELL = "cell"
"""What the series that is read is called, since some names would mean a pattern in an expression of Polars."""

MOST_WHOLE = 10**MOST_DIGITS
"""Numbers in Int64 lie below this, whatever their places."""

MOST_FLOAT = 10**15
"""Numbers in Float64 lie below this, whatever their places: a float tells all decimals of 15 digits apart."""


@frozen(eq=False)
class Column:
    """One fact's figures of many rows, read. Absent cells are null in `values`.

    `values`: numbers as whole numbers in units of 10**-places, in Int64 or in Float64; flags Boolean; texts and
    choices String; dates Date. `least` and `most` are those of its numbers, 0 where there is none.

    `unreadable` marks the cells that were there and can not be read; `apart` those that can, but have too many digits
    or decimals for this form, so that their rows are to be read one by one. Both are None where there is no such
    cell, else Boolean without nulls; `values` are null there.
    """

    values: pl.Series
    places: int = 0
    least: int = 0
    most: int = 0
    unreadable: pl.Series | None = None
    apart: pl.Series | None = None


_PIECE = 1 << 17
"""So many cells fit a processor's cache: what is asked of a column twice is asked piece by piece."""


def plain(series: pl.Series) -> pl.Series:
    """The series under the name `CELL`, of a type that Polars reckons with: texts of a list are texts."""
    import polars as pl

    series = series.alias(CELL)
    if series.dtype in (pl.Categorical, pl.Enum):
        return series.cast(pl.String)
    extension = getattr(pl, "BaseExtension", None)  # Polars did not always know types of others
    if extension is not None and isinstance(series.dtype, extension):
        return plain(series.ext.storage())
    return series


def numbers(
    values: pl.Series,
    places: int,
    bounds: Bounds,
    unreadable: pl.Series | None = None,
    apart: pl.Series | None = None,
    known: tuple[int, int] | None = None,
) -> Column:
    """The column of these whole numbers in units of 10**-places; those outside of the bounds are unreadable. `known`
    are the least and the greatest of them, where somebody has seen them already."""
    import polars as pl

    least, most = span(bounds, places)
    low, high = known or ends(values)
    if low < least or high > most:
        limit = MOST_FLOAT if values.dtype == pl.Float64 else MOST_WHOLE
        low, high = max(min(least, limit), -limit), max(min(most, limit), -limit)
        inside = values.is_between(low, high) if least <= most else values.is_null()
        outside = (~inside).fill_null(False)
        unreadable = outside if unreadable is None else unreadable | outside
        values = values.set(outside, None)
        low, high = ends(values)
    return Column(values, places, low, high, some(unreadable), some(apart))


def ends(values: pl.Series) -> tuple[int, int]:
    """The least and the greatest of whole numbers; 0, 0 where there is none."""
    import polars as pl

    found = values.drop_nulls() if values.null_count() else values
    if not len(found):
        return 0, 0
    if found.dtype not in (pl.Int64, pl.Float64):
        low, high = found.min(), found.max()
        assert isinstance(low, int) and isinstance(high, int)
        return low, high
    both = [(piece.min(), piece.max()) for _, piece in pieces(found, _PIECE)]
    return int(min(low for low, _ in both)), int(max(high for _, high in both))


def pieces(series: pl.Series, room: int) -> Iterator[tuple[int, NDArray[Any]]]:
    """The numbers of a series without nulls as they lie in memory, so many at a time at most, and where each begins."""
    begin = 0
    for chunk in series.get_chunks():
        cells = chunk.to_numpy()
        for start in range(0, len(cells), room):
            yield begin + start, cells[start : start + room]
        begin += len(cells)


def span(bounds: Bounds, places: int) -> tuple[int, int]:
    """The least and the greatest number, in units of 10**-places, that a figure may be; crossed where none may."""
    least, most = bounds.ends
    limit: int = 10 ** (MOST_DIGITS + places) - 1
    low = -limit if least is None else max(ceil(Fraction(least) * 10**places), -limit)
    high = limit if most is None else min(floor(Fraction(most) * 10**places), limit)
    return low, high


def narrow(units: pl.Series) -> pl.Series:
    """Whole numbers as Int64, null where they are too long for it."""
    import polars as pl

    values = units.cast(pl.Int64, strict=False)
    low, high = ends(values)
    if low <= -MOST_WHOLE or high >= MOST_WHOLE:
        values = values.set(~values.is_between(-MOST_WHOLE, MOST_WHOLE, closed="none"), None)
    return values


def made(series: pl.Series, expression: pl.Expr) -> pl.Series:
    """What an expression over `CELL` gives for a series."""
    return series.to_frame(CELL).select(expression.alias(CELL)).to_series()


def some(mask: pl.Series | None) -> pl.Series | None:
    """The mask, None where it marks nothing."""
    return mask if mask is not None and mask.any() else None


def marks(count: int, at: pl.Series, values: pl.Series | bool = True) -> pl.Series:
    """A mask of so many cells, with these values at these places and False elsewhere."""
    import polars as pl

    return pl.repeat(False, count, dtype=pl.Boolean, eager=True).scatter(at, values)


def nothing(series: pl.Series, dtype: type[pl.DataType], *, unreadable: bool = False) -> Column:
    """The column where all cells are blank, or where none that is there can be read."""
    import polars as pl

    values = pl.repeat(None, len(series), dtype=dtype, eager=True)
    return Column(values, unreadable=some(series.is_not_null()) if unreadable else None)
