"""Reads a roster: who is employed, in which team and at which level, and from when to when."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from attrs import define, evolve, field, frozen

from kpicore.decimals import as_shown, folded, quoted
from kpicore.errors import FigureError, PeriodError
from kpicore.io.cell import Cell, filled
from kpicore.io.heading import KEYS
from kpicore.io.key import Periods, key_text
from kpicore.io.page import table_of
from kpicore.io.protocol import TableReader
from kpicore.io.source import READERS, open_tables
from kpicore.io.table import Table, table_from
from kpicore.io.tally import Tally
from kpicore.io.total import is_word
from kpicore.problem import Place, Problem, Severity
from kpicore.protocols import Period

ROSTER_KEYS: dict[str, tuple[str, ...]] = {
    "employee": KEYS["employee"],
    "name": KEYS["name"],
    "team": KEYS["team"],
    "level": ("level", "级别", "职级"),
    "level_since": ("level_since", "level since", "任级月份", "任级时间", "任级日期"),
    "employed_from": ("employed_from", "employed from", "入职日期", "入职时间", "入职月份", "在岗起"),
    "employed_to": ("employed_to", "employed to", "离职日期", "离职时间", "离职月份", "在岗止"),
}
"""The columns of a roster and how their headings may be written."""

_SPELLINGS = {spelling: key for key, spellings in ROSTER_KEYS.items() for spelling in spellings}
_TEXTS = ("name", "team", "level")
_MOST_LISTED = 12


@frozen
class Person:
    """One line of a roster. What it leaves blank is None; `employed_to` is the last day in post."""

    employee: str
    name: str | None = None
    team: str | None = None
    level: str | None = None
    level_since: Period | None = None
    employed_from: datetime.date | None = None
    employed_to: datetime.date | None = None
    place: Place = Place()

    def in_post(self, period: Period) -> tuple[datetime.date, datetime.date] | None:
        """The first and the last day of a period on which the person is in post; None where there is none."""
        first = max(period.start, self.employed_from or period.start)
        last = min(period.end, self.employed_to or period.end)
        return (first, last) if first <= last else None


@define(frozen=True, slots=False)
class Roster:
    """The people of a roster, in its order, each once."""

    people: tuple[Person, ...] = ()

    @cached_property
    def by_employee(self) -> Mapping[str, Person]:
        """The people by their employee's number."""
        return {person.employee: person for person in self.people}


def read_roster(path: str | Path, readers: Mapping[str, TableReader]) -> tuple[Roster, tuple[Problem, ...]]:
    """The roster in a file, whose pages are taken together, and what was wrong with it.

    Columns are those of `ROSTER_KEYS`; a file needs at least the employees. Days and months are both taken: a month
    counts from its first day, or to its last. Raises DataError where the file can not be opened at all.
    """
    tables, found = open_tables([path], readers)
    reading = _Reading(problems=list(found))
    for each in tables:
        table = each if isinstance(each, Table) else table_of(each, _Headings(), Tally(), reading.problems)
        if table is not None:
            reading.read(table)
    if not reading.tables:
        reading.problems = [evolve(problem, severity="error") for problem in reading.problems]
    if not reading.tables and not reading.problems:
        message = "The roster is empty."
        reading.problems.append(Problem("empty_file", message, place=Place(str(path)), hint="It needs employees."))
    return Roster(tuple(reading.people.values())), tuple(reading.problems)


class _Headings:
    """Says of a heading which column of a roster it names."""

    def key(self, heading: str) -> str | None:
        return _SPELLINGS.get(folded(heading))

    def knows(self, heading: str) -> bool:
        return self.key(heading) is not None


