"""A person's result, were some of the figures others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from kpicore.figure import Value
from kpicore.formula.node import Node
from kpicore.past import with_past
from kpicore.result import Result
from kpicore.row import Row
from kpicore.score import Scorer
from kpicore.version import Params, Version

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme

_MOST_ROWS = 2_000
"""So many rows with other figures, and results of them, are kept."""
Changes = Mapping[str, Value]
"""Other figures, by the id of their fact."""


@define(eq=False)
class WhatIf:
    """One row of a scheme, to be scored again with other figures.

    `others` are the rows of all people, for sheets that compare them: they keep their figures. Of a ladder the figures
    that change are those of the last month that the cycle has.
    """

    scheme: LoadedScheme
    params: Params | None
    version: Version
    row: Row
    others: Sequence[Row] = ()
    _known: dict[tuple[tuple[str, Value], ...], Result] = field(factory=dict)
    _rows: dict[tuple[tuple[str, Value], ...], Row] = field(factory=dict)

    @property
    def scorer(self) -> Scorer:
        """What scores the row."""
        return self.scheme.scorer(self.version, self.params)

    def reads(self, node: Node, changes: Changes) -> object:
        """What a formula comes to with these figures."""
        reader, row, _ = self.scorer.reader(self.with_(changes))
        return reader.value(node, row)

    @property
    def changed(self) -> Row:
        """The row whose figures change: the person's own, or that of the last month of a cycle."""
        return _last_month(self.row) if self.version.model.ladder is not None else self.row

    def result(self, changes: Changes) -> Result:
        """The result with these figures in place of the person's."""
        key = tuple(sorted(changes.items()))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _MOST_ROWS:
                self._known.clear()
            found = self._known[key] = self.scorer.score(self.with_(changes))
        return found

    def with_(self, changes: Changes) -> Row:
        """The row with these figures, among the person's other periods and all other people."""
        if not changes:
            return self.row
        if not (self.version.compares or self.version.months_back):
            return self._new(changes)  # what it was before is not touched
        key = tuple(sorted(changes.items()))
        found = self._rows.get(key)
        if found is None:
            if len(self._rows) >= _MOST_ROWS:
                self._rows.clear()
            found = self._rows[key] = self._among_others(self._new(changes))
        return found

    def _new(self, changes: Changes) -> Row:
        changed = self.changed
        return evolve(changed, facts={**changed.facts, **changes})

    def _among_others(self, new: Row) -> Row:
        rows = [new, *self._beside(new)]
        if self.version.compares:
            found: Iterable[Row] = self.scheme.remembering(rows, self.params)
        else:
            found = with_past(rows, self.scheme.recall(self.params, None).read)
        return next(row for row in found if row.employee == self.row.employee and row.period == self.row.period)

    def _beside(self, changed: Row) -> list[Row]:
        """The person's rows of other periods, and the others' of this one."""
        history = self.row.history
        own = [] if history is None else [history.row(period) for period in history.periods]
        mine = [evolve(row) for row in own if row is not None and row.period != changed.period]
        if not self.version.compares:
            return mine
        theirs = [row for row in self.others if row.employee != self.row.employee and row.period == self.row.period]
        return [*mine, *map(evolve, theirs)]  # these look at one another from now on, the given ones as they did


def _last_month(row: Row) -> Row:
    """The last month of a cycle that has figures; the cycle itself where none has."""
    assert row.history is not None
    found = [row.history.row(month) for month in row.period.months]
    return next((each for each in reversed(found) if each is not None), row)
