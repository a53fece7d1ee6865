"""A comparison or a cohort as a page that stands by itself."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kpicore.comparison.section import Column, Section, Table, Told, Value, shown
from kpicore.messages import Messages
from kpicore.report.chart import Bar, bar
from kpicore.report.compared import (
    ComparedCell,
    ComparedColumn,
    ComparedPage,
    ComparedRow,
    ComparedSection,
    ComparedTable,
)
from kpicore.report.person import TAGS

_MINUS = "−"


def page_text(told: Told) -> str:
    """The HTML of the page."""
    from kpicore.report.environment import Templates

    return Templates((), told.language).compared(page_of(told))


def page_of(told: Told) -> ComparedPage:
    """What its template is given."""
    say = Messages(told.language)
    return ComparedPage(
        title=say("page.separator").join((told.title, told.about[0])),
        language=TAGS[told.language],
        kicker=told.kicker,
        heading=told.title,
        about=told.about,
        sections=tuple(_section(section, say) for section in told.sections),
    )


def _section(section: Section, say: Messages) -> ComparedSection:
    return ComparedSection(
        id=section.id,
        title=section.title,
        lines=tuple(map(_signs, section.lines)),
        table=None if section.table is None else _table(section.table, say),
        below=section.below,
    )


def _table(table: Table, say: Messages) -> ComparedTable:
    longest = _longest(table)
    ways = {(row, column): way for row, column, way in table.ways}

    def row_of(row: Sequence[Value], number: int, drawn: bool = True) -> ComparedRow:
        cells = []
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            name = row[0] if isinstance(row[0], str) else ""
            drawing = _bar(value, column, longest, name, say) if drawn else None
            cells.append(_cell(value, column, ways.get((number, place), ""), drawing))
        return ComparedRow(cells=tuple(cells))

    return ComparedTable(
        columns=tuple(
            ComparedColumn(title=column.title, kind=column.kind, drawn=bool(column.bars)) for column in table.columns
        ),
        rows=tuple(row_of(row, number) for number, row in enumerate(table.rows)),
        sums=None if table.sums is None else row_of(table.sums, -1, drawn=False),
    )


def _cell(value: Value, column: Column, way: str, drawing: Bar | None) -> ComparedCell:
    if not way and column.kind == "change" and isinstance(value, int | Decimal):
        way = "up" if value > 0 else "down" if value < 0 else ""
    text = shown(value, column.kind)
    plain = text if column.kind in ("text", "name") else _signs(text)
    return ComparedCell(text=plain, kind=column.kind, title=column.title, way=way, bar=drawing)


def _bar(value: Value, column: Column, longest: dict[str, Decimal], name: str, say: Messages) -> Bar | None:
    if not column.bars or not isinstance(value, int | Decimal):
        return None
    label = say("compare.bar", title=f"{name}, {column.title}", count=shown(value, column.kind))
    whole = longest[column.bars]
    return bar(Decimal(value), whole, label, whole)


def _longest(table: Table) -> dict[str, Decimal]:
    """The greatest number of all columns of one scale."""
    found: dict[str, Decimal] = {}
    for row in table.rows:
        for value, column in zip(row, table.columns, strict=True):
            if column.bars and isinstance(value, int | Decimal):
                found[column.bars] = max(found.get(column.bars, Decimal(0)), Decimal(value))
    return found


def _signs(text: str) -> str:
    """A number, or a sentence with some, with the minus sign of print."""
    return _MINUS + text[1:] if text.startswith("-") else text.replace(" -", f" {_MINUS}")
