"""A person's rows as their history: what a formula came to in each of their periods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import define, evolve, field

from kpicore.formula.node import Absence, Along, Fact, Node, Ref, walk
from kpicore.history import Known
from kpicore.model import Sheet
from kpicore.protocols import Period
from kpicore.row import Row

Read = Callable[[Node, Row], Known]
_Figures = Mapping[str, object]
PastFigures = Mapping[str, _Figures] | Mapping[Period, _Figures] | Mapping[str | Period, _Figures]
"""A person's raw figures of other periods, by period."""


def looks_back(sheet: Sheet) -> bool:
    """Whether any cell looks along the person."""
    return any(isinstance(node, Along) for cell in sheet.cells.values() for node in walk(cell.node))


@define(eq=False)
class Past:
    """The rows of one person. Two rows of one period contradict each other: what they say can not be read."""

    _read: Read
    _rows: dict[Period, Row | None] = field(factory=dict)
    _known: dict[tuple[Node, Period], Known] = field(factory=dict)
    _rising: list[Period] | None = None

    @property
    def periods(self) -> Iterable[Period]:
        """The periods of the rows, rising."""
        if self._rising is None:
            self._rising = sorted(self._rows)
        return self._rising

    def add(self, row: Row) -> Row:
        """The same row, with this history."""
        return self._keep(evolve(row, history=self))

    def _keep(self, row: Row) -> Row:
        self._rows[row.period] = None if row.period in self._rows else row
        self._rising = None
        return row

    def row(self, period: Period) -> Row | None:
        """The row of a period; None where there is none, or two."""
        return self._rows.get(period)

    def value(self, node: Node, period: Period) -> Known:
        """What this formula came to then; missing where there is no row."""
        known = self._known.get((node, period))
        if known is None:
            if not isinstance(node, Fact) and any(isinstance(inner, Ref) for inner in walk(node)):
                self._earlier(node, period)
            known = self._known[node, period] = self._computed(node, period)
        return known

    def _earlier(self, node: Node, period: Period) -> None:
        """Computes the earlier periods of this kind first, oldest to newest, so that no chain of looks grows deep."""
        for other in self.periods:
            if other.kind == period.kind and other < period and (node, other) not in self._known:
                self._known[node, other] = self._computed(node, other)

    def _computed(self, node: Node, period: Period) -> Known:
        if period not in self._rows:
            return Absence.MISSING
        row = self._rows[period]
        return Absence.UNREADABLE if row is None else self._read(node, row)


def with_past(rows: Iterable[Row], read: Read) -> list[Row]:
    """The rows, each with the history of its person, made of all of them."""
    people: dict[str, Past] = {}
    return [people.setdefault(row.employee, Past(read)).add(row) for row in rows]


def past_of(rows: Iterable[tuple[Period, Mapping[str, Any]]], row: Row, read: Read) -> Row:
    """One row with a history of figures that were read already; what they say of its own period is passed over."""
    past = Past(read)
    for period, facts in rows:
        if period != row.period:
            past._keep(Row(row.employee, period, facts, row.name, row.team, row.occasion, history=past))
    return past.add(row)
