"""`kpicore sample`."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import Result

import kpicore
from kpicore.sample import People, Sample, span

Run = Callable[..., Result]
SCHEME = "ecommerce/agent-indicators"


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_the_file_is_taken_as_data(run: Run, ending: str) -> None:
    out = f"made.{ending}"
    result = run("sample", "counter.toml", "--people", "60", "--months", "2", "--seed", "5", "-o", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"{out}: 60 people, 2024-01 to 2024-02, 11 figures each\n"
    scored = run("score", "counter.toml", out, "-o", "out.csv")
    assert scored.exit_code == 0 and "warning" not in scored.stderr and "not read" not in scored.stderr
    assert len(Path("out.csv").read_text("utf-8-sig").splitlines()) == 121


def test_all_endings_say_the_same(run: Run) -> None:
    for ending in ("csv", "parquet", "xlsx"):
        run("sample", "counter.toml", "--people", "80", "-o", f"made.{ending}")
        run("score", "counter.toml", f"made.{ending}", "-o", f"{ending}.csv")
    assert Path("csv.csv").read_bytes() == Path("parquet.csv").read_bytes() == Path("xlsx.csv").read_bytes()


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_the_same_seed_gives_the_same_bytes(run: Run, ending: str) -> None:
    found = []
    for number, seed in enumerate(("3", "3", "4")):
        run("sample", SCHEME, "--people", "500", "--seed", seed, "-o", f"{number}.{ending}")
        found.append(Path(f"{number}.{ending}").read_bytes())
    assert found[0] == found[1] != found[2]


def test_many_people_are_written_in_pieces(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("sample", SCHEME, "--people", "1000", "--months", "2", "-o", "whole.csv", "--roster-out", "whole_roster.csv")
    monkeypatch.setattr("kpicore.sample.draw.CHUNK", 300)
    monkeypatch.setattr("kpicore.sample.file.CHUNK", 300)
    run("sample", SCHEME, "--people", "1000", "--months", "2", "-o", "made.csv", "--roster-out", "roster.csv")
    assert Path("made.csv").read_bytes() == Path("whole.csv").read_bytes()
    assert Path("roster.csv").read_bytes() == Path("whole_roster.csv").read_bytes()
    run("sample", SCHEME, "--people", "1000", "--months", "2", "-o", "made.parquet")
    frame = pl.read_parquet("made.parquet")
    assert frame.height == 2000
    assert frame["employee"].to_list() == pl.read_csv("made.csv")["employee"].to_list()


def test_a_csv_is_as_a_spreadsheet_wants_it(run: Run) -> None:
    run("sample", "counter.toml", "--people", "3", "-o", "made.csv")
    data = Path("made.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfemployee,name,team,period,buyers") and data.count(b"\r\n") == 4


def test_a_roster_of_the_people(run: Run) -> None:
    result = run("sample", "counter.toml", "--people", "50", "-o", "made.csv", "--roster-out", "roster.csv")
    assert result.exit_code == 0
    with Path("roster.csv").open(encoding="utf-8-sig", newline="") as stream:
        people = list(csv.DictReader(stream))
    with Path("made.csv").open(encoding="utf-8-sig", newline="") as stream:
        figures = list(csv.DictReader(stream))
    assert list(people[0]) == ["employee", "name", "team", "level", "level_since", "employed_from", "employed_to"]
    keys = ("employee", "name", "team")
    assert [[row[key] for key in keys] for row in people] == [[row[key] for key in keys] for row in figures]
    dates = [row["employed_from"] for row in people if row["employed_from"]]
    assert 0 < len(dates) < 25 and all("2015-" < date < "2024" for date in dates)
    scored = run("score", "counter.toml", "made.csv", "-o", "out.json", "--roster", "roster.csv")
    assert scored.exit_code == 0


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        ("day", "2024-01-01", "2024-01-03"),
        ("quarter", "2024-Q1", "2024-Q3"),
        ("half", "2024-H1", "2025-H1"),
        ("year", "2024", "2026"),
        ("cycle", "2024-01+3", "2024-07+3"),
    ],
)
def test_periods_of_every_kind(run: Run, kind: str, first: str, last: str) -> None:
    text = Path("counter.toml").read_text("utf-8").replace('periods = ["month"]', f'periods = ["{kind}"]')
    Path("other.toml").write_text(text, "utf-8")
    result = run("sample", "other.toml", "--people", "4", "--months", "3", "-o", "made.csv")
    assert f"4 people, {first} to {last}," in result.stderr
    assert run("score", "other.toml", "made.csv", "-o", "out.json").exit_code == 0


def test_the_first_period_and_the_blanks_can_be_given(run: Run) -> None:
    args = ("--from", "2025-11", "--blanks", "0.5", "--team-size", "5")
    result = run("sample", SCHEME, "--people", "200", *args, "-o", "made.parquet", "--lang", "zh")
    assert result.stderr == "made.parquet：200 人，2025-11，每人数据 13 项\n"
    frame = pl.read_parquet("made.parquet")
    assert set(frame["period"]) == {"2025-11"} and frame["team"].n_unique() == 40
    assert 0.4 < frame["payers"].null_count() / 200 < 0.6


def test_each_period_has_the_figures_of_the_version_in_force(run: Run) -> None:
    old = Path("counter.toml").read_text("utf-8")
    new = old.replace('"2024.1"', '"2024.2"').replace("2024-01-01", "2024-02-01").replace("visitors", "callers")
    Path("new.toml").write_text(new, "utf-8")
    versions = [kpicore.load().scheme(name).newest for name in ("counter.toml", "new.toml")]
    periods = span(kpicore.parse_period("2024-01"), 2)
    pairs = [(version, [period]) for version, period in zip(versions, periods, strict=True)]
    sample = Sample.of(pairs, People(30, 12, "1"), 0.0)
    first, second = sample.frames()
    assert first.schema == second.schema
    assert first["callers"].null_count() == 30 and first["visitors"].null_count() == 0
    assert second["visitors"].null_count() == 30 and second["callers"].null_count() == 0


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("nosuch", "--people", "1", "-o", "a.csv"), "There is no scheme 'nosuch'."),
        ((SCHEME, "-o", "a.csv"), "Missing option '--people'"),
        ((SCHEME, "--people", "0", "-o", "a.csv"), "Invalid value for '--people': 0 is not in the range"),
        ((SCHEME, "--people", "many", "-o", "a.csv"), "'many' is not a valid integer"),
        ((SCHEME, "--people", "1", "--months", "0", "-o", "a.csv"), "Invalid value for '--months'"),
        ((SCHEME, "--people", "1", "--seed", "x", "-o", "a.csv"), "Invalid value for '--seed'"),
        ((SCHEME, "--people", "1", "--blanks", "1", "-o", "a.csv"), "Invalid value for '--blanks'"),
        ((SCHEME, "--people", "1", "--team-size", "0", "-o", "a.csv"), "Invalid value for '--team-size'"),
        ((SCHEME, "--people", "1", "-o", "a.txt"), "a.txt: Nothing writes files that end in .txt."),
        ((SCHEME, "--people", "1", "-o", "a"), "a: The file's name has no ending."),
        ((SCHEME, "--people", "1", "-o", "no/a.csv"), "There is no folder no."),
        ((SCHEME, "--people", "1", "-o", "."), "."),
        ((SCHEME, "--people", "1", "-o", "a.csv", "--roster-out", "r.xlsx"), "A roster is written to .csv."),
        ((SCHEME, "--people", "1", "-o", "a.csv", "--roster-out", "a.csv"), "also given as another file"),
        ((SCHEME, "--people", "1", "--from", "2024-Q1", "-o", "a.csv"), "is a quarter, where a month is meant"),
        ((SCHEME, "--people", "1", "--from", "1999-01", "-o", "a.csv"), "was in force in 1999-01"),
        ((SCHEME, "--people", "1", "--version", "1", "-o", "a.csv"), "has no version '1'"),
        ((SCHEME, "--people", "1048576", "-o", "a.xlsx"), "a.xlsx: A page of a workbook holds 1,048,575 rows"),
    ],
)
def test_what_a_person_can_mend_is_said_in_a_sentence(run: Run, args: tuple[str, ...], told: str) -> None:
    before = sorted(Path().iterdir())
    result = run("sample", *args)
    assert result.exit_code == 2
    assert told in result.stderr and "Traceback" not in result.stderr
    assert sorted(Path().iterdir()) == before


def test_a_folder_that_can_not_be_written_to(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    honest: Callable[..., Any] = Path.open

    def open_(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if mode == "xb":
            raise PermissionError(13, "Permission denied")
        return honest(path, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", open_)
    result = run("sample", SCHEME, "--people", "1", "-o", "a.csv")
    assert result.exit_code == 2
    assert "a.csv: It can not be written: you have no permission to write there." in result.stderr


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_a_disk_that_is_full(ending: str) -> None:
    """In a process that may write no file of more than 20 kB; nothing is left behind."""
    program = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from kpicore.cli.main import main\n"
        f"main(['sample', 'counter.toml', '--people', '4000', '-o', 'made.{ending}'])"
    )
    before = sorted(Path().iterdir())
    done = subprocess.run([sys.executable, "-B", "-P", "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"made.{ending}: It can not be written: " in done.stderr and "Traceback" not in done.stderr
    assert sorted(Path().iterdir()) == before


def test_a_scheme_file_is_not_written_over(run: Run) -> None:
    before = Path("counter.toml").read_bytes()
    result = run("sample", "counter.toml", "--people", "1", "-o", "counter.toml")
    assert result.exit_code == 2 and Path("counter.toml").read_bytes() == before
