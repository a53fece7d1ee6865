"""`deduct` and `accrue`: points for each thing that happened."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.curve import Curve, OnCurve, Piece
from kpicore.errors import FormulaError
from kpicore.form import declared
from kpicore.formula.node import ONE, ZERO, Negative, Node, Num, Product, Quotient, Round, Sum
from kpicore.protocols import Frame
from kpicore.rules.slope import needs_number


def _stretch(points: Node, each: Node, per: Node) -> Node:
    """How much of the measure it takes to use up so many points, in whole steps; undefined where a step is nothing."""
    steps = Negative(Round(Negative(Quotient(points, each)), 0, "floor"))
    return Product((per, steps)) if isinstance(per, Num) else Quotient(steps, Quotient(ONE, per))


def _checked(kind: str, each: Node, per: Node, measure: Node) -> None:
    needs_number(measure, kind)
    for name, node in (("each", each), ("per", per)):
        if isinstance(node, Num) and node.value <= 0:
            raise FormulaError(f"'{name}' must be above 0.")


@frozen
class Deduct:
    """Full marks less `each` points for each whole `per`, never below `floor`; from `wipe_out_at` on all is lost."""

    kind: ClassVar[str] = "deduct"
    measures: ClassVar[bool] = True
    each: Node = declared("amount", "the points lost for each")
    per: Node = declared("amount", "how much of the measure is one", default=ONE)
    free: Node = declared("amount", "so much of the measure costs nothing", default=ZERO)
    wipe_out_at: Node | None = declared("amount", "from this value up the points are `floor`", default=None)
    floor: Node = declared("amount", "the least points", default=ZERO)

    def lower(self, measure: Node, frame: Frame) -> Node:
        """A falling stair between two flat pieces."""
        _checked(self.kind, self.each, self.per, measure)
        lost = Sum((frame.full, Negative(self.floor)))
        bottom = Sum((self.free, _stretch(lost, self.each, self.per)))
        stair = Piece(frame.full, low=self.free, slope=Negative(self.each), origin=self.free, step=self.per)
        ends = () if self.wipe_out_at is None else (Piece(self.floor, low=self.wipe_out_at),)
        return OnCurve(measure, Curve((*ends, Piece(self.floor, low=bottom), stair, Piece(frame.full))))


@frozen
class Accrue:
    """`each` points for each whole `per` above `start`, at most `most`; below `start` nothing."""

    kind: ClassVar[str] = "accrue"
    measures: ClassVar[bool] = True
    each: Node = declared("amount", "the points for each")
    per: Node = declared("amount", "how much of the measure is one", default=ONE)
    start: Node = declared("amount", "where the counting begins", default=ZERO)
    most: Node | None = declared("amount", "the most points; without it full marks", default=None)

    def lower(self, measure: Node, frame: Frame) -> Node:
        """A rising stair between two flat pieces."""
        _checked(self.kind, self.each, self.per, measure)
        most = self.most if self.most is not None else frame.full
        top = Sum((self.start, _stretch(most, self.each, self.per)))
        stair = Piece(ZERO, low=self.start, slope=self.each, origin=self.start, step=self.per)
        return OnCurve(measure, Curve((Piece(most, low=top), stair, Piece(ZERO))))
