"""A scheme as plain data, for people and other programs: `sheet_data`. `sheet_text` makes text from that data.

Titles are tables from languages to texts. An amount (a break, a weight, points) is a table of its `text`, as a
formula over parameters; its `value` with the scheme's own parameters, None where it depends on the period or the
weight; the `params` in it; and `assumed`, true where something in it is. One that is no plain number has `words`, its
formula as a person reads it in each language: with the titles of parameters, or, where it has no value, with theirs.
One that follows seasons has their ids in `seasons`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

import attrs

from kpicore.curve import Interval, OnCurve, Piece
from kpicore.decimals import plain_text
from kpicore.explain.naming import Titles
from kpicore.form import forms
from kpicore.formula.node import ZERO, Across, Choose, Fact, Lookup, Node, Ref, Sum
from kpicore.formula.node import number as constant
from kpicore.messages import appraisal_text
from kpicore.model import (
    GIVEN_TOTAL,
    AdjustmentsSpec,
    AppraisalSpec,
    BandedAmount,
    Ends,
    GateSpec,
    GradeSpec,
    GroupSpec,
    IndicatorSpec,
    PaySpec,
    RaterSpec,
    Tier,
)
from kpicore.protocols import Scheme
from kpicore.rules.band import piece as band_piece
from kpicore.rules.conditions import Condition
from kpicore.sheet import frame_of, items_of, measured_of, rule_curve, weighs, weight_of
from kpicore.show.amount import Amounts, Data
from kpicore.show.ladder import ladder_data
from kpicore.show.span import span_of
from kpicore.show.text import is_idle, sheet_text
from kpicore.text import LANGUAGES, Title, Titled
from kpicore.wording import months_text

__all__ = ["Data", "sheet_data", "sheet_text"]


def sheet_data(scheme: Scheme) -> Data:
    """All that a scheme says, as texts, numbers, lists and tables."""
    return _Shower(scheme.sheet().model).data()


class _Shower(Amounts):
    def data(self) -> Data:
        model = self.model
        weights = [self._weight(line) for line in model.indicators]
        return {
            "id": model.id,
            "version": model.version,
            "effective": model.effective.isoformat(),
            "periods": list(model.periods),
            "occasions": list(model.occasions),
            "appraisal": None if model.appraisal is None else self._appraisal(model.appraisal),
            "title": _title(model.title),
            "industry": _title(model.industry),
            "source": model.source,
            "note": _title(model.note),
            "rules_award": model.rules_award,
            "total": model.total if model.totals else None,
            "rank": model.rank,
            "places": model.places,
            "full_marks": self._full_marks(weights),
            "least_counted": plain_text(model.least_counted),
            "providers": [{"name": name, "title": _title(title)} for name, title in model.providers.items()],
            "facts": [self._fact(id_) for id_ in model.facts if id_ != GIVEN_TOTAL],
            "params": [self._param(id_) for id_ in model.params],
            "seasons": [self._season(id_) for id_ in model.seasons],
            "raters": [self._rater(rater) for rater in model.raters],
            "groups": [self._group(group) for group in model.groups],
            "indicators": [self._line(line, weight) for line, weight in zip(model.indicators, weights, strict=True)],
            "gates": [self._gate(gate) for gate in model.gates],
            "grade": None if model.grade is None else self._grade(model.grade),
            "adjustments": None if model.adjustments is None else self._adjustments(model.adjustments),
            "pay": [self._pay(element) for element in model.pay],
            "ladder": None if model.ladder is None else ladder_data(model, model.ladder),
            "made_of": model.shorter or None,
            "rollups": [_Shower(longer).data() for longer in model.rollups],
        }

    def _weight(self, line: IndicatorSpec) -> Data:
        """The weight; of a checklist without one a mark an item, as many as it has where all apply."""
        weight = weight_of(self.model, line)
        own = measured_of(line)
        return self.amount(constant(len(items_of(line.rule))) if own is not None and weight == own.full else weight)

    def _appraisal(self, appraisal: AppraisalSpec) -> Data:
        periods = self.model.periods
        return {
            "day": appraisal.day,
            "months_after": appraisal.months_after,
            "moved": appraisal.moved,
            "words": {language: appraisal_text(appraisal, periods, language) for language in LANGUAGES},
            "assumed": appraisal.assumed,
            "note": _title(appraisal.note),
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
            "choices": [{"value": choice, "title": _choice(choice, fact.choice_titles)} for choice in fact.choices],
            "na": fact.na,
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

    def _season(self, id_: str) -> Data:
        season = self.model.seasons[id_]
        return {
            "id": id_,
            "title": _title(season.title),
            "months": list(season.months),
            "words": {language: months_text(season, language) for language in LANGUAGES},
            "assumed": season.assumed,
            "note": _title(season.note),
        }

    def _group(self, group: GroupSpec) -> Data:
        return {
            "id": group.id,
            "title": _title(group.title),
            "only_if": self.formula(group.only_if),
            "assumed": group.assumed,
            "note": _title(group.note),
        }

    def _line(self, line: IndicatorSpec, weight: Data) -> Data:
        frame, rule = frame_of(self.model, line), self._rule(line)
        nothing = weighs(self.model) or is_idle(rule)
        least, most = self._own_bounds(line)
        return {
            "id": line.id,
            "title": _title(line.title),
            "group": line.group,
            "weight": weight,
            "shown_only": weight["value"] == "0" and nothing,
            "measure": self.formula(line.judged or line.measure),
            "raters": [rated.rater for rated in line.rated],
            "combine": line.combine if line.rated else None,
            "missing_rater": line.missing_rater if line.rated else None,
            "levels": list(self._levels(line)),
            "beside": self._beside(line),
            "apart": line.apart,
            "kind": line.kind,
            "least": least,
            "most": most,
            "places": frame.places,
            "better": line.better,
            "rule": rule,
            "only_if": self.formula(line.only_if),
            "counts_when": self.formula(line.counts_when),
            "when_missing": line.when_missing,
            "when_undefined": line.when_undefined,
            "assumed": line.assumed,
            "note": _title(line.note),
            "taken": [attrs.asdict(step) for step in line.taken],
        }

    def _rater(self, rater: RaterSpec) -> Data:
        weight = None if rater.weight is None else self.amount(rater.weight)
        return {
            "id": rater.id,
            "title": _title(rater.title),
            "weight": weight,
            "provider": rater.provider,
            "note": _title(rater.note),
        }

    def _levels(self, line: IndicatorSpec) -> Iterator[Data]:
        """The levels; where the rule gives points by them, with these, and None for one that is never reached."""
        worth = self._by_level(line)
        for place, band in enumerate(line.levels):
            words = {language: Titles(self.model, language).level_word(line.id, band.level) for language in LANGUAGES}
            found = {**self._band(band, ZERO), "level": band.level, "words": words, "title": _title(band.title)}
            del found["value"]
            yield found if worth is None else {**found, "points": worth[place]}

    def _by_level(self, line: IndicatorSpec) -> list[Data | None] | None:
        """The points of each level, where the rule has one piece a level; None for any other rule."""
        curve = rule_curve(self.model, line, Ref("measure")) if line.levels else None
        if curve is None:
            return None
        pieces = curve.pieces
        if [self.ends(piece) for piece in pieces] != [self.ends(band_piece(band, ZERO)) for band in line.levels]:
            return None
        if any(piece.slope != ZERO for piece in pieces):
            return None
        judged = line.judged or line.measure
        decide = self.deciding(curve, span_of(self.model, None if judged is None else judged.node))
        return [self.amount(piece.base) if place in decide else None for place, piece in enumerate(pieces)]

    def _beside(self, line: IndicatorSpec) -> Data | None:
        return self.words(self.model.facts[line.beside].node) if line.beside else None

    def _own_bounds(self, line: IndicatorSpec) -> tuple[str | bool | None, str | bool | None]:
        """The bounds of a measure that is a single fact with its own; else None. A rating's are both known then."""
        judged = line.judged or line.measure
        fact = self.model.fact(judged.node.id) if judged is not None and isinstance(judged.node, Fact) else None
        if fact is None or (fact.least is None and fact.most is None) or fact.kind != line.kind:
            return None, None
        least, most = fact.bounds.ends
        return _plain(least), _plain(most)

    def _rule(self, line: IndicatorSpec) -> Data:
        judged = line.judged or line.measure
        measure: Node = ZERO if judged is None else Ref("measure", judged.node.type)
        node = line.rule.lower(measure, frame_of(self.model, line))
        found: Data = {"kind": line.rule.kind}
        reach = span_of(self.model, None if judged is None else judged.node)
        ranked = node.arg if isinstance(node, OnCurve) and isinstance(node.arg, Across) else None
        conditions = list(self._conditions(node, line.rule))
        items = [self.words(item.node) for item in items_of(line.rule)]
        if items:
            found["items"] = items
        elif isinstance(node, OnCurve) and node.arg == measure:
            found["pieces"] = self.pieces(node.curve, reach)
        elif isinstance(node, OnCurve) and ranked is not None and ranked.arg == measure:
            found["order"] = "high" if ranked.way == "rank_high" else "low"
            found["within"] = ranked.within
            found["pieces"] = self.pieces(node.curve, Interval(Fraction(1), True, None, False))
        elif isinstance(node, Lookup) and node.arg == measure:
            found["choices"] = self._choices(
                node.rows, node.otherwise, self.titles.titles(judged.node if judged else ZERO)
            )
        elif conditions:
            found["conditions"] = conditions
        else:
            found["formula"] = self.words(node)
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
                "when": self.words(part.condition),
                "points": self.amount(part.then),
                "title": _title(title),
            }

    def _choices(self, rows: Iterable[tuple[str, Node]], otherwise: Node | None, titles: Titled) -> list[Data]:
        found: list[Data] = [
            {"choice": choice, "title": _choice(choice, titles), "value": self.amount(value)} for choice, value in rows
        ]
        if otherwise is not None:
            found.append({"choice": None, "title": {}, "value": self.amount(otherwise)})
        return found

    def _gate(self, gate: GateSpec) -> Data:
        effect = gate.effect
        return {
            "id": gate.id,
            "title": _title(gate.title),
            "require": self.formula(gate.require),
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
        found: Data = {name: None if bound is None else self.amount(bound) for name, bound in bounds.items()}
        return {"title": _title(spec.title), **found, "assumed": spec.assumed, "note": _title(spec.note)}

    def _pay(self, element: PaySpec) -> Data:
        amount = element.amount
        found: Data = {
            "id": element.id,
            "title": _title(element.title),
            "pool": self.formula(element.pool),
            "within": None if element.pool is None else element.within,
            "when": self.formula(element.when),
            "assumed": element.assumed,
            "note": _title(element.note),
        }
        if not isinstance(amount, BandedAmount):
            return {**found, "amount": self.formula(amount)}
        kind = amount.by.node
        found["by"] = self.formula(amount.by)
        found["by_kind"] = self.model.facts[kind.id].kind if isinstance(kind, Fact) else "number"
        if amount.amounts:
            return {**found, "choices": self._choices(amount.amounts, None, self.titles.titles(kind))}
        if amount.tiers:
            return {**found, "tiers": list(self._tiers(amount.tiers))}
        return {**found, "bands": [self._band(band, band.amount) for band in amount.bands]}

    def _tiers(self, tiers: Sequence[Tier]) -> Iterator[Data]:
        low: Node | None = None
        for tier in tiers:
            ends = self.ends(Piece(ZERO, low, tier.up_to, low_closed=False))
            yield {**ends, "rate": self.amount(tier.rate)}
            low = tier.up_to

    def _band(self, ends: Ends, value: Node) -> Data:
        return {**self.ends(band_piece(ends, value)), "value": self.amount(value)}


def _title(title: Title) -> dict[str, str]:
    return dict(title.texts)


def _choice(choice: str, titles: Titled) -> dict[str, str]:
    return _title(dict(titles).get(choice, Title()))


def _plain(value: object) -> str | bool | None:
    if value is None or isinstance(value, bool):
        return value
    return plain_text(value) if isinstance(value, int | Decimal) else str(value)


def _rows_of(rule: object) -> Iterator[object]:
    for name in forms(type(rule)):
        value = getattr(rule, name)
        if isinstance(value, tuple):
            yield from value
