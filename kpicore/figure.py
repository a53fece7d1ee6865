"""Figures: the kinds of facts, and how one figure is read strictly (DESIGN section 3.1).

A value is an int (count), Decimal (other numbers), bool (flag), date, or str (choice, text); `None` is blank;
`UNREADABLE` stands for a cell that was there and could not be read.
"""

from __future__ import annotations

import datetime
import enum
import math
import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from attrs import frozen

from kpicore.decimals import MOST_DIGITS, exact, folded, half_width, parse_decimal, plain_text, quoted
from kpicore.errors import FigureError
from kpicore.formula.node import Type
from kpicore.text import Titled, title_of

KindName = Literal[
    "count", "money", "ratio", "rating", "number", "seconds", "hours", "days", "flag", "choice", "text", "date"
]


class _Mark(enum.Enum):
    UNREADABLE = "unreadable"


UNREADABLE: Final = _Mark.UNREADABLE
Unreadable = Literal[_Mark.UNREADABLE]
Value = int | Decimal | bool | str | datetime.date
Figure = Value | Unreadable | None


@frozen
class Kind:
    """A kind of figure: the type of its values, the decimals of a measure of this kind, its bounds."""

    name: KindName
    type: Type
    places: int = 0
    least: Decimal | None = None
    most: Decimal | None = None
    whole: bool = False


_NOUGHT = Decimal(0)
_TOO_LONG = 10**MOST_DIGITS
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("count", "number", 0, _NOUGHT, whole=True),
        Kind("money", "number", 2, _NOUGHT),
        Kind("ratio", "number", 4, _NOUGHT, Decimal(1)),
        Kind("rating", "number", 2, _NOUGHT, Decimal(100)),
        Kind("number", "number", 4),
        Kind("seconds", "number", 1, _NOUGHT),
        Kind("hours", "number", 1, _NOUGHT),
        Kind("days", "number", 0, _NOUGHT),
        Kind("flag", "flag"),
        Kind("choice", "text"),
        Kind("text", "text"),
        Kind("date", "date"),
    )
}

ANSWER = Kind("flag", "text")
"""A yes or no that may also not apply: one of the three texts `ANSWERS`."""
ANSWERS = ("yes", "no", "n/a")
_YES = frozenset({"1", "yes", "y", "true", "是"})
_NO = frozenset({"0", "no", "n", "false", "否"})
NOT_APPLICABLE = frozenset({"n/a", "na", "不适用"})
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")
LONGEST_TEXT = 500


