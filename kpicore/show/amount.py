"""Amounts, curves and formulas of a scheme as plain data (see `kpicore.show.data`)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
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
from kpicore.show.span import flat_value
from kpicore.stretch import Month
from kpicore.text import LANGUAGES
from kpicore.wording import amount_text, formula_text

Data = dict[str, Any]
_NOBODY = Row("", Month(2000, 1), {})


class Valued(Titles):
    """Formulas in words, with the scheme's own value in place of each parameter."""

    def title(self, node: Node) -> str:
        """A parameter's value; what people call anything else."""
        if not isinstance(node, Param):
            return super().title(node)
        param = self.model.params[node.id]
        value = Fraction(param.value) if isinstance(param.value, int | Decimal) else param.value
        return amount_text(value, param.kind, None, self.language)


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
        parts = _within(bound, reach)
        found: list[Data] = []
        for place, piece in enumerate(curve.pieces):
            spans = [part for part in parts if part.piece == place]
            if parts and not spans:
                continue
            slope = self.value(piece.slope)
            if slope == 0:
                found.append({**self.ends(piece), "value": self.amount(piece.base)})
            else:
                found.append(self._slope(piece, bound.pieces[place], spans, _is_constant(curve)))
        return found

    def deciding(self, curve: Curve, reach: Interval) -> set[int]:
        """The places of the pieces that can decide; of all where a break depends on the period."""
        parts = _within(self._bound(curve), reach)
        return {part.piece for part in parts if part.piece is not None} or set(range(len(curve.pieces)))

    def _slope(self, piece: Piece, bound: Piece, spans: Sequence[Interval], constant: bool) -> Data:
        """A piece that rises or falls; of a `constant` curve, one with no step in it is flat."""
        ends = self.ends(piece)
        if len(spans) == 1:
            span = spans[0]
            ends = {
                "low": self._end(span.low, piece, bound),
                "low_closed": span.low_closed,
                "high": self._end(span.high, piece, bound),
                "high_closed": span.high_closed,
            }
            flat = flat_value(bound, span) if constant else None
            if flat is not None:
                return {**ends, "value": self.amount(Num(flat))}
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
        if value is None or params:
            names = Titles if value is not None else Valued
            found["words"] = {language: names(self.model, language).worded(node) for language in LANGUAGES}
        return found

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
        words = {language: Titles(self.model, language).worded(node) for language in LANGUAGES}
        return {"text": formula_text(node, seasons=self.seasons), "words": words}


def _is_constant(curve: Curve) -> bool:
    """Whether nothing in a curve can be set otherwise."""
    parts = (
        node
        for piece in curve.pieces
        for node in (piece.base, piece.low, piece.high, piece.slope, piece.origin, piece.step)
        if node is not None
    )
    return not any(isinstance(part, Param) for part in walk(*parts))


def _within(bound: Curve, reach: Interval) -> list[Interval]:
    """The stretches of a curve that lie where the measure can; none where a break is not known."""
    return [part for part in partition(bound) if _meet(part, reach)] if bound.bound else []


def _meet(part: Interval, reach: Interval) -> bool:
    """Whether two stretches have a number in common."""
    for low, high in ((part, reach), (reach, part)):
        if low.low is not None and high.high is not None:
            touching = low.low_closed and high.high_closed
            if low.low > high.high or (low.low == high.high and not touching):
                return False
    return True
