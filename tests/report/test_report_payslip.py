"""Pay slips: each element with its formula, what was met and missed, the total, and the sums of all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Family = Callable[..., Path]
Parsed = Callable[[Path], Any]
FACTS = """
periods = ["month"]
title = { zh = "薪酬", en = "Pay" }
[facts]
base = { kind = "money", title = { zh = "底薪", en = "Base" } }
sales = { kind = "money", title = { zh = "销售额", en = "Sales" } }
late = { kind = "count", title = { zh = "迟到", en = "Late" } }
rate = { kind = "ratio", title = { zh = "退货率", en = "Returns" } }
"""
PAY = """
[[pay]]
id = "base"
title = { zh = "底薪", en = "Base" }
amount = "base"
[[pay]]
id = "commission"
title = { zh = "提成", en = "Commission" }
amount = "0.01 * sales"
when = "late <= 3"
[[pay]]
id = "bonus"
title = { zh = "奖金", en = "Bonus" }
amount = "500"
when = "late == 0 and rate <= 0.05 and sales >= 1000"
"""
SCORED = """
[[indicator]]
id = "sales"
title = { zh = "销售", en = "Selling" }
weight = 100
rule = { kind = "proportion", to = 2000 }
[[gate]]
id = "seldom_late"
title = { zh = "迟到少", en = "Seldom late" }
require = "late <= 5 and rate <= 0.5"
effect = { ineligible = true }
"""
FIGURES = """employee,team,period,base,sales,late,rate
E1,T1,2024-03,4000,1000,0,0.05
E2,T1,2024-03,4000,999.99,1,0.0501
E3,T2,2024-03,,1000,0,0
E4,T2,2024-03,4000,1000,6,0
"""


def slip(page: Any, language: str = "en") -> list[str]:
    heading = {"en": "Pay slip", "zh": "薪酬单"}[language]
    texts: list[str] = page.texts
    return texts[texts.index(heading) :]


def test_each_element_has_its_formula_in_words_and_in_figures(family: Family, parsed: Parsed) -> None:
    texts = slip(parsed(family("base/payslip", FACTS + PAY, FIGURES) / "people" / "E1__2024-03.html"))
    at = texts.index("Commission")
    assert texts[at : at + 3] == ["Commission", "0.01 × Sales", "0.01 × 1,000.00 = 10.00"]
    at = texts.index("Pay in total")
    assert texts[at + 1] == "4,510.00"


def test_an_element_whose_condition_fails_shows_no_sum(family: Family, parsed: Parsed) -> None:
    pay = PAY.replace("late <= 3", "late <= 0")
    texts = slip(parsed(family("base/payslip", FACTS + pay, FIGURES) / "people" / "E2__2024-03.html"))
    at = texts.index("Commission")
    assert texts[at : at + 3] == ["Commission", "0.01 × Sales", "So it is not paid."]
    assert "0.01 × 999.99 ≈ 10.00" not in texts


@pytest.mark.parametrize(
    ("language", "employee", "told"),
    [
        ("en", "E1", ["✓", "Late = 0", "0 = 0", "holds", "✓", "Returns ≤ 5 %", "5 % ≤ 5 %", "holds",
                      "✓", "Sales ≥ 1,000", "1,000.00 ≥ 1,000", "holds"]),
        ("en", "E2", ["✗", "Late = 0", "1 = 0", "does not hold", "✗", "Returns ≤ 5 %", "5.01 % ≤ 5 %",
                      "does not hold", "✗", "Sales ≥ 1,000", "999.99 ≥ 1,000", "does not hold"]),
        ("zh", "E2", ["✗", "迟到 = 0", "1 = 0", "不成立"]),
    ],
)  # fmt: skip
def test_conditions_stand_one_by_one_met_or_missed(
    family: Family, parsed: Parsed, language: str, employee: str, told: list[str]
) -> None:
    folder = family("base/payslip", FACTS + PAY, FIGURES, language)
    texts = [
        text.replace("1000", "1,000")
        for text in slip(parsed(folder / "people" / f"{employee}__2024-03.html"), language)
    ]
    at = texts.index(told[0])
    assert texts[at : at + len(told)] == told


def test_a_sheet_without_indicators_has_no_scores_and_one_with_them_has(family: Family, parsed: Parsed) -> None:
    plain = parsed(family("base/payslip", FACTS + PAY, FIGURES) / "people" / "E1__2024-03.html").texts
    assert "Scores" not in plain and "Total" not in plain
    texts = parsed(family("base/payslip", FACTS + SCORED + PAY, FIGURES) / "people" / "E1__2024-03.html").texts
    at = texts.index("Selling")
    assert texts[at : at + 4] == ["Selling", "1,000.00", "Selling: 50.00 of 100.00", "50.00 / 100.00"]
    at = texts.index("Total")
    assert texts[at + 1 : at + 3] == ["50.00", "/ 100"]


def test_who_is_barred_is_told_why_and_nobody_is_paid_by_halves(family: Family, parsed: Parsed) -> None:
    folder = family("base/payslip", FACTS + SCORED + PAY, FIGURES)
    barred = parsed(folder / "people" / "E4__2024-03.html").texts
    assert "Not eligible for pay, so each element is 0.00." in barred
    at = barred.index("Late ≤ 5")
    assert barred[at - 1 : at + 3] == ["✗", "Late ≤ 5", "6 ≤ 5", "does not hold"]
    lacking = parsed(folder / "people" / "E3__2024-03.html").texts
    assert lacking[lacking.index("Pay in total") + 1] == "–" and "Base: Base is missing." in " ".join(lacking)


def test_the_index_adds_up_what_can_be_told(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/payslip", FACTS + PAY, FIGURES) / "index.html").texts
    at = texts.index("E2")
    assert texts[at : at + 6] == ["E2", "T1", "4,000.00", "10.00", "0.00", "4,010.00"]
    at = texts.index("Sum")
    assert texts[at + 1 : at + 5] == ["12,000.00", "20.00", "500.00", "12,520.00"]  # E1, E2 and E4
    assert "The pay of 1 person can not be told yet and is not in the sums." in texts


def test_a_gate_on_any_page_shows_its_conditions_one_by_one(family: Family, parsed: Parsed) -> None:
    texts = parsed(family("base/person", FACTS + SCORED + PAY, FIGURES) / "people" / "E4__2024-03.html").texts
    at = texts.index("Seldom late")
    assert texts[at + 2 : at + 10] == [
        "✗", "Late ≤ 5", "6 ≤ 5", "does not hold", "✓", "Returns ≤ 50 %", "0 % ≤ 50 %", "holds",
    ]  # fmt: skip
