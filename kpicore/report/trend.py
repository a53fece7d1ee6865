"""The totals of a person's periods so far as a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from kpicore.curve import partition
from kpicore.explain.use import Earlier, Explanation
from kpicore.period import parse_period
from kpicore.protocols import Period
from kpicore.report.chart import Level, Mark, Stroke, Trend, Zone, breadth, near
from kpicore.report.gradescale import grade_of
from kpicore.report.phrase import Phrases
from kpicore.wording import number_text

WIDTH, HEIGHT = 640.0, 128.0
TYPE = 9.0
_LEFT, _TOP, _BOTTOM = 20.0, 20.0, 106.0
_MARGIN = 20.0
_MOST_PERIODS = 24
"""A drawing of more periods, gaps included, shows only those that have a row."""


@frozen
class _Scale:
    low: Fraction
    high: Fraction

    def y(self, value: Fraction) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return near(_BOTTOM - float(share) * (_BOTTOM - _TOP))


def trend_of(explanation: Explanation, period: Period, phrases: Phrases) -> Trend | None:
    """The drawing of the periods before and this one; None where there are none before, or nobody has a total."""
    result = explanation.result
    known: dict[Period, Earlier] = {parse_period(part.period): part for part in explanation.earlier}
    if not known or not explanation.model.totals:
        return None
    known[parse_period(str(period))] = Earlier(str(period), result.status, result.total, result.grade)
    totals = [part.total for part in known.values() if part.total is not None]
    if not totals:
        return None
    periods = filled(sorted(known))
    scale = _scale(explanation, totals)
    zones, levels = _grades(explanation, scale, phrases)
    right = WIDTH - max((breadth(zone.text, 11.0) for zone in zones), default=0.0) - 10
    step = (right - _LEFT - 2 * _MARGIN) / max(len(periods) - 1, 1)
    xs = [near(_LEFT + _MARGIN + place * step) for place in range(len(periods))]
    marks = []
    for x, each in zip(xs, periods, strict=True):
        marks.append(_mark(x, each, known.get(each), scale, phrases, own=each == periods[-1]))
    strokes = tuple(
        Stroke(x1=one.x, y1=one.y, x2=two.x, y2=two.y) for one, two in pairwise(marks) if not (one.gap or two.gap)
    )
    ends = (each.label(phrases.language) for each in (periods[0], periods[-1]))
    label = phrases.word("trend_label", **dict(zip(("first", "last"), ends, strict=True)))
    return Trend(
        title=phrases.word(f"so_far.{period.kind}"),
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=near(right),
        top=_TOP,
        bottom=_BOTTOM,
        strokes=strokes,
        marks=_thinned(marks),
        levels=levels,
        zones=zones,
        label=label,
    )


def filled(rows: Sequence[Period]) -> list[Period]:
    """The periods from the first to the last, those without a row too, as far as the calendar tells and few are."""
    found, each = [rows[-1]], rows[-1]
    while each > rows[0] and len(found) < _MOST_PERIODS:
        each = each.previous()
        found.append(each)
    return sorted(found) if set(rows) <= set(found) else list(rows)


def _scale(explanation: Explanation, totals: Sequence[Decimal]) -> _Scale:
    """From a grade or two below the lowest total to the full marks, or beyond."""
    full = explanation.result.full_marks
    high = max(Fraction(part) for part in (*totals, *([full] if full is not None else [])))
    least = Fraction(min(totals))
    breaks = sorted(value for value in _breaks(explanation) if value < least)
    low = Fraction(0)
    if len(breaks) == 1:
        low = max(breaks[0] - (high - breaks[0]) / 3, low)
    elif breaks:
        low = breaks[-2]
    elif _breaks(explanation):
        low = max(least - (high - least) / 3, low)
    return _Scale(min(low, least), high if high > min(low, least) else high + 1)


def _breaks(explanation: Explanation) -> list[Fraction]:
    grade = explanation.grade
    if grade is None or grade.by != "total" or not grade.curve.curve.bound:
        return []
    return [part.low for part in partition(grade.curve.curve) if part.low is not None]


def _grades(explanation: Explanation, scale: _Scale, phrases: Phrases) -> tuple[tuple[Zone, ...], tuple[Level, ...]]:
    """The grades by the total, as far as the drawing reaches, and where they end."""
    grade = explanation.grade
    if grade is None or not _breaks(explanation):
        return (), ()
    zones, levels = [], []
    for part in partition(grade.curve.curve):
        low = scale.low if part.low is None else max(part.low, scale.low)
        high = scale.high if part.high is None else min(part.high, scale.high)
        name = None if part.piece is None else grade_of(grade.curve.curve.pieces[part.piece], grade.curve.labels)
        if low >= high:
            continue
        if name is not None and scale.y(low) - scale.y(high) >= TYPE:
            zones.append(Zone(y=near((scale.y(low) + scale.y(high)) / 2), text=phrases.prose.grade_name(name)))
        if part.low is not None and scale.low <= part.low < scale.high:
            levels.append(Level(y=scale.y(part.low), text=number_text(part.low)))
    return tuple(zones), tuple(levels)


def _mark(x: float, period: Period, known: Earlier | None, scale: _Scale, phrases: Phrases, own: bool) -> Mark:
    name = period.label(phrases.language)
    total = None if known is None else known.total
    if known is None:
        label = phrases.word("trend_none", period=name)
    elif total is None:
        label = phrases.word("trend_gap", period=name, state=phrases.say(f"explain.status.{known.status}"))
    elif known.grade is None:
        label = phrases.word("trend_point", period=name, total=phrases.marks(total))
    else:
        grade = phrases.prose.grade_name(known.grade)
        label = phrases.word("trend_grade", period=name, total=phrases.marks(total), grade=grade)
    return Mark(
        x=x,
        y=_BOTTOM if total is None else scale.y(Fraction(total)),
        text="" if total is None else phrases.marks(total),
        tick=str(period),
        label=label,
        own=own,
        gap=total is None,
        absent=known is None,
    )


def _thinned(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks, with the short names of periods only where they have room; the last one always has its own."""
    from attrs import evolve

    kept: list[Mark] = []
    edge = WIDTH
    for mark in reversed(marks):
        half = breadth(mark.tick, TYPE) / 2
        roomy = mark.x + half + 2 <= edge
        edge = mark.x - half if roomy else edge
        kept.append(mark if roomy else evolve(mark, tick=""))
    return tuple(reversed(kept))
