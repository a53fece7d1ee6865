"""How many decimals a column of numbers is to have: few, so that its whole numbers stay small, and enough."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from kpicore.columns.column import Column
from kpicore.errors import FigureError
from kpicore.figure import Bounds, read

if TYPE_CHECKING:
    import polars as pl

_ORDINARY = 4  # decimals that a column gets even because of a single cell
_NEARLY = 99  # percent of the cells for which a column gets more than that
_SAMPLE = 32
_TRIES = 2
_PLAINLY = 10.0**15  # below, the shortest form of a float has no exponent


def fitted(series: pl.Series, bounds: Bounds, most_digits: int, attempt: Callable[[int], Column]) -> Column:
    """The column that `attempt` makes of the series with places that fit all its cells, or nearly all.

    A sample says which places to try first; what did not fit says which to try next.
    """
    ordinary = max(bounds.kind.places, _ORDINARY)
    column = attempt(_chosen(_needs(series, bounds, most_digits), most_digits, ordinary))
    for _ in range(_TRIES):
        if column.apart is None:
            break
        odd = series.filter(column.apart)
        more = [need for need in _needs(odd, bounds, most_digits) if need[0] > column.places]
        if 100 * len(odd) <= (100 - _NEARLY) * (len(series) - series.null_count()):
            more = [need for need in more if need[0] <= ordinary]
        if not more:
            break
        other = attempt(_chosen(more, most_digits, ordinary))
        if _count(other) >= _count(column):
            break
        column = other
    return column


def digits(value: Decimal | int) -> tuple[int, int]:
    """How many digits a number needs behind the point, and before it."""
    if isinstance(value, int):
        return 0, len(str(abs(value)))
    return _written(f"{value:f}")


def _written(text: str) -> tuple[int, int]:
    whole, _, part = text.lstrip("-").partition(".")
    return len(part.rstrip("0")), len(whole.lstrip("0"))


def _needs(series: pl.Series, bounds: Bounds, most_digits: int) -> list[tuple[int, int]]:
    """What a sample of the cells needs, those left out that can not fit at all."""
    some = series[list(range(0, len(series), max(1, len(series) // _SAMPLE)))].to_list()
    found = (_need(cell, bounds) for cell in some if cell is not None)
    return [need for need in found if need is not None and sum(need) <= most_digits]


def _need(cell: object, bounds: Bounds) -> tuple[int, int] | None:
    """How many digits a cell needs behind the point and before it, None where it can not be read."""
    if type(cell) is float and 1 <= abs(cell) < _PLAINLY:  # what its shortest form says, which `read` would take
        least, most = bounds.ends
        if (least is None or cell >= least) and (most is None or cell <= most):
            return _written(repr(cell))
    try:
        value = read(cell, bounds)
    except FigureError:
        return None
    return digits(value) if isinstance(value, Decimal | int) else None


def _chosen(needs: list[tuple[int, int]], most_digits: int, ordinary: int) -> int:
    """The places that serve nearly as many as any would; at least those that all with ordinary ones need."""
    least = max((places for places, _ in needs if places <= ordinary), default=0)
    serve = {
        tried: sum(places <= tried <= most_digits - whole for places, whole in needs)
        for tried in sorted({least, *(places for places, _ in needs if places > ordinary)})
    }
    enough = _NEARLY * max(serve.values())
    return next(tried for tried, served in serve.items() if 100 * served >= enough)


def _count(column: Column) -> int:
    return 0 if column.apart is None else int(column.apart.sum())
