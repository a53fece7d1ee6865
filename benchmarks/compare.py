"""Times a comparison of a million people beside scoring the same table twice.

    python benchmarks/compare.py [--people N] [--rounds N] [--json FILE]

All begin with the same Polars table of `ecommerce/agent-indicators` and one threshold set otherwise. `score_table` runs
for both sides with all columns of results, as it comes, and again with only those that a comparison needs. All take
turns, round after round; a ratio is the median of those within rounds.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from statistics import median

import population_people
import timing

import kpicore

SCHEME, PERIOD = "ecommerce/agent-indicators", "2024-03"
PARAMS = {"refund_excellent": "0.01"}
NEEDED = ["status", "occasion", "total", "grade", "pay_total", "score"]


def main() -> None:
    """Prints seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    scheme = kpicore.load().scheme(SCHEME)
    table = population_people.frame("agents", given.people, 1)

    def twice(outputs: list[str] | None) -> Callable[[], None]:
        def run() -> None:
            scheme.score_table(table, period=PERIOD, outputs=outputs)
            scheme.score_table(table, period=PERIOD, outputs=outputs, params=PARAMS)

        return run

    def compare() -> None:
        kpicore.compare(scheme, scheme, table, period=PERIOD, params=PARAMS)

    times = timing.taking_turns(
        {"compare": compare, "scored twice": twice(None), "scored twice, needed columns": twice(NEEDED)}, given.rounds
    )
    where = timing.where()
    print(timing.headed(where))
    print(f"{given.people:,} people, {given.rounds} rounds")
    ratios = {name: timing.against(times["compare"], found) for name, found in times.items()}
    for name, found in times.items():
        print(f"{name:30} {median(found):7.2f} s   compare is {ratios[name]:.2f} of it")
    if given.json is not None:
        seconds = {name: median(found) for name, found in times.items()}
        written = {"where": where, "people": given.people, "seconds": seconds, "ratios": ratios}
        given.json.write_text(json.dumps(written, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
