"""Tables of figures to draw from: rows for the facts of one group, ranked by what they are worth."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from attrs import define, field, frozen

from kpicore.cases.probe import Prober
from kpicore.engines.exact import ExactReader
from kpicore.errors import NeedsOthersError
from kpicore.figure import Value
from kpicore.model import Sheet
from kpicore.past import Past
from kpicore.protocols import Period
from kpicore.row import Row
from kpicore.sample.aim import Aim, may_be_blank, words
from kpicore.sample.group import Group, groups
from kpicore.sample.solve import Facts, Solver, number_between
from kpicore.sample.usual import Usuals

STRENGTHS = (-4, -2, 1, 2, 3, 4, 6, 10)
"""How a person's figures are picked: with 4 as the best of four drawn at random, with -4 as the worst of four."""

SLOTS = 4096
"""So many equally likely draws are told apart."""

_ODD_SLOTS = SLOTS // 32
_LEVELS = 5
_LEAST_ROWS, _MOST_ROWS = 48, 1_500
_SIDES = 2
_TRIES = 3
_EXACTLY = 0.1
_HISTORIES, _FEWEST_HISTORIES, _MOST_STEPS = 192, 24, 1_500


@frozen
class Table:
    """Rows of figures, and which row each draw gives: `SLOTS` places for each of `STRENGTHS`.

    `kept`: the same draw serves a person in all periods, for which there is a table each. Of a ladder a draw gives a
    whole cycle, the rows of so many `months`, and to some people it gives the same in as many cycles as `spell`.
    """

    facts: tuple[str, ...]
    rows: Sequence[Facts]
    draws: Sequence[int]
    kept: bool = False
    months: int = 1
    spell: int = 1


