"""How many decimals a column of numbers is to have: few, so that its whole numbers stay small, and enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from kpicore.columns.column import Column
from kpicore.errors import FigureError
from kpicore.figure import Bounds, read

if TYPE_CHECKING:
    import polars as pl

_ORDINARY = 4  # decimals that a column gets even because of a single cell
_NEARLY = 99  # percent of the cells for which a column gets more than that
_SAMPLE = 128
_TRIES = 2


def fitted(series: pl.Series, bounds: Bounds, most_digits: int, attempt: Callable[[int], Column]) -> Column:
    """The column that `attempt` makes of the series with places that fit all its cells, or nearly all.

    A sample says which places to try first; what did not fit says which to try next.
    """
    ordinary = max(bounds.kind.places, _ORDINARY)
    column = attempt(_chosen(_needed(_sample(series, bounds), most_digits), ordinary))
    for _ in range(_TRIES):
        if column.apart is None:
            break
        odd = series.filter(column.apart)
        more = [places for places in _needed(_sample(odd, bounds), most_digits) if places > column.places]
        if 100 * len(odd) <= (100 - _NEARLY) * (len(series) - series.null_count()):
            more = [places for places in more if places <= ordinary]
        if not more:
            break
        other = attempt(_chosen(more, ordinary))
        if _count(other) >= _count(column):
            break
        column = other
    return column


def decimals(value: Decimal | int) -> tuple[int, int]:
    """How many decimals a number has, and how many digits, without the noughts at its ends."""
    if isinstance(value, int):
        return 0, len(str(abs(value)))
    _, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).lstrip("0")
    kept = text.rstrip("0")
    places = -exponent - (len(text) - len(kept))
    return max(0, places), len(kept) + max(0, -places)


def _sample(series: pl.Series, bounds: Bounds) -> Iterable[Decimal | int]:
    for cell in series.gather_every(max(1, len(series) // _SAMPLE)).drop_nulls().to_list():
        try:
            value = read(cell, bounds)
        except FigureError:
            continue
        if isinstance(value, Decimal | int):
            yield value


def _needed(values: Iterable[Decimal | int], most_digits: int) -> list[int]:
    """The decimals of all those that can fit at all."""
    return sorted(places for places, digits in map(decimals, values) if digits <= most_digits)


def _chosen(needed: list[int], ordinary: int) -> int:
    if not needed:
        return 0
    nearly_all = sorted(needed)[len(needed) * _NEARLY // 100]
    return max(nearly_all, max((places for places in needed if places <= ordinary), default=0))


def _count(column: Column) -> int:
    return 0 if column.apart is None else int(column.apart.sum())
