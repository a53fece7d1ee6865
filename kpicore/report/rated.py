"""What raters made of indicators, side by side, and the levels that they go by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from kpicore.curve import number_of
from kpicore.explain.raterprose import level_of, mean_line, rater_words
from kpicore.explain.use import LineExplanation, RaterUse
from kpicore.report.chart import breadth
from kpicore.report.judging import Anchor, Beside, Judgement, Legend, RaterHead
from kpicore.report.phrase import NONE, Phrases
from kpicore.wording import number_text

_SHORT = 8.0
"""The breadth of a title of a level that stands for the level itself, in Chinese signs."""


def rater_heads(lines: Iterable[LineExplanation], phrases: Phrases) -> tuple[RaterHead, ...]:
    """All who judge any of these indicators, as the scheme lists them."""
    found: dict[str, RaterHead] = {}
    for rater in (rater for line in lines for rater in line.raters):
        weight = "" if rater.weight is None else number_text(rater.weight)
        found.setdefault(rater.id, RaterHead(id=rater.id, title=phrases.title(rater.title, rater.id), weight=weight))
    return tuple(found[rater.id] for rater in phrases.model.raters if rater.id in found)


def judgements_of(line: LineExplanation, heads: Sequence[RaterHead], phrases: Phrases) -> tuple[Judgement, ...]:
    """What each of these raters made of an indicator; nothing where nobody rates it."""
    given = {rater.id: rater for rater in line.raters}
    return tuple(_judgement(line, given.get(head.id), head, phrases) for head in heads) if given else ()


def _judgement(line: LineExplanation, rater: RaterUse | None, head: RaterHead, phrases: Phrases) -> Judgement:
    if rater is None:
        return Judgement(
            title=head.title, asked=False, figure="", level="", points="", state="", state_text="", words=()
        )
    state = _state(rater)
    return Judgement(
        title=head.title,
        asked=True,
        figure=phrases.amount(rater.said(phrases.language), line.kind or "number", line.places),
        level="" if rater.level is None or rater.level == rater.value else level_text(line, rater.level, phrases),
        points="" if rater.points is None else number_text(rater.points),
        state=state,
        state_text="" if state == "given" else phrases.word(f"answer.{state}"),
        words=() if state != "given" else tuple(map(phrases.signs, rater_words(phrases.prose, line, rater))),
    )


def _state(rater: RaterUse) -> str:
    if rater.value is not None or rater.points is not None:
        return "given"
    uses = [*rater.conditions] if rater.measure is None else [rater.measure, *rater.conditions]
    unread = any(figure.origin == "unreadable" for use in uses for figure in use.figures)
    return "unreadable" if unread else "missing"


def mean_of(line: LineExplanation, phrases: Phrases) -> str:
    """How the raters' points made those of the indicator; '' where it is figures that are combined."""
    points = line.result.points
    if points is None or not line.raters or line.measure is not None:
        return ""
    return phrases.signs(next(mean_line(phrases.prose, line, Fraction(points)), ""))


def judged_level(line: LineExplanation, phrases: Phrases) -> str:
    """The level in which the measure stands; '' where there is none."""
    level = level_of(line)
    return "" if level is None else level_text(line, level, phrases)


def level_text(line: LineExplanation, level: str, phrases: Phrases) -> str:
    """What a level is called in a cell: its title where that is short, else the level."""
    title = _meaning(line, level, phrases)
    return title if title and breadth(title, 1) <= _SHORT else phrases.prose.level_word(line.id, level)


def _meaning(line: LineExplanation, level: str, phrases: Phrases) -> str:
    spec = next(spec for spec in phrases.model.indicators if spec.id == line.id)
    return next((band.title.text(phrases.language) for band in spec.levels if band.level == level), "")


def beside_of(line: LineExplanation, phrases: Phrases) -> Beside | None:
    """The choice beside the judged level; None where none is asked."""
    use = line.beside
    if use is None:
        return None
    given = isinstance(use.value, str)
    return Beside(
        title=phrases.prose.figure_title(use),
        choice=level_text(line, str(use.value), phrases) if given else NONE,
        state_text="" if given else phrases.word(f"answer.{use.origin}"),
    )


def legends_of(lines: Iterable[LineExplanation], phrases: Phrases) -> tuple[Legend, ...]:
    """The levels of the indicators; those that have the same share a legend."""
    found: dict[tuple[Anchor, ...], list[str]] = {}
    for line in lines:
        anchors = tuple(_anchors(line, phrases))
        if anchors:
            found.setdefault(anchors, []).append(phrases.title(line.title, line.id))
    return tuple(Legend(lines=tuple(titles), anchors=anchors) for anchors, titles in found.items())


def _anchors(line: LineExplanation, phrases: Phrases) -> Iterator[Anchor]:
    use = line.levels
    if use is None or not use.curve.bound:
        return
    bands = phrases.bands(use, line.kind or "number", lambda piece: use.labels[int(number_of(piece.base))])
    for band in bands:
        name, title = level_text(line, band.value, phrases), _meaning(line, band.value, phrases)
        yield Anchor(level=name, text=band.text, title="" if title == name else title)
