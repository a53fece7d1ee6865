"""Each finding: the smallest change to a sound sheet that brings it, with its line, key, witness and words."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import frozen
from support.populations import loaded
from support.sound import (
    CARE,
    CHOICE,
    FAR,
    FREE,
    GATE,
    GROUP,
    LADDER,
    LATE,
    MANNER,
    NAMED,
    PARAM,
    PAY,
    SEASONS,
    SOUND,
    SPARE,
)

import kpicore
from kpicore.check.checker import Checked, check_scheme
from kpicore.check.finding import CODES, Finding, Witness
from kpicore.check.text import data, line, sentence

Change = tuple[str, str]


@frozen
class Case:
    """A sheet with a finding: the sound one and what stands in it instead. `line` is a text of the line of its key.

    `near` is what is changed back a little, and the finding is gone.
    """

    code: str
    changes: tuple[Change, ...]
    line: str
    key: str
    witness: Witness
    en: str
    zh: str
    near: tuple[Change, ...]
    sheet: str = SOUND

    def text(self, near: bool = False) -> str:
        """The sheet."""
        text = self.sheet
        for old, new in (*self.changes, *(self.near if near else ())):
            assert text.count(old) == 1, (self.code, old, text.count(old))
            text = text.replace(old, new)
        return text


def after(text: str) -> Change:
    """A section more, at the end."""
    return "each = 10 }\n", "each = 10 }\n" + text


def facts(text: str) -> Change:
    """A fact more."""
    return "[facts]\n", "[facts]\n" + text


LAST = "  { otherwise = true, points = 0 },\n"
CASES = (
    Case(
        "hole",
        ((LAST, "  { from = 10, up_to = 48, points = 10 },\n  { up_to = 9, points = 0 },\n"),),
        'rule = { kind = "bands"',
        "indicator.sales.rule.bands",
        "49",
        "No band holds 49, between bands 3 (line 20) and 2 (line 19): whoever has that has no points.",
        "没有任何一档包含 49（在档 3（第 20 行）、档 2（第 19 行）之间）：得此值者没有得分。",
        (("up_to = 48", "up_to = 49"),),
    ),
    Case(
        "overlap",
        ((LAST, "  { from = 10, up_to = 50, points = 10 },\n  { below = 10, points = 0 },\n"),),
        "up_to = 50",
        "indicator.sales.rule.bands[3]",
        "50",
        "Bands 2 (line 19) and 3 (line 20) both claim 50; the one that is written first wins.",
        "档 2（第 19 行）、档 3（第 20 行）都包含 50；以写在前面的为准。",
        (("up_to = 50", "below = 50"),),
    ),
    Case(
        "hidden_band",
        (("from = 90, points", "from = 40, points"),),
        "from = 50",
        "indicator.sales.rule.bands[2]",
        None,
        "The bands before this one claim all that it could.",
        "这一档的全部数值已被前面各档包含。",
        (("from = 40", "from = 51"),),
    ),
    Case(
        "unreachable_band",
        (("from = 90, points", "from = 201, points"),),
        "from = 201",
        "indicator.sales.rule.bands[1]",
        None,
        "Nothing leads into this band: the values go from 0 to 200.",
        "没有数值能进入这一档：数值在 0 与 200 之间。",
        (("from = 201", "from = 200"),),
    ),
    Case(
        "missing_choice",
        (facts(MANNER), after(CHOICE), (", poor = 0", "")),
        'rule = { kind = "choice"',
        "indicator.manner.rule.points",
        "poor",
        "Nothing stands beside the choice poor: whoever has that has no points.",
        "选项 poor 没有对应的一行：得此值者没有得分。",
        (("fair = 3 }", "fair = 3 }, otherwise = 0"),),
    ),
    Case(
        "unreachable_choice",
        (facts(MANNER), after(CHOICE), ("poor = 0", "poor = 0, bad = 0")),
        'rule = { kind = "choice"',
        "indicator.manner.rule.points.bad",
        None,
        "Nobody can choose bad.",
        "没有人能选择 bad。",
        (('"poor"]', '"poor", "bad"]'),),
    ),
    Case(
        "falls",
        (("from = 50, points = 30", "from = 50, points = 70"),),
        'rule = { kind = "bands"',
        "indicator.sales.rule",
        ("89", "90"),
        "It falls the wrong way: 70 points at 89, 60 at 90.",
        "方向相反：89 时得 70 分，90 时得 60 分。",
        (("points = 70", "points = 60"),),
    ),
    Case(
        "grade_falls",
        (after('\n[grade]\nbands = [\n  { up_to = 60, grade = "A" },\n  { otherwise = true, grade = "B" },\n]\n'),),
        "bands = [\n  { up_to",
        "grade.bands",
        ("60", "70"),
        "More leads to less: grade A at 60.00, B at 70.00.",
        "分数更高而等级更低：60.00 时为 A，70.00 时为 B。",
        (("up_to = 60", "from = 60"),),
    ),
    Case(
        "pay_falls",
        (after(PAY), ("amount = 0 }", "amount = 400 }")),
        "amount = { by",
        "pay.bonus.amount",
        ("80", "90"),
        "More leads to less money: 400.00 at 80.00, 300.00 at 90.00.",
        "更好而金额更少：80.00 时为 400.00，90.00 时为 300.00。",
        (("amount = 400", "amount = 300"),),
    ),
    Case(
        "cliff",
        (),
        'rule = { kind = "bands"',
        "indicator.sales.rule",
        ("49", "50"),
        "The greatest step: 0 at 49, 30 at 50.",
        "最大的一步：49 时为 0，50 时为 30。",
        (("from = 90, points = 60", "from = 90, points = 0"), ("from = 50, points = 30", "from = 50, points = 0")),
    ),
    Case(
        "above_full",
        (("points = 60", "points = 65"),),
        'rule = { kind = "bands"',
        "indicator.sales.rule",
        "90",
        "At 90 there are 65 points, and full marks are 60.",
        "90 时得 65 分，而满分为 60。",
        (("points = 65", "points = 60"),),
    ),
    Case(
        "reach",
        (),
        'id = "made/sheet"',
        "total",
        None,
        "From 0 to 100.",
        "从 0 到 100。",
        (("from = 90, points = 60", "from = 90, points = 50"),),
    ),
    Case(
        "gate_never_fails",
        (after(GATE), ("late <= 3", "late <= 20")),
        "[[gate]]",
        "gate.prompt",
        None,
        "Everybody passes this gate, whatever the figures.",
        "无论数据如何，人人都能通过此条件。",
        (("late <= 20", "late <= 19"),),
    ),
    Case(
        "gate_never_passes",
        (after(GATE), ("late <= 3", "late >= 5 and late < 5")),
        "[[gate]]",
        "gate.prompt",
        None,
        "Nobody passes this gate, whatever the figures.",
        "无论数据如何，没有人能通过此条件。",
        (("late < 5", "late < 6"),),
    ),
    Case(
        "move_never",
        (("< 1000", "< 0"),),
        'id = "fall"',
        "ladder.move.fall",
        None,
        "This move never applies, whatever the figures.",
        "无论数据如何，这一变动从不发生。",
        (("< 0", "<= 0"),),
        LADDER,
    ),
    Case(
        "move_always",
        ((">= 5000", ">= 0"),),
        'id = "rise"',
        "ladder.move.rise",
        None,
        "This move always applies, whatever the figures, and none after it is asked.",
        "无论数据如何，这一变动总会发生，其后的变动都不再判断。",
        ((">= 0", "> 0"),),
        LADDER,
    ),
    Case(
        "move_hidden",
        (('"down"\n', FAR),),
        'id = "far"',
        "ladder.move.far",
        None,
        "The moves before this one apply wherever it would.",
        "凡此变动能发生之处，前面的变动已先发生。",
        (("< 500", "< 1500"),),
        LADDER,
    ),
    Case(
        "level_not_kept",
        (
            ("< 1000", "< 6000"),
            ('levels = ["junior"]', 'levels = ["junior", "senior"]'),
            ('"up"', '"junior"'),
            (">= 5000", ">= 6000"),
        ),
        'id = "senior"',
        "ladder.level.senior",
        None,
        "Nobody keeps this level: whatever the figures, a move leads away from it.",
        "没有人能保住这一级：无论数据如何，总有变动离开它。",
        ((">= 6000", ">= 7000"),),
        LADDER,
    ),
    Case(
        "never_holds",
        (('measure = "late"\n', 'measure = "late"\nonly_if = "sold > 200"\n'),),
        "only_if",
        "indicator.attendance.only_if",
        None,
        "This condition never holds, whatever the figures.",
        "无论数据如何，这一条件从不成立。",
        (("sold > 200", "sold > 199"),),
    ),
    Case(
        "always_holds",
        (after(PAY), ('en = "Bonus" }\n', 'en = "Bonus" }\nwhen = "total >= 0"\n')),
        "when = ",
        "pay.bonus.when",
        None,
        "This condition always holds, whatever the figures.",
        "无论数据如何，这一条件总是成立。",
        (("total >= 0", "total >= 10"),),
    ),
    Case(
        "weights",
        (("weight = 40", "weight = 30"),),
        "[[indicator]]",
        "indicator",
        None,
        "The weights add up to 90, not to 100.",
        "各项权重之和为 90，不是 100。",
        (("weight = 60", "weight = 70"),),
    ),
    Case(
        "empty_group",
        (after(GROUP),),
        "[[group]]",
        "group.results",
        None,
        "No indicator stands in this group.",
        "这一组没有任何指标。",
        (("weight = 60", 'weight = 60\ngroup = "results"'),),
    ),
    Case(
        "group_weight",
        (after(GROUP), ("weight = 60", 'weight = 60\ngroup = "results"')),
        "[[group]]",
        "group.results",
        None,
        "The weights in this group add up to 60.",
        "这一组的权重之和为 60。",
        (('group = "results"\n', ""),),
    ),
    Case(
        "no_provider",
        (('provider = "shop", most = 200', "most = 200"),),
        "[[indicator]]",
        "indicator.sales",
        None,
        "Nobody is named who provides sold.",
        "没有写明由谁提供：sold。",
        (("most = 200", 'most = 200, provider = "HR"'),),
    ),
    Case(
        "no_aim",
        (('better = "higher"\n', ""),),
        'id = "sales"',
        "indicator.sales",
        None,
        "It is not said which way is better.",
        "没有写明越高越好还是越低越好。",
        (("weight = 60", 'weight = 60\nbetter = "higher"'),),
    ),
    Case(
        "judged",
        (
            ('measure = "late"', 'measure = "care"'),
            facts(CARE),
            (LATE, ""),
            ('"lower"', '"higher"'),
            ('kind = "deduct", each = 10', 'kind = "straight"'),
        ),
        'id = "attendance"',
        "indicator.attendance",
        None,
        "It rests on somebody's judgement alone, and no levels say what earns which rating.",
        "只凭主观评定，也没有写明各级的含义。",
        (("weight = 40", NAMED),),
    ),
    Case(
        "unused_fact",
        (facts(SPARE),),
        "spare",
        "facts.spare",
        None,
        "No formula uses this figure.",
        "没有公式用到这项数据。",
        (('measure = "late"', 'measure = "late + spare"\nkind = "count"'),),
    ),
    Case(
        "unused_param",
        (("[facts]", PARAM),),
        "end = ",
        "params.end",
        None,
        "No formula uses this parameter.",
        "没有公式用到这个参数。",
        (("from = 50", 'from = "end"'),),
    ),
    Case(
        "assumed",
        (("weight = 60", "weight = 60\nassumed = true"),),
        'id = "sales"',
        "indicator.sales",
        None,
        "This is assumed, and has to be confirmed.",
        "此处为约定，须予确认。",
        (("assumed = true", "assumed = false"),),
    ),
    Case(
        "zero_division",
        (('measure = "late"', 'measure = "late / sold"\nkind = "ratio"'),),
        'measure = "late / sold',
        "indicator.attendance.measure",
        None,
        "The divisor (sold) can be 0, and it is not said what that means.",
        "除数（sold）可能为 0，而没有写明其含义。",
        (('better = "lower"', 'better = "lower"\nwhen_undefined = "incomplete"'),),
    ),
    Case(
        "zero_division_beside",
        (after(FREE), ("AMOUNT", "100 * late / sold")),
        "amount = ",
        "pay.bonus.amount",
        None,
        "The divisor (sold) can be 0: whoever has that is incomplete.",
        "除数（sold）可能为 0：遇此情形者结果不完整。",
        (("late / sold", "late / sold if sold > 0 else 0"),),
    ),
    Case(
        "no_title",
        (('{ zh = "出勤", en = "Attendance" }', '{ en = "Attendance" }'),),
        "title = { en",
        "indicator.attendance.title",
        None,
        "There is no title in: zh.",
        "缺少以下语言的名称：zh。",
        (('{ en = "Attendance" }', '{ zh = "勤", en = "Attendance" }'),),
    ),
    Case(
        "season_gap",
        (after(SEASONS), ("2, 3, ", "")),
        "[seasons]",
        "seasons",
        "2",
        "These months lie in none of the seasons: 2, 3.",
        "以下月份不属于任何一个季节：2, 3。",
        (("[11, 12, 1]", "[11, 12, 1, 2, 3]"),),
    ),
    Case(
        "season_overlap",
        (after(SEASONS), ("[2, 3,", "[1, 2, 3,")),
        "slack = ",
        "seasons.slack",
        "1",
        "The seasons busy (line 32) and slack (line 33) share these months: 1.",
        "季节 busy（第 32 行）、slack（第 33 行）都包含以下月份：1。",
        (("[11, 12, 1]", "[11, 12]"),),
    ),
    Case(
        "not_decided",
        (after(GATE), ("late <= 3", "late * late - 10 * late >= -40")),
        "[[gate]]",
        "gate.prompt",
        None,
        "Not decided: whether anybody can fail it. 240 made-up results were tried instead, and none did.",
        "未能判定：是否有人会不通过。改以 240 份模拟结果试算，均未出现。",
        (("late * late - 10 * late >= -40", "late >= 4"),),
    ),
)


def check(text: str) -> Checked:
    (checked,) = check_scheme(loaded(text))
    return checked


def found(checked: Checked, case: Case) -> list[Finding]:
    return [each for each in checked.findings if (each.code, each.key) == (case.code, case.key)]


def test_the_sound_sheet_and_ladder_have_nothing_but_notes() -> None:
    for text in (SOUND, LADDER):
        assert {finding.severity for finding in check(text).findings} <= {"note"}
    assert {finding.code for finding in check(SOUND).findings} == {"reach", "cliff"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_finding(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "sheet.toml"
    path.write_text(case.text(), "utf-8")
    (checked,) = check_scheme(kpicore.load().scheme(str(path)))
    (finding,) = found(checked, case)
    assert finding.witness == case.witness
    assert sentence(finding, "en") == case.en
    assert sentence(finding, "zh") == case.zh
    assert finding.place.file == str(path)
    number = case.text().split(case.line)[0].count("\n") + 1
    assert finding.place.line is not None
    assert finding.place.line in (number, number - 1)  # the id is the line below [[gate]]
    assert line(finding, "en").startswith(f"{path}:{finding.place.line}: {finding.severity}: {case.key}: ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_sheet_beside_it_has_it_not(case: Case) -> None:
    again = found(check(case.text(near=True)), case)
    assert case.code == "reach" or not again
    assert [sentence(finding, "en") for finding in again] != [case.en]


def test_each_finding_has_a_case() -> None:
    assert {case.code for case in CASES} | {"versions"} == set(CODES)


def test_nothing_else_is_wrong_with_a_case() -> None:
    """A case brings its own finding, and of errors and warnings no other."""
    also = {"hidden_band": {"falls"}, "grade_falls": set(), "move_always": {"level_not_kept"}, "falls": {"above_full"}}
    for case in CASES:
        codes = {finding.code for finding in check(case.text()).findings if finding.severity != "note"}
        assert codes - {case.code} <= also.get(case.code, set()), case.code


def test_two_versions_that_begin_on_one_day(tmp_path: Path) -> None:
    first, second = loaded(SOUND), loaded(SOUND.replace('version = "1"', 'version = "2"'))
    scheme = kpicore.LoadedScheme((first.newest, second.newest), lambda _: None)
    one, other = check_scheme(scheme)
    assert "versions" not in {finding.code for finding in one.findings}
    finding = other.findings[0]
    assert (finding.code, finding.key, finding.witness) == ("versions", "effective", "2024-01-01")
    assert sentence(finding, "en") == "The versions 1 and 2 begin on the same day."
    assert sentence(finding, "zh") == "版本 1 与 2 从同一天起施行。"


def test_the_data_of_a_finding() -> None:
    case = next(case for case in CASES if case.code == "falls")
    (finding,) = found(check(case.text()), case)
    shown = data(finding, "en")
    assert list(shown) == ["code", "severity", "message", "file", "line", "key", "witness"]
    assert shown["witness"] == ["89", "90"]
    assert (shown["code"], shown["severity"], shown["key"]) == ("falls", "warning", "indicator.sales.rule")
