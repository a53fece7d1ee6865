"""Formulas in the words of people: no function's name of the language of formulas is left, in either language."""

from __future__ import annotations

import re

import pytest

from kpicore.formula.functions import STANDARD
from kpicore.formula.node import Fact
from kpicore.formula.resolve import Scope, formula
from kpicore.messages import Messages
from kpicore.wording import formula_text

SCOPE = Scope(
    {name: Fact(name) for name in "abc"} | {"t": Fact("t", "text"), "f": Fact("f", "flag")},
    {function.name: function for function in STANDARD},
)
FORMULAS = {
    "a >= 3 and b != 0": ("a ≥ 3 and b ≠ 0", "a ≥ 3 且 b ≠ 0"),
    "a <= 3 or b == 0": ("a ≤ 3 or b = 0", "a ≤ 3 或 b = 0"),
    "not (f and a > b)": ("not (f and a > b)", "非“(f 且 a > b)”"),
    "(a if f else b) * c": ("(a if f, else b) × c", "(若 f，则 a，否则 b) × c"),
    "t in ('x', 'y')": ("t is one of ('x', 'y')", "t 为 ('x'、'y') 之一"),
    "given(a)": ("a is given", "有a"),
    "not given(a)": ("a is not given", "没有a"),
    "given(a + b) and f": ("a + b is given and f", "有a + b 且 f"),
    "a / coalesce(b, c)": ("a / b (or else c)", "a / b（无则取c）"),
    "coalesce(a + b, c)": ("(a + b) (or else c)", "(a + b)（无则取c）"),
    "coalesce(a, b, 0)": ("a (or else b, 0)", "a（无则取b、0）"),
    "min(a, b)": ("least of (a, b)", "最小者 (a、b)"),
    "max(a, 0) / b": ("greatest of (a, 0) / b", "最大者 (a、0) / b"),
    "mean_given(a, b)": ("mean of those given (a, b)", "已有数据的平均 (a、b)"),
    "round(a)": ("rounded (a)", "四舍五入 (a)"),
    "round(a, 2)": ("rounded, decimals kept: 2 (a)", "四舍五入至 2 位小数 (a)"),
    "floor(a)": ("rounded down (a)", "向下取整 (a)"),
    "floor(a, 1)": ("rounded down, decimals kept: 1 (a)", "向下取至 1 位小数 (a)"),
    "abs(a - b)": ("size of (a - b)", "绝对值 (a - b)"),
}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_worded(text: str) -> None:
    node = formula(text, SCOPE)
    assert tuple(formula_text(node, words=Messages(language)) for language in ("en", "zh")) == FORMULAS[text]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_chinese_formula_has_no_english_words(text: str) -> None:
    assert not re.search(r"[A-Za-z]{2,}", formula_text(formula(text, SCOPE), words=Messages("zh")))
