"""What raters made of an indicator, and the levels that its measures stand in, as records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Protocol

from attrs import evolve

from kpicore.explain.use import CurveUse, FormulaUse, RaterUse, TableUse
from kpicore.form import formulas_in
from kpicore.formula.node import ZERO, Choose, Node, Ref, Sum, number
from kpicore.model import Formula, IndicatorSpec, Rated, SchemeModel
from kpicore.protocols import Frame
from kpicore.rating import judged_measure, level_names, level_place
from kpicore.rules.band import on_bands


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
            tuple(explaining.use(formula) for _, formula in formulas_in(rated.rule)),
            points if isinstance(points, Fraction) else None,
            level_of(model, line, rated, frame, explaining),
        )


def level_of(model: SchemeModel, line: IndicatorSpec, rated: Rated, frame: Frame, explaining: Explaining) -> str | None:
    """The level that a rater's measure stands in, or the choice that it is; None where there are no levels."""
    names = level_names(model, line, rated.measure)
    if not names or rated.measure is None:
        return None
    place = explaining.exact(level_place(model, line, rated.measure, judged_measure(line, rated, frame)))
    return names[int(place)] if isinstance(place, Fraction) and place < len(names) else None


def levels_of(line: IndicatorSpec, frame: Frame, explaining: Explaining) -> CurveUse | None:
    """The levels of an indicator and the one that its measure stands in; nobody's where each rater has a measure."""
    if not line.levels:
        return None
    first = line.rated[0].rater if line.by_points else ""
    cell = f"{line.id}.{first}.measure" if first else f"{line.id}.measure"
    names = tuple(dict.fromkeys(band.level for band in line.levels))
    node = on_bands(Ref(cell), line.levels, [number(names.index(band.level)) for band in line.levels])
    use = next(iter(explaining.curves(node, cell)))
    return evolve(use, labels=names) if not first else evolve(use, labels=names, at=None, piece=None)


def worth_of(line: IndicatorSpec, frame: Frame, explaining: Explaining) -> Iterator[tuple[Node, Fraction]]:
    """The conditions of a rule that is a sum of points for such and nothing else, each with its points."""
    if line.by_points:
        return
    judged = line.judged or line.measure
    node = line.rule.lower(ZERO if judged is None else Ref("measure", judged.node.type), frame)
    parts = node.args if isinstance(node, Sum) else (node,)
    for part in parts if all(isinstance(part, Choose) and part.otherwise == ZERO for part in parts) else ():
        points = explaining.exact(part.then) if isinstance(part, Choose) else None
        if isinstance(part, Choose) and isinstance(points, Fraction):
            yield part.condition, points
