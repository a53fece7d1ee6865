"""Reads tables of plus and minus items: a row an item, any number of rows for a person and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import define, evolve, field, frozen

from kpicore.adjustment import PARTS, Adjustments, Allowed, repeated
from kpicore.decimals import quoted
from kpicore.errors import FigureError
from kpicore.figure import KINDS, Bounds
from kpicore.io.cell import Cell, filled
from kpicore.io.entry import Entry
from kpicore.io.heading import ITEM_KEYS, KEYS, Column, Headings, Layout, Other, Target, columns_by, key_columns
from kpicore.io.item import TWICE, Fault, read_item, together
from kpicore.io.key import key_text
from kpicore.io.store import Store
from kpicore.io.table import Table
from kpicore.problem import Place, Problem, closest
from kpicore.row import Adjustment, Reason

Key = tuple[str, str]
"""An employee and the text of a period."""

ALLOW = "Write [adjustments] in the scheme, with least and most where their sum is to have bounds."
_COLUMNS = ("employee", "period", *PARTS)
_TOLD = ("name", "team")
_SPELLINGS = [spelling for keys in (KEYS, ITEM_KEYS) for spellings in keys.values() for spelling in spellings]
_MOST_GUESSES = 20
_MOST_KNOWN = 10_000


@frozen
class ItemLayout:
    """What the columns of a table of items mean; `parts` gives the index of each part of an item."""

    layout: Layout
    parts: Mapping[str, int]


def item_layout(table: Table, headings: Headings, sure: bool = False) -> tuple[ItemLayout | None, list[Problem]]:
    """What the table's columns mean, None where it can not be used, and what is wrong with its header. It is `sure` to
    be a table of items where a call says so; then no heading means a fact."""
    row = table.header_row
    if not headings.adjusting:
        message = "The file gives plus and minus items, and the scheme allows none."
        return None, [table.problem("adjustments_not_allowed", message, row, hint=ALLOW)]
    keys, problems = key_columns(table)
    parts, twice = columns_by(table, lambda title: headings.part(title, sure))
    problems += twice
    read = {*keys.values(), *parts.values()}
    others = [index for index in range(len(table.columns)) if index not in read]
    lacking = [name for name in ("employee", "points", "reason") if name not in {*keys, *parts}]
    if lacking and not problems:
        message = f"A table of plus and minus items needs a column {lacking[0]}."
        problems.append(table.problem("no_key_column", message, row, hint=f"It has {', '.join(_COLUMNS)}."))
    if problems:
        return None, problems
    if "author" not in parts:
        message = "The file gives plus and minus items, and no column author says who entered them."
        hint = "Until there is one, the totals of these people can not be told."
        problems.append(table.problem("no_author", message, row, hint=hint))
    points = Target("points", Bounds(KINDS["number"]))
    layout = Layout(table, keys, [Column(parts["points"], table.columns[parts["points"]], points)])
    for index in others:
        title = table.columns[index]
        layout.others.append(Other(index, title))
        if headings.targets(title) and not sure:
            message = f"Beside plus and minus items no figures are read, so the column {quoted(title)} is not."
            problems.append(table.problem("unknown_column", message, row, title, hint="Give them in another file."))
        elif title:
            message = f"An item has no {quoted(title)}, so the column is not read."
            near = closest(title, _SPELLINGS) if len(layout.others) <= _MOST_GUESSES else None
            hint = "" if near is None else f"Did you mean '{near}'?"
            problems.append(table.problem("unknown_column", message, row, title, severity="warning", hint=hint))
    return ItemLayout(layout, parts), problems


@frozen
class _Line:
    """Where an item stands, what its row says of the person, and in which classes its cells were counted."""

    layout: Layout
    number: int
    told: Mapping[str, str]
    counted: Mapping[str, int]


@define
class _Gathered:
    items: list[Adjustment] = field(factory=list)
    faults: list[Reason] = field(factory=list)
    lines: list[_Line] = field(factory=list)


@define(eq=False)
class ItemReader:
    """Reads tables of items, whose problems and counts go to the store of the figures beside them."""

    store: Store
    allowed: Allowed
    _found: dict[Key, _Gathered] = field(factory=dict)
    _places: dict[str, int | FigureError] = field(factory=dict)

    def read(self, of: ItemLayout) -> None:
        """Reads the rows of a table to its end."""
        layout, store = of.layout, self.store
        for number, cells in layout.table.rows:
            layout.columns[0].filled = True  # a blank one is told of row by row
            key = store.whose(layout, number, cells, store.people)
            if key is None:
                continue
            places = self._in(key[1])
            if isinstance(places, FigureError):
                at = "period" if "period" in layout.keys else "employee"
                problem = Problem("adjustments_not_allowed", places.sentence, hint=places.hint)
                store.set_aside(layout, number, cells, at, problem)
                continue
            store.tally.rows_read += 1
            self._item(of, number, cells, key, places)

    def _in(self, period: str) -> int | FigureError:
        """The decimals that items of a period may have, or why there are none."""
        if period not in self._places:
            try:
                self._places[period] = self.allowed(self.store.periods[period])
            except FigureError as error:
                self._places[period] = error
        return self._places[period]

    def _item(self, of: ItemLayout, number: int, cells: Sequence[Cell], key: Key, places: int) -> None:
        layout, table = of.layout, of.layout.table
        item, faults = read_item({part: cells[at] for part, at in of.parts.items()}, places, table.place(number))
        gathered = self._found.setdefault(key, _Gathered())
        gathered.items += () if item is None else (item,)
        for fault in faults:
            at = of.parts.get(fault.part)
            place = table.place(number, None if at is None else table.columns[at])
            gathered.faults.append(fault.reason(place))
            if at is not None:  # a column that is not there has been told of already
                self.store.problems.append(_problem(fault, place, key))
        told = {about: _text(cells[layout.keys[about]]) for about in _TOLD if about in layout.keys}
        gathered.lines.append(_Line(layout, number, told, self._count(of, cells, {fault.part for fault in faults})))

    def _count(self, of: ItemLayout, cells: Sequence[Cell], bad: set[str]) -> dict[str, int]:
        """Counts the filled cells of a row; in which class how many."""
        counted: dict[str, int] = {}
        classes = [(index, "cells_key") for index in of.layout.keys.values()]
        classes += [(other.index, "cells_unknown") for other in of.layout.others]
        for part in PARTS:
            if part in of.parts:
                read = "cells_read" if part == "points" else "cells_key"
                classes.append((of.parts[part], "cells_unreadable" if part in bad else read))
        for index, name in classes:
            if filled(cells[index]):
                counted[name] = counted.get(name, 0) + 1
        for other in of.layout.others:
            other.filled = other.filled or filled(cells[other.index])
        self._add(counted, 1)
        return counted

    def _add(self, counted: Mapping[str, int], sign: int) -> None:
        tally = self.store.tally
        for name, count in counted.items():
            setattr(tally, name, getattr(tally, name) + sign * count)

    def whole(self) -> dict[Key, Adjustments]:
        """What was read, by employee and period; a problem is added for each item that says the same twice."""
        found: dict[Key, Adjustments] = {}
        for key, gathered in self._found.items():
            found[key] = together(gathered.items, gathered.faults)
            for item, before in repeated(gathered.items):
                message = (
                    f"The item stands in {before.place} too, so the total of {key[0]} in {key[1]} can not be told."
                )
                self.store.problems.append(Problem("same_adjustment_twice", message, place=item.place, hint=TWICE))
        return found

    def set_aside(self, unclaimed: Iterable[Key], known: Iterable[Key]) -> list[Problem]:
        """A problem for each item of people without any figures of the period; `known` are those who have some."""
        keys = list(unclaimed)
        if not keys:
            return []
        periods: dict[str, list[str]] = {}
        for employee, period in known:
            periods.setdefault(employee, []).append(period)
        problems: list[Problem] = []
        tally = self.store.tally
        for place, key in enumerate(keys):
            hint = _elsewhere(key, periods) if place < _MOST_GUESSES else ""
            problems += self.unused(key, hint)
            for line in self._found[key].lines:
                self._add(line.counted, -1)
                tally.rows_read, tally.rows_set_aside = tally.rows_read - 1, tally.rows_set_aside + 1
                tally.cells_set_aside += sum(line.counted.values())
        return problems

    def unused(self, key: Key, hint: str = "") -> list[Problem]:
        """A problem for each item of somebody who has no figures of the period."""
        message = f"There are no figures of {key[0]} for {key[1]}. The item is set aside."
        return [
            line.layout.table.problem(
                "unused_adjustment", message, line.number, line.layout.title("employee"), hint=hint, value=key[0]
            )
            for line in self._found[key].lines
        ]

    def told_otherwise(self, key: Key, entry: Entry) -> list[Problem]:
        """What rows of items call a person, or the person's team, otherwise than the figures do."""
        problems: list[Problem] = []
        for line in self._found[key].lines:
            for about, text in line.told.items():
                held = getattr(entry, about)
                if text and held is not None and text != held:
                    table, title = line.layout.table, line.layout.title(about)
                    message = (
                        f"The {about} of {key[0]} in {key[1]} is {quoted(text)} here and {quoted(held)} in the figures."
                    )
                    hint = "The item counts for the employee all the same. Correct one of the two."
                    found = table.problem(f"conflicting_{about}", message, line.number, title, hint=hint, value=text)
                    problems.append(evolve(found, expected=held))
        return problems


def _problem(fault: Fault, place: Place, key: Key) -> Problem:
    message = f"{fault.error.sentence} The total of {key[0]} in {key[1]} can not be told until that is mended."
    return evolve(fault.problem(place), message=message)


def _text(raw: Cell) -> str:
    try:
        return key_text(raw)
    except FigureError:
        return ""


def _elsewhere(key: Key, periods: Mapping[str, Sequence[str]]) -> str:
    """What may have been meant."""
    employee, _ = key
    if employee in periods:
        return f"There are figures of {employee} for {', '.join(sorted(periods[employee])[:3])}."
    near = closest(employee, list(periods)[:_MOST_KNOWN])
    return "" if near is None else f"Did you mean '{near}'?"
