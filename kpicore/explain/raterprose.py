"""What raters made of an indicator, and how the items of a list were answered, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from kpicore.curve import number_of
from kpicore.explain.naming import plain
from kpicore.explain.reckoning import equals
from kpicore.explain.use import LineExplanation, RaterUse
from kpicore.formula.node import Fact
from kpicore.wording import amount_text, answer_of, number_text

if TYPE_CHECKING:
    from kpicore.explain.prose import Prose


def items_lines(prose: Prose, line: LineExplanation) -> Iterator[str]:
    """How many items were answered yes, and each of those that is more than a figure."""
    if line.items and line.result.measure is not None:
        applying = sum(isinstance(item.value, bool) for item in line.items)
        answered = prose.say("explain.answered", yes=plain(line.result.measure), applying=applying)
        yield _with_points(prose, line, answered, applying)
    for item in line.items:
        if not isinstance(item.node, Fact) and answer_of(item.node) is None:
            yield prose.condition("items", item)


def _with_points(prose: Prose, line: LineExplanation, answered: str, applying: int) -> str:
    """How many items were answered yes, and what that gave."""
    yes, points = line.result.measure, line.result.points
    if points is None or not isinstance(yes, Decimal) or line.barred is not None or not applying:
        return answered
    if line.awards == applying:
        return prose.say("explain.answered_each", answered=answered, points=plain(points))
    sign = equals(line.awards, yes, applying, points)
    full = number_text(Fraction(line.awards))
    way = {"full": full, "yes": plain(yes), "applying": applying, "sign": sign, "points": plain(points)}
    return prose.say("explain.answered_share", answered=answered, **way)


def worth_lines(prose: Prose, line: LineExplanation) -> Iterator[str]:
    """The points of the conditions that hold, added up, where there are several."""
    worth, points = dict(line.worth), line.result.points
    if points is None or len(worth) < 2 or line.barred is not None:
        return
    met = [use for _, use in line.conditions if use.node in worth]
    terms = [number_text(worth[use.node] if use.value is True else Fraction(0)) for use in met]
    yield prose.say("explain.conditions_sum", terms=" + ".join(terms), points=plain(points))


def raters_lines(prose: Prose, line: LineExplanation) -> Iterator[str]:
    """What each rater made of it, and the mean of their points."""
    for rater in line.raters:
        who = rater.title.text(prose.language, rater.id)
        given = prose.say("explain.separator").join(rater_words(prose, line, rater))
        yield prose.say("explain.rater", rater=who, given=given)
    if line.result.points is not None:
        yield from mean_line(prose, line, Fraction(line.result.points))


def mean_line(prose: Prose, line: LineExplanation, points: Fraction) -> Iterator[str]:
    """The mean of the raters' points, which was rounded to `points`."""
    counted = [(rater.points, rater.weight) for rater in line.raters if rater.points is not None]
    weights = [Fraction(1) if weight is None else weight for _, weight in counted]
    whole = sum(weights, Fraction(0))
    if not whole:
        return
    exact = sum((weight * each for weight, (each, _) in zip(weights, counted, strict=True)), Fraction(0)) / whole
    terms = [
        number_text(each) if given is None else f"{number_text(weight)} × {number_text(each)}"
        for weight, (each, given) in zip(weights, counted, strict=True)
    ]
    yield prose.say(
        "explain.rater_mean",
        terms=" + ".join(terms),
        weights=number_text(whole),
        sign="=" if exact == points else "≈",
        points=plain(line.result.points),
    )


def level_lines(prose: Prose, line: LineExplanation) -> Iterator[str]:
    """The level that the measure stands in, and the choice beside it."""
    level = level_of(line)
    if level is not None:
        yield prose.say("explain.level", level=prose.level_name(line.id, level))
    if line.beside is not None:
        yield prose.figure(line.beside)


def level_of(line: LineExplanation) -> str | None:
    """The level that an indicator's measure stands in; None where it has no levels, or no measure of all."""
    use = line.levels
    if use is None or use.piece is None:
        return None
    return use.labels[int(number_of(use.curve.pieces[use.piece].base))]


def rater_words(prose: Prose, line: LineExplanation, rater: RaterUse) -> list[str]:
    """What one rater gave, and what the rule made of it."""
    kind = line.kind or "number"
    value = rater.said(prose.language)
    parts = [] if value is None else [amount_text(value, kind, line.places, prose.language)]
    if rater.level is not None and line.levels is not None:
        parts.append(prose.say("explain.level", level=prose.level_name(line.id, rater.level)))
    parts += [prose.piece(use, kind) for use in rater.curves if use.piece is not None]
    parts += [] if rater.table is None else prose.table(rater.table)
    parts += [prose.condition("when", use) for use in rater.conditions]
    if rater.points is None and not parts:
        figures = () if rater.measure is None else rater.measure.figures
        unread = any(figure.origin == "unreadable" for figure in figures)
        parts.append(prose.say("explain.origin.unreadable" if unread else "explain.origin.missing"))
    elif not rater.curves and rater.table is None and rater.points is not None:
        parts.append(prose.say("explain.points_of", points=number_text(rater.points)))
    return parts
