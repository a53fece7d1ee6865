"""The example of spot checks: drawn, filled in, checked, scored and shown by the commands that the README names."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kpicore.cli.main import cli

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").mkdir()
    for path in (ROOT / "examples").glob("shop-visits*"):
        shutil.copy(path, tmp_path / "examples")
    monkeypatch.chdir(tmp_path)


def run(command: str) -> Result:
    return CliRunner().invoke(cli, command.split()[1:], prog_name="kpicore")


def commands() -> list[str]:
    """What the README says of the example."""
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    return re.findall(r"`(kpicore (?:draw|report) examples/shop-visits[^`]*)`", text)


def test_the_commands_of_the_readme_draw_the_list_that_was_filled_in() -> None:
    draw, report = commands()
    assert run(draw).exit_code == 0
    with Path("drawn.csv").open(encoding="utf-8-sig", newline="") as handle:
        drawn = list(csv.DictReader(handle))
    with Path("examples/shop-visits-drawn.csv").open(encoding="utf-8-sig", newline="") as handle:
        filled = list(csv.DictReader(handle))
    assert [{name: row[name] for name in drawn[0]} for row in filled] == drawn
    assert {row["employee"] for row in drawn}.isdisjoint({"C07", "C11"})  # who is not in post that day
    checked = run(
        "kpicore draw examples/shop-visits-roster.csv --verify examples/shop-visits-drawn.csv --seed 2024-03-15"
    )
    assert checked.exit_code == 0
    result = run(report)
    assert result.exit_code == 0
    assert "Files read: 2; pages: 2; rows: 18; cells: 158 (figures: 54)" in result.stderr
    index = Path("visits/index.html").read_text("utf-8")
    assert "Appraisal day, Q1 2024: 15 April 2024" in index
    assert index.count(">spot</span>") == 3 and index.count(">random</span>") == 3


def test_the_visits_of_one_day_have_results_of_their_own() -> None:
    args = "kpicore score examples/shop-visits.toml examples/shop-visits.csv examples/shop-visits-drawn.csv -o out.json"
    assert run(args).exit_code == 0
    results = json.loads(Path("out.json").read_text("utf-8"))
    found = {(each["employee"], each["period"]): (each["occasion"], each["total"], each["grade"]) for each in results}
    assert len(found) == 18
    assert found["C05", "2024-02-06"] == ("spot", "74.44", "good")
    assert found["C05", "2024-02-06#2"] == ("spot", "83.11", "good")
    assert found["C10", "2024-03-15"] == ("random", "71.89", "fail")
    assert found["C10", "2024-Q1"] == ("regular", "62.00", "fail")
