"""The tones of heat maps: how much of the full points somebody has, in a few steps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

TONES = (Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), Fraction(1))
"""Where the tones of a heat map change: below each of these shares of the full points stands the tone of its place."""


def tone_of(points: Decimal | Fraction | None, full: Decimal | None) -> int:
    """How much of the full points these are, in six steps: 0 for none, 5 for all; -1 where it can not be said."""
    if points is None or not full:
        return -1
    share = Fraction(points) / Fraction(full)
    return 0 if share <= 0 else 1 + sum(share >= border for border in TONES)
