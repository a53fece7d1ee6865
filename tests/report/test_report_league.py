"""League tables: who is ranked among whom in the index, and the pages of the agents who compete."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import kpicore
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.figure import Figure
from kpicore.folder import TemplateFolder
from kpicore.period import parse_period
from kpicore.report import write_report
from kpicore.report.index import Gathering
from kpicore.report.listing import IndexPage
from kpicore.report.phrase import Phrases
from kpicore.row import Row

Entry = tuple[Explanation, Row]
Parsed = Callable[[Path], Any]
NAMES = {"E1": "王芳", "E2": "李强", "E3": "张敏", "E4": "刘洋", "E5": "陈静", "E6": "杨帆"}
LATIN = re.compile(r"[A-Za-z]{2,}")
CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


def row(employee: str, team: str | None, value: int, period: str = "2024-03", **other: Figure | None) -> Row:
    """Somebody of whom all factors are alike but the value of orders, and what is given otherwise."""
    facts: dict[str, Figure | None] = {
        "order_value": Decimal(value),
        "payers": 60,
        "inquirers": 100,
        "response_seconds": Decimal(30),
        "customers_received": 400,
    }
    return Row(employee, parse_period(period), {**facts, **other}, NAMES[employee], team)


ROWS = [
    row("E1", "T1", 3000),
    row("E2", "T1", 5000),
    row("E3", "T1", 4000, payers=None),
    row("E4", "T1", 5000, payers=0, inquirers=0),
    row("E5", "T2", 1000),
    row("E1", "T1", 9000, "2024-02"),
    row("E6", None, 2000, "2024-02"),
]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    scheme = kpicore.load().scheme("ecommerce/agent-pk")
    return [(explain(scheme.newest.plain, each), each) for each in scheme.remembering(ROWS)]


def index_of(entries: list[Entry]) -> IndexPage:
    gathering = Gathering("en")
    for explanation, row in entries:
        gathering.add(explanation, row.period, Phrases(explanation, "en"), f"{row.employee}.html")
    return gathering.page("", ())


def ranks(index: IndexPage) -> list[tuple[str, str, list[tuple[str, str]], int]]:
    return [
        (
            league.period,
            league.team,
            [(entry.person.employee, entry.outcome.rank) for entry in league.entries],
            league.ranked,
        )
        for league in index.leagues
    ]


def test_each_team_and_month_has_its_league_by_rank(entries: list[Entry]) -> None:
    # E2: 3 points four times; E1: value third, the rest first; E4: value first, no conversion, the rest first.
    assert ranks(index_of(entries)) == [
        ("March 2024", "T1", [("E2", "1"), ("E1", "2"), ("E4", "3"), ("E3", "–")], 3),
        ("March 2024", "T2", [("E5", "1")], 1),
        ("February 2024", "", [("E6", "1")], 1),
        ("February 2024", "T1", [("E1", "1")], 1),
    ]


def test_an_entry_of_a_league_has_each_indicator(entries: list[Entry]) -> None:
    (second,) = (entry for entry in index_of(entries).leagues[0].entries if entry.person.employee == "E4")
    assert [(line.id, line.figure, line.place, line.points) for line in second.lines] == [
        ("order_value", "5,000.00", "1", "3.00"),
        ("conversion", "–", "", "0.00"),
        ("response_time", "30.0 s", "1", "3.00"),
        ("customers_received", "400", "1", "3.00"),
    ]
    assert {line.full_marks for line in second.lines} == {"3.00"}
    (lacking,) = (entry for entry in index_of(entries).leagues[0].entries if entry.person.employee == "E3")
    assert {line.place for line in lacking.lines} == {""}  # is beside the others, and takes no place


def test_where_all_are_ranked_together_a_month_has_one_league(entries: list[Entry]) -> None:
    together = [(evolve(each, model=evolve(each.model, rank="all")), row) for each, row in entries]
    assert [(league.period, league.team, len(league.entries)) for league in index_of(together).leagues] == [
        ("March 2024", "", 5),
        ("February 2024", "", 2),
    ]


def test_ranks_are_sorted_as_numbers(entries: list[Entry]) -> None:
    explanation, row = entries[0]
    many = [
        (
            evolve(explanation, result=evolve(explanation.result, rank=place, employee=f"E{place}")),
            evolve(row, employee=f"E{place}"),
        )
        for place in (10, 2, 1, 11)
    ]
    assert [entry.outcome.rank for entry in index_of(many).leagues[0].entries] == ["1", "2", "10", "11"]


def test_a_sheet_that_does_not_rank_has_no_league(person: Callable[..., Entry]) -> None:
    index = index_of([person(), person("E2")])
    assert index.leagues == () and not index.has_rank
    assert not any(entry.outcome.has_rank for entry in index.entries)


def test_the_index_as_kpicore_brings_it_has_a_column_of_ranks(
    entries: list[Entry], person: Callable[..., Entry], parsed: Parsed, tmp_path: Path
) -> None:
    write_report(entries[:3], tmp_path / "ranked", "en")
    texts = parsed(tmp_path / "ranked" / "index.html").texts
    at = texts.index("E1")
    assert "Rank" in texts and texts[at : at + 6] == ["E1", "T1", "March 2024", "10.00", "of 12.00 (83.33 %)", "2"]
    page = parsed(tmp_path / "ranked" / "people" / "E1__2024-03.html").texts
    assert page[page.index("Rank") + 1] == "2"
    write_report([person()], tmp_path / "plain", "en")
    assert "Rank" not in parsed(tmp_path / "plain" / "index.html").texts


@pytest.mark.parametrize(("language", "foreign"), [("zh", LATIN), ("en", CHINESE)])
def test_the_agents_pages_are_whole_and_of_one_language(
    entries: list[Entry], shop: TemplateFolder, parsed: Parsed, tmp_path: Path, language: str, foreign: re.Pattern[str]
) -> None:
    write_report(entries, tmp_path / "out", language, templates=[shop])
    page = parsed(tmp_path / "out" / "index.html")
    assert page.unclosed == []
    assert [text for text in page.own if foreign.search(text.replace("PK", ""))] == []
    for path in sorted((tmp_path / "out" / "people").iterdir()):
        found = parsed(path)
        assert found.unclosed == []
        assert len([text for text in found.texts if text.endswith("/ 3")]) == 4


def test_the_agents_index_is_a_league_table(
    entries: list[Entry], shop: TemplateFolder, parsed: Parsed, tmp_path: Path
) -> None:
    write_report(entries, tmp_path / "out", "en", templates=[shop])
    page = parsed(tmp_path / "out" / "index.html")
    texts = page.texts
    at = texts.index("李强")
    assert texts[at - 1] == "1"
    factors = [("5,000.00", "1", "3.00"), ("60.00 %", "1", "3.00"), ("30.0 s", "1", "3.00"), ("400", "1", "3.00")]
    told = [text for each in factors for text in (each[0], "Rank", each[1], "Points", each[2])]
    assert texts[at : at + 26] == ["李强", "E2", *told, "12.00", "of 12.00 (100.00 %)", "400.00", "2"]  # then the next
    at = texts.index("张敏")
    assert texts[at - 1] == "–" and texts[at : at + 3] == ["张敏", "E3", "Incomplete"]
    links = {value for tag, name, value in page.attributes if (tag, name) == ("a", "href")}
    assert links == {f"people/{each.employee}__{each.period}.html" for each in ROWS}
    assert all((tmp_path / "out" / link).is_file() for link in links)
    assert "What is assumed" in texts and "Points for first place" in texts


def test_a_report_of_nobody_still_has_an_index(shop: TemplateFolder, parsed: Parsed, tmp_path: Path) -> None:
    write_report([], tmp_path / "out", "en", templates=[shop])
    assert "Nobody was scored." in parsed(tmp_path / "out" / "index.html").texts
