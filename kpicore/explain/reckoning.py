"""Reckonings as they are printed: each with the sign that says whether its value had to be rounded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kpicore.curve import Piece, number_of
from kpicore.wording import number_text

ABOUT = "≈ "
"""Stands before a value that no decimal gives exactly."""


def piece_figures(piece: Piece, at: Fraction) -> str:
    """What a piece gives, as a reckoning: '80', '0 + 100 x 0.725 = 72.5', '25 - 5 x 2 = 15'."""
    base, slope, origin = number_of(piece.base), number_of(piece.slope), number_of(piece.origin)
    if slope == 0:
        return number_text(base)
    if base == origin == 0 and slope == 1 and piece.step is None:
        return number_text(at)
    way = at - origin
    times = (
        number_text(way) if origin == 0 or piece.step is not None else f"({number_text(at)} - {number_text(origin)})"
    )
    if piece.step is not None:
        way = Fraction(way // number_of(piece.step))
        times = number_text(way)
    sign = "-" if slope < 0 else "+"
    head = "" if base == 0 and slope > 0 else f"{number_text(base)} {sign} "
    value = number_text(base + slope * way)
    return f"{head}{number_text(abs(slope))} × {times} {value if value.startswith(ABOUT) else f'= {value}'}"


def equals(first: object, second: object, divisor: object, result: object) -> str:
    """'=' where first x second / divisor is exactly the result, '≈' where that was rounded."""
    values = [Fraction(value) for value in (first, second, divisor, result) if isinstance(value, Decimal | int)]
    exact = len(values) == 4 and values[2] != 0 and values[0] * values[1] / values[2] == values[3]
    return "=" if exact else "≈"
