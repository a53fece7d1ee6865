"""Sheets that compare people, in stages: what a look across people is taken of, and what it comes to for groups of
people of whom only the distinct values are known, with how many have each."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm
from typing import Literal

import polars as pl
from attrs import frozen

from kpicore.crowd import whole
from kpicore.engines.columnar.need import Needs, look_args
from kpicore.formula.node import RANKS, Absence, Across, Along, Crossing, Node, Portion, Within
from kpicore.model import Sheet
from kpicore.population.given import known_of, text_of

Sort = Literal["rank", "whole", "pool"]
"""A look gives a value for each distinct argument, one for the whole group, or one for each person."""


@frozen
class Look:
    """A look across people: its number among all of the sheet."""

    number: int
    node: Crossing

    @property
    def within(self) -> Within:
        """Among whom."""
        return self.node.within

    @property
    def sort(self) -> Sort:
        """What it gives."""
        return "pool" if isinstance(self.node, Portion) else "rank" if self.node.way in RANKS else "whole"

    @property
    def args(self) -> tuple[Node, Node, Node | None]:
        """What is compared (a pool's weight), who takes part, and the amount of a pool."""
        if isinstance(self.node, Portion):
            amount, weight, among = look_args(self.node)
            return weight, among, amount
        return self.node.arg, self.node.among, None


@frozen
class Stage:
    """Looks that need none but those of the stages before. `by_person`: what they are taken of looks along a person."""

    looks: tuple[Look, ...]
    by_person: bool


def stages_of(sheet: Sheet) -> tuple[Stage, ...] | None:
    """The stages of a sheet in their order; None where looks need each other over time."""
    needs = Needs(sheet.cells)
    strata = needs.strata()
    if strata is None:
        return None
    levels: dict[Node, int] = {}
    found: dict[int, list[Crossing]] = {}
    along: dict[int, bool] = {}
    for look in (look for stratum in strata for look in stratum):
        below = needs.below(look)
        level = levels[look] = max((levels[other] for other in below), default=0) + isinstance(look, Crossing)
        if isinstance(look, Crossing):
            found.setdefault(level, []).append(look)
            along[level] = along.get(level, False) or any(isinstance(other, Along) for other in below)
    stages: list[Stage] = []
    number = 0
    for level in sorted(found):
        looks = [Look(number + place, node) for place, node in enumerate(found[level])]
        number += len(looks)
        stages.append(Stage(tuple(looks), along[level]))
    return tuple(stages)


def compared(node: Across, values: Sequence[str], heads: Sequence[int]) -> list[str]:
    """What a look comes to for each of the distinct values of a group, of which so many that take part have each."""
    known = [known_of(text) for text in values]
    there = [(value, count) for value, count in zip(known, heads, strict=True) if isinstance(value, Fraction)]
    if node.way not in RANKS:
        return [text_of(_whole(node, there))] * len(known)
    unit = lcm(*(value.denominator for value, _ in there))
    rising = sorted({int(value * unit): count for value, count in there}.items(), reverse=node.way == "rank_high")
    places: dict[int, str] = {}
    better = 0
    for value, count in rising:
        places[value] = str(1 + better)
        better += count
    return [text_of(value) if isinstance(value, Absence) else places[int(value * unit)] for value in known]


def _whole(node: Across, there: Sequence[tuple[Fraction, int]]) -> Fraction | Absence:
    rising = sorted(value for value, count in there if count)
    total = sum((value * count for value, count in there), Fraction(0))
    return whole(node.way, sum(count for _, count in there), total, rising)


def shared(node: Portion, table: pl.DataFrame) -> pl.Series:
    """The part of each of those who share a pool, as a text. The table has `employee`, `weight` and `amount`."""
    amounts = [known_of(text) for text in table["amount"].unique()]
    if len(amounts) != 1 or isinstance(amounts[0], Absence):
        lacks = amounts[0] if len(amounts) == 1 else Absence.UNREADABLE
        return pl.Series([text_of(lacks)], dtype=pl.String).new_from_index(0, table.height)
    scale, amount = 10**node.places, amounts[0]
    weights = table.group_by("weight").len()
    held = {text: (Fraction(text), heads) for text, heads in weights.iter_rows()}
    total = sum((weight * heads for weight, heads in held.values()), Fraction(0))
    if not total:
        return pl.Series(["0"], dtype=pl.String).new_from_index(0, table.height)
    units, sign = int(abs(amount) * scale + Fraction(1, 2)), -1 if amount < 0 else 1
    exact = {text: units * weight / total for text, (weight, _) in held.items()}
    whole = {text: int(share) for text, share in exact.items()}
    rests = {text: exact[text] - whole[text] for text in held}
    left = units - sum(whole[text] * heads for text, (_, heads) in held.items())
    more, last = _one_more({text: (rests[text], heads) for text, (_, heads) in held.items()}, left)
    parts = {
        text: (str(Fraction(sign * whole[text], scale)), str(Fraction(sign * (whole[text] + 1), scale)))
        for text in held
    }
    known = pl.DataFrame(
        {
            "weight": list(held),
            "plain": [parts[text][0] for text in held],
            "more": [parts[text][1] for text in held],
            "gets": [text in more for text in held],
            "last": [text in last for text in held],
        }
    )
    left -= sum(held[text][1] for text in more)
    joined = table.with_row_index("#").join(known, on="weight", how="left", maintain_order="left").sort("employee", "#")
    first = pl.col("last") & (pl.col("last").cast(pl.Int64).cum_sum() <= left)
    joined = joined.with_columns(pl.when(pl.col("gets") | first).then("more").otherwise("plain").alias("part"))
    return joined.sort("#")["part"]


def _one_more(rests: dict[str, tuple[Fraction, int]], left: int) -> tuple[set[str], set[str]]:
    """The weights all of whose owners get one of the units that are left, and those whose first owners do."""
    falling = sorted({rest for rest, _ in rests.values()}, reverse=True)
    more: set[str] = set()
    for rest in falling:
        these = {text for text, (other, _) in rests.items() if other == rest}
        heads = sum(rests[text][1] for text in these)
        if heads > left:
            return more, these
        more |= these
        left -= heads
    return more, set()
