"""`proportion`, `straight`, `ramp`: points that follow the measure in a straight line."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.curve import Curve, OnCurve, Piece
from kpicore.errors import FormulaError
from kpicore.form import declared
from kpicore.formula.node import HUNDRED, ONE, ZERO, Negative, Node, Num, Quotient, Sum
from kpicore.protocols import Frame


def needs_number(measure: Node, kind: str) -> None:
    """Raises FormulaError where the measure is no number."""
    if measure.type != "number":
        raise FormulaError(f"A rule of kind '{kind}' needs a number as its measure.")


def _positive(node: Node, name: str) -> None:
    if isinstance(node, Num) and node.value <= 0:
        raise FormulaError(f"'{name}' must be above 0.")


@frozen
class Proportion:
    """Full marks x measure / `to` from `from` up to `to`; 0 below, full marks from `to` up."""

    kind: ClassVar[str] = "proportion"
    measures: ClassVar[bool] = True
    from_: Node = declared("amount", "below this value there are no points", default=ZERO)
    to: Node = declared("amount", "from this value up there are full marks", default=ONE)

    def lower(self, measure: Node, frame: Frame) -> Node:
        """Three pieces; raises FormulaError where the ends are the wrong way round."""
        needs_number(measure, self.kind)
        _positive(self.to, "to")
        if isinstance(self.from_, Num) and isinstance(self.to, Num) and self.from_.value > self.to.value:
            raise FormulaError("'from' lies above 'to'.", None, "Give the lower end as 'from'.")
        slope = Quotient(frame.full, self.to)
        pieces = (Piece(frame.full, low=self.to), Piece(ZERO, low=self.from_, slope=slope), Piece(ZERO))
        return OnCurve(measure, Curve(pieces))


@frozen
class Straight:
    """Full marks x measure / `of`, held between 0 and full marks."""

    kind: ClassVar[str] = "straight"
    measures: ClassVar[bool] = True
    of: Node | None = declared(
        "amount", "the measure that gives full marks: 1 for a ratio, 100 for a rating, else to be given", default=None
    )

    def lower(self, measure: Node, frame: Frame) -> Node:
        """A line through zero between two flat pieces."""
        needs_number(measure, self.kind)
        of = self.of if self.of is not None else {"ratio": ONE, "rating": HUNDRED}.get(frame.kind)
        if of is None:
            raise FormulaError(f"'of' is missing: a measure of kind {frame.kind} has no natural full value.")
        _positive(of, "of")
        slope = Quotient(frame.full, of)
        return OnCurve(measure, Curve((Piece(frame.full, low=of), Piece(ZERO, low=ZERO, slope=slope), Piece(ZERO))))


@frozen
class Ramp:
    """A straight line from `least` points at `from` to `most` points at `to`, flat beyond both ends.

    `from` may lie above `to`, for a measure of which less is better.
    """

    kind: ClassVar[str] = "ramp"
    measures: ClassVar[bool] = True
    from_: Node = declared("amount", "the value where the ramp begins")
    to: Node = declared("amount", "the value where it ends, with the most points")
    least: Node = declared("amount", "the points at and before its beginning", default=ZERO)
    most: Node | None = declared("amount", "the points at and beyond its end; without it full marks", default=None)

    def lower(self, measure: Node, frame: Frame) -> Node:
        """Three pieces; raises FormulaError where both ends are one, or the direction can not be told."""
        needs_number(measure, self.kind)
        most = self.most if self.most is not None else frame.full
        slope = Quotient(Sum((most, Negative(self.least))), Sum((self.to, Negative(self.from_))))
        line = Piece(self.least, slope=slope, origin=self.from_)
        if self._falls(frame):
            flat = (Piece(most, high=self.to), Piece(self.least, low=self.from_))
        else:
            flat = (Piece(most, low=self.to), Piece(self.least, high=self.from_))
        return OnCurve(measure, Curve((*flat, line)))

    def _falls(self, frame: Frame) -> bool:
        if isinstance(self.from_, Num) and isinstance(self.to, Num):
            if self.from_.value == self.to.value:
                raise FormulaError("'from' and 'to' are the same value.", None, "Use bands for a single step.")
            return self.from_.value > self.to.value
        if frame.better is None:
            raise FormulaError(
                "Whether the ramp rises or falls can not be told from formulas.", None, "Give the indicator 'better'."
            )
        return frame.better == "lower"
