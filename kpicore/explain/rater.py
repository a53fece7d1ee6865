"""What raters made of an indicator, as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Protocol

from kpicore.explain.use import CurveUse, FormulaUse, RaterUse, TableUse
from kpicore.formula.node import Node, Ref
from kpicore.model import Formula, IndicatorSpec, SchemeModel
from kpicore.protocols import Frame
from kpicore.rating import judged_measure
from kpicore.schemefile.rater import formulas_in


class Explaining(Protocol):
    """What an explainer of one row can say of a formula."""

    def use(self, formula: Formula) -> FormulaUse:
        """The formula with its figures and its value."""

    def exact(self, node: Node) -> Fraction | str | bool | None:
        """The value of a node, None where it has none."""

    def curves(self, node: Node, cell: str) -> Iterator[CurveUse]:
        """The curves over a cell that a formula is made of."""

    def table(self, node: Node) -> TableUse | None:
        """The table that a formula is made of."""


def raters_of(
    model: SchemeModel, line: IndicatorSpec, frame: Frame, explaining: Explaining, cell: Callable[[str], Node]
) -> Iterator[RaterUse]:
    """Each rater of an indicator; `cell` gives the formula of a cell of the sheet."""
    for rated in line.rated:
        name = f"{line.id}.{rated.rater}"
        weight = None if rated.weight is None else explaining.exact(rated.weight)
        value = None if rated.measure is None else explaining.exact(judged_measure(line, rated, frame))
        points = explaining.exact(Ref(f"{name}.points")) if line.by_points else None
        ruled = cell(f"{name}.points") if line.by_points else None
        yield RaterUse(
            rated.rater,
            model.rater(rated.rater).title,
            weight if isinstance(weight, Fraction) else None,
            None if rated.measure is None else explaining.use(rated.measure),
            value if isinstance(value, Fraction | str) and not isinstance(value, bool) else None,
            () if ruled is None else tuple(explaining.curves(ruled, f"{name}.measure")),
            None if ruled is None else explaining.table(ruled),
            tuple(explaining.use(formula) for formula in formulas_in(rated.rule)),
            points if isinstance(points, Fraction) else None,
        )
