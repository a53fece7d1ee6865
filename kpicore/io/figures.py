"""Reads the figures of a scheme from tables and joins them into rows, one a person and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from kpicore.adjustment import Adjustments, Allowed, adjusted
from kpicore.decimals import quoted
from kpicore.io.adjustments import ItemReader, Key
from kpicore.io.collect import collect
from kpicore.io.entry import Entry, Sources
from kpicore.io.heading import Headings
from kpicore.io.key import Periods
from kpicore.io.page import LEFT_OUT, NOT_UNDERSTOOD, table_of
from kpicore.io.protocol import TableReader
from kpicore.io.roster import Roster
from kpicore.io.source import open_tables
from kpicore.io.store import Store
from kpicore.io.table import Grid, Table
from kpicore.io.tally import Tally
from kpicore.model import SchemeModel
from kpicore.occasion import occasion_of
from kpicore.problem import Place, Problem, anything_set_aside, closest
from kpicore.protocols import Period
from kpicore.row import Reason, Row


@frozen
class Figures:
    """Rows in the order in which the files first name each employee, then by period; and what was wrong."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    counts: Tally

    @property
    def complete(self) -> bool:
        """Whether nothing was set aside: there are warnings at most."""
        return not anything_set_aside(self.problems)


def load_figures(
    paths: Iterable[str | Path],
    readers: Mapping[str, TableReader],
    model: SchemeModel,
    *,
    default_period: Period | None = None,
    kinds: Sequence[str] | None = None,
    roster: Roster | None = None,
    allowed: Allowed | None = None,
) -> Figures:
    """The figures of files; `readers` go by ending. Raises DataError where a file can not be opened at all."""
    tables, problems = open_tables(paths, readers)
    return read_figures(
        tables, model, default_period=default_period, kinds=kinds, problems=problems, roster=roster, allowed=allowed
    )


def read_figures(
    tables: Iterable[Table | Grid],
    model: SchemeModel,
    *,
    default_period: Period | None = None,
    kinds: Sequence[str] | None = None,
    problems: Iterable[Problem] = (),
    roster: Roster | None = None,
    allowed: Allowed | None = None,
) -> Figures:
    """The figures of all tables, joined, and the plus and minus items of tables that give those.

    `default_period` is that of tables without a column for it; `kinds` are the kinds of period that may stand in
    the others (those that the scheme scores, unless given). `problems` found before go ahead of those found here.
    A `roster` gives the names and teams that the figures leave blank, so that figures of teams reach their people;
    who of it is missing is asked with `apply_roster`. `allowed` says in which periods there may be items (what the
    model says, unless given).
    """
    periods = Periods(model.periods if kinds is None else kinds)
    store = Store(periods, default_period, model.occasions, problems=list(problems))
    headings = Headings(model)
    items = ItemReader(store, allowed or (lambda _: model.places))
    understood: dict[str, bool] = {}
    for each in tables:
        understood.setdefault(each.file, False)
        table = each if isinstance(each, Table) else table_of(each, headings, store.tally, store.problems)
        if table is not None:
            understood[each.file] = True
            collect(table, headings, store, items)
    store.tally.files = len(understood)
    spoken_of = {problem.place.file for problem in store.problems}
    for file in (file for file, known in understood.items() if not known and file not in spoken_of):
        hint = "It needs a header and a row for each person."
        store.problems.append(Problem("empty_file", "The file is empty.", place=Place(file), hint=hint))
    if roster is not None:
        _name(store, roster)
    rows = _rows(store, _claimed(store, items))
    _unused(store)
    if not rows:
        message = "No row names an employee, so there is nobody to score."
        hint = "At least one file needs a column employee, with a row for each person."
        store.problems.append(Problem("no_people", message, hint=hint))
    found = tuple(_weighed(problem, understood) for problem in store.problems)
    return Figures(rows, found, evolve(store.tally))


def _weighed(problem: Problem, understood: Mapping[str, bool]) -> Problem:
    """A page that is hidden or not understood is a mistake where its file has no other."""
    if problem.code in (LEFT_OUT, NOT_UNDERSTOOD) and not understood[problem.place.file or ""]:
        return evolve(problem, severity="error")
    return problem


