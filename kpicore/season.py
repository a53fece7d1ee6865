"""Seasons: named sets of months that the formulas of a scheme ask for by name.

A season is no node of its own. Its name stands for comparisons of the period's month, and whoever words a formula
recognises those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from kpicore.form import declared
from kpicore.formula.node import Compare, Moment, Node, Some, number, walk
from kpicore.text import Title

MONTHS = range(1, 13)
Span = tuple[int, int]
"""The first and the last month of some that follow one another, maybe over the end of the year."""


@frozen
class SeasonSpec:
    """A part of the year, whose name is a condition in formulas: whether the period lies in it."""

    months: tuple[int, ...] = declared("months", "the numbers of its months, 1 to 12")
    title: Title = declared("title", "what it is called", default=Title())
    assumed: bool = declared(
        "flag", "true where the source does not give its months and somebody must confirm them", default=False
    )
    note: Title = declared("title", "what a reader should know", default=Title())
    id: str = field(default="", kw_only=True)

    @property
    def node(self) -> Node:
        """The condition that its name stands for."""
        month = Moment("month")
        asked = tuple(Compare("==", month, number(each)) for each in self.months)
        return asked[0] if len(asked) == 1 else Some(asked)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Its months as spans, in the order of the year; one over the end of the year comes last."""
        inside = set(self.months)
        if inside == set(MONTHS):
            return ((1, 12),)
        firsts = [month for month in MONTHS if month in inside and _before(month) not in inside]
        return tuple((first, _last(first, inside)) for first in firsts)


def _before(month: int) -> int:
    return (month - 2) % 12 + 1


def _last(month: int, inside: set[int]) -> int:
    while month % 12 + 1 in inside:
        month = month % 12 + 1
    return month


def season_of(seasons: Mapping[str, SeasonSpec], node: Node) -> SeasonSpec | None:
    """The season whose name a formula is; None for any other formula."""
    if not isinstance(node, Compare | Some):
        return None
    return next((season for season in seasons.values() if season.node == node), None)


def seasons_in(seasons: Mapping[str, SeasonSpec], nodes: Iterable[Node]) -> tuple[SeasonSpec, ...]:
    """The seasons that formulas ask for, in the order of the scheme."""
    if not seasons:
        return ()
    asked = {node for node in walk(*nodes) if isinstance(node, Compare | Some)}
    return tuple(season for season in seasons.values() if season.node in asked)
