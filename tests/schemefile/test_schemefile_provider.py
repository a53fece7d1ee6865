"""[providers] and the industry: what people call who provides figures, through `extends` and `from`, and mistakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.schemefile import RawScheme, json_schema, parse_scheme, raw_scheme
from kpicore.text import Title
from kpicore.vocabulary import Vocabulary

Read = Callable[..., tuple[SchemeModel | None, tuple[Problem, ...]]]
HEAD = 'id = "shop/mine"\nversion = "1"\neffective = 2024-06-01\n'
PERIODS = 'periods = ["month"]\n'
FACTS = """\
[facts]
done = { kind = "count", provider = "front desk" }
planned = { kind = "count" }
mark = { kind = "rating", raters = ["boss"], provider = "office" }
"""
LINES = """\
[[rater]]
id = "boss"
provider = "manager"
[[indicator]]
id = "rate"
weight = 20
measure = "done / planned"
kind = "ratio"
rule = { kind = "straight" }
[[indicator]]
id = "mark"
weight = 30
rule = { kind = "straight" }
"""
TITLES = '[providers]\n"front desk" = { zh = "前台", en = "front desk" }\nmanager = "Boss"\n'
WHOLE = HEAD + PERIODS + FACTS + TITLES + LINES
DESK, BOSS = Title.of({"zh": "前台", "en": "front desk"}), Title.of("Boss")


@pytest.fixture
def read(vocabulary: Vocabulary) -> Read:
    """Reads a text as mine.toml; others are at hand by their ids."""

    def read_(text: str, **others: str) -> tuple[SchemeModel | None, tuple[Problem, ...]]:
        def base(name: str) -> RawScheme | None:
            return raw_scheme(others[name], f"{name}.toml") if name in others else None

        return parse_scheme(text, "mine.toml", vocabulary, base=base)

    return read_


def sound(found: tuple[SchemeModel | None, tuple[Problem, ...]]) -> SchemeModel:
    model, problems = found
    assert problems == ()
    assert model is not None
    return model


def test_names_of_providers_have_titles_and_others_stand_as_written(read: Read) -> None:
    model = sound(read(WHOLE))
    assert model.providers == {"front desk": DESK, "manager": BOSS}
    assert model.facts["mark_boss"].provider == "office"
    assert sound(read(WHOLE.replace(TITLES, ""))).providers == {}


def test_an_industry_is_a_text_or_one_a_language(read: Read) -> None:
    assert sound(read(WHOLE)).industry == Title()
    assert sound(read('industry = "retail"\n' + WHOLE)).industry == Title.of("retail")
    both = sound(read('industry = { zh = "零售", en = "retail" }\n' + WHOLE)).industry
    assert (both.text("zh"), both.text("en")) == ("零售", "retail")


@pytest.mark.parametrize(
    ("old", "new", "key", "message", "hint"),
    [
        ('"front desk" = {', '"frnt desk" = {', "providers.frnt desk",
         "No fact and no rater has the provider 'frnt desk'", "Did you mean 'front desk'?"),
        ('manager = "Boss"', 'zzz = "Boss"', "providers.zzz",
         "No fact and no rater has the provider 'zzz'", "There is: front desk, office, manager."),
        ('manager = "Boss"', "manager = 3", "providers.manager", "A number stands where a text", "Write {"),
        ('manager = "Boss"', "manager = { zz9 = 'x' }", "providers.manager", "'zz9' is no language", "zh or en"),
        (TITLES, "", "", "", ""),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem_with_its_line(
    read: Read, old: str, new: str, key: str, message: str, hint: str
) -> None:
    text = WHOLE.replace(old, new)
    model, problems = read(text)
    if not key:
        assert model is not None and problems == ()
        return
    (problem,) = problems
    assert (model, problem.key) == (None, key)
    assert message in problem.message and hint in problem.hint
    assert problem.place.line == text[: text.index(new)].count("\n") + 1


def test_where_nobody_names_a_provider_the_hint_says_how_to(read: Read) -> None:
    text = HEAD + PERIODS + TITLES + '[facts]\nx = { kind = "count" }\n[[pay]]\nid = "p"\namount = "x"\n'
    _, problems = read(text)
    assert [problem.key for problem in problems] == ["providers.front desk", "providers.manager"]
    assert 'provider = "..."' in problems[0].hint


def test_it_must_be_a_table(read: Read) -> None:
    _, (problem,) = read('providers = "front desk"\n' + WHOLE.replace(TITLES, ""))
    assert problem.message == "A text stands where a table is meant."
    assert "[providers]" in problem.hint


CHILD = HEAD.replace("mine", "child") + 'extends = "base"\n'


def test_a_file_that_extends_another_takes_its_titles_over_and_changes_them(read: Read) -> None:
    assert sound(read(CHILD, base=WHOLE)).providers == {"front desk": DESK, "manager": BOSS}
    text = CHILD + '[providers]\n"front desk" = { zh = "总台" }\noffice = "Office"\n'
    model = sound(read(text, base=WHOLE))
    assert model.providers["front desk"] == Title.of({"zh": "总台", "en": "front desk"})
    assert (model.providers["manager"], model.providers["office"]) == (BOSS, Title.of("Office"))


def test_titles_that_a_base_has_for_what_is_left_away_go_with_it(read: Read) -> None:
    text = CHILD + 'without = ["rate", "fact:done", "fact:planned"]\n'
    assert sound(read(text, base=WHOLE)).providers == {"manager": BOSS}
    own = text + '[providers]\n"front desk" = { zh = "总台" }\n'
    _, (problem,) = read(own, base=WHOLE)
    assert (problem.place.file, problem.place.line) == ("mine.toml", own.count("\n"))


def test_a_title_can_be_left_away(read: Read) -> None:
    text = CHILD + 'without = ["provider:front desk"]\n'
    assert sound(read(text, base=WHOLE)).providers == {"manager": BOSS}


ROW = '[[indicator]]\nid = "rate"\nweight = 1\nfrom = "lib"\n'


def test_an_indicator_that_is_taken_brings_the_titles_of_its_providers(read: Read) -> None:
    text = HEAD + PERIODS + ROW
    assert sound(read(text, lib=WHOLE)).providers == {"front desk": DESK}
    own = text + '[providers]\n"front desk" = { zh = "总台" }\n'
    assert sound(read(own, lib=WHOLE)).providers["front desk"] == Title.of({"zh": "总台", "en": "front desk"})
    other = text + '[facts]\ndone = { provider = "till" }\n[providers]\ntill = "Till"\n'
    assert sound(read(other, lib=WHOLE)).providers == {"till": Title.of("Till")}


def test_a_provider_may_have_the_name_of_a_fact(read: Read) -> None:
    library = WHOLE.replace('provider = "front desk"', 'provider = "planned"').replace('"front desk" =', "planned =")
    assert sound(read(HEAD + PERIODS + ROW, lib=library)).providers == {"planned": DESK}


@pytest.mark.parametrize(
    ("title", "told"), [('{ zh = "前台", en = "Reception" }', "They differ in 'en'."), ('"x"', "Their titles differ.")]
)
def test_two_rows_may_not_bring_different_titles_of_one_provider(read: Read, title: str, told: str) -> None:
    other = (
        WHOLE.replace("done", "made").replace("planned", "asked").replace('{ zh = "前台", en = "front desk" }', title)
    )
    text = HEAD + PERIODS + ROW + ROW.replace("rate", "second").replace('"lib"', '"two"\ntake = "rate"')
    _, (problem,) = read(text, lib=WHOLE, two=other)
    assert "'front desk' is declared by" in problem.message and "two.toml" in problem.message
    assert told in problem.hint and "Declare it in [providers] here" in problem.hint
    own = text + '[providers]\n"front desk" = { zh = "前台", en = "Desk" }\n'
    if told.startswith("They"):
        assert sound(read(own, lib=WHOLE, two=other)).providers["front desk"].text("en") == "Desk"


def test_a_longer_period_has_the_titles_too(read: Read) -> None:
    text = WHOLE + '[[rollup]]\nid = "months"\nperiod = "quarter"\nof = "month"\nweight = 50\n'
    model = sound(read(text))
    assert model.rollups[0].providers == model.providers


def test_the_json_schema_knows_them(vocabulary: Vocabulary) -> None:
    import tomli

    schema = Draft202012Validator(json_schema(vocabulary))
    data = tomli.loads(WHOLE)
    data["effective"] = "2024-06-01"
    assert schema.is_valid(data)
    assert schema.is_valid({**data, "industry": {"zh": "零售"}})
    assert not schema.is_valid({**data, "industry": 3})
    assert not schema.is_valid({**data, "providers": {"x": 3}})
