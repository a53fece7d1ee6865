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
    }  # fmt: skip


def test_what_is_assumed_is_marked(run: Run) -> None:
    shown = run("show", "ecommerce/agent-indicators").stdout
    assert "refund_excellent = 2 %  (assumed)" in shown
    assert "up to refund_excellent (2 %, assumed): 100 points" in shown


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
