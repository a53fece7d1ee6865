"""A scheme file as tables: decoded, read as TOML with exact decimals, nothing looked at yet."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

import tomli
from attrs import define

from kpicore.errors import SchemeError
from kpicore.problem import Place, Problem

MOST_BYTES = 1_000_000
"""The largest scheme file that is read."""

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"(?<![\w-])(?:{_PART}\.[ \t]*+){{20}}{_PART}[=\]]")
"""A key of more than twenty parts: the parser's time grows with their square."""
_TWICE = "This key or table is given twice, or once as a value and once as a table."
_HANDFUL = "A scheme needs a handful of levels at most."
_SENTENCES = (
    (r"Expected '=' after a key", "A key without '=' and a value.", "Write key = value."),
    (r"Invalid value", "Behind '=' stands no value.", 'Texts stand in plain quotes: "..."; flags are true and false.'),
    (r"Unterminated string|Expected ['\"]+$", "A text is not closed.", "Put a quote at its end."),
    (r"(Illegal|Found invalid) character '\\n'", "A text is not closed on its line.", "Put a quote at its end."),
    (r"Illegal character|Found invalid character", "A sign stands here that TOML does not know.", ""),
    (r"Unclosed array", "A list is not closed, or a comma is missing in it.", "Put ']' at its end."),
    (r"Unclosed inline table", "A table in braces is not closed, or a comma is missing in it.", "Put '}' at its end."),
    (r"Expected newline", "Something follows the value that does not belong to it.", "Begin each key on a line."),
    (r"Invalid statement|Invalid initial character", "Neither a key nor a table begins here.", "Write key = value."),
    (r"Expected .\]. at the end", "The heading of a table is not closed.", "Write [facts] or [[indicator]]."),
    (r"Cannot|Duplicate", _TWICE, "Keep one of them."),
    (r"Unescaped|Escaped|Invalid hex", "A backslash in a text begins no known sign.", "Write it twice: '\\\\'."),
    (r"Invalid date", "This is no day of the calendar.", "Write the date as 2024-05-01."),
)


@define(frozen=True, slots=False, eq=False)
class RawScheme:
    """A scheme file as read. `file` is its name in messages; `extends` in `table` is not followed yet."""

    file: str
    text: str
    table: dict[str, Any]

    @cached_property
    def lines(self) -> dict[tuple[str | int, ...], int]:
        """The line of every key, found when it is first asked for."""
        from kpicore.schemefile.line import lines_of

        return lines_of(self.text)

    def place(self, path: tuple[str | int, ...]) -> Place:
        """Where a key stands; for one that is not there, the nearest table around it."""
        for length in range(len(path), 0, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return Place(self.file, line)
        return Place(self.file, 1)


def decode(data: bytes, file: str) -> str:
    """The text of a file's bytes; raises SchemeError where they are too many or no UTF-8 text."""
    _check_size(len(data), file)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refused("not_utf8", "The file is not UTF-8 text.", Place(file, line), "Save it as UTF-8.") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused("not_text", "The file is not a text.", Place(file, line), "A scheme is a TOML file.")
    return text


def raw_scheme(text: str, file: str) -> RawScheme:
    """The tables of a scheme file's text; raises SchemeError with the place where it is not TOML."""
    # A surrogate can not be in a file; it may come from a caller's text, and is counted like any other sign.
    _check_size(len(text.encode("utf-8", "surrogatepass")), file)
    text = text.removeprefix("\ufeff")
    if (long := _LONG_KEY.search(text)) is not None:
        place = Place(file, text.count("\n", 0, long.start()) + 1)
        raise _refused("too_deep", "A key has more than twenty parts.", place, _HANDFUL)
    try:
        return RawScheme(file, text, tomli.loads(text, parse_float=_decimal))
    except tomli.TOMLDecodeError as error:
        raise SchemeError([_syntax(str(error), text, file)]) from None
    except RecursionError:
        raise _refused("too_deep", "Lists or tables are nested too deep.", Place(file), _HANDFUL) from None
    except ValueError:
        # Python refuses to read whole numbers of thousands of digits.
        raise _refused("too_long", "A number in the file is too long.", Place(file), "") from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")  # an exponent beyond all bounds; refused like 'inf' where it is used


def _check_size(size: int, file: str) -> None:
    if size > MOST_BYTES:
        hint = f"At most {MOST_BYTES // 1000} kB are read."
        raise _refused("too_large", "The file is too large for a scheme.", Place(file), hint)


def _refused(code: str, message: str, place: Place, hint: str) -> SchemeError:
    return SchemeError([Problem(code, message, place=place, hint=hint)])


def _syntax(said: str, text: str, file: str) -> Problem:
    """The parser's message in plain words."""
    found = _PLACE.search(said)
    bare = said[: found.start()] if found else said
    if found and found[1]:
        line, column = int(found[1]), f" (character {found[2]})"
    else:
        line, column = max(text.rstrip().count("\n") + 1, 1), ""
    for pattern, sentence, hint in _SENTENCES:
        if re.match(pattern, bare):
            return Problem("syntax", sentence[:-1] + column + ".", place=Place(file, line), hint=hint)
    return Problem("syntax", f"The file is not TOML here{column}: {bare}.", place=Place(file, line))
