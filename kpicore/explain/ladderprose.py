"""The story of a person's cycle on a ladder in words, and that of several cycles in a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from kpicore.explain.naming import look_of
from kpicore.explain.use import (
    CheckUse,
    FigureUse,
    FormulaUse,
    LadderExplanation,
    MonthUse,
    MoveUse,
    StandardUse,
    ValueUse,
)
from kpicore.period import parse_period
from kpicore.text import Title
from kpicore.wording import amount_text

if TYPE_CHECKING:
    from kpicore.explain.prose import Prose

_STEP = "  "


def ladder_lines(prose: Prose, ladder: LadderExplanation) -> Iterator[str]:
    """The level at the beginning, the values, the checks, the moves, the standards, and the decision."""
    yield from _Story(prose, ladder).lines()


def decision_text(prose: Prose) -> str | None:
    """What was decided: 'promoted from Trainee to Professional, since April 2024'; None where nothing was."""
    decision = prose.result.decision
    if decision is None:
        return None
    before, after = prose.level(decision["from"]), prose.level(decision["to"])
    since = parse_period(decision["since"]).label(prose.language)
    return prose.say(f"explain.decision.{decision['outcome']}", before=before, after=after, since=since)


def cycles_text(stories: Sequence[Prose]) -> str:
    """Several cycles of a person in a line: the level at the beginning, and what was decided of each; '' for one."""
    parts: list[str] = []
    for story in stories:
        ladder, decision = story.explanation.ladder, story.result.decision
        if ladder is None:
            return ""
        if not parts:
            parts.append(_begins(story, ladder))
        key = story.result.status if decision is None else decision["outcome"]
        level = "" if decision is None else story.level(decision["to"])
        period = parse_period(story.result.period).label(story.language)
        parts.append(story.say(f"explain.cycles.{key}", level=level, period=period))
    return " → ".join(parts) if len(parts) > 2 else ""


def _begins(prose: Prose, ladder: LadderExplanation) -> str:
    if ladder.level is None or ladder.since is None:
        return prose.say("explain.cycles.unknown")
    since = parse_period(ladder.since).label(prose.language)
    return prose.say("explain.cycles.begins", level=prose.level(ladder.level), since=since)


@define
class _Story:
    """The sentences of a cycle. A figure of a month with its place is told once."""

    prose: Prose
    ladder: LadderExplanation
    _told: set[FigureUse] = field(factory=set)

    def say(self, key: str, **values: object) -> str:
        return self.prose.say(f"explain.ladder.{key}", **values)

    def lines(self) -> Iterator[str]:
        ladder = self.ladder
        yield self.begin()
        if ladder.as_of is not None:
            yield self.say("as_of", period=self._label(ladder.as_of))
        yield from self._notes(ladder, "")
        for name, blocks in (
            ("values", [self.value(value) for value in ladder.values]),
            ("checks", [self.check(check) for check in ladder.checks]),
            ("moves", [self.moves()] if ladder.moves else []),
            ("standards", [self.standard(part) for part in ladder.standards if part.asked]),
        ):
            lines = [line for block in blocks for line in block]
            if lines:
                yield ""
                yield self.say(f"section.{name}")
                yield from (_STEP + line for line in lines)

    def begin(self) -> str:
        """The level at the beginning, since when it is held, and from where that is known."""
        ladder = self.ladder
        if ladder.level is None:
            return self.say("no_level")
        assert ladder.since is not None
        level, since = self.prose.level(ladder.level), self._label(ladder.since)
        if ladder.before is not None:
            return self.say("by_decision", level=level, since=since, before=self._label(ladder.before))
        if ladder.place is None or not ladder.place.file:
            return self.say("by_roster", level=level, since=since)
        return self.say("by_roster_at", level=level, since=since, where=self.prose.place_text(ladder.place))

    def value(self, value: ValueUse) -> Iterator[str]:
        """A value of the cycle: its formula, the figures, and the months behind it."""
        use, prose = value.formula, self.prose
        shown = prose.say("explain.unknown")
        if use.value is not None:
            shown = amount_text(use.said(prose.language), value.kind, None, prose.language)
        key = "value" if self.ladder.as_of is None or use.value is None else "value_so_far"
        yield self.say(key, title=self._title(value), value=shown)
        if look_of(use.node) is None and prose.phrase(use.node) is None:
            yield _STEP + self._pair(use)
        for figure in use.figures:
            yield _STEP + prose.figure(figure)
            if not value.months:
                yield from (_STEP * 2 + prose.figure(part) for part in figure.parts)
        for month in value.months:
            yield from (_STEP * 2 + line for line in self.month(month))
        if value.note:
            yield _STEP + prose.say("explain.note", note=value.note.text(prose.language))

    def month(self, month: MonthUse) -> Iterator[str]:
        """A formula in a month, whether it holds or what it came to, and the figures that were not told yet."""
        period, use, prose = self._label(month.period), month.formula, self.prose
        if use is None:
            yield self.say("month_missing", period=period)
            return
        yield self.say("month", period=period, figures=prose.figured(use), value=self._state(use))
        for figure in use.figures:
            then = evolve(figure, period=month.period)
            if figure.way is None and (figure.place is not None or figure.value is None) and then not in self._told:
                self._told.add(then)
                yield _STEP + prose.figure(figure)

    def check(self, check: CheckUse) -> Iterator[str]:
        """A set of checks, try by try, each with the months in which it was taken."""
        for name, figures in (("first", check.first), ("again", check.again)):
            if figures:
                yield self.say(f"try.{name}", title=self._title(check))
                for figure in figures:
                    yield from (_STEP + line for line in self._taken(figure))

    def _taken(self, figure: FigureUse) -> Iterator[str]:
        prose, title = self.prose, figure.title.text(self.prose.language, figure.id)
        if not figure.parts:
            yield self.say("not_taken", title=title)
        elif len(figure.parts) > 1 and figure.value is None:
            yield self.say("taken_twice", title=title)
            yield from (_STEP + prose.figure(part) for part in figure.parts)
        else:
            yield from (prose.figure(part) for part in figure.parts)

    def moves(self) -> Iterator[str]:
        """The moves that are asked at the person's level, in their order, and which others there are."""
        asked = [move for move in self.ladder.moves if move.asked is not False]
        for number, move in enumerate(asked, 1):
            yield from self.move(number, move)
        others = [self._title(move) for move in self.ladder.moves if move.asked is False]
        if others:
            yield self.say("others", moves=self.prose.say("explain.ladder.and").join(others))

    def move(self, number: int, move: MoveUse) -> Iterator[str]:
        """A move, its condition with its figures, and whether it holds."""
        state = self._state(move.when)
        if self.ladder.as_of is not None:
            state = self.say("so_far", state=state)
        if move.decides:
            assert move.to is not None
            state = self.say("decides", state=state, level=self.prose.level(move.to))
        yield self.say("move", number=number, title=self._title(move), state=state)
        yield _STEP + self._pair(move.when)
        yield from (_STEP + self.prose.figure(figure) for figure in move.when.figures)
        yield from self._notes(move, _STEP)

    def standard(self, standard: StandardUse) -> Iterator[str]:
        """A standard, month by month."""
        yield self._title(standard)
        uses = [month.formula for month in standard.months if month.formula is not None]
        if uses:
            yield _STEP + self.prose.worded(uses[0].node)
        for month in standard.months:
            yield from (_STEP + line for line in self.month(month))
        yield from self._notes(standard, _STEP)

    def _pair(self, use: FormulaUse) -> str:
        return self.prose.say("explain.pair", formula=self.prose.worded(use.node), figures=self.prose.figured(use))

    def _state(self, use: FormulaUse) -> str:
        """Whether a condition holds, or what a formula came to."""
        if use.value is None:
            return self.prose.say("explain.unknown")
        if use.value is True or use.value is False:
            return self.prose.say("explain.holds" if use.value else "explain.fails")
        return self.prose.value(use)

    def _label(self, period: str) -> str:
        return parse_period(period).label(self.prose.language)

    def _title(self, part: ValueUse | CheckUse | MoveUse | StandardUse) -> str:
        return part.title.text(self.prose.language, part.id)

    def _notes(self, part: LadderExplanation | MoveUse | StandardUse, step: str) -> Iterator[str]:
        note: Title = part.note
        if note:
            yield step + self.prose.say("explain.note", note=note.text(self.prose.language))
        if part.assumed:
            yield step + self.prose.say("show.assumed_line")
