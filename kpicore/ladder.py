"""A ladder to cells: the level of each cycle, and the decision at its end, as a fold along the person's cycles.

What is carried from one cycle to the next stands in cells that end in `.after`; the next cycle finds them as
`previous`, the first one finds what the roster says. The cells: `level.at` (its place, from 0), `level.since` (a month
as `Moment` counts), `level.kept` (months before this cycle), `level.months`; `value.<id>`, `move.<id>`,
`standard.<id>.<k>` (of the month number k), `decided` (the place of the move that decides, the number of moves where
none does), and those of a result.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from kpicore.formula.node import (
    ANY_ABSENCE,
    ONE,
    ZERO,
    Absence,
    Absent,
    Along,
    Choose,
    Compare,
    Every,
    Fact,
    Flag,
    Instead,
    Is,
    Label,
    Lookup,
    Moment,
    Negative,
    Node,
    Not,
    Ref,
    Round,
    Some,
    Sum,
    Text,
    number,
)
from kpicore.ladderspec import DOWN, UP, CheckSpec, LadderSpec, MoveSpec
from kpicore.model import Cell, FactSpec
from kpicore.text import Title

LEVEL, SINCE, OVER = "level", "level_since", "cycle_over"
"""The facts of a row that is a person's cycle: the level and the month (as `Moment` counts) from which the roster has
it, and whether the cycle is over."""
DECISION = ("outcome", "from", "to", "since")
OUTCOMES = ("demoted", "stays", "promoted")
_WHOLE = Along("cycle_all", Flag(True))
"""Holds where each month of the cycle has a row; missing where one has none, unreadable where one has two."""
_NOT_TAKEN = Not(_WHOLE)
"""No, for a check of which no month has a mark; unknown where a month has no row, which might have had one."""


def ladder_facts(ladder: LadderSpec) -> dict[str, FactSpec]:
    """The facts of a person's cycle, which no file of figures gives."""
    return {
        LEVEL: FactSpec(id=LEVEL, kind="choice", choices=ladder.levels, title=Title.of({"zh": "级别", "en": "Level"})),
        SINCE: FactSpec(
            id=SINCE, kind="count", least=Decimal(0), title=Title.of({"zh": "任级月份", "en": "Level since"})
        ),
        OVER: FactSpec(id=OVER, kind="flag", default=True),
    }


def level_names() -> dict[str, Node]:
    """What formulas over a cycle may name of the ladder, but for its values."""
    return {"level": Ref("level", "text"), "months_in_level": Ref("level.months")}


def passed(check: CheckSpec, facts: dict[str, Node], mark: Node) -> Node:
    """Whether all were passed at the first try, or all at the second."""
    tries = [tuple(_reached(facts[name], mark) for name in names) for names in (check.first, check.again) if names]
    return Some(tuple(map(Every, tries))) if len(tries) > 1 else Every(tries[0])


def taken(check: CheckSpec, facts: dict[str, Node]) -> Node:
    """Whether any was taken: a rating is there, or a flag says yes."""
    return Some(tuple(_taken(facts[name]) for name in (*check.first, *check.again)))


def _of_cycle(fact: Node) -> Node:
    """A fact that may stand in any month of the cycle; a flag holds where any month says yes."""
    if fact.type == "flag":
        return Along("cycle_any", Instead(fact, Absence.MISSING, Flag(False)))
    return Along("cycle_only", fact)


def _reached(fact: Node, mark: Node) -> Node:
    value = _of_cycle(fact)
    if fact.type == "flag":
        return value
    return Instead(Compare(">=", value, mark), Absence.MISSING, _NOT_TAKEN)


def _taken(fact: Node) -> Node:
    value = _of_cycle(fact)
    if fact.type == "flag":
        return value
    unread = Is(value, ANY_ABSENCE & ~Absence.MISSING)
    there = Choose(Is(value, Absence.MISSING), _NOT_TAKEN, Flag(True))
    return Choose(unread, Absent(Absence.UNREADABLE, "flag"), there)


