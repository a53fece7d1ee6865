"""Where made-up people begin on a ladder: at which level, and since which month."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from attrs import frozen

from kpicore.ladderspec import LadderSpec
from kpicore.protocols import Period
from kpicore.sample.chance import one_of
from kpicore.sample.people import PERSON
from kpicore.stretch import Month, month_of

if TYPE_CHECKING:
    import polars

_OF = 100
_LATER, _EARLIER = (1, 2), 3


@frozen
class Starts:
    """The levels of a ladder, the months of its cycles, the first month with figures, and how many months before it a
    version was in force already.

    Most people begin with that month, some one or two months later, so that their cycles end at other times, and a few
    earlier, so that the first cycle lacks figures; none before the first version, which could not decide their cycle.
    """

    levels: tuple[str, ...]
    months: int
    first: Month
    seed: str
    before: int

    @classmethod
    def of(cls, ladder: LadderSpec | None, first: Period, seed: str, begun: datetime.date) -> Starts | None:
        """Those of a ladder, for figures from this month on, in force since that day; None where there is no ladder."""
        if ladder is None:
            return None
        month, force = month_of(first.start), month_of(begun)
        if force.start < begun:
            force = force.later(1)
        return cls(ladder.levels, ladder.months, month, seed, max(month.count - force.count, 0))

    @property
    def _offsets(self) -> list[int]:
        later = [offset for offset in _LATER for _ in range(_OF // 6)]
        earlier = [max(-1 - number * self.months // _EARLIER, -self.before) for number in range(_EARLIER)]
        return [0] * (_OF - len(later) - len(earlier)) + later + earlier

    def _place(self) -> polars.Expr:
        import polars

        return one_of(polars.col(PERSON), _OF, self.seed, "start")

    def level(self) -> polars.Expr:
        """The level of each person of the column `PERSON`."""
        import polars

        place = one_of(polars.col(PERSON), len(self.levels), self.seed, "level")
        return polars.lit(polars.Series(self.levels)).gather(place)

    def since(self) -> polars.Expr:
        """The month since when each is at this level, as text."""
        import polars

        return polars.lit(polars.Series([str(self.first.later(offset)) for offset in self._offsets])).gather(
            self._place()
        )

    def early(self) -> polars.Expr:
        """Whether somebody begins before the first month."""
        import polars

        return polars.lit(polars.Series([offset < 0 for offset in self._offsets])).gather(self._place())

    def turn(self, number: int) -> tuple[polars.Expr, polars.Expr]:
        """In which cycle each person is in the month of this number, and its place in that; the cycles' numbers rise,
        from 0 or 1 on."""
        import polars

        offsets = polars.Series(self._offsets, dtype=polars.Int64)
        gone = number + len(_LATER) * self.months - polars.lit(offsets).gather(self._place())
        return (gone // self.months).cast(polars.UInt64), (gone % self.months).cast(polars.UInt32)
