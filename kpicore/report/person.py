"""The page of one person and period, made from an explanation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from kpicore.curve import Piece, number_of
from kpicore.decimals import half_up
from kpicore.explain.formulas import formulas_of
from kpicore.explain.itemprose import held_text, items_title, signed, total_text
from kpicore.explain.payprose import unpaid
from kpicore.explain.prose import belongs
from kpicore.explain.use import (
    AdjustmentsUse,
    Explanation,
    FigureUse,
    FormulaUse,
    GateExplanation,
    GradeExplanation,
    LineExplanation,
    PayExplanation,
)
from kpicore.formula.node import Ref
from kpicore.model import GateEffect
from kpicore.protocols import Period
from kpicore.report.adjusting import Adjustments, Item
from kpicore.report.chart import bar
from kpicore.report.checked import all_checked
from kpicore.report.climbing import Climb
from kpicore.report.context import (
    BandText,
    Figure,
    Gate,
    Grading,
    Group,
    Held,
    Line,
    Outcome,
    Pay,
    Person,
    PersonPage,
    SchemeHead,
    Totals,
)
from kpicore.report.course import PersonCourses
from kpicore.report.deciding import sources_of
from kpicore.report.deferred import Deferred
from kpicore.report.gradescale import grade_of, grade_scale
from kpicore.report.line import Beyond, bonus_of, line_of, longest_of
from kpicore.report.phrase import NONE, Phrases, file_name
from kpicore.report.rated import legends_of, rater_heads
from kpicore.report.trend import trend_of
from kpicore.report.way import reasons_of
from kpicore.wording import amount_text, number_text

TAGS = {"zh": "zh-CN", "en": "en"}
_HUNDRED = Fraction(100)


def person_page(
    explanation: Explanation,
    period: Period,
    phrases: Phrases,
    index: str,
    ladder: Climb | None = None,
    held: Held | None = None,
) -> PersonPage:
    """All that the page shows. `index` is where the index lies, seen from the page."""
    groups = {group.id: phrases.title(group.title, group.id) for group in explanation.model.groups}
    person = person_of(explanation, period, phrases)
    scheme = scheme_head(explanation, phrases)
    beyond = Beyond(longest_of(explanation.lines), groups, rater_heads(explanation.lines, phrases), explanation.where)
    lines = tuple(line_of(line, phrases, beyond) for line in explanation.lines)
    courses = PersonCourses(explanation, period, phrases)
    return PersonPage(
        title=phrases.word("separator").join((person.name, person.period, scheme.title)),
        language=TAGS[phrases.language],
        index=index,
        scheme=scheme,
        hash=explanation.result.hash,
        person=person,
        appraisal=held,
        outcome=outcome_of(explanation, phrases),
        trend=trend_of(explanation, period, phrases),
        ladder=ladder,
        reasons=_reasons(explanation, phrases) if ladder is None else reasons_of(explanation.result, phrases),
        groups=_groups(explanation, phrases, lines),
        lines=lines,
        weighted=phrases.weighted,
        totals=_totals(explanation, phrases),
        adjustments=_adjustments(explanation.adjustments, phrases),
        gates=tuple(_gate(gate, phrases) for gate in explanation.gates),
        grading=None if explanation.grade is None else _grading(explanation.grade, explanation, phrases),
        pay=tuple(_pay(element, phrases) for element in explanation.pay),
        figures=_figures(explanation, phrases),
        params=tuple(phrases.figure(use) for use in explanation.params),
        checked=all_checked((line.checked for line in lines), explanation, phrases),
        raters=tuple(beyond.raters),
        legends=legends_of(explanation.lines, phrases),
        courses=() if ladder is not None else Deferred(courses.courses),
        periods=() if ladder is not None else Deferred(courses.rows),
        parts=courses.parts(),
        parts_title=phrases.word(f"parts.{explanation.model.shorter}") if explanation.model.shorter else "",
        next_steps=(),
    )


def person_of(explanation: Explanation, period: Period, phrases: Phrases) -> Person:
    """Who was scored."""
    result = explanation.result
    return Person(
        employee=result.employee,
        name=result.name or result.employee,
        team=result.team or "",
        period=period.label(phrases.language),
        occasion=phrases.prose.occasion(),
    )


def scheme_head(explanation: Explanation, phrases: Phrases) -> SchemeHead:
    """The scheme of this explanation."""
    model = explanation.model
    return SchemeHead(
        title=phrases.title(model.title, model.id),
        id=model.id,
        version=model.version,
        note=model.note.text(phrases.language),
    )


def outcome_of(explanation: Explanation, phrases: Phrases) -> Outcome:
    """Status, total and grade."""
    result, model = explanation.result, explanation.model
    paid = result.pay_total
    return Outcome(
        status=result.status,
        status_text=phrases.say(f"explain.status.{result.status}"),
        total=phrases.marks(result.total),
        full_marks="" if result.full_marks is None else number_text(Fraction(result.full_marks)),
        of_full=_of_full(explanation, phrases),
        grade=NONE if result.grade is None else phrases.prose.grade_name(result.grade),
        has_total=model.totals,
        has_grade=model.grade is not None,
        rank=NONE if result.rank is None else str(result.rank),
        has_rank=model.totals and model.rank is not None,
        pay_total="" if not model.pay else phrases.amount(paid, "money", 2),
    )


def _of_full(explanation: Explanation, phrases: Phrases) -> str:
    """What stands behind the total where the full marks are not 100."""
    share = phrases.prose.share
    return phrases.word("of_full", full=phrases.marks(explanation.result.full_marks), share=share) if share else ""


def _reasons(explanation: Explanation, phrases: Phrases) -> tuple[str, ...]:
    """All reasons where the person is not simply scored; else those that stand beside no part of the sheet."""
    result = explanation.result
    shown = [reason for reason in result.reasons if result.status != "scored" or not belongs(reason)]
    return tuple(dict.fromkeys(phrases.prose.reason(reason) for reason in shown))


def _groups(explanation: Explanation, phrases: Phrases, lines: Sequence[Line]) -> tuple[Group, ...]:
    found = []
    for group in explanation.groups:
        score = None if explanation.result.groups is None else explanation.result.groups.get(group.id)
        own = [line for line in explanation.lines if line.group == group.id]
        full = _marks(own)
        counted = _marks(line for line in own if line.result.state != "left_out")
        bonus = sum((bonus_of(line) for line in own), Decimal(0))
        title = phrases.title(group.title, group.id)
        shown, most = phrases.marks(score), phrases.marks(full)
        label = phrases.word("bar_label", title=title, score=shown, full=most)
        found.append(
            Group(
                title=title,
                score=shown,
                full_marks=most,
                weight=number_text(Fraction(full)),
                counted="" if counted == full else number_text(Fraction(counted)),
                plain=phrases.marks(None if score is None else score - bonus),
                bonus=phrases.marks(bonus) if bonus else "",
                bar=bar(score, full, label),
                lines=tuple(line for line in lines if line.id in {spec.id for spec in own}),
                condition=None if group.only_if is None else phrases.condition("only_if", group.only_if),
                note=group.note.text(phrases.language),
                assumed=group.assumed,
            )
        )
    return tuple(found)


def _marks(lines: Iterable[LineExplanation]) -> Decimal:
    """The full marks of these indicators."""
    return sum((line.result.full_marks for line in lines if line.result.full_marks is not None), Decimal(0))


def _totals(explanation: Explanation, phrases: Phrases) -> Totals:
    result = explanation.result
    weights = sum((Fraction(line.weight) for line in explanation.lines if line.weight is not None), Fraction(0))
    weight = f"{number_text(weights)} %" if phrases.weighted else number_text(weights)
    partial = result.counted_marks is not None and result.counted_marks != result.full_marks
    bonus = sum((bonus_of(line) for line in explanation.lines), Decimal(0))
    above = bool(bonus) and result.sum is not None
    return Totals(
        sum="" if result.sum is None else phrases.marks(result.sum),
        counted=phrases.marks(result.counted_marks) if partial else "",
        words=tuple(phrases.prose.sums()),
        rescaled=tuple(phrases.prose.rescaled()),
        weight=weight,
        plain=phrases.marks(result.sum - bonus) if above and result.sum is not None else "",
        bonus=phrases.marks(bonus) if above else "",
    )


def _adjustments(use: AdjustmentsUse | None, phrases: Phrases) -> Adjustments | None:
    if use is None or not use.any:
        return None
    prose = phrases.prose
    return Adjustments(
        title=items_title(prose, use),
        items=tuple(
            Item(
                points=signed(item.points),
                reason=item.reason,
                author=item.author,
                file=file_name(item.place),
                place=phrases.where(item.place)[1],
            )
            for item in use.items
        ),
        sum=NONE if use.counts is None else signed(use.counts),
        words=tuple(text for text in (held_text(prose, use), total_text(prose, use)) if text),
        note=use.note.text(phrases.language),
        assumed=use.assumed,
    )


def _gate(gate: GateExplanation, phrases: Phrases) -> Gate:
    return Gate(
        title=phrases.title(gate.title, gate.id),
        condition=phrases.condition("when", gate.require),
        state=gate.state,
        state_text=phrases.say(f"explain.gate_state.{gate.state}"),
        effect=_effect(gate.effect, phrases),
        note=gate.note.text(phrases.language),
        assumed=gate.assumed,
    )


def _effect(effect: GateEffect, phrases: Phrases) -> str:
    if effect.ineligible:
        return phrases.say("effect.ineligible")
    if effect.grade is not None:
        return phrases.say("effect.grade", value=phrases.prose.grade_name(effect.grade))
    return phrases.say("effect.lower_by", value=effect.lower_by)


def _grading(grade: GradeExplanation, explanation: Explanation, phrases: Phrases) -> Grading:
    use, heads = grade.curve, None if grade.place is None else grade.place.heads
    kind = "number" if heads is None else "ratio"
    number = phrases.axis(kind)
    shown = "" if use.at is None else amount_text(use.at, kind, _places(explanation, kind), phrases.language)
    full = explanation.result.full_marks
    most = _HUNDRED if grade.by == "lowest" or full is None else Fraction(full)
    most = most if heads is None else Fraction(1)
    changed = ""
    if grade.grade is not None and grade.before_gates is not None and grade.grade != grade.before_gates:
        changed = phrases.prose.regraded(grade.before_gates, grade.grade)
    name = phrases.prose.grade_name
    label = phrases.word(
        "scale_label", value=shown or NONE, grade=NONE if grade.before_gates is None else name(grade.before_gates)
    )
    bands: tuple[BandText, ...] = ()
    if use.curve.bound:
        bands = tuple(phrases.bands(use, kind, lambda piece: name(grade_of(piece, use.labels) or NONE)))
    return Grading(
        by=phrases.word(f"graded_by_{grade.by}" if heads is None else f"graded_by_heads_{heads.within}"),
        place="" if grade.place is None or grade.place.value is None else phrases.prose.of_heads(grade.place),
        scale=grade_scale(use.curve, tuple(map(name, use.labels)), use.at, shown, label, most, number),
        bands=bands,
        changed=changed,
        seasons=tuple(phrases.prose.seasons(grade.seasons)),
        note=grade.note.text(phrases.language),
        assumed=grade.assumed,
    )


def _places(explanation: Explanation, kind: str) -> int:
    """The decimals of what the grade goes by."""
    return 4 if kind == "ratio" else explanation.model.places


def _paid(piece: Piece, money: Callable[[Fraction], str]) -> str:
    """What a band pays; of a tier, what those before it have brought and its rate."""
    base, rate = number_of(piece.base), number_of(piece.slope)
    return money(base) if not rate else f"{money(base)} + {amount_text(rate, 'ratio', None, 'en')}"


def _pay(element: PayExplanation, phrases: Phrases) -> Pay:
    bands: tuple[BandText, ...] = ()
    kind = "money" if element.pool is None else "number"
    money = phrases.axis(kind)
    if element.curve is not None and element.curve.curve.bound:
        bands = tuple(phrases.bands(element.curve, "number", lambda piece: _paid(piece, money)))
    elif element.table is not None:
        bands = tuple(phrases.rows(element.table, kind))
    banded = bool(bands)
    words = phrases.worded(element.amount.node)
    value = element.amount.value
    earned = None
    if not banded and isinstance(value, Fraction) and element.pool is None:
        earned = half_up(value, 2)
    figures = phrases.reckoned(element.amount, earned, "money" if earned is not None else "number", None)
    if element.when is not None and element.when.value is False and element.pool is None:
        figures = unpaid(phrases.prose, element) or figures
    elif isinstance(element.amount.node, Ref):
        words, figures = f"{words} = {phrases.figured(element.amount)}", ""
    return Pay(
        title=phrases.title(element.title, element.id),
        amount=phrases.amount(element.paid, "money", 2),
        words=words,
        figures=figures,
        bands=bands,
        pool=() if element.pool is None else tuple(phrases.prose.pool(element.pool, element.paid)),
        condition=None if element.when is None else phrases.condition("when", element.when),
        seasons=tuple(phrases.prose.seasons(element.seasons)),
        note=element.note.text(phrases.language),
        assumed=element.assumed,
    )


def _figures(explanation: Explanation, phrases: Phrases) -> tuple[Figure, ...]:
    """Every figure that any formula of the sheet names, each once; parameters have a table of their own."""
    if explanation.ladder is not None:
        return sources_of(explanation.ladder, phrases)
    uses: dict[FigureUse, None] = {}
    for formula in _formulas(explanation):
        uses.update(dict.fromkeys(use for use in formula.figures if use.way or use.id in explanation.model.facts))
    uses.update(dict.fromkeys(line.beside for line in explanation.lines if line.beside is not None))
    return tuple(phrases.figure(each) for use in uses for each in (use, *use.parts))


def _formulas(explanation: Explanation) -> list[FormulaUse]:
    found: list[FormulaUse] = []
    for line in explanation.lines:
        found += formulas_of(line)
    found += [gate.require for gate in explanation.gates]
    for element in explanation.pay:
        found += [element.amount] if element.when is None else [element.amount, element.when]
        found += [] if element.pool is None else [element.pool.amount]
    return found
