"""The example of a ladder in a bare file: the levels of service agents, fed by the results of another scheme."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kpicore.cli.main import cli

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
LADDER = EXAMPLES / "agent-levels.toml"
Results = dict[tuple[str, str], dict[str, Any]]
UP, DOWN = "in_post_and_strong", "low_for_long"

MOVES = {
    # Strong in all months: after six of them, and after six more at the new level.
    ("G01", "2024-06+1"): ("promoted", "trainee", "agent", "2024-07", UP),
    ("G01", "2024-12+1"): ("promoted", "agent", "senior", "2025-01", UP),
    # A C in April: the six months begin in May.
    ("G02", "2024-10+1"): ("promoted", "trainee", "agent", "2024-11", UP),
    # Under 75 from September on.
    ("G03", "2024-11+1"): ("demoted", "senior", "trainee", "2024-12", DOWN),
    # Under 75 from February to April, then strong.
    ("G05", "2024-04+1"): ("demoted", "agent", "trainee", "2024-05", DOWN),
    ("G05", "2024-10+1"): ("promoted", "trainee", "agent", "2024-11", UP),
    # In post since June.
    ("G06", "2024-11+1"): ("promoted", "trainee", "agent", "2024-12", UP),
}
"""Who moves in which month; in all others, and G04 and G07 in all, people stay."""


def run(*args: str) -> None:
    done = CliRunner().invoke(cli, args, prog_name="kpicore")
    assert done.exit_code == 0, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the two commands of the example write: monthly.csv and levels.json."""
    out = tmp_path_factory.mktemp("agents")
    monthly = str(out / "monthly.csv")
    run("score", "ecommerce/agent-indicators", str(EXAMPLES / "agents-year.csv"), "-o", monthly)
    roster = str(EXAMPLES / "agent-levels-roster.csv")
    run("score", str(LADDER), monthly, "--roster", roster, "-o", str(out / "levels.json"))
    return out


@pytest.fixture(scope="module")
def levels(folder: Path) -> Results:
    return {
        (result["employee"], result["period"]): result
        for result in json.loads((folder / "levels.json").read_text("utf-8"))
    }


def test_the_monthly_results_are_whole(folder: Path) -> None:
    with (folder / "monthly.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 6 * 14 + 9
    assert {row["status"] for row in rows} == {"scored"}
    of = {
        name: "".join(row["grade"] for row in rows if row["employee"] == name)
        for name in ("G01", "G02", "G03", "G04", "G05", "G06", "G07")
    }
    assert of == {
        "G01": "ABABABBBABABAB",
        "G02": "BBBCBBABBBABBA",
        "G03": "AABABABBCCCCCB",
        "G04": "CCCCCBBBBBCBBB",
        "G05": "BDCCBBABBBCABB",
        "G06": "BABBABBAB",
        "G07": "AAABACAABACAAA",
    }
    totals = [float(row["total"]) for row in rows if row["employee"] == "G04"][:5]
    assert [total < 75 for total in totals] == [True, True, False, True, True]
    assert totals[2] == 75


def test_everybody_has_a_decision_in_each_month(levels: Results) -> None:
    assert len(levels) == 6 * 14 + 9
    assert {result["status"] for result in levels.values()} == {"scored"}


def test_who_rises_and_who_falls(levels: Results) -> None:
    moved = {
        key: (*(result["decision"][part] for part in ("outcome", "from", "to", "since")), result["reasons"][0]["move"])
        for key, result in levels.items()
        if result["decision"]["outcome"] != "stays"
    }
    assert moved == MOVES


@pytest.mark.parametrize(
    ("employee", "level", "since"),
    [
        ("G01", "senior", "2025-01"),
        ("G02", "agent", "2024-11"),
        ("G03", "trainee", "2024-12"),
        ("G04", "agent", "2024-01"),  # 75 in March ends a run of low months, a C in November one of strong ones
        ("G05", "agent", "2024-11"),
        ("G06", "agent", "2024-12"),
        ("G07", "senior", "2024-01"),
    ],
)
def test_where_everybody_stands_at_the_end(levels: Results, employee: str, level: str, since: str) -> None:
    decision = levels[employee, "2025-02+1"]["decision"]
    assert (decision["outcome"], decision["to"], decision["since"]) == ("stays", level, since)
    assert decision["next_cycle"] == "2025-03+1"


def test_the_ladder_keeps_to_its_cases() -> None:
    done = CliRunner().invoke(cli, ["test", str(LADDER)], prog_name="kpicore")
    assert (done.exit_code, done.stdout) == (
        0,
        "example/agent-levels 2024.1: 19 cases by hand, 0 at breaks: all as expected\n",
    )
