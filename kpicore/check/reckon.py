"""Reckoning with sets of numbers: products, quotients, bounds, comparisons, pieces of curves."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from kpicore.check.spans import Span, Spans, hull, joined, one, points, scaled, summed, to_places, together
from kpicore.curve import Piece, number_of

_MOST_PAIRS = 10_000
_NOUGHT = Fraction(0)


def product(mine: Spans, other: Spans, apart: bool) -> Spans:
    """The products of a number of each; `apart`: the two do not depend on one another."""
    if not mine.spans or not other.spans:
        return Spans(())
    for numbers, by in ((mine, other.one), (other, mine.one)):
        if by is not None:
            return scaled(numbers, by).only_if(apart)
    met = apart and mine.ends and other.ends
    unit = None if mine.unit is None or other.unit is None else mine.unit * other.unit
    smooth = mine.unit is None and other.unit is None
    smooth = smooth or (points(mine) and points(other))
    if len(mine.spans) * len(other.spans) > _MOST_PAIRS:
        mine, other = hull(mine), hull(other)
    spans = [_corners(one_span, another) for one_span in mine.spans for another in other.spans]
    return joined(spans, unit, apart and smooth and mine.full and other.full, met)


def _corners(mine: Span, other: Span) -> Span:
    """The least and the greatest product of numbers from two spans."""
    found = [_end_product(a, at, b, other_at) for at, a in enumerate(mine) for other_at, b in enumerate(other)]
    known = [value for value in found if isinstance(value, Fraction)]
    low = None if -1 in [way for way in found if isinstance(way, int)] else min(known)
    high = None if 1 in [way for way in found if isinstance(way, int)] else max(known)
    return low, high


def _end_product(a: Fraction | None, at: int, b: Fraction | None, other_at: int) -> Fraction | int:
    """The product of two ends; -1 or 1 where it has no end downwards or upwards. `at` is 0 for a lower end."""
    if a is not None and b is not None:
        return a * b
    first = (1 if at else -1) if a is None else (a > 0) - (a < 0)
    second = (1 if other_at else -1) if b is None else (b > 0) - (b < 0)
    return first * second or _NOUGHT


def inverses(numbers: Spans) -> Spans:
    """One by each number but 0."""
    step = numbers.unit or _NOUGHT
    sides: list[Span] = []
    for low, high in numbers.spans:
        if low is None or low < 0:
            sides.append((low, -step if high is None else min(high, -step)))
        if high is None or high > 0:
            sides.append((step if low is None else max(low, step), high))
    spans = [(_inverse(high), _inverse(low)) for low, high in sides]
    return together(Spans((span,), None, numbers.unit is None and numbers.full) for span in spans)


def any_quotient(top: Spans, bottom: Spans) -> bool:
    """Whether each number that the spans of a quotient allow comes about, and not only those near it.

    So where both go on without end in one direction: of whole numbers too, n/d is also 1000 n / 1000 d.
    """
    if not (top.full and bottom.full and len(top.spans) == len(bottom.spans) == 1):
        return False
    return all(_one_way(numbers) for numbers in (top, bottom)) and top.holds(_NOUGHT)


def _one_way(numbers: Spans) -> bool:
    """All from some number on upwards that is not below 0, or downwards, or all."""
    low, high = numbers.low, numbers.high
    if low is None or high is None:
        return (low is None or low >= 0) and (high is None or high <= 0)
    return False


def _inverse(end: Fraction | None) -> Fraction | None:
    return _NOUGHT if end is None else None if end == 0 else 1 / end


def least(mine: Spans, other: Spans) -> Spans:
    """The lesser of a number of each."""
    return scaled(greatest(scaled(mine, Fraction(-1)), scaled(other, Fraction(-1))), Fraction(-1))


def greatest(mine: Spans, other: Spans) -> Spans:
    """The greater of a number of each."""
    for numbers, by in ((mine, other.one), (other, mine.one)):
        if by is not None:
            above = numbers.inside(by, False, None, False)
            reached = numbers.inside(None, False, by, True)
            found = together((one(by), above)) if reached.spans else numbers
            both = mine.ends and other.ends and bool(reached.spans)
            return evolve(found, full=mine.full and other.full, met=both)
    begun = [low for low in (mine.low, other.low) if low is not None]
    high = None if mine.high is None or other.high is None else max(mine.high, other.high)
    return Spans(((max(begun) if begun else None, high),), None, False)


def compared(sign: str, left: Spans, right: Spans) -> frozenset[bool]:
    """Whether a comparison of a number of each can hold, and whether it can fail."""
    gap = summed(left, scaled(right, Fraction(-1)), True)
    below = bool(gap.inside(None, False, _NOUGHT, False).spans)
    same = gap.holds(_NOUGHT)
    above = bool(gap.inside(_NOUGHT, False, None, False).spans)
    holds = {"<": below, "<=": below or same, "==": same, "!=": below or above, ">=": same or above, ">": above}[sign]
    fails = {"<": same or above, "<=": above, "==": below or above, "!=": same, ">=": below, ">": below or same}[sign]
    return frozenset(value for value, possible in ((True, holds), (False, fails)) if possible)


def on_piece(piece: Piece, numbers: Spans, met: bool) -> Spans:
    """What a bound piece of a curve gives for these, of which one at least comes about where they are `met`."""
    slope, base = number_of(piece.slope), number_of(piece.base)
    if slope == 0:
        return Spans(((base, base),), abs(base) or None, met)
    origin = one(-number_of(piece.origin))
    if piece.step is None:
        return summed(scaled(summed(numbers, origin, True), slope), one(base), True)
    counts = scaled(summed(numbers, origin, True), 1 / number_of(piece.step))
    return summed(scaled(to_places(counts, 0, True), slope), one(base), True)
