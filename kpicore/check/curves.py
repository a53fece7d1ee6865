"""What can be proved about a curve over the values that its measure can have."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from kpicore.check.spans import Spans, joined
from kpicore.curve import Curve, Interval, Piece, interval, number_of, overlaps, partition, piece_value
from kpicore.decimals import on_grid

FINEST = Fraction(1, 10**4)
"""The grid on which a value is looked at that has none of its own."""
_MOST_STEPS = 1000
"""So many steps of a stair are looked at for the greatest."""


@frozen
class Point:
    """A value of the measure and what the curve gives for it."""

    x: Fraction
    value: Fraction


@frozen
class Stretch:
    """Values that one piece decides, or none (a hole), between two that bands end at."""

    part: Interval
    numbers: Spans

    @property
    def witness(self) -> Fraction:
        """One of the values."""
        first, last = self.numbers.low, self.numbers.high
        return first if first is not None else last if last is not None else Fraction(0)


@frozen
class Judged:
    """A bound curve over the numbers that its measure can have."""

    curve: Curve
    numbers: Spans
    places: int

    @classmethod
    def over(cls, curve: Curve, numbers: Spans, places: int) -> Judged:
        """The curve over these, on a grid; what it gives is rounded to so many decimals."""
        return cls(curve, numbers if numbers.unit is not None else _gridded(numbers), places)

    @property
    def stretches(self) -> list[Stretch]:
        """Where each piece decides, rising; only where there are values."""
        found = [Stretch(part, self._inside(part)) for part in partition(self.curve)]
        return [each for each in found if each.numbers.spans]

    def _inside(self, part: Interval) -> Spans:
        return self.numbers.inside(part.low, part.low_closed, part.high, part.high_closed)

    def holes(self) -> list[Stretch]:
        """Values in no piece."""
        return [each for each in self.stretches if each.part.piece is None]

    def overlaps(self) -> list[tuple[Stretch, tuple[int, int]]]:
        """Values that two pieces claim which do not just stand in order, with the places of the two.

        Bands with one end, all from below or all from above, claim more than they decide; so does a single value
        that stands before the band around it, and what is for all others.
        """
        found: dict[tuple[int, int], Stretch] = {}
        for part, claims in overlaps(self.curve):
            numbers = self._inside(part)
            if not numbers.spans:
                continue
            for place, first in enumerate(claims):
                for second in claims[place + 1 :]:
                    if not _in_order(self.curve.pieces[first], self.curve.pieces[second]):
                        found.setdefault((first, second), Stretch(part, numbers))
        return [(stretch, pair) for pair, stretch in sorted(found.items(), key=lambda each: each[0])]

    def beside(self, hole: Stretch) -> tuple[int | None, int | None]:
        """The places of the pieces below and above a hole; None where there is none."""
        found = self.stretches
        place = next(place for place, each in enumerate(found) if each.part == hole.part)
        below = found[place - 1].part.piece if place else None
        return below, found[place + 1].part.piece if place + 1 < len(found) else None

    def silent(self) -> Iterator[tuple[int, bool]]:
        """Pieces that decide nowhere, and whether that is because others come first; that the last one, for all others,
        finds nothing left is not counted as that."""
        decide = {each.part.piece for each in self.stretches}
        last = len(self.curve.pieces) - 1
        for place, piece in enumerate(self.curve.pieces):
            if place not in decide:
                spare = place == last and piece.low is None and piece.high is None
                yield place, not spare and bool(self._inside(interval(piece)).spans)

    def points(self) -> list[list[Point]]:
        """Of each stretch the first and the last value, or of an endless one two that show its way, as rounded."""
        return [
            [Point(point.x, self._rounded(point.value)) for point in _ends(self.curve.pieces[each.part.piece], each)]
            for each in self.stretches
            if each.part.piece is not None
        ]

    def _rounded(self, value: Fraction) -> Fraction:
        return on_grid(value, self.places)

    def falls(self, higher: bool) -> tuple[Point, Point] | None:
        """Two values of which the better one has the lesser value of the curve; None where there are none."""
        flat = [point for ends in self.points() for point in ends]
        for one, other in pairwise(flat):
            if other.value < one.value if higher else other.value > one.value:
                return one, other
        return None

    def cliff(self) -> tuple[Point, Point] | None:
        """The step from one value to the next that changes the curve most, where it jumps at all."""
        jumps = [(one, other) for one, other in self._jumps() if one.value != other.value]
        if not jumps:
            return None
        steps: list[tuple[Point, Point]] = [*jumps, *self._slopes()]
        return max(steps, key=_height)

    def _slopes(self) -> Iterator[tuple[Point, Point]]:
        """A step on each straight line."""
        unit = self.numbers.unit
        assert unit is not None
        for each in self.stretches:
            piece = None if each.part.piece is None else self.curve.pieces[each.part.piece]
            if piece is None or piece.step is not None or number_of(piece.slope) == 0:
                continue
            first = next((low if low is not None else high - unit if high is not None else Fraction(0)
                          for low, high in each.numbers.spans if low is None or low != high), None)  # fmt: skip
            if first is not None:
                yield Point(first, piece_value(piece, first)), Point(first + unit, piece_value(piece, first + unit))

    def _jumps(self) -> Iterator[tuple[Point, Point]]:
        before: tuple[Piece, Point] | None = None
        for each in self.stretches:
            if each.part.piece is None:
                before = None
                continue
            piece = self.curve.pieces[each.part.piece]
            first = each.numbers.low
            if before is not None and first is not None and not _bends(before[0], piece, each.part.low):
                yield before[1], Point(first, piece_value(piece, first))
            if piece.step is not None:
                yield from self._steps(piece, each)
            last = each.numbers.high
            before = None if last is None else (piece, Point(last, piece_value(piece, last)))

    def _steps(self, piece: Piece, each: Stretch) -> Iterator[tuple[Point, Point]]:
        """The first steps of a stair inside, until one of them takes as many at once as one can."""
        unit = self.numbers.unit
        assert piece.step is not None and unit is not None
        step, origin, low = number_of(piece.step), number_of(piece.origin), each.numbers.low
        most = -(-unit // step)
        for count in range(_MOST_STEPS):
            at = origin + step * (count + (0 if low is None else (low - origin) // step + 1))
            before = -(-at // unit) * unit - unit
            if each.numbers.high is not None and before >= each.numbers.high:
                return
            if each.numbers.holds(before) and each.numbers.holds(before + unit):
                one, other = (Point(x, piece_value(piece, x)) for x in (before, before + unit))
                yield one, other
                if abs(other.value - one.value) == most * abs(number_of(piece.slope)):
                    return

    def outside(self, least: Fraction, most: Fraction) -> Point | None:
        """A value for which the curve gives less or more than that."""
        for ends in self.points():
            for point in ends:
                if not least <= point.value <= most:
                    return point
        return self._beyond(least, most)

    def _beyond(self, least: Fraction, most: Fraction) -> Point | None:
        """The same where a straight line goes on without end."""
        unit = self.numbers.unit
        assert unit is not None
        for each in self.stretches:
            piece = None if each.part.piece is None else self.curve.pieces[each.part.piece]
            if piece is None or number_of(piece.slope) == 0:
                continue
            for start, end, way in (
                (each.numbers.high, each.numbers.low, -1),
                (each.numbers.low, each.numbers.high, 1),
            ):
                if end is None:
                    rise = (abs(least) + abs(most) + abs(number_of(piece.base))) / abs(number_of(piece.slope)) + 2
                    width = number_of(piece.step) if piece.step is not None else Fraction(1)
                    far = max(abs(number_of(piece.origin)), abs(start or Fraction(0))) + rise * width
                    x = way * -(-far // unit) * unit
                    return Point(x, self._rounded(piece_value(piece, x)))
        return None


def _bends(left: Piece, right: Piece, end: Fraction | None) -> bool:
    """Whether two straight lines meet where the one ends and the other begins, so that nothing jumps."""
    if end is None or left.step is not None or right.step is not None:
        return False
    return piece_value(left, end) == piece_value(right, end)


def _height(step: tuple[Point, Point]) -> Fraction:
    return abs(step[1].value - step[0].value)


def _gridded(numbers: Spans) -> Spans:
    """Those that lie on the grid of what has none of its own."""
    whole = Spans(((None, None),), FINEST, numbers.full)
    cut = [whole.inside(low, True, high, True) for low, high in numbers.spans] if numbers.spans else []
    return joined((span for each in cut for span in each.spans), FINEST, numbers.full)


def _in_order(first: Piece, second: Piece) -> bool:
    """Whether two pieces that claim the same value are meant to: the first that fits wins."""
    if first.low is not None and first.low == first.high:
        return True
    for piece in (first, second):
        if piece.low is None and piece.high is None:
            return True
    one_sided = [(piece.low is None, piece.high is None) for piece in (first, second)]
    return one_sided[0] == one_sided[1] and True in one_sided[0]


def _ends(piece: Piece, each: Stretch) -> Iterator[Point]:
    unit = each.numbers.unit or FINEST
    step = number_of(piece.step) if piece.step is not None else unit
    first, last = each.numbers.low, each.numbers.high
    far = -(-max(step, unit) * 3 // unit) * unit
    if first is None and last is None:
        first, last = Fraction(0), far
    elif first is None:
        assert last is not None
        first = last - far
    elif last is None:
        last = first + far
    assert last is not None
    for x in dict.fromkeys((first, last)):
        yield Point(x, piece_value(piece, x))
