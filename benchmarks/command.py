"""Times `kpicore score` over a file of many people, CSV in and JSON lines out, as a whole process.

    python benchmarks/command.py [--people N] [--rounds N] [--seed N] [--json FILE]
    python benchmarks/command.py --months 15 [...]

Two sheets: ecommerce/agent-indicators, beside a script that does the same by hand and trusts every cell; and a bare
sheet of 24 indicators that is made here. With --months it is auto/body-shop-advisor, 25 indicators, and so many months
of everybody, which look back at one another. The results of the command are held against the script's.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from statistics import median
from typing import Any

import advisors
import people
import timing
from attrs import define, field, frozen

HAND, SIX, MANY = "by hand, 6 indicators", "kpicore score, 6 indicators", "kpicore score, 24 indicators"
MONTHS_HAND, MONTHS = "by hand, 25 indicators", "kpicore score, 25 indicators"
INDICATORS = 24
PERIOD = "2024-03"
FIRST_YEAR = 2023


@frozen
class Match:
    """Commands by name, the first of them the script by hand, and the outputs of the two that must agree."""

    commands: Mapping[str, list[str]]
    outputs: tuple[str, str]

    @property
    def hand(self) -> str:
        """The script by hand."""
        return next(iter(self.commands))


def bare_scheme() -> str:
    """A sheet of 24 ratios with four bands each, and nothing else."""
    lines = [
        'id = "benchmark/bare"',
        'version = "1"',
        "effective = 2020-01-01",
        'periods = ["month"]',
        'rules_award = "marks"',
        'title = { en = "24 ratios" }',
        "",
        "[facts]",
    ]
    for place in range(INDICATORS):
        lines += [
            f'done{place} = {{ kind = "count", title = {{ en = "Done {place}" }} }}',
            f'asked{place} = {{ kind = "count", title = {{ en = "Asked {place}" }} }}',
        ]
    for place in range(INDICATORS):
        lines += [
            "",
            "[[indicator]]",
            f'id = "share{place}"',
            f'title = {{ en = "Share {place}" }}',
            "weight = 4",
            f'measure = "done{place} / asked{place}"',
            'kind = "ratio"',
            'better = "higher"',
            'rule = { kind = "bands", bands = [',
            "    { from = 0.9, points = 4 }, { from = 0.8, points = 3 }, { from = 0.6, points = 2 },",
            "    { otherwise = true, points = 0 } ] }",
        ]
    return "\n".join(lines) + "\n"


def bare_people(count: int, seed: int) -> list[dict[str, int]]:
    """Figures for it."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        facts: dict[str, int] = {}
        for place in range(INDICATORS):
            facts[f"asked{place}"] = asked = chance.randint(1, 2000)
            facts[f"done{place}"] = chance.randint(asked // 2, asked)
        found.append(facts)
    return found


def write_table(path: Path, crowd: Iterable[dict[str, Any]]) -> None:
    """A CSV file with a row a person."""
    rows = [{"employee": f"E{place:06}", "period": PERIOD, **facts} for place, facts in enumerate(crowd, 1)]
    _write(path, list(rows[0]), rows)


def write_months(path: Path, count: int, months: int, seed: int) -> None:
    """A CSV file with a row a person and month; one person at a time, since this process must stay small."""

    def rows() -> Iterator[dict[str, Any]]:
        for number, found in advisors.histories(count, months, seed):
            for place, facts in enumerate(found):
                period = f"{FIRST_YEAR + place // 12}-{place % 12 + 1:02}"
                yield {"employee": f"E{number:06}", "period": period, **facts}

    _write(path, ["employee", "period", *advisors.NAMES], rows())


def _write(path: Path, columns: list[str], rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(rows)


def one_month(folder: Path, count: int, seed: int) -> Match:
    """What is run in this folder for one month; its files are made here."""
    (folder / "bare.toml").write_text(bare_scheme(), encoding="utf-8")
    write_table(folder / "six.csv", people.made_up(count, seed))
    write_table(folder / "many.csv", bare_people(count, seed))
    kpicore = timing.program()
    found = {
        HAND: [*_script("file_by_hand.py"), "six.csv", "hand.jsonl"],
        SIX: [*kpicore, "score", "ecommerce/agent-indicators", "six.csv", "-o", "six.jsonl"],
        MANY: [*kpicore, "score", "bare.toml", "many.csv", "-o", "many.jsonl"],
    }
    return Match(found, ("hand.jsonl", "six.jsonl"))


def many_months(folder: Path, count: int, months: int, seed: int) -> Match:
    """The same for several."""
    write_months(folder / "months.csv", count, months, seed)
    score = [*timing.program(), "score", "auto/body-shop-advisor", "months.csv", "-o", "months.jsonl"]
    found = {MONTHS_HAND: [*_script("advisor_file_by_hand.py"), "months.csv", "hand.jsonl"], MONTHS: score}
    return Match(found, ("hand.jsonl", "months.jsonl"))


def _script(name: str) -> list[str]:
    return [sys.executable, str(Path(__file__).with_name(name))]


@define
class Task:
    """Runs a command in the folder; raises CalledProcessError where it fails.

    `memory`: the most mebibytes that it held in any run. A process counts no less than the one that starts it.
    """

    command: list[str]
    folder: Path
    memory: float = field(default=0.0, init=False)

    def __call__(self) -> None:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
            process = subprocess.Popen(self.command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=told)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                told.seek(0)
                print(told.read(), file=sys.stderr)
                raise subprocess.CalledProcessError(process.returncode, self.command)
        held = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        self.memory = max(self.memory, held)


def differences(folder: Path, outputs: tuple[str, str]) -> int:
    """For how many results the command and the script say otherwise."""

    def essence(name: str) -> Iterator[tuple[Any, ...]]:
        with (folder / name).open(encoding="utf-8") as handle:
            for line in map(json.loads, handle):
                marks = [(each["measure"], each["points"], each["score"]) for each in line["indicators"].values()]
                yield line["employee"], line.get("period"), line["total"], line["grade"], marks

    return sum(one != other for one, other in zip_longest(*map(essence, outputs)))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=10_000, help="people in each file")
    parser.add_argument("--months", type=int, help="months of each of them, on the sheet of 25 indicators")
    parser.add_argument("--rounds", type=int, default=5, help="how often all take their turn")
    parser.add_argument("--seed", type=int, default=2024, help="of the made-up people")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    if min(options.people, options.rounds, 1 if options.months is None else options.months) < 1:
        parser.error("there must be one person, one month and one round at least")
    where = timing.where()
    print(timing.headed(where))
    rows = options.people * (options.months or 1)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.months is None:
            match = one_month(folder, options.people, options.seed)
        else:
            match = many_months(folder, options.people, options.months, options.seed)
        tasks = {name: Task(command, folder) for name, command in match.commands.items()}
        times = timing.taking_turns(tasks, options.rounds)
        different = differences(folder, match.outputs)
    print(f"The command and the script differ for {different} of {rows} rows.")
    lines = [
        {
            "name": name,
            "seconds": round(median(taken), 3),
            "rows_a_second": round(rows / median(taken)),
            "mebibytes": round(tasks[name].memory),
            "to_hand": round(timing.against(taken, times[match.hand]), 2),
        }
        for name, taken in times.items()
    ]
    print(f"{rows} rows, {options.rounds} rounds; medians, and the most memory")
    print(f"{'':40}{'s':>8}{'rows/s':>10}{'MiB':>8}{'x by hand':>11}")
    for line in lines:
        print(
            f"{line['name']:40}{line['seconds']:8.3f}{line['rows_a_second']:10}{line['mebibytes']:8}"
            f"{line['to_hand']:11.2f}"
        )
    if options.json is not None:
        whole = {
            "where": where,
            "rounds": options.rounds,
            "people": options.people,
            "months": options.months,
            "seed": options.seed,
            "differences": different,
            "commands": lines,
        }
        options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
