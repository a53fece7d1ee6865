"""`conditions`: all or nothing, or so much each."""

from __future__ import annotations

import pytest
from support.small import Small, model_of, reasons

from kpicore.errors import SchemeError

ALL = """
[facts]
a = { kind = "flag" }
b = { kind = "flag" }
n = { kind = "count" }
[[indicator]]
id = "i"
weight = 40
rule = { kind = "conditions", when = "a and (b or n < 3)" }
"""
EACH = ALL.replace(
    'when = "a and (b or n < 3)"',
    'each = [{ when = "a", points = 10 }, { when = "b", points = 20.005 }, { when = "n < 3", points = -5 }]',
)


def test_all_or_nothing() -> None:
    small = Small(ALL)
    line = small.line({"a": "yes", "b": "no", "n": 2})
    assert (line.measure, str(line.points), str(line.score)) == (None, "40.00", "40.00")
    assert str(small.line({"a": "yes", "b": "no", "n": 3}).points) == "0.00"


def test_all_or_nothing_in_percent() -> None:
    line = Small('rules_award = "percent"\n' + ALL).line({"a": "y", "b": "y"})
    assert (str(line.points), str(line.score)) == ("100.00", "40.00")


def test_a_condition_that_is_decided_asks_no_more() -> None:
    assert Small(ALL).line({"a": "no"}).state == "scored"
    assert Small(ALL).line({"a": "yes", "b": "yes"}).state == "scored"
    assert Small(ALL).line({"a": "no", "b": "?", "n": "?"}).state == "scored"


def test_a_condition_that_is_open_names_what_it_lacks() -> None:
    result = Small(ALL).score({"a": "yes", "b": "no"})
    assert result.indicators["i"].state == "missing"
    assert reasons(result) == [{"code": "missing_figure", "indicator": "i", "fact": "n"}]


@pytest.mark.parametrize(
    ("a", "b", "n", "points"),
    [("y", "y", 3, "30.01"), ("y", "n", 0, "5.00"), ("n", "n", 0, "-5.00"), ("n", "n", 9, "0.00")],
)
def test_each_condition_brings_its_points(a: str, b: str, n: int, points: str) -> None:
    assert str(Small(EACH).line({"a": a, "b": b, "n": n}).points) == points


def test_each_condition_must_be_known() -> None:
    assert Small(EACH).line({"a": "y", "b": "y"}).state == "missing"


@pytest.mark.parametrize(("policy", "points"), [("zero", "0.00"), ("full", "40.00")])
def test_a_policy_settles_conditions_too_and_says_so(policy: str, points: str) -> None:
    result = Small(ALL.replace("weight = 40", f'weight = 40\nwhen_missing = "{policy}"')).score({"a": "yes"})
    assert str(result.total) == points
    assert reasons(result) == [{"code": f"counted_as_{policy}", "indicator": "i", "because": "missing"}]


@pytest.mark.parametrize("fields", ["", 'when = "a", each = [{ when = "b", points = 1 }]'])
def test_one_of_both_forms(fields: str) -> None:
    with pytest.raises(SchemeError, match="either 'when' or 'each'"):
        model_of(
            ALL.replace('when = "a and (b or n < 3)"', fields or "each = []".replace("each = []", "")).replace(
                ", }", " }"
            )
        )
