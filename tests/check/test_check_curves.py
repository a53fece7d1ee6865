"""Made-up tables of one measure, held against all values that the measure can have, one after another.

Each value is scored by the exact reader and by the slow one. What `check` says of holes, overlaps, bands that never
decide, direction, the greatest step and full marks has to be so, and nothing of it may be left unsaid.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from attrs import frozen
from support.dice import Dice, Rolled
from support.formula_text import Draft, Table
from support.naive import Naive
from support.populations import loaded
from support.rule_text import rule
from support.scheme_text import text_of

from kpicore import LoadedScheme
from kpicore.check.checker import check_scheme
from kpicore.check.finding import Finding
from kpicore.check.ground import Told
from kpicore.curve import OnCurve, Piece
from kpicore.errors import SchemeError
from kpicore.formula.node import Absence, Node, Ref, walk
from kpicore.model import Sheet

SOME, MANY, PARTS = 120, 3000, 3
MOST_VALUES = 130
SCALES = {
    "count": ("0", "1", "2", "5", "3", "8", "10"),
    "rating": ("0", "60", "80", "70.5", "90", "100", "85.5"),
    "ratio": ("0.6", "0.75", "0.5", "0.9", "1", "0.65", "0"),
    "number": ("0", "1", "2.5", "-1", "4", "0.5"),
}
YEAR = 2021


@frozen
class Single:
    """A scheme of one measure, and all values that its one fact can have on the measure's grid."""

    scheme: LoadedScheme
    values: Sequence[Fraction]
    table: Table


class Seasonal(Draft):
    """Amounts that may rest on parameters and on the month."""

    def amount(self, value: str, percent: int = 10) -> Decimal | str:
        return super().amount(value, percent) if percent else Decimal(value)


