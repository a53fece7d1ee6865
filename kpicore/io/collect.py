"""Reads the rows of a table into the store: wide tables, a column a fact, and long ones, a row a fact."""

from __future__ import annotations

from kpicore.decimals import quoted
from kpicore.errors import DataError
from kpicore.figure import Unreadable, Value
from kpicore.io.heading import MISS, Column, Headings, Layout, Miss
from kpicore.io.store import LONGEST_SHOWN, Store
from kpicore.io.table import Table
from kpicore.problem import Problem

_MOST_GUESSES = 50


def collect(table: Table, headings: Headings, store: Store) -> None:
    """Reads a table to its end; what is wrong with it goes to the store's problems."""
    store.tally.tables += 1
    layout, problems = headings.layout(table)
    if layout is not None and "period" not in layout.keys and store.default_period is None:
        hint = "Add a column period, or say with --period which period the figures are for."
        problems.append(table.problem("no_period", "The file has no column period.", table.header_row, hint=hint))
        layout = None
    store.problems += problems
    if layout is None:
        return
    before = store.tally.rows
    try:
        if layout.long:
            _long(layout, headings, store)
        else:
            _wide(layout, store)
    except DataError as error:
        store.problems += error.problems or (Problem("unreadable_file", str(error), place=table.place()),)
    lost = sum(problem.severity == "error" for problem in table.problems)
    store.problems += table.problems
    store.tally.set_aside += lost
    store.tally.rows += lost
    if store.tally.rows == before:
        hint = "Below the header it needs a row for each person."
        store.problems.append(table.problem("no_rows", "The file has a header and no rows.", hint=hint))
        return
    for column in layout.columns:
        column.cache.clear()  # the layout lives on as the place of each figure
        if not column.filled:
            message = f"The column {quoted(column.title)} is empty in every row."
            row, title = table.header_row, column.title
            store.problems.append(table.problem("empty_column", message, row, title, severity="warning"))


def _wide(layout: Layout, store: Store) -> None:
    for number, cells in layout.table.rows:
        found = len(store.problems)
        entry = store.entry(layout, number, cells)
        if entry is None:
            continue
        first = entry.last is None
        facts = entry.facts
        for column in layout.columns:
            raw = cells[column.index]
            value: Value | Unreadable | Miss | None = column.cache.get(raw, MISS) if isinstance(raw, str) else MISS
            if value is MISS:
                value = store.value(entry, column, raw, layout, number)
            if value is None:
                continue
            fact = column.target.id
            if fact in facts:
                store.again(entry, column, value, raw, layout, number)
            elif first and not column.again:
                facts[fact] = value
            else:
                entry.put(fact, value, layout, number, column.title)
        if not first and len(store.problems) == found:
            store.repeated(entry, layout, number)
        entry.last, entry.last_row = layout, number


def _long(layout: Layout, headings: Headings, store: Store) -> None:
    at_fact, at_value = layout.keys["fact"], layout.keys["value"]
    columns: dict[str, Column | None] = {}
    for number, cells in layout.table.rows:
        entry = store.entry(layout, number, cells)
        if entry is None:
            continue
        entry.last, entry.last_row = layout, number
        raw, word = cells[at_value], _word(cells[at_fact])
        if word not in columns:
            columns[word] = _fact(layout, headings, store, number, word, len(columns))
        column = columns[word]
        if column is None:
            if not word:
                _nameless(layout, store, number, raw)
            continue
        value: Value | Unreadable | Miss | None = column.cache.get(raw, MISS) if isinstance(raw, str) else MISS
        if value is MISS:
            value = store.value(entry, column, raw, layout, number)
        if value is None:
            continue
        if column.target.id in entry.facts:
            store.again(entry, column, value, raw, layout, number)
        else:
            entry.put(column.target.id, value, layout, number, column.title)


def _word(raw: object) -> str:
    return "" if raw is None else str(raw).strip()


def _fact(layout: Layout, headings: Headings, store: Store, number: int, word: str, known: int) -> Column | None:
    """What stands for the values of one fact of a long table; None, with a problem, where there is no such fact."""
    targets = headings.targets(word)
    if len(targets) == 1:
        return Column(layout.keys["value"], layout.title("value"), targets[0])
    if not word:
        return None
    table, title, shown = layout.table, layout.title("fact"), word[:LONGEST_SHOWN]
    if targets:
        message = f"{quoted(word)} is the title of {' and '.join(target.id for target in targets)}; it is not read."
        hint = "Use the fact's id."
        store.problems.append(table.problem("ambiguous_column", message, number, title, hint=hint, value=shown))
    else:
        message = f"The scheme has no fact {quoted(word)}, so its values are not read."
        hint = headings.hint(word) if known < _MOST_GUESSES else ""
        store.problems.append(
            table.problem("unknown_fact", message, number, title, severity="warning", hint=hint, value=shown)
        )
    return None


def _nameless(layout: Layout, store: Store, number: int, raw: object) -> None:
    if raw is None or not _word(raw):
        return
    store.tally.set_aside += 1
    message, hint = "The row does not say which fact it gives. It is set aside.", "Name the fact."
    shown = str(raw)[:LONGEST_SHOWN]
    store.problems.append(
        layout.table.problem("bad_row", message, number, layout.title("fact"), hint=hint, value=shown)
    )
