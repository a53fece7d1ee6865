"""A comparison, or a cohort, as headings, sentences and tables: what screens, pages and workbooks are made of."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from attrs import frozen

NONE = "–"
Kind = Literal["text", "name", "number", "change", "difference", "percent"]
"""How a column is shown: a text, a name that somebody gave, a number; with its sign a number of which more is better,
one of which it is not, a percentage."""
Value = str | int | Decimal | None
_GAP, _WIDEST = "  ", 36


@frozen
class Column:
    """A column of a table. `bars` draws its numbers; those of one name have one scale."""

    title: str
    kind: Kind = "text"
    bars: str = ""


@frozen
class Table:
    """Rows of values; `sums` stands below them. `ways` has the way (up, down, stays, other) of some cells, by row and
    column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    sums: tuple[Value, ...] | None = None
    ways: tuple[tuple[int, int, str], ...] = ()


@frozen
class Section:
    """A heading with sentences and a table. `below` are sentences under the table."""

    id: str
    title: str
    lines: tuple[str, ...] = ()
    table: Table | None = None
    below: tuple[str, ...] = ()


@frozen
class Told:
    """The whole: the kind of page, a heading, what it is of, and the sections, the first of them the summary."""

    kicker: str
    title: str
    about: tuple[str, ...]
    sections: tuple[Section, ...]
    language: str


def shown(value: Value, kind: Kind) -> str:
    """A value as it is read: '1,234.50', '+3', '-2.1 %'."""
    if value is None:
        return "" if kind in ("text", "name") else NONE
    if isinstance(value, str):
        return value
    if kind == "percent":
        return f"{value:+,} %" if value else f"{value:,} %"
    return f"{value:+,}" if kind in ("change", "difference") and value else f"{value:,}"


def told_text(told: Told) -> str:
    """The whole as lines of a screen."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: Told) -> Iterator[str]:
    yield told.title
    yield from (f"{_GAP}{_plain(line)}" for line in told.about)
    for section in told.sections:
        yield ""
        yield section.title
        yield from (f"{_GAP}{_plain(line)}" for line in section.lines)
        if section.table is not None:
            yield from (f"{_GAP}{line}" for line in _aligned(section.table))
        yield from (f"{_GAP}{_plain(line)}" for line in section.below)


def _aligned(table: Table) -> Iterator[str]:
    """Rows whose columns stand below each other, numbers to the right."""
    kinds = [column.kind for column in table.columns]
    rows = [[_cut(column.title) for column in table.columns]]
    whole = table.rows if table.sums is None else (*table.rows, table.sums)
    rows += [[_cut(shown(value, kind)) for value, kind in zip(row, kinds, strict=True)] for row in whole]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (_padded(text, width, kind) for text, width, kind in zip(row, widths, kinds, strict=True))
        yield _GAP.join(cells).rstrip()


def _padded(text: str, width: int, kind: Kind) -> str:
    space = " " * (width - _width(text))
    return text + space if kind in ("text", "name") else space + text


def _cut(text: str) -> str:
    plain = _plain(text)
    if _width(plain) <= _WIDEST:
        return plain
    while _width(plain) > _WIDEST - 3:
        plain = plain[:-1]
    return plain + "..."


def _plain(text: str) -> str:
    """A text without what would move the cursor of a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def first(rows: Sequence[tuple[Value, ...]], most: int | None) -> tuple[tuple[Value, ...], ...]:
    """So many of the rows, or all."""
    return tuple(rows if most is None else rows[:most])
