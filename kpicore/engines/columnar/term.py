"""Terms: how a node's values stand in columns, exactly.

A number is `factor * n / d`: an exact fraction known beforehand, times a column of whole numbers, by a column of whole
numbers above 0 (each may be left away). The columns know the bounds of what they hold, and from those follows the
narrowest kind of column in which the next step stays exact: 64-bit floats hold whole numbers below 2**53 exactly, and
most steps are quickest in them; beyond, whole numbers of 64 or 128 bits; and where those are not enough the reader
gives up (`TooWideError`), and the exact reader takes over.

Values that are absent are harmless numbers; `absent` holds the flags of `kpicore.formula.node.Absence` as a column of
small whole numbers, None where no row can be absent.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Any, Literal

import polars as pl
from attrs import evolve, frozen

Expr = pl.Expr
Carrier = Literal["i32", "f64", "i64", "i128"]
_TYPES: dict[Carrier, Any] = {"i32": pl.Int32, "f64": pl.Float64, "i64": pl.Int64, "i128": pl.Int128}
_HOLDS: dict[Carrier, int] = {"i32": 2**31 - 1, "f64": 2**53 - 1, "i64": 2**63 - 1, "i128": 2**126}
EXACT_QUOTIENT = 2**50
"""floor((a + 1/2) / b) in floats is floor(a / b) for whole a >= 0 and b > 0 below this: the fraction lies half of 1 / b
or more from every whole number, and a float quotient is off by less. (It need not be the nearest float: Polars divides
by a column that it knows to be one number by multiplying with the inverse, which is rounded.)"""
EXACT_ORDER = 2**50
"""Fractions a / b and p / q lie 1 / (b * q) apart where they differ. Where a * q and p * b stay below this, a float
quotient of the first is off by less than half of that; so it is held against p / q less half of it, or more."""


class TooWideError(Exception):
    """The numbers of a formula are too long for any column; the exact reader has no such bound."""


@frozen(eq=False)
class Ints:
    """A column of whole numbers from `low` to `high`."""

    expr: Expr
    low: int
    high: int
    carrier: Carrier

    @property
    def size(self) -> int:
        """The greatest absolute value."""
        return max(abs(self.low), abs(self.high))

    def as_(self, carrier: Carrier) -> Expr:
        """The same numbers in another kind of column. What does not fit becomes any number: it stands where nobody
        looks, and to look whether everything fits takes twice as long."""
        if carrier == self.carrier:
            return self.expr
        return self.expr.cast(_TYPES[carrier], wrap_numerical=True)

    def times(self, factor: int) -> Ints:
        """Each multiplied by a known number."""
        if factor == 1:
            return self
        ends = (self.low * factor, self.high * factor)
        carrier = widest(max(map(abs, ends)), self.carrier)
        return Ints(self.as_(carrier) * literal(factor, carrier), min(ends), max(ends), carrier)

    def negative(self) -> Ints:
        """Each with the other sign."""
        return Ints(literal(0, self.carrier) - self.expr, -self.high, -self.low, self.carrier)

    @property
    def below(self) -> Expr:
        """Which lie below 0."""
        return self.expr < literal(0, self.carrier)

    def turned(self, where: Expr) -> Ints:
        """Each with the other sign where the flag holds."""
        expr = pl.when(where).then(self.negative().expr).otherwise(self.expr)
        return Ints(expr, -self.size, self.size, self.carrier)

    def magnitude(self) -> Ints:
        """Each without its sign."""
        if self.low >= 0:
            return self
        return Ints(self.turned(self.below).expr, 0 if self.high >= 0 else -self.high, self.size, self.carrier)


def widest(size: int, *carriers: Carrier) -> Carrier:
    """The quickest kind of column that holds numbers of this size and is made from the given ones without detours."""
    floats = "f64" in carriers or not carriers
    if size <= _HOLDS["i32"] and all(carrier == "i32" for carrier in carriers) and carriers:
        return "i32"
    if size <= _HOLDS["f64"] and floats:
        return "f64"
    if size <= _HOLDS["i64"]:
        return "i64"
    if size <= _HOLDS["i128"]:
        return "i128"
    raise TooWideError


def literal(value: int, carrier: Carrier) -> Expr:
    """A known whole number in such a column."""
    if abs(value) > _HOLDS[carrier]:
        raise TooWideError
    return pl.lit(float(value) if carrier == "f64" else value, dtype=_TYPES[carrier])


def same(value: int, carrier: Carrier = "i64") -> Ints:
    """A column that has this number in every row."""
    return Ints(literal(value, carrier), value, value, carrier)


def plus(parts: list[Ints], known: int = 0) -> Ints:
    """The sum of columns and a known number."""
    low, high = (known + sum(getattr(part, end) for part in parts) for end in ("low", "high"))
    size = abs(known) + sum(part.size for part in parts)
    carrier = widest(size, *(part.carrier for part in parts))
    total = parts[0].as_(carrier)
    for part in parts[1:]:
        total = total + part.as_(carrier)
    if known:
        total = total + literal(known, carrier)
    return Ints(total, low, high, carrier)


def product(left: Ints, right: Ints) -> Ints:
    """The product, row by row."""
    ends = [a * b for a in (left.low, left.high) for b in (right.low, right.high)]
    carrier = widest(max(map(abs, ends)), left.carrier, right.carrier)
    return Ints(left.as_(carrier) * right.as_(carrier), min(ends), max(ends), carrier)


def times(left: Ints | None, right: Ints | None) -> Ints | None:
    """The product of columns of which either may be left away."""
    if left is None or right is None:
        return left if right is None else right
    return product(left, right)


def whole_quotient(top: Ints, bottom: Ints | int) -> Ints:
    """floor(top / bottom), top from 0 up, bottom above 0."""
    if isinstance(bottom, int):
        if bottom == 1:
            return top
        low, high, divisor = top.low // bottom, top.high // bottom, bottom
    else:
        low, high, divisor = 0, top.high // max(bottom.low, 1), bottom.high
    if top.size < EXACT_QUOTIENT and divisor < EXACT_QUOTIENT:
        under = literal(bottom, "f64") if isinstance(bottom, int) else bottom.as_("f64")
        return Ints(((top.as_("f64") + 0.5) / under).floor(), max(low, 0), high, "f64")
    carrier: Carrier = "i64" if max(top.size, divisor) <= _HOLDS["i64"] else "i128"
    under = literal(bottom, carrier) if isinstance(bottom, int) else bottom.as_(carrier)
    return Ints(top.as_(carrier) // under, max(low, 0), high, carrier)


@frozen(eq=False)
class Steps:
    """Values of which the first counts whose condition holds, the last one where none does."""

    conditions: tuple[Expr, ...]
    values: tuple[Fraction, ...]

    def of(self, values: list[Fraction]) -> Steps:
        """The same conditions with other values."""
        return evolve(self, values=tuple(values))


@frozen(eq=False)
class Number:
    """`factor * n / d` row by row; or, where `steps` are given, the one of those."""

    factor: Fraction
    n: Ints | None = None
    d: Ints | None = None
    absent: Expr | None = None
    steps: Steps | None = None
    whole: Number | None = None
    """The same as a column, where there is one beside the steps."""

    @property
    def known(self) -> Fraction | None:
        """The value, where it is the same in every row."""
        if self.steps is not None:
            return None
        return self.factor if not self.factor or (self.n is None and self.d is None) else None

    @property
    def positive(self) -> bool:
        """Whether it is never below 0."""
        if self.steps is not None:
            return min(self.steps.values) >= 0
        if self.n is None:
            return self.factor >= 0
        return self.n.low >= 0 if self.factor >= 0 else self.n.high <= 0

    @property
    def scaled(self) -> bool:
        """Whether it is a known unit times a whole number: nothing is divided row by row."""
        return self.d is None


def stepped(steps: Steps, absent: Expr | None = None) -> Number:
    """The number that steps give; a plain one where all their values are one."""
    if len(set(steps.values)) == 1:
        return Number(steps.values[0], absent=absent)
    return Number(Fraction(1), absent=absent, steps=steps)


def common_unit(factors: list[Fraction]) -> Fraction:
    """The greatest number of which all are whole multiples."""
    top, bottom = 0, 1
    for factor in factors:
        bottom = bottom * factor.denominator // gcd(bottom, factor.denominator)
    for factor in factors:
        top = gcd(top, factor.numerator * (bottom // factor.denominator))
    return Fraction(top or 1, bottom)


@frozen(eq=False)
class Logic:
    """A flag row by row, or one that is known."""

    value: Expr | bool
    absent: Expr | None = None

    @property
    def expr(self) -> Expr:
        """The column."""
        return pl.lit(self.value) if isinstance(self.value, bool) else self.value


@frozen(eq=False)
class Words:
    """A text row by row: of a column, or one of `labels` by its place among them."""

    expr: Expr
    labels: tuple[str, ...] | None = None
    absent: Expr | None = None


Term = Number | Logic | Words
