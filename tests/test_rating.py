"""Several raters: the points of each or the mean of what they gave, who is missing, and who is far apart."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.small import BAD, Small, model_of, reasons

from kpicore.errors import SchemeError

RATERS = """
[[rater]]
id = "direct"
weight = 50
[[rater]]
id = "indirect"
weight = 30
[[rater]]
id = "manager"
weight = "rest"
"""
HEAD = """
[params]
rest = { value = 20 }
[facts]
x = { kind = "count", raters = ["direct", "indirect", "manager"] }
more = { kind = "count", raters = ["manager", "indirect", "direct"], default = 0 }
plain = { kind = "count" }
"""
POINTS = f"""{HEAD}{RATERS}
[[indicator]]
id = "i"
weight = 5
measure = "x + more"
kind = "count"
rule = {{ kind = "deduct", each = 1, wipe_out_at = 3 }}
"""
MEASURES = """
[facts]
mark = { kind = "rating", most = 10, raters = ["self", "boss"] }
[[rater]]
id = "self"
weight = 0.2
[[rater]]
id = "boss"
weight = 0.8
[[indicator]]
id = "i"
weight = 4
combine = "measures"
measure = "mark"
measure_rule
"""
MEAN = MEASURES.replace("measure_rule", 'rule = { kind = "straight", of = 10 }')
ALIKE = MEAN.replace("weight = 0.2\n", "").replace("weight = 0.8\n", "")
LEFT = 'missing_rater = "leave_out"\nrule ='


def given_by(direct: object = "", indirect: object = "", manager: object = "", **more: object) -> dict[str, object]:
    return {"x_direct": direct, "x_indirect": indirect, "x_manager": manager, **more}


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        (given_by(0, 0, 0), "5.00"),
        (given_by(1, 0, 3), "3.50"),  # (50 x 4 + 30 x 5 + 20 x 0) / 100
        (given_by(2, 1, 0), "3.70"),
        (given_by(2, 0, 0, more_direct=1), "2.50"),  # three of the one, by two facts
        (given_by(0, 0, 1, rest=0), "5.00"),
        (given_by(1, 0, 0, rest=10), "4.44"),  # (50 x 4 + 30 x 5 + 10 x 5) / 90, rounded once
    ],
)
def test_the_rule_holds_for_each_and_the_mean_is_rounded_once(facts: dict[str, object], points: str) -> None:
    line = Small(POINTS).line(facts)
    assert (str(line.points), line.measure) == (points, None)


def test_a_tie_of_the_mean_rounds_up_and_each_alone_does_not() -> None:
    text = POINTS.replace('{ kind = "deduct", each = 1, wipe_out_at = 3 }', '{ kind = "deduct", each = 0.335 }')
    text = text.replace("weight = 30", "weight = 50").replace("value = 20", "value = 0")
    assert str(Small(text).line(given_by(1, 0, 0)).points) == "4.83"  # (4.665 + 5) / 2 = 4.8325


def test_a_rater_who_gave_nothing_leaves_it_incomplete() -> None:
    result = Small(POINTS).score(given_by(1, "", 0))
    assert result.status == "incomplete"
    assert reasons(result) == [{"code": "missing_figure", "indicator": "i", "fact": "x_indirect"}]


@pytest.mark.parametrize(
    ("facts", "points", "missing"),
    [
        (given_by(1, "", 0), "4.29", ["indirect"]),  # (50 x 4 + 20 x 5) / 70
        (given_by("", "", 2), "3.00", ["direct", "indirect"]),
        (given_by(1, 1, 1), "4.00", []),
    ],
)
def test_a_rater_may_be_left_out_and_is_named(facts: dict[str, object], points: str, missing: list[str]) -> None:
    result = Small(POINTS.replace("rule =", LEFT)).score(facts)
    assert str(result.indicators["i"].points) == points
    assert reasons(result) == [{"code": "rater_missing", "indicator": "i", "rater": rater} for rater in missing]


def test_where_no_rater_gave_anything_it_is_missing() -> None:
    result = Small(POINTS.replace("rule =", LEFT)).score(given_by())
    assert (result.status, result.indicators["i"].state) == ("incomplete", "missing")
    assert [reason["code"] for reason in reasons(result)] == ["missing_figure"] * 3


def test_what_can_not_be_read_is_not_left_out() -> None:
    result = Small(POINTS.replace("rule =", LEFT)).score(given_by(1, BAD, 0))
    assert result.indicators["i"].state == "unreadable"


@pytest.mark.parametrize(("own", "boss", "measure"), [(10, 7.5, "8.00"), (9.99, 0, "2.00"), (0.1, 0.01, "0.03")])
def test_the_measures_may_be_combined_instead(own: float, boss: float, measure: str) -> None:
    line = Small(MEAN).line({"mark_self": own, "mark_boss": boss})
    assert str(line.measure) == measure


def test_without_weights_all_count_alike() -> None:
    assert str(Small(ALIKE).line({"mark_self": 9, "mark_boss": 7.5}).measure) == "8.25"
    left = Small(ALIKE.replace("rule =", LEFT))
    result = left.score({"mark_boss": 7.5})
    assert str(result.indicators["i"].measure) == "7.50"
    assert reasons(result) == [{"code": "rater_missing", "indicator": "i", "rater": "self"}]


def test_weights_hold_among_those_who_gave_something() -> None:
    left = Small(MEAN.replace("rule =", LEFT))
    assert str(left.line({"mark_self": 9}).measure) == "9.00"
    assert left.line({}).state == "missing"


SCALE = ' "levels", points = { high = 4, middle = 2, low = 0 } }\nlevels = [ { from = 8, level = "high" },'
APART = MEAN.replace(
    ' "straight", of = 10 }',
    SCALE + ' { from = 4, level = "middle" }, { otherwise = true, level = "low" } ]\napart = 2',
)


@pytest.mark.parametrize(
    ("own", "boss", "points", "flagged"),
    [(8, 4, "2.00", False), (8, 3.99, "2.00", True), (7.99, 0, "0.00", False), (10, 0, "0.00", True)],
)
def test_levels_give_points_and_raters_far_apart_are_told(own: float, boss: float, points: str, flagged: bool) -> None:
    result = Small(APART).score({"mark_self": own, "mark_boss": boss})
    assert str(result.indicators["i"].points) == points
    told = [{"code": "levels_apart", "indicator": "i", "apart": "2"}] if flagged else []
    assert reasons(result) == told


def test_who_is_missing_is_not_far_apart() -> None:
    result = Small(APART.replace("rule =", LEFT)).score({"mark_self": 10})
    assert [reason["code"] for reason in reasons(result)] == ["rater_missing"]


BESIDE = """
[facts]
x = { kind = "count" }
x_self = { kind = "choice", choices = ["A", "B", "C"] }
[[indicator]]
id = "i"
weight = 10
measure = "x"
beside = "x_self"
apart = 2
levels = [ { from = 10, level = "A" }, { from = 5, level = "B" }, { otherwise = true, level = "C" } ]
rule = { kind = "levels", points = { A = 12, B = 10, C = 0 } }
"""


@pytest.mark.parametrize(
    ("x", "own", "flagged"), [(10, "C", True), (9, "C", False), (4, "A", True), (4, "b", False), (4, "", False)]
)
def test_ones_own_choice_stands_beside_the_judged_level(x: int, own: str, flagged: bool) -> None:
    result = Small(BESIDE).score({"x": x, "x_self": own})
    assert [reason["code"] for reason in reasons(result)] == ["levels_apart"] * flagged
    assert result.status == "scored"


def test_choices_are_levels_of_themselves() -> None:
    text = """
