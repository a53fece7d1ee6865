"""The columns of a pandas frame as Polars series, each cell as Python would see it; pyarrow is not needed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

_MOST_DIGITS = 38
_FINE = ("ms", "us", "ns")


def columns_of(frame: Any) -> list[tuple[str, pl.Series]]:
    """The columns of a pandas frame by their names, before them the levels of its index that have a name."""
    index = frame.index
    levels = [index.get_level_values(at).to_series() for at, name in enumerate(index.names) if name is not None]
    columns = [frame.iloc[:, at] for at in range(frame.shape[1])]
    names = [*(name for name in index.names if name is not None), *frame.columns]
    return [(str(name), _series(each)) for name, each in zip(names, [*levels, *columns], strict=True)]


def _series(column: Any) -> pl.Series:
    """One column; what pandas counts as missing is null."""
    import polars as pl

    dtype = column.dtype
    if type(dtype).__module__.partition(".")[0] == "numpy":
        return _plain(column) if dtype.kind in "iubfmM" and dtype.itemsize <= 8 else _objects(column)
    if hasattr(dtype, "categories"):
        codes = pl.Series(column.cat.codes.to_numpy(), dtype=pl.Int64)
        return _series(dtype.categories.to_series()).gather(codes.set(codes < 0, None))
    if hasattr(dtype, "pyarrow_dtype") or getattr(dtype, "storage", None) == "pyarrow":
        return pl.Series(column.array.__arrow_array__())
    if hasattr(dtype, "tz"):
        return _plain(column.dt.tz_localize(None))  # the day on which it was there
    if hasattr(dtype, "numpy_dtype"):
        missing = pl.Series(column.isna().to_numpy())
        return pl.Series(column.to_numpy(dtype=dtype.numpy_dtype, na_value=0)).set(missing, None)
    return _objects(column)


def _plain(column: Any) -> pl.Series:
    """A column of numbers, yes and no, or times in numpy's own form."""
    import polars as pl

    values = column.to_numpy()
    if values.dtype.kind in "mM" and not any(f"[{unit}]" in str(values.dtype) for unit in _FINE):
        values = values.astype(f"{values.dtype.kind}8[ms]")
    return pl.Series(values, nan_to_null=True)


def _objects(column: Any) -> pl.Series:
    """A column of Python's own values: of one type where they are, else each as it is."""
    import polars as pl

    missing = column.isna().tolist()
    values = [None if gone else _own(value) for value, gone in zip(column.tolist(), missing, strict=True)]
    types = {type(value) for value in values if value is not None}
    if len(types) == 1:
        dtype = _dtype(types.pop(), values)
        if dtype is not None:
            return pl.Series(values, dtype=dtype)
    return pl.Series(values, dtype=pl.Object if any(value is not None for value in values) else pl.Null)


def _own(value: Any) -> object:
    """A value of numpy as Python's, a period of pandas as its text."""
    origin = type(value).__module__.partition(".")[0]
    if origin == "numpy" and hasattr(value, "item"):
        return value.item()
    if origin == "pandas" and hasattr(value, "freqstr"):
        return str(value)
    return value


def _dtype(kind: type, values: list[Any]) -> pl.DataType | None:
    """The type of a series that holds exactly these values, None where there is none."""
    import polars as pl

    given = [value for value in values if value is not None]
    if kind is str:
        return pl.String() if all(_is_text(value) for value in given) else None
    if kind is int:
        least, most = min(given), max(given)
        if least >= -(2**63) and most < 2**63:
            return pl.Int64()
        return pl.Int128() if least >= -(2**127) and most < 2**127 else None
    if kind is Decimal:
        return _decimal(given)
    simple = {bool: pl.Boolean(), float: pl.Float64(), datetime.date: pl.Date()}
    return simple.get(kind)


def _is_text(value: str) -> bool:
    """Whether it has no half of a surrogate pair, of which no file and no other library knows."""
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _decimal(given: list[Decimal]) -> pl.DataType | None:
    import polars as pl

    if not all(value.is_finite() for value in given):
        return None
    places = max(0, *_exponents(given))
    whole = max((value.adjusted() + 1 for value in given if value), default=1)
    return pl.Decimal(_MOST_DIGITS, places) if places + max(whole, 1) <= _MOST_DIGITS else None


def _exponents(given: list[Decimal]) -> Iterator[int]:
    for value in given:
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        yield -exponent
