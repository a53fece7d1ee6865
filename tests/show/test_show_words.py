"""How a sheet is worded: parameters by their titles, levels with their points, and nothing that no figure can reach."""

from __future__ import annotations

from pathlib import Path

from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import FileScheme, load_scheme
from kpicore.show.data import sheet_data, sheet_text
from kpicore.vocabulary import Vocabulary

VOCABULARY = Vocabulary.of(RULES, FUNCTIONS)
HEAD = 'id = "a/made"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\n'


def scheme(tmp_path: Path, rest: str, head: str = "") -> FileScheme:
    path = tmp_path / "made.toml"
    path.write_text(f"{HEAD}{head}\n[facts]\nx = {{ kind = 'number' }}\nn = {{ kind = 'count' }}\n{rest}", "utf-8")
    return load_scheme(path, VOCABULARY)


def shown(tmp_path: Path, rule: str, measure: str = "x", more: str = "", params: str = "") -> list[str]:
    """What is shown of an indicator with this rule."""
    lines = f"{params}\n[[indicator]]\nid = 'line'\nweight = 10\nmeasure = '{measure}'\n{more}\nrule = {{ {rule} }}\n"
    text = sheet_text(sheet_data(scheme(tmp_path, lines)), "en")
    return [line.strip() for line in text[text.index("Indicators") :].splitlines()[3:]]


NAMED = """
[facts]
x = { kind = "count", title = { zh = "差错", en = "Errors" } }
[params]
w = { value = 20, assumed = true, title = { zh = "质量权重", en = "Weight of quality" } }
each = { value = 4, title = { zh = "每次扣分", en = "Points off" } }
top = { value = 9, title = { zh = "旺季起点", en = "Start in the peak" } }
"""


def worded(tmp_path: Path, rows: str, language: str) -> list[str]:
    """The lines of the indicators of a scheme with titles."""
    path = tmp_path / "named.toml"
    path.write_text(HEAD + NAMED + rows, "utf-8")
    text = sheet_text(sheet_data(load_scheme(path, VOCABULARY)), language)
    return [
        line.strip() for line in text[text.index({"en": "Indicators", "zh": "指标\n"}[language]) :].splitlines()[1:]
    ]


def test_parameters_are_named_by_their_titles_beside_their_values(tmp_path: Path) -> None:
    rows = (
        "[[indicator]]\nid = 'q'\nweight = 'w'\nmeasure = 'x'\n"
        "rule = { kind = 'deduct', each = 'each', wipe_out_at = 'top / 3' }\n"
    )
    assert worded(tmp_path, rows, "en") == [
        "q  q  20 marks (Weight of quality, assumed)",
        "measure: Errors (count)",
        "from 3 (Start in the peak / 3): 0 points",
        "from 0 to below 3: 20 points (Weight of quality, assumed), less 4 (Points off) for each whole 1 above 0",
    ]
    assert worded(tmp_path, rows, "zh") == [
        "q  q  20 分（质量权重，约定）",
        "指标值：差错（个数）",
        "3（旺季起点 / 3）及以上：0 分",
        "0 及以上、低于 3：20 分（质量权重，约定），超过 0 后每满 1 减 4（每次扣分）",
    ]


def test_a_break_that_depends_on_many_parameters_says_how_many(tmp_path: Path) -> None:
    lines = "[params]\n" + "".join(f"p{number} = {{ value = {number} }}\n" for number in range(1, 5))
    bands = "{ from = 'p1 + p2 + p3 + p4 + p1 + p2 + p3 + p4', points = 1 }, { otherwise = true, points = 0 }"
    assert (
        shown(tmp_path, f"kind = 'bands', bands = [{bands}]", params=lines)[0] == "from 20 (by 4 parameters): 1 point"
    )


def test_what_follows_a_season_is_said_with_the_values_of_parameters(tmp_path: Path) -> None:
    rows = (
        "[seasons]\nbusy = { months = [9], title = { zh = '旺季', en = 'Busy season' } }\n"
        "[[indicator]]\nid = 'q'\nweight = 10\nmeasure = 'x'\n"
        "rule.kind = 'bands'\n"
        "rule.bands = [{ from = 'top if busy else 5', points = 'w / 2' }, { otherwise = true, points = 0 }]\n"
    )
    assert worded(tmp_path, rows, "en")[2] == (
        "from 9 in the busy season (September), else 5: 10 points (Weight of quality / 2, assumed)"
    )
    assert worded(tmp_path, rows, "zh")[2] == "旺季（9月）9，否则 5 及以上：10 分（质量权重 / 2，约定）"


