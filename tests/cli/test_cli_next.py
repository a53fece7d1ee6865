"""`kpicore next`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kpicore.cli.main import cli

ROOT = Path(__file__).resolve().parents[2]
SHEET = """
id = "own/sheet"
version = "1"
effective = 2024-01-01
periods = ["month"]
title = { zh = "示例", en = "Sample" }
[facts]
payers = { kind = "count", title = { zh = "付款人数", en = "Payers" } }
inquirers = { kind = "count", fixed = true, title = { zh = "询单人数", en = "Inquirers" } }
[[indicator]]
id = "conversion"
weight = 100
title = { zh = "转化率", en = "Conversion" }
measure = "payers / inquirers"
kind = "ratio"
better = "higher"
rule = { kind = "bands", bands = [
    { from = 0.65, points = 100 }, { from = 0.5, points = 60 }, { otherwise = true, points = 0 } ] }
[grade]
bands = [ { from = 90, grade = "A" }, { otherwise = true, grade = "B" } ]
"""
LADDER = """
id = "own/ladder"
version = "1"
effective = 2024-01-01
periods = ["cycle"]
[facts]
sold = { kind = "count", title = "Sold" }
exam = { kind = "rating", title = "Exam" }
[ladder]
months = 3
[[ladder.level]]
id = "junior"
[[ladder.level]]
id = "senior"
[[ladder.check]]
id = "exams"
first = ["exam"]
[[ladder.move]]
id = "up"
levels = ["junior"]
to = "up"
when = "over_cycle(sum, sold) >= 10 and passed(exams, 80)"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sheet.toml").write_text(SHEET, "utf-8")
    (tmp_path / "ladder.toml").write_text(LADDER, "utf-8")
    (tmp_path / "data.csv").write_text(
        "employee,name,period,payers,inquirers\nE1,Ann,2024-03,259,400\nE2,Bob,2024-03,260,400\nE3,Cy,2024-03,,400\n"
        "E4,Di,2024-03,64996,100000\n",
        "utf-8",
    )
    (tmp_path / "months.csv").write_text(
        "employee,period,sold,exam\nE1,2024-01,4,\nE1,2024-02,3,\nE1,2024-03,1,\n", "utf-8"
    )
    (tmp_path / "roster.csv").write_text("employee,level,level_since\nE1,junior,2024-01\n", "utf-8")
    return tmp_path


def run(folder: Path, *arguments: str, sheet: str = "sheet.toml", data: str = "data.csv") -> Result:
    return CliRunner().invoke(cli, ["next", str(folder / sheet), str(folder / data), *arguments])


def test_one_payer_lifts_the_band_and_the_grade(folder: Path) -> None:
    found = run(folder, "--employee", "E1", "--lang", "en")
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "Ann (E1), March 2024: total 60.00, grade B",
        "  What lifts the grade to A:",
        "    Payers from 259 to 260: total 100.00 (+40.00), grade A",
        "  Conversion, now 60.00 points:",
        "    Payers from 259 to 260: total 100.00 (+40.00), grade A; 100.00 points",
    ]


def test_in_chinese_no_word_is_english(folder: Path) -> None:
    found = run(folder, "--employee", "E1", "--lang", "zh")
    assert "付款人数由 259 到 260" in found.stdout
    assert set(re.findall("[A-Za-z]+", found.stdout)) == {"Ann", "E", "A", "B"}


def test_what_holds_the_grade(folder: Path) -> None:
    found = run(folder, "--employee", "E2", "--lang", "en").stdout
    assert "The grade is held by 10.00 above its least. What loses it:\n    Payers from 260 to 259" in found


def test_what_is_lacking_is_told(folder: Path) -> None:
    found = run(folder, "--employee", "E3", "--lang", "en")
    assert found.exit_code == 0
    assert "The result is incomplete" in found.stdout and "Payers" in found.stdout


def test_as_json(folder: Path) -> None:
    (found,) = json.loads(run(folder, "--employee", "E1", "--json").stdout)
    (move,) = found["indicators"]["conversion"]["moves"]
    assert move["steps"] == [{"fact": "payers", "from": "259", "to": "260"}]
    assert (move["points"], move["total"], move["grade"]) == ("100.00", "100.00", "A")
    assert found["goal"]["aim"] == "grade" and found["goal"]["to"] == "A"
    assert found["margin"] is None and found["lacking"] == []


def test_who_lies_beside_a_threshold(folder: Path) -> None:
    found = run(folder, "--lang", "en")
    assert found.stdout.splitlines() == [
        "E2, March 2024: Conversion 65.00 %, beside the threshold 65 %",
        "E4, March 2024: Conversion 65.00 %, beside the threshold 65 %; rounding decided",
    ]
    near: list[dict[str, Any]] = json.loads(run(folder, "--json").stdout)
    assert [(each["employee"], each["exact"], each["by_rounding"]) for each in near] == [
        ("E2", "0.65", False),
        ("E4", "0.64996", True),
    ]


def test_of_a_ladder_what_the_last_month_can_still_bring(folder: Path) -> None:
    found = run(
        folder, "--employee", "E1", "--roster", str(folder / "roster.csv"), "--lang", "en",
        sheet="ladder.toml", data="months.csv",
    )  # fmt: skip
    assert found.exit_code == 0
    assert "Sold from 1 to 3 and Exam from blank to 80" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--employee", "E9"], "no figures for the employee 'E9'"),
        (["--employee", "E1", "--period", "2025-01"], "no figures"),
        (["--employee", "E1", "--set", "nothing=1"], "nothing"),
    ],
)
def test_a_mistake_is_told(folder: Path, arguments: list[str], told: str) -> None:
    found = run(folder, *arguments)
    assert found.exit_code in (2, 3)
    assert told in found.stderr and "Traceback" not in found.stderr


def test_the_example_of_the_page(folder: Path) -> None:
    data = [str(ROOT / "examples" / name) for name in ("agents.csv", "shop.csv")]
    found = CliRunner().invoke(cli, ["next", "ecommerce/agent-indicators", *data, "--employee", "E001", "--lang", "en"])
    assert found.exit_code == 0 and "What lifts the grade to" in found.stdout
