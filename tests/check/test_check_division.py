"""Divisions by what can be 0: found where nothing settles them, and not where something does."""

from __future__ import annotations

import pytest
from support.populations import loaded
from support.sound import FREE, GATE, SOUND

from kpicore.check.checker import check_scheme


def found(text: str) -> list[tuple[str, str]]:
    (checked,) = check_scheme(loaded(text))
    return [(each.code, each.key) for each in checked.findings if each.code.startswith("zero_division")]


def measured(formula: str, policy: str = "") -> str:
    return SOUND.replace('measure = "late"\n', f'measure = "{formula}"\nkind = "number"\n{policy}')


@pytest.mark.parametrize(
    "formula",
    [
        "late / sold",
        "late / (sold - 3)",
        "late / (sold * 2)",
        "1 + late / sold",
        "late / sold if late > 0 else 0",
        "late / sold if sold >= 0 else 0",
        "0 if sold > 0 else late / sold",
        "measure(sales) / sold",
        "previous(late / sold)",
        "rank(late / sold, high, all)",
        "late / within(mean, sold, all)",
    ],
)
def test_divisors_that_can_be_0(formula: str) -> None:
    assert found(measured(formula)) == [("zero_division", "indicator.attendance.measure")]


@pytest.mark.parametrize(
    "formula",
    [
        "late / 2",
        "late / (sold + 1)",
        "late / max(sold, 1)",
        "late / sold if sold > 0 else 0",
        "late / sold if sold != 0 else 0",
        "0 if sold == 0 else late / sold",
        "late / sold if sold >= 1 and late > 2 else 0",
        "0 if sold <= 0 or late > 2 else late / sold",
        "coalesce(late / sold, 0)",
        "0 if not given(late / sold) else late / sold",
        "within(mean, late / sold, all)",
        "mean_given(late, sold)",
        "mean_given(late)",
        "1 if sold > 0 and late / sold > 2 else 0",
        "1 if sold == 0 or late / sold > 2 else 0",
    ],
)
def test_divisors_that_are_settled(formula: str) -> None:
    assert found(measured(formula)) == []


@pytest.mark.parametrize("policy", ["incomplete", "zero", "full", "leave_out"])
def test_a_policy_settles_it(policy: str) -> None:
    assert found(measured("late / sold", f'when_undefined = "{policy}"\n')) == []


def test_gates_and_pay_have_no_policy() -> None:
    assert found(SOUND + GATE.replace("late <= 3", "late / sold < 2")) == [
        ("zero_division_beside", "gate.prompt.require")
    ]
    assert found(SOUND + FREE.replace("AMOUNT", "5 * late / sold")) == [("zero_division_beside", "pay.bonus.amount")]


def test_a_measure_that_is_0_points_is_still_undefined_in_pay() -> None:
    pay = FREE.replace("AMOUNT", "100 * measure(attendance)")
    assert found(measured("late / sold", 'when_undefined = "zero"\n') + pay) == [
        ("zero_division_beside", "pay.bonus.amount")
    ]
    assert found(measured("late / sold", 'when_undefined = "incomplete"\n') + pay) == []
    given = FREE.replace("AMOUNT", "100 * measure(attendance) if given(measure(attendance)) else 0")
    assert found(measured("late / sold", 'when_undefined = "zero"\n') + given) == []
