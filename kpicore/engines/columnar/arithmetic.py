"""Arithmetic over columns where each step has more to it than an expression: quotients, rounding, comparison."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeVar

import polars as pl
from attrs import define, evolve

from kpicore.engines.columnar.curves import Curves
from kpicore.engines.columnar.lines import flags, gravest_in, joined
from kpicore.engines.columnar.term import (
    Expr,
    Ints,
    Logic,
    Number,
    Term,
    Words,
    literal,
    plus,
    same,
    times,
    whole_quotient,
    widest,
)
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence

Made = TypeVar("Made", Number, Logic, Words)
_UNDEFINED = int(Absence.UNDEFINED)


@define(eq=False)
class Arithmetic(Curves):
    """Makes the columns of quotients, rounded numbers, extremes and comparisons."""

    def divided(self, top: Number, bottom: Number, absent: Expr | None) -> Number:
        n, under = top.n, bottom.n
        if under is None:  # a known number by a column
            if top.factor == 0:
                return Number(top.factor, absent=absent)
            return Number(top.factor / bottom.factor, times(n, bottom.d), top.d, absent)
        zero: Expr | None = None
        if under.low <= 0 <= under.high:
            zero = self.held(under.expr == literal(0, under.carrier))
        over = times(n, bottom.d)
        if under.low < 0:
            under = evolve(under, expr=self._once(under.expr))
            over = (same(1, "i32") if over is None else over).turned(self.held(under.below))
            under = evolve(under.magnitude(), low=0)
        if zero is not None:
            if self.certain:
                self.doubts.append(zero)
                under = evolve(under, low=1, high=max(under.high, 1))
            else:
                one = literal(1, under.carrier)
                expr = pl.when(zero).then(one).otherwise(under.expr)
                under = Ints(expr, 1, max(under.high, 1), under.carrier)
                undefined = flags(_UNDEFINED) if absent is None else or_undefined(absent)
                otherwise = flags(0) if absent is None else absent
                absent = pl.when(zero).then(undefined).otherwise(otherwise)
        if top.factor == 0:
            return Number(top.factor, absent=absent)
        under = evolve(under, expr=self._once(under.expr))
        return Number(top.factor / bottom.factor, over, times(top.d, under), absent)

    def rounded(self, number: Number, places: int) -> Number:
        """A number rounded half up, away from zero."""
        number = self.ints(number)
        scale = 10**places
        if number.d is None and (number.factor * scale).denominator == 1:
            return number
        if number.positive:
            return Number(Fraction(1, scale), self._half_up(number, scale), None, number.absent)
        n = number.n if number.n is not None else same(1, "i32")
        n = evolve(n, expr=self._once(n.expr))
        negative = self.held(n.below if number.factor > 0 else ~n.below)
        whole = self._half_up(evolve(number, factor=abs(number.factor), n=evolve(n.magnitude(), low=0)), scale)
        whole = evolve(whole, expr=self._once(whole.expr))
        return Number(Fraction(1, scale), whole.turned(negative), None, number.absent)

    def _half_up(self, number: Number, scale: int) -> Ints:
        """A number from 0 up in whole units of 1 / scale, halves up."""
        factor = number.factor * scale
        p, q = factor.numerator, factor.denominator
        if number.factor < 0:  # a column below 0 times a factor below 0
            assert number.n is not None
            number, p = evolve(number, n=number.n.negative()), -p
        top = number.n
        if number.d is None:
            assert top is not None
            return whole_quotient(plus([top.times(p)], q // 2), q)
        under = number.d.times(q)
        if top is None:
            return whole_quotient(plus([under], 2 * p), under.times(2))
        return whole_quotient(plus([top.times(2 * p), under]), under.times(2))

    def floored(self, number: Number, places: int) -> Number:
        scale = 10**places
        factor = number.factor * scale
        if number.d is None and factor.denominator == 1:
            return number
        p, q = factor.numerator, factor.denominator
        top = number.n.times(p) if number.n is not None else same(p)
        under: Ints | int = q if number.d is None else number.d.times(q)
        if top.low >= 0:
            whole = whole_quotient(top, under)
        else:
            whole = _floor_below(top, under)
        return Number(Fraction(1, scale), whole, None, number.absent)

    def better(self, best: Number, other: Number, node: nodes.Extreme) -> Number:
        known = self.folded(min if node.which == "least" else max, best, other)
        if known is not None and known.absent is None:
            return known
        best, other = self.ints(best), self.ints(other)
        keep = self.compared(best, other, "<=" if node.which == "least" else ">=")
        if best.absent is None and other.absent is None:
            return _number(self.pick(self.decided(keep), best, other))
        best, other = _number(self.hold(best)), _number(self.hold(other))
        skip = int(node.skip)
        if not skip:
            picked = _number(self.pick(self.decided(keep), without(best), without(other)))
            return evolve(picked, absent=joined(best.absent, other.absent))
        no = pl.lit(False)
        away = no if other.absent is None else self.held(gravest_in(other.absent, skip))
        gone = no if best.absent is None else self.held(gravest_in(best.absent, skip))
        kept = self.held(away | (~gone & (pl.lit(keep) if isinstance(keep, bool) else keep)))
        mine = flags(0) if best.absent is None else best.absent
        theirs = flags(0) if other.absent is None else other.absent
        absent = pl.when(away).then(mine).when(gone).then(theirs).otherwise(mine | theirs)
        picked = _number(self.pick(kept, without(best), without(other)))
        return evolve(picked, absent=self.held(absent))

    def decided(self, condition: Expr | bool) -> Expr | bool:
        return condition if isinstance(condition, bool) else self.held(condition)

    def compared(self, left: Number, right: Number, sign: str) -> Expr | bool:
        """Two numbers compared."""
        left, right = self.ints(left), self.ints(right)
        if left.known is not None and right.known is not None:
            return _KNOWN[sign](left.known, right.known)
        if left.known is not None:
            return self._to_known(right, left.known, _TURNED[sign])
        if right.known is not None:
            return self._to_known(left, right.known, sign)
        return self.ordered(*self.crossed(left, right), _SIGNS[sign])

    def _to_known(self, number: Number, bound: Fraction, sign: str) -> Expr | bool:
        match sign:
            case "==":
                return self.equal(number, bound)
            case "!=":
                return negated(self.equal(number, bound))
            case ">=" | ">":
                return self.at_least(number, bound, sign == ">")
        return self.at_least(number, bound, sign == "<=", no=True)


def without(term: Made) -> Made:
    """The term as if it were never absent."""
    return evolve(term, absent=None)


def _number(term: Term) -> Number:
    assert isinstance(term, Number)
    return term


def negated(value: Expr | bool) -> Expr | bool:
    return not value if isinstance(value, bool) else ~value


def or_undefined(absent: Expr) -> Expr:
    return pl.when(absent == 0).then(flags(_UNDEFINED)).otherwise(absent)


def _floor_below(top: Ints, under: Ints | int) -> Ints:
    """floor(top / under) where top may lie below 0; whole numbers are divided, which rounds towards minus infinity."""
    divisor = under if isinstance(under, int) else under.high
    carrier = widest(max(top.size, divisor), "i64")
    below = literal(under, carrier) if isinstance(under, int) else under.as_(carrier)
    least = under if isinstance(under, int) else max(under.low, 1)
    return Ints(top.as_(carrier) // below, top.low // least, max(top.high // least, 0), carrier)


_KNOWN: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}
_TURNED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}
_SIGNS = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">=": "ge", ">": "gt"}
