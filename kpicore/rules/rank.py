"""`rank`: points by the place that the measure takes among those of others."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.curve import Curve, OnCurve, Piece
from kpicore.form import declared
from kpicore.formula.node import WITHIN, ZERO, Across, Node, Within, number
from kpicore.protocols import Frame
from kpicore.rules.slope import needs_number


@frozen
class Rank:
    """The points of the place that the measure takes among all in the period, or in the team.

    The greatest measure is first, with better = "lower" the least. Equal measures share the better place, and the
    next places are skipped.
    """

    kind: ClassVar[str] = "rank"
    measures: ClassVar[bool] = True
    points: tuple[Node, ...] = declared("list", "the points of the first place, the second, and so on")
    otherwise: Node = declared("amount", "the points of every further place", default=ZERO)
    within: Within = declared("word", "whom it is compared with: the team, or all in the period", words=WITHIN)

    def lower(self, measure: Node, frame: Frame) -> Node:
        """A piece a place; raises FormulaError where the measure is no number."""
        needs_number(measure, self.kind)
        place = Across("rank_low" if frame.better == "lower" else "rank_high", measure, self.within)
        places = [Piece(points, number(at), number(at)) for at, points in enumerate(self.points, 1)]
        return OnCurve(place, Curve((*places, Piece(self.otherwise))))
