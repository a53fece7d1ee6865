"""A streak that is held against a number knows how many periods are enough to tell."""

import pytest

from kpicore.formula.functions import STANDARD
from kpicore.formula.node import Along, Fact, Param, walk
from kpicore.formula.resolve import Scope, formula

SCOPE = Scope(
    {"low": Fact("low", "flag"), "x": Fact("x"), "months": Param("months")}, {each.name: each for each in STANDARD}
)


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("streak(low) >= 3", 2),
        ("streak(low) < 3", 2),
        ("not streak(low) > 3", 3),
        ("3 <= streak(low)", 2),
        ("2.5 < streak(low)", 2),
        ("streak(low) >= 0", 0),
        ("streak(low) == 3", None),
        ("streak(low) >= months", None),
        ("streak(low) + 1 >= 3", None),
        ("x >= 3 and streak(low) > x", None),
    ],
)
def test_how_many_are_enough(text: str, enough: int | None) -> None:
    (run,) = {node for node in walk(formula(text, SCOPE)) if isinstance(node, Along)}
    assert run.enough == enough
