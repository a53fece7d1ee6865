"""Reads one plus or minus item, as cells of a file or as values from Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from kpicore.adjustment import PARTS, Adjustments, repeated
from kpicore.decimals import as_shown, quoted, scaled_decimal
from kpicore.errors import FigureError, UsageError
from kpicore.figure import KINDS, Bounds
from kpicore.io.key import key_text
from kpicore.io.store import read_cell
from kpicore.problem import Place, Problem, did_you_mean
from kpicore.row import Adjustment, Reason

LONGEST_REASON = 500
"""The most characters of an item's reason."""
TWICE = "Remove one of the two, or tell them apart in the reason."
_POINTS = Bounds(KINDS["number"])


@frozen
class Fault:
    """What is wrong with a part of an item. `shown` is what stands there; '' where nothing does."""

    part: str
    shown: str
    error: FigureError

    def reason(self, place: Place = Place()) -> Reason:
        """The same as a reason of the result."""
        where = str(place) or None
        if not self.shown:
            return Reason.of("adjustment_without", part=self.part, place=where)
        expected = self.error.expected or None
        return Reason.of("bad_adjustment", part=self.part, value=self.shown, expected=expected, place=where)

    def problem(self, place: Place = Place()) -> Problem:
        """The same as a problem."""
        error = self.error
        shown, expected = self.shown, error.expected
        return Problem("bad_adjustment", error.sentence, "error", place, "", error.hint, shown, expected)


def read_item(
    raws: Mapping[str, object], places: int, place: Place = Place()
) -> tuple[Adjustment | None, tuple[Fault, ...]]:
    """The item of raw points, reason and author; None, with all that is wrong with it, where one of them lacks or can
    not be read. Points have so many decimals at most."""
    values: dict[str, Decimal | str] = {}
    faults: list[Fault] = []
    for part in PARTS:
        raw = raws.get(part)
        try:
            values[part] = _points(raw, places) if part == "points" else _line(part, raw)
        except FigureError as error:
            faults.append(Fault(part, as_shown(raw).strip(), error))
    if faults:
        return None, tuple(faults)
    points, reason, author = (values[part] for part in PARTS)
    assert isinstance(points, Decimal)
    return Adjustment(points, str(reason), str(author), place), ()


def _points(raw: object, places: int) -> Decimal:
    value = read_cell(raw, _POINTS)
    if value is None:
        raise FigureError("The item has no points.", "a number")
    assert isinstance(value, int | Decimal)
    units = Fraction(value) * 10**places
    if units.denominator != 1:
        sentence = f"{quoted(as_shown(raw))} has more decimals than the total."
        raise FigureError(sentence, f"at most {places} decimals" if places else "a whole number")
    return scaled_decimal(units.numerator, places)


def _line(part: str, raw: object) -> str:
    """A text on one line: breaks within it are spaces."""
    line = " ".join(raw.split()) if isinstance(raw, str) else raw
    text = key_text(line, LONGEST_REASON) if part == "reason" else key_text(line)
    if not text:
        expected = "why the points are given" if part == "reason" else "the name of whoever enters it"
        raise FigureError(f"The item has no {part}.", expected)
    return text


def together(items: Iterable[Adjustment], faults: Iterable[Reason]) -> Adjustments:
    """The items of a person and period; those that say the same twice are a fault more."""
    held = tuple(items)
    twice = [
        Reason.of("same_adjustment_twice", place=str(item.place) or None, other_place=str(before.place) or None)
        for item, before in repeated(held)
    ]
    return Adjustments(held, (*faults, *twice))


def given_items(given: object, places: int) -> tuple[Adjustments, list[Problem]]:
    """The items that a call gives, mappings with points, reason and author, and what is wrong with them, without a
    place. Raises UsageError for what is none of these."""
    items: list[Adjustment] = []
    faults: list[Fault] = []
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise _misused(f"Adjustments are a list of mappings; this is of type {type(given).__name__}.")
    for raws in given:
        if not isinstance(raws, Mapping):
            raise _misused(f"An item is a mapping; this is of type {type(raws).__name__}.")
        for name in raws:
            if name not in PARTS:
                raise _misused(f"An item has no '{as_shown(name)}'. {did_you_mean(as_shown(name), PARTS)}".strip())
        item, wrong = read_item(raws, places)
        items += () if item is None else (item,)
        faults += wrong
    problems = [fault.problem() for fault in faults]
    problems += [Problem("same_adjustment_twice", "Two items say the same.", hint=TWICE) for _ in repeated(items)]
    return together(items, (fault.reason() for fault in faults)), problems


def _misused(message: str) -> UsageError:
    hint = 'Write adjustments=[{"points": 2, "reason": "...", "author": "..."}].'
    return UsageError(f"{message} {hint}", [Problem("bad_adjustment", message, hint=hint)])
