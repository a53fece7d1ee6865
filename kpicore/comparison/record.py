"""What a comparison of two schemes over the same figures says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from kpicore.comparison.narrow import Shape
from kpicore.figure import Value
from kpicore.problem import Problem, anything_set_aside
from kpicore.text import Title

if TYPE_CHECKING:
    import polars as pl

Way = Literal["up", "down", "stays", "other"]
"""Where somebody moves: to a better grade or decision, to a worse one, nowhere, or to what is neither of these."""


@frozen
class Stand:
    """Where somebody stands on one side: the status (`absent` where the side has no result of them), and of who is
    scored the grade, or what a ladder decided (promoted, stays, demoted); None where the scheme has none."""

    status: str
    grade: str | None = None


@frozen
class Move:
    """How many people stand here before and there after."""

    before: Stand
    after: Stand
    people: int
    way: Way


@frozen
class PayChange:
    """What is paid before and after, in yuan, to the people whose pay both sides know.

    A side without the element (or without any pay) has None; the change of an element counts that as nothing, so that
    the changes of all elements add up to that of the whole.
    """

    id: str
    title: Title
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None


@frozen
class Untold:
    """People whose pay one side alone knows, and what that side pays them: no part of the change."""

    before: int = 0
    paid_before: Decimal | None = None
    after: int = 0
    paid_after: Decimal | None = None


@frozen
class TeamChange:
    """A team: its people (a person counts once for each period), how many of them move up and down, the mean total of
    the `compared` who have one on both sides, and what is paid."""

    team: str | None
    people: int
    up: int
    down: int
    compared: int
    mean_before: Decimal | None
    mean_after: Decimal | None
    pay: PayChange
    elements: tuple[PayChange, ...] = ()


@frozen
class IndicatorChange:
    """What became of an indicator: the means of its scores before and after, of the `people` whom both sides score on
    it, and for how many the score rises, falls or stays.

    `only` is 'before' or 'after' where one side alone has the indicator; the mean is then that of all whom it scores.
    `lost` and `won` are the people whom only the old, or only the new side scores.
    """

    id: str
    title: Title
    only: Literal["before", "after"] | None
    full_before: Decimal | None
    full_after: Decimal | None
    people: int
    mean_before: Decimal | None
    mean_after: Decimal | None
    rise: int = 0
    fall: int = 0
    stay: int = 0
    lost: int = 0
    won: int = 0


@frozen
class Setting:
    """A parameter that was set for the new side, and what it is on the old one (None where that has none)."""

    id: str
    title: Title
    kind: str
    before: Value | None
    after: Value


@frozen
class Person:
    """One person and period, before and after. `changes` are None where one side has no value."""

    employee: str
    name: str | None
    team: str | None
    period: str
    occasion: str | None
    before: Stand
    after: Stand
    total_before: Decimal | None
    total_after: Decimal | None
    total_change: Decimal | None
    pay_before: Decimal | None
    pay_after: Decimal | None
    pay_change: Decimal | None
    decision_before: Mapping[str, str] | None = None
    decision_after: Mapping[str, str] | None = None


@frozen(eq=False, slots=False)
class Comparison:
    """Two schemes, or two settings of one, over the same figures.

    `people` is a Polars table, a row a person and period; `moves` the matrix, without its empty cells, in the order of
    the grades. `mean_before` and `mean_after` are of the `compared` people who have a total on both sides; `pay` is
    paid to the `paid` people whose pay both sides know.
    """

    old: Shape
    new: Shape
    settings: tuple[Setting, ...]
    own_settings: int
    periods: tuple[str, ...]
    count: int
    stands: tuple[Stand, ...]
    moves: tuple[Move, ...]
    compared: int
    mean_before: Decimal | None
    mean_after: Decimal | None
    total_up: int
    total_down: int
    paid: int
    pay: PayChange
    elements: tuple[PayChange, ...]
    untold: Untold
    pay_up: int
    pay_down: int
    indicators: tuple[IndicatorChange, ...]
    favoured: tuple[Person, ...]
    unfavoured: tuple[Person, ...]
    problems: tuple[Problem, ...] = ()
    _make_people: Callable[[], pl.DataFrame] = field(repr=False, kw_only=True)
    _make_teams: Callable[[], tuple[TeamChange, ...]] = field(repr=False, kw_only=True)

    @property
    def complete(self) -> bool:
        """Whether nothing was set aside: there are warnings at most."""
        return not anything_set_aside(self.problems)

    @property
    def decides(self) -> bool:
        """Whether decisions of ladders are compared, and no grades."""
        return self.old.climbs and self.new.climbs

    def moved(self, way: Way) -> int:
        """How many people move this way."""
        return sum(move.people for move in self.moves if move.way == way)

    @cached_property
    def people(self) -> pl.DataFrame:
        """Everybody: employee, name, team, period, occasion; status, grade, total, pay_total, each with `_before` and
        `_after`; total_change, pay_change; of ladders decision_outcome, decision_from, decision_to likewise."""
        return self._make_people()

    @cached_property
    def teams(self) -> tuple[TeamChange, ...]:
        """Every team, in the order of their names, those without one last."""
        return self._make_teams()
