"""Times one person on ecommerce/agent-indicators: kpicore, the same sheet by hand, and zen-engine.

    python benchmarks/one_person.py [--rounds N] [--people N] [--seed N] [--json FILE]

First all contestants are held against each other on made-up people; then they take turns, round after round. Exits
with 1 where kpicore and the sheet by hand differ for anybody.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import by_hand
import people
import timing
import zen_rules
from attrs import field, frozen

import kpicore
from kpicore.loaded import LoadedScheme
from kpicore.result import Result

PERIOD = "2024-03"
DECIMAL, ZEN = "decimal by hand", "zen, short"
FULL, BRIEF = "kpicore, full result", "kpicore, total and grade"
_MARKS = "measures, points, scores, total, grade"
Facts = people.Facts
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
    given: Callable[[Facts], Any] = field(default=lambda facts: facts)


def contestants() -> list[Contestant]:
    """All that can run here."""
    loaded = kpicore.load().scheme("ecommerce/agent-indicators")
    found = [
        Contestant(FULL, "everything", _scoring(loaded), _of_result),
        Contestant(BRIEF, "total, grade", _totalling(loaded), lambda got: (*got[1:], None)),
        Contestant(DECIMAL, _MARKS, by_hand.in_decimal, _of_decimals),
        Contestant("whole numbers by hand", _MARKS, by_hand.in_whole_numbers, _of_whole_numbers),
        Contestant("whole numbers, total and grade", "total, grade", by_hand.total_in_whole_numbers, _of_whole_total),
    ]
    try:
        engine = zen_rules.engine()
    except ImportError:
        print("zen-engine is not installed and stays out; pip install 'kpicore[benchmark]'", file=sys.stderr)
        return found
    for name, model, gives in (
        (ZEN, "short", "total, grade"),
        ("zen, decision tables", "tables", "measures, scores, total, grade"),
    ):
        found.append(Contestant(name, gives, zen_rules.asked(engine, model), _of_zen, zen_rules.plain))
    return found


def _scoring(loaded: LoadedScheme) -> Callable[[Facts], Result]:
    return lambda facts: loaded.score(facts, employee="E001", period=PERIOD)


def _totalling(loaded: LoadedScheme) -> Callable[[Facts], Any]:
    return lambda facts: loaded.total_and_grade(facts, period=PERIOD)


def _of_result(got: Result) -> Outcome:
    assert got.status == "scored", got
    assert got.total is not None
    assert got.grade is not None
    lines = got.indicators.values()
    return got.total, got.grade, tuple((str(line.measure), str(line.points), str(line.score)) for line in lines)


def _of_decimals(got: dict[str, Any]) -> Outcome:
    lines = got["indicators"].values()
    marks = tuple((str(line["measure"]), str(line["points"]), str(line["score"])) for line in lines)
    return got["total"], got["grade"], marks


def _of_whole_numbers(got: dict[str, Any]) -> Outcome:
    marks = []
    for name, line in got["indicators"].items():
        measure = Decimal(line["measure"]).scaleb(-1 if name == "response_time" else -4)
        points, score = (Decimal(line[part]).scaleb(-2) for part in ("points", "score"))
        marks.append((str(measure), str(points), str(score)))
    return *_of_whole_total((got["total"], got["grade"]))[:2], tuple(marks)


def _of_whole_total(got: tuple[int, str]) -> Outcome:
    return Decimal(got[0]).scaleb(-2), got[1], None


def _of_zen(got: dict[str, Any]) -> Outcome:
    return Decimal(str(got["result"]["total"])), got["result"]["grade"], None


def differences(found: Sequence[Contestant], crowd: Sequence[Facts]) -> dict[str, list[Facts]]:
    """For each contestant the people for whom it says otherwise than the sheet by hand in Decimal."""
    by_name = {contestant.name: contestant for contestant in found}
    reference = by_name.pop(DECIMAL)
    different: dict[str, list[Facts]] = {name: [] for name in by_name}
    for facts in crowd:
        expected = reference.outcome(reference.score(facts))
        for name, contestant in by_name.items():
            got = contestant.outcome(contestant.score(contestant.given(facts)))
            if got[:2] != expected[:2] or got[2] not in (None, expected[2]):
                different[name].append(facts)
    return different


def timed(found: Sequence[Contestant], crowd: Sequence[Facts], rounds: int) -> dict[str, list[float]]:
    """Microseconds a person of each contestant, round by round."""

    def task(contestant: Contestant) -> Callable[[], None]:
        score, given = contestant.score, [contestant.given(facts) for facts in crowd]

        def run() -> None:
            for each in given:
                score(each)

        return run

    times = timing.taking_turns({contestant.name: task(contestant) for contestant in found}, rounds)
    return {name: [1e6 * each / len(crowd) for each in taken] for name, taken in times.items()}


def report(found: Sequence[Contestant], times: dict[str, list[float]]) -> list[dict[str, Any]]:
    """A line for each contestant: its median and what it is to the two that others are measured by."""
    lines = []
    for contestant in found:
        taken = times[contestant.name]
        line: dict[str, Any] = {"name": contestant.name, "gives": contestant.gives}
        line["microseconds"] = round(median(taken), 2)
        line["to_decimal"] = round(timing.against(taken, times[DECIMAL]), 2)
        line["to_zen"] = round(timing.against(taken, times[ZEN]), 2) if ZEN in times else None
        lines.append(line)
    return lines


def _show(lines: Sequence[dict[str, Any]]) -> None:
    print(f"{'':40}{'us':>8}{'x decimal':>11}{'x zen':>8}   gives")
    for line in lines:
        zen = "" if line["to_zen"] is None else f"{line['to_zen']:.2f}"
        print(f"{line['name']:40}{line['microseconds']:8.2f}{line['to_decimal']:11.2f}{zen:>8}   {line['gives']}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
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
    found = contestants()
    crowd = people.made_up(max(options.people, options.checked), options.seed)
    different = differences(found, crowd[: options.checked])
    for name, some in different.items():
        if some:
            print(f"{name} differs for {len(some)} of {options.checked} people, first for {some[0]}")
    if not any(different.values()):
        print(f"All agree on {options.checked} people.")
    lines = report(found, timed(found, crowd[: options.people], options.rounds))
    print(f"{options.people} people, {options.rounds} rounds; medians")
    _show(lines)
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
    return 1 if any(some for name, some in different.items() if not name.startswith("zen")) else 0


if __name__ == "__main__":
    sys.exit(main())
