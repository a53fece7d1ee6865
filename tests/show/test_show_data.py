"""A sheet as data and as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import frozen

from kpicore.form import declared
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.formula.node import Fact, Node, Product, number
from kpicore.protocols import Frame
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import FileScheme, load_scheme
from kpicore.show.data import sheet_data, sheet_text
from kpicore.vocabulary import Vocabulary

DATA = Path(__file__).parents[1] / "data"
VOCABULARY = Vocabulary.of(RULES, FUNCTIONS)


def scheme(tmp_path: Path, rest: str, head: str = "", vocabulary: Vocabulary = VOCABULARY) -> FileScheme:
    path = tmp_path / "made.toml"
    path.write_text(
        'id = "a/made"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\n'
        f"{head}\n[facts]\nx = {{ kind = 'number' }}\nn = {{ kind = 'count' }}\nr = {{ kind = 'ratio' }}\n{rest}",
        "utf-8",
    )
    return load_scheme(path, vocabulary)


def shown(tmp_path: Path, rule: str, measure: str = "x", more: str = "", params: str = "") -> list[str]:
    """What is shown of an indicator with this rule."""
    lines = f"{params}\n[[indicator]]\nid = 'line'\nweight = 10\nmeasure = '{measure}'\n{more}\nrule = {{ {rule} }}\n"
    text = sheet_text(sheet_data(scheme(tmp_path, lines)), "en")
    return [line.strip() for line in text[text.index("Indicators") :].splitlines()[3:]]


@pytest.fixture(scope="module")
def counter() -> dict[str, Any]:
    return sheet_data(load_scheme(DATA / "counter.toml", VOCABULARY))


def test_the_data_is_plain(counter: dict[str, Any]) -> None:
    assert json.loads(json.dumps(counter)) == counter


def test_the_data_says_what_the_scheme_says(counter: dict[str, Any]) -> None:
    assert counter["id"] == "shop/counter"
    assert counter["effective"] == "2024-01-01"
    assert counter["full_marks"] == "100"
    assert [fact["id"] for fact in counter["facts"]][:2] == ["buyers", "visitors"]
    assert counter["params"][0]["value"] == "0.4"
    assert counter["params"][0]["assumed"] is True
    conversion = counter["indicators"][0]
    assert conversion["measure"] == {
        "text": "buyers / visitors",
        "words": {"zh": "成交人数 / 进店人数", "en": "Buyers / Visitors"},
    }
    assert conversion["rule"]["pieces"][0] == {
        "low": {
            "value": "0.4",
            "text": "good_rate",
            "params": ["good_rate"],
            "assumed": True,
            "words": {"zh": "良好线", "en": "Good rate"},
        },
        "low_closed": True,
        "high": None,
        "high_closed": False,
        "value": {"value": "30", "text": "30", "params": [], "assumed": False},
    }
    assert counter["gates"][1]["effect"] == {"ineligible": False, "grade": "C", "lower_by": None}
    assert counter["grade"]["bands"][0]["grade"] == "A"
    assert [element["id"] for element in counter["pay"]] == ["bonus", "share", "steps"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_whole_text(counter: dict[str, Any], language: str) -> None:
    """It stands in a file: `kpicore show tests/data/counter.toml --lang en` makes that anew."""
    expected = (DATA / f"counter.show.{language}.txt").read_text("utf-8")
    assert sheet_text(counter, language) == expected


def test_bands_in_words(tmp_path: Path) -> None:
    bands = (
        "kind = 'bands', bands = [{ from = 9, points = 10 }, { above = 7, up_to = 8, points = 1 }, "
        "{ exactly = 7, points = 0.5 }, { below = 3, points = 3 }, { otherwise = true, points = 0 }]"
    )
    assert shown(tmp_path, bands) == [
        "from 9: 10 points",
        "above 7, up to 8: 1 point",
        "exactly 7: 0.5 points",
        "below 3: 3 points",
        "otherwise: 0 points",
    ]


def test_slopes_in_words(tmp_path: Path) -> None:
    assert shown(tmp_path, "kind = 'proportion', from = 0.6", "r / 1", "kind = 'ratio'") == [
        "from 100 %: 10 points",
        "from 60 % to below 100 %: 6 to 10 points in a straight line",
        "otherwise: 0 points",
    ]
    assert shown(tmp_path, "kind = 'ramp', from = 60, to = 20, least = 1") == [
        "up to 20: 10 points",
        "from 60: 1 point",
        "above 20, below 60: 10 to 1 points in a straight line",
    ]


def test_stairs_in_words(tmp_path: Path) -> None:
    assert shown(tmp_path, "kind = 'deduct', each = 2, per = 3, free = 1, wipe_out_at = 9") == [
        "from 9: 0 points",
        "from 1 to below 9: 10 points, less 2 for each whole 3 above 1",
        "otherwise: 10 points",
    ]
    assert shown(tmp_path, "kind = 'accrue', each = 2", "n") == [
        "from 5: 10 points",
        "from 0 to below 5: 0 points, and 2 more for each whole 1 above 0",
    ]


def test_what_no_figure_can_reach_is_not_shown(tmp_path: Path) -> None:
    assert shown(tmp_path, "kind = 'straight', of = 1", "r") == [
        "from 100 %: 10 points",
        "from 0 % to below 100 %: 0 to 10 points in a straight line",
    ]


def test_a_break_that_is_a_formula_shows_its_value_where_it_has_one(tmp_path: Path) -> None:
    params = "[params]\nlow = { value = 0.02, kind = 'ratio', assumed = true }\nhigh = { value = 0.5, kind = 'ratio' }"
    bands = (
        "kind = 'bands', bands = [{ up_to = 'low', points = 10 }, { up_to = 'high * 2', points = 'low * 100' }, "
        "{ up_to = '0.9 if month == 9 else 0.8', points = 1 }, "
        "{ up_to = 'low + low + low + low + low + low + high', points = 1 }, { otherwise = true, points = 0 }]"
    )
    assert shown(tmp_path, bands, "r / 1", "kind = 'ratio'", params) == [
        "up to 2 % (low, assumed): 10 points",
        "up to 100 % (high × 2): 2 points (low × 100, assumed)",
        "up to 0.9 if month = 9, else 0.8: 1 point",
        "up to 62 % (by low, high, assumed): 1 point",
        "otherwise: 0 points",
    ]


def test_weights_and_totals(tmp_path: Path) -> None:
    rows = (
        "[params]\nw = { value = 25, assumed = true }\n"
        "[[indicator]]\nid = 'one'\nweight = 75\nmeasure = 'x'\nrule = { kind = 'straight', of = 5 }\n"
        "[[indicator]]\nid = 'two'\nweight = 'w'\nmeasure = 'x'\nassumed = true\nrule = { kind = 'straight', of = 5 }\n"
    )
    text = sheet_text(sheet_data(scheme(tmp_path, rows, 'rules_award = "percent"')), "en")
    assert "  one  one  weight 75 %\n" in text
    assert "  two  two  weight 25 % (w, assumed)\n" in text
    assert "full marks 100: the sum of the scores" in text
    assert "assumed: the source does not say this, please confirm it" in text
    means = rows.replace("weight = 75\n", "").replace("weight = 'w'\n", "")
    text = sheet_text(sheet_data(scheme(tmp_path, means, 'total = "mean"\nrules_award = "percent"')), "en")
    assert "full marks 100: the mean of the scores" in text
    assert "  one  one\n" in text


def test_a_scheme_of_pay_alone_has_no_marks(tmp_path: Path) -> None:
    rows = "[[pay]]\nid = 'commission'\namount = '0.003 * x'\n"
    data = sheet_data(scheme(tmp_path, rows))
    text = sheet_text(data, "en")
    assert data["total"] is None and data["full_marks"] is None
    assert "full marks" not in text
    assert text.endswith("Pay\n  commission  commission\n    amount: 0.003 × x\n")


def test_a_rule_that_is_no_curve_is_shown_as_its_formula(tmp_path: Path) -> None:
    @frozen
    class Twice:
        kind: ClassVar[str] = "twice"
        measures: ClassVar[bool] = True
        times: Node = declared("amount", "how often", default=number(2))

        def lower(self, measure: Node, frame: Frame) -> Node:
            return Product((Fact("n"), self.times))

    line = "[[indicator]]\nid = 'line'\nweight = 10\nmeasure = 'n'\nrule = { kind = 'twice' }\n"
    text = sheet_text(sheet_data(scheme(tmp_path, line, vocabulary=Vocabulary.of([*RULES, Twice]))), "en")
    assert "points: n × 2\n" in text


def test_a_rank_is_shown_by_places(tmp_path: Path) -> None:
    rule = "kind = 'rank', points = [10, 6], otherwise = 1, within = 'team'"
    assert shown(tmp_path, rule) == [
        "by the place in the team, the greatest first",
        "place 1: 10 points",
        "place 2: 6 points",
        "every further place: 1 point",
    ]
    low = shown(tmp_path, "kind = 'rank', points = [10], within = 'all'", more="better = 'lower'")
    assert low[:2] == ["by the place among all, the least first", "place 1: 10 points"]


def test_what_compares_people_is_shown(tmp_path: Path) -> None:
    lines = """
