"""Every sheet at hand, as it is shown and as reports of it: all is of one language, but for what people, files and ids
are called."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.page import Page

import kpicore
from kpicore.cli.job import open_job
from kpicore.cli.report import explained, other_cycles
from kpicore.loaded import LoadedScheme
from kpicore.model import GIVEN_TOTAL
from kpicore.registry import Registry
from kpicore.report import write_report
from kpicore.sample.aim import words
from kpicore.sample.usual import Usuals
from kpicore.show.data import sheet_data, sheet_text

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted(
    path.relative_to(ROOT / "schemes").with_suffix("").as_posix()
    for path in (ROOT / "schemes").rglob("*.toml")
    if not path.name.endswith(".cases.toml")
)
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.toml") if not path.name.endswith(".cases.toml"))
SHEETS = [*SHIPPED, *(path.relative_to(ROOT).as_posix() for path in EXAMPLES)]
PEOPLE = 2
ESTABLISHED = ("KPI", "DSR", "PK", "4S", "360", "5S", "SUV", "VIP")
"""Abbreviations that are words of Chinese too."""
FOREIGN = {"en": re.compile(r"[\u2e80-\u9fff\uff00-\uffef]"), "zh": re.compile(r"[A-Za-z]{2,}")}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return kpicore.load()


def figures(scheme: LoadedScheme, folder: Path) -> tuple[Path, Path]:
    """Usual figures of a few people whose names are their numbers, with a blank and a cell that can not be read, and a
    roster with one more person. They are drawn fact by fact: that is quicker than a whole sample."""
    facts = {name: spec for name, spec in scheme.newest.model.facts.items() if name != GIVEN_TOTAL}
    usual = Usuals(facts, words(scheme.newest.sheet()))
    lines = []
    for period in periods(scheme):
        for number in range(1, PEOPLE + 1):
            row: dict[str, object] = {"employee": f"E{number}", "name": f"E{number}", "team": "T1", "period": period}
            for name, spec in facts.items():
                chance = random.Random(f"{name} {period} {0 if spec.fixed else number}")
                row[name] = usual.value(name, chance, small=number == 2)
            lines.append(row)
    last = list(facts)[-1]
    lines[-1][last], lines[-2][last] = "?!", None
    for path, rows in (("figures.csv", lines), ("roster.csv", list(roster(scheme)))):
        with (folder / path).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder / "figures.csv", folder / "roster.csv"


def periods(scheme: LoadedScheme) -> Iterator[str]:
    """A few periods of each kind that it scores, all of one year; of a ladder some months."""
    first = {"day": ("{}-03-15", "{}-03-15#2"), "month": ("{}-01", "{}-02"), "quarter": ("{}-Q1",)}
    first |= {"half": ("{}-H1",), "year": ("{}",), "cycle": ()}
    year = scheme.newest.effective.year + 1
    for kind in scheme.asked:
        yield from (text.format(year) for text in first[kind])
    if scheme.climbs:
        yield from (f"{year}-{month:02d}" for month in range(3, 9))


def roster(scheme: LoadedScheme) -> Iterator[dict[str, str]]:
    ladder, year = scheme.newest.model.ladder, scheme.newest.effective.year + 1
    for number in range(1, PEOPLE + 2):
        line = {"employee": f"E{number}", "name": f"E{number}", "team": "T1"}
        if ladder is not None:
            line |= {"level": ladder.levels[number % len(ladder.levels)], "level_since": f"{year}-01"}
        yield line


def texts(page: Page) -> Iterator[str]:
    """All that a page says itself: what is not to be translated are names of people, files and columns."""
    yield from page.own
    yield from (value for _, name, value in page.attributes if name in ("aria-label", "title", "data-label"))


def names(scheme: LoadedScheme, files: Sequence[Path]) -> re.Pattern[str]:
    """What is called by its name in any language: employees, files and columns, choices without titles, and some
    abbreviations."""
    facts = scheme.newest.sheet().facts
    choices = {choice for spec in facts.values() for choice in spec.choices if choice not in dict(spec.choice_titles)}
    words = {re.escape(word) for word in (*ESTABLISHED, *choices)}
    plain = [*map(str, files), *(f"“{name}”" for name in facts)]
    return re.compile("|".join([*map(re.escape, plain), rf"(?<![A-Za-z])(?:{'|'.join(words)})(?![A-Za-z])"]))


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_page_is_of_one_language(registry: Registry, sheet: str, tmp_path: Path) -> None:
    scheme = registry.scheme(sheet if sheet in SHIPPED else str(ROOT / sheet))
    files = figures(scheme, tmp_path)
    job = open_job(registry, scheme, [str(files[0])], (), None, (), str(files[1]))
    called = names(scheme, files)
    entries = list(explained(job, job.run("")))
    assert len(entries) >= PEOPLE
    for language, foreign in FOREIGN.items():
        folder = tmp_path / language
        others = other_cycles(job) if scheme.climbs else None
        write_report(
            entries, folder, language, templates=registry.templates, problems=tuple(job.problems), others=others
        )
        pages = list(folder.rglob("*.html"))
        assert len(pages) > len(entries)
        mixed = {
            (path.relative_to(folder).as_posix().partition("__")[0], text)
            for path in pages
            for text in texts(Page.of(path.read_text("utf-8")))
            if foreign.search(called.sub("", text))
        }
        assert mixed == set(), language


def ids(data: Any) -> Iterator[str]:
    """What a sheet's data calls by ids: its parts, choices, levels and grades, and what was taken over."""
    if isinstance(data, list):
        for part in data:
            yield from ids(part)
    elif isinstance(data, dict):
        for key in ("id", "choice", "level", "grade", "scheme", "indicator"):
            if isinstance(data.get(key), str):
                yield data[key]
        if set(data) == {"value", "title"}:
            yield data["value"]
        for part in data.values():
            yield from ids(part)


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_sheet_is_shown_in_one_language(registry: Registry, sheet: str) -> None:
    """Where the sheet was read is told as it was written down."""
    scheme = registry.scheme(sheet if sheet in SHIPPED else str(ROOT / sheet))
    for version in scheme.versions:
        data = sheet_data(version)
        known = sorted({*ids(data), *ESTABLISHED}, key=len, reverse=True)
        called = re.compile(rf"(?<![A-Za-z_])(?:{'|'.join(map(re.escape, known))})(?![A-Za-z_])")
        for language, foreign in FOREIGN.items():
            lines = sheet_text({**data, "source": ""}, language).splitlines()
            assert [line for line in lines if foreign.search(called.sub("", line))] == [], language


def test_every_sheet_names_its_industry_and_providers_in_both_languages(registry: Registry) -> None:
    for sheet in SHEETS:
        model = registry.scheme(sheet if sheet in SHIPPED else str(ROOT / sheet)).newest.model
        named = {spec.provider for spec in model.facts.values() if spec.provider}
        assert named == set(model.providers), sheet
        for title in (model.industry, *model.providers.values()):
            assert {language for language, _ in title.texts} == {"zh", "en"}, sheet
