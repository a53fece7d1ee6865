"""What a contestant of the population benchmark is: a way from a frame of people to a frame of results."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Final

import polars as pl
from population_sheets import Sheet

COMPRESSION: Final = "zstd"
"""Of every Parquet file that is written here, by whomever."""


class Contestant(ABC):
    """One sheet and one set of outputs, ready for any number of people; raises ImportError without its package.

    `most` is the number of people up to which it is asked at all; `sheets`, where given, those that it can do; `gives`
    the sets of outputs for which it takes part, `modes` the ways.
    """

    name: ClassVar[str]
    how: ClassVar[str]
    most: ClassVar[int | None] = None
    sheets: ClassVar[tuple[str, ...] | None] = None
    gives: ClassVar[tuple[str, ...]] = ("scores", "measures")
    modes: ClassVar[tuple[str, ...]] = ("memory", "parquet")

    def __init__(self, sheet: Sheet, outputs: str) -> None:
        self.sheet = sheet
        self.outputs = outputs
        self.columns = sheet.columns(outputs)

    @abstractmethod
    def ready(self, people: pl.DataFrame) -> Any:
        """The people as this contestant would have them in memory; outside the clock."""

    @abstractmethod
    def score(self, given: Any) -> Any:
        """What is timed: the results as this contestant would keep them."""

    @abstractmethod
    def frame(self, got: Any) -> pl.DataFrame:
        """The same as a Polars frame with the sheet's columns; outside the clock."""

    def file(self, source: Path, target: Path) -> None:
        """From Parquet to Parquet, all of it timed; unless said otherwise through this contestant's memory."""
        got = self.score(self.ready(pl.read_parquet(source)))
        self.frame(got).write_parquet(target, compression=COMPRESSION)

    def by_exact(self) -> int | None:
        """How many people of the last run went to a slower, exact way, where there is such a thing."""
        return None