LEVELS = """
[[indicator]]
id = "q"
weight = 10
measure = "x"
levels = [
    { from = 9, level = "A", title = { zh = "很好", en = "very good" } }, { from = 9, level = "B" },
    { from = 5, level = "middle" }, { otherwise = true, level = "差" },
]
rule = { kind = "levels", points = { A = "w", B = 8, middle = 5, "差" = 0 } }
"""


def test_levels_are_said_once_with_their_points(tmp_path: Path) -> None:
    assert worded(tmp_path, LEVELS, "en")[2:] == [
        "level A (very good): from 9, 20 points (Weight of quality, assumed)",
        "level B: never reached",
        "level middle: from 5, 5 points",
        "level 差: otherwise, 0 points",
    ]
    assert worded(tmp_path, LEVELS, "zh")[2:] == [
        "A 级（很好）：9 及以上，20 分（质量权重，约定）",
        "B 级：不会出现",
        "中：5 及以上，5 分",
        "差：其他，0 分",
    ]


def test_levels_beside_another_rule_are_said_without_points(tmp_path: Path) -> None:
    rows = LEVELS[: LEVELS.index("rule")] + 'rule = { kind = "accrue", each = 2 }\n'
    assert worded(tmp_path, rows, "en")[2:] == [
        "level A (very good): from 9",
        "level B: from 9",
        "level middle: from 5",
        "level 差: otherwise",
        "from 5: 10 points",
        "from 0 to below 5: 0 points, and 2 more for each whole 1 above 0",
    ]


def test_a_rating_with_bounds_of_its_own_is_said_by_them(tmp_path: Path) -> None:
    facts = "[facts.y]\nkind = 'rating'\nmost = 10\ntitle = 'y'\n"
    rows = "[[indicator]]\nid = 'q'\nweight = 10\nmeasure = 'y'\nrule = { kind = 'straight', of = 10 }\n"
    data = sheet_data(scheme(tmp_path, facts + rows))
    english, chinese = (sheet_text(data, language) for language in ("en", "zh"))
    assert "measure: y (rating from 0 to 10, 2 decimals)\n" in english and "(rating from 0 to 10)\n" in english
    assert "指标值：y（0 至 10 的评分，2 位小数）\n" in chinese and "(0 至 10 的评分)\n" in chinese


def test_what_a_measure_can_not_be_is_not_shown(tmp_path: Path) -> None:
    assert shown(tmp_path, "kind = 'straight', of = 1", "n / (n + 1)", "kind = 'number'") == [
        "from 1: 10 points",
        "from 0 to below 1: 0 to 10 points in a straight line",
    ]
    assert shown(tmp_path, "kind = 'straight', of = 1", "n - 1", "kind = 'number'")[-1] == "otherwise: 0 points"


def test_a_stair_without_a_step_is_flat(tmp_path: Path) -> None:
    assert shown(tmp_path, "kind = 'deduct', each = 10", "n") == ["from 1: 0 points", "from 0 to below 1: 10 points"]
    set_otherwise = shown(tmp_path, "kind = 'deduct', each = 'p'", "n", params="[params]\np = { value = 10 }")
    assert set_otherwise[-1] == "from 0 to below 1: 10 points, less 10 (p) for each whole 1 above 0"


def test_where_the_mean_is_taken_no_weight_is_spoken_of(tmp_path: Path) -> None:
    rows = "[[indicator]]\nid = 'q'\nmeasure = 'x'\nrule = { kind = 'straight', of = 5 }\n"
    text = sheet_text(sheet_data(scheme(tmp_path, rows, "total = 'mean'\nrules_award = 'percent'")), "en")
    assert "rules award 0 to 100\n" in text


def test_a_gate_names_the_grade_as_people_do(tmp_path: Path) -> None:
    rows = """
[[indicator]]
id = "q"
weight = 10
measure = "x"
rule = { kind = "straight", of = 5 }
[grade]
bands = [{ from = 5, grade = "good", title = { zh = "良好", en = "fair" } }, { otherwise = true, grade = "bad" }]
[[gate]]
id = "g"
require = "n == 0"
effect = { grade = "good" }
"""
    data = sheet_data(scheme(tmp_path, rows))
    english, chinese = (sheet_text(data, language) for language in ("en", "zh"))
    assert "else: the grade is fair at best" in english and "from 5: fair (good)\n" in english
    assert "否则：等级最高为良好" in chinese and "5 及以上：良好（good）\n" in chinese
