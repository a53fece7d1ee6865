"""The functions that every formula may use; each is a macro over nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from attrs import evolve

from kpicore.errors import FormulaError
from kpicore.formula.node import (
    ANY_ABSENCE,
    ONE,
    PART_KINDS,
    ZERO,
    Absence,
    Absent,
    Across,
    Along,
    Choose,
    Extreme,
    Instead,
    Is,
    Magnitude,
    Node,
    Not,
    Num,
    Quotient,
    Ref,
    Round,
    Some,
    Sum,
    Type,
    number,
)
from kpicore.formula.resolve import ARTICLES, Function, Parameter

BLANK = Absence.MISSING | Absence.UNDEFINED | Absence.LEFT_OUT
_X = Parameter("x")
_ANY = Parameter("x", "any")
_INDICATOR = Parameter("indicator", "indicator")
_MOST_PLACES = 9


def _coalesce(*args: Node) -> Node:
    if len({arg.type for arg in args}) > 1:
        raise FormulaError("'coalesce' takes values of one type.")
    node = args[-1]
    for arg in reversed(args[:-1]):
        node = Instead(arg, BLANK, node)
    return node


def _given(x: Node) -> Node:
    unread = Absence.UNREADABLE | Absence.HOLE
    return Choose(Is(x, unread), Absent(Absence.UNREADABLE, "flag"), Not(Is(x, ANY_ABSENCE)))


def _mean(*args: Node) -> Node:
    return Quotient(Sum(args), number(len(args)))


def mean_given(*args: Node) -> Node:
    given = [_given(arg) for arg in args]
    total = Sum(tuple(Instead(arg, BLANK, ZERO) for arg in args))
    count = Sum(tuple(Choose(flag, ONE, ZERO) for flag in given))
    return Choose(Some(tuple(given)), Quotient(total, count), Sum(args))


def _places(places: Node) -> int:
    if not isinstance(places, Num) or places.value.denominator != 1 or not 0 <= places.value <= _MOST_PLACES:
        raise FormulaError(f"The number of places must be a whole number from 0 to {_MOST_PLACES}.")
    return int(places.value)


def _round(x: Node, places: Node = ZERO) -> Node:
    return Round(x, _places(places), "half_up")


def _floor(x: Node, places: Node = ZERO) -> Node:
    return Round(x, _places(places), "floor")


def _attainment(indicator: str) -> Node:
    return Quotient(Ref(f"{indicator}.score"), Ref(f"{indicator}.full_marks"))


def _along(way: Literal["previous", "year_ago", "mean_last_year"]) -> Callable[[Node], Node]:
    return lambda x: Along(way, x)


def _streak(now: Node, then: Node) -> Node:
    return Choose(now, Sum((Along("run", then), ONE)), ZERO)


def _over_cycle(how: str, x: Node, part: str = "month") -> Node:
    wants: Type = "flag" if how in ("any", "all") else "number"
    if x.type != wants and how != "only":
        raise FormulaError(f"'over_cycle' takes {ARTICLES[wants]} with '{how}', not {ARTICLES[x.type]}.")
    return Along(f"cycle_{how}", x, part=part)  # type: ignore[arg-type]


def _rank(x: Node, better: str, within: str = "all") -> Node:
    return Across("rank_high" if better == "high" else "rank_low", x, within)  # type: ignore[arg-type]


_ACROSS = {"mean": "mean", "sum": "sum", "count": "count", "min": "least", "max": "greatest"}


def _within(how: str, x: Node, within: str) -> Node:
    return Across(_ACROSS[how], x, within)  # type: ignore[arg-type]


_THEN = Parameter("x", "any", past=True)
_WITHIN = Parameter("within", "word", ("team", "all"))
STANDARD = (
    Function("abs", Magnitude, (_X,), help="x without its sign"),
    Function("attainment", _attainment, (_INDICATOR,), help="an indicator's rounded score / its full marks"),
    Function("coalesce", _coalesce, (), _ANY, 2, help="the first that is given"),
    Function("floor", _floor, (_X, Parameter("places")), optional=1, help="x cut to so many places, downwards"),
    Function("given", _given, (_ANY,), help="whether x is given"),
    Function("max", lambda *args: Extreme("greatest", args, Absence.LEFT_OUT), (), _X, 1, help="the greatest"),
    Function(
        "measure",
        lambda i: Ref(f"{i}.measure"),
        (evolve(_INDICATOR, measured=True),),
        help="an indicator's rounded measure",
    ),
    Function("mean", _mean, (), _X, 1, help="the mean; missing where one is"),
    Function("mean_given", mean_given, (), _X, 1, help="the mean of those that are given"),
    Function(
        "mean_last_year",
        _along("mean_last_year"),
        (Parameter("x", past=True),),
        help="the mean of x over the periods of the calendar year before that have a value",
    ),
    Function("min", lambda *args: Extreme("least", args, Absence.LEFT_OUT), (), _X, 1, help="the least"),
    Function(
        "over_cycle",
        _over_cycle,
        (
            Parameter("how", "word", ("sum", "mean", "min", "max", "any", "all", "only")),
            Parameter("x", "any", past=True, months=True),
            Parameter("part", "word", PART_KINDS),
        ),
        optional=1,
        help="the sum (mean, min, max) of x over the months (quarters, half-years) of the period, whether a condition "
        "holds in any or all of them, or the only value that they have",
    ),
    Function("pay", lambda i: Ref(f"earned.{i}"), (Parameter("element of pay", "pay"),), help="an element of pay"),
    Function("points", lambda i: Ref(f"{i}.points"), (_INDICATOR,), help="an indicator's points"),
    Function("previous", _along("previous"), (_THEN,), help="x of the period before"),
    Function(
        "rank",
        _rank,
        (_X, Parameter("better", "word", ("high", "low")), _WITHIN),
        optional=1,
        help="the rank of x among all (or the team) in the period; equal values share the better one",
    ),
    Function("round", _round, (_X, Parameter("places")), optional=1, help="x rounded half up to so many places"),
    Function("score", lambda i: Ref(f"{i}.score"), (_INDICATOR,), help="an indicator's score"),
    Function(
        "streak",
        _streak,
        (Parameter("condition", "flag", past=True, now=True),),
        help="how many periods running, this one included, a condition has held",
    ),
    Function("sum", lambda *args: Sum(args), (), _X, 1, help="the sum"),
    Function(
        "within",
        _within,
        (Parameter("how", "word", ("mean", "sum", "count", "min", "max")), _X, _WITHIN),
        help="the mean (sum, count, min, max) of x over the team, or over all, in the period",
    ),
    Function("year_ago", _along("year_ago"), (_THEN,), help="x of the same period a year ago"),
)
