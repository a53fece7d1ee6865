"""Tiers of pay, each rate for its own part of a figure, and pay that asks what other pay came to; by both readers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpicore
from kpicore.explain import explanation_text
from kpicore.loaded import LoadedScheme
from kpicore.row import Row
from kpicore.show.data import sheet_data, sheet_text

SCHEME = """\
id = "sales/tiers"
version = "1"
effective = 2024-01-01
periods = ["month"]
title = { zh = "提成", en = "Commission" }
[facts]
sales = { kind = "money", title = { zh = "销售额", en = "Sales" } }
returned = { kind = "money", default = 0 }
stage = { kind = "choice", choices = ["new", "old"], default = "new" }
[params]
first = { value = 100000, kind = "money" }
[[pay]]
id = "commission"
title = { zh = "提成", en = "Commission" }
TIERS
[[pay]]
id = "clawback"
title = { zh = "退货扣回", en = "Taken back" }
amount = "-min(0.05 * returned, pay(commission))"
"""
TIERS = """amount = { by = "sales", tiers = [
    { up_to = "first", rate = 0.01 }, { up_to = 200000, rate = 0.02 }, { otherwise = true, rate = 0.03 },
] }"""
MARCH = kpicore.parse_period("2024-03")


def scheme(folder: Path, tiers: str = TIERS, *others: tuple[str, str]) -> LoadedScheme:
    text = SCHEME.replace("TIERS", tiers)
    for old, new in others:
        assert old in text
        text = text.replace(old, new)
    path = folder / "tiers.toml"
    path.write_text(text, "utf-8")
    return kpicore.load().scheme(str(path))


def paid(tiers: LoadedScheme, *months: tuple[str, str]) -> list[tuple[str, str]]:
    """What sales and returns are paid, for the one and for the other; the same by both readers."""
    rows = [
        Row(str(place), MARCH, {"sales": Decimal(sales), "returned": Decimal(returned)})
        for place, (sales, returned) in enumerate(months)
    ]
    results = tiers.score_rows(rows).results
    table = tiers.score_rows_to_table(rows)
    assert table.by_exact == 0
    assert [each.to_dict() for each in table] == [each.to_dict() for each in results]
    return [(str(result.pay["commission"]), str(result.pay["clawback"])) for result in results]


@pytest.mark.parametrize(
    ("sales", "commission"),
    [
        ("-5000", "0.00"),
        ("0", "0.00"),
        ("0.50", "0.01"),  # half a cent is rounded up
        ("99999.50", "1000.00"),
        ("99999", "999.99"),
        ("100000", "1000.00"),
        ("100000.50", "1000.01"),
        ("100001", "1000.02"),
        ("199999", "2999.98"),
        ("200000", "3000.00"),
        ("200001", "3000.03"),
        ("1000000", "27000.00"),
    ],
)
def test_each_rate_holds_for_the_part_that_lies_in_its_tier(tmp_path: Path, sales: str, commission: str) -> None:
    assert paid(scheme(tmp_path), (sales, "0")) == [(commission, "0.00")]


@settings(deadline=None)
@given(st.lists(st.integers(-(10**7), 4 * 10**7), min_size=1))
def test_tiers_are_what_a_formula_of_least_and_greatest_gives(
    tmp_path_factory: pytest.TempPathFactory, cents: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("tiers")
    formula = (
        "0.01 * min(max(sales, 0), first) + 0.02 * max(0, min(sales, 200000) - first) + 0.03 * max(0, sales - 200000)"
    )
    months = [(str(Decimal(each) / 100), "0") for each in cents]
    assert paid(scheme(folder), *months) == paid(scheme(folder, f'amount = "{formula}"'), *months)


def test_ends_and_rates_may_be_parameters_that_a_person_has_otherwise(tmp_path: Path) -> None:
    result = scheme(tmp_path).score({"sales": 100000}, employee="E", period="2024-03", params={"first": 50000})
    assert result.pay["commission"] == Decimal("1500.00")


def test_pay_may_ask_what_other_pay_came_to_rounded(tmp_path: Path) -> None:
    tiers = scheme(tmp_path)
    assert paid(tiers, ("100000", "1000"), ("100000", "20000"), ("100000", "20000.20"), ("99999.50", "90000")) == [
        ("1000.00", "-50.00"),
        ("1000.00", "-1000.00"),
        ("1000.00", "-1000.00"),
        ("1000.00", "-1000.00"),
    ]


@pytest.mark.parametrize(
    ("tiers", "message", "hint"),
    [
        ("[{ up_to = 5, rate = 1 }]", "The last tier has an end.", "otherwise = true"),
        ("[{ rate = 1 }, { otherwise = true, rate = 1 }]", "A tier before the last has no end.", "up_to = 100000"),
        ("[{ up_to = 0, rate = 1 }, { otherwise = true, rate = 1 }]", "do not rise from 0 up", "lowest tier first"),
        (
            "[{ up_to = 5, rate = 1 }, { up_to = 5, rate = 2 }, { otherwise = true, rate = 1 }]",
            "do not rise from 0 up",
            "lowest tier first",
        ),
    ],
)
def test_tiers_that_are_not_sound_are_told_with_their_place(
    tmp_path: Path, tiers: str, message: str, hint: str
) -> None:
    with pytest.raises(kpicore.SchemeError) as raised:
        scheme(tmp_path, f'amount = {{ by = "sales", tiers = {tiers} }}')
    (problem,) = raised.value.problems
    assert problem.key == "pay.commission.amount.tiers"
    assert message in problem.message
    assert hint in (problem.hint or "")


def test_tiers_of_a_choice_and_beside_bands_are_refused(tmp_path: Path) -> None:
    last = "tiers = [{ otherwise = true, rate = 1 }]"
    with pytest.raises(kpicore.SchemeError, match="Tiers need a number"):
        scheme(tmp_path, f'amount = {{ by = "stage", {last} }}')
    with pytest.raises(kpicore.SchemeError, match="Give one of 'bands', 'amounts' and 'tiers'"):
        scheme(tmp_path, f'amount = {{ by = "sales", {last}, bands = [{{ otherwise = true, amount = 1 }}] }}')


@pytest.mark.parametrize(("sales", "commission"), [(250000, "2500.00"), (300000, "3000.00"), (350000, "4500.00")])
def test_an_end_that_a_parameter_puts_beyond_the_next_leaves_that_no_room(
    tmp_path: Path, sales: int, commission: str
) -> None:
    result = scheme(tmp_path).score({"sales": sales}, employee="E", period="2024-03", params={"first": 300000})
    assert result.pay["commission"] == Decimal(commission)


def test_pay_that_is_not_there_or_runs_in_a_circle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(kpicore.SchemeError, match="'commision' is no element of pay"):
        scheme(tmp_path, TIERS, ("pay(commission)", "pay(commision)"))
    with pytest.raises(kpicore.SchemeError, match="need each other"):
        paid(scheme(tmp_path, 'amount = "pay(clawback)"'), ("1", "1"))
    with pytest.raises(kpicore.SchemeError, match="takes the name of element of pay"):
        scheme(tmp_path, TIERS, ("pay(commission)", "pay(5)"))


def test_tiers_are_shown_and_explained_in_words(tmp_path: Path) -> None:
    tiers = scheme(tmp_path)
    for language, lines in {
        "en": ["up to 100,000.00 (first)", "above 200,000.00"],
        "zh": ["200,000.00", "first"],
    }.items():
        text = sheet_text(sheet_data(tiers.newest), language)
        for line in lines:
            assert line in text
    told = explanation_text(tiers.explain({"sales": 150000}, employee="E", period="2024-03"), "en")
    assert "1,000 + 0.02 × (150,000 - 100,000) = 2,000" in told
