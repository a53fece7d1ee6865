"""What kpicore expects of readers of figures and writers of results; plugins add both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar, runtime_checkable

from attrs import field, frozen

from kpicore.io.table import Grid, Table
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.result import Result


@runtime_checkable
class TableReader(Protocol):
    """Reads the tables of a file. `suffixes` are endings in lower case, with their dot."""

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def read(self, path: Path) -> Iterable[Table | Grid]:
        """The tables of the file, or its pages where the header must be found first.

        Raises DataError where the file is not what its ending says, or holds nothing.
        """


@frozen
class WriteContext:
    """What goes with results, for writers that show more than them: the problems of the run, the scheme where one
    is known, the language of its titles, and how many decimals each column of numbers has, where that is known."""

    problems: tuple[Problem, ...] = ()
    model: SchemeModel | None = None
    language: str = "en"
    places: Mapping[str, int] = field(factory=dict)


@runtime_checkable
class ResultWriter(Protocol):
    """Writes results. `suffixes` are endings in lower case, with their dot."""

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
        """Writes all results to an open file; kpicore moves it into place when this returns."""


Made = TypeVar("Made", TableReader, ResultWriter)


def by_suffix(made: Iterable[Made]) -> dict[str, Made]:
    """Readers or writers by ending; where two claim one, the first keeps it."""
    found: dict[str, Made] = {}
    for each in made:
        for suffix in each.suffixes:
            found.setdefault(suffix.lower(), each)
    return found
