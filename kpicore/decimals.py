"""Strict numbers: how a figure's text is read, how a value is rounded and written.

All values are exact. A rounded value is held as a whole number of its last place ("scaled"): 28.00 at two
places is 2800.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

from kpicore.errors import FigureError

MOST_DIGITS = 18
"""The most digits before, and the most after, the decimal point of a figure."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_LENGTHS = f"at most {MOST_DIGITS} digits before and after the point"
_PLAIN = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SHOWN, _LONGEST_SHOWN = 40, 200
_LONGEST_TEXT = 100
_EXACT = Context(prec=60)  # our own: no figure is rounded because of what others do to Decimal's context
_SAFE = 10**59


def half_width(text: str) -> str:
    """The text with full-width characters made plain and the spaces around it removed."""
    return text.strip() if text.isascii() else text.translate(_FULL_WIDTH).strip()


def folded(text: str) -> str:
    """What is the same for all ways of writing a heading or a choice: full-width characters, capitals and spaces make
    no difference."""
    return " ".join(half_width(text).casefold().split())


def parse_decimal(text: str) -> Decimal:
    """The exact value of a number as people write it; raises FigureError for all else.

    Accepts separators of thousands in their places, full-width characters, and spaces around.
    """
    if len(text) > _LONGEST_TEXT and len(text.strip()) > _LONGEST_TEXT:
        raise FigureError(f"{quoted(text)} is too long.", _LENGTHS)
    plain = half_width(text)
    if _PLAIN.fullmatch(plain):
        digits = plain
    elif _GROUPED.fullmatch(plain):
        digits = plain.replace(",", "")
    else:
        raise FigureError(f"{quoted(text)} is not a number.", "a number such as 1234.50", _number_hint(plain))
    whole, _, part = digits.lstrip("-").partition(".")
    if len(whole.lstrip("0")) > MOST_DIGITS or len(part) > MOST_DIGITS:
        raise FigureError(f"{quoted(text)} is too long.", _LENGTHS)
    value = Decimal(digits)
    return value if value else value.copy_abs()


def exact(value: Decimal) -> Decimal:
    """The same finite number as a figure may be: no positive exponent, no negative zero, no noughts far behind.

    Raises FigureError where it has more digits than a figure may have.
    """
    text = str(value)
    if len(text) <= MOST_DIGITS and "E" not in text and "-" not in text:
        return value  # nearly every figure: seen at a glance
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    if not value:
        return Decimal((0, (0,), max(min(exponent, 0), -MOST_DIGITS)))
    if value.adjusted() >= MOST_DIGITS:
        raise FigureError("The number is too long.", _LENGTHS)
    if exponent > 0:
        return Decimal((sign, digits + (0,) * exponent, 0))
    beyond = -exponent - MOST_DIGITS
    if beyond <= 0:
        return value
    if beyond >= len(digits) or any(digits[-beyond:]):
        raise FigureError("The number is too long.", _LENGTHS)
    return Decimal((sign, digits[:-beyond], -MOST_DIGITS))


def as_shown(raw: object) -> str:
    """What stands in a cell, as problems and reasons tell it: its first characters, nothing for None."""
    if raw is None:
        return ""
    try:
        return str(raw)[:_LONGEST_SHOWN]
    except ValueError:  # Python writes no whole number of thousands of digits
        return "a very long number"


def quoted(text: str) -> str:
    """The text in quotes, cut where it is long, with control characters made visible."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return "'" + "".join(c if c.isprintable() else repr(c)[1:-1] for c in cut) + "'"


def _number_hint(plain: str) -> str:
    if plain.startswith("+"):
        return "Write it without the plus sign."
    if re.fullmatch(r"-?[0-9.]+[eE][-+]?[0-9]+", plain):
        return "Write the number out, without an exponent."
    if "," in plain and re.fullmatch(r"-?[0-9,]+(\.[0-9]+)?", plain):
        return "Commas belong between groups of three digits: 1,234.50."
    if plain.lower().lstrip("-") in {"nan", "inf", "infinity", "#n/a", "#div/0!", "#value!", "#ref!"}:
        return "Leave the cell blank where there is no figure."
    return ""


def rounded(numerator: int, denominator: int, places: int) -> int:
    """numerator / denominator in units of the last place, half away from zero. denominator > 0."""
    scale: int = 10**places
    if numerator >= 0:
        return (2 * scale * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * scale * numerator) // (2 * denominator))


def scaled_decimal(value: int, places: int) -> Decimal:
    """The Decimal with exactly `places` decimals for a value in units of the last place."""
    if not places:
        return Decimal(value)
    if -_SAFE < value < _SAFE:
        return _EXACT.scaleb(Decimal(value), -places)
    return Decimal(scaled_text(value, places))


def on_grid(value: Fraction, places: int, floor: bool = False) -> Fraction:
    """The value rounded to so many decimals, half away from zero or downwards, as a fraction."""
    scale = 10**places
    whole = math.floor(value * scale) if floor else rounded(value.numerator, value.denominator, places)
    return Fraction(whole, scale)


def half_up(value: Fraction, places: int) -> Decimal:
    """The value with exactly `places` decimals, half away from zero."""
    return scaled_decimal(rounded(value.numerator, value.denominator, places), places)


def mean(values: Sequence[Decimal], places: int) -> Decimal | None:
    """The exact mean, rounded once; None of nothing."""
    return half_up(sum(map(Fraction, values), Fraction(0)) / len(values), places) if values else None


class Decimals(dict[int, Decimal]):
    """Decimals of so many places for numbers in units of the last one, each made once."""

    _MOST = 1 << 16

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def __missing__(self, scaled: int) -> Decimal:
        if len(self) >= self._MOST:
            self.clear()
        made = self[scaled] = scaled_decimal(scaled, self.places)
        return made


def scaled_text(value: int, places: int) -> str:
    """'28.00' for 2800 at two places."""
    if not places:
        return str(value)
    sign = "-" if value < 0 else ""
    digits = str(abs(value)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def plain_text(value: Decimal | Fraction | int) -> str:
    """The shortest text of an exact value: '65', '0.75', '1/3' where no decimal is exact."""
    if isinstance(value, Decimal):
        value = Fraction(value)
    if isinstance(value, int) or value.denominator == 1:
        return str(int(value))
    places, power = 0, 1
    while places <= 2 * MOST_DIGITS:
        places, power = places + 1, power * 10
        if power % value.denominator == 0:
            return scaled_text(value.numerator * (power // value.denominator), places)
    return f"{value.numerator}/{value.denominator}"
