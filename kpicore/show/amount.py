"""Amounts, curves and formulas of a scheme as plain data (see `kpicore.show.data`)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from kpicore.curve import Curve, Interval, Piece, partition, piece_value
from kpicore.decimals import plain_text
from kpicore.engines.exact import ExactReader
from kpicore.explain.choice import Choices
from kpicore.explain.naming import Titles
from kpicore.formula.node import Fact, Moment, Node, Num, Param, Ref, walk
from kpicore.model import Formula, SchemeModel, Sheet
from kpicore.row import Row
from kpicore.season import seasons_in
from kpicore.stretch import Month
from kpicore.text import LANGUAGES
from kpicore.wording import formula_text

Data = dict[str, Any]
_NOBODY = Row("", Month(2000, 1), {})


class Amounts:
    """Those of one scheme, with its own parameters."""

    def __init__(self, model: SchemeModel) -> None:
        self.model = model
        self.reader = ExactReader(Sheet(model, {}))
        self.seasons = {season.node: season.id for season in model.seasons.values()}
        self.titles = Choices(model)

    def pieces(self, curve: Curve, reach: Interval) -> list[Data]:
        """The pieces that can decide, in their order. One that rises or falls has the ends between which it does."""
        bound = self._bound(curve)
        parts = [part for part in partition(bound) if _meet(part, reach)] if bound.bound else []
        found: list[Data] = []
        for place, piece in enumerate(curve.pieces):
            spans = [part for part in parts if part.piece == place]
            if parts and not spans:
                continue
            slope = self.value(piece.slope)
            if slope == 0:
                found.append({**self.ends(piece), "value": self.amount(piece.base)})
            else:
                found.append(self._slope(piece, bound.pieces[place], spans))
        return found

    def _slope(self, piece: Piece, bound: Piece, spans: Sequence[Interval]) -> Data:
        ends = self.ends(piece)
        if len(spans) == 1:
            span = spans[0]
            ends = {
                "low": self._end(span.low, piece, bound),
                "low_closed": span.low_closed,
                "high": self._end(span.high, piece, bound),
                "high_closed": span.high_closed,
            }
        found: Data = {**ends, "base": self.amount(piece.base), "origin": self.amount(piece.origin)}
        found["slope"] = self.amount(piece.slope)
        found["step"] = None if piece.step is None else self.amount(piece.step)
        for name, end in (("from_value", "low"), ("to_value", "high")):
            given = ends[end] and ends[end]["value"]
            known = isinstance(bound.base, Num) and isinstance(bound.slope, Num) and isinstance(bound.origin, Num)
            there = piece.step is None and given is not None and known
            found[name] = plain_text(piece_value(bound, Fraction(given))) if there else None
        return found

    def _end(self, value: Fraction | None, piece: Piece, bound: Piece) -> Data | None:
        """The end of a stretch: in the words of the piece where it is the piece's own."""
        if value is None:
            return None
        for own, number in ((piece.low, bound.low), (piece.high, bound.high)):
            if own is not None and number == Num(value):
                return self.amount(own)
        return self.amount(Num(value))

    def ends(self, piece: Piece) -> Data:
        """The ends of a piece or band, each as an amount."""
        return {
            "low": None if piece.low is None else self.amount(piece.low),
            "low_closed": piece.low_closed,
            "high": None if piece.high is None else self.amount(piece.high),
            "high_closed": piece.high_closed,
        }

    def _bound(self, curve: Curve) -> Curve:
        """The curve with every amount that is known by itself as its number."""

        def change(node: Node) -> Node | None:
            value = self.value(node)
            return None if value is None else Num(value)

        return curve.bind(change)

    def amount(self, node: Node) -> Data:
        """An amount: its text, and its value where it has one."""
        value = self.value(node)
        params = [part.id for part in walk(node) if isinstance(part, Param)]
        seasons = seasons_in(self.model.seasons, [node])
        text = plain_text(value) if value is not None and not params else formula_text(node, seasons=self.seasons)
        assumed = [*(self.model.params[id_].assumed for id_ in params), *(season.assumed for season in seasons)]
        found: Data = {
            "value": None if value is None else plain_text(value),
            "text": text,
            "params": params,
            "assumed": any(assumed),
        }
        if seasons:
            found["seasons"] = [season.id for season in seasons]
            found["words"] = {language: self._worded(node, language) for language in LANGUAGES}
        return found

    def _worded(self, node: Node, language: str) -> str:
        """A formula as a person reads it."""
        return Titles(self.model, language).worded(node)

    def value(self, node: Node) -> Fraction | None:
        """The number that a formula over constants and parameters gives; None where it depends on the period."""
        if isinstance(node, Num):
            return node.value
        if node.type != "number" or any(isinstance(part, Fact | Ref | Moment) for part in walk(node)):
            return None
        value = self.reader.value(node, _NOBODY)
        return value if isinstance(value, Fraction) else None

    def formula(self, formula: Formula | None) -> Data | None:
        """A formula as it is written, and in words; None where there is none."""
        if formula is None:
            return None
        return {"text": formula.text, "words": self.words(formula.node)["words"]}

    def words(self, node: Node) -> Data:
        """A formula by ids, and in the titles of each language."""
        words = {language: self._worded(node, language) for language in LANGUAGES}
        return {"text": formula_text(node, seasons=self.seasons), "words": words}


def _meet(part: Interval, reach: Interval) -> bool:
    """Whether two stretches have a number in common."""
    for low, high in ((part, reach), (reach, part)):
        if low.low is not None and high.high is not None:
            touching = low.low_closed and high.high_closed
            if low.low > high.high or (low.low == high.high and not touching):
                return False
    return True
