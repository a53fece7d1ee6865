"""What a formula took of other periods of the person, or of other people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Protocol

from attrs import frozen

from kpicore.crossing import counting
from kpicore.explain.choice import Choices
from kpicore.explain.ladder import Asked
from kpicore.explain.use import FigureUse, Heads, Origin
from kpicore.figure import KindName
from kpicore.formula.node import RANKS, Absence, Across, Along, Crossing, Fact, Flag, Node, Portion, Ref
from kpicore.history import Known, cycle, last_year
from kpicore.model import Sheet
from kpicore.problem import Place
from kpicore.protocols import Period
from kpicore.row import Row
from kpicore.text import Title, Titled
from kpicore.wording import formula_text


class Reading(Protocol):
    """What reads a row by a sheet, exactly."""

    @property
    def sheet(self) -> Sheet: ...
    def value(self, node: Node, row: Row) -> Known: ...


@frozen
class Then:
    """Reads a row of a person's history, by the version in force in its period."""

    sheet: Sheet

    def value(self, node: Node, row: Row) -> Known:
        """What a formula came to then."""
        assert row.history is not None
        return row.history.value(node, row.period)


@frozen
class Looks:
    """The looks of one row's formulas."""

    reader: Reading
    row: Row

    def along(self, node: Along) -> FigureUse:
        """What a formula took of other periods, and, for a plain fact of one period, where that was read."""
        period = self.row.period
        then = {"previous": period.previous, "year_ago": period.year_ago}.get(node.way)
        other: Period | None = None if then is None else then()
        if node.month is not None:
            other = (*cycle(period, node.part), *(period for _ in range(node.month)))[node.month]
        title, kind = self._titled(node.arg)
        name = formula_text(node.arg, times="*")
        place = None if other is None else self._place_then(node.arg, other)
        value, origin = _found(self._value(node))
        titles = Choices(self.reader.sheet.model).titles(node.arg)
        parts = tuple(self._parts(node, name, title, kind, titles)) if other is None else ()
        when = other or (period if node.way.startswith("cycle_") else period.year - 1)
        return FigureUse(
            name, title, kind, value, origin, place, False, node.way, str(when), parts, over=node.part, titles=titles
        )

    def streak(self, node: Node, condition: Node) -> FigureUse:
        """For how many periods running a condition has held."""
        value, origin = _found(self._value(node))
        name = formula_text(condition, times="*")
        return FigureUse(name, Title(), "count", value, origin, way="streak", period=str(self.row.period))

    def asked(self, asked: Asked, node: Node) -> FigureUse:
        """What a formula of a ladder asks of a set of checks, and what came of the two tries."""
        period = str(self.row.period)
        parts = tuple(
            FigureUse(asked.text, Title(), "flag", *_found(self._value(part)), way=way, period=period)
            for way, part in asked.tries(node)
        )
        value, origin = _found(self._value(node))
        return FigureUse(
            asked.text, Title(), "flag", value, origin, None, False, asked.way, period, parts if len(parts) > 1 else ()
        )

    def across(self, node: Across) -> FigureUse:
        """What a formula took of other people, and how many of them counted."""
        value, origin = _found(self._value(node))
        title, kind = self._titled(node.arg)
        if node.way == "count" or node.way in RANKS:
            kind = "count"
        name = formula_text(node.arg, times="*")
        period = str(self.row.period)
        return FigureUse(name, title, kind, value, origin, way=node.way, period=period, heads=self.heads(node))

    def heads(self, node: Crossing) -> Heads:
        """How many a look across people found, and whether the person is one of them."""
        asked = counting(self.reader.sheet.cells, node)
        assert isinstance(asked, Crossing) and self.row.others is not None  # else the look would have failed
        arg = asked.weight if isinstance(asked, Portion) else asked.arg
        own = self.reader.value(asked.among, self.row) is True and self.reader.value(arg, self.row)
        counted = not self.row.absent and isinstance(own, Fraction)
        return Heads(asked.within, self.row.others.heads(asked, self.row), counted)

    def _value(self, node: Node) -> Known:
        return self.reader.value(counting(self.reader.sheet.cells, node), self.row)

    def _titled(self, node: Node) -> tuple[Title, KindName]:
        """The title and kind of what is asked for, as far as it has any."""
        model = self.reader.sheet.model
        if isinstance(node, Fact):
            spec = model.facts[node.id]
            return spec.title, spec.kind
        if isinstance(node, Ref):
            line = next((line for line in model.indicators if node.cell == f"{line.id}.measure"), None)
            if line is not None and line.kind is not None:
                return Title(), line.kind
        kinds: dict[str, KindName] = {"number": "number", "flag": "flag", "date": "date"}
        return Title(), kinds.get(node.type, "text")

    def _place_then(self, node: Node, period: Period) -> Place | None:
        """Where a plain fact of another period was read."""
        row = self._row_then(period)
        return row.sources.get(node.id) if row is not None and isinstance(node, Fact) else None

    def _row_then(self, period: Period) -> Row | None:
        row: Row | None = None if self.row.history is None else self.row.history.row(period)
        return row

    def _parts(self, node: Along, name: str, title: Title, kind: KindName, titles: Titled) -> Iterator[FigureUse]:
        """What was taken together: the periods of a year with a value, or every month of a cycle."""
        history = self.row.history
        if history is None or node.way == "run":
            return
        arg = counting(self.reader.sheet.cells, node.arg)
        over_cycle = node.way.startswith("cycle_")
        periods: Iterable[Period] = (
            cycle(self.row.period, node.part) if over_cycle else last_year(history, self.row.period)
        )
        for period in periods:
            value, origin = _found(history.value(arg, period))
            if origin == "missing" and not over_cycle:
                continue
            if origin == "missing" and node.way == "cycle_only" and history.value(Flag(True), period) is True:
                continue
            row = self._row_then(period)
            if origin == "given" and row is not None and isinstance(arg, Fact) and row.facts.get(arg.id) is None:
                origin = "default"
            place = self._place_then(node.arg, period)
            yield FigureUse(name, title, kind, value, origin, place, False, "part", str(period), titles=titles)


def _found(value: Known) -> tuple[Fraction | str | bool | None, Origin]:
    """A value that can be shown, or why there is none."""
    if isinstance(value, Absence):
        return None, "unreadable" if value is Absence.UNREADABLE else "missing"
    return (value if isinstance(value, Fraction | str | bool) else str(value)), "given"
