"""kpicore itself: a table in, a table out. All that this benchmark knows of its columnar way stands here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from population_contestant import Contestant
from population_sheets import PERIOD

import kpicore


class Columns(Contestant):
    """A scheme, loaded afresh, asked for exactly what the others give."""

    name = "kpicore"
    how = "exact; whatever is not certain goes to the exact reader"
    numbers = "float"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._scheme: Any = kpicore.load().scheme(self.sheet.scheme)
        self._by_exact: int | None = None
        beside = ("rank", "status", "pay_total") if self.sheet.gates is not None else ()
        measures = ("measure",) if self.outputs == "measures" else ()
        self._wanted: tuple[str, ...] | None = ("score", "total", "grade", *beside, *measures)

    def ready(self, people: pl.DataFrame) -> Any:
        """As it is."""
        return people

    def score(self, given: Any) -> Any:
        """The run."""
        run = self._scheme.score_table(given, period=PERIOD, outputs=self._wanted, numbers=self.numbers)
        self._by_exact = run.by_exact
        return run

    def frame(self, got: Any) -> pl.DataFrame:
        """Its frame, with the columns in the sheet's order."""
        found: pl.DataFrame = got.frame.select(self.columns)
        return found

    def file(self, source: Path, target: Path) -> None:
        """Streamed by kpicore."""
        run = self._scheme.score_file(source, target, period=PERIOD, outputs=self._wanted, numbers=self.numbers)
        self._by_exact = run.by_exact

    def by_exact(self) -> int | None:
        """How many people the exact reader decided in the last run."""
        return self._by_exact


class Read(Columns):
    """kpicore with figures that were read before."""

    name = "kpicore, figures read"
    how = "the same of a table that was read before the clock starts, as others have their arrays and frames"
    modes = ("memory",)

    def ready(self, people: pl.DataFrame) -> Any:
        """Keys and figures read; the period is that of all."""
        return self._scheme.read_table(people, period=PERIOD)

    def score(self, given: Any) -> Any:
        """The run."""
        run = self._scheme.score_table(given, outputs=self._wanted, numbers=self.numbers)
        self._by_exact = run.by_exact
        return run


class Whole(Columns):
    """kpicore, asked for all that a result has."""

    name = "kpicore, whole results"
    how = "all columns: points, full marks, states, gates, hash and reasons too; numbers as decimals"
    gives = ("measures",)
    numbers = "decimal"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._wanted = None
