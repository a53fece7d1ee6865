"""Figures that give a measure a wanted value, exactly. The measure's formula is only asked, never looked into, but
for the facts in it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import define, evolve, field, frozen

from kpicore.cells import behind
from kpicore.crossing import says_who
from kpicore.crowd import compares, with_others
from kpicore.decimals import MOST_DIGITS, plain_text
from kpicore.engines.exact import ExactReader
from kpicore.figure import Value
from kpicore.formula.node import (
    RANKS,
    Across,
    Along,
    Choose,
    Fact,
    Instead,
    Negative,
    Node,
    Num,
    Product,
    Quotient,
    Ref,
    Sum,
    walk,
)
from kpicore.history import History, cycle
from kpicore.model import FactSpec, SchemeModel, Sheet
from kpicore.past import Past
from kpicore.protocols import Period
from kpicore.row import Row

Facts = dict[str, Value]
_WINDOWS = (1, 10, 100, 1000)
PERSON = "case"
COLLEAGUE = "colleague"
"""The person of a generated case, and the other one where the sheet compares people."""
_BEHIND = 10**MOST_DIGITS
_PROBES: Mapping[str, Sequence[str]] = {
    "count": ("100", "10000", "1000000", "1", "3", "10"),
    "money": ("1000", "100000", "1", "10000000", "7"),
    "ratio": ("0.5", "1", "0.1", "0.25", "0"),
    "rating": ("80", "100", "50", "0", "10"),
    "number": ("100", "1", "10000", "0", "-1"),
    "seconds": ("30", "100", "1", "10000", "0"),
    "hours": ("10", "100", "1", "10000", "0"),
    "days": ("10", "100", "1", "10000", "0"),
}
_DATES = (datetime.date(2024, 1, 15), datetime.date(2023, 1, 15), datetime.date(2024, 2, 14))


@define
class Prober:
    """Finds figures for the formulas of one sheet in one period. `wanted` are conditions that should hold as well.

    `history` is what looks along the person find; `colleague` has the figures of the one other person whom looks
    across people find, None where the sheet has no such look.
    """

    reader: ExactReader
    period: Period
    history: History | None = None
    colleague: Facts | None = None
    _lines: dict[tuple[Node, str, tuple[tuple[str, Value], ...], int], _Line | None] = field(factory=dict)

    @property
    def model(self) -> SchemeModel:
        return self.reader.sheet.model

    def value(self, node: Node, facts: Facts) -> object:
        """The exact value of a formula with these figures."""
        return self.reader.value(node, self.row(facts))

    def row(self, facts: Facts) -> Row:
        """The row of these figures, and of the colleague's where there are none: only who lacks nothing is counted."""
        if self.colleague is None:
            return Row(PERSON, self.period, facts, history=self.history)
        row = Row(PERSON, self.period, {**self.colleague, **facts}, history=self.history)
        other = Row(COLLEAGUE, self.period, self.colleague, history=self.history)
        with_others((row, other), self.reader.value)
        return row

    def place(self, node: Node, wanted: Fraction, conditions: Sequence[Node] = ()) -> Facts | None:
        """Figures with which `node` is `wanted` and the conditions hold; None where none were found."""
        for facts in self.candidates(node, wanted, conditions):
            value = self.value(node, facts)
            met = isinstance(value, Fraction) and value == wanted
            if met and all(self.value(one, facts) is True for one in conditions):
                return facts
        return None

    def candidates(self, node: Node, wanted: Fraction, conditions: Sequence[Node] = ()) -> Iterator[Facts]:
        """Figures that may fit: all facts but one held at probe values, that one solved for."""
        named = self._named((node,))
        beside = [fact for fact in self._named(tuple(conditions)) if fact.id not in {one.id for one in named}]
        if all(fact.type != "number" for fact in named):
            yield from self._mixtures([*named, *beside])
            return
        for probe in self._probes([*named, *beside]):
            for fact in named:
                if fact.type != "number":
                    continue
                for window in _WINDOWS:
                    line = self._line(node, fact.id, probe, window)
                    x = None if line is None else line.where(wanted)
                    figure = None if x is None else figure_of(x, self.model.facts[fact.id])
                    if figure is not None:
                        yield {**probe, fact.id: figure}

    def _named(self, formulas: Sequence[Node]) -> list[Fact]:
        found: dict[str, Fact] = {}
        for inner in behind(self.reader.sheet.cells, formulas, but=says_who):
            if isinstance(inner, Fact) and inner.id in self.model.facts:
                found.setdefault(inner.id, inner)
        return list(found.values())

    def _probes(self, facts: Sequence[Fact]) -> Iterator[Facts]:
        """Values for all facts, the likeliest first: all alike in turn, then each one by itself moved on."""
        choices = {fact.id: probe_values(self.model.facts[fact.id]) for fact in facts}
        longest = max((len(values) for values in choices.values()), default=0)
        for turn in range(longest):
            yield {id_: values[turn % len(values)] for id_, values in choices.items()}
        for id_, values in choices.items():
            for turn in range(1, len(values)):
                yield {other: (values[turn] if other == id_ else rest[0]) for other, rest in choices.items()}

    def _mixtures(self, facts: Sequence[Fact]) -> Iterator[Facts]:
        """Values where no number can be solved for: the first few facts have one value each, the others another."""
        choices = {fact.id: probe_values(self.model.facts[fact.id]) for fact in facts}
        longest = max((len(values) for values in choices.values()), default=0)
        for one in range(longest):
            for other in range(longest):
                for count in range(len(choices) + 1):
                    turns = [one] * count + [other] * (len(choices) - count)
                    pairs = zip(choices.items(), turns, strict=True)
                    yield {id_: values[turn % len(values)] for (id_, values), turn in pairs}

    def _line(self, node: Node, fact: str, probe: Facts, window: int) -> _Line | None:
        held = tuple((name, value) for name, value in probe.items() if name != fact)
        key = (node, fact, held, window)
        if key not in self._lines:
            self._lines[key] = self._fitted(node, fact, probe, window)
        return self._lines[key]

    def _fitted(self, node: Node, fact: str, probe: Facts, window: int) -> _Line | None:
        spec = self.model.facts[fact]
        points: dict[Fraction, Fraction] = {}
        for share in (1, 2, 3, 5):
            figure = figure_of(_inside(Fraction(share * window), spec), spec)
            value = None if figure is None else self.value(node, {**probe, fact: figure})
            if figure is not None and isinstance(value, Fraction):
                points[Fraction(figure)] = value
        return fitted(tuple(points.items()))


