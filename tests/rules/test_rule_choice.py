"""`choice`: points beside a choice, and a choice that has none."""

from __future__ import annotations

import pytest
from support.small import Small, codes, model_of

from kpicore.errors import SchemeError

TEXT = """
[facts]
plan = { kind = "choice", choices = ["a", "b", "c"] }
word = { kind = "text" }
[params]
best = { value = 90 }
[[indicator]]
id = "i"
weight = 100
measure = "plan"
rule = { kind = "choice", points = { a = "best", b = 60 } }
"""


def test_the_points_beside_the_choice() -> None:
    small = Small(TEXT)
    line = small.line({"plan": "a"})
    assert (line.measure, str(line.points), line.state) == ("a", "90.00", "scored")
    assert str(small.line({"plan": "b"}).points) == "60.00"


@pytest.mark.parametrize("policy", ["incomplete", "zero", "full", "leave_out"])
def test_a_choice_without_points_is_a_hole(policy: str) -> None:
    text = TEXT.replace('measure = "plan"', f'measure = "plan"\nwhen_missing = "{policy}"\nwhen_undefined = "{policy}"')
    result = Small(text).score({"plan": "c"})
    line = result.indicators["i"]
    assert (line.measure, line.points, line.state) == ("c", None, "undefined")
    assert (result.status, codes(result)) == ("incomplete", ["no_band"])


def test_otherwise_takes_what_is_not_listed() -> None:
    small = Small(TEXT.replace("b = 60 }", "b = 60 }, otherwise = 5"))
    assert str(small.line({"plan": "c"}).points) == "5.00"
    assert small.line({}).state == "missing"


def test_a_formula_may_choose() -> None:
    text = TEXT.replace('"plan"', "\"'a' if word == 'x' else 'b'\"", 1).replace("[[ind", "[[ind", 1)
    text = text.replace("weight = 100", 'weight = 100\nkind = "choice"')
    small = Small(text)
    assert small.line({"word": "x"}).measure == "a"
    assert str(small.line({"word": "y"}).points) == "60.00"


def test_a_number_is_no_choice() -> None:
    with pytest.raises(SchemeError, match="needs a choice"):
        model_of(TEXT.replace('measure = "plan"', 'measure = "1 + 1"\nkind = "number"'))
