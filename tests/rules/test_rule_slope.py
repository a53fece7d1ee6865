"""`proportion`, `straight`, `ramp`: their ends, what lies beyond them, and how they round."""

from __future__ import annotations

import pytest
from support.small import Small, model_of, one

from kpicore.errors import SchemeError


@pytest.mark.parametrize(
    ("x", "points"),
    [
        ("-1", "0.00"),
        ("0", "0.00"),
        ("0.5999", "0.00"),
        ("0.6", "18.00"),
        ("0.7501", "22.50"),
        ("0.9999", "30.00"),
        ("1", "30.00"),
        ("7", "30.00"),
    ],
)
def test_proportion_is_nothing_below_and_full_from_its_end_up(x: str, points: str) -> None:
    assert Small(one('{ kind = "proportion", from = 0.6, to = 1 }', weight="30")).points(x) == points


def test_proportion_without_ends_runs_from_zero_to_one() -> None:
    small = Small(one('{ kind = "proportion" }', weight="30"))
    assert [small.points(x) for x in ("-0.5", "0.1", "0.99", "1.5")] == ["0.00", "3.00", "29.70", "30.00"]


def test_proportion_rises_towards_its_own_end() -> None:
    small = Small(one('{ kind = "proportion", from = 1, to = 3 }', weight="10"))
    assert [small.points(x) for x in ("0.9999", "1", "2", "3")] == ["0.00", "3.33", "6.67", "10.00"]


def test_proportion_with_both_ends_in_one_place_is_a_step() -> None:
    small = Small(one('{ kind = "proportion", from = 1, to = 1 }', weight="10"))
    assert [small.points(x) for x in ("0.9999", "1")] == ["0.00", "10.00"]


@pytest.mark.parametrize(
    ("kind", "x", "points"),
    [("ratio", "0.333", "6.66"), ("ratio", "0", "0.00"), ("ratio", "1", "20.00"), ("rating", "87.5", "17.50")],
)
def test_straight_knows_what_is_full_for_a_ratio_and_a_rating(kind: str, x: str, points: str) -> None:
    assert Small(one('{ kind = "straight" }', kind=kind, weight="20")).points(x) == points


def test_straight_is_held_between_nothing_and_full_marks() -> None:
    small = Small(one('{ kind = "straight", of = 8 }', weight="20"))
    assert [small.points(x) for x in ("-1", "0", "3", "8", "9")] == ["0.00", "0.00", "7.50", "20.00", "20.00"]


def test_straight_needs_to_know_what_is_full() -> None:
    with pytest.raises(SchemeError, match="'of' is missing"):
        model_of(one('{ kind = "straight" }'))


@pytest.mark.parametrize(
    ("x", "points"),
    [("0.69", "0.00"), ("0.7", "0.00"), ("0.75", "2.50"), ("0.8999", "10.00"), ("0.9", "10.00"), ("1", "10.00")],
)
def test_a_rising_ramp(x: str, points: str) -> None:
    assert Small(one('{ kind = "ramp", from = 0.7, to = 0.9 }', weight="10")).points(x) == points


@pytest.mark.parametrize(
    ("x", "points"), [("72", "2.00"), ("80", "2.00"), ("48", "4.67"), ("24", "6.00"), ("36", "6.00"), ("0", "6.00")]
)
def test_a_falling_ramp_with_ends_of_its_own(x: str, points: str) -> None:
    assert Small(one('{ kind = "ramp", from = 72, to = 36, least = 2, most = 6 }', weight="10")).points(x) == points


def test_a_ramp_between_parameters_asks_which_way_is_better() -> None:
    rule = '{ kind = "ramp", from = "a", to = "b" }'
    params = "a = { value = 72 }\nb = { value = 36 }"
    with pytest.raises(SchemeError, match="rises or falls"):
        model_of(one(rule, params=params))
    small = Small(one(rule, params=params, more='measure = "x"\nbetter = "lower"', weight="10"))
    assert [small.points(x) for x in ("72", "54", "36", "30")] == ["0.00", "5.00", "10.00", "10.00"]


def test_a_ramp_between_parameters_that_meet_is_a_step() -> None:
    rule = '{ kind = "ramp", from = "a", to = 5 }'
    small = Small(one(rule, params="a = { value = 5 }", more='measure = "x"\nbetter = "higher"', weight="10"))
    assert [small.points(x) for x in ("4.9999", "5", "5.0001")] == ["0.00", "10.00", "10.00"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('{ kind = "ramp", from = 5, to = 5 }', "same value"),
        ('{ kind = "proportion", from = 2, to = 1 }', "lies above"),
        ('{ kind = "proportion", to = 0 }', "must be above 0"),
        ('{ kind = "straight", of = 0 }', "must be above 0"),
    ],
)
def test_ends_that_can_not_be_are_refused(rule: str, message: str) -> None:
    with pytest.raises(SchemeError, match=message):
        model_of(one(rule))


def test_where_rules_award_percent_the_weight_scales_the_points() -> None:
    small = Small(one('{ kind = "ramp", from = 0, to = 3 }', head='rules_award = "percent"', weight="30"))
    line = small.line({"x": "1"})
    assert (str(line.points), str(line.score), str(line.full_marks)) == ("33.33", "10.00", "30.00")


@pytest.mark.parametrize("rule", ["proportion", "straight", "ramp", "deduct", "accrue", "bands"])
def test_a_text_has_no_place_on_a_curve(rule: str) -> None:
    fields = {
        "straight": "of = 1",
        "ramp": "from = 0, to = 1",
        "deduct": "each = 1",
        "accrue": "each = 1",
        "bands": "bands = [{ otherwise = true, points = 0 }]",
    }.get(rule, "from = 0")
    with pytest.raises(SchemeError, match="number"):
        model_of(one(f'{{ kind = "{rule}", {fields} }}', kind="text"))
