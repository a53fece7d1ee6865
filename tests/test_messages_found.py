"""Where something was found, and what is expected there, in the words of a language."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpicore.messages import Messages, reason_text
from kpicore.messages.found import expected_text, place_text
from kpicore.model import SchemeModel
from kpicore.problem import Place, place_of
from kpicore.row import Reason
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import load_scheme
from kpicore.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def model() -> SchemeModel:
    return load_scheme(Path(__file__).parent / "data" / "counter.toml", Vocabulary.of(RULES)).model


PARTS = st.text("ab 甲./-_", min_size=1, max_size=8).filter(lambda text: text == text.strip())
PLACES = st.builds(
    Place,
    PARTS.map(lambda text: f"{text}.csv"),
    page=st.none() | PARTS,
    row=st.none() | st.integers(1, 10**6),
    column=st.none() | PARTS,
)


@given(PLACES)
def test_a_place_is_read_back_from_its_text(place: Place) -> None:
    assert place_of(str(place)) == place


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("a.csv:row 2", "a.csv, row 2", "a.csv，第 2 行"),
        ("C:/x/a.xlsx:page 三月:row 12:column 工号", "C:/x/a.xlsx, page 三月, row 12, column 工号",
         "C:/x/a.xlsx，工作表“三月”，第 12 行，“工号”列"),
        ("a.toml:7", "a.toml, row 7", "a.toml，第 7 行"),
        (":row 3", "row 3", "第 3 行"),
        ("nothing known", "nothing known", "nothing known"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_places_in_words(text: str, english: str, chinese: str) -> None:
    assert place_text(place_of(text), Messages("en")) == english
    assert place_text(place_of(text), Messages("zh")) == chinese


def test_an_absent_person_s_place_is_told_in_the_language_of_the_page(model: SchemeModel) -> None:
    reason = Reason.of("not_in_figures", place="roster.csv:row 5")
    told = [reason_text(reason, model, language) for language in ("en", "zh")]
    assert told == [
        "No file of figures has this person for this period (roster.csv, row 5).",
        "数据文件中没有此人本期的数据（roster.csv，第 5 行）。",
    ]


@pytest.mark.parametrize(
    ("expected", "english", "chinese"),
    [
        ("a whole number from 0 up", "a whole number from 0 up", "0 或正整数"),
        ("0 to 100", "0 to 100", "0 至 100"),
        ("money", "money", "金额"),
        ("1 yes y true 是, or 0 no n false 否, or n/a 不适用", "yes, no or n/a", "是、否或不适用"),
        ("at most 2 decimals", "at most 2 decimals", "小数不超过 2 位"),
        ("at most 400 digits", "at most 400 digits", "不超过 400 位数字"),
        ("at most 5", "5 or less", "5 及以下"),
        ("12 cells", "12 cells", "12 格"),
        ("a number of seconds", "a number of seconds", "秒数"),
        ("a money", "an amount of money", "金额"),
        ("something else", "something else", ""),
    ],
)
def test_what_is_expected_in_words(expected: str, english: str, chinese: str) -> None:
    assert expected_text(expected, Messages("en")) == english
    assert expected_text(expected, Messages("zh")) == chinese


def test_a_reason_leaves_away_what_no_language_has_words_for(model: SchemeModel) -> None:
    reason = Reason.of("unreadable_figure", fact="sales", value="x", expected="something else")
    text = reason_text(reason, model, "zh")
    assert "something else" not in text and "应为" not in text
    assert "where something else is expected" in reason_text(reason, model, "en")
