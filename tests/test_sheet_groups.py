"""Conditions on groups: what they make of the indicators inside, and that they are nothing but an only_if on each."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import evolve
from support.dice import Rolled
from support.populations import Example, example, frame_of, sound
from support.small import BAD, HEAD, Small, codes, model_of

import kpicore
from kpicore.errors import SchemeError
from kpicore.formula.node import Every
from kpicore.sheet import only_if_of

TEXT = """
[facts]
complaints = { kind = "count" }
ready = { kind = "flag" }
a = { kind = "rating" }
b = { kind = "rating" }
c = { kind = "rating" }
[[group]]
id = "service"
only_if = "complaints <= 5"
[[group]]
id = "other"
[[indicator]]
id = "a"
group = "service"
weight = 20
rule = { kind = "straight" }
[[indicator]]
id = "b"
group = "service"
weight = 30
only_if = "ready"
when_missing = "POLICY"
rule = { kind = "straight" }
[[indicator]]
id = "c"
group = "other"
weight = 50
rule = { kind = "straight" }
"""
GOOD = {"complaints": 5, "ready": True, "a": 100, "b": 100, "c": 100}


def scores(policy: str = "incomplete", **given: object) -> tuple[Any, ...]:
    result = Small(TEXT.replace("POLICY", policy)).score({**GOOD, **given})
    return (*(None if line.score is None else str(line.score) for line in result.indicators.values()), result.status)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"complaints": 4}, ("20.00", "30.00", "50.00", "scored")),
        ({"complaints": 5}, ("20.00", "30.00", "50.00", "scored")),
        ({"complaints": 6}, ("0.00", "0.00", "50.00", "scored")),
        ({"ready": False}, ("20.00", "0.00", "50.00", "scored")),
        ({"complaints": ""}, (None, None, "50.00", "incomplete")),
        ({"complaints": BAD}, (None, None, "50.00", "incomplete")),
        ({"ready": ""}, ("20.00", None, "50.00", "incomplete")),
        # where the group's condition is false nothing else of its indicators is asked, not even their own condition
        ({"complaints": 6, "a": "", "b": BAD, "ready": ""}, ("0.00", "0.00", "50.00", "scored")),
        ({"complaints": 6, "ready": BAD}, ("0.00", "0.00", "50.00", "scored")),
        # and where the own one is false, not the group's
        ({"complaints": "", "ready": False}, (None, "0.00", "50.00", "incomplete")),
        ({"complaints": BAD, "ready": False}, (None, "0.00", "50.00", "incomplete")),
        ({"complaints": 6, "c": ""}, ("0.00", "0.00", None, "incomplete")),
    ],
)
def test_where_it_does_not_hold_every_indicator_of_the_group_scores_nothing(
    given: dict[str, object], expected: tuple[Any, ...]
) -> None:
    assert scores(**given) == expected


@pytest.mark.parametrize(("policy", "score"), [("zero", "0.00"), ("full", "30.00"), ("leave_out", None)])
def test_where_it_is_absent_each_indicator_s_policy_applies(policy: str, score: str | None) -> None:
    assert scores(policy, complaints="")[:2] == (None, score)
    assert scores(policy, complaints=BAD)[:2] == (None, None)


def test_the_sum_of_the_group_and_the_full_marks_stay() -> None:
    result = Small(TEXT.replace("POLICY", "zero")).score({**GOOD, "complaints": 6})
    assert result.groups is not None
    assert {name: str(score) for name, score in result.groups.items()} == {"service": "0.00", "other": "50.00"}
    assert (str(result.counted_marks), str(result.full_marks), str(result.total)) == ("100.00", "100.00", "50.00")
    assert codes(result) == []


def test_the_condition_of_the_group_comes_before_the_own_one() -> None:
    model = model_of(TEXT.replace("POLICY", "zero"))
    group, own = model.groups[0].only_if, model.indicators[1].only_if
    assert group is not None and own is not None
    asked = [only_if_of(model, line) for line in model.indicators]
    assert asked == [group.node, Every((group.node, own.node)), None]


@pytest.mark.parametrize(
    ("condition", "code", "message"),
    [
        ("complaints", "bad_formula", "The formula gives a number; a yes or no is needed here."),
        ("complaint <= 5", "bad_formula", "'complaint' is not known."),
        ("total >= 50", "bad_formula", "'total' can not stand here."),
        ("attainment(a) > 0", "circular", "'a' stands in the group itself"),
        ("attainment(c) > 0 or points(b) > 1", "circular", "'b' stands in the group itself"),
    ],
)
def test_a_condition_that_can_not_be_asked(condition: str, code: str, message: str) -> None:
    with pytest.raises(SchemeError) as raised:
        model_of(TEXT.replace("POLICY", "zero").replace("complaints <= 5", condition))
    (problem,) = raised.value.problems
    assert (problem.code, problem.key) == (code, "group.service.only_if")
    assert message in problem.message
    assert problem.hint or code == "bad_formula"


def test_a_condition_may_ask_an_indicator_of_another_group() -> None:
    text = TEXT.replace("POLICY", "zero").replace("complaints <= 5", "attainment(c) >= 0.5")
    assert [str(line.score) for line in Small(text).score({**GOOD, "c": 50}).indicators.values()] == [
        "20.00", "30.00", "25.00",
    ]  # fmt: skip
    assert str(Small(text).score({**GOOD, "c": 49}).indicators["a"].score) == "0.00"


def test_conditions_that_ask_each_other_s_groups_are_a_circle() -> None:
    text = TEXT.replace("POLICY", "zero").replace("complaints <= 5", "attainment(c) > 0")
    with pytest.raises(SchemeError) as raised:
        Small(text.replace('id = "other"\n', 'id = "other"\nonly_if = "attainment(a) > 0"\n', 1))
    (problem,) = raised.value.problems
    assert problem.code == "circular"


def spelled_out(table: dict[str, Any]) -> dict[str, Any]:
    """The same scheme with each group's condition written at every indicator of it."""
    found = deepcopy(table)
    conditions = {row["id"]: row.pop("only_if", None) for row in found["group"]}
    for line in found["indicator"]:
        asked = [part for part in (conditions.get(line.get("group")), line.get("only_if")) if part is not None]
        if asked:
            line["only_if"] = " and ".join(f"({part})" for part in asked)
    return found


