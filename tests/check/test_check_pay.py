"""Pay: by formula, by grade, by bands; which way a formula goes when the total rises."""

from __future__ import annotations

import datetime
from fractions import Fraction
from itertools import pairwise

import pytest
from support.dice import Rolled
from support.formula_text import Draft, Table
from support.kept import Kept, figures
from support.populations import loaded
from support.scheme_text import text_of

from kpicore.check.checker import check_scheme
from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.text import sentence
from kpicore.check.way import Ways
from kpicore.errors import SchemeError
from kpicore.formula.node import Absence, Ref

SHEET = """
id = "made/pay"
version = "1"
effective = 2024-01-01
periods = ["month"]

[facts]
sold = { kind = "count", provider = "shop", most = 100 }
base = { kind = "money", provider = "finance" }
late = { kind = "count", provider = "HR" }

[[indicator]]
id = "sales"
weight = 100
measure = "sold"
better = "higher"
rule = { kind = "straight", of = 100 }

[grade]
bands = [ { from = 90, grade = "A" }, { from = 60, grade = "B" }, { otherwise = true, grade = "C" } ]

[[gate]]
id = "prompt"
require = "late < 3"
effect = { lower_by = 1 }

[[pay]]
id = "bonus"
"""
MONTH, YEAR = 3, 2024
CODES = ("pay_falls", "not_decided", "missing_choice", "unreachable_choice", "unreachable_band")


def found(amount: str) -> list[Finding]:
    (checked,) = check_scheme(loaded(SHEET + f"amount = {amount}\n"))
    return [each for each in checked.findings if each.code in CODES and each.key.startswith("pay.")]


@pytest.mark.parametrize(
    "amount",
    [
        '"base * total / 100"',
        '"300 if total >= 90 else 200 if total >= 80 else 0"',
        '"0 if total < 60 else 5 * total"',
        '"max(0, total - 60) * 10 + (50 if total > 99.5 and sold > 3 else 0)"',
        '"round(min(total, 80) / 3, 1) + base"',
        "\"300 if grade == 'A' else 0\"",
        '"0.003 * base"',
        '"-(100 - total)"',
        '{ by = "grade", amounts = { A = 300, B = 200, C = 0 } }',
        '{ by = "total", bands = [ { from = 90, amount = 300 }, { otherwise = true, amount = "10 + 20" } ] }',
        '{ by = "total", tiers = [ { up_to = 50, rate = 0 }, { otherwise = true, rate = 3 } ] }',
    ],
)
def test_pay_that_rises_with_the_total(amount: str) -> None:
    assert [each for each in found(amount) if each.code != "not_decided" or "grade ==" not in amount] == []


@pytest.mark.parametrize(
    ("amount", "witness"),
    [
        ('"300 if total >= 90 else 400 if total >= 80 else 0"', ("89", "90")),
        ('"total * (150 - total)"', ("75", "76")),
        ('"100 - total"', ("0", "1")),
        ('"200 if total < 60 else 3 * total"', ("59", "60")),
        ('"5 / (total + 1)"', ("0", "1")),
        ("\"100 if grade == 'A' else (150 if grade == 'B' else 200)\"", None),
        ('{ by = "grade", amounts = { A = 100, B = 120, C = 0 } }', ("B", "A")),
        ('{ by = "total", bands = [ { from = 90, amount = 100 }, { otherwise = true, amount = 300 } ] }', ("89", "90")),
    ],
)
def test_pay_that_falls_where_the_total_rises(amount: str, witness: tuple[str, str] | None) -> None:
    (finding,) = found(amount)
    assert (finding.code, finding.witness) == ("pay_falls" if witness else "not_decided", witness)


def test_what_is_not_decided_says_what_was_tried() -> None:
    (finding,) = found('"base * (1 - total / 200)"')
    assert sentence(finding, "en") == (
        "Not decided: whether a higher total leads to less money. 101 totals were tried instead, and none showed it."
    )
    assert sentence(finding, "zh") == "未能判定：总分更高时金额是否反而更少。改以 101 个总分试算，均未出现。"


def test_a_step_of_pay_that_nobody_reaches() -> None:
    (finding,) = found('{ by = "total", bands = [ { from = 101, amount = 9 }, { otherwise = true, amount = 0 } ] }')
    assert (finding.code, finding.key) == ("unreachable_band", "pay.bonus.amount.bands[1]")
    (finding,) = found('{ by = "total", bands = [ { from = 0, amount = 9 }, { otherwise = true, amount = 0 } ] }')
    assert (finding.code, finding.key) == ("unreachable_band", "pay.bonus.amount.bands[2]")


def test_an_amount_in_bands_that_can_not_be_reckoned_is_not_decided() -> None:
    text = SHEET.replace("[facts]", "[params]\nparts = { value = 0 }\n\n[facts]")
    bands = '{ from = 90, amount = "100 / parts" }, { otherwise = true, amount = 0 }'
    (checked,) = check_scheme(loaded(f'{text}amount = {{ by = "total", bands = [ {bands} ] }}\n'))
    (finding,) = [each for each in checked.findings if each.code == "not_decided"]
    assert finding.key == "pay.bonus.amount"
    assert sentence(finding, "en") == (
        "Not decided: what these bands hold, since an end or a value of them rests on a figure or can not be reckoned. "
        "No made-up results could be tried."
    )


@pytest.mark.longer
def test_the_way_of_made_up_amounts(request: pytest.FixtureRequest) -> None:
    count = 4000 if request.config.getoption("--real") else 300
    known = 0
    for seed in range(count):
        dice = Rolled(f"way/{seed}")
        draft = Draft(dice, monthly=True, looks=0)
        draft.lines.append(("i", "number"))
        draft.totals = draft.results = True
        pay = [{"id": "p", "amount": dice.pick(("total", "total / 3", "10 - total")) + " + " + draft.number(2)}]
        pay += [{"id": "q", "amount": draft.number(3)}]
        facts = {"sold": {"kind": "count", "most": 8}, **draft.facts}
        line: Table = {"id": "i", "weight": 8, "measure": "sold", "rule": {"kind": "straight", "of": 8}}
        table: Table = {"id": "made/up", "version": "1", "effective": datetime.date(2020, 1, 1), "periods": ["month"]}
        table |= {"facts": facts} | ({"params": draft.params} if draft.params else {})
        table |= {"seasons": draft.seasons} if draft.seasons else {}
        try:
            sheet = loaded(text_of(table | {"indicator": [line], "pay": pay})).newest.sheet()
        except SchemeError:
            continue
        ways = Ways(Extents(sheet, MONTH, YEAR), "marks")
        for name in ("earned.p", "earned.q"):
            way = ways.of(Ref(name))
            if way is None:
                continue
            known += 1
            for _ in range(6):
                row = {**{key: spec.value for key, spec in sheet.params.items()}, **figures(dice, sheet), "sold": 3}
                values = []
                for total in range(9):
                    kept = Kept(row, sheet.cells, MONTH, YEAR)
                    kept.kept["marks"] = Fraction(total)
                    values.append(kept.value(Ref(name)))
                for before, after in pairwise(value for value in values if not isinstance(value, Absence)):
                    assert way * (after - before) >= 0 and (way or before == after), (seed, name, way, values, row)
    assert known > count / 2
