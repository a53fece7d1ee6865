"""The results of both sides, person by person in one table: `b.` before a column of the old side, `a.` of the new."""

from __future__ import annotations

import polars as pl

from kpicore.comparison.narrow import ABOUT, KEYS

BEFORE, AFTER = "b.", "a."
_TURN = "#turn"


def paired(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Both tables as one, joined by employee, period and occasion: a person whom one side does not have is null there.

    Two rows of one person and period are joined in their order.
    """
    if before.height == after.height and all(before[key].equals(after[key], null_equal=True) for key in KEYS):
        keys = before.select(ABOUT)
        return pl.concat([keys, _named(before, BEFORE), _named(after, AFTER)], how="horizontal")
    sides = []
    for side, name in ((before, BEFORE), (after, AFTER)):
        keys = side.select(KEYS)
        turn = pl.int_range(pl.len()).over(KEYS) if keys.is_duplicated().any() else pl.lit(0, dtype=pl.Int64)
        keys = keys.with_columns(turn.alias(_TURN))
        about = side.select(pl.col("name", "team").name.prefix(name))
        sides.append(pl.concat([keys, about, _named(side, name)], how="horizontal"))
    on = [*KEYS, _TURN]
    joined = sides[0].join(sides[1], on=on, how="full", coalesce=True, nulls_equal=True, maintain_order="left_right")
    for each in ("name", "team"):
        joined = joined.with_columns(pl.coalesce(f"{AFTER}{each}", f"{BEFORE}{each}").alias(each))
    parts = [name for name in joined.columns if name.startswith((BEFORE, AFTER)) and name[2:] not in ABOUT]
    return joined.select(*ABOUT, *parts)


def _named(side: pl.DataFrame, name: str) -> pl.DataFrame:
    return side.drop(ABOUT).rename(lambda column: f"{name}{column}")