[facts]
q = { kind = "choice", choices = ["A", "B", "C"], raters = ["me", "you"] }
[[rater]]
id = "me"
[[rater]]
id = "you"
[[indicator]]
id = "i"
weight = 10
measure = "q"
apart = 2
rule = { kind = "choice", points = { A = 10, B = 7, C = 0 } }
"""
    result = Small(text).score({"q_me": "A", "q_you": "C"})
    assert (str(result.total), [reason["code"] for reason in reasons(result)]) == ("5.00", ["levels_apart"])
    assert reasons(Small(text).score({"q_me": "A", "q_you": "B"})) == []


def test_conditions_are_asked_of_each_rater() -> None:
    text = POINTS.replace('measure = "x + more"\nkind = "count"\n', "").replace(
        '{ kind = "deduct", each = 1, wipe_out_at = 3 }', '{ kind = "conditions", when = "x == 0 and plain < 3" }'
    )
    assert str(Small(text).line(given_by(0, 1, 0, plain=1)).points) == "3.50"
    assert str(Small(text).line(given_by(0, 1, 0, plain=3)).points) == "0.00"


@given(st.lists(st.integers(0, 5), min_size=3, max_size=3))
def test_the_mean_is_that_of_the_points_of_each(counts: list[int]) -> None:
    points = [Fraction(0) if count >= 3 else Fraction(5 - count) for count in counts]
    mean = sum(weight * each for weight, each in zip((50, 30, 20), points, strict=True)) / 100  # of two decimals
    assert Fraction(Small(POINTS).line(given_by(*counts)).points or 0) == mean


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"manager"] }', '"boss"] }', "There is no \\[\\[rater\\]\\] 'boss'"),
        ('"manager", "indirect", "direct"], default', '"manager"], default', "have other raters"),
        ("weight = 50\n", "", "The rater 'direct' has no weight"),
        ("weight = 50\n", "weight = -1\n", "The weight is negative"),
        ('plain = { kind = "count" }', 'x_direct = { kind = "count" }', "'x_direct' is a fact already"),
        ('measure = "x + more"', 'measure = "plain"\ncombine = "points"', "no fact of the measure has 'raters'"),
        ("rule =", 'only_if = "x == 0"\nrule =', "Several raters give it; name one of them: x_direct"),
        ("rule =", "apart = 2\nrule =", "not known which levels"),
        ("rule =", "apart = 0\nrule =", "'apart' is 0"),
        ('id = "indirect"\n', 'id = "direct"\n', "'direct' is given twice"),
    ],
)
def test_what_raters_can_not_be(old: str, new: str, told: str) -> None:
    assert old in POINTS
    with pytest.raises(SchemeError, match=told):
        model_of(POINTS.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("apart = 2\n", "", "'beside' is only compared"),
        ('beside = "x_self"\n', "", "There is nobody to be apart from"),
        ('"B", "C"] }', '"C", "B"] }', "no choice of the levels A, B, C"),
        ('beside = "x_self"', 'beside = "x_slf"', "There is no fact 'x_slf'"),
        ("B = 10, ", "", "no points for the level 'B'"),
        ("B = 10, ", "B = 10, D = 1, ", "'D' is none of the levels"),
        ('"levels", points', '"choice", points', "needs a choice"),
    ],
)
def test_what_levels_can_not_be(old: str, new: str, told: str) -> None:
    assert old in BESIDE
    with pytest.raises(SchemeError, match=told):
        model_of(BESIDE.replace(old, new))


def test_points_by_levels_need_levels() -> None:
    with pytest.raises(SchemeError, match="The indicator has no 'levels'"):
        model_of(BESIDE.replace("levels = [", "# ").replace('beside = "x_self"\napart = 2\n', ""))
