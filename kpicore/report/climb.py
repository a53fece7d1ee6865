"""What the page of a person on a ladder shows of the levels: where the person stands, and how it came to that."""

from __future__ import annotations

from collections.abc import Sequence

from kpicore.explain.use import Explanation
from kpicore.period import parse_period
from kpicore.report.climbing import Climb, Step
from kpicore.report.deciding import asked_of, checks_of, standard_of, value_of
from kpicore.report.phrase import NONE, Phrases
from kpicore.report.timeline import NARROW, WIDE, timeline_of
from kpicore.report.way import Stage, fate_text, level_title, month_named, reasons_of, so_far
from kpicore.stretch import Day

ABOVE = "../"
"""The way from a page of a person, or a letter, to the folder of the report."""


def climb_of(way: Sequence[Stage], own: Stage, explanation: Explanation, phrases: Phrases) -> Climb:
    """The cycles up to that of the page, and how that one came about."""
    ladder, told = phrases.model.ladder, explanation.ladder
    assert ladder is not None and told is not None
    return Climb(
        level=level_title(ladder, own.level, phrases.language),
        outcome=own.fate,
        outcome_text=fate_text(own, phrases),
        holds=holds_text(own, phrases),
        letter=_above(own.letter),
        timeline=timeline_of(way, own, phrases, WIDE),
        narrow=timeline_of(way, own, phrases, NARROW),
        steps=tuple(_step(stage, own, phrases) for stage in reversed(so_far(way, own))),
        as_of="" if told.as_of is None else parse_period(told.as_of).label(phrases.language),
        values=tuple(value_of(value, phrases) for value in told.values),
        checks=tuple(checks_of(check, phrases) for check in told.checks),
        moves=tuple(asked_of(move, phrases) for move in told.moves if move.asked),
        standards=tuple(standard_of(standard, phrases) for standard in told.standards if standard.asked),
    )


def holds_text(stage: Stage, phrases: Phrases) -> str:
    """From which day on a decision holds; for a level that is kept, that it does; empty without a decision."""
    decision = stage.result.decision
    if decision is None:
        return ""
    day = Day(month_named(decision["since"]).start).label(phrases.language)
    return phrases.say(f"ladder_page.{stage.fate}_holds", day=day)


def since_text(stage: Stage, phrases: Phrases) -> str:
    """The month since when the level after a cycle holds."""
    decision = stage.result.decision
    return NONE if decision is None else month_named(decision["since"]).label(phrases.language)


def _step(stage: Stage, own: Stage, phrases: Phrases) -> Step:
    ladder = phrases.model.ladder
    assert ladder is not None
    return Step(
        period=stage.cycle.label(phrases.language),
        level=level_title(ladder, stage.level, phrases.language),
        outcome=stage.fate,
        outcome_text=fate_text(stage, phrases),
        since=since_text(stage, phrases),
        reasons=reasons_of(stage.result, phrases),
        own=stage.cycle == own.cycle,
        page="" if stage.cycle == own.cycle else _above(stage.page),
        letter=_above(stage.letter),
    )


def _above(name: str) -> str:
    return f"{ABOVE}{name}" if name else ""
