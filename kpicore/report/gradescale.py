"""The scale of grades as a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from kpicore.curve import Curve, Interval, Piece, number_of, partition
from kpicore.report.chart import Cell, Dot, GradeScale, Worded, breadth, near, placed_dot, spread

WIDTH, HEIGHT = 640.0, 64.0
TYPE = 11.0
_ROOMS = ((19.0, "any"), (13.0, "wide"))
"""The type of grades on a narrow page and on a wide one, in units of the drawing."""
_TOP_SHARE = 4
"""How many times the top grade fits beside the others where it begins at the full marks, or above."""
_TOP, _BOTTOM = 22.0, 46.0
_MOST_GRADES = 40
_MARGIN = 14.0


def grade_scale(
    curve: Curve, labels: Sequence[str], at: Fraction | None, shown: str, label: str, most: Fraction, worded: Worded
) -> GradeScale | None:
    """The drawing of a bound curve of grades over 0 to `most` with the mark at `at`; None where it can not be drawn."""
    if not curve.bound or len(curve.pieces) > _MOST_GRADES:
        return None
    parts = list(partition(curve))
    breaks = [end for part in parts for end in (part.low, part.high) if end is not None]
    low, high = min([Fraction(0), *breaks]), max([most, *breaks])
    ends = [low, high]
    if high == parts[-1].low and parts[-1].piece is not None:  # the top grade begins where the drawing would end
        high, ends = high + (high - low) / _TOP_SHARE, [low]
    if at is not None and high < at <= high * 2:
        high, ends = at, [low, at]
    if high <= low:
        return None

    def place(value: Fraction) -> float:
        inside = min(max(value, low), high)
        return _MARGIN + float((inside - low) / (high - low)) * (WIDTH - 2 * _MARGIN)

    cells = []
    for part in parts:
        left = place(low if part.low is None else part.low)
        right = place(high if part.high is None else part.high)
        if right > left:
            cells.append(_cell(curve, labels, part, left, right, at))
    borders = [part.low for part in parts if part.low is not None and low < part.low < high]
    ticks = [(place(value), value) for value in (*borders, *ends)]
    return GradeScale(
        width=WIDTH,
        height=HEIGHT,
        top=_TOP,
        bottom=_BOTTOM,
        cells=tuple(cells),
        ticks=spread(ticks, worded, TYPE),
        dot=None if at is None else _dot(at, place(at), shown, low, high),
        label=label,
    )


def grade_of(piece: Piece, labels: Sequence[str]) -> str | None:
    """The grade that a piece of a bound curve of grades stands for."""
    value = number_of(piece.base)
    return labels[int(value)] if value.denominator == 1 and 0 <= value < len(labels) else None


def _cell(curve: Curve, labels: Sequence[str], part: Interval, left: float, right: float, at: Fraction | None) -> Cell:
    grade = None if part.piece is None else grade_of(curve.pieces[part.piece], labels)
    rank = labels.index(grade) if grade in labels else len(labels) - 1
    return Cell(
        x=near(left),
        width=near(right - left),
        text=grade or "",
        room=_room(grade or "", right - left),
        reached=at is not None and part.holds(at),
        shade=round(rank / max(len(labels) - 1, 1), 2),
    )


def _room(text: str, width: float) -> str:
    return next((room for size, room in _ROOMS if breadth(text, size) <= width - 2), "none")


def _dot(at: Fraction, x: float, shown: str, low: Fraction, high: Fraction) -> Dot:
    beyond = "left" if at < low else "right" if at > high else ""
    return placed_dot(x, _TOP, shown, TYPE + 1, (0.0, WIDTH), beyond)
