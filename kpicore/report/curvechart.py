"""A curve as a drawing: its pieces with their open and closed ends, and the person's point."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from attrs import define, evolve, field

from kpicore.curve import Curve, Interval, number_of, partition, piece_at, piece_value
from kpicore.report.chart import CurveChart, Dot, End, Stroke, Worded, breadth, near, placed_dot, spread

WIDTH, HEIGHT = 260.0, 104.0
TYPE = 9.0
"""The size of the type, in the units of the drawing."""
_TOP, _BOTTOM, _RIGHT = 17.0, 86.0, 250.0
_MOST_STEPS = 60
_MOST_MARKED = 12
MOST_PIECES = 200
"""A curve of more pieces is neither drawn nor listed."""
_MOST_KEPT = 256
_Span = tuple[Fraction, Fraction]


def curve_chart(
    curve: Curve, at: Fraction | None, shown: str, label: str, x_text: Worded, y_text: Worded, *, share: bool = False
) -> CurveChart | None:
    """The drawing of a bound curve with the point at `at`, whose text is `shown`; None where it can not be drawn.

    `share`: values above 1 are unusual, so that the axis need not go there.
    """
    if not curve.bound or len(curve.pieces) > MOST_PIECES:
        return None
    breaks = [part.low for part in stretches(curve) if part.low is not None]
    if not breaks and all(number_of(piece.slope) == 0 for piece in curve.pieces):
        return None
    drawing = _drawn(curve, domain(breaks, at, share), x_text, y_text)
    return evolve(drawing.chart, label=label, dot=None if at is None else drawing.dot(at, shown))


@lru_cache(maxsize=_MOST_KEPT)
def stretches(curve: Curve) -> tuple[Interval, ...]:
    """The partition of a curve, kept for the next person."""
    return tuple(partition(curve))


def domain(breaks: Sequence[Fraction], at: Fraction | None, share: bool) -> _Span:
    """The stretch of values to draw: all breaks, some room beside them, and the point where it is not far off."""
    first, last = (breaks[0], breaks[-1]) if breaks else sorted((Fraction(0), at or Fraction(1)))
    length = last - first or abs(last) or Fraction(1)
    room = length / 4
    low, high = first - room, last + room
    if first >= 0:
        low = max(low, Fraction(0))
    if share and last < 1:
        high = min(high, Fraction(1))
    if at is not None and low - length <= at < low:
        low = at - length / 20
    if at is not None and high < at <= high + length:
        high = at + length / 20
    return low, high


@lru_cache(maxsize=_MOST_KEPT)
def _drawn(curve: Curve, span: _Span, x_text: Worded, y_text: Worded) -> _Drawing:
    """The drawing without anybody's point. Most people share it, so it is kept."""
    return _Drawing(curve, span, x_text, y_text)


