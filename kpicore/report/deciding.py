"""What the decision at the end of a cycle rests on: values, checks, moves and standards, in words and figures."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

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
from kpicore.report.climbing import Asked, CheckLine, Checks, Deciding, MonthFigure, Standard
from kpicore.report.context import Figure
from kpicore.report.phrase import NONE, Phrases
from kpicore.report.way import level_title

_TRIES = {"first": "ladder.first", "again": "ladder.again"}


def value_of(value: ValueUse, phrases: Phrases) -> Deciding:
    """A value of the cycle with what its months have of it."""
    months = [_month(month, phrases) for month in value.months] or list(_parts(value.formula, phrases))
    return Deciding(
        id=value.id,
        title=phrases.title(value.title, value.id),
        value=_shown(value.formula, value.kind, phrases),
        words=phrases.worded(value.formula.node),
        months=tuple(months),
        note=value.note.text(phrases.language),
    )


def checks_of(check: CheckUse, phrases: Phrases) -> Checks:
    """A set of checks, each with both tries in a row."""
    lines = []
    for place, first in enumerate(check.first):
        again = check.again[place] if place < len(check.again) else None
        lines.append(
            CheckLine(
                title=phrases.title(first.title, first.id),
                first=_taken(first, phrases),
                again=NONE if again is None else _taken(again, phrases),
            )
        )
    title, note = phrases.title(check.title, check.id), check.note.text(phrases.language)
    return Checks(title=title, lines=tuple(lines), has_again=bool(check.again), note=note)


def asked_of(move: MoveUse, phrases: Phrases) -> Asked:
    """A move with its condition."""
    ladder = phrases.model.ladder
    assert ladder is not None
    state, state_text = _state(move.when, phrases)
    return Asked(
        title=phrases.title(move.title, move.id),
        to=level_title(ladder, move.to, phrases.language),
        decides=move.decides,
        words=phrases.worded(move.when.node),
        figures=phrases.figured(move.when),
        state=state,
        state_text=state_text,
        note=move.note.text(phrases.language),
        assumed=move.assumed,
    )


def standard_of(standard: StandardUse, phrases: Phrases) -> Standard:
    """A standard month by month."""
    return Standard(
        title=phrases.title(standard.title, standard.id),
        months=tuple(_month(month, phrases) for month in standard.months),
        note=standard.note.text(phrases.language),
        assumed=standard.assumed,
    )


def _month(month: MonthUse, phrases: Phrases) -> MonthFigure:
    period = parse_period(month.period).label(phrases.language)
    if month.formula is None:
        return MonthFigure(period=period, text=NONE, state="unknown", state_text=phrases.say("explain.unknown"))
    state, state_text = _state(month.formula, phrases)
    return MonthFigure(period=period, text=phrases.figured(month.formula), state=state, state_text=state_text)


def _parts(formula: FormulaUse, phrases: Phrases) -> Iterator[MonthFigure]:
    """The figures that a formula took of each month, or of each try."""
    looks = [figure for figure in formula.figures if figure.parts]
    for figure in looks:
        for part in figure.parts:
            if part.way in _TRIES:
                period = phrases.word(_TRIES[part.way])
            elif part.period is not None:
                period = parse_period(part.period).label(phrases.language)
            else:
                continue
            text = phrases.amount(part.said(phrases.language), part.kind, None)
            if len(looks) > 1:
                text = phrases.word("colon").join((phrases.title(part.title, part.id), text))
            yield MonthFigure(period=period, text=text, state="", state_text="")


def _taken(figure: FigureUse, phrases: Phrases) -> str:
    """What came of a try, with the months."""
    if not figure.parts:
        return NONE
    shown = []
    for part in figure.parts:
        month = "" if part.period is None else parse_period(part.period).label(phrases.language)
        value = phrases.say("explain.origin.unreadable") if part.origin == "unreadable" else None
        value = value or phrases.amount(part.said(phrases.language), part.kind, None)
        shown.append(phrases.say("ladder_page.taken_in", value=value, period=month))
    return phrases.word("list").join(shown)


def _shown(formula: FormulaUse, kind: str, phrases: Phrases) -> str:
    return phrases.amount(formula.said(phrases.language), kind, None)


def _state(formula: FormulaUse, phrases: Phrases) -> tuple[str, str]:
    state = "unknown" if formula.value is None else "holds" if formula.value else "fails"
    return state, phrases.say(f"explain.{state}")


def sources_of(ladder: LadderExplanation, phrases: Phrases) -> tuple[Figure, ...]:
    """The figures of the months that the decision and the standards rest on, each once, with its place."""
    found: dict[tuple[str, str], FigureUse] = {}
    for use, period in _uses(ladder):
        if period is not None and use.id in phrases.model.facts:
            found.setdefault((use.id, period), evolve(use, way=None, period=None, parts=()))
    places = {id_: place for place, id_ in enumerate(phrases.model.facts)}
    figures = []
    for (_, period), use in sorted(found.items(), key=lambda item: (places[item[0][0]], item[0][1])):
        figure, month = phrases.figure(use), parse_period(period).label(phrases.language)
        title = phrases.say("ladder_page.taken_in", value=figure.title, period=month)
        figures.append(evolve(figure, title=title))
    return tuple(figures)


def _uses(ladder: LadderExplanation) -> Iterator[tuple[FigureUse, str | None]]:
    """Every figure of a month that the explanation tells of, with the month."""
    for value in ladder.values:
        yield from ((part, part.period) for use in value.formula.figures for part in use.parts)
    for check in ladder.checks:
        yield from ((part, part.period) for use in (*check.first, *check.again) for part in use.parts)
    months = [month for value in ladder.values for month in value.months]
    months += [month for standard in ladder.standards for month in standard.months]
    for month in months:
        if month.formula is not None:
            yield from ((use, month.period) for use in month.formula.figures)
