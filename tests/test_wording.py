"""How values, stretches and formulas are written for people."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from kpicore.figure import KINDS
from kpicore.formula.functions import STANDARD
from kpicore.formula.node import (
    Absence,
    Absent,
    Along,
    Fact,
    Flag,
    Label,
    Moment,
    Node,
    Num,
    Param,
    Portion,
    Ref,
    Text,
)
from kpicore.formula.resolve import Scope, formula
from kpicore.messages import Messages
from kpicore.wording import amount_text, formula_text, interval_text, number_text, streak_of


@pytest.mark.parametrize(
    ("value", "kind", "places", "en", "zh"),
    [
        (Decimal("0.65"), "ratio", 4, "65.00 %", "65.00 %"),
        (Fraction(13, 20), "ratio", None, "65 %", "65 %"),
        (Decimal("1.125"), "ratio", None, "112.5 %", "112.5 %"),
        (Fraction(64996, 100000), "ratio", 4, "65.00 %", "65.00 %"),
        (Fraction(1, 3), "ratio", None, "≈ 33.3333 %", "≈ 33.3333 %"),
        (Decimal("1234567.5"), "money", 2, "1,234,567.50", "1,234,567.50"),
        (88, "money", None, "88.00", "88.00"),
        (Decimal("0.005"), "money", None, "0.005", "0.005"),
        (Decimal("-50"), "money", 2, "-50.00", "-50.00"),
        (30, "seconds", None, "30 s", "30 秒"),
        (Decimal("30.0"), "seconds", 1, "30.0 s", "30.0 秒"),
        (Decimal("1.5"), "hours", None, "1.5 h", "1.5 小时"),
        (1, "days", 0, "1 day", "1 天"),
        (2, "days", 0, "2 days", "2 天"),
        (12345, "count", 0, "12,345", "12,345"),
        (Decimal("86.50"), "rating", 2, "86.50", "86.50"),
        (Fraction(2, 3), "number", None, "≈ 0.6667", "≈ 0.6667"),
        (Fraction(-2, 3), "number", 2, "-0.67", "-0.67"),
        (Decimal("-0.5"), "number", None, "-0.5", "-0.5"),
        (True, "flag", None, "yes", "是"),
        (False, "flag", None, "no", "否"),
        (datetime.date(2024, 3, 5), "date", None, "2024-03-05", "2024-03-05"),
        ("good", "choice", None, "good", "good"),
        (None, "money", 2, "blank", "空白"),
    ],
)
def test_a_value_is_written_as_people_write_it(value: Any, kind: str, places: int, en: str, zh: str) -> None:
    assert amount_text(value, kind, places, "en") == en
    assert amount_text(value, kind, places, "zh") == zh


def test_every_kind_has_its_text() -> None:
    for kind, spec in KINDS.items():
        value: Any = {"number": 1, "flag": True, "text": "x", "date": datetime.date(2024, 1, 1)}[spec.type]
        assert amount_text(value, kind, None, "en")


@pytest.mark.parametrize(
    ("ends", "en", "zh"),
    [
        ((Fraction(3, 4), True, None, False), "from 75 %", "75 % 及以上"),
        ((Fraction(3, 4), False, None, False), "above 75 %", "高于 75 %"),
        ((None, False, Fraction(1, 20), True), "up to 5 %", "5 % 及以下"),
        ((None, False, Fraction(1, 20), False), "below 5 %", "低于 5 %"),
        ((0, True, 1, True), "from 0 % up to 100 %", "0 % 至 100 %（含两端）"),
        ((0, True, 1, False), "from 0 % to below 100 %", "0 % 及以上、低于 100 %"),
        ((0, False, 1, True), "above 0 %, up to 100 %", "高于 0 %、100 % 及以下"),
        ((0, False, 1, False), "above 0 %, below 100 %", "高于 0 %、低于 100 %"),
        ((Decimal("0.1"), True, Decimal("0.1"), True), "exactly 10 %", "等于 10 %"),
        ((None, False, None, False), "any value", "任何值"),
        (("good (2 %)", True, None, False), "from good (2 %)", "good (2 %) 及以上"),
    ],
)
def test_a_stretch_is_told_in_words(ends: Any, en: str, zh: str) -> None:
    low, low_closed, high, high_closed = ends
    assert interval_text(low, low_closed, high, high_closed, "ratio", "en") == en
    assert interval_text(low, low_closed, high, high_closed, "ratio", "zh") == zh


NAMES: dict[str, Node] = {name: Fact(name) for name in "abcd"} | {
    "p": Param("p"),
    "f": Fact("f", "flag"),
    "g": Fact("g", "flag"),
    "t": Fact("t", "text"),
    "total": Ref("total"),
    "month": Moment("month"),
}
SCOPE = Scope(NAMES, {function.name: function for function in STANDARD}, frozenset({"line"}))


@pytest.mark.parametrize(
    "text",
    [
        "a / b",
        "a / b / (c / d)",
        "a / (b * c)",
        "(a + b) * c",
        "a * b + c * d",
        "a - b - c",
        "a - (b - c)",
        "a - (b + c)",
        "a + -3",
        "-(a + b)",
        "-a * b",
        "a * -b",
        "a * (b * c)",
        "0.003 * a",
        "a < b and b <= c or not f",
        "(f or g) and a > 1",
        "not (f and g)",
        "a > b and (f or g)",
        "a if f else b",
        "(a if f else b) * c",
        "a if f else b if g else c",
        "(a if f else b) if g else c",
        "a + (b if f else c)",
        "t in ('x y', 'z')",
        "t == 'x' or total == 3",
        "month in (3, 4) and f",
        "not month in (3, 4)",
        "round(a / b)",
        "round(a / b, 2)",
        "floor(a)",
        "abs(a - b)",
        "min(a, b, c)",
        "max(a, 0)",
        "coalesce(a, b, 0)",
        "given(a)",
        "not given(a)",
        "mean_given(a, b)",
        "month == 9",
        "p * total / 100",
        "previous(a)",
        "a / mean_last_year(b + c)",
        "over_cycle(sum, a)",
        "over_cycle(any, f)",
        "streak(a < b)",
        "streak(f or g) >= 3",
        "streak(total < 75 if f else g)",
        "rank(a, high)",
        "rank(a / b, low, team)",
        "within(mean, a, team)",
        "a / within(max, a + b, all)",
        "within(count, rank(a, high), team) - 1",
        "streak(rank(a, high) <= 3)",
    ],
)
def test_a_formula_is_written_with_the_brackets_that_it_needs(text: str) -> None:
    node = formula(text, SCOPE)
    assert formula_text(node, times="*") == text
    assert formula(formula_text(node, times="*"), SCOPE) == node


def test_needless_brackets_are_left_away() -> None:
    assert formula_text(formula("((a) * (b)) / (c)", SCOPE)) == "a × b / c"
    assert formula_text(formula("(a / b) + (c)", SCOPE)) == "a / b + c"
    assert formula_text(formula("mean(a, b)", SCOPE)) == "(a + b) / 2"


def test_names_are_asked_for_every_leaf() -> None:
    asked: list[Node] = []

    def name(node: Node) -> str:
        asked.append(node)
        return f"<{type(node).__name__}>"

    assert (
        formula_text(formula("a * p / 2 + month - total", SCOPE), name) == "<Fact> × <Param> / <Num> + <Moment> - <Ref>"
    )
    assert asked == [Fact("a"), Param("p"), Num(Fraction(2)), Moment("month"), Ref("total")]


def test_what_no_formula_can_say_is_still_written() -> None:
    assert formula_text(Label(Fact("a"), ("x", "y"))) == "label(a)"
    assert formula_text(Absent(Absence.MISSING)) == "blank"
    assert formula_text(Flag(True)) == "true"
    assert formula_text(Text("it")) == "'it'"


def test_a_pool_and_a_run_are_written_though_no_formula_says_them() -> None:
    assert formula_text(Portion(Fact("a"), Fact("b"), "team", 2)) == "pool(a, b, team)"
    assert formula_text(Along("run", Fact("f", "flag"))) == "run(f)"


def test_what_only_looks_like_a_streak_is_none() -> None:
    for text in ("previous(a) + 1 if f else 0", "a + 1 if f else 0"):
        assert streak_of(formula(text, SCOPE)) is None
    assert streak_of(formula("streak(f)", SCOPE)) == NAMES["f"]


def test_looks_are_leaves_where_formulas_are_worded() -> None:
    def name(node: Node) -> str:
        return f"<{type(node).__name__}>"

    worded = partial(formula_text, names=name, words=Messages("en"))
    assert worded(formula("previous(a) + rank(b, high)", SCOPE)) == "<Along> + <Across>"
    assert worded(formula("streak(f) >= 2", SCOPE)) == "<Choose> ≥ <Num>"


def test_long_numbers_are_grouped() -> None:
    assert number_text(Fraction(1234567)) == "1,234,567"
    assert number_text(Fraction("-1234.5"), 2) == "-1,234.50"
    assert number_text(Fraction("0.00004"), 4) == "0.0000"
