"""`bands`: which band claims a measure, at its ends and beyond, and what a hole means."""

from __future__ import annotations

import pytest
from support.small import Small, one, reasons

STEPS = """{ kind = "bands", bands = [ { from = 0.75, points = 100 }, { from = 0.65, points = 80 },
    { above = 0.5, points = 60 }, { otherwise = true, points = 0 } ] }"""
SINGLE = """{ kind = "bands", bands = [ { exactly = 3, points = 7 }, { up_to = 1, points = 5 },
    { below = 3, points = 4 }, { above = 3, points = 1 } ] }"""
RANGES = """{ kind = "bands", bands = [ { from = 91, up_to = 100, points = 3 }, { from = 86, up_to = 90, points = 2 },
    { from = 0, below = 86, points = 1 }, { below = 0, points = 0 }, { above = 100, points = 4 } ] }"""


@pytest.mark.parametrize(
    ("x", "points"),
    [
        ("0.75", "100.00"),
        ("0.7499", "80.00"),
        ("0.65", "80.00"),
        ("0.6499", "60.00"),
        ("0.5001", "60.00"),
        ("0.5", "0.00"),
        ("0", "0.00"),
        ("1", "100.00"),
    ],
)
def test_the_first_band_that_fits_wins(x: str, points: str) -> None:
    assert Small(one(STEPS, kind="ratio")).points(x) == points


@pytest.mark.parametrize(
    ("x", "points"), [("1", "5.00"), ("1.0001", "4.00"), ("2.9999", "4.00"), ("3", "7.00"), ("3.0001", "1.00")]
)
def test_each_word_for_an_end_is_open_or_closed_as_it_says(x: str, points: str) -> None:
    assert Small(one(SINGLE)).points(x) == points


def test_an_order_that_hides_a_band_is_kept() -> None:
    bands = "{ from = 0, points = 1 }, { from = 5, points = 9 }, { otherwise = true, points = 0 }"
    rule = f'{{ kind = "bands", bands = [ {bands} ] }}'
    assert Small(one(rule)).points("7") == "1.00"


@pytest.mark.parametrize(("x", "points"), [("90", "2.00"), ("91", "3.00"), ("100", "3.00"), ("85.99", "1.00")])
def test_bands_with_two_ends(x: str, points: str) -> None:
    assert Small(one(RANGES)).points(x) == points


@pytest.mark.parametrize("policy", ["incomplete", "zero", "full", "leave_out"])
def test_a_hole_is_undefined_and_no_policy_settles_it(policy: str) -> None:
    more = f'measure = "x"\nwhen_missing = "{policy}"\nwhen_undefined = "{policy}"'
    result = Small(one(RANGES, more=more)).score({"x": "90.5"})
    line = result.indicators["i"]
    assert (line.state, line.points, line.score, str(line.measure)) == ("undefined", None, None, "90.5000")
    assert (result.status, result.total) == ("incomplete", None)
    assert reasons(result) == [{"code": "no_band", "indicator": "i"}]


def test_the_measure_is_judged_on_its_own_grid() -> None:
    """Whole percents leave no hole between 86..90 and 91..95; the rounded measure is what the bands see."""
    small = Small(one(RANGES, more='measure = "x"\nplaces = 0'))
    assert small.points("90.49") == "2.00"
    assert small.points("90.5") == "3.00"


def test_breaks_and_points_may_be_formulas_over_parameters_and_the_month() -> None:
    rule = """{ kind = "bands", bands = [ { from = "line * (2 if month in (9, 10) else 1)", points = "best" },
        { otherwise = true, points = "best / 3" } ] }"""
    small = Small(one(rule, params="line = { value = 10 }\nbest = { value = 40 }"), "[params]\nline = 12\n")
    assert [
        str(small.line({"x": x}, period).points) for period in ("2024-08", "2024-09") for x in ("12", "11.9999", "24")
    ] == [
        "40.00",
        "13.33",
        "40.00",
        "13.33",
        "13.33",
        "40.00",
    ]


def test_points_above_the_weight_are_kept() -> None:
    rule = '{ kind = "bands", bands = [ { from = 1, points = 20 }, { otherwise = true, points = 0 } ] }'
    result = Small(one(rule, weight="15")).score({"x": 1})
    assert (str(result.total), str(result.full_marks)) == ("20.00", "15.00")
