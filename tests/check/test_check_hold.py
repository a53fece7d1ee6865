"""Conditions that always come out the same: gates, ladders, and what stands before indicators and pay."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.populations import loaded
from support.sound import GATE, LADDER, SOUND

from kpicore.check.checker import check_scheme
from kpicore.check.finding import Finding
from kpicore.check.text import sentence


def findings(text: str) -> Sequence[Finding]:
    (checked,) = check_scheme(loaded(text))
    return checked.findings


def of_gate(require: str) -> list[str]:
    text = SOUND + GATE.replace("late <= 3", require)
    return [each.code for each in findings(text) if each.key == "gate.prompt"]


@pytest.mark.parametrize(
    "require",
    [
        "late >= 0",
        "late < 5 or late >= 4",
        "not (late > 3 and late < 3)",
        "total <= 100",
        "late + sold >= 0",
        "late in (0, 1, 2) or late > 2",
    ],
)
def test_gates_that_all_pass(require: str) -> None:
    assert of_gate(require) == ["gate_never_fails"]


@pytest.mark.parametrize(
    "require", ["late > 20", "late == 0.5", "late < 3 and late > 2", "total > 100", "late < 3 and not (late < 4)"]
)
def test_gates_that_nobody_passes(require: str) -> None:
    assert of_gate(require) == ["gate_never_passes"]


@pytest.mark.parametrize(
    "require", ["late <= 3", "late < 3 or sold > 10", "late < 5 and late >= 4", "total >= 60", "sold / 4 < 7"]
)
def test_gates_that_some_pass(require: str) -> None:
    assert of_gate(require) == []


def test_a_gate_that_rests_on_one_figure_twice_is_tried() -> None:
    assert of_gate("late - late < 1") == ["not_decided"]  # nobody fails, which intervals can not see


def of_ladder(text: str) -> list[tuple[str, str]]:
    codes = ("move_never", "move_always", "move_hidden", "level_not_kept")
    return [(each.code, each.key) for each in findings(text) if each.code in codes]


MOVE = """
[[ladder.move]]
id = "other"
title = { zh = "变", en = "Other" }
when = "WHEN"
to = "TO"
"""


def moved(when: str, to: str) -> str:
    return LADDER + MOVE.replace("WHEN", when).replace("TO", to)


def test_a_move_that_asks_the_level_that_it_never_has() -> None:
    assert of_ladder(moved("level == 'junior' and level == 'senior'", "junior")) == [
        ("move_never", "ladder.move.other")
    ]


def test_a_move_that_another_one_hides() -> None:
    text = moved("level == 'senior' and over_cycle(sum, sales) < 10", "junior")
    assert of_ladder(text) == [("move_hidden", "ladder.move.other")]


def test_a_move_for_all_levels_hides_no_more_than_it_takes() -> None:
    assert of_ladder(moved("over_cycle(sum, sales) < 10", "junior")) == []  # the juniors of these stay where they are


def test_a_level_that_every_result_leads_away_from() -> None:
    text = moved("level == 'senior' and over_cycle(sum, sales) >= 1000", "junior")
    assert of_ladder(text) == [("level_not_kept", "ladder.level.senior")]


def test_a_move_to_the_own_level_keeps_it() -> None:
    text = moved("level == 'senior' and over_cycle(sum, sales) >= 1000", "senior")
    assert of_ladder(text) == []


LAST = 'rule = { kind = "deduct", each = 10 }\n'


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        (LAST, LAST + 'counts_when = "sold >= 0"\n', "always_holds", "indicator.attendance.counts_when"),
        (LAST, LAST + 'only_if = "sold < 0"\n', "never_holds", "indicator.attendance.only_if"),
        (LAST, 'rule = { kind = "conditions", when = "late > 20" }\n', "never_holds", "indicator.attendance.rule.when"),
        (
            LAST,
            'rule = { kind = "conditions", each = [\n  { when = "late < 3", points = 20 },\n'
            '  { when = "late >= 0", points = 20 },\n] }\n',
            "always_holds",
            "indicator.attendance.rule.each[2].when",
        ),
        (
            LAST,
            LAST + 'group = "g"\n\n[[group]]\nid = "g"\ntitle = { zh = "组", en = "G" }\nonly_if = "late >= 0"\n',
            "always_holds",
            "group.g.only_if",
        ),
    ],
)
def test_other_conditions(old: str, new: str, code: str, key: str) -> None:
    text = SOUND.replace(old, new).replace('measure = "late"\n', "" if "conditions" in new else 'measure = "late"\n')
    told = [(each.code, each.key) for each in findings(text) if each.code in ("always_holds", "never_holds")]
    assert told == [(code, key)]


def test_a_switch_is_no_such_condition() -> None:
    text = SOUND.replace(
        "[facts]", '[params]\nstrict = { value = true, title = { zh = "严", en = "Strict" } }\n\n[facts]'
    )
    text = text.replace(LAST, LAST + 'counts_when = "strict"\n')
    assert not [each for each in findings(text) if each.code == "always_holds"]


def test_what_differs_between_the_months_is_told_with_the_month() -> None:
    text = SOUND.replace("[facts]", "[seasons]\nbusy = { months = [11, 12] }\n\n[facts]").replace(
        "{ from = 50, points = 30 }", '{ from = "80 if busy else 95", points = 30 }'
    )
    (finding,) = [each for each in findings(text) if each.code == "hidden_band"]
    assert sentence(finding, "en") == "The bands before this one claim all that it could. (in month 1)"
    assert sentence(finding, "zh") == "这一档的全部数值已被前面各档包含。（1 月）"
