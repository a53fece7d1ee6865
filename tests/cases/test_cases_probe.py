"""Figures that give a measure a wanted value."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpicore.cases.probe import Prober, figure_of, fitted, never_negative, probe_values, whole
from kpicore.engines.exact import ExactReader
from kpicore.formula.functions import STANDARD
from kpicore.formula.resolve import Scope, formula
from kpicore.model import FactSpec, SchemeModel, Sheet
from kpicore.stretch import Month

FACTS = {
    spec.id: spec
    for spec in (
        FactSpec(id="a", kind="count"),
        FactSpec(id="b", kind="count"),
        FactSpec(id="few", kind="count", most=Decimal(5)),
        FactSpec(id="money", kind="money"),
        FactSpec(id="other_money", kind="money"),
        FactSpec(id="share", kind="ratio"),
        FactSpec(id="free", kind="number"),
        FactSpec(id="days", kind="days", least=Decimal(1), most=Decimal(31)),
        FactSpec(id="yes", kind="flag"),
        FactSpec(id="no", kind="flag"),
        FactSpec(id="post", kind="choice", choices=("clerk", "chief")),
    )
}
MODEL = SchemeModel(id="a/b", version="1", effective=datetime.date(2024, 1, 1), periods=("month",), facts=FACTS)
SCOPE = Scope({name: spec.node for name, spec in FACTS.items()}, {function.name: function for function in STANDARD})


def place(text: str, wanted: str, *conditions: str) -> dict[str, object] | None:
    prober = Prober(ExactReader(Sheet(MODEL, {})), Month(2024, 3))
    found = prober.place(formula(text, SCOPE), Fraction(wanted), [formula(one, SCOPE, "flag") for one in conditions])
    return None if found is None else dict(found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a", "7"),
        ("share", "0.65005"),
        ("a / b", "0.65"),
        ("a / b", "0.649949"),
        ("(money / a) / (other_money / b)", "1.11995"),
        ("a - b", "-3"),
        ("money - other_money", "0.005"),
        ("min(1, a / b)", "0.33335"),
        ("100 * a / (a + b)", "12.5"),
        ("1 - a / b", "0.0801"),
        ("coalesce(money, 0) / 3", "1.5"),
        ("abs(free)", "2.5"),
        ("money if yes else 0", "3.25"),
        ("money if post == 'chief' else 0", "3.25"),
        ("days / 31", "0.25"),
        ("few / 5", "0.6"),
        ("share * share + free", "0.5"),
        ("(1 if yes else 0) + (2 if no else 0)", "1"),
        ("(1 if yes else 0) + (2 if no else 0)", "3"),
        ("5 if post == 'chief' else 3", "5"),
    ],
)
def test_figures_are_found(text: str, wanted: str) -> None:
    facts = place(text, wanted)
    assert facts is not None
    row_value = Prober(ExactReader(Sheet(MODEL, {})), Month(2024, 3)).value(formula(text, SCOPE), facts)  # type: ignore[arg-type]
    assert row_value == Fraction(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"), [("a", "7.5"), ("few", "6"), ("share", "1.01"), ("a * a", "-1"), ("yes", "1")]
)
def test_what_no_figure_gives_is_not_found(text: str, wanted: str) -> None:
    assert place(text, wanted) is None


def test_conditions_hold_as_well() -> None:
    assert place("a / b", "0.5", "yes") == {"a": 50, "b": 100, "yes": True}
    assert place("money", "5", "not yes") == {"money": Decimal(5), "yes": False}
    assert place("a / b", "0.5", "a > b") is None


def test_a_figure_keeps_to_its_fact() -> None:
    assert figure_of(Fraction(5), FACTS["few"]) == 5
    assert figure_of(Fraction(6), FACTS["few"]) is None
    assert figure_of(Fraction(1, 2), FACTS["a"]) is None
    assert figure_of(Fraction(1, 3), FACTS["free"]) is None
    assert str(figure_of(Fraction(1, 8), FACTS["share"])) == "0.125"
    assert figure_of(Fraction(10**18), FACTS["free"]) is None


def test_probe_values_lie_in_the_bounds() -> None:
    for spec in FACTS.values():
        assert probe_values(spec)
    assert all(1 <= Decimal(str(value)) <= 31 for value in probe_values(FACTS["days"]))
    assert probe_values(FACTS["post"]) == ["clerk", "chief"]


fractions = st.fractions(-50, 50, max_denominator=20)


@given(fractions, fractions, fractions, fractions)
def test_a_linear_fractional_function_is_recognised(a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> None:
    points = [(Fraction(x), (a * x + b) / (c * x + d)) for x in (1, 2, 3, 5) if c * x + d]
    found = fitted(points)
    if len(points) < 4 or a * d == b * c:
        return
    assert found is not None
    x = Fraction(71, 10)
    if c * x + d:
        value = (a * x + b) / (c * x + d)
        assert found.at(x) == value
        assert found.where(value) == x


def test_what_is_not_linear_fractional_is_not_taken_for_it() -> None:
    assert fitted([(Fraction(x), Fraction(x * x)) for x in (1, 2, 3, 5)]) is None
    assert fitted([(Fraction(x), Fraction(7)) for x in (1, 2, 3, 5)]) is None


def test_what_can_be_seen_of_a_formula() -> None:
    assert whole(formula("a + 2 * b - 1", SCOPE)) and not whole(formula("a / b", SCOPE))
    assert whole(formula("1 if yes else a", SCOPE)) and not whole(formula("1 if yes else 0.5", SCOPE))
    assert never_negative(formula("a / b + 2 * money", SCOPE)) and not never_negative(formula("a - b", SCOPE))
    for text in ("rank(a / b, high)", "within(count, a, all)", "within(sum, a, all)", "streak(yes)", "previous(a)"):
        assert whole(formula(text, SCOPE)) and never_negative(formula(text, SCOPE)), text
    for text in ("within(mean, a, all)", "over_cycle(mean, a)", "within(max, money, all)", "mean_last_year(a)"):
        assert not whole(formula(text, SCOPE)) and never_negative(formula(text, SCOPE)), text
    assert not never_negative(formula("within(min, a - b, all)", SCOPE))
