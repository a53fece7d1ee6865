"""DuckDB by hand: one SELECT over DOUBLEs, from a table in memory or from file to file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from population_contestant import COMPRESSION, Contestant
from population_sheets import Accrue, Bands, Conditions, Deduct, Gates, Given, Line, Measure, Proportion, Ramp, Share


class ByHand(Contestant):
    """What a good engineer would write who has DuckDB and this one sheet."""

    name = "DuckDB by hand"
    how = "DOUBLE, CASE and window functions, over an Arrow table; all threads; rows come in any order"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._connection = duckdb.connect()
        self._connection.execute("SET enable_progress_bar = false")

    def ready(self, people: pl.DataFrame) -> Any:
        """An Arrow table."""
        return people.to_arrow()

    def score(self, given: Any) -> Any:
        """Another one."""
        self._connection.register("people", given)
        return self._connection.sql(self._query("people")).to_arrow_table()

    def frame(self, got: Any) -> pl.DataFrame:
        """The same in Polars."""
        found = pl.from_arrow(got)
        assert isinstance(found, pl.DataFrame)
        return found

    def file(self, source: Path, target: Path) -> None:
        """COPY from one Parquet file into another."""
        query = self._query(f"read_parquet('{source}')")
        self._connection.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION {COMPRESSION})")

    def _query(self, people: str) -> str:
        lines, sheet = self.sheet.lines, self.sheet
        measures = [
            f'{_measure(line.measure, line.places)} AS "{line.name}.measure"'
            for line in lines
            if line.measure is not None
        ]
        scores = [f'{_score(line)} AS "{line.name}.score"' for line in lines]
        total = " + ".join(f'"{line.name}.score"' for line in lines)
        steps = [
            f"measures AS (SELECT *, {', '.join(measures)} FROM {people})",
            f"scores AS (SELECT *, {', '.join(scores)} FROM measures)",
            f"totals AS (SELECT *, round({total}, 2) AS total FROM scores)",
        ]
        if sheet.gates is None:
            rows = [(f"total >= {end}e0", f"'{label}'") for end, label in sheet.grades]
            steps.append(f"whole AS (SELECT *, {_first(rows, repr(sheet.last))} AS grade FROM totals)")
        else:
            steps += _gated(sheet.gates, sheet.grades, sheet.letters)
        wanted = ", ".join(f'"{name}"' for name in self.columns)
        return f"WITH {', '.join(steps)} SELECT {wanted} FROM whole"


def _measure(measure: Measure, places: int) -> str:
    if isinstance(measure, Given):
        return measure.fact if places == 0 else f"round({measure.fact}, {places})"
    if isinstance(measure, Share):
        return f"round({measure.top} / {measure.bottom}, {places})"
    shop = f"({measure.shop_sales} / {measure.shop_buyers})"
    return f"round({measure.sales} / {measure.buyers} / {shop}, {places})"


def _first(rows: list[tuple[str, str]], otherwise: str) -> str:
    return f"CASE {' '.join(f'WHEN {test} THEN {value}' for test, value in rows)} ELSE {otherwise} END"


def _score(line: Line) -> str:
    """Numbers are written with e0: without it they are DECIMAL to DuckDB."""
    rule, full, measure = line.rule, f"{line.full}e0", f'"{line.name}.measure"'
    match rule:
        case Bands():
            sign = "<=" if rule.lower else ">="
            return _first([(f"{measure} {sign} {end}e0", f"{points}e0") for end, points in rule.rows], "0e0")
        case Proportion():
            share = f"round({full} * least({measure}, {rule.to}e0) / {rule.to}e0, 2)"
            return share if rule.least == "0" else _first([(f"{measure} >= {rule.least}e0", share)], "0e0")
        case Ramp():
            way = f"({measure} - {rule.start}e0) / ({rule.end}e0 - {rule.start}e0)"
            return f"round({full} * least(greatest({way}, 0e0), 1e0), 2)"
        case Deduct():
            score = f"greatest({full} - {rule.each}e0 * greatest({measure} - {rule.free}, 0), 0e0)"
            return score if rule.wipe_out is None else _first([(f"{measure} >= {rule.wipe_out}", "0e0")], score)
        case Accrue():
            return f"least({rule.each}e0 * {measure}, {full})"
        case Conditions():
            parts = []
            for tests, points in rule.parts:
                held = " AND ".join(fact if most is None else f"{fact} <= {most}" for fact, most in tests)
                parts.append(_first([(held, f"{points}e0")], "0e0"))
            return " + ".join(parts)
        case _:
            place = f"rank() OVER (PARTITION BY team ORDER BY {measure} {'' if rule.lower else 'DESC'})"
            rows = " ".join(f"WHEN {at} THEN {points}e0" for at, points in enumerate(rule.points, 1))
            return f"CASE {place} {rows} ELSE 0e0 END"


def _gated(gates: Gates, grades: tuple[tuple[str, str], ...], letters: tuple[str, ...]) -> list[str]:
    """Grade, rank, status and pay of the larger sheet."""
    before = _first([(f"total >= {end}e0", str(at)) for at, (end, _) in enumerate(grades)], str(len(grades)))
    passed = f'{gates.breaches} = 0 AND "{gates.survey}.score" >= {gates.least_survey}e0'
    place = f"least({before} + CASE WHEN {passed} THEN 0 ELSE 1 END, {len(grades)})"
    barred = f"{gates.discounts} > {gates.most_discounts}e0 * {gates.sales}"
    grade = _first([(f"place = {at}", f"'{label}'") for at, label in enumerate(letters)], "NULL")
    pay = [("barred", "0e0"), *((f"place = {at}", f"{gates.pay[label]}e0") for at, label in enumerate(letters))]
    return [
        f"graded AS (SELECT *, {place} AS place, {barred} AS barred FROM totals)",
        f"whole AS (SELECT *, {grade} AS grade, rank() OVER (PARTITION BY team ORDER BY total DESC) AS rank,"
        f" CASE WHEN barred THEN 'ineligible' ELSE 'scored' END AS status, {_first(pay, '0e0')} AS pay_total"
        " FROM graded)",
    ]
