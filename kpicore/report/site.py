"""Writes a report: a page for each person and period, and the index that leads to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from kpicore.calendar import Calendar
from kpicore.explain.use import Explanation
from kpicore.messages import language_of
from kpicore.problem import Problem
from kpicore.report.climb import ABOVE, climb_of
from kpicore.report.climbers import climber_of
from kpicore.report.context import Held, NextStep, PersonPage
from kpicore.report.filename import page_name
from kpicore.report.folder import INDEX, PEOPLE, PROBLEMS, ReportFolder, placed_folder
from kpicore.report.held import held_of
from kpicore.report.index import Gathering
from kpicore.report.letter import letter_page
from kpicore.report.person import person_page
from kpicore.report.phrase import Phrases
from kpicore.report.trouble import problems_page
from kpicore.report.way import way_of
from kpicore.result import Result
from kpicore.row import Row
from kpicore.text import Title

if TYPE_CHECKING:
    from kpicore.folder import TemplateFolder
    from kpicore.report.environment import Templates

Entry = tuple[Explanation, Row]
Others = Callable[[str], Iterable[Result]]
"""Gives the results of a person's cycles that have no page here."""
Advise = Callable[[Row], Iterable[tuple[str, Iterable[str]]]]
"""Gives what the person of a row can do next: headings with lines."""


@frozen
class Report:
    """A report that was written: the file of its index, and how many pages of people it has."""

    index: Path
    pages: int


def write_report(
    entries: Iterable[Entry],
    folder: Path,
    language: str,
    *,
    templates: Sequence[TemplateFolder] = (),
    title: Title | str = "",
    problems: Sequence[Problem] = (),
    others: Others | None = None,
    calendar: Calendar | None = None,
    advise: Advise | None = None,
) -> Report:
    """Writes the pages of these people into `folder`, in 'zh' or 'en', and returns where the index is.

    Entries are taken one by one, so any number can pass. `templates` are the folders that plugins registered.
    `title` is the heading of the index (the sheet's own without it). `problems` have a page of their own, and the
    first of them stand in the index. Of a sheet with a ladder the cycles of a person come one after another, and
    each decision has a letter besides; `others` gives a person's cycles that have no page here, to be drawn too. The
    `calendar` says which days are worked, where appraisals move past days off; the official one without it. `advise`
    gives what a person can do next, as headings with lines.

    The report is built beside its place: when anything fails, what stood there stays. Raises DataError where the
    folder holds other things than a former report or can not be written, PluginError (naming template and line)
    where a template fails, SchemeError where a scheme names a template that nobody has.
    """
    from kpicore.report.environment import Templates

    language = language_of(language)
    pages = Templates(templates, language)
    gathering = Gathering(language)
    with placed_folder(folder) as report:
        writer = _Writer(report, pages, gathering, language, others, calendar, advise)
        for entry in entries:
            writer.add(entry)
        writer.climber()
        heading = Title.of(title).text(language)
        index = gathering.page(heading, problems)
        if problems:
            report.write(PROBLEMS, pages.problems(problems_page(problems, index, language, gathering.model)))
        report.write(INDEX, pages.index(gathering.model, index))
    return Report(folder / INDEX, writer.count)


def _climbs(entry: Entry) -> bool:
    return entry[0].model.ladder is not None


@define
class _Writer:
    """Writes the pages of people, one person after another."""

    report: ReportFolder
    pages: Templates
    gathering: Gathering
    language: str
    others: Others | None
    calendar: Calendar | None
    advise: Advise | None
    count: int = 0
    used: dict[str, int] = field(factory=dict)
    held: dict[str, Held | None] = field(factory=dict)
    cycles: list[Entry] = field(factory=list)

    def add(self, entry: Entry) -> None:
        """Writes a page of a person and period; the cycles of somebody on a ladder wait for one another."""
        explanation, row = entry
        if self.cycles and (not _climbs(entry) or row.employee != self.cycles[0][1].employee):
            self.climber()
        if _climbs(entry):
            self.cycles.append(entry)
            return
        phrases = Phrases(explanation, self.language)
        name, held = self._name(row), self._held(explanation, row)
        self._page(name, row, explanation, person_page(explanation, row.period, phrases, f"{ABOVE}{INDEX}", held=held))
        self.gathering.add(explanation, row.period, phrases, name, held=held)

    def climber(self) -> None:
        """Writes the pages of the cycles that wait, all of one person, and the letters on what was decided."""
        entries, self.cycles = self.cycles, []
        if not entries:
            return
        row = entries[0][1]
        beyond = () if self.others is None else self.others(row.employee)
        known = {result.period: result for result in beyond}
        known |= {explanation.result.period: explanation.result for explanation, _ in entries}
        names = [self._name(row) for _, row in entries]
        files = {str(row.period): name for (_, row), name in zip(entries, names, strict=True)}
        way = way_of(known.values(), row, files)
        for (explanation, row), name in zip(entries, names, strict=True):
            phrases = Phrases(explanation, self.language)
            own = next(stage for stage in way if stage.cycle == row.period).on(name)
            climb = climb_of(way, own, explanation, phrases)
            held = self._held(explanation, row)
            page = person_page(explanation, row.period, phrases, f"{ABOVE}{INDEX}", climb, held)
            self._page(name, row, explanation, page)
            if own.letter:
                letter = letter_page(own, explanation, phrases)
                self.report.write(own.letter, self.pages.letter(explanation.model, letter))
            climber = climber_of(way, own, explanation, phrases)
            self.gathering.add(explanation, row.period, phrases, name, climber, held)

    def _page(self, name: str, row: Row, explanation: Explanation, page: PersonPage) -> None:
        if self.advise is not None:
            told = tuple(NextStep(title=title, moves=tuple(moves)) for title, moves in self.advise(row))
            page = evolve(page, next_steps=told)
        self.report.write(name, self.pages.person(explanation.model, page))
        self.count += 1

    def _held(self, explanation: Explanation, row: Row) -> Held | None:
        """When the appraisal is held, worked out once for each period."""
        key = f"{explanation.model.version} {row.period}"
        if key not in self.held:
            self.held[key] = held_of(explanation.model, row.period, self.calendar, self.language)
        return self.held[key]

    def _name(self, row: Row) -> str:
        return f"{PEOPLE}/{_unused(page_name(row.employee, str(row.period)), self.used)}"


def _unused(name: str, used: dict[str, int]) -> str:
    """The name, with a number where the same person and period came before."""
    count = used[name.lower()] = used.get(name.lower(), 0) + 1
    return name if count == 1 else f"{name.removesuffix('.html')}__{count}.html"
