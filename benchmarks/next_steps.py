"""Times what a person can do next, as a multiple of scoring that person.

    python benchmarks/next_steps.py [--people N] [--rounds N] [SCHEME]...

For each scheme and round all made-up people are scored and all get their advice; medians of the rounds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import kpicore
from kpicore.loaded import LoadedScheme
from kpicore.next_step.advice import Advisor
from kpicore.row import Row
from kpicore.sample import sample_frame

SCHEMES = ("ecommerce/agent-indicators", "auto/body-shop-advisor", "property/steward", "service/base-bonus")


def rows_of(scheme: LoadedScheme, people: int) -> list[Row]:
    """Made-up people, with all figures."""
    found = []
    for raw in sample_frame(scheme.newest, people=people, seed=5, blanks=0.0).to_dicts():
        facts, _ = scheme.newest.facts({name: raw[name] for name in scheme.newest.model.facts if name in raw})
        found.append(Row(raw["employee"], kpicore.parse_period(raw["period"]), facts, team=raw["team"]))
    return list(scheme.remembering(found))


def timed(call: Callable[[Row], object], rows: list[Row], rounds: int) -> float:
    """The median of some rounds, in seconds."""
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for row in rows:
            call(row)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("schemes", nargs="*", default=SCHEMES)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    registry = kpicore.load()
    print("| scheme | scoring, ms a person | advice, ms a person | advice / scoring |\n|---|---|---|---|")
    for ref in asked.schemes:
        scheme = registry.scheme(ref)
        rows = rows_of(scheme, asked.people)
        advisor = Advisor(scheme, None, rows)
        for row in rows:
            advisor.advice(row)  # programs are made
        scoring = timed(scheme.newest.plain.score, rows, asked.rounds)
        advising = timed(advisor.advice, rows, asked.rounds)
        each = [1000 * seconds / len(rows) for seconds in (scoring, advising)]
        print(f"| {ref} | {each[0]:.3f} | {each[1]:.1f} | {advising / scoring:.0f} |")


if __name__ == "__main__":
    main()
