"""Scores a table as a cluster does, without one: rows spread over tables, pickled scorers, looks joined back."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from kpicore.batches import BatchScorer
from kpicore.engines.spark.frame import TOGETHER
from kpicore.engines.spark.work import AMOUNT, ARGUMENT, FOUND, PREFIX, TAKES, with_keys, without_keys
from kpicore.stages import StagedScorer

EMPLOYEE, PERIOD, TEAM = (f"{PREFIX}{name}" for name in ("employee", "period", "team"))


def travelled(thing: Any) -> Any:
    """The same after a journey."""
    return pickle.loads(pickle.dumps(thing))


def spread(frame: pl.DataFrame, scorer: BatchScorer, parts: int) -> pl.DataFrame:
    """The results, of rows spread over so many tables."""
    scorer.check(frame.columns)
    sent = travelled(scorer)
    if scorer.reach == "row":
        return _scored(sent, _dealt(frame, [], parts))
    keyed = _frames(with_keys(_arrow(part), sent) for part in _dealt(frame, [], parts))
    if sent.staged is not None:
        return _staged(pl.concat(keyed), sent.staged, parts)
    keys = [f"{PREFIX}{key}" for key in TOGETHER[scorer.reach]]
    tables = _dealt(pl.concat(keyed), keys, parts if keys else 1)
    return _scored(sent, _frames(without_keys(_arrow(table)) for table in tables))


def _staged(frame: pl.DataFrame, scorer: StagedScorer, parts: int) -> pl.DataFrame:
    for number, stage in enumerate(scorer.stages):
        tables = _dealt(frame, [EMPLOYEE] if stage.by_person else [], parts)
        frame = pl.concat([table.hstack(_frame(scorer.asked(_arrow(table), number)).get_columns()) for table in tables])
        for look in stage.looks:
            frame = _looked(
                frame, scorer, look.number, [PERIOD, TEAM] if look.within == "team" else [PERIOD], look.sort
            )
    return _scored(scorer, _dealt(frame, [EMPLOYEE] if scorer.by_person else [], parts))


def _looked(frame: pl.DataFrame, scorer: StagedScorer, number: int, group: list[str], sort: str) -> pl.DataFrame:
    argument, takes, found = f"{ARGUMENT}{number}", f"{TAKES}{number}", f"{FOUND}{number}"
    told = []
    for _, rows in frame.group_by(group):
        if sort == "pool":
            some = rows.filter(takes).unique([EMPLOYEE, argument], keep="first", maintain_order=True)
            table = some.select(employee=EMPLOYEE, weight=argument, amount=f"{AMOUNT}{number}")
            parts = scorer.shared(number, _arrow(table))
            told.append(
                some.select(*group, EMPLOYEE, argument, takes).with_columns(pl.Series(found, parts, dtype=pl.String))
            )
        else:
            counts = rows.group_by(*group, argument).agg(heads=pl.col(takes).sum())
            values = scorer.compared(number, counts[argument].to_list(), counts["heads"].to_list())
            told.append(counts.drop("heads").with_columns(pl.Series(found, values, dtype=pl.String)))
    keys = [*group, EMPLOYEE, argument, takes] if sort == "pool" else [*group, argument]
    joined = frame.join(pl.concat(told), on=keys, how="left", nulls_equal=True)
    nobody = pl.when(pl.col(argument).str.starts_with("!")).then(argument).otherwise(pl.lit("0"))
    return joined.with_columns(pl.coalesce(found, nobody))


def _dealt(frame: pl.DataFrame, keys: Sequence[str], parts: int) -> list[pl.DataFrame]:
    """The rows in so many tables, those with the same keys in one."""
    if keys:
        place = frame.select(pl.struct(keys).rank("dense").cast(pl.Int64) % parts).to_series()
    else:
        place = pl.int_range(frame.height, eager=True) % parts
    return [part for number in range(parts) if (part := frame.filter(place == number)).height] or [frame]


def _scored(scorer: Any, tables: Iterable[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(_frames(scorer.score(_arrow(table)) for table in tables))


def _arrow(frame: pl.DataFrame) -> Any:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _frame(table: Any) -> pl.DataFrame:
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found


def _frames(tables: Iterable[Any]) -> list[pl.DataFrame]:
    return [_frame(table) for table in tables]
