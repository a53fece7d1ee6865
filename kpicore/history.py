"""Looking along a person: what a formula's value was in other periods."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from kpicore.formula.node import Absence, Along, Node

if TYPE_CHECKING:
    from kpicore.protocols import Period
else:
    Period = Any

Known = Fraction | str | bool | datetime.date | Absence
"""A node's exact value, or why there is none."""


class History(Protocol):
    """One person's periods: rows of figures, or results that a ledger keeps."""

    @property
    def periods(self) -> Iterable[Period]:
        """Those of which something is known, rising."""

    def row(self, period: Period) -> Any:
        """The row of figures of a period; None where there is none, as where only results are kept."""

    def value(self, node: Node, period: Period) -> Known:
        """What this formula came to then; missing where nothing is known of that period."""


def along(node: Along, history: History, period: Period) -> Known:
    """What a look along the person gives from this period."""
    if node.way == "previous":
        return history.value(node.arg, period.previous())
    if node.way == "year_ago":
        return history.value(node.arg, period.year_ago())
    return _mean(history.value(node.arg, other) for other in last_year(history, period))


def last_year(history: History, period: Period) -> list[Period]:
    """The periods of the same kind in the calendar year before."""
    return [other for other in history.periods if other.kind == period.kind and other.year == period.year - 1]


def _mean(values: Iterable[Known]) -> Known:
    whole, parts, count = 0, Fraction(0), 0
    for value in values:
        if value is Absence.UNREADABLE:
            return value
        if isinstance(value, Fraction):
            count += 1
            if value.denominator == 1:  # whole numbers add up in a tenth of the time
                whole += value.numerator
            else:
                parts += value
    return (parts + whole) / count if count else Absence.MISSING
