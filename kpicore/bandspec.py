"""Bands in words as a scheme file writes them: of measures, levels, grades and money."""

from __future__ import annotations

from attrs import define

from kpicore.form import declared
from kpicore.formula.node import Node
from kpicore.text import Title


@define(frozen=True)
class Ends:
    """The ends of a band, in words."""

    from_: Node | None = declared("amount", "from this value up, itself included (`from`)", default=None)
    above: Node | None = declared("amount", "above this value", default=None)
    up_to: Node | None = declared("amount", "up to this value, itself included", default=None)
    below: Node | None = declared("amount", "below this value", default=None)
    exactly: Node | None = declared("amount", "exactly this value", default=None)
    otherwise: bool = declared("flag", "true: all that no band before claims", default=False)


@define(frozen=True)
class LevelBand(Ends):
    """A band of a measure that has a name, such as a level of quality with the words that raters go by."""

    level: str = declared("text", "the level")
    title: Title = declared("title", "what it means", default=Title())


@define(frozen=True)
class GradeBand(Ends):
    """A band of totals and its grade."""

    grade: str = declared("text", "the grade")
    title: Title = declared("title", "the grade's name", default=Title())


@define(frozen=True)
class PayBand(Ends):
    """A band and the money that it pays."""

    amount: Node = declared("amount", "the money; negative is a deduction")
