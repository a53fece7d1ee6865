"""Bands, levels, slopes and choices: what they leave out, what they claim twice, and which way they lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from attrs import evolve, frozen

from kpicore.check.beyond import share_of_heads
from kpicore.check.curves import FINEST, Judged, Point, Stretch
from kpicore.check.extent import Extent
from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.ground import NOT_TRIED, Amount, Ground, Row, Told, witness
from kpicore.check.spans import Spans
from kpicore.curve import Curve, OnCurve
from kpicore.form import forms
from kpicore.formula.node import RANKS, ZERO, Across, Fact, Lookup, Node, Quotient, Ref
from kpicore.model import GradeSpec, IndicatorSpec
from kpicore.rules.band import on_bands
from kpicore.sheet import frame_of, rule_curve

POINTS = "points"


@frozen
class Banded:
    """A curve of the scheme with its place: `key` is that of the whole, `rows` that of the list of its bands, if any.

    `measure` is the kind and the decimals of what is judged; `about` names a made-up result's value of it.
    """

    key: str
    rows: str
    curve: Curve
    extent: Extent
    measure: tuple[str, int | None]
    about: str = ""
    gives: str = "points"
    spared: frozenset[int] = frozenset()
    """The bands of which it is no matter that nobody comes into them."""

    def row(self, place: int) -> Row:
        """A band as it is told."""
        return Row(place + 1, self.band(place))

    def band(self, place: int) -> str:
        """The key of a band."""
        return f"{self.rows}[{place + 1}]" if self.rows else self.key

    def amount(self, value: Fraction | None) -> Amount:
        """A value of the measure, to be told."""
        return Amount(value, *self.measure)


def rows_of(owner: object, count: int, key: str) -> str:
    """The key of the list that holds so many bands of a rule, or of an amount; '' where none does."""
    for name, (form, _) in forms(type(owner)).items():
        if form.name == "rows" and len(getattr(owner, name)) == count:
            return f"{key}.{name}"
    return ""


def indicator_findings(ground: Ground, line: IndicatorSpec) -> Iterator[Finding]:
    """All that is found in the rule and the levels of an indicator."""
    yield from ground.each_month(lambda extents: _rule(ground, line, extents))
    yield from ground.each_month(lambda extents: _levels(ground, line, extents))


def measured(ground: Ground, line: IndicatorSpec, extents: Extents) -> tuple[Ref, Extent] | None:
    """The cell of what an indicator's rule judges (of the first of several raters), with its extent."""
    name = f"{line.id}.{line.rated[0].rater}.measure" if line.by_points else f"{line.id}.measure"
    cell = ground.sheet.cells.get(name)
    return None if cell is None else (Ref(name, cell.type), extents.cell(name))


def judged_curve(ground: Ground, line: IndicatorSpec, extents: Extents) -> Banded | None:
    """The curve of an indicator's rule, where it is one."""
    found = measured(ground, line, extents)
    if found is None:
        return None
    measure, extent = found
    frame = frame_of(ground.model, line)
    rule = line.rated[0].rule if line.by_points else line.rule
    lowered = rule_curve(ground.model, line, measure, rule)
    if lowered is None:
        return None
    curve = extents.bound(lowered)
    key = f"indicator.{line.id}.rule"
    rows = rows_of(rule, len(curve.pieces), key)
    if not rows and len(line.levels) == len(curve.pieces):
        rows = f"indicator.{line.id}.levels"
    return Banded(key, rows, curve, extent, (frame.kind, frame.places), measure.cell, spared=_last(curve))


def _last(curve: Curve) -> frozenset[int]:
    """The last band, where it is for all others: it may be there to be safe."""
    last = curve.pieces[-1]
    return frozenset({len(curve.pieces) - 1} if last.low is None and last.high is None else ())


def _rule(ground: Ground, line: IndicatorSpec, extents: Extents) -> Iterator[Finding]:
    banded = judged_curve(ground, line, extents)
    if banded is None:
        yield from _table(ground, line, extents)
        return
    if not banded.curve.bound:
        yield ends_open(ground, banded.rows or banded.key)
        return
    judged = Judged.over(banded.curve, banded.extent.numbers, ground.model.places)
    yield from band_findings(ground, banded, judged)
    if line.better is not None and (found := judged.falls(line.better == "higher")) is not None:
        yield falling("falls", banded, found, POINTS)
    if (step := judged.cliff()) is not None:
        yield falling("cliff", banded, step, POINTS)
    full = extents.of(frame_of(ground.model, line).full).numbers.one
    if full is not None and (beyond := judged.outside(min(Fraction(0), full), max(Fraction(0), full))) is not None:
        values = {"value": banded.amount(beyond.x), "points": Amount(beyond.value), "full": Amount(full)}
        yield Finding("above_full", banded.key, values, witness(beyond.x))


