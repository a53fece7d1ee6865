"""What is still needed in a running cycle; above all that what is called settled stays so, whatever is to come."""

from __future__ import annotations

import random
from typing import Any

import pytest

import kpicore
from kpicore.formula.node import Absence, Compare, Every, Not, Ref
from kpicore.loaded import LoadedScheme
from kpicore.needed import _Need, so_far
from kpicore.result import Result
from kpicore.row import Row

PASSED = {"profile_exam": 95, "product_exam": 96, "instrument_exam": 100, "reception_ok": True}
PLANS = {"store_sales_plan": 10_000, "store_consumption_plan": 10_000}


@pytest.fixture(scope="module")
def ladder() -> LoadedScheme:
    return kpicore.load().scheme("beauty/consultant-ladder")


def month(**more: Any) -> dict[str, Any]:
    return {"new_customers": 2, "sales": 2_000, "consumption": 2_000, **PLANS, **more}


def running(ladder: LoadedScheme, level: str, *months: dict[str, Any]) -> Result:
    history = {f"2024-{place:02d}": figures for place, figures in enumerate(months, 1)}
    facts = {"level": level, "level_since": "2024-01"}
    result = ladder.score(facts, employee="E1", period="2024-01+3", history=history)
    assert result.status == "running" and result.decision is None
    return result


def told(result: Result) -> list[tuple[str, str | None]]:
    return [(reason.code, reason.value("value") or reason.value("move")) for reason in result.reasons]


@pytest.mark.parametrize(
    ("level", "months", "expected"),
    [
        ("candidate", (), [("needed_to_rise", "passed_for_trainee")]),
        ("candidate", (month(**PASSED),), [("decided_already", "enters")]),
        ("professional", (), [("needed_to_stay", "new_in_cycle")]),
        ("professional", (month(new_customers=4, sales=2_500, consumption=2_500),), []),
        (
            "trainee",
            (month(profile_exam=80), month()),
            [
                ("needed_to_stay", "passed_for_trainee"),
                ("needed_to_rise", "applied"),
                ("needed_to_rise", "passed_for_professional"),
                ("needed_to_rise", "enough_each_month"),
            ],
        ),
        (
            "trainee",
            (month(profile_exam=80, retest_profile_exam=89), month()),
            [("decided_already", "trainee_checks_failed")],
        ),
        (
            "trainee",
            (month(sales=1_499), month(new_customers=1)),
            [("out_of_reach", "enough_each_month"), ("below_standard", None)],
        ),
        ("trainee", (month(**PASSED, apply=True), month()), [("needed_to_rise", "enough_each_month")]),
    ],
    ids=["none", "passed", "no figures", "kept", "first try failed", "both failed", "a low month", "all but a month"],
)
def test_what_is_needed_at_a_level(
    ladder: LoadedScheme, level: str, months: tuple[dict[str, Any], ...], expected: list[tuple[str, str | None]]
) -> None:
    assert told(running(ladder, level, *months)) == expected


def test_a_month_that_is_not_there_is_told_alone(ladder: LoadedScheme) -> None:
    history = {"2024-02": month()}
    facts = {"level": "trainee", "level_since": "2024-01"}
    result = ladder.score(facts, employee="E1", period="2024-01+3", history=history)
    assert [(reason.code, reason.value("period")) for reason in result.reasons] == [("month_missing", "2024-01")]


def test_marks_that_contradict_each_other_are_named(ladder: LoadedScheme) -> None:
    result = running(ladder, "professional", month(**PASSED), month(profile_exam=96))
    assert ("unreadable_figure", None) in told(result)
    assert result.reasons[0].value("fact") == "profile_exam"


def random_month(chance: random.Random) -> dict[str, Any]:
    figures = month(new_customers=chance.choice([0, 1, 2, 4]), apply=chance.choice([True, False, None]))
    figures |= {name: chance.choice([1_499, 1_500, 1_501, 9_000]) for name in ("sales", "consumption")}
    for retest in ("", "retest_"):
        for exam in ("profile_exam", "product_exam", "instrument_exam"):
            figures[f"{retest}{exam}"] = chance.choice([None, None, 89, 90, 95, 100])
        figures[f"{retest}reception_ok"] = chance.choice([None, True, False])
    return figures


def parts(node: Any) -> list[Any]:
    inner = [node.arg] if isinstance(node, Not) else list(node.args) if isinstance(node, Every) else []
    return [node, *(each for part in inner for each in parts(part))]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_settled_stays_so(ladder: LoadedScheme, seed: int) -> None:
    """Whatever figures the months to come have, of each part of a condition that is called settled."""
    chance = random.Random(seed)
    known = chance.choice([1, 2])
    begun = [random_month(chance) for _ in range(known)]
    version = ladder.newest
    spec = version.model.ladder
    assert spec is not None
    at = chance.choice([0, 1, 2])
    start = {"level": spec.levels[at], "level_since": "2024-01"}

    def row(months: list[dict[str, Any]]) -> Row:
        history = {f"2024-{place:02d}": figures for place, figures in enumerate(months, 1)}
        scorer, found = ladder.asked_of(start, ("E1", None, None, None), "2024-01+3", None, None, history)
        return scorer.reader(found)[1]

    now, reader = so_far(row(begun)), version.plain.reader(row(begun))[0]
    assert now is not None
    needs = [_Need(spec, reader, now, move, at) for move in spec.move]
    settled = [
        (part, need.value(part))
        for need in needs
        for part in parts(need.move.when.node)
        if need.settled(part)
    ]  # fmt: skip
    for _ in range(6):
        whole = row([*begun, *(random_month(chance) for _ in range(3 - known))])
        for part, value in settled:
            later = reader.value(part, whole)
            # A second mark of another value makes a check unreadable; till then a mark that is there is the one.
            assert later == value or later is Absence.UNREADABLE, part
    assert all(isinstance(part, Ref | Compare | Not | Every) for part, _ in settled)
