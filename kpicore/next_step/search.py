"""The least change of one fact, or of two, after which something holds.

On the way from the present value outwards the sheet bends at the ends of bands, where comparisons turn, at zeros. These
places are found first; between two of them what a fact does goes one way, so that halving finds the first step at which
the goal is met. What is given as the least is tried: the goal holds there, and not one step before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

from attrs import define, evolve, field, frozen

from kpicore.figure import Value
from kpicore.formula.node import Node
from kpicore.next_step.axis import Axis, Bends, sign
from kpicore.next_step.whatif import Changes, WhatIf
from kpicore.result import Result

Goal = Callable[[Result], bool]
Worth = Callable[[Changes], Fraction]
MOST_MOVES = 3
"""So many facts are told for one goal."""
_MOST_TRIED = 20_000
"""So many changes of two facts are tried, the smallest first."""


@frozen
class Step:
    """A change of one fact; `before` is None where it was blank."""

    fact: str
    before: Value | None
    after: Value

    @property
    def size(self) -> Fraction:
        """How far it goes, beside the present value; 1 for what is no number."""
        if self.before is None or isinstance(self.before, bool | str) or isinstance(self.after, bool | str):
            return Fraction(1)
        before, after = Fraction(self.before), Fraction(self.after)  # type: ignore[arg-type]
        return abs(after - before) / max(abs(before), Fraction(1))


@frozen
class Move:
    """One step, or two together, and the result that follows."""

    steps: tuple[Step, ...]
    result: Result

    @property
    def size(self) -> Fraction:
        """How far it goes."""
        return sum((step.size for step in self.steps), Fraction(0))


@define(eq=False)
class Search:
    """The ways of one person's facts: `axes` are those that may change, `bends` says where the sheet bends."""

    what: WhatIf
    axes: Sequence[Axis]
    bends: Bends
    _ways: dict[tuple[str, int], list[int]] = field(factory=dict)

    def moves(self, goal: Goal, worth: Worth, of: Node | None = None) -> tuple[Move, ...]:
        """For each fact the least change that meets a goal, the smallest first; where no single one does, one of two.

        `worth` says how much of the goal there is after some changes, `of` what the goal looks at, if not at all.
        """
        axes = self.axes if of is None else [axis for axis in self.axes if self.bends.rests(axis.spec.id).on(of)]
        found = self.leasts(goal, axes)
        if not found and (both := self.pair(goal, worth, axes)) is not None:
            return (both,)
        return tuple(found[:MOST_MOVES])

    def leasts(self, goal: Goal, axes: Sequence[Axis]) -> list[Move]:
        """For each fact the least change that meets a goal, the smallest first."""
        found = [move for axis in axes if (move := self.least(axis, goal)) is not None]
        return sorted(found, key=lambda move: move.size)

    def least(self, axis: Axis, goal: Goal) -> Move | None:
        """The least change of one fact that meets a goal; None where none does."""
        if not axis.number:
            moves = [self._move(axis, choice) for choice in axis.choices()]
            return next((move for move in moves if goal(move.result)), None)
        found = [self._first(axis, way, goal) for way in (1, -1)]
        met = [move for move in found if move is not None]
        return min(met, key=lambda move: move.size) if met else None

    def _first(self, axis: Axis, way: int, goal: Goal) -> Move | None:
        before = 0
        for count in self.stops(axis, way):
            if goal(self._at(axis, count)):
                return self._halved(axis, before, count, goal)
            before = count
        return None

    def _halved(self, axis: Axis, before: int, count: int, goal: Goal) -> Move:
        """The first step at which the goal is met, between one at which it is not and one at which it is."""
        while abs(count - before) > 1:
            middle = (before + count) // 2
            before, count = (before, middle) if goal(self._at(axis, middle)) else (middle, count)
        value = axis.step(count)
        assert value is not None
        return self._move(axis, value)

    def stops(self, axis: Axis, way: int) -> list[int]:
        """The numbers of steps, going outwards, beside which the sheet bends; the farthest last."""
        key = (axis.spec.id, way)
        known = self._ways.get(key)
        if known is None:
            known = self._ways[key] = self._stops(axis, way)
        return known

    def _stops(self, axis: Axis, way: int) -> list[int]:
        places = [0, *axis.farthest(way)]
        if len(places) == 1:
            return []
        for node in self.bends.of(axis.spec.id):
            found: set[int] = set()
            for one, other in pairwise(places):
                found.update(self._turns(axis, node, one, other))
            places = sorted({*places, *found}, key=abs)
        return places[1:]

    def _turns(self, axis: Axis, node: Node, one: int, other: int) -> Iterator[int]:
        """Both sides of each place between two where the sign of a formula changes."""
        last = self._sign(axis, node, other)
        while self._sign(axis, node, one) != last:
            first, low, high = self._sign(axis, node, one), one, other
            while abs(high - low) > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if self._sign(axis, node, middle) == first else (low, middle)
            yield from (low, high)
            one = high

    def _sign(self, axis: Axis, node: Node, count: int) -> int | None:
        value = axis.now if count == 0 else axis.step(count)
        assert value is not None
        return sign(self.what.reads(node, {axis.spec.id: value}))

    def _at(self, axis: Axis, count: int) -> Result:
        value = axis.step(count)
        assert value is not None
        return self.what.result({axis.spec.id: value})

    def _move(self, axis: Axis, value: Value) -> Move:
        step = _step(axis, value)
        return Move((step,), self.what.result({step.fact: value}))

    def pair(self, goal: Goal, worth: Worth, axes: Sequence[Axis]) -> Move | None:
        """Two facts that meet a goal together, with small changes; None where no two do.

        First the changes that add most to the goal's worth are put together: two facts of which these do not meet it
        never do. Then the changes of all that do are tried, the smallest together first.
        """
        stairs = {axis.spec.id: found for axis in axes if (found := self._stairs(axis, worth))}
        adding = [axis for axis in axes if axis.spec.id in stairs]
        able = [
            (axis, second)
            for axis, second in combinations(adding, 2)
            if self._meets(goal, stairs[axis.spec.id][-1], stairs[second.spec.id][-1])
        ]
        tried = sorted(
            (
                (one.size + other.size, place, one, other)
                for place, (axis, second) in enumerate(able)
                for one in stairs[axis.spec.id]
                for other in stairs[second.spec.id]
            ),
            key=lambda each: each[:2],
        )
        for _, place, one, other in tried[:_MOST_TRIED]:
            if self._meets(goal, one, other):
                return self._tightened(one, other, *able[place], goal)
        if not able:
            return None
        axis, second = able[0]
        return self._tightened(stairs[axis.spec.id][-1], stairs[second.spec.id][-1], axis, second, goal)

    def _meets(self, goal: Goal, one: Step, other: Step) -> bool:
        return goal(self.what.result({one.fact: one.after, other.fact: other.after}))

    def _stairs(self, axis: Axis, worth: Worth) -> list[Step]:
        """Changes of a fact, each of which adds to what smaller ones have; the one that adds most is the last."""
        if not axis.number:
            return sorted(
                (_step(axis, choice) for choice in axis.choices()), key=lambda step: worth({step.fact: step.after})
            )
        found: dict[Step, Fraction] = {}
        for way in (1, -1):
            best = worth({})
            for count in self.stops(axis, way):
                value = axis.step(count)
                assert value is not None
                here = worth({axis.spec.id: value})
                if here > best:
                    best = found[_step(axis, value)] = here
        return sorted(found, key=lambda step: found[step])

    def _tightened(self, one: Step, other: Step, axis: Axis, second: Axis, goal: Goal) -> Move:
        """The two steps, each as small as the other one lets it be."""
        first = self._shortened(axis, one, {other.fact: other.after}, goal)
        then = self._shortened(second, other, {first.fact: first.after}, goal)
        return Move((first, then), self.what.result({first.fact: first.after, then.fact: then.after}))

    def _shortened(self, axis: Axis, step: Step, beside: dict[str, Value], goal: Goal) -> Step:
        """The least step this way that meets the goal beside another change."""
        if not axis.number:
            return step
        low, high = 0, _count(axis, step.after)
        while abs(high - low) > 1:
            middle = (low + high) // 2
            value = axis.step(middle)
            assert value is not None
            met = goal(self.what.result({**beside, step.fact: value}))
            low, high = (low, middle) if met else (middle, high)
        value = axis.step(high)
        assert value is not None
        return evolve(step, after=value)


def _step(axis: Axis, value: Value) -> Step:
    return Step(axis.spec.id, None if axis.blank else axis.now, value)


def _count(axis: Axis, value: Value) -> int:
    """How many steps a value is away."""
    away = (Fraction(value) - Fraction(axis.now)) / axis.unit  # type: ignore[arg-type]
    return int(away) if away.denominator == 1 else int(away // 1) + (1 if away > 0 else 0)
