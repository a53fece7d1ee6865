"""Parts of a scheme file that know no others: choices, parameters, bands in words, raters, longer periods."""

from __future__ import annotations

from typing import Literal

from attrs import define, field, frozen

from kpicore.figure import KINDS, Bounds, KindName, Value
from kpicore.form import declared
from kpicore.formula.node import Node, Param
from kpicore.text import Title

Moved = Literal["next", "previous", "none"]
MOVED: tuple[Moved, ...] = ("next", "previous", "none")
KIND_NAMES = tuple(KINDS)


@frozen
class ChoiceSpec:
    """A choice with its title; one without is written as its text alone."""

    value: str = declared("text", "the choice, as formulas, rules and results have it")
    title: Title = declared("title", "what people call it; figures may say it so too", default=Title())


@frozen
class ParamSpec:
    """A number of the scheme that an organisation, a team or a person may set otherwise."""

    value: Value = declared("value", "its value until somebody sets another")
    kind: KindName = declared("word", "what sort of value it is", words=KIND_NAMES, default="number")
    title: Title = declared("title", "what it is", default=Title())
    assumed: bool = declared(
        "flag", "true where the source does not give it and somebody must confirm it", default=False
    )
    note: Title = declared("title", "what a reader should know", default=Title())
    id: str = field(default="", kw_only=True)

    @property
    def bounds(self) -> Bounds:
        """What a value set otherwise must keep to."""
        return Bounds(KINDS[self.kind])

    @property
    def node(self) -> Param:
        """The node that stands for it in formulas."""
        return Param(self.id, KINDS[self.kind].type)


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


@frozen
class RaterSpec:
    """Somebody who judges: the same facts are asked of each rater, and the same rule holds for all."""

    id: str = declared("id", "its name, the end of the ids of the facts that it gives")
    title: Title = declared("title", "who it is", default=Title())
    weight: Node | None = declared(
        "amount", "how much its judgement counts beside the others'; without weights all count alike", default=None
    )
    provider: str = declared("text", "who provides its figures, where the fact does not say it", default="")
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class RollupSpec:
    """A longer period's sheet: the mean of the totals of shorter periods, beside indicators of its own."""

    id: str = declared("id", "the name of the indicator that bears the mean")
    title: Title = declared("title", "its heading", default=Title())
    period: str = declared("word", "the kind of period that is scored", words=("quarter", "half", "year"))
    of: str = declared("word", "the kind of period whose totals are taken", words=("month", "quarter", "half"))
    weight: Node | None = declared("amount", "the weight of the mean; not for a mean of all", default=None)
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class AppraisalSpec:
    """The day on which people are appraised for a period."""

    day: int = declared("integer", "the day of the month, 1 to 31; in a shorter month its last day")
    months_after: int = declared(
        "integer", "so many months after the last month of the period; 0 is that month itself", default=1
    )
    moved: Moved = declared(
        "word",
        "where the day goes that is a day off by the Chinese calendar: to the next or the previous working day",
        words=MOVED,
        default="next",
    )
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class AdjustmentsSpec:
    """That plus and minus items, each with its reason and author, are added to the total."""

    least: Node | None = declared("amount", "the least that a person's items may come to in a period", default=None)
    most: Node | None = declared("amount", "the most that a person's items may come to in a period", default=None)
    title: Title = declared("title", "the heading of the items", default=Title())
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


@define(frozen=True)
class Tier:
    """A stretch of a value and the rate that holds for the part of the value that lies inside."""

    up_to: Node | None = declared("amount", "where the tier ends; none for the last", default=None)
    otherwise: bool = declared("flag", "true: all beyond the tier before", default=False)
    rate: Node = declared("amount", "how much the part inside brings, for each one: 0.02 for 2 %")
