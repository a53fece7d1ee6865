"""Ladders by both readers: made-up people scored by one, and the other held against it, column by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from attrs import frozen
from support.populations import assert_equal

import kpicore
from kpicore import LoadedScheme
from kpicore.mapping import MappingReader
from kpicore.problem import Problem
from kpicore.run import Run
from kpicore.sample import sample_frame, sample_roster

TENURE = """
id = "made/tenure"
version = "1"
effective = 2020-01-01
periods = ["cycle"]
[facts]
month_total = { kind = "rating" }
praised = { kind = "flag", default = false }
[params]
least = { value = 75, kind = "rating" }
[ladder]
months = 1
[[ladder.level]]
id = "first"
[[ladder.level]]
id = "second"
[[ladder.level]]
id = "third"
[[ladder.value]]
id = "total_of_month"
formula = "over_cycle(only, month_total)"
[[ladder.move]]
id = "three_low"
levels = ["second", "third"]
to = "down"
when = "streak(over_cycle(only, month_total) < least) >= 3"
[[ladder.move]]
id = "long_enough"
levels = ["first", "second"]
to = "up"
when = "months_in_level >= 3 and total_of_month >= 90"
[[ladder.move]]
id = "praise"
levels = ["first"]
to = "third"
when = "over_cycle(any, praised) and total_of_month == 100"
"""
"""A ladder whose cycles are single months."""


@frozen
class Climbed:
    """Rows of months, a roster, and the results of the cycles by the exact reader.

    The columnar one left `by_exact` of them to it, and of `reasons_by_exact` the reasons.
    """

    scheme: LoadedScheme
    rows: list[dict[str, Any]]
    roster: list[dict[str, Any]]
    run: Run
    by_exact: int
    reasons_by_exact: int


def flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table as the flat form of a result has it, which leaves a decision away where there is none."""
    found = {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in row.items()}
    return {name: value for name, value in found.items() if value is not None or not name.startswith("decision.")}


def both(scheme: LoadedScheme, rows: Iterable[Mapping[str, Any]], roster: object, params: Any = None) -> Climbed:
    """Scores the cycles by both readers and holds them against each other."""
    problems: list[Problem] = []
    reader = MappingReader(scheme, None, scheme.recall(params, None))
    given = list(rows)
    found = [row for _, row in reader.rows(given)]
    whole = scheme.climbing(found, roster, problems)
    run = scheme.score_rows(whole, params)
    table = scheme.score_rows_to_table(whole, params)
    assert [str(problem) for problem in table.problems] == [str(problem) for problem in run.problems]
    left, right = [result.flat() for result in run.results], [flat(row) for row in table.frame.iter_rows(named=True)]
    assert_equal(left, right, ("exact", "columnar"))
    run = Run(scheme, run.results, (*reader.problems, *problems, *run.problems))
    people: Any = roster
    return Climbed(scheme, [dict(row) for row in given], list(people), run, table.by_exact, table.reasons_by_exact)


def climbed(ref: str, people: int, months: int = 24, seed: int = 7, blanks: float = 0.01) -> Climbed:
    """Made-up people of a shipped ladder by both readers."""
    scheme = kpicore.load().scheme(ref)
    figures = sample_frame(scheme.newest, people=people, months=months, seed=seed, blanks=blanks)
    roster = sample_roster(scheme.newest, people=people, seed=seed)
    return both(scheme, figures.to_dicts(), roster.to_dicts())


known = cache(climbed)
"""The same, once for all tests that ask for it."""
