"""Times `kpicore score` over a file of many people, CSV in and JSON lines out, as a whole process.

    python benchmarks/command.py [--people N] [--rounds N] [--seed N] [--json FILE]

Two sheets: ecommerce/agent-indicators, beside a script that does the same by hand and trusts every cell; and a bare
sheet of 24 indicators that is made here. Before the timing the results of the first are held against the script's.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import people
import timing

HAND, SIX, MANY = "by hand, 6 indicators", "kpicore score, 6 indicators", "kpicore score, 24 indicators"
INDICATORS = 24
PERIOD = "2024-03"


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
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def commands(folder: Path, count: int, seed: int) -> dict[str, list[str]]:
    """What is run in this folder, by its name; its files are made here."""
    (folder / "bare.toml").write_text(bare_scheme(), encoding="utf-8")
    write_table(folder / "six.csv", people.made_up(count, seed))
    write_table(folder / "many.csv", bare_people(count, seed))
    kpicore = timing.program()
    script = str(Path(__file__).with_name("file_by_hand.py"))
    return {
        HAND: [sys.executable, script, "six.csv", "hand.jsonl"],
        SIX: [*kpicore, "score", "ecommerce/agent-indicators", "six.csv", "-o", "six.jsonl"],
        MANY: [*kpicore, "score", "bare.toml", "many.csv", "-o", "many.jsonl"],
    }


def task(command: list[str], folder: Path) -> Callable[[], None]:
    """Runs a command in the folder; raises CalledProcessError where it fails."""

    def run() -> None:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            done.check_returncode()

    return run


def differences(folder: Path) -> int:
    """For how many people the command and the script say otherwise."""

    def essence(name: str) -> list[tuple[Any, ...]]:
        found = []
        with (folder / name).open(encoding="utf-8") as handle:
            for line in map(json.loads, handle):
                marks = [(each["measure"], each["points"], each["score"]) for each in line["indicators"].values()]
                found.append((line["employee"], line["total"], line["grade"], marks))
        return found

    one, other = essence("six.jsonl"), essence("hand.jsonl")
    return sum(a != b for a, b in zip(one, other, strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=10_000, help="rows in each file")
    parser.add_argument("--rounds", type=int, default=5, help="how often all take their turn")
    parser.add_argument("--seed", type=int, default=2024, help="of the made-up people")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    if min(options.people, options.rounds) < 1:
        parser.error("there must be one person and one round at least")
    where = timing.where()
    print(timing.headed(where))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tasks = {
            name: task(command, folder) for name, command in commands(folder, options.people, options.seed).items()
        }
        times = timing.taking_turns(tasks, options.rounds)
        different = differences(folder)
    print(f"The command and the script differ for {different} of {options.people} people.")
    lines = [
        {
            "name": name,
            "seconds": round(median(taken), 3),
            "people_a_second": round(options.people / median(taken)),
            "to_hand": round(timing.against(taken, times[HAND]), 2),
        }
        for name, taken in times.items()
    ]
    print(f"{options.people} people, {options.rounds} rounds; medians")
    print(f"{'':40}{'s':>8}{'people/s':>10}{'x by hand':>11}")
    for line in lines:
        print(f"{line['name']:40}{line['seconds']:8.3f}{line['people_a_second']:10}{line['to_hand']:11.2f}")
    if options.json is not None:
        whole = {
            "where": where,
            "rounds": options.rounds,
            "people": options.people,
            "seed": options.seed,
            "differences": different,
            "commands": lines,
        }
        options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