def _levels(ground: Ground, line: IndicatorSpec, extents: Extents) -> Iterator[Finding]:
    """The levels of an indicator whose points come from something else."""
    banded = judged_curve(ground, line, extents)
    found = measured(ground, line, extents) if line.levels else None
    if found is None or (banded is not None and banded.rows.endswith(".levels")):
        return
    measure, extent = found
    curve = extents.bound(on_bands(measure, line.levels, [ZERO] * len(line.levels)).curve)
    key = f"indicator.{line.id}.levels"
    if not curve.bound:
        yield ends_open(ground, key)
    else:
        frame = frame_of(ground.model, line)
        named = Banded(key, key, curve, extent, (frame.kind, frame.places), measure.cell, "level", _last(curve))
        yield from band_findings(ground, named, Judged.over(curve, extent.numbers, 0))


def band_findings(ground: Ground, banded: Banded, judged: Judged) -> Iterator[Finding]:
    """Holes, overlaps, and bands that never decide."""
    for hole in judged.holes():
        values: dict[str, object] = {
            "value": banded.amount(hole.witness),
            "beside": _beside(banded, judged, hole),
            "lacking": Told(f"check.lacking.{banded.gives}", {}),
        }
        found = Finding("hole", banded.rows or banded.key, values, witness(hole.witness))
        yield found if banded.extent.numbers.full else _tried(ground, banded, hole, found)
    for stretch, (first, second) in judged.overlaps():
        pair = {"first": banded.row(first), "second": banded.row(second)}
        values = {"value": banded.amount(stretch.witness), **pair}
        yield Finding("overlap", banded.band(second), values, witness(stretch.witness))
    ends = {"low": banded.amount(judged.numbers.low), "high": banded.amount(judged.numbers.high)}
    for place, hidden in judged.silent() if banded.rows else ():
        if place in banded.spared:
            continue
        yield Finding("hidden_band" if hidden else "unreachable_band", banded.band(place), ends)
    if not banded.extent.numbers.full and banded.about and banded.rows:
        met = _met(ground, banded)
        for each in judged.stretches:
            if each.part.piece is not None and not any(map(each.numbers.holds, met)):
                yield ground.not_decided(banded.band(each.part.piece), Told("check.what.band", {}))


def _beside(banded: Banded, judged: Judged, hole: Stretch) -> Told | str:
    """Between which bands a hole lies."""
    if not banded.rows:
        return ""
    below, above = judged.beside(hole)
    known = {name: banded.row(place) for name, place in (("below", below), ("above", above)) if place is not None}
    return Told(f"check.beside.{'_'.join(known)}", known) if known else ""


def _met(ground: Ground, banded: Banded) -> list[Fraction]:
    """What made-up people have."""
    found = (row.get(banded.about) for row in ground.rows)
    return [Fraction(value) for value in found if isinstance(value, Decimal | str)]


def ends_open(ground: Ground, key: str) -> Finding:
    """Of bands whose ends or values are not known beforehand."""
    return ground.not_decided(key, Told("check.what.ends", {}), None, NOT_TRIED)


def _tried(ground: Ground, banded: Banded, hole: Stretch, found: Finding) -> Finding:
    """A hole of which it is not proved that anybody can fall into it: made-up people tell."""
    inside = next((value for value in _met(ground, banded) if hole.numbers.holds(value)), None)
    if inside is not None:
        return evolve(found, values={**found.values, "value": banded.amount(inside)}, witness=witness(inside))
    return ground.not_decided(found.key, Told("check.what.hole", found.values), found.witness)


def _table(ground: Ground, line: IndicatorSpec, extents: Extents) -> Iterator[Finding]:
    """The choices of a table of points that it leaves out, and those that a worse one beats; points by place alike."""
    found = measured(ground, line, extents)
    if found is None:
        return
    measure, extent = found
    rule = line.rated[0].rule if line.by_points else line.rule
    node = rule.lower(measure, frame_of(ground.model, line))
    key = f"indicator.{line.id}.rule.points"
    if isinstance(node, Lookup) and node.arg == measure:
        yield from choice_findings(node, extent, key, POINTS)
        worth = dict(node.rows)
        yield from _worse(extents, [(name, worth[name]) for name in _choices(ground, line) if name in worth], key)
    elif isinstance(node, OnCurve) and isinstance(node.arg, Across) and node.arg.way in RANKS:
        yield from _worse(extents, [(str(at), piece.base) for at, piece in enumerate(node.curve.pieces, 1)], key)


