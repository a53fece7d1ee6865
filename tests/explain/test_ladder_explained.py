"""The story of a person's cycles on a ladder: in words, as data, and every reckoning in it done again."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import kpicore
from kpicore.explain import Explanation, explanation_data, explanation_text
from kpicore.explain.naming import Titles
from kpicore.explain.prose import cycles_line
from kpicore.explain.record import explain
from kpicore.formula.node import Along, Fact
from kpicore.io.figures import load_figures
from kpicore.io.roster import read_roster
from kpicore.loaded import LoadedScheme
from kpicore.period import parse_period
from kpicore.wording import formula_text

LADDER = """
id = "own/ladder"
version = "1"
effective = 2024-01-01
periods = ["cycle"]
title = { zh = "级别", en = "Levels" }
[facts]
deals = { kind = "count", title = { zh = "成交数", en = "Deals" } }
sales = { kind = "money", title = { zh = "销售额", en = "Sales" } }
plan = { kind = "money", title = { zh = "计划", en = "Plan" } }
oral = { kind = "rating", title = { zh = "口试", en = "Oral" } }
polite = { kind = "flag", title = { zh = "礼貌", en = "Polite" } }
oral_again = { kind = "rating", title = { zh = "口试补考", en = "Oral again" } }
polite_again = { kind = "flag", title = { zh = "礼貌补考", en = "Polite again" } }
asks = { kind = "flag", default = false, title = { zh = "申请", en = "Asks" } }
[params]
mark = { value = 80, kind = "rating", title = { zh = "合格线", en = "Mark" } }
share = { value = 0.5, kind = "ratio", assumed = true, title = { zh = "占比", en = "Share" } }
few = { value = 3, kind = "count", title = { zh = "底线", en = "Few" } }
[ladder]
months = 2
[[ladder.level]]
id = "low"
title = { zh = "初级", en = "Junior" }
[[ladder.level]]
id = "high"
title = { zh = "高级", en = "Senior" }
[[ladder.check]]
id = "exams"
title = { zh = "考核", en = "Exams" }
first = ["oral", "polite"]
again = ["oral_again", "polite_again"]
[[ladder.value]]
id = "all_deals"
title = { zh = "周期成交数", en = "All deals" }
kind = "count"
formula = "over_cycle(sum, deals)"
[[ladder.value]]
id = "fit"
title = { zh = "考核合格", en = "Fit" }
formula = "passed(exams, mark)"
[[ladder.value]]
id = "tried"
title = { zh = "参加考核", en = "Tried" }
formula = "taken(exams)"
[[ladder.value]]
id = "asked"
title = { zh = "申请晋升", en = "Asked" }
formula = "over_cycle(any, asks)"
[[ladder.value]]
id = "steady"
title = { zh = "每月达标", en = "Steady" }
formula = "over_cycle(all, sales / plan >= share)"
[[ladder.value]]
id = "long"
title = { zh = "任级月数", en = "Long in the level" }
formula = "months_in_level"
kind = "count"
[[ladder.move]]
id = "up"
levels = ["low"]
to = "up"
when = "asked and fit and all_deals >= few and steady"
title = { zh = "达标晋升", en = "Rises who asks and is fit" }
assumed = true
[[ladder.move]]
id = "down"
levels = ["high"]
to = "low"
when = "all_deals < few or (tried and not fit) or level == 'low'"
title = { zh = "不达标降级", en = "Falls who sells too little" }
[[ladder.standard]]
id = "share_each_month"
levels = ["low"]
require = "sales / plan >= share"
title = { zh = "每月占比", en = "Share each month" }
"""
FIGURES = """employee,name,period,deals,sales,plan,oral,polite,oral_again,polite_again,asks
E1,Ann,2024-01,2,50,100,70,yes,,,
E1,Ann,2024-02,2,60,100,,,85,yes,yes
E1,Ann,2024-03,1,30,100,,,,,
E1,Ann,2024-04,1,30,100,,,,,
E1,Ann,2024-05,1,20,100,60,,,,
E2,Bo,2024-01,1,50,0,,,,,
E2,Bo,2024-03,1,x,100,,,,,
E2,Bo,2024-04,1,50,100,,,,,
"""
ROSTER = "employee,level,level_since\nE1,low,2024-01\nE2,高级,2024-01\nE3,low,2024-03\n"
COMPARED = re.compile(r"([\d.,]+(?: / [\d.,]+)?) (≥|<) ([\d.]+)( %)?")
SUMMED = re.compile(r": ([\d.,]+(?: \+ [\d.,]+)+) = ([\d.,]+)$")


@pytest.fixture(scope="module")
def scheme(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    path = tmp_path_factory.mktemp("ladder") / "ladder.toml"
    path.write_text(LADDER, "utf-8")
    found: LoadedScheme = kpicore.load().scheme(str(path))
    return found


@pytest.fixture(scope="module")
def explained(scheme: LoadedScheme, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Explanation]]:
    folder = tmp_path_factory.mktemp("figures")
    (folder / "figures.csv").write_text(FIGURES, "utf-8")
    (folder / "roster.csv").write_text(ROSTER, "utf-8")
    registry = kpicore.load()
    roster, _ = read_roster(str(folder / "roster.csv"), registry.readers)
    figures = load_figures([folder / "figures.csv"], registry.readers, scheme.joined_model, kinds=scheme.asked)
    rows = scheme.remembering(scheme.climbing(figures.rows, roster, []))
    found: dict[str, list[Explanation]] = {}
    for row in rows:
        if not scheme.history_alone(row.period):
            found.setdefault(row.employee, []).append(explain(scheme.newest.plain, row))
    return found


def told(explanation: Explanation, language: str = "en") -> list[str]:
    text = re.sub(r"[^\s(（]*/(\w+\.csv)", r"\1", explanation_text(explanation, language))
    return [line.strip() for line in text.splitlines()]


def part(lines: list[str], head: str) -> list[str]:
    """The lines from this one up to the next that is blank."""
    start = lines.index(head)
    return lines[start : lines.index("", start)] if "" in lines[start:] else lines[start:]


def test_a_cycle_begins_with_the_level_of_the_roster_or_of_the_decision_before(
    explained: dict[str, list[Explanation]],
) -> None:
    first, second, third = explained["E1"]
    assert "Level at the beginning: Junior since January 2024 (roster.csv, row 2)" in told(first)
    decided = "Level at the beginning: Senior since March 2024 (decided at the end of January to February 2024)"
    assert decided in told(second)
    assert "期初级别：初级，2024年1月起（roster.csv，第 2 行）" in told(first, "zh")
    assert "期初级别：高级，2024年3月起（依据2024年1月至2月考核结果）" in told(second, "zh")
    assert third.ladder is not None and third.ladder.before == "2024-03+2"
    assert first.ladder is not None and (first.ladder.begins, first.ladder.before) == ("roster", None)


def test_the_decision_is_told(explained: dict[str, list[Explanation]]) -> None:
    first, second, _ = explained["E1"]
    assert told(first)[2] == "Promoted from Junior to Senior, since March 2024"
    assert told(first)[-2:] == [
        "Decision: Promoted from Junior to Senior, since March 2024. The next cycle is March to April 2024.",
        "Decided by this rule: Rises who asks and is fit.",
    ]
    assert told(second)[2] == "Demoted from Senior to Junior, since May 2024"
    assert told(first, "zh")[-2:] == [
        "考核结果：由初级升为高级，自2024年3月起。下一周期：2024年3月至4月。",
        "依据：达标晋升。",
    ]
    assert told(second, "zh")[2] == "由高级降为初级，自2024年5月起"


def test_each_value_is_told_with_the_months_behind_it(explained: dict[str, list[Explanation]]) -> None:
    lines = told(explained["E1"][0])
    start = lines.index("All deals: 4")
    assert lines[start + 1 : start + 4] == [
        "sum of Deals over the months, January to February 2024: 2 + 2 = 4",
        "Deals, January 2024: 2 (figures.csv, row 2, column deals)",
        "Deals, February 2024: 2 (figures.csv, row 3, column deals)",
    ]
    start = lines.index("Steady: yes")
    assert lines[start + 1 : start + 7] == [
        "(Sales / Plan ≥ Share) in every month, January to February 2024: yes",
        "January 2024: 50.00 / 100.00 ≥ 50 %: holds",
        "Sales: 50.00 (figures.csv, row 2, column sales)",
        "Plan: 100.00 (figures.csv, row 2, column plan)",
        "February 2024: 60.00 / 100.00 ≥ 50 %: holds",
        "Sales: 60.00 (figures.csv, row 3, column sales)",
    ]
    start = lines.index("Asked: yes")
    assert lines[start + 1 : start + 4] == [
        "Asks in any month, January to February 2024: yes",
        "Asks, January 2024: no (stands for a blank)",
        "Asks, February 2024: yes (figures.csv, row 3, column asks)",
    ]
    assert "months in the level (2)" in lines
    zh = told(explained["E1"][0], "zh")
    assert "各月成交数之和（2024年1月至2月）：2 + 2 = 4" in zh
    assert "2024年2月：60.00 / 100.00 ≥ 50 %：成立" in zh


def test_the_two_tries_are_told_with_their_months(explained: dict[str, list[Explanation]]) -> None:
    lines = told(explained["E1"][0])
    assert part(lines, "Checks") == [
        "Checks",
        "Exams, first try",
        "Oral, January 2024: 70 (figures.csv, row 2, column oral)",
        "Polite, January 2024: yes (figures.csv, row 2, column polite)",
        "Exams, second try",
        "Oral again, February 2024: 85 (figures.csv, row 3, column oral_again)",
        "Polite again, February 2024: yes (figures.csv, row 3, column polite_again)",
    ]
    start = lines.index("Exams passed at Mark: yes")
    assert lines[start + 1 : start + 4] == [
        "at the first try: no",
        "at the second try: yes",
        "Mark: 80 (as the scheme has it)",
    ]
    assert "any taken of Exams: yes" in lines
    zh = told(explained["E1"][0], "zh")
    assert {"考核（首次）", "考核达到合格线：是", "首次考核：否", "补考：是", "参加过考核：是"} <= set(zh)
    assert "口试：未参加" in told(explained["E1"][1], "zh")
    assert "Oral: not taken" in told(explained["E1"][1])


def test_the_moves_are_told_in_their_order(explained: dict[str, list[Explanation]]) -> None:
    first, second, _ = explained["E1"]
    head = "Rules for moving up and down, the first that holds decides"
    assert part(told(first), head) == [
        head,
        "1. Rises who asks and is fit: holds, and decides: Senior",
        "Asked and Fit and All deals ≥ Few and Steady (yes and yes and 4 ≥ 3 and yes)",
        "Few: 3 (as the scheme has it)",
        "assumed: the source does not say this, please confirm it",
        "Not asked at this level: Falls who sells too little",
    ]
    shown = "All deals < Few or Tried and not Fit or level = Junior (2 < 3 or no and not no or Senior = Junior)"
    assert shown in told(second)
    assert (
        "周期成交数 < 底线 或 参加考核 且 非“考核合格” 或 级别 = 初级（2 < 3 或 否 且 非“否” 或 高级 = 初级）"
        in told(second, "zh")
    )
    assert "不适用于本级别：达标晋升" in told(second, "zh")


def test_the_standards_are_told_by_month(explained: dict[str, list[Explanation]]) -> None:
    first, second, third = explained["E1"]
    assert part(told(first), "Standards of each month")[1:] == [
        "Share each month",
        "Sales / Plan ≥ Share",
        "January 2024: 50.00 / 100.00 ≥ 50 %: holds",
        "February 2024: 60.00 / 100.00 ≥ 50 %: holds",
    ]
    assert "Standards of each month" not in told(second)  # it is not asked of seniors
    assert "2024年5月：20.00 / 100.00 ≥ 50 %：不成立" in part(told(third, "zh"), "每月标准")


def test_a_running_cycle_is_told_as_far_as_it_goes(explained: dict[str, list[Explanation]]) -> None:
    third = explained["E1"][2]
    assert told(third)[2:6] == [
        "The cycle is not over yet",
        "Senior is out of reach in this cycle: Steady (no, and that stays so).",
        "Below standard in May 2024: Share each month.",
        "",
    ]
    lines = told(third)
    assert "As far as there are figures: May 2024" in lines
    assert "All deals: 1 so far" in lines
    assert "1. Rises who asks and is fit: does not hold so far" in lines
    assert third.ladder is not None and third.ladder.as_of == "2024-05+1"
    zh = told(third, "zh")
    assert any(line.startswith("本周期已无法升为高级：") for line in zh)
    assert "周期成交数：目前 1" in zh and "1. 达标晋升：目前不成立" in zh


def test_what_is_lacking_is_told(explained: dict[str, list[Explanation]]) -> None:
    first, second = explained["E2"]
    assert told(first)[2:4] == ["Incomplete", "There are no figures of February 2024."]
    assert "Deals, February 2024: missing" in told(first)
    assert "February 2024: no figures that could be used" in told(first)
    assert "2024年2月：没有可用的数据" in told(first, "zh")
    assert told(second)[2] == "Incomplete"
    assert "Level at the beginning: not known" in told(second)
    assert "Sales: not readable (figures.csv, row 8, column sales)" in told(second)
    assert "期初级别：未知" in told(second, "zh")
    assert not any("decides:" in line for line in told(first) + told(second))


def test_of_somebody_without_figures_nothing_is_told(explained: dict[str, list[Explanation]]) -> None:
    (*_, last) = explained["E3"]
    assert last.ladder is not None and (last.ladder.values, last.ladder.moves) == ((), ())
    assert told(last)[-1] == "Level at the beginning: Junior since March 2024 (roster.csv, row 4)"


def test_the_cycles_in_a_line(explained: dict[str, list[Explanation]]) -> None:
    assert cycles_line(explained["E1"], "en") == (
        "Junior since January 2024 → promoted to Senior (January to February 2024) → demoted to Junior "
        "(March to April 2024) → not over yet (May to June 2024)\n"
    )
    assert cycles_line(explained["E1"], "zh") == (
        "2024年1月起任初级 → 升为高级（2024年1月至2月） → 降为初级（2024年3月至4月） → 尚未结束（2024年5月至6月）\n"
    )
    assert "→ not decided (January to February 2024) →" in cycles_line(explained["E2"], "en")
    assert cycles_line(explained["E1"][:1], "en") == ""


def test_the_data_have_the_ladder(explained: dict[str, list[Explanation]]) -> None:
    data: dict[str, Any] = json.loads(json.dumps(explanation_data(explained["E1"][0])))
    ladder = data["ladder"]
    assert (ladder["level"], ladder["since"], ladder["begins"], ladder["months"]) == ("low", "2024-01", "roster", 2)
    deals = ladder["values"][0]
    assert (deals["id"], deals["formula"]["text"], deals["formula"]["value"]) == (
        "all_deals",
        "over_cycle(sum, deals)",
        "4",
    )
    assert [month["period"] for month in deals["formula"]["figures"][0]["parts"]] == ["2024-01", "2024-02"]
    assert [figure["id"] for figure in ladder["checks"][0]["again"]] == ["oral_again", "polite_again"]
    assert [(move["id"], move["asked"], move["decides"], move["to"]) for move in ladder["moves"]] == [
        ("up", True, True, "high"),
        ("down", False, False, None),
    ]
    months = ladder["standards"][0]["months"]
    assert [(month["period"], month["formula"]["value"]) for month in months] == [("2024-01", True), ("2024-02", True)]


def test_a_scheme_without_a_ladder_has_none_in_its_data() -> None:
    path = Path(__file__).parents[1] / "data/counter.toml"
    found = kpicore.load().scheme(str(path)).explain({}, employee="E1", period="2024-03")
    assert found.ladder is None and "ladder" not in explanation_data(found)


def test_every_reckoning_of_a_ladder_comes_out(explained: dict[str, list[Explanation]]) -> None:
    sums = compared = 0
    for explanation in (each for found in explained.values() for each in found):
        for line in told(explanation):
            for terms, total in SUMMED.findall(line):
                assert sum(Fraction(term.replace(",", "")) for term in terms.split(" + ")) == Fraction(total), line
                sums += 1
            plain = line.rpartition(": ")
            found = COMPARED.search(plain[0])
            if found is not None and plain[2] in ("holds", "does not hold") and " and " not in plain[0]:
                left, right = found[1].replace(",", "").split(" / "), Fraction(found[3])
                value = Fraction(left[0]) / (Fraction(left[1]) if len(left) > 1 else 1)
                right = right / 100 if found[4] else right
                assert (value >= right if found[2] == "≥" else value < right) == (plain[2] == "holds"), line
                compared += 1
    assert sums >= 3 and compared >= 6


def test_a_cycle_is_explained_as_it_is_scored(scheme: LoadedScheme) -> None:
    months = {f"2024-0{number}": {"deals": number, "sales": 60, "plan": 100} for number in range(1, 5)}
    call: dict[str, Any] = {"employee": "E1", "period": "2024-03+2", "history": months}
    facts = {"level": "high", "level_since": "2024-01"}
    explanation = scheme.explain(facts, **call)
    assert explanation.result == scheme.score(facts, **call)
    assert explanation.ladder is not None
    assert [value.formula.value for value in explanation.ladder.values] == [7, False, False, False, True, 4]
    assert parse_period(explanation.ladder.before or "") == parse_period("2024-01+2")
    assert "Level at the beginning: Senior since January 2024 (decided at the end of January to February 2024)" in told(
        explanation
    )


def test_a_parameter_that_was_set_is_told(scheme: LoadedScheme) -> None:
    months = {f"2024-0{number}": {"deals": 2, "sales": 60, "plan": 100} for number in range(1, 3)}
    explanation = scheme.explain(
        {"level": "high", "level_since": "2024-01"},
        employee="E1",
        period="2024-01+2",
        history=months,
        params={"few": 5, "share": "70 %"},
    )
    lines = told(explanation)
    assert "Few: 5 (set for this run)" in lines
    assert "January 2024: 60.00 / 100.00 ≥ 70 %: does not hold" in lines


@pytest.mark.parametrize(
    ("node", "text", "en", "zh"),
    [
        (Along("cycle_only", Fact("oral")), "over_cycle(only, oral)", "Oral in the cycle", "周期内口试"),
        (
            Along("cycle_at", Fact("oral"), month=1),
            "over_cycle(month 2, oral)",
            "Oral in one month of the cycle",
            "周期内某月口试",
        ),
    ],
)
def test_looks_that_only_a_ladder_makes_are_worded(
    scheme: LoadedScheme, node: Along, text: str, en: str, zh: str
) -> None:
    assert formula_text(node) == text
    assert Titles(scheme.newest.model, "en").worded(node) == en
    assert Titles(scheme.newest.model, "zh").worded(node) == zh
