"""What looks beyond the row can come to: along the person, across people."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from attrs import evolve

from kpicore.check.extent import Extent, unknown
from kpicore.check.spans import Spans, hull, scaled, to_places
from kpicore.formula.node import RANKS, Absence, Across, Along, Node, PartKind, Portion, Quotient
from kpicore.model import SchemeModel

Of = Callable[[Node], Extent]
"""Gives the extent of a formula."""
_LONGEST = 24
"""The most months of a cycle."""
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def share_of_heads(node: Quotient) -> bool:
    """Whether it is a place among so many heads: above 0, and 1 at most."""
    top, bottom = node.top, node.bottom
    return (
        isinstance(top, Across) and isinstance(bottom, Across) and top.way in RANKS and bottom.way == "count"
        and (top.arg, top.within, top.among) == (bottom.arg, bottom.within, bottom.among)
    )  # fmt: skip


def parts_of(model: SchemeModel, part: PartKind) -> int | None:
    """How many shorter periods of a kind there are in a period that a sheet scores; None where that differs."""
    counts = {_MONTHS.get(kind, 0) // _MONTHS[part] for kind in model.periods}
    count = counts.pop() if len(counts) == 1 else 0
    return count or None


def along(of: Of, node: Along, parts: int | None) -> Extent:
    """What a look along a person can come to; `parts`: over how many shorter periods one over a cycle goes."""
    arg = of(node.arg)
    rests: frozenset[object] = frozenset(("past", each) for each in arg.rests) or frozenset({node})
    if node.way == "run":
        numbers = Spans(((Fraction(0), None),), Fraction(1), arg.sure and True in arg.flags)
        return Extent(numbers, absent=arg.absent | Absence.MISSING, rests=rests)
    absent = arg.absent | Absence.MISSING
    if node.way == "cycle_sum":
        return Extent(_added(arg.numbers, parts), absent=absent, rests=rests)
    if node.way == "cycle_mean" and parts is not None:
        return evolve(arg, numbers=scaled(_added(arg.numbers, parts), Fraction(1, parts)), absent=absent, rests=rests)
    if node.way in ("mean_last_year", "cycle_mean"):
        return evolve(arg, numbers=hull(arg.numbers), absent=absent, rests=rests)
    return evolve(arg, absent=absent, rests=rests)


def _added(numbers: Spans, parts: int | None) -> Spans:
    """The sums of a number of each of so many periods."""
    low, high = numbers.low, numbers.high
    if parts is None:
        least = low if low is None or low > 0 else low * _LONGEST
        most = high if high is None or high < 0 else high * _LONGEST
        return Spans(((least, most),), numbers.unit, False)
    ends = (None if low is None else low * parts, None if high is None else high * parts)
    return Spans((ends,), numbers.unit, numbers.full and len(numbers.spans) == 1, numbers.ends)


def across(of: Of, node: Across) -> Extent:
    rests: frozenset[object] = frozenset({node})
    if node.way in RANKS or node.way == "count":
        least = Fraction(1 if node.way in RANKS else 0)
        return Extent(Spans(((least, None),), Fraction(1)), absent=of(node.arg).absent, rests=rests, sure=False)
    if node.way == "sum":
        return unknown(node)
    arg = of(node.arg)
    numbers = hull(arg.numbers) if node.way == "mean" else arg.numbers.only_if(False)
    return Extent(numbers, absent=arg.absent | Absence.MISSING, rests=rests, sure=False)


def portion(of: Of, node: Portion) -> Extent:
    amount = of(node.amount)
    shared = to_places(amount.numbers, node.places, False)
    low, high = shared.low, shared.high
    ends = (None if low is None else min(low, Fraction(0)), None if high is None else max(high, Fraction(0)))
    numbers = Spans((ends,), Fraction(1, 10**node.places), False)
    return Extent(numbers, absent=amount.absent | Absence.MISSING, rests=frozenset({node}), sure=False)
