"""What a scheme says of a ladder of levels: its cycles, checks, values, moves and standards.

The classes declare, field by field, how a scheme file writes them (see `kpicore.form`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

from attrs import define, field, frozen

from kpicore.figure import KINDS, KindName
from kpicore.form import Formula, declared
from kpicore.text import Title

UP, DOWN = "up", "down"
Outcome = Literal["promoted", "stays", "demoted"]


@frozen
class LevelSpec:
    """A level of the ladder."""

    id: str = declared("id", "its name, fixed once released")
    title: Title = declared("title", "what it is called", default=Title())
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class CheckSpec:
    """A set of checks that are taken together, and again where they were not passed: ratings, and yes-or-no facts.

    Formulas ask `passed(id, mark)`: whether all were passed at the first try, or all at the second; and `taken(id)`:
    whether any was taken. A rating is passed from the mark up, a flag where it holds; what is blank was not taken.
    """

    id: str = declared("id", "its name, fixed once released")
    title: Title = declared("title", "what it is called", default=Title())
    first: tuple[str, ...] = declared("words", "the facts of the first try")
    again: tuple[str, ...] = declared("words", "those of the second, in the same order", default=())
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class ValueSpec:
    """A value of the cycle that moves judge by its name, and that explanations and pages show."""

    id: str = declared("id", "its name in formulas, fixed once released")
    title: Title = declared("title", "its heading", default=Title())
    formula: Formula = declared("formula", "what it is: a number or a yes or no over the cycle", scope="cycle")
    kind: KindName | None = declared("word", "the kind of a number, for showing it", words=tuple(KINDS), default=None)
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class MoveSpec:
    """A rule of the decision at the end of a cycle: the first that applies decides, and where none does, one stays."""

    id: str = declared("id", "its name, fixed once released")
    title: Title = declared("title", "what it says", default=Title())
    levels: tuple[str, ...] = declared("words", "the levels for which it is asked; all, unless given", default=())
    when: Formula = declared("formula", "the condition", wants="flag", scope="cycle")
    to: str = declared("text", "where it leads: up, down (by one), or the id of a level")
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


@frozen
class StandardSpec:
    """A condition on each month that is reported where it does not hold, and decides nothing by itself."""

    id: str = declared("id", "its name, fixed once released")
    title: Title = declared("title", "what it asks", default=Title())
    levels: tuple[str, ...] = declared("words", "the levels for which it is asked; all, unless given", default=())
    require: Formula = declared("formula", "the condition on the figures of a month", wants="flag", scope="measure")
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())


PARTS: Mapping[str, tuple[type, str]] = {
    "level": (LevelSpec, "a level"),
    "check": (CheckSpec, "a set of checks"),
    "value": (ValueSpec, "a value of the cycle"),
    "move": (MoveSpec, "a move"),
    "standard": (StandardSpec, "a standard"),
}
"""The lists of tables of a ladder, each with what a row of it is."""


@define(frozen=True, slots=False)
class LadderSpec:
    """Levels, and how people move between them at the end of each cycle.

    A person's cycles follow one another from the month since when the roster has them at their level; a decision holds
    from the month after the cycle, which is the first of the next.
    """

    months: int = declared("integer", "the months of a cycle")
    assumed: bool = declared("flag", "true where the source does not give it", default=False)
    note: Title = declared("title", "what a reader should know", default=Title())
    level: tuple[LevelSpec, ...] = field(default=(), kw_only=True)
    check: tuple[CheckSpec, ...] = field(default=(), kw_only=True)
    value: tuple[ValueSpec, ...] = field(default=(), kw_only=True)
    move: tuple[MoveSpec, ...] = field(default=(), kw_only=True)
    standard: tuple[StandardSpec, ...] = field(default=(), kw_only=True)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The ids of the levels, lowest first."""
        return tuple(level.id for level in self.level)

    def at(self, levels: tuple[str, ...]) -> tuple[int, ...]:
        """The places of these levels, all where none is named."""
        return tuple(map(self.levels.index, levels or self.levels))

    def target(self, move: MoveSpec, at: int) -> int:
        """The place of the level to which a move leads from this one."""
        step = {UP: 1, DOWN: -1}.get(move.to)
        return self.levels.index(move.to) if step is None else at + step

    def kind_of(self, value: ValueSpec) -> KindName:
        """The kind by which a value is shown."""
        return value.kind or ("flag" if value.formula.node.type == "flag" else "number")
