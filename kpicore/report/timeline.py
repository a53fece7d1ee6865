"""The way of a person on a ladder as a drawing: a line of steps over the months, the levels as rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

from kpicore.ladderspec import LadderSpec
from kpicore.report.chart import Stroke, Tick, breadth, near
from kpicore.report.climbing import Rung, Timeline, Turn
from kpicore.report.phrase import Phrases
from kpicore.report.way import Stage, fate_text, level_title, so_far

TYPE = 9.0
"""The size of the type in a drawing."""
_LINE = 11.0
_MOST_LINES = 3
_TOP, _BELOW, _STUB = 12.0, 30.0, 16.0
_TALL, _MARGIN = 420.0, 4.0
_LEAST_ROW, _ROW = 38.0, 48.0
_LEAST_LEFT = 24.0


@frozen
class Format:
    """A size of the drawing: how broad it is, how much of that the names of levels may take, how many cycles it has."""

    name: str
    width: float
    names: float
    most: int


WIDE = Format("way-wide", 640.0, 130.0, 10)
NARROW = Format("way-narrow", 340.0, 88.0, 4)


def timeline_of(way: Sequence[Stage], own: Stage, phrases: Phrases, size: Format) -> Timeline:
    """The drawing of the last cycles up to the one of the page."""
    ladder = phrases.model.ladder
    assert ladder is not None
    known = so_far(way, own)
    drawn = known[-size.most :]
    rungs, left, bottom = _rungs(ladder, phrases, size)
    heights = dict(zip(ladder.levels, (rung.y for rung in rungs), strict=True))
    right = size.width - _STUB - _MARGIN
    step = (right - left) / len(drawn)
    turns = tuple(
        _turn(stage, (left + number * step, left + (number + 1) * step), heights, bottom, phrases, stage is drawn[-1])
        for number, stage in enumerate(drawn)
    )
    held, ahead, steps = _lines(drawn, turns, heights, right)
    ends = (drawn[0].cycle.months[0], drawn[-1].cycle.months[-1])
    first, last = (month.label(phrases.language) for month in ends)
    return Timeline(
        name=size.name,
        width=size.width,
        height=near(bottom + _BELOW),
        left=near(left),
        right=near(right),
        top=_TOP,
        bottom=bottom,
        rungs=rungs,
        turns=_thinned(turns),
        held=held,
        open=ahead,
        steps=steps,
        months=tuple(near(left + place * step / ladder.months) for place in range(len(drawn) * ladder.months + 1)),
        label=phrases.say("ladder_page.timeline_label", first=first, last=last),
        description=" ".join(turn.label for turn in turns),
        earlier="" if drawn == known else phrases.say.count("ladder_page.earlier", len(known) - len(drawn)),
    )


def _rungs(ladder: LadderSpec, phrases: Phrases, size: Format) -> tuple[tuple[Rung, ...], float, float]:
    """The levels, the left edge of the plot and its bottom edge."""
    titles = [level_title(ladder, level, phrases.language) for level in ladder.levels]
    lines = [wrapped(title, size.names) for title in titles]
    left = max(_LEAST_LEFT, *(breadth(line, TYPE) + 2 * _MARGIN for each in lines for line in each))
    row = max(min(_ROW, _TALL / len(titles)), _LEAST_ROW)
    bottom = near(_TOP + row * len(titles) + row / 2)
    rungs = []
    for number, (title, texts) in enumerate(zip(titles, lines, strict=True)):
        y = _TOP + row * (len(titles) - number) - row / 3
        first = y + TYPE / 3 - (len(texts) - 1) * _LINE / 2
        ticks = tuple(Tick(at=near(first + place * _LINE), text=text) for place, text in enumerate(texts))
        rungs.append(Rung(y=near(y), title=title, texts=ticks))
    return tuple(rungs), left, bottom


def wrapped(text: str, room: float) -> tuple[str, ...]:
    """A heading in lines that are at most so broad; of one that is too long, its beginning."""
    lines = [""]
    for word in _words(text):
        if breadth(lines[-1] + word.rstrip(), TYPE) <= room or not lines[-1]:
            lines[-1] += word
        else:
            lines.append(word)
    lines = [line.strip() for line in lines]
    if len(lines) > _MOST_LINES or any(breadth(line, TYPE) > room for line in lines):
        lines = [_cut(line, room) for line in lines[:_MOST_LINES]]
        lines[-1] = _cut(lines[-1] + "…", room)
    return tuple(lines)


def _words(text: str) -> list[str]:
    """The pieces between which a line may end: words with the space after them, Chinese signs each by itself."""
    found = [""]
    for before, sign in pairwise("\0" + " ".join(text.split())):
        if before == " " or ord(sign) > 0x2E7F or ord(before) > 0x2E7F:
            found.append("")
        found[-1] += sign
    return [word for word in found if word] or [""]


def _cut(line: str, room: float) -> str:
    if breadth(line, TYPE) <= room:
        return line
    line = line.rstrip("…")
    while line and breadth(line + "…", TYPE) > room:
        line = line[:-1]
    return line + "…"


def _turn(
    stage: Stage, ends: tuple[float, float], heights: dict[str, float], bottom: float, phrases: Phrases, own: bool
) -> Turn:
    ladder = phrases.model.ladder
    assert ladder is not None
    start, end = ends
    name = stage.cycle.label(phrases.language)
    level = level_title(ladder, stage.level, phrases.language)
    key = "turn" if stage.level is not None else "turn_unknown"
    return Turn(
        x=near((start + end) / 2),
        y=bottom if stage.level is None else heights.get(stage.level, bottom),
        start=near(start),
        end=near(end),
        outcome=stage.fate,
        text=phrases.say(f"ladder_page.short.{stage.fate}"),
        tick=str(stage.cycle.months[0]),
        label=phrases.say(f"ladder_page.{key}", period=name, level=level, outcome=fate_text(stage, phrases)),
        own=own,
    )


def _lines(
    drawn: Sequence[Stage], turns: Sequence[Turn], heights: dict[str, float], right: float
) -> tuple[tuple[Stroke, ...], tuple[Stroke, ...], tuple[Stroke, ...]]:
    """Lines of levels that were held, of those that are held now or next, and upright ones from level to level."""
    held: list[Stroke] = []
    ahead: list[Stroke] = []
    steps: list[Stroke] = []
    for stage, turn in zip(drawn, turns, strict=True):
        if stage.level is not None:
            stroke = Stroke(x1=turn.start, y1=turn.y, x2=turn.end, y2=turn.y)
            (ahead if stage.fate == "running" else held).append(stroke)
        decision = stage.result.decision
        after = None if decision is None else heights.get(decision["to"])
        if after is not None and after != turn.y:
            steps.append(Stroke(x1=turn.end, y1=turn.y, x2=turn.end, y2=after))
        if after is not None and stage is drawn[-1]:
            ahead.append(Stroke(x1=near(right), y1=after, x2=near(right + _STUB), y2=after))
    return tuple(held), tuple(ahead), tuple(steps)


def _thinned(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The cycles, with their first months only where there is room for the text."""
    from attrs import evolve

    kept, edge = [], -_STUB
    for turn in turns:
        half = breadth(turn.tick, TYPE) / 2
        roomy = turn.start - half >= edge
        edge = turn.start + half + 2 if roomy else edge
        kept.append(turn if roomy else evolve(turn, tick=""))
    return tuple(kept)
