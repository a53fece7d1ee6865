"""The geometry of the charts: what lies where, in the units of the drawing. Templates draw it (charts.html.j2).

Charts are for the eye: places are floats, rounded to a tenth. Every text in them comes from exact values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from kpicore.report.field import told

Worded = Callable[[Fraction], str]
"""Gives the text of a value on an axis."""


@frozen
class Bar:
    """A bar on a track, all in percent of the track's length."""

    filled: float = told("how far the value goes, up to its full amount")
    bonus: float = told("how much of it lies above the full amount")
    full: float = told("where the full amount lies")
    label: str = told("what a person who can not see the drawing is read out")


@frozen
class Tick:
    """A mark on an axis."""

    at: float = told("where it lies")
    text: str = told("its text")


@frozen
class Stroke:
    """A straight line of a drawing."""

    x1: float = told("where it begins, from the left")
    y1: float = told("where it begins, from the top")
    x2: float = told("where it ends, from the left")
    y2: float = told("where it ends, from the top")


@frozen
class End:
    """An end of a piece of a curve."""

    x: float = told("from the left")
    y: float = told("from the top")
    closed: bool = told("whether the end itself belongs to the piece")


@frozen
class Dot:
    """The person's point on a drawing."""

    x: float = told("from the left")
    y: float = told("from the top")
    text: str = told("the value that it stands for")
    text_x: float = told("where the text lies, from the left")
    anchor: str = told("how the text lies to that place: start, middle or end")
    beyond: str = told("left or right where the value lies far outside the drawing; else empty")


@frozen
class CurveChart:
    """A curve with the person's point on it."""

    width: float = told("the width of the drawing")
    height: float = told("its height")
    left: float = told("the left edge of the plot")
    right: float = told("its right edge")
    top: float = told("its top edge")
    bottom: float = told("its bottom edge")
    strokes: tuple[Stroke, ...] = told("the pieces of the curve")
    joins: tuple[Stroke, ...] = told("upright lines where the curve jumps")
    ends: tuple[End, ...] = told("the ends of the pieces where the curve jumps")
    holes: tuple[Stroke, ...] = told("stretches for which nothing is said, on the bottom edge")
    x_ticks: tuple[Tick, ...] = told("the breaks, along the bottom")
    y_ticks: tuple[Tick, ...] = told("the levels, along the left side")
    dot: Dot | None = told("the person's point, where there is one")
    label: str = told("what a person who can not see the drawing is read out")


@frozen
class Cell:
    """A grade on the scale of grades."""

    x: float = told("its left edge")
    width: float = told("its width")
    text: str = told("the grade")
    room: str = told("where the grade has room in the drawing: any, wide (not on a narrow page) or none")
    reached: bool = told("whether it is the one that the value gives")
    shade: float = told("0 for the best grade to 1 for the last")


@frozen
class GradeScale:
    """The grades side by side, and where the person stands."""

    width: float = told("the width of the drawing")
    height: float = told("its height")
    top: float = told("the top edge of the grades")
    bottom: float = told("their bottom edge")
    cells: tuple[Cell, ...] = told("the grades, from the lowest value up")
    ticks: tuple[Tick, ...] = told("where one grade ends and the next begins, and both ends of the scale")
    dot: Dot | None = told("the person's mark, where there is one")
    label: str = told("what a person who can not see the drawing is read out")


@frozen
class Level:
    """A height of a drawing where one grade ends and the next begins."""

    y: float = told("from the top")
    text: str = told("the value")


@frozen
class Zone:
    """The stretch of heights that a grade takes."""

    y: float = told("its middle, from the top")
    text: str = told("the grade")


@frozen
class Mark:
    """A period on the drawing of the periods so far."""

    x: float = told("from the left")
    y: float = told("from the top; the bottom edge where there is no total")
    text: str = told("the total; empty where there is none")
    tick: str = told("the period in short, to stand below; empty where there is no room")
    label: str = told("the period, its total and its grade, or why there is none, in words")
    own: bool = told("whether it is the period of the page")
    gap: bool = told("whether there is no total")
    absent: bool = told("whether there are no figures at all")


@frozen
class Trend:
    """The totals of the periods before and of this one."""

    title: str = told("its heading: 'Months so far'")
    width: float = told("the width of the drawing")
    height: float = told("its height")
    left: float = told("the left edge of the plot")
    right: float = told("its right edge")
    top: float = told("its top edge")
    bottom: float = told("its bottom edge")
    strokes: tuple[Stroke, ...] = told("lines between periods that follow each other and both have a total")
    marks: tuple[Mark, ...] = told("the periods, rising")
    levels: tuple[Level, ...] = told("where the grades end")
    zones: tuple[Zone, ...] = told("the grades")
    label: str = told("what a person who can not see the drawing is read out")


def bar(value: Decimal | None, full: Decimal | None, label: str, longest: Decimal | None = None) -> Bar:
    """A value against its full amount. The track is as long as `longest`, or as the greater of the two."""
    full = Decimal(0) if full is None else full
    reached = Decimal(0) if value is None else max(value, Decimal(0))
    length = longest if longest is not None else max(full, reached)
    if length <= 0:
        return Bar(filled=0.0, bonus=0.0, full=0.0, label=label)

    def percent(part: Decimal) -> float:
        return near(float(100 * max(part, Decimal(0)) / length))

    return Bar(filled=percent(min(reached, full)), bonus=percent(reached - full), full=percent(full), label=label)


def near(value: float) -> float:
    """A place to a tenth."""
    return round(value, 1)


def breadth(text: str, size: float) -> float:
    """About how broad a text is in this size of type."""
    return sum(1.0 if ord(letter) > 0x2E7F else 0.6 for letter in text) * size


def spread(ticks: Sequence[tuple[float, Fraction]], worded: Worded, size: float, least: float = 0) -> tuple[Tick, ...]:
    """The marks whose texts do not run into each other; the first ones given are kept first.

    With `least` the texts stand above each other, and keep this distance.
    """
    kept: list[tuple[float, float, Tick]] = []
    for at, value in ticks:
        text = worded(value)
        half = least / 2 if least else breadth(text, size) / 2 + 3
        if all(at - half >= high or at + half <= low for low, high, _ in kept):
            kept.append((at - half, at + half, Tick(at=near(at), text=text)))
    return tuple(tick for _, _, tick in sorted(kept, key=lambda entry: entry[0]))


def placed_dot(x: float, y: float, text: str, size: float, edges: tuple[float, float], beyond: str = "") -> Dot:
    """A point whose text keeps within the edges of the drawing."""
    half = breadth(text, size) / 2
    low, high = edges
    anchor, at = "middle", x
    if x - half < low:
        anchor, at = "start", low
    elif x + half > high:
        anchor, at = "end", high
    return Dot(x=near(x), y=near(y), text=text, text_x=near(at), anchor=anchor, beyond=beyond)
