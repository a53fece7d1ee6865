"""Bands in words (`from`, `above`, `up_to`, `below`, `exactly`, `otherwise`) to the pieces of a curve."""

from __future__ import annotations

from collections.abc import Sequence

from kpicore.curve import Curve, OnCurve, Piece
from kpicore.errors import FormulaError
from kpicore.formula.node import Node
from kpicore.model import Ends


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


def on_bands(measure: Node, rows: Sequence[Ends], values: Sequence[Node]) -> OnCurve:
    """The value of the first band that holds the measure; raises FormulaError where the measure is no number."""
    if measure.type != "number":
        raise FormulaError("Bands need a number.", None, "For a choice, use a rule of kind 'choice'.")
    return OnCurve(measure, Curve(band_pieces(rows, values)))
