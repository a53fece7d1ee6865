"""`kpicore explain`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kpicore.cli import option
from kpicore.cli.stream import DONE, SET_ASIDE, end, tell_problems

if TYPE_CHECKING:
    from kpicore.cli.job import Job
    from kpicore.row import Row


@click.command("explain")
@option.scheme
@option.data
@click.option("--employee", metavar="ID", required=True, help="Whose result.")
@option.figures
@option.as_json
@option.lang
def command(
    scheme: str,
    data: Sequence[str],
    employee: str,
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
    roster: str | None,
    version: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Show how one person's result came about.

    Every figure's way into the result: from the cell of the file that it stood in, through the measure and the band,
    to the points, the total and the grade. One explanation for each period in the figures. Of one large table no more
    is read than the person's result rests on.
    """
    from kpicore.cli.bulk import explained
    from kpicore.cli.job import open_job
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.explain.data import explanation_data
    from kpicore.explain.prose import cycles_line, explanation_text
    from kpicore.explain.record import explain
    from kpicore.problem import anything_set_aside

    registry = open_registry()
    opened = open_scheme(registry, scheme, version)
    large = None if roster else explained(registry, opened, data, employee, periods, params, settings)
    if large is not None:
        found, problems = large
    else:
        job = open_job(registry, opened, data, periods, params, settings, roster)
        rows, problems = rows_of(job, employee), job.problems
        found = [explain(job.scheme.in_force(row.period).scorer(job.settings), row) for row in rows]
    tell_problems(problems)
    if as_json:
        click.echo(json.dumps([explanation_data(each) for each in found], ensure_ascii=False, indent=1))
    else:
        texts = [cycles_line(found, language), *(explanation_text(each, language) for each in found)]
        click.echo("\n".join(text for text in texts if text), nl=False)
    end(SET_ASIDE if anything_set_aside(problems) else DONE)


def rows_of(job: Job, employee: str) -> list[Row]:
    """The rows of one person; raises UsageError where there are none."""
    from kpicore.errors import UsageError
    from kpicore.problem import did_you_mean

    rows = [row for row in job.rows if row.employee == employee]
    if not rows:
        tell_problems(job.problems)
        known = list(dict.fromkeys(row.employee for row in job.rows))
        raise UsageError(f"There are no figures for the employee '{employee}'. {did_you_mean(employee, known)}".strip())
    return rows
