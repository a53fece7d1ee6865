"""The page that lists the people, gathered while their own pages are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, field

from kpicore.explain.itemprose import items_title
from kpicore.explain.use import Explanation, GroupExplanation, LineExplanation
from kpicore.messages import Messages
from kpicore.model import PERIOD_KINDS, SchemeModel
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.report.climbers import Climber, climb_groups
from kpicore.report.context import Figure, Held, SchemeHead
from kpicore.report.folder import PROBLEMS
from kpicore.report.gathered import Gathered, entry_lines, entry_pay
from kpicore.report.heat import heat_maps
from kpicore.report.listing import Entry, IndexPage, Kind, League, Tally
from kpicore.report.missed import Misses
from kpicore.report.payroll import payrolls
from kpicore.report.person import TAGS, outcome_of, person_of, scheme_head
from kpicore.report.phrase import Phrases
from kpicore.report.teamcourse import team_courses
from kpicore.report.trouble import tallies_of, trouble_of
from kpicore.wording import months_text

MOST_TROUBLES = 10
"""The most problems that stand in the index; all of them have a page of their own."""
_STATUSES = ("scored", "ineligible", "incomplete", "running")


@define
class Gathering:
    """What the index needs of each page, and no more, so that any number of pages can go by.

    `model` is that of the newest version which scored anybody.
    """

    language: str
    model: SchemeModel | None = None
    entries: list[Gathered] = field(factory=list)
    schemes: dict[str, SchemeHead] = field(factory=dict)
    periods: dict[str, Period] = field(factory=dict)
    grades: dict[str, None] = field(factory=dict)
    assumed: dict[Figure, None] = field(factory=dict)
    assumed_lines: dict[str, None] = field(factory=dict)
    climbers: dict[str, Climber] = field(factory=dict)
    misses: Misses = field(factory=Misses)
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
            lines=tuple(entry_lines(explanation, phrases)),
            pay=tuple(entry_pay(explanation, phrases)),
        )
        among = None if within is None else team if within == "team" else ""
        self.entries.append(Gathered(period, result, among, model.places, entry))
        self.misses.add(explanation, phrases)
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
        ordered = sorted(self.entries, key=lambda each: each.order)
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
            kinds=self._kinds(ordered, say),
            heats=heat_maps(ordered, self.language),
            courses=team_courses(ordered, say),
            payrolls=payrolls(ordered, self.language),
            missed=self.misses.items(say),
            grades=tallies_of(self.grades, [entry.outcome.grade for entry in entries]),
            statuses=self._statuses(entries, say),
            assumed=tuple(self.assumed),
            assumed_lines=tuple(self.assumed_lines),
            troubles=tuple(trouble_of(problem, say, self.model) for problem in problems[:MOST_TROUBLES]),
            problems=PROBLEMS if problems else "",
            problem_count=say.count("page.troubles_count", len(problems)) if problems else "",
            problems_text=say.count("page.troubles_all", len(problems)) if problems else "",
        )

    def _kinds(self, ordered: Sequence[Gathered], say: Messages) -> tuple[Kind, ...]:
        """The people by the kind of their period, the longest first; nothing where all are of one kind."""
        found: dict[str, list[Entry]] = {}
        for each in ordered:
            found.setdefault(each.period.kind, []).append(each.entry)
        kinds = sorted(found, key=PERIOD_KINDS.index, reverse=True)
        return tuple(
            Kind(
                kind=kind,
                title=say(f"page.kind.{kind}"),
                entries=tuple(found[kind]),
                grades=tallies_of(self.grades, [entry.outcome.grade for entry in found[kind]]),
                statuses=self._statuses(found[kind], say),
            )
            for kind in (kinds if len(kinds) > 1 else ())
        )

    def _last_held(self) -> Held | None:
        """When the appraisal is held for the period that ends last; of several the longest."""
        last = max(
            self.periods, key=lambda name: (self.periods[name].end, -self.periods[name].start.toordinal()), default=""
        )
        return self.held.get(last)

    def _leagues(self, ordered: Sequence[Gathered]) -> tuple[League, ...]:
        """Who is ranked among whom, the newest period first."""
        found: dict[tuple[str, str], list[Gathered]] = {}
        for each in ordered:
            if each.among is not None:
                found.setdefault((each.result.period, each.among), []).append(each)
        last = len(ordered) + 1
        newest = sorted(self.periods, key=self.periods.__getitem__, reverse=True)
        return tuple(
            League(
                team=among,
                period=self.periods[period].label(self.language),
                entries=tuple(each.entry for each in sorted(people, key=lambda each: each.result.rank or last)),
                ranked=sum(each.result.rank is not None for each in people),
            )
            for (period, among), people in sorted(found.items(), key=lambda item: newest.index(item[0][0]))
        )

    def _periods(self, say: Messages) -> str:
        """'March 2024', or the first and the last of several."""
        found = sorted(self.periods.values())
        if not found:
            return ""
        mixed = len({period.kind for period in found}) > 1
        if len(found) > 1 and (mixed or found[0].kind == "cycle"):  # their months, since each is a span itself
            found = [found[0].months[0], max(found, key=lambda period: period.end).months[-1]]
        first, last = (period.label(say.language) for period in (found[0], found[-1]))
        return first if len(found) == 1 else say("page.span", first=first, last=last)

    def _statuses(self, entries: Iterable[Entry], say: Messages) -> tuple[Tally, ...]:
        texts = {status: say(f"explain.status.{status}") for status in _STATUSES}
        counts = Counter(entry.outcome.status for entry in entries)
        shown = [texts[status] for status in _STATUSES if counts[status]]
        return tallies_of(shown, [entry.outcome.status_text for entry in entries])


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
