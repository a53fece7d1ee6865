"""The population benchmark: its truth is that of the exact reader, its command runs and counts; no time is asserted."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import kpicore

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"
PEOPLE = 2000
RANK = re.compile(r'rule = \{ kind = "rank", [^}]*\}')
RANKED = ("sales_rank", "conversion_rank", "response_rank")
PACKAGES = {
    "kpicore": "kpicore",
    "read": "kpicore",
    "whole": "kpicore",
    "polars": "polars",
    "numpy": "numpy",
    "pandas": "pandas",
    "duckdb": "duckdb",
    "openfisca": "openfisca_core",
    "zen": "zen",
}


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The modules of the benchmarks can be imported."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield


def unranked(folder: Path) -> str:
    """The larger sheet with its ranks taken out: what one person alone can be scored by."""
    text = (BENCHMARKS / "sheet24.toml").read_text(encoding="utf-8")
    bands = 'rule = { kind = "bands", bands = [{ otherwise = true, points = 0 }] }'
    text, count = RANK.subn(bands, text)
    assert count == len(RANKED)
    assert text.count('rank = "team"\n') == 1
    path = folder / "unranked.toml"
    path.write_text(text.replace('rank = "team"\n', ""), encoding="utf-8")
    return str(path)


def truths(sheet: str, people: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """People's figures, and what the benchmark holds for right."""
    from population_people import frame
    from population_sheets import SHEETS
    from population_truth import truth

    made = frame(sheet, people, 7)
    facts = made.drop("employee", "team").to_dicts()
    return zip(facts, truth(SHEETS[sheet], made).to_dicts(), strict=True)


def hundredths(value: Decimal | None) -> int:
    assert value is not None
    return int(value * 100)


@pytest.mark.usefixtures("benchmarks")
def test_the_truth_of_agent_indicators_is_the_exact_reader_s() -> None:
    scheme = kpicore.load().scheme("ecommerce/agent-indicators")
    for facts, right in truths("agents", 1000):
        got = scheme.score(facts, employee="E001", period="2024-03")
        assert (hundredths(got.total), got.grade) == (right["total"], right["grade"])
        for name, line in got.indicators.items():
            assert hundredths(line.score) == right[f"{name}.score"]
            assert isinstance(line.measure, Decimal)
            assert int(str(line.measure).replace(".", "")) == right[f"{name}.measure"]


@pytest.mark.usefixtures("benchmarks")
def test_the_truth_of_the_larger_sheet_is_the_exact_reader_s(tmp_path: Path) -> None:
    """But for ranks, which need the others; total and grade are compared where the ranks gave nothing."""
    scheme = kpicore.load().scheme(unranked(tmp_path))
    graded = set()
    for facts, right in truths("sheet24", 1000):
        got = scheme.score(facts, employee="E001", period="2024-03")
        for name, line in got.indicators.items():
            if name not in RANKED:
                assert hundredths(line.score) == right[f"{name}.score"], (name, facts)
            if line.measure is not None:
                assert int(str(line.measure).replace(".", "")) == right[f"{name}.measure"], (name, facts)
        assert got.status == right["status"]
        by_rank = sum(right[f"{name}.score"] for name in RANKED)
        assert hundredths(got.total) + by_rank == right["total"]
        if by_rank == 0:
            assert got.grade == right["grade"]
            assert hundredths(got.pay_total) == right["pay_total"]
            graded.add(got.grade)
    assert graded >= {"B", "C", "D"}


@pytest.mark.usefixtures("benchmarks")
def test_the_truth_ranks_as_one_would_count() -> None:
    """A place is one more than the number of those in the team who are better."""
    people = list(truths("sheet24", 300))
    for _, right in people:
        team = [other for _, other in people if other["team"] == right["team"]]
        for name, lower in (("sales_rank", False), ("conversion_rank", False), ("response_rank", True)):
            measures = [-other[f"{name}.measure"] if lower else other[f"{name}.measure"] for other in team]
            mine = -right[f"{name}.measure"] if lower else right[f"{name}.measure"]
            place = 1 + sum(other > mine for other in measures)
            points = (5, 4, 3, 2, 1) if name == "sales_rank" else (3, 2, 1)
            assert right[f"{name}.score"] == 100 * dict(enumerate(points, 1)).get(place, 0)
        assert right["rank"] == 1 + sum(other["total"] > right["total"] for other in team)


@pytest.mark.usefixtures("benchmarks")
def test_the_people_stand_on_breaks_and_ties() -> None:
    """Else nobody could be decided wrongly."""
    from population_people import frame

    made = frame("agents", PEOPLE, 7)
    assert made.equals(frame("agents", PEOPLE, 7))
    assert not made.equals(frame("agents", PEOPLE, 8))
    doubled, quotient = made["refunds"] * 20_000, made["refunds"] * 10_000
    tie = made.filter((doubled % made["deals"] == 0) & (quotient % made["deals"] != 0))
    assert len(tie) > PEOPLE // 20
    for end in (7500, 6500, 5000):
        assert len(made.filter(made["payers"] * 10_000 == made["inquirers"] * end)) > PEOPLE // 100


