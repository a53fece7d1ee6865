"""Indicators taken from other schemes: what comes along, what stands, and where mistakes are placed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kpicore.errors import UnknownSchemeError
from kpicore.formula.node import Num
from kpicore.model import SchemeModel, Taken
from kpicore.problem import Problem
from kpicore.schemefile import RawScheme, parse_scheme, raw_scheme
from kpicore.schemefile.parse import parse_raw
from kpicore.vocabulary import Vocabulary

Found = tuple[SchemeModel | None, tuple[Problem, ...]]
Read = Callable[..., Found]
LIBRARY = """\
id = "lib/one"
version = "7"
effective = 2023-01-01
periods = ["month"]
[facts]
done = { kind = "count", provider = "desk", title = "Done" }
planned = { kind = "count", provider = "desk" }
mark = { kind = "rating", least = 10 }
late = { kind = "flag" }
unused = { kind = "count" }
[params]
good = { value = 0.9, kind = "ratio", assumed = true }
idle = { value = 1 }
[seasons]
peak = { months = [11, 12] }
summer = { months = [7] }
[[group]]
id = "block"
only_if = "late"
[[indicator]]
id = "rate"
title = { zh = "率", en = "Rate" }
group = "block"
weight = 20
measure = "done / planned"
kind = "ratio"
rule = { kind = "bands", bands = [
    { from = "good - (0.1 if peak else 0)", points = 20 },
    { otherwise = true, points = 0 } ] }
