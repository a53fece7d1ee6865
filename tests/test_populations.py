"""Made-up schemes and people: they load, every row gets a result that may be, and the order of rows is nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import tomli
from hypothesis import HealthCheck, given, settings
from support.dice import Rolled
from support.feature import features
from support.populations import (
    Example,
    assert_equal,
    differences,
    example,
    examples,
    frame_of,
    loaded,
    schemes,
    sound,
)
from support.promise import broken
from support.scheme_text import text_of
from support.smaller import smaller

from kpicore.errors import SchemeError

MANY, MOST_UNSOUND = 180, 5
"""How many examples have everything together, and the most of a hundred that may be unsound."""
HEAD = 'id = "made/up"\nversion = "1"\neffective = 2020-01-01\nperiods = ["month"]\n'
slowly = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


@slowly
@given(schemes())
def test_a_scheme_that_is_drawn_can_be_read(table: dict[str, Any]) -> None:
    try:
        loaded(text_of(table))
    except SchemeError as error:
        # What the grammar does not foresee: an end that a band has twice, a division by a constant that is zero.
        assert {problem.code for problem in error.problems} <= {"bad_formula", "bad_band", "no_band"}, text_of(table)


@slowly
@given(examples())
def test_every_row_has_a_result_that_may_be_in_whatever_order(example: Example) -> None:
    assert broken(example) == []


def test_nearly_every_scheme_loads_and_together_they_have_all_that_the_format_can_say() -> None:
    seen: set[str] = set()
    unsound = []
    for number in range(MANY):
        made = example(Rolled(f"features/{number}"))
        if sound(made):
            seen |= features(made, made.scheme.score_many(made.rows, params=made.params))
        else:
            unsound.append(made.text)
    assert len(unsound) <= MANY * MOST_UNSOUND / 100, unsound[0]
    kinds = ("accrue", "bands", "choice", "conditions", "deduct", "proportion", "ramp", "rank", "straight")
    wanted = {f"rule {kind}" for kind in kinds}
    wanted |= {f"total {word}" for word in ("sum", "mean", "share")} | {f"places {places}" for places in range(5)}
    wanted |= {f"grade by {word}" for word in ("total", "lowest", "heads")} | {"pay pool", "pay when", "pay by amounts"}
    wanted |= {f"gate {word}" for word in ("ineligible", "grade", "lower_by", "passed", "failed", "unknown")}
    wanted |= {f"when_{why} {policy}" for why in ("missing", "undefined") for policy in ("zero", "full", "leave_out")}
    wanted |= {f"look {place} {way}" for place in ("measure", "gate", "pay") for way in ("across", "along")}
    wanted |= {"look across within across", "look across within along", "look along within across"}
    wanted |= {f"status {word}" for word in ("scored", "ineligible", "incomplete")}
    wanted |= {f"state {word}" for word in ("scored", "left_out", "missing", "undefined", "unreadable")}
    wanted |= {f"band {end}" for end in ("from", "above", "up_to", "below", "exactly", "otherwise", "with two ends")}
    wanted |= {
        "settings str",
        "settings dict",
        "params by figures",
        "two versions",
        "figures of more than 15 digits",
        "no indicators",
    }
    wanted |= {f"cell {kind}" for kind in ("str", "int", "float", "Decimal", "bool", "NoneType")}
    assert wanted - seen == set()


# What made-up examples found, as small as it gets

CIRCLES = {
    "a total of the month before, in the first month": """
[facts]
n = { kind = "number" }
[[indicator]]
id = "i"
weight = 5
measure = "previous(total) + n"
kind = "number"
rule = { kind = "straight", of = 5 }
""",
    "a rank of the month before": """
[facts]
n = { kind = "number" }
[[indicator]]
id = "i"
weight = 5
measure = "previous(rank(n, low))"
kind = "number"
rule = { kind = "straight", of = 5 }
""",
    "an attainment of the month before, by a rule of ranks": """
