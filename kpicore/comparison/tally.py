"""The sums of a comparison: the matrix, pay, teams and indicators, out of the table of both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
from attrs import frozen

from kpicore.comparison.narrow import MONEY, OUTCOMES, STATUSES, Part, Shape, decimal_of
from kpicore.comparison.pair import AFTER, BEFORE
from kpicore.comparison.people import ABSENT
from kpicore.comparison.record import IndicatorChange, Move, PayChange, Stand, TeamChange, Untold, Way
from kpicore.decimals import half_up
from kpicore.text import Title

_LAST = ("ineligible", "incomplete", "running", "absent")
_WHOLE = Part("pay_total", Title())
STAND = "stand"
_UP, _DOWN, _PEOPLE, _COMPARED, _PAID = "#up", "#down", "#people", "#compared", "#paid"


@frozen
class Sides:
    """Both shapes, and the places of totals and scores that they share."""

    old: Shape
    new: Shape
    places: int

    @property
    def decides(self) -> bool:
        """Whether decisions of ladders are compared."""
        return self.old.climbs and self.new.climbs

    @property
    def stood(self) -> tuple[str, str]:
        """The columns that say where somebody who is scored stands."""
        part = "decision.outcome" if self.decides else "grade"
        return f"{BEFORE}{part}", f"{AFTER}{part}"

    @property
    def stands(self) -> list[Stand]:
        """All that there can be, the best first."""
        if self.decides:
            names: Sequence[str] = OUTCOMES
        else:
            names = tuple(dict.fromkeys((*self.new.grades, *self.old.grades)))
        scored = [Stand("scored", name) for name in names]
        return [*scored, Stand("scored"), *(Stand(status) for status in _LAST)]

    def way(self, before: Stand, after: Stand) -> Way:
        """Where somebody moves; between grades only where one of the schemes knows both."""
        if before == after:
            return "stays"
        if before.status == after.status == "scored" and before.grade and after.grade:
            for grades in (OUTCOMES,) if self.decides else (self.new.grades, self.old.grades):
                if before.grade in grades and after.grade in grades:
                    return "up" if grades.index(after.grade) < grades.index(before.grade) else "down"
        return "other"

    def elements(self) -> list[tuple[Part, bool, bool]]:
        """Every element of pay, and whether the old and the new side have it."""
        return list(_joined(self.old.pay, self.new.pay))

    def lines(self) -> list[tuple[Part, bool, bool]]:
        """Every indicator, and whether the old and the new side have it."""
        return list(_joined(self.old.indicators, self.new.indicators))


def _joined(old: Sequence[Part], new: Sequence[Part]) -> Iterator[tuple[Part, bool, bool]]:
    before, after = ({part.id: part for part in parts} for parts in (old, new))
    for name in dict.fromkeys((*before, *after)):
        yield after.get(name) or before[name], name in before, name in after


def stood(joined: pl.DataFrame, sides: Sides) -> pl.DataFrame:
    """The table with where everybody stands on both sides, as places among `Sides.stands`."""
    stands = sides.stands
    place = {stand: number for number, stand in enumerate(stands)}
    found = []
    for side, name in zip((BEFORE, AFTER), sides.stood, strict=True):
        kind = joined[name].dtype
        assert isinstance(kind, pl.Enum)
        grades = kind.categories
        by_grade = pl.Series([place[Stand("scored", grade)] for grade in grades], dtype=pl.UInt16)
        scored = by_grade.gather(joined[name].to_physical().cast(pl.UInt32)).fill_null(place[Stand("scored")])
        by_status = pl.Series([place.get(Stand(status), 0) for status in STATUSES], dtype=pl.UInt16)
        status = joined[f"{side}status"].to_physical()
        other = by_status.gather(status.cast(pl.UInt32)).fill_null(place[Stand(ABSENT)])
        found.append(other.zip_with((status != 0).fill_null(True), scored).alias(f"{side}{STAND}"))
    return joined.with_columns(found)


def moves_of(joined: pl.DataFrame, sides: Sides) -> tuple[Move, ...]:
    """How many people stand where before and after, in the order of the stands."""
    stands = sides.stands
    cell = pl.col(f"{BEFORE}{STAND}").cast(pl.UInt32) * len(stands) + pl.col(f"{AFTER}{STAND}")
    found = []
    for place, count in joined.select(cell.value_counts(sort=False)).to_series().struct.unnest().sort("*").iter_rows():
        before, after = (stands[number] for number in divmod(place, len(stands)))
        found.append(Move(before, after, count, sides.way(before, after)))
    return tuple(found)


def way_of(sides: Sides, way: Way) -> pl.Expr:
    """Whether a row moves this way."""
    stands = sides.stands
    ways = pl.Series([sides.way(before, after) == way for before in stands for after in stands])
    cell = pl.col(f"{BEFORE}{STAND}").cast(pl.UInt32) * len(stands) + pl.col(f"{AFTER}{STAND}")
    return pl.lit(ways).gather(cell)


def step_of(sides: Sides) -> pl.Expr:
    """By how many grades somebody rises, or by how much better the decision is; 0 for who moves to what is neither."""
    before, after = (pl.col(f"{side}{STAND}").cast(pl.Int32) for side in (BEFORE, AFTER))
    return pl.when(way_of(sides, "up") | way_of(sides, "down")).then(before - after).otherwise(0)


def total_change() -> pl.Expr:
    """By how much the total rises."""
    return pl.col(f"{AFTER}total") - pl.col(f"{BEFORE}total")


def pay_change() -> pl.Expr:
    """By how much the pay rises."""
    return pl.col(f"{AFTER}pay") - pl.col(f"{BEFORE}pay")


def paid() -> pl.Expr:
    """Whether both sides know somebody's pay."""
    return pay_change().is_not_null()


