"""What a person can do next: for each indicator, for the grade or the level; and how safely the present one is held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from attrs import define, field, frozen

from kpicore.curve import OnCurve, partition, piece_value
from kpicore.decimals import half_up
from kpicore.formula.node import Every, Node, Ref
from kpicore.ladderspec import DOWN
from kpicore.model import IndicatorSpec, SchemeModel
from kpicore.next_step.axis import Axis, Bends
from kpicore.next_step.search import MOST_MOVES, Move, Search
from kpicore.next_step.whatif import Changes, WhatIf
from kpicore.result import Result
from kpicore.row import Row
from kpicore.sheet import rule_curve
from kpicore.version import Params, Version

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme

Aim = Literal["eligible", "grade", "decision"]


@frozen
class Lift:
    """How an indicator gets to its next band: the least changes of single facts, the smallest first."""

    indicator: str
    moves: tuple[Move, ...]


@frozen
class Chance:
    """How the grade, the ladder's decision, or the right to pay is lifted: `to` is what it becomes.

    `moves` are the least changes of single facts; where none does, one of two facts, or nothing.
    """

    aim: Aim
    to: str
    moves: tuple[Move, ...]


@frozen
class Margin:
    """How the present grade, or decision, is held: the total above the grade's least, and the least changes of single
    facts that lose it."""

    aim: Aim
    total: Decimal | None
    moves: tuple[Move, ...]


@frozen
class Advice:
    """What there is to say to one person. `lacking`: the result is incomplete, so nothing can be said before it is."""

    model: SchemeModel
    result: Result
    lacking: bool = False
    lifts: tuple[Lift, ...] = ()
    chance: Chance | None = None
    margin: Margin | None = None


@define(eq=False)
class Advisor:
    """Advises the people of a scheme. `others` are the rows of all, for sheets that compare people."""

    scheme: LoadedScheme
    params: Params | None = None
    others: Sequence[Row] = ()
    _bends: dict[Version, Bends] = field(factory=dict)

    def advice(self, row: Row) -> Advice:
        """What a person can do next, and what must not happen; of the row's own period."""
        version = self.scheme.in_force(row.period)
        what = WhatIf(self.scheme, self.params, version, row, self.others)
        model, result = version.model, what.result({})
        if result.status in ("incomplete", "running") or row.absent:
            return Advice(model, result, lacking=True)
        bends = self._bends.get(version)
        if bends is None:
            bends = self._bends[version] = Bends(version.sheet(), tuple(_roots(what)))
        search = Search(what, list(_axes(what)), bends)
        lifts = tuple(lift for line in model.indicators if (lift := _lift(search, what, line, result)) is not None)
        return Advice(model, result, False, lifts, _chance(search, what, result), _margin(search, what, result))


def _axes(what: WhatIf) -> Iterator[Axis]:
    """The facts that the person can change, with their present values; none of texts and dates."""
    facts = what.changed.facts
    for name, spec in what.version.model.facts.items():
        now = facts.get(name)
        value = spec.default if now is None else now
        if spec.fixed:
            continue
        if value is None and what.version.model.ladder is not None:  # not taken yet, or no
            blank = Axis.of_blank(spec)
            if blank is not None:
                yield blank
        if value is None or not isinstance(value, bool | int | Decimal | str):
            continue
        if spec.figure.type == "text" and not spec.bounds.choices:
            continue
        yield Axis(spec, value)


def _roots(what: WhatIf) -> Iterator[Node]:
    """What goals rest on. A total or a grade bends nowhere else than its scores and gates do."""
    for name, cell in what.version.sheet().cells.items():
        if name.startswith(("gate.", "decision.")) or name.endswith(".score"):
            yield Ref(name, cell.type)


def _scored(result: Result) -> bool:
    return result.status in ("scored", "ineligible")


def _lift(search: Search, what: WhatIf, line: IndicatorSpec, now: Result) -> Lift | None:
    """The next band of an indicator; None where it has all that it can have, or is not scored."""
    own = now.indicators[line.id]
    here = own.points
    if here is None:
        return None
    least = _next_points(what, line, here, own.measure)

    def goal(result: Result) -> bool:
        points = result.indicators[line.id].points
        return _scored(result) and points is not None and points > here and points >= least

    moves = search.moves(goal, lambda changes: _points(what, line, changes), Ref(f"{line.id}.score"))
    full = own.full_marks is not None and own.score is not None and own.score >= own.full_marks
    return None if full and not moves else Lift(line.id, moves)


def _points(what: WhatIf, line: IndicatorSpec, changes: Changes) -> Fraction:
    return Fraction(what.result(changes).indicators[line.id].points or 0)


