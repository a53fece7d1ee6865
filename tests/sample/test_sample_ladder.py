"""Made-up months and rosters for ladders: every level, move and outcome occurs, and figures lie where moves decide."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from support.ladders import TENURE, Climbed, known
from support.populations import loaded

import kpicore
from kpicore.figure import read
from kpicore.sample import sample_frame, sample_roster
from kpicore.sample.asked import Asked

BEAUTY = "beauty/consultant-ladder"


@pytest.fixture(scope="module")
def beauty() -> Climbed:
    return known(BEAUTY, 400)


def test_each_outcome_level_and_move_occurs(beauty: Climbed) -> None:
    decided = [result for result in beauty.run if result.decision is not None]
    outcomes = Counter((result.decision["from"], result.decision["outcome"]) for result in decided if result.decision)
    wanted = {("candidate", way) for way in ("stays", "promoted")} | {
        ("professional", way) for way in ("stays", "demoted")
    }
    wanted |= {("trainee", way) for way in ("stays", "promoted", "demoted")}
    assert outcomes.keys() == wanted and min(outcomes.values()) > len(decided) / 50
    status = Counter(result.status for result in beauty.run)
    assert status.keys() == {"scored", "running", "incomplete"} and status["incomplete"] < len(beauty.run) / 3
    moves = Counter(reason.value("move") for result in decided for reason in result.reasons if reason.code == "move")
    ladder = beauty.scheme.newest.model.ladder
    assert ladder is not None
    assert moves.keys() == {move.id for move in ladder.move} and min(moves.values()) > len(decided) / 50
    assert any(reason.code == "below_standard" for result in decided for reason in result.reasons)


def test_the_roster_lets_people_begin_at_every_level_and_in_several_months(beauty: Climbed) -> None:
    assert Counter(person["level"] for person in beauty.roster).keys() == {"candidate", "trainee", "professional"}
    since = Counter(person["level_since"] for person in beauty.roster)
    assert since["2024-01"] > 200 and since["2024-02"] > 40 and since["2024-03"] > 40
    early = sum(count for month, count in since.items() if month < "2024-01")
    assert 0 < early < 20 and early + since["2024-01"] + since["2024-02"] + since["2024-03"] == 400
    assert {row["period"] for row in beauty.rows if row["employee"] == "E000001"} == {
        f"{year}-{month:02d}" for year in (2024, 2025) for month in range(1, 13)
    }


def test_nobody_begins_before_the_scheme_was_in_force() -> None:
    for effective, least in (("2024-01-01", "2024-01"), ("2023-12-01", "2023-12"), ("2023-11-15", "2023-12")):
        scheme = loaded(TENURE.replace("2020-01-01", effective))
        roster = sample_roster(scheme.newest, people=300)
        assert min(roster["level_since"]) == least
        figures = sample_frame(scheme.newest, people=300, months=3).to_dicts()
        run = scheme.score_many(figures, roster=roster)
        assert not [problem for problem in run.problems if problem.code == "no_version"]
        assert {result.employee for result in run} == set(roster["employee"])


def test_figures_lie_on_both_sides_of_what_the_moves_compare(beauty: Climbed) -> None:
    for exam in ("profile_exam", "retest_product_exam"):
        values = {row[exam] for row in beauty.rows}
        assert {Decimal(text) for text in ("89.99", "90", "90.01", "94.99", "95", "95.01")} <= values
    people: dict[str, list[dict[str, Any]]] = {}
    for row in beauty.rows:
        people.setdefault(row["employee"], []).append(row)
    sums: Counter[int] = Counter()
    for person in beauty.roster:
        months = [row["new_customers"] for row in people[person["employee"]] if row["period"] >= person["level_since"]]
        sums.update(
            sum(cycle) for place in range(0, len(months) - 2, 3) if None not in (cycle := months[place : place + 3])
        )
    assert all(sums[customers] > 100 for customers in (2, 3, 4, 5))
    shares = Counter(
        (row["sales"] - row["store_sales_plan"] * Decimal("0.15")) / row["store_sales_plan"]
        for row in beauty.rows
        if row["sales"] is not None and row["store_sales_plan"]
    )
    assert shares[Decimal(0)] > 100
    assert sum(count for share, count in shares.items() if -Decimal("0.0002") < share < 0) > 100


def test_what_belongs_to_a_cycle_is_given_once_for_most_and_twice_for_a_few(beauty: Climbed) -> None:
    twice = {problem.value for problem in beauty.run.problems if problem.code == "twice_in_cycle"}
    assert twice
    assert sum(problem.code == "twice_in_cycle" for problem in beauty.run.problems) < len(beauty.run) / 20


def test_every_figure_is_one_that_its_fact_can_have(beauty: Climbed) -> None:
    facts = beauty.scheme.newest.model.facts
    assert list(beauty.rows[0]) == ["employee", "name", "team", "period", *facts]
    for name, spec in facts.items():
        values = {row[name] for row in beauty.rows}
        assert len(values) > 2
        assert all(value is None or read(value, spec.bounds) == value for value in values)


def test_the_same_seed_gives_the_same_people() -> None:
    version = loaded(TENURE).newest
    frames = [sample_frame(version, people=90, months=3, seed=seed) for seed in (1, 1, 2)]
    rosters = [sample_roster(version, people=90, seed=seed) for seed in (1, 1, 2)]
    assert frames[0].equals(frames[1]) and not frames[0].equals(frames[2])
    assert rosters[0].equals(rosters[1]) and not rosters[0].equals(rosters[2])
    assert frames[0]["period"].unique().sort().to_list() == ["2024-01", "2024-02", "2024-03"]


def test_a_ladder_of_single_months_has_streaks_and_people_long_at_a_level() -> None:
    scheme = loaded(TENURE)
    ladder = scheme.newest.model.ladder
    assert ladder is not None and Asked.of(scheme.newest.sheet(), ladder).spell == 3
    figures = sample_frame(scheme.newest, people=200, months=12, blanks=0.002)
    run = scheme.score_many(figures.to_dicts(), roster=sample_roster(scheme.newest, people=200))
    moves = Counter(reason.value("move") for result in run for reason in result.reasons if reason.code == "move")
    assert moves.keys() == {"three_low", "long_enough", "praise"} and min(moves.values()) >= 20
    levels = Counter(result.decision["from"] for result in run if result.decision is not None)
    assert levels.keys() == {"first", "second", "third"} and min(levels.values()) > 100
    assert {Decimal("74.99"), Decimal(75), Decimal("75.01"), Decimal(90), Decimal(100)} <= {*figures["month_total"]}


def test_other_schemes_have_rosters_without_levels() -> None:
    version = kpicore.load().scheme("ecommerce/agent-indicators").newest
    roster = sample_roster(version, people=40)
    assert roster["level"].null_count() == roster["level_since"].null_count() == 40
