"""Lists of draws: written in each form, read again, and held against the roster."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kpicore.draw import Draw, Terms, draw_people
from kpicore.draw.check import check_list
from kpicore.draw.listing import list_text, read_list, terms_of, write_list
from kpicore.errors import DataError
from kpicore.io.figures import load_figures
from kpicore.io.protocol import by_suffix
from kpicore.io.roster import Person, Roster
from kpicore.io.source import READERS
from kpicore.period import parse_period

BUILT_IN = by_suffix(READERS)
ROSTER = Roster(
    (
        Person("E001", "王芳", "T1"),
        Person("E002", "李强, 甲", 'T"1'),
        Person("=E3", "+x", "-T2"),
        Person("E004"),
        Person("005", "Wu", "T1"),
        Person("E006", "Li", "T1"),
    )
)
TERMS = [
    {"share": "50 %"},
    {"count": 5},
    {"share": "100 %", "within": "team"},
    {"share": "12.5 %", "teams": ["T1", 'T"1']},
    {"count": 1, "on": parse_period("2024-03-15").start},
]
ENDINGS = ["csv", "json", "xlsx"]
Told = Callable[..., list[str]]


def drawn(roster: Roster = ROSTER, seed: str = "2024-Q1", **terms: Any) -> Draw:
    return draw_people(roster, Terms.of(seed, **(terms or {"share": "50 %"})))


def held(path: Path, roster: Roster = ROSTER, **given: str) -> list[str]:
    """What is wrong with a list."""
    _, problems = check_list(read_list(path, BUILT_IN), roster, given)
    return [f"{problem.code}: {problem.message}" for problem in problems]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("terms", TERMS)
def test_a_list_says_how_it_was_drawn_and_can_be_checked(tmp_path: Path, ending: str, terms: dict[str, Any]) -> None:
    draw = drawn(**terms)
    path = tmp_path / f"drawn.{ending}"
    write_list(draw, path)
    listed = read_list(path, BUILT_IN)
    assert terms_of(listed) == draw.terms
    found, problems = check_list(listed, ROSTER, {})
    assert (found, problems) == (draw, ())
    again = tmp_path / f"again.{ending}"
    write_list(draw, again)
    assert again.read_bytes() == path.read_bytes()


def test_the_columns_of_a_list() -> None:
    rows = list(csv.DictReader(list_text(drawn(count=6)).splitlines()))
    assert list(rows[0]) == [
        "employee",
        "name",
        "team",
        *("draw.version", "draw.seed", "draw.share", "draw.count", "draw.within", "draw.teams", "draw.on"),
        *("draw.people", "draw.roster"),
    ]
    assert {row["employee"] for row in rows} == {"E001", "E002", "'=E3", "E004", "005", "E006"}
    (row,) = (row for row in rows if row["employee"] == "E002")
    assert (row["name"], row["team"], row["draw.version"], row["draw.seed"]) == ("李强, 甲", 'T"1', "1", "2024-Q1")
    assert (row["draw.share"], row["draw.count"], row["draw.within"], row["draw.people"]) == ("", "6", "all", "6")
    assert row["draw.roster"] == drawn().roster


def test_the_list_as_json(tmp_path: Path) -> None:
    write_list(drawn(count=1), tmp_path / "drawn.json", parse_period("2024-03-15"), "random")
    data = json.loads((tmp_path / "drawn.json").read_text("utf-8"))
    assert data["draw"] == {
        "version": 1,
        "seed": "2024-Q1",
        "share": None,
        "count": 1,
        "within": "all",
        "teams": [],
        "on": None,
        "people": 6,
        "roster": drawn().roster,
    }
    (person,) = data["people"]
    assert list(person) == ["employee", "name", "team", "period", "occasion"]
    assert (person["period"], person["occasion"]) == ("2024-03-15", "random")


def test_a_list_of_a_period_is_the_beginning_of_a_file_of_figures(tmp_path: Path) -> None:
    import kpicore

    (tmp_path / "visits.toml").write_text(
        'id = "own/visits"\nversion = "1"\neffective = 2024-01-01\nperiods = ["quarter", "day"]\n'
        'occasions = ["regular", "random"]\n[facts]\ncare = { kind = "rating" }\n'
        '[[indicator]]\nid = "care"\nweight = 100\nrule = { kind = "straight" }\n',
        "utf-8",
    )
    draw = drawn(count=3, teams=["T1"])
    lines = list_text(draw, parse_period("2024-03-15"), "random").splitlines()
    assert lines[0].startswith("employee,name,team,period,occasion,draw.version")
    filled = [f"{line},{value}" for line, value in zip(lines, ("care", 90, 80, 70), strict=True)]
    (tmp_path / "visits.csv").write_text("\n".join(filled) + "\n", "utf-8")
    scheme = kpicore.load().scheme(str(tmp_path / "visits.toml"))
    figures = load_figures([tmp_path / "visits.csv"], BUILT_IN, scheme.newest.model)
    assert figures.problems == ()  # the columns of the draw are known to be no figures
    results = scheme.score_rows(figures.rows).results
    assert [(each.employee, each.period, each.occasion, str(each.total)) for each in results] == [
        (person.employee, "2024-03-15", "random", total)
        for person, total in zip(draw.drawn, ("90.00", "80.00", "70.00"), strict=True)
    ]
    assert held(tmp_path / "visits.csv") == []  # and the filled list can still be checked


# What a check finds


@pytest.fixture(params=ENDINGS)
def listed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"drawn.{request.param}"
    write_list(drawn(), path)
    return path


def test_another_seed_or_share_than_was_agreed(listed: Path) -> None:
    assert held(listed, seed="2024-Q1", share="50 %", within="all") == []
    assert held(listed, seed="2024-Q2", share="40 %") == [
        "other_draw: The list has '2024-Q1' for it, not '2024-Q2'.",
        "other_draw: The list has '50 %' for it, not '40 %'.",
    ]
    assert held(listed, count="3") == ["other_draw: The list has '' for it, not '3'."]


def test_another_roster(listed: Path) -> None:
    more = Roster((*ROSTER.people, Person("E007")))
    (told,) = held(listed, more)
    assert told.startswith("other_roster: The list was drawn among 6 people (sha256:")
    assert "this roster has 7 who could be drawn (sha256:" in told
    fewer = Roster(ROSTER.people[:5])
    moved = Roster((Person("E001", "王芳", "T9"), *ROSTER.people[1:]))
    assert all(len(held(listed, roster)) == 1 for roster in (fewer, moved))
    renamed = Roster((Person("E001", "王方", "T1"), *ROSTER.people[1:]))
    assert held(listed, renamed) == []
    assert held(listed, Roster()) == ["bad_draw: The roster names nobody, so nobody can be drawn."]


def changed(path: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    """A CSV with other rows."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    change(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A list of three as CSV."""
    path = tmp_path / "drawn.csv"
    write_list(drawn(), path)
    return path


