"""`kpicore sample` for schemes with a ladder."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result
from support.ladders import TENURE

Run = Callable[..., Result]


def test_by_command_in_pieces(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("tenure.toml").write_text(TENURE, "utf-8")
    args = ("sample", "tenure.toml", "--people", "70", "--months", "5", "--from", "2025-03")
    result = run(*args, "-o", "made.csv", "--roster-out", "roster.csv")
    assert (result.exit_code, result.stderr) == (0, "made.csv: 70 people, 2025-03 to 2025-07, 2 figures each\n")
    monkeypatch.setattr("kpicore.sample.draw.CHUNK", 30)
    monkeypatch.setattr("kpicore.sample.file.CHUNK", 30)
    run(*args, "-o", "other.csv", "--roster-out", "other_roster.csv")
    assert Path("made.csv").read_bytes() == Path("other.csv").read_bytes()
    assert Path("roster.csv").read_bytes() == Path("other_roster.csv").read_bytes()
    with Path("roster.csv").open(encoding="utf-8-sig", newline="") as stream:
        people = list(csv.DictReader(stream))
    assert {person["level"] for person in people} == {"first", "second", "third"}
    assert Counter(person["level_since"] for person in people)["2025-03"] > 35
    assert not any(person["employed_from"] > person["level_since"] for person in people)
    scored = run("score", "tenure.toml", "made.csv", "--roster", "roster.csv", "-o", "out.csv")
    assert scored.exit_code in (0, 3) and "on the roster" not in scored.stderr
    results = pl.read_csv("out.csv", infer_schema=False)
    assert {"scored"} < set(results["status"]) and results["employee"].n_unique() == 70


def test_a_ladder_without_a_roster_is_refused(run: Run) -> None:
    result = run("sample", "beauty/consultant-ladder", "--people", "3", "-o", "made.csv")
    assert result.exit_code == 2 and not Path("made.csv").exists()
    assert "Write --roster-out FILE." in result.stderr and "Traceback" not in result.stderr
