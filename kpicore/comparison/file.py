"""One large file of figures, compared or looked at as a whole without an object a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import polars as pl

from kpicore.bulk import ALL, MOST_CELLS, MOST_ROWS, ahead, frames, looks_beyond
from kpicore.comparison.figures import Results, Side, frame_results
from kpicore.errors import DataError
from kpicore.population.plan import width_of
from kpicore.problem import Problem
from kpicore.protocols import Period

_FIRST_ROW = 2
FIRST_LINE = 1
"""The row of the headings: what is wrong with those is told once, not piece by piece."""


def file_results(sides: Sequence[Side], source: Path, period: Period | None, piece: int = 0) -> Iterator[list[Results]]:
    """The results of a file's rows by each side, piece by piece, so many rows at a time; all at once where a scheme
    looks at other people or periods. Raises DataError where the file has no rows."""
    versions = [version for scheme, _, _ in sides for version in scheme.among()]
    width = sum(max(width_of(version.sheet(), side[2]) for version in side[0].among()) for side in sides)
    size = ALL if looks_beyond(versions) else piece or min(MOST_ROWS, MOST_CELLS // width)
    row = _FIRST_ROW
    for frame in ahead(frames(source, size)):
        yield frame_results(sides, frame, period, file=str(source), first_row=row)
        row += frame.height
    if row == _FIRST_ROW:
        problem = Problem("empty_file", "The file has no rows.")
        raise DataError(f"{source}: The file has no rows.", [problem])


def gathered(
    pieces: Iterator[list[Results]], made: Callable[[list[Results]], pl.DataFrame], sides: int
) -> tuple[pl.DataFrame, list[list[Problem]]]:
    """What is made of each piece as one table, and the problems of each side."""
    found: list[pl.DataFrame] = []
    problems: list[list[Problem]] = [[] for _ in range(sides)]
    told: list[set[Problem]] = [set() for _ in range(sides)]
    for piece in pieces:
        found.append(made(piece))
        for number, results in enumerate(piece):
            for problem in results.problems:
                if problem.place.row == FIRST_LINE:
                    if problem in told[number]:
                        continue
                    told[number].add(problem)
                problems[number].append(problem)
    return pl.concat(found, how="vertical_relaxed"), problems
