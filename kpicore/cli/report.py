"""`kpicore report`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpicore.cli import option
from kpicore.cli.stream import DONE, SET_ASIDE, end, tell, tell_problems

if TYPE_CHECKING:
    from kpicore.calendar import Calendar
    from kpicore.cli.job import Job
    from kpicore.explain.use import Explanation
    from kpicore.problem import Problem
    from kpicore.result import Result
    from kpicore.row import Row
    from kpicore.run import Run


@click.command("report")
@option.scheme
@option.data
@click.option("-o", "--out", metavar="DIR", required=True, help="The folder for the pages; index.html leads to them.")
@option.figures
@option.calendar
@option.problems(of="DIR")
@click.option(
    "--format", "form", type=click.Choice(["html", "pdf"]), default="html", show_default=True, help="What is written."
)
@click.option(
    "--next",
    "advised",
    type=click.Choice(["latest", "all", "none"]),
    default="latest",
    show_default=True,
    help="On which pages of a person it says what to do next: that of the latest period, all, or none.",
)
@option.lang
def command(
    scheme: str,
    data: Sequence[str],
    out: str,
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
    roster: str | None,
    version: str | None,
    calendar: str | None,
    problems_file: str | None,
    form: str,
    advised: str,
    language: str,
) -> None:
    """Write pages that show and explain every result.

    An index of all people, and a page for each person and period with every figure, where it lies on its rule, the
    points and the reasons; on a ladder, the way from level to level, and a letter for each decision. The pages stand
    by themselves and can be printed. A former report in DIR is replaced. Where the sheet says when its appraisal is
    held, the pages say the day.
    """
    from kpicore.calendar import calendar_of
    from kpicore.cli.job import keep_problems, open_job, refuse_overwriting, summary, what_was_read
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.io.output import refuse
    from kpicore.messages import Messages
    from kpicore.problem import anything_set_aside
    from kpicore.report import write_report

    if form == "pdf":
        raise click.UsageError("Reports as PDF are not built yet. Leave --format away, and print the pages.")
    folder = Path(out)
    beside = problems_file if problems_file is not None else f"{folder}.problems.csv"
    inputs = [*data, *(path for path in (params, roster, calendar) if path)]
    refuse_overwriting({"DIR": out, "--problems": beside}, inputs)
    refuse(Path(beside))
    days = calendar_of(calendar)
    registry = open_registry()
    job = open_job(registry, open_scheme(registry, scheme, version), data, periods, params, settings, roster)
    say = Messages(language)
    run = job.run(say("score.progress"))
    job.problems += _unknown_years(job, run, days)
    report = write_report(
        explained(job, run),
        folder,
        language,
        templates=registry.templates,
        problems=tuple(job.problems),
        others=other_cycles(job) if job.scheme.climbs else None,
        calendar=days,
        advise=None if advised == "none" else adviser(job, language, advised == "all"),
    )
    shown = keep_problems(job.problems, beside, problems_file is not None)
    tell_problems(job.problems, shown)
    tell(what_was_read(job.counts, say))
    tell(summary(run, job.problems, say, say("report.pages_in", index=report.index)))
    end(SET_ASIDE if anything_set_aside(job.problems) else DONE)


def adviser(job: Job, language: str, always: bool) -> Callable[[Row], Iterable[tuple[str, Iterable[str]]]]:
    """Says what the person of a row can do next, of the person's newest period or always."""
    from kpicore.next_step.advice import Advisor
    from kpicore.next_step.text import advice_sections

    advisor = Advisor(job.scheme, job.settings, job.history)
    newest: dict[str, Row] = {}
    for row in job.rows:
        if row.employee not in newest or newest[row.employee].period < row.period:
            newest[row.employee] = row

    def advise(row: Row) -> Iterable[tuple[str, Iterable[str]]]:
        return advice_sections(advisor.advice(row), language) if always or newest[row.employee] is row else ()

    return advise


def explained(job: Job, run: Run) -> Iterator[tuple[Explanation, Row]]:
    """Each result explained, with its row, one at a time."""
    from kpicore.cli.past import Past
    from kpicore.explain.record import explain

    results = {(result.employee, result.period): result for result in run}
    past = Past(job, results)
    for row in job.rows:
        result = results.get((row.employee, str(row.period)))
        if result is not None:
            scorer = job.scheme.in_force(row.period).scorer(job.settings)
            earlier, shorter = ((), ()) if job.scheme.climbs else (past.earlier(row), past.shorter(row))
            yield explain(scorer, row, result, earlier, shorter), row


def _unknown_years(job: Job, run: Run, calendar: Calendar) -> Iterator[Problem]:
    """A warning for each year whose days off nobody knows, where an appraisal hangs on it."""
    from attrs import evolve

    from kpicore.errors import UnknownYearError

    told: set[int] = set()
    for period in dict.fromkeys(result.period for result in run):
        try:
            job.scheme.appraisal_day(period, calendar)
        except UnknownYearError as error:
            if error.year not in told:
                told.add(error.year)
                yield from (evolve(problem, severity="warning") for problem in error.problems)


def other_cycles(job: Job) -> Callable[[str], Iterable[Result]]:
    """Gives the results of the cycles of a person on a ladder that are not asked for."""
    from kpicore.errors import UnknownSchemeError

    asked = {id(row) for row in job.rows}
    people: dict[str, list[Row]] = {}
    for row in job.history:
        if id(row) not in asked and not job.scheme.history_alone(row.period):
            people.setdefault(row.employee, []).append(row)

    def others(employee: str) -> Iterator[Result]:
        for row in people.get(employee, ()):
            with suppress(UnknownSchemeError):  # a cycle before the first version
                yield job.scheme.in_force(row.period).scorer(job.settings).score(row)

    return others
