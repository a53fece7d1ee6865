"""Ladders: both readers say the same of made-up ones, and the exact one the same as a naive reading of a shipped one.

`python tests/engines/test_ladder_readers.py 0 2000` tries as many made-up ladders as one likes, by their seeds.
"""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.dice import Drawn, Rolled
from support.ladders import TENURE, Climbed, both, climbed, known
from support.made_ladder import Ladder, ladder
from support.naive_ladder import Decision, decisions
from support.populations import loaded

from kpicore.errors import SchemeError

SEEDS, PARTS = 40, 2
BEAUTY = "beauty/consultant-ladder"
ladders = st.composite(lambda draw: ladder(Drawn(draw)))


def sound(made: Ladder) -> bool:
    try:
        return made.scheme.climbs
    except SchemeError:
        return False


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(ladders().filter(sound))
def test_a_made_up_ladder_has_the_same_results_by_both_readers(made: Ladder) -> None:
    both(made.scheme, made.rows, made.roster, made.params)


@pytest.mark.parametrize("part", range(PARTS))
def test_many_made_up_ladders_have_the_same_results_by_both_readers(part: int) -> None:
    count = SEEDS // PARTS
    held(part * count, (part + 1) * count)


def held(first: int, end: int) -> int:
    """Holds the readers against each other on the ladders of these seeds; gives how many were sound."""
    seen: Counter[str] = Counter()
    by_exact = tried = 0
    for seed in range(first, end):
        made = ladder(Rolled(f"ladders/{seed}"))
        if not sound(made):
            continue
        try:
            found = both(made.scheme, made.rows, made.roster, made.params)
        except Exception as error:
            raise AssertionError(f"seed ladders/{seed}: {type(error).__name__}: {error}\n{made!r}") from error
        seen.update(result.status for result in found.run)
        seen.update(result.decision["outcome"] for result in found.run if result.decision is not None)
        tried, by_exact = tried + 1, by_exact + found.by_exact
    assert tried > (end - first) * 0.8
    assert seen.keys() == {"scored", "running", "incomplete", "stays", "promoted", "demoted"}
    assert by_exact < sum(seen[word] for word in ("scored", "running", "incomplete")) / 2
    return tried


def test_people_of_whom_nobody_may_begin_have_no_results_by_either_reader() -> None:
    rows = [{"employee": "E1", "period": "2024-01", "month_total": 90}]
    assert not both(loaded(TENURE), rows, []).run.results


def told(made: Climbed) -> list[Decision]:
    """The decisions of a run as the naive reading gives them."""
    found: list[Decision] = []
    for result in made.run:
        decision = result.decision or {}
        found.append((result.employee, result.period, result.status, decision.get("from"), decision.get("to")))
    return found


@pytest.mark.parametrize("seed", [7, 8])
def test_a_naive_reading_decides_the_same(seed: int) -> None:
    made = known(BEAUTY, 400) if seed == 7 else climbed(BEAUTY, 150, months=14, seed=seed, blanks=0.002)
    assert sorted(map(str, decisions(made.rows, made.roster))) == sorted(map(str, told(made)))


if __name__ == "__main__":
    print(f"{held(int(sys.argv[1]), int(sys.argv[2]))} made-up ladders, the same by both readers")
