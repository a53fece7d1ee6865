"""Each message that a mistake in a rule or its bands meets."""

from collections.abc import Callable

import pytest

MISTAKES = [
    ('rule = { kind = "straight" }\n', "", "indicator.attitude.rule", "'rule' is missing", ""),
    (
        'rule = { kind = "straight" }',
        'rule = "straight"',
        "indicator.attitude.rule",
        "A text stands where a table",
        "kind",
    ),
    (
        'rule = { kind = "straight" }',
        "rule = { }",
        "indicator.attitude.rule.kind",
        "'kind' is missing: which rule",
        "bands",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kidn = "straight" }',
        "indicator.attitude.rule.kidn",
        "no key of a rule",
        "'kind'",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "straigt" }',
        "indicator.attitude.rule.kind",
        "'straigt' is not",
        "'straight'",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "straight", off = 1 }',
        "indicator.attitude.rule.off",
        "'off' is no key of a rule of kind 'straight'.",
        "'of'",
    ),
    ('rule = { kind = "straight" }', 'rule = { kind = "straight", of = 0 }', "indicator.attitude.rule", "above 0", ""),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "fails" }',
        "indicator.attitude.rule",
        "of the plugin 'stranger' failed: KeyError",
        "fault",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "gives_text" }',
        "indicator.attitude.rule",
        "gives a text, not points",
        "",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "fussy" }',
        "indicator.attitude.rule",
        "each is not to my liking.",
        "",
    ),
    ("poor = 0 } }", 'poor = "late" } }', "indicator.care.rule.points.poor", "'late' can not stand here.", "figures"),
    (
        "points = { good = 3, fair = 2, poor = 0 }",
        "points = {}",
        "indicator.care.rule.points",
        "The table is empty.",
        "",
    ),
    (
        "points = { good = 3, fair = 2, poor = 0 }",
        "points = 3",
        "indicator.care.rule.points",
        "where a table of amounts",
        "{ name",
    ),
    (
        '"not late" }',
        '"not late" }\nmeasure = "payers"',
        "indicator.punctual.measure",
        "'conditions' has no measure.",
        "away",
    ),
    (
        '"not late" }',
        '"not late" }\nkind = "count"',
        "indicator.punctual.kind",
        "Without a measure there is no kind.",
        "away",
    ),
    ('"not late"', '"payers"', "indicator.punctual.rule.when", "a yes or no is needed here.", ""),
    # bands
    (
        "{ from = 0.5, points = 20 }",
        "{ from = 0.5 }",
        "indicator.conversion.rule.bands[2].points",
        "'points' is missing",
        "",
    ),
    (
        "{ from = 0.5, points = 20 }",
        "{ points = 20 }",
        "indicator.conversion.rule.bands[2]",
        "The band has no end.",
        "from",
    ),
    ("{ from = 0.5, points = 20 }", "3", "indicator.conversion.rule.bands[2]", "A number stands where a table", ""),
    (
        "{ from = 0.5, points = 20 }",
        '{ from = "lines", points = 20 }',
        "indicator.conversion.rule.bands[2].from",
        "'lines' is not known",
        "'line'",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "rank", points = [], within = "all" }',
        "indicator.attitude.rule.points",
        "The list is empty.",
        "",
    ),
    (
        'rule = { kind = "straight" }',
        f'rule = {{ kind = "rank", points = {[1] * 501}, within = "all" }}',
        "indicator.attitude.rule.points",
        "The list has 501 entries; at most 500",
        "",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "rank", points = 3, within = "all" }',
        "indicator.attitude.rule.points",
        "A number stands where a list",
        "[...]",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "rank", points = [3, true], within = "all" }',
        "indicator.attitude.rule.points[2]",
        "True or false stands",
        "",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "rank", points = [3, "payers"], within = "all" }',
        "indicator.attitude.rule.points[2]",
        "'payers' can not stand here.",
        "into the measure",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "rank", points = [3] }',
        "indicator.attitude.rule.within",
        "'within' is missing",
        "team",
    ),
    (
        'rule = { kind = "straight" }',
        'rule = { kind = "rank", points = [3], within = "shop" }',
        "indicator.attitude.rule.within",
        "'shop' is not possible here.",
        "team",
    ),
    (
        'rule = { kind = "choice", points = { good = 3, fair = 2, poor = 0 } }',
        'rule = { kind = "rank", points = [3], within = "all" }',
        "indicator.care.rule",
        "number",
        "",
    ),
]


@pytest.mark.parametrize(("old", "new", "key", "message", "hint"), MISTAKES)
def test_one_mistake_is_one_problem_with_its_place(
    one_mistake: Callable[..., None], old: str, new: str, key: str, message: str, hint: str
) -> None:
    one_mistake(old, new, key, message, hint)
