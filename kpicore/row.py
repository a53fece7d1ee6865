"""A row: the figures of one person for one period, read and joined, as the engines take them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from attrs import define, field, frozen

from kpicore.figure import Figure
from kpicore.history import Crowd, History
from kpicore.problem import Place
from kpicore.protocols import Period


@frozen
class Reason:
    """Why something is as it is: a code of the message catalogue and the values that its sentence names."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, **values: object) -> Reason:
        """With values in the order given; what is None is left away."""
        return cls(code, tuple((name, str(value)) for name, value in values.items() if value is not None))

    def value(self, name: str) -> str | None:
        """One of the values."""
        return dict(self.values).get(name)


@frozen
class Adjustment:
    """A plus or minus item: points, with the places of the scheme's total, why, and who has entered it.

    `place` is where it was read, as far as known.
    """

    points: Decimal
    reason: str
    author: str
    place: Place = field(default=Place(), eq=False)

    def to_dict(self) -> dict[str, str]:
        """It as plain data; points are a text with their places."""
        return {"points": format(self.points, "f"), "reason": self.reason, "author": self.author}


@define(slots=True)
class Row:
    """The figures of one person for one period.

    `facts` holds values that `kpicore.figure.read` gave (or UNREADABLE), by the id of a fact or of a parameter
    that is set for this row; a fact that is not there is blank. `sources` says where each came from, where known.
    `reasons` are what the reader of the figures has to say about the row, and go into its result. `absent`: nobody
    delivered anything for this person, so the result is incomplete whatever blanks stand for. `history` has the
    person's rows of all periods, for formulas that look along a person, `others` those of all people, for formulas
    that look across them; `place` is its number among those. `adjustments` are the plus and minus items, whose sum is
    among the facts (see `kpicore.adjustment`).
    """

    employee: str
    period: Period
    facts: Mapping[str, Figure]
    name: str | None = None
    team: str | None = None
    occasion: str | None = None
    sources: Mapping[str, Place] = field(factory=dict)
    reasons: tuple[Reason, ...] = ()
    history: History | None = field(default=None, repr=False, eq=False)
    absent: bool = False
    others: Crowd | None = field(default=None, repr=False, eq=False)
    place: int = field(default=-1, repr=False, eq=False)
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def where(self) -> Place:
        """The row of the file that its figures stand in, as far as known."""
        place = next(iter(self.sources.values()), Place())
        return Place(place.file, page=place.page, row=place.row)
