"""Sheets that are recursive along a person (what was last month decides on what is asked of last month): worked out
period by period, from the first to the last, each finding what the earlier ones came to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from attrs import define, field

from kpicore.engines.columnar.along import along
from kpicore.engines.columnar.look import Asked
from kpicore.engines.columnar.merge import Column, Stretch, joined_stretches, stacked, stretch
from kpicore.engines.columnar.rows import Rows
from kpicore.engines.columnar.term import Term
from kpicore.formula.node import Along, Crossing, Node

_KEYS = ("#who", "#period")


@define(eq=False)
class Memory:
    """What formulas that are asked of other periods came to in the periods so far."""

    periods: Sequence[Any]
    _keys: list[pl.DataFrame] = field(factory=list)
    _kept: dict[Node, list[Stretch]] = field(factory=dict)

    def keep(self, frame: pl.DataFrame, terms: dict[Node, Term]) -> None:
        """Keeps what these formulas came to for the rows of a period."""
        self._keys.append(frame.select(_KEYS))
        for node, term in terms.items():
            self._kept.setdefault(node, []).append(stretch(frame, term))

    def look(self, node: Along, frame: pl.DataFrame, name: str) -> tuple[pl.DataFrame, Term] | None:
        """The frame with the columns of a look along the person, and the term; None where nothing is kept yet."""
        kept = self._kept.get(node.arg)
        if kept is None:
            return None
        arg, term = joined_stretches(kept, "a")
        before = pl.concat(self._keys).with_columns(arg.get_columns())
        # The rows that look have nothing to be found at themselves; they only say who looks, and when.
        here = frame.select(_KEYS)
        table = pl.concat([before, here], how="diagonal")
        filled = [_filled(column, before) for column in arg.columns]
        found, result = along(node, Asked("a", term), table.with_columns(filled), self.periods, name)
        made = found.tail(frame.height).select(column for column in found.columns if column.startswith(f"{name}."))
        return frame.with_columns(made.get_columns()), result


def _filled(column: str, before: pl.DataFrame) -> pl.Expr:
    dtype = before[column].dtype
    harmless: Any = {pl.Boolean: False, pl.String: ""}.get(dtype.base_type(), 1 if column.endswith(".d") else 0)
    return pl.col(column).fill_null(harmless)


def by_period(rows: Rows) -> list[tuple[int, pl.Series]]:
    """The periods that have rows, rising, each with the places of its rows."""
    order = sorted(
        range(len(rows.periods)), key=lambda place: (rows.periods[place].end, -rows.periods[place].start.toordinal())
    )
    periods = rows.frame["#period"]
    found = [(place, (periods == place).arg_true()) for place in order]
    return [(place, places) for place, places in found if places.len()]


def together(parts: Sequence[Sequence[Column]], places: Sequence[pl.Series]) -> list[Column]:
    """Outputs of stretches of rows as those of all rows, in the rows' order."""
    order = inverse(places)
    return [stacked(columns, order) for columns in zip(*parts, strict=True)]


def inverse(places: Sequence[pl.Series]) -> pl.Series:
    """For each row its place among stretches that stand one below the other."""
    return pl.concat([each.cast(pl.Int64) for each in places]).arg_sort()


def crossings_of(
    parts: Sequence[tuple[pl.DataFrame, dict[Node, Term]]], places: Sequence[pl.Series]
) -> tuple[pl.DataFrame, dict[Node, Term]]:
    """What looks across people came to in all stretches, as columns of one frame in the rows' order."""
    order = inverse(places)
    columns: list[pl.Series] = []
    terms: dict[Node, Term] = {}
    for number, node in enumerate(node for node in parts[0][1] if isinstance(node, Crossing)):
        stretches = [stretch(frame, found[node]) for frame, found in parts]
        table, terms[node] = joined_stretches(stretches, f"c{number}")
        columns += [column.gather(order) for column in table.get_columns()]
    return pl.DataFrame(columns), terms
