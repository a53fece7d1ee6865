"""Times whole populations: kpicore's columns beside Polars, numpy, pandas, DuckDB, OpenFisca and zen by hand.

    python benchmarks/population.py [--sizes N,N] [--rounds N] [--json FILE] [--docs DIR]

Everybody scores the same made-up people, in memory and from Parquet to Parquet. All results are held against an exact
truth first, and people who were decided wrongly are counted; then all take turns, round after round. Exits with 1 where
kpicore decided anybody wrongly.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import population_field
import population_people
import population_report
import timing
from population_contestant import COMPRESSION, Contestant
from population_field import FIELD, KPICORE, OURS, REFERENCE
from population_sheets import SHEETS, Sheet
from population_truth import Wrong, truth, wrong

OUTPUTS = ("scores", "measures")
MODES = ("memory", "parquet")
SMALL = 100
"""People in a first call."""
TOGETHER = 2_000_000
"""So many people at most are held by all contestants at once, each in a process of its own."""
_PACKAGES = ("duckdb", "numpy", "OpenFisca-Core", "pandas")


class Population:
    """People for a sheet, in memory and as a file, and what is right for them."""

    def __init__(self, sheet: Sheet, count: int, seed: int, folder: Path) -> None:
        self.sheet = sheet
        self.count = count
        self.source = folder / f"{sheet.name}.parquet"
        self.target = folder / "scored.parquet"
        self.people = population_people.frame(sheet.name, count, seed)
        self.people.write_parquet(self.source, compression=COMPRESSION)
        self.right = truth(sheet, self.people)

    def checked(self, contestant: Contestant, mode: str) -> Wrong:
        """For whom a contestant says otherwise."""
        if mode == "memory":
            got = contestant.frame(contestant.score(contestant.ready(self.people)))
        else:
            contestant.file(self.source, self.target)
            got = pl.read_parquet(self.target).select(self.sheet.columns(contestant.outputs))
        return wrong(self.sheet, self.right, got, contestant.outputs)

    def task(self, contestant: Contestant, mode: str) -> Callable[[], object]:
        """What is timed where all are in this process."""
        if mode == "parquet":
            return lambda: contestant.file(self.source, self.target)
        given = contestant.ready(self.people)
        return lambda: contestant.score(given)


def compared(
    population: Population, names: Sequence[str], outputs: str, mode: str, rounds: int, alone: bool = True
) -> list[dict[str, Any]]:
    """A line for each contestant: who was decided wrongly, how long it took, and where each is alone what it held."""
    contestants = {name: population_field.made(name, population.sheet, outputs) for name in names}
    checks, by_exact = {}, {}
    for name, contestant in contestants.items():
        checks[name] = population.checked(contestant, mode)
        by_exact[name] = contestant.by_exact()
    held: dict[str, dict[str, int]] = {}
    if alone:
        times, held = _times(population, names, outputs, mode, rounds)
    else:
        tasks = {name: population.task(each, mode) for name, each in contestants.items()}
        times = timing.taking_turns(tasks, rounds)
    lines = []
    for name, taken in times.items():
        check = checks[name]
        lines.append(
            {
                "sheet": population.sheet.name,
                "people": population.count,
                "outputs": outputs,
                "mode": mode,
                "contestant": name,
                "name": contestants[name].name,
                "milliseconds": round(1000 * median(taken), 2),
                "people_a_second": round(population.count / median(taken)),
                "to_polars": round(timing.against(taken, times[REFERENCE]), 2) if REFERENCE in times else None,
                "to_kpicore": round(timing.against(taken, times[KPICORE]), 2) if KPICORE in times else None,
                "wrong": check.decided,
                "wrong_grades": check.grade,
                "wrong_measures": check.measures,
                "wrong_columns": dict(check.columns),
                "by_exact": by_exact[name],
                **held.get(name, {}),
            }
        )
    return lines


class Alone:
    """A contestant in a process of its own that runs when it is told to. Its first run is not timed: `mebibytes` says
    what it held before and at most."""

    def __init__(self, population: Population, name: str, outputs: str, mode: str) -> None:
        script = Path(__file__).with_name("population_alone.py")
        command = [sys.executable, str(script), population.sheet.name, outputs, mode, name, str(population.source)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.mebibytes: dict[str, int] = json.loads(self._said())

    def run(self) -> float:
        """The seconds of a run; raises CalledProcessError where it fails."""
        assert self._process.stdin is not None
        print(file=self._process.stdin, flush=True)
        return float(self._said())

    def _said(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise subprocess.CalledProcessError(self._process.wait(), self._process.args)
        return line

    def __enter__(self) -> Alone:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def _times(
    population: Population, names: Sequence[str], outputs: str, mode: str, rounds: int
) -> tuple[dict[str, list[float]], dict[str, dict[str, int]]]:
    """Seconds of each, and what each held; of very many people only one is in memory, and then nobody takes turns."""
    together = [names] if population.count <= TOGETHER else [[name] for name in names]
    times: dict[str, list[float]] = {}
    held: dict[str, dict[str, int]] = {}
    for some in together:
        with ExitStack() as stack:
            alone = {name: stack.enter_context(Alone(population, name, outputs, mode)) for name in some}
            held |= {name: each.mebibytes for name, each in alone.items()}
            for _ in range(rounds):
                for name, each in alone.items():
                    times.setdefault(name, []).append(each.run())
    return times, held


def first_calls(sheet: Sheet, names: Sequence[str], rounds: int, seed: int) -> list[dict[str, Any]]:
    """How long a fresh contestant takes to be made, for its first call on a few people, and for its second."""
    people = population_people.frame(sheet.name, SMALL, seed)
    lines = []
    for name in names:
        taken: list[tuple[float, float, float]] = []
        for _ in range(rounds + 1):  # the first imports whatever it needs
            begun = time.perf_counter()
            contestant = population_field.made(name, sheet, OUTPUTS[0])
            made = time.perf_counter()
            given = contestant.ready(people)
            ready = time.perf_counter()
            contestant.score(given)
            first = time.perf_counter()
            contestant.score(given)
            taken.append((made - begun, first - ready, time.perf_counter() - first))
        loading, first_call, second = (round(1000 * median(times), 2) for times in zip(*taken[1:], strict=True))
        lines.append(
            {
                "sheet": sheet.name,
                "contestant": name,
                "name": contestant.name,
                "made": loading,
                "first": first_call,
                "second": second,
            }
        )
    return lines


def fits(sheet: Sheet, count: int) -> bool:
    """Whether so many people are likely to fit in memory with a contestant's copy, its work and the truth."""
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return True
    columns = len(population_people.frame(sheet.name, 1, 0).columns)
    return count * 8 * 3 * (columns + len(sheet.columns("measures"))) < 0.8 * free


