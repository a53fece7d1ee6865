"""Made-up figures for a made-up scheme: on its breaks, beside them, ties, blanks, and what is no figure."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import define
from support.dice import Dice
from support.formula_text import CONSTANTS, TITLED, Table, choices_of
from support.rule_text import SCALES
from support.scheme_text import Aim

PLACES = {"count": 0, "money": 2, "ratio": 4, "rating": 2, "number": 4, "seconds": 1, "hours": 1, "days": 0}
LARGE = ("123456.78", "987654321", "123456789012", "123456.789012", "4503599627.370497", "99999999.995")
HUGE = (
    "4503599627370497", "9007199254740993", "9223372036854775807", "999999999999999999", "123456789012345.678",
    "100000000000000000", "922337203685477.5807", "0.000000000000000001",
)  # fmt: skip
BAD = ("abc", "1e3", "+5", "12,34", "-7", "1.5.", "#DIV/0!", "9999999999999999999")
DIVISORS = ("1", "3", "7", "8", "100", "400", "1000", "0.3", "12345.67", "200000")
MOST_PLACES = 18


def plain(value: Fraction | Decimal) -> str:
    """A number that ends within 18 decimals, as text."""
    if isinstance(value, Fraction):
        scaled = math.floor(value * 10**MOST_PLACES)
        value = Decimal(scaled).scaleb(-MOST_PLACES)
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return format(value, "f")


def near(cuts: Iterable[str], places: int) -> list[str]:
    """Each of these, one unit of the last place over and under it, half a unit under (a tie), and just less."""
    unit = Fraction(1, 10**places)
    shifts = (Fraction(0), -unit, unit, -unit / 2, -unit / 2 - Fraction(1, 10 ** (places + 3)), unit / 2)
    return list(dict.fromkeys(plain(Fraction(cut) + shift) for cut in cuts for shift in shifts))


@define
class Figures:
    """Draws the figures of a population: few different ones of each fact, so that people come out even.

    `size`: 0 small, 1 large and 2 huge numbers among them. `care`: 0 every figure is given and can be read, 1 now and
    then one is blank, 2 a good many are blank or can not be read.
    """

    dice: Dice
    facts: dict[str, Table]
    aims: Sequence[Aim]
    size: int
    care: int

    def pools(self) -> dict[str, list[Any]]:
        """For each fact the few values that it has in this population; text, None for a blank."""
        return {name: self._pool(name, spec) for name, spec in self.facts.items()}

    def _pool(self, name: str, spec: Table) -> list[Any]:
        dice, kind = self.dice, spec["kind"]
        titles = ("乙（二）", "乙(二)", "SECOND")
        if kind in PLACES:
            candidates = self._numbers(name, spec)
        else:
            candidates = {
                "flag": ["yes", "no", "1", "0", "是"],
                "choice": [*choices_of(spec), "A", *(titles if TITLED in spec.get("choices", ()) else ())],
                "text": ["a", "b", "c", "甲", "it's", " a "],
                "date": ["2024-01-31", "2024-02-29", "2023/12/31", "2024-02-01"],
            }[kind]
        pool: list[Any] = dice.some(candidates, min(3, len(candidates)), min(6, len(candidates)))
        if kind == "flag":
            pool = ["yes", *pool, *(["n/a", "不适用"] if spec.get("na") else [])]
        if self.care and dice.chance((0, 25, 50)[self.care]):
            pool.append(None)
        if self.care == 2 and dice.chance(35):
            pool.append(dice.pick(("1.5", *BAD) if kind == "count" else BAD))
        return pool

    def _numbers(self, name: str, spec: Table) -> list[str]:
        """Texts that this fact takes."""
        kind = spec["kind"]
        places = PLACES[kind]
        cuts = [cut for aim in self.aims if aim.way in ("fact", "sum", "difference") and name in aim.facts
                for cut in aim.cuts]  # fmt: skip
        found = near(cuts, max((aim.places for aim in self.aims if name in aim.facts), default=places))
        found += [*SCALES[kind], *CONSTANTS, *DIVISORS, "0", "0", "2.675", "64.996", "0.005"]
        found += () if not self.size else LARGE if self.size == 1 else (*LARGE, *HUGE) * 2
        if kind == "number":
            found += ["-3", "-0.015", "-2.5"]
        return [text for text in found if _fits(Fraction(text), spec)]

    def aimed(self, facts: Table) -> None:
        """Steers one measure of a row of figures to a break, or to a unit or half a one beside it."""
        aim = self.dice.pick(self.aims)
        if not aim.way or not aim.cuts:
            return
        target = Fraction(self.dice.pick(near([self.dice.pick(aim.cuts)], aim.places)))
        solved = self._solved(aim, target, facts)
        name = aim.facts[0]
        if solved is not None and _fits(solved, self.facts[name], rounded=True):
            whole = self.facts[name]["kind"] == "count"
            facts[name] = str(_rounded(solved)) if whole else plain(solved)

    def _solved(self, aim: Aim, target: Fraction, facts: Table) -> Fraction | None:
        """What the first fact of a measure must be for this value, by the others as they are, or as they are set."""
        others = []
        for name in aim.facts[1:]:
            if name == aim.facts[0]:
                return None
            if aim.way not in ("sum", "difference") and self.dice.chance(60):
                divisor = self.dice.pick(DIVISORS)
                if _fits(Fraction(divisor), self.facts[name]):
                    facts[name] = divisor
            try:
                others.append(Fraction(facts[name]))
            except (TypeError, ValueError):
                return None
        match aim.way:
            case "fact":
                return target
            case "negative":
                return -target
            case "ratio":
                return target * others[0]
            case "growth":
                return (target + 1) * others[0]
            case "sum":
                return target - others[0]
            case "difference":
                return target + others[0]
        return target * others[0] * others[1] / others[2] if others[2] else None


def _rounded(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def _fits(value: Fraction, spec: Table, rounded: bool = False) -> bool:
    """Whether a fact takes this value; with `rounded` a count takes what is near a whole number."""
    kind = spec["kind"]
    if kind == "count" and value.denominator != 1 and not rounded:
        return False
    least = spec.get("least", None if kind == "number" else 0)
    most = spec.get("most", {"ratio": 1, "rating": 100}.get(kind))
    return (least is None or value >= least) and (most is None or value <= most) and abs(value) < 10**MOST_PLACES


def typed(texts: Sequence[Any], spec: Table, style: str) -> list[Any]:
    """A column of figures as a frame has it: numbers, flags or dates; as it is where one of them is none."""
    kind = spec["kind"]
    try:
        if kind in PLACES and style == "float":
            return [None if text is None else _float(text) for text in texts]
        if kind in PLACES:
            numbers = [None if text is None else Decimal(text) for text in texts]
            if all(number is None or (number == int(number) and abs(number) < 2**63) for number in numbers):
                return [None if number is None else int(number) for number in numbers]
            return numbers
        if kind == "flag":
            return [None if text is None else {"yes": True, "1": True, "是": True, "no": False, "0": False}[text]
                    for text in texts]  # fmt: skip
        if kind == "date":
            return [None if text is None else datetime.date.fromisoformat(text) for text in texts]
    except (ValueError, ArithmeticError, KeyError):
        pass
    return list(texts)


def _float(text: str) -> float:
    """A float whose shortest form is this number."""
    number = float(text)
    if Decimal(repr(number)) != Decimal(text):
        raise ValueError(text)
    return number


def dressed(dice: Dice, text: Any, kind: str) -> Any:
    """The same figure written otherwise: separators, full-width digits, spaces, a percentage."""
    if not isinstance(text, str) or kind not in PLACES:
        return text
    way = dice.pick(("space", "separators", "wide", "percent", "trailing"))
    try:
        number = Decimal(text)
    except ArithmeticError:
        return text
    match way:
        case "separators":
            return f"{number:,f}"
        case "wide":
            return text.translate({ord(digit): 0xFF10 + int(digit) for digit in "0123456789"})
        case "percent":
            return f"{number * 100:f}%" if kind == "ratio" else text
        case "trailing":
            return f"{text}.0" if text.isdigit() else text
    return f" {text} "
