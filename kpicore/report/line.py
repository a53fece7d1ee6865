"""An indicator's part of a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import frozen

from kpicore.explain.reckoning import equals
from kpicore.explain.use import CurveUse, LineExplanation
from kpicore.formula.node import Fact, Param
from kpicore.problem import Place
from kpicore.report.chart import CurveChart, bar
from kpicore.report.checked import checked_of
from kpicore.report.context import BandText, Line
from kpicore.report.curvechart import MOST_PIECES, curve_chart
from kpicore.report.judging import RaterHead
from kpicore.report.phrase import NONE, Phrases
from kpicore.report.rated import beside_of, judged_level, judgements_of, mean_of
from kpicore.report.tone import tone_of
from kpicore.text import title_of
from kpicore.wording import amount_text, number_text


def longest_of(lines: Iterable[LineExplanation]) -> Decimal:
    """What the shared scale of a page's bars must hold."""
    amounts = [amount for line in lines for amount in (line.result.full_marks, line.result.score) if amount is not None]
    return max(amounts, default=Decimal(0))


def bonus_of(line: LineExplanation) -> Decimal:
    """How far the score lies above the full marks."""
    result = line.result
    if result.score is None or result.full_marks is None:
        return Decimal(0)
    return max(result.score - result.full_marks, Decimal(0))


@frozen
class Beyond:
    """What of a page an indicator's part needs to know: the longest bar, the headings of groups, all raters, and the
    row of the figures."""

    longest: Decimal
    groups: Mapping[str, str]
    raters: Sequence[RaterHead]
    where: Place


def line_of(line: LineExplanation, phrases: Phrases, beyond: Beyond) -> Line:
    """The indicator, ready to be shown."""
    result, kind = line.result, line.kind or "number"
    title = phrases.title(line.title, line.id)
    label = phrases.word(
        "bar_label", title=title, score=phrases.marks(result.score), full=phrases.marks(result.full_marks)
    )
    bonus = bonus_of(line)
    judged = not (line.shown_only and line.idle)
    curves = tuple(chart for use in line.curves for chart in _curve(use, line, phrases, title) if judged)
    bands = _bands(line, phrases, kind) if judged else ()
    return Line(
        id=line.id,
        title=title,
        group=beyond.groups.get(line.group, ""),
        weight=weight_of(line, phrases),
        figure=figure_of(line, phrases),
        measured=line.measure is not None,
        by_place=any(use.place is not None for use in line.curves),
        place=place_of(line),
        words=_words(line, phrases),
        figures=_figures(line, phrases, kind),
        verdict=phrases.verdict(line),
        sum=_sum(line, phrases),
        points=phrases.marks(result.points),
        score=phrases.marks(result.score),
        full_marks=phrases.marks(result.full_marks),
        state=result.state,
        state_text=phrases.say(f"explain.state.{result.state}"),
        shown_only=line.shown_only,
        plain=phrases.marks(None if result.score is None else result.score - bonus),
        bonus=phrases.marks(bonus) if bonus else "",
        bar=bar(result.score, result.full_marks, label),
        scaled=bar(result.score, result.full_marks, label, beyond.longest),
        curves=curves,
        bands=bands,
        tabled=bool(bands) and not curves,
        conditions=tuple(
            phrases.condition(name, use, line.group)
            for name, use in line.conditions
            if name != "group_only_if" or use.value is not True  # it stands at the group
        ),
        seasons=tuple(phrases.prose.seasons(line.seasons)),
        reasons=tuple(phrases.prose.reason(reason) for reason in line.reasons),
        checked=checked_of(line, beyond.where, phrases),
        judgements=judgements_of(line, beyond.raters, phrases),
        mean=mean_of(line, phrases),
        level=judged_level(line, phrases),
        beside=beside_of(line, phrases),
        tone=tone_of(result.points, line.awards),
        apart=any(reason.code == "levels_apart" for reason in line.reasons),
        note=line.note.text(phrases.language),
        assumed=line.assumed,
    )


def _unit(line: LineExplanation, phrases: Phrases) -> str:
    """The unit of a measure that is a single figure."""
    if line.measure is None or not isinstance(line.measure.node, Fact):
        return ""
    return phrases.model.facts[line.measure.node.id].unit.text(phrases.language)


def figure_of(line: LineExplanation, phrases: Phrases) -> str:
    """The measure with its unit, or the sign for none."""
    return measure_text(line, line.result.measure, phrases)


def measure_text(line: LineExplanation, measure: Decimal | str | None, phrases: Phrases) -> str:
    """A measure of this indicator with its unit, or the sign for none."""
    if isinstance(measure, str) and line.measure is not None:
        measure = title_of(measure, line.measure.titles, phrases.language)
    shown = phrases.amount(measure, line.kind or "number", line.places)
    return shown if measure is None else f"{shown} {_unit(line, phrases)}".rstrip()


def weight_of(line: LineExplanation, phrases: Phrases) -> str:
    """The full marks, or, where rules award percent, the weight with the sign."""
    if line.weight is None:
        return NONE
    weight = number_text(Fraction(line.weight))
    return f"{weight} %" if phrases.weighted else weight


def place_of(line: LineExplanation) -> str:
    """The place of the measure among those of others, where points are given by that and the person is counted."""
    ranked = ((use.at, use.place.heads) for use in line.curves if use.place is not None)
    places = (at for at, heads in ranked if at is not None and heads is not None and heads.counted)
    return next(map(number_text, places), "")


def _words(line: LineExplanation, phrases: Phrases) -> str:
    return "" if line.measure is None else phrases.worded(line.measure.node)


def _figures(line: LineExplanation, phrases: Phrases, kind: str) -> str:
    """'260 / 400 = 65.00 %'; the sign says where the value had to be rounded."""
    use, measure = line.measure, line.result.measure
    if use is None:
        return ""
    if isinstance(use.node, Fact | Param) and (measure is None or isinstance(measure, str)):
        return ""
    return phrases.reckoned(use, measure if isinstance(measure, Decimal) else None, kind, line.places)


def _sum(line: LineExplanation, phrases: Phrases) -> str:
    result = line.result
    percent = phrases.model.rules_award == "percent"
    if line.weight is None or result.score is None or result.points == result.score or not percent or line.shown_only:
        return ""
    return phrases.say(
        "explain.weighted",
        points=phrases.marks(result.points),
        weight=number_text(Fraction(line.weight)),
        sign=equals(result.points, line.weight, 100, result.score),
        score=phrases.marks(result.score),
    )


def _curve(use: CurveUse, line: LineExplanation, phrases: Phrases, title: str) -> Iterable[CurveChart]:
    kind = line.kind or "number"
    if use.place is not None:  # places are a table
        return ()
    shown = "" if use.at is None else amount_text(use.at, kind, line.places, phrases.language)
    text = [phrases.word("curve_label", title=title)]
    if use.at is not None:
        if use.piece is None:
            text.append(phrases.say("explain.no_band", value=shown))
        else:
            text.append(shown + phrases.word("colon") + phrases.piece(use, kind))
    label = phrases.word("stop").join(text)
    chart = curve_chart(
        use.curve, use.at, shown, label, phrases.axis(kind), phrases.axis("number"), share=kind == "ratio"
    )
    return () if chart is None else (chart,)


def _bands(line: LineExplanation, phrases: Phrases, kind: str) -> tuple[BandText, ...]:
    if line.table is not None:
        return tuple(phrases.rows(line.table))
    uses = [use for use in line.curves if use.curve.bound and len(use.curve.pieces) <= MOST_PIECES]
    return tuple(band for use in uses for band in phrases.bands(use, kind))
