"""How Polars is asked for columns of many rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

_ONLY_WHAT_IS_ASKED: Final = pl.QueryOptFlags.none().update(projection_pushdown=True)
"""What Polars is to make better in a query of ours, in which whatever is asked twice is a column: nothing but to leave
away what nobody asks. To look for more takes longer than a query of some thousand rows."""


def columns_of(frame: pl.DataFrame, exprs: Sequence[pl.Expr], stages: Iterable[Sequence[pl.Expr]] = ()) -> pl.DataFrame:
    """The columns of these expressions, of as many rows as the table has; before them the columns of each stage are
    made, of which those after it can make use.

    Some rows are taken through all stages before the next: what is worked out on the way then stays in a processor's
    caches, and takes no memory of its own. (Polars' other engine also refuses some expressions of known numbers, whose
    length it takes for 1.)
    """
    lazy = frame.lazy()
    for stage in stages:
        lazy = lazy.with_columns(stage)
    table = lazy.select(exprs).collect(optimizations=_ONLY_WHAT_IS_ASKED, engine="streaming")
    if table.height == frame.height:
        return table
    names = [expr.meta.output_name() for expr in exprs]  # nothing but constants
    return lazy.with_columns(exprs).select(names).collect(optimizations=_ONLY_WHAT_IS_ASKED, engine="streaming")


def put_together(frame: pl.DataFrame, more: Iterable[pl.Expr], names: Sequence[str]) -> pl.DataFrame:
    """Some columns of a table, and more that are given or known, as they lie in memory. `select` of a table that is at
    hand, as Polars' other engine, would copy them all where they do not lie in stretches of the same lengths."""
    lazy = frame.lazy().with_columns(more).select(names)
    return lazy.collect(optimizations=_ONLY_WHAT_IS_ASKED, engine="streaming")
