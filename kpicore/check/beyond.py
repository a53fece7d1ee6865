"""What looks beyond the row can come to: along the person, across people."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from attrs import evolve

from kpicore.check.extent import Extent, unknown
from kpicore.check.spans import Spans, hull, to_places
from kpicore.formula.node import RANKS, Absence, Across, Along, Node, Portion, Quotient

Of = Callable[[Node], Extent]
"""Gives the extent of a formula."""
_LONGEST = 24
"""The most months of a cycle."""


def share_of_heads(node: Quotient) -> bool:
    """Whether it is a place among so many heads: above 0, and 1 at most."""
    top, bottom = node.top, node.bottom
    return (
        isinstance(top, Across) and isinstance(bottom, Across) and top.way in RANKS and bottom.way == "count"
        and (top.arg, top.within, top.among) == (bottom.arg, bottom.within, bottom.among)
    )  # fmt: skip


def along(of: Of, node: Along) -> Extent:
    arg = of(node.arg)
    rests: frozenset[object] = frozenset(("past", each) for each in arg.rests) or frozenset({node})
    if node.way == "run":
        numbers = Spans(((Fraction(0), None),), Fraction(1), arg.sure and True in arg.flags)
        return Extent(numbers, absent=arg.absent | Absence.MISSING, rests=rests)
    absent = arg.absent | Absence.MISSING
    if node.way == "cycle_sum":
        low, high = arg.numbers.low, arg.numbers.high
        ends = (
            low if low is None or low > 0 else low * _LONGEST,
            high if high is None or high < 0 else high * _LONGEST,
        )
        return Extent(Spans((ends,), arg.numbers.unit, False), absent=absent, rests=rests)
    if node.way in ("mean_last_year", "cycle_mean"):
        return evolve(arg, numbers=hull(arg.numbers), absent=absent, rests=rests)
    return evolve(arg, absent=absent, rests=rests)


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