def flat(made: Example) -> list[dict[str, Any]]:
    rows = [result.flat() for result in made.scheme.score_many(frame_of(made.rows).to_dicts(), params=made.params)]
    return [{name: value for name, value in row.items() if name != "hash"} for row in rows]


def test_a_condition_of_a_group_is_one_of_each_of_its_indicators() -> None:
    tried = 0
    for seed in range(1000):
        made = example(Rolled(f"groups/{seed}"))
        conditions = [row for row in made.table.get("group", ()) if "only_if" in row]
        if not conditions or made.later is not None or not sound(made):
            continue
        same = evolve(made, table=spelled_out(made.table))
        assert flat(made) == flat(same), f"groups/{seed}"
        tried += 1
        if tried == 25:
            return
    raise AssertionError(f"only {tried} schemes with such a condition were made up")


def test_both_readers_agree_on_hard_cases(tmp_path: Path) -> None:
    for policy in ("incomplete", "zero", "full", "leave_out"):
        path = tmp_path / f"{policy}.toml"
        path.write_text(HEAD + TEXT.replace("POLICY", policy), "utf-8")
        scheme = kpicore.load().scheme(str(path))
        changes = [{"complaints": n, "ready": ready, "b": b} for n in (5, 6, None, "x") for ready in (True, False, None)
                   for b in (100, None)]  # fmt: skip
        rows = [{"employee": f"E{place}", "period": "2024-03", **GOOD, **row} for place, row in enumerate(changes)]
        rows = [{name: None if value is None else str(value) for name, value in row.items()} for row in rows]
        exact = [result.flat() for result in scheme.score_many(rows)]
        table = scheme.score_table(pl.DataFrame(rows)).frame.to_dicts()
        for row, flat_ in zip(table, exact, strict=True):
            shown = {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in row.items()}
            assert shown == flat_, (policy, row["employee"])
