"""Parameters set by a file or on the command line: layers, checks, and who beats whom."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kpicore.figure import UNREADABLE, Figure
from kpicore.model import ParamSpec, SchemeModel
from kpicore.params import LARGEST_FILE, Settings, read_settings, set_values
from kpicore.period import parse_period
from kpicore.row import Row

MODEL = SchemeModel(
    id="shop/agents",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month",),
    params={
        "refund_excellent": ParamSpec(value=Decimal("0.02"), kind="ratio", id="refund_excellent"),
        "limit": ParamSpec(value=3, kind="count", id="limit"),
        "open": ParamSpec(value=True, kind="flag", id="open"),
        "since": ParamSpec(value=datetime.date(2020, 1, 1), kind="date", id="since"),
    },
)
LAYERS = """
["shop/agents".params]
refund_excellent = 0.03
limit = 4
open = false
since = 2024-03-01
["shop/agents".team."T1".params]
limit = 5
["shop/agents".employee."007".params]
limit = 6
["shop/other".params]
nothing_of_ours = 1
"""


def row(employee: str = "E1", team: str | None = None, **facts: Figure) -> Row:
    return Row(employee, parse_period("2024-03"), facts, team=team)


def problems(text: str) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.key, problem.hint) for problem in read_settings(text, MODEL)[1]]


def test_person_beats_team_beats_everybody_and_a_figure_beats_all() -> None:
    settings, found = read_settings(LAYERS, MODEL)
    assert found == ()
    rest = {"refund_excellent": Decimal("0.03"), "open": False, "since": datetime.date(2024, 3, 1)}
    assert settings.for_row(row()) == {**rest, "limit": 4}
    assert settings.for_row(row(team="T1")) == {**rest, "limit": 5}
    assert settings.for_row(row("007", "T1")) == {**rest, "limit": 6}
    assert settings.for_row(row("007", "T1", limit=7, payers=1)) == {**rest, "limit": 7}
    assert settings.for_row(row("007", "T1", limit=UNREADABLE)) == {**rest, "limit": UNREADABLE}


def test_nothing_set() -> None:
    assert Settings().for_row(row()) == {}
    assert Settings.of(MODEL).for_row(row(limit=7)) == {"limit": 7}


def test_a_file_for_one_scheme() -> None:
    text = '[params]\nlimit = 4\n[team."T1".params]\nlimit = 5\n[employee.E1.params]\nlimit = 6'
    settings, found = read_settings(text, MODEL)
    assert found == ()
    assert [settings.for_row(row(who, team))["limit"] for who, team in (("x", None), ("x", "T1"), ("E1", "T1"))] == [
        4,
        5,
        6,
    ]


def test_the_section_of_the_scheme_beats_the_top() -> None:
    text = (
        "[params]\nlimit = 4\nopen = false\n[team.T1.params]\nlimit = 1\nopen = true\n"
        '["shop/agents".params]\nlimit = 5\n["shop/agents".team.T1.params]\nlimit = 2'
    )
    settings, found = read_settings(text, MODEL)
    assert found == ()
    assert settings.for_row(row()) == {"limit": 5, "open": False}
    assert settings.for_row(row(team="T1")) == {"limit": 2, "open": True}


def test_decimals_stay_decimals() -> None:
    settings, _ = read_settings("[params]\nrefund_excellent = 0.1", MODEL)
    value = settings.everybody["refund_excellent"]
    assert isinstance(value, Decimal)
    assert value == Decimal("0.1")


@pytest.mark.parametrize(
    ("text", "code", "key", "hint"),
    [
        ("[params]\nlimt = 4", "unknown_param", "params.limt", "Did you mean 'limit'?"),
        ("[params]\nrefund_excellent = 3", "bad_setting", "params.refund_excellent", "Write 3 % or 0.03."),
        ("[params]\nlimit = 2.5", "bad_setting", "params.limit", ""),
        ("[params]\nlimit = true", "bad_setting", "params.limit", ""),
        ("[params]\nlimit = nan", "bad_setting", "params.limit", "Leave it blank where there is no figure."),
        ("[params]\nlimit = [1]", "bad_setting", "params.limit", ""),
        ("[params]\nlimit = ''", "bad_setting", "params.limit", "Give a value, or leave the line out."),
        ("[parms]\nlimit = 4", "unknown_key", "parms", "Did you mean 'params'?"),
        ("params = 4", "bad_setting", "params", "Write [params] above the values."),
        ("team = 4", "bad_setting", "team", 'Write [team."...".params] above the values.'),
        ("[team.T1]\nlimit = 4", "bad_setting", 'team."T1"', 'Write [team."T1".params] above the values.'),
        ('"shop/agents" = 4', "bad_setting", '"shop/agents"', 'Write ["shop/agents".params] above the values.'),
        (
            '["shop/agents"]\nlimit = 4',
            "unknown_key",
            '"shop/agents".limit',
            'Values stand under ["shop/agents".params].',
        ),
        (
            '["shop/agents".employee.E1.params]\nlimit = -1',
            "bad_setting",
            '"shop/agents".employee."E1".params.limit',
            "",
        ),
        ('["shop/agent".params]\nlimit = 4', "nothing_set", "", "The file names 'shop/agent'. Write"),
        ("", "nothing_set", "", 'Write ["shop/agents".params] above the values.'),
    ],
)
def test_each_mistake_has_its_key_and_a_hint(text: str, code: str, key: str, hint: str) -> None:
    found = problems(text)
    assert found[0][:2] == (code, key)
    assert hint in found[0][2]


def test_mistakes_do_not_hide_one_another_or_the_rest() -> None:
    settings, found = read_settings("[params]\nlimt = 4\nlimit = 5\nopen = 'perhaps'", MODEL)
    assert [problem.key for problem in found] == ["params.limt", "params.open"]
    assert settings.everybody == {"limit": 5}


def test_a_syntax_error_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "params.toml"
    path.write_text("[params]\nlimit = 4\nopen = = 5\n")
    settings, (problem,) = read_settings(path, MODEL)
    assert str(problem).startswith(f"{path}:3: Invalid value.")
    assert problem.hint
    assert settings == Settings.of(MODEL)
    (unended,) = read_settings('[params]\nlimit = "4', MODEL)[1]
    assert str(unended).startswith("parameters:2: ")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe", "bad_encoding"),
        (b"[params]\nlimit = " + b"9" * 5000, "bad_toml"),
        (b"a = " + b"[" * 100_000, "bad_toml"),
        (b"#" * (LARGEST_FILE + 1), "too_large"),
    ],
)
def test_hostile_files(tmp_path: Path, data: bytes, code: str) -> None:
    path = tmp_path / "params.toml"
    path.write_bytes(data)
    assert [problem.code for problem in read_settings(path, MODEL)[1]] == [code]


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert [problem.code for problem in read_settings(tmp_path / "none.toml", MODEL)[1]] == ["no_such_file"]
    assert [problem.code for problem in read_settings(tmp_path, MODEL)[1]] == ["unreadable_file"]


def test_a_file_with_a_bom(tmp_path: Path) -> None:
    path = tmp_path / "params.toml"
    path.write_text("[params]\nlimit = 4\n", encoding="utf-8-sig")
    assert read_settings(path, MODEL)[0].everybody == {"limit": 4}


def test_values_from_the_command_line() -> None:
    values, found = set_values(["limit = 7", "refund_excellent=4%", "open=no", "since=2024-05-01"], MODEL)
    assert found == ()
    assert values == {
        "limit": 7,
        "refund_excellent": Decimal("0.04"),
        "open": False,
        "since": datetime.date(2024, 5, 1),
    }
    settings = read_settings(LAYERS, MODEL)[0].with_values(values)
    assert settings.for_row(row())["limit"] == 7
    assert settings.for_row(row(team="T1"))["limit"] == 5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limit", "sets nothing"),
        ("limt=3", "Did you mean 'limit'?"),
        ("limit=x", "is not a number"),
        ("limit=", "It is blank."),
        ("=3", "no such parameter"),
    ],
)
def test_bad_values_from_the_command_line(text: str, words: str) -> None:
    values, found = set_values([text], MODEL)
    assert values == {}
    assert [words in str(problem) for problem in found] == [True]


def test_a_value_set_twice() -> None:
    values, found = set_values(["limit=3", "limit=4"], MODEL)
    assert values == {"limit": 3}
    assert [problem.code for problem in found] == ["bad_setting"]
