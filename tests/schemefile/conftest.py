"""A sound scheme file, the vocabulary to read it, and a check that one mistake in it is one problem."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from attrs import frozen

from kpicore.form import declared
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.formula.node import Node, Ref
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.protocols import Frame
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import parse_scheme
from kpicore.vocabulary import Vocabulary

Parse = Callable[[str], tuple[SchemeModel | None, tuple[Problem, ...]]]


@frozen
class Fails:
    """A rule kind with a fault."""

    kind: ClassVar[str] = "fails"
    measures: ClassVar[bool] = True
    each: Node | None = declared("amount", "unused", default=None)

    def lower(self, measure: Node, frame: Frame) -> Node:
        raise KeyError("oh")


@frozen
class GivesText:
    """A rule kind that gives no points."""

    kind: ClassVar[str] = "gives_text"
    measures: ClassVar[bool] = True

    def lower(self, measure: Node, frame: Frame) -> Node:
        return Ref("grade", "text")


@frozen
class Fussy:
    """A rule kind that refuses its fields when it is made."""

    kind: ClassVar[str] = "fussy"
    measures: ClassVar[bool] = True
    each: Node | None = declared("amount", "unused", default=None)

    def __attrs_post_init__(self) -> None:
        raise ValueError("each is not to my liking")

    def lower(self, measure: Node, frame: Frame) -> Node:
        return measure


STRANGE = Vocabulary.of((Fails, GivesText, Fussy), owner="stranger")
AGENTS = """\
id = "shop/agents"
version = "2024.1"
effective = 2024-05-01
periods = ["month"]
least_counted = 0.5
title = { zh = "客服", en = "Agents" }

[facts]
payers = { kind = "count", title = "Customers who paid" }
inquirers = { kind = "count", default = 0 }
attitude = { kind = "rating", least = 10, most = 90 }
level_of_care = { kind = "choice", choices = ["good", "fair", "poor"] }
late = { kind = "flag" }
joined = { kind = "date" }

[params]
line = { value = 0.75, assumed = true }
strict = { value = false }

[seasons]
peak = { months = [11, 12, 1], title = "Peak season" }
summer = { months = [7] }

[[group]]
id = "sales"

[[indicator]]
id = "conversion"
group = "sales"
weight = 35
measure = "payers / inquirers"
kind = "ratio"
rule = { kind = "bands", bands = [
    { from = "line + (0.05 if month in (9, 10) else 0)", points = 35 },
    { from = 0.5, points = 20 },
    { otherwise = true, points = 0 } ] }

[[indicator]]
id = "attitude"
weight = 65
rule = { kind = "straight" }

[[indicator]]
id = "care"
weight = 0
measure = "level_of_care"
rule = { kind = "choice", points = { good = 3, fair = 2, poor = 0 } }

[[indicator]]
id = "punctual"
weight = 5
rule = { kind = "conditions", when = "not late" }

[[gate]]
id = "enough"
require = "attainment(conversion) >= 0.5 and total >= 40"
effect = { lower_by = 1 }

[grade]
bands = [ { from = 90, grade = "A" }, { otherwise = true, grade = "B" } ]

[[pay]]
id = "bonus"
amount = { by = "grade", amounts = { A = 300, B = 0 } }

[[pay]]
id = "share"
amount = "2 * payers if grade == 'A' else 0"
when = "given(payers)"

[[pay]]
id = "fixed"
amount = 12.5
"""


@pytest.fixture
def vocabulary() -> Vocabulary:
    """The rule kinds and functions that kpicore brings, and three faulty kinds of a stranger."""
    return Vocabulary.of(RULES, FUNCTIONS, "kpicore").joined(STRANGE)


@pytest.fixture
def agents() -> str:
    """A sound scheme file."""
    return AGENTS


@pytest.fixture
def parse(vocabulary: Vocabulary) -> Parse:
    """Reads a text as the file agents.toml."""
    return lambda text: parse_scheme(text, "agents.toml", vocabulary)


@pytest.fixture
def changed() -> Callable[..., str]:
    """Replaces a part that stands exactly once in the sound file (or in another text)."""

    def change(old: str, new: str, text: str = AGENTS) -> str:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the text"
        return text.replace(old, new)

    return change


@pytest.fixture
def one_mistake(parse: Parse, changed: Callable[..., str]) -> Callable[..., None]:
    """Checks that a change of the sound file is one problem, with this key, sentence and hint, in its place."""

    def check(old: str, new: str, key: str, message: str, hint: str) -> None:
        model, problems = parse(changed(old, new))
        assert model is None
        assert [problem.key for problem in problems] == [key], [str(problem) for problem in problems]
        (problem,) = problems
        assert message in problem.message
        assert hint in problem.hint
        assert problem.severity == "error"
        line = AGENTS[: AGENTS.index(old)].count("\n") + 1
        assert str(problem).startswith(f"agents.toml:{problem.place.line}: {key}: ")
        if "is missing" not in message and "\n" not in old + new:
            assert problem.place.line == line

    return check
