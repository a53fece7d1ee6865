"""Conditions that never hold, or always: gates, moves and levels of a ladder, and what a condition stands before."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.ground import Ground, Told
from kpicore.formula.node import Every, Node, Not, Num, Ref, Some, Text, replace
from kpicore.ladderspec import LadderSpec, MoveSpec
from kpicore.model import IndicatorSpec
from kpicore.rules import Conditions

_NEVER_ASKED = "unknown"


def condition_findings(ground: Ground) -> Iterator[Finding]:
    """Gates that all pass, or none, and other conditions that always come out the same."""
    yield from ground.each_month(lambda extents: _gates(ground, extents))
    yield from _throughout(ground)


def _gates(ground: Ground, extents: Extents) -> Iterator[Finding]:
    for gate in ground.model.gates:
        key = f"gate.{gate.id}"
        extent = extents.cell(key)
        if extent.flags == {True}:
            yield Finding("gate_never_fails", key)
        elif extent.flags == {False}:
            yield Finding("gate_never_passes", key)
        elif not extent.sure or not extent.flags:
            met = {row.get(f"gates.{gate.id}") for row in ground.rows} - {_NEVER_ASKED, None}
            for state in sorted({"passed", "failed"} - met):
                yield ground.not_decided(key, Told(f"check.what.{state}", {}))


def _throughout(ground: Ground) -> Iterator[Finding]:
    """Conditions that never hold, or always, in no month. One that rests on no figure is a switch, and passed over."""
    for key, node in _conditions(ground):
        found = [extents.of(node) for extents in ground.months]
        flags = frozenset[bool]().union(*(extent.flags for extent in found))
        if len(flags) == 1 and any(extent.rests for extent in found):
            yield Finding("always_holds" if True in flags else "never_holds", key)


def _conditions(ground: Ground) -> Iterator[tuple[str, Node]]:
    """The conditions of a sheet beside gates and moves, each with its key."""
    for line in ground.model.indicators:
        key = f"indicator.{line.id}"
        for name, asked in (("only_if", line.only_if), ("counts_when", line.counts_when)):
            if asked is not None:
                yield f"{key}.{name}", asked.node
        yield from _of_rule(line, f"{key}.rule")
    for group in ground.model.groups:
        if group.only_if is not None:
            yield f"group.{group.id}.only_if", group.only_if.node
    for element in ground.model.pay:
        if element.when is not None:
            yield f"pay.{element.id}.when", element.when.node


def _of_rule(line: IndicatorSpec, key: str) -> Iterator[tuple[str, Node]]:
    rule = line.rated[0].rule if line.by_points else line.rule
    if isinstance(rule, Conditions):
        if rule.when is not None:
            yield f"{key}.when", rule.when.node
        for place, part in enumerate(rule.each, 1):
            yield f"{key}.each[{place}].when", part.when.node


def ladder_findings(ground: Ground) -> Iterator[Finding]:
    """Moves that never apply, or always, or only where another one does first; levels that nobody keeps."""
    ladder = ground.model.ladder
    if ladder is None:
        return
    (extents, *_) = ground.months
    for move in ladder.move:
        key = f"ladder.move.{move.id}"
        flags = {at: extents.of(_asked(ladder, move, at)).flags for at in ladder.at(move.levels)}
        if all(found == {False} for found in flags.values()):
            yield Finding("move_never", key)
        elif all(found == {True} for found in flags.values()):
            yield Finding("move_always", key)
        elif all(found == {False} for found in (_first(extents, ladder, move, at) for at in flags)):
            yield Finding("move_hidden", key)
    for at, level in enumerate(ladder.levels):
        if _kept(extents, ladder, at) == {False}:
            yield Finding("level_not_kept", f"ladder.level.{level}")


def _asked(ladder: LadderSpec, move: MoveSpec, at: int) -> Node:
    """The condition of a move for somebody at a level."""
    known: dict[Node, Node] = {Ref("level", "text"): Text(ladder.levels[at]), Ref("level.at"): Num(Fraction(at))}
    return replace(move.when.node, lambda node: known.get(node))


def _before(ladder: LadderSpec, at: int) -> Iterator[tuple[MoveSpec, Node]]:
    return ((move, _asked(ladder, move, at)) for move in ladder.move if at in ladder.at(move.levels))


def _first(extents: Extents, ladder: LadderSpec, move: MoveSpec, at: int) -> frozenset[bool]:
    """Whether a move can apply at a level where none of those before it does, and whether it can fail to."""
    before = [asked for other, asked in _before(ladder, at)]
    place = [other for other, _ in _before(ladder, at)].index(move)
    return extents.of(Every((*map(Not, before[:place]), before[place]))).flags


def _kept(extents: Extents, ladder: LadderSpec, at: int) -> frozenset[bool]:
    """Whether somebody can stay at a level: no move applies, or one that leads to where one is."""
    ways: list[Node] = []
    left: list[Node] = []
    for move, asked in _before(ladder, at):
        if ladder.target(move, at) == at:
            ways.append(Every((*left, asked)))
        left.append(Not(asked))
    return extents.of(Some((*ways, Every(tuple(left))))).flags if left else frozenset({True})
