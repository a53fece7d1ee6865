"""The nodes of a sheet's formulas. This small tree is all that a reader has to know.

A node has a value or an `Absence`. Where nothing else is said, a node whose argument is absent is absent
for the same reason ("strictly"); where reasons meet, the graver wins: unreadable, hole, missing, undefined,
left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from enum import IntFlag
from fractions import Fraction
from typing import Any, ClassVar, Literal

from attrs import frozen

from kpicore.formula.part import Node as Node
from kpicore.formula.part import Part as Part
from kpicore.formula.part import Type as Type
from kpicore.formula.part import children as children
from kpicore.formula.part import parts as parts
from kpicore.formula.part import replace as replace


class Absence(IntFlag):
    """Why there is no value. Flags, so that those of several arguments can be joined with `|`."""

    NONE = 0
    LEFT_OUT = 1
    UNDEFINED = 2
    MISSING = 4
    HOLE = 8
    """No piece of a curve, or row of a table, claims the value: never settled by a policy."""
    UNREADABLE = 16


@frozen(cache_hash=True)
class Num(Node):
    """A number, exactly."""

    value: Fraction
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Text(Node):
    """A text, such as a level or a choice."""

    value: str
    type: ClassVar[Type] = "text"


@frozen(cache_hash=True)
class Flag(Node):
    """True or false."""

    value: bool
    type: ClassVar[Type] = "flag"


@frozen(cache_hash=True)
class Day(Node):
    """A date."""

    value: datetime.date
    type: ClassVar[Type] = "date"


@frozen(cache_hash=True)
class Absent(Node):
    """Never a value, always this absence."""

    absence: Absence
    type: Type = "number"


@frozen(cache_hash=True)
class Fact(Node):
    """A figure of the row. `whole`: its value is a whole number; `positive`: it is never below 0."""

    id: str
    type: Type = "number"
    whole: bool = False
    positive: bool = False


@frozen(cache_hash=True)
class Param(Node):
    """A parameter, as in force for the row."""

    id: str
    type: Type = "number"


@frozen(cache_hash=True)
class Ref(Node):
    """Another cell of the sheet."""

    cell: str
    type: Type = "number"


@frozen(cache_hash=True)
class Moment(Node):
    """A part of the row's period: the number of its `month` (1..12), its `year`, or the `count` of its first month from
    the beginning of the era."""

    part: Literal["month", "year", "count"]
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Sum(Node):
    args: tuple[Node, ...]
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Product(Node):
    args: tuple[Node, ...]
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Quotient(Node):
    """top / bottom; undefined where bottom is 0."""

    top: Node
    bottom: Node
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Negative(Node):
    arg: Node
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Magnitude(Node):
    """The absolute value."""

    arg: Node
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class DaysBetween(Node):
    """later - earlier in days, both dates."""

    later: Node
    earlier: Node
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Round(Node):
    """To a number of decimals: 'half_up' is half away from zero, 'floor' is towards minus infinity."""

    arg: Node
    places: int
    mode: Literal["half_up", "floor"] = "half_up"
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Extreme(Node):
    """The least or greatest of its arguments. Arguments absent by one of `skip` do not take part;
    where none takes part, the value is absent like the first."""

    which: Literal["least", "greatest"]
    args: tuple[Node, ...]
    skip: Absence = Absence.NONE
    type: ClassVar[Type] = "number"


Sign = Literal["<", "<=", "==", "!=", ">=", ">"]


@frozen(cache_hash=True)
class Compare(Node):
    """Exact comparison of two numbers, texts, flags or dates."""

    sign: Sign
    left: Node
    right: Node
    type: ClassVar[Type] = "flag"


@frozen(cache_hash=True)
class Every(Node):
    """`and`: false as soon as one is false, whatever is absent; an argument left out is not asked."""

    args: tuple[Node, ...]
    type: ClassVar[Type] = "flag"


@frozen(cache_hash=True)
class Some(Node):
    """`or`: true as soon as one is true, whatever is absent; an argument left out is not asked."""

    args: tuple[Node, ...]
    type: ClassVar[Type] = "flag"


@frozen(cache_hash=True)
class Not(Node):
    arg: Node
    type: ClassVar[Type] = "flag"


@frozen(cache_hash=True)
class Choose(Node):
    """`then` where the condition holds, else `otherwise`; the branch not taken is not asked."""

    condition: Node
    then: Node
    otherwise: Node

    @property
    def type(self) -> Type:
        return self.then.type


@frozen(cache_hash=True)
class Is(Node):
    """True where the argument is absent by one of the flags of `absence` (the gravest counts); never absent."""

    arg: Node
    absence: Absence
    type: ClassVar[Type] = "flag"


@frozen(cache_hash=True)
class Instead(Node):
    """The argument; where it is absent by one of the flags of `absence` (the gravest counts), `other`."""

    arg: Node
    absence: Absence
    other: Node

    @property
    def type(self) -> Type:
        return self.arg.type


@frozen(cache_hash=True)
class Lookup(Node):
    """The value beside the row whose key equals the argument (a text); a hole where no row does."""

    arg: Node
    rows: tuple[tuple[str, Node], ...]
    otherwise: Node | None = None

    @property
    def type(self) -> Type:
        return self.rows[0][1].type if self.rows else "number"


@frozen(cache_hash=True)
class Label(Node):
    """The label that stands at this place of `labels`, counted from 0."""

    arg: Node
    labels: tuple[str, ...]
    type: ClassVar[Type] = "text"


PartKind = Literal["month", "quarter", "half"]
PART_KINDS: tuple[PartKind, ...] = ("month", "quarter", "half")
AlongWay = Literal[
    "previous", "year_ago", "mean_last_year", "run", "cycle_sum", "cycle_mean", "cycle_min", "cycle_max", "cycle_any",
    "cycle_all", "cycle_only", "cycle_at",
]  # fmt: skip


@frozen(cache_hash=True)
class Along(Node):
    """A formula's value for the same person in other periods, whether they are rows of the figures or not.

    'previous' is the period directly before, 'year_ago' the same one of the year before: missing where the person
    has no row then. 'mean_last_year' is the mean over those periods of the calendar year before in which there is a
    value; missing where there is none, unreadable where one of them is. 'run' counts the periods directly before,
    one after another, in which the argument (a flag) held; a period without a row ends the run, one in which the
    argument is absent makes it absent. 'cycle_...' is taken over the months of the row's period; one of them without
    a row is missing. 'cycle_only' is the one value of those months that have one: missing where none has, unreadable
    where two have others. 'cycle_at' is the value in one month of the period.

    `enough` is for a run of which it is only asked whether it is so long: where periods in which the argument is absent
    leave that open neither way, the run is as long as it is for certain. `month` says of 'cycle_at' which month it
    takes, counted from 0; missing where the period has none of that number. `part` is the kind of the shorter periods
    over which 'cycle_...' is taken.
    """

    way: AlongWay
    arg: Node
    enough: int | None = None
    month: int | None = None
    part: PartKind = "month"

    @property
    def type(self) -> Type:
        return "number" if self.way == "run" else self.arg.type


AcrossWay = Literal["rank_high", "rank_low", "count", "sum", "mean", "least", "greatest"]
RANKS: tuple[AcrossWay, ...] = ("rank_high", "rank_low")
Within = Literal["team", "all"]
WITHIN: tuple[Within, ...] = ("team", "all")


@frozen(cache_hash=True)
class Across(Node):
    """A number over the rows of the row's period: of its team, or of all.

    Those rows take part for which `among` (a flag) holds and the argument is there. 'rank_high' is 1 and how many of
    them have a greater argument than the row has, 'rank_low' a lesser one; it is absent where the row's own argument
    is. The others are the same for every row; 'mean', 'least' and 'greatest' are missing where nobody takes part.
    """

    way: AcrossWay
    arg: Node
    within: Within
    among: Node = Flag(True)
    type: ClassVar[Type] = "number"


@frozen(cache_hash=True)
class Portion(Node):
    """The row's part of an amount that the rows of its period (of its team, or all) share out by weight.

    In whole units of `places`; what is left after cutting goes, unit by unit, to the largest remainders, of equal
    ones to the employee who comes first in order. Rows take part as in `Across`, with their weight; one that has a
    weight and does not gets 0. A row whose amount differs from the others' makes it unreadable for all.
    """

    amount: Node
    weight: Node
    within: Within
    places: int
    among: Node = Flag(True)
    type: ClassVar[Type] = "number"


Crossing = Across | Portion


ANY_ABSENCE = Absence.LEFT_OUT | Absence.UNDEFINED | Absence.MISSING | Absence.HOLE | Absence.UNREADABLE
ZERO = Num(Fraction(0))
ONE = Num(Fraction(1))
HUNDRED = Num(Fraction(100))


def number(value: Any) -> Num:
    """A constant of this exact value (an int, Decimal, Fraction or decimal text)."""
    return Num(Fraction(value))


def gravest(absence: Absence) -> Absence:
    """The one flag that counts where several meet."""
    return Absence(1 << (absence.bit_length() - 1)) if absence else Absence.NONE


def walk(*nodes: Node, across: bool = True) -> Iterator[Node]:
    """Every node of these trees, each distinct one once, parents first.

    Follows neither `Ref` nor `Along`: what stands there belongs to another cell, or to another period; without `across`
    no look across people either.
    """
    closed = (Along,) if across else (Along, Across, Portion)
    seen: set[Node] = set()
    waiting: list[Node] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        if not isinstance(node, closed):
            waiting.extend(reversed(list(children(node))))
