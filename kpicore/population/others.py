"""One row of a population as the exact reader takes it: what it looks at beyond itself is found in columns."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import define, field

from kpicore.engines.columnar.engine import Run
from kpicore.engines.columnar.term import Number
from kpicore.errors import NeedsOthersError
from kpicore.formula.node import Absence, Crossing, Node, gravest
from kpicore.history import Known
from kpicore.past import Past
from kpicore.row import Row
from kpicore.score import Scorer

if TYPE_CHECKING:
    from kpicore.population.score import Batch


@define(eq=False, slots=False)
class Looks:
    """Rows with their histories and their crowd, which is what the columnar reader found across people."""

    scorer: Scorer
    batch: Batch
    run: Run
    _rows: dict[int, Row] = field(factory=dict, init=False)
    _columns: dict[Node, tuple[pl.Series | None, pl.Series | None, pl.Series | None]] = field(factory=dict, init=False)

    def row(self, place: int) -> Row:
        """One row, with all rows of its person as its history."""
        if place not in self._rows:
            who = self.batch.keys["employee"][place]
            past = Past(self._read)
            for other in self._of_person.get(who, ()):
                row = past.add(self.batch.row(other))
                row.others, row.place = self, other
                self._rows[other] = row
        return self._rows[place]

    def heads(self, node: Crossing, row: Row) -> int:
        """How many take part: asked by explanations, which have all rows at hand."""
        raise NeedsOthersError(f"How many take part in {type(node).__name__} is told only where all rows are at hand.")

    def value(self, node: Crossing, row: Row) -> Known:
        """What a look across people came to for one of these rows."""
        term = self.run.looks[node]
        assert isinstance(term, Number)
        if node not in self._columns:
            self._columns[node] = self._found(term)
        n, d, absent = (None if column is None else column[row.place] for column in self._columns[node])
        if absent:
            return gravest(Absence(absent))
        top = 1 if n is None else int(n)
        return term.factor * Fraction(top, 1 if d is None else int(d))

    def _found(self, term: Number) -> Any:
        frame = self.run.frame
        exprs = (None if term.n is None else term.n.expr, None if term.d is None else term.d.expr, term.absent)
        return tuple(None if expr is None else frame.select(expr.alias("x")).to_series() for expr in exprs)

    def _read(self, node: Node, row: Row) -> Known:
        reader, prepared, _ = self.scorer.reader(row)
        return reader.value(node, prepared)

    @cached_property
    def _of_person(self) -> Mapping[str, list[int]]:
        """The places of each person's rows; of all people, since any may be asked for."""
        table = self.batch.keys.select("employee").with_row_index("#").group_by("employee").agg("#")
        return dict(zip(table["employee"].to_list(), table["#"].to_list(), strict=True))
