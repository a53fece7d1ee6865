"""Scoring many rows to a table: what `LoadedScheme` gives for populations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from kpicore.problem import Problem
from kpicore.row import Row
from kpicore.run import TableRun
from kpicore.version import Params, Version

if TYPE_CHECKING:
    import polars as pl

    from kpicore.loaded import LoadedScheme
    from kpicore.population.score import PopulationScorer
else:
    LoadedScheme = PopulationScorer = Any

Numbers = Literal["decimal", "float"]


def population_scorer(
    scheme: LoadedScheme, version: Version, params: Params | None, name: str | None
) -> PopulationScorer:
    """The scorer of a version for tables; `name` is that of a version fixed for all periods."""
    from kpicore.population.score import PopulationScorer

    def together(rows: Sequence[Row]) -> list[Any]:
        scorer = scheme.scorer(version, params)
        return [scorer.score(row) for row in scheme.remembering(rows, params, version=name)]

    return PopulationScorer(scheme.scorer(version, params), version.id, version.version, together)


def score_rows(
    scheme: LoadedScheme,
    rows: Iterable[Row],
    params: Params | None = None,
    *,
    version: str | None = None,
    outputs: Sequence[str] | None = None,
    numbers: Numbers = "decimal",
    wanted: Sequence[bool] | None = None,
) -> TableRun:
    """The table of rows that were read already; `wanted` says which of them come out, all serve the others."""
    import polars as pl

    from kpicore.population.batch import batch_of

    held = list(rows)
    problems: list[Problem] = []
    asked = [row for row, out in zip(held, wanted, strict=True) if out] if wanted is not None else held
    list(scheme.scoreable(asked, version, problems))  # for what there is to say of those that come out
    found = list(scheme.scoreable(held, version, []))
    places = {id(row): place for place, row in enumerate(held)}
    comes_out = pl.Series([wanted is None or wanted[places[id(row)]] for _, row in found], dtype=pl.Boolean)
    versions = list(dict.fromkeys(of for of, _ in found)) or [scheme.newest]
    apart = len(versions) > 1 or len(found) < len(held)
    frames: list[pl.DataFrame] = []
    by_exact = told = 0
    for each in versions:
        scorer = population_scorer(scheme, each, params, version)
        mine = [place for place, (of, _) in enumerate(found) if of is each]
        batch = batch_of([found[place][1] for place in mine], each.model)
        if apart and (each.looks_back or each.compares):  # it looks at rows that this version does not score
            scored = scorer.exact(batch, outputs, numbers, remembered=scheme.remembering(held, params, version=version))
        else:
            scored = scorer.score(batch, outputs, numbers)
        frames.append(scored.frame.with_columns(pl.Series("#", mine, dtype=pl.Int64)))
        by_exact, told = by_exact + scored.by_exact, told + scored.reasons_by_exact
    frame = pl.concat(frames, how="diagonal_relaxed").sort("#").drop("#")
    if wanted is not None:
        frame = frame.filter(comes_out)
    return TableRun(scheme, frame, tuple(problems), by_exact, told)
