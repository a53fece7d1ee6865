"""Figures of a kind: those that a month may well bring, and the grid on which a figure is written down."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import define, field

from kpicore.cases.probe import figure_of
from kpicore.figure import Value
from kpicore.model import FactSpec

_ROUND = ("20", "25", "40", "50", "80", "100", "120", "150", "200", "250", "300", "400", "500", "1000", "2000")
_USUAL: Mapping[str, Sequence[str]] = {
    "count": _ROUND,
    "money": tuple(f"{int(text) * 100}" for text in _ROUND),
    "ratio": ("0.05", "0.1", "0.2", "0.4", "0.5", "0.6", "0.7", "0.75", "0.8", "0.85", "0.9", "0.95", "0.98", "1"),
    "rating": ("55", "60", "65", "70", "75", "80", "85", "88.5", "90", "92", "95", "98", "100"),
    "number": _ROUND,
    "seconds": ("4", "8", "12", "20", "25.5", "30", "40", "50", "60", "90"),
    "hours": ("1", "2", "4", "6.5", "8", "12", "20", "24", "40", "80"),
    "days": ("1", "2", "3", "5", "8", "10", "15", "20", "22", "30"),
}
_SMALL = ("0", "1", "2", "3")
_STEPS = (1, 2, 3, 5)
_YES = 0.8
_DAY, _DAYS = datetime.date(2023, 1, 1), 700
_LONG_AGO, _LATE = datetime.date(2000, 1, 1), datetime.date(2040, 12, 31)


def unit(spec: FactSpec) -> Fraction:
    """The least step between two figures as people write them down."""
    return Fraction(1, 10**spec.figure.places)


def bounds(spec: FactSpec) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest value of a number or date, as a number."""
    if spec.figure.type == "date":
        return Fraction(_LONG_AGO.toordinal()), Fraction(_LATE.toordinal())
    least, most = spec.bounds.ends
    return (None if least is None else Fraction(least)), (None if most is None else Fraction(most))


def as_number(value: Value) -> Fraction:
    """The number of a figure; a date is its day since the beginning."""
    assert not isinstance(value, bool | str)
    return Fraction(value.toordinal() if isinstance(value, datetime.date) else value)


def as_figure(x: Fraction, spec: FactSpec) -> Value | None:
    """The figure of this number, None where the fact can not have it."""
    if spec.figure.type != "date":
        return figure_of(x, spec)
    low, high = bounds(spec)
    assert low is not None and high is not None
    return datetime.date.fromordinal(int(x)) if x.denominator == 1 and low <= x <= high else None


def written(x: Fraction, spec: FactSpec, chance: random.Random, finer: bool = False) -> Value | None:
    """The figure of this number; where nobody would write it down, one of the two beside it.

    `finer`: one more decimal than usual may be written.
    """
    step = unit(spec)
    if ((10 if finer else 1) * x / step).denominator == 1:
        exact = as_figure(x, spec)
        if exact is not None:
            return exact
    below = math.floor(x / step)
    first, second = chance.sample((below, below + 1), 2)
    found = as_figure(first * step, spec)
    return found if found is not None else as_figure(second * step, spec)


@define
class Usuals:
    """What the facts of a sheet may well have. `words` are the texts that its formulas hold against each fact."""

    facts: Mapping[str, FactSpec]
    words: Mapping[str, Sequence[str]] = field(factory=dict)
    _figures: dict[tuple[str, bool], Sequence[Value]] = field(factory=dict)
    _spots: dict[str, Sequence[tuple[Fraction, Value]]] = field(factory=dict)

    def choices(self, name: str) -> list[Value]:
        """All values of a yes or no, a choice, or a text of which these are known."""
        spec = self.facts[name]
        match spec.figure.type:
            case "flag":
                return [True, False]
            case "text":
                return list(spec.bounds.choices or self.words.get(name, ()))
        return []

    def value(self, name: str, chance: random.Random, small: bool = False) -> Value:
        """A value that the fact may well have; with `small` a number near nothing."""
        match self.facts[name].figure.type:
            case "flag":
                return chance.random() < _YES
            case "text":
                choices = self.choices(name) or ["x"]
                if self.facts[name].na and chance.random() < _YES:
                    return choices[0]
                return chance.choice(choices)
            case "date":
                return _DAY + datetime.timedelta(days=chance.randrange(_DAYS))
        key = name, small
        if key not in self._figures:
            self._figures[key] = _numbers(self.facts[name], _SMALL if small else _USUAL[self.facts[name].kind])
        return chance.choice(self._figures[key])

    def spots(self, name: str) -> Sequence[tuple[Fraction, Value]]:
        """A few numbers in the bounds of a fact, at which a formula is tried, with their figures."""
        if name not in self._spots:
            spec = self.facts[name]
            low, high = bounds(spec)
            if low is not None and high is not None:
                found = [low + (high - low) * share / 10 for share in (1, 3, 6, 8)]
            elif high is not None:
                found = [high - 10 * step for step in _STEPS]
            else:
                found = [(low or 0) + Fraction(10 * step) for step in _STEPS]
            places = [math.floor(x / unit(spec)) * unit(spec) for x in found]
            # One beside the first: what is rounded may look like a line from afar.
            figures = [(x, as_figure(x, spec)) for x in [*places, places[0] + unit(spec)]]
            self._spots[name] = [(x, figure) for x, figure in figures if figure is not None]
        return self._spots[name]


def _numbers(spec: FactSpec, texts: Sequence[str]) -> Sequence[Value]:
    """Those of the numbers that the bounds of a fact allow; where there are none, some between its bounds."""
    low, high = bounds(spec)
    tried = [Fraction(text) for text in texts]
    if low is not None and high is not None:
        between = [low + (high - low) * share / 20 for share in range(21)]
    else:
        end = low if low is not None else high if high is not None else Fraction(0)
        reach = max(abs(end), Fraction(1)) * (1 if low is not None else -1)
        between = [end + reach * share / 20 for share in range(21)]
    step = unit(spec)
    for numbers in (tried, [math.floor(x / step) * step for x in between], [x for x in (low, high) if x is not None]):
        kept = [figure for x in numbers if (figure := figure_of(x, spec)) is not None]
        if kept:
            return kept
    return [Decimal(0)]
