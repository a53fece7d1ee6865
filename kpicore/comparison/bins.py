"""The stretches over which totals are counted: their ends are those of the grades, and round numbers between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import frozen

from kpicore.curve import OnCurve, partition
from kpicore.errors import UnknownSchemeError
from kpicore.formula.node import Num
from kpicore.model import SchemeModel
from kpicore.period import parse_period
from kpicore.report.gradescale import grade_of
from kpicore.row import Row
from kpicore.version import Params

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme

_STEPS, _MOST = 10, 40
_HUNDRED = Fraction(100)


@frozen
class Stretch:
    """Totals from `low` to `high`, None without end, and the grade that they give where grades go by the total."""

    low: Fraction | None
    low_closed: bool
    high: Fraction | None
    high_closed: bool
    grade: str | None = None


End = tuple[Fraction, bool]
"""Where a stretch begins, and whether that number belongs to it."""


def stretches(
    scheme: LoadedScheme, params: Params | None, periods: Sequence[str], least: Decimal, most: Decimal
) -> list[Stretch]:
    """The stretches that cover all totals from the least to the most, the lowest first."""
    scales = {scale: None for period in periods for scale in _scales(scheme, params, period)}
    ends: dict[End, str | None] = {}
    for scale in scales:
        for low, closed, grade in scale:
            if low is not None:
                ends[low, closed] = grade if len(scales) == 1 else None
    lowest = next((grade for low, _, grade in next(iter(scales)) if low is None), None) if len(scales) == 1 else None
    step = _step(scheme.newest.model, Fraction(most) - Fraction(min(least, Decimal(0))))
    first = -(-min(Fraction(least), Fraction(0)) // step)
    for number in range(int(first), -int(-Fraction(most) // step)):
        value = number * step
        if (value, True) not in ends and (value, False) not in ends:
            ends[value, True] = _between(value, ends, lowest, len(scales) == 1)
    ordered = sorted(ends, key=lambda end: (end[0], not end[1]))
    found = list(_joined(ordered, ends, lowest))
    return [each for each in found if _meets(each, Fraction(least), Fraction(most))]


def _joined(ordered: Sequence[End], ends: dict[End, str | None], lowest: str | None) -> Iterator[Stretch]:
    if not ordered:
        yield Stretch(None, False, None, False, lowest)
        return
    yield Stretch(None, False, ordered[0][0], not ordered[0][1], lowest)
    for place, (low, closed) in enumerate(ordered):
        after = ordered[place + 1] if place + 1 < len(ordered) else None
        high, high_closed = (None, False) if after is None else (after[0], not after[1])
        yield Stretch(low, closed, high, high_closed, ends[low, closed])


def _between(value: Fraction, ends: dict[End, str | None], lowest: str | None, told: bool) -> str | None:
    """The grade of a round number that is no grade's end."""
    below = [end for end in ends if end[0] < value]
    return (ends[max(below)] if below else lowest) if told else None


def _meets(each: Stretch, least: Fraction, most: Fraction) -> bool:
    above = each.high is None or (least <= each.high if each.high_closed else least < each.high)
    return above and (each.low is None or (most >= each.low if each.low_closed else most > each.low))


def _scales(
    scheme: LoadedScheme, params: Params | None, name: str
) -> Iterator[tuple[tuple[Fraction | None, bool, str | None], ...]]:
    """Where the grades of a period begin; nothing where they do not go by the total."""
    period = parse_period(name)
    try:
        version = scheme.in_force(period)
    except UnknownSchemeError:
        return
    grade = version.model.grade
    if grade is None or grade.by != "total":
        return
    node = version.sheet().cells["graded_at"].node
    assert isinstance(node, OnCurve)
    reader, row, _ = scheme.scorer(version, params).reader(Row("", period, {}))
    curve = reader.bound(node.curve, row)
    if curve.bound:
        yield tuple(
            (
                part.low,
                part.low_closed,
                None if part.piece is None else grade_of(curve.pieces[part.piece], grade.grades),
            )
            for part in partition(curve)
        )


def _step(model: SchemeModel, span: Fraction) -> Fraction:
    """A tenth of the full marks, or ten; more where that would make very many stretches."""
    weights = [line.weight for line in model.indicators]
    full = _HUNDRED
    if model.total == "sum" and weights and all(isinstance(weight, Num) for weight in weights):
        full = sum((weight.value for weight in weights if isinstance(weight, Num)), Fraction(0)) or _HUNDRED
    step = full / _STEPS
    while span / step > _MOST:
        step *= 10
    return step
