"""A scheme file's text to its model, and all its mistakes at once."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from kpicore.formula.node import Fact, Moment, Num, Param, Quotient, Ref, walk
from kpicore.model import BandedAmount, Formula, SchemeModel
from kpicore.problem import Problem
from kpicore.schemefile import parse_scheme
from kpicore.vocabulary import Vocabulary

Parse = Callable[[str], tuple[SchemeModel | None, tuple[Problem, ...]]]


@pytest.fixture
def sound(parse: Parse, agents: str) -> SchemeModel:
    """The model of the sound file."""
    model, problems = parse(agents)
    assert problems == ()
    assert model is not None
    return model


def test_a_sound_file_has_no_problems(sound: SchemeModel) -> None:
    model = sound
    assert (model.id, model.version, model.effective.isoformat()) == ("shop/agents", "2024.1", "2024-05-01")
    assert model.title.text("zh") == "客服"
    assert model.least_counted == Decimal("0.5")
    assert list(model.facts) == ["payers", "inquirers", "attitude", "level_of_care", "late", "joined"]
    assert model.facts["inquirers"].default == 0
    assert model.facts["attitude"].most == 90
    assert [group.id for group in model.groups] == ["sales"]
    assert [line.id for line in model.indicators] == ["conversion", "attitude", "care", "punctual"]


def test_numbers_are_exact_and_breaks_may_be_formulas(sound: SchemeModel) -> None:
    rule = sound.indicators[0].rule
    bands = rule.bands  # type: ignore[attr-defined]
    assert bands[1].from_ == Num(Fraction(1, 2))
    assert {type(node) for node in walk(bands[0].from_)} >= {Param, Moment}


def test_a_measure_may_be_the_fact_of_the_same_name(sound: SchemeModel) -> None:
    attitude = sound.indicators[1]
    assert attitude.measure == Formula("attitude", Fact("attitude", positive=True))
    assert attitude.kind == "rating"


def test_a_single_fact_gives_the_kind_and_a_rule_without_measure_has_none(sound: SchemeModel) -> None:
    _, _, care, punctual = sound.indicators
    assert care.kind == "choice"
    assert (punctual.measure, punctual.kind) == (None, None)


def test_a_parameter_without_a_kind_has_that_of_its_value(parse: Parse, changed: Callable[..., str]) -> None:
    text = changed(
        "strict = { value = false }", "strict = { value = false }\nday = { value = 2024-01-02 }\nw = { value = 'x' }"
    )
    model, problems = parse(text)
    assert problems == ()
    assert model is not None
    assert [spec.kind for spec in model.params.values()] == ["number", "flag", "date", "text"]
    assert model.params["strict"].value is False


def test_totals_and_grades_are_seen_by_gates_and_pay(sound: SchemeModel) -> None:
    model = sound
    cells = {node.cell for node in walk(model.gates[0].require.node) if isinstance(node, Ref)}
    assert cells == {"conversion.score", "conversion.full_marks", "marks"}
    bonus, share, fixed = model.pay
    assert isinstance(bonus.amount, BandedAmount)
    assert bonus.amount.by.node == Ref("graded", "text")
    assert bonus.amount.amounts[0] == ("A", Num(Fraction(300)))
    assert isinstance(share.amount, Formula)
    assert fixed.amount == Formula("12.5", Num(Fraction(25, 2)))


def test_groups_that_nobody_declares_are_made_in_order(parse: Parse, changed: Callable[..., str]) -> None:
    text = changed('[[group]]\nid = "sales"\n', "")
    text = changed('id = "attitude"\nweight', 'id = "attitude"\ngroup = "conduct"\nweight', text)
    model, problems = parse(text)
    assert problems == ()
    assert model is not None
    assert [(group.id, group.title.all) for group in model.groups] == [("sales", ()), ("conduct", ())]


def test_month_and_year_are_numbers_of_the_period(parse: Parse, changed: Callable[..., str]) -> None:
    model, problems = parse(changed('"payers / inquirers"', '"payers / inquirers * month / year"'))
    assert problems == ()
    assert model is not None
    measure = model.indicators[0].measure
    assert measure is not None
    assert isinstance(measure.node, Quotient)


def test_a_mean_needs_no_weights(parse: Parse, changed: Callable[..., str]) -> None:
    text = changed("least_counted", 'total = "mean"\nleast_counted')
    for weight in ("weight = 35\n", "weight = 65\n", "weight = 0\n", "weight = 5\n"):
        text = changed(weight, "", text)
    model, problems = parse(text)
    assert problems == ()
    assert model is not None
    assert model.indicators[0].weight is None


def test_a_byte_order_mark_is_read_over(parse: Parse, agents: str) -> None:
    assert parse("\ufeff" + agents)[1] == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[[indicator]]\n", "'id' is missing", "agents"),
        (
            "[grade]\nbands = [ { otherwise = true, grade = 'A' } ]\n[[pay]]\nid = 'p'\namount = 1\n",
            "no indicators to grade",
            "[[ind",
        ),
        ("[[pay]]\nid = 'p'\namount = 'total'\n", "'total' can not stand here.", "no indicators"),
        ("[[pay]]\nid = 'p'\namount = 1\nwhen = \"grade == 'A'\"\n", "'grade' can not stand here.", "no [grade]"),
        (
            "[[gate]]\nid = 'g'\nrequire = 'year > 2000'\neffect = { lower_by = 1 }\n",
            "no grades that a gate",
            "Add a [grade]",
        ),
        ("[[pay]]\nid = 'p'\namount = 'month'\n", "'month' can not stand here.", "days or months"),
        ("", "neither indicators nor pay", "Add [[indicator]]"),
        (
            "[[pay]]\nid = 'p'\namount = 1\n[facts]\nx = { kind = 'count' }\n[params]\ny = 3\n",
            "A number stands",
            "value =",
        ),
        ("pay = []\n", "The list is empty.", "[[pay]]"),
        (
            "facts = 3\n[[pay]]\nid = 'p'\namount = 'some + others'\n",
            "A number stands where a table is meant.",
            "[facts]",
        ),
    ],
)
def test_small_files(parse: Parse, text: str, message: str, hint: str) -> None:
    head = 'id = "a"\nversion = "1"\neffective = 2024-01-01\nperiods = ["year"]\n'
    model, problems = parse(head + text)
    assert model is None
    assert message in problems[0].message
    if "'id'" not in message:
        assert len(problems) == 1, problems
        assert hint in problems[0].hint


def test_weights_that_are_all_nothing(parse: Parse, agents: str) -> None:
    text = agents
    for weight in ("weight = 35", "weight = 65", "weight = 5"):
        text = text.replace(weight + "\n", "weight = 0\n")
    _, problems = parse(text)
    assert [problem.message for problem in problems] == ["All weights are 0."]


def test_a_mean_refuses_weights(parse: Parse, changed: Callable[..., str]) -> None:
    _, problems = parse(changed("least_counted", 'total = "mean"\nleast_counted'))
    assert [problem.key.rpartition(".")[2] for problem in problems] == ["weight"] * 3  # not that of 0
    assert "'share'" in problems[0].hint.replace('"', "'")


FIVE = """\
id = "shop/five"
version = "1"
effective = "the first of May"
periods = ["month"]
titel = "x"