@pytest.mark.usefixtures("benchmarks")
def test_who_is_decided_wrongly_is_counted_once() -> None:
    import polars as pl
    from population_people import frame
    from population_sheets import AGENTS
    from population_truth import truth, wrong

    made = frame("agents", 10, 7)
    right = truth(AGENTS, made)
    places = {f"{line.name}.measure": 10**line.places for line in AGENTS.lines}
    got = right.select(
        (pl.col(name) / places.get(name, 100)) if right[name].dtype.is_integer() else pl.col(name)
        for name in AGENTS.columns("measures")
    )
    assert wrong(AGENTS, right, got.reverse(), "measures").columns == {}
    spoilt = got.with_columns(
        (pl.col("total") + pl.Series([0.01] * 2 + [0.0] * 8)),
        pl.Series("grade", ["Z", None, *got["grade"][2:]]),
        (pl.col("refund_rate.measure") + pl.Series([0.0001] * 3 + [0.0] * 7)),
    )
    found = wrong(AGENTS, right, spoilt, "measures")
    assert (found.decided, found.grade, found.measures) == (2, 2, 3)
    assert found.columns == {"total": 2, "grade": 2, "refund_rate.measure": 3}
    with pytest.raises(ValueError, match="instead of"):
        wrong(AGENTS, right, got.drop("grade"), "measures")
    with pytest.raises(ValueError, match="other people"):
        wrong(AGENTS, right, got.with_columns(pl.lit("T0").alias("team")), "measures")


def test_the_command_compares_counts_and_writes(tmp_path: Path) -> None:
    written, here = tmp_path / "figures.json", {name for name, package in PACKAGES.items() if _installed(package)}
    command = [sys.executable, str(BENCHMARKS / "population.py"), "--sizes", str(PEOPLE), "--rounds", "1"]
    done = subprocess.run(
        [*command, "--together", "--json", str(written)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(written.read_text(encoding="utf-8"))
    assert set(found["contestants"]) == here
    lines = found["lines"]
    groups = {(line["sheet"], line["mode"], line["outputs"]) for line in lines}
    assert len(groups) == 8
    for sheet, mode, outputs in groups:
        some = [line for line in lines if (line["sheet"], line["mode"], line["outputs"]) == (sheet, mode, outputs)]
        stay_out = {"zen": sheet == "sheet24", "whole": outputs == "scores", "read": mode == "parquet"}
        assert {line["contestant"] for line in some} == here - {name for name, out in stay_out.items() if out}
        for line in some:
            exact = line["contestant"] in ("kpicore", "read", "whole", "zen")
            assert (line["wrong"] == 0) == exact, line
            assert (line["wrong_measures"] is None) == (outputs == "scores")
            assert line["wrong_measures"] is None or (line["wrong_measures"] == 0) == exact
            assert line["wrong"] <= PEOPLE
            assert line["wrong_grades"] <= line["wrong"]


@pytest.mark.usefixtures("benchmarks")
def test_very_many_people_are_held_by_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import population
    from population_sheets import AGENTS

    monkeypatch.setattr(population, "TOGETHER", 100)
    crowd = population.Population(AGENTS, 200, 7, tmp_path)
    lines = population.compared(crowd, ["polars", "numpy"], "scores", "memory", 1)
    assert [line["contestant"] for line in lines] == ["polars", "numpy"]
    assert all(line["to_polars"] > 0 and line["mebibytes"] > 0 for line in lines)


def test_the_docs_and_the_memory_are_written(tmp_path: Path) -> None:
    page = tmp_path / "population.md"
    page.write_text(
        "# Before\n\n<!-- population: made by benchmarks/population.py -->\nold\n<!-- population: end -->\n\nAfter\n",
        "utf-8",
    )
    done = subprocess.run(
        [
            *(sys.executable, str(BENCHMARKS / "population.py"), "--sizes", "300,600", "--rounds", "1"),
            *("--contestants", "polars,numpy", "--sheets", "agents", "--outputs", "scores"),
            *("--docs", str(tmp_path), "--json", "figures.json"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Before\n")
    assert text.endswith("<!-- population: end -->\n\nAfter\n")
    assert "old" not in text
    assert "| Polars by hand |" in text
    assert "<svg" in (tmp_path / "population.svg").read_text(encoding="utf-8")
    lines = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["lines"]
    assert {line["people"] for line in lines} == {300, 600}
    assert all(line["mebibytes"] >= line["mebibytes_before"] > 0 for line in lines)


def test_a_mistake_of_kpicore_ends_the_command_with_1(tmp_path: Path) -> None:
    """With a stand-in for kpicore that rounds in floats."""
    for script in BENCHMARKS.glob("*"):
        if script.is_file():
            (tmp_path / script.name).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
    field = tmp_path / "population_field.py"
    text = field.read_text(encoding="utf-8")
    assert text.count('("population_kpicore", "Columns")') == 1
    field.write_text(text.replace('("population_kpicore", "Columns")', '("population_numpy", "ByHand")'), "utf-8")
    command = [sys.executable, "population.py", "--sizes", str(PEOPLE), "--rounds", "1", "--sheets", "agents"]
    done = subprocess.run(
        [*command, "--contestants", "kpicore", "--modes", "memory", "--together"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "kpicore decided " in done.stdout


def test_the_command_says_what_it_does_not_know(tmp_path: Path) -> None:
    command = [sys.executable, str(BENCHMARKS / "population.py"), "--without", "excel"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert "'excel' is none of kpicore, read, whole, polars, " in done.stderr


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None
