"""The page of all problems: where each one is, what was found and expected, what to do, in one language."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpicore.messages import Messages, catalogue
from kpicore.problem import Place, Problem
from kpicore.report.index import MOST_TROUBLES
from kpicore.report.trouble import trouble_of

ROOT = Path(__file__).resolve().parents[2]
Report = Callable[..., Path]
Parsed = Callable[[Path], Any]
BAD = Problem(
    "bad_figure",
    "'98' is outside what is possible.",
    place=Place("a.xlsx", page="三月", row=7, column="满意度"),
    key="satisfaction",
    hint="Write 98 %.",
    value="98",
    expected="0 to 1",
)
WARNING = Problem("empty_column", "The column is empty.", "warning", Place("b.csv", row=1, column="备注"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["a.xlsx", "三月", "7", "满意度", "98", "0 to 1", "'98' is outside what is possible.", "Write 98 %."]),
        (
            "zh",
            [
                "a.xlsx",
                "三月",
                "7",
                "满意度",
                "98",
                "0 至 1",
                "数据无法读取。",
                "请改正该单元格；没有数据时请留空。",
            ],
        ),
    ],
)
def test_a_problem_has_its_place_and_what_to_do(report: Report, parsed: Parsed, language: str, told: list[str]) -> None:
    texts = parsed(report(language=language, problems=[BAD, WARNING]) / "problems.html").texts
    at = texts.index("a.xlsx")
    assert texts[at : at + len(told)] == told


def test_the_page_counts_the_kinds(report: Report, parsed: Parsed) -> None:
    texts = parsed(report(problems=[WARNING, BAD, BAD]) / "problems.html").texts
    at = texts.index("The figure can not be read.")
    assert texts[at + 2] == "2" and texts[texts.index("The column is empty.") + 2] == "1"
    assert "3 problems" in texts


def test_the_index_shows_the_first_and_leads_to_all(report: Report, parsed: Parsed) -> None:
    problems = [Problem("bad_row", f"Row {number} is bad.") for number in range(MOST_TROUBLES + 2)]
    folder = report(problems=problems)
    index = parsed(folder / "index.html")
    assert sum(text.startswith("Row ") for text in index.texts) == MOST_TROUBLES
    assert "See all 12 problems on one page" in index.texts
    assert [value for tag, name, value in index.attributes if (tag, name, value) == ("a", "href", "problems.html")]
    page = parsed(folder / "problems.html")
    assert sum(text.startswith("Row ") for text in page.texts) == len(problems)
    assert ("a", "href", "index.html") in page.attributes


def test_without_problems_there_is_no_page(report: Report, parsed: Parsed) -> None:
    folder = report(problems=[BAD])
    assert (folder / "problems.html").is_file()
    folder = report()
    assert not (folder / "problems.html").exists()
    assert "problems.html" not in (folder / "index.html").read_text("utf-8")


def test_what_a_file_says_stays_text(report: Report, parsed: Parsed) -> None:
    hostile = "<script>alert(1)</script>"
    place = Place(hostile, page=hostile, row=1, column=hostile)
    folder = report(problems=[Problem("bad_figure", hostile, place=place, value=hostile, hint=hostile)])
    for name in ("index.html", "problems.html"):
        assert "<script" not in (folder / name).read_text("utf-8")
        assert hostile in parsed(folder / name).texts


@pytest.mark.parametrize(
    ("code", "expected", "shown"),
    [
        ("bad_figure", "ratio", "百分比"),
        ("bad_figure", "a whole number from 0 up", "0 或正整数"),
        ("bad_period", "a month such as 2024-03", "月份，如 2024-03"),
        ("bad_figure", "a number such as 1234.50", "数字，如 1234.50"),
        ("bad_figure", "3 or more", "3 及以上"),
        ("bad_figure", "at most 9", "9 及以下"),
        ("bad_figure", "0..5", "0..5"),
        ("conflicting_figures", "Li Na", "Li Na"),
        ("bad_figure", "something that only English says", ""),
    ],
)
def test_what_is_expected_is_told_in_chinese_or_not_at_all(code: str, expected: str, shown: str) -> None:
    assert trouble_of(Problem(code, "A sentence.", expected=expected), Messages("zh")).expected == shown


def test_every_code_of_the_readers_has_words_in_both_languages() -> None:
    """Without them a Chinese page can only say that something was set aside."""
    found = set()
    for path in (ROOT / "kpicore" / "io").glob("*.py"):
        found |= set(re.findall(r"[pP]roblem\(\s*\"([a-z_]+)\"", path.read_text("utf-8")))
    assert len(found) > 15
    for language in ("zh", "en"):
        words = catalogue(language)
        assert sorted(code for code in found if f"page.problem.{code}" not in words) == [], language
        assert sorted(code for code in found if f"page.todo.{code}" not in words) == [], language
