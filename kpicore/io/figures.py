"""Reads the figures of a scheme from tables and joins them into rows, one a person and period."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from kpicore.io.collect import collect
from kpicore.io.entry import Entry, Sources
from kpicore.io.heading import Headings
from kpicore.io.key import Periods
from kpicore.io.protocol import TableReader
from kpicore.io.source import open_tables
from kpicore.io.store import Store, Tally
from kpicore.io.table import Table
from kpicore.model import SchemeModel
from kpicore.problem import Problem, closest
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
        return all(problem.severity == "warning" for problem in self.problems)


def load_figures(
    paths: Iterable[str | Path],
    readers: Mapping[str, TableReader],
    model: SchemeModel,
    *,
    default_period: Period | None = None,
    kinds: Sequence[str] | None = None,
) -> Figures:
    """The figures of files; `readers` go by ending. Raises DataError where a file can not be opened at all."""
    tables, problems = open_tables(paths, readers)
    return read_figures(tables, model, default_period=default_period, kinds=kinds, problems=problems)


def read_figures(
    tables: Iterable[Table],
    model: SchemeModel,
    *,
    default_period: Period | None = None,
    kinds: Sequence[str] | None = None,
    problems: Iterable[Problem] = (),
) -> Figures:
    """The figures of all tables, joined.

    `default_period` is that of tables without a column for it; `kinds` are the kinds of period that may stand in
    the others (those that the scheme scores, unless given). `problems` found before go ahead of those found here.
    """
    store = Store(Periods(model.periods if kinds is None else kinds), default_period, problems=list(problems))
    headings = Headings(model)
    for table in tables:
        collect(table, headings, store)
    rows = _rows(store)
    _unused(store)
    if not rows:
        message = "No row names an employee, so there is nobody to score."
        hint = "At least one file needs a column employee, with a row for each person."
        store.problems.append(Problem("no_people", message, hint=hint))
    return Figures(rows, tuple(store.problems), evolve(store.tally))


def _rows(store: Store) -> tuple[Row, ...]:
    """A row for each person and period, with the figures of the team and of everybody where it has none itself."""
    people = store.people
    periods = {text: store.periods[text] for text in dict.fromkeys(period for _, period in people)}
    order = list(people)
    if len(periods) > 1:
        turn = {employee: index for index, employee in enumerate(dict.fromkeys(who for who, _ in order))}
        place = {text: index for index, text in enumerate(sorted(periods, key=periods.__getitem__))}
        order.sort(key=lambda key: (turn[key[0]], place[key[1]]))
    return tuple(_row(store, key, periods[key[1]]) for key in order)


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
    return Row(key[0], period, facts, entry.name, entry.team, entry.occasion, Sources(entry, team, everybody), reasons)


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
