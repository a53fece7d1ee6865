"""A contest over made-up people: all are held against each other first, then they take turns against the clock."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import timing
from attrs import field, frozen

from kpicore.result import Result

Marks = tuple[tuple[str, str, str], ...]
Outcome = tuple[Decimal, str, Marks | None]
"""Total, grade, and the measure, points and score of each indicator as texts, where the contestant gives them."""


@frozen
class Contestant:
    """A way to score one person, what it is given of a person, and how its answer reads."""

    name: str
    gives: str
    score: Callable[[Any], Any]
    outcome: Callable[[Any], Outcome]
    given: Callable[[Any], Any] = field(default=lambda person: person)


@frozen
class Contest:
    """The contestants, one of whom is right by definition, and those whose time the others' is put against.

    `references`: by name the column's heading and its key in the figures. Who is `foreign` may differ.
    """

    contestants: Sequence[Contestant]
    right: str
    references: Mapping[str, tuple[str, str]]
    made_up: Callable[[int, int], Sequence[Any]]
    foreign: frozenset[str] = frozenset()

    def differences(self, crowd: Sequence[Any]) -> dict[str, list[Any]]:
        """For each contestant the people for whom it says otherwise than the one who is right."""
        by_name = {contestant.name: contestant for contestant in self.contestants}
        reference = by_name.pop(self.right)
        different: dict[str, list[Any]] = {name: [] for name in by_name}
        for person in crowd:
            expected = reference.outcome(reference.score(reference.given(person)))
            for name, contestant in by_name.items():
                got = contestant.outcome(contestant.score(contestant.given(person)))
                if got[:2] != expected[:2] or got[2] not in (None, expected[2]):
                    different[name].append(person)
        return different

    def timed(self, crowd: Sequence[Any], rounds: int) -> dict[str, list[float]]:
        """Microseconds a person of each contestant, round by round."""

        def task(contestant: Contestant) -> Callable[[], None]:
            score, given = contestant.score, [contestant.given(person) for person in crowd]

            def run() -> None:
                for each in given:
                    score(each)

            return run

        times = timing.taking_turns({each.name: task(each) for each in self.contestants}, rounds)
        return {name: [1e6 * each / len(crowd) for each in taken] for name, taken in times.items()}

    def report(self, times: Mapping[str, list[float]]) -> list[dict[str, Any]]:
        """A line for each contestant: its median and what it is to those that others are measured by."""
        lines = []
        for contestant in self.contestants:
            taken = times[contestant.name]
            line: dict[str, Any] = {"name": contestant.name, "gives": contestant.gives}
            line["microseconds"] = round(median(taken), 2)
            for name, (_, key) in self.references.items():
                line[key] = round(timing.against(taken, times[name]), 2) if name in times else None
            lines.append(line)
        return lines

    def show(self, lines: Sequence[dict[str, Any]]) -> None:
        """Prints the report."""
        headings = "".join(f"{heading:>11}" for heading, _ in self.references.values())
        print(f"{'':40}{'us':>8}{headings}   gives")
        for line in lines:
            keys = [key for _, key in self.references.values()]
            ratios = "".join(f"{'' if line[key] is None else format(line[key], '.2f'):>11}" for key in keys)
            print(f"{line['name']:40}{line['microseconds']:8.2f}{ratios}   {line['gives']}")


def of_result(got: Result) -> Outcome:
    """What a whole result of kpicore says."""
    assert got.status == "scored", got
    assert got.total is not None
    assert got.grade is not None
    lines = got.indicators.values()
    return got.total, got.grade, tuple((str(line.measure), str(line.points), str(line.score)) for line in lines)


def of_decimals(got: Mapping[str, Any]) -> Outcome:
    """What a sheet by hand in Decimal says."""
    lines = got["indicators"].values()
    marks = tuple((str(line["measure"]), str(line["points"]), str(line["score"])) for line in lines)
    return got["total"], got["grade"], marks


def command(description: str, contest: Callable[[], Contest], arguments: Sequence[str] | None) -> int:
    """The command of a contest; 1 where somebody who is not foreign differs."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=15, help="how often all take their turn")
    parser.add_argument("--people", type=int, default=500, help="different people in a round")
    parser.add_argument("--checked", type=int, default=5000, help="people on whom all are held against each other")
    parser.add_argument("--seed", type=int, default=2024, help="of the made-up people")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    if min(options.rounds, options.people, options.checked) < 1:
        parser.error("there must be one round, one person and one check at least")

    where = timing.where()
    print(timing.headed(where))
    held = contest()
    crowd = held.made_up(max(options.people, options.checked), options.seed)
    different = held.differences(crowd[: options.checked])
    for name, some in different.items():
        if some:
            print(f"{name} differs for {len(some)} of {options.checked} people, first for {some[0]}")
    if not any(different.values()):
        print(f"All agree on {options.checked} people.")
    lines = held.report(held.timed(crowd[: options.people], options.rounds))
    print(f"{options.people} people, {options.rounds} rounds; medians")
    held.show(lines)
    if options.json is not None:
        whole = {
            "where": where,
            "rounds": options.rounds,
            "people": options.people,
            "seed": options.seed,
            "checked": options.checked,
            "differences": {name: len(some) for name, some in different.items()},
            "contestants": lines,
        }
        options.json.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if any(some for name, some in different.items() if name not in held.foreign) else 0
