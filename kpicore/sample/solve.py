"""Figures that bring a formula to a wanted value, or as near to it as figures that people write down come.

Unlike `kpicore.cases.probe`, some of the figures may be held, and the others look like those of a month.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import define, field

from kpicore.cases.probe import fitted
from kpicore.engines.exact import ExactReader
from kpicore.errors import NeedsOthersError
from kpicore.figure import Value
from kpicore.formula.node import Absence, Node
from kpicore.history import History, Known
from kpicore.model import FactSpec
from kpicore.protocols import Period
from kpicore.row import Row
from kpicore.sample.usual import Usuals, as_figure, bounds, unit, written

Facts = dict[str, Value | None]
_REACHES = (10**3, 10**6, 10**9)
_BLANK = 0.1
_AGAIN = 0.7


@define
class Solver:
    """Finds figures for the formulas of one sheet in one period.

    `blankable` are facts that may be left blank, `before` the person's figures of the last period, near which those
    of this one lie.
    """

    reader: ExactReader
    period: Period
    history: History
    chance: random.Random
    usuals: Usuals
    blankable: frozenset[str] = frozenset()
    before: Mapping[str, Value | None] = field(factory=dict)

    def row(self, facts: Mapping[str, Value | None]) -> Row:
        """A row of these figures."""
        return Row("", self.period, facts, history=self.history)

    def value(self, node: Node, facts: Mapping[str, Value | None]) -> Known:
        """The exact value of a formula; missing where one row alone can not say it."""
        try:
            return self.reader.value(node, self.row(facts))
        except NeedsOthersError:
            return Absence.MISSING

    def usual(self, name: str, small: bool = False) -> Value:
        """A value that the fact may well have."""
        held = self.before.get(name)
        if held is not None and not small and self.chance.random() < _AGAIN:
            return held
        return self.usuals.value(name, self.chance, small)

    def spec(self, name: str) -> FactSpec:
        """A fact as it is declared."""
        return self.usuals.facts[name]

    def hit(self, node: Node, facts: Sequence[str], wanted: Fraction, held: Mapping[str, Value | None]) -> Facts | None:
        """Figures for these facts that bring the formula to the wanted value, or to one beside it; None where none
        were found. Those that are held stay."""
        free = [name for name in facts if name not in held]
        solved = [name for name in free if self.spec(name).figure.type in ("number", "date")]
        self.chance.shuffle(solved)
        solved.sort(key=lambda name: self.spec(name).fixed)
        for small in (False, True):
            base: Facts = {name: held[name] if name in held else self.usual(name, small) for name in facts}
            if not small:
                base |= {name: None for name in free if name in self.blankable and self.chance.random() < _BLANK}
            for name in solved:
                if base[name] is None:
                    continue
                found = self._solved(node, base, name, wanted)
                if found is not None:
                    return {**base, name: found}
        return None

    def _solved(self, node: Node, base: Facts, name: str, wanted: Fraction) -> Value | None:
        points = []
        for x, figure in self.usuals.spots(name):
            value = self.value(node, {**base, name: figure})
            if isinstance(value, Fraction):
                points.append((x, value))
        line = fitted(points)
        if line is None:
            return self._turned(node, base, name, wanted) if len({value for _, value in points}) > 1 else None
        x_ = line.where(wanted)
        found = None if x_ is None else written(x_, self.spec(name), self.chance, finer=len(base) == 1)
        if found is None or isinstance(self.value(node, {**base, name: found}), Absence):
            return None
        return found

    def _turned(self, node: Node, base: Facts, name: str, wanted: Fraction) -> Value | None:
        """The figure at which a formula that is no line passes the wanted value, or the one before it."""
        spec = self.spec(name)
        step = unit(spec)
        low, high = bounds(spec)
        first = math.ceil((low if low is not None else Fraction(0)) / step)
        ends = [math.floor(high / step)] if high is not None else [first + reach for reach in _REACHES]

        def reached(place: int) -> bool | None:
            figure = as_figure(place * step, spec)
            value = None if figure is None else self.value(node, {**base, name: figure})
            return value >= wanted if isinstance(value, Fraction) else None

        for last in ends:
            under, over = (first, last) if reached(first) is not None else (first + 1, last)
            there, here = reached(over), reached(under)
            if here is None or there is None or here == there:
                continue
            while over - under > 1:
                middle = (under + over) // 2
                turned = reached(middle)
                if turned is None:
                    return None
                under, over = (under, middle) if turned == there else (middle, over)
            return as_figure(self.chance.choice((under, over)) * step, spec)
        return None


def number_between(goals: Sequence[Fraction], chance: random.Random) -> Fraction:
    """A number somewhere among the goals, or some way beyond their ends."""
    low, high = min(goals), max(goals)
    reach = max(high - low, abs(high))
    return low - reach / 2 + (high - low + reach * 3 / 4) * chance.randint(0, 1000) / 1000
