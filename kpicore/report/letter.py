"""The letter that tells a person what was decided at the end of a cycle."""

from __future__ import annotations

from collections.abc import Iterator

from kpicore.explain.use import Explanation, LadderExplanation
from kpicore.formula.node import Ref, walk
from kpicore.period import parse_period
from kpicore.report.climb import ABOVE
from kpicore.report.context import LetterPage, LetterValue
from kpicore.report.deciding import asked_of, value_of
from kpicore.report.folder import INDEX
from kpicore.report.person import TAGS, person_of, scheme_head
from kpicore.report.phrase import Phrases
from kpicore.report.way import Stage, level_title, month_named, reasons_of
from kpicore.stretch import Day


def letter_page(stage: Stage, explanation: Explanation, phrases: Phrases) -> LetterPage:
    """All that the letter says; the cycle has a decision."""
    decision, ladder, told = stage.result.decision, phrases.model.ladder, explanation.ladder
    assert decision is not None and ladder is not None and told is not None
    language = phrases.language
    person = person_of(explanation, stage.cycle, phrases)
    scheme = scheme_head(explanation, phrases)
    levels = {name: level_title(ladder, decision[name], language) for name in ("from", "to")}
    since = Day(month_named(decision["since"]).start).label(language)
    following = parse_period(decision["next_cycle"])
    return LetterPage(
        title=phrases.word("separator").join((phrases.say("letter.heading"), person.name, person.period)),
        language=TAGS[language],
        index=f"{ABOVE}{INDEX}",
        back=f"{ABOVE}{stage.page}",
        heading=phrases.say("letter.heading"),
        scheme=scheme,
        hash=stage.result.hash,
        person=person,
        greeting=phrases.say("letter.greeting", name=person.name),
        opening=phrases.say("letter.opening", period=person.period, scheme=scheme.title),
        outcome=stage.fate,
        decision=phrases.say(f"letter.{stage.fate}", start=levels["from"], end=levels["to"]),
        holds=phrases.say(f"letter.{stage.fate}_holds", day=since),
        next=phrases.say("letter.next", period=following.label(language), day=Day(following.start).label(language)),
        reasons=reasons_of(stage.result, phrases),
        rule=next((asked_of(move, phrases) for move in told.moves if move.decides), None),
        values=tuple(_values(told, phrases)),
    )


def _values(ladder: LadderExplanation, phrases: Phrases) -> Iterator[LetterValue]:
    """The values for which the move that decided asks; where none did, those of all moves of the level."""
    moves = [move for move in ladder.moves if move.decides] or [move for move in ladder.moves if move.asked]
    asked = {part.cell for move in moves for part in walk(move.when.node) if isinstance(part, Ref)}
    stop, colon = phrases.word("list"), phrases.word("colon")
    for use in ladder.values:
        if f"value.{use.id}" in asked:
            value = value_of(use, phrases)
            months = stop.join(f"{month.period}{colon}{month.state_text or month.text}" for month in value.months)
            yield LetterValue(title=value.title, value=value.value, months=months)
