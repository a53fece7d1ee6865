"""`levels`: points by the level that the indicator's bands give the measure."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from kpicore.errors import FormulaError
from kpicore.form import declared
from kpicore.formula.node import Node
from kpicore.problem import did_you_mean
from kpicore.protocols import Frame
from kpicore.rules.band import on_bands


@frozen
class Levels:
    """The points that stand beside the measure's level; the indicator says in `levels` which level is where."""

    kind: ClassVar[str] = "levels"
    measures: ClassVar[bool] = True
    points: tuple[tuple[str, Node], ...] = declared("amounts", "the points for each level")

    def lower(self, measure: Node, frame: Frame) -> Node:
        """One piece a level; raises FormulaError where levels and points do not fit together."""
        levels = [band.level for band in frame.levels]
        if not levels:
            raise FormulaError("The indicator has no 'levels'.", None, 'Write levels = [ { from = 1, level = "A" } ].')
        worth = dict(self.points)
        for level in dict.fromkeys(levels):
            if level not in worth:
                raise FormulaError(
                    f"There are no points for the level '{level}'.", None, f"Write {level} = 0 in points."
                )
        for name in worth:
            if name not in levels:
                raise FormulaError(f"'{name}' is none of the levels.", None, did_you_mean(name, levels))
        return on_bands(measure, frame.levels, [worth[level] for level in levels])
