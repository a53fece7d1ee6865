"""`extends` and `without`: what is taken over, what is changed, and where mistakes in it are placed."""

from collections.abc import Callable

import pytest

from kpicore.errors import UnknownSchemeError
from kpicore.formula.node import Num
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.schemefile import RawScheme, parse_scheme, raw_scheme
from kpicore.schemefile.parse import parse_raw
from kpicore.vocabulary import Vocabulary

Child = Callable[..., tuple[SchemeModel | None, tuple[Problem, ...]]]
HEAD = 'id = "shop/mine"\nversion = "1"\neffective = 2024-06-01\nextends = "shop/agents"\n'


@pytest.fixture
def child(vocabulary: Vocabulary, agents: str) -> Child:
    """Reads the rest of a file that extends the sound one (or other bases: id to text)."""

    def read(text: str, head: str = HEAD, **bases: str) -> tuple[SchemeModel | None, tuple[Problem, ...]]:
        known = {"shop/agents": agents, **bases}

        def base(name: str) -> RawScheme | None:
            return raw_scheme(known[name], f"{name}.toml") if name in known else None

        return parse_scheme(head + text, "mine.toml", vocabulary, base=base)

    return read


def sound(found: tuple[SchemeModel | None, tuple[Problem, ...]]) -> SchemeModel:
    model, problems = found
    assert problems == ()
    assert model is not None
    return model


def test_everything_is_taken_over_but_the_scheme_s_own_name(child: Child) -> None:
    model = sound(child(""))
    assert (model.id, model.version, model.effective.isoformat()) == ("shop/mine", "1", "2024-06-01")
    assert model.title.text("en") == "Agents"
    assert [line.id for line in model.indicators] == ["conversion", "attitude", "care", "punctual"]
    assert [pay.id for pay in model.pay] == ["bonus", "share", "fixed"]


def test_own_keys_win_and_rows_are_changed_by_id(child: Child) -> None:
    text = """
title = "Mine"
[facts]
payers = { provider = "till" }
visits = { kind = "count" }
[params]
line = { value = 0.8 }
[grade]
bands = [ { from = 80, grade = "A" }, { otherwise = true, grade = "B" } ]
[[indicator]]
id = "visits"
weight = 1
rule = { kind = "accrue", each = 1 }
[[indicator]]
id = "attitude"
weight = 64
rule = { kind = "ramp", from = 10, to = 90 }
"""
    model = sound(child(text))
    assert model.title.all == ("Mine",)
    assert (model.facts["payers"].kind, model.facts["payers"].provider) == ("count", "till")
    assert model.params["line"].assumed is True
    assert str(model.params["line"].value) == "0.8"
    assert [line.id for line in model.indicators] == ["conversion", "attitude", "care", "punctual", "visits"]
    attitude = model.indicators[1]
    assert isinstance(attitude.weight, Num)
    assert attitude.weight.value == 64
    assert attitude.rule.kind == "ramp"
    assert model.grade is not None
    assert model.grade.bands[0].from_ == Num(80)  # type: ignore[arg-type]


def test_without_takes_away(child: Child) -> None:
    text = """
without = [
    "punctual", "gate:enough", "fact:late", "pay:bonus", "pay:share", "grade", "param:strict", "group:sales"
]
[[indicator]]
id = "conversion"
group = ""
"""
    model = sound(child(text))
    assert [line.id for line in model.indicators] == ["conversion", "attitude", "care"]
    assert (model.gates, model.grade, model.groups) == ((), None, ())
    assert [pay.id for pay in model.pay] == ["fixed"]
    assert "late" not in model.facts
    assert list(model.params) == ["line"]


def test_a_row_taken_away_may_be_written_anew(child: Child) -> None:
    text = 'without = ["attitude"]\n[[indicator]]\nid = "attitude"\nweight = 9\nrule = { kind = "straight" }\n'
    model = sound(child(text))
    assert [line.id for line in model.indicators] == ["conversion", "care", "punctual", "attitude"]


def test_a_chain_is_followed(child: Child) -> None:
    middle = 'id = "shop/middle"\nextends = "shop/agents"\nwithout = ["care"]\n[params]\nline = { value = 0.7 }\n'
    found = child("", HEAD.replace("shop/agents", "shop/middle"), **{"shop/middle": middle})
    model = sound(found)
    assert str(model.params["line"].value) == "0.7"
    assert [line.id for line in model.indicators] == ["conversion", "attitude", "punctual"]


def test_mistakes_are_placed_where_the_text_stands(child: Child, agents: str) -> None:
    text = """\
without = ["fact:inquirers"]
[[indicator]]
id = "attitude"
weight = -1
[[indicator]]
id = "care"
wieght = 1
"""
    _, problems = child(text)
    line = agents[: agents.index('measure = "payers / inquirers"')].count("\n") + 1
    assert [(str(problem.place), problem.key) for problem in problems] == [
        ("mine.toml:8", "indicator.attitude.weight"),
        ("mine.toml:11", "indicator.care.wieght"),
        (f"shop/agents.toml:{line}", "indicator.conversion.measure"),
    ]


def test_a_row_given_twice_is_found(child: Child) -> None:
    _, problems = child('[[indicator]]\nid = "care"\nweight = 1\n[[indicator]]\nid = "care"\nweight = 2\n')
    assert "'care' is given twice." in [problem.message for problem in problems]