[[indicator]]
id = "line"
weight = 10
measure = "x / within(mean, x, team) + previous(n)"
kind = "number"
rule = { kind = "straight", of = 1 }
[grade]
by = "heads"
within = "team"
bands = [{ up_to = 0.15, grade = "A" }, { otherwise = true, grade = "B" }]
[[gate]]
id = "g"
require = "streak(total < 5) < 3 and rank(total, high, team) > 1"
effect = { ineligible = true }
[[pay]]
id = "p"
pool = "1000"
within = "team"
amount = { by = "grade", amounts = { A = 2, B = 1 } }
[[pay]]
id = "q"
pool = "x"
amount = "n"
"""
    data = sheet_data(scheme(tmp_path, lines, "rank = 'team'"))
    assert json.loads(json.dumps(data)) == data
    assert (data["rank"], data["grade"]["by"], data["grade"]["within"]) == ("team", "heads", "team")
    assert (data["pay"][0]["pool"]["text"], data["pay"][0]["within"]) == ("1000", "team")
    text = [line.strip() for line in sheet_text(data, "en").splitlines()]
    for line in (
        "ranked by total in the team",
        "measure: x / mean of x in the team + n of the period before (number, 4 decimals)",
        "must hold: periods running with 'total < 5' < 3 and rank of total in the team > 1",
        "by the place by total in the team, as a share of its people",
        "up to 15 %: A",
        "shared out in the team by weight: 1000",
        "weight by grade",
        "A: 2",
        "shared out among all by weight: x",
        "weight: n",
    ):
        assert line in text, line


def test_a_sheet_that_compares_nobody_says_so_in_its_data(counter: dict[str, Any]) -> None:
    assert counter["rank"] is None and counter["grade"]["within"] is None
    assert {element["pool"] for element in counter["pay"]} == {None}


SEASON = """
[seasons]
peak = { months = [11, 12, 1], assumed = true, title = { zh = "旺季", en = "Peak season" }, note = "Ask the shop." }
july = { months = [7] }
[[indicator]]
id = "calls"
weight = "10 if july else 5"
measure = "n"
only_if = "not peak"
rule = { kind = "bands", bands = [{ from = "30 if peak else 20", points = 5 }, { otherwise = true, points = 0 }] }
[[indicator]]
id = "faults"
weight = 10
measure = "n"
rule = { kind = "deduct", each = "2 if peak else 1", wipe_out_at = 9 }
"""


def test_seasons_are_listed_with_their_months_and_what_is_assumed(tmp_path: Path) -> None:
    data = sheet_data(scheme(tmp_path, SEASON))
    assert data["seasons"] == [
        {
            "id": "peak",
            "title": {"zh": "旺季", "en": "Peak season"},
            "months": [11, 12, 1],
            "words": {"zh": "11月至次年1月", "en": "November to January"},
            "assumed": True,
            "note": {"": "Ask the shop."},
        },
        {"id": "july", "title": {}, "months": [7], "words": {"zh": "7月", "en": "July"}, "assumed": False, "note": {}},
    ]
    english, chinese = (sheet_text(data, language) for language in ("en", "zh"))
    assert "Seasons\n  Peak season  peak = November to January (assumed)\n    note: Ask the shop.\n" in english
    assert "\n  july  july = July\n" in english
    assert "季节\n  旺季  peak = 11月至次年1月（约定）\n" in chinese


def test_what_follows_a_season_says_it_in_words(tmp_path: Path) -> None:
    data = sheet_data(scheme(tmp_path, SEASON))
    low = data["indicators"][0]["rule"]["pieces"][0]["low"]
    assert low == {
        "value": None,
        "text": "30 if peak else 20",
        "params": [],
        "assumed": True,
        "seasons": ["peak"],
        "words": {
            "zh": "旺季（11月至次年1月）30，否则 20",
            "en": "30 in the peak season (November to January), else 20",
        },
    }
    assert data["indicators"][0]["weight"]["assumed"] is False
    text = sheet_text(data, "en")
    lines = [line.strip() for line in text[text.index("Indicators") :].splitlines()]
    assert lines[1] == "calls  calls  10 in the season july (July), else 5 marks"
    assert "0 points unless not in the peak season (November to January)" in lines
    assert "from 30 in the peak season (November to January), else 20 (assumed): 5 points" in lines
    stair = "10 points, less (2 in the peak season (November to January), else 1) (assumed) for each whole 1 above 0"
    assert any(line.endswith(stair) for line in lines)


GROUPS = """
[[group]]
id = "service"
title = { zh = "服务", en = "Service" }
only_if = "n <= 5"
assumed = true
note = "The whole block is 0."
[[group]]
id = "rest"
[[indicator]]
id = "first"
group = "service"
weight = 10
measure = "n"
rule = { kind = "accrue", each = 1 }
[[indicator]]
id = "second"
group = "rest"
weight = 10
measure = "n"
rule = { kind = "accrue", each = 1 }
"""


def test_a_condition_of_a_group_stands_at_the_group(tmp_path: Path) -> None:
    data = sheet_data(scheme(tmp_path, GROUPS))
    assert data["groups"] == [
        {
            "id": "service",
            "title": {"zh": "服务", "en": "Service"},
            "only_if": {"text": "n <= 5", "words": {"zh": "n ≤ 5", "en": "n ≤ 5"}},
            "assumed": True,
            "note": {"": "The whole block is 0."},
        },
        {"id": "rest", "title": {}, "only_if": None, "assumed": False, "note": {}},
    ]
    assert data["indicators"][0]["only_if"] is None
    lines = [line.strip() for line in sheet_text(data, "en").splitlines()]
    start = lines.index("Group: Service")
    assert lines[start + 1 : start + 5] == [
        "every indicator of the group: 0 points unless n ≤ 5",
        "assumed: the source does not say this, please confirm it",
        "note: The whole block is 0.",
        "first  first  10 marks",
    ]
    assert lines[lines.index("Group: rest") + 1] == "second  second  10 marks"
    assert "    本组得分条件：n ≤ 5；不满足则各项均为 0 分\n" in sheet_text(data, "zh")


@pytest.mark.parametrize(
    ("head", "rule", "shown"),
    [
        ("", "{ kind = 'bands', bands = [{ otherwise = true, points = 0 }] }", True),
        ("", "{ kind = 'accrue', each = 1 }", True),  # at most its full marks, and these are none
        ("", "{ kind = 'accrue', each = 1, most = 5 }", False),
        ("rules_award = 'percent'", "{ kind = 'accrue', each = 1, most = 5 }", True),
        ("total = 'mean'", "{ kind = 'accrue', each = 1, most = 5 }", True),
    ],
)
def test_an_indicator_that_is_only_shown_says_so(tmp_path: Path, head: str, rule: str, shown: bool) -> None:
    weight = "" if "mean" in head else "weight = 10"
    lines = f"[[indicator]]\nid = 'one'\n{weight}\nmeasure = 'n'\nrule = {{ kind = 'accrue', each = 1 }}\n"
    lines += f"[[indicator]]\nid = 'trend'\nweight = 0\nmeasure = 'n'\nrule = {rule}\n"
    data = sheet_data(scheme(tmp_path, lines, head))
    assert [line["shown_only"] for line in data["indicators"]] == [False, shown]
    text = sheet_text(data, "en")
    assert ("trend  trend  shown, not scored\n" in text) == shown
    assert ("trend  trend  0 marks\n" in text) != shown
    assert ("趋势" not in text) and ("  trend  trend  仅列示，不计分\n" in sheet_text(data, "zh")) == shown


def test_the_appraisal_day_and_the_occasions(tmp_path: Path) -> None:
    head = 'occasions = ["regular", "spot"]\n[appraisal]\nday = 15\nassumed = true\nnote = "By custom."'
    rest = "[[pay]]\nid = 'p'\namount = 1\n"
    data = sheet_data(scheme(tmp_path, rest, head))
    assert json.loads(json.dumps(data)) == data
    assert data["occasions"] == ["regular", "spot"]
    assert data["appraisal"] == {
        "day": 15,
        "months_after": 1,
        "moved": "next",
        "words": {
            "zh": "次月15日，遇休息日顺延至下一个工作日",
            "en": "on the 15th of the following month, moved to the next working day",
        },
        "assumed": True,
        "note": {"": "By custom."},
    }
    english, chinese = (sheet_text(data, language).splitlines() for language in ("en", "zh"))
    assert english[3:7] == [
        "  occasions: regular, spot; where the figures name none: regular",
        "  appraisal: on the 15th of the following month, moved to the next working day",
        "    assumed: the source does not say this, please confirm it",
        "    note: By custom.",
    ]
    assert chinese[3:5] == [
        "  考核缘由：定期、突击；数据未写明时为定期",
        "  考核日：次月15日，遇休息日顺延至下一个工作日",
    ]


def test_a_sheet_that_says_neither_shows_neither(counter: dict[str, Any]) -> None:
    assert (counter["occasions"], counter["appraisal"]) == ([], None)
    text = sheet_text(counter, "en")
    assert "occasions" not in text and "appraisal" not in text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            """\