def earlier(sheet: Sheet, period: Period) -> dict[Period, Facts]:
    """Made-up figures of the period before and of a year ago, of the facts that the sheet looks back at."""
    facts = _looked_at(sheet)
    if facts is None:
        return {}
    plain = {fact.id: probe_values(sheet.facts[fact.id])[0] for fact in facts}
    shorter = sheet.model.shorter
    then = cycle(period, shorter) if shorter else (period.year_ago(), period.previous())
    return {each: dict(plain) for each in then}


def plain_figures(sheet: Sheet) -> Facts:
    """A figure that each declared fact may well have."""
    return {name: probe_values(spec)[0] for name, spec in sheet.model.facts.items()}


def past(reader: ExactReader, figures: Mapping[Period, Facts]) -> Past:
    """These figures as a history, which two people share where the sheet compares people."""
    found = Past(reader.value)
    rows = [found.add(Row(PERSON, then, facts)) for then, facts in figures.items()]
    if compares(reader.sheet):
        with_others([*rows, *(evolve(row, employee=COLLEAGUE) for row in rows)], reader.value)
    return found


def _looked_at(sheet: Sheet) -> list[Fact] | None:
    """The facts that looks along a person ask for; None where there is no such look."""
    looks = [node for cell in sheet.cells.values() for node in walk(cell.node) if isinstance(node, Along)]
    waiting: list[Node] = [look.arg for look in looks]
    facts: dict[str, Fact] = {}
    cells: set[str] = set()
    while waiting:
        for inner in walk(waiting.pop()):
            if isinstance(inner, Fact) and inner.id in sheet.model.facts:
                facts.setdefault(inner.id, inner)
            elif isinstance(inner, Along):
                waiting.append(inner.arg)
            elif isinstance(inner, Ref) and inner.cell not in cells:
                cells.add(inner.cell)
                waiting.append(sheet.cells[inner.cell].node)
    return list(facts.values()) if looks else None


def _inside(x: Fraction, spec: FactSpec) -> Fraction:
    """A number in the bounds of a fact: where it has both, a share of their width."""
    low, high = spec.bounds.ends
    if high is not None and low is not None:
        x = Fraction(low) + Fraction(high - low) * x / 10 ** len(str(int(x)))
    return Fraction(math.floor(x)) if spec.figure.whole else x


