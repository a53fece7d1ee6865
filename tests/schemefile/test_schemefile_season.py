"""[seasons]: where their names may stand, what is refused, and how `extends` and `without` see them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from kpicore.formula.node import Choose, Not, number
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.schemefile import load_scheme, parse_scheme, raw_scheme
from kpicore.vocabulary import Vocabulary
from kpicore.wording import season_text

Parse = Callable[[str], tuple[SchemeModel | None, tuple[Problem, ...]]]
PEAK = "peak = { months = [11, 12, 1], title"
MISTAKES = [
    (PEAK, "peak = { title", "seasons.peak.months", "'months' is missing: the numbers of its months", ""),
    (PEAK, "peak = { months = [], title", "seasons.peak.months", "The list is empty.", ""),
    (PEAK, "peak = { months = 11, title", "seasons.peak.months", "A number stands where a list of months", "[9, 10"),
    (PEAK, "peak = { months = [0], title", "seasons.peak.months[1]", "There is no month 0.", "1 to 12"),
    (PEAK, "peak = { months = [1, 13], title", "seasons.peak.months[2]", "There is no month 13.", "1 to 12"),
    (PEAK, "peak = { months = [1, 2, 1], title", "seasons.peak.months[3]", "Month 1 is given twice.", "once"),
    (PEAK, "peak = { months = [1, 1.0], title", "seasons.peak.months[2]", "Month 1 is given twice.", "once"),
    (PEAK, "peak = { months = [1.5], title", "seasons.peak.months[1]", "1.5 is not a whole number.", ""),
    (PEAK, "peak = { months = [true], title", "seasons.peak.months[1]", "True or false stands where a whole", ""),
    (PEAK, 'peak = { months = ["May"], title', "seasons.peak.months[1]", "A text stands where a whole number", ""),
    (PEAK, "peak = { month = [11, 12, 1], title", "seasons.peak.month", "'month' is no key of a season.", "'months'"),
    (
        "summer = { months = [7] }",
        "payers = { months = [7] }",
        "seasons.payers",
        "'payers' is a fact and a season.",
        "a",
    ),
    ("summer = { months = [7] }", "line = { months = [7] }", "seasons.line", "'line' is a parameter and a season.", ""),
    ("summer = { months = [7] }", "total = { months = [7] }", "seasons.total", "'total' is taken.", "Choose another."),
    ("summer = { months = [7] }", "month = { months = [7] }", "seasons.month", "'month' is taken.", "formula language"),
    ("summer = { months = [7] }", "rank = { months = [7] }", "seasons.rank", "'rank' is taken.", ""),
    (
        "summer = { months = [7] }",
        "Summer = { months = [7] }",
        "seasons.Summer",
        "'Summer' can not be a name.",
        "summer",
    ),
    ("summer = { months = [7] }", "summer = [7]", "seasons.summer", "A list stands where a table is meant.", "months"),
    (
        'id = "care"\n',
        'id = "summer"\n',
        "indicator.summer.id",
        "'summer' is a season as well.",
        "Choose another name.",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "message", "hint"), MISTAKES)
def test_a_mistake_is_told_once(
    one_mistake: Callable[..., None], old: str, new: str, key: str, message: str, hint: str
) -> None:
    one_mistake(old, new, key, message, hint)


def test_two_seasons_of_the_same_months_are_refused_at_the_second(parse: Parse, changed: Callable[..., str]) -> None:
    text = changed("summer = { months = [7] }", "summer = { months = [12, 1, 11] }")
    model, (problem,) = parse(text)
    assert model is None
    assert (problem.key, problem.message) == ("seasons.summer.months", "'summer' has the same months as 'peak'.")
    assert text.splitlines()[(problem.place.line or 0) - 1].startswith("summer")


def test_a_name_stands_for_its_months_in_every_formula(parse: Parse, changed: Callable[..., str]) -> None:
    text = changed("weight = 5\n", 'weight = "5 if peak else 3"\nonly_if = "not summer"\n')
    text = changed("from = 0.5, points = 20", 'from = "0.5 if peak else 0.4", points = "20 if summer else 10"', text)
    text = changed('"attainment(conversion) >= 0.5 and', '"not peak and attainment(conversion) >= 0.5 and', text)
    text = changed('amount = "2 * payers if', 'amount = "(3 if peak else 2) * payers if', text)
    model, problems = parse(text)
    assert problems == ()
    assert model is not None
    peak, summer = (model.seasons[name].node for name in ("peak", "summer"))
    assert model.indicators[3].weight == Choose(peak, number(5), number(3))
    assert model.indicators[3].only_if is not None
    assert model.indicators[3].only_if.node == Not(summer)
    assert model.indicators[0].rule.bands[1].from_ == Choose(peak, number("0.5"), number("0.4"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["paek", "Peak"])
def test_a_misspelt_name_is_told_with_a_near_one(parse: Parse, changed: Callable[..., str], name: str) -> None:
    _, problems = parse(changed("weight = 5\n", f'weight = "5 if {name} else 3"\n'))
    (problem,) = problems
    assert (problem.key, problem.hint) == ("indicator.punctual.weight", "Did you mean 'peak'?")


def test_a_season_that_can_not_be_read_is_one_mistake_wherever_it_is_used(
    parse: Parse, changed: Callable[..., str]
) -> None:
    text = changed("months = [11, 12, 1]", "months = [11, 12, 13]")
    text = changed("weight = 5\n", 'weight = "5 if peak else 3"\nonly_if = "peak and not late"\n', text)
    _, problems = parse(text)
    assert [problem.key for problem in problems] == ["seasons.peak.months[3]"]


def test_a_section_that_is_no_table_is_one_mistake(parse: Parse, changed: Callable[..., str]) -> None:
    text = changed("[seasons]\n", "[nothing]\n").replace("version =", "seasons = 3\nversion =", 1)
    text = changed("weight = 5\n", 'weight = "5 if peak else 3"\n', text)
    _, problems = parse(text)
    assert [(problem.key, problem.message) for problem in problems] == [
        ("seasons", "A number stands where a table is meant."),
        ("nothing", "'nothing' is no key of a scheme."),
    ]


@pytest.mark.parametrize("periods", ['["quarter"]', '["month", "quarter"]', '["year"]'])
def test_longer_periods_have_no_seasons(parse: Parse, changed: Callable[..., str], periods: str) -> None:
    text = changed('periods = ["month"]', f"periods = {periods}")
    text = changed("line + (0.05 if month in (9, 10) else 0)", "line + (0.05 if peak else 0)", text)
    _, (problem,) = parse(text)
    assert (problem.key, problem.message) == ("seasons", "Only a scheme of days or months has seasons.")


@pytest.mark.parametrize("periods", ['["day"]', '["month", "day"]'])
def test_days_have_seasons(parse: Parse, changed: Callable[..., str], periods: str) -> None:
    _, problems = parse(changed('periods = ["month"]', f"periods = {periods}"))
    assert problems == ()


def child(vocabulary: Vocabulary, agents: str, text: str) -> tuple[SchemeModel | None, tuple[Problem, ...]]:
    head = 'id = "shop/mine"\nversion = "1"\neffective = 2024-06-01\nextends = "shop/agents"\n'
    return parse_scheme(head + text, "mine.toml", vocabulary, base=lambda name: raw_scheme(agents, f"{name}.toml"))


def test_a_scheme_that_extends_another_changes_a_season_key_by_key(vocabulary: Vocabulary, agents: str) -> None:
    text = "[seasons]\npeak = { months = [10, 11] }\nspring = { months = [3] }\n"
    model, problems = child(vocabulary, agents, text)
    assert problems == ()
    assert model is not None
    assert list(model.seasons) == ["peak", "summer", "spring"]
    peak = model.seasons["peak"]
    assert (peak.months, peak.assumed, peak.title.text("en")) == ((10, 11), False, "Peak season")


def test_a_season_can_be_taken_away(vocabulary: Vocabulary, agents: str) -> None:
    model, problems = child(vocabulary, agents, 'without = ["season:summer"]\n')
    assert problems == ()
    assert model is not None
    assert list(model.seasons) == ["peak"]
    _, (problem,) = child(vocabulary, agents, 'without = ["summer"]\n')
    assert problem.hint == "Write 'season:summer'."
    used = agents.replace("weight = 5\n", 'weight = "5 if summer else 3"\n')
    _, (problem,) = child(vocabulary, used, 'without = ["season:summer"]\n')
    assert (problem.key, problem.message) == (
        "indicator.punctual.weight",
        "At character 6: 'summer' is not known.",
    )


def test_the_content_has_the_seasons_and_a_pickled_scheme_words_them(
    tmp_path: Path, vocabulary: Vocabulary, agents: str
) -> None:
    path = tmp_path / "agents.toml"
    path.write_text(agents, "utf-8")
    scheme = load_scheme(path, vocabulary)
    assert scheme.content()["seasons"]["summer"] == {"months": [7]}
    seasons = pickle.loads(pickle.dumps(scheme.sheet())).model.seasons
    assert season_text(seasons["summer"], "zh") == "summer（7月）"
    path.write_text(agents.replace("[7]", "[7.0]"), "utf-8")
    assert load_scheme(path, vocabulary).content() == scheme.content()
    path.write_text(agents.replace("[7]", "[8]"), "utf-8")
    assert load_scheme(path, vocabulary).content() != scheme.content()
