"""Reads columns of numbers as people write them, in texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kpicore.columns.cells import outcomes, scaled
from kpicore.columns.column import CELL, Column, made, marks, narrow, numbers
from kpicore.columns.places import fitted
from kpicore.decimals import MOST_DIGITS
from kpicore.figure import Bounds

if TYPE_CHECKING:
    import polars as pl

_GROUPED = r"^-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$"
_NUMBER = r"^-?[0-9]+(?:\.[0-9]{1,18})?$"


def read_written(series: pl.Series, bounds: Bounds) -> Column:
    """Numbers in texts: plain ones at once, then those with separators and percentages, the others by themselves."""
    if bounds.kind.whole:
        return _written(series, 0, bounds)
    return fitted(series, bounds, MOST_DIGITS, lambda places: _written(series, places, bounds))


def _written(series: pl.Series, places: int, bounds: Bounds) -> Column:
    values = _plain(series, places)
    if values.null_count() == series.null_count():
        return numbers(values, places, bounds)
    at = (values.is_null() & series.is_not_null()).arg_true()
    rest = series.gather(at)
    tidy = _tidied(rest, places, bounds)
    values = values.scatter(at, tidy)
    left = at.filter(tidy.is_null())
    found, unreadable, apart = scaled(outcomes(rest.filter(tidy.is_null()).to_list(), bounds), places)
    values = values.scatter(left, found)
    count = len(series)
    return numbers(values, places, bounds, marks(count, left, unreadable), marks(count, left, apart))


def _plain(texts: pl.Series, places: int) -> pl.Series:
    """The plain numbers of so many decimals at most, in units of 10**-places; null for all else.

    Polars reads more than these, and rounds what has more decimals: so their shape is looked at first.
    """
    import polars as pl

    part = rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    shape = rf"^-?[0-9]{{1,{max(1, MOST_DIGITS - places)}}}{part}$"
    fits = texts.str.contains(shape)
    if not fits.all():
        texts = made(texts, pl.when(fits).then(pl.col(CELL)))
    return narrow(texts.cast(pl.Decimal(38, places)).to_physical())


def _tidied(texts: pl.Series, places: int, bounds: Bounds) -> pl.Series:
    """The numbers among texts with spaces, separators of thousands, noughts at their end, or a sign of percent."""
    import polars as pl

    text = pl.col(CELL).str.strip_chars(" ")
    percent = text.str.ends_with("%")
    text = text.str.strip_suffix("%").str.strip_chars_end(" ")
    text = pl.when(text.str.contains(_GROUPED)).then(text.str.replace_all(",", "", literal=True)).otherwise(text)
    short = pl.when(text.str.contains(".", literal=True)).then(text.str.strip_chars_end("0")).otherwise(text)
    plain = pl.when(text.str.contains(_NUMBER)).then(short.str.strip_chars_end("."))
    frame = texts.to_frame(CELL).select(plain.alias("text"), percent.alias("percent"))
    whole = frame["text"]
    values = _plain(whole.set(frame["percent"], None), places)
    if bounds.kind.name == "ratio" and places >= 2:
        at = frame["percent"].arg_true()
        values = values.scatter(at, _plain(whole.gather(at), places - 2))
    return values
