"""Bands in words (`from`, `above`, `up_to`, `below`, `exactly`, `otherwise`) to the pieces of a curve."""

from __future__ import annotations

from collections.abc import Sequence

from kpicore.curve import Curve, OnCurve, Piece
from kpicore.errors import FormulaError
from kpicore.formula.node import ZERO, Extreme, Negative, Node, Product, Sum
from kpicore.model import Ends, Tier


def piece(ends: Ends, value: Node) -> Piece:
    """The piece that one band claims, with this value."""
    if ends.exactly is not None:
        return Piece(value, ends.exactly, ends.exactly)
    low = ends.from_ if ends.from_ is not None else ends.above
    high = ends.up_to if ends.up_to is not None else ends.below
    return Piece(value, low, high, ends.from_ is not None, ends.up_to is not None)


def band_pieces(rows: Sequence[Ends], values: Sequence[Node]) -> tuple[Piece, ...]:
    """The pieces of bands in their order: the first that fits wins."""
    return tuple(piece(row, value) for row, value in zip(rows, values, strict=True))


def on_tiers(value: Node, tiers: Sequence[Tier]) -> OnCurve:
    """What the parts of a value bring that lie in each tier, nothing below 0: a line that bends at each end.

    An end that parameters put below the one before leaves no room for its tier.
    """
    pieces = [Piece(ZERO, high=ZERO)]
    base: Node = ZERO
    start: Node = ZERO
    for tier in tiers:
        pieces.append(Piece(base, low=start, high=tier.up_to, low_closed=False, slope=tier.rate, origin=start))
        if tier.up_to is not None:
            end = tier.up_to if start is ZERO else Extreme("greatest", (start, tier.up_to))
            base = Sum((base, Product((tier.rate, Sum((end, Negative(start)))))))
            start = end
    return OnCurve(value, Curve(tuple(pieces)))


def on_bands(measure: Node, rows: Sequence[Ends], values: Sequence[Node]) -> OnCurve:
    """The value of the first band that holds the measure; raises FormulaError where the measure is no number."""
    if measure.type != "number":
        raise FormulaError("Bands need a number.", None, "For a choice, use a rule of kind 'choice'.")
    return OnCurve(measure, Curve(band_pieces(rows, values)))