def _next_points(what: WhatIf, line: IndicatorSpec, points: Decimal, measure: Decimal | str | None) -> Fraction:
    """The points from which the next band is reached: on a slope those at its end, elsewhere any more."""
    if not isinstance(measure, Decimal) or line.by_points:
        return Fraction(points)
    reader, row, _ = what.scorer.reader(what.row)
    found = rule_curve(what.version.model, line, Ref(f"{line.id}.measure"))
    curve = None if found is None else reader.bound(found, row)
    if curve is None or not curve.bound:
        return Fraction(points)
    for part in partition(curve):
        if part.holds(Fraction(measure)) and part.piece is not None:
            piece = curve.pieces[part.piece]
            if piece.step is None:
                ends = [piece_value(piece, end) for end in (part.low, part.high) if end is not None]
                better = [value for value in ends if value > Fraction(points)]
                return min(better) if better else Fraction(points)
    return Fraction(points)


@frozen
class Stand:
    """How far up a result stands: higher is better. `name` is what is told of it."""

    rank: int
    name: str


def aim_of(model: SchemeModel, now: Result) -> Aim | None:
    """What a person strives for."""
    if model.ladder is not None:
        return "decision"
    if now.status == "ineligible":
        return "eligible"
    return "grade" if model.grade is not None else None


def stand_of(model: SchemeModel, aim: Aim, result: Result) -> Stand | None:
    """Where a result stands; None where it says nothing of that."""
    if not _scored(result):
        return None
    if aim == "eligible":
        return Stand(int(result.status == "scored"), result.grade or "")
    if aim == "decision":
        if result.decision is None or model.ladder is None:
            return None
        return Stand(model.ladder.levels.index(result.decision["to"]), result.decision["to"])
    if result.grade is None or model.grade is None:
        return None
    barred = len(model.grade.grades) if result.status == "ineligible" else 0
    return Stand(-model.grade.grades.index(result.grade) - barred, result.grade)


def _chance(search: Search, what: WhatIf, now: Result) -> Chance | None:
    """The way to a better grade or decision; to pay at all for who is barred."""
    model = what.version.model
    aim = aim_of(model, now)
    here = None if aim is None else stand_of(model, aim, now)
    if aim is None or here is None or here.rank >= _best(model, aim):
        return None

    def goal(result: Result) -> bool:
        there = stand_of(model, aim, result)
        return there is not None and there.rank > here.rank

    moves = search.moves(goal, lambda changes: _worth(what, changes))
    reached = stand_of(model, aim, moves[0].result) if moves else None
    return Chance(aim, reached.name if reached is not None else "", moves)


def _best(model: SchemeModel, aim: Aim) -> int:
    if aim == "decision" and model.ladder is not None:
        return len(model.ladder.levels) - 1
    return 1 if aim == "eligible" else 0


def _worst(model: SchemeModel, aim: Aim) -> int:
    if aim == "decision" or model.grade is None:
        return 0
    grades = len(model.grade.grades)
    return 1 - grades - (grades if any(gate.effect.ineligible for gate in model.gates) else 0)


def _worth(what: WhatIf, changes: Changes) -> Fraction:
    """How much there is towards a better grade or decision: gates passed, conditions of moves up, and the total."""
    ladder = what.version.model.ladder
    result = what.result(changes)
    if ladder is None:
        passed = sum(state == "passed" for state in result.gates.values())
        return Fraction(passed) * 10**9 + Fraction(result.total or 0)
    held = 0
    for move in ladder.move:
        parts = move.when.node.args if isinstance(move.when.node, Every) else (move.when.node,)
        held += sum(what.reads(part, changes) is (move.to != DOWN) for part in parts)
    return Fraction(held)


def _margin(search: Search, what: WhatIf, now: Result) -> Margin | None:
    """What loses the present grade or decision."""
    model = what.version.model
    aim = aim_of(model, now)
    here = None if aim is None else stand_of(model, aim, now)
    if aim is None or here is None or aim == "eligible" or here.rank <= _worst(model, aim):
        return None

    def lost(result: Result) -> bool:
        there = stand_of(model, aim, result)
        return there is not None and there.rank < here.rank

    above = _above(what, now) if aim == "grade" else None
    return Margin(aim, above, tuple(search.leasts(lost, search.axes)[:MOST_MOVES]))


def _above(what: WhatIf, now: Result) -> Decimal | None:
    """By how much the total is above the least that its band of grades needs."""
    grade = what.version.model.grade
    if grade is None or grade.by != "total" or now.total is None:
        return None
    node = what.version.sheet().cells["graded_at"].node
    assert isinstance(node, OnCurve)
    reader, row, _ = what.scorer.reader(what.row)
    curve = reader.bound(node.curve, row)
    if not curve.bound:
        return None
    for part in partition(curve):
        if part.holds(Fraction(now.total)) and part.low is not None:
            return half_up(Fraction(now.total) - part.low, what.version.model.places)
    return None
