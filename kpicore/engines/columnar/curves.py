"""The columns of curves: of steps a choice of known values, of any other curve one piece after another.

A curve over a rounded measure is asked over the measure itself where nothing else wants the rounded one: the rounding
goes into the breaks (`round(x) >= b` is `x >= b` less half a unit), which saves it for every row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import polars as pl
from attrs import define, evolve, frozen

from kpicore.curve import Piece
from kpicore.engines.columnar.lines import Lines, flags, joined, strictly
from kpicore.engines.columnar.term import Expr, Ints, Number, Steps, stepped
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Node

_HOLE = int(Absence.HOLE)


@frozen
class Given(Node):
    """A term that stands where a node is expected."""

    term: Number


@frozen(eq=False)
class Judged:
    """What a curve is asked at: a number, or, with `places`, one that is rounded half up to so many decimals first."""

    number: Number
    places: int | None = None


@define(eq=False)
class Curves(Lines):
    """Makes what curves give at a term."""

    def number(self, node: Node) -> Number:
        """The number of a node; makes its columns where they are not there yet."""
        raise NotImplementedError

    def rounded(self, number: Number, places: int) -> Number:
        """A number rounded half up."""
        raise NotImplementedError

    def on_curve(self, judged: Judged, pieces: Sequence[Piece]) -> Number:
        """The value of these pieces at what is judged."""
        number = self.hold(self.ints(judged.number))
        assert isinstance(number, Number)
        judged = evolve(judged, number=number)
        steps = self._steps(judged, pieces)
        if steps is None:
            steps = self._pieces(self._plain(judged), pieces)
        return evolve(steps, absent=strictly(judged.number.absent, steps.absent))

    def _plain(self, judged: Judged) -> Number:
        if judged.places is None:
            return judged.number
        number = self.hold(self.rounded(judged.number, judged.places))
        assert isinstance(number, Number)
        return number

    def _steps(self, judged: Judged, pieces: Sequence[Piece]) -> Number | None:
        """A curve of flat pieces with known ends and values; None for any other."""
        conditions: list[Expr] = []
        values: list[Fraction] = []
        for piece in pieces:
            value = self.number(piece.base)
            if piece.slope != nodes.ZERO or value.known is None or value.absent is not None:
                return None
            ends = [None if end is None else self.number(end) for end in (piece.low, piece.high)]
            if any(end is not None and (end.known is None or end.absent is not None) for end in ends):
                return None
            low, high = (None if end is None else end.known for end in ends)
            inside = self._between(judged, piece, low, high)
            if inside is False:
                continue
            values.append(value.known)
            if inside is True:
                return stepped(Steps(tuple(conditions), tuple(values)))
            assert not isinstance(inside, bool)
            conditions.append(inside)
        return self._holed(conditions, values)

    def _holed(self, conditions: list[Expr], values: list[Fraction]) -> Number:
        """Steps that may claim nothing at all."""
        if not conditions:
            return Number(Fraction(0), absent=flags(_HOLE))
        conditions = [self.held(condition) for condition in conditions]
        claimed = conditions[0]
        for condition in conditions[1:]:
            claimed = claimed | condition
        steps = Steps(tuple(conditions), (*values, values[-1]))
        return stepped(steps, (~claimed).cast(pl.UInt8) * flags(_HOLE))

    def _between(self, judged: Judged, piece: Piece, low: Fraction | None, high: Fraction | None) -> Expr | bool:
        if low is not None and low == high and piece.low_closed and piece.high_closed and judged.places is None:
            return self.equal(judged.number, low)
        above = True if low is None else self._reached(judged, low, not piece.low_closed)
        inside = True if high is None else self._reached(judged, high, piece.high_closed, no=True)
        if inside is False or above is False:
            return False
        if inside is True:
            return above
        return inside if above is True else above & inside

    def _reached(self, judged: Judged, bound: Fraction, strict: bool, no: bool = False) -> Expr | bool:
        """Whether what is judged is `bound` or more (above it, where strict); with `no` whether it is not."""
        if judged.places is None:
            return self.at_least(judged.number, bound, strict, no)
        scale = 10**judged.places
        unit = math.floor(bound * scale) + 1 if strict else math.ceil(bound * scale)
        # The unit is reached from half a unit below it; below zero, where half is rounded down, above that half.
        return self.at_least(judged.number, Fraction(2 * unit - 1, 2 * scale), unit <= 0, no)

    def _pieces(self, arg: Number, pieces: Sequence[Piece]) -> Number:
        value = Number(Fraction(0), absent=flags(_HOLE))
        for piece in reversed(pieces):
            inside, absent = self._inside(arg, piece)
            here = self._piece(arg, piece)
            picked = self.pick(inside, here, value, absent)
            assert isinstance(picked, Number)
            value = picked
        return value

    def _inside(self, arg: Number, piece: Piece) -> tuple[Expr | bool, Expr | None]:
        found: Expr | bool = True
        absent: Expr | None = None
        for end, closed, upper in ((piece.low, piece.low_closed, False), (piece.high, piece.high_closed, True)):
            if end is None:
                continue
            bound = self.number(end)
            absent = joined(absent, bound.absent)
            strict = closed == upper
            if bound.known is not None:
                test = self.at_least(arg, bound.known, strict)
            else:
                test = self._compared(arg, bound, "gt" if strict else "ge")
            if upper:
                test = (not test) if isinstance(test, bool) else ~test
            if isinstance(found, bool) or isinstance(test, bool):
                found = test if found is True else found if test is True else False
            else:
                found = found & test
        return found, absent

    def _compared(self, left: Number, right: Number, sign: str) -> Expr:
        return self.ordered(*self.crossed(self.ints(left), self.ints(right)), sign)

    def _piece(self, arg: Number, piece: Piece) -> Number:
        base = self.number(piece.base)
        if piece.slope == nodes.ZERO:
            return base
        # Built from nodes, so that the arithmetic is said once; the argument stands for itself, held to the stretch
        # in which it is asked, since beyond it nobody looks at the value.
        place = Given(self._within(arg, piece))
        way: Node = place if piece.origin == nodes.ZERO else nodes.Sum((place, nodes.Negative(piece.origin)))
        if piece.step is not None:
            way = nodes.Round(nodes.Quotient(way, piece.step), 0, "floor")
        return self.number(nodes.Sum((piece.base, nodes.Product((piece.slope, way)))))

    def _within(self, arg: Number, piece: Piece) -> Number:
        """The argument with the bounds that it has inside of a piece, where those are known."""
        if arg.n is None or arg.d is not None or arg.factor <= 0:
            return evolve(arg, absent=None)
        low, high = arg.n.low, arg.n.high
        for end, lower in ((piece.low, True), (piece.high, False)):
            bound = None if end is None else self.number(end).known
            if bound is not None and lower:
                low = min(max(low, math.floor(bound / arg.factor)), high)
            elif bound is not None:
                high = max(min(high, math.ceil(bound / arg.factor)), low)
        held = Ints(arg.n.expr, low, high, arg.n.carrier)
        return evolve(arg, n=held, absent=None)
