"""What several raters make of an indicator, and what is remarked of it beside its points, as cells.

For a rated indicator a sheet has, beside the usual ones, the cells `<indicator>.<rater>.measure` and
`<indicator>.<rater>.points` (exact, rounded only in the mean), `<indicator>.<rater>.missing` where a rater may be left
out, and `<indicator>.apart` where levels are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kpicore.formula.functions import mean_given
from kpicore.formula.node import (
    ANY_ABSENCE,
    ONE,
    ZERO,
    Absence,
    Choose,
    Compare,
    Every,
    Extreme,
    Fact,
    Instead,
    Is,
    Lookup,
    Negative,
    Node,
    Not,
    Num,
    Product,
    Quotient,
    Ref,
    Round,
    Sum,
    number,
)
from kpicore.model import Cell, Formula, IndicatorSpec, Rated, SchemeModel
from kpicore.protocols import Frame, MeasuringRule
from kpicore.row import Reason
from kpicore.rules.band import on_bands


def mean_of(parts: Sequence[tuple[Node | None, Node]], leave_out: bool) -> Node:
    """The mean of (weight, value), where no weight is given without weights; with `leave_out` of those values that are
    not missing, missing where all are."""
    values = [value for _, value in parts]
    weights = [weight for weight, _ in parts if weight is not None]
    if not weights:
        return mean_given(*values) if leave_out else Quotient(Sum(tuple(values)), number(len(values)))
    weighed = [Product((weight, value)) for weight, value in zip(weights, values, strict=True)]
    if not leave_out:
        known = sum((weight.value for weight in weights if isinstance(weight, Num)), Fraction(0))
        whole = known == 1 and all(isinstance(weight, Num) for weight in weights)
        return Sum(tuple(weighed)) if whole else Quotient(Sum(tuple(weighed)), Sum(tuple(weights)))
    missing = [Is(value, Absence.MISSING) for value in values]
    top = Sum(tuple(Instead(part, Absence.MISSING, ZERO) for part in weighed))
    bottom = Sum(tuple(Choose(gone, ZERO, weight) for gone, weight in zip(missing, weights, strict=True)))
    return Choose(Every(tuple(missing)), Sum(tuple(values)), Quotient(top, bottom))


def _rounded(node: Node, frame: Frame) -> Node:
    return Round(node, frame.places) if node.type == "number" else node


def measure_cell(name: str, of: IndicatorSpec | Rated, frame: Frame) -> Cell | None:
    """The cell of a measure, its own or that of a rule that measures by itself; None where there is neither."""
    if of.measure is not None:
        node = of.measure.node
    elif isinstance(of.rule, MeasuringRule):
        node = of.rule.measured().measure
    else:
        return None
    return Cell(f"{name}.measure", _rounded(node, frame), frame.places if node.type == "number" else None)


def rated_cells(line: IndicatorSpec, frame: Frame) -> Iterator[Cell]:
    """Each rater's measure and points."""
    for rated in line.rated:
        name = f"{line.id}.{rated.rater}"
        measure: Node = ZERO
        if (cell := measure_cell(name, rated, frame)) is not None:
            yield cell
            measure = Ref(cell.name, cell.type)
        yield Cell(f"{name}.points", rated.rule.lower(measure, frame))


def rated_points(line: IndicatorSpec, frame: Frame) -> Node:
    """The mean of the points of all raters, to be rounded once."""
    parts = [(rated.weight, Ref(f"{line.id}.{rated.rater}.points")) for rated in line.rated]
    return mean_of(parts, line.missing_rater == "leave_out")


def remark_cells(model: SchemeModel, line: IndicatorSpec, frame: Frame) -> Iterator[Cell]:
    """Flags that are told of somebody where they hold, and decide nothing."""
    if line.missing_rater == "leave_out":
        nobody = Every(tuple(Is(node, Absence.MISSING) for _, node in _given(line)))
        for rater, node in _given(line):
            yield Cell(f"{line.id}.{rater}.missing", Every((Is(node, Absence.MISSING), Not(nobody))))
    if line.apart is not None:
        places = list(_places(model, line, frame))
        least, greatest = (Extreme(which, tuple(places), Absence.MISSING) for which in ("least", "greatest"))
        distance = Sum((greatest, Negative(least)))
        far = Compare(">=", distance, number(line.apart))
        yield Cell(f"{line.id}.apart", Choose(Is(far, ANY_ABSENCE), Compare("==", ZERO, ONE), far))


def _given(line: IndicatorSpec) -> list[tuple[str, Node]]:
    """What each rater gave."""
    if line.by_points:
        return [(rated.rater, Ref(f"{line.id}.{rated.rater}.points")) for rated in line.rated]
    return [(rated.rater, rated.measure.node) for rated in line.rated if rated.measure is not None]


def _places(model: SchemeModel, line: IndicatorSpec, frame: Frame) -> Iterator[Node]:
    """The places of the levels that are compared, the best 0."""
    for rated in line.rated:
        if rated.measure is not None:
            yield level_place(model, line, rated.measure, judged_measure(line, rated, frame))
    if not line.rated:
        assert line.measure is not None
        yield level_place(model, line, line.measure, Ref(f"{line.id}.measure", line.measure.node.type))
    if line.beside:
        yield _of_choice(model, line.beside)


def judged_measure(line: IndicatorSpec, rated: Rated, frame: Frame) -> Node:
    """What a rater gave, as it is judged."""
    assert rated.measure is not None
    node = rated.measure.node
    if line.by_points:
        return Ref(f"{line.id}.{rated.rater}.measure", node.type)
    return _rounded(node, frame)


def level_names(model: SchemeModel, line: IndicatorSpec, measure: Formula | None) -> tuple[str, ...]:
    """The levels of an indicator, the best first, or the choices of a fact; none where it has neither."""
    if line.levels:
        return tuple(dict.fromkeys(band.level for band in line.levels))
    node = None if measure is None else measure.node
    return model.facts[node.id].choices if isinstance(node, Fact) and node.id in model.facts else ()


def level_place(model: SchemeModel, line: IndicatorSpec, measure: Formula, cell: Node) -> Node:
    """The place of a measure, whose value the cell is, among the levels of its indicator or its own choices."""
    if line.levels:
        names = level_names(model, line, measure)
        return on_bands(cell, line.levels, [number(names.index(band.level)) for band in line.levels])
    assert isinstance(measure.node, Fact)
    return _of_choice(model, measure.node.id)


def _of_choice(model: SchemeModel, fact: str) -> Node:
    spec = model.facts[fact]
    return Lookup(spec.node, tuple((choice, number(place)) for place, choice in enumerate(spec.choices)))


def remarks(model: SchemeModel) -> Iterator[tuple[str, Reason]]:
    """The flags of a sheet that are told where they hold, and what is told then."""
    for line in model.indicators:
        if line.missing_rater == "leave_out":
            for rater, _ in _given(line):
                yield f"{line.id}.{rater}.missing", Reason.of("rater_missing", indicator=line.id, rater=rater)
        if line.apart is not None:
            yield f"{line.id}.apart", Reason.of("levels_apart", indicator=line.id, apart=str(line.apart))
