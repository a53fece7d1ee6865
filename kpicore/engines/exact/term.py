"""Terms: how a node's value stands in the generated code.

A number is n / d with whole n and d > 0; texts, flags and dates have one variable. `absent` holds the flags of
`Absence`, '0' where the value can never be absent. An absent value still has a harmless n, d or v, so that the
code after it needs no branch.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import Literal

from attrs import frozen

from kpicore.formula.node import ANY_ABSENCE, Type

Code = str
Whole = int | Code
"""A whole number that is known when the code is made, or the code that gives it."""


@frozen
class Halves:
    """How a number that was rounded half up, and is not below 0, is held against a bound without being rounded: it is
    k of its last units or more as soon as the whole number `code` is (2k - 1) x `unit` or more."""

    code: Code
    unit: Fraction

    def test(self, units: Fraction, *, low: bool, closed: bool) -> Code:
        """Whether the number stands above (`low`) or below so many units, the bound itself included where closed."""
        unit = ceil(units) if low == closed else floor(units) + 1
        if unit <= 0:
            return str(low)
        return f"{self.code} {'>=' if low else '<'} {ceil((2 * unit - 1) * self.unit)}"


@frozen
class Term:
    """A value in the generated code. `positive`: never below 0. `v` holds what is not a number.

    `among`: the number is one of these, by the index that the code `at` gives; so it is where flat bands award it.
    `halves`: it was rounded, to units of 1 / d, and bands may judge it so.
    """

    type: Type
    n: Whole = 0
    d: Whole = 1
    v: Code = ""
    absent: Code = "0"
    positive: bool = False
    among: tuple[Fraction, ...] = ()
    at: Code = ""
    halves: Halves | None = None

    @property
    def certain(self) -> bool:
        """Whether it is never absent."""
        return self.absent == "0"


def times(*factors: Whole) -> Whole:
    """The product, whole numbers multiplied at once."""
    known, codes = 1, []
    for factor in factors:
        if isinstance(factor, int):
            known *= factor
        else:
            codes.append(factor)
    if known == 0:
        return 0
    if not codes:
        return known
    if known != 1:
        codes.append(str(known) if known > 0 else f"({known})")
    return codes[0] if len(codes) == 1 else "(" + " * ".join(codes) + ")"


def plus(*terms: Whole) -> Whole:
    """The sum, whole numbers added at once."""
    known, codes = 0, []
    for term in terms:
        if isinstance(term, int):
            known += term
        else:
            codes.append(term)
    if not codes:
        return known
    if known:
        codes.append(str(known) if known > 0 else f"({known})")
    return codes[0] if len(codes) == 1 else "(" + " + ".join(codes) + ")"


def joined(*absences: Code) -> Code:
    """The flags of several, those that are never set left away."""
    kept = list(dict.fromkeys(absence for absence in absences if absence != "0"))
    if not kept:
        return "0"
    return kept[0] if len(kept) == 1 else "(" + " | ".join(kept) + ")"


def gravest_in(absent: Code, flags: int) -> Code:
    """Whether the gravest of these flags is one of `flags` (nothing absent: no)."""
    everything = int(ANY_ABSENCE)
    if flags == everything:
        return f"{absent} != 0"
    return f"({absent} & {flags}) > ({absent} & {everything & ~flags})"


def common(*denominators: Whole) -> int | None:
    """The least common denominator where all are known, else None."""
    known = [d for d in denominators if isinstance(d, int)]
    return lcm(*known) if len(known) == len(denominators) else None


def over(term: Term, denominator: int) -> Whole:
    """The numerator over this denominator, a multiple of the term's own."""
    assert isinstance(term.d, int)
    return times(term.n, denominator // term.d)


def crossed(left: Term, right: Term) -> tuple[Whole, Whole]:
    """Two whole numbers that compare as the terms do."""
    shared = common(left.d, right.d)
    if shared is not None:
        return over(left, shared), over(right, shared)
    return times(left.n, right.d), times(right.n, left.d)


def rounded_code(n: Whole, d: Whole, scale: int, positive: bool, mode: Literal["half_up", "floor"]) -> Whole:
    """Units of 1 / scale, rounded. d must be a variable or a number, and so must n where the sign is not known.

    Half of an odd d may lose its own half: with it no quotient reaches another whole number.
    """
    if isinstance(d, int):
        shared = gcd(scale, d)
        scale, d = scale // shared, d // shared
        if d == 1:
            return times(n, scale)
    if mode == "floor":
        return f"{times(n, scale)} // {d}"
    half = d // 2 if isinstance(d, int) else f"({d} >> 1)"
    up = f"{plus(times(n, scale), half)} // {d}"
    if positive:
        return up
    return f"({up} if {n} >= 0 else -({plus(times(n, -scale), half)} // {d}))"
