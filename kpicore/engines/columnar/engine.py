"""The columnar reader: what a sheet's cells come to for many rows, exactly as the exact reader has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import polars as pl
from attrs import define, field, frozen

from kpicore.engines.columnar.bytime import Memory, by_period, crossings_of, together
from kpicore.engines.columnar.evaluation import Evaluation, Origin, Output
from kpicore.engines.columnar.merge import Column, patched
from kpicore.engines.columnar.need import Needs
from kpicore.engines.columnar.rows import Rows
from kpicore.engines.columnar.term import Carrier, Term, TooWideError
from kpicore.figure import Value
from kpicore.formula.node import Along, Crossing, Node, Portion
from kpicore.model import Sheet
from kpicore.recent import Recent

NOTHING_GIVEN: Mapping[Node, Term] = {}
_FEW = 5
"""Where no more than one row in so many is in doubt, those are worked out again by themselves."""


@frozen(eq=False)
class Run:
    """The outputs of all rows, and the looks beyond the row, as terms over the columns of `frame`."""

    columns: list[Column]
    frame: pl.DataFrame
    looks: Mapping[Node, Term]


@define(slots=False)
class ColumnarReader:
    """Values of a sheet's cells for many rows.

    `params` are the parameters as set for everybody; those in `varying` are columns of the rows. Raises TooWideError
    where numbers are too long to be held in columns: then the exact reader is to be asked.
    """

    sheet: Sheet
    params: Mapping[str, Value] = field(factory=dict)
    varying: frozenset[str] = frozenset()
    _origin: Origin = field(init=False)
    _known: Recent[list[list[Along | Crossing]] | None] = field(factory=Recent, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._origin = Origin(self.sheet, self.params, self.varying)

    def run(self, outputs: Sequence[Output], rows: Rows) -> list[Column]:
        """These outputs of all rows, in their order."""
        return self.read(outputs, rows).columns

    def read(
        self,
        outputs: Sequence[Output],
        rows: Rows,
        every_look: bool = False,
        given: Mapping[Node, Term] = NOTHING_GIVEN,
    ) -> Run:
        """The same, with the looks beyond the row that were worked out; with `every_look` all that the sheet has.

        `given` are looks whose values stand in the rows already.
        """
        names = tuple(self.sheet.cells if every_look else dict.fromkeys(output.cell for output in outputs))
        looks = self._strata(names, frozenset(given)) if self.looks_beyond else []
        if looks is None:
            return self._recursive(outputs, rows, [self.sheet.cells[name].node for name in names])
        if not looks and not given:
            return Run(self._plain(outputs, rows), rows.frame, {})
        evaluation = Evaluation(self._origin, rows, [output.cell for output in outputs], dict(given))
        for stratum in looks:
            evaluation.look(stratum)
        return Run(evaluation.outputs(outputs, certain=False), evaluation.frame, evaluation.found)

    def values(
        self, asked: Sequence[Node], rows: Rows, given: Mapping[Node, Term] = NOTHING_GIVEN
    ) -> tuple[pl.DataFrame, dict[Node, Term]]:
        """What formulas come to, as terms over the columns of the frame; they may not look at themselves over time."""
        looks = self.needs.looks(asked, True, given)
        if looks is None:
            raise TooWideError
        evaluation = Evaluation(self._origin, rows, found=dict(given))
        for stratum in looks:
            evaluation.look(stratum)
        return evaluation.terms(asked)

    def _strata(self, names: tuple[str, ...], given: frozenset[Node]) -> list[list[Along | Crossing]] | None:
        asked = [self.sheet.cells[name].node for name in names]
        return self._known.get((names, given), lambda: self.needs.looks(asked, True, given))

    @cached_property
    def needs(self) -> Needs:
        """Which looks beyond the row its cells need."""
        return Needs(self.sheet.cells)

    @cached_property
    def looks_beyond(self) -> bool:
        """Whether any cell looks beyond its own row."""
        return bool(self._looks)

    @cached_property
    def asks_who(self) -> bool:
        """Whether it matters whose a row is: in looks along a person, and where the last cent goes to the first."""
        return any(isinstance(look, Along | Portion) for look in self._looks)

    @cached_property
    def asks_team(self) -> bool:
        """Whether any cell looks across a team."""
        return any(isinstance(look, Crossing) and look.within == "team" for look in self._looks)

    @cached_property
    def _looks(self) -> list[Along | Crossing]:
        return self.needs.everywhere([cell.node for cell in self.sheet.cells.values()])

    def _plain(self, outputs: Sequence[Output], rows: Rows) -> list[Column]:
        """Of a sheet that looks at nothing but the row itself: most rows lack nothing, the others by themselves."""
        evaluation = Evaluation(self._origin, rows)
        columns = evaluation.outputs(outputs, certain=True)
        doubt = evaluation.doubt
        if doubt is None:
            return columns
        places = doubt.arg_true()
        if not places.len():
            return columns
        if places.len() * _FEW > rows.height:
            return Evaluation(self._origin, rows).outputs(outputs, certain=False)
        again = Evaluation(self._origin, rows.taken(places)).outputs(outputs, certain=False)
        return [patched(column, places, other) for column, other in zip(columns, again, strict=True)]

    def _recursive(self, outputs: Sequence[Output], rows: Rows, asked: Sequence[Node]) -> Run:
        """Of a sheet whose looks along a person need each other over time: one period after another, once those looks
        are done for all rows that need none of these."""
        before = Evaluation(self._origin, rows)
        free, circular = self.needs.split(asked, time=True)
        for stratum in free:
            before.look(stratum)
        rows, done = Rows(before.frame, rows.periods, rows.held), before.found
        alongs = [look for look in circular if isinstance(look, Along)]
        strata = self.needs.looks([*asked, *(look.arg for look in alongs)], time=False, given=done)
        assert strata is not None  # cells need each other in no circle but over time
        strata = [[look for look in stratum if isinstance(look, Crossing)] for stratum in strata]
        if any(look.way.startswith("cycle") for look in alongs):
            raise TooWideError  # it may look at its own period, which is not remembered yet
        memory = Memory(rows.periods)
        columns: list[list[Column]] = []
        parts: list[tuple[pl.DataFrame, dict[Node, Term]]] = []
        places: list[pl.Series] = []
        for _, here in by_period(rows):
            evaluation = Evaluation(self._origin, rows.taken(here), [output.cell for output in outputs], dict(done))
            evaluation.remember(alongs, memory)
            for stratum in strata:
                evaluation.look(stratum)
            columns.append(evaluation.outputs(outputs, certain=False))
            memory.keep(*evaluation.terms([look.arg for look in alongs]))
            parts.append((evaluation.frame, evaluation.found))
            places.append(here)
        return Run(together(columns, places), *crossings_of(parts, places))


__all__ = ["Carrier", "Column", "ColumnarReader", "Output", "Run", "TooWideError"]
