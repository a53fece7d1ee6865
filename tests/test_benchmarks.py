"""The benchmarks as commands: they run, and whoever is timed there scores alike. No time is asserted."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
ZEN = {"zen, short", "zen, decision tables"}


def figures(folder: Path, script: str, *options: str) -> dict[str, Any]:
    """What the script writes, started from a folder that is none of the project's."""
    written = folder / "figures.json"
    command = [sys.executable, str(BENCHMARKS / script), *options, "--json", str(written)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    return found


def test_one_person_scores_alike_with_every_contestant(tmp_path: Path) -> None:
    found = figures(tmp_path, "one_person.py", "--rounds", "1", "--people", "5", "--checked", "1000")
    assert set(found["differences"].values()) == {0}
    names = {line["name"] for line in found["contestants"]}
    assert names >= {"kpicore, full result", "kpicore, total and grade", "decimal by hand", "whole numbers by hand"}
    assert names - {"decimal by hand"} == set(found["differences"])
    assert (importlib.util.find_spec("zen") is not None) == (names >= ZEN)


def test_one_person_tells_where_somebody_differs(tmp_path: Path) -> None:
    """With a break of the sheet by hand moved: the check finds it, and the command fails."""
    for script in BENCHMARKS.glob("*.py"):
        text = script.read_text(encoding="utf-8")
        if script.name == "by_hand.py":
            assert text.count('Decimal("0.75")') == 1
            text = text.replace('Decimal("0.75")', 'Decimal("0.7501")')
        (tmp_path / script.name).write_text(text, encoding="utf-8")
    command = [sys.executable, "one_person.py", "--rounds", "1", "--people", "5", "--checked", "300"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "kpicore, full result differs for " in done.stdout
    assert "kpicore, total and grade differs for " in done.stdout


def test_the_command_scores_a_file_as_the_script_by_hand_does(tmp_path: Path) -> None:
    found = figures(tmp_path, "command.py", "--rounds", "1", "--people", "40")
    assert found["differences"] == 0
    assert [line["name"] for line in found["commands"]] == [
        "by hand, 6 indicators",
        "kpicore score, 6 indicators",
        "kpicore score, 24 indicators",
    ]


def test_one_advisor_scores_alike_with_every_contestant(tmp_path: Path) -> None:
    found = figures(tmp_path, "one_advisor.py", "--rounds", "1", "--people", "5", "--checked", "1000")
    assert set(found["differences"].values()) == {0}
    assert len(found["differences"]) == 3
    assert {line["name"] for line in found["contestants"]} == {"decimal by hand", *found["differences"]}


def test_one_advisor_tells_where_somebody_differs(tmp_path: Path) -> None:
    """With a look at another month left away from the sheet by hand."""
    for script in BENCHMARKS.glob("*.py"):
        text = script.read_text(encoding="utf-8")
        if script.name == "advisor_by_hand.py":
            assert text.count('year_ago["customers_retained"]') == 1
            text = text.replace('year_ago["customers_retained"]', '(year_ago["customers_retained"] + 1)')
        (tmp_path / script.name).write_text(text, encoding="utf-8")
    command = [sys.executable, "one_advisor.py", "--rounds", "1", "--people", "5", "--checked", "200"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    assert "kpicore, full result differs for " in done.stdout


def test_the_command_scores_months_as_the_script_by_hand_does(tmp_path: Path) -> None:
    found = figures(tmp_path, "command.py", "--rounds", "1", "--people", "20", "--months", "15")
    assert found["differences"] == 0
    assert [line["name"] for line in found["commands"]] == ["by hand, 25 indicators", "kpicore score, 25 indicators"]
    assert all(line["mebibytes"] > 0 for line in found["commands"])


def test_the_starts_are_timed(tmp_path: Path) -> None:
    found = figures(tmp_path, "start.py", "--rounds", "1")
    assert {"python -c pass", "kpicore --help", "kpicore schemes"} <= {line["name"] for line in found["commands"]}


def test_a_comparison_is_timed_beside_scoring_twice(tmp_path: Path) -> None:
    found = figures(tmp_path, "compare.py", "--people", "200", "--rounds", "1")
    assert set(found["ratios"]) == {"compare", "scored twice", "scored twice, needed columns"}
