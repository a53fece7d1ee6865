"""All people's rows of each period: what formulas that look across people come to."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from fractions import Fraction

from attrs import define, field, frozen

from kpicore.crossing import looks_across
from kpicore.formula.node import RANKS, Absence, Across, AcrossWay, Crossing, Portion, Round
from kpicore.history import Known
from kpicore.model import Sheet
from kpicore.past import Read
from kpicore.protocols import Period
from kpicore.row import Row

_Group = tuple[Period, str | None, bool]
_Shares = dict[int, Fraction | Absence]


@frozen
class _Values:
    """The arguments of those who take part, rising, and their sum."""

    rising: tuple[Fraction, ...]
    total: Fraction


@define(eq=False)
class People:
    """The rows of all people. Rows of a period without a team are a team of their own."""

    _read: Read
    _groups: dict[_Group, list[Row]] = field(factory=dict)
    _count: int = 0
    _values: dict[tuple[Across, _Group], _Values] = field(factory=dict)
    _shares: dict[tuple[Portion, _Group], _Shares] = field(factory=dict)

    def add(self, row: Row) -> None:
        """One more row; it looks at these people from now on."""
        row.others, row.place = self, self._count
        self._count += 1
        for group in (_group(row, "team"), _group(row, "all")):
            self._groups.setdefault(group, []).append(row)

    def heads(self, node: Crossing, row: Row) -> int:
        """How many take part in what the row looks at."""
        return sum(1 for _ in self._taking_part(node, _group(row, node.within)))

    def value(self, node: Crossing, row: Row) -> Known:
        """What a look across the people of the row's period gives for the row."""
        group = _group(row, node.within)
        if isinstance(node, Portion):
            return self._part(node, group, row)
        values = self._of(node, group)
        if node.way in RANKS:
            own = self._read(node.arg, row)
            if not isinstance(own, Fraction):
                return own
            rising = values.rising
            better = len(rising) - bisect_right(rising, own) if node.way == "rank_high" else bisect_left(rising, own)
            return Fraction(1 + better)
        return whole(node.way, len(values.rising), values.total, values.rising)

    def _taking_part(self, node: Crossing, group: _Group) -> Iterable[tuple[Row, Fraction]]:
        arg = node.weight if isinstance(node, Portion) else node.arg
        for row in self._groups.get(group, ()):
            if row.absent or self._read(node.among, row) is not True:
                continue
            value = self._read(arg, row)
            if isinstance(value, Fraction):
                yield row, value

    def _of(self, node: Across, group: _Group) -> _Values:
        known = self._values.get((node, group))
        if known is None:
            rising = sorted(value for _, value in self._taking_part(node, group))
            known = self._values[node, group] = _Values(tuple(rising), sum(rising, Fraction(0)))
        return known

    def _part(self, node: Portion, group: _Group, row: Row) -> Known:
        """A row's part of a pool: absent as its weight is, and 0 for who has a weight and is not counted."""
        part = self._portion(node, group).get(row.place)
        if part is not None:
            return part
        weight = self._read(node.weight, row)
        return weight if isinstance(weight, Absence) else Fraction(0)

    def _portion(self, node: Portion, group: _Group) -> _Shares:
        known = self._shares.get((node, group))
        if known is None:
            known = self._shares[node, group] = self._shared(node, list(self._taking_part(node, group)))
        return known

    def _shared(self, node: Portion, people: Sequence[tuple[Row, Fraction]]) -> _Shares:
        rounded = Round(node.amount, node.places)
        read = [self._read(rounded, row) for row, _ in people]
        amounts = {(isinstance(each, Absence), each) for each in read}  # an absence equals a number
        if len(amounts) > 1:
            return {row.place: Absence.UNREADABLE for row, _ in people}
        amount = read[0] if read else Fraction(0)
        if isinstance(amount, Absence):
            return {row.place: amount for row, _ in people}
        assert isinstance(amount, Fraction)
        order = sorted(range(len(people)), key=lambda place: people[place][0].employee)
        units = portions(amount, [people[place][1] for place in order], node.places)
        return {people[place][0].place: share for place, share in zip(order, units, strict=True)}


def whole(way: AcrossWay, heads: int, total: Fraction, rising: Sequence[Fraction]) -> Fraction | Absence:
    """What a look comes to for all who see the same people: so many heads, with this sum, with values from the first to
    the last of these."""
    if way == "count":
        return Fraction(heads)
    if way == "sum":
        return total
    if not heads:
        return Absence.MISSING
    if way == "mean":
        return total / heads
    return rising[0 if way == "least" else -1]


def portions(amount: Fraction, weights: Sequence[Fraction], places: int) -> list[Fraction]:
    """An amount shared out by weights (from 0 up), in units of the last place, by largest remainder.

    Of equal remainders the first gets the unit; what does not come out in whole units is rounded half up before.
    Where all weights are 0 nobody gets anything.
    """
    scale, total = 10**places, sum(weights, Fraction(0))
    if not total:
        return [Fraction(0)] * len(weights)
    sign = -1 if amount < 0 else 1
    units = int(abs(amount) * scale + Fraction(1, 2))
    exact = [units * weight / total for weight in weights]
    whole = [int(share) for share in exact]
    left = units - sum(whole)
    for place in sorted(range(len(weights)), key=lambda place: whole[place] - exact[place])[:left]:
        whole[place] += 1
    return [Fraction(sign * share, scale) for share in whole]


def with_others(rows: Iterable[Row], read: Read) -> list[Row]:
    """The rows, which now look at one another."""
    people, found = People(read), list(rows)
    for row in found:
        people.add(row)
    return found


def compares(sheet: Sheet) -> bool:
    """Whether any cell looks across people."""
    return looks_across(sheet.cells)


def _group(row: Row, within: str) -> _Group:
    return row.period, row.team if within == "team" else None, within == "team"
