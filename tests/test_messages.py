"""The catalogues of words: the same keys in each language, every key used, every reason with its sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpicore.messages import Messages, catalogue, language_of, placeholders, reason_text
from kpicore.model import SchemeModel
from kpicore.row import Reason
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import load_scheme
from kpicore.text import LANGUAGES
from kpicore.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted((ROOT / "kpicore").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.j2"))
CODES = {
    "missing_figure",
    "undefined_measure",
    "unreadable_figure",
    "conflicting_figures",
    "no_band",
    "left_out",
    "not_counted",
    "counted_as_zero",
    "counted_as_full",
    "gate_failed",
    "too_little_counted",
    "no_grade",
    "nobody_counted",
    "pool_differs",
    "adjustments_held_to_most",
    "adjustments_held_to_least",
    "bad_adjustment",
    "adjustment_without",
    "same_adjustment_twice",
    "unknown_figure",
    "duplicate_row",
}


@pytest.fixture(scope="module")
def model() -> SchemeModel:
    return load_scheme(ROOT / "tests/data/counter.toml", Vocabulary.of(RULES)).model


def test_both_languages_have_the_same_keys_with_the_same_placeholders() -> None:
    assert list(catalogue("en")) == list(catalogue("zh"))
    other = {key: placeholders(text) for key, text in catalogue("zh").items()}
    assert {key: placeholders(text) for key, text in catalogue("en").items()} == other


def named_in(path: Path) -> Iterator[str]:
    """A pattern for each text in a source file that may be a key, with anything where a value is put in."""
    text = path.read_text("utf-8")
    if path.suffix == ".j2":
        for found in re.findall(r"""["']([a-z_]+(?:\.[a-z_]*)+)["']""", text):
            yield re.escape(found) + (".+" if found.endswith(".") else "")
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.]+" for part in node.values
            ]
            if isinstance(node.values[0], ast.Constant) and "." in str(node.values[0].value):
                yield "".join(parts)


def test_every_message_is_used() -> None:
    named = {
        pattern for path in [*SOURCES, *TEMPLATES] for pattern in named_in(path) if re.match(r"[a-z_]+\\\.", pattern)
    }
    used = re.compile("|".join(f"(?:{pattern})" for pattern in sorted(named)))
    unused = [
        key
        for key in catalogue("en")
        if not used.fullmatch(re.sub(r"\.(one|many)$", "", key)) and not used.fullmatch(key)
    ]
    assert unused == []


def test_a_message_is_filled_in() -> None:
    assert Messages("en")("unit.hours.one", number="1") == "1 h"
    assert Messages("zh").count("test.by_hand", 3) == "3 个手写案例"
    assert Messages("en").count("test.by_hand", 1) == "1 case by hand"


def test_an_unknown_key_or_a_lacking_value_is_an_error() -> None:
    with pytest.raises(LookupError):
        Messages("en")("no.such.key")
    with pytest.raises(LookupError):
        Messages("en")("unit.hours.one")


@pytest.mark.parametrize("text", ["{a.b}", "{a[0]}", "{a!r}", "{a:>10}", "{}", "{0}"])
def test_only_plain_names_stand_in_braces(text: str) -> None:
    with pytest.raises(ValueError, match="plain names"):
        placeholders(text)


def test_the_language_of_a_locale() -> None:
    assert [language_of(tag) for tag in ("zh", "zh_CN.UTF-8", "ZH-tw", "en", "de_DE", "C", "")] == ["zh"] * 3 + [
        "en"
    ] * 4


def test_every_code_in_the_source_has_a_sentence() -> None:
    emitted = {code for path in SOURCES for code in re.findall(r'Reason\.of\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert len(emitted) >= 8
    lacking = [code for code in sorted(emitted | CODES) if f"reason.{code}" not in Messages("en")]
    assert lacking == []


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_without_values_is_still_a_sentence(code: str, language: str, model: SchemeModel) -> None:
    text = reason_text(Reason.of(code), model, language)
    assert text and "{" not in text


@pytest.mark.parametrize(
    ("reason", "en", "zh"),
    [
        (
            Reason.of("missing_figure", indicator="conversion", fact="buyers"),
            "Conversion: Buyers is missing.",
            "转化率：缺少成交人数。",
        ),
        (Reason.of("missing_figure", gate="present"), "Present: a figure is missing.", "出勤：缺少某项数据。"),
        (
            Reason.of("unreadable_figure", fact="sales", value="abc", place="a.csv:row 2"),
            "Sales can not be read: 'abc' (a.csv, row 2).",
            "销售额无法读取：“abc”（a.csv，第 2 行）。",
        ),
        (
            Reason.of("undefined_measure", indicator="conversion", fact="visitors"),
            "Conversion: the divisor is 0 (Visitors).",
            "转化率：除数为 0（进店人数）。",
        ),
        (
            Reason.of("counted_as_zero", indicator="waiting", because="missing"),
            "Waiting: counted as 0 (missing).",
            "等待：计 0 分（缺少数据）。",
        ),
        (
            Reason.of("gate_failed", gate="polite", grade="C"),
            "Polite: not met, so the grade is C at best.",
            "无重大投诉：未满足，等级最高为 C。",
        ),
        (
            Reason.of("gate_failed", gate="polite", lower_by=1),
            "Polite: not met, so the grade falls by 1.",
            "无重大投诉：未满足，等级降 1 级。",
        ),
        (
            Reason.of("unknown_figure", fact="byers", did_you_mean="buyers"),
            "The scheme has no figure byers. Did you mean buyers?",
            "方案中没有数据 byers。是否指 buyers？",
        ),
        (Reason.of("missing_figure", pay="share", fact="x"), "Share: x is missing.", "提成：缺少x。"),
        (
            Reason.of("bad_adjustment", part="points", value="two", expected="a number", place="items.csv:row 2"),
            "The points of a plus or minus item can not be read: 'two', where a number is expected (items.csv, row 2).",
            "加减分项的分值无法读取：“two”，应为数字（items.csv，第 2 行）。",
        ),
        (
            Reason.of("adjustment_without", part="author"),
            "A plus or minus item is without its author.",
            "加减分项缺少登记人。",
        ),
        (Reason.of("strange", colour="red"), "strange: colour red", "strange: colour red"),
        (Reason.of("strange"), "strange", "strange"),
    ],
)
def test_reasons_in_words(reason: Reason, en: str, zh: str, model: SchemeModel) -> None:
    assert reason_text(reason, model, "en") == en
    assert reason_text(reason, model, "zh") == zh


@pytest.mark.parametrize(
    ("key", "values", "text"),
    [
        ("interval.from", {"value": "90"}, "90 及以上"),
        ("interval.from", {"value": "300 秒"}, "300 秒及以上"),
        ("interval.from", {"value": "90（优秀起点）"}, "90（优秀起点）及以上"),
        ("explain.grade", {"grade": "A"}, "等级 A"),
        ("explain.grade", {"grade": "优秀"}, "等级优秀"),
        ("explain.grade", {"grade": "甲 上"}, "等级甲 上"),
        ("formula.season", {"condition": "旺季（9月）", "then": "30", "otherwise": "20"}, "旺季（9月）30，否则 20"),
        ("show.weight", {"formula": ""}, "权数："),
    ],
)
def test_no_space_stands_between_chinese_signs(key: str, values: dict[str, str], text: str) -> None:
    assert Messages("zh")(key, **values) == text


def test_a_value_that_lacks_is_a_mistake_in_every_language() -> None:
    for language in LANGUAGES:
        with pytest.raises(LookupError):
            Messages(language)("interval.from")
