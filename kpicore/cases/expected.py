"""What rules say, read naively from their declared fields: what generated cases are held against.

Nothing here goes through curves: each reading is the sentence of the rule in Fractions. A rule kind of a plugin
has no reading here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import frozen

from kpicore.formula.node import Node
from kpicore.model import Ends, LevelBand
from kpicore.protocols import Rule
from kpicore.rules import Accrue, Bands, Deduct, Levels, Proportion, Ramp, Straight


@frozen
class Setting:
    """Where a rule stands: the points for a full result, the kind of the measure, which way is better, the
    number of an amount, and the levels of the measure."""

    full: Fraction
    kind: str
    better: str | None
    number: Callable[[Node], Fraction]
    levels: tuple[LevelBand, ...] = ()


Reading = Callable[[Any, Fraction, Setting], Fraction | None]


def fits(ends: Ends, x: Fraction, number: Callable[[Node], Fraction]) -> bool:
    """Whether a band claims x, word by word."""
    if ends.exactly is not None and x != number(ends.exactly):
        return False
    if ends.from_ is not None and x < number(ends.from_):
        return False
    if ends.above is not None and x <= number(ends.above):
        return False
    if ends.up_to is not None and x > number(ends.up_to):
        return False
    return ends.below is None or x < number(ends.below)


def _bands(rule: Bands, x: Fraction, setting: Setting) -> Fraction | None:
    for band in rule.bands:
        if fits(band, x, setting.number):
            return setting.number(band.points)
    return None


def _proportion(rule: Proportion, x: Fraction, setting: Setting) -> Fraction:
    if x >= setting.number(rule.to):
        return setting.full
    return setting.full * x / setting.number(rule.to) if x >= setting.number(rule.from_) else Fraction(0)


def _straight(rule: Straight, x: Fraction, setting: Setting) -> Fraction:
    of = setting.number(rule.of) if rule.of is not None else Fraction({"ratio": 1, "rating": 100}[setting.kind])
    return min(max(setting.full * x / of, Fraction(0)), setting.full)


def _ramp(rule: Ramp, x: Fraction, setting: Setting) -> Fraction:
    begin, end = setting.number(rule.from_), setting.number(rule.to)
    least = setting.number(rule.least)
    most = setting.number(rule.most) if rule.most is not None else setting.full
    share = min(max((x - begin) / (end - begin), Fraction(0)), Fraction(1))
    return least + (most - least) * share


def _deduct(rule: Deduct, x: Fraction, setting: Setting) -> Fraction:
    floor = setting.number(rule.floor)
    if rule.wipe_out_at is not None and x >= setting.number(rule.wipe_out_at):
        return floor
    steps = max(math.floor((x - setting.number(rule.free)) / setting.number(rule.per)), 0)
    return max(setting.full - steps * setting.number(rule.each), floor)


def _accrue(rule: Accrue, x: Fraction, setting: Setting) -> Fraction:
    most = setting.number(rule.most) if rule.most is not None else setting.full
    steps = max(math.floor((x - setting.number(rule.start)) / setting.number(rule.per)), 0)
    return min(steps * setting.number(rule.each), most)


def _levels(rule: Levels, x: Fraction, setting: Setting) -> Fraction | None:
    worth = dict(rule.points)
    for band in setting.levels:
        if fits(band, x, setting.number):
            return setting.number(worth[band.level])
    return None


READINGS: Mapping[type, Reading] = {
    Accrue: _accrue,
    Bands: _bands,
    Deduct: _deduct,
    Levels: _levels,
    Proportion: _proportion,
    Ramp: _ramp,
    Straight: _straight,
}


def reading_of(rule: Rule) -> Reading | None:
    """The naive reading of a rule's kind; None where there is none."""
    return READINGS.get(type(rule))


def half_up(value: Fraction, places: int) -> Fraction:
    """Rounded to so many decimals, half away from zero."""
    scale = 10**places
    away = math.floor(abs(value) * scale + Fraction(1, 2))
    return Fraction(away if value >= 0 else -away, scale)
