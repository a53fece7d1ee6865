"""What kpicore expects of readers of figures and writers of results; plugins add both."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar, runtime_checkable

from kpicore.io.table import Table
from kpicore.result import Result


@runtime_checkable
class TableReader(Protocol):
    """Reads the tables of a file. `suffixes` are endings in lower case, with their dot."""

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def read(self, path: Path) -> Iterable[Table]:
        """The tables of the file; raises DataError where it is not what its ending says, or holds nothing."""


@runtime_checkable
class ResultWriter(Protocol):
    """Writes results. `suffixes` are endings in lower case, with their dot."""

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def write(self, results: Iterable[Result], target: BinaryIO) -> None:
        """Writes all results to an open file; kpicore moves it into place when this returns."""


Made = TypeVar("Made", TableReader, ResultWriter)


def by_suffix(made: Iterable[Made]) -> dict[str, Made]:
    """Readers or writers by ending; where two claim one, the first keeps it."""
    found: dict[str, Made] = {}
    for each in made:
        for suffix in each.suffixes:
            found.setdefault(suffix.lower(), each)
    return found