def all_lines(
    options: argparse.Namespace, names: Sequence[str], kinds: Mapping[str, type[Contestant]]
) -> list[dict[str, Any]]:
    """The lines of all sheets, sizes, outputs and modes; each group is printed as soon as it is there."""
    lines: list[dict[str, Any]] = []
    for sheet in (SHEETS[name] for name in options.sheets):
        for count in options.sizes:
            if not fits(sheet, count):
                print(f"\n{sheet.title}, {count:,} people: left out, memory is too small for them")
                continue
            with tempfile.TemporaryDirectory() as folder:
                population = Population(sheet, count, options.seed, Path(folder))
                here = [name for name in names if population_field.takes(kinds[name], sheet, count)]
                for mode in options.modes:
                    for outputs in options.outputs:
                        giving = [name for name in here if outputs in kinds[name].gives and mode in kinds[name].modes]
                        some = compared(population, giving, outputs, mode, options.rounds, not options.together)
                        population_report.show(sheet, some)
                        lines += some
    return lines


def _texts(known: Sequence[str]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        some = text.split(",")
        for name in some:
            if name not in known:
                raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}")
        return some

    return parse


def _sizes(text: str) -> list[int]:
    found = sorted({int(size.replace("_", "")) for size in text.split(",")})
    if found[0] < 1:
        raise argparse.ArgumentTypeError("there must be one person at least")
    return found


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    assert __doc__ is not None
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=_sizes, default=[10_000, 100_000, 1_000_000], help="people, with commas")
    parser.add_argument("--rounds", type=int, default=5, help="how often all take their turn")
    parser.add_argument("--sheets", type=_texts(list(SHEETS)), default=list(SHEETS), help=", ".join(SHEETS))
    parser.add_argument("--outputs", type=_texts(OUTPUTS), default=OUTPUTS, help=", ".join(OUTPUTS))
    parser.add_argument("--modes", type=_texts(MODES), default=MODES, help=", ".join(MODES))
    parser.add_argument("--contestants", type=_texts(list(FIELD)), default=list(FIELD), help=", ".join(FIELD))
    parser.add_argument("--without", type=_texts(list(FIELD)), default=[], help="who stays out")
    parser.add_argument("--together", action="store_true", help="all in one process: begun sooner, without memory")
    parser.add_argument("--seed", type=int, default=2024, help="of the made-up people")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--docs", type=Path, metavar="DIR", help="write population.md and population.svg there")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error("there must be one round at least")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    options = _options(arguments)
    kinds: dict[str, type[Contestant]] = {}
    for name in options.contestants:
        if name in options.without:
            continue
        try:
            kinds[name] = population_field.kind(name)
        except ImportError as missing:
            print(f"{name} stays out: {missing}; pip install 'kpicore[benchmark]'", file=sys.stderr)
    where = timing.where(_PACKAGES)
    print(timing.headed(where))
    begun = time.perf_counter()
    calls = []
    for sheet in (SHEETS[name] for name in options.sheets):
        here = [name for name in kinds if population_field.takes(kinds[name], sheet, SMALL)]
        calls += first_calls(sheet, here, options.rounds, options.seed)
    population_report.show_first_calls(calls)
    lines = all_lines(options, list(kinds), kinds)
    whole = {
        "where": where,
        "seconds": round(time.perf_counter() - begun),
        "rounds": options.rounds,
        "seed": options.seed,
        "contestants": {name: {"name": kind.name, "how": kind.how, "most": kind.most} for name, kind in kinds.items()},
        "first_calls": calls,
        "lines": lines,
    }
    if options.json is not None:
        options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    if options.docs is not None:
        population_report.write_docs(options.docs, whole)
    misjudged = [line for line in lines if line["contestant"] in OURS and (line["wrong"] or line["wrong_measures"])]
    for line in misjudged:
        print(f"kpicore decided {line['wrong']} of {line['people']} people wrongly: {line['wrong_columns']}")
    return 1 if misjudged else 0


if __name__ == "__main__":
    sys.exit(main())
