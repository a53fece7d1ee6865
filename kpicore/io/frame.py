"""Takes over a table from whichever library holds it."""

from __future__ import annotations

from typing import Any

import polars as pl

from kpicore.errors import UsageError


def frame_of(table: Any) -> pl.DataFrame:
    """The table as a Polars frame. Raises UsageError for what is no table."""
    if isinstance(table, pl.DataFrame):
        return table
    if isinstance(table, pl.LazyFrame):
        return table.collect()
    if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
        found = pl.from_arrow(table)
        if isinstance(found, pl.DataFrame):
            return found
    raise UsageError(f"A table is needed: of Polars, pandas or Arrow. This is of type {type(table).__name__}.")