def _name(store: Store, roster: Roster) -> None:
    """Fills names and teams that the figures leave blank; what they say otherwise than the roster stays."""
    told: set[tuple[str, str]] = set()
    for (employee, period), entry in store.people.items():
        person = roster.by_employee.get(employee)
        if person is None:
            continue
        if entry.name is None:
            entry.name = person.name
        if entry.team is None:
            entry.team = person.team
        for about, held, given in (("name", entry.name, person.name), ("team", entry.team, person.team)):
            if given is None or held == given or held is None or (employee, about) in told:
                continue
            told.add((employee, about))
            message = (
                f"The {about} of {employee} is {quoted(held)} in the figures of {period}, "
                f"and {quoted(given)} in the roster ({person.place})."
            )
            table = entry.layout.table
            hint = "The figures' is used. Correct one of the two."
            problem = table.problem(f"roster_{about}", message, entry.row, severity="warning", hint=hint, value=held)
            store.problems.append(evolve(problem, expected=given))


def _claimed(store: Store, items: ItemReader) -> Mapping[Key, Adjustments]:
    """The items by person and period; those of people without any figures then are set aside."""
    found = items.whole()
    for key in found:
        if key in store.people:
            store.problems += items.told_otherwise(key, store.people[key])
    store.problems += items.set_aside((key for key in found if key not in store.people), store.people)
    return found


def _rows(store: Store, items: Mapping[Key, Adjustments]) -> tuple[Row, ...]:
    """A row for each person and period, with the figures of the team and of everybody where it has none itself."""
    people = store.people
    periods = {text: store.periods[text] for text in dict.fromkeys(period for _, period in people)}
    order = list(people)
    if len(periods) > 1:
        turn = {employee: index for index, employee in enumerate(dict.fromkeys(who for who, _ in order))}
        place = {text: index for index, text in enumerate(sorted(periods, key=periods.__getitem__))}
        order.sort(key=lambda key: (turn[key[0]], place[key[1]]))
    return tuple(adjusted(_row(store, key, periods[key[1]]), items.get(key)) for key in order)


def _row(store: Store, key: tuple[str, str], period: Period) -> Row:
    entry = store.people[key]
    team = store.teams.get((entry.team, key[1])) if entry.team is not None else None
    everybody = store.everybody.get(("", key[1]))
    facts = entry.facts
    reasons: tuple[Reason, ...] = ()
    if team is not None or everybody is not None:
        facts = {
            **(everybody.facts if everybody is not None else {}),
            **(team.facts if team is not None else {}),
            **facts,
        }
        reasons = tuple(_reasons((entry, team, everybody)))
    elif entry.reasons:
        reasons = tuple(_reasons((entry,)))
    occasion = occasion_of(entry.occasion or "", store.occasions)
    return Row(key[0], period, facts, entry.name, entry.team, occasion, Sources(entry, team, everybody), reasons)


def _reasons(layers: Iterable[Entry | None]) -> Iterable[Reason]:
    """What is to be said of the figures that the row takes from each layer."""
    taken: set[str] = set()
    for layer in layers:
        if layer is None:
            continue
        for fact, reason in layer.reasons or ():
            if fact not in taken:
                yield reason
        taken |= layer.facts.keys()


def _unused(store: Store) -> None:
    """Warns of teams with figures in which nobody is, for their names are easily misspelt."""
    known = {entry.team for entry in store.people.values() if entry.team is not None}
    if not store.people:
        return
    warned: set[str] = set()
    for (team, _), entry in store.teams.items():
        if team in known or team in warned:
            continue
        warned.add(team)
        near = closest(team, known) if len(warned) <= 50 else None
        title = entry.layout.title("team")
        store.problems.append(
            entry.layout.table.problem(
                "unused_team",
                f"Nobody is in the team '{team}', so its figures are not used.",
                entry.row,
                title,
                severity="warning",
                hint=f"Did you mean '{near}'?" if near is not None else "",
                value=team,
            )
        )
