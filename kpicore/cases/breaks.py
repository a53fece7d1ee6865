"""Cases on, just under and just over each break of a scheme's rules, generated from the scheme itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import define, evolve, field, frozen

from kpicore.cases.expected import Setting, half_up, reading_of
from kpicore.cases.probe import COLLEAGUE, Facts, Prober, earlier, figure_of, never_negative, past, plain_figures, whole
from kpicore.crossing import counting
from kpicore.crowd import compares
from kpicore.curve import Curve, at, ends, number_of, partition
from kpicore.decimals import plain_text, rounded, scaled_text
from kpicore.engines.exact import ExactReader
from kpicore.figure import Value
from kpicore.formula.node import Along, Fact, Moment, Node, Num, Ref, walk
from kpicore.model import IndicatorSpec, SchemeModel, Sheet
from kpicore.protocols import Period
from kpicore.result import Result
from kpicore.sheet import frame_of, only_if_of, rule_curve, weighs, weight_of
from kpicore.stretch import Cycle, Day, Half, Month, Quarter, Year
from kpicore.wording import total_of

_MOST_STEPS = 3
"""Of a stair so many steps are tried at each of its ends."""


@frozen
class Difference:
    """What a case expects of a part of the result, and what it got."""

    name: str
    expected: str
    got: str


@frozen
class BreakCase:
    """Figures that put an indicator's measure beside a break, and what the rule says of it.

    `own`: the rule is of a kind that has no naive reading, so its points are those of its own curve. `history` are
    made-up figures of other periods, where the sheet looks along the person, and `colleague` those of one other person
    in this period, where it compares people; this one has the same history.
    """

    indicator: str
    period: Period
    facts: Facts
    measure: str | None
    points: str | None
    score: str | None
    state: str
    own: bool = False
    at: str = ""
    history: Mapping[Period, Facts] = field(factory=dict)
    colleague: Facts = field(factory=dict)

    @property
    def says(self) -> str:
        """The case in a line."""
        told = [f"{self.indicator} at {self.at} in {self.period}: {_listed(self.facts)}"]
        told += [f"{then}: {_listed(facts)}" for then, facts in self.history.items()]
        return "; ".join([*told, f"{COLLEAGUE}: {_listed(self.colleague)}"] if self.colleague else told)

    def differences(self, result: Result) -> tuple[Difference, ...]:
        """What a result has otherwise."""
        line = result.indicators[self.indicator]
        expected = {"measure": self.measure, "points": self.points, "score": self.score, "state": self.state}
        found = []
        for name, value in expected.items():
            got = getattr(line, name)
            shown = format(got, "f") if isinstance(got, Decimal) else got
            if shown != value:
                found.append(Difference(f"{self.indicator}.{name}", value or "", shown or ""))
        return tuple(found)


def _listed(facts: Facts) -> str:
    return ", ".join(f"{name} = {_shown(value)}" for name, value in facts.items())


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain_text(value) if isinstance(value, int | Decimal) else str(value)


@define
class BreakCases:
    """The cases of a scheme, and how many places beside breaks no figures were found for."""

    cases: list[BreakCase] = field(factory=list)
    unplaced: int = 0


def break_cases(sheet: Sheet) -> BreakCases:
    """The generated cases of a scheme with its own parameters."""
    found = BreakCases()
    for period in periods_of(sheet):
        maker = _Maker(sheet, period, found)
        for line in sheet.model.indicators:
            maker.line(line)
    return found


def first_period(model: SchemeModel) -> Period:
    """A period that the scheme scores, the first of the year after it came into force."""
    year = model.effective.year + 1
    made: dict[str, Period] = {
        "day": Day(datetime.date(year, 1, 1)),
        "month": Month(year, 1),
        "quarter": Quarter(year, 1),
        "half": Half(year, 1),
        "year": Year(year),
        "cycle": Cycle(Month(year, 1), 3),
    }
    return made[model.periods[0]]


def periods_of(sheet: Sheet) -> list[Period]:
    """One period, or each month of a year where the sheet asks for the month."""
    first = first_period(sheet.model)
    seasonal = any(
        isinstance(part, Moment) and part.part == "month" for cell in sheet.cells.values() for part in walk(cell.node)
    )
    if not seasonal or not isinstance(first, Month | Day):
        return [first]
    if isinstance(first, Day):
        return [Day(first.date.replace(month=month)) for month in range(1, 13)]
    return [first.later(months) for months in range(12)]


def targets(curve: Curve, places: int) -> list[Fraction]:
    """The values of a measure to be tried around each break of a bound curve."""
    unit = Fraction(1, 10**places)
    found: dict[Fraction, None] = {}
    for end in [*ends(curve), *_steps(curve)]:
        below = end // unit * unit
        for value in (below - unit, end, below + unit) if below == end else (below, below + unit):
            found[value] = None
        for share in (Fraction(-6, 10), Fraction(-5, 10), Fraction(4, 10), Fraction(5, 10)):
            found[below + share * unit] = None  # around the ties of rounding: the first and third stay below theirs
    return list(found)


def _steps(curve: Curve) -> Iterator[Fraction]:
    """Where a stair rises or falls, at its ends."""
    for part in partition(curve):
        piece = None if part.piece is None else curve.pieces[part.piece]
        if piece is None or piece.step is None or part.low is None or not number_of(piece.slope):
            continue
        step, origin = number_of(piece.step), number_of(piece.origin)
        first = (part.low - origin) // step + 1
        last = first + _MOST_STEPS - 1 if part.high is None else -((origin - part.high) // step) - 1
        begun = range(first, min(first + _MOST_STEPS, last + 1))
        ended = range(max(first, last + 1 - _MOST_STEPS), last + 1)
        for count in sorted({*begun, *ended}):
            yield origin + count * step


class _Maker:
    """Makes the cases of one period."""

    def __init__(self, sheet: Sheet, period: Period, found: BreakCases) -> None:
        self.model = sheet.model
        self.reader = ExactReader(sheet)
        self.history = earlier(sheet, period)
        self.colleague = plain_figures(sheet) if compares(sheet) else {}
        colleague = self.colleague if compares(sheet) else None
        self.prober = Prober(self.reader, period, past(self.reader, self.history), colleague)
        self.row = self.prober.row({})
        self.found = found

    def number(self, node: Node) -> Fraction:
        """The number of an amount."""
        value = node.value if isinstance(node, Num) else self.reader.value(node, self.row)
        if not isinstance(value, Fraction):
            raise ValueError(f"an amount without a number: {node!r}")
        return value

    def _reckoned(self, node: Node) -> Node:
        """A formula as the sheet reckons it."""
        return counting(self.reader.sheet.cells, node)

    def line(self, line: IndicatorSpec) -> None:
        """Adds the cases of an indicator whose rule is a curve."""
        judged = _judged(line)
        if not judged or judged[0].type != "number":
            return
        measure = Ref("measure")
        frame = frame_of(self.model, line)
        found = rule_curve(self.model, line, measure)
        if found is None:
            return
        curve = self.reader.bound(found, self.row)
        if not curve.bound:
            return
        for wanted in targets(curve, frame.places):
            if not all(possible(node, wanted, self.model) for node in judged):
                continue
            case = self._case(line, curve, wanted)
            if case is None:
                self.found.unplaced += 1
            else:
                # Only who lacks nothing is counted, as the prober has it.
                facts = {**self.colleague, **case.facts}
                case = evolve(case, facts=facts, history=self.history, colleague=self.colleague)
                self.found.cases.append(case)

    def _case(self, line: IndicatorSpec, curve: Curve, wanted: Fraction) -> BreakCase | None:
        only_if = only_if_of(self.model, line)
        only_if = None if only_if is None else self._reckoned(only_if)
        counts_when = None if line.counts_when is None else self._reckoned(line.counts_when.node)
        conditions = [condition for condition in (only_if, counts_when) if condition is not None]
        facts: Facts = {}
        for judged in _judged(line):  # where several judge, all of them give the same
            node = self._reckoned(judged)
            placed = self.prober.place(node, wanted, conditions)
            if placed is None and conditions:
                placed = self.prober.place(node, wanted)
            if placed is None:
                return None
            facts |= placed
        frame = frame_of(self.model, line)
        shown = half_up(wanted, frame.places)
        text = scaled_text(rounded(shown.numerator, shown.denominator, frame.places), frame.places)
        measure = None if line.by_points else text
        case = BreakCase(line.id, self.row.period, facts, measure, None, None, "left_out", at=text)
        if counts_when is not None and self.prober.value(counts_when, facts) is not True:
            return case
        reading = reading_of(line.rule)
        full = self.number(frame.full)
        setting = Setting(full, frame.kind, frame.better, self.number, frame.levels)
        points = at(curve, shown) if reading is None else reading(line.rule, shown, setting)
        if only_if is not None and self.prober.value(only_if, facts) is not True:
            points = Fraction(0)
        own = reading is None
        if points is None:
            return evolve(case, state="undefined", own=own)
        places = self.model.places
        points = half_up(points, places)
        score = points * self.number(weight_of(self.model, line)) / 100 if weighs(self.model) else points
        return evolve(case, points=_fixed(points, places), score=_fixed(score, places), state="scored", own=own)


def _judged(line: IndicatorSpec) -> list[Node]:
    """What is judged: the measure, or that of each rater."""
    if line.by_points:
        return [rated.measure.node for rated in line.rated if rated.measure is not None]
    node = None if line.measure is None else line.measure.node
    # A mean of the totals of shorter periods is made of no figures of this one.
    return [] if node is None or (isinstance(node, Along) and total_of(node.arg) is not None) else [node]


def _fixed(value: Fraction, places: int) -> str:
    """The value with so many decimals, half up."""
    scaled = half_up(value, places) * 10**places
    return scaled_text(int(scaled), places)


def possible(node: Node, wanted: Fraction, model: SchemeModel) -> bool:
    """Whether nothing that can be seen speaks against a formula having this value."""
    if isinstance(node, Fact):
        return figure_of(wanted, model.facts[node.id]) is not None
    if wanted < 0 and never_negative(node):
        return False
    return wanted.denominator == 1 or not whole(node)
