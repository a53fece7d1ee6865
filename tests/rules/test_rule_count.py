"""`deduct` and `accrue`: what each thing costs or brings, from where, up to where."""

from __future__ import annotations

import pytest
from support.small import Small, model_of, one

from kpicore.errors import SchemeError


def all_points(rule: str, xs: str, **more: str) -> list[str | None]:
    small = Small(one(rule, **more))
    return [small.points(x) for x in xs.split()]


def test_each_costs_until_nothing_is_left() -> None:
    rule = '{ kind = "deduct", each = 4 }'
    assert all_points(rule, "0 1 2 3 100", kind="count", weight="10") == ["10.00", "6.00", "2.00", "0.00", "0.00"]


def test_three_or_more_lose_the_whole_item() -> None:
    rule = '{ kind = "deduct", each = 1, wipe_out_at = 3 }'
    assert all_points(rule, "0 1 2 3 4", kind="count", weight="5") == ["5.00", "4.00", "3.00", "0.00", "0.00"]


def test_a_wipe_out_loses_what_the_floor_leaves() -> None:
    rule = '{ kind = "deduct", each = 1, wipe_out_at = 3, floor = 2 }'
    assert all_points(rule, "2 3 4", kind="count", weight="10") == ["8.00", "2.00", "2.00"]


def test_what_is_free_costs_nothing_and_parts_of_one_count_for_nothing() -> None:
    rule = '{ kind = "deduct", each = 2, free = 3, per = 5, floor = 1 }'
    assert all_points(rule, "-4 0 3 7.9999 8 12.9999 13 100", weight="6") == [
        "6.00", "6.00", "6.00", "6.00", "4.00", "4.00", "2.00", "1.00",
    ]  # fmt: skip


def test_the_floor_ends_a_step_that_would_go_below_it() -> None:
    assert all_points('{ kind = "deduct", each = 3, floor = 2.5 }', "1 2 3", kind="count", weight="7") == [
        "4.00", "2.50", "2.50",
    ]  # fmt: skip


def test_a_negative_floor_is_a_loss_beyond_nothing() -> None:
    assert all_points('{ kind = "deduct", each = 3, floor = -5 }', "3 4 5", kind="count", weight="7") == [
        "-2.00", "-5.00", "-5.00",
    ]  # fmt: skip


def test_each_brings_points_up_to_the_most() -> None:
    rule = '{ kind = "accrue", each = 4, most = 10 }'
    assert all_points(rule, "-1 0 0.9999 1 2 2.9999 3 99", weight="10") == [
        "0.00", "0.00", "0.00", "4.00", "8.00", "8.00", "10.00", "10.00",
    ]  # fmt: skip


def test_without_a_most_the_full_marks_end_the_counting() -> None:
    assert all_points('{ kind = "accrue", each = 1 }', "2 3 4", kind="count", weight="3") == ["2.00", "3.00", "3.00"]


def test_a_most_above_the_weight_is_a_bonus() -> None:
    assert all_points('{ kind = "accrue", each = 5, most = 20 }', "3 4 9", kind="count") == ["15.00", "20.00", "20.00"]


def test_counting_begins_at_the_start_also_below_zero() -> None:
    assert all_points('{ kind = "accrue", each = 1, start = -2, most = 4 }', "-3 -2 -1 0 5") == [
        "0.00", "0.00", "1.00", "2.00", "4.00",
    ]  # fmt: skip


def test_a_step_of_a_part_and_points_of_a_part() -> None:
    assert all_points('{ kind = "accrue", each = 0.5, per = 0.1, most = 2 }', "0.0999 0.1 0.25 0.3999 0.4") == [
        "0.00", "0.50", "1.00", "1.50", "2.00",
    ]  # fmt: skip


def test_where_rules_award_percent_each_is_percent() -> None:
    line = Small(one('{ kind = "deduct", each = 15 }', head='rules_award = "percent"', weight="30")).line({"x": 3})
    assert (str(line.points), str(line.score)) == ("55.00", "16.50")


def test_steps_by_parameters() -> None:
    small = Small(
        one('{ kind = "deduct", each = "loss", per = "size" }', params="loss = { value = 4 }\nsize = { value = 1 }"),
        "[params]\nsize = 2\n",
    )
    assert [small.points(x) for x in ("1", "2", "5")] == ["100.00", "96.00", "92.00"]


@pytest.mark.parametrize("kind", ["deduct", "accrue"])
@pytest.mark.parametrize("field", ["each = 0", "each = -1", "each = 1, per = 0"])
def test_a_step_of_nothing_is_refused(kind: str, field: str) -> None:
    with pytest.raises(SchemeError, match="must be above 0"):
        model_of(one(f'{{ kind = "{kind}", {field} }}'))


@pytest.mark.parametrize("kind", ["deduct", "accrue"])
def test_a_step_that_a_parameter_makes_nothing_leaves_the_points_undefined(kind: str) -> None:
    small = Small(one(f'{{ kind = "{kind}", each = 1, per = "size" }}', params="size = { value = 1 }"))
    assert small.line({"x": 5, "size": 0}).state == "undefined"


@pytest.mark.parametrize("kind", ["deduct", "accrue"])
def test_a_step_of_nothing_is_undefined_for_a_known_measure_too(kind: str) -> None:
    rule = f'measure = "7"\nkind = "money"\nrule = {{ kind = "{kind}", each = 1, per = "size" }}'
    text = f'[params]\nsize = {{ value = 0 }}\n[[indicator]]\nid = "i"\nweight = 5\n{rule}'
    assert Small(text).line({}).state == "undefined"