def test_rows_in_another_order_are_the_same_list(plain: Path) -> None:
    assert held(changed(plain, lambda rows: rows.reverse())) == []


def test_who_was_not_drawn_and_who_is_missing(plain: Path) -> None:
    names = [person.employee for person in drawn().drawn]
    (other, *_) = [person.employee for person in ROSTER.people if person.employee not in names]

    def put(rows: list[dict[str, Any]]) -> None:
        rows[0]["employee"] = other

    assert held(changed(plain, put)) == [
        f"not_drawn: '{other}' stands on the list and was not drawn.",
        f"not_listed: '{names[0]}' was drawn and does not stand on the list.",
    ]


def test_somebody_twice_or_in_another_team(plain: Path) -> None:
    first, second, _ = drawn().drawn

    def put(rows: list[dict[str, Any]]) -> None:
        rows[1]["team"] = "T9"
        rows.append(rows[0])

    told = held(changed(plain, put))
    assert (
        told[0] == f"other_team: The team of '{second.employee}' is 'T9' on the list, '{second.team or ''}' in truth."
    )
    assert told[1].startswith(f"listed_twice: '{first.employee}' stands on the list twice")
    assert len(told) == 2


def test_a_row_of_another_draw_or_one_that_was_added_by_hand(plain: Path) -> None:
    def put(rows: list[dict[str, Any]]) -> None:
        rows[2]["draw.seed"] = "other"
        rows.append({**dict.fromkeys(rows[0], ""), "employee": "E999"})

    told = held(changed(plain, put))
    assert told[0] == "two_draws: It is 'other' here, and '2024-Q1' in the rows before."
    assert "two_draws: It is '' here, and '2024-Q1' in the rows before." in told
    assert told[-1] == "not_drawn: 'E999' stands on the list and was not drawn."


def test_a_row_that_can_not_be_read(plain: Path) -> None:
    def put(rows: list[dict[str, Any]]) -> None:
        rows[2]["employee"] = "a\nb"

    told = held(changed(plain, put))
    assert told[0].startswith("bad_row: The text holds a line break")
    assert told[1].startswith("not_listed:") and len(told) == 2


def test_a_list_of_another_version_of_the_draw(plain: Path) -> None:
    def put(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row["draw.version"] = "2"

    assert held(changed(plain, put)) == [
        "other_draw: The list was drawn by version '2' of the draw, and this is version 1."
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("share", "half"),
        ("share", ""),
        ("count", "x"),
        ("within", "here"),
        ("teams", "T1"),
        ("on", "soon"),
        ("seed", ""),
    ],
)
def test_a_list_that_does_not_say_how_it_was_drawn(plain: Path, name: str, value: str) -> None:
    def put(rows: list[dict[str, Any]]) -> None:
        for row in rows:
            row[f"draw.{name}"] = value

    changed(plain, put)
    with pytest.raises(DataError) as caught:
        held(plain)
    assert str(plain) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "employee,name\nE1,x\n"),
        ("a.csv", "x,y\n1,2\n"),
        ("a.csv", ""),
        ("a.json", "{}"),
        ("a.json", "[1"),
        ("a.json", '{"draw": {"seed": 1}, "people": 3}'),
        ("a.json", "[" * 100_000),
        ("a.xlsx", "no workbook"),
        ("a.txt", "x"),
    ],
)
def test_what_is_no_list(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(DataError):
        read_list(tmp_path / name, BUILT_IN)
    with pytest.raises(DataError, match="no such file"):
        read_list(tmp_path / f"none-{name}".replace(".txt", ".csv"), BUILT_IN)


def test_a_workbook_that_was_edited_and_saved(tmp_path: Path) -> None:
    path = tmp_path / "drawn.xlsx"
    write_list(drawn(count=2, on=parse_period("2024-03-15").start), path, parse_period("2024-03-15"), "random")
    book = openpyxl.load_workbook(path)
    page = book.active
    page.insert_rows(1)
    page["A1"] = "抽取名单"
    page.cell(2, page.max_column + 1, "care")
    page.cell(3, page.max_column, 88)
    book.save(path)
    assert held(path) == []


def test_where_a_list_can_not_be_written(tmp_path: Path) -> None:
    for name, told in (("drawn.pdf", "Nothing writes lists that end in .pdf"), ("drawn", "no ending")):
        with pytest.raises(DataError, match=told):
            write_list(drawn(), tmp_path / name)
    with pytest.raises(DataError, match="no folder"):
        write_list(drawn(), tmp_path / "none" / "drawn.csv")
