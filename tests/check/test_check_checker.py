"""What is checked of a whole scheme: several versions and sheets, made-up people, keys and lines."""

from __future__ import annotations

import pytest
from support.populations import loaded
from support.sound import GATE, SOUND

from kpicore.check.checker import check_scheme
from kpicore.check.finding import Finding
from kpicore.check.text import sentence

ROLLED = (
    SOUND
    + """
[grade]
bands = [ { from = 50, grade = "A" }, { otherwise = true, grade = "B" } ]

[[rollup]]
id = "months"
title = { zh = "月度平均", en = "Mean of the months" }
period = "quarter"
of = "month"
weight = 60

[[rollup.indicator]]
id = "review"
title = { zh = "评议", en = "Review" }
weight = 40
better = "higher"
rule = { kind = "bands", bands = [
  { from = 80, points = 40 },
  { from = 0, below = 70, points = 0 },
] }
[rollup.grade]
bands = [
  { from = 60, grade = "good" },
  { from = 0, up_to = 59, grade = "poor" },
]
"""
).replace(
    "[facts]\n", '[facts]\nreview = { kind = "rating", provider = "HR", title = { zh = "评议", en = "Review" } }\n'
)


def findings(text: str) -> list[Finding]:
    (checked,) = check_scheme(loaded(text))
    return [each for each in checked.findings if each.code not in ("cliff", "judged")]


def test_the_sheet_of_a_longer_period_is_checked_where_it_stands() -> None:
    lines = ROLLED.splitlines()
    found = {(each.code, each.key): each for each in findings(ROLLED)}
    hole = found["hole", "rollup.months.indicator.review.rule.bands"]
    undecided = found["not_decided", "rollup.months.grade.bands"]
    assert (hole.witness, undecided.witness) == ("70", "59.01")  # no proof of what means of three months there are
    for finding, begins in ((hole, "rule = "), (undecided, "bands = [")):
        assert finding.place.line is not None
        assert lines[finding.place.line - 1].startswith(begins)
    assert sentence(found["reach", "rollup.months"], "en") == "From 0 to 60."
    assert sentence(found["reach", "rollup.months.total"], "en") == "From 0 to 100."
    assert sentence(found["reach", "total"], "en") == "From 0 to 100."


def test_months_that_a_season_tells_apart_are_not_taken_for_alike_in_a_quarter() -> None:
    text = ROLLED.replace("[facts]", "[seasons]\nbusy = { months = [11, 12] }\n\n[facts]")
    text = text.replace("points = 60 }", 'points = "60 if busy else 50" }')
    found = {(each.code, each.key): each for each in findings(text)}
    assert sentence(found["reach", "indicator.sales"], "en") == "From 0 to 50. (in month 1)"
    assert "not decided" in sentence(found["reach", "rollup.months"], "en")


@pytest.mark.parametrize(
    ("bounds", "high"), [("least = -5\nmost = 5", "105"), ("most = 5", "105"), ("", "without end")]
)
def test_plus_and_minus_items_reach_beyond(bounds: str, high: str) -> None:
    found = {(each.code, each.key): each for each in findings(f"{SOUND}\n[adjustments]\n{bounds}\n")}
    low = "-5" if "least" in bounds else "without end"
    assert sentence(found["reach", "total"], "en") == f"From {low} to {high}."


def test_grades_are_judged_with_the_items() -> None:
    grade = '[grade]\nbands = [ { from = 101, grade = "A" }, { otherwise = true, grade = "B" } ]\n'
    assert [each.key for each in findings(f"{SOUND}\n{grade}") if each.code == "unreachable_band"] == ["grade.bands[1]"]
    assert not [
        each for each in findings(f"{SOUND}\n[adjustments]\nmost = 5\n{grade}") if each.code == "unreachable_band"
    ]


def test_a_grade_that_a_gate_gives_is_reached() -> None:
    grade = '[grade]\nbands = [ { from = 0, grade = "A" }, { otherwise = true, grade = "B" } ]\n'
    assert [each.key for each in findings(f"{SOUND}\n{grade}") if each.code == "unreachable_band"] == ["grade.bands[2]"]
    gate = GATE.replace("ineligible = true", 'grade = "B"')
    assert not [each for each in findings(f"{SOUND}{gate}\n{grade}") if each.code == "unreachable_band"]


def test_grades_by_share_of_heads() -> None:
    bands = '{ up_to = 0.2, grade = "A" }, { above = 0.25, up_to = 0.9, grade = "B" }, { above = 1, grade = "C" }'
    found = [
        each for each in findings(f'{SOUND}\n[grade]\nby = "heads"\nbands = [ {bands} ]\n') if each.code != "reach"
    ]
    assert [(each.code, each.key, each.witness) for each in found] == [
        ("hole", "grade.bands", "0.2001"),
        ("hole", "grade.bands", "0.9001"),
        ("unreachable_band", "grade.bands[3]", None),
    ]
    assert sentence(found[0], "en") == (
        "No band holds 20.01 %, between bands 1 (line 33) and 2 (line 33): whoever has that has no grade."
    )


CHOICE = """
[[indicator]]
id = "manner"
title = { zh = "态度", en = "Manner" }
weight = 0
rule = RULE
"""


def test_a_worse_choice_that_has_more_points() -> None:
    fact = (
        'manner = { kind = "choice", choices = ["good", "poor"], provider = "HR", title = { zh = "态度", en = "M" } }\n'
    )
    text = SOUND.replace("[facts]\n", "[facts]\n" + fact) + CHOICE
    wrong = text.replace("RULE", '{ kind = "choice", points = { good = 0, poor = 5 } }')
    (finding,) = [each for each in findings(wrong) if each.code == "falls"]
    assert (finding.key, finding.witness) == ("indicator.manner.rule.points", ("poor", "good"))
    assert sentence(finding, "en") == "It falls the wrong way: 5 points at poor, 0 at good."
    right = text.replace("RULE", '{ kind = "choice", points = { good = 5, poor = 0 } }')
    assert not [each for each in findings(right) if each.code == "falls"]


def test_a_worse_place_that_has_more_points() -> None:
    rank = '{ kind = "rank", points = [1, 3], otherwise = 0, within = "all" }'
    text = SOUND + CHOICE.replace("RULE", rank).replace("weight = 0", 'weight = 0\nmeasure = "sold"\nbetter = "higher"')
    (finding,) = [each for each in findings(text) if each.code == "falls"]
    assert (finding.key, finding.witness) == ("indicator.manner.rule.points", ("2", "1"))
    assert not [each for each in findings(text.replace("[1, 3]", "[3, 1]")) if each.code == "falls"]


def test_a_scheme_fixed_to_a_version_is_checked_alone() -> None:
    assert [each.version for each in check_scheme(loaded(SOUND).fixed("1"))] == ["1"]
