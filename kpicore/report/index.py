"""The page that lists the people, gathered while their own pages are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import define, field

from kpicore.explain.use import Explanation
from kpicore.messages import Messages
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.report.context import Entry, Figure, IndexPage, SchemeHead, Tally
from kpicore.report.folder import PROBLEMS
from kpicore.report.person import TAGS, outcome_of, person_of, scheme_head
from kpicore.report.phrase import Phrases
from kpicore.report.trouble import tallies_of, trouble_of

MOST_TROUBLES = 10
"""The most problems that stand in the index; all of them have a page of their own."""
_STATUSES = ("scored", "ineligible", "incomplete", "running")
_Order = tuple[str, str, float, str, str, str]


@define
class Gathering:
    """What the index needs of each page, and no more, so that any number of pages can go by."""

    language: str
    entries: list[tuple[_Order, Entry]] = field(factory=list)
    schemes: dict[str, SchemeHead] = field(factory=dict)
    periods: dict[str, Period] = field(factory=dict)
    grades: dict[str, None] = field(factory=dict)
    assumed: dict[Figure, None] = field(factory=dict)
    assumed_lines: dict[str, None] = field(factory=dict)

    def add(self, explanation: Explanation, period: Period, phrases: Phrases, href: str) -> None:
        """Takes note of a page."""
        result, model = explanation.result, explanation.model
        person = person_of(explanation, period, phrases)
        entry = Entry(person=person, outcome=outcome_of(explanation, phrases), href=href)
        self.entries.append((_order(explanation), entry))
        self.schemes.setdefault(f"{model.id} {model.version}", scheme_head(explanation, phrases))
        self.periods.setdefault(result.period, period)
        if model.grade is not None:
            self.grades.update(dict.fromkeys(map(phrases.prose.grade_name, model.grade.grades)))
        self.assumed.update(dict.fromkeys(phrases.figure(use) for use in explanation.params if use.assumed))
        self.assumed_lines.update(dict.fromkeys(_assumed_lines(explanation, phrases)))

    def page(self, title: str, problems: Sequence[Problem]) -> IndexPage:
        """The index of all pages that were taken note of."""
        say = Messages(self.language)
        entries = tuple(entry for _, entry in sorted(self.entries, key=lambda pair: pair[0]))
        heads = list(self.schemes.values())
        heading = title or (heads[0].title if heads else say("page.people"))
        periods = self._periods(say)
        return IndexPage(
            title=say("page.separator").join(part for part in (heading, periods) if part),
            language=TAGS[say.language],
            heading=heading,
            scheme=_joined(heads, say),
            periods=periods,
            entries=entries,
            has_total=any(entry.outcome.has_total for entry in entries),
            has_grade=any(entry.outcome.has_grade for entry in entries),
            has_rank=any(entry.outcome.has_rank for entry in entries),
            has_pay=any(entry.outcome.pay_total for entry in entries),
            grades=tallies_of(self.grades, [entry.outcome.grade for entry in entries]),
            statuses=self._statuses(entries, say),
            assumed=tuple(self.assumed),
            assumed_lines=tuple(self.assumed_lines),
            troubles=tuple(trouble_of(problem, say) for problem in problems[:MOST_TROUBLES]),
            problems=PROBLEMS if problems else "",
            problem_count=say.count("page.troubles_count", len(problems)) if problems else "",
            problems_text=say.count("page.troubles_all", len(problems)) if problems else "",
        )

    def _periods(self, say: Messages) -> str:
        """'March 2024', or the first and the last of several."""
        found = sorted(self.periods.values(), key=lambda period: (period.start, period.end))
        if not found:
            return ""
        first, last = (period.label(say.language) for period in (found[0], found[-1]))
        return first if len(found) == 1 else say("page.span", first=first, last=last)

    def _statuses(self, entries: Iterable[Entry], say: Messages) -> tuple[Tally, ...]:
        texts = {status: say(f"explain.status.{status}") for status in _STATUSES}
        counts = Counter(entry.outcome.status for entry in entries)
        shown = [texts[status] for status in _STATUSES if counts[status]]
        return tallies_of(shown, [entry.outcome.status_text for entry in entries])


def _order(explanation: Explanation) -> _Order:
    """By team, employee and period; where people are ranked, by rank in each period, of the team or of all."""
    result, within = explanation.result, explanation.model.rank
    team = result.team or ""
    if within is None:
        return team, "", 0, team, result.employee, result.period
    last = float("inf") if result.rank is None else result.rank
    return team if within == "team" else "", result.period, last, team, result.employee, result.period


def _assumed_lines(explanation: Explanation, phrases: Phrases) -> Iterator[str]:
    """The headings of what rests on something that the source leaves open."""
    for line in explanation.lines:
        if line.assumed:
            yield phrases.title(line.title, line.id)
    for gate in explanation.gates:
        if gate.assumed:
            yield phrases.title(gate.title, gate.id)
    if explanation.grade is not None and explanation.grade.assumed:
        yield phrases.word("grading")
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