@define
class _Reading:
    people: dict[str, Person] = field(factory=dict)
    problems: list[Problem] = field(factory=list)
    tables: int = 0
    _periods: Periods = field(factory=lambda: Periods(("month", "day")))

    def read(self, table: Table) -> None:
        """Takes over the people of a table."""
        keys: dict[str, int] = {}
        unknown: list[str] = []
        for index, title in enumerate(table.columns):
            key = _SPELLINGS.get(folded(title))
            if key is None:
                unknown += [title] if title else []
            elif key in keys:
                message = f"Two columns both mean {key}."
                hint = "Keep one of them; the table is set aside until then."
                self.problems.append(table.problem("same_column_twice", message, table.header_row, title, hint=hint))
                return
            else:
                keys[key] = index
        if "employee" not in keys:
            message, hint = "The roster has no column employee.", "Name the column with the employees' numbers so."
            self.problems.append(table.problem("no_key_column", message, table.header_row, hint=hint))
            return
        self.tables += 1
        if unknown:
            listed = ", ".join(map(quoted, unknown[:_MOST_LISTED])) + (", ..." * (len(unknown) > _MOST_LISTED))
            message = f"A roster has no column {listed}; what stands there is not read."
            self.problems.append(
                table.problem("unknown_column", message, table.header_row, unknown[0], severity="warning")
            )
        for number, cells in table.rows:
            if any(map(filled, cells)):
                self._row(table, keys, number, cells)
        self.problems += table.problems
        table.rows, table.again = (), None

    def _row(self, table: Table, keys: Mapping[str, int], number: int, cells: Sequence[Cell]) -> None:
        line = _Line(table, keys, number, cells, self._periods, self.problems)
        employee = line.text("employee", "The row is set aside.")
        if not employee:
            if employee is not None:
                line.wrong("bad_employee", "employee", "The row names no employee. It is set aside.")
            return
        if is_word(employee):
            line.wrong("total_row", "employee", "The row is a total and is not read.", severity="warning")
            return
        name, team, level = (line.text(key, f"The {key} is taken as blank.") or None for key in _TEXTS)
        first, last = line.period("employed_from"), line.period("employed_to")
        since = line.period("level_since")
        person = Person(
            employee,
            name,
            team,
            level,
            level_since=since.months[0] if since is not None else None,
            employed_from=first.start if first is not None else None,
            employed_to=last.end if last is not None else None,
            place=table.place(number),
        )
        if first is not None and last is not None and first.start > last.end:
            message = f"The employment ends before it begins, on {first.start}. Neither is used."
            line.wrong("bad_employed_to", "employed_to", message, "Correct one of the two.")
            person = evolve(person, employed_from=None, employed_to=None)
        held = self.people.setdefault(employee, person)
        if held is not person:
            same = evolve(person, place=held.place) == held
            message = f"{quoted(employee)} stands in {held.place} already, {'alike' if same else 'with other words'}."
            hint = "That line is used. Remove one of the two."
            line.wrong("duplicate_employee", "employee", message, hint, severity="warning" if same else "error")


@define
class _Line:
    """One row of a roster, and where its problems go."""

    table: Table
    keys: Mapping[str, int]
    number: int
    cells: Sequence[Cell]
    periods: Periods
    problems: list[Problem]

    def text(self, key: str, consequence: str) -> str | None:
        """The text of a cell, '' where blank; None, with a problem, where it can not be read."""
        if key not in self.keys:
            return ""
        try:
            return key_text(self.cells[self.keys[key]])
        except FigureError as error:
            self.wrong(f"bad_{key}", key, f"{error.sentence} {consequence}", error.hint, error.expected)
            return None

    def period(self, key: str) -> Period | None:
        """The day or month of a cell; None where it is blank, or, with a problem, where it can not be read."""
        if key not in self.keys or not str(self.cells[self.keys[key]] or "").strip():
            return None
        try:
            return self.periods[self.periods.text(self.cells[self.keys[key]])]
        except PeriodError as error:
            problem = error.problems[0]
            message = f"{problem.message} It is taken as blank."
            self.wrong(f"bad_{key}", key, message, problem.hint, problem.expected)
            return None

    def wrong(
        self, code: str, key: str, message: str, hint: str = "", expected: str = "", severity: Severity = "error"
    ) -> None:
        """Notes a problem of one of the row's cells."""
        index = self.keys[key]
        shown = as_shown(self.cells[index])
        title = self.table.columns[index]
        problem = self.table.problem(code, message, self.number, title, severity=severity, hint=hint, value=shown)
        self.problems.append(evolve(problem, expected=expected))


def roster_of(given: object) -> tuple[Roster, tuple[Problem, ...]]:
    """The roster that somebody gives: one that was read, the path of a file, a table, or mappings, one a person.

    Raises DataError where a file can not be opened, UsageError for what is none of these.
    """
    if isinstance(given, Roster):
        return given, ()
    if isinstance(given, str | Path):
        return read_roster(given, {ending: reader for reader in READERS for ending in reader.suffixes})
    table = table_from(given, "", "A roster is a file, a table, or mappings with employee, level and level_since.")
    if table is None:
        return Roster(), ()
    reading = _Reading()
    reading.read(table)
    return Roster(tuple(reading.people.values())), tuple(reading.problems)
