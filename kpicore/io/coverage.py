"""Holds figures against a roster: who is missing, who is not expected, who was in post for part of a period."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from attrs import evolve

from kpicore.io.figures import Figures
from kpicore.io.roster import Person, Roster
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.row import Reason, Row


def apply_roster(
    figures: Figures, roster: Roster, periods: Iterable[Period] | None = None, occasion: str | None = None
) -> Figures:
    """The figures with a row, without facts, for everybody who should be among them and is not.

    Expected is who is in post on any day of a period. The `periods` are those of the rows, unless given; on single
    days (visits) nobody is expected. Such a row is of the `occasion` and has the reason 'not_in_figures'; the rows of
    people in post for part of a period, 'in_post_for_part' with the days on which it began or ended. Who is not on the
    roster, or not in post in a period with figures, is a warning.
    """
    wanted: dict[str, Period] = {}
    for period in (row.period for row in figures.rows) if periods is None else periods:
        wanted.setdefault(str(period), period)
    expected = sorted((each for each in wanted.values() if each.kind != "day"), key=_turn)
    problems = list(figures.problems)
    by_employee: dict[str, dict[str, Row]] = {}
    for row in figures.rows:
        by_employee.setdefault(row.employee, {})[str(row.period)] = judged(row, roster, problems)
    for person in roster.people:
        rows = by_employee.setdefault(person.employee, {})
        missing = [each for each in expected if str(each) not in rows and person.in_post(each) is not None]
        for period in missing:
            rows[str(period)] = _absent(person, period, occasion)
            message = f"{_called(person)} is on the roster, and no file has figures for {period}."
            hint = "Ask for them, or enter when the person left."
            problems.append(
                Problem("not_in_figures", message, "warning", person.place, hint=hint, value=person.employee)
            )
        if missing and len(rows) > len(missing):
            by_employee[person.employee] = dict(sorted(rows.items(), key=lambda pair: _turn(pair[1].period)))
    for employee, rows in by_employee.items():
        if employee not in roster.by_employee:
            problems.append(_unknown(next(iter(rows.values()))))
    found = tuple(row for rows in by_employee.values() for row in rows.values())
    return evolve(figures, rows=found, problems=tuple(problems))


def _turn(period: Period) -> tuple[datetime.date, datetime.date, str]:
    return period.start, period.end, str(period)


def judged(row: Row, roster: Roster, problems: list[Problem]) -> Row:
    """A row of figures with what the roster has to say about its person."""
    person = roster.by_employee.get(row.employee)
    if person is None:
        return row
    reasons = tuple(_part(person, row.period))
    for reason in reasons:
        days = ", ".join(f"{name} {day}" for name, day in reason.values)
        message = f"{_called(person)} was in post for part of {row.period} only: {days}."
        problems.append(Problem("in_post_for_part", message, "warning", row.where, value=row.employee))
    if person.in_post(row.period) is None:
        message = f"{row.employee} was not in post in {row.period}, as the roster has it ({person.place})."
        hint = "The figures are scored all the same. Correct the roster or the figures."
        problems.append(Problem("not_in_post", message, "warning", row.where, hint=hint, value=row.employee))
    return evolve(row, reasons=(*row.reasons, *reasons)) if reasons else row


def _called(person: Person) -> str:
    return person.employee if person.name is None else f"{person.name} ({person.employee})"


def _absent(person: Person, period: Period, occasion: str | None) -> Row:
    reasons = (Reason.of("not_in_figures", place=person.place), *_part(person, period))
    return Row(person.employee, period, {}, person.name, person.team, occasion, reasons=reasons, absent=True)


def _part(person: Person, period: Period) -> Iterator[Reason]:
    days = person.in_post(period)
    if days is not None and days != (period.start, period.end):
        first = days[0] if days[0] != period.start else None
        last = days[1] if days[1] != period.end else None
        yield Reason.of("in_post_for_part", **{"from": first, "to": last})


def _unknown(row: Row) -> Problem:
    message = f"{row.employee} is not on the roster."
    hint = "The figures are scored all the same. Add the person to the roster, or correct the number."
    return Problem("not_on_roster", message, "warning", row.where, hint=hint, value=row.employee)
