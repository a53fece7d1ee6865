"""The page that lists the people, gathered while their own pages are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, field, frozen

from kpicore.explain.itemprose import items_title
from kpicore.explain.use import Explanation, GroupExplanation, LineExplanation
from kpicore.messages import Messages
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.report.climbers import Climber, climb_groups
from kpicore.report.context import Entry, EntryLine, Figure, Held, IndexPage, League, SchemeHead, Tally
from kpicore.report.folder import PROBLEMS
from kpicore.report.line import figure_of, place_of
from kpicore.report.person import TAGS, outcome_of, person_of, scheme_head
from kpicore.report.phrase import Phrases
from kpicore.report.trouble import tallies_of, trouble_of
from kpicore.wording import months_text

MOST_TROUBLES = 10
"""The most problems that stand in the index; all of them have a page of their own."""
_STATUSES = ("scored", "ineligible", "incomplete", "running")


@frozen
class _Gathered:
    """An entry with what it is sorted by. `among`: the team in which it is ranked, '' for all; None where it is not."""

    team: str
    employee: str
    period: str
    rank: int | None
    among: str | None
    entry: Entry


@define
class Gathering:
    """What the index needs of each page, and no more, so that any number of pages can go by.

    `model` is that of the newest version which scored anybody.
    """

    language: str
    model: SchemeModel | None = None
    entries: list[_Gathered] = field(factory=list)
    schemes: dict[str, SchemeHead] = field(factory=dict)
    periods: dict[str, Period] = field(factory=dict)
    grades: dict[str, None] = field(factory=dict)
    assumed: dict[Figure, None] = field(factory=dict)
    assumed_lines: dict[str, None] = field(factory=dict)
    climbers: dict[str, Climber] = field(factory=dict)
    held: dict[str, Held | None] = field(factory=dict)

    def add(
        self,
        explanation: Explanation,
        period: Period,
        phrases: Phrases,
        href: str,
        climber: Climber | None = None,
        held: Held | None = None,
    ) -> None:
        """Takes note of a page; of somebody on a ladder, that of the latest cycle says where the person stands."""
        result, model = explanation.result, explanation.model
        if self.model is None or self.model.effective < model.effective:
            self.model = model
        team, within = result.team or "", model.rank if model.totals else None
        entry = Entry(
            person=person_of(explanation, period, phrases),
            outcome=outcome_of(explanation, phrases),
            href=href,
            lines=() if within is None else tuple(_entry_lines(explanation, phrases)),
        )
        among = None if within is None else team if within == "team" else ""
        self.entries.append(_Gathered(team, result.employee, result.period, result.rank, among, entry))
        known = self.climbers.get(result.employee)
        if climber is not None and (known is None or known.cycle < climber.cycle):
            self.climbers[result.employee] = climber
        self.schemes.setdefault(f"{model.id} {model.version}", scheme_head(explanation, phrases))
        self.periods.setdefault(result.period, period)
        self.held.setdefault(result.period, held)
        if model.grade is not None:
            self.grades.update(dict.fromkeys(map(phrases.prose.grade_name, model.grade.grades)))
        self.assumed.update(dict.fromkeys(phrases.figure(use) for use in explanation.params if use.assumed))
        self.assumed_lines.update(dict.fromkeys(_assumed_lines(explanation, phrases)))

    def page(self, title: str, problems: Sequence[Problem]) -> IndexPage:
        """The index of all pages that were taken note of."""
        say = Messages(self.language)
        ordered = sorted(self.entries, key=lambda each: (each.team, each.employee, each.period))
        leagues = self._leagues(ordered)
        unranked = (each.entry for each in ordered if each.among is None)
        entries = (*(entry for league in leagues for entry in league.entries), *unranked)
        heads = list(self.schemes.values())
        heading = title or (heads[0].title if heads else say("page.people"))
        periods = self._periods(say)
        return IndexPage(
            title=say("page.separator").join(part for part in (heading, periods) if part),
            language=TAGS[say.language],
            heading=heading,
            scheme=_joined(heads, say),
            periods=periods,
            appraisal=self._last_held(),
            entries=entries,
            has_total=any(entry.outcome.has_total for entry in entries),
            has_grade=any(entry.outcome.has_grade for entry in entries),
            has_rank=bool(leagues),
            has_pay=any(entry.outcome.pay_total for entry in entries),
            ladder=climb_groups(self.climbers.values(), say),
            leagues=leagues,
            grades=tallies_of(self.grades, [entry.outcome.grade for entry in entries]),
            statuses=self._statuses(entries, say),
            assumed=tuple(self.assumed),
            assumed_lines=tuple(self.assumed_lines),
            troubles=tuple(trouble_of(problem, say) for problem in problems[:MOST_TROUBLES]),
            problems=PROBLEMS if problems else "",
            problem_count=say.count("page.troubles_count", len(problems)) if problems else "",
            problems_text=say.count("page.troubles_all", len(problems)) if problems else "",
        )

    def _last_held(self) -> Held | None:
        """When the appraisal is held for the period that ends last; of several the longest."""
        last = max(
            self.periods, key=lambda name: (self.periods[name].end, -self.periods[name].start.toordinal()), default=""
        )
        return self.held.get(last)

    def _leagues(self, ordered: Sequence[_Gathered]) -> tuple[League, ...]:
        """Who is ranked among whom, the newest period first."""
        found: dict[tuple[str, str], list[_Gathered]] = {}
        for each in ordered:
            if each.among is not None:
                found.setdefault((each.period, each.among), []).append(each)
        newest = sorted(self.periods, key=lambda name: (self.periods[name].start, self.periods[name].end), reverse=True)
        return tuple(
            League(
                team=among,
                period=self.periods[period].label(self.language),
                entries=tuple(each.entry for each in sorted(people, key=lambda each: each.rank or len(ordered) + 1)),
                ranked=sum(each.rank is not None for each in people),
            )
            for (period, among), people in sorted(found.items(), key=lambda item: newest.index(item[0][0]))
        )

    def _periods(self, say: Messages) -> str:
        """'March 2024', or the first and the last of several."""
        found = sorted(self.periods.values(), key=lambda period: (period.start, period.end))
        if not found:
            return ""
        if found[0].kind == "cycle" and len(found) > 1:  # their months, since each is a span itself
            found = [found[0].months[0], max(found, key=lambda period: period.end).months[-1]]
        first, last = (period.label(say.language) for period in (found[0], found[-1]))
        return first if len(found) == 1 else say("page.span", first=first, last=last)

    def _statuses(self, entries: Iterable[Entry], say: Messages) -> tuple[Tally, ...]:
        texts = {status: say(f"explain.status.{status}") for status in _STATUSES}
        counts = Counter(entry.outcome.status for entry in entries)
        shown = [texts[status] for status in _STATUSES if counts[status]]
        return tallies_of(shown, [entry.outcome.status_text for entry in entries])


def _entry_lines(explanation: Explanation, phrases: Phrases) -> Iterator[EntryLine]:
    for line in explanation.lines:
        result = line.result
        yield EntryLine(
            id=line.id,
            title=phrases.title(line.title, line.id),
            figure=figure_of(line, phrases),
            place=place_of(line),
            points=phrases.marks(result.points),
            score=phrases.marks(result.score),
            full_marks=phrases.marks(result.full_marks),
            state=result.state,
        )


def _assumed_lines(explanation: Explanation, phrases: Phrases) -> Iterator[str]:
    """The headings of what rests on something that the source leaves open, and such seasons with their months."""
    for season in explanation.model.seasons.values():
        if season.assumed:
            months = months_text(season, phrases.language)
            yield phrases.say("season.named", title=phrases.title(season.title, season.id), months=months)
    parts: list[GroupExplanation | LineExplanation] = [*explanation.groups, *explanation.lines]
    for part in parts:
        if part.assumed:
            yield phrases.title(part.title, part.id)
    for gate in explanation.gates:
        if gate.assumed:
            yield phrases.title(gate.title, gate.id)
    if explanation.model.appraisal is not None and explanation.model.appraisal.assumed:
        yield phrases.word("appraisal_day")
    if explanation.grade is not None and explanation.grade.assumed:
        yield phrases.word("grading")
    if explanation.adjustments is not None and explanation.adjustments.assumed:
        yield items_title(phrases.prose, explanation.adjustments)
    for element in explanation.pay:
        if element.assumed:
            yield phrases.title(element.title, element.id)


def _joined(heads: Sequence[SchemeHead], say: Messages) -> SchemeHead:
    """One head for several versions."""
    if not heads:
        return SchemeHead(title="", id="", version="", note="")
    comma = say("word.list")
    ids, versions = (comma.join(dict.fromkeys(parts)) for parts in ([h.id for h in heads], [h.version for h in heads]))
    return SchemeHead(title=heads[0].title, id=ids, version=versions, note=heads[0].note)
