"""Money: what bands and tables of amounts leave out, and where more leads to less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from kpicore.cells import behind
from kpicore.check.bands import Banded, band_findings, choice_findings, ends_open, falling, rows_of
from kpicore.check.curves import FINEST, Judged, Point
from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.ground import Amount, Ground, Told
from kpicore.check.way import Ways
from kpicore.curve import Curve, OnCurve
from kpicore.formula.node import Lookup, Num, Ref, walk
from kpicore.model import BandedAmount, PaySpec
from kpicore.sheet import MONEY_PLACES

MARKS = "marks"
"""The cell of the total."""
_MOST_TOTALS = 400
"""So many totals are tried where it is not proved which way an amount goes."""


def pay_findings(ground: Ground, element: PaySpec) -> Iterator[Finding]:
    """All that is found in the amounts of an element of pay."""
    if isinstance(element.amount, BandedAmount):
        yield from ground.each_month(lambda extents: _amounts(ground, element, extents))
    elif ground.model.totals:
        yield from ground.each_month(lambda extents: _formula(ground, element, extents))


def _formula(ground: Ground, element: PaySpec, extents: Extents) -> Iterator[Finding]:
    """Whether an amount by formula falls where the total rises and all else stays."""
    cell = f"earned.{element.id}"
    if Ways(extents, MARKS).of(Ref(cell)) in (0, 1):
        return
    key = f"pay.{element.id}.amount"
    totals, every = _totals(extents, cell)
    found = [(total, extents.given(MARKS, total).cell(cell).numbers) for total in totals]
    for (one, before), (other, after) in pairwise(found):
        if after.high is not None and before.low is not None and after.high < before.low:
            banded = Banded(key, "", Curve(()), extents.cell(MARKS), ("number", ground.model.places))
            yield falling("pay_falls", banded, (Point(one, before.low), Point(other, after.high)), "money")
            return
    if not every or any(numbers.one is None for _, numbers in found):
        tried = Told("check.tried.totals", {"count": str(len(totals))})
        yield ground.not_decided(key, Told("check.what.falls", {}), None, tried)


def _totals(extents: Extents, cell: str) -> tuple[list[Fraction], bool]:
    """The totals to try, rising, and whether they are all that there can be."""
    numbers = extents.cell(MARKS).numbers
    unit = numbers.unit or FINEST
    low = numbers.low if numbers.low is not None else Fraction(0)
    high = numbers.high if numbers.high is not None else low + _MOST_TOTALS * unit
    count = int((high - low) // unit)
    every = count <= _MOST_TOTALS and numbers.low is not None and numbers.high is not None
    step = max(1, -(-count // _MOST_TOTALS)) * unit
    found = {low + place * step for place in range(int((high - low) // step) + 1)}
    for part in behind(extents.sheet.cells, [Ref(cell)], MARKS.__eq__):
        if isinstance(part, Num):
            found |= {part.value // unit * unit + shift for shift in (-unit, Fraction(0), unit)}
    return sorted(total for total in found if numbers.holds(total)), every


def _amounts(ground: Ground, element: PaySpec, extents: Extents) -> Iterator[Finding]:
    for node in dict.fromkeys(walk(ground.sheet.cells[f"earned.{element.id}"].node)):
        key = f"pay.{element.id}.amount"
        if isinstance(node, OnCurve):
            curve = extents.bound(node.curve)
            if not curve.bound:
                yield ends_open(ground, key)
                continue
            by_total = node.arg == Ref("marks")
            measure = ("number", ground.model.places if by_total else None)
            rows = rows_of(element.amount, len(curve.pieces), key)
            banded = Banded(key, rows, curve, extents.of(node.arg), measure, "total" if by_total else "", "money")
            judged = Judged.over(curve, banded.extent.numbers, MONEY_PLACES)
            yield from band_findings(ground, banded, judged)
            if by_total and (found := judged.falls(True)) is not None:
                yield falling("pay_falls", banded, found, "money")
            if (step := judged.cliff()) is not None:
                yield falling("cliff", banded, step, "money")
        elif isinstance(node, Lookup):
            yield from choice_findings(node, extents.of(node.arg), f"{key}.amounts", "money")
            if ground.model.grade is not None and node.arg in (Ref("final_grade", "text"), Ref("graded", "text")):
                yield from _by_grade(ground.model.grade.grades, node, extents, key)


def _by_grade(grades: Sequence[str], node: Lookup, extents: Extents, key: str) -> Iterator[Finding]:
    """A better grade that pays less than the next."""
    rows = {name: extents.of(amount).numbers.one for name, amount in node.rows}
    known = [(grade, rows[grade]) for grade in grades if rows.get(grade) is not None]
    for (better, more), (worse, less) in pairwise(known):
        assert more is not None and less is not None
        if more < less:
            values = {"one": worse, "other": better, "before": Amount(less, "money"), "after": Amount(more, "money")}
            yield Finding("pay_falls", f"{key}.amounts.{better}", values, (worse, better))
