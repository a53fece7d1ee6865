"""Sets of numbers as spans: the values that a formula can have, as exactly as bounds can say it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from kpicore.decimals import on_grid

Span = tuple[Fraction | None, Fraction | None]
"""From a number to a number, both included; None is without end."""

MOST_SPANS = 600
"""So many spans of a set are told apart; of more, the nearest are joined."""
_MOST_SUMS = 250_000


@frozen
class Spans:
    """Numbers in spans, rising, none touching the next. With a `unit` they are whole multiples of it.

    `full`: every number is among them that the spans and the unit allow; else there may be fewer, never others.
    `met`: where it is not full, the least and the greatest, if there are such, do come about.
    """

    spans: tuple[Span, ...]
    unit: Fraction | None = None
    full: bool = True
    met: bool = False

    @property
    def ends(self) -> bool:
        """Whether the least and the greatest come about."""
        return self.full or self.met

    def only_if(self, condition: bool) -> Spans:
        """The same, which is full, or whose ends come about, only on a condition."""
        return self if condition else evolve(self, full=False, met=False)

    @property
    def low(self) -> Fraction | None:
        """The least one; None where there is none, or no numbers at all."""
        return self.spans[0][0] if self.spans else None

    @property
    def high(self) -> Fraction | None:
        """The greatest one; None where there is none, or no numbers at all."""
        return self.spans[-1][1] if self.spans else None

    @property
    def one(self) -> Fraction | None:
        """The only number, where there is just one."""
        return self.low if len(self.spans) == 1 and self.low is not None and self.low == self.high else None

    def holds(self, value: Fraction) -> bool:
        """Whether a number may be among them."""
        if self.unit is not None and value % self.unit:
            return False
        return any((low is None or low <= value) and (high is None or value <= high) for low, high in self.spans)

    def inside(self, low: Fraction | None, low_closed: bool, high: Fraction | None, high_closed: bool) -> Spans:
        """Those between two ends."""
        found = [span for span in (_cut(each, low, high) for each in self.spans) if span is not None]
        if self.unit is None:
            kept = [span for span in found if not _only(span, low, low_closed, high, high_closed)]
            open_ = any((span[0] == low and not low_closed and low is not None)
                        or (span[1] == high and not high_closed and high is not None) for span in kept)  # fmt: skip
            return self._kept(tuple(kept), not open_)
        unit = self.unit
        first = None if low is None else -(-low // unit) * unit
        last = None if high is None else high // unit * unit
        if first is not None and first == low and not low_closed:
            first += unit
        if last is not None and last == high and not high_closed:
            last -= unit
        return self._kept(tuple(span for each in found if (span := _cut(each, first, last)) is not None), True)

    def _kept(self, spans: tuple[Span, ...], closed: bool) -> Spans:
        """Some of the spans; `closed`: no end of theirs is one that is not included."""
        whole = bool(spans) and self.ends and (spans[0][0], spans[-1][1]) == (self.low, self.high)
        return Spans(spans, self.unit, self.full and closed, whole)


def one(value: Fraction) -> Spans:
    """Just this number."""
    return Spans(((value, value),), abs(value) or None)


def everything() -> Spans:
    """All numbers, of which not each need be possible."""
    return Spans(((None, None),), None, False)


def joined(spans: Iterable[Span], unit: Fraction | None, full: bool, met: bool = False) -> Spans:
    """These spans in order, joined where they touch, and where there are too many."""
    ordered = sorted(spans, key=lambda span: (span[0] is not None, span[0] or Fraction(0)))
    found: list[Span] = []
    for low, high in ordered:
        if found and _touches(found[-1][1], low, unit):
            before = found[-1]
            found[-1] = (before[0], None if before[1] is None or high is None else max(before[1], high))
        else:
            found.append((low, high))
    if len(found) > MOST_SPANS:
        return Spans(tuple(_nearest(found)), unit, False, full or met)
    return Spans(tuple(found), unit, full, met)


def together(sets: Iterable[Spans]) -> Spans:
    """What is in one of these sets."""
    found = Spans(())
    for each in sets:
        if not found.spans or not each.spans:
            found = each if each.spans else found
            continue
        one_set, other = _alike(found, each)
        unit, whole = _common(one_set, other)
        met = found.ends and each.ends
        found = joined((*one_set.spans, *other.spans), unit, found.full and each.full and whole, met)
    return found


def summed(one_set: Spans, other: Spans, apart: bool) -> Spans:
    """The sums of a number of each; `apart`: the two do not depend on one another."""
    if not one_set.spans or not other.spans:
        return Spans(())
    met = apart and one_set.ends and other.ends
    one_set, other = _alike(one_set, other)
    if len(one_set.spans) * len(other.spans) > _MOST_SUMS:
        one_set, other = _coarse(one_set), _coarse(other)
    spans = ((_add(low, least), _add(high, most)) for low, high in one_set.spans for least, most in other.spans)
    unit, fits = _sum_unit(one_set, other)
    return joined(spans, unit, apart and one_set.full and other.full and fits, met)


def scaled(numbers: Spans, factor: Fraction) -> Spans:
    """Each one times a number."""
    if not numbers.spans:
        return numbers
    if factor == 0:
        return one(Fraction(0)).only_if(numbers.ends)
    turned = [(_times(low, factor), _times(high, factor)) for low, high in numbers.spans]
    spans = [(high, low) for low, high in reversed(turned)] if factor < 0 else turned
    unit = None if numbers.unit is None else numbers.unit * abs(factor)
    return Spans(tuple(spans), unit, numbers.full, numbers.met)


def to_places(numbers: Spans, places: int, floor: bool) -> Spans:
    """Each one rounded to so many decimals, half away from zero or downwards."""
    unit = Fraction(1, 10**places)
    if numbers.unit is not None and numbers.unit % unit == 0:
        return numbers

    def change(end: Fraction | None) -> Fraction | None:
        return None if end is None else on_grid(end, places, floor)

    dense = all(low == high for low, high in numbers.spans) or numbers.unit is None or numbers.unit <= unit
    spans = [(change(low), change(high)) for low, high in numbers.spans]
    return joined(spans, unit, numbers.full and dense, numbers.ends)


def hull(numbers: Spans) -> Spans:
    """From the least to the greatest."""
    return Spans(((numbers.low, numbers.high),), None, False) if numbers.spans else numbers


def _cut(span: Span, low: Fraction | None, high: Fraction | None) -> Span | None:
    first = low if span[0] is None else span[0] if low is None else max(span[0], low)
    last = high if span[1] is None else span[1] if high is None else min(span[1], high)
    return None if first is not None and last is not None and first > last else (first, last)


def _only(span: Span, low: Fraction | None, low_closed: bool, high: Fraction | None, high_closed: bool) -> bool:
    """Whether a span is just an end that is not included."""
    at = span[0]
    return at is not None and at == span[1] and ((at == low and not low_closed) or (at == high and not high_closed))


def _touches(high: Fraction | None, low: Fraction | None, unit: Fraction | None) -> bool:
    return high is None or low is None or low <= high + (unit or 0)


def _nearest(spans: list[Span]) -> Iterator[Span]:
    """As many spans as are told apart: the others joined over the smallest gaps."""
    gaps = sorted(
        (low[0] - high[1], place)
        for place, (high, low) in enumerate(pairwise(spans))
        if low[0] is not None and high[1] is not None
    )
    gone = {place for _, place in gaps[: len(spans) - MOST_SPANS]}
    begun = spans[0][0]
    for place, span in enumerate(spans):
        if place in gone:
            continue
        yield begun, span[1]
        begun = spans[place + 1][0] if place + 1 < len(spans) else None


def _coarse(numbers: Spans) -> Spans:
    return Spans(((numbers.low, numbers.high),), numbers.unit, False)


def _gcd(one_unit: Fraction, other: Fraction) -> Fraction:
    bottom = math.lcm(one_unit.denominator, other.denominator)
    return Fraction(math.gcd(int(one_unit * bottom), int(other * bottom)), bottom)


def _zero(numbers: Spans) -> bool:
    return numbers.one == 0


def _alike(mine: Spans, theirs: Spans) -> tuple[Spans, Spans]:
    """The two sets; one whose multiples lie farther apart than those of both as single numbers, if not too many."""
    if mine.unit == theirs.unit:
        return mine, theirs
    if mine.unit is None or theirs.unit is None:
        return (mine, _apart(theirs)) if mine.unit is None else (_apart(mine), theirs)
    shared = _gcd(mine.unit, theirs.unit)
    return _single(mine, shared), _single(theirs, shared)


def _single(numbers: Spans, shared: Fraction) -> Spans:
    return numbers if numbers.unit == shared else _apart(numbers)


def _apart(numbers: Spans) -> Spans:
    """Each number as a span of its own, if there are not too many."""
    unit = numbers.unit
    if unit is None or numbers.low is None or numbers.high is None:
        return numbers
    ends = [(low, high) for low, high in numbers.spans if low is not None and high is not None]
    if sum((high - low) // unit + 1 for low, high in ends) > MOST_SPANS:
        return numbers
    found = (low + unit * count for low, high in ends for count in range(int((high - low) // unit) + 1))
    return Spans(tuple((value, value) for value in found), unit, numbers.full, numbers.met)


def _common(mine: Spans, theirs: Spans) -> tuple[Fraction | None, bool]:
    """The unit of two sets together, and whether every multiple of it within their spans is in one of them."""
    if mine.unit is None and theirs.unit is None:
        return None, True
    if mine.unit is not None and theirs.unit is not None:
        shared = _gcd(mine.unit, theirs.unit)
        return shared, all(each.unit == shared or points(each) for each in (mine, theirs))
    known, other = (theirs, mine) if mine.unit is None else (mine, theirs)
    if points(other) and _fits(other, known.unit):
        return known.unit, True
    return None, points(known)


def points(numbers: Spans) -> bool:
    """Whether they are told one by one."""
    return all(low == high for low, high in numbers.spans)


def _fits(numbers: Spans, unit: Fraction | None) -> bool:
    return unit is not None and all(low is not None and low % unit == 0 for low, _ in numbers.spans)


def _sum_unit(mine: Spans, theirs: Spans) -> tuple[Fraction | None, bool]:
    """The unit of sums, and whether every multiple of it can come about within their spans."""
    for numbers, other in ((mine, theirs), (theirs, mine)):
        if _zero(numbers):
            return other.unit, True
    if mine.unit is None or theirs.unit is None:
        return None, _dense(mine, theirs) and _dense(theirs, mine)
    shared = _gcd(mine.unit, theirs.unit)
    if points(mine) and points(theirs):
        return shared, True
    return shared, all(numbers.unit == shared or points(numbers) for numbers in (mine, theirs))


def _dense(numbers: Spans, other: Spans) -> bool:
    """Whether numbers that keep to a unit leave no gaps where those of another set are added, which do not."""
    unit = numbers.unit
    if unit is None or points(numbers):
        return True
    return all(low is None or high is None or high - low >= unit for low, high in other.spans)


def _add(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    return None if a is None or b is None else a + b


def _times(value: Fraction | None, factor: Fraction) -> Fraction | None:
    return None if value is None else value * factor
