"""Made-up figures for any scheme: near its breaks, on them and far away, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpicore.protocols import Period, Scheme
from kpicore.sample.draw import Sample
from kpicore.sample.people import People
from kpicore.sample.span import first_period, span

if TYPE_CHECKING:
    import polars

__all__ = ["BLANKS", "SEED", "TEAM_SIZE", "People", "Sample", "first_period", "sample_frame", "span"]

BLANKS = 0.01
"""The share of figures that are blank."""

TEAM_SIZE, SEED = 12, 1


def sample_frame(
    scheme: Scheme,
    *,
    people: int,
    months: int = 1,
    seed: int = SEED,
    first: str | None = None,
    blanks: float = BLANKS,
    team_size: int = TEAM_SIZE,
) -> polars.DataFrame:
    """Made-up figures for one version of a scheme, a row a person and period, as `kpicore score` reads them.

    `months` are periods of the scheme's first kind, whatever that is, from `first` on. Counts are whole numbers, other
    numbers decimals. Raises PeriodError and UsageError where there are no such periods.
    """
    import polars

    periods: Sequence[Period] = span(first_period(scheme.periods, scheme.effective, first), months)
    sample = Sample.of([(scheme, periods)], People(people, team_size, str(seed)), blanks)
    return polars.concat(sample.frames())
