"""`kpicore score`."""

from __future__ import annotations

import csv
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

import kpicore

Run = Callable[..., Result]
Process = Callable[..., "subprocess.CompletedProcess[str]"]
HEAD = "employee,period,buyers,visitors,sales,target,complaints,calls,wait_seconds,manner,hygiene,trained,absences\n"
GOOD = "40,100,9000,10000,0,10,20,90,good,yes,0\n"


def results(path: str = "out.json") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path(path).read_text("utf-8"))
    return found


def figures(name: str, text: str) -> str:
    Path(name).write_text(text, "utf-8")
    return name


def test_the_results_are_those_of_the_library(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == "2 results scored, 1 ineligible; results in out.json"
    scheme = kpicore.load().scheme("counter.toml")
    with Path("counter.csv").open(encoding="utf-8") as stream:
        expected = [each.to_dict() for each in scheme.score_many(csv.DictReader(stream))]
    assert results() == expected
    assert results()[0]["total"] == "94.50"


@pytest.mark.parametrize("ending", ["json", "jsonl", "csv", "parquet"])
def test_every_ending(run: Run, ending: str) -> None:
    assert run("score", "counter.toml", "counter.csv", "-o", f"out.{ending}").exit_code == 0
    path = Path(f"out.{ending}")
    if ending == "parquet":
        import polars as pl

        rows = pl.read_parquet(path).to_dicts()
    elif ending == "csv":
        rows = list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))
    elif ending == "jsonl":
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    else:
        rows = json.loads(path.read_text("utf-8"))
    assert [(row["employee"], row["period"], str(row["total"])) for row in rows] == [
        ("E001", "2024-03", "94.50"),
        ("E002", "2024-03", "59.50"),
        ("E002", "2024-04", "59.50"),
    ]


def test_the_standard_output_carries_json_lines_alone(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "-")
    assert (result.exit_code, result.stderr) == (0, "")
    assert [json.loads(line)["employee"] for line in result.stdout.splitlines()] == ["E001", "E002", "E002"]


