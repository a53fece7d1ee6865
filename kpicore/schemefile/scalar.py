"""Single values of a scheme file: told apart strictly, with words for what stands there instead."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from kpicore.decimals import MOST_DIGITS, quoted
from kpicore.text import Title

LONGEST_ID = 64
_ID = re.compile(r"[a-z][a-z0-9_]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DATE_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER_TEXT = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class MistakeError(Exception):
    """A value is not of the form that is meant; says so in a sentence, with a hint."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.code = code
        self.message = message
        self.hint = hint
        super().__init__(message)


def noun(raw: object) -> str:
    """What a person calls such a value."""
    if isinstance(raw, bool):
        return "true or false"
    if isinstance(raw, int | float | Decimal):
        return "a number"
    if isinstance(raw, datetime.datetime):
        return "a date with a time"
    names: tuple[tuple[type, str], ...] = (
        (str, "a text"),
        (datetime.date, "a date"),
        (datetime.time, "a time"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in names if isinstance(raw, kind)), type(raw).__name__)


def wrong(raw: object, meant: str, hint: str = "") -> MistakeError:
    """The mistake of a value of another type."""
    given = noun(raw)
    return MistakeError("wrong_type", f"{given[0].upper()}{given[1:]} stands where {meant} is meant.", hint)


def text(raw: object) -> str:
    """A text."""
    if not isinstance(raw, str):
        raise wrong(raw, "a text", "" if isinstance(raw, list | dict) else "Put it in quotes.")
    return raw


def identifier(raw: object) -> str:
    """A name of lower-case letters, digits and _."""
    name = text(raw)
    if not _ID.fullmatch(name) or len(name) > LONGEST_ID:
        plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
        near = f" Write '{plain}'." if _ID.fullmatch(plain) and len(plain) <= LONGEST_ID else ""
        rule = f"Small letters, digits and _, a letter first, at most {LONGEST_ID} characters."
        raise MistakeError("bad_id", f"{quoted(name)} can not be a name.", rule + near)
    return name


def flag(raw: object) -> bool:
    """True or false."""
    if not isinstance(raw, bool):
        hint = "Write true or false, without quotes."
        raise wrong(raw, "true or false", hint)
    return raw


def number(raw: object, meant: str = "a number") -> Decimal | int:
    """A finite number of bounded length."""
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        plain = isinstance(raw, str) and _NUMBER_TEXT.fullmatch(raw.strip())
        raise wrong(raw, meant, "Write the number without quotes." if plain else "")
    if isinstance(raw, int):
        long = abs(raw) >= 10**MOST_DIGITS
    elif not raw.is_finite():
        raise MistakeError("wrong_type", "This is no finite number.", "Write the number out.")
    else:
        _, digits, exponent = raw.as_tuple()
        assert isinstance(exponent, int)
        long = len(digits) > 2 * MOST_DIGITS or raw.adjusted() >= MOST_DIGITS or exponent < -MOST_DIGITS
    if long:
        raise MistakeError(
            "wrong_type", "The number is too long.", f"At most {MOST_DIGITS} digits before and after the point."
        )
    return raw


def integer(raw: object) -> int:
    """A whole number."""
    value = number(raw, "a whole number")
    if value != int(value):
        raise MistakeError("wrong_type", f"{value} is not a whole number.")
    return int(value)


def month(raw: object) -> int:
    """The number of a month."""
    value = integer(raw)
    if not 1 <= value <= 12:
        raise MistakeError("bad_value", f"There is no month {value}.", "Months are numbered 1 to 12.")
    return value


def date(raw: object) -> datetime.date:
    """A day, without a time."""
    if isinstance(raw, datetime.datetime) or not isinstance(raw, datetime.date):
        plain = isinstance(raw, str) and _DATE_TEXT.fullmatch(raw.strip())
        hint = "Write the date without quotes." if plain else "Write it as 2024-05-01, without quotes."
        raise wrong(raw, "a date", hint)
    return raw


def title(raw: object) -> Title:
    """A text, or one text a language."""
    if isinstance(raw, str):
        return Title.of(raw)
    if not isinstance(raw, Mapping):
        raise wrong(raw, "a text, or a text for each language,", 'Write { zh = "...", en = "..." }.')
    if not raw:
        raise MistakeError("empty", "The table has no text.", 'Write { zh = "...", en = "..." }.')
    for language, words in raw.items():
        if not _LANGUAGE.fullmatch(language):
            hint = "Languages are written as zh or en."
            raise MistakeError("unknown_name", f"{quoted(language)} is no language.", hint)
        if not isinstance(words, str):
            raise wrong(words, f"a text in '{language}'")
    return Title.of(raw)


def plain_value(raw: object) -> Decimal | int | bool | str | datetime.date:
    """A number, flag, text or date."""
    if isinstance(raw, bool | str):
        return raw
    if isinstance(raw, datetime.date) and not isinstance(raw, datetime.datetime):
        return raw
    return number(raw, "a number, a text, a date, or true or false")