Plus and minus items
  By the manager
    added to the total, each with its reason and its author
    a person's items count for no less than -2.5 in a period
    a person's items count for no more than 5 (cap, assumed) in a period
    assumed: the source does not say this, please confirm it
    note: A page a month.
""",
        ),
        (
            "zh",
            """\
加减分
  店长
    计入总分，每项均注明事由和登记人
    每人每期合计不低于 -2.5 分
    每人每期合计不超过 5（cap，约定）分
    约定：原表未写明，请确认
    说明：A page a month.
""",
        ),
    ],
)
def test_plus_and_minus_items(tmp_path: Path, language: str, told: str) -> None:
    rows = """
[params]
cap = { value = 5, assumed = true }
[[indicator]]
id = "x"
weight = 1
rule = { kind = "straight", of = 1 }
[adjustments]
title = { en = "By the manager", zh = "店长" }
least = -2.5
most = "cap"
assumed = true
note = "A page a month."
"""
    data = sheet_data(scheme(tmp_path, rows))
    assert told in sheet_text(data, language)
    assert json.loads(json.dumps(data))["adjustments"]["most"]["params"] == ["cap"]


def test_without_items_nothing_is_said_of_them(counter: dict[str, Any]) -> None:
    assert counter["adjustments"] is None
    assert "lus and minus" not in sheet_text(counter, "en")
