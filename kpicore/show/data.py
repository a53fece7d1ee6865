"""A scheme as plain data, for people and other programs: `sheet_data`. `sheet_text` makes text from that data.

Titles are tables from languages to texts. An amount (a break, a weight, points) is a table of its `text`, as a
formula over parameters; its `value` with the scheme's own parameters, None where it depends on the period or the
weight; the `params` in it; and `assumed`, true where one of those is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpicore.curve import Curve, Interval, OnCurve, Piece, partition, piece_value
from kpicore.decimals import plain_text
from kpicore.engines.exact import ExactReader
from kpicore.form import forms
from kpicore.formula.node import ZERO, Across, Choose, Fact, Lookup, Moment, Node, Num, Param, Ref, Sum, walk
from kpicore.messages import Messages
from kpicore.model import (
    AdjustmentsSpec,
    BandedAmount,
    Ends,
    Formula,
    GateSpec,
    GradeSpec,
    IndicatorSpec,
    PaySpec,
    SchemeModel,
    Sheet,
)
from kpicore.protocols import Scheme
from kpicore.row import Row
from kpicore.rules.band import piece as band_piece
from kpicore.rules.conditions import Condition
from kpicore.sheet import frame_of, weight_of
from kpicore.show.ladder import ladder_data
from kpicore.show.text import sheet_text
from kpicore.stretch import Month
from kpicore.text import LANGUAGES, Title
from kpicore.wording import Names, formula_text, plain_name

__all__ = ["Data", "sheet_data", "sheet_text"]

Data = dict[str, Any]
_NOBODY = Row("", Month(2000, 1), {})


def sheet_data(scheme: Scheme) -> Data:
    """All that a scheme says, as texts, numbers, lists and tables."""
    return _Shower(scheme.sheet().model).data()


class _Shower:
    def __init__(self, model: SchemeModel) -> None:
        self.model = model
        self.reader = ExactReader(Sheet(model, {}))

    def data(self) -> Data:
        model = self.model
        weights = [self._amount(weight_of(line)) for line in model.indicators]
        return {
            "id": model.id,
            "version": model.version,
            "effective": model.effective.isoformat(),
            "periods": list(model.periods),
            "title": _title(model.title),
            "industry": model.industry,
            "source": model.source,
            "note": _title(model.note),
            "rules_award": model.rules_award,
            "total": model.total if model.totals else None,
            "rank": model.rank,
            "places": model.places,
            "full_marks": self._full_marks(weights),
            "least_counted": plain_text(model.least_counted),
            "facts": [self._fact(id_) for id_ in model.facts],
            "params": [self._param(id_) for id_ in model.params],
            "groups": [{"id": group.id, "title": _title(group.title)} for group in model.groups],
            "indicators": [self._line(line, weight) for line, weight in zip(model.indicators, weights, strict=True)],
            "gates": [self._gate(gate) for gate in model.gates],
            "grade": None if model.grade is None else self._grade(model.grade),
            "adjustments": None if model.adjustments is None else self._adjustments(model.adjustments),
            "pay": [self._pay(element) for element in model.pay],
            "ladder": None if model.ladder is None else ladder_data(model, model.ladder),
        }

    def _full_marks(self, weights: Sequence[Data]) -> str | None:
        if not self.model.totals:
            return None
        values = [weight["value"] for weight in weights]
        if self.model.total != "sum":
            return "100"
        return None if None in values else plain_text(sum(map(Fraction, values), Fraction(0)))

    def _fact(self, id_: str) -> Data:
        fact = self.model.facts[id_]
        return {
            "id": id_,
            "title": _title(fact.title),
            "kind": fact.kind,
            "provider": fact.provider,
            "unit": _title(fact.unit),
            "least": _plain(fact.least),
            "most": _plain(fact.most),
            "choices": list(fact.choices),
            "default": _plain(fact.default),
            "fixed": fact.fixed,
            "note": _title(fact.note),
        }

    def _param(self, id_: str) -> Data:
        param = self.model.params[id_]
        return {
            "id": id_,
            "title": _title(param.title),
            "kind": param.kind,
            "value": _plain(param.value),
            "assumed": param.assumed,
            "note": _title(param.note),
        }

    def _line(self, line: IndicatorSpec, weight: Data) -> Data:
        frame = frame_of(self.model, line)
        return {
            "id": line.id,
            "title": _title(line.title),
            "group": line.group,
            "weight": weight,
            "measure": self._formula(line.measure),
            "kind": line.kind,
            "places": frame.places,
            "better": line.better,
            "rule": self._rule(line),
            "only_if": self._formula(line.only_if),
            "counts_when": self._formula(line.counts_when),
            "when_missing": line.when_missing,
            "when_undefined": line.when_undefined,
            "assumed": line.assumed,
            "note": _title(line.note),
        }

    def _rule(self, line: IndicatorSpec) -> Data:
        measure: Node = ZERO if line.measure is None else Ref("measure", line.measure.node.type)
        node = line.rule.lower(measure, frame_of(self.model, line))
        found: Data = {"kind": line.rule.kind}
        ranked = node.arg if isinstance(node, OnCurve) and isinstance(node.arg, Across) else None
        conditions = list(self._conditions(node, line.rule))
        if isinstance(node, OnCurve) and node.arg == measure:
            found["pieces"] = self._pieces(node.curve, self._range(line))
        elif isinstance(node, OnCurve) and ranked is not None and ranked.arg == measure:
            found["order"] = "high" if ranked.way == "rank_high" else "low"
            found["within"] = ranked.within
            found["pieces"] = self._pieces(node.curve, Interval(Fraction(1), True, None, False))
        elif isinstance(node, Lookup) and node.arg == measure:
            found["choices"] = self._choices(node.rows, node.otherwise)
        elif conditions:
            found["conditions"] = conditions
        else:
            found["formula"] = self._words(node)
        return found

    def _conditions(self, node: Node, rule: object) -> Iterator[Data]:
        """The conditions, each with its points, of a formula that is a sum of such and nothing else."""
        parts = node.args if isinstance(node, Sum) else (node,)
        if not all(isinstance(part, Choose) and part.otherwise == ZERO for part in parts):
            return
        declared = [row for row in _rows_of(rule) if isinstance(row, Condition)]
        titles = [row.title for row in declared] if len(declared) == len(parts) else [Title()] * len(parts)
        for part, title in zip(parts, titles, strict=True):
            assert isinstance(part, Choose)
            yield {
                "when": self._words(part.condition),
                "points": self._amount(part.then),
                "title": _title(title),
            }

    def _choices(self, rows: Iterable[tuple[str, Node]], otherwise: Node | None) -> list[Data]:
        found: list[Data] = [{"choice": choice, "value": self._amount(value)} for choice, value in rows]
        if otherwise is not None:
            found.append({"choice": None, "value": self._amount(otherwise)})
        return found

    def _gate(self, gate: GateSpec) -> Data:
        effect = gate.effect
        return {
            "id": gate.id,
            "title": _title(gate.title),
            "require": self._formula(gate.require),
            "effect": {"ineligible": effect.ineligible, "grade": effect.grade, "lower_by": effect.lower_by},
            "assumed": gate.assumed,
            "note": _title(gate.note),
        }

    def _grade(self, grade: GradeSpec) -> Data:
        bands = [{**self._band(band, ZERO), "grade": band.grade, "title": _title(band.title)} for band in grade.bands]
        for band in bands:
            del band["value"]
        within = grade.within if grade.by == "heads" else None
        head: Data = {"by": grade.by, "within": within, "bands": bands}
        return {**head, "assumed": grade.assumed, "note": _title(grade.note)}

    def _adjustments(self, spec: AdjustmentsSpec) -> Data:
        bounds = {"least": spec.least, "most": spec.most}
        found: Data = {name: None if bound is None else self._amount(bound) for name, bound in bounds.items()}
        return {"title": _title(spec.title), **found, "assumed": spec.assumed, "note": _title(spec.note)}

    def _pay(self, element: PaySpec) -> Data:
        amount = element.amount
        found: Data = {
            "id": element.id,
            "title": _title(element.title),
            "pool": self._formula(element.pool),
            "within": None if element.pool is None else element.within,
            "when": self._formula(element.when),
            "assumed": element.assumed,
            "note": _title(element.note),
        }
        if not isinstance(amount, BandedAmount):
            return {**found, "amount": self._formula(amount)}
        kind = amount.by.node
        found["by"] = self._formula(amount.by)
        found["by_kind"] = self.model.facts[kind.id].kind if isinstance(kind, Fact) else "number"
        if amount.amounts:
            return {**found, "choices": self._choices(amount.amounts, None)}
        return {**found, "bands": [self._band(band, band.amount) for band in amount.bands]}

    def _band(self, ends: Ends, value: Node) -> Data:
        return {**self._ends(band_piece(ends, value)), "value": self._amount(value)}

    def _range(self, line: IndicatorSpec) -> Interval:
        """The values that a measure can have, as far as its one fact says."""
        node = None if line.measure is None else line.measure.node
        if not isinstance(node, Fact):
            return Interval(None, False, None, False)
        fact = self.model.facts[node.id]
        least, most = fact.bounds.ends
        low, high = (None if end is None else Fraction(end) for end in (least, most))
        return Interval(low, low is not None, high, high is not None)

    def _pieces(self, curve: Curve, reach: Interval) -> list[Data]:
        """The pieces that can decide, in their order. One that rises or falls has the ends between which it does."""
        bound = self._bound(curve)
        parts = [part for part in partition(bound) if _meet(part, reach)] if bound.bound else []
        found: list[Data] = []
        for place, piece in enumerate(curve.pieces):
            spans = [part for part in parts if part.piece == place]
            if parts and not spans:
                continue
            slope = self._value(piece.slope)
            if slope == 0:
                found.append({**self._ends(piece), "value": self._amount(piece.base)})
            else:
                found.append(self._slope(piece, bound.pieces[place], spans))
        return found

    def _slope(self, piece: Piece, bound: Piece, spans: Sequence[Interval]) -> Data:
        ends = self._ends(piece)
        if len(spans) == 1:
            span = spans[0]
            ends = {
                "low": self._end(span.low, piece, bound),
                "low_closed": span.low_closed,
                "high": self._end(span.high, piece, bound),
                "high_closed": span.high_closed,
            }
        found: Data = {**ends, "base": self._amount(piece.base), "origin": self._amount(piece.origin)}
        found["slope"] = self._amount(piece.slope)
        found["step"] = None if piece.step is None else self._amount(piece.step)
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
                return self._amount(own)
        return self._amount(Num(value))

    def _ends(self, piece: Piece) -> Data:
        return {
            "low": None if piece.low is None else self._amount(piece.low),
            "low_closed": piece.low_closed,
            "high": None if piece.high is None else self._amount(piece.high),
            "high_closed": piece.high_closed,
        }

    def _bound(self, curve: Curve) -> Curve:
        """The curve with every amount that is known by itself as its number."""

        def change(node: Node) -> Node | None:
            value = self._value(node)
            return None if value is None else Num(value)

        return curve.bind(change)

    def _amount(self, node: Node) -> Data:
        value = self._value(node)
        params = [part.id for part in walk(node) if isinstance(part, Param)]
        text = plain_text(value) if value is not None and not params else formula_text(node)
        return {
            "value": None if value is None else plain_text(value),
            "text": text,
            "params": params,
            "assumed": any(self.model.params[id_].assumed for id_ in params),
        }

    def _value(self, node: Node) -> Fraction | None:
        """The number that a formula over constants and parameters gives; None where it depends on the period."""
        if isinstance(node, Num):
            return node.value
        if node.type != "number" or any(isinstance(part, Fact | Ref | Moment) for part in walk(node)):
            return None
        value = self.reader.value(node, _NOBODY)
        return value if isinstance(value, Fraction) else None

    def _formula(self, formula: Formula | None) -> Data | None:
        if formula is None:
            return None
        return {"text": formula.text, "words": self._words(formula.node)["words"]}

    def _words(self, node: Node) -> Data:
        """A formula by ids, and in the titles of each language."""
        words = {language: formula_text(node, _names(self.model, language)) for language in LANGUAGES}
        return {"text": formula_text(node), "words": words}


def _meet(part: Interval, reach: Interval) -> bool:
    """Whether two stretches have a number in common."""
    for low, high in ((part, reach), (reach, part)):
        if low.low is not None and high.high is not None:
            touching = low.low_closed and high.high_closed
            if low.low > high.high or (low.low == high.high and not touching):
                return False
    return True


def _title(title: Title) -> dict[str, str]:
    return dict(title.texts)


def _plain(value: object) -> str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    return plain_text(value) if isinstance(value, int | Decimal) else str(value)


def _rows_of(rule: object) -> Iterator[object]:
    for name in forms(type(rule)):
        value = getattr(rule, name)
        if isinstance(value, tuple):
            yield from value


def _names(model: SchemeModel, language: str) -> Names:
    """The titles of facts, parameters and indicators in place of their ids."""
    messages = Messages(language)
    titles = {f"{line.id}": line.title.text(language, line.id) for line in model.indicators}

    def name(node: Node) -> str:
        match node:
            case Fact(id=id_):
                return model.facts[id_].title.text(language, id_)
            case Param(id=id_):
                return model.params[id_].title.text(language, id_)
            case Ref(cell=cell):
                line, _, part = cell.rpartition(".")
                key = f"cell.{part if line in titles else cell}"
                word = messages(key) if key in messages else cell
                return f"{titles[line]} ({word})" if line in titles else word
            case Moment(part=part):
                return messages(f"cell.{part}")
        return plain_name(node)

    return name