@define(eq=False)
class _Drawing:
    curve: Curve
    span: _Span
    x_text: Worded
    y_text: Worded
    chart: CurveChart = field(init=False)
    parts: list[Interval] = field(init=False)
    levels: list[Fraction] = field(factory=list)
    _left: float = 0.0
    _bottom: Fraction = Fraction(0)
    _height: Fraction = Fraction(1)

    def __attrs_post_init__(self) -> None:
        low, high = self.span
        self.parts = [
            part
            for part in stretches(self.curve)
            if (part.low is None or part.low <= high) and (part.high is None or part.high >= low)
        ]
        values = [Fraction(0)]
        for part in self.parts:
            for _, from_, _, to in self._runs(part):
                values += (from_, to)
        self._bottom, top = min(values), max(values)
        self._height = top - self._bottom or Fraction(1)
        self.levels = sorted(set(values), key=lambda value: (value not in (top, self._bottom), -value))
        self._left = min(max(breadth(self.y_text(value), TYPE) for value in self.levels[:6]) + 8, WIDTH / 3)
        self.chart = self._chart()

    def _chart(self) -> CurveChart:
        low, high = self.span
        strokes, holes = [], []
        for part in self.parts:
            if part.piece is None:
                from_, to = self._within(part)
                holes.append(self._stroke(from_, self._bottom, to, self._bottom))
            else:
                strokes += [self._stroke(*run) for run in self._runs(part)]
        joins, closings = self._jumps()
        inside = [part.low for part in self.parts if part.low is not None and low <= part.low <= high]
        return CurveChart(
            width=WIDTH,
            height=HEIGHT,
            left=near(self._left),
            right=_RIGHT,
            top=_TOP,
            bottom=_BOTTOM,
            strokes=tuple(strokes),
            joins=tuple(joins),
            ends=tuple(closings),
            holes=tuple(holes),
            x_ticks=spread([(self._x(value), value) for value in inside], self.x_text, TYPE),
            y_ticks=spread([(self._y(value), value) for value in self.levels], self.y_text, TYPE, least=TYPE + 1),
            dot=None,
            label="",
        )

    def _x(self, value: Fraction) -> float:
        low, high = self.span
        return self._left + float((value - low) / (high - low)) * (_RIGHT - self._left)

    def _y(self, value: Fraction) -> float:
        return _BOTTOM - float((value - self._bottom) / self._height) * (_BOTTOM - _TOP)

    def _stroke(self, x1: Fraction, y1: Fraction, x2: Fraction, y2: Fraction) -> Stroke:
        return Stroke(x1=near(self._x(x1)), y1=near(self._y(y1)), x2=near(self._x(x2)), y2=near(self._y(y2)))

    def _within(self, part: Interval) -> _Span:
        """The ends of a stretch, no further than the drawing goes."""
        low, high = self.span
        return (
            low if part.low is None else max(part.low, low),
            high if part.high is None else min(part.high, high),
        )

    def _runs(self, part: Interval) -> Iterator[tuple[Fraction, Fraction, Fraction, Fraction]]:
        """The straight lines of a stretch: from (x, value) to (x, value)."""
        if part.piece is None:
            return
        piece = self.curve.pieces[part.piece]
        low, high = self._within(part)
        if piece.step is None:
            yield low, piece_value(piece, low), high, piece_value(piece, high)
            return
        step, origin = number_of(piece.step), number_of(piece.origin)
        first = math.floor((low - origin) / step)
        steps = math.ceil((high - origin) / step) - first
        if steps > _MOST_STEPS:
            yield low, piece_value(piece, low), high, piece_value(piece, high)
            return
        for place in range(first, first + max(steps, 1)):
            begin, end = origin + place * step, origin + (place + 1) * step
            value = number_of(piece.base) + number_of(piece.slope) * place
            yield max(begin, low), value, min(end, high), value

    def _jumps(self) -> tuple[list[Stroke], list[End]]:
        """The upright lines and the ends where neighbouring stretches do not meet."""
        joins: list[Stroke] = []
        marks: list[End] = []
        for before, after in pairwise(self.parts):
            border = before.high
            if border is None or not self.span[0] <= border <= self.span[1]:
                continue
            from_, to = self._edge(before, upper=True), self._edge(after, upper=False)
            if from_ == to:
                continue
            if from_ is not None and to is not None:
                joins.append(self._stroke(border, from_, border, to))
            for value, closed in ((from_, before.high_closed), (to, after.low_closed)):
                if value is not None:
                    marks.append(End(x=near(self._x(border)), y=near(self._y(value)), closed=closed))
        for part in self.parts:
            runs = list(self._runs(part))
            for ended, begun in pairwise(runs):
                joins.append(self._stroke(ended[2], ended[3], begun[0], begun[1]))
                if len(runs) <= _MOST_MARKED:
                    marks.append(End(x=near(self._x(ended[2])), y=near(self._y(ended[3])), closed=False))
                    marks.append(End(x=near(self._x(begun[0])), y=near(self._y(begun[1])), closed=True))
        return joins, marks

    def _edge(self, part: Interval, *, upper: bool) -> Fraction | None:
        """The value at an end of a stretch, as its own piece has it just inside."""
        if part.piece is None:
            return None
        runs = list(self._runs(part))
        return runs[-1][3] if upper else runs[0][1]

    def dot(self, at: Fraction, shown: str) -> Dot:
        """The person's point."""
        low, high = self.span
        beyond = "left" if at < low else "right" if at > high else ""
        inside = min(max(at, low), high)
        place = piece_at(self.curve, at)
        value = self._bottom if place is None else piece_value(self.curve.pieces[place], inside)
        return placed_dot(self._x(inside), self._y(value), shown, TYPE + 1.4, (2.0, WIDTH - 2), beyond)
