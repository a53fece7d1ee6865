"""Times one person on the 25 lines of auto/body-shop-advisor, with two other months: kpicore, and the sheet by hand.

    python benchmarks/one_advisor.py [--rounds N] [--people N] [--seed N] [--json FILE]

First all contestants are held against each other on made-up people; then they take turns, round after round. Exits
with 1 where kpicore and the sheet by hand differ for anybody.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import advisor_by_hand
import advisors
from advisors import Case
from contest import Contest, Contestant, command, of_decimals, of_result

import kpicore
from kpicore.loaded import LoadedScheme

PERIOD, BEFORE, YEAR_AGO = "2024-03", "2024-02", "2023-03"
DECIMAL = "decimal by hand"
LOOKED_AT = ("intake_value", "vehicles_received", "customers_lost", "customers_retained")
"""What the sheet looks at in other months."""

Given = tuple[advisors.Facts, dict[str, advisors.Facts]]


def contest() -> Contest:
    """All of them."""
    loaded = kpicore.load().scheme("auto/body-shop-advisor")
    marks = "measures, points, scores, total, grade"
    found = [
        Contestant("kpicore, full result", "everything", _scoring(loaded), of_result, _with_months),
        Contestant("kpicore, four figures of other months", "everything", _scoring(loaded), of_result, _with_figures),
        Contestant(
            "kpicore, total and grade",
            "total, grade",
            _totalling(loaded),
            lambda got: (got[1], got[2], None),
            _with_figures,
        ),
        Contestant(DECIMAL, marks, _by_hand, of_decimals),
    ]
    return Contest(found, DECIMAL, {DECIMAL: ("x decimal", "to_decimal")}, advisors.made_up)


def _scoring(loaded: LoadedScheme) -> Callable[[Given], Any]:
    return lambda given: loaded.score(given[0], employee="A101", period=PERIOD, history=given[1])


def _totalling(loaded: LoadedScheme) -> Callable[[Given], Any]:
    return lambda given: loaded.total_and_grade(given[0], period=PERIOD, history=given[1])


def _by_hand(case: Case) -> dict[str, Any]:
    return advisor_by_hand.in_decimal(case.facts, case.before, case.year_ago, (case.year_ago,))


def _with_months(case: Case) -> Given:
    """With all figures of the other months."""
    return case.facts, {BEFORE: case.before, YEAR_AGO: case.year_ago}


def _with_figures(case: Case) -> Given:
    """With those of them that the sheet looks at."""
    facts, history = _with_months(case)
    return facts, {period: {name: month[name] for name in LOOKED_AT} for period, month in history.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    assert __doc__ is not None
    return command(__doc__.partition("\n")[0], contest, arguments)


if __name__ == "__main__":
    sys.exit(main())
