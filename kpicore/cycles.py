"""The cycles of people on a ladder: rows of their own beside the rows of the months that they look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from attrs import define, evolve, field

from kpicore.decimals import folded, plain_text, quoted
from kpicore.figure import UNREADABLE, Figure
from kpicore.formula.node import Along, Fact, walk
from kpicore.ladder import LEVEL, OVER, SINCE
from kpicore.ladderspec import LadderSpec
from kpicore.model import Sheet
from kpicore.problem import Place, Problem, did_you_mean
from kpicore.protocols import Period
from kpicore.row import Reason, Row
from kpicore.stretch import Cycle, Month, month_of

_MOST_CYCLES = 1200


class Post(Protocol):
    """What a roster says of a person: the level, and since which month it is held."""

    @property
    def employee(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def team(self) -> str | None: ...
    @property
    def level(self) -> str | None: ...
    @property
    def level_since(self) -> Period | None: ...
    @property
    def place(self) -> Place: ...


@define(eq=False)
class Cycles:
    """Makes the cycles of people from their months. `problems` are what it finds wrong on the way.

    The first cycle begins with the month since when the level is held; the others follow one another. A cycle has a
    row once the person has figures of its first month or a later one; it is over once they have some of its last month
    or a later one.
    """

    sheet: Sheet
    posts: Mapping[str, Post] | None
    problems: list[Problem] = field(factory=list)
    _levels: Mapping[str, str] = field(init=False)
    _once: tuple[str, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._levels = _level_names(self.ladder)
        self._once = given_once(self.sheet)

    @property
    def ladder(self) -> LadderSpec:
        """The ladder that is climbed."""
        assert self.sheet.model.ladder is not None
        return self.sheet.model.ladder

    def of(self, rows: Iterable[Row]) -> list[Row]:
        """The cycles' rows, a person's after one another, in the order in which people first appear."""
        people: dict[str, list[Row]] = {}
        for row in rows:
            people.setdefault(row.employee, []).append(row)
        if self.posts is None:
            self._no_roster()
            return []
        found = [row for employee, mine in people.items() for row in self._person(employee, mine)]
        last = max((_last(row) for mine in people.values() for row in mine), default=None)
        for post in self.posts.values():
            if post.employee not in people and last is not None:
                found += self._absent(post, last)
        return found

    def whole(self, post: Post, rows: Sequence[Row], period: Period) -> list[Row] | None:
        """A person's cycles up to one of them, begun or not; None where that is none of theirs."""
        start = self._start(post)
        if start is None:
            return None
        level, since = start
        by_month = {str(row.period): row for row in rows}
        last = max(map(_last, rows), default=since.later(-1))
        cycles = list(self._cycles(since, month_of(period.start)))
        if not cycles or cycles[-1] != period:
            return None
        return [self._row(post, level, cycle, last, by_month) for cycle in cycles]

    def _no_roster(self) -> None:
        message = "The scheme has a ladder, so it must know everybody's level, and no roster was given."
        hint = "Give one with the columns employee, level and level_since (--roster FILE)."
        self.problems.append(Problem("no_roster", message, hint=hint))

    def _person(self, employee: str, rows: Sequence[Row]) -> list[Row]:
        assert self.posts is not None
        post = self.posts.get(employee)
        if post is None:
            message = f"{employee} is not on the roster, so there is no level to begin from, and nothing is decided."
            hint = "Add the person to the roster with level and level_since, or correct the number."
            self.problems.append(Problem("not_on_roster", message, place=rows[0].where, hint=hint, value=employee))
            return []
        start = self._start(post)
        if start is None:
            return []
        level, since = start
        by_month = {str(row.period): row for row in rows}
        last = max(map(_last, rows))
        early = [row for row in rows if row.period.start < since.start]
        if early:
            message = f"{employee} has figures from before {since}, where the roster lets the first cycle begin."
            hint = "They are not used. Correct level_since where they should be."
            self.problems.append(
                Problem("before_level", message, "warning", early[0].where, hint=hint, value=str(early[0].period))
            )
        cycles = list(self._cycles(since, last))
        self._check_start(employee, cycles, by_month)
        return [self._row(post, level, cycle, last, by_month) for cycle in cycles]

    def _check_start(self, employee: str, cycles: Sequence[Cycle], months: Mapping[str, Row]) -> None:
        """Figures that begin long after the first cycle leave all cycles undecided: that is told once."""
        begun = next((cycle for cycle in cycles if any(str(month) in months for month in cycle.months)), None)
        if begun is None or begun == cycles[0]:
            return
        place = months[next(str(month) for month in begun.months if str(month) in months)].where
        message = f"{employee} is at the level since {cycles[0].first}, and the figures begin in {begun} only."
        hint = f"Give the months before, or the level of {begun.first} with level_since {begun.first}."
        self.problems.append(Problem("late_figures", message, "warning", place, hint=hint, value=employee))

    def _start(self, post: Post) -> tuple[str, Month] | None:
        """The level and the first month of the first cycle; None, with a problem, where the roster does not say."""
        lacking = [name for name in (LEVEL, SINCE) if getattr(post, name) is None]
        if lacking:
            message = f"The roster gives no {' and no '.join(lacking)} for {post.employee}, so nothing is decided."
            self.problems.append(Problem("no_level", message, place=post.place, value=post.employee))
            return None
        assert post.level is not None and post.level_since is not None
        level = self._levels.get(folded(post.level))
        if level is None:
            message = f"{quoted(post.level)} is no level of the ladder, so nothing is decided for {post.employee}."
            place = evolve(post.place, column=LEVEL) if post.place.row is not None else post.place
            expected = ", ".join(self.ladder.levels)
            self.problems.append(
                Problem(
                    "bad_level", message, place=place, hint=did_you_mean(post.level, self.ladder.levels),
                    value=post.level, expected=expected,
                )
            )  # fmt: skip
            return None
        return level, month_of(post.level_since.start)

    def _cycles(self, since: Month, last: Month) -> Iterator[Cycle]:
        """The cycles from the first month on that begin by the last."""
        first = since
        for _ in range(_MOST_CYCLES):
            if first > last:
                return
            yield Cycle(first, self.ladder.months)
            first = first.later(self.ladder.months)

    def _row(self, post: Post, level: str, cycle: Cycle, last: Month, months: Mapping[str, Row]) -> Row:
        there = [months[str(month)] for month in cycle.months if str(month) in months]
        name = next((row.name for row in reversed(there) if row.name is not None), post.name)
        team = next((row.team for row in reversed(there) if row.team is not None), post.team)
        self._check_once(cycle, there)
        facts = start_facts(level, post.level_since, cycle.last <= last)
        return Row(post.employee, cycle, facts, name, team, sources={LEVEL: post.place, SINCE: post.place})

    def _check_once(self, cycle: Cycle, months: Sequence[Row]) -> None:
        """A fact of the whole cycle that two months give with different values."""
        for fact in self._once:
            given = [(row, row.facts[fact]) for row in months if row.facts.get(fact) not in (None, UNREADABLE)]
            other = next((pair for pair in given if pair[1] != given[0][1]), None)
            if other is not None:
                first = given[0][0]
                message = (
                    f"It is given twice for {first.employee} in the cycle {cycle}: {_shown(given[0][1])} in "
                    f"{first.period}{_at(first, fact)}, {_shown(other[1])} in {other[0].period}{_at(other[0], fact)}."
                )
                hint = "Keep the one that holds. Until then it can not be read."
                place = other[0].sources.get(fact, Place())
                self.problems.append(
                    Problem("twice_in_cycle", message, place=place, key=fact, hint=hint, value=_shown(other[1]))
                )

    def _absent(self, post: Post, last: Month) -> Iterator[Row]:
        """The cycles of somebody on the roster of whom nobody gave figures."""
        if post.level is None and post.level_since is None:
            return  # not everybody on a roster climbs the ladder
        start = self._start(post)
        if start is None:
            return
        cycles = list(self._cycles(start[1], last))
        cycles = [cycle for cycle in cycles if cycle.last <= last] or cycles[:1]
        if cycles:
            message = (
                f"{post.employee} is on the roster, and no file has figures for any of the cycles since {start[1]}."
            )
            hint = "Ask for them, or enter when the person left."
            self.problems.append(
                Problem("not_in_figures", message, "warning", post.place, hint=hint, value=post.employee)
            )
        for cycle in cycles:
            reasons = (Reason.of("not_in_figures", place=post.place),)
            facts = start_facts(start[0], start[1], True)
            sources = {LEVEL: post.place, SINCE: post.place}
            yield Row(post.employee, cycle, facts, post.name, post.team, None, sources, reasons, absent=True)


def start_facts(level: str, since: Period | None, over: bool) -> dict[str, Figure]:
    """The facts of a cycle's row."""
    assert since is not None
    return {LEVEL: level, SINCE: month_of(since.start).count, OVER: over}


def given_once(sheet: Sheet) -> tuple[str, ...]:
    """The facts of which a cycle may have one value only."""
    looks = (node for cell in sheet.cells.values() for node in walk(cell.node) if isinstance(node, Along))
    facts = (node.arg for node in looks if node.way == "cycle_only")
    return tuple(dict.fromkeys(fact.id for fact in facts if isinstance(fact, Fact)))


def _level_names(ladder: LadderSpec) -> dict[str, str]:
    """Each level by its id and by its titles."""
    found = {folded(level.id): level.id for level in ladder.level}
    for level in ladder.level:
        for text in level.title.all:
            found.setdefault(folded(text), level.id)
    return found


def _last(row: Row) -> Month:
    return month_of(row.period.end)


def _at(row: Row, fact: str) -> str:
    place = row.sources.get(fact)
    return "" if place is None or place == Place() else f" ({place})"


def _shown(value: Figure) -> str:
    return str(value) if isinstance(value, str | bool) or value is None else plain_text(value)  # type: ignore[arg-type]
