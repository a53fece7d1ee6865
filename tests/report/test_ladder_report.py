"""Pages of people on a ladder: the way from level to level, the letters, and the index by what was decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import kpicore
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.folder import TemplateFolder
from kpicore.loaded import LoadedScheme
from kpicore.period import parse_period
from kpicore.problem import Problem
from kpicore.report import write_report
from kpicore.report.phrase import Phrases
from kpicore.report.timeline import NARROW, WIDE, timeline_of, wrapped
from kpicore.report.way import Stage, way_of
from kpicore.row import Row
from kpicore.stretch import Month

Entry = tuple[Explanation, Row]
Parsed = Callable[[Path], Any]
SCHEME = Path(__file__).parent / "data" / "ladder.toml"
HOSTILE = "<script>alert(1)</script>"
TRIPS = {"u": 5, "s": 3, "d": 0, "b": 3, "?": 3, "r": 3}
"""Trips a month of a cycle that leads up, stays, leads down, is below standard, lacks a month, is not over."""


def months(ways: Mapping[str, str], names: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for employee, way in ways.items():
        for number, fate in enumerate(way):
            for place in range(1 if fate in "?r" else 2):
                month = Month(2024, 1).later(2 * number + (place if fate != "?" else 1))
                facts: dict[str, object] = {"trips": TRIPS[fate], "hours": 4 if fate == "b" and place else 6}
                if fate == "u" and place:
                    facts |= {"swim_test": 40, "swim_again": 70}
                yield {"employee": employee, "period": str(month), "name": names.get(employee, employee), **facts}


@pytest.fixture(scope="module")
def scheme() -> LoadedScheme:
    return kpicore.load().scheme(str(SCHEME))


@pytest.fixture(scope="module")
def climbing(scheme: LoadedScheme) -> Callable[..., list[Entry]]:
    """The cycles of people whose ways are given as letters (see TRIPS), all learners but for those given."""

    def make(ways: Mapping[str, str], names: Mapping[str, str] | None = None, level: str = "paddler") -> list[Entry]:
        roster = [{"employee": employee, "level": level, "level_since": "2024-01"} for employee in ways]
        problems: list[Problem] = []
        reader_rows = [
            Row(str(row["employee"]), parse_period(str(row["period"])), _facts(row), str(row["name"]))
            for row in months(ways, names or {})
        ]
        whole = scheme.climbing(reader_rows, roster, problems)
        assert problems == []
        rows = [row for row in scheme.remembering(whole) if row.period.kind == "cycle"]
        scorer = scheme.newest.plain
        return [(explain(scorer, row), row) for row in rows]

    return make


def _facts(row: Mapping[str, object]) -> dict[str, Any]:
    return {name: row[name] for name in ("trips", "hours", "swim_test", "swim_again") if name in row}


@pytest.fixture
def written(climbing: Callable[..., list[Entry]], tmp_path: Path) -> Callable[..., Path]:
    def write(ways: Mapping[str, str], language: str = "en", **more: Any) -> Path:
        folder = tmp_path / language
        entries = climbing(ways, more.pop("names", None))
        write_report(entries, folder, language, **more)
        return folder

    return write


def way(entries: list[Entry], pages: Mapping[str, str] | None = None) -> tuple[Stage, ...]:
    return way_of([explanation.result for explanation, _ in entries], entries[0][1], pages or {})


def test_the_way_knows_the_level_of_each_cycle(climbing: Callable[..., list[Entry]]) -> None:
    entries = climbing({"E1": "usd?ur"})
    stages = way(entries, {"2024-01+2": "people/E1__2024-01.html", "2024-07+2": "people/E1__2024-07.html"})
    assert [stage.level for stage in stages] == ["paddler", "guide", "guide", "paddler", None, None]
    fates = ["promoted", "stays", "demoted", "undecided", "undecided", "running"]
    assert [stage.fate for stage in stages] == fates
    assert [stage.letter for stage in stages] == ["letters/E1__2024-01.html", *[""] * 5]


def test_a_way_whose_beginning_is_not_told_has_the_level_of_its_decisions(climbing: Callable[..., list[Entry]]) -> None:
    entries = climbing({"E1": "us?"})
    assert [stage.level for stage in way(entries[1:])] == ["guide", "guide"]
    assert [stage.level for stage in way(entries[2:])] == [None]


@pytest.mark.parametrize(("language", "texts"), [("en", "rises falls stays running"), ("zh", "晋升 降级 不变 未满")])
def test_the_drawing_goes_up_and_down_with_the_levels(
    climbing: Callable[..., list[Entry]], language: str, texts: str
) -> None:
    entries = climbing({"E1": "udsr"})
    stages = way(entries)
    drawn = timeline_of(stages, stages[-1], Phrases(entries[-1][0], language), WIDE)
    heights = [rung.y for rung in drawn.rungs]
    assert heights == sorted(heights, reverse=True) and len(heights) == 3  # the lowest level lies at the bottom
    paddler, guide = heights[1:]
    assert [turn.y for turn in drawn.turns] == [paddler, guide, paddler, paddler]
    assert [turn.text for turn in drawn.turns] == texts.split()
    assert [turn.own for turn in drawn.turns] == [False, False, False, True]
    assert [(step.x1, step.y1, step.y2) for step in drawn.steps] == [
        (drawn.turns[0].end, paddler, guide),
        (drawn.turns[1].end, guide, paddler),
    ]
    assert len(drawn.held) == 3 and len(drawn.open) == 1  # the cycle that is not over has a line of its own kind
    assert len(drawn.months) == 9
    assert all(turn.label in drawn.description for turn in drawn.turns)


def test_a_level_that_is_not_known_has_no_line(climbing: Callable[..., list[Entry]]) -> None:
    entries = climbing({"E1": "u?s"})
    stages = way(entries)
    drawn = timeline_of(stages, stages[-1], Phrases(entries[-1][0], "en"), WIDE)
    assert [turn.y == drawn.bottom for turn in drawn.turns] == [False, False, True]
    assert len(drawn.held) == 2 and drawn.open == ()
    assert "level not known, not decided" in drawn.turns[-1].label


def test_a_page_draws_its_own_cycle_and_those_before(climbing: Callable[..., list[Entry]]) -> None:
    entries = climbing({"E1": "uds" + "s" * 12})
    stages = way(entries)
    phrases = Phrases(entries[0][0], "en")
    first = timeline_of(stages, stages[0], phrases, WIDE)
    assert len(first.turns) == 1 and first.earlier == "" and len(first.open) == 1  # the level after the decision
    last = timeline_of(stages, stages[-1], phrases, WIDE)
    assert len(last.turns) == WIDE.most and last.earlier == "5 cycles before these stand in the table only."
    assert len(timeline_of(stages, stages[-1], phrases, NARROW).turns) == NARROW.most


@pytest.mark.parametrize("title", ["Guide", "专业顾问" * 12, "N" * 90, "a b " * 50, "Paddler in the second boat", ""])
def test_headings_are_broken_into_lines_that_have_room(title: str) -> None:
    from kpicore.report.chart import breadth

    lines = wrapped(title, 88.0)
    assert 1 <= len(lines) <= 3 and all(breadth(line, 9.0) <= 88.0 for line in lines)
    joined = "".join(lines).replace(" ", "")
    whole = title.replace(" ", "")
    assert joined == whole or (joined.endswith("…") and whole.startswith(joined.partition("…")[0]))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_is_whole_and_links_lead_somewhere(
    written: Callable[..., Path], parsed: Parsed, language: str
) -> None:
    folder = written({"E1": "usdbu", "E2": "s?s", "E3": "r"}, language)
    letters = {path.name for path in (folder / "letters").iterdir()}
    assert letters == {path.name for path in (folder / "people").iterdir() if path.name.startswith("E1")} | {
        "E2__2024-01_2b2.html"
    }
    for path in folder.rglob("*.html"):
        page = parsed(path)
        assert page.unclosed == [], path.name
        assert "<script" not in path.read_text("utf-8")
        ids = [value for _, name, value in page.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        for _, _, href in (each for each in page.attributes if each[:2] == ("a", "href")):
            assert path.parent.joinpath(href).is_file(), (path.name, href)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_all_words_are_of_one_language(written: Callable[..., Path], parsed: Parsed, language: str) -> None:
    foreign = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]" if language == "en" else r"[A-Za-z]{2,}")
    folder = written({"E1": "usdbu", "E2": "s?s", "E3": "r"}, language, names={"E1": "1", "E2": "2", "E3": "3"})
    for path in folder.rglob("*.html"):
        page = parsed(path)
        shown = [*page.own, *(value for _, name, value in page.attributes if name in ("aria-label", "data-label"))]
        assert [text for text in shown if foreign.search(text)] == [], path.name


def test_the_page_shows_the_way_and_nothing_that_a_ladder_has_not(written: Callable[..., Path], parsed: Parsed) -> None:
    folder = written({"E1": "usd"})
    page = parsed(folder / "people" / "E1__2024-05_2b2.html")
    for heading in ("Levels so far", "Cycle by cycle", "What the decision rests on"):
        assert heading in page.texts
    for heading in ("Indicators", "Total", "Groups", "Conditions", "Pay slip", "Status"):
        assert heading not in page.texts
    assert "falls from Guide to Paddler in the second boat" in page.texts
    assert "Holds from 1 July 2024 on." in page.texts
    assert "Levels from January 2024 to June 2024" in page.texts
    at = page.texts.index("Trips in the cycle")
    assert page.texts[at + 2 : at + 5] == ["0", "May 2024", "0"]
    assert "0 < 2" in page.texts and "holds, decided: Paddler in the second boat" in page.texts
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    letters = [f"../letters/E1__2024-0{month}_2b2.html" for month in (5, 5, 3, 1)]
    assert [link for link in links if "letters" in link] == letters  # at the top, then in the table, newest first


def test_the_figures_of_each_month_have_their_source(written: Callable[..., Path], parsed: Parsed) -> None:
    texts = parsed(written({"E1": "u"}) / "people" / "E1__2024-01_2b2.html").texts
    sources = texts[texts.index("Where each figure came from") :]
    for title in ("Trips led (January 2024)", "Lessons (February 2024)", "Swimming test again (February 2024)"):
        assert title in sources


@pytest.mark.parametrize(
    ("fates", "language", "sentences"),
    [
        (
            "u",
            "en",
            [
                "Dear Ann,",
                "By the scheme “Levels of guides”, this was decided for the cycle January to February 2024:",
                "You rise from Paddler in the second boat to Guide.",
                "This holds from 1 March 2024 on.",
                "Your next cycle is March to April 2024. It begins on 1 March 2024.",
            ],
        ),
        (
            "d",
            "en",
            ["You fall from Paddler in the second boat to Learner.", "This holds from 1 March 2024 on.", "0 < 2"],
        ),
        (
            "b",
            "en",
            [
                "You stay at Paddler in the second boat.",
                "You have held this level since 1 January 2024, and it holds on.",
                "Below the standard “Five lessons a month” in February 2024.",
                "January 2024: 3, February 2024: 3",
            ],
        ),
        ("u", "zh", ["Ann：", "由副领队升为领队。", "自 2024年3月1日起生效。"]),
        ("d", "zh", ["由副领队降为学员。", "下一考核周期为2024年3月至4月，自 2024年3月1日开始。"]),
        ("b", "zh", ["级别不变，仍为副领队。", "以下月份未达标准“每月课时达标”：2024年2月。"]),
    ],
)
def test_a_letter_says_what_was_decided(
    written: Callable[..., Path], parsed: Parsed, fates: str, language: str, sentences: list[str]
) -> None:
    folder = written({"E1": fates}, language, names={"E1": "Ann"})
    (path,) = (folder / "letters").iterdir()
    page = parsed(path)
    for sentence in sentences:
        assert sentence in page.texts, sentence
    assert any(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in page.texts) and "club/guides" in page.texts
    signed = ["Employee", "Date", "Manager", "Date"] if language == "en" else ["被考核人", "日期", "主管", "日期"]
    at = len(page.texts) - page.texts[::-1].index(signed[0]) - 1
    assert page.texts[at : at + 4] == signed


def test_nobody_without_a_decision_has_a_letter(written: Callable[..., Path], parsed: Parsed) -> None:
    folder = written({"E2": "?s", "E3": "r"})
    assert not (folder / "letters").exists()
    for path in folder.rglob("*.html"):
        assert not [value for _, name, value in parsed(path).attributes if name == "href" and "letters" in value]


def test_the_index_groups_people_by_their_latest_cycle(written: Callable[..., Path], parsed: Parsed) -> None:
    folder = written({"E1": "du", "E2": "s?s", "E3": "ur", "E4": "ss", "E5": "sd", "E6": "uu"})
    page = parsed(folder / "index.html")
    assert "6 people" in page.texts and "January 2024 to June 2024" in page.texts
    summary = page.texts[page.texts.index("Summary") : page.texts.index("People")]
    assert [text for text in summary if re.fullmatch(r"[A-Z].*: \d", text)] == [
        "Rise: 1",
        "Fall: 1",
        "Stay: 2",
        "Cycle not over yet: 1",
        "Not decided: 1",
    ]
    people = page.texts[page.texts.index("People") :]
    order = [text for text in people if re.fullmatch(r"E\d|Rise|Fall|Stay|Cycle not over yet|Not decided", text)]
    assert order == ["Rise", "E1", "Fall", "E5", "Stay", "E4", "E6", "Cycle not over yet", "E3", "Not decided", "E2"]
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    assert links[:2] == ["people/E1__2024-03_2b2.html", "letters/E1__2024-03_2b2.html"]
    assert "people/E3__2024-03_2b2.html" in links and "letters/E3__2024-01_2b2.html" in links
    assert "Total" not in page.texts and "Grade" not in page.texts and "Status" not in page.texts


def test_hostile_names_are_text(written: Callable[..., Path], parsed: Parsed) -> None:
    folder = written(
        {"../../x": "u", HOSTILE: "d"}, names={"../../x": '"><img src=x onerror=alert(1)>', HOSTILE: HOSTILE}
    )
    files = list(folder.rglob("*.html"))
    assert len(files) == 5
    for path in files:
        text = path.read_text("utf-8")
        assert "<script" not in text and "<img" not in text
        assert parsed(path).unclosed == [] and re.fullmatch(r"[A-Za-z0-9_.-]+", path.name)
        assert path.parent in (folder, folder / "people", folder / "letters")


def test_cycles_that_have_no_page_are_drawn_and_not_linked(
    climbing: Callable[..., list[Entry]], tmp_path: Path, parsed: Parsed
) -> None:
    entries = climbing({"E1": "uds"})
    beyond = [explanation.result for explanation, _ in entries[:-1]]
    write_report(entries[-1:], tmp_path / "out", "en", others=lambda employee: beyond if employee == "E1" else [])
    page = parsed(tmp_path / "out" / "people" / "E1__2024-05_2b2.html")
    assert page.texts.count("January to February 2024") == 1
    assert not [value for _, name, value in page.attributes if name == "href" and "2024-01" in value]


def test_a_former_report_with_letters_is_replaced(written: Callable[..., Path]) -> None:
    folder = written({"E1": "uds"})
    (folder / "letters" / "mine.txt").write_text("keep me")
    written({"E1": "u"})
    names = {path.name for path in (folder / "letters").iterdir()}
    assert names == {"mine.txt", "E1__2024-01_2b2.html"}


def test_a_letter_can_have_a_template_of_its_own(written: Callable[..., Path], tmp_path: Path) -> None:
    own = tmp_path / "templates"
    own.mkdir()
    folder = TemplateFolder(own, "club")
    for name in ("letter", "guides.letter"):
        (own / f"{name}.html.j2").write_text(f"{name}: {{{{ page.decision }}}} {{{{ page.rule.title }}}}")
        out = written({"E1": "u"}, templates=[folder])
        (path,) = (out / "letters").iterdir()
        text = f"{name}: You rise from Paddler in the second boat to Guide. Enough trips, and swims well enough"
        assert path.read_text("utf-8") == text


def test_the_command_draws_cycles_that_are_not_asked_for(tmp_path: Path, parsed: Parsed) -> None:
    from click.testing import CliRunner

    from kpicore.cli.main import cli

    head = "employee,period,trips,hours\n"
    figures = "".join(f"E1,2024-0{month},{0 if month < 3 else 3},6\n" for month in range(1, 7))
    (tmp_path / "figures.csv").write_text(head + figures)
    (tmp_path / "roster.csv").write_text("employee,level,level_since\nE1,guide,2024-01\n")
    out = tmp_path / "out"
    files = [str(tmp_path / "figures.csv"), "--roster", str(tmp_path / "roster.csv")]
    found = CliRunner().invoke(
        cli, ["report", str(SCHEME), *files, "-o", str(out), "--period", "2024-05+2", "--lang", "en"]
    )
    assert found.exit_code == 0, found.output
    assert [path.name for path in (out / "people").iterdir()] == ["E1__2024-05_2b2.html"]
    texts = parsed(out / "people" / "E1__2024-05_2b2.html").texts
    assert "January to February 2024: Guide, falls from Guide to Paddler in the second boat." in texts
