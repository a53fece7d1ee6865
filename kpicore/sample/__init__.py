"""Made-up figures for any scheme: near its breaks, on them and far away, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kpicore.protocols import Period, Scheme
from kpicore.sample.draw import Sample
from kpicore.sample.people import People
from kpicore.sample.span import first_period, span
from kpicore.sample.start import Starts

if TYPE_CHECKING:
    import polars

__all__ = ["SEED", "TEAM_SIZE", "People", "Sample", "first_period", "sample_frame", "sample_roster", "span"]

TEAM_SIZE, SEED = 12, 1


def sample_frame(
    scheme: Scheme,
    *,
    people: int,
    months: int = 1,
    seed: int = SEED,
    first: str | None = None,
    blanks: float | None = None,
    team_size: int = TEAM_SIZE,
) -> polars.DataFrame:
    """Made-up figures for one version of a scheme, a row a person and period, as `kpicore score` reads them.

    `months` are periods of the scheme's first kind, whatever that is, from `first` on. Counts are whole numbers, other
    numbers decimals. `blanks` is the share of figures that are blank: 0.01 unless given, and less where there are so
    many figures that hardly anybody would have them all. Of a scheme with a ladder they are of months, and
    `sample_roster` says where the people begin.
    Raises PeriodError and UsageError where there are no such periods.
    """
    import polars

    periods = _periods(scheme, first, months)
    return polars.concat(Sample.of([(scheme, periods)], People(people, team_size, str(seed)), blanks).frames())


def sample_roster(
    scheme: Scheme, *, people: int, seed: int = SEED, first: str | None = None, team_size: int = TEAM_SIZE
) -> polars.DataFrame:
    """The roster of the people of `sample_frame` with the same arguments, as text: employee, name, team, employed_from
    and employed_to, which are mostly blank, and, where the scheme has a ladder, level and level_since."""
    made = People(people, team_size, str(seed))
    (begin,) = _periods(scheme, first, 1)
    starts = Starts.of(scheme.sheet().model.ladder, begin, made.seed, scheme.effective)
    return made.roster(0, people, begin.year, starts)


def _periods(scheme: Scheme, first: str | None, count: int) -> Sequence[Period]:
    kinds = scheme.periods if scheme.sheet().model.ladder is None else ("month",)
    return span(first_period(kinds, scheme.effective, first), count)
