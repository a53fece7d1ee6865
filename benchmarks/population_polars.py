"""Polars by hand: floats, when/then chains, one lazy query."""

from __future__ import annotations

from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any, Final

import polars as pl
from population_contestant import COMPRESSION, Contestant
from population_sheets import Accrue, Bands, Conditions, Deduct, Gates, Given, Line, Measure, Proportion, Ramp, Share

HALF_UP: Final = "half_away_from_zero"


class ByHand(Contestant):
    """What a good engineer would write who has Polars and this one sheet."""

    name = "Polars by hand"
    how = "float64, one lazy query of when/then, two threads where there are two"

    def ready(self, people: pl.DataFrame) -> pl.DataFrame:
        """As it is."""
        return people

    def score(self, given: pl.DataFrame) -> pl.DataFrame:
        """The query over the frame."""
        return self._query(given.lazy()).collect()

    def frame(self, got: pl.DataFrame) -> pl.DataFrame:
        """As it is."""
        return got

    def file(self, source: Path, target: Path) -> None:
        """The same query, streamed from file to file."""
        self._query(pl.scan_parquet(source)).sink_parquet(target, compression=COMPRESSION)

    def _query(self, people: pl.LazyFrame) -> pl.LazyFrame:
        lines, sheet = self.sheet.lines, self.sheet
        measures = [
            _measure(line.measure, line.places).alias(f"{line.name}.measure")
            for line in lines
            if line.measure is not None
        ]
        scores = [f"{line.name}.score" for line in lines]
        total = pl.sum_horizontal(scores).round(2, mode=HALF_UP).alias("total")
        query = people.with_columns(measures).with_columns(_score(line).alias(f"{line.name}.score") for line in lines)
        query = query.with_columns(total)
        if sheet.gates is None:
            grade = _first([(pl.col("total") >= float(end), pl.lit(label)) for end, label in sheet.grades], sheet.last)
            query = query.with_columns(grade.alias("grade"))
        else:
            query = _gated(query, sheet.gates, sheet.grades, sheet.letters)
        return query.select(self.columns)


def _measure(measure: Measure, places: int) -> pl.Expr:
    if isinstance(measure, Given):
        value = pl.col(measure.fact)
        return value if places == 0 else value.round(places, mode=HALF_UP)
    if isinstance(measure, Share):
        value = pl.col(measure.top) / pl.col(measure.bottom)
    else:
        shop = pl.col(measure.shop_sales) / pl.col(measure.shop_buyers)
        value = pl.col(measure.sales) / pl.col(measure.buyers) / shop
    return value.round(places, mode=HALF_UP)


def _first(rows: list[tuple[pl.Expr, Any]], otherwise: Any) -> pl.Expr:
    chain: Any = pl
    for test, value in rows:
        chain = chain.when(test).then(value)
    found: pl.Expr = chain.otherwise(pl.lit(otherwise))
    return found


def _score(line: Line) -> pl.Expr:
    rule, full, measure = line.rule, float(line.full), pl.col(f"{line.name}.measure")
    match rule:
        case Bands():
            ends = [(float(end), float(points)) for end, points in rule.rows]
            rows = [(measure <= end if rule.lower else measure >= end, points) for end, points in ends]
            return _first(rows, 0.0)
        case Proportion():
            share = (full * measure.clip(0, float(rule.to)) / float(rule.to)).round(2, mode=HALF_UP)
            return share if rule.least == "0" else pl.when(measure >= float(rule.least)).then(share).otherwise(0.0)
        case Ramp():
            start, end = float(rule.start), float(rule.end)
            return (full * ((measure - start) / (end - start)).clip(0, 1)).round(2, mode=HALF_UP)
        case Deduct():
            score = (full - float(rule.each) * (measure - rule.free).clip(0)).clip(0.0)
            return score if rule.wipe_out is None else pl.when(measure >= rule.wipe_out).then(0.0).otherwise(score)
        case Accrue():
            return (float(rule.each) * measure).clip(0.0, full)
        case Conditions():
            parts = []
            for tests, points in rule.parts:
                held = [pl.col(fact) if most is None else pl.col(fact) <= most for fact, most in tests]
                parts.append(pl.when(reduce(and_, held)).then(float(points)).otherwise(0.0))
            return pl.sum_horizontal(parts)
        case _:
            place = measure.rank("min", descending=not rule.lower).over("team")
            return _first([(place == at, float(points)) for at, points in enumerate(rule.points, 1)], 0.0)


def _gated(
    query: pl.LazyFrame, gates: Gates, grades: tuple[tuple[str, str], ...], letters: tuple[str, ...]
) -> pl.LazyFrame:
    """Grade, rank, status and pay of the larger sheet."""
    before = _first([(pl.col("total") >= float(end), at) for at, (end, _) in enumerate(grades)], len(grades))
    passed = (pl.col(gates.breaches) == 0) & (pl.col(f"{gates.survey}.score") >= float(gates.least_survey))
    place = (before + (~passed).cast(pl.Int32)).clip(0, len(grades))
    barred = pl.col(gates.discounts) > float(gates.most_discounts) * pl.col(gates.sales)
    grade = _first([(pl.col("place") == at, pl.lit(label)) for at, label in enumerate(letters[:-1])], letters[-1])
    pay = [(barred, 0.0), *((pl.col("place") == at, float(gates.pay[label])) for at, label in enumerate(letters))]
    return query.with_columns(place.alias("place")).with_columns(
        grade.alias("grade"),
        pl.col("total").rank("min", descending=True).over("team").alias("rank"),
        pl.when(barred).then(pl.lit("ineligible")).otherwise(pl.lit("scored")).alias("status"),
        _first(pay, 0.0).alias("pay_total"),
    )
