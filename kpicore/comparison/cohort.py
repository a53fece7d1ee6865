"""One run as a whole: how totals lie, the teams, the raters against one another, and the budget that pay asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from kpicore.comparison.bins import Stretch, stretches
from kpicore.comparison.compare import in_force, periods_of, shape_of_scheme
from kpicore.comparison.figures import results_of
from kpicore.comparison.narrow import MONEY, STATUSES, Shape, decimal_of, narrowed
from kpicore.comparison.raters import Leniency, leniencies
from kpicore.comparison.record import Stand
from kpicore.comparison.tally import Sides, mean_of
from kpicore.errors import UsageError
from kpicore.problem import Problem, anything_set_aside
from kpicore.protocols import Period
from kpicore.row import Row
from kpicore.text import Title
from kpicore.version import Params

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme

_QUARTERS = ((1, "quarter"), (2, "median"), (3, "three_quarters"))


@frozen
class Spread:
    """How totals lie: how many there are, their mean, the least and the most, and the totals that a quarter, a half and
    three quarters of the people do not pass (each is somebody's own)."""

    count: int
    mean: Decimal | None
    least: Decimal | None
    quarter: Decimal | None
    median: Decimal | None
    three_quarters: Decimal | None
    most: Decimal | None


@frozen
class Bin:
    """A stretch of totals and how many people have one in it."""

    stretch: Stretch
    people: int


@frozen
class PaySum:
    """What an element of pay, or all of them, asks for, in yuan, and how many people get any of it."""

    id: str
    title: Title
    amount: Decimal | None
    people: int


@frozen
class TeamLevel:
    """A team: its people (a person counts once for each period), how their totals lie, and what they are paid."""

    team: str | None
    people: int
    incomplete: int
    ineligible: int
    spread: Spread
    pay: PaySum
    elements: tuple[PaySum, ...]


@frozen(eq=False)
class Cohort:
    """All results of a scheme over some figures. `stands` has the heads by grade (or by what a ladder decided) and by
    status. `unpaid` is the number of people whose pay can not be told, and is in no sum."""

    scheme: Shape
    periods: tuple[str, ...]
    count: int
    stands: tuple[tuple[Stand, int], ...]
    spread: Spread
    bins: tuple[Bin, ...]
    teams: tuple[TeamLevel, ...]
    raters: tuple[Leniency, ...]
    pay: PaySum
    elements: tuple[PaySum, ...]
    unpaid: int
    problems: tuple[Problem, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing was set aside: there are warnings at most."""
        return not anything_set_aside(self.problems)


def cohort(
    scheme: LoadedScheme,
    figures: object,
    *,
    params: Params | None = None,
    period: str | Period | None = None,
    roster: object = None,
    adjustments: object = None,
) -> Cohort:
    """How the people of some figures do as a whole, by this scheme.

    `figures` are a table, as `LoadedScheme.score_table` takes it, or mappings, as `score_many` takes them. No plugin is
    told of the results. Raises UsageError where there is no result, and what `score_table` raises.
    """
    side = scheme, params, shape_of_scheme(scheme).outputs
    (found,) = results_of([side], figures, period, roster, adjustments)
    shape = shape_of_scheme(scheme)
    return cohort_of(scheme, params, narrowed(found.frame, shape, shape.places), found.rows, found.problems)


def cohort_of(
    scheme: LoadedScheme,
    params: Params | None,
    narrow: pl.DataFrame,
    rows: Iterable[Row],
    problems: Iterable[Problem] = (),
) -> Cohort:
    """The same of results that were narrowed; `rows` are those that were scored, of which raters are asked."""
    shape = shape_of_scheme(scheme)
    if narrow.is_empty():
        raise UsageError("The scheme gives no result of these figures, so there is nobody to look at.")
    periods = periods_of(narrow)
    sums = _sums(shape)
    whole = narrow.select(each.alias(name) for name, each in sums.items()).row(0, named=True)
    grouped = narrow.group_by("team").agg(each.alias(name) for name, each in sums.items())
    spread = _spread(whole, shape.places)
    pay, elements = _pay(whole, shape)
    return Cohort(
        in_force(scheme, shape, periods),
        periods,
        narrow.height,
        _stands(narrow, shape),
        spread,
        _bins(scheme, params, narrow, periods, spread, shape.places),
        tuple(_team(row, shape) for row in grouped.sort("team", nulls_last=True).iter_rows(named=True)),
        leniencies(scheme, params, rows),
        pay,
        elements,
        narrow["pay"].null_count() if shape.pay else 0,
        tuple(problems),
    )


def _sums(shape: Shape) -> dict[str, pl.Expr]:
    total, pay = pl.col("total"), pl.col("pay")
    ordered, count = total.drop_nulls().sort(), total.count().cast(pl.Int64)
    found = {
        "people": pl.len(),
        **{status: (pl.col("status") == status).sum() for status in STATUSES},
        "count": count,
        "sum": total.sum(),
        "least": total.min(),
        "most": total.max(),
        **{name: ordered.get((count * part + 3) // 4 - 1, null_on_oob=True) for part, name in _QUARTERS},
    }
    if shape.pay:
        found |= {"pay": pay.sum(), "pay:known": pay.count(), "pay:people": (pay != 0).sum()}
        for element in shape.pay:
            own = pl.col(f"pay:{element.id}")
            found |= {f"pay:{element.id}:sum": own.sum(), f"pay:{element.id}:people": (own != 0).sum()}
    return found


def _spread(row: Mapping[str, Any], places: int) -> Spread:
    names = ("least", "quarter", "median", "three_quarters", "most")
    found = (decimal_of(row[name], places) for name in names)
    return Spread(row["count"], mean_of(row["sum"], row["count"], places), *found)


def _pay(row: Mapping[str, Any], shape: Shape) -> tuple[PaySum, tuple[PaySum, ...]]:
    if not shape.pay:
        return PaySum("pay_total", Title(), None, 0), ()
    known = row["pay:known"]
    elements = (
        PaySum(
            part.id,
            part.title,
            decimal_of(row[f"pay:{part.id}:sum"], MONEY) if known else None,
            row[f"pay:{part.id}:people"],
        )
        for part in shape.pay
    )
    return PaySum("pay_total", Title(), decimal_of(row["pay"], MONEY) if known else None, row["pay:people"]), tuple(
        elements
    )


def _team(row: Mapping[str, Any], shape: Shape) -> TeamLevel:
    pay, elements = _pay(row, shape)
    return TeamLevel(
        row["team"], row["people"], row["incomplete"], row["ineligible"], _spread(row, shape.places), pay, elements
    )


def _stands(narrow: pl.DataFrame, shape: Shape) -> tuple[tuple[Stand, int], ...]:
    part = "decision.outcome" if shape.climbs else "grade"
    counted: dict[Stand, int] = {}
    for status, grade, count in narrow.group_by("status", part).len("n").iter_rows():
        stand = Stand(status, grade if status == "scored" else None)
        counted[stand] = counted.get(stand, 0) + count
    return tuple((stand, counted[stand]) for stand in Sides(shape, shape, shape.places).stands if stand in counted)


def _bins(
    scheme: LoadedScheme,
    params: Params | None,
    narrow: pl.DataFrame,
    periods: Sequence[str],
    spread: Spread,
    places: int,
) -> tuple[Bin, ...]:
    if spread.least is None or spread.most is None:
        return ()
    found = stretches(scheme, params, periods, spread.least, spread.most)
    total, scale = pl.col("total"), Fraction(10) ** places
    asked = {}
    for number, each in enumerate(found):
        inside = total.is_not_null()
        if each.low is not None:
            low = _ceiling(each.low * scale)
            inside = inside & (total >= low if each.low_closed or low > each.low * scale else total > low)
        if each.high is not None:
            high = int(each.high * scale // 1)
            inside = inside & (total <= high if each.high_closed or high < each.high * scale else total < high)
        asked[str(number)] = inside.sum()
    counts = narrow.select(each.alias(name) for name, each in asked.items()).row(0)
    return tuple(Bin(each, count) for each, count in zip(found, counts, strict=True))


def _ceiling(value: Fraction) -> int:
    """The least whole number that is not below."""
    return -int(-value // 1)
