"""Explanations in words: each figure's way into a result, from the cell that it stood in to the total."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from kpicore.adjustment import HELD
from kpicore.curve import interval, partition
from kpicore.explain.formulas import formulas_of
from kpicore.explain.itemprose import item_lines
from kpicore.explain.ladderprose import cycles_text, decision_text, ladder_lines
from kpicore.explain.naming import Naming, look_of, plain
from kpicore.explain.payprose import pay_lines
from kpicore.explain.raterprose import items_lines, level_lines, raters_lines, worth_lines
from kpicore.explain.reckoning import ABOUT, equals, piece_figures
from kpicore.explain.use import (
    AdjustmentsUse,
    CurveUse,
    Explanation,
    FigureUse,
    FormulaUse,
    GateExplanation,
    GradeExplanation,
    GroupExplanation,
    LineExplanation,
    PayExplanation,
    PoolUse,
    TableUse,
)
from kpicore.formula.node import Fact, Param
from kpicore.messages import reason_text
from kpicore.messages.found import place_text
from kpicore.period import parse_period
from kpicore.problem import Place
from kpicore.row import Reason
from kpicore.text import title_of
from kpicore.wording import amount_text, interval_text, number_text

_INDENT = "  "
Remarked = LineExplanation | GroupExplanation | AdjustmentsUse | GateExplanation | GradeExplanation | PayExplanation


def explanation_text(explanation: Explanation, language: str) -> str:
    """The whole explanation as lines of text, in one language."""
    return "\n".join(Prose(explanation, language).lines()) + "\n"


def cycles_line(explanations: Sequence[Explanation], language: str) -> str:
    """A person's cycles on a ladder in one line of text; '' where there are no two of them."""
    text = cycles_text([Prose(explanation, language) for explanation in explanations])
    return f"{text}\n" if text else ""


