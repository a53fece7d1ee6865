"""The periods of a person one after another: each indicator's scores as a small drawing, and all of it as a table; and
the shorter periods that a longer one is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from kpicore.explain.use import Earlier, Explanation, LineExplanation
from kpicore.history import cycle
from kpicore.messages import Messages
from kpicore.period import parse_period
from kpicore.protocols import Period
from kpicore.report.chart import Mark, Stroke, breadth, near
from kpicore.report.coursing import Course, PeriodCell, PeriodRow
from kpicore.report.filename import page_name
from kpicore.report.line import measure_text
from kpicore.report.phrase import NONE, Phrases
from kpicore.report.trend import filled
from kpicore.result import IndicatorResult
from kpicore.wording import number_text

WIDTH, HEIGHT = 200.0, 74.0
TYPE = 9.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 14.0, 186.0, 18.0, 58.0
ABSENT, DECIDED = "absent", "decided"
Value = Callable[[Earlier], Decimal | None]
"""What is drawn of a period."""


@frozen
class Spot:
    """A period on a drawing: its value, and what it came to in words."""

    period: Period
    value: Decimal | None
    label: str
    absent: bool = False
    own: bool = False


def course_of(name: str, title: str, spots: Sequence[Spot], full: Decimal | None, say: Messages) -> Course:
    """The drawing of these periods, which rise; the axis goes from 0 to the full marks or the greatest value."""
    values = [Fraction(spot.value) for spot in spots if spot.value is not None]
    most = Fraction(0) if full is None else Fraction(full)
    high, low = max([most, *values]), min([Fraction(0), *values])
    length = high - low or Fraction(1)

    def height(value: Fraction) -> float:
        return near(_BOTTOM - float((value - low) / length) * (_BOTTOM - _TOP))

    step = (_RIGHT - _LEFT) / max(len(spots) - 1, 1)
    marks = []
    for place, spot in enumerate(spots):
        value = None if spot.value is None else Fraction(spot.value)
        marks.append(
            Mark(
                x=near(_LEFT + place * step if len(spots) > 1 else (_LEFT + _RIGHT) / 2),
                y=_BOTTOM if value is None else height(value),
                text="" if spot.value is None else f"{spot.value:,f}",
                tick=_tick(place, spots),
                label=spot.label,
                own=spot.own,
                gap=value is None,
                absent=spot.absent,
            )
        )
    strokes = (Stroke(x1=a.x, y1=a.y, x2=b.x, y2=b.y) for a, b in pairwise(marks) if not (a.gap or b.gap))
    ends = [spot.period.label(say.language) for spot in (spots[0], spots[-1])]
    return Course(
        id=name,
        title=title,
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=_RIGHT,
        top=_TOP,
        bottom=_BOTTOM,
        full=height(most),
        full_text=number_text(most),
        strokes=tuple(strokes),
        marks=tuple(marks),
        latest=marks[-1].text or NONE,
        label=say("page.course_label", title=title, first=ends[0], last=ends[1]),
    )


def _tick(place: int, spots: Sequence[Spot]) -> str:
    """The name of the last period and, where there is room for both, of the first."""
    last, text = len(spots) - 1, str(spots[place].period)
    if place == last:
        return text
    roomy = breadth(text, TYPE) + breadth(str(spots[last].period), TYPE) < (_RIGHT - _LEFT)
    return text if place == 0 and roomy else ""


@frozen
class PersonCourses:
    """A person's periods up to that of a page, gaps included."""

    explanation: Explanation
    period: Period
    phrases: Phrases

    def courses(self) -> tuple[Course, ...]:
        """The totals and the scores of each indicator that is scored; nothing for a sheet without a total."""
        model, result = self.explanation.model, self.explanation.result
        if not model.totals:
            return ()
        say, known = self.phrases.say, self._known()
        totals = [self._spot(each, known.get(each), _total) for each in self._periods(known)]
        found = [course_of("", self.phrases.word("total"), totals, result.full_marks, say)]
        for line in self.explanation.lines:
            if line.shown_only:
                continue
            scores = [self._spot(each, known.get(each), _score(line.id)) for each in self._periods(known)]
            title = self.phrases.title(line.title, line.id)
            found.append(course_of(line.id, title, scores, line.result.full_marks, say))
        return tuple(found)

    def rows(self) -> tuple[PeriodRow, ...]:
        """The periods as rows, the newest first."""
        known = self._known()
        lines = self.explanation.lines
        return tuple(self.row(each, known.get(each), lines) for each in reversed(self._periods(known)))

    def parts(self) -> tuple[PeriodRow, ...]:
        """The shorter periods that this one is made of, in the order of the calendar."""
        shorter = self.explanation.model.shorter
        if not shorter:
            return ()
        known = {parse_period(part.period): part for part in self.explanation.shorter}
        return tuple(self.row(each, known.get(parse_period(str(each)))) for each in cycle(self.period, shorter))

    def row(self, period: Period, part: Earlier | None, lines: Iterable[LineExplanation] = ()) -> PeriodRow:
        """A period as a row of a table."""
        employee, own = self.explanation.result.employee, period == self.period
        paged = part is not None and part.paged and not own
        status = ABSENT if part is None else DECIDED if part.decided else part.status
        grade = None if part is None else part.grade
        return PeriodRow(
            period=period.label(self.phrases.language),
            href=page_name(employee, str(period)) if paged else "",
            own=own,
            absent=part is None,
            decided=part is not None and part.decided,
            total=self.phrases.marks(None if part is None else self._placed(part.total)),
            grade=NONE if grade is None else self.phrases.prose.grade_name(grade),
            status=status,
            status_text=self._status(status),
            cells=tuple(self._cell(line, None if part is None else part.indicators.get(line.id)) for line in lines),
        )

    def _placed(self, total: Decimal | None) -> Decimal | None:
        """A total with the places that totals have; one that was given with more keeps them."""
        step = Decimal(1).scaleb(-self.explanation.model.places)
        return total if total is None or total % step else total.quantize(step)

    def _status(self, status: str) -> str:
        key = f"period_state.{status}"
        return self.phrases.word(key) if status in (ABSENT, DECIDED) else self.phrases.say(f"explain.status.{status}")

    def _known(self) -> dict[Period, Earlier]:
        result = self.explanation.result
        known: dict[Period, Earlier] = {parse_period(part.period): part for part in self.explanation.earlier}
        own = Earlier(result.period, result.status, result.total, result.grade, result.indicators, paged=True)
        return known | {self.period: own}

    def _periods(self, known: Mapping[Period, Earlier]) -> list[Period]:
        return filled(sorted(known))

    def _spot(self, period: Period, part: Earlier | None, value: Value) -> Spot:
        name, found = period.label(self.phrases.language), None if part is None else value(part)
        if part is None:
            label = self.phrases.word("trend_none", period=name)
        elif found is None:
            label = self.phrases.word("trend_gap", period=name, state=self._status(part.status))
        else:
            label = self.phrases.word("trend_point", period=name, total=self.phrases.marks(found))
        return Spot(period, found, label, absent=part is None, own=period == self.period)

    def _cell(self, line: LineExplanation, result: IndicatorResult | None) -> PeriodCell:
        if result is None:
            return PeriodCell(figure=NONE, score=NONE, state=ABSENT, state_text="")
        return PeriodCell(
            figure=measure_text(line, result.measure, self.phrases),
            score=self.phrases.marks(result.score),
            state=result.state,
            state_text=self.phrases.say(f"explain.state.{result.state}"),
        )


def _total(part: Earlier) -> Decimal | None:
    return part.total


def _score(indicator: str) -> Value:
    def score(part: Earlier) -> Decimal | None:
        line = part.indicators.get(indicator)
        return None if line is None else line.score

    return score
