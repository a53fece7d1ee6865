"""What other periods of the people of a report came to: those before, and those that a longer period is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal

from attrs import define, field

from kpicore.cli.job import Job
from kpicore.errors import UnknownSchemeError
from kpicore.explain.use import Earlier
from kpicore.model import GIVEN_TOTAL
from kpicore.protocols import Period
from kpicore.result import Result
from kpicore.row import Row

MOST_EARLIER = 12
"""The most periods before that a page shows."""


@define
class Past:
    """Other periods of people. `results` are those that have a page, by employee and period."""

    job: Job
    results: Mapping[tuple[str, str], Result]
    _rows: dict[str, list[Row]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._rows = {}
        for row in self.job.history:
            self._rows.setdefault(row.employee, []).append(row)

    def earlier(self, row: Row) -> Iterator[Earlier]:
        """What the person's periods of the same kind before this one came to, the last year of them."""
        rows = [other for other in self._rows[row.employee] if _before(other.period, row.period)]
        for other in sorted(rows, key=lambda other: other.period)[-MOST_EARLIER:]:
            yield from self._of(other)

    def shorter(self, row: Row) -> Iterator[Earlier]:
        """What the shorter periods that this one is made of came to, as far as there are figures of them."""
        kind = self.job.scheme.in_force(row.period).model.shorter
        own = [other for other in self._rows[row.employee] if other.period.kind == kind]
        for other in sorted(own, key=lambda other: other.period):
            if row.period.contains(other.period):
                yield from self._of(other)

    def _of(self, row: Row) -> Iterator[Earlier]:
        """One period; nothing of one before the first version, of which the run has told."""
        with suppress(UnknownSchemeError):
            name, given = str(row.period), row.facts.get(GIVEN_TOTAL)
            known = self.results.get((row.employee, name))
            if isinstance(given, Decimal):
                yield Earlier(name, "scored", given, None, paged=known is not None, decided=True)
                return
            scorer = self.job.scheme.in_force(row.period).scorer(self.job.settings)
            result = known if known is not None else scorer.score(row)
            paged = known is not None
            yield Earlier(name, result.status, result.total, result.grade, result.indicators, paged=paged)


def _before(period: Period, other: Period) -> bool:
    return period.kind == other.kind and period < other
