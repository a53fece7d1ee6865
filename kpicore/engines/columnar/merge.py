"""Columns of several stretches of rows made one: their units, kinds of column and labels may differ from stretch to
stretch, since they follow from what each holds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import polars as pl
from attrs import frozen

from kpicore.engines.columnar.lines import flags, text_of
from kpicore.engines.columnar.look import Asked
from kpicore.engines.columnar.term import Ints, Logic, Number, Term, Words, common_unit, same, widest

_WIDTH: dict[Any, int] = {pl.Int32: 1, pl.Float64: 2, pl.Int64: 3, pl.Int128: 4}


@frozen(eq=False)
class Column:
    """An output for all rows. Numbers are whole numbers of the cell's last place, null where absent; texts stand as
    their place among `labels`, or as themselves where there are none."""

    values: pl.Series
    labels: tuple[str, ...] | None = None


def alike(columns: Sequence[Column]) -> list[Column]:
    """The same columns with the same labels and kinds of numbers. Where one has its texts without labels, all do."""
    if all(column.labels is not None for column in columns):
        labels = tuple(dict.fromkeys(label for column in columns for label in column.labels or ()))
        return [Column(_among(column, labels), labels) for column in columns]
    columns = [_spelt(column) for column in columns]
    types = [column.values.dtype for column in columns]
    if len(set(types)) == 1:
        return list(columns)
    widest_ = max(types, key=lambda dtype: _WIDTH.get(dtype, 0))
    if widest_ in (pl.Float64, pl.Int64) and pl.Float64 in types and pl.Int64 in types:
        widest_ = pl.Int64()
    return [Column(column.values.cast(widest_, strict=False)) for column in columns]


def _spelt(column: Column) -> Column:
    """A column whose texts stand as themselves."""
    if column.labels is None:
        return column
    return Column(pl.Series(column.labels, dtype=pl.String).gather(column.values))


def _among(column: Column, labels: tuple[str, ...]) -> pl.Series:
    """The places of a column's texts among other labels."""
    assert column.labels is not None
    if column.labels == labels:
        return column.values
    places = pl.Series([labels.index(label) for label in column.labels], dtype=pl.UInt16)
    return places.gather(column.values)


def patched(column: Column, places: pl.Series, other: Column) -> Column:
    """A column with the values of another in these places."""
    column, other = alike([column, other])
    return Column(column.values.scatter(places, other.values), column.labels)


def stacked(columns: Sequence[Column], order: pl.Series) -> Column:
    """Columns one below the other, then in the order that gives for each row its place among them."""
    columns = alike(columns)
    return Column(pl.concat([column.values for column in columns]).gather(order), columns[0].labels)


@frozen(eq=False)
class Stretch:
    """A term over some rows, and its columns there under plain names: `n`, `d`, `v`, `a`."""

    term: Term
    columns: pl.DataFrame


def stretch(frame: pl.DataFrame, term: Term) -> Stretch:
    """A term's columns by themselves."""
    if isinstance(term, Words):
        term = Words(text_of(term), None, term.absent)
    asked = Asked("x", term)
    rows = pl.int_range(frame.height, eager=True).alias("x.#").to_frame()  # there may be no column beside it
    table = pl.concat([rows, frame], how="horizontal").with_columns(asked.exprs).select("x.#", *asked.columns)
    return Stretch(term, table.rename({name: name.removeprefix("x.") for name in table.columns}))


def joined_stretches(parts: Sequence[Stretch], name: str) -> tuple[pl.DataFrame, Term]:
    """The columns of several stretches, one below the other, under `<name>.n` and so on, and the term over them."""
    first = parts[0].term
    absent = any(part.term.absent is not None for part in parts)
    tables, term = _numbers(parts, name) if isinstance(first, Number) else _plain(parts, name)
    if absent:
        found = []
        for part, table in zip(parts, tables, strict=True):
            lacks = part.columns["a"] if part.term.absent is not None else _same(flags(0), table.height)
            found.append(table.with_columns(lacks.cast(pl.UInt8).alias(f"{name}.a")))
        tables = found
    frame = pl.concat(tables)
    lacking = pl.col(f"{name}.a") if absent else None
    if isinstance(term, Number):
        return frame, Number(term.factor, term.n, term.d, lacking)
    return frame, Logic(term.value, lacking) if isinstance(term, Logic) else Words(term.expr, None, lacking)


def _plain(parts: Sequence[Stretch], name: str) -> tuple[list[pl.DataFrame], Logic | Words]:
    column = pl.col(f"{name}.v")
    term = Logic(column) if isinstance(parts[0].term, Logic) else Words(column)
    return [pl.DataFrame([part.columns["v"].alias(f"{name}.v")]) for part in parts], term


def _numbers(parts: Sequence[Stretch], name: str) -> tuple[list[pl.DataFrame], Number]:
    terms = [part.term for part in parts]
    unit = common_unit([term.factor for term in terms if isinstance(term, Number) and term.factor] or [Fraction(1)])
    tops: list[Ints] = []
    bottoms: list[Ints] = []
    for term in terms:
        assert isinstance(term, Number)
        factor = int(term.factor / unit)
        one = same(1)
        tops.append(
            (one if term.n is None else Ints(pl.col("n"), term.n.low, term.n.high, term.n.carrier)).times(factor)
        )
        bottoms.append(one if term.d is None else Ints(pl.col("d"), term.d.low, term.d.high, term.d.carrier))
    whole = [widest(max(ints.size for ints in each), "i64") for each in (tops, bottoms)]
    tables = []
    for part, top, bottom in zip(parts, tops, bottoms, strict=True):
        made = [top.as_(whole[0]).alias(f"{name}.n"), bottom.as_(whole[1]).alias(f"{name}.d")]
        tables.append(part.columns.with_columns(made).select(f"{name}.n", f"{name}.d"))
    n = Ints(pl.col(f"{name}.n"), min(0, *(top.low for top in tops)), max(0, *(top.high for top in tops)), whole[0])
    divided = any(isinstance(term, Number) and term.d is not None for term in terms)
    d = Ints(pl.col(f"{name}.d"), 1, max(bottom.high for bottom in bottoms), whole[1]) if divided else None
    return tables, Number(unit, n, d)


def _same(expr: pl.Expr, height: int) -> pl.Series:
    return (
        pl.DataFrame({"#": pl.int_range(height, eager=True)})
        .select(expr.alias("x"))
        .to_series()
        .new_from_index(0, height)
    )
