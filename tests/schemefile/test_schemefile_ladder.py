"""The [ladder] of a scheme file: what it says, every mistake at once, and a ladder that is taken over."""

from __future__ import annotations

import jsonschema
import pytest
import tomli

from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import json_schema, parse_scheme, raw_scheme
from kpicore.sheet import build_sheet
from kpicore.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of(RULES, FUNCTIONS)
HEAD = """
id = "shop/levels"
version = "1"
effective = 2024-01-01
periods = ["cycle"]

[facts]
jobs = { kind = "count" }
exam = { kind = "rating" }
retest = { kind = "rating" }
tidy = { kind = "flag" }
kept = { kind = "count", default = 1 }
shift = { kind = "text" }

[params]
wanted = { value = 10 }
"""
LADDER = """
[ladder]
months = 2

[[ladder.level]]
id = "low"
title = { en = "Low", zh = "低" }

[[ladder.level]]
id = "high"

[[ladder.check]]
id = "exams"
first = ["exam", "tidy"]
again = ["retest", "tidy"]

[[ladder.value]]
id = "all_jobs"
formula = "over_cycle(sum, jobs)"
kind = "count"

[[ladder.value]]
id = "enough"
formula = "all_jobs >= wanted"

[[ladder.move]]
id = "rises"
levels = ["low"]
to = "up"
when = "enough and passed(exams, 80) and months_in_level >= 2"

[[ladder.move]]
id = "falls"
to = "low"
when = "taken(exams) and not passed(exams, 60) and level == 'high'"

[[ladder.standard]]
id = "some"
require = "jobs >= 3"
"""


def parsed(text: str) -> tuple[SchemeModel | None, tuple[Problem, ...]]:
    return parse_scheme(text, "levels.toml", VOCABULARY)


def mistakes(old: str, new: str) -> list[str]:
    assert old in HEAD + LADDER
    model, problems = parsed((HEAD + LADDER).replace(old, new, 1))
    assert model is None
    return [f"{problem.place.line}: {problem.key}: {problem.message} {problem.hint}".strip() for problem in problems]


def test_a_ladder_is_read() -> None:
    model, problems = parsed(HEAD + LADDER)
    assert problems == () and model is not None and model.ladder is not None
    ladder = model.ladder
    assert (ladder.months, ladder.levels) == (2, ("low", "high"))
    assert [move.to for move in ladder.move] == ["up", "low"]
    assert [ladder.kind_of(value) for value in ladder.value] == ["count", "flag"]
    cells = build_sheet(model).cells
    assert {"level", "move.rises", "value.enough", "standard.some.0", "standard.some.1", "decision.to"} <= set(cells)


def test_a_ladder_may_say_when_its_cycles_are_decided() -> None:
    model, problems = parsed(f"{HEAD}{LADDER}\n[appraisal]\nday = 10\n")
    assert problems == () and model is not None and model.appraisal is not None
    assert model.appraisal.day == 10


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("months = 2", "months = 0", "1 to 60 are possible"),
        ('periods = ["cycle"]', 'periods = ["cycle"]\noccasions = ["spot"]', "A cycle of a ladder has no occasion."),
        ("months = 2", "", "'months' is missing"),
        ("months = 2", "months = 2\nlevles = 3", "'levles' is no key of [ladder]. Did you mean 'level'?"),
        ('id = "high"', 'id = "low"', "'low' is given twice"),
        ('[[ladder.level]]\nid = "high"', "", "two levels at least"),
        ('levels = ["low"]', 'levels = ["lwo"]', "There is no level 'lwo'. Did you mean 'low'?"),
        ('levels = ["low"]', "", "There is no level above 'high'. Say in 'levels'"),
        ('to = "low"', 'to = "down"', "There is no level below 'low'."),
        ('to = "low"', 'to = "lo"', "There is no level 'lo'. Did you mean 'low'?"),
        ('first = ["exam", "tidy"]', 'first = ["exma", "tidy"]', "There is no fact 'exma'. Did you mean 'exam'?"),
        ('first = ["exam", "tidy"]', 'first = ["exam"]', "The first try has 1 checks, the second 2."),
        ('first = ["exam", "tidy"]', 'first = ["shift", "tidy"]', "'shift' is a text"),
        ('first = ["exam", "tidy"]', 'first = ["kept", "tidy"]', "nobody could have left the check away"),
        ("passed(exams, 80)", "passed(exmas, 80)", "'exmas' is no check. Did you mean 'exams'?"),
        ("passed(exams, 80)", "passed(exams)", "Write passed(check, mark)."),
        ("over_cycle(sum, jobs)", "jobs", "'jobs' can not stand here. It is a figure of a month."),
        ("over_cycle(sum, jobs)", "over_cycle(sum, months_in_level)", "It belongs to the whole cycle."),
        ("over_cycle(sum, jobs)", "over_cycle(sum, enough)", "'enough' is not known."),
        ('formula = "all_jobs >= wanted"', "formula = \"'a'\"", "The value is a text"),
        ('id = "enough"', 'id = "jobs"', "'jobs' is taken. A fact has this name."),
        ('id = "enough"', 'id = "level"', "'level' is taken."),
        ('id = "enough"', 'id = "all_jobs"', "'all_jobs' is given twice."),
        ('require = "jobs >= 3"', 'require = "jobs"', "The formula gives a number; a yes or no is needed"),
        ('require = "jobs >= 3"', "require = \"level == 'low'\"", "'level' can not stand here."),
        ('periods = ["cycle"]', 'periods = ["month"]', "A scheme with a ladder scores cycles."),
        ("[[ladder.standard]]", "[[ladder.standrad]]", "Did you mean 'standard'?"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, says: str) -> None:
    found = mistakes(old, new)
    assert any(says in each for each in found), found
    assert all(each.partition(":")[0] != "None" for each in found)


