"""Keeps the figures read so far by person, team and period, and what was wrong with the rows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from attrs import define, evolve, field

from kpicore.decimals import as_shown, quoted
from kpicore.errors import FigureError, PeriodError
from kpicore.figure import UNREADABLE, Bounds, Unreadable, Value, read
from kpicore.io.cell import Cell, Covered, Fault, filled
from kpicore.io.entry import Entry
from kpicore.io.heading import Column, Layout
from kpicore.io.key import Periods, key_text
from kpicore.io.tally import Tally
from kpicore.io.total import is_total, is_word
from kpicore.occasion import occasion_of
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.row import Reason

MOST_CACHED = 50_000
"""The most texts whose values a column remembers."""

"""The most characters of a cell that a problem repeats."""

Entries = dict[tuple[str, str], Entry]


@define(eq=False)
class Store:
    """Entries by (employee, period), by (team, period) and, for everybody, by ('', period).

    `covered`: the figures that are unreadable because a merged cell reaches over theirs. `occasions` are those that
    the scheme declares; where it declares some, a row of any other is set aside.
    """

    periods: Periods
    default_period: Period | None = None
    occasions: Sequence[str] = ()
    people: Entries = field(factory=dict)
    teams: Entries = field(factory=dict)
    everybody: Entries = field(factory=dict)
    problems: list[Problem] = field(factory=list)
    tally: Tally = field(factory=Tally)
    covered: int = 0
    _texts: dict[str, str] = field(factory=dict)
    _named: dict[str, str] = field(factory=dict)
    _told: dict[tuple[str, str, str], tuple[Layout, int]] = field(factory=dict)

    @property
    def not_read(self) -> int:
        """How many values were no figures, or contradicted one."""
        return self.tally.cells_unreadable + self.tally.cells_conflicting + self.covered

    def entry(self, layout: Layout, number: int, cells: Sequence[Cell]) -> Entry | None:
        """The entry that a row belongs to; None where the row is blank, a total, or its keys can not be read."""
        level = layout.level
        entries = self.people if level == "employee" else self.teams if level == "team" else self.everybody
        key = self.whose(layout, number, cells, entries)
        if key is None:
            return None
        occasion = ""
        if self.occasions and level == "employee" and "occasion" in layout.keys:
            try:
                occasion = self._occasion(cells[layout.keys["occasion"]])
            except FigureError as error:
                found = Problem("bad_occasion", error.sentence, hint=error.hint, expected=error.expected)
                self.set_aside(layout, number, cells, "occasion", found)
                return None
        self.tally.rows_read += 1
        entry = entries.get(key)
        if entry is None:
            entry = entries[key] = Entry(layout, number)
        if layout.about:
            self._tell(entry, key, layout, number, cells, occasion)
        return entry

    def whose(
        self, layout: Layout, number: int, cells: Sequence[Cell], entries: Mapping[tuple[str, str], object]
    ) -> tuple[str, str] | None:
        """Whom a row is about, and its period; None where the row is blank, a total, or its keys can not be read.

        A word for a total names nobody, unless it stands among the `entries`.
        """
        keys = layout.keys
        try:
            if "period" in keys:
                period = self.periods.text(cells[keys["period"]])
            else:
                assert self.default_period is not None
                period = self.periods.add(self.default_period)
        except PeriodError as error:
            self.set_aside(layout, number, cells, "period", error.problems[0])
            return None
        level = layout.level
        if level == "period":
            return "", period
        raw = cells[keys[level]]
        if isinstance(raw, str) and (raw, period) in entries:
            return raw, period
        try:
            who = key_text(raw)
            if not who:
                raise FigureError(f"The row names no {level}.", f"the {level}'s number or name")
        except FigureError as error:
            found = Problem(f"bad_{level}", error.sentence, hint=error.hint, expected=error.expected)
            self.set_aside(layout, number, cells, level, found)
            return None
        if (who, period) not in entries and is_word(who):
            self._total(layout, number, cells)
            return None
        return who, period

    def _occasion(self, raw: Cell) -> str:
        """The declared occasion that a cell names, '' where it is blank; raises FigureError."""
        known = self._named.get(raw) if isinstance(raw, str) else None
        if known is not None:
            return known
        text = key_text(raw)
        found = (occasion_of(text, self.occasions) or "") if text else ""
        if isinstance(raw, str) and len(self._named) < MOST_CACHED:
            self._named[raw] = found
        return found

    def set_aside(self, layout: Layout, number: int, cells: Sequence[Cell], key: str, problem: Problem) -> None:
        """Notes that a row is not used, unless it is blank anyhow, or a total."""
        count = sum(map(filled, cells))
        if not count:
            self.tally.rows_blank += 1
            return
        if is_total(layout, number, cells):
            self._total(layout, number, cells)
            return
        self.tally.rows_set_aside += 1
        self.tally.cells_set_aside += count
        raw = cells[layout.keys[key]]
        shown = as_shown(raw)
        message = f"{problem.message} The row is set aside."
        place = layout.table.place(number, layout.title(key))
        self.problems.append(evolve(problem, place=place, message=message, value=shown))

    def _total(self, layout: Layout, number: int, cells: Sequence[Cell]) -> None:
        self.tally.rows_total += 1
        self.tally.cells_total += sum(map(filled, cells))
        layout.totals.append(number)

    def _tell(
        self,
        entry: Entry,
        key: tuple[str, str],
        layout: Layout,
        number: int,
        cells: Sequence[Cell],
        occasion: str,
    ) -> None:
        """Takes over the employee's name, team and occasion; the first that was told is kept."""
        for about, index in layout.about:
            raw = cells[index]
            text: str | None
            if about == "occasion" and self.occasions:
                text = occasion
            else:
                text = self._texts.get(raw) if isinstance(raw, str) else None
                if text is None:
                    text = self._text(raw, layout, number, about)
            if not text:
                continue
            held = getattr(entry, about)
            if held is None:
                setattr(entry, about, text)
                if entry.layout is not layout or entry.row != number:
                    self._told[(*key, about)] = (layout, number)
            elif held != text:
                before, row = self._told.get((*key, about), (entry.layout, entry.row))
                first = before.table.place(row, before.title(about))
                message = f"The {about} of {key[0]} in {key[1]} is {quoted(text)} here and {quoted(held)} in {first}."
                self.problems.append(
                    layout.table.problem(
                        f"conflicting_{about}",
                        message,
                        number,
                        layout.title(about),
                        value=text,
                        expected=held,
                        hint=f"{quoted(held)} is kept. Correct one of the two.",
                    )
                )

    def _text(self, raw: Cell, layout: Layout, number: int, about: str) -> str:
        try:
            text = key_text(raw)
        except FigureError as error:
            shown, title = as_shown(raw), layout.title(about)
            message = f"{error.sentence} The {about} is taken as blank."
            self.problems.append(
                layout.table.problem(f"bad_{about}", message, number, title, value=shown, expected=error.expected)
            )
            return ""
        if isinstance(raw, str) and len(self._texts) < MOST_CACHED:
            self._texts[raw] = text
        return text

    def value(self, entry: Entry, column: Column, raw: Cell, layout: Layout, number: int) -> Value | Unreadable | None:
        """The value of a cell that is not in the column's cache; UNREADABLE, with a problem, where it has none."""
        try:
            value = read_cell(raw, column.target.bounds)
        except FigureError as error:
            fact, shown = column.target.id, as_shown(raw)
            place = layout.table.place(number, column.title)
            self.problems.append(
                Problem("bad_figure", error.sentence, "error", place, fact, error.hint, shown, error.expected)
            )
            entry.note(fact, Reason.of("unreadable_figure", fact=fact, value=shown, place=place))
            if filled(raw):
                self.tally.cells_unreadable += 1
            else:
                self.covered += 1
            column.filled = True
            return UNREADABLE
        if value is not None:
            column.filled = True
        if isinstance(raw, str) and len(column.cache) < MOST_CACHED:
            column.cache[raw] = value
        return value

    def again(
        self, entry: Entry, column: Column, value: Value | Unreadable, raw: Cell, layout: Layout, number: int
    ) -> None:
        """A second figure for a fact that the entry has already: equal ones agree, others make it unreadable."""
        fact = column.target.id
        held = entry.facts[fact]
        if held is UNREADABLE or held == value:
            return
        if value is UNREADABLE:
            entry.put(fact, value, layout, number, column.title)
            return
        first, here = entry.place(fact), layout.table.place(number, column.title)
        shown, other = as_shown(raw), as_shown(held)
        message = f"It is {quoted(shown)} here and {quoted(other)} in {first}, so neither is used."
        hint = "Correct one of the two, or remove it."
        self.problems.append(Problem("conflicting_figures", message, "error", here, fact, hint, shown, other))
        reason = Reason.of(
            "conflicting_figures", fact=fact, value=shown, place=here, other_value=other, other_place=first
        )
        entry.note(fact, reason)
        entry.facts[fact] = UNREADABLE
        self.tally.cells_conflicting += 1

    def repeated(self, entry: Entry, layout: Layout, number: int) -> None:
        """Notes a second row of one table for the same person (or team, or everybody) that contradicts nothing."""
        if entry.last is not layout:
            return
        self.tally.duplicates += 1
        before = entry.last_row
        message = f"The row is about the same {layout.level} and period as row {before}, and contradicts nothing."
        table = layout.table
        hint = "Remove one of the two."
        self.problems.append(table.problem("duplicate_row", message, number, severity="warning", hint=hint))
        if layout.level == "employee":
            entry.note("", Reason.of("duplicate_row", place=table.place(number), other_place=table.place(before)))


def read_cell(raw: Cell, bounds: Bounds) -> Value | None:
    """The value of a figure's cell, also of those that only a typed file has; raises FigureError."""
    if isinstance(raw, Fault):
        raise raw.error()
    if isinstance(raw, Covered):
        raise FigureError("The cell is merged with the one above it.", "a cell of its own", "Undo the merging.")
    number = bounds.kind.type == "number"
    if number and isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
        raise FigureError("A date or a time stands where a number is meant.", "a number", "Format it as a number.")
    if bounds.kind.name == "text" and isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)  # a spreadsheet keeps a text of digits as a number
    return read(raw, bounds)
