"""Compares two schemes, or two settings of one, over the same figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import evolve, frozen

from kpicore.comparison.figures import Side, problems_of_both, results_of
from kpicore.comparison.narrow import Shape, narrowed, shape_of
from kpicore.comparison.pair import AFTER, BEFORE, paired
from kpicore.comparison.people import leading, people_table, persons
from kpicore.comparison.record import Comparison, Setting
from kpicore.comparison.tally import (
    Sides,
    indicator_changes,
    mean_of,
    moves_of,
    pay_change,
    pay_changes,
    pay_sums,
    step_of,
    stood,
    team_changes,
    team_sums,
    total_change,
    untold_of,
)
from kpicore.errors import UnknownSchemeError, UsageError
from kpicore.params import Settings
from kpicore.period import parse_period
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.version import Params

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme

MOST = 10
"""So many of those whom a change favours most, and least, are named."""


@frozen(slots=False)
class Compared:
    """Both schemes, with the parameters of each."""

    old: LoadedScheme
    new: LoadedScheme
    old_params: Params | None = None
    new_params: Params | None = None

    @cached_property
    def sides(self) -> Sides:
        """The shapes of their results."""
        shapes = [shape_of_scheme(self.old, self.old_params), shape_of_scheme(self.new, self.new_params)]
        return Sides(shapes[0], shapes[1], max(shape.places for shape in shapes))

    @property
    def asked(self) -> tuple[Side, Side]:
        """What is asked of figures for each side."""
        sides = self.sides
        return (self.old, self.old_params, sides.old.outputs), (self.new, self.new_params, sides.new.outputs)

    def pair(self, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
        """The tables of results of both, person by person."""
        sides = self.sides
        return paired(narrowed(before, sides.old, sides.places), narrowed(after, sides.new, sides.places))


def shape_of_scheme(scheme: LoadedScheme, params: Params | None = None) -> Shape:
    """What the results of a scheme can have."""
    known = {} if params is None else _read(scheme, params).everybody
    return shape_of(scheme.id, scheme.title, scheme.among(), known)


def compare(
    old: LoadedScheme,
    new: LoadedScheme,
    figures: object,
    *,
    params: Params | None = None,
    old_params: Params | None = None,
    period: str | Period | None = None,
    roster: object = None,
    adjustments: object = None,
    most: int = MOST,
) -> Comparison:
    """What becomes of people when `new` takes the place of `old`, over the same figures.

    `figures` are a table, as `LoadedScheme.score_table` takes it, or mappings, as `score_many` takes them; those of
    either scheme, so that what only one of them declares is no problem. `params` are set for the new side,
    `old_params` for the old; `old` and `new` may be one scheme. `most` of those whom it favours most, and least, are
    named. No plugin is told of the results.

    Raises UsageError where the two have no result of the same person and period, and what `score_table` raises.
    """
    both = Compared(old, new, old_params, params)
    before, after = results_of(both.asked, figures, period, roster, adjustments)
    problems = problems_of_both(before.problems, after.problems)
    return compared(both, both.pair(before.frame, after.frame), problems, most)


def compared(both: Compared, joined: pl.DataFrame, problems: Iterable[Problem] = (), most: int = MOST) -> Comparison:
    """What the results of both sides, joined by `Compared.pair`, say."""
    sides = both.sides
    status = [pl.col(f"{side}status").is_not_null() for side in (BEFORE, AFTER)]
    if not joined.select((status[0] & status[1]).any()).item():
        raise UsageError(_nobody(sides, joined))
    joined = stood(joined.rechunk(), sides)
    moves = moves_of(joined, sides)
    known = total_change().is_not_null()
    whole = joined.select(
        known.sum().alias("compared"),
        *(pl.col(f"{side}total").filter(known).sum().alias(f"{side}total") for side in (BEFORE, AFTER)),
        (total_change() > 0).sum().alias("total_up"),
        (total_change() < 0).sum().alias("total_down"),
        (pay_change() > 0).sum().alias("pay_up"),
        (pay_change() < 0).sum().alias("pay_down"),
        *(each.alias(name) for name, each in pay_sums(sides).items()),
    ).row(0, named=True)
    pay, elements = pay_changes(whole, sides)
    count = whole["compared"]
    step = step_of(sides)
    first = [tuple(persons(leading(joined, most, up, step), sides.places, sides.decides)) for up in (True, False)]
    settings, own = settings_of(both)
    periods = periods_of(joined)
    return Comparison(
        in_force(both.old, sides.old, periods),
        in_force(both.new, sides.new, periods),
        settings,
        own,
        periods,
        joined.height,
        tuple(sides.stands),
        moves,
        count,
        mean_of(whole[f"{BEFORE}total"], count, sides.places),
        mean_of(whole[f"{AFTER}total"], count, sides.places),
        whole["total_up"],
        whole["total_down"],
        whole["#paid"],
        pay,
        elements,
        untold_of(joined, sides),
        whole["pay_up"],
        whole["pay_down"],
        indicator_changes(joined, sides),
        first[0],
        first[1],
        tuple(problems),
        make_people=partial(people_table, joined, sides.places, sides.decides),
        make_teams=partial(team_changes, team_sums(joined, sides), sides),
    )


def periods_of(joined: pl.DataFrame) -> tuple[str, ...]:
    """The periods that there are, the first one first."""
    return tuple(map(str, sorted(map(parse_period, joined["period"].unique().to_list()))))


def in_force(scheme: LoadedScheme, shape: Shape, periods: Sequence[str]) -> Shape:
    """The shape with those versions alone that are in force in one of the periods."""
    there: dict[str, None] = {}
    for period in periods:
        with suppress(UnknownSchemeError):
            there[scheme.in_force(parse_period(period)).version] = None
    return evolve(shape, versions=tuple(there) or shape.versions)


def _nobody(sides: Sides, joined: pl.DataFrame) -> str:
    if joined.is_empty():
        return "Neither scheme gives a result of these figures, so there is nothing to compare."
    names = [f"{shape.id} {', '.join(shape.versions)}" for shape in (sides.old, sides.new)]
    found = []
    for side, name in zip((BEFORE, AFTER), names, strict=True):
        there = joined.filter(pl.col(f"{side}status").is_not_null())["period"].unique().sort().head(3).to_list()
        found.append(f"{name} gives results of {', '.join(there)}" if there else f"{name} gives none")
    return (
        f"The two have no result of the same person and period: {'; '.join(found)}. "
        "Compare schemes that score the same periods, over figures that both can use."
    )


def settings_of(both: Compared) -> tuple[tuple[Setting, ...], int]:
    """The parameters that are set for everybody on the new side, and how many are set for teams or persons alone."""
    params = both.new_params
    if params is None:
        return (), 0
    settings = params if isinstance(params, Settings) else _read(both.new, params)
    old, known = both.old.joined_model.params, both.new.joined_model.params
    before = _read(both.old, both.old_params).everybody if both.old_params is not None else {}
    found = [
        Setting(
            name,
            known[name].title,
            known[name].kind,
            before.get(name, old[name].value if name in old else None),
            value,
        )
        for name, value in settings.everybody.items()
        if name in known
    ]
    own = [*settings.teams.values(), *settings.employees.values()]
    return tuple(found), sum(map(len, own))


def _read(scheme: LoadedScheme, params: Params) -> Settings:
    if isinstance(params, Settings):
        return params
    scorers: Sequence[Any] = [scheme.scorer(version, params) for version in scheme.among()]
    everybody: Mapping[str, Any] = {name: value for each in scorers for name, value in each.settings.everybody.items()}
    return Settings(everybody=everybody)
