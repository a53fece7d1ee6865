"""Every figure's way into a result, as records."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from support.small import Small

from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.problem import Place

TEXT = """
rules_award = "percent"
[facts]
payers = { kind = "count", title = "Customers who paid" }
inquirers = { kind = "count" }
plan = { kind = "choice", choices = ["x", "y"], default = "y" }
late = { kind = "flag" }
breaches = { kind = "count", default = 0 }
[params]
line = { value = 0.6, kind = "ratio", assumed = true }
rate = { value = 2 }
[[indicator]]
id = "conversion"
weight = 60
measure = "payers / inquirers"
kind = "ratio"
counts_when = "inquirers >= 10"
only_if = "not late"
rule = { kind = "bands", bands = [{ from = "line", points = 100 }, { otherwise = true, points = 50 }] }
[[indicator]]
id = "plan"
weight = 30
rule = { kind = "choice", points = { x = 100, y = "rate * 20" } }
[[indicator]]
id = "punctual"
weight = 10
rule = { kind = "conditions", each = [{ when = "not late", points = 60 }, { when = "breaches == 0", points = 40 }] }
[[gate]]
id = "no_breach"
require = "breaches == 0 and sum >= 1"
effect = { grade = "B" }
[grade]
bands = [{ from = 80, grade = "A" }, { otherwise = true, grade = "B" }]
[[pay]]
id = "bonus"
amount = { by = "grade", amounts = { A = 300, B = "rate * 50" } }
[[pay]]
id = "total"
amount = { by = "total", bands = [{ from = 80, amount = 1 }, { otherwise = true, amount = 0 }] }
[[pay]]
id = "extra"
amount = "payers * rate"
when = "grade == 'A'"
"""
GIVEN: dict[str, object] = {"payers": 13, "inquirers": 20, "late": "no"}


def explained(given: dict[str, object] | None = None, settings: str = "", **keys: object) -> Explanation:
    small = Small(TEXT, settings)
    return explain(small.scorer, small.row({**GIVEN, **(given or {})}, **keys))


def test_a_measure_its_figures_and_the_piece_that_decided() -> None:
    line = explained(sources={"payers": Place("f.csv", row=2, column="paid")}).lines[0]
    assert line.measure is not None
    assert (line.measure.text, line.measure.value) == ("payers / inquirers", Fraction(13, 20))
    payers, inquirers = line.measure.figures
    assert (payers.value, payers.origin, str(payers.place), payers.title.text("en")) == (
        13,
        "given",
        "f.csv:row 2:column paid",
        "Customers who paid",
    )
    assert (inquirers.value, inquirers.place) == (20, None)
    (curve,) = line.curves
    assert (curve.at, curve.piece, curve.curve.bound) == (Fraction("0.65"), 0, True)
    assert [(name, use.text, use.value) for name, use in line.conditions] == [
        ("counts_when", "inquirers >= 10", True),
        ("only_if", "not late", True),
    ]
    assert (line.weight, line.awards, line.places, line.kind) == (Decimal("60.00"), 100, 4, "ratio")


def test_a_curve_stands_as_the_parameters_have_it() -> None:
    for settings, figures in (("[params]\nline = 0.7\n", {}), ("", {"line": "0.7"})):
        line = explained(figures, settings).lines[0]
        assert (line.curves[0].piece, str(line.result.points)) == (1, "50.00")


def test_a_table_and_a_default() -> None:
    line = explained().lines[1]
    assert line.table is not None and line.measure is not None
    assert (line.table.rows, line.table.at) == ((("x", Fraction(100)), ("y", Fraction(40))), "y")
    assert [(figure.value, figure.origin) for figure in line.measure.figures] == [("y", "default")]


def test_conditions_of_a_rule() -> None:
    line = explained({"late": ""}).lines[2]
    assert line.measure is None and line.curves == ()
    assert [(name, use.text, use.value) for name, use in line.conditions] == [
        ("each", "not late", None),
        ("each", "breaches == 0", True),
    ]
    assert [reason.value("fact") for reason in line.reasons] == ["late"]


@pytest.mark.parametrize(
    ("figures", "settings", "value", "origin"),
    [
        ({}, "", 2, "scheme"),
        ({}, "[params]\nrate = 3\n", 3, "set"),
        ({}, '[team."T".params]\nrate = 4\n', 4, "set"),
        ({"rate": 5}, "[params]\nrate = 3\n", 5, "set"),
        ({"rate": "?"}, "", None, "unreadable"),
    ],
)
def test_where_a_parameter_comes_from(figures: dict[str, object], settings: str, value: object, origin: str) -> None:
    extra = explained(figures, settings, team="T").pay[2]
    rate = next(figure for figure in extra.amount.figures if figure.id == "rate")
    assert (rate.value, rate.origin) == (value, origin)


def test_a_figure_that_is_missing_or_can_not_be_read() -> None:
    line = explained({"payers": "", "inquirers": "?"}).lines[0]
    assert line.measure is not None and line.measure.value is None
    assert [(figure.origin, figure.value) for figure in line.measure.figures] == [
        ("missing", None),
        ("unreadable", None),
    ]
    assert line.curves[0].piece is None


def test_pay_sees_the_grade_after_the_gates() -> None:
    found = explained({"breaches": 1, "plan": "x"})
    assert found.grade is not None
    assert (found.grade.before_gates, found.grade.grade, found.grade.curve.labels) == ("A", "B", ("A", "B"))
    bonus, total, extra = found.pay
    assert (bonus.amount.value, bonus.paid) == ("B", Decimal("100.00"))
    assert bonus.table is not None and bonus.table.at == "B"
    assert extra.when is not None and (extra.when.value, extra.paid) == (False, Decimal("0.00"))
    assert total.curve is not None and (total.curve.piece, total.paid) == (0, Decimal("1.00"))


def test_a_gate_on_a_sum_that_lacks_a_score_is_open() -> None:
    found = explained({"payers": ""})
    (gate,) = found.gates
    assert (gate.state, gate.require.value, gate.require.text) == ("unknown", None, "breaches == 0 and sum >= 1")


def test_a_given_result_is_not_scored_again() -> None:
    small = Small(TEXT)
    row = small.row(GIVEN)
    result = small.scorer.score(row)
    assert explain(small.scorer, row, result).result is result


def test_conditions_that_are_joined_stand_one_by_one() -> None:
    explanation = explained()
    (gate,) = explanation.gates
    assert [(part.text, part.value) for part in gate.require.parts] == [("breaches == 0", True), ("sum >= 1", True)]
    assert [figure.id for figure in gate.require.parts[0].figures] == ["breaches"]
    conversion = explanation.lines[0]
    assert all(use.parts == () for _, use in conversion.conditions)  # nothing is joined there


JUDGED = """
[facts]
x = { kind = "rating", most = 10, raters = ["a", "b"] }
q = { kind = "choice", choices = ["good", "fair", "bad"], raters = ["a", "b"] }
y = { kind = "count" }
own = { kind = "choice", choices = ["h", "l"] }
[params]
top = { value = 8 }
[[rater]]
id = "a"
[[rater]]
id = "b"
[[indicator]]
id = "each"
weight = 10
measure = "x"
levels = [{ from = "top", level = "h" }, { otherwise = true, level = "l" }]
rule = { kind = "straight", of = 10 }
[[indicator]]
id = "all"
weight = 10
measure = "x"
combine = "measures"
levels = [{ from = "top", level = "h" }, { otherwise = true, level = "l" }]
rule = { kind = "straight", of = 10 }
[[indicator]]
id = "q"
weight = 10
rule = { kind = "choice", points = { good = 10, fair = 5, bad = 0 } }
[[indicator]]
id = "y"
weight = 10
beside = "own"
apart = 1
levels = [{ from = 5, level = "h" }, { otherwise = true, level = "l" }]
rule = { kind = "levels", points = { h = 10, l = 0 } }
"""


@pytest.mark.parametrize(
    ("facts", "each", "all_", "q", "judged", "own"),
    [
        ({"x_a": "8", "x_b": "7.99", "q_a": "good", "q_b": "bad", "y": 5, "own": "l"},
         ["h", "l"], "h", ["good", "bad"], "h", "l"),
        ({"x_a": "8", "x_b": "7.98", "q_a": "fair", "q_b": "", "y": 4, "own": ""},
         ["h", "l"], "l", ["fair", None], "l", None),
        ({"x_a": "?", "x_b": "", "q_a": "?", "q_b": "good", "y": "", "own": "h"},
         [None, None], None, [None, "good"], None, "h"),
    ],
)  # fmt: skip
def test_levels_are_told_of_each_rater_and_of_the_measure(
    facts: dict[str, object], each: list[str], all_: str, q: list[str], judged: str, own: str
) -> None:
    from kpicore.explain.raterprose import level_of

    small = Small(JUDGED)
    lines = explain(small.scorer, small.row(facts)).lines
    assert [rater.level for rater in lines[0].raters] == each
    assert level_of(lines[0]) is None and lines[0].levels is not None and lines[0].levels.labels == ("h", "l")
    # 7.995 is rounded to 8.00, and stands in the band from 8.
    assert level_of(lines[1]) == all_ and [rater.level for rater in lines[2].raters] == q
    assert lines[2].levels is None
    assert level_of(lines[3]) == judged
    assert lines[3].beside is not None and lines[3].beside.value == own


def test_levels_and_the_choice_beside_are_told_in_words() -> None:
    from kpicore.explain.prose import explanation_text

    small = Small(JUDGED)
    facts = {"x_a": "8", "x_b": "7", "q_a": "good", "q_b": "bad", "y": 5, "own": "l"}
    text = explanation_text(explain(small.scorer, small.row(facts)), "en")
    lines = [line.strip() for line in text.splitlines()]
    assert "a: 8.00, level h, from 0: 8 points" in lines
    at = lines.index("level h")
    assert lines[at + 1].startswith("own: l")
    assert "级别 h" in explanation_text(explain(small.scorer, small.row(facts)), "zh")
