"""Makes up the months of a person's cycle, on, just under and just over what the moves of a ladder ask."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from attrs import define, field

from kpicore.cases.probe import fitted
from kpicore.cycles import start_facts
from kpicore.engines.exact import ExactReader
from kpicore.figure import Value
from kpicore.formula.node import Absence, Node, Ref
from kpicore.history import Known
from kpicore.model import Sheet
from kpicore.past import Past
from kpicore.row import Row
from kpicore.sample.aim import Aim, may_be_blank, words
from kpicore.sample.asked import Asked
from kpicore.sample.solve import Facts, Solver
from kpicore.sample.usual import Usuals, written
from kpicore.stretch import Cycle, Month

_Made = Callable[[Value], Sequence[Facts]]
Side = Literal["over", "under", "any"]
"""On which side of the breaks figures lie: on or over them, under them, or anywhere."""

_SIDES: Sequence[Side] = ("over", "over", "under", "any")
_OTHER: Mapping[Side, Side] = {"over": "under", "under": "over", "any": "any"}
_TRIES = 4
_ODD_MONTH, _TAKEN, _AGAIN, _LACKS, _TWICE, _USUAL = 0.4, 0.5, 0.5, 0.03, 0.06, 0.25


@define
class Cycles:
    """Makes cycles of a sheet's ladder that begin in one month."""

    sheet: Sheet
    asked: Asked
    levels: tuple[str, ...]
    first: Month
    length: int
    chance: random.Random
    _reader: ExactReader = field(init=False)
    _solver: Solver = field(init=False)
    _single: dict[str, list[Aim]] = field(init=False)
    _where: dict[Aim, Callable[[Fraction], Fraction | None]] = field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        facts = self.sheet.model.facts
        self._reader = ExactReader(self.sheet)
        usuals = Usuals(facts, words(self.sheet))
        past = Past(self._reader.value)
        self._solver = Solver(self._reader, self.first, past, self.chance, usuals, may_be_blank(self.sheet))
        self._single = {name: [aim for aim in self.asked.cycles if aim.facts == (name,)] for name in facts}

    def one(self) -> list[Facts]:
        """The figures of all facts in each month of a cycle."""
        chance, asked = self.chance, self.asked
        apart = {name for names in (*asked.tries, asked.once) for name in names}
        side = chance.choice(_SIDES)
        odd = chance.randrange(self.length) if chance.random() < _ODD_MONTH else -1
        months: list[Facts] = []
        for place in range(self.length):
            self._solver.before = months[-1] if months else {}
            months.append(self._month(_OTHER[side] if place == odd else side, apart))
        judged = {name for aim in asked.months for name in aim.facts}
        for aim in chance.sample(asked.cycles, len(asked.cycles)):
            if apart.isdisjoint(aim.facts) and (judged.isdisjoint(aim.facts) or chance.random() < 0.5):
                self._aimed(aim, chance.choice(_SIDES), months)
                judged |= {*aim.facts}
        for name in asked.any:
            self._answered(name, months)
        for names in asked.tries:
            self._tried(names, months)
        for name in asked.once:
            if chance.random() >= _LACKS:
                self._given(name, chance.choice(_SIDES), chance.randrange(self.length), 0, months)
        if apart and self.length > 1 and chance.random() < _TWICE:
            self._twice(sorted(apart), months)
        return months

    def tale(self, months: Sequence[Facts], level: int) -> list[tuple[int, int, int] | None]:
        """What becomes of somebody of this level to whom the same cycle happens again and again: the level, the move
        that decides, and the level after each; None from where nothing can be decided."""
        history = Past(self._reader.value)
        given = start_facts(self.levels[level], self.first, True)
        found: list[tuple[int, int, int] | None] = []
        first = self.first
        for _ in range(self.asked.spell):
            cycle = Cycle(first, self.length)
            for month, facts in zip(cycle.months, months, strict=True):
                history.add(Row("", month, facts))
            row = history.add(Row("", cycle, given))
            told = [self._reader.value(Ref(name), row) for name in ("level.at", "decided", "at.after")]
            if any(isinstance(value, Absence) for value in told):
                return [*found, None]
            at, move, after = (int(value) for value in told if isinstance(value, Fraction))
            found.append((at, move, after))
            first = first.later(self.length)
        return found

    def _value(self, node: Node, months: Sequence[Facts]) -> Known:
        """What a formula over the cycle comes to with these months."""
        history = Past(self._reader.value)
        cycle = Cycle(self.first, self.length)
        for month, facts in zip(cycle.months, months, strict=True):
            history.add(Row("", month, facts))
        given = start_facts(self.levels[0], self.first, True)
        return self._reader.value(node, history.add(Row("", cycle, given)))

    def _wanted(self, aim: Aim, side: Side) -> Fraction:
        unit = Fraction(1, 10**aim.places)
        far = unit * self.chance.randint(1, 9) * 10 ** self.chance.randint(0, 4)
        over, under = (Fraction(0), unit, far), (-unit, -unit, -far)
        return self.chance.choice(over if side == "over" else under if side == "under" else (*over, *under))

    def _month(self, side: Side, apart: set[str]) -> Facts:
        """A month's figures, but for the facts that belong to the whole cycle."""
        solver, chance = self._solver, self.chance
        facts: Facts = {}
        for aim in chance.sample(self.asked.months, len(self.asked.months)):
            for _ in range(0 if all(name in facts for name in aim.facts) else _TRIES):
                hit = solver.hit(aim.node, aim.facts, self._wanted(aim, side), facts)
                if hit is not None and _lies(solver.value(aim.node, {**facts, **hit}), side):
                    facts |= hit
                    break
        names = self.sheet.model.facts
        return {name: None if name in apart else facts[name] if name in facts else solver.usual(name) for name in names}

    def _aimed(self, aim: Aim, side: Side, months: list[Facts]) -> None:
        """Brings what the cycle comes to near a break, by one of its facts; the months need not be alike."""
        names = [name for name in aim.facts if self._solver.spec(name).figure.type == "number"]
        if not names:
            return
        name, small = self.chance.choice(names), self.chance.random() < 0.5
        for _ in range(_TRIES):
            if self.chance.random() < _USUAL:
                tried = [{**facts, name: self._solver.usual(name, small)} for facts in months]
            else:
                tried = self._solved(aim, name, self._wanted(aim, side), months)
            if tried and _lies(self._value(aim.node, tried), side):
                months[:] = tried
                return

    def _solved(self, aim: Aim, name: str, wanted: Fraction, months: Sequence[Facts]) -> list[Facts]:
        alike = self._solution(aim, name, wanted, lambda figure: [{**facts, name: figure} for facts in months])
        if alike is None or self.length == 1 or self.chance.random() < 0.3:
            return [] if alike is None else [{**facts, name: alike} for facts in months]
        spec, last = self._solver.spec(name), self.chance.randrange(self.length)
        others = [
            {**facts, name: written(Fraction(alike) * self.chance.randint(0, 8) / 4, spec, self.chance)}  # type: ignore[arg-type]
            for facts in months
        ]

        def with_last(figure: Value) -> list[Facts]:
            return [{**facts, name: figure} if place == last else facts for place, facts in enumerate(others)]

        found = self._solution(aim, name, wanted, with_last)
        return [{**facts, name: alike} for facts in months] if found is None else with_last(found)

    def _solution(self, aim: Aim, name: str, wanted: Fraction, made: _Made, alone: bool = False) -> Value | None:
        """The figure of a fact with which the formula comes to the wanted value, or beside it; `alone`: whatever the
        other facts are."""
        if not alone or aim not in self._where:
            points = []
            for x, figure in self._solver.usuals.spots(name):
                value = self._value(aim.node, made(figure))
                if isinstance(value, Fraction):
                    points.append((x, value))
            line = fitted(points)
            self._where[aim] = (lambda _: None) if line is None else line.where
        found = self._where[aim](wanted)
        return None if found is None else written(found, self._solver.spec(name), self.chance)

    def _answered(self, name: str, months: list[Facts]) -> None:
        """A yes in no month, in one, or wherever it comes."""
        way = self.chance.randrange(3)
        yes = self.chance.randrange(self.length) if way else -1
        if way < 2:
            months[:] = [{**facts, name: place == yes} for place, facts in enumerate(months)]

    def _tried(self, names: Sequence[str], months: list[Facts]) -> None:
        """Facts that are given together in one month, or not at all."""
        chance = self.chance
        taken = chance.random() < _TAKEN
        side, place, turn = chance.choice(_SIDES), chance.randrange(self.length), chance.randrange(60)
        for name in names:
            if self._solver.spec(name).figure.type == "flag":
                yes = taken and (side == "over" or chance.random() < 0.5)
                months[place][name] = True if yes else False if chance.random() < 0.5 else None
            elif taken:
                self._given(name, side, place, turn, months)

    def _given(self, name: str, side: Side, place: int, turn: int, months: list[Facts]) -> None:
        """A fact of the whole cycle, in one of its months."""

        def made(figure: Value) -> list[Facts]:
            return [{**facts, name: figure if at == place else None} for at, facts in enumerate(months)]

        aims = self._single[name]
        figure: Value | None = None
        if aims and self._solver.spec(name).figure.type == "number":
            aim = aims[turn % len(aims)] if turn else self.chance.choice(aims)
            for _ in range(_TRIES):
                figure = self._solution(aim, name, self._wanted(aim, side), made, alone=True)
                if figure is not None and _lies(self._value(aim.node, made(figure)), side):
                    break
        months[:] = made(self._solver.usual(name) if figure is None else figure)

    def _twice(self, names: Sequence[str], months: list[Facts]) -> None:
        """One of the facts that are given once in a cycle is given twice."""
        given = [(name, place) for name in names for place, facts in enumerate(months) if facts[name] is not None]
        if given:
            name, place = self.chance.choice(given)
            other = (place + self.chance.randrange(1, self.length)) % self.length
            same = self.chance.random() < 0.3
            months[other][name] = months[place][name] if same else self._solver.usuals.value(name, self.chance)


def _lies(value: Known, side: Side) -> bool:
    if not isinstance(value, Fraction):
        return False
    return side == "any" or (value >= 0) == (side == "over")
