"""Scoring many rows to a table: what `LoadedScheme` gives for populations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from kpicore.problem import Problem
from kpicore.row import Row
from kpicore.version import Params, Version

if TYPE_CHECKING:
    import polars as pl

    from kpicore.loaded import LoadedScheme
    from kpicore.population.score import PopulationScorer
else:
    LoadedScheme = PopulationScorer = Any

Numbers = Literal["decimal", "float"]


@frozen(eq=False)
class TableRun:
    """What scoring a table gave: `frame`, a row for each row that could be scored, in their order, with the columns
    of a result's flat form; and what was set aside.

    `by_exact` of the rows were worked out by the exact reader, since their figures are too long for columns or the
    sheet needs it; of `reasons_by_exact` others it told why they are incomplete.
    """

    scheme: LoadedScheme
    frame: pl.DataFrame
    problems: tuple[Problem, ...] = ()
    by_exact: int = 0
    reasons_by_exact: int = 0
    announced: bool = field(default=False, repr=False)

    @property
    def complete(self) -> bool:
        """Whether nothing was set aside: there are warnings at most."""
        return all(problem.severity == "warning" for problem in self.problems)

    def __len__(self) -> int:
        return self.frame.height


def population_scorer(
    scheme: LoadedScheme, version: Version, params: Params | None, name: str | None
) -> PopulationScorer:
    """The scorer of a version for tables; `name` is that of a version fixed for all periods."""
    from kpicore.population.score import PopulationScorer

    def together(rows: Sequence[Row]) -> list[Any]:
        scorer = scheme._scorer(version, params)
        return [scorer.score(row) for row in scheme.remembering(rows, params, version=name)]

    return PopulationScorer(scheme._scorer(version, params), version.id, version.version, together)


def score_rows(
    scheme: LoadedScheme,
    rows: Iterable[Row],
    params: Params | None = None,
    *,
    version: str | None = None,
    outputs: Sequence[str] | None = None,
    numbers: Numbers = "decimal",
) -> TableRun:
    """The table of rows that were read already; each of a period that the scheme scores."""
    import polars as pl

    from kpicore.population.batch import batch_of

    held = list(rows)
    found = [scheme._moment(row.period, version)[0] for row in held]
    versions = list(dict.fromkeys(found))
    frames: list[pl.DataFrame] = []
    by_exact = told = 0
    for each in versions:
        places = [place for place, of in enumerate(found) if of is each]
        scorer = population_scorer(scheme, each, params, version)
        scored = scorer.score(batch_of([held[place] for place in places], each.model), outputs, numbers)
        frames.append(scored.frame.with_columns(pl.Series("#", places, dtype=pl.Int64)))
        by_exact, told = by_exact + scored.by_exact, told + scored.reasons_by_exact
    frame = pl.concat(frames, how="diagonal_relaxed").sort("#").drop("#")
    return TableRun(scheme, frame, (), by_exact, told)
