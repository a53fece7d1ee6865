"""`kpicore explain`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import Result

from kpicore.cli import bulk

Run = Callable[..., Result]
CALL = ("explain", "counter.toml", "counter.csv", "--employee")


def test_the_way_of_every_figure(run: Run) -> None:
    result = run(*CALL, "E001")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "张三" in result.stdout
    assert "Buyers / Visitors = 40 / 100 = 40.00 %" in result.stdout
    assert "counter.csv" in result.stdout and "row 2" in result.stdout
    assert "94.50" in result.stdout


def test_every_period_of_the_person_or_the_one_asked_for(run: Run) -> None:
    both, one = run(*CALL, "E002").stdout, run(*CALL, "E002", "--period", "2024-04").stdout
    assert "March 2024" in both and "April 2024" in both
    assert "March 2024" not in one and "April 2024" in one


def test_in_chinese(run: Run) -> None:
    assert "成交人数 / 进店人数 = 40 / 100 = 40.00 %" in run(*CALL, "E001", "--lang", "zh").stdout


def test_as_json(run: Run) -> None:
    found = json.loads(run(*CALL, "E002", "--json").stdout)
    assert [each["result"]["period"] for each in found] == ["2024-03", "2024-04"]
    assert found[0]["lines"][0]["id"] == "conversion"


def test_parameters_that_were_set(run: Run) -> None:
    assert run(*CALL, "E001", "--set", "good_rate=0.5").stdout != run(*CALL, "E001").stdout
    result = run(*CALL, "E001", "--set", "good_rat=0.5")
    assert result.exit_code == 2 and "Did you mean 'good_rate'?" in result.stderr


def test_an_employee_without_figures(run: Run) -> None:
    result = run(*CALL, "E01")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "There are no figures for the employee 'E01'. Did you mean 'E001'?\n"


def test_a_bad_cell_is_told_and_explained(run: Run) -> None:
    text = Path("counter.csv").read_text("utf-8").replace("9000,10000", "lots,10000")
    Path("bad.csv").write_text(text, "utf-8")
    result = run("explain", "counter.toml", "bad.csv", "--employee", "E001")
    assert result.exit_code == 3
    assert "bad.csv:row 2:column sales" in result.stderr
    assert "Sales can not be read" in result.stdout


def test_a_period_before_the_first_version(run: Run) -> None:
    text = Path("counter.csv").read_text("utf-8").replace("2024-03", "2023-03")
    Path("old.csv").write_text(text, "utf-8")
    result = run("explain", "counter.toml", "old.csv", "--employee", "E001")
    assert result.exit_code == 2
    assert "the first is 2024.1, from 2024-01-01" in result.stderr
    assert run("explain", "counter.toml", "old.csv", "--employee", "E001", "--version", "2024.1").exit_code == 0


def test_the_employee_must_be_named(run: Run) -> None:
    result = run("explain", "counter.toml", "counter.csv")
    assert result.exit_code == 2 and "Missing option '--employee'" in result.stderr


@pytest.fixture(params=["csv", "parquet"])
def many(request: pytest.FixtureRequest, place: Path) -> str:
    """A file of figures that the command may take for a large one."""
    figures = pl.read_csv(place / "counter.csv", infer_schema=False)
    if request.param == "csv":
        figures.write_csv(place / "many.csv")
    else:
        figures.write_parquet(place / "many.parquet")
    return f"many.{request.param}"


@pytest.mark.parametrize(
    "more",
    [
        ("E001",), ("E002",), ("E002", "--period", "2024-04"), ("E002", "--period", "2024-Q1"), ("E001", "--json"),
        ("E001", "--set", "good_rate=0.5"), ("E01",), ("E001", "--period", "2031-01"), ("E001", "--version", "2024.1"),
    ],
    ids="_".join,
)  # fmt: skip
def test_of_a_large_file_only_what_is_needed_is_read(
    run: Run, many: str, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = run("explain", "counter.toml", many, "--employee", *more)
    monkeypatch.setattr(bulk, "_LARGE_CSV", 0)
    monkeypatch.setattr(bulk, "_MANY_ROWS", 0)
    asked: list[int] = []
    found = bulk.explained
    monkeypatch.setattr(bulk, "explained", lambda *call: (asked.append(1), found(*call))[1])
    large = run("explain", "counter.toml", many, "--employee", *more)
    assert asked == [1]
    assert (large.exit_code, large.stdout) == (ordinary.exit_code, ordinary.stdout)
    assert large.stderr == ordinary.stderr or (large.exit_code == 2 and large.stderr)


def test_a_bad_cell_of_a_large_file_is_told_with_its_place(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "_LARGE_CSV", 0)
    text = Path("counter.csv").read_text("utf-8")
    lines = text.splitlines()
    Path("bad.csv").write_text("\n".join([lines[0], *lines[2:], lines[1].replace("9000,10000", "lots,10000")]), "utf-8")
    result = run("explain", "counter.toml", "bad.csv", "--employee", "E001")
    assert result.exit_code == 3
    assert f"bad.csv:row {len(lines)}:column sales" in result.stderr
    assert "Sales can not be read" in result.stdout and f"(bad.csv, row {len(lines)}, column buyers)" in result.stdout


def test_the_cycles_of_a_person_on_a_ladder(run: Run, place: Path) -> None:
    (place / "roster.csv").write_text("employee,level,level_since\nE1,trainee,2024-01\n", "utf-8")
    head = "employee,period,new_customers,sales,consumption,store_sales_plan,store_consumption_plan"
    months = [f"E1,2024-0{month},1,2000,2000,10000,10000" for month in range(1, 6)]
    (place / "figures.csv").write_text("\n".join([head, *months]), "utf-8")
    call = ("explain", "beauty/consultant-ladder", "figures.csv", "--roster", "roster.csv", "--employee", "E1")
    lines = run(*call).stdout.splitlines()
    assert lines[0] == (
        "Trainee consultant since January 2024 → stays Trainee consultant (January to March 2024) → "
        "not over yet (April to June 2024)"
    )
    assert lines[4] == "Stays Trainee consultant, since January 2024"
    assert "  To stay: New customers in the cycle at least 3 (2 so far)." in lines
    one = run(*call, "--period", "2024-04+3", "--lang", "zh").stdout.splitlines()
    assert one[0].startswith("美容顾问级别考核")
    assert "  升为专业顾问尚需：申请晋升（目前尚未满足）。" in one
    found = json.loads(run(*call, "--json").stdout)
    assert [each["ladder"]["level"] for each in found] == ["trainee", "trainee"]