def test_id_version_and_effective_are_never_inherited(child: Child) -> None:
    _, problems = child("", 'extends = "shop/agents"\n')
    assert [problem.key for problem in problems] == ["id", "version", "effective"]


@pytest.mark.parametrize(
    ("without", "key", "message", "hint"),
    [
        ('["cares"]', "without[1]", "The base has nothing named 'cares'.", "'care'"),
        ('["payers"]', "without[1]", "The base has nothing named 'payers'.", "Write 'fact:payers'."),
        ('["facts:payers"]', "without[1]", "'facts:payers' begins with no kind of thing.", "'fact:'"),
        ('["care", 3]', "without[2]", "'without' is a list of texts.", ""),
        ('"care"', "without", "'without' is a list of texts.", "without = ["),
    ],
)
def test_what_without_refuses(child: Child, without: str, key: str, message: str, hint: str) -> None:
    _, (problem,) = child(f"without = {without}\n")
    assert (problem.key, problem.message, problem.place.line) == (key, message, 5)
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ('"shop/agent"', "There is no scheme 'shop/agent' to extend."),
        ("3", "'extends' names no scheme."),
    ],
)
def test_a_base_that_can_not_be_had(child: Child, extends: str, message: str) -> None:
    model, (problem,) = child("", HEAD.replace('"shop/agents"', extends))
    assert model is None
    assert (problem.key, problem.message, str(problem.place)) == ("extends", message, "mine.toml:4")


def test_a_circle_of_bases_is_refused_where_it_closes(child: Child) -> None:
    first, second = 'id = "one"\nextends = "two"\n', 'id = "two"\n\nextends = "one"\n'
    model, (problem,) = child("", HEAD.replace("shop/agents", "one"), one=first, two=second)
    assert model is None
    assert problem.message == "The scheme extends itself: shop/mine -> one -> two -> one."
    assert str(problem.place) == "two.toml:3"


def test_a_long_chain_is_refused(vocabulary: Vocabulary) -> None:
    def base(name: str) -> RawScheme:
        return raw_scheme(f'id = "{name}"\nextends = "{name}x"\n', f"{name}.toml")

    _, (problem,) = parse_scheme('extends = "x"\n', "mine.toml", vocabulary, base=base)
    assert problem.message == "More than 20 schemes extend each other."


def test_a_base_that_is_no_toml_is_placed_in_the_base(child: Child) -> None:
    _, (problem,) = child("", HEAD.replace("shop/agents", "bad"), bad="a = 1\nb = \n")
    assert str(problem.place) == "bad.toml:2"


def test_a_base_with_a_wrong_without_is_placed_in_the_base(child: Child) -> None:
    middle = 'extends = "shop/agents"\nwithout = ["nothing"]\n'
    _, (problem,) = child("", HEAD.replace("shop/agents", "middle"), middle=middle)
    assert str(problem.place) == "middle.toml:2"


def test_the_sentence_of_a_lookup_that_fails_is_kept(vocabulary: Vocabulary) -> None:
    def base(name: str) -> RawScheme:
        raise UnknownSchemeError(f"No version of {name} is in force.")

    _, (problem,) = parse_scheme(HEAD, "mine.toml", vocabulary, base=base)
    assert problem.message == "No version of shop/agents is in force."


def test_the_tables_of_the_base_stay_as_they_were(vocabulary: Vocabulary, agents: str) -> None:
    base = raw_scheme(agents, "agents.toml")
    before = repr(base.table)
    model, _, _ = parse_raw(raw_scheme(HEAD + "[params]\nline = { value = 1 }\n", "m.toml"), vocabulary, lambda _: base)
    assert model is not None
    assert repr(base.table) == before


def test_an_appraisal_day_is_taken_over_key_by_key_or_left_away(child: Child) -> None:
    middle = """id = "shop/middle"
extends = "shop/agents"
occasions = ["regular", "spot"]
[appraisal]
day = 15
moved = "previous"
"""

    def of(text: str) -> SchemeModel:
        return sound(child(text, HEAD.replace("shop/agents", "shop/middle"), **{"shop/middle": middle}))

    model = of("[appraisal]\nmonths_after = 2\nmoved = 'next'\n")
    assert model.appraisal is not None
    assert (model.appraisal.day, model.appraisal.months_after, model.appraisal.moved) == (15, 2, "next")
    assert model.occasions == ("regular", "spot")
    same = of('occasions = ["random"]\n')
    assert same.occasions == ("random",)
    assert same.appraisal is not None and same.appraisal.moved == "previous"
    assert of('without = ["appraisal"]\n').appraisal is None
    anew = of('without = ["appraisal"]\n[appraisal]\nday = 3\n').appraisal
    assert anew is not None and (anew.day, anew.moved) == (3, "next")


def test_a_mistake_in_an_appraisal_day_that_is_taken_over_is_placed_where_it_stands(child: Child) -> None:
    middle = 'id = "shop/middle"\nextends = "shop/agents"\n[appraisal]\nday = 40\n'
    head = HEAD.replace("shop/agents", "shop/middle")
    _, (problem,) = child("[appraisal]\nmonths_after = 2\n", head, **{"shop/middle": middle})
    assert (str(problem.place), problem.key) == ("shop/middle.toml:4", "appraisal.day")
    _, (problem,) = child('without = ["appraisal"]\n')
    assert (problem.key, problem.message) == ("without[1]", "The base has nothing named 'appraisal'.")