[[indicator]]
id = "mark"
weight = 30
only_if = "not late"
rule = { kind = "straight" }
[[indicator]]
id = "late"
weight = 5
rule = { kind = "conditions", when = "not late" }
[[indicator]]
id = "both"
weight = 5
measure = "attainment(mark) * done"
kind = "number"
rule = { kind = "accrue", each = 1 }
"""
HEAD = 'id = "shop/mine"\nversion = "1"\neffective = 2024-06-01\nperiods = ["month"]\n'


@pytest.fixture
def read(vocabulary: Vocabulary) -> Read:
    """Reads the rest of a file, with these schemes to take from: id to text."""

    def parse(text: str, head: str = HEAD, **schemes: str) -> Found:
        known = {"lib/one": LIBRARY, **schemes}

        def base(name: str) -> RawScheme | None:
            return raw_scheme(known[name], f"{name}.toml") if name in known else None

        return parse_scheme(head + text, "mine.toml", vocabulary, base=base)

    return parse


def sound(found: Found) -> SchemeModel:
    model, problems = found
    assert [str(problem) for problem in problems] == []
    assert model is not None
    return model


def row(id_: str, *more: str, scheme: str = "lib/one") -> str:
    return "\n".join(["[[indicator]]", f'id = "{id_}"', f'from = "{scheme}"', *more]) + "\n"


def line_of(text: str, part: str) -> int:
    assert text.count(part) == 1, part
    return text[: text.index(part)].count("\n") + 1


def told(found: Found) -> list[tuple[str, str, str]]:
    model, problems = found
    assert model is None
    return [(str(problem.place), problem.key, problem.message) for problem in problems]


# What comes along


def test_a_row_is_taken_with_what_its_formulas_name_and_no_more(read: Read) -> None:
    model = sound(read(row("rate")))
    (rate,) = model.indicators
    assert (rate.title.text("en"), rate.kind, rate.rule.kind, rate.group) == ("Rate", "ratio", "bands", "")
    assert rate.taken == (Taken("lib/one", "7", "rate"),)
    assert (list(model.facts), list(model.params), list(model.seasons)) == (["done", "planned"], ["good"], ["peak"])
    assert (model.facts["done"].provider, model.params["good"].assumed) == ("desk", True)
    assert model.groups == ()


def test_the_row_s_own_keys_are_changed_one_by_one(read: Read) -> None:
    text = row("rate", "weight = 50", 'title = "Mine"', 'group = "g"', 'rule = { kind = "proportion" }')
    model = sound(read(text))
    (rate,) = model.indicators
    assert rate.weight == Num(50)  # type: ignore[arg-type]
    assert (rate.title.all, rate.rule.kind, rate.group) == (("Mine",), "proportion", "g")
    assert rate.measure is not None
    assert rate.measure.text == "done / planned"
    assert (list(model.params), list(model.seasons)) == ([], [])  # the rule that named them is gone


def test_a_formula_of_one_s_own_may_name_what_the_other_scheme_has(read: Read) -> None:
    model = sound(read(row("rate", 'measure = "done / max(planned, unused)"', 'only_if = "summer"')))
    assert list(model.facts) == ["done", "planned", "unused"]
    assert sorted(model.seasons) == ["peak", "summer"]


@pytest.mark.parametrize("own", ["mark", "rating"])
def test_without_a_measure_it_is_the_fact_of_the_name_that_it_has_there(read: Read, own: str) -> None:
    model = sound(read(row(own, *([] if own == "mark" else ['take = "mark"']))))
    (mark,) = model.indicators
    assert mark.measure is not None
    assert (mark.id, mark.measure.text, mark.kind) == (own, "mark", "rating")
    assert sorted(model.facts) == ["late", "mark"]
    assert mark.taken == (Taken("lib/one", "7", "mark"),)


@pytest.mark.parametrize("own", ["late", "punctual"])
def test_a_rule_without_a_measure_gets_none_though_a_fact_has_its_name(read: Read, own: str) -> None:
    model = sound(read(row(own, *([] if own == "late" else ['take = "late"']))))
    assert (model.indicators[0].id, model.indicators[0].measure) == (own, None)
    assert list(model.facts) == ["late"]


def test_a_rule_of_one_s_own_decides_whether_there_is_a_measure(read: Read) -> None:
    model = sound(read(row("mark", 'rule = { kind = "conditions", when = "mark >= 60" }')))
    assert model.indicators[0].measure is None
    model = sound(read(row("x", 'take = "late"', 'measure = "1 if late else 0"', 'kind = "count"',
                           'rule = { kind = "accrue", each = 1 }')))  # fmt: skip
    assert model.indicators[0].kind == "count"


# What the scheme declares itself


def test_an_own_declaration_stands_key_by_key(read: Read) -> None:
    text = '[facts]\ndone = { provider = "till" }\n[params]\ngood = { value = 0.8 }\n' + row("rate") + row("mark")
    model = sound(read(text))
    done, good = model.facts["done"], model.params["good"]
    assert (done.kind, done.provider, done.title.all) == ("count", "till", ("Done",))
    assert (str(good.value), good.kind, good.assumed) == ("0.8", "ratio", True)
    assert list(model.facts) == ["done", "planned", "mark", "late"]


def test_a_name_that_stands_for_something_else_here_stays_that(read: Read) -> None:
    model = sound(read("[params]\nplanned = { value = 100 }\n" + row("rate")))
    assert (list(model.facts), sorted(model.params)) == (["done"], ["good", "planned"])
    measure = model.indicators[0].measure
    assert measure is not None
    assert measure.text == "done / planned"


def test_a_mistake_stands_where_its_text_stands(read: Read) -> None:
    broken = LIBRARY.replace('"good - (0.1 if peak else 0)"', '"god"').replace('"desk", title', '"desk", titel')
    text = '[facts]\ndone = { least = "x" }\n' + row("rate", "wieght = 3", "weight = -1")
    assert told(read(text, **{"lib/one": broken})) == [
        ("mine.toml:6", "facts.done.least", "A text stands where a number is meant."),
        ("mine.toml:10", "indicator.rate.wieght", "'wieght' is no key of an indicator."),
        ("mine.toml:11", "indicator.rate.weight", "The weight is negative."),
        (f"lib/one.toml:{line_of(broken, 'titel')}", "facts.done.titel", "'titel' is no key of a fact."),
        (
            f"lib/one.toml:{line_of(broken, 'god')}",
            "indicator.rate.rule.bands[1].from",
            "At character 1: 'god' is not known.",
        ),
    ]


# Several schemes

OTHER = LIBRARY.replace('"lib/one"', '"lib/two"')


def test_two_schemes_may_bring_the_same_declaration(read: Read) -> None:
    model = sound(read(row("rate") + row("again", 'take = "rate"', scheme="lib/two"), **{"lib/two": OTHER}))
    assert [line.taken[0].scheme for line in model.indicators] == ["lib/one", "lib/two"]


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ('title = "Done"', 'title = "Dealt with"', "'title'"),
        ('kind = "count", provider = "desk", title', 'kind = "money", provider = "till", title', "'kind', 'provider'"),
    ],
)
def test_two_that_bring_different_ones_are_both_named(read: Read, old: str, new: str, differ: str) -> None:
    other = OTHER.replace(old, new)
    text = row("rate") + row("again", 'take = "rate"', scheme="lib/two")
    model, (problem,) = read(text, **{"lib/two": other})
    assert model is None
    assert (problem.code, problem.key, str(problem.place)) == ("conflicting", "indicator.again.from", "mine.toml:10")
    assert problem.message == (
        "'done' is declared by 'lib/one' (lib/one.toml:6) and otherwise by 'lib/two' (lib/two.toml:6)."
    )
    assert problem.hint == f"They differ in {differ}. Declare it in [facts] here, as it is to hold."
    _, (same,) = read(text + "[facts]\ndone = { least = 1 }\n", **{"lib/two": other})
    assert (same.message, same.hint) == (problem.message, problem.hint)
    own = '[facts]\ndone = { kind = "count", provider = "here", title = "Here" }\n'
    assert sound(read(own + text, **{"lib/two": other})).facts["done"].provider == "here"


def test_what_one_calls_a_fact_and_another_a_parameter_is_different(read: Read) -> None:
    other = OTHER.replace("planned = {", "scheduled = {").replace("[params]\n", "[params]\nplanned = { value = 9 }\n")
    text = row("rate") + row("again", 'take = "rate"', scheme="lib/two")
    _, (problem,) = read(text, **{"lib/two": other})
    assert problem.hint.startswith("One is a fact, the other a parameter.")


# Chains

MIDDLE = """\
id = "lib/middle"
version = "3"
[facts]
done = { provider = "middle" }
[[indicator]]
id = "middle"
group = "m"
from = "lib/one"
take = "rate"
weight = 40
"""


def test_a_scheme_that_takes_itself_may_be_taken_from(read: Read) -> None:
    model = sound(read(row("mine", 'take = "middle"', scheme="lib/middle"), **{"lib/middle": MIDDLE}))
    (mine,) = model.indicators
    assert mine.taken == (Taken("lib/middle", "3", "middle"), Taken("lib/one", "7", "rate"))
    assert (mine.weight, mine.kind, mine.group) == (Num(40), "ratio", "")  # type: ignore[arg-type]
    assert (model.facts["done"].kind, model.facts["done"].provider) == ("count", "middle")


def test_a_scheme_that_extends_another_may_be_taken_from(read: Read) -> None:
    child = 'id = "lib/child"\nversion = "2"\nextends = "lib/one"\n[[indicator]]\nid = "rate"\nweight = 33\n'
    model = sound(read(row("rate", scheme="lib/child"), **{"lib/child": child}))
    assert model.indicators[0].weight == Num(33)  # type: ignore[arg-type]
    assert model.indicators[0].taken == (Taken("lib/child", "2", "rate"),)


def test_a_scheme_that_extends_one_which_takes_changes_what_is_taken(read: Read) -> None:
    head = 'id = "shop/mine"\nversion = "1"\neffective = 2024-06-01\nextends = "shop/base"\n'
    base = HEAD.replace("shop/mine", "shop/base") + row("rate") + row("mark")
    text = '[facts]\nplanned = { provider = "till" }\n[[indicator]]\nid = "rate"\nweight = 70\n'
    model = sound(read('without = ["mark"]\n' + text, head, **{"shop/base": base}))
    assert [line.id for line in model.indicators] == ["rate"]
    assert model.indicators[0].weight == Num(70)  # type: ignore[arg-type]
    assert (model.facts["planned"].kind, model.facts["planned"].provider) == ("count", "till")
    assert list(model.facts) == ["planned", "done"]  # what only the other row named has gone with it


@pytest.mark.parametrize(
    ("schemes", "message"),
    [
        (
            {"lib/a": 'id = "lib/a"\n[[indicator]]\nid = "x"\nfrom = "lib/a"\n'},
            "The indicator is taken from itself: mine (mine.toml) -> x (lib/a.toml) -> x (lib/a.toml).",
        ),
        (
            {
                "lib/a": 'id = "lib/a"\n[[indicator]]\nid = "x"\nfrom = "lib/b"\ntake = "y"\n',
                "lib/b": 'id = "lib/b"\n[[indicator]]\nid = "y"\nfrom = "lib/a"\ntake = "x"\n',
            },
            "The indicator is taken from itself: "
            "mine (mine.toml) -> x (lib/a.toml) -> y (lib/b.toml) -> x (lib/a.toml).",
        ),
        (
            {
                "lib/a": 'id = "lib/a"\nextends = "lib/b"\n',
                "lib/b": 'id = "b"\n[[indicator]]\nid = "x"\nfrom = "lib/a"\n',
            },
            "The indicator is taken from itself: mine (mine.toml) -> x (lib/a.toml) -> x (lib/a.toml).",
        ),
    ],
    ids=["itself", "two", "extends"],
)
def test_a_circle_is_told_where_it_closes(read: Read, schemes: dict[str, str], message: str) -> None:
    ((place, key, said),) = told(read(row("mine", 'take = "x"', scheme="lib/a"), **schemes))
    assert said == message
    assert key.endswith(".from")
    assert place.startswith("lib/")


def test_two_schemes_may_take_different_rows_from_each_other(read: Read) -> None:
    rule = 'weight = 1\nrule = { kind = "conditions", when = "true" }\n'
    a = f'id = "lib/a"\n[[indicator]]\nid = "x"\nfrom = "lib/b"\n[[indicator]]\nid = "y"\n{rule}'
    b = f'id = "lib/b"\n[[indicator]]\nid = "y"\nfrom = "lib/a"\n[[indicator]]\nid = "x"\n{rule}'
    model = sound(read(row("x", scheme="lib/a") + row("y", scheme="lib/b"), **{"lib/a": a, "lib/b": b}))
    assert [[step.scheme for step in line.taken] for line in model.indicators] == [
        ["lib/a", "lib/b"],
        ["lib/b", "lib/a"],
    ]


def test_a_long_way_is_refused(vocabulary: Vocabulary) -> None:
    def base(name: str) -> RawScheme:
        return raw_scheme(f'id = "{name}"\n[[indicator]]\nid = "x"\nfrom = "{name}x"\n', f"{name}.toml")

    _, (problem,) = parse_scheme(HEAD + row("x", scheme="x"), "mine.toml", vocabulary, base=base)
    assert problem.message == "The indicator is taken over more than 20 steps."


# What does not fit


@pytest.mark.parametrize("mine", ['rules_award = "percent"\n', ""])
def test_rules_that_award_something_else_are_refused(read: Read, mine: str) -> None:
    theirs = LIBRARY.replace("periods", 'rules_award = "percent"\nperiods', 1) if not mine else LIBRARY
    _, (problem,) = read(mine + row("rate"), **{"lib/one": theirs})
    words = ("'marks'", "'percent'") if mine else ("'percent'", "'marks'")
    assert (problem.key, str(problem.place)) == ("indicator.rate.from", f"mine.toml:{8 if mine else 7}")
    assert problem.message == f"The rules of 'lib/one' award {words[0]}, those here {words[1]}."
    assert problem.hint == f"Write rules_award = {words[0]}, or give the indicator a rule of its own."
    assert sound(read(mine + row("rate", 'rule = { kind = "proportion" }'), **{"lib/one": theirs}))


def test_a_mean_takes_no_weights_over(read: Read) -> None:
    model = sound(read('total = "mean"\n' + row("mark")))
    assert model.indicators[0].weight is None
    _, (problem,) = read('total = "mean"\n' + row("mark", "weight = 3"))
    assert problem.key == "indicator.mark.weight"


def test_a_row_of_a_mean_needs_a_weight(read: Read) -> None:
    library = LIBRARY.replace("weight = 30\n", "")
    _, (problem,) = read(row("mark"), **{"lib/one": library})
    assert (problem.key, str(problem.place)) == ("indicator.mark.weight", "mine.toml:5")


def test_longer_periods_take_no_seasons(read: Read) -> None:
    head = HEAD.replace('"month"', '"quarter"')
    _, (problem,) = read(row("rate"), head)
    assert (problem.key, problem.message) == (
        "indicator.rate.from",
        "'peak' is a season of 'lib/one'; only a scheme of days or months has seasons.",
    )
    rule = 'rule = { kind = "bands", bands = [{ from = "good", points = 20 }, { otherwise = true, points = 0 }] }'
    assert sound(read(row("rate", rule), head)).seasons == {}


def test_an_indicator_that_asks_for_another_needs_that_one_too(read: Read) -> None:
    _, (problem,) = read(row("both"))
    assert (problem.key, problem.message) == (
        "indicator.both.from",
        "The indicator asks for 'mark' of 'lib/one', and there is none here.",
    )
    assert problem.hint == 'Take that one too: [[indicator]] id = "mark".'
    model = sound(read(row("both") + row("mark")))
    assert sorted(model.facts) == ["done", "late", "mark"]
    model = sound(read(row("both") + '[facts]\nn = { kind = "ratio" }\n[[indicator]]\nid = "mark"\nweight = 1\n'
                       'measure = "n"\nrule = { kind = "straight" }\n'))  # fmt: skip
    assert sorted(model.facts) == ["done", "n"]  # the name of an indicator is not that of a fact


# What can not be had


@pytest.mark.parametrize(
    ("text", "key", "message", "hint"),
    [
        (row("rate", scheme="lib/on"), "from", "There is no scheme 'lib/on' to take from.", "kpicore schemes"),
        (row("rate", scheme=""), "from", "'from' names no scheme.", "from ="),
        (row("rate", scheme="./one.toml"), "from", "There is no scheme './one.toml' to take from.", ""),
        (row("rat"), "from", "'lib/one' has no indicator 'rat'.", "Did you mean 'rate'? Write its id there in 'take'."),
        (row("rate", 'take = "rat"'), "take", "'lib/one' has no indicator 'rat'.", "Did you mean 'rate'?"),
        (row("rate", 'take = ""'), "take", "'lib/one' has no indicator ''.", "There is: rate, mark, late, both."),
        (row("rate", "take = 3"), "take", "A number stands where a text is meant.", ""),
        ('[[indicator]]\nid = "rate"\nfrom = 3\n', "from", "A number stands where a text is meant.", ""),
        ('[[indicator]]\nid = "rate"\nfrom = ["lib/one"]\n', "from", "A list stands where a text is meant.", ""),
    ],
)
def test_a_row_that_can_not_be_taken_is_one_mistake(read: Read, text: str, key: str, message: str, hint: str) -> None:
    model, (problem,) = read(text + '[[gate]]\nid = "g"\nrequire = "done >= 1"\neffect = { ineligible = true }\n')
    assert model is None
    own = "rat" if 'id = "rat"' in text else "rate"
    assert (problem.key, problem.message) == (f"indicator.{own}.{key}", message)
    assert hint in problem.hint


def test_what_else_is_wrong_is_told_beside_it(read: Read) -> None:
    text = (
        '[facts]\ndone = { provider = "till" }\nx = { kind = "cuont" }\n'
        + row("rat", "weight = -1")
        + row("mark", "wieght = 1")
        + '[[indicator]]\nid = "other"\nmeasure = "done / planed"\nrule = { kind = "straigt" }\n'
    )
    assert [(problem.key, problem.place.line) for problem in read(text)[1]] == [
        ("facts.x.kind", 7),
        ("indicator.rat.from", 10),
        ("indicator.mark.wieght", 15),
        ("indicator.other.weight", 16),
        ("indicator.other.rule.kind", 19),
    ]


def test_take_alone_is_refused(read: Read) -> None:
    text = '[facts]\nn = { kind = "rating" }\n[[indicator]]\nid = "n"\ntake = "x"\nweight = 1\n'
    text += 'rule = { kind = "straight" }\n'
    _, (problem,) = read(text)
    assert (problem.key, problem.hint) == ("indicator.n.take", 'Write from = "other/id" too, or leave it away.')


def test_a_row_without_an_id_is_told_that(read: Read) -> None:
    _, problems = read('[[indicator]]\nfrom = "lib/one"\n')
    assert [problem.key for problem in problems] == ["indicator[1].id"]


@pytest.mark.parametrize(
    ("broken", "place", "message"),
    [
        ("a = 1\nb = \n", "lib/bad.toml:2", "Behind '=' stands no value"),
        ('id = "x"\nextends = "lib/nothing"\n', "lib/bad.toml:2", "There is no scheme 'lib/nothing' to extend."),
        ('id = "x"\nextends = "lib/one"\nwithout = ["y"]\n', "lib/bad.toml:3", "The base has nothing named 'y'."),
        (
            'id = "x"\n[[indicator]]\nid = "rate"\nfrom = "y"\n',
            "lib/bad.toml:4",
            "There is no scheme 'y' to take from.",
        ),
        ('id = "x"\n[[indicator]]\nid = "rate"\nfrom = 4\n', "lib/bad.toml:4", "'from' names no scheme."),
        (
            'id = "x"\nrules_award = "percent"\n[[indicator]]\nid = "rate"\nfrom = "lib/one"\n',
            "lib/bad.toml:5",
            "The rules of 'lib/one' award 'marks', those here 'percent'.",
        ),
    ],
)
def test_a_scheme_that_is_wrong_itself_is_told_in_its_own_file(
    read: Read, broken: str, place: str, message: str
) -> None:
    text = row("rate", scheme="lib/bad") + row("again", 'take = "rate"', scheme="lib/bad") + row("mark", "weight = -1")
    _, problems = read(text, **{"lib/bad": broken})
    own, other = problems
    assert (own.key, str(own.place)) == ("indicator.mark.weight", "mine.toml:15")
    assert str(other.place) == place
    assert message in other.message


def test_the_sentence_of_a_lookup_that_fails_is_kept(vocabulary: Vocabulary) -> None:
    def base(name: str) -> RawScheme:
        raise UnknownSchemeError(f"No version of {name} is in force.")

    _, (problem,) = parse_scheme(HEAD + row("rate"), "mine.toml", vocabulary, base=base)
    assert (problem.key, problem.message) == ("indicator.rate.from", "No version of lib/one is in force.")
    _, (problem,) = parse_scheme(HEAD + row("rate"), "mine.toml", vocabulary)
    assert problem.message == "There is no scheme 'lib/one' to take from."


def test_the_tables_of_the_other_scheme_stay_as_they_were(vocabulary: Vocabulary) -> None:
    schemes = {"lib/one": raw_scheme(LIBRARY, "one.toml"), "lib/middle": raw_scheme(MIDDLE, "middle.toml")}
    before = {name: repr(scheme.table) for name, scheme in schemes.items()}
    text = (
        '[facts]\ndone = { least = 1, provider = "us" }\n'
        + row("a", 'take = "middle"', scheme="lib/middle")
        + row("rate")
    )
    text += row("b", 'take = "middle"', "weight = 2", scheme="lib/middle")
    model, _, problems = parse_raw(raw_scheme(HEAD + text, "mine.toml"), vocabulary, schemes.get)
    assert [problem.code for problem in problems] == []
    assert model is not None
    assert {name: repr(scheme.table) for name, scheme in schemes.items()} == before
