"""A table of results without any rows: which columns there will be, and of which types."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from kpicore.model import Sheet
from kpicore.population.form import DIGITS, nothing_type
from kpicore.population.plan import Made, chosen
from kpicore.result import Numbers


def blank_table(sheets: Iterable[Sheet], outputs: Sequence[str] | None, numbers: Numbers) -> pl.DataFrame:
    """The columns of a table whose rows are scored by any of these sheets, words as plain texts.

    Raises UsageError where `outputs` names a column that there is not.
    """
    frames = [
        pl.DataFrame({made.name: pl.Series([], dtype=_type(made, numbers)) for made in chosen(sheet, outputs, numbers)})
        for sheet in sheets
    ]
    return pl.concat(frames, how="diagonal_relaxed")


def _type(made: Made, numbers: Numbers) -> Any:
    if made.sort == "number":
        return pl.Float64() if numbers == "float" else pl.Decimal(DIGITS, made.places)
    if made.sort == "rank":
        return pl.Int64()
    return nothing_type(made, numbers) if made.sort == "nothing" else pl.String()
