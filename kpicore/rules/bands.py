"""`bands`: the points of the first band that holds the measure."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.form import declared
from kpicore.formula.node import Node
from kpicore.model import Ends
from kpicore.protocols import Frame
from kpicore.rules.band import on_bands


@frozen
class PointBand(Ends):
    """A band of the measure and its points."""

    points: Node = declared("amount", "the points in this band")


@frozen
class Bands:
    """The first band that holds the measure gives its points."""

    kind: ClassVar[str] = "bands"
    measures: ClassVar[bool] = True
    bands: tuple[PointBand, ...] = declared("rows", "the bands, best first; the first that fits wins", of=PointBand)

    def lower(self, measure: Node, frame: Frame) -> Node:
        """One piece a band."""
        return on_bands(measure, self.bands, [band.points for band in self.bands])
