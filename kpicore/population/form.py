"""The columnar reader's columns to those of a table of results: numbers with their places, words for states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl

from kpicore.engines.columnar.engine import Column, Output
from kpicore.formula.node import Absence
from kpicore.population.plan import Made

Numbers = Literal["decimal", "float"]
"""How numbers stand in a table: as decimals with their places, or as the floats nearest to those."""
NUMBERS: tuple[Numbers, ...] = ("decimal", "float")
STATES = ("scored", "left_out", "undefined", "missing", "unreadable")
GATE_STATES = ("passed", "failed", "unknown")
_LEFT_OUT = int(Absence.LEFT_OUT)
_DIGITS = 38


def series_of(made: Made, columns: Mapping[Output, Column], numbers: Numbers, height: int) -> pl.Series:
    """The column of a table that stands for a cell."""
    match made.sort:
        case "number":
            values = columns[Output(made.cell)].values
            if made.masked:
                values = _masked(values, columns[Output(made.masked, "absence")].values)
            found = number_series(values, made.places, numbers)
        case "rank" if made.cell:
            found = columns[Output(made.cell)].values.cast(pl.Int64)
        case "rank":
            found = pl.Series([None], dtype=pl.Int64).new_from_index(0, height)
        case "text":
            found = text_series(columns[Output(made.cell)])
        case "state":
            found = _states(columns[Output(made.cell, "absence")].values)
        case "gate":
            found = _gates(columns[Output(made.cell)].values, columns[Output(made.cell, "absence")].values)
        case _:
            found = pl.Series([None], dtype=nothing_type(made, numbers)).new_from_index(0, height)
    return found.alias(made.name)


def nothing_type(made: Made, numbers: Numbers) -> Any:
    """The type of a column that the scheme has nothing for, so that two tables have the same types."""
    if made.name == "grade" or made.name.endswith(".measure"):
        return pl.String
    return pl.Float64 if numbers == "float" else pl.Decimal(_DIGITS, 2)


def number_series(values: pl.Series, places: int, numbers: Numbers) -> pl.Series:
    """Whole numbers of the last place as numbers."""
    if numbers == "decimal":
        return values.cast(pl.Int128).reinterpret(dtype=pl.Decimal(_DIGITS, places))
    if places:
        return values / float(10**places)
    return values.cast(pl.Float64)


def text_series(column: Column) -> pl.Series:
    """Texts: the labels as an Enum, others as they are."""
    if column.labels is None:
        return column.values
    names = column.labels
    return labelled(column.values, names)


def labelled(places: pl.Series, names: Sequence[str]) -> pl.Series:
    """The words at these places."""
    kind = pl.UInt8 if len(names) < 256 else pl.UInt16
    return places.cast(kind).to_frame("x").select(pl.col("x").cat.to(pl.Enum(list(names)))).to_series()


def _masked(values: pl.Series, absent: pl.Series) -> pl.Series:
    return values.to_frame("v").with_columns(absent.alias("a")).select(pl.when(pl.col("a") == 0).then("v")).to_series()


def _states(absent: pl.Series) -> pl.Series:
    a = pl.col("a")
    place = pl.when(a == 0).then(0).when(a >= 16).then(4).when(a >= 8).then(2).when(a >= 4).then(3).when(a >= 2).then(2)
    return labelled(absent.to_frame("a").select(place.otherwise(1).cast(pl.UInt8)).to_series(), STATES)


def _gates(values: pl.Series, absent: pl.Series) -> pl.Series:
    a, v = pl.col("a"), pl.col("v")
    place = pl.when(a == _LEFT_OUT).then(0).when(a > 0).then(2).when(v).then(0).otherwise(1)
    frame = pl.DataFrame([values.alias("v"), absent.alias("a")])
    return labelled(frame.select(place.cast(pl.UInt8)).to_series(), GATE_STATES)