@define
class Tables:
    """Makes the tables of one sheet for consecutive periods."""

    sheet: Sheet
    seed: str
    _reader: ExactReader
    _usuals: Usuals
    _blankable: frozenset[str]
    _goals: dict[tuple[Aim, Period], list[Fraction]] = field(factory=dict)

    @classmethod
    def of(cls, sheet: Sheet, seed: str) -> Tables:
        """For this sheet with its own parameters."""
        return cls(sheet, seed, ExactReader(sheet), Usuals(sheet.model.facts, words(sheet)), may_be_blank(sheet))

    def all(self, periods: Sequence[Period]) -> list[list[Table]]:
        """For each group of facts one table a period."""
        made = []
        for number, group in enumerate(groups(self.sheet)):
            chance = random.Random(f"{self.seed}/{number}")
            made.append(self._kept(group, periods, chance) if group.looks else self._plain(group, periods, chance))
        return made

    def _plain(self, group: Group, periods: Sequence[Period], chance: random.Random) -> list[Table]:
        """The tables of a group that stands in its own period alone, one for each season."""
        made: dict[tuple[object, ...], Table] = {}
        found = []
        for period in periods:
            season = tuple(getattr(period, part) for part in sorted(group.seasons))
            if season not in made:
                solver = self._solver(period, Past(self._reader.value), chance)
                rows = _distinct(_Rows(group, solver, self._goals).all())
                made[season] = Table(group.facts, rows, drawn([group.worth(solver, row) for row in rows], chance))
            found.append(made[season])
        return found

    def _solver(
        self, period: Period, history: Past, chance: random.Random, before: Mapping[str, Value | None] | None = None
    ) -> Solver:
        return Solver(self._reader, period, history, chance, self._usuals, self._blankable, before or {})

    def _kept(self, group: Group, periods: Sequence[Period], chance: random.Random) -> list[Table]:
        """The tables of a group at which formulas look back: the row of the same number is the same person's."""
        count = max(_FEWEST_HISTORIES, min(_HISTORIES, _MOST_STEPS // len(periods)))
        rows: list[list[Facts]] = [[] for _ in periods]
        worths: list[Fraction | None] = []
        for number in range(count):
            history, before = Past(self._reader.value), Facts()
            total = Fraction(0)
            for place, period in enumerate(periods):
                solver = self._solver(period, history, chance, before)
                offers = [_Rows(group, solver, self._goals).one() for _ in range(2)]
                worth, before = _picked(offers, group, solver, number * 3 // count - 1)
                total += worth
                history.add(Row("", period, before))
                rows[place].append(before)
            worths.append(total / len(periods))
        draws = drawn(worths, chance)
        return [Table(group.facts, each, draws, kept=True) for each in rows]


def _picked(offers: Sequence[Facts], group: Group, solver: Solver, way: int) -> tuple[Fraction, Facts]:
    """One of the offers and what it is worth: the worst, the first or the best, for a `way` of -1, 0 or 1.

    An odd one is taken only where all are.
    """
    judged = [(group.worth(solver, facts), facts) for facts in offers]
    found = [(worth, facts) for worth, facts in judged if worth is not None] or [(Fraction(0), offers[0])]
    if way == 0:
        return found[0]
    return (max if way > 0 else min)(found, key=lambda each: each[0])


def _distinct(rows: Iterable[Facts]) -> list[Facts]:
    return list({tuple(row.items()): row for row in rows}.values())


@define
class _Rows:
    """Makes rows for all facts of a group in one period."""

    group: Group
    solver: Solver
    goals: dict[tuple[Aim, Period], list[Fraction]]

    def all(self) -> list[Facts]:
        """Rows at every break that can be met, and rows between and beyond them."""
        rows: list[Facts] = []
        for aim in self.group.aims:
            for goal in self._goals(aim):
                placed = self._placed(aim, goal)
                starts = [] if placed is None else [placed]
                starts += [hit for _ in range(_SIDES) if (hit := self._hit(aim, goal, {})) is not None]
                rows += [self._whole(start) for start in starts]
        for name in self.group.facts:
            for value in self.solver.usuals.choices(name):
                rows += [self._whole({name: value}) for _ in range(_SIDES)]
        others = max(_LEAST_ROWS, len(rows) // 2)
        rows = rows[:_MOST_ROWS] if len(rows) <= _MOST_ROWS else self.solver.chance.sample(rows, _MOST_ROWS)
        return rows + [self.one() for _ in range(min(others, _MOST_ROWS))]

    def one(self) -> Facts:
        """A row led by any of the aims, at one of its breaks or between them."""
        return self._whole({})

    def _goals(self, aim: Aim) -> list[Fraction]:
        key = aim, self.solver.period
        if key not in self.goals:
            self.goals[key] = aim.goals(self.solver.reader, self.solver.row({}))
        return self.goals[key]

    def _placed(self, aim: Aim, goal: Fraction) -> Facts | None:
        """Figures exactly at a goal, as the worked cases have them."""
        solver = self.solver
        try:
            found = Prober(solver.reader, solver.period, solver.history).place(aim.node, goal)
        except NeedsOthersError:
            return None
        return None if found is None else dict(found)

    def _hit(self, aim: Aim, goal: Fraction, held: Mapping[str, Value | None]) -> Facts | None:
        return self.solver.hit(aim.node, aim.facts, goal, held)

    def _whole(self, held: Mapping[str, Value | None]) -> Facts:
        """The figures that are held and others to go with them, each at an aim of its own where it has one."""
        facts = dict(held)
        chance = self.solver.chance
        for aim in chance.sample(self.group.aims, len(self.group.aims)):
            if all(name in facts for name in aim.facts):
                continue
            goals = self._goals(aim)
            if not goals:
                continue
            for _ in range(_TRIES):
                goal = chance.choice(goals) if chance.random() < 0.5 else number_between(goals, chance)
                exact = not facts and goal in goals and chance.random() < _EXACTLY
                hit = self._placed(aim, goal) if exact else self._hit(aim, goal, facts)
                if hit is not None:
                    facts |= hit
                    break
        return {name: facts[name] if name in facts else self.solver.usual(name) for name in self.group.facts}


def drawn(worths: Sequence[Fraction | None], chance: random.Random) -> list[int]:
    """The row of each draw, all strengths one after the other; the rows with no worth are rare for each of them."""
    odd = [row for row, worth in enumerate(worths) if worth is None]
    levels = _levels(worths)
    if not levels:
        levels, odd = [odd], []
    plain = SLOTS - (_ODD_SLOTS if odd else 0)
    turns = [_shuffled(rows, chance) for rows in levels]
    odd = _shuffled(odd, chance)
    found: list[int] = []
    for number, strength in enumerate(STRENGTHS):
        for rows, count in zip(turns, _shares(levels, strength, plain), strict=True):
            start = number * len(rows) // len(STRENGTHS)
            found += [rows[(start + place) % len(rows)] for place in range(count)]
        found += [odd[(number * _ODD_SLOTS + place) % len(odd)] for place in range(SLOTS - plain)]
    return found


def _levels(worths: Sequence[Fraction | None]) -> list[list[int]]:
    """The rows by what they are worth, in a few steps from the least to the most."""
    known = [worth for worth in worths if worth is not None]
    if not known:
        return []
    low, reach = min(known), max(known) - min(known)
    found: dict[int, list[int]] = {}
    for row, worth in enumerate(worths):
        if worth is not None:
            found.setdefault(int((worth - low) * _LEVELS / reach) if reach else 0, []).append(row)
    return [found[level] for level in sorted(found)]


def _shares(levels: Sequence[Sequence[int]], strength: int, slots: int) -> list[int]:
    """How many of the slots each level gets: those of the best, or the worst, of so many rows at random."""
    rows = sum(map(len, levels))
    power = abs(strength)
    ends, below = [0], 0
    for level in levels:
        below += len(level)
        if strength > 0:
            ends.append(slots * below**power // rows**power)
        else:
            ends.append(slots - slots * (rows - below) ** power // rows**power)
    return [end - start for start, end in itertools.pairwise(ends)]


def _shuffled(rows: Sequence[int], chance: random.Random) -> list[int]:
    return chance.sample(rows, len(rows))
