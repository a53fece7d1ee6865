"""`checklist`: so many of the items that apply were answered yes."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.errors import FormulaError
from kpicore.form import declared
from kpicore.formula.node import (
    ONE,
    ZERO,
    Absence,
    Absent,
    Choose,
    Compare,
    Flag,
    Instead,
    Is,
    Node,
    Product,
    Quotient,
    Sum,
)
from kpicore.model import Formula
from kpicore.protocols import Frame, Measured


@frozen
class Checklist:
    """Full marks x the items answered yes / the items that apply. Without a weight each item is worth one mark, and
    the items that apply are the full marks. What does not apply ('n/a') leaves both sides; where nothing applies, the
    indicator is left out."""

    kind: ClassVar[str] = "checklist"
    measures: ClassVar[bool] = False
    items: tuple[Formula, ...] = declared(
        "formulas", "the items: yes-or-no facts, or conditions", wants="flag", scope="rated"
    )

    def measured(self) -> Measured:
        """How many items were answered yes, of those that apply."""
        yes = (Choose(Instead(item.node, Absence.LEFT_OUT, Flag(False)), ONE, ZERO) for item in self.items)
        return Measured(Sum(tuple(yes)), "count", self._applying)

    @property
    def _applying(self) -> Node:
        return Sum(tuple(Choose(Is(item.node, Absence.LEFT_OUT), ZERO, ONE) for item in self.items))

    def lower(self, measure: Node, frame: Frame) -> Node:
        """The yes answers, or their share of the full marks; raises FormulaError where an item stands there twice."""
        nodes = [item.node for item in self.items]
        twice = next((item.text for place, item in enumerate(self.items) if item.node in nodes[:place]), None)
        if twice is not None:
            raise FormulaError(f"The item '{twice}' stands there twice.", None, "Leave one of them away.")
        applying = self._applying
        points = measure if frame.full == applying else Quotient(Product((frame.full, measure)), applying)
        return Choose(Compare("==", applying, ZERO), Absent(Absence.LEFT_OUT), points)
