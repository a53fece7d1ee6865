"""Each message that a mistake in the head, the facts or the parameters of a scheme file meets."""

from collections.abc import Callable
from typing import Any

import pytest

MISTAKES = [
    # the head
    ('id = "shop/agents"', 'id = "Shop Agents"', "id", "can not be the id of a scheme", "Small letters"),
    ('version = "2024.1"', 'version = "2024@1"', "version", "can not be the name of a version", "2016.1"),
    ('version = "2024.1"', 'version = ""', "version", "The text is empty.", ""),
    ('version = "2024.1"', "version = 2024.1", "version", "A number stands where a text is meant.", "quotes"),
    ("effective = 2024-05-01", 'effective = "2024-05-01"', "effective", "A text stands where a date", "without quotes"),
    (
        "effective = 2024-05-01",
        "effective = 2024-05-01T00:00:00",
        "effective",
        "A date with a time stands",
        "2024-05-01",
    ),
    (
        "effective = 2024-05-01\n",
        "",
        "effective",
        "'effective' is missing: the day from which",
        "effective = 2024-05-01",
    ),
    ('periods = ["month"]', 'periods = ["mouth"]', "periods[1]", "'mouth' is not possible here.", "'month'"),
    ('periods = ["month"]', 'periods = ["month", "month"]', "periods[2]", "'month' is given twice.", ""),
    ('periods = ["month"]', "periods = []", "periods", "The list is empty.", ""),
    (
        'periods = ["month"]',
        'periods = "month"',
        "periods",
        "A text stands where a list of texts is meant.",
        "brackets",
    ),
    ("least_counted = 0.5", "least_counted = 50", "least_counted", "'least_counted' is 50.", "half is 0.5"),
    ("least_counted = 0.5", 'least_counted = "0.5"', "least_counted", "A text stands where a number", "without quotes"),
    ("least_counted = 0.5", "least_counted = true", "least_counted", "True or false stands where a number", ""),
    ("least_counted = 0.5", "least_counted = nan", "least_counted", "This is no finite number.", "out"),
    ("least_counted = 0.5", "least_counted = 1e999999999", "least_counted", "The number is too long.", "18 digits"),
    ("least_counted = 0.5", "places = 7", "places", "'places' is 7.", "0 to 6"),
    ("least_counted = 0.5", "places = 1.5", "places", "1.5 is not a whole number.", ""),
    ("least_counted = 0.5", 'rules_award = "percents"', "rules_award", "'percents' is not possible", "'percent'"),
    ("least_counted = 0.5", 'occasions = ["spot", "sport"]', "occasions[2]", "'sport' is not possible here.", "'spot'"),
    ("least_counted = 0.5", 'occasions = ["spot", "spot"]', "occasions[2]", "'spot' is given twice.", ""),
    ("least_counted = 0.5", "occasions = []", "occasions", "The list is empty.", ""),
    ("[params]", "[appraisal]\nday = 0\n[params]", "appraisal.day", "'day' is 0.", "1 to 31"),
    ("[params]", "[appraisal]\nday = 32\n[params]", "appraisal.day", "'day' is 32.", "1 to 31"),
    ("[params]", "[appraisal]\n[params]", "appraisal.day", "'day' is missing: the day of the month", ""),
    ("[params]", "[appraisal]\nday = 15.5\n[params]", "appraisal.day", "15.5 is not a whole number.", ""),
    (
        "[params]",
        "[appraisal]\nday = 15\nmonths_after = 13\n[params]",
        "appraisal.months_after",
        "'months_after' is 13.",
        "0 to 12",
    ),
    (
        "[params]",
        "[appraisal]\nday = 15\nmonths_after = -1\n[params]",
        "appraisal.months_after",
        "'months_after' is -1.",
        "0 to 12",
    ),
    (
        "[params]",
        '[appraisal]\nday = 15\nmoved = "nxt"\n[params]',
        "appraisal.moved",
        "'nxt' is not possible here.",
        "'next'",
    ),
    ("[params]", "[appraisal]\nday = 15\nmonth = 1\n[params]", "appraisal.month", "no key of [appraisal]", "months_"),
    ("[params]", "[appraisel]\nday = 15\n[params]", "appraisel", "no key of a scheme", "'appraisal'"),
    ("least_counted = 0.5", "appraisal = 15", "appraisal", "A number stands where a table is meant.", ""),
    ("least_counted = 0.5", 'colour = "red"', "colour", "'colour' is no key of a scheme.", "There is: id,"),
    ("least_counted = 0.5", 'without = ["late"]', "without", "there is none", "extends"),
    ("title = {", "titel = {", "titel", "'titel' is no key of a scheme.", "Did you mean 'title'?"),
    ("title = { zh", "title = { Chinese", "title", "'Chinese' is no language.", "zh or en"),
    ('en = "Agents" }', "en = 3 }", "title", "A number stands where a text in 'en' is meant.", ""),
    ('title = { zh = "客服", en = "Agents" }', "title = {}", "title", "The table has no text.", "zh ="),
    ('title = { zh = "客服", en = "Agents" }', "title = 3", "title", "A number stands where a text, or", "zh ="),
    # facts and parameters
    (
        'payers = { kind = "count"',
        'payers = { kind = "cuont"',
        "facts.payers.kind",
        "'cuont' is not possible",
        "'count'",
    ),
    ('late = { kind = "flag" }', 'late = "flag"', "facts.late", "A text stands where a table is meant.", "{ kind"),
    ('joined = { kind = "date" }', "joined = { }", "facts.joined.kind", "'kind' is missing", "'count', 'money'"),
    ("joined = {", "Joined = {", "facts.Joined", "'Joined' can not be a name.", "Write 'joined'."),
    ("joined = {", "rank = {", "facts.rank", "'rank' is taken.", "A result has a field"),
    ("joined = {", "month = {", "facts.month", "'month' is taken.", "formula language"),
    ("joined = {", "given = {", "facts.given", "'given' is taken.", "function"),
    ("default = 0 }", "default = -1 }", "facts.inquirers.default", "-1 is outside what is possible.", "0 or more"),
    ("default = 0 }", 'default = "" }', "facts.inquirers.default", "The text is empty.", "Leave"),
    (
        "least = 10, most = 90",
        "least = 95, most = 90",
        "facts.attitude.least",
        "'least' (95) is above 'most' (90)",
        "Swap",
    ),
    ('{ kind = "flag" }', '{ kind = "flag", most = 1 }', "facts.late.most", "A flag has no 'most'.", "Leave it away"),
    (
        '{ kind = "date" }',
        '{ kind = "date", choices = ["a"] }',
        "facts.joined.choices",
        "A date has no choices.",
        "choice",
    ),
    (', choices = ["good", "fair", "poor"]', "", "facts.level_of_care.choices", "'choices' is missing", "best first"),
    ('"fair", "poor"]', '"fair", 3]', "facts.level_of_care.choices[3]", "A number stands where a text", "quotes"),
    (
        "line = { value = 0.75",
        'line = { value = "3/4", kind = "number"',
        "params.line.value",
        "'3/4' is not a number",
        "Expected",
    ),
    ("line = { value = 0.75", "line = { value = [1]", "params.line.value", "A list stands where a number, a text", ""),
    (
        "strict = { value = false }",
        "payers = { value = 1 }",
        "params.payers",
        "is a fact and a parameter",
        "another name",
    ),
    ("strict = { value = false }", "strict = {}", "params.strict.value", "'value' is missing", ""),
]


