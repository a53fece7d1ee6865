"""Reads the rows of a table into the store: wide tables, a column a fact, and long ones, a row a fact."""

from __future__ import annotations

from collections.abc import Sequence

from kpicore.decimals import as_shown, quoted
from kpicore.errors import DataError
from kpicore.figure import Unreadable, Value
from kpicore.io.adjustments import ItemLayout, ItemReader, item_layout
from kpicore.io.cell import Cell, Fault, filled
from kpicore.io.heading import MISS, Column, Headings, Layout, Miss
from kpicore.io.store import Store
from kpicore.io.table import Table
from kpicore.problem import Problem

_MOST_GUESSES = 50
_MOST_LISTED = 10


def collect(table: Table, headings: Headings, store: Store, items: ItemReader, sure: bool = False) -> None:
    """Reads a table to its end, one of figures or one of items (for `sure`, where a call says so); what is wrong with
    it goes to the store's problems."""
    of: ItemLayout | None = None
    if sure or headings.of_items(table.columns):
        of, problems = item_layout(table, headings, sure)
        layout = None if of is None else of.layout
    else:
        layout, problems = headings.layout(table)
    if layout is not None and "period" not in layout.keys and store.default_period is None:
        hint = "Add a column period, or say with --period which period the figures are for."
        problems.append(table.problem("no_period", "The file has no column period.", table.header_row, hint=hint))
        layout = None
    store.problems += problems
    tally = store.tally
    before = tally.rows
    try:
        if layout is None:
            tally.pages_left_out += 1
            _pass_over(table, store)
        elif of is not None:
            tally.pages += 1
            items.read(of)
        elif layout.long:
            tally.pages += 1
            _long(layout, headings, store)
        else:
            tally.pages += 1
            _wide(layout, store)
    except DataError as error:
        store.problems += error.problems or (Problem("unreadable_file", str(error), place=table.place()),)
    store.problems += table.problems
    tally.rows_set_aside += sum(problem.severity == "error" for problem in table.problems)
    tally.rows_blank += table.blank
    tally.cells_around += table.around
    tally.cells_heading += sum(bool(title) for title in table.columns)
    table.rows, table.again = (), None  # the table lives on as the place of each figure
    if layout is not None:
        _look_back(layout, store, empty=tally.rows == before, must=of is None)


def _look_back(layout: Layout, store: Store, empty: bool, must: bool) -> None:
    """What can be said of a table only when all of its rows have been read; whether it `must` have any."""
    table = layout.table
    if empty and not must:
        return
    if empty:
        hint = "Below the header it needs a row for each person."
        store.problems.append(table.problem("no_rows", "The file has a header and no rows.", hint=hint))
        return
    for other in layout.others:
        if other.filled and not other.title:
            letter = table.letter(other.index)
            message = f"Column {letter} has no heading and is not read."
            store.problems.append(
                table.problem("unknown_column", message, table.header_row, letter, severity="warning")
            )
    if layout.totals:
        listed = ", ".join(map(str, layout.totals[:_MOST_LISTED])) + (", ..." * (len(layout.totals) > _MOST_LISTED))
        several = len(layout.totals) > 1
        message = f"Rows {listed} are totals of others and are" if several else f"Row {listed} is a total and is"
        store.problems.append(table.problem("total_row", f"{message} not read.", layout.totals[0], severity="warning"))
    for column in layout.columns:
        column.cache.clear()
        if not column.filled:
            message = f"The column {quoted(column.title)} is empty in every row."
            row, title = table.header_row, column.title
            store.problems.append(table.problem("empty_column", message, row, title, severity="warning"))


def _pass_over(table: Table, store: Store) -> None:
    """Counts the rows of a table that can not be used as a whole."""
    for _, cells in table.rows:
        count = sum(map(filled, cells))
        store.tally.cells_set_aside += count
        store.tally.rows_set_aside += bool(count)
        store.tally.rows_blank += not count


def _wide(layout: Layout, store: Store) -> None:
    tally = store.tally
    taken, wrong = 0, store.not_read
    try:
        for number, cells in layout.table.rows:
            found = len(store.problems)
            entry = store.entry(layout, number, cells)
            if entry is None:
                continue
            _count(layout, cells, store)
            first = entry.last is None
            facts = entry.facts
            for column in layout.columns:
                raw = cells[column.index]
                value: Value | Unreadable | Miss | None = column.cache.get(raw, MISS) if isinstance(raw, str) else MISS
                if value is MISS:
                    value = store.value(entry, column, raw, layout, number)
                if value is None:
                    continue
                taken += 1
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
    finally:
        tally.cells_read += taken - (store.not_read - wrong)


def _count(layout: Layout, cells: Sequence[Cell], store: Store) -> None:
    """Counts the filled cells of a row that hold no figures."""
    tally = store.tally
    for index in layout.keys.values():
        if filled(cells[index]):
            tally.cells_key += 1
    for other in layout.others:
        if filled(cells[other.index]):
            tally.cells_key += other.of_draw
            tally.cells_unknown += not other.of_draw
            other.filled = True


def _long(layout: Layout, headings: Headings, store: Store) -> None:
    tally = store.tally
    at_fact, at_value = layout.keys["fact"], layout.keys["value"]
    columns: dict[str, Column | None] = {}
    taken, wrong = 0, store.not_read
    try:
        for number, cells in layout.table.rows:
            entry = store.entry(layout, number, cells)
            if entry is None:
                continue
            entry.last, entry.last_row = layout, number
            raw, word = cells[at_value], _word(cells[at_fact])
            if filled(raw) and (not word or isinstance(cells[at_fact], Fault)):
                _nameless(layout, store, number, cells)
                continue
            _count(layout, cells, store)
            if not filled(raw):
                continue
            tally.cells_key -= 1  # the value is no key
            if word not in columns:
                columns[word] = _fact(layout, headings, store, number, word, len(columns))
            column = columns[word]
            if column is None:
                tally.cells_unknown += 1
                continue
            value: Value | Unreadable | Miss | None = column.cache.get(raw, MISS) if isinstance(raw, str) else MISS
            if value is MISS:
                value = store.value(entry, column, raw, layout, number)
            if value is None:
                continue
            taken += 1
            if column.target.id in entry.facts:
                store.again(entry, column, value, raw, layout, number)
            else:
                entry.put(column.target.id, value, layout, number, column.title)
    finally:
        tally.cells_read += taken - (store.not_read - wrong)


def _word(raw: Cell) -> str:
    return "" if raw is None else str(raw).strip()


def _fact(layout: Layout, headings: Headings, store: Store, number: int, word: str, known: int) -> Column | None:
    """What stands for the values of one fact of a long table; None, with a problem, where there is no such fact."""
    targets = headings.targets(word)
    if len(targets) == 1:
        return Column(layout.keys["value"], layout.title("value"), targets[0])
    table, title, shown = layout.table, layout.title("fact"), as_shown(word)
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


def _nameless(layout: Layout, store: Store, number: int, cells: Sequence[Cell]) -> None:
    tally = store.tally
    tally.rows_read -= 1
    tally.rows_set_aside += 1
    tally.cells_set_aside += sum(map(filled, cells))
    message, hint = "The row does not say which fact it gives. It is set aside.", "Name the fact."
    shown = as_shown(cells[layout.keys["value"]])
    store.problems.append(
        layout.table.problem("bad_row", message, number, layout.title("fact"), hint=hint, value=shown)
    )