@frozen
class Bounds:
    """What a fact allows: its kind, and its own bounds or choices where it declares them.

    `titles` are those of choices: what people call them, and read as the choice itself.
    """

    kind: Kind
    least: Decimal | None = None
    most: Decimal | None = None
    choices: tuple[str, ...] = ()
    titles: Titled = ()

    @property
    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the greatest number, as declared, or else as the kind has them; None where there is none."""
        return (
            self.kind.least if self.least is None else self.least,
            self.kind.most if self.most is None else self.most,
        )


def read(raw: object, bounds: Bounds) -> Value | None:
    """The value of one figure, None where it is blank; raises FigureError where it is not what is expected.

    `raw` is a text as it stands in a file, or a value from Python or a frame. Floats are taken by their
    shortest decimal form.
    """
    if raw is None:
        return None
    kind = bounds.kind
    if isinstance(raw, Decimal) and kind.type == "number":
        return _within(_bounded(raw), raw, bounds)
    if isinstance(raw, str) and not half_width(raw):
        return None
    if isinstance(raw, int) and abs(raw) >= _TOO_LONG:
        raise FigureError("The number is too long.", f"at most {MOST_DIGITS} digits")
    match kind.type:
        case "flag":
            return _flag(raw)
        case "date":
            return _date(raw)
        case "text":
            return _answer(raw) if kind is ANSWER else _text(raw, bounds)
    return _within(_number(raw, kind), raw, bounds)


def _number(raw: object, kind: Kind) -> Decimal | int:
    if isinstance(raw, bool):
        raise FigureError(f"A yes or no ({raw}) stands where a number is meant.", "a number")
    if isinstance(raw, int):
        return raw
    if isinstance(raw, Decimal):
        return _bounded(raw)
    if isinstance(raw, float):
        if not math.isfinite(raw):
            raise FigureError(f"{raw} is not a number.", "a number", "Leave it blank where there is no figure.")
        return _bounded(Decimal(float.__repr__(raw)))
    if isinstance(raw, str):
        return _number_text(raw, kind)
    raise FigureError(f"{type(raw).__name__} is not a number.", "a number")


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise FigureError(f"{value} is not a number.", "a number", "Leave it blank where there is no figure.")
    return exact(value)


def _number_text(raw: str, kind: Kind) -> Decimal:
    plain = half_width(raw)
    if not plain.endswith("%"):
        return parse_decimal(raw)
    if kind.name != "ratio":
        expected = f"a number of {kind.name}" if kind.name in ("seconds", "hours", "days") else f"a {kind.name}"
        raise FigureError(f"{quoted(raw)} is a percentage.", expected, "Only a ratio is given in percent.")
    try:
        sign, digits, exponent = parse_decimal(plain[:-1]).as_tuple()
    except FigureError as error:
        raise FigureError(f"{quoted(raw)} is not a percentage.", "a percentage such as 95 %", error.hint) from None
    assert isinstance(exponent, int)
    return exact(Decimal((sign, digits, exponent - 2)))


def _within(value: Decimal | int, raw: object, bounds: Bounds) -> Decimal | int:
    kind = bounds.kind
    if kind.whole:
        whole = int(value)
        if whole != value:
            raise FigureError(f"{_shown(raw, value)} is not a whole number.", "a whole number from 0 up")
        value = whole
    least, most = bounds.ends
    if (least is not None and value < least) or (most is not None and value > most):
        hint = _ratio_hint(value, kind, most)
        raise FigureError(f"{_shown(raw, value)} is outside what is possible.", _span(least, most), hint)
    return value


def _shown(raw: object, value: Decimal | int) -> str:
    return quoted(raw) if isinstance(raw, str) else plain_text(value)


def _span(least: Decimal | None, most: Decimal | None) -> str:
    if most is None:
        return f"{plain_text(least or _NOUGHT)} or more"
    if least is None:
        return f"at most {plain_text(most)}"
    return f"{plain_text(least)} to {plain_text(most)}"


def _ratio_hint(value: Decimal | int, kind: Kind, most: Decimal | None) -> str:
    if kind.name == "ratio" and most is not None and 2 * most <= value <= 100 * most:  # 1.03 may be a true 103 %
        return f"Write {plain_text(value)} % or {plain_text(Fraction(value) / 100)}."
    return ""


def _flag(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, float | Decimal):
        raw = plain_text(_number(raw, KINDS["number"]))  # a spreadsheet keeps 1 as 1.0
    word = half_width(str(raw)).casefold() if isinstance(raw, str | int) else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word in NOT_APPLICABLE:
        raise FigureError(f"{quoted(str(raw))} is not possible here.", "yes or no")
    raise FigureError(f"{quoted(str(raw))} is neither yes nor no.", "1 yes y true 是, or 0 no n false 否")


def _answer(raw: object) -> str:
    if isinstance(raw, str) and half_width(raw).casefold() in NOT_APPLICABLE:
        return "n/a"
    try:
        return "yes" if _flag(raw) else "no"
    except FigureError as error:
        raise FigureError(error.sentence, f"{error.expected}, or n/a 不适用", error.hint) from None


def _date(raw: object) -> datetime.date:
    if isinstance(raw, datetime.datetime):
        return raw.date()
    if isinstance(raw, datetime.date):
        return raw
    match = _DATE.fullmatch(half_width(str(raw)))
    if match is not None:
        try:
            return datetime.date(*(int(part) for part in match.groups()))
        except ValueError:
            pass
    raise FigureError(f"{quoted(str(raw))} is not a date.", "a date such as 2024-03-15")


def _text(raw: object, bounds: Bounds) -> str:
    if bounds.choices and isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
        raw = plain_text(_number(raw, bounds.kind))  # a spreadsheet keeps the choice '1' as a number
    if not isinstance(raw, str):
        raise FigureError(f"{quoted(str(raw))} is not a text.", "a text")
    word = half_width(raw)
    if not bounds.choices:
        if len(word) > LONGEST_TEXT:
            raise FigureError("The text is too long.", f"at most {LONGEST_TEXT} characters")
        return raw.strip()
    if word in bounds.choices:
        return word
    found = _spellings(bounds.choices, bounds.titles).get(folded(raw))
    if found is None:
        raise FigureError(f"{quoted(raw)} is not one of the choices.", one_of(bounds))
    return found


@lru_cache(maxsize=1024)
def _spellings(choices: tuple[str, ...], titles: Titled) -> dict[str, str]:
    """The choice that each folded text stands for: its title in any language, or itself."""
    found = {folded(text): choice for choice, title in titles for text in title.all}
    return found | {folded(choice): choice for choice in choices}


def one_of(bounds: Bounds) -> str:
    """What is expected where a choice is: 'one of Good, Poor'."""
    return "one of " + ", ".join(title_of(choice, bounds.titles, "en") for choice in bounds.choices)
