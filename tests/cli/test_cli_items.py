"""Files of plus and minus items among the DATA of commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

SCHEME = """\
id = "desk/month"
version = "1"
effective = 2024-01-01
periods = ["month"]
title = { en = "Desk", zh = "前台" }

[facts]
calls = { kind = "count" }

[[indicator]]
id = "calls"
weight = 100
rule = { kind = "straight", of = 100 }

[adjustments]
most = 5
"""
FIGURES = "employee,period,calls\nE1,2024-03,80\nE2,2024-03,90\nE1,2024-04,70\n"
ITEMS = (
    "employee,period,points,reason,author\nE1,2024-03,2.5,Fair,Wang\nE1,2024-03,-1,Late,Zhao\nE2,2024-03,9,Fair,Wang\n"
)


@pytest.fixture(autouse=True)
def files(place: Path) -> None:
    for name, text in (("desk.toml", SCHEME), ("figures.csv", FIGURES), ("items.csv", ITEMS)):
        (place / name).write_text(text, "utf-8")


def totals(path: str) -> dict[tuple[str, str], str | None]:
    return {(each["employee"], each["period"]): each["total"] for each in json.loads(Path(path).read_text("utf-8"))}


@pytest.mark.parametrize("engine", ["exact", "columnar", "auto"])
@pytest.mark.parametrize("order", [("figures.csv", "items.csv"), ("items.csv", "figures.csv")])
def test_score(run: Run, engine: str, order: tuple[str, str]) -> None:
    done = run("score", "desk.toml", *order, "-o", "out.json", "--engine", engine, "--lang", "en")
    assert (done.exit_code, done.stdout) == (0, "")
    assert totals("out.json") == {
        ("E1", "2024-03"): "81.50",
        ("E2", "2024-03"): "95.00",
        ("E1", "2024-04"): "70.00",
    }
    assert "Files read: 2; pages: 2; rows: 6; cells: 32 (figures: 6)" in done.stderr


def test_a_period_for_files_without_a_column(run: Run) -> None:
    Path("items.csv").write_text("employee,points,reason,author\nE1,2.5,Fair,Wang\n", "utf-8")
    assert run("score", "desk.toml", "figures.csv", "items.csv", "-o", "out.json", "--period", "2024-04").exit_code == 0
    assert totals("out.json") == {("E1", "2024-04"): "72.50"}


def test_what_is_wrong_is_told_with_its_place(run: Run) -> None:
    Path("items.csv").write_text(f"{ITEMS}E2,2024-03,1,,Wang\nE3,2024-03,1,a,b\n", "utf-8")
    done = run("score", "desk.toml", "figures.csv", "items.csv", "-o", "out.json", "--lang", "en")
    assert done.exit_code == 3
    assert totals("out.json")["E2", "2024-03"] is None
    assert "items.csv:row 5:column reason: The item has no reason." in done.stderr
    assert (
        "items.csv:row 6:column employee: There are no figures of E3 for 2024-03. The item is set aside." in done.stderr
    )
    assert Path("out.json.problems.csv").read_text("utf-8-sig").count("_adjustment,") == 2


def test_a_scheme_that_allows_none_refuses_them(run: Run) -> None:
    Path("desk.toml").write_text(SCHEME.partition("[adjustments]")[0], "utf-8")
    done = run("score", "desk.toml", "figures.csv", "items.csv", "-o", "out.json")
    assert done.exit_code == 3 and totals("out.json")["E1", "2024-03"] == "80.00"
    assert "items.csv:row 1: The file gives plus and minus items, and the scheme allows none." in done.stderr
    assert "Write [adjustments] in the scheme" in done.stderr
    assert "Traceback" not in done.stderr


def test_items_alone_score_nobody(run: Run) -> None:
    done = run("score", "desk.toml", "items.csv", "-o", "out.json")
    assert done.exit_code == 3 and totals("out.json") == {}
    assert "There are no figures of E1 for 2024-03" in done.stderr


def test_a_roster_beside_them(run: Run) -> None:
    Path("roster.csv").write_text("employee,name\nE1,Li\nE2,Wu\nE3,Xu\n", "utf-8")
    Path("items.csv").write_text(f"{ITEMS}E3,2024-03,1,a,b\n", "utf-8")
    done = run("score", "desk.toml", "figures.csv", "items.csv", "-o", "out.json", "--roster", "roster.csv")
    assert done.exit_code == 3 and "There are no figures of E3 for 2024-03" in done.stderr
    found = totals("out.json")
    assert (found["E1", "2024-03"], found["E3", "2024-03"]) == ("81.50", None)


def test_a_large_table_with_items_beside_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpicore.cli.bulk._LARGE_CSV", 1)
    assert run("score", "desk.toml", "figures.csv", "items.csv", "-o", "out.csv").exit_code == 0
    assert "81.50" in Path("out.csv").read_text("utf-8-sig")
    done = run("score", "desk.toml", "items.csv", "-o", "out.csv")
    assert "There are no figures of E1" in done.stderr
