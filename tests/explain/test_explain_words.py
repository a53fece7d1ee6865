"""What an explanation says so that nobody has to guess: sums, what is not paid and why, percentages as such."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpicore
from kpicore.explain.prose import explanation_text
from kpicore.explain.record import explain
from kpicore.io.figures import load_figures

HEAD = 'id = "t/made"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\n'
FACTS = """
[facts]
n = { kind = "count", title = { zh = "件数", en = "Pieces" } }
r = { kind = "ratio", title = { zh = "好评率", en = "Share of praise" } }
h = { kind = "hours", title = { zh = "时长", en = "Hours" } }
base = { kind = "money", title = { zh = "底薪", en = "Base" } }
a = { kind = "flag", na = true, title = { zh = "问候", en = "Greeting" } }
b = { kind = "flag", na = true, title = { zh = "道别", en = "Farewell" } }
c = { kind = "flag", na = true, title = { zh = "着装", en = "Dress" } }
"""
FIGURES = {"n": 8, "r": "98 %", "h": 5, "base": 3000, "a": "yes", "b": "no", "c": "yes"}
LINE = "[[indicator]]\nid = 'q'\nweight = 10\nmeasure = 'n'\nrule = { kind = 'straight', of = 10 }\n"


def told(tmp_path: Path, rows: str, language: str = "en", head: str = "", **figures: object) -> list[str]:
    """The lines of the explanation of one person."""
    path = tmp_path / "made.toml"
    path.write_text(HEAD + head + FACTS + rows, "utf-8")
    scheme = kpicore.load().scheme(str(path))
    explained = scheme.explain({**FIGURES, **figures}, employee="E1", period="2024-03")
    return [line.strip() for line in explanation_text(explained, language).splitlines()]


CHECKS = "[[indicator]]\nid = 'list'\n{weight}\nrule = {{ kind = 'checklist', items = ['a', 'b', 'c'] }}\n"


def test_a_list_says_what_its_answers_come_to(tmp_path: Path) -> None:
    alone = CHECKS.format(weight="")
    assert "Answered yes: 2 of 3 that apply, a point each: 2.00 points" in told(tmp_path, alone)
    assert "适用的 3 项中，答“是”2 项，每项 1 分：2.00 分" in told(tmp_path, alone, "zh")
    weighed = CHECKS.format(weight="weight = 20")
    assert "Answered yes: 2 of 3 that apply: 20 × 2 / 3 ≈ 13.33 points" in told(tmp_path, weighed)
    assert "适用的 2 项中，答“是”1 项：20 × 1 / 2 = 10.00 分" in told(tmp_path, weighed, "zh", c="n/a")


def test_conditions_with_points_of_their_own_say_them_and_their_sum(tmp_path: Path) -> None:
    rows = (
        "[[indicator]]\nid = 'q'\nweight = 10\nrule.kind = 'conditions'\n"
        "rule.each = [{ when = 'n > 5', points = 6 }, { when = 'h < 4', points = 4 }]\n"
    )
    lines = told(tmp_path, rows)
    start = lines.index("q: 6.00 of 10.00")
    assert lines[start + 1 : start + 4] == [
        "Condition: Pieces > 5 (8 > 5): holds, 6 points",
        "Condition: Hours < 4 h (5 h < 4 h): does not hold, 0 points",
        "Together: 6 + 0 = 6.00 points",
    ]
    assert "合计：6 + 0 = 6.00 分" in told(tmp_path, rows, "zh")


def test_one_score_is_no_sum(tmp_path: Path) -> None:
    lines = told(tmp_path, LINE)
    assert "Sum of the scores: 8.00" in lines
    assert not any("8.00 = 8.00" in line for line in lines)


def test_the_mean_is_told_as_one(tmp_path: Path) -> None:
    head = 'total = "mean"\nrules_award = "percent"\n'
    lines = LINE.replace("weight = 10\n", "")
    rows = lines + lines.replace("'q'", "'p'").replace("of = 10", "of = 16")
    assert "Total, the mean: 130.00 / 2 = 65.00" in told(tmp_path, rows, head=head)
    assert "总分（平均）：130.00 / 2 = 65.00" in told(tmp_path, rows, "zh", head=head)


PAID = LINE + "[[pay]]\nid = 'bonus'\namount = '2 * base'\nwhen = 'r >= 0.99 and n > 5'\nnote = 'Ask.'\n"


def test_what_is_not_paid_says_why_and_not_how_much(tmp_path: Path) -> None:
    lines = told(tmp_path, PAID)
    assert lines[lines.index("Pay, bonus: 0.00") :] == [
        "Pay, bonus: 0.00",
        "Condition: Share of praise ≥ 99 % and Pieces > 5 (98 % ≥ 99 % and 8 > 5): does not hold",
        "Not met: Share of praise ≥ 99 % (98 % ≥ 99 %)",
        "So it is not paid.",
        "Share of praise: 98 %",
        "Pieces: 8",
        "Note: Ask.",
    ]
    chinese = told(tmp_path, PAID, "zh")
    assert "因此不发放。" in chinese and "未满足：好评率 ≥ 99 %（98 % ≥ 99 %）" in chinese
    assert "2 × Base (2 × 3,000.00)" in told(tmp_path, PAID, r="99 %")


def test_who_is_barred_from_pay_is_told_by_which_condition(tmp_path: Path) -> None:
    gates = "[[gate]]\nid = 'g'\ntitle = 'Enough'\nrequire = 'n >= 9'\neffect = { ineligible = true }\n"
    lines = told(tmp_path, PAID + gates, r="99 %")
    start = lines.index("Pay, bonus: 0.00")
    assert lines[start + 2] == "Not paid, since this is not met: Enough."
    assert not any("2 × Base" in line for line in lines[start:])
    assert "未满足以下条件，因此不发放：Enough。" in told(tmp_path, PAID + gates, "zh", r="99 %")


def test_a_part_of_a_pool_with_a_condition_that_fails_has_no_weight(tmp_path: Path) -> None:
    path, file = tmp_path / "made.toml", tmp_path / "all.csv"
    rows = PAID.replace("amount = '2 * base'", "amount = 'n'\npool = '1000'\nwithin = 'all'")
    path.write_text(HEAD + FACTS + rows, "utf-8")
    file.write_text("employee,period,n,r,base\nE1,2024-03,8,98 %,1\nE2,2024-03,8,99 %,1\n", "utf-8")
    registry = kpicore.load()
    scheme = registry.scheme(str(path))
    version = scheme.versions[-1]
    row, _ = scheme.remembering(load_figures([file], registry.readers, version.model).rows)
    lines = [line.strip() for line in explanation_text(explain(version.plain, row), "en").splitlines()]
    assert "So the weight counts as 0." in lines
    assert not any(line.startswith("Weight: Pieces") for line in lines)
    assert "1,000.00 × 0 / 8 = 0.00, to the cent, over 2 people" in lines


def test_a_figure_alone_is_told_once(tmp_path: Path) -> None:
    lines = told(tmp_path, LINE + "[[pay]]\nid = 'p'\ntitle = 'Base pay'\namount = 'base'\n")
    assert lines[lines.index("Pay, Base pay: 3,000.00") :] == ["Pay, Base pay: 3,000.00", "Base: 3,000.00"]


def test_what_is_left_out_shows_no_points(tmp_path: Path) -> None:
    rows = LINE + "[[indicator]]\nid = 'p'\nweight = 10\nmeasure = 'n'\nrule = { kind = 'straight', of = 10 }\n"
    rows += "counts_when = 'h < 4 and n > 1'\n"
    lines = told(tmp_path, rows)
    start = lines.index("p: left out")
    assert lines[start + 1 : start + 5] == [
        "Pieces = 8",
        "Counts when: Hours < 4 h and Pieces > 1 (5 h < 4 h and 8 > 1): does not hold",
        "Not met: Hours < 4 h (5 h < 4 h)",
        "Not counted here; the others count for it.",
    ]


@pytest.mark.parametrize(
    ("formula", "en", "zh"),
    [
        ("r >= 0.985", "Share of praise ≥ 98.5 % (98 % ≥ 98.5 %)", "好评率 ≥ 98.5 %（98 % ≥ 98.5 %）"),
        ("4 < h", "4 h < Hours (4 h < 5 h)", "4 小时 < 时长（4 小时 < 5 小时）"),
        ("attainment(q) > 0.9", "attainment of q > 90 % (8.00 / 10.00 > 90 %)",
         "q得分率 > 90 %（8.00 / 10.00 > 90 %）"),
        ("n >= 3", "Pieces ≥ 3 (8 ≥ 3)", "件数 ≥ 3（8 ≥ 3）"),
    ],
)  # fmt: skip
def test_a_number_is_written_as_what_it_is_compared_with(tmp_path: Path, formula: str, en: str, zh: str) -> None:
    rows = LINE + f"[[gate]]\nid = 'g'\nrequire = '{formula}'\neffect = {{ ineligible = true }}\n"
    assert en in told(tmp_path, rows)
    assert zh in told(tmp_path, rows, "zh")


def test_a_measure_in_a_formula_is_shown_by_its_kind(tmp_path: Path) -> None:
    line = "[[indicator]]\nid = 'q'\nweight = 10\nmeasure = 'r'\nrule = { kind = 'straight', of = 1 }\n"
    pay = "[[pay]]\nid = 'p'\namount = '10 if measure(q) >= 0.9 else 5'\n"
    assert "10 if figure of q ≥ 90 %, else 5 (10 if 98.00 % ≥ 90 %, else 5)" in told(tmp_path, line + pay)


def test_a_total_that_lacks_is_told_as_what_it_is() -> None:
    scheme = kpicore.load().scheme("service/reception", "2024.1")
    row = {"improvement": 80}
    explained = scheme.explain(row, employee="E1", period="2024-Q1", history={})
    english, chinese = (explanation_text(explained, language) for language in ("en", "zh"))
    assert "  There is no total of March 2024, neither as it was decided nor from full figures.\n" in english
    assert "  没有总分（2024年3月）：既无已定的总分，数据也不足以算出。\n" in chinese


def test_a_reason_at_its_own_indicator_does_not_name_that_again(tmp_path: Path) -> None:
    lines = told(tmp_path, LINE, n=None)
    assert lines[3] == "q: Pieces is missing."
    assert lines[lines.index("q: a figure is missing") + 2] == "Pieces is missing."
