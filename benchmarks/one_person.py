"""Times one person on ecommerce/agent-indicators: kpicore, the same sheet by hand, and zen-engine.

    python benchmarks/one_person.py [--rounds N] [--people N] [--seed N] [--json FILE]

First all contestants are held against each other on made-up people; then they take turns, round after round. Exits
with 1 where kpicore and the sheet by hand differ for anybody.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import by_hand
import people
import zen_rules
from contest import Contest, Contestant, Outcome, command, of_decimals, of_result

import kpicore
from kpicore.loaded import LoadedScheme
from kpicore.result import Result

PERIOD = "2024-03"
DECIMAL, WHOLE = "decimal by hand", "whole numbers, total and grade"
ZEN, TABLES = "zen, short", "zen, decision tables"
_MARKS = "measures, points, scores, total, grade"
Facts = people.Facts


def contest() -> Contest:
    """All that can run here."""
    loaded = kpicore.load().scheme("ecommerce/agent-indicators")
    found = [
        Contestant("kpicore, full result", "everything", _scoring(loaded), of_result),
        Contestant("kpicore, total and grade", "total, grade", _totalling(loaded), lambda got: (got[1], got[2], None)),
        Contestant(DECIMAL, _MARKS, by_hand.in_decimal, of_decimals),
        Contestant("whole numbers by hand", _MARKS, by_hand.in_whole_numbers, _of_whole_numbers),
        Contestant(WHOLE, "total, grade", by_hand.total_in_whole_numbers, _of_whole_total),
    ]
    references = {DECIMAL: ("x decimal", "to_decimal"), WHOLE: ("x whole", "to_whole"), ZEN: ("x zen", "to_zen")}
    try:
        engine = zen_rules.engine()
    except ImportError:
        print("zen-engine is not installed and stays out; pip install 'kpicore[benchmark]'", file=sys.stderr)
    else:
        for name, model, gives in (
            (ZEN, "short", "total, grade"),
            (TABLES, "tables", "measures, scores, total, grade"),
        ):
            found.append(Contestant(name, gives, zen_rules.asked(engine, model), _of_zen, zen_rules.plain))
    return Contest(found, DECIMAL, references, people.made_up, frozenset((ZEN, TABLES)))


def _scoring(loaded: LoadedScheme) -> Callable[[Facts], Result]:
    return lambda facts: loaded.score(facts, employee="E001", period=PERIOD)


def _totalling(loaded: LoadedScheme) -> Callable[[Facts], Any]:
    return lambda facts: loaded.total_and_grade(facts, period=PERIOD)


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


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    assert __doc__ is not None
    return command(__doc__.partition("\n")[0], contest, arguments)


if __name__ == "__main__":
    sys.exit(main())
