"""`choice`: points by the choice that was made."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.errors import FormulaError
from kpicore.form import declared
from kpicore.formula.node import Lookup, Node
from kpicore.protocols import Frame


@frozen
class Choice:
    """The points that stand beside the choice."""

    kind: ClassVar[str] = "choice"
    measures: ClassVar[bool] = True
    points: tuple[tuple[str, Node], ...] = declared("amounts", "the points for each choice")
    otherwise: Node | None = declared("amount", "the points for any other choice", default=None)

    def lower(self, measure: Node, frame: Frame) -> Node:
        """A table; raises FormulaError where the measure is no choice."""
        if measure.type != "text":
            raise FormulaError("A rule of kind 'choice' needs a choice or a text as its measure.")
        return Lookup(measure, self.points, self.otherwise)
