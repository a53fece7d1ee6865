"""Teams over the periods: the means of each, and the totals of its people one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kpicore.messages import Messages
from kpicore.period import parse_period
from kpicore.protocols import Period
from kpicore.report.course import ABSENT, Spot, course_of
from kpicore.report.gathered import Gathered, mean_given
from kpicore.report.listing import CourseLink, MeanRow, PersonCourse, TeamCourse
from kpicore.report.phrase import NONE
from kpicore.report.trend import filled
from kpicore.result import Result

MOST_PERIODS = 12
"""The most periods that stand beside one another; of more there are several tables."""
Cells = dict[Period, list[Gathered]]


def team_courses(ordered: Iterable[Gathered], say: Messages) -> tuple[TeamCourse, ...]:
    """Each team over the periods of one kind, the newest first; nothing of sheets without a total."""
    found: dict[tuple[str, str], list[Gathered]] = {}
    for each in ordered:
        if each.entry.outcome.has_total:
            found.setdefault((each.period.kind, each.team), []).append(each)
    courses = []
    for people in found.values():
        periods = filled(sorted({parse_period(each.result.period) for each in people}))
        while periods:
            periods, block = periods[:-MOST_PERIODS], periods[-MOST_PERIODS:]
            inside = [each for each in people if each.period in block]
            if inside:
                courses.append(_Team(inside, block, say).course())
    return tuple(courses)


class _Team:
    def __init__(self, people: Sequence[Gathered], periods: Sequence[Period], say: Messages) -> None:
        self.people, self.periods, self.say = people, periods, say
        self.newest = max(people, key=lambda each: each.period)
        self.by: Cells = {period: [] for period in periods}
        for each in people:
            self.by[each.period].append(each)

    def course(self) -> TeamCourse:
        """The team over these periods."""
        first, last = (period.label(self.say.language) for period in (self.periods[0], self.periods[-1]))
        totals = [[each.result.total for each in own] for own in self.by.values()]
        full = self.newest.result.full_marks
        return TeamCourse(
            team=self.newest.team,
            span=first if len(self.periods) == 1 else self.say("page.span", first=first, last=last),
            periods=tuple(map(str, self.periods)),
            counts=tuple(sum(total is not None for total in own) for own in totals),
            total=self._means("", self.say("page.total"), totals, full, self.newest.entry.outcome.full_marks),
            lines=tuple(self._lines()),
            people=tuple(self._people()),
        )

    def _lines(self) -> Iterator[MeanRow]:
        for line in self.newest.entry.lines:
            if line.shown_only:
                continue
            scores = [[_score(each.result, line.id) for each in own] for own in self.by.values()]
            full = self.newest.result.indicators[line.id].full_marks
            yield self._means(line.id, line.title, scores, full, line.full_marks)

    def _means(
        self, name: str, title: str, values: Sequence[Sequence[Decimal | None]], full: Decimal | None, shown: str
    ) -> MeanRow:
        means = [mean_given(own, self.newest.places) for own in values]
        spots = [
            Spot(period, value, self._label(period, value, bool(self.by[period])), absent=not self.by[period])
            for period, value in zip(self.periods, means, strict=True)
        ]
        return MeanRow(
            title=title,
            full_marks=shown,
            cells=tuple(map(_shown, means)),
            course=course_of(name, title, spots, full, self.say),
        )

    def _people(self) -> Iterator[PersonCourse]:
        found: dict[str, dict[Period, Gathered]] = {}
        for each in sorted(self.people, key=lambda each: each.order):
            found.setdefault(each.result.employee, {})[each.period] = each
        for own in found.values():
            latest = own[max(own)]
            cells = [self._link(period, own.get(period)) for period in self.periods]
            spots = [
                Spot(period, own[period].result.total if period in own else None, cell.label, absent=period not in own)
                for period, cell in zip(self.periods, cells, strict=True)
            ]
            name, full = latest.entry.person.name, latest.result.full_marks
            yield PersonCourse(
                person=latest.entry.person,
                href=latest.entry.href,
                cells=tuple(cells),
                course=course_of("", name, spots, full, self.say),
            )

    def _link(self, period: Period, each: Gathered | None) -> CourseLink:
        if each is None:
            return CourseLink(text=NONE, href="", status=ABSENT, label=self._label(period, None, False))
        total, outcome = each.result.total, each.entry.outcome
        label = self._label(period, total, True) if total is not None else self._gap(period, outcome.status_text)
        return CourseLink(text=_shown(total), href=each.entry.href, status=outcome.status, label=label)

    def _label(self, period: Period, value: Decimal | None, there: bool) -> str:
        name = period.label(self.say.language)
        if not there:
            return self.say("page.trend_none", period=name)
        if value is None:
            return self._gap(period, self.say("explain.status.incomplete"))
        return self.say("page.trend_point", period=name, total=_shown(value))

    def _gap(self, period: Period, state: str) -> str:
        return self.say("page.trend_gap", period=period.label(self.say.language), state=state)


def _score(result: Result, indicator: str) -> Decimal | None:
    line = result.indicators.get(indicator)
    return None if line is None else line.score


def _shown(value: Decimal | None) -> str:
    return NONE if value is None else f"{value:,f}"
