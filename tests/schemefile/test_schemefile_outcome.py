"""Each message that a mistake in a gate, the grades or pay meets."""

from collections.abc import Callable

import pytest

MISTAKES = [
    (
        "effect = { lower_by = 1 }",
        "effect = { lower_by = 0 }",
        "gate.enough.effect.lower_by",
        "'lower_by' is 0.",
        "1 or more",
    ),
    ("effect = { lower_by = 1 }", "effect = { }", "gate.enough.effect", "A gate has exactly one effect.", "ineligible"),
    (
        "effect = { lower_by = 1 }",
        'effect = { lower_by = 1, grade = "B" }',
        "gate.enough.effect",
        "exactly one effect",
        "",
    ),
    (
        "effect = { lower_by = 1 }",
        'effect = { grade = "C" }',
        "gate.enough.effect.grade",
        "'C' is none of the grades.",
        "A, B",
    ),
    ("effect = { lower_by = 1 }\n", "", "gate.enough.effect", "'effect' is missing", ""),
    ("attainment(conversion)", "attainment(conversions)", "gate.enough.require", "is no indicator", "'conversion'"),
    ("total >= 40", "total", "gate.enough.require", "'and' takes a yes or no, not a number.", ""),
    ('id = "share"', 'id = "bonus"', "pay.bonus.id", "'bonus' is given twice.", ""),
    ("{ A = 300, B = 0 }", "{ A = 300 }", "pay.bonus.amount.amounts", "There is no amount for 'B'.", "Write 0"),
    ("{ A = 300, B = 0 }", "{ A = 300, C = 0 }", "pay.bonus.amount.amounts.C", "'C' is none of those.", "B"),
    (
        "amounts = { A = 300, B = 0 }",
        "bands = [{ from = 1, amount = 1 }, { otherwise = true, amount = 0 }]",
        "pay.bonus.amount.bands",
        "Bands need a number.",
        "amounts",
    ),
    ('by = "grade", amounts', 'by = "total", amounts', "pay.bonus.amount.amounts", "need a grade or a choice", "bands"),
    (", amounts = { A = 300, B = 0 }", "", "pay.bonus.amount", "Give one of 'bands', 'amounts' and 'tiers'.", ""),
    ("amount = 12.5", "amount = true", "pay.fixed.amount", "True or false stands where a number or a formula", ""),
    ("amount = 12.5", "amount = '''late'''", "pay.fixed.amount", "The formula gives a yes or no", ""),
    ('"given(payers)"', '"payers"', "pay.share.when", "a yes or no is needed here", ""),
    ("assumed = true", "assumed = 1", "params.line.assumed", "A number stands where true or false is meant.", "quotes"),
    (
        'bands = [ { from = 90, grade = "A" }, { otherwise = true, grade = "B" } ]',
        'within = "team"\nbands = [ { from = 90, grade = "A" }, { otherwise = true, grade = "B" } ]',
        "grade.within",
        "Only grades by the share of heads",
        'by = "heads"',
    ),
    (
        'bands = [ { from = 90, grade = "A" }, { otherwise = true, grade = "B" } ]',
        'by = "heads"\nbands = [ { up_to = 15, grade = "A" }, { otherwise = true, grade = "B" } ]',
        "grade.bands[1].up_to",
        "A share of heads lies in 0 to 1, not at 15.",
        "0.15 for 15 %",
    ),
    (
        'bands = [ { from = 90, grade = "A" }, { otherwise = true, grade = "B" } ]',
        'by = "heads"\nbands = [ { below = -0.5, grade = "A" }, { otherwise = true, grade = "B" } ]',
        "grade.bands[1].below",
        "not at -0.5",
        "0.15 for 15 %",
    ),
    ("amount = 12.5", 'amount = 12.5\nwithin = "team"', "pay.fixed.within", "Only a pool is shared", 'pool = "..."'),
    (
        "amount = 12.5",
        'amount = -12.5\npool = "1000"',
        "pay.fixed.amount",
        "A weight in a pool is negative.",
        "Write 0",
    ),
    (
        "{ A = 300, B = 0 } }",
        '{ A = 300, B = -1 } }\npool = "1000"',
        "pay.bonus.amount.amounts.B",
        "A weight in a pool is negative.",
        "Write 0",
    ),
    (
        "amount = 12.5",
        'amount = { by = "total", bands = [{ from = 1, amount = -1 }, { otherwise = true, amount = 0 }] }\n'
        'pool = "1000"',
        "pay.fixed.amount.bands[1].amount",
        "A weight in a pool is negative.",
        "Write 0",
    ),
    (
        "{ A = 300, B = 0 } }",
        '{ A = 300 } }\npool = "1000"',
        "pay.bonus.amount.amounts",
        "There is no amount for 'B'.",
        "Write 0",
    ),
    ("amount = 12.5", 'amount = 12.5\npool = "late"', "pay.fixed.pool", "The formula gives a yes or no", ""),
]


@pytest.mark.parametrize(("old", "new", "key", "message", "hint"), MISTAKES)
def test_one_mistake_is_one_problem_with_its_place(
    one_mistake: Callable[..., None], old: str, new: str, key: str, message: str, hint: str
) -> None:
    one_mistake(old, new, key, message, hint)
