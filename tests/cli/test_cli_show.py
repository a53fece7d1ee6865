"""`kpicore show`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]
DATA = Path(__file__).resolve().parent.parent / "data"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_sheet_as_a_person_reads_it(run: Run, language: str) -> None:
    result = run("show", "counter.toml", "--lang", language)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (DATA / f"counter.show.{language}.txt").read_text("utf-8")


def test_as_json(run: Run) -> None:
    data = json.loads(run("show", "ecommerce/agent-indicators", "--json").stdout)
    assert data["version"] == "2016.1"
    (refunds,) = [line for line in data["indicators"] if line["id"] == "refund_rate"]
    assert refunds["assumed"] is True
    assert refunds["rule"]["pieces"][0]["high"] == {
        "value": "0.02", "text": "refund_excellent", "params": ["refund_excellent"], "assumed": True,
        "words": {"zh": "退款率优秀线", "en": "Excellent refund rate"},
    }  # fmt: skip


def test_what_is_assumed_is_marked(run: Run) -> None:
    shown = run("show", "ecommerce/agent-indicators").stdout
    assert "refund_excellent = 2 % (assumed)" in shown
    assert "up to 2 % (Excellent refund rate, assumed): 100 points" in shown


def test_a_version_by_name(run: Run) -> None:
    assert run("show", "counter.toml", "--version", "2024.1").stdout.startswith("Counter  shop/counter 2024.1")
    result = run("show", "counter.toml", "--version", "2024.2")
    assert result.exit_code == 2
    assert "has no version '2024.2'" in result.stderr and "Did you mean '2024.1'?" in result.stderr
    assert result.stdout == ""


def test_an_unknown_scheme(run: Run) -> None:
    result = run("show", "ecommerce/agent-indicator")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        result.stderr == "There is no scheme 'ecommerce/agent-indicator'. Did you mean 'ecommerce/agent-indicators'?\n"
    )


def test_a_missing_file(run: Run) -> None:
    result = run("show", "nowhere.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "nowhere.toml: There is no such file.\n"


def test_a_scheme_file_with_five_mistakes_shows_five(run: Run, place: Path) -> None:
    text = (place / "counter.toml").read_text("utf-8")
    for right, wrong in (
        ("weight = 30", "wieght = 30"),
        ('measure = "sales / target"', 'measure = "sale / target"'),
        ('kind = "deduct"', 'kind = "deduction"'),
        ("effective = 2024-01-01", 'effective = "soon"'),
        ('require = "absences <= 10"', 'require = "absences"'),
    ):
        assert right in text
        text = text.replace(right, wrong, 1)
    (place / "bad.toml").write_text(text, "utf-8")
    result = run("show", "bad.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    lines = [line for line in result.stderr.splitlines() if not line.startswith(" ")]
    assert len(lines) == 5
    assert all(line.startswith("bad.toml:") for line in lines)
    assert "Did you mean 'weight'?" in result.stderr


def test_warnings_of_a_scheme_file_are_told(run: Run, place: Path) -> None:
    text = (place / "counter.toml").read_text("utf-8")
    unused = 'idle = { kind = "count", title = { zh = "闲", en = "Idle" } }\n[params]'
    (place / "warned.toml").write_text(text.replace("[params]", unused, 1), "utf-8")
    result = run("show", "warned.toml")
    assert result.exit_code == 0
    assert result.stderr == "" or "warning: warned.toml:" in result.stderr


def test_a_scheme_that_is_not_in_force_yet_is_shown(run: Run, place: Path) -> None:
    text = (place / "counter.toml").read_text("utf-8").replace("effective = 2024-01-01", "effective = 9000-01-01")
    (place / "later.toml").write_text(text, "utf-8")
    assert "in force from 9000-01-01" in run("show", "later.toml").stdout


def test_without_a_scheme(run: Run) -> None:
    result = run("show")
    assert result.exit_code == 2 and "Missing argument 'SCHEME'" in result.stderr


APPRAISAL = """
[appraisal]
day = 15
"""


@pytest.fixture
def fifteenth(place: Path) -> str:
    """The path of a scheme whose appraisal is held on the 15th."""
    text = (place / "counter.toml").read_text("utf-8").replace("effective = 2024-01-01", "effective = 2020-01-01")
    (place / "fifteenth.toml").write_text(text + APPRAISAL, "utf-8")
    return "fifteenth.toml"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "  appraisal: on the 15th of the following month, moved to the next working day",
                "  appraisal for January 2024: 18 February 2024",
            ],
        ),
        ("zh", ["  考核日：次月15日，遇休息日顺延至下一个工作日", "  2024年1月的考核日：2024年2月18日"]),
    ],
)
def test_the_appraisal_day_of_a_period(run: Run, fifteenth: str, language: str, lines: list[str]) -> None:
    result = run("show", fifteenth, "--period", "2024-01", "--lang", language)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[3:5] == lines
    rule = run("show", fifteenth, "--lang", language).stdout.splitlines()
    assert lines[0] in rule and lines[1] not in rule


def test_the_appraisal_day_as_json(run: Run, fifteenth: str) -> None:
    data = json.loads(run("show", fifteenth, "--period", "2024年1月", "--json").stdout)
    assert data["appraisal_day"] == {"period": "2024-01", "day": "2024-02-18"}
    assert data["appraisal"]["words"]["en"] == "on the 15th of the following month, moved to the next working day"
    assert "appraisal_day" not in json.loads(run("show", fifteenth, "--json").stdout)


def test_a_sheet_without_an_appraisal_day(run: Run) -> None:
    assert (
        "appraisal for January 2024: the sheet names no day"
        in run("show", "counter.toml", "--period", "2024-01").stdout
    )
    data = json.loads(run("show", "counter.toml", "--period", "2024-01", "--json").stdout)
    assert data["appraisal_day"] == {"period": "2024-01", "day": None} and data["appraisal"] is None


def test_a_year_that_nobody_knows_yet(run: Run, place: Path, fifteenth: str) -> None:
    result = run("show", fifteenth, "--period", "2998-12")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("The calendar of 2999 is not known")
    assert "[2999]" in result.stderr and "--calendar FILE" in result.stderr
    (place / "days.toml").write_text("[2999]\nholidays = [2999-01-15]\n", "utf-8")
    shown = run("show", fifteenth, "--period", "2998-12", "--calendar", "days.toml")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "appraisal for December 2998: 16 January 2999" in shown.stdout


def test_a_calendar_that_is_wrong_or_for_nothing(run: Run, place: Path, fifteenth: str) -> None:
    (place / "days.toml").write_text("[2999]\nholiday = []\n[x]\n", "utf-8")
    result = run("show", fifteenth, "--period", "2998-12", "--calendar", "days.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert [line for line in result.stderr.splitlines() if not line.startswith(" ")] == [
        "days.toml:2: 2999.holiday: 'holiday' is no key of a year.",
        "days.toml:3: x: 'x' is no year.",
    ]
    assert run("show", fifteenth, "--calendar", "days.toml").exit_code == 2


def test_the_version_that_scores_the_period_is_shown(run: Run, fifteenth: str) -> None:
    result = run("show", fifteenth, "--period", "2019-12")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "No version of shop/counter was in force in 2019-12" in result.stderr
    assert (
        "appraisal for December 2019: 15 January 2020"
        in run("show", fifteenth, "--period", "2019-12", "--version", "2024.1").stdout
    )
    assert "is a quarter, where a month is meant" in run("show", fifteenth, "--period", "2024-Q1").stderr
