"""Which values a measure can have, as far as its formula says it at sight."""

from __future__ import annotations

from fractions import Fraction

from kpicore.curve import Interval, Piece, number_of, piece_value
from kpicore.formula.node import (
    Absent,
    Across,
    Along,
    Choose,
    Extreme,
    Fact,
    Instead,
    Magnitude,
    Node,
    Num,
    Param,
    Product,
    Quotient,
    Round,
    Sum,
)
from kpicore.model import SchemeModel


def span_of(model: SchemeModel, node: Node | None) -> Interval:
    """The values that a formula can have: the bounds of a single fact; from 0 up where nothing in it is below 0."""
    if isinstance(node, Fact):
        low, high = (None if end is None else Fraction(end) for end in model.fact(node.id).bounds.ends)
        return Interval(low, low is not None, high, high is not None)
    if node is not None and node.type == "number" and never_negative(model, node):
        return Interval(Fraction(0), True, None, False)
    return Interval(None, False, None, False)


def never_negative(model: SchemeModel, node: Node) -> bool:
    """Whether a formula gives nothing below 0; False also where that can not be seen."""
    parts: tuple[Node, ...]
    match node:
        case Num(value=value):
            return value >= 0
        case Fact(id=id_):
            least = model.fact(id_).bounds.ends[0]
            return least is not None and least >= 0
        case Param(id=id_):
            least = model.params[id_].bounds.ends[0]
            return least is not None and least >= 0
        case Absent() | Magnitude():
            return True
        case Sum(args=parts) | Product(args=parts) | Extreme(args=parts, which="least"):
            return all(never_negative(model, part) for part in parts)
        case Extreme(args=parts):
            return any(never_negative(model, part) for part in parts)
        case (
            Quotient(top=first, bottom=second) | Instead(arg=first, other=second) | Choose(then=first, otherwise=second)
        ):
            return never_negative(model, first) and never_negative(model, second)
        case Round(arg=arg) | Along(arg=arg) | Across(arg=arg):
            return never_negative(model, arg)
    return False


def flat_value(bound: Piece, span: Interval) -> Fraction | None:
    """What a bound piece gives throughout: that of a stair with no more than one step between its ends; else None."""
    if bound.step is None or span.low is None or span.high is None:
        return None
    first, last = (piece_value(bound, end) for end in (span.low, span.high))
    at_end = (span.high - number_of(bound.origin)) % number_of(bound.step) == 0
    one = not span.high_closed and at_end and last - first == number_of(bound.slope)
    return first if first == last or one else None