class Prose(Naming):
    """The sentences of one explanation in one language. Pages use its parts."""

    def lines(self) -> Iterator[str]:
        """Every line, headings first, with one empty line between the parts."""
        before = ""
        for line in self._lines():
            if line or before:
                yield line
            before = line

    def _lines(self) -> Iterator[str]:
        yield from self.heading()
        yield ""
        if self.explanation.ladder is not None:
            yield from ladder_lines(self, self.explanation.ladder)
        for line in self.explanation.lines:
            yield from self.indicator(line)
            yield ""
        for gate in self.explanation.gates:
            yield from self.gate(gate)
            yield ""
        yield from self.sums()
        if self.explanation.adjustments is not None:
            yield from item_lines(self, self.explanation.adjustments)
        if self.explanation.grade is not None:
            yield from self.grade(self.explanation.grade)
        for element in self.explanation.pay:
            yield ""
            yield from self.pay(element)
        general = [reason for reason in self.result.reasons if not belongs(reason)]
        if general and self.result.status == "scored":
            yield ""
            if self.result.decision is not None:
                yield self.decision()
            yield from (self.reason(reason) for reason in general)

    def heading(self) -> Iterator[str]:
        """Whose result it is, by which sheet, and what it came to."""
        result = self.result
        yield f"{self.model.title.text(self.language, result.scheme)} ({result.scheme} {result.version})"
        person = result.employee if result.name is None else f"{result.name} ({result.employee})"
        period = parse_period(result.period).label(self.language)
        yield self.say("explain.separator").join(filter(None, (person, result.team, period, self.occasion())))
        yield self.outcome()
        if self.result.status != "scored":
            yield from (_INDENT + self.reason(reason) for reason in self.result.reasons)

    def outcome(self) -> str:
        """Status, total, grade and pay in one sentence."""
        result = self.result
        parts = [decision_text(self) or self.say(f"explain.status.{result.status}")]
        if result.total is not None:
            key = "explain.total_share" if self.share else "explain.total"
            parts.append(self.say(key, total=plain(result.total), full=plain(result.full_marks), share=self.share))
        if result.grade is not None:
            parts.append(self.say("explain.grade", grade=self.grade_name(result.grade)))
        if result.rank is not None:
            parts.append(self.say(f"explain.rank.{self.model.rank}", rank=result.rank))
        if result.pay_total is not None:
            parts.append(self.say("explain.pay_total", amount=self._money(result.pay_total)))
        return self.say("explain.separator").join(parts)

    def decision(self) -> str:
        """What was decided of a cycle, and which one is the next."""
        assert self.result.decision is not None
        following = parse_period(self.result.decision["next_cycle"]).label(self.language)
        return self.say("explain.ladder.decision", decision=decision_text(self), following=following)

    def indicator(self, line: LineExplanation) -> Iterator[str]:
        """From an indicator's figures to its score."""
        title = line.title.text(self.language, line.id)
        result = line.result
        if result.score is None:
            yield self.say("explain.line_without", title=title, state=self.say(f"explain.state.{result.state}"))
        elif result.full_marks == 0:
            key = "explain.line_shown" if line.shown_only else "explain.line_beyond"
            yield self.say(key, title=title, score=plain(result.score))
        else:
            yield self.say("explain.line", title=title, score=plain(result.score), full=plain(result.full_marks))
        for text in self.way(line):
            yield _INDENT + text
        for reason in line.reasons:
            yield _INDENT + self.reason(reason, own=True)
        yield from (_INDENT + text for text in self.figures(line_figures(line)))
        if line.barred == "group_only_if":
            yield from self.remarks(next(group for group in self.explanation.groups if group.id == line.group))
        yield from self.remarks(line)

    def remarks(self, part: Remarked) -> Iterator[str]:
        """What the scheme's author wants readers to know, and whether the source leaves it open."""
        if part.note:
            yield _INDENT + self.say("explain.note", note=part.note.text(self.language))
        if part.assumed:
            yield _INDENT + self.say("explain.assumed")

    def way(self, line: LineExplanation) -> Iterator[str]:
        """The steps of an indicator: measure, rounding, conditions, band, points, score."""
        if line.measure is not None:
            yield self.measure(line, line.measure)
        for name, condition in line.conditions:
            yield self.condition(name, condition, line.group, dict(line.worth).get(condition.node))
            yield from self.missed(condition)
        yield from worth_lines(self, line)
        yield from self.seasons(line.seasons)
        yield from items_lines(self, line)
        if line.result.measure is None and line.barred is None:
            yield from raters_lines(self, line)
        yield from level_lines(self, line)
        if not (line.shown_only and line.idle):
            yield from [self.barred(line)] if line.barred is not None else self.judged(line)
        result = line.result
        if result.score is not None and result.points != result.score and not line.shown_only:
            yield self.say(
                "explain.weighted",
                points=plain(result.points),
                weight=plain(line.weight),
                sign=equals(result.points, line.weight, 100, result.score),
                score=plain(result.score),
            )

    def measure(self, line: LineExplanation, use: FormulaUse) -> str:
        """The measure's formula in words, then in figures, then its value as exact and as rounded."""
        kind = line.kind or "number"
        steps = [self.worded(use.node)]
        if not isinstance(use.node, Fact | Param) and look_of(use.node) is None:
            steps.append(self.figured(use))
        way = " = ".join(dict.fromkeys(steps)).replace(f" = {ABOUT}", f" {ABOUT}")
        if use.value is None:
            return way
        if not isinstance(use.value, Fraction):
            return f"{way} = {self.value(use)}"
        exact = amount_text(use.value, kind, None, self.language)
        rounded = amount_text(line.result.measure, kind, line.places, self.language)
        about = exact.startswith(ABOUT)
        if about and exact.removeprefix(ABOUT) == rounded:
            return f"{way} {exact}"
        if not about and line.result.measure is not None and Fraction(line.result.measure) == use.value:
            return f"{way} = {rounded}"
        return f"{way} {'' if about else '= '}{self.say('explain.rounded', exact=exact, rounded=rounded)}"

    def condition(self, name: str, use: FormulaUse, group: str = "", worth: Fraction | None = None) -> str:
        """A condition, its figures, and whether it holds; `group` is the id of the indicator's group, `worth` are the
        points of a condition that has some of its own."""
        state = "unknown" if use.value is None else "holds" if use.value else "fails"
        told = self.say(f"explain.{state}")
        if worth is not None and isinstance(use.value, bool):
            points = self.say("explain.points_of", points=number_text(worth if use.value else Fraction(0)))
            told = self.say("explain.separator").join((told, points))
        return self.say(
            "explain.condition_line",
            label=self.condition_label(name, group),
            formula=self.worded(use.node),
            figures=self.figured(use),
            state=told,
        )

    def missed(self, use: FormulaUse) -> Iterator[str]:
        """Of a condition that joins several and does not hold, those that are not met."""
        for part in use.parts if use.value is False else ():
            if part.value is False:
                yield self.say("explain.missed", formula=self.worded(part.node), figures=self.figured(part))

    def judged(self, line: LineExplanation) -> Iterator[str]:
        """Which piece of the rule's curve, or row of its table, decided, and what it gave; nothing of what is left
        out."""
        if line.result.state == "left_out":
            return
        kind = line.kind or "number"
        for use in line.curves:
            if use.at is None:
                continue
            if use.piece is None:
                yield self.say("explain.no_band", value=amount_text(use.at, kind, line.places, self.language))
                continue
            yield self.piece(use, kind)
        if line.table is not None:
            yield from self.table(line.table)

    def piece(self, use: CurveUse, kind: str, worth: str = "points") -> str:
        """A piece of a curve in words, with the points, the amount or the weight that it gives."""
        assert use.piece is not None and use.at is not None
        points = piece_figures(use.curve.pieces[use.piece], use.at)
        if use.place is not None:
            return self.say("explain.place_points", place=self.of_heads(use.place), points=points)
        return self.say(f"explain.band.{worth}", band=self.band(use, kind), value=points)

    def band(self, use: CurveUse, kind: str) -> str:
        """The ends of the piece that decided, as the scheme gives them; where it gives none, where it decides."""
        assert use.piece is not None and use.at is not None
        span = interval(use.curve.pieces[use.piece])
        if span.low is None and span.high is None:
            span = next(part for part in partition(use.curve) if part.holds(use.at))
        return interval_text(span.low, span.low_closed, span.high, span.high_closed, kind, self.language)

    def table(self, use: TableUse, worth: str = "points") -> Iterator[str]:
        """The row of a table that was taken, with the points, the amount or the weight that it gives."""
        if use.at is None:
            return
        given, choice = dict(use.rows).get(use.at), title_of(use.at, use.titles, self.language)
        if given is None:
            yield self.say("explain.no_row", choice=choice)
        else:
            yield self.say(f"explain.row.{worth}", choice=choice, value=number_text(given))

    def gate(self, gate: GateExplanation) -> Iterator[str]:
        """A gate, its figures, and what missing it did."""
        yield self.say(
            "explain.gate",
            title=gate.title.text(self.language, gate.id),
            state=self.say(f"explain.gate_state.{gate.state}"),
        )
        yield _INDENT + self.say(
            "explain.pair", formula=self.worded(gate.require.node), figures=self.figured(gate.require)
        )
        yield from (_INDENT + text for text in self.missed(gate.require))
        for reason in self.result.reasons:
            if reason.value("gate") == gate.id:
                yield _INDENT + self.reason(reason, own=True)
        yield from (_INDENT + text for text in self.figures(gate.require.figures))
        yield from self.remarks(gate)

    def sums(self) -> Iterator[str]:
        """How the scores make the total."""
        result = self.result
        if result.sum is None:
            return
        scores = [plain(line.score) for line in result.indicators.values() if line.score is not None]
        if scores:
            key = "explain.sum" if len(scores) > 1 else "explain.sum_alone"
            yield self.say(key, scores=" + ".join(scores), sum=plain(result.sum))
        yield from self.rescaled()

    def rescaled(self) -> Iterator[str]:
        """How the sum became the total before any items, where they differ or not all full marks were counted."""
        result, items = self.result, self.explanation.adjustments
        total = result.total if items is None or result.total is None else items.before
        count = sum(line.score is not None for line in result.indicators.values())
        if total is not None and self.model.total == "mean" and result.counted_marks == 100 * count:
            sign = equals(result.sum, 1, count, total)
            yield self.say("explain.mean", sum=plain(result.sum), count=count, sign=sign, total=plain(total))
        elif total is not None and (total != result.sum or result.counted_marks != result.full_marks):
            yield self.say(
                "explain.rescaled",
                sum=plain(result.sum),
                full=plain(result.full_marks),
                counted=plain(result.counted_marks),
                sign=equals(result.sum, result.full_marks, result.counted_marks, total),
                total=plain(total),
            )

    def grade(self, grade: GradeExplanation) -> Iterator[str]:
        """The band of totals that gave the grade, and what gates made of it."""
        use = grade.curve
        if use.at is None or use.piece is None or grade.before_gates is None:
            return
        yield from self.seasons(grade.seasons)
        name = self.grade_name(grade.before_gates)
        if grade.place is not None:
            share = amount_text(use.at, "ratio", None, self.language)
            place = self.of_heads(grade.place)
            yield self.say("explain.graded.heads", place=place, share=share, band=self.band(use, "ratio"), grade=name)
        else:
            value, band = number_text(use.at, 2), self.band(use, "number")
            yield self.say(f"explain.graded.{grade.by}", value=value, band=band, grade=name)
        if grade.grade is not None and grade.grade != grade.before_gates:
            yield self.regraded(grade.before_gates, grade.grade)

    def regraded(self, before: str, after: str) -> str:
        """That conditions have changed the grade."""
        return self.say("explain.regraded", before=self.grade_name(before), grade=self.grade_name(after))

    def pay(self, element: PayExplanation) -> Iterator[str]:
        """How an element of pay came about, or why it is not paid."""
        yield from pay_lines(self, element)

    def pool(self, use: PoolUse, paid: Decimal | None) -> Iterator[str]:
        """What was shared, and the person's part of it, to the cent."""
        yield self.say("explain.pool", formula=self.worded(use.amount.node), figures=self.figured(use.amount))
        amount, weight, weights = use.amount.value, use.weight, use.weights
        if not isinstance(amount, Fraction) or weight is None or weights is None or not use.heads.counted:
            return
        if use.barred:
            yield self.say("explain.no_part")
        shown = {"weight": number_text(weight), "weights": number_text(weights), "heads": self.heads(use.heads)}
        texts = (number_text(amount, 2), *shown.values())
        exact = weights != 0 and amount * 100 % 1 == 0 and not any(ABOUT in text for text in texts)
        if paid is None or not exact:
            yield self.say("explain.shared", **shown)
            return
        sign = "=" if amount * weight / weights == Fraction(paid) else "≈"
        yield self.say("explain.share", amount=texts[0], sign=sign, paid=self._money(paid), **shown)

    # Parts

    def figure(self, figure: FigureUse) -> str:
        """A figure, and the place that it was read from; of a mean, what it was taken of."""
        title = self.figure_title(figure)
        if figure.value is None:
            value = self.say(f"explain.origin.{figure.origin}")
        else:
            value = self.shown(figure)
            if figure.heads is not None:
                value = self.of_heads(figure)
            elif len(figure.parts) > 1 and figure.way in ("mean_last_year", "cycle_mean", "cycle_sum"):
                terms = " + ".join(map(self.shown, figure.parts))
                way = terms if figure.way == "cycle_sum" else f"({terms}) / {len(figure.parts)}"
                value = f"{way} {value if value.startswith(ABOUT) else f'= {value}'}"
        where = self.place(figure)
        return self.say("explain.figure_at" if where else "explain.figure", title=title, value=value, where=where)

    def shown(self, figure: FigureUse) -> str:
        """The value of a figure as it was given."""
        return amount_text(figure.said(self.language), figure.kind, None, self.language)

    def figures(self, figures: Iterable[FigureUse]) -> Iterator[str]:
        """Each figure, and below a mean each that it was taken of."""
        for figure in figures:
            yield self.figure(figure)
            yield from (_INDENT + self.figure(part) for part in figure.parts)

    def place(self, figure: FigureUse) -> str:
        """Where a figure was read, or why it stands there; '' where neither is known."""
        if figure.place is not None:
            return self.place_text(figure.place)
        if figure.origin in ("default", "set", "scheme"):
            return self.say(f"explain.origin.{'assumed' if figure.assumed else figure.origin}")
        return ""

    def place_text(self, place: Place) -> str:
        """File, page, row and column."""
        return place_text(place, self.say)

    def reason(self, reason: Reason, own: bool = False) -> str:
        """A reason as a sentence; `own` where it stands with the part that it is about and need not name."""
        return reason_text(reason, self.model, self.language, own)

    def value(self, use: FormulaUse) -> str:
        """The value of a formula, as of no particular kind."""
        return amount_text(use.said(self.language), "number", None, self.language)

    def _money(self, amount: Decimal) -> str:
        return amount_text(amount, "money", 2, self.language)


def belongs(reason: Reason) -> bool:
    """Whether a reason stands beside an indicator, a gate or the items already."""
    return reason in HELD.values() or any(reason.value(part) is not None for part in ("indicator", "gate"))


def line_figures(line: LineExplanation) -> Iterable[FigureUse]:
    """Every figure that an indicator rests on, each once."""
    return dict.fromkeys(figure for use in formulas_of(line) for figure in use.figures)
