"""What is still needed in a cycle that is not over: which moves may still apply, and what their conditions ask."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen

from kpicore.blame import blame
from kpicore.decimals import plain_text
from kpicore.engines.exact import ExactReader
from kpicore.formula.node import (
    Absence,
    Along,
    Choose,
    Compare,
    Every,
    Fact,
    Flag,
    Instead,
    Is,
    Node,
    Not,
    Ref,
    Some,
    children,
)
from kpicore.history import Known
from kpicore.ladderspec import LadderSpec, MoveSpec
from kpicore.row import Reason, Row
from kpicore.stretch import Cycle, Stretch

_LEVEL = ("level.at", "level", "level.months", "level.since", "level.kept")
_GROWING = ("cycle_sum", "cycle_max")
_RISING, _FALLING = (">=", ">"), ("<=", "<")


@frozen(order=False)
class Begun(Stretch):
    """A cycle as far as it has gone: its first months, maybe none, and around them what the whole cycle has."""

    whole: Cycle
    count: int

    @property
    def kind(self) -> str:  # type: ignore[override]
        """That of the whole."""
        return self.whole.kind

    @property
    def start(self) -> datetime.date:
        return self.whole.start

    @property
    def end(self) -> datetime.date:
        return Cycle(self.whole.first, self.count or 1).end

    @property
    def months(self) -> tuple[Any, ...]:
        """Those that have begun."""
        return self.whole.months[: self.count]

    def previous(self) -> Cycle:
        """The whole cycle before."""
        return self.whole.previous()

    def year_ago(self) -> Cycle:
        """The whole cycle of a year ago."""
        return self.whole.year_ago()

    def label(self, language: str) -> str:
        """That of its months."""
        return Cycle(self.whole.first, self.count or 1).label(language)

    def __str__(self) -> str:
        return str(Cycle(self.whole.first, self.count or 1))


def so_far(row: Row) -> Row | None:
    """A cycle's row as far as the person's figures go; None where there are none yet."""
    assert row.history is not None and isinstance(row.period, Cycle)
    there = [place for place, month in enumerate(row.period.months) if row.history.row(month) is not None]
    return evolve(row, period=Begun(row.period, there[-1] + 1)) if there else None


def needed(ladder: LadderSpec, reader: ExactReader, row: Row, at: int) -> Iterator[Reason]:
    """For each move that this level asks: what is lacking for one up, what must not stay so for one down; or that it
    is settled already."""
    assert isinstance(row.period, Cycle)
    now = so_far(row) or evolve(row, period=Begun(row.period, 0))
    gone = gaps(now)
    yield from gone
    if gone:
        return
    told: dict[Reason, None] = {}
    asked = [move for move in ladder.move if at in ladder.at(move.levels)]
    for move in asked:
        need = _Need(ladder, reader, now, move, at)
        told |= dict.fromkeys(need.reasons())
        if need.certain:
            break
    yield from told


def gaps(row: Row) -> list[Reason]:
    """The months of a cycle of which the person has no row, or two."""
    assert row.history is not None
    found = {month: row.history.value(Flag(True), month) for month in row.period.months}
    codes = {Absence.MISSING: "month_missing", Absence.UNREADABLE: "month_twice"}
    return [Reason.of(codes[value], period=month) for month, value in found.items() if isinstance(value, Absence)]


@frozen
class _Need:
    ladder: LadderSpec
    reader: ExactReader
    now: Row
    move: MoveSpec
    at: int

    def reasons(self) -> Iterator[Reason]:
        """What there is to say of the move."""
        target = self.ladder.target(self.move, self.at)
        condition = self.move.when.node
        value = self.value(condition)
        if value is Absence.UNREADABLE:
            for cause in blame(self.reader, condition, self.now):
                if cause.absence is Absence.UNREADABLE:
                    yield Reason.of("unreadable_figure", fact=cause.fact, period=cause.period)
        elif self.certain:
            yield Reason.of("decided_already", move=self.move.id, level=self.ladder.levels[target])
        elif target > self.at:
            yield from self._up(target)
        elif target < self.at and value is not False:
            yield from (self._of("needed_to_stay", target, part) for part in self._open())

    @property
    def certain(self) -> bool:
        """Whether the condition holds whatever the months to come bring."""
        condition = self.move.when.node
        return self.value(condition) is True and self.settled(condition)

    def _up(self, target: int) -> Iterator[Reason]:
        lost = [part for part in _parts(self.move.when.node) if self.value(part) is False and self.settled(part)]
        code = "out_of_reach" if lost else "needed_to_rise"
        yield from (self._of(code, target, part) for part in lost or self._open())

    def _open(self) -> Iterator[Node]:
        """The parts of the condition that may still turn out not to hold."""
        for part in _parts(self.move.when.node):
            if not (self.value(part) is True and self.settled(part)):
                yield part

    def value(self, node: Node) -> Known:
        """What a formula comes to as far as the cycle has gone."""
        return self.reader.value(node, self.now)

    def settled(self, node: Node) -> bool:
        """Whether months to come can not change the value of a condition."""
        value = self.value(node)
        if isinstance(value, Absence):
            return False
        match node:
            case Ref(cell=name):
                return name in _LEVEL or self.settled(self.reader.sheet.cells[name].node)
            case Not(arg=arg):
                return self.settled(arg)
            case Every(args=args) | Some(args=args):
                deciding = isinstance(node, Some)
                if value is deciding:
                    return any(self.value(arg) is deciding and self.settled(arg) for arg in args)
                return all(map(self.settled, args))
            case Instead(arg=arg):
                return not isinstance(self.value(arg), Absence) and self.settled(arg)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                taken = then if self.value(condition) is True else otherwise
                return self.settled(condition) and self.settled(taken)
            case Is(arg=arg):
                return not isinstance(self.value(arg), Absence) and self.settled(arg)
            case Along(way="cycle_any"):
                return value is True
            case Along(way="cycle_all"):
                return value is False
            case Compare(sign=sign, left=left, right=right) if self._growing(left) and self._fixed(right):
                return (sign in _RISING and value is True) or (sign in _FALLING and value is False)
        return self._fixed(node)

    def _growing(self, node: Node) -> bool:
        """Whether a number can only grow with the months to come."""
        node = self._formula(node)
        if not isinstance(node, Along) or node.way not in _GROWING:
            return False
        arg = self._formula(node.arg)
        return node.way == "cycle_max" or (isinstance(arg, Fact) and arg.positive)

    def _fixed(self, node: Node) -> bool:
        """Whether a value does not rest on months to come: a rating that is there is the only one of its cycle."""
        if isinstance(node, Along):
            return node.way in ("cycle_only", "cycle_at") or not node.way.startswith("cycle_")
        if isinstance(node, Ref):
            return node.cell in _LEVEL or self._fixed(self.reader.sheet.cells[node.cell].node)
        return all(map(self._fixed, children(node)))

    def _formula(self, node: Node) -> Node:
        return self._formula(self.reader.sheet.cells[node.cell].node) if isinstance(node, Ref) else node

    def _of(self, code: str, target: int, part: Node) -> Reason:
        """What one part of the condition asks, where it asks one value of the ladder."""
        told: dict[str, object] = {"move": self.move.id, "level": self.ladder.levels[target]}
        inner = part.arg if isinstance(part, Not) else part.left if isinstance(part, Compare) else part
        name = _asked(inner)
        if name is None or not (isinstance(part, Ref | Not | Compare)):
            return Reason.of(code, **told)
        told |= {"value": name, "so_far": _shown(self.value(inner))}
        if isinstance(part, Compare):
            told |= {"sign": part.sign, "bound": _shown(self.value(part.right))}
        elif isinstance(part, Not):
            told["sign"] = "not"
        return Reason.of(code, **told)


def _asked(node: Node) -> str | None:
    """The name of a value of the ladder, or of the months in the level, that a formula is nothing but."""
    if not isinstance(node, Ref):
        return None
    return "months_in_level" if node.cell == "level.months" else node.cell.partition("value.")[2] or None


def _parts(node: Node) -> tuple[Node, ...]:
    return tuple(part for arg in node.args for part in _parts(arg)) if isinstance(node, Every) else (node,)


def _shown(value: Known) -> str | None:
    if isinstance(value, Absence):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return plain_text(value) if isinstance(value, Fraction) else str(value)
