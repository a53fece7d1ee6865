"""The figures of one person, team or period as they are collected, and the place of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import define, field

from kpicore.figure import Unreadable, Value
from kpicore.io.heading import Layout
from kpicore.problem import Place
from kpicore.row import Reason


@define(eq=False)
class Entry:
    """Figures at one level. The first row gives most of them; `more` holds the places of all others.

    `last` and `last_row` are the row that was read for it last. Places are kept as (layout, row number, heading),
    for a million rows have millions of figures and few of their places are ever asked for.
    """

    layout: Layout
    row: int
    facts: dict[str, Value | Unreadable] = field(factory=dict)
    more: dict[str, tuple[Layout, int, str]] | None = None
    last: Layout | None = None
    last_row: int = 0
    name: str | None = None
    team: str | None = None
    occasion: str | None = None
    reasons: list[tuple[str, Reason]] | None = None

    def place(self, fact: str) -> Place:
        """Where this level's value of a fact stands."""
        if self.more is not None and fact in self.more:
            layout, row, title = self.more[fact]
            return layout.table.place(row, title)
        titles = {column.target.id: column.title for column in self.layout.columns if not column.again}
        return self.layout.table.place(self.row, titles[fact])

    def put(self, fact: str, value: Value | Unreadable, layout: Layout, row: int, title: str) -> None:
        """Takes a value over from a row other than the first."""
        self.facts[fact] = value
        if self.more is None:
            self.more = {}
        self.more[fact] = (layout, row, title)

    def note(self, fact: str, reason: Reason) -> None:
        """Keeps a reason that goes into the result of everybody who has this fact from here."""
        if self.reasons is None:
            self.reasons = []
        self.reasons.append((fact, reason))


class Sources(Mapping[str, Place]):
    """The place of each figure of a row, made when asked for: the person's own, the team's, everybody's."""

    __slots__ = ("_everybody", "_own", "_team")

    def __init__(self, own: Entry, team: Entry | None = None, everybody: Entry | None = None) -> None:
        self._own = own
        self._team = team
        self._everybody = everybody

    def _layers(self) -> Iterator[Entry]:
        yield from (layer for layer in (self._own, self._team, self._everybody) if layer is not None)

    def __getitem__(self, fact: str) -> Place:
        for entry in self._layers():
            if fact in entry.facts:
                return entry.place(fact)
        raise KeyError(fact)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(fact for entry in self._layers() for fact in entry.facts))

    def __len__(self) -> int:
        return len({fact for entry in self._layers() for fact in entry.facts})

    def __repr__(self) -> str:
        return f"Sources({dict(self)!r})"
