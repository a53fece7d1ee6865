"""Scoring a ladder: the months of the figures, a roster, and the cycles that follow from both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve

from kpicore.cycles import Cycles
from kpicore.errors import PeriodError, UsageError
from kpicore.io.coverage import judged
from kpicore.io.roster import Person, Roster
from kpicore.ladder import LEVEL, SINCE
from kpicore.past import PastFigures
from kpicore.period import period_of
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.row import Row
from kpicore.stretch import Cycle, month_of
from kpicore.version import Params, Version

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any

MONTHS = ("month",)


def with_cycles(scheme: LoadedScheme, rows: Iterable[Row], roster: Roster | None, problems: list[Problem]) -> list[Row]:
    """The rows of months, and after them those of the cycles that people were in, by the newest version's ladder."""
    months = list(rows)
    cycles = Cycles(scheme.newest.sheet(), None if roster is None else roster.by_employee, problems)
    made = cycles.of(months)
    return [*months, *(made if roster is None else (judged(row, roster, problems) for row in made))]


def asked_cycle(
    scheme: LoadedScheme,
    version: Version,
    facts: Mapping[str, object],
    row: Row,
    history: PastFigures | None,
    params: Params | None,
    name: str | None,
) -> Row:
    """One person's row of a cycle, with the months of its history and the cycles before it.

    `facts` give `level` and `level_since`, where the first cycle began. Raises UsageError where they do not, or give
    anything else; PeriodError where the period is none of the person's cycles.
    """
    standing = _standing(facts, row)
    cycles = Cycles(version.sheet(), {row.employee: standing})
    recall = scheme.recall(params, name)
    past = recall.past(history or {}, MONTHS)
    months = [Row(row.employee, period, figures, row.name, row.team) for period, figures in past.rows]
    made = cycles.whole(standing, months, row.period)
    if made is None:
        problems = [problem for problem in cycles.problems if problem.severity == "error"]
        if problems:
            raise UsageError("\n".join(map(str, problems)), problems)
        raise _no_cycle(cycles.ladder.months, standing, row.period)
    reasons = (*row.reasons, *past.reasons)
    mine = evolve(made[-1], occasion=row.occasion, reasons=reasons)
    if history is None:
        return mine
    *_, found = scheme.remembering([*months, *made[:-1], mine], params, version=name)
    return found


def _standing(facts: Mapping[str, object], row: Row) -> Person:
    other = [name for name in facts if name not in (LEVEL, SINCE)]
    if other:
        message = f"A cycle has no figures of its own, such as '{other[0]}'."
        hint = "Give those of its months as history, by month; facts are level and level_since."
        raise UsageError(f"{message} {hint}", [Problem("not_of_cycle", message, key=str(other[0]), hint=hint)])
    level, since = facts.get(LEVEL), facts.get(SINCE)
    if not isinstance(level, str) or since is None:
        message = "The level from which the person starts is not given."
        hint = 'Give facts={"level": "...", "level_since": "2024-01"}.'
        raise UsageError(f"{message} {hint}", [Problem("no_level", message, hint=hint)])
    since = month_of(period_of(since, ("month", "day")).start)
    return Person(row.employee, row.name, row.team, level, since)


def _no_cycle(months: int, standing: Person, period: Period) -> PeriodError:
    assert standing.level_since is not None
    first = month_of(standing.level_since.start)
    apart = month_of(period.start).count - first.count
    near = Cycle(first.later(max(apart, 0) // months * months), months)
    message = (
        f"{period} is no cycle of {standing.employee}: they have {months} months and follow one another from {first}."
    )
    hint = f"Write {near}."
    return PeriodError(f"{message} {hint}", [Problem("bad_period", message, hint=hint, value=str(period))])
