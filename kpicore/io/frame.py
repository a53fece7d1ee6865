"""Tables from memory - of Polars, pandas, Arrow, DuckDB - as one kind of frame."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kpicore.columns.column import CELL
from kpicore.decimals import quoted
from kpicore.errors import UsageError
from kpicore.io.pandasframe import columns_of

if TYPE_CHECKING:
    import polars as pl

_ACCEPTED = "a data frame of Polars or pandas, a table of Arrow, or a relation of DuckDB"
_LONGEST_REASON = 200


def frame_of(table: object) -> pl.DataFrame:
    """The table as a Polars frame; raises UsageError, in words, where it is none or can not be taken over.

    Takes frames of Polars (lazy ones are collected), frames of pandas, and whatever speaks Arrow's protocols
    (`__arrow_c_stream__`, `__arrow_c_array__`): tables, batches and readers of pyarrow, relations of DuckDB. Of pandas
    it needs nothing else; its missing values are blanks, and the levels of its index that have names are columns.
    """
    import polars as pl

    if isinstance(table, pl.DataFrame):
        return table
    pandas = sys.modules.get("pandas")
    try:
        if isinstance(table, pl.LazyFrame):
            return table.collect()
        if pandas is not None and isinstance(table, pandas.DataFrame):
            return _joined(columns_of(table))
        if hasattr(table, "__arrow_c_stream__") or hasattr(table, "__arrow_c_array__"):
            return _arrow(table)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = str(error).partition("\n")[0][:_LONGEST_REASON]
        raise UsageError(f"The table of type {_type(table)} can not be read: {reason}") from error
    raise UsageError(f"Something of type {_type(table)} is no table of figures. Give {_ACCEPTED}.")


def _type(table: object) -> str:
    kind = type(table)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _joined(columns: Sequence[tuple[str, pl.Series]]) -> pl.DataFrame:
    import polars as pl

    names = [name for name, _ in columns]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"The table has several columns called {quoted(name)}. Keep one of them, or rename it.")
    return pl.DataFrame(dict(columns))


def _arrow(table: Any) -> pl.DataFrame:
    import polars as pl

    try:
        records = pl.Series(CELL, table)
    except pl.exceptions.DuplicateError as error:
        reason = str(error).partition("\n")[0][:_LONGEST_REASON]
        raise UsageError(f"The table has several columns of the same name ({reason}). Rename them.") from error
    if not isinstance(records.dtype, pl.Struct):
        raise UsageError(f"The {_type(table)} has values, but no columns. Give {_ACCEPTED}.")
    return records.struct.unnest()
