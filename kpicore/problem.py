"""A problem and its place: what was found wrong, where, and what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Literal

from attrs import frozen

Severity = Literal["error", "warning"]


@frozen
class Place:
    """Where something stands: a file and, as far as known, its page, line or row, and column.

    `row` counts from 1 with the header as row 1, as a spreadsheet shows it; `column` is the column's heading.
    """

    file: str | None = None
    line: int | None = None
    page: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        parts = [self.file or ""]
        if self.line is not None:
            parts.append(str(self.line))
        if self.page is not None:
            parts.append(f"page {self.page}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ":".join(part for part in parts if part)


_PLACE = re.compile(
    r"(?P<file>.*?)(?::(?P<line>[0-9]+))?(?::page (?P<page>.+?))?(?::row (?P<row>[0-9]+))?(?::column (?P<column>.+))?"
)


def place_of(text: str) -> Place:
    """The place whose text this is; one that is written otherwise is taken for a file's name."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return Place(text)
    parts = found.groupdict()
    line, row = (None if parts[name] is None else int(parts[name]) for name in ("line", "row"))
    return Place(parts["file"] or None, line, parts["page"], row, parts["column"])


@frozen
class Problem:
    """One mistake or warning. Its text reads `place: key: sentence`, with a hint on a line below."""

    code: str
    message: str
    severity: Severity = "error"
    place: Place = Place()
    key: str = ""
    hint: str = ""
    value: str = ""
    expected: str = ""

    def __str__(self) -> str:
        where = str(self.place)
        head = ": ".join(part for part in (where, self.key, self.message) if part)
        if self.severity == "warning":
            head = f"warning: {head}"
        return f"{head}\n    {self.hint}" if self.hint else head


def anything_set_aside(problems: Iterable[Problem]) -> bool:
    """Whether a problem is more than a warning: a row, a cell or a file is not used."""
    return any(problem.severity == "error" for problem in problems)


def closest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that somebody who wrote `word` probably meant, or None."""
    known = list(candidates)
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if found:
        return found[0]
    folded = {name.casefold(): name for name in known}
    return folded.get(word.casefold())


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """`Did you mean 'x'?`, or, where nothing is near, the list of what there is (cut at twelve), or ''."""
    known = list(candidates)
    near = closest(word, known)
    if near is not None:
        return f"Did you mean '{near}'?"
    if not known:
        return ""
    listed = ", ".join(known[:12]) + (", ..." if len(known) > 12 else "")
    return f"There is: {listed}."