def pay_sums(sides: Sides) -> dict[str, pl.Expr]:
    """What both sides pay, in all and by element, to those whose pay both know."""
    known, found = paid(), {_PAID: paid().sum()}
    if not (sides.old.pay and sides.new.pay):
        return {_PAID: pl.lit(0)}
    for side in (BEFORE, AFTER):
        found[f"{side}pay"] = pl.col(f"{side}pay").filter(known).sum()
    for part, old, new in sides.elements():
        for side, there in ((BEFORE, old), (AFTER, new)):
            if there:
                found[f"{side}pay:{part.id}"] = pl.col(f"{side}pay:{part.id}").filter(known).sum()
    return found


def pay_changes(row: Mapping[str, Any], sides: Sides) -> tuple[PayChange, tuple[PayChange, ...]]:
    """What is paid in all, and by element, out of a row of sums."""
    both = bool(sides.old.pay) and bool(sides.new.pay)
    known = both and bool(row[_PAID])
    elements = tuple(
        _pay_change(part, row, f"pay:{part.id}", old and known, new and known, known)
        for part, old, new in sides.elements()
    )
    return _pay_change(_WHOLE, row, "pay", known, known, known), elements


def _pay_change(part: Part, row: Mapping[str, Any], name: str, old: bool, new: bool, known: bool) -> PayChange:
    before = row[f"{BEFORE}{name}"] or 0 if old else 0
    after = row[f"{AFTER}{name}"] or 0 if new else 0
    return PayChange(
        part.id,
        part.title,
        decimal_of(before, MONEY) if old else None,
        decimal_of(after, MONEY) if new else None,
        decimal_of(after - before, MONEY) if known else None,
    )


def untold_of(joined: pl.DataFrame, sides: Sides) -> Untold:
    """What one side alone knows of people's pay."""
    counts: list[int] = []
    sums: list[Decimal | None] = []
    for side, other in ((BEFORE, AFTER), (AFTER, BEFORE)):
        alone = pl.col(f"{side}pay").filter(pl.col(f"{other}pay").is_null())
        count, whole = joined.select(alone.is_not_null().sum().alias("n"), alone.sum().alias("s")).row(0)
        counts.append(count)
        sums.append(decimal_of(whole, MONEY) if count else None)
    return Untold(counts[0], sums[0], counts[1], sums[1])


