"""Explanations of people who were scored in a table: their rows are made when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import evolve

from kpicore.errors import UsageError
from kpicore.period import period_of
from kpicore.problem import Place, Problem, did_you_mean
from kpicore.protocols import Period
from kpicore.reach import reach_of
from kpicore.row import Row
from kpicore.version import Params

if TYPE_CHECKING:
    import polars as pl

    from kpicore.explain.use import Explanation
    from kpicore.loaded import LoadedScheme
    from kpicore.tables import Tabled
else:
    LoadedScheme = Any


def explanations(
    scheme: LoadedScheme,
    rows: Iterable[Row],
    params: Params | None,
    version: str | None,
    employee: str,
    period: str | Period | None = None,
    known: Iterable[str] = (),
) -> tuple[Explanation, ...]:
    """How the results of a person came about, the first period first; `rows` are those that they look at too, `known`
    whom else it may have been about.

    Raises UsageError where none of the rows is of the person, or of that period.
    """
    from kpicore.explain.record import explain

    mine = [row for row in scheme.remembering(rows, params, version=version) if row.employee == employee]
    if not mine:
        hint = did_you_mean(employee, list(dict.fromkeys(known)))
        raise UsageError(f"There are no figures for the employee '{employee}'. {hint}".strip())
    if period is not None:
        wanted = period_of(period, scheme.asked)
        mine = [row for row in mine if wanted.contains(row.period)]
        if not mine:
            raise UsageError(f"There are no figures of {wanted} for the employee '{employee}'.")
    problems: list[Problem] = []
    found = sorted(scheme.scoreable(mine, version, problems), key=lambda each: each[1].period.start)
    if not found:
        raise UsageError(problems[0].message if problems else f"No row of '{employee}' is scored.", problems)
    return tuple(explain(scheme.scorer(of, params), row) for of, row in found)


def rows_about(tabled: Tabled, employee: str, file: str = "") -> list[Row]:
    """A person's rows of a table, and those that their results may look at; each figure with its place."""
    return [_placed(tabled, place, file) for place in _places(tabled, employee).to_list()]


def _places(tabled: Tabled, employee: str) -> pl.Series:
    import polars as pl

    keys, mine = tabled.read.keys, pl.col("employee") == employee
    groups: dict[str, list[Any]] = {"everybody": [pl.lit(0)], "period": ["period"], "team": ["period", "team"]}
    among = groups.get(reach_of(tabled.scheme.among(tabled.version)))
    wanted = keys.select(mine if among is None else mine.any().over(among)).to_series()
    return wanted.arg_true()


def _placed(tabled: Tabled, place: int, file: str) -> Row:
    row, number = tabled.row(place), int(tabled.read.numbers[place])
    where = {name: Place(file, row=number, column=title) for name, title in tabled.read.given.items()}
    return evolve(row, sources={name: where[name] for name in row.facts if name in where})
