"""Where something was found, and what is expected in its place, in the words of a language."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpicore.figure import KINDS, one_of
from kpicore.messages.words import Messages
from kpicore.model import FactSpec
from kpicore.problem import Place
from kpicore.text import title_of

_LETTER = re.compile(r"[A-Za-z]")
_REACH = (
    ("between", re.compile(r"(?P<least>\S+) to (?P<most>\S+)")),
    ("least", re.compile(r"(?P<least>\S+) or more")),
    ("most", re.compile(r"at most (?P<most>\S+)")),
    ("decimals", re.compile(r"at most (?P<most>\d+) decimals")),
    ("digits", re.compile(r"at most (?P<most>\d+) digits")),
    ("cells", re.compile(r"(?P<most>\d+) cells")),
)


def place_text(place: Place, say: Messages) -> str:
    """The file, the page, the row and the column of a place, as far as known."""
    parts = [place.file] if place.file else []
    if place.page is not None:
        parts.append(say("explain.place.page", page=place.page))
    row = place.row if place.row is not None else place.line
    if row is not None:
        parts.append(say("explain.place.row", row=row))
    if place.column is not None:
        parts.append(say("explain.place.column", column=place.column))
    return say("explain.separator").join(parts)


def expected_text(expected: str, say: Messages, facts: Iterable[FactSpec] = ()) -> str:
    """What is expected of a figure; '' for an English sentence that the language has no words for. `facts` are those
    whose choices it may name."""
    if expected in KINDS:
        return say(f"kind.{expected}")
    if not _LETTER.search(expected):
        return expected
    known = re.sub(r"[^a-z0-9]+", "_", expected.lower()).strip("_")
    if f"page.meant.{known}" in say:
        return say(f"page.meant.{known}")
    for name, form in _REACH:
        if (found := form.fullmatch(expected)) is not None:
            return say(f"page.reach.{name}", **found.groupdict())
    for fact in facts:
        if fact.choices and one_of(fact.bounds) == expected:
            titles = [title_of(choice, fact.choice_titles, say.language) for choice in fact.choices]
            return say("show.choices", choices=say("word.list").join(titles))
    return expected if say.language == "en" else ""
