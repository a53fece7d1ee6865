"""The least changes against trying every value, over made-up sheets with formulas that bend, turn and jump."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kpicore
from kpicore.loaded import LoadedScheme
from kpicore.next_step.advice import Advice, Advisor
from kpicore.row import Row

REGISTRY = kpicore.load()
MOST = 40
MEASURES = [
    "a / b",
    "a - b",
    "abs(a - b)",
    "abs(a - 20) + b / 7",
    "min(a, b) * 3",
    "max(a, 2 * b) - a",
    "a if a > b else 2 * b",
    "coalesce(a / (b - 11), 5)",
    "a * b / (a + 1)",
    "(a - b) / a",
    "floor(a / 7) + b",
]
FIGURES = st.integers(0, MOST)
ENDS = st.lists(st.decimals(Decimal(-5), Decimal(60), places=1), min_size=2, max_size=3, unique=True)
POINTS = st.lists(st.sampled_from([0, 20, 40, 60, 80, 100]), min_size=4, max_size=4)


def text(first: str, second: str, ends: list[Decimal], points: list[int], better: str) -> str:
    bands = [
        f"{{ from = {end}, points = {mark} }}" for end, mark in zip(sorted(ends, reverse=True), points, strict=False)
    ]
    listed = ", ".join([*bands, f"{{ otherwise = true, points = {points[-1]} }}"])
    return f"""
id = "own/brute"
version = "1"
effective = 2024-01-01
periods = ["month"]
rules_award = "percent"
[facts]
a = {{ kind = "count", most = {MOST} }}
b = {{ kind = "count", most = {MOST} }}
[[indicator]]
id = "one"
weight = 60
measure = "{first}"
kind = "number"
places = 1
when_undefined = "zero"
better = "{better}"
rule = {{ kind = "bands", bands = [ {listed} ] }}
[[indicator]]
id = "two"
weight = 40
measure = "{second}"
kind = "number"
places = 2
when_undefined = "zero"
rule = {{ kind = "ramp", from = 0, to = 30 }}
[grade]
bands = [ {{ from = 75, grade = "A" }}, {{ from = 40, grade = "B" }}, {{ otherwise = true, grade = "C" }} ]
"""


def told(found: Advice) -> dict[str, Any]:
    """The least single changes, by goal and fact."""
    goals = {lift.indicator: lift.moves for lift in found.lifts}
    goals["grade"] = found.chance.moves if found.chance is not None else ()
    goals["margin"] = found.margin.moves if found.margin is not None else ()
    return {
        name: {move.steps[0].fact: move.steps[0].after for move in moves if len(move.steps) == 1}
        for name, moves in goals.items()
    }


def nearest(loaded: LoadedScheme, figures: dict[str, int], goal: Any) -> dict[str, set[int]]:
    """Of each fact the values nearest to the present one that meet a goal, by trying all."""
    found: dict[str, set[int]] = {}
    for fact, now in figures.items():
        met = [
            value
            for value in range(MOST + 1)
            if goal(loaded.score({**figures, fact: value}, employee="E1", period="2024-03"))
        ]
        if met:
            least = min(abs(value - now) for value in met)
            found[fact] = {value for value in met if abs(value - now) == least}
    return found


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(MEASURES), st.sampled_from(MEASURES), ENDS, POINTS, st.sampled_from(["higher", "lower"]),
    FIGURES, FIGURES,
)  # fmt: skip
def test_no_nearer_value_does(
    first: str, second: str, ends: list[Decimal], points: list[int], better: str, a: int, b: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.toml"
        path.write_text(text(first, second, ends, points, better), "utf-8")
        loaded = REGISTRY.scheme(str(path))
    figures = {"a": a, "b": b}
    facts, _ = loaded.newest.facts(figures)
    found = Advisor(loaded).advice(Row("E1", kpicore.parse_period("2024-03"), facts))
    if found.lacking:
        return
    now, order = found.result, ("A", "B", "C")
    own = now.indicators["one"].points
    assert own is not None and now.grade is not None
    rank = order.index(now.grade)
    goals = {
        "one": lambda result: (result.indicators["one"].points or 0) > own,
        "grade": lambda result: order.index(result.grade) < rank,
        "margin": lambda result: order.index(result.grade) > rank,
    }
    given_ = told(found)
    for name, goal in goals.items():
        expected = nearest(loaded, figures, goal)
        got = given_.get(name, {})
        assert set(got) == set(expected), (name, got, expected)
        for fact, value in got.items():
            assert value in expected[fact], (name, fact, value, expected[fact])
