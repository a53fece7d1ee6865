"""Each message that a mistake in a group or an indicator meets."""

from collections.abc import Callable

import pytest

MISTAKES = [
    ('group = "sales"', 'group = "sale"', "indicator.conversion.group", "There is no [[group]] 'sale'.", "'sales'"),
    (
        '[[group]]\nid = "sales"',
        '[group]\nid = "sales"',
        "group",
        "A table stands where a list of tables",
        "two brackets",
    ),
    ('id = "care"', 'id = "attitude"', "indicator.attitude.id", "'attitude' is given twice.", "another"),
    ('id = "care"', 'id = "decision"', "indicator.decision.id", "'decision' is taken.", "A result has"),
    ('id = "care"', 'id = "line"', "indicator.line.id", "'line' is a parameter as well.", "another"),
    ('id = "care"', 'id = "Care!"', "indicator.Care!.id", "'Care!' can not be a name.", "Write 'care'."),
    ("weight = 65", "weight = -1", "indicator.attitude.weight", "The weight is negative.", "rule"),
    ("weight = 65\n", "", "indicator.attitude.weight", "'weight' is missing", "weight = 10"),
    ("weight = 65", "weigth = 65", "indicator.attitude.weigth", "is no key of an indicator.", "Did you mean 'weight'?"),
    (
        "weight = 65",
        "weight = true",
        "indicator.attitude.weight",
        "True or false stands where a number or a formula",
        "",
    ),
    (
        "weight = 65",
        'weight = "payers"',
        "indicator.attitude.weight",
        "'payers' can not stand here.",
        "may not depend on",
    ),
    ("weight = 65", 'weight = "points(care)"', "indicator.attitude.weight", "depends on figures", "into the measure"),
    ("weight = 65", 'weight = "strict"', "indicator.attitude.weight", "The formula gives a yes or no", ""),
    ("weight = 65", "weight = 65\nplaces = 9", "indicator.attitude.places", "'places' is 9.", "0 to 6"),
    ("weight = 65", 'weight = 65\nkind = "choice"', "indicator.attitude.kind", "a number, which is no choice", "count"),
    (
        '"payers / inquirers"',
        '"payrs / inquirers"',
        "indicator.conversion.measure",
        "character 1: 'payrs' is not known",
        "'payers'",
    ),
    ('"payers / inquirers"', '"payers // inquirers"', "indicator.conversion.measure", "'//' has no meaning", "floor"),
    (
        '"payers / inquirers"',
        '"payers / total"',
        "indicator.conversion.measure",
        "'total' can not stand here.",
        "gates and pay",
    ),
    (
        '"payers / inquirers"',
        '"payers / care"',
        "indicator.conversion.measure",
        "'care' can not stand here.",
        "attainment",
    ),
    ('"payers / inquirers"', '"payers / level"', "indicator.conversion.measure", "'level' can not stand", "ladder"),
    ('"payers / inquirers"', '"maxi(payers, 1)"', "indicator.conversion.measure", "no function 'maxi'", "'max'"),
    ('"payers / inquirers"', '"late"', "indicator.conversion.measure", "The measure gives a yes or no", "conditions"),
    (
        '"payers / inquirers"',
        "3",
        "indicator.conversion.measure",
        "A number stands where a formula is meant.",
        "quotes",
    ),
    ('kind = "ratio"\n', "", "indicator.conversion.kind", "'kind' is missing: what sort of figure", "count, money"),
    ('measure = "level_of_care"\n', "", "indicator.care.measure", "no fact is named 'care'", "declare such a fact"),
    (
        '"payers / inquirers"',
        '"payers / measure(care)"',
        "indicator.conversion.measure",
        "'measure' takes a measure in numbers, and 'care' has none.",
        "Its measure is a choice; points(care)",
    ),
    (
        '"payers / inquirers"',
        '"payers / measure(punctual)"',
        "indicator.conversion.measure",
        "'punctual' has none.",
        "It is judged by conditions; attainment(punctual)",
    ),
    (
        '"payers / inquirers"',
        '"payers / measure(attitud)"',
        "indicator.conversion.measure",
        "'attitud' is no indicator.",
        "'attitude'",
    ),
    (
        '"payers / inquirers"',
        '"rank(payers, best)"',
        "indicator.conversion.measure",
        "'best' is no better.",
        "high, low",
    ),
    (
        '"payers / inquirers"',
        '"within(mean, payers, shop)"',
        "indicator.conversion.measure",
        "'shop' is no within.",
        "all",
    ),
    (
        '"payers / inquirers"',
        '"over_cycle(any, payers)"',
        "indicator.conversion.measure",
        "'over_cycle' takes a yes or no with 'any', not a number.",
        "",
    ),
    (
        '"payers / inquirers"',
        '"streak(payers)"',
        "indicator.conversion.measure",
        "'streak' takes a yes or no, not a number.",
        "",
    ),
    (
        "weight = 65",
        'weight = "rank(65, high)"',
        "indicator.attitude.weight",
        "The formula depends on figures.",
        "put it into the measure",
    ),
    (
        "from = 0.5",
        'from = "within(sum, 1, all)"',
        "indicator.conversion.rule.bands[2].from",
        "The formula depends on figures.",
        "put it into the measure",
    ),
    (
        "from = 0.5",
        'from = "measure(attitude)"',
        "indicator.conversion.rule.bands[2].from",
        "The formula depends on figures.",
        "put it into the measure",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "message", "hint"), MISTAKES)
def test_one_mistake_is_one_problem_with_its_place(
    one_mistake: Callable[..., None], old: str, new: str, key: str, message: str, hint: str
) -> None:
    one_mistake(old, new, key, message, hint)