@pytest.mark.parametrize(("old", "new", "key", "message", "hint"), MISTAKES)
def test_one_mistake_is_one_problem_with_its_place(
    one_mistake: Callable[..., None], old: str, new: str, key: str, message: str, hint: str
) -> None:
    one_mistake(old, new, key, message, hint)


def test_nobody_is_ranked_without_a_total(parse: Callable[..., Any]) -> None:
    text = 'id = "a/b"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\n'
    text += 'rank = "all"\n[[pay]]\nid = "p"\namount = 1\n'
    model, (problem,) = parse(text)
    assert model is None
    assert str(problem) == (
        "agents.toml:5: rank: There is no total to rank people by.\n    Add [[indicator]], or leave it away."
    )


@pytest.mark.parametrize("day", [1, 28, 31])
def test_an_appraisal_day(parse: Callable[..., Any], agents: str, day: int) -> None:
    model, problems = parse(f"{agents}\n[appraisal]\nday = {day}\n")
    assert problems == ()
    appraisal = model.appraisal
    assert (appraisal.day, appraisal.months_after, appraisal.moved, appraisal.assumed) == (day, 1, "next", False)
    text = f'{agents}\n[appraisal]\nday = {day}\nmonths_after = 12\nmoved = "none"\nassumed = true\nnote = "N"\n'
    model, problems = parse(text)
    assert problems == ()
    appraisal = model.appraisal
    assert (appraisal.months_after, appraisal.moved, appraisal.assumed) == (12, "none", True)
    assert appraisal.note.text("en") == "N"


def test_occasions_are_kept_in_their_order(parse: Callable[..., Any], agents: str) -> None:
    model, problems = parse(f'occasions = ["random", "regular"]\n{agents}')
    assert (problems, model.occasions) == ((), ("random", "regular"))
    model, _ = parse(agents)
    assert model.occasions == () and model.appraisal is None
