"""The templates for whole families of sheets: any scheme can name one, and its pages are whole and of one language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from kpicore.explain.use import Explanation
from kpicore.report.reference import templates_page
from kpicore.row import Row

Entry = tuple[Explanation, Row]
Parsed = Callable[[Path], Any]
ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "templates" / "base"
FRAMES = {"base", "letter", "problems", "index", "charts", "parts", "listed", "compare"}
FAMILIES = sorted(
    name
    for name in (path.name.removesuffix(".html.j2") for path in BASE.glob("*.html.j2"))
    if name not in FRAMES and not name.endswith(".index")
)
CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
LATIN = re.compile(r"[A-Za-z]{2,}")


def named(entries: Iterable[Entry], family: str) -> list[Entry]:
    return [(evolve(each, model=evolve(each.model, template=f"base/{family}")), row) for each, row in entries]


def test_the_documentation_lists_every_family() -> None:
    assert set(FAMILIES) == set(re.findall(r'^\| `"base/(\w+)"` \|', templates_page(), re.MULTILINE))
    assert len(FAMILIES) == 8


@pytest.mark.parametrize("path", sorted(BASE.iterdir()), ids=lambda path: path.name)
def test_no_template_of_the_base_knows_a_scheme_or_an_industry(path: Path) -> None:
    text = path.read_text("utf-8")
    words = {
        part for scheme in (ROOT / "schemes").rglob("*.toml") for part in scheme.relative_to(ROOT / "schemes").parts
    }
    known = {word.removesuffix(".toml").removesuffix(".cases") for word in words} - {"auto", "service"}
    assert [word for word in known if re.search(rf"\b{re.escape(word)}\b", text)] == []
    assert "auto/" not in text and "service/" not in text


@pytest.mark.parametrize(("language", "foreign"), [("zh", LATIN), ("en", CHINESE)])
@pytest.mark.parametrize("family", FAMILIES)
def test_pages_are_whole_and_of_one_language(
    report: Callable[..., Path], parsed: Parsed, everybody: list[Entry], family: str, language: str, foreign: Any
) -> None:
    folder = report(named(everybody, family), language)
    pages = [folder / "index.html", *sorted((folder / "people").iterdir())]
    assert len(pages) == len(everybody) + 1
    for path in pages:
        text, page = path.read_text("utf-8"), parsed(path)
        assert page.unclosed == [], path.name
        assert text.startswith("<!DOCTYPE html>") and "<script" not in text
        assert not [name for _, name, _ in page.attributes if name.startswith("on") or name in ("src", "style")]
        ids = [value for _, name, value in page.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        shown = [
            *page.own,
            *(value for _, name, value in page.attributes if name in ("aria-label", "title", "data-label")),
        ]
        names = [str(row.name) for _, row in everybody]
        mixed = [text for text in shown if foreign.search(text) and not any(name in text for name in names)]
        assert mixed == [], path.name


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_names_stay_text(
    report: Callable[..., Path], parsed: Parsed, person: Callable[..., Entry], family: str
) -> None:
    names = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "</title><b>"]
    folder = report(named((person(name, name=name, team=name) for name in names), family))
    for path in [folder / "index.html", *(folder / "people").iterdir()]:
        text = path.read_text("utf-8")
        assert "<script" not in text and "<img" not in text and "<b></" not in text
        assert parsed(path).unclosed == []
    shown = parsed(folder / "index.html").texts
    assert all(name in shown for name in names)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_page_leads_from_the_index_and_back(
    report: Callable[..., Path], parsed: Parsed, everybody: list[Entry], family: str
) -> None:
    folder = report(named(everybody, family))
    links = {value for tag, name, value in parsed(folder / "index.html").attributes if (tag, name) == ("a", "href")}
    assert {f"people/{path.name}" for path in (folder / "people").iterdir()} == links
    for link in links:
        back = [value for tag, name, value in parsed(folder / link).attributes if (tag, name) == ("a", "href")]
        assert back[0] == "../index.html"


def test_an_index_alone_can_be_taken_over(
    report: Callable[..., Path], parsed: Parsed, everybody: list[Entry], tmp_path: Path
) -> None:
    from kpicore.folder import TemplateFolder

    own = tmp_path / "own"
    own.mkdir()
    (own / "everything.index.html.j2").write_text('{% extends "base/heatmap.index.html.j2" %}')
    texts = parsed(report(everybody, templates=[TemplateFolder(own, "demo")]) / "index.html").texts
    assert "Mean of the team" in texts and any("the darker it is" in text for text in texts)