def ladder_cells(ladder: LadderSpec) -> Iterator[Cell]:
    """The cells of a scheme with a ladder."""
    yield from _carried(ladder)
    for value in ladder.value:
        yield Cell(f"value.{value.id}", value.formula.node)
    for move in ladder.move:
        yield Cell(f"move.{move.id}", Every((*_at(ladder, move.levels), move.when.node)))
    for standard in ladder.standard:
        for month in range(ladder.months):
            asked = Along("cycle_at", standard.require.node, month=month)
            levels = _at(ladder, standard.levels)
            node: Node = Choose(levels[0], asked, Flag(True)) if levels else asked
            yield Cell(f"standard.{standard.id}.{month}", node)
    count = len(ladder.move)
    decided: Node = number(count)
    for place in reversed(range(count)):
        decided = Choose(Ref(f"move.{ladder.move[place].id}", "flag"), number(place), decided)
    yield Cell("decided", decided, 0)
    whole = Not(Is(_WHOLE, ANY_ABSENCE))
    known = (Not(Is(Ref(name), ANY_ABSENCE)) for name in ("level.at", "decided"))
    yield Cell("complete", Every((whole, *known)))
    yield from _decision(ladder)


def _carried(ladder: LadderSpec) -> Iterator[Cell]:
    since = Fact(SINCE, "number", True, True)
    first = Compare("==", since, Moment("count"))
    given = Lookup(Fact(LEVEL, "text"), tuple((level, number(at)) for at, level in enumerate(ladder.levels)))
    yield Cell("level.at", Round(Choose(first, given, Along("previous", Ref("at.after"))), 0), 0)
    yield Cell("level", Label(Ref("level.at"), ladder.levels))
    yield Cell("level.since", Round(Choose(first, since, Along("previous", Ref("since.after"))), 0), 0)
    yield Cell("level.kept", Round(Choose(first, ZERO, Along("previous", Ref("kept.after"))), 0), 0)
    yield Cell("level.months", Sum((Ref("level.kept"), number(ladder.months))), 0)


def _at(ladder: LadderSpec, levels: tuple[str, ...]) -> tuple[Node, ...]:
    """The condition that the level is one of these; none where it may be any."""
    if not levels or set(levels) == set(ladder.levels):
        return ()
    options = tuple(Compare("==", Ref("level.at"), number(at)) for at in ladder.at(levels))
    return (options[0] if len(options) == 1 else Some(options),)


def _target(ladder: LadderSpec, move: MoveSpec) -> Node:
    if move.to == UP:
        return Sum((Ref("level.at"), ONE))
    if move.to == DOWN:
        return Sum((Ref("level.at"), Negative(ONE)))
    return number(ladder.levels.index(move.to))


def _decision(ladder: LadderSpec) -> Iterator[Cell]:
    unknown = Absent(Absence.MISSING)
    complete, over = Ref("complete", "flag"), Fact(OVER, "flag")
    to: Node = Ref("level.at")
    for place in reversed(range(len(ladder.move))):
        here = Compare("==", Ref("decided"), number(place))
        to = Choose(here, _target(ladder, ladder.move[place]), to)
    yield Cell("at.after", Choose(complete, to, unknown), 0)
    moved = Compare("!=", Ref("at.after"), Ref("level.at"))
    following = Sum((Moment("count"), number(ladder.months)))
    yield Cell("since.after", Choose(moved, following, Ref("level.since")), 0)
    yield Cell("kept.after", Choose(moved, ZERO, Ref("level.months")), 0)
    yield Cell("ineligible", Flag(False))
    status = Choose(complete, Text("scored"), Text("incomplete"))
    yield Cell("status", Choose(over, status, Text("running")))
    ended = Every((over, complete))
    outcome = Choose(Compare(">", Ref("at.after"), Ref("level.at")), number(2), Choose(moved, ZERO, ONE))
    yield Cell("decision.ended", ended)
    yield Cell("decision.place", Choose(ended, outcome, unknown), 0)
    yield Cell("decision.outcome", Label(Ref("decision.place"), OUTCOMES))
    yield Cell("decision.from", Label(Choose(ended, Ref("level.at"), unknown), ladder.levels))
    yield Cell("decision.to", Label(Choose(ended, Ref("at.after"), unknown), ladder.levels))
    yield Cell("decision.since", Round(Choose(ended, Ref("since.after"), unknown), 0), 0)
