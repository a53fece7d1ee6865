"""Writes a report: a page for each person and period, and the index that leads to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from kpicore.explain.use import Explanation
from kpicore.messages import language_of
from kpicore.problem import Problem
from kpicore.report.filename import page_name
from kpicore.report.folder import INDEX, PEOPLE, PROBLEMS, placed_folder
from kpicore.report.index import Gathering
from kpicore.report.person import person_page
from kpicore.report.phrase import Phrases
from kpicore.report.trouble import problems_page
from kpicore.row import Row
from kpicore.text import Title

if TYPE_CHECKING:
    from kpicore.folder import TemplateFolder


@frozen
class Report:
    """A report that was written: the file of its index, and how many pages of people it has."""

    index: Path
    pages: int


def write_report(
    entries: Iterable[tuple[Explanation, Row]],
    folder: Path,
    language: str,
    *,
    templates: Sequence[TemplateFolder] = (),
    title: Title | str = "",
    problems: Sequence[Problem] = (),
) -> Report:
    """Writes the pages of these people into `folder`, in 'zh' or 'en', and returns where the index is.

    Entries are taken one by one, so any number can pass. `templates` are the folders that plugins registered.
    `title` is the heading of the index (the sheet's own without it). `problems` have a page of their own, and the
    first of them stand in the index.

    The report is built beside its place: when anything fails, what stood there stays. Raises DataError where the
    folder holds other things than a former report or can not be written, PluginError (naming template and line)
    where a template fails, SchemeError where a scheme names a template that nobody has.
    """
    from kpicore.report.environment import Templates

    language = language_of(language)
    pages = Templates(templates, language)
    gathering = Gathering(language)
    with placed_folder(folder) as report:
        used: dict[str, int] = {}
        files = []
        for explanation, row in entries:
            phrases = Phrases(explanation, language)
            name = f"{PEOPLE}/{_unused(page_name(row.employee, str(row.period)), used)}"
            page = person_page(explanation, row.period, phrases, f"../{INDEX}")
            report.write(name, pages.person(explanation.model, page))
            gathering.add(explanation, row.period, phrases, name)
            files.append(name)
        heading = Title.of(title).text(language)
        index = gathering.page(heading, problems)
        if problems:
            report.write(PROBLEMS, pages.problems(problems_page(problems, index, language)))
        report.write(INDEX, pages.index(gathering.model, index))
    return Report(folder / INDEX, len(files))


def _unused(name: str, used: dict[str, int]) -> str:
    """The name, with a number where the same person and period came before."""
    count = used[name.lower()] = used.get(name.lower(), 0) + 1
    return name if count == 1 else f"{name.removesuffix('.html')}__{count}.html"