def probe_values(spec: FactSpec) -> list[Value]:
    """Values that a fact may well have, those of its kind that its bounds allow."""
    if spec.figure.type == "flag":
        return [True, False]
    if spec.na:
        return list(spec.bounds.choices)
    if spec.kind == "choice" and spec.choices:
        return list(spec.choices)
    if spec.kind == "date":
        return list(_DATES)
    if spec.kind not in _PROBES:
        return ["x"]
    low, high = spec.bounds.ends
    tried = [Decimal(text) for text in _PROBES[spec.kind]] + [end for end in (high, low) if end is not None]
    kept = [value for value in tried if (low is None or value >= low) and (high is None or value <= high)]
    figures = [figure_of(Fraction(value), spec) for value in kept]
    return [figure for figure in dict.fromkeys(figures) if figure is not None] or [0]


def figure_of(x: Fraction, spec: FactSpec) -> int | Decimal | None:
    """The figure of this value, None where the fact can not have it."""
    low, high = spec.bounds.ends
    if (low is not None and x < Fraction(low)) or (high is not None and x > Fraction(high)) or abs(x) >= _BEHIND:
        return None
    if spec.figure.whole:
        return int(x) if x.denominator == 1 else None
    if _BEHIND % x.denominator:
        return None
    return Decimal(plain_text(x))


@frozen
class _Line:
    """(a x + b) / (c x + d)."""

    a: Fraction
    b: Fraction
    c: Fraction
    d: Fraction

    def at(self, x: Fraction) -> Fraction | None:
        below = self.c * x + self.d
        return (self.a * x + self.b) / below if below else None

    def where(self, value: Fraction) -> Fraction | None:
        """The x at which it has this value."""
        slope = self.a - self.c * value
        return (self.d * value - self.b) / slope if slope else None


def fitted(points: Sequence[tuple[Fraction, Fraction]]) -> _Line | None:
    """The linear, or else linear-fractional, function through these points; None where they lie on no such."""
    if len(points) < 2 or len({value for _, value in points}) < 2:
        return None
    (x0, y0), (x1, y1) = points[:2]
    slope = (y1 - y0) / (x1 - x0)
    found = _Line(slope, y0 - slope * x0, Fraction(0), Fraction(1))
    if all(found.at(x) == y for x, y in points):
        return found
    if len(points) < 3:
        return None
    # With d = 1: a x + b - c x y = y. Two differences leave a and c.
    (x2, y2) = points[2]
    first, second = (x1 - x0, x1 * y1 - x0 * y0, y1 - y0), (x2 - x0, x2 * y2 - x0 * y0, y2 - y0)
    whole = first[0] * -second[1] + first[1] * second[0]
    if whole:
        a = (first[2] * -second[1] + first[1] * second[2]) / whole
        c = (first[0] * second[2] - first[2] * second[0]) / whole
        found = _Line(a, y0 - a * x0 + c * x0 * y0, c, Fraction(1))
    else:  # through d = 0: a + b / x
        b = (y1 - y0) / (1 / x1 - 1 / x0) if x0 and x1 else Fraction(0)
        found = _Line(y0 - b / x0 if x0 else Fraction(0), b, Fraction(1), Fraction(0))
    return found if all(found.at(x) == y for x, y in points) else None


def whole(node: Node) -> bool:
    """Whether a formula can only give whole numbers."""
    match node:
        case Fact(whole=flag):
            return flag
        case Num(value=value):
            return value.denominator == 1
        case Sum(args=args) | Product(args=args):
            return all(whole(arg) for arg in args)
        case Negative(arg=arg):
            return whole(arg)
        case Choose(then=then, otherwise=otherwise):
            return whole(then) and whole(otherwise)
        case Instead(arg=arg, other=other):
            return whole(arg) and whole(other)
        case Along(way=way, arg=arg):
            return way == "run" or (way not in ("mean_last_year", "cycle_mean") and whole(arg))
        case Across(way=way, arg=arg):
            return way in (*RANKS, "count") or (way != "mean" and whole(arg))
    return False


def never_negative(node: Node) -> bool:
    """Whether a formula can be seen to give nothing below 0."""
    match node:
        case Fact(positive=flag):
            return flag
        case Num(value=value):
            return value >= 0
        case Sum(args=args) | Product(args=args):
            return all(never_negative(arg) for arg in args)
        case Quotient(top=top, bottom=bottom):
            return never_negative(top) and never_negative(bottom)
        case Choose(then=then, otherwise=otherwise):
            return never_negative(then) and never_negative(otherwise)
        case Instead(arg=arg, other=other):
            return never_negative(arg) and never_negative(other)
        case Along(way=way, arg=arg):
            return way == "run" or never_negative(arg)
        case Across(way=way, arg=arg):
            return way in (*RANKS, "count") or never_negative(arg)
    return False
