"""The pages: whole HTML that stands by itself, in one language, with all that a person must be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kpicore.explain.use import Explanation
from kpicore.figure import UNREADABLE
from kpicore.folder import TemplateFolder
from kpicore.messages import catalogue
from kpicore.problem import Place, Problem
from kpicore.report.index import MOST_TROUBLES
from kpicore.report.trouble import MOST_LISTED
from kpicore.row import Reason, Row

Entry = tuple[Explanation, Row]
Report = Callable[..., Path]
Parsed = Callable[[Path], Any]
EXPECTED = Path(__file__).parent / "data"
CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z]{2,}|\b[a-z]\b(?!：)")


def pages_of(folder: Path) -> list[Path]:
    return [*folder.glob("*.html"), *sorted((folder / "people").iterdir())]


@pytest.fixture
def shop_people(person: Callable[..., Entry]) -> list[Entry]:
    """Of both sheets of the plugin ecommerce, one of them incomplete."""
    return [
        person(sheet="agent-indicators"),
        person("E2", sheet="agent-indicators", response_seconds=None, deals=0),
        person("E3", sheet="agent-monthly"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_whole_html_and_stands_by_itself(
    report: Report,
    parsed: Parsed,
    shop_people: list[Entry],
    everybody: list[Entry],
    shop: TemplateFolder,
    language: str,
) -> None:
    for number, entries in enumerate((everybody, shop_people)):
        folder = report(entries, language, templates=[shop])
        found = pages_of(folder)
        assert len(found) == len(entries) + 1, number
        for path in found:
            text = path.read_text("utf-8")
            page = parsed(path)
            assert page.unclosed == [], path.name
            assert text.startswith("<!DOCTYPE html>")
            assert "<script" not in text and "http://" not in text and "https://" not in text
            assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in ("src", "style")]
            ids = [value for _, name, value in page.attributes if name == "id"]
            assert len(ids) == len(set(ids))


def test_links_lead_to_the_pages_and_back(report: Report, parsed: Parsed, everybody: list[Entry]) -> None:
    folder = report()
    links = [value for tag, name, value in parsed(folder / "index.html").attributes if (tag, name) == ("a", "href")]
    assert len(links) == len(everybody)
    for link in links:
        page = parsed(folder / link)
        (back,) = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
        assert (folder / link).parent.joinpath(back).resolve() == (folder / "index.html").resolve()


@pytest.mark.parametrize(("language", "foreign"), [("zh", LATIN), ("en", CHINESE)])
def test_all_words_of_a_page_are_of_one_language(
    report: Report,
    parsed: Parsed,
    shop_people: list[Entry],
    everybody: list[Entry],
    shop: TemplateFolder,
    language: str,
    foreign: re.Pattern[str],
) -> None:
    problems = [
        Problem(code, "A sentence.", place=Place("figures.csv", row=3, column="calls"), value="x", hint="Write y.")
        for code in ("bad_figure", "bad_period", "some_code_of_a_plugin")
    ]
    for entries in (everybody, shop_people):
        folder = report(entries, language, templates=[shop], problems=problems)
        for path in pages_of(folder):
            page = parsed(path)
            shown = [text for text in page.own if not any(str(row.name) in text for _, row in entries)]
            shown += [value for _, name, value in page.attributes if name in ("aria-label", "title", "data-label")]
            # A choice is a word of the sheet's own; here they are single letters.
            mixed = [text for text in shown if foreign.search(re.sub(r"^[abc](：\d+ 分)?$", "", text))]
            assert mixed == [], path.name


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_page_tells_is_as_expected(
    report: Report, parsed: Parsed, everybody: list[Entry], language: str
) -> None:
    """The texts of one page, kept in a file. After a change that is meant, write the new texts there."""
    folder = report(everybody[1:2], language)
    texts = "\n".join(parsed(folder / "people" / "E2__2024-03.html").texts) + "\n"
    texts = re.sub(r"sha256:[0-9a-f]{64}", "sha256:...", texts)
    assert texts == (EXPECTED / f"person.{language}.txt").read_text("utf-8")


def test_the_way_of_an_indicator_is_told_in_words_and_figures(
    report: Report, parsed: Parsed, person: Callable[..., Entry], shop: TemplateFolder
) -> None:
    folder = report([person(sheet="agent-indicators")], "en", templates=[shop])
    texts = parsed(folder / "people" / "E1__2024-03.html").texts
    at = texts.index("Customers who paid / Customers who inquired")
    assert texts[at + 1 : at + 4] == ["260 / 400 = 65.00 %", "from 65 %: 80 points", "80.00 points × 35 % = 28.00"]
    assert "Points for Inquiry conversion. 65.00 %: from 65 %: 80 points" in texts
    assert "3 / 100 = 3.00 %" in texts and "31.5 s" in texts


def test_a_measure_that_had_to_be_rounded_says_so(
    report: Report, parsed: Parsed, person: Callable[..., Entry], shop: TemplateFolder
) -> None:
    folder = report([person(sheet="agent-indicators", payers=1, inquirers=3)], "en", templates=[shop])
    assert "1 / 3 ≈ 33.33 %" in parsed(folder / "people" / "E1__2024-03.html").texts


def test_marks_above_the_weight_are_shown_apart(
    report: Report, parsed: Parsed, person: Callable[..., Entry], shop: TemplateFolder
) -> None:
    folder = report([person(sheet="agent-monthly")], "en", templates=[shop])
    texts = parsed(folder / "people" / "E1__2024-03.html").texts
    at = texts.index("First response")
    assert texts[at : at + 4] == ["First response", "First response: 20.00 of 15.00", "15.00 / 15", "+5.00"]


def test_an_incomplete_person_is_told_why_at_the_top(report: Report, parsed: Parsed) -> None:
    folder = report()
    texts = parsed(folder / "people" / "E3__2024-03.html").texts
    top = texts[: texts.index("Groups")]
    assert "Incomplete" in top
    assert "Calls done: the divisor is 0 (Calls planned)." in top
    assert "Manner: Attitude is missing." in top
    assert top[top.index("Total") + 1] == "–"


def test_a_person_who_is_not_eligible_is_told_so(report: Report, parsed: Parsed) -> None:
    texts = parsed(report() / "people" / "E2__2024-03.html").texts
    assert "Scored, but not eligible for pay" in texts
    assert "Not eligible for pay, so each element is 0.00." in texts
    assert "0.003 × 43,210.50 ≈ 129.63" in texts  # what the formula gives, though it is not paid
    assert "After the conditions the grade is D instead of C." not in texts
    assert "Four errors at most: not met, so the grade falls by 1." in texts


def test_hostile_names_stay_text(report: Report, parsed: Parsed, person: Callable[..., Entry]) -> None:
    names = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "../../x", "{{ 7 * 7 }}", "</title><b>"]
    folder = report([person(name, name=name, team=name) for name in names])
    for path in pages_of(folder):
        text = path.read_text("utf-8")
        assert "<script" not in text and "<img" not in text and "<b></" not in text
        assert parsed(path).unclosed == []
    shown = parsed(folder / "index.html").texts
    for name in names:
        assert shown.count(name) == 3
    assert {path.parent for path in pages_of(folder)[1:]} == {folder / "people"}


def test_people_who_differ_in_capitals_have_different_files(report: Report, person: Callable[..., Entry]) -> None:
    folder = report([person("a1"), person("A1")])
    names = [path.name.lower() for path in (folder / "people").iterdir()]
    assert len(set(names)) == 2


def test_the_index_counts_and_sorts(report: Report, parsed: Parsed) -> None:
    texts = parsed(report() / "index.html").texts
    listed = [text for text in texts if re.fullmatch(r"E\d", text)]
    assert listed == ["E6", "E1", "E3", "E4", "E5", "E2"]  # by team, then employee
    summary = texts[texts.index("Summary") : texts.index("People")]
    assert summary[summary.index("Scored") + 1 :][:2] == ["Scored: 2", "2"]
    assert summary[summary.index("Incomplete") + 1 :][:2] == ["Incomplete: 3", "3"]
    assert "March 2024 to April 2024" in texts


def test_the_index_names_what_is_assumed_unless_it_was_set(
    report: Report, parsed: Parsed, person: Callable[..., Entry]
) -> None:
    texts = parsed(report([person()]) / "index.html").texts
    at = texts.index("What is assumed")
    assert texts[at + 4 : at + 7] == ["Sales target", "50,000.00", "Also open: Sales against target"]
    texts = parsed(report([person(goal=60000)]) / "index.html").texts
    assert "Sales target" not in texts


def test_problems_stand_in_the_index_with_their_place(report: Report, parsed: Parsed) -> None:
    problem = Problem(
        "bad_figure", "'98' is outside.", place=Place("a.csv", row=7, column="率"), value="98", hint="Write 98 %."
    )
    texts = parsed(report(problems=[problem]) / "index.html").texts
    at = texts.index("What deserves a look")
    assert texts[at + 4 : at + 9] == ["'98' is outside. Write 98 %.", "98", "a.csv", ", row 7,", "率"]


def test_very_many_problems_are_cut_and_counted(report: Report, parsed: Parsed) -> None:
    folder = report(problems=[Problem("x", "Oh.")] * (MOST_LISTED + 3))
    index, page = parsed(folder / "index.html"), parsed(folder / "problems.html")
    assert index.texts.count("Oh.") == MOST_TROUBLES
    assert "See all 10,003 problems on one page".replace(",", "") in index.texts and "10003 problems" in index.texts
    assert ("a", "href", "problems.html") in index.attributes
    assert "3 more are not listed here." in page.texts and page.texts.count("Oh.") == MOST_LISTED


def test_figures_say_where_they_came_from(report: Report, parsed: Parsed, person: Callable[..., Entry]) -> None:
    entry = person(rating=None, errors=UNREADABLE)
    texts = parsed(report([entry]) / "people" / "E1__2024-03.html").texts
    sources = texts[texts.index("Where each figure came from") :]
    at = sources.index("Calls")
    assert sources[at : at + 5] == ["Calls", "83", "figures.csv", ", row 2,", "calls"]
    assert sources[sources.index("Sales") + 1] == "43,210.50 yuan"
    at = sources.index("Manager's rating")
    assert sources[at + 1 : at + 3] == ["–", "missing"]
    assert "as the scheme assumes it" in sources


def test_what_the_reader_of_figures_has_to_say_stands_at_the_top(
    report: Report, parsed: Parsed, scorers: Any, person: Callable[..., Entry]
) -> None:
    from attrs import evolve

    from kpicore.explain.record import explain

    _, row = person()
    row = evolve(row, reasons=(Reason.of("unknown_figure", fact="bonuss", did_you_mean="bonus"),))
    entry = explain(scorers["everything"], row), row
    texts = parsed(report([entry]) / "people" / "E1__2024-03.html").texts
    assert "The scheme has no figure bonuss. Did you mean bonus?" in texts[: texts.index("Groups")]


def test_a_report_of_nobody_says_so(report: Report, parsed: Parsed) -> None:
    assert "Nobody was scored." in parsed(report([]) / "index.html").texts


def test_a_heading_of_one_s_own(report: Report, parsed: Parsed) -> None:
    texts = parsed(report(title={"zh": "三月", "en": "The month of March"}) / "index.html").texts
    assert "The month of March" in texts


def test_the_words_of_the_pages_are_the_same_in_both_languages() -> None:
    keys = [{key for key in catalogue(language) if key.startswith("page.")} for language in ("zh", "en")]
    assert keys[0] == keys[1] and len(keys[0]) > 60


def test_every_word_of_the_pages_is_used() -> None:
    root = Path(__file__).resolve().parents[2]
    files = [*(root / "templates").rglob("*.j2"), *(root / "kpicore" / "report").glob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in files)
    for key in catalogue("en"):
        name = re.sub(r"\.(one|many)$", "", key.removeprefix("page."))
        if key.startswith("page.") and not name.startswith(("problem.", "todo.", "meant.", "reach.")):
            family = name.rpartition(".")[0]
            named = any(f"{family}.{rest}" in text for rest in ("{", "t%d")) if family else "_by_" in name
            assert named or f'"{name}"' in text or f"'{name}'" in text or f"page.{name}" in text, key
