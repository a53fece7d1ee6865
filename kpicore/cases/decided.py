"""Generated cases of what is decided by a total or another value: grades, and money by bands or tiers.

Each break is tried on, just under and just over, with the value itself given in place of what the sheet makes of
figures, and held against the bands read word by word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from attrs import evolve, frozen

from kpicore.cases.breaks import Difference, periods_of, targets
from kpicore.cases.expected import fits
from kpicore.curve import OnCurve
from kpicore.decimals import plain_text
from kpicore.engines.exact import ExactReader
from kpicore.formula.node import Label, Node, Num, Ref, walk
from kpicore.model import BandedAmount, Ends, Sheet, Tier
from kpicore.protocols import Period
from kpicore.row import Row

_MONEY, _SHARE = 2, 4


@frozen
class DecidedCase:
    """What is decided at a value: `what` is `grade`, or the cell of an element of pay; both texts, '' in a hole."""

    what: str
    period: Period
    at: str
    expected: str
    got: str

    @property
    def says(self) -> str:
        """The case in a line."""
        return f"{self.what} at {self.at} in {self.period}"

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What came out otherwise."""
        return () if self.got == self.expected else (Difference(self.what, self.expected, self.got),)


def decided_cases(sheet: Sheet) -> list[DecidedCase]:
    """The cases of the grades and of pay, with the sheet's own parameters."""
    if sheet.model.ladder is not None:
        return []
    return [case for period in periods_of(sheet) for case in _Maker(sheet, period).cases()]


class _Maker:
    def __init__(self, sheet: Sheet, period: Period) -> None:
        self.sheet, self.model = sheet, sheet.model
        self.reader = ExactReader(sheet)
        self.row = Row("case", period, {})

    def cases(self) -> Iterator[DecidedCase]:
        grade = self.model.grade
        if grade is not None:
            node = self.sheet.cells["graded_at"].node
            assert isinstance(node, OnCurve)
            places = _SHARE if grade.by == "heads" else self.model.places
            for x in self._tried(node, places):
                place = self._first(grade.bands, x)
                expected = "" if place is None else grade.bands[place].grade
                yield self._case("grade", x, expected, Label(evolve(node, arg=Num(x)), grade.grades))
        for element in self.model.pay:
            if isinstance(element.amount, BandedAmount):
                yield from self._pay(f"pay.{element.id}", element.amount, f"earned.{element.id}")

    def _pay(self, what: str, amount: BandedAmount, cell: str) -> Iterator[DecidedCase]:
        """Money by bands or by tiers; what stands beside each grade has no breaks."""
        count = len(amount.bands) or len(amount.tiers) + 1
        for node in walk(self.sheet.cells[cell].node):
            if not isinstance(node, OnCurve) or len(node.curve.pieces) != count:
                continue
            for x in self._tried(node, self.model.places if node.arg == Ref("marks") else _MONEY):
                paid = self._banded(amount, x) if amount.bands else self._by_tiers(amount.tiers, x)
                expected = "" if paid is None else plain_text(paid)
                yield self._case(what, x, expected, evolve(node, arg=Num(x)))

    def _tried(self, node: OnCurve, places: int) -> list[Fraction]:
        curve = self.reader.bound(node.curve, self.row)
        unit = 10**places
        return [x for x in targets(curve, places) if (x * unit).denominator == 1] if curve.bound else []

    def _banded(self, amount: BandedAmount, x: Fraction) -> Fraction | None:
        place = self._first(amount.bands, x)
        return None if place is None else self._number(amount.bands[place].amount)

    def _first(self, bands: Sequence[Ends], x: Fraction) -> int | None:
        return next((place for place, band in enumerate(bands) if fits(band, x, self._number)), None)

    def _by_tiers(self, tiers: Sequence[Tier], x: Fraction) -> Fraction:
        """What the part of x inside each tier brings."""
        paid, start = Fraction(0), Fraction(0)
        for tier in tiers:
            end = x if tier.up_to is None else max(min(x, self._number(tier.up_to)), start)
            paid += max(end - start, Fraction(0)) * self._number(tier.rate)
            start = start if tier.up_to is None else max(start, self._number(tier.up_to))
        return paid

    def _number(self, node: Node) -> Fraction:
        value = node.value if isinstance(node, Num) else self.reader.value(node, self.row)
        assert isinstance(value, Fraction), node
        return value

    def _case(self, what: str, x: Fraction, expected: str, node: Node) -> DecidedCase:
        value = self.reader.value(node, self.row)
        got = plain_text(value) if type(value) is Fraction else value if isinstance(value, str) else ""
        return DecidedCase(what, self.row.period, plain_text(x), expected, got)
