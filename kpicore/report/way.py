"""The way of a person on a ladder: the results of the cycles one after another, and what each came to in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from attrs import evolve, frozen

from kpicore.ladder import LEVEL, SINCE
from kpicore.ladderspec import LadderSpec
from kpicore.messages import reason_text
from kpicore.period import parse_period
from kpicore.protocols import Period
from kpicore.report.folder import LETTERS, PEOPLE
from kpicore.report.phrase import NONE, Phrases
from kpicore.result import Result
from kpicore.row import Row
from kpicore.stretch import Month, month_of
from kpicore.text import Title

Fate = Literal["promoted", "stays", "demoted", "running", "undecided"]
FATES: tuple[Fate, ...] = ("promoted", "demoted", "stays", "running", "undecided")
"""What a cycle can come to, in the order in which the index lists them."""
_MOVES: dict[str, Fate] = {"promoted": "promoted", "stays": "stays", "demoted": "demoted"}


@frozen
class Stage:
    """A cycle of a person: the level held in it (None where it is not known), its result, and the file of its page."""

    result: Result
    cycle: Period
    level: str | None
    page: str = ""

    @property
    def fate(self) -> Fate:
        """What it came to."""
        if self.result.decision is not None:
            return _MOVES[self.result.decision["outcome"]]
        return "running" if self.result.status == "running" else "undecided"

    @property
    def letter(self) -> str:
        """The file of the letter on what was decided; empty where nothing was, or where there is no page."""
        return self.page.replace(PEOPLE, LETTERS, 1) if self.page and self.result.decision is not None else ""

    def on(self, page: str) -> Stage:
        """The same with its page in this file."""
        return evolve(self, page=page)


def way_of(results: Iterable[Result], row: Row, pages: Mapping[str, str]) -> tuple[Stage, ...]:
    """The cycles of these results of one person, rising; `row` is that of any of them, which knows the first level.

    `pages` are the files of those that have a page, by period.
    """
    stages: list[Stage] = []
    for cycle, result in sorted(((parse_period(each.period), each) for each in results), key=lambda pair: pair[0]):
        stage = Stage(result, cycle, _level(result, cycle, stages, row))
        stages.append(stage.on(pages.get(result.period, "")))
    return tuple(stages)


def so_far(way: Sequence[Stage], own: Stage) -> Sequence[Stage]:
    """The cycles up to this one."""
    return [stage for stage in way if not own.cycle < stage.cycle]


def _level(result: Result, cycle: Period, before: Sequence[Stage], row: Row) -> str | None:
    if result.decision is not None:
        return result.decision["from"]
    last = before[-1].result.decision if before else None
    if last is not None and last["next_cycle"] == result.period:
        return last["to"]
    level = row.facts.get(LEVEL)
    first = row.facts.get(SINCE) == month_of(cycle.start).count
    return level if first and isinstance(level, str) else None


def level_title(ladder: LadderSpec, level: str | None, language: str) -> str:
    """What a level is called; the sign for none where it is not known."""
    titles = {each.id: each.title for each in ladder.level}
    return NONE if level is None else titles.get(level, Title()).text(language, level)


def fate_text(stage: Stage, phrases: Phrases) -> str:
    """What a cycle came to, with the levels: 'rises from A to B'."""
    ladder = phrases.model.ladder
    assert ladder is not None
    decision = stage.result.decision
    if decision is None:
        return phrases.say(f"ladder_page.{stage.fate}")
    levels = {name: level_title(ladder, decision[name], phrases.language) for name in ("from", "to")}
    return phrases.say(f"ladder_page.{stage.fate}_between", start=levels["from"], end=levels["to"])


def month_named(text: str) -> Month:
    """The month of a decision's `since`."""
    month = parse_period(text)
    assert isinstance(month, Month)
    return month


def reasons_of(result: Result, phrases: Phrases) -> tuple[str, ...]:
    """Every reason as a sentence; months below one standard stand in one sentence together."""
    sentences: dict[str, None] = {}
    below: dict[str, list[str]] = {}
    for reason in result.reasons:
        standard, period = reason.value("standard"), reason.value("period")
        if reason.code == "below_standard" and standard is not None and period is not None:
            below.setdefault(standard, []).append(parse_period(period).label(phrases.language))
        else:
            sentences[reason_text(reason, phrases.model, phrases.language)] = None
    ladder = phrases.model.ladder
    titles = {} if ladder is None else {each.id: each.title for each in ladder.standard}
    for standard, months in below.items():
        title = titles.get(standard, Title()).text(phrases.language, standard)
        sentences[phrases.say("ladder_page.below", standard=title, months=phrases.word("list").join(months))] = None
    return tuple(sentences)
