"""What a template is given of a ladder: the way of a person from level to level, and its drawing.

The fields carry their help, as those of `kpicore.report.context` do.
"""

from __future__ import annotations

from attrs import frozen

from kpicore.report.chart import Stroke, Tick
from kpicore.report.field import told


@frozen
class Rung:
    """A level on the drawing of a person's way."""

    y: float = told("its height, from the top")
    title: str = told("its whole heading")
    texts: tuple[Tick, ...] = told("the heading in lines that have room: `at` is the height of each")


@frozen
class Turn:
    """A cycle on the drawing of a person's way."""

    x: float = told("its middle, from the left")
    y: float = told("the height of its level; of a level that is not known, the bottom edge")
    start: float = told("where it begins, from the left")
    end: float = told("where it ends, from the left")
    outcome: str = told("promoted, stays, demoted, running or undecided")
    text: str = told("the same in one or two words")
    tick: str = told("its first month in short, to stand below")
    label: str = told("the cycle, its level and what was decided, in words")
    own: bool = told("whether it is the cycle of the page")


@frozen
class Timeline:
    """A person's way from level to level as a line of steps over the months, the lowest level at the bottom."""

    name: str = told("a name of its own on the page, for the ids of its title and description")
    width: float = told("the width of the drawing")
    height: float = told("its height")
    left: float = told("the left edge of the plot")
    right: float = told("its right edge")
    top: float = told("its top edge")
    bottom: float = told("its bottom edge")
    rungs: tuple[Rung, ...] = told("the levels, lowest first")
    turns: tuple[Turn, ...] = told("the cycles, rising")
    held: tuple[Stroke, ...] = told("lines for a level that was held in a cycle which is over")
    open: tuple[Stroke, ...] = told("lines for a level in a cycle that is not over, and for the one after the last")
    steps: tuple[Stroke, ...] = told("upright lines from one level to the next")
    months: tuple[float, ...] = told("where each month begins, from the left")
    label: str = told("what it shows, for a person who can not see the drawing")
    description: str = told("all that it shows, cycle by cycle, for the same")
    earlier: str = told("a sentence on cycles before those drawn; empty where all are drawn")


@frozen
class Step:
    """A cycle of a person on the ladder, and what was decided at its end."""

    period: str = told("the cycle, as people write it")
    level: str = told("the level that was held in it; '–' where it is not known")
    outcome: str = told("promoted, stays, demoted, running or undecided")
    outcome_text: str = told("the same in words, with the levels")
    since: str = told("the month since when the level after it holds; '–' where nothing was decided")
    reasons: tuple[str, ...] = told("sentences on why")
    own: bool = told("whether it is the cycle of the page")
    page: str = told("where its page lies, seen from this one; empty where it has none")
    letter: str = told("where its letter lies, seen from this page; empty where it has none")


@frozen
class MonthFigure:
    """What a month, or a try, has of a value."""

    period: str = told("the month as people write it, or which try it is")
    text: str = told("the figure, or the formula with the figures of the month")
    state: str = told("of a condition: holds, fails or unknown; else empty")
    state_text: str = told("the same in the language of the page")


@frozen
class Deciding:
    """A value of the cycle, for which moves ask."""

    id: str = told("its id")
    title: str = told("its heading")
    value: str = told("the value over the cycle; '–' where there is none")
    words: str = told("its formula in words")
    months: tuple[MonthFigure, ...] = told("the figures of the months; may be empty")
    note: str = told("what the scheme's author wants readers to know; may be empty")


@frozen
class CheckLine:
    """A check, and what came of it at the first try and at the second."""

    title: str = told("its heading")
    first: str = told("what came of the first try; '–' where it was not taken")
    again: str = told("what came of the second; '–' where it was not taken")


@frozen
class Checks:
    """A set of checks that are taken together."""

    title: str = told("its heading")
    lines: tuple[CheckLine, ...] = told("the checks")
    has_again: bool = told("whether there can be a second try")
    note: str = told("what the scheme's author wants readers to know; may be empty")


@frozen
class Asked:
    """A move that is asked at the person's level."""

    title: str = told("what it says")
    to: str = told("the level to which it leads")
    decides: bool = told("whether it decided")
    words: str = told("its condition in words")
    figures: str = told("the same with the values of the cycle")
    state: str = told("holds, fails or unknown")
    state_text: str = told("the same in the language of the page")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves it open")


@frozen
class Standard:
    """A standard that is asked in each month at the person's level."""

    title: str = told("what it asks")
    months: tuple[MonthFigure, ...] = told("the months; `text` is the condition with the figures")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves it open")


@frozen
class Climb:
    """Where a person stands on the ladder, and how that came about."""

    level: str = told("the level in the cycle of the page; '–' where it is not known")
    outcome: str = told("promoted, stays, demoted, running or undecided")
    outcome_text: str = told("the same in words, with the levels")
    holds: str = told("since when the level after it holds and what comes next, in a sentence; may be empty")
    letter: str = told("where the letter lies, seen from this page; empty where there is none")
    timeline: Timeline = told("the drawing of the cycles so far")
    narrow: Timeline = told("the same of the last few cycles, for a small screen")
    steps: tuple[Step, ...] = told("the cycles so far, the newest first")
    as_of: str = told("the months of a cycle that is not over for which there are figures; else empty")
    values: tuple[Deciding, ...] = told("the values of the cycle; empty where there are no figures at all")
    checks: tuple[Checks, ...] = told("the sets of checks")
    moves: tuple[Asked, ...] = told("the moves that are asked at this level, in their order")
    standards: tuple[Standard, ...] = told("the standards that are asked at this level")
