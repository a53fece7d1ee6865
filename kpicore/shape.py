"""The columns of results, known before there are any; and tables as Arrow has them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define

from kpicore.errors import DataError
from kpicore.problem import Problem
from kpicore.result import Numbers
from kpicore.version import Version

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


@define(eq=False, slots=False)
class Shape:
    """The columns of results, whichever of these versions scores."""

    versions: tuple[Version, ...]
    outputs: tuple[str, ...] | None = None
    numbers: Numbers = "decimal"

    @cached_property
    def blank(self) -> pl.DataFrame:
        """A table of results without rows; raises UsageError for an output that there is not."""
        from kpicore.population.blank import blank_table

        return blank_table((version.sheet() for version in self.versions), self.outputs, self.numbers)

    @cached_property
    def schema(self) -> pa.Schema:
        """Decimals of 38 digits with their places (or doubles), texts, ranks as longs."""
        import pyarrow as pa

        return pa.schema([(name, _arrow_type(dtype)) for name, dtype in self.blank.schema.items()])

    def table(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Results with these columns; those that their versions do not have are empty.

        Raises DataError where a number has more digits than a column of decimals can hold.
        """
        import polars as pl

        from kpicore.io.tablefile import plain

        held = plain(frame)
        return pl.DataFrame([_column(held, name, dtype) for name, dtype in self.blank.schema.items()])

    def as_arrow(self, frame: pl.DataFrame) -> pa.Table:
        """The same as an Arrow table of `schema`."""
        import polars as pl

        return self.table(frame).to_arrow(compat_level=pl.CompatLevel.oldest()).cast(self.schema)


def _column(frame: pl.DataFrame, name: str, dtype: Any) -> pl.Series:
    import polars as pl

    if name not in frame.columns:
        return pl.Series(name, [None], dtype=dtype).new_from_index(0, frame.height)
    try:
        return frame[name].cast(dtype)
    except pl.exceptions.InvalidOperationError:
        message = f"A number of the column {name} is too long: a column of decimals holds {dtype.precision} digits."
        hint = "Ask for numbers as floats, or leave the column away."
        raise DataError(f"{message} {hint}", [Problem("too_long", message, key=name, hint=hint)]) from None


def arrow_of(frame: pl.DataFrame) -> pa.Table:
    """A table of texts and flags."""
    import polars as pl
    import pyarrow as pa

    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    types = [(name, pa.bool_() if dtype == pl.Boolean else pa.string()) for name, dtype in frame.schema.items()]
    return table.cast(pa.schema(types))


def _arrow_type(dtype: Any) -> Any:
    import polars as pl
    import pyarrow as pa

    if isinstance(dtype, pl.Decimal):
        return pa.decimal128(dtype.precision, dtype.scale)
    return {pl.Float64: pa.float64(), pl.Int64: pa.int64(), pl.String: pa.string()}[dtype.base_type()]
