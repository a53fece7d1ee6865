"""`conditions`: a condition worth all or nothing, or several worth so much each."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.errors import FormulaError
from kpicore.form import declared
from kpicore.formula.node import ZERO, Choose, Node, Sum
from kpicore.model import Formula
from kpicore.protocols import Frame
from kpicore.text import Title


@frozen
class Condition:
    """A condition and what it is worth."""

    when: Formula = declared("formula", "the condition", wants="flag", scope="rated")
    points: Node = declared("amount", "the points where it holds")
    title: Title = declared("title", "what it asks", default=Title())


@frozen
class Conditions:
    """Full marks where `when` holds, else 0; or, with `each`, the points of every condition that holds."""

    kind: ClassVar[str] = "conditions"
    measures: ClassVar[bool] = False
    when: Formula | None = declared(
        "formula", "the condition for full marks", wants="flag", scope="rated", default=None
    )
    each: tuple[Condition, ...] = declared("rows", "conditions with points of their own", of=Condition, default=())

    def lower(self, measure: Node, frame: Frame) -> Node:
        """A choice, or a sum of choices; the measure is not used."""
        if (self.when is None) == (not self.each):
            raise FormulaError("Give either 'when' or 'each'.", None, "'when' for all or nothing, 'each' for parts.")
        if self.when is not None:
            return Choose(self.when.node, frame.full, ZERO)
        return Sum(tuple(Choose(part.when.node, part.points, ZERO) for part in self.each))
