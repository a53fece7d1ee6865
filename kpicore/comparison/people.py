"""The people of a comparison: as a table, and those whom the change favours most and least."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from kpicore.comparison.narrow import ABOUT, DECIDED, MONEY, decimal_of, decimals_of
from kpicore.comparison.pair import AFTER, BEFORE
from kpicore.comparison.record import Person, Stand

SIDES = ((BEFORE, "before"), (AFTER, "after"))
ABSENT = "absent"


def people_table(joined: pl.DataFrame, places: int, decides: bool) -> pl.DataFrame:
    """Everybody's row, numbers as decimals; see `Comparison.people`."""
    found = [joined[name] for name in ABOUT]
    for part in ("status", "grade"):
        found += [joined[f"{side}{part}"].cast(pl.String).alias(f"{part}_{told}") for side, told in SIDES]
    found = [column.fill_null(ABSENT) if column.name.startswith("status_") else column for column in found]
    for part, name, each in (("total", "total", places), ("pay", "pay_total", MONEY)):
        found += [decimals_of(joined[f"{side}{part}"], each).alias(f"{name}_{told}") for side, told in SIDES]
        change = joined[f"{AFTER}{part}"] - joined[f"{BEFORE}{part}"]
        found.append(decimals_of(change, each).alias(f"{'pay' if part == 'pay' else part}_change"))
    if decides:
        for part in DECIDED:
            found += [
                joined[f"{side}decision.{part}"].cast(pl.String).alias(f"decision_{part}_{told}")
                for side, told in SIDES
            ]
    return pl.DataFrame(found)


def leading(joined: pl.DataFrame, most: int, up: bool, step: pl.Expr) -> pl.DataFrame:
    """The rows of those who win most (or lose most): by pay, then by total, then by the `step` that they rise in
    grade or decision; of equals in the order of employees."""
    sign = 1 if up else -1
    pay = pl.col(f"{AFTER}pay") - pl.col(f"{BEFORE}pay")
    total = pl.col(f"{AFTER}total") - pl.col(f"{BEFORE}total")
    keys = {"#pay": pay, "#total": total, "#step": step}
    found = joined.select(*((sign * key.fill_null(0)).alias(name) for name, key in keys.items())).with_row_index("#")
    won = pl.col("#pay") > 0
    won = won | ((pl.col("#pay") == 0) & (pl.col("#total") > 0))
    won = won | ((pl.col("#pay") == 0) & (pl.col("#total") == 0) & (pl.col("#step") > 0))
    rest = found.filter(won)
    certain: list[pl.DataFrame] = []
    need = most
    for name in keys:
        if rest.height <= need:
            break
        least = rest[name].top_k(need).min()
        better = rest.filter(pl.col(name) > least)
        certain.append(better)
        rest, need = rest.filter(pl.col(name) == least), need - better.height
    names = joined.select("employee", "period")
    rest = pl.concat([rest, names[rest["#"]]], how="horizontal").sort("employee", "period").head(need)
    whole = pl.concat([*(pl.concat([each, names[each["#"]]], how="horizontal") for each in certain), rest])
    order = [*keys, "employee", "period"]
    return joined[whole.sort(order, descending=[True, True, True, False, False])["#"]]


def persons(joined: pl.DataFrame, places: int, decides: bool) -> Iterator[Person]:
    """The rows one by one."""
    for row in joined.iter_rows(named=True):
        total_before, total_after = row[f"{BEFORE}total"], row[f"{AFTER}total"]
        pay_before, pay_after = row[f"{BEFORE}pay"], row[f"{AFTER}pay"]
        yield Person(
            row["employee"],
            row["name"],
            row["team"],
            row["period"],
            row["occasion"],
            stand_of(row, BEFORE, decides),
            stand_of(row, AFTER, decides),
            decimal_of(total_before, places),
            decimal_of(total_after, places),
            decimal_of(_change(total_before, total_after), places),
            decimal_of(pay_before, MONEY),
            decimal_of(pay_after, MONEY),
            decimal_of(_change(pay_before, pay_after), MONEY),
            _decision(row, BEFORE) if decides else None,
            _decision(row, AFTER) if decides else None,
        )


def stand_of(row: dict[str, Any], side: str, decides: bool) -> Stand:
    """Where a row stands on one side."""
    status = row[f"{side}status"] or ABSENT
    if status != "scored":
        return Stand(status)
    return Stand(status, row[f"{side}decision.outcome" if decides else f"{side}grade"])


def _change(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before


def _decision(row: dict[str, Any], side: str) -> dict[str, str] | None:
    found = {part: row[f"{side}decision.{part}"] for part in DECIDED}
    return None if found["outcome"] is None else found
