"""Figures that are scored more than once: read as often as schemes understand them otherwise, problems told once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from kpicore.io.frame import frame_of
from kpicore.io.heading import Headings
from kpicore.io.page import NOT_UNDERSTOOD
from kpicore.mapping import MappingReader
from kpicore.period import period_of
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.row import Row
from kpicore.tables import Tabled, score_rows
from kpicore.version import Params

if TYPE_CHECKING:
    from kpicore.io.framed import Framed
    from kpicore.loaded import LoadedScheme

Side = tuple["LoadedScheme", Params | None, Sequence[str]]
"""A scheme, its parameters, and the columns of results that are asked for."""
_OF_ONE = frozenset(
    {"unknown_column", "unknown_fact", "unknown_figure", "adjustments_not_allowed", "empty_file", "no_people"}
) | {NOT_UNDERSTOOD}
"""Problems of figures that one scheme alone does not know: of no weight where the other does."""


@frozen(eq=False)
class Results:
    """The table of results of one side, what was wrong, and, where they are asked for, the rows that were scored."""

    frame: pl.DataFrame
    problems: tuple[Problem, ...]
    rows: Iterable[Row] = ()


def problems_of_both(old: Iterable[Problem], new: Iterable[Problem]) -> list[Problem]:
    """The problems of both sides, each once; what one side alone does not know is none."""
    sides = list(old), list(new)
    missed = [{_missed(problem) for problem in side if problem.code in _OF_ONE} for side in sides]
    both = missed[0] & missed[1]
    told: set[object] = set()
    found: list[Problem] = []
    for problem in (*sides[0], *sides[1]):
        key: object = _missed(problem) if problem.code in _OF_ONE else problem
        if key in told or (problem.code in _OF_ONE and key not in both):
            continue
        told.add(key)
        found.append(problem)
    return found


def _missed(problem: Problem) -> tuple[object, ...]:
    return problem.code, problem.place, problem.key, problem.value


def read_alike(one: LoadedScheme, other: LoadedScheme) -> bool:
    """Whether both schemes read the same of any table of figures."""
    if one is other:
        return True
    models = one.joined_model, other.joined_model
    return (
        one.asked == other.asked
        and models[0].facts == models[1].facts
        and models[0].occasions == models[1].occasions
        and {name: spec.bounds for name, spec in models[0].params.items()}
        == {name: spec.bounds for name, spec in models[1].params.items()}
        and (models[0].adjustments is None) == (models[1].adjustments is None)
    )


def results_of(
    sides: Sequence[Side], figures: object, period: str | Period | None, roster: object, adjustments: object
) -> list[Results]:
    """The results of a table of figures, or of mappings, by each side."""
    if isinstance(figures, Mapping) or not isinstance(figures, Iterable) or _is_table(figures):
        frame = frame_of(figures)
        return frame_results(sides, frame, period, roster=roster, adjustments=adjustments)
    held = list(figures)
    return [_of_mappings(side, held, roster) for side in sides]


def _is_table(figures: object) -> bool:
    return (
        hasattr(figures, "__arrow_c_stream__") or hasattr(figures, "__arrow_c_array__") or hasattr(figures, "columns")
    )


def frame_results(
    sides: Sequence[Side],
    frame: pl.DataFrame,
    period: str | Period | None,
    *,
    file: str = "",
    first_row: int = 1,
    roster: object = None,
    adjustments: object = None,
) -> list[Results]:
    """The results of a table of figures by each side; it is read once where both read the same of it."""
    from kpicore.io.framed import framed

    found: list[Results] = []
    schemes = [scheme for scheme, _, _ in sides]
    allowing = [scheme for scheme in schemes if scheme.joined_model.adjustments is not None] or schemes
    read: Framed | None = None
    before: LoadedScheme | None = None
    for scheme, params, outputs in sides:
        if read is None or before is None or not read_alike(before, scheme):
            default = None if period is None else period_of(period, scheme.asked)
            headings = Headings(scheme.joined_model)
            read = framed(frame, headings, scheme.asked, default_period=default, file=file, first_row=first_row)
        before = scheme
        claims = scheme.claims(adjustments if scheme in allowing else None, None, period)
        tabled = Tabled(scheme, read, params, None, roster=roster, claims=claims)
        run = tabled.score(outputs, "decimal")
        problems = run.problems if claims is None else (*run.problems, *claims.problems, *claims.left())
        found.append(Results(run.frame, tuple(problems), _rows_of(scheme, tabled)))
    return found


def _rows_of(scheme: LoadedScheme, tabled: Tabled) -> Iterable[Row]:
    """The rows of a table as the exact reader takes them, made when they are asked for."""
    places = tabled.scored_places()
    return map(tabled.row, range(tabled.read.keys.height) if places is None else places)


def _of_mappings(side: Side, figures: Sequence[Any], roster: object) -> Results:
    scheme, params, _ = side
    reader = MappingReader(scheme, None, scheme.recall(params, None))
    rows = [row for _, row in reader.rows(figures)]
    if scheme.climbs:
        rows = scheme.climbing(rows, roster, reader.problems)
    return row_results(side, rows, reader.problems)


def row_results(
    side: Side, rows: Sequence[Row], before: Iterable[Problem] = (), wanted: Sequence[bool] | None = None
) -> Results:
    """The results of rows that were read already; `wanted` says which come out. `before` are problems met before."""
    scheme, params, outputs = side
    run = score_rows(scheme, rows, params, outputs=outputs, wanted=wanted)
    return Results(run.frame, (*before, *run.problems), rows)