def test_figures_of_a_month_know_the_month() -> None:
    text = (HEAD + LADDER).replace("over_cycle(sum, jobs)", "over_cycle(sum, jobs if month < 7 else 0)")
    model, problems = parsed(text.replace("jobs >= 3", "jobs >= 3 or month in (1, 2)"))
    assert problems == () and model is not None
    assert any("'month' can not stand here" in each for each in mistakes("all_jobs >= wanted", "all_jobs > month"))


def test_all_mistakes_are_told_at_once() -> None:
    text = (HEAD + LADDER).replace("months = 2", "months = 0").replace('to = "up"', 'to = "upp"')
    text = text.replace("jobs >= 3", "jbos >= 3")
    _, problems = parsed(text)
    assert [problem.key for problem in problems] == [
        "ladder.months",
        "ladder.move.rises.to",
        "ladder.standard.some.require",
    ]


def test_a_ladder_stands_alone() -> None:
    text = HEAD + '\n[[pay]]\nid = "bonus"\namount = 3\n' + LADDER
    model, problems = parsed(text)
    assert model is None and "A scheme with a ladder has no [pay]." in problems[0].message


def test_a_ladder_is_taken_over_row_by_row() -> None:
    text = (
        'id = "shop/others"\nversion = "1"\neffective = 2024-01-01\nextends = "shop/levels"\n'
        'without = ["standard:some", "move:falls"]\n'
        '[ladder]\nmonths = 6\n[[ladder.move]]\nid = "rises"\nwhen = "enough"\n'
        '[[ladder.level]]\nid = "top"\n'
    )
    base = {"shop/levels": raw_scheme(HEAD + LADDER, "levels.toml")}
    model, problems = parse_scheme(text, "others.toml", VOCABULARY, base=base.get)
    assert problems == () and model is not None and model.ladder is not None
    ladder = model.ladder
    assert (ladder.months, ladder.levels, ladder.standard) == (6, ("low", "high", "top"), ())
    assert [(move.id, move.to, move.when.text) for move in ladder.move] == [("rises", "up", "enough")]
    wrong, problems = parse_scheme(text.replace('"enough"', '"enuogh"'), "others.toml", VOCABULARY, base=base.get)
    assert wrong is None and (problems[0].place.file, problems[0].place.line) == ("others.toml", 10)
    wrong, problems = parse_scheme(text.replace("move:falls", "move:fals"), "others.toml", VOCABULARY, base=base.get)
    assert wrong is None and "Did you mean 'falls'?" in problems[0].hint


def test_the_json_schema_takes_ladders() -> None:
    schema = json_schema(VOCABULARY)
    data = tomli.loads(HEAD + LADDER)
    data["effective"] = "2024-01-01"
    jsonschema.Draft202012Validator(schema).validate(data)
    data["ladder"]["move"][0]["too"] = "up"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(data)