def test_the_summary_is_in_the_language(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json", "--lang", "zh")
    assert result.stderr.splitlines()[-1] == "2 个结果已评分、1 个不合资格；结果在 out.json"


@pytest.mark.parametrize(
    ("periods", "found"),
    [
        (["2024-04"], ["2024-04"]),
        (["2024-03", "2024-04"], ["2024-03", "2024-03", "2024-04"]),
        (["2024-Q1"], ["2024-03", "2024-03"]),
        (["2024"], ["2024-03", "2024-03", "2024-04"]),
    ],
)
def test_period_narrows_what_comes_out(run: Run, periods: list[str], found: list[str]) -> None:
    options = [word for period in periods for word in ("--period", period)]
    assert run("score", "counter.toml", "counter.csv", "-o", "out.json", *options).exit_code == 0
    assert [each["period"] for each in results()] == found


def test_period_is_that_of_a_file_without_the_column(run: Run) -> None:
    figures("plain.csv", HEAD.replace("period,", "") + f"E001,{GOOD}")
    assert run("score", "counter.toml", "plain.csv", "-o", "out.json", "--period", "2024-05").exit_code == 0
    assert results()[0]["period"] == "2024-05"
    result = run("score", "counter.toml", "plain.csv", "-o", "out.json")
    assert result.exit_code == 3
    assert "no column period" in result.stderr and "--period" in result.stderr
    assert results() == []  # nothing of the run before is left


def test_a_period_without_figures(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json", "--period", "2024-05")
    assert result.exit_code == 3
    assert "There are no figures for 2024-05.\n    There are figures for 2024-03, 2024-04." in result.stderr
    assert results() == []


def test_a_period_that_is_none(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json", "--period", "March")
    assert (result.exit_code, Path("out.json").exists()) == (2, False)
    assert "'March' is not a period." in result.stderr


def test_set_and_params(run: Run) -> None:
    figures("params.toml", '[params]\ngood_rate = 0.35\n[employee."E001".params]\ncall_points = 0.8\n')
    assert run("score", "counter.toml", "counter.csv", "-o", "out.json", "--params", "params.toml").exit_code == 0
    first = results()[0]["indicators"]
    assert (first["conversion"]["points"], first["calls_rule"]["points"]) == ("30.00", "4.00")
    options = ("--params", "params.toml", "--set", "good_rate=45%", "--set", "base_pay=2000")
    assert run("score", "counter.toml", "counter.csv", "-o", "out.json", *options).exit_code == 0
    again = results()[0]
    assert again["indicators"]["conversion"]["points"] == "20.00"
    assert again["pay"]["share"] == "1720.00"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--set", "good_rat=0.5"], "no such parameter.\n    Did you mean 'good_rate'?"),
        (["--set", "good_rate"], "'good_rate' sets nothing."),
        (["--set", "good_rate=high"], "good_rate: 'high' is not a number."),
        (["--params", "nowhere.toml"], "nowhere.toml: There is no such file of parameters."),
    ],
)
def test_parameters_that_can_not_be_set(run: Run, options: list[str], told: str) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json", *options)
    assert (result.exit_code, Path("out.json").exists()) == (2, False)
    assert told in result.stderr


def test_a_bad_cell_is_named_and_the_others_are_scored(run: Run) -> None:
    figures("bad.csv", f"{HEAD}E001,2024-03,{GOOD}E002,2024-03,{GOOD.replace('9000', 'lots')}")
    result = run("score", "counter.toml", "bad.csv", "-o", "out.json")
    assert result.exit_code == 3
    assert "bad.csv:row 3:column sales: sales: 'lots' is not a number." in result.stderr
    assert result.stderr.endswith("1 result scored, 1 incomplete, 1 problem; results in out.json\n")
    assert [each["status"] for each in results()] == ["scored", "incomplete"]
    (row,) = csv.DictReader(Path("out.json.problems.csv").read_text("utf-8-sig").splitlines())
    assert (row["file"], row["row"], row["column"], row["value"]) == ("bad.csv", "3", "sales", "lots")


def test_warnings_alone_end_well(run: Run) -> None:
    figures("more.csv", f"{HEAD.strip()},byers\nE001,2024-03,{GOOD.strip()},5\n")
    result = run("score", "counter.toml", "more.csv", "-o", "out.json")
    assert result.exit_code == 0
    assert "warning: more.csv" in result.stderr and "Did you mean 'buyers'?" in result.stderr
    assert Path("out.json.problems.csv").exists()


def test_the_table_of_problems(run: Run) -> None:
    figures("bad.csv", f"{HEAD}E001,2024-03,{GOOD.replace('9000', 'lots')}")
    assert run("score", "counter.toml", "bad.csv", "-o", "out.json").exit_code == 3
    assert Path("out.json.problems.csv").exists()
    assert run("score", "counter.toml", "counter.csv", "-o", "out.json").exit_code == 0
    assert not Path("out.json.problems.csv").exists()  # that of the run before would mislead
    assert run("score", "counter.toml", "bad.csv", "-o", "-", "--problems", "p.csv").exit_code == 3
    assert len(Path("p.csv").read_text("utf-8-sig").splitlines()) == 2
    assert run("score", "counter.toml", "counter.csv", "-o", "-", "--problems", "p.csv").exit_code == 0
    assert len(Path("p.csv").read_text("utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize(("out", "where"), [("out.json", "see out.json.problems.csv"), ("-", "give --problems FILE")])
def test_many_problems_are_cut(run: Run, out: str, where: str) -> None:
    figures("bad.csv", HEAD + "".join(f"E{n:03d},2024-03,{GOOD.replace('9000', 'lots')}" for n in range(30)))
    result = run("score", "counter.toml", "bad.csv", "-o", out)
    assert result.exit_code == 3
    assert result.stderr.count("is not a number") == 20
    assert f"and 10 more: {where}" in result.stderr


def test_errors_are_told_before_warnings(run: Run) -> None:
    figures("bad.csv", f"{HEAD.strip()},byers\nE001,2024-03,{GOOD.strip().replace('9000', 'lots')},5\n")
    told = run("score", "counter.toml", "bad.csv", "-o", "-").stderr
    assert told.index("lots") < told.index("byers")


@pytest.mark.parametrize("text", ["", HEAD])
def test_without_any_row_the_results_are_empty(run: Run, text: str) -> None:
    figures("empty.csv", text)
    figures("out.json", "of yesterday")
    result = run("score", "counter.toml", "empty.csv", "-o", "out.json")
    assert result.exit_code == 3
    assert "empty.csv" in result.stderr
    assert results() == []


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_empty_results_of_every_ending(run: Run, ending: str) -> None:
    figures("empty.csv", HEAD)
    assert run("score", "counter.toml", "empty.csv", "-o", f"out.{ending}").exit_code == 3
    assert Path(f"out.{ending}").exists()


def test_rows_before_the_first_version_are_set_aside(run: Run) -> None:
    figures("old.csv", f"{HEAD}E001,2023-12,{GOOD}E002,2024-01,{GOOD}")
    result = run("score", "counter.toml", "old.csv", "-o", "out.json")
    assert result.exit_code == 3
    assert "the first is 2024.1, from 2024-01-01" in result.stderr
    assert [each["employee"] for each in results()] == ["E002"]
    assert run("score", "counter.toml", "old.csv", "-o", "out.json", "--version", "2024.1").exit_code == 0
    assert [each["employee"] for each in results()] == ["E001", "E002"]


def test_an_unknown_version(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json", "--version", "2025.1")
    assert result.exit_code == 2 and "no version '2025.1'" in result.stderr


@pytest.mark.parametrize("engine", ["exact", "auto", "columnar"])
def test_engines(run: Run, engine: str) -> None:
    assert run("score", "counter.toml", "counter.csv", "-o", "out.json", "--engine", engine).exit_code == 0


def test_without_spark_its_install_line_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json", "--engine", "spark")
    assert (result.exit_code, Path("out.json").exists()) == (2, False)
    assert "Spark is not installed. Install it with: pip install 'kpicore[spark]'." in result.stderr


def test_an_unknown_engine(run: Run) -> None:
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json", "--engine", "steam")
    assert result.exit_code == 2 and "'steam' is not one of" in result.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["nowhere.csv", "-o", "out.json"], "nowhere.csv: It can not be read: there is no such file."),
        ([".", "-o", "out.json"], "This is a folder."),
        (["counter.toml", "-o", "out.json"], "Nothing reads files that end in .toml."),
        (["counter.csv", "-o", "out.xls"], "Nothing writes files that end in .xls."),
        (["counter.csv", "-o", "out.txt"], "Nothing writes files that end in .txt."),
        (["counter.csv", "-o", "out"], "The file's name has no ending."),
        (["counter.csv", "-o", "nowhere/out.json"], "There is no folder nowhere."),
        (["counter.csv", "-o", "folder.json"], "folder.json: This is a folder."),
        (["counter.csv", "-o", "out.json", "--problems", "nowhere/p.csv"], "There is no folder nowhere."),
        (["counter.csv", "-o", "counter.csv"], "OUT counter.csv is also given as another file of this command."),
        (["counter.csv", "-o", "./x/../counter.csv"], "is also given as another file"),
        (["counter.csv", "-o", "out.csv", "--problems", "out.csv"], "--problems out.csv is also given"),
        (["counter.csv", "-o", "out.csv", "--problems", "counter.csv"], "--problems counter.csv is also given"),
        (["-o", "out.json"], "Missing argument 'DATA...'"),
        (["counter.csv"], "Missing option '-o' / '--out'"),
    ],
)
def test_what_can_not_be_done(run: Run, args: list[str], told: str) -> None:
    Path("folder.json").mkdir()
    Path("x").mkdir()
    before = {path: path.read_bytes() for path in Path().iterdir() if path.is_file()}
    result = run("score", "counter.toml", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert {path: path.read_bytes() for path in Path().iterdir() if path.is_file()} == before


def test_an_unwritable_folder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write everywhere, so that the refusal is made here."""

    def refused(self: Path, mode: str = "r", *_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    honest = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *a, **k: (refused if ".part" in self.name else honest)(self, *a, **k)
    )
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json")
    assert (result.exit_code, Path("out.json").exists()) == (2, False)
    assert "out.json: It can not be written: you have no permission to write there." in result.stderr


def test_figures_of_a_team_and_of_everybody_are_joined(run: Run) -> None:
    people = HEAD.replace("target,", "").replace("employee,", "employee,team,")
    figures("people.csv", f"{people}E001,T1,2024-03,{GOOD.replace('10000,', '')}")
    figures("shop.csv", "period,target\n2024-03,18000\n")
    assert run("score", "counter.toml", "people.csv", "shop.csv", "-o", "out.json").exit_code == 0
    assert results()[0]["indicators"]["attained"]["measure"] == "0.5000"


def test_a_shipped_scheme_by_id(run: Run) -> None:
    figures("agents.csv", "employee,period,payers,inquirers\nE001,2024-03,260,400\n")
    assert run("score", "ecommerce/agent-indicators", "agents.csv", "-o", "out.json").exit_code == 0
    assert results()[0]["indicators"]["inquiry_conversion"]["points"] == "80.00"


def test_plugins_are_told_of_the_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from kpicore.hookspecs import hookimpl
    from kpicore.registry import Registry, load
    from kpicore.run import Run as ScoredRun

    told: list[ScoredRun] = []

    class Listener:
        @hookimpl
        def on_scored(self, run: ScoredRun) -> None:
            told.append(run)
            raise RuntimeError("no room")

    def load_() -> Registry:
        return load(plugins=[Listener()])

    monkeypatch.setattr("kpicore.cli.open.load", load_)
    result = run("score", "counter.toml", "counter.csv", "-o", "out.json")
    assert result.exit_code == 0
    assert [len(each.results) for each in told] == [3]
    assert "warning: Listener.on_scored: The hook on_scored of the plugin Listener failed: RuntimeError: no room." in (
        result.stderr
    )


def test_several_versions_take_each_their_own_figures(run: Run, monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    from kpicore.folder import SchemeFolder
    from kpicore.hookspecs import hookimpl
    from kpicore.registry import Registry, load

    folder = place / "shop"
    folder.mkdir()
    text = (place / "counter.toml").read_text("utf-8")
    (folder / "counter.toml").write_text(text, "utf-8")
    later = text.replace('version = "2024.1"', 'version = "2024.2"').replace("2024-01-01", "2024-04-01")
    later = later.replace("visitors", "guests").replace("good_rate", "fair_rate").replace("value = 0.4", "value = 0.3")
    (folder / "counter@2.toml").write_text(later, "utf-8")

    class Shop:
        @hookimpl
        def register_schemes(self) -> list[SchemeFolder]:
            return [SchemeFolder(folder, "shop")]

    def load_() -> Registry:
        return load(plugins=[Shop()])

    monkeypatch.setattr("kpicore.cli.open.load", load_)
    head = HEAD.replace("visitors", "visitors,guests")
    good = GOOD.replace("40,100", "30,100,100")
    figures("both.csv", f"{head}E001,2024-03,{good}E001,2024-04,{good}")
    assert run("score", "shop/counter", "both.csv", "-o", "out.json").exit_code == 0
    assert [(each["version"], each["indicators"]["conversion"]["points"]) for each in results()] == [
        ("2024.1", "20.00"),
        ("2024.2", "30.00"),
    ]
    assert run("score", "shop/counter", "both.csv", "-o", "out.json", "--set", "fair_rate=0.5").exit_code == 0
    assert [each["indicators"]["conversion"]["points"] for each in results()] == ["20.00", "20.00"]


def test_progress_is_shown_on_a_terminal_alone(place: Path, process: Process) -> None:
    figures("many.csv", HEAD + "".join(f"E{n:05d},2024-03,{GOOD}" for n in range(2500)))
    done = process("score", "counter.toml", "many.csv", "-o", "out.jsonl", "--engine", "exact")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "2500 results scored; results in out.jsonl"
    ours, theirs = pty.openpty()
    code = "from kpicore.cli.main import main; main()"
    args = [
        sys.executable,
        "-P",
        "-c",
        code,
        "score",
        "counter.toml",
        "many.csv",
        "-o",
        "out.jsonl",
        "--engine",
        "exact",
    ]
    ended = subprocess.run(args, stdout=subprocess.PIPE, stderr=theirs, check=False, timeout=60)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    assert (ended.returncode, ended.stdout) == (0, b"")
    assert b"Scoring" in shown and b"100%" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # nobody holds its other end any more
        return b""
