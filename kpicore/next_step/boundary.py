"""Who lies within one unit of a threshold, and whether rounding decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import define, field, frozen

from kpicore.curve import Curve, OnCurve, ends, piece_at
from kpicore.engines.exact import ExactReader
from kpicore.formula.node import Node, Ref, Round
from kpicore.model import Sheet
from kpicore.row import Row
from kpicore.score import Scorer
from kpicore.sheet import frame_of, rule_curve


@frozen
class Near:
    """Somebody beside a threshold: `part` is the indicator, or the total; `value` is what was judged, `exact` what it
    was before it was rounded. `by_rounding`: the unrounded value lies on the other side."""

    employee: str
    period: str
    part: str
    kind: str
    places: int
    value: Fraction
    exact: Fraction
    threshold: Fraction
    by_rounding: bool


@frozen
class _Judged:
    """What is held against thresholds: the rounded value, what it is before rounding, and the curve."""

    part: str
    kind: str
    places: int
    value: Node
    exact: Node
    curve: Curve


@define
class Boundaries:
    """Finds who lies beside a threshold, row by row, for one scorer."""

    scorer: Scorer
    _judged: tuple[_Judged, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._judged = tuple(_all_judged(self.scorer.sheet))

    def near(self, row: Row) -> Iterator[Near]:
        """The thresholds that a row lies beside."""
        if row.absent:
            return
        reader, prepared, _ = self.scorer.reader(row)
        for judged in self._judged:
            value, exact = reader.value(judged.value, prepared), reader.value(judged.exact, prepared)
            if not isinstance(value, Fraction) or not isinstance(exact, Fraction):
                continue
            yield from _beside(row, judged, value, exact, _bound(reader, judged.curve, prepared))


def boundaries(rows: Iterable[tuple[Scorer, Row]]) -> Iterator[Near]:
    """Everybody who lies within one unit of a threshold."""
    known: dict[int, Boundaries] = {}
    for scorer, row in rows:
        found = known.get(id(scorer))
        if found is None:
            found = known[id(scorer)] = Boundaries(scorer)
        yield from found.near(row)


def _bound(reader: ExactReader, curve: Curve, row: Row) -> Curve | None:
    found = reader.bound(curve, row)
    return found if found.bound else None


def _beside(row: Row, judged: _Judged, value: Fraction, exact: Fraction, curve: Curve | None) -> Iterator[Near]:
    if curve is None:
        return
    unit = Fraction(1, 10**judged.places)
    for end in ends(curve):
        if abs(value - end) <= unit:
            other = piece_at(curve, value) != piece_at(curve, exact)
            yield Near(
                row.employee, str(row.period), judged.part, judged.kind, judged.places, value, exact, end, other
            )  # fmt: skip


def _all_judged(sheet: Sheet) -> Iterator[_Judged]:
    model = sheet.model
    for line in model.indicators:
        name = f"{line.id}.measure"
        cell = sheet.cells.get(name)
        if cell is None or not isinstance(cell.node, Round):
            continue
        curve = rule_curve(model, line, Ref(name))
        if curve is not None:
            frame = frame_of(model, line)
            yield _Judged(line.id, frame.kind, frame.places, Ref(name), cell.node.arg, curve)
    for name in ("graded_at", *(f"earned.{element.id}" for element in model.pay)):
        cell = sheet.cells.get(name)
        if cell is None:
            continue
        node = cell.node.arg if isinstance(cell.node, Round) else cell.node
        if isinstance(node, OnCurve) and node.arg == Ref("marks"):
            yield _Judged("total", "number", model.places, Ref("marks"), Ref("marks"), node.curve)
