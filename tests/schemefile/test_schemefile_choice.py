"""Choices with titles in scheme files: how they are written, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from kpicore.model import FactSpec, SchemeModel
from kpicore.problem import Problem
from kpicore.schemefile import json_schema
from kpicore.text import Title
from kpicore.vocabulary import Vocabulary

Parse = Callable[[str], tuple[SchemeModel | None, tuple[Problem, ...]]]
PLAIN = 'choices = ["good", "fair", "poor"]'
TITLED = (
    'choices = [{ value = "good", title = { zh = "良好", en = "Good" } }, "fair", { value = "poor", title = "Bad" }]'
)


@pytest.fixture
def care(parse: Parse, changed: Callable[..., str]) -> Callable[[str], FactSpec]:
    def read(choices: str) -> FactSpec:
        model, problems = parse(changed(PLAIN, choices))
        assert model is not None, problems
        return model.facts["level_of_care"]

    return read


def test_a_list_may_mix_choices_with_and_without_titles(care: Callable[[str], FactSpec]) -> None:
    spec = care(TITLED)
    assert spec.choices == ("good", "fair", "poor")
    assert spec.choice_titles == (("good", Title.of({"zh": "良好", "en": "Good"})), ("poor", Title.of("Bad")))
    assert care(PLAIN).choice_titles == ()
    assert care('choices = [{ value = "good" }, "fair", "poor"]') == care(PLAIN)


def test_a_default_may_be_given_by_its_title(care: Callable[[str], FactSpec]) -> None:
    assert care(TITLED + ', default = "良好"').default == "good"


@pytest.mark.parametrize(
    ("choices", "key", "message", "hint"),
    [
        ('[{ value = "good", title = { zh = "好" } }, { value = "fair", title = { zh = "好" } }, "poor"]',
         "[2]", "'好' stands for two choices, 'good' and 'fair'", "give each choice one of its own"),
        ('[{ value = "good", title = "Ａ" }, { value = "fair", title = { zh = "中", en = "a" } }, "poor"]',
         "[2]", "'a' stands for two choices, 'good' and 'fair'", "give each choice one of its own"),
        ('[{ value = "good", title = "POOR" }, "fair", "poor"]',
         "[1]", "'POOR' stands for two choices, 'poor' and 'good'", "give each choice one of its own"),
        ('["good", "fair", { value = "good", title = "Fine" }]', "[3]", "'good' is given twice", ""),
        ('["good", "fair", { title = "Poor" }]', "[3].value", "'value' is missing", ""),
        ('["good", "fair", { vlaue = "poor" }]', "[3].vlaue", "is no key of a choice", "Did you mean 'value'?"),
        ('["good", "fair", { value = "poor", title = 3 }]', "[3].title", "A number stands where a text", "Write {"),
        ('["good", "fair", 3]', "[3]", "A number stands where a text, or a table", "Put it in quotes, or write {"),
        ('"good"', "", "A text stands where a list of choices is meant", "square brackets"),
        ("[]", "", "The list is empty", ""),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem(
    one_mistake: Callable[..., None], choices: str, key: str, message: str, hint: str
) -> None:
    one_mistake(PLAIN, f"choices = {choices}", f"facts.level_of_care.choices{key}", message, hint)


def test_a_mistake_has_the_line_of_its_choice(parse: Parse, changed: Callable[..., str]) -> None:
    choices = 'choices = [\n{ value = "good", title = "x" },\n{ value = "fair", title = "X" },\n"poor"]'
    text = changed(PLAIN, choices)
    _, (problem,) = parse(text)
    assert problem.place.line == text[: text.index('{ value = "fair"')].count("\n") + 1


def test_other_kinds_have_no_choices(one_mistake: Callable[..., None]) -> None:
    new = f'late = {{ kind = "flag", {TITLED} }}'
    one_mistake('late = { kind = "flag" }', new, "facts.late.choices", "A flag has no choices", 'kind = "choice"')


def test_a_file_that_extends_another_gives_titles_to_its_choices(vocabulary: Vocabulary, agents: str) -> None:
    from kpicore.schemefile import parse_scheme, raw_scheme

    head = 'id = "shop/mine"\nversion = "1"\neffective = 2024-06-01\nextends = "shop/agents"\n'
    model, problems = parse_scheme(
        f"{head}[facts]\nlevel_of_care = {{ {TITLED} }}\n",
        "mine.toml",
        vocabulary,
        base=lambda name: raw_scheme(agents, f"{name}.toml"),
    )
    assert model is not None, problems
    assert model.facts["level_of_care"].kind == "choice"
    assert model.facts["level_of_care"].choice_titles[0][0] == "good"


@pytest.mark.parametrize(
    ("choices", "fits"),
    [
        ([{"value": "a", "title": {"zh": "甲"}}, "b", {"value": "c", "title": "C"}, {"value": "d"}], True),
        (["a", "a"], False),
        ([{"title": "C"}], False),
        ([{"value": "a", "name": "C"}], False),
        ([1], False),
        ([], False),
    ],
)
def test_the_json_schema_knows_both_ways(vocabulary: Vocabulary, choices: object, fits: bool) -> None:
    schema = json_schema(vocabulary)
    fact = schema["else"]["properties"]["facts"]["additionalProperties"]["properties"]["choices"]
    assert Draft202012Validator({**fact, "$defs": schema["$defs"]}).is_valid(choices) is fits