def mean_of(whole: int | None, count: int, places: int) -> Decimal | None:
    """The mean of numbers in units of the last place that add up to this, rounded once."""
    return half_up(Fraction(int(whole or 0), count * 10**places), places) if count else None


def team_sums(joined: pl.DataFrame, sides: Sides) -> pl.DataFrame:
    """What `team_changes` is made of: a row a team, in the order of their names, those without one last."""
    both = total_change().is_not_null()
    sums = {
        _PEOPLE: pl.len(),
        _UP: pl.col(_UP).sum(),
        _DOWN: pl.col(_DOWN).sum(),
        _COMPARED: both.sum(),
        **{f"{side}total": pl.col(f"{side}total").filter(both).sum() for side in (BEFORE, AFTER)},
        **pay_sums(sides),
    }
    there = joined.with_columns(way_of(sides, "up").alias(_UP), way_of(sides, "down").alias(_DOWN))
    return there.group_by("team").agg(each.alias(name) for name, each in sums.items()).sort("team", nulls_last=True)


def team_changes(sums: pl.DataFrame, sides: Sides) -> tuple[TeamChange, ...]:
    """Every team."""
    return tuple(_team(row, sides) for row in sums.iter_rows(named=True))


def _team(row: Mapping[str, Any], sides: Sides) -> TeamChange:
    pay, elements = pay_changes(row, sides)
    means = [mean_of(row[f"{side}total"], row[_COMPARED], sides.places) for side in (BEFORE, AFTER)]
    return TeamChange(
        row["team"], row[_PEOPLE], row[_UP], row[_DOWN], row[_COMPARED], means[0], means[1], pay, elements
    )


def indicator_changes(joined: pl.DataFrame, sides: Sides) -> tuple[IndicatorChange, ...]:
    """What became of each indicator."""
    if not sides.lines():
        return ()
    asked: dict[str, pl.Expr] = {}
    for part, old, new in sides.lines():
        before, after = pl.col(f"{BEFORE}score:{part.id}"), pl.col(f"{AFTER}score:{part.id}")
        if old and new:
            change = after - before
            known = change.is_not_null()
            asked |= {
                f"{part.id}:n": known.sum(),
                f"{part.id}:b": before.filter(known).sum(),
                f"{part.id}:a": after.filter(known).sum(),
                f"{part.id}:rise": (change > 0).sum(),
                f"{part.id}:fall": (change < 0).sum(),
                f"{part.id}:lost": (before.is_not_null() & after.is_null()).sum(),
                f"{part.id}:won": (before.is_null() & after.is_not_null()).sum(),
            }
        else:
            own = before if old else after
            asked |= {f"{part.id}:n": own.is_not_null().sum(), f"{part.id}:{'b' if old else 'a'}": own.sum()}
    row = joined.select(each.alias(name) for name, each in asked.items()).row(0, named=True)
    full = [{part.id: part.full_marks for part in shape.indicators} for shape in (sides.old, sides.new)]
    return tuple(_line(part, row, old, new, full, sides.places) for part, old, new in sides.lines())


def _line(
    part: Part,
    row: Mapping[str, Any],
    old: bool,
    new: bool,
    full: Sequence[Mapping[str, Decimal | None]],
    places: int,
) -> IndicatorChange:
    count = row[f"{part.id}:n"]
    rise, fall, lost, won = (row.get(f"{part.id}:{name}") or 0 for name in ("rise", "fall", "lost", "won"))
    return IndicatorChange(
        part.id,
        part.title,
        None if old and new else "before" if old else "after",
        full[0].get(part.id),
        full[1].get(part.id),
        count,
        mean_of(row[f"{part.id}:b"], count, places) if old else None,
        mean_of(row[f"{part.id}:a"], count, places) if new else None,
        rise,
        fall,
        count - rise - fall if old and new else 0,
        lost,
        won,
    )
