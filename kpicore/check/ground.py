"""What all checks of a sheet stand on: its extents month by month, how values are told, made-up people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from attrs import define, evolve, field, frozen

from kpicore.adjustment import OWN
from kpicore.check.extents import Extents
from kpicore.check.finding import Finding, Witness
from kpicore.check.spans import Span
from kpicore.decimals import plain_text
from kpicore.formula.node import Moment, walk
from kpicore.model import IndicatorSpec, SchemeModel, Sheet
from kpicore.season import MONTHS
from kpicore.sheet import measured_of

Rows = Sequence[Mapping[str, object]]
"""Results in the flat form."""


@frozen
class Amount:
    """A number as it is told to people; None is told as 'without end'."""

    value: Fraction | None
    kind: str = "number"
    places: int | None = None


@frozen
class Told:
    """Something that is told by a message of its own."""

    message: str
    values: Mapping[str, object]


NOT_TRIED = Told("check.tried.none", {})


@frozen
class Row:
    """A row of a list as it is told: its number or id, and once its place is known its line."""

    number: int | str
    key: str
    line: int | None = None


@define(eq=False, slots=False)
class Ground:
    """A sheet to be checked. `made` gives the results of made-up people, and is asked only where a proof fails."""

    sheet: Sheet
    made: Callable[[], Rows]
    content: Mapping[str, object] = field(factory=dict)
    shorter: Ground | None = None
    """That of the sheet of the shorter periods of whose totals this one is made."""

    @property
    def model(self) -> SchemeModel:
        """What the scheme says."""
        return self.sheet.model

    @cached_property
    def seasonal(self) -> bool:
        """Whether anything depends on the month."""
        nodes = (cell.node for cell in self.sheet.cells.values())
        return any(isinstance(part, Moment) and part.part == "month" for node in nodes for part in walk(node))

    @cached_property
    def months(self) -> list[Extents]:
        """The extents of each month of a year, or of one where all are alike."""
        year = self.model.effective.year + 1
        narrowed = {} if self.marks is None or not self._rescaled else {self.marks: rescaled}
        shorter = None if self.shorter is None or self.shorter.seasonal else self.shorter.months[0]
        return [Extents(self.sheet, month, year, narrowed, shorter) for month in (MONTHS if self.seasonal else (1,))]

    @property
    def _rescaled(self) -> bool:
        return bool(self.sheet.may_lack) or self.model.total != "sum"

    @cached_property
    def marks(self) -> str | None:
        """The cell of the total before plus and minus items; None where there is no total."""
        return next((name for name in (OWN, "marks") if name in self.sheet.cells), None)

    def not_decided(self, key: str, what: Told, shown: Witness = None, tried: Told | None = None) -> Finding:
        """That something was not proved either way, and what was tried instead: made-up people, none of whom did."""
        if tried is None:
            count = len(self.rows)
            tried = Told("check.tried.some", {"count": str(count)}) if count else NOT_TRIED
        return Finding("not_decided", key, {"what": what, "tried": tried}, shown)

    @cached_property
    def rows(self) -> Rows:
        """Results of made-up people."""
        return self.made()

    def each_month(self, found: Callable[[Extents], Iterator[Finding]]) -> Iterator[Finding]:
        """What is found in the months, each thing once; what not all months have alike is of the first that has it."""
        seen: dict[tuple[str, str, str, int], tuple[Finding, Extents, int]] = {}
        for extents in self.months:
            told: Counter[tuple[str, str, str]] = Counter()
            for finding in found(extents):
                about = repr([value for value in finding.values.values() if isinstance(value, Row | Told)])
                kind = (finding.code, finding.key, about)
                name = (*kind, told[kind])
                told[kind] += 1
                first, when, count = seen.get(name, (finding, extents, 0))
                seen[name] = first, when, count + (first == finding)
        for finding, extents, count in seen.values():
            everywhere = count == len(self.months)
            yield finding if everywhere else evolve(finding, values={**finding.values, "month": str(extents.month)})


def rescaled(extents: Extents) -> Span:
    """The bounds of a total that is taken over the counted full marks: the share of these that can be had."""
    model = extents.sheet.model
    full = extents.cell("full_marks").numbers.one
    lines = [line for line in model.indicators if not _nothing(extents, line)]
    shares = [_share(extents, line) for line in lines]
    if full is None or None in shares or not shares:
        return None, None
    known = [share for share in shares if share is not None]
    loose = [line.id in extents.sheet.may_lack for line in lines]
    unit = 10**model.places  # a total is rounded once
    low, high = (_extreme_share(known, loose, greatest) * full for greatest in (False, True))
    return Fraction(math.floor(low * unit), unit), Fraction(math.ceil(high * unit), unit)


@frozen
class Share:
    """What an indicator can bring, and its full marks; `by_items`: these are so many as apply."""

    low: Fraction
    high: Fraction
    weight: Fraction
    by_items: bool = False


def _nothing(extents: Extents, line: IndicatorSpec) -> bool:
    """Whether an indicator is only shown: it has no weight."""
    return extents.cell(f"{line.id}.full_marks").numbers.one == 0 == extents.cell(f"{line.id}.score").numbers.one


def _share(extents: Extents, line: IndicatorSpec) -> Share | None:
    weight = extents.cell(f"{line.id}.full_marks").numbers.one
    if weight is None and measured_of(line) is not None:
        return Share(Fraction(0), Fraction(1), Fraction(1), True)
    score = extents.cell(f"{line.id}.score").numbers
    if weight is None or weight <= 0 or score.low is None or score.high is None:
        return None
    return Share(score.low, score.high, weight)


def _extreme_share(shares: Sequence[Share], loose: Sequence[bool], greatest: bool) -> Fraction:
    """The least or the greatest share of full marks that some of these can come to together."""
    sign = 1 if greatest else -1
    found = [(each.high if greatest else each.low, each.weight) for each in shares]
    ordered = sorted(found, key=lambda each: sign * each[0] / each[1], reverse=True)
    if any(each.by_items for each in shares):
        return ordered[0][0] / ordered[0][1]
    kept = [each for each, may_lack in zip(found, loose, strict=True) if not may_lack] or ordered[:1]
    others = [each for each, may_lack in zip(found, loose, strict=True) if may_lack]
    total, weight = sum((each[0] for each in kept), Fraction(0)), sum((each[1] for each in kept), Fraction(0))
    for score, full in sorted(others, key=lambda each: sign * each[0] / each[1], reverse=True):
        if sign * score * weight > sign * total * full:
            total, weight = total + score, weight + full
    return total / weight


def witness(*values: Fraction) -> Witness:
    """Values as they stand in a witness."""
    texts = tuple(map(plain_text, values))
    return texts[0] if len(texts) == 1 else texts