[facts]
payers = { kind = "cuont" }
inquirers = { kind = "count" }
rating = { kind = "rating" }

[[indicator]]
id = "conversion"
weight = true
measure = "payrs / inquirers"
kind = "ratio"
rule = { kind = "bands", bands = [
  { from = 0.75, points = 100 },
  { from = 0.5 },
  { otherwise = true, points = 0 } ] }

[[indicator]]
id = "conversion"
weight = -3
measure = "payers / inquirers"
kind = "ratio"
rule = { kind = "band", bands = [] }

[[indicator]]
id = "rating"
weight = 5
rule = { kind = "bands", bands = [ { from = 0.5, points = 1 } ] }

[[gate]]
id = "paid"
require = "payers"
effect = { ineligible = true }
"""


def test_every_mistake_is_reported_at_once_and_none_twice(vocabulary: Vocabulary) -> None:
    model, problems = parse_scheme(FIVE, "five.toml", vocabulary)
    assert model is None
    assert [(problem.place.line, problem.key) for problem in problems] == [
        (3, "effective"),
        (5, "titel"),
        (8, "facts.payers.kind"),
        (14, "indicator.conversion.weight"),
        (15, "indicator.conversion.measure"),
        (19, "indicator.conversion.rule.bands[2].points"),
        (23, "indicator.conversion.id"),
        (24, "indicator.conversion.weight"),
        (27, "indicator.conversion.rule.kind"),
        (32, "indicator.rating.rule.bands"),
    ]
    shown = str(problems[4])
    assert shown.startswith("five.toml:15: indicator.conversion.measure: At character 1: 'payrs' is not known.")
    assert shown.endswith("Did you mean 'payers'?")


def test_two_wrong_names_in_a_formula_are_two_problems(parse: Parse, changed: Callable[..., str]) -> None:
    _, problems = parse(changed('"payers / inquirers"', '"payrs / inquirrs + payrs"'))
    assert [problem.message for problem in problems] == [
        "At character 1: 'payrs' is not known.",
        "At character 9: 'inquirrs' is not known.",
    ]


def test_a_wrong_name_beside_a_fact_of_unknown_kind_is_still_found(parse: Parse, changed: Callable[..., str]) -> None:
    text = changed('late = { kind = "flag" }', 'late = { kind = "falg" }')
    text = changed('"not late"', '"late and not lat"', text)
    _, problems = parse(text)
    assert [problem.key for problem in problems] == ["facts.late.kind", "indicator.punctual.rule.when"]
    assert "'lat' is not known" in problems[1].message


def test_a_misspelt_section_is_read_as_what_is_meant(parse: Parse, agents: str) -> None:
    _, problems = parse(agents.replace("[[indicator]]", "[[indicater]]").replace("weight = 65", "weight = []"))
    assert [problem.key for problem in problems] == ["indicater", "indicater.attitude.weight"]


def test_a_file_full_of_mistakes_is_cut(parse: Parse, agents: str) -> None:
    text = agents.replace("[facts]", "[facts]\n" + "".join(f"x{number} = 1\n" for number in range(300)))
    _, problems = parse(text)
    assert len(problems) == 101
    assert problems[-1].message == "The file has more than 100 mistakes; the rest is not listed."
