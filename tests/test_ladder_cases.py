"""The worked cases of the beauty consultants' ladder, scored in the other ways, and what they need a roster for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpicore
from kpicore.cases.casefile import Case, cases_path, read_cases
from kpicore.loaded import LoadedScheme
from kpicore.problem import Problem
from kpicore.result import Result

FILE = Path(__file__).resolve().parents[1] / "schemes" / "beauty" / "consultant-ladder.toml"
LADDER = kpicore.load().scheme("beauty/consultant-ladder")
CASES, PROBLEMS = read_cases(cases_path(FILE), LADDER.newest.model)
FIGURES = {
    "new_customers": 2,
    "sales": 3000,
    "consumption": 3000,
    "store_sales_plan": 10000,
    "store_consumption_plan": 10000,
}


CASES_OF = {f"E{place:03d}": case for place, case in enumerate(CASES) if case.history and not case.params}
ROSTER = [{"employee": employee, **case.facts} for employee, case in CASES_OF.items()]
ROWS = [
    {"employee": employee, "period": month, **figures}
    for employee, case in CASES_OF.items()
    for month, figures in case.history.items()
]


@pytest.fixture(scope="module")
def ladder() -> LoadedScheme:
    return LADDER


def alone(employee: str, case: Case) -> Result:
    return LADDER.score(case.facts, employee=employee, period=case.period, history=case.history)


def test_a_roster_gives_what_the_level_and_the_history_give(ladder: LoadedScheme) -> None:
    assert PROBLEMS == ()
    assert len(CASES_OF) > 100
    found = {(result.employee, result.period): result for result in ladder.score_many(ROWS, roster=ROSTER)}
    for employee, case in CASES_OF.items():
        assert found[employee, case.period] == alone(employee, case), case.name


def test_a_table_gives_the_same(ladder: LoadedScheme) -> None:
    texts = [{name: None if value == "" else str(value) for name, value in row.items()} for row in ROWS]
    table = ladder.score_table(pl.DataFrame(texts, infer_schema_length=None), roster=ROSTER).frame
    names = ("status", "reasons", *(name for name in table.columns if name.startswith("decision.")))
    assert len(names) == 7
    found = {(row["employee"], row["period"]): row for row in table.to_dicts()}
    for employee, case in CASES_OF.items():
        row, flat = found[employee, case.period], alone(employee, case).flat()
        assert {name: row[name] or None for name in names} == {name: flat.get(name) or None for name in names}


def in_post(ladder: LoadedScheme, months: list[str], **roster: object) -> tuple[list[Result], list[Problem]]:
    """What comes out for one trainee with these months and this line of a roster."""
    line: dict[str, Any] = {"employee": "E1", "level": "trainee", "level_since": "2024-01", **roster}
    run = ladder.score_many([{"employee": "E1", "period": month, **FIGURES} for month in months], roster=[line])
    return list(run), list(run.problems)


def reasons(result: Result) -> list[tuple[str, dict[str, str]]]:
    return [(reason.code, dict(reason.values)) for reason in result.reasons]


def test_in_post_for_part_of_the_first_month(ladder: LoadedScheme) -> None:
    (result,), problems = in_post(ladder, ["2024-01", "2024-02", "2024-03"], employed_from="2024-01-15")
    assert (result.period, result.status) == ("2024-01+3", "scored")
    assert result.decision is not None and result.decision["outcome"] == "stays"
    assert reasons(result) == [("no_move", {}), ("in_post_for_part", {"from": "2024-01-15"})]
    assert [(problem.code, problem.severity) for problem in problems] == [("in_post_for_part", "warning")]


def test_who_came_within_the_cycle_lacks_its_first_month(ladder: LoadedScheme) -> None:
    (result,), _ = in_post(ladder, ["2024-02", "2024-03"], employed_from="2024-02-01")
    assert (result.status, result.decision) == ("incomplete", None)
    assert reasons(result) == [
        ("month_missing", {"period": "2024-01"}),
        ("in_post_for_part", {"from": "2024-02-01"}),
    ]


def test_who_left_within_the_second_cycle(ladder: LoadedScheme) -> None:
    months = [f"2024-0{month}" for month in range(1, 6)]
    (first, second), _ = in_post(ladder, months, employed_to="2024-05-20")
    assert (first.status, [code for code, _ in reasons(first)]) == ("scored", ["no_move"])
    assert (second.period, second.status) == ("2024-04+3", "running")
    assert reasons(second)[-1] == ("in_post_for_part", {"to": "2024-05-20"})
