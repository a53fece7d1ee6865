"""The curve: a piecewise-linear, possibly stepped function of one measure. Most rules are one.

A curve is an ordered list of pieces; the first whose ends hold the measure decides. What no piece claims is a
hole: it has no value. Ends and values are nodes over parameters and the period; `bind` them to numbers first,
then `at`, `partition`, `holes` and `overlaps` answer exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from kpicore.formula.node import ZERO, Node, Num, Part, Type, replace


@frozen(cache_hash=True)
class Piece(Part):
    """From `low` to `high` (None: without end): base + slope x (x - origin).

    With a `step` the value rises by `slope` for each whole step from `origin`, a part of one counting for
    nothing: base + slope x floor((x - origin) / step).
    """

    base: Node
    low: Node | None = None
    high: Node | None = None
    low_closed: bool = True
    high_closed: bool = True
    slope: Node = ZERO
    origin: Node = ZERO
    step: Node | None = None


@frozen(cache_hash=True)
class Curve(Part):
    """Pieces in the order in which they are asked."""

    pieces: tuple[Piece, ...]

    def bind(self, change: Callable[[Node], Node | None]) -> Curve:
        """The curve with parameters and periods replaced by what `change` gives for them."""
        return replace(self, change)

    @property
    def bound(self) -> bool:
        """Whether every end and value is a number."""
        return all(
            isinstance(node, Num)
            for piece in self.pieces
            for node in (piece.base, piece.low, piece.high, piece.slope, piece.origin, piece.step)
            if node is not None
        )


@frozen(cache_hash=True)
class OnCurve(Node):
    """The value of a curve at the argument; a hole where no piece claims it."""

    arg: Node
    curve: Curve
    type: ClassVar[Type] = "number"


@frozen
class Interval:
    """Numbers from low to high; None is without end. `piece` is the place of the piece that decides there."""

    low: Fraction | None
    low_closed: bool
    high: Fraction | None
    high_closed: bool
    piece: int | None = None

    def holds(self, x: Fraction) -> bool:
        """Whether x lies inside."""
        above = self.low is None or (x >= self.low if self.low_closed else x > self.low)
        return above and (self.high is None or (x <= self.high if self.high_closed else x < self.high))

    @property
    def witness(self) -> Fraction:
        """A number inside."""
        if self.low is None and self.high is None:
            return Fraction(0)
        if self.low is None:
            assert self.high is not None
            return self.high if self.high_closed else self.high - 1
        if self.low_closed:
            return self.low
        if self.high is None:
            return self.low + 1
        return self.high if self.high_closed else (self.low + self.high) / 2


def number_of(node: Node) -> Fraction:
    """The number of a bound end or value."""
    if not isinstance(node, Num):
        raise ValueError(f"this end of a curve is not bound to a number yet: {node!r}")
    return node.value


def interval(piece: Piece, place: int | None = None) -> Interval:
    """What a bound piece claims."""
    return Interval(
        None if piece.low is None else number_of(piece.low),
        piece.low is not None and piece.low_closed,
        None if piece.high is None else number_of(piece.high),
        piece.high is not None and piece.high_closed,
        place,
    )


def piece_at(curve: Curve, x: Fraction) -> int | None:
    """The place of the piece that decides at x, or None in a hole."""
    for place, piece in enumerate(curve.pieces):
        if interval(piece).holds(x):
            return place
    return None


def at(curve: Curve, x: Fraction) -> Fraction | None:
    """The exact value at x, or None in a hole."""
    place = piece_at(curve, x)
    return None if place is None else piece_value(curve.pieces[place], x)


def piece_value(piece: Piece, x: Fraction) -> Fraction:
    """The value that this piece gives at x, whether or not it claims x."""
    way = x - number_of(piece.origin)
    if piece.step is not None:
        return number_of(piece.base) + number_of(piece.slope) * math.floor(way / number_of(piece.step))
    return number_of(piece.base) + number_of(piece.slope) * way


def ends(curve: Curve) -> list[Fraction]:
    """Every end of a bound curve, each once, rising."""
    found = {number_of(end) for piece in curve.pieces for end in (piece.low, piece.high) if end is not None}
    return sorted(found)


def _elementary(curve: Curve) -> list[Interval]:
    """The line cut at every end: open stretches and single points, rising."""
    breaks = ends(curve)
    if not breaks:
        return [Interval(None, False, None, False)]
    line = [Interval(None, False, breaks[0], False)]
    for place, end in enumerate(breaks):
        line.append(Interval(end, True, end, True))
        following = breaks[place + 1] if place + 1 < len(breaks) else None
        line.append(Interval(end, False, following, False))
    return line


def partition(curve: Curve) -> list[Interval]:
    """The whole line, rising, cut where another piece decides; `piece` is None over a hole."""
    joined: list[Interval] = []
    spans = [interval(piece) for piece in curve.pieces]
    for part in _elementary(curve):
        place = next((place for place, span in enumerate(spans) if span.holds(part.witness)), None)
        last = joined[-1] if joined else None
        if last is not None and last.piece == place:
            joined[-1] = Interval(last.low, last.low_closed, part.high, part.high_closed, place)
        else:
            joined.append(Interval(part.low, part.low_closed, part.high, part.high_closed, place))
    return joined


def holes(curve: Curve) -> list[Interval]:
    """The stretches that no piece claims."""
    return [part for part in partition(curve) if part.piece is None]


def overlaps(curve: Curve) -> list[tuple[Interval, tuple[int, ...]]]:
    """The stretches that two or more pieces claim, with the places of those pieces."""
    intervals = [interval(piece) for piece in curve.pieces]
    found: list[tuple[Interval, tuple[int, ...]]] = []
    before: tuple[int, ...] = ()
    for part in _elementary(curve):
        claims = tuple(place for place, span in enumerate(intervals) if span.holds(part.witness))
        if len(claims) > 1 and claims == before:
            last = found[-1][0]
            found[-1] = Interval(last.low, last.low_closed, part.high, part.high_closed), claims
        elif len(claims) > 1:
            found.append((part, claims))
        before = claims
    return found