def _choices(ground: Ground, line: IndicatorSpec) -> Sequence[str]:
    """The choices of the fact that is asked, which are written best first."""
    asked = line.judged if line.rated else line.measure
    node = None if asked is None else asked.node
    return ground.model.fact(node.id).choices if isinstance(node, Fact) and node.id in ground.sheet.facts else ()


def _worse(extents: Extents, rows: Sequence[tuple[str, Node]], key: str) -> Iterator[Finding]:
    """What stands first and has fewer points than the next."""
    known = [(name, value) for name, row in rows if (value := extents.of(row).numbers.one) is not None]
    for (better, more), (worse, less) in pairwise(known):
        if more < less:
            values = {"one": worse, "other": better, "before": Amount(less), "after": Amount(more)}
            yield Finding("falls", key, values, (worse, better))


def choice_findings(node: Lookup, extent: Extent, key: str, gives: str) -> Iterator[Finding]:
    """Choices without a row, and rows without a choice."""
    given = [name for name, _ in node.rows]
    if extent.texts is None:
        return
    if node.otherwise is None:
        for name in sorted(extent.texts - set(given)):
            yield Finding("missing_choice", key, {"value": name, "lacking": Told(f"check.lacking.{gives}", {})}, name)
    for name in given:
        if name not in extent.texts:
            yield Finding("unreachable_choice", f"{key}.{name}", {"value": name})


def falling(code: str, banded: Banded, found: tuple[Point, Point], kind: str) -> Finding:
    """Two values of the measure and what stands for each."""
    one, other = found
    kind = "number" if kind == POINTS else kind
    values = {
        "one": banded.amount(one.x), "other": banded.amount(other.x),
        "before": Amount(one.value, kind), "after": Amount(other.value, kind),
    }  # fmt: skip
    return Finding(code, banded.key, values, witness(one.x, other.x))


def grade_findings(ground: Ground) -> Iterator[Finding]:
    """Holes, overlaps and direction of the grades."""
    if ground.model.grade is not None:
        yield from ground.each_month(lambda extents: _grades(ground, extents))


def _graded(node: OnCurve, extents: Extents) -> Extent:
    """What grades are judged by; the share of heads is any above 0, of as many people as there may be."""
    extent = extents.of(node.arg)
    if isinstance(node.arg, Quotient) and share_of_heads(node.arg):
        return evolve(extent, numbers=Spans(((FINEST, Fraction(1)),), FINEST))
    return extent


def _given(ground: Ground, grade: GradeSpec) -> frozenset[int]:
    """The bands of grades that gates give as well."""
    effects = [gate.effect for gate in ground.model.gates]
    if any(effect.lower_by for effect in effects):
        return frozenset(range(1, len(grade.bands)))
    return frozenset(at for at, band in enumerate(grade.bands) if band.grade in [effect.grade for effect in effects])


def _grades(ground: Ground, extents: Extents) -> Iterator[Finding]:
    grade = ground.model.grade
    assert grade is not None
    node = ground.sheet.cells["graded_at"].node
    assert isinstance(node, OnCurve)
    curve = extents.bound(node.curve)
    if not curve.bound:
        yield ends_open(ground, "grade.bands")
        return
    heads = grade.by == "heads"
    measure = ("ratio", None) if heads else ("number", ground.model.places)
    about = "total" if grade.by == "total" else ""
    banded = Banded(
        "grade", "grade.bands", curve, _graded(node, extents), measure, about, "grade", _given(ground, grade)
    )
    judged = Judged.over(curve, banded.extent.numbers, 0)
    yield from band_findings(ground, banded, judged)
    if (found := judged.falls(heads)) is not None:  # a place in the list of grades: the less, the better
        names = [grade.grades[int(point.value)] for point in found]
        values = {"one": banded.amount(found[0].x), "other": banded.amount(found[1].x)}
        yield Finding(
            "grade_falls", "grade.bands", {**values, "before": names[0], "after": names[1]},
            witness(found[0].x, found[1].x),
        )  # fmt: skip
