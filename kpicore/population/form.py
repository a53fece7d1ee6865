"""The columnar reader's columns to those of a table of results: numbers with their places, words for states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from kpicore.engines.columnar.engine import Column, Output
from kpicore.engines.columnar.lines import chain
from kpicore.formula.node import Absence
from kpicore.population.plan import NOTHING_PLACES, Made, value_of
from kpicore.query import columns_of
from kpicore.result import GateState, Numbers
from kpicore.score import STATES

STATE_WORDS = ("scored", "left_out", "undefined", "missing", "unreadable")
GATE_WORDS: tuple[GateState, ...] = ("passed", "failed", "unknown")
_LEFT_OUT = int(Absence.LEFT_OUT)
DIGITS = 38


def table_of(made: Sequence[Made], columns: Mapping[Output, Column], numbers: Numbers, height: int) -> pl.DataFrame:
    """The columns of a table that stand for cells, all made in one go."""
    names = {output: f"{place}" for place, output in enumerate(columns)}
    raw = pl.DataFrame([column.values.alias(names[output]) for output, column in columns.items()])
    exprs: list[pl.Expr] = []
    for each in made:
        value, absent = value_of(each, numbers == "float"), Output(each.masked or each.cell, "absence")
        values = pl.col(names.get(value, "")) if value in names else None
        lacks = pl.col(names.get(absent, "")) if absent in names else None
        labels = columns[value].labels if value in columns else None
        exprs.append(_expr(each, values, lacks, labels, numbers).alias(each.name))
    if not exprs:
        return pl.DataFrame()
    if not columns:
        raw = pl.DataFrame({"#": pl.int_range(height, eager=True)})
    return columns_of(raw, exprs)


def _expr(
    made: Made, values: pl.Expr | None, absent: pl.Expr | None, labels: tuple[str, ...] | None, numbers: Numbers
) -> pl.Expr:
    match made.sort:
        case "number":
            assert values is not None
            if made.masked:
                assert absent is not None
                values = pl.when(absent == 0).then(values)
            return values if numbers == "float" else decimal(values, made.places)
        case "rank" if values is not None:
            return values.cast(pl.Int64)
        case "rank":
            return pl.lit(None, dtype=pl.Int64)
        case "month":
            assert values is not None
            months = (values % 12 + 1).cast(pl.String).str.zfill(2)
            return pl.concat_str((values // 12).cast(pl.String), pl.lit("-"), months)
        case "text":
            assert values is not None
            return values if labels is None else labelled(values, labels)
        case "state":
            assert absent is not None
            return labelled(_state(absent), STATE_WORDS)
        case "gate":
            assert values is not None and absent is not None
            place = pl.when(absent == _LEFT_OUT).then(0).when(absent > 0).then(2).when(values).then(0).otherwise(1)
            return labelled(place, GATE_WORDS)
    return pl.lit(None, dtype=nothing_type(made, numbers))


def _state(a: pl.Expr) -> pl.Expr:
    falling = sorted(STATES, reverse=True)
    places = [pl.lit(STATE_WORDS.index(word)) for word in (*(STATES[absence] for absence in falling), "scored")]
    return chain(tuple(a >= int(absence) for absence in falling), places)


def nothing_type(made: Made, numbers: Numbers) -> Any:
    """The type of a column that the scheme has nothing for, so that two tables have the same types."""
    if made.name == "grade":
        return pl.String
    return pl.Float64 if numbers == "float" else pl.Decimal(DIGITS, NOTHING_PLACES)


def decimal(values: pl.Expr, places: int) -> pl.Expr:
    """Whole numbers of the last place as decimals."""
    return values.cast(pl.Int128).reinterpret(dtype=pl.Decimal(DIGITS, places))


def labelled(places: pl.Expr, names: Sequence[str]) -> pl.Expr:
    """The words at these places."""
    kind = pl.UInt8 if len(names) < 256 else pl.UInt16
    return places.cast(kind, wrap_numerical=True).cat.to(pl.Enum(list(names)))