def table_of(dice: Dice) -> tuple[Table, Sequence[Fraction]]:
    """A scheme of one indicator over a fact with bounds."""
    draft = Seasonal(dice, monthly=dice.chance(40), looks=0)
    kind = dice.pick(tuple(SCALES))
    places = {"count": 0, "rating": dice.pick((0, 1)), "ratio": 2, "number": 1}[kind]
    unit = Fraction(1, 10**places)
    ends = sorted(Fraction(text) // unit * unit for text in dice.some(SCALES[kind], 2, 2))
    least = ends[0] - dice.among(0, 2) * unit
    most = min(ends[1] + dice.among(0, 3) * unit, least + MOST_VALUES * unit)
    if kind != "number":
        least = max(least, Fraction(0))
    percent = dice.chance(30)
    made, _ = rule(draft, SCALES[kind], "20", percent, looks=False)
    line: Table = {"id": "i", "weight": 20, "measure": "x", "kind": kind, "places": places}
    line |= {"better": dice.pick(("higher", "lower")), "rule": made}
    bounds = {"least": _decimal(least), "most": _decimal(most)}
    table: Table = {"id": "made/up", "version": "1", "effective": datetime.date(2020, 1, 1), "periods": ["month"]}
    table |= {"rules_award": "percent"} if percent else {}
    table |= {"facts": {"x": {"kind": kind, **bounds}}}
    table |= {"params": draft.params} if draft.params else {}
    table |= {"seasons": draft.seasons} if draft.seasons else {}
    grid = range(int(least / unit), int(most / unit) + 1)
    return table | {"indicator": [line]}, [place * unit for place in grid]


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def single(dice: Dice) -> Single | None:
    """A made-up one; None where it is unsound."""
    table, values = table_of(dice)
    try:
        scheme = loaded(text_of(table))
        scheme.newest.sheet()
    except SchemeError:
        return None
    return Single(scheme, values, table)


class Reading:
    """All values, one by one, in a month."""

    def __init__(self, made: Single, month: int) -> None:
        self.sheet: Sheet = made.scheme.newest.sheet()
        self.params = {name: spec.value for name, spec in self.sheet.params.items()}
        self.month = month
        node = next(part for part in walk(self.sheet.cells["i.awarded"].node) if isinstance(part, OnCurve))
        self.pieces: tuple[Piece, ...] = node.curve.pieces
        self.naive = {value: self.of(value) for value in made.values}
        self.points: dict[Fraction, Any] = {x: naive.value(Ref("i.awarded")) for x, naive in self.naive.items()}
        self.raw: dict[Fraction, Any] = {x: naive.value(node) for x, naive in self.naive.items()}

    def of(self, value: Fraction) -> Naive:
        facts = {**self.params, "x": _decimal(value)}
        return Naive(facts, self.sheet.cells, self.month, YEAR)

    @property
    def whole(self) -> bool:
        """Whether there is nothing in the curve that has no value, such as a step of nothing."""
        return not any(isinstance(value, Absence) and value is not Absence.HOLE for value in self.raw.values())

    def claims(self, x: Fraction) -> list[int]:
        """The pieces that claim a value."""
        return [place for place, piece in enumerate(self.pieces) if self.naive[x].claims(piece, x) is True]

    def holes(self) -> list[list[Fraction]]:
        """The values that have no points, in stretches."""
        found: list[list[Fraction]] = []
        before = False
        for x, value in self.raw.items():
            if value is Absence.HOLE:
                if before:
                    found[-1].append(x)
                else:
                    found.append([x])
            before = value is Absence.HOLE
        return found

    def beside(self) -> list[tuple[int | None, int | None]]:
        """The pieces below and above each stretch of holes."""
        values = list(self.raw)
        found: list[tuple[int | None, int | None]] = []
        for hole in self.holes():
            first, last = values.index(hole[0]), values.index(hole[-1])
            below = self.claims(values[first - 1])[0] if first else None
            found.append((below, self.claims(values[last + 1])[0] if last + 1 < len(values) else None))
        return found

    def overlaps(self) -> dict[tuple[int, int], list[Fraction]]:
        """The values that two pieces claim, by the two, but for those that only stand in order."""
        found: dict[tuple[int, int], list[Fraction]] = {}
        for x in self.raw:
            claims = self.claims(x)
            for place, first in enumerate(claims):
                for second in claims[place + 1 :]:
                    if not in_order(self.pieces[first], self.pieces[second], self.naive[x]):
                        found.setdefault((first, second), []).append(x)
        return found

    def silent(self) -> dict[int, bool]:
        """The pieces that decide nowhere, and whether they claim anything at all."""
        deciding = {claims[0] for x in self.raw if (claims := self.claims(x))}
        claiming = {place for x in self.raw for place in self.claims(x)}
        last = len(self.pieces) - 1
        spare = {last} if self.pieces[last].low is None and self.pieces[last].high is None else set()
        return {place: place in claiming for place in range(last + 1) if place not in deciding | spare}

    def steps(self) -> list[Fraction]:
        """How much the curve changes from each value to the next."""
        return [
            abs(self.raw[b] - self.raw[a])
            for a, b in pairwise(self.raw)
            if not isinstance(self.raw[a], Absence) and not isinstance(self.raw[b], Absence)
        ]


def in_order(first: Piece, second: Piece, naive: Naive) -> bool:
    """Whether two bands that claim the same value just stand in order: both open to the same side, the first a single
    value, or one of them for all others."""
    low, high = (None if end is None else naive.value(end) for end in (first.low, first.high))
    if low is not None and low == high:
        return True
    sides = [(piece.low is not None, piece.high is not None) for piece in (first, second)]
    return (False, False) in sides or sides in ([(True, False)] * 2, [(False, True)] * 2)


def months_of(made: Single) -> Sequence[int]:
    return (
        range(1, 13) if "month" in text_of(made.table).split("[[indicator]]")[1] or made.table.get("seasons") else (1,)
    )


def of(findings: Sequence[Finding], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


def number(witness: object) -> Fraction:
    assert isinstance(witness, str)
    return Fraction(witness)


def in_month(finding: Finding, readings: Mapping[int, Reading]) -> Reading:
    """The month of a finding, or any where all have it."""
    month = finding.values.get("month")
    return readings[int(str(month))] if month is not None else next(iter(readings.values()))


def checked(made: Single) -> None:
    """Holds all that is found against all values."""
    findings = check_scheme(made.scheme)[0].findings
    readings = {month: Reading(made, month) for month in months_of(made)}
    if not all(reading.whole for reading in readings.values()) or of(findings, "not_decided"):
        assert any(
            isinstance(naive.value(node), Absence) for naive, node in ends(readings)
        )  # such as a step of nothing
        return
    rows = made.table["indicator"][0]["rule"]["kind"] == "bands"
    holes_hold(of(findings, "hole"), readings)
    overlaps_hold(of(findings, "overlap"), readings, rows)
    silence_holds(findings, readings, rows)
    direction_holds(of(findings, "falls"), readings, made.table["indicator"][0]["better"] == "higher")
    cliff_holds(of(findings, "cliff"), readings)
    reach_holds(findings, readings, made)


def ends(readings: Mapping[int, Reading]) -> Iterator[tuple[Naive, Node]]:
    """All that the pieces' ends and values are, month by month."""
    for reading in readings.values():
        naive = next(iter(reading.naive.values()))
        for piece in reading.pieces:
            for node in (piece.low, piece.high, piece.base, piece.slope, piece.origin, piece.step):
                if node is not None:
                    yield naive, node


def holes_hold(found: Sequence[Finding], readings: Mapping[int, Reading]) -> None:
    assert len(found) >= max(len(reading.holes()) for reading in readings.values())
    there = {pair for reading in readings.values() for pair in reading.beside()}
    told = set()
    for finding in found:
        reading, x = in_month(finding, readings), number(finding.witness)
        assert reading.raw[x] is Absence.HOLE
        beside = finding.values["beside"]
        rows = beside.values if isinstance(beside, Told) else {}
        told.add(tuple(rows[name].number - 1 if name in rows else None for name in ("below", "above")))
    assert told == there


def overlaps_hold(found: Sequence[Finding], readings: Mapping[int, Reading], rows: bool) -> None:
    there = {pair for reading in readings.values() for pair in reading.overlaps()}
    told = {(finding.values["first"].number - 1, finding.values["second"].number - 1) for finding in found}  # type: ignore[attr-defined]
    assert told == there
    for finding in found:
        pair = (finding.values["first"].number - 1, finding.values["second"].number - 1)  # type: ignore[attr-defined]
        assert number(finding.witness) in in_month(finding, readings).overlaps()[pair]


def silence_holds(findings: Sequence[Finding], readings: Mapping[int, Reading], rows: bool) -> None:
    for code, hidden in (("hidden_band", True), ("unreachable_band", False)):
        there = {p for reading in readings.values() for p, claims in reading.silent().items() if claims is hidden}
        told = {finding.key for finding in of(findings, code)}
        assert told == ({f"indicator.i.rule.bands[{place + 1}]" for place in there} if rows else set())


def direction_holds(found: Sequence[Finding], readings: Mapping[int, Reading], higher: bool) -> None:
    def falls(reading: Reading) -> bool:
        known = [value for value in reading.points.values() if not isinstance(value, Absence)]
        return any(b < a if higher else b > a for a, b in pairwise(known))

    assert bool(found) == any(map(falls, readings.values()))
    for finding in found:
        assert isinstance(finding.witness, tuple)
        points = in_month(finding, readings).points
        low, high = map(Fraction, finding.witness)
        assert low < high
        assert points[high] < points[low] if higher else points[high] > points[low]


def cliff_holds(found: Sequence[Finding], readings: Mapping[int, Reading]) -> None:
    for finding in found:
        assert isinstance(finding.witness, tuple)
        reading = in_month(finding, readings)
        low, high = map(Fraction, finding.witness)
        values = list(reading.raw)
        assert values.index(high) == values.index(low) + 1
        assert abs(reading.raw[high] - reading.raw[low]) == max(reading.steps())
    for reading in () if found else readings.values():
        assert not jumps(reading)


def jumps(reading: Reading) -> bool:
    """Whether the curve changes where one piece follows another, or on a stair, but for mere bends."""
    for a, b in pairwise(reading.raw):
        first, second = reading.claims(a)[:1], reading.claims(b)[:1]
        if not first or not second or reading.raw[a] == reading.raw[b]:
            continue
        left, right = reading.pieces[first[0]], reading.pieces[second[0]]
        if left.step is not None or (left is not right and right.step is not None):
            return True
        apart = [reading.naive[x].on_piece(left, x) - reading.naive[x].on_piece(right, x) for x in (a, b)]
        if left is not right and apart[0] * apart[1] > 0:  # else the lines may meet between the two values
            return True
    return False


def reach_holds(findings: Sequence[Finding], readings: Mapping[int, Reading], made: Single) -> None:
    full = Fraction(100 if made.table.get("rules_award") else 20)
    for reading in readings.values():
        known = [value for value in reading.points.values() if not isinstance(value, Absence)]
        beyond = any(not 0 <= value <= full for value in known)
        assert not beyond or of(findings, "above_full")
    for finding in of(findings, "above_full"):
        assert not 0 <= in_month(finding, readings).points[number(finding.witness)] <= full
    scores = [
        value
        for reading in readings.values()
        for naive in reading.naive.values()
        if not isinstance(value := naive.value(Ref("i.score")), Absence)
    ]
    (reach,) = [finding for finding in of(findings, "reach") if finding.key == "indicator.i"]
    if scores and "month" not in reach.values:
        assert (reach.values["low"].value, reach.values["high"].value) == (min(scores), max(scores))  # type: ignore[attr-defined]


def exact(made: Single) -> None:
    """The exact reader gives every value the points that the slow one gives."""
    reading = Reading(made, 1)
    rows = [{"employee": str(n), "period": "2021-01", "x": str(_decimal(x))} for n, x in enumerate(reading.points)]
    for result, value in zip(made.scheme.score_many(rows), reading.points.values(), strict=True):
        points = result.indicators["i"].points
        assert (None if isinstance(value, Absence) else value) == (None if points is None else Fraction(points))


@pytest.mark.longer
@pytest.mark.parametrize("part", range(PARTS))
def test_made_up_tables_against_every_value(part: int, request: pytest.FixtureRequest) -> None:
    count = (MANY if request.config.getoption("--real") else SOME) // PARTS
    tried = 0
    for seed in range(part * count, (part + 1) * count):
        made = single(Rolled(f"single/{seed}"))
        if made is None:
            continue
        tried += 1
        try:
            checked(made)
            if seed % 5 == 0:
                exact(made)
        except AssertionError as error:
            raise AssertionError(f"seed single/{seed}: {error}\n{text_of(made.table)}") from error
    assert tried > count * 0.8
