"""The people on a ladder as the index lists them: by what their latest cycle came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen

from kpicore.explain.use import Explanation
from kpicore.messages import Messages
from kpicore.protocols import Period
from kpicore.report.chart import bar
from kpicore.report.climb import since_text
from kpicore.report.listing import ClimbEntry, ClimbGroup
from kpicore.report.person import person_of
from kpicore.report.phrase import Phrases
from kpicore.report.way import FATES, Stage, fate_text, level_title, reasons_of, so_far


@frozen
class Climber:
    """A person on a ladder, and what a cycle came to."""

    cycle: Period
    fate: str
    entry: ClimbEntry


def climber_of(way: Sequence[Stage], stage: Stage, explanation: Explanation, phrases: Phrases) -> Climber:
    """The entry of a person, as far as this cycle."""
    ladder = phrases.model.ladder
    assert ladder is not None
    written = next((each for each in reversed(so_far(way, stage)) if each.letter), None)
    earlier = written is not None and written.cycle != stage.cycle
    entry = ClimbEntry(
        person=person_of(explanation, stage.cycle, phrases),
        level=level_title(ladder, stage.level, phrases.language),
        outcome_text=fate_text(stage, phrases),
        since=since_text(stage, phrases),
        href=stage.page,
        letter="" if written is None else written.letter,
        letter_of=written.cycle.label(phrases.language) if written is not None and earlier else "",
        reasons=reasons_of(stage.result, phrases),
    )
    return Climber(stage.cycle, stage.fate, entry)


def climb_groups(climbers: Iterable[Climber], say: Messages) -> tuple[ClimbGroup, ...]:
    """Those who rise first, each group with its number; nothing where nobody is on a ladder."""
    found: dict[str, list[ClimbEntry]] = {fate: [] for fate in FATES}
    for climber in climbers:
        found[climber.fate].append(climber.entry)
    whole = sum(map(len, found.values()))
    groups = []
    for fate, entries in found.items():
        text = say(f"ladder_page.group.{fate}")
        entries.sort(key=lambda entry: (entry.person.team, entry.person.employee))
        label = f"{text}{say('page.colon')}{len(entries)}"
        groups.append(
            ClimbGroup(
                outcome=fate,
                text=text,
                count=len(entries),
                bar=bar(Decimal(len(entries)), Decimal(whole), label),
                entries=tuple(entries),
            )
        )
    return tuple(groups) if whole else ()