[facts]
n = { kind = "number" }
[[indicator]]
id = "i"
weight = 5
measure = "n"
rule = { kind = "rank", points = [6], within = "team" }
[[gate]]
id = "g"
require = "previous(attainment(i)) != n"
effect = { ineligible = true }
""",
}
"""Why a look back has nothing leads back to itself."""


@pytest.mark.parametrize("text", CIRCLES.values(), ids=CIRCLES)
def test_a_look_back_that_leads_to_itself_has_reasons(text: str) -> None:
    (result,) = loaded(HEAD + text).score_many([{"employee": "E1", "period": "2024-03", "n": 1}]).results
    assert result.status == "incomplete"
    assert result.reasons


def test_an_amount_that_is_nought_whatever_the_parameter() -> None:
    text = """
[facts]
n = { kind = "number" }
[params]
p = { value = 1 }
[[pay]]
id = "a"
amount = { by = "n", bands = [{ above = 80, amount = "p * 0" }, { otherwise = true, amount = 1 }] }
"""
    layers = '[params]\np = 7\n[team."T1".params]\np = 2\n'
    made = Example(tomli.loads(HEAD + text), [{"employee": "E1", "team": "T1", "period": "2024-03", "n": 81}], layers)
    (result,) = made.scheme.score_many(made.rows, params=made.params).results
    assert str(result.pay_total) == "0.00"


def test_a_month_that_needs_its_own_total_over_its_cycle_is_refused() -> None:
    text = """
[[indicator]]
id = "i"
weight = 5
measure = "over_cycle(sum, total)"
kind = "number"
rule = { kind = "straight", of = 5 }
"""
    with pytest.raises(SchemeError):
        loaded(HEAD + text).score_many([{"employee": "E1", "period": "2024-03"}])


def test_a_missing_weight_in_a_pool_is_no_nought() -> None:
    text = '[facts]\nn = { kind = "number" }\n[[pay]]\nid = "a"\namount = "n"\npool = 100\n'
    rows = [{"employee": "E1", "period": "2024-03", "n": 1}, {"employee": "E2", "period": "2024-03"}]
    results = loaded(HEAD + text).score_many(rows).results
    assert [result.status for result in results] == ["scored", "incomplete"]


# What they rest on


def test_the_same_seed_gives_the_same_example() -> None:
    one, other = (repr(example(Rolled("seed"))) for _ in range(2))
    assert one == other


def test_a_frame_has_one_type_a_column() -> None:
    frame = frame_of([{"a": 1, "b": Decimal("0.5"), "c": "x"}, {"a": None, "b": 2, "d": True}])
    assert frame.to_dicts() == [
        {"a": 1, "b": Decimal("0.5"), "c": "x", "d": None},
        {"a": None, "b": Decimal("2.0"), "c": None, "d": True},
    ]
    assert frame_of([{"a": 1}, {"a": "x"}]).to_dicts() == [{"a": "1"}, {"a": "x"}]


def test_differences_name_the_row_and_the_column() -> None:
    one = [{"employee": "E1", "period": "2024-03", "total": "1.00", "rank": 1}]
    assert differences(one, [dict(one[0])]) == []
    assert_equal(one, one)
    told = differences(one, [{**one[0], "total": "1.0", "rank": True}])
    assert told == [
        "left != right",
        "row 0 (E1, 2024-03): total: '1.00' != '1.0'",
        "row 0 (E1, 2024-03): rank: 1 != True",
    ]
    assert differences(one, []) == ["left != right", "rows: count: 1 != 0"]
    with pytest.raises(AssertionError, match="no such column"):
        assert_equal(one, [{"employee": "E1"}])


def test_an_example_becomes_as_small_as_what_is_wrong_with_it() -> None:
    made = next(each for number in range(99) if "gate" in (each := example(Rolled(f"small/{number}"))).table)
    small = smaller(made, lambda tried: bool(tried.table.get("gate")), seconds=20)
    assert len(small.table["gate"]) == 1
    assert small.settings is None
    assert len(small.rows) <= 1
    assert "pay" not in small.table
