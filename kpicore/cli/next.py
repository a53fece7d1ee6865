"""`kpicore next`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kpicore.cli import option
from kpicore.cli.stream import DONE, SET_ASIDE, end, tell_problems

if TYPE_CHECKING:
    from kpicore.cli.job import Job


@click.command("next")
@option.scheme
@option.data
@click.option("--employee", metavar="ID", help="Whose next step; without it, who lies beside a threshold.")
@option.figures
@option.as_json
@option.lang
def command(
    scheme: str,
    data: Sequence[str],
    employee: str | None,
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
    roster: str | None,
    version: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Show the least that lifts a band, the grade or the level.

    For each indicator the smallest change of a figure that reaches its next band, then what lifts the grade (or the
    ladder's decision), where no single figure does it of two; and by how much the present grade is held. Figures
    that the sheet calls fixed stay as they are. Without --employee, everybody who lies within one unit of a threshold,
    and whether rounding decided.
    """
    from kpicore.cli.job import open_job
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.problem import anything_set_aside

    registry = open_registry()
    job = open_job(registry, open_scheme(registry, scheme, version), data, periods, params, settings, roster)
    if employee is None:
        _boundary(job, as_json, language)
    else:
        _advise(job, employee, as_json, language)
    tell_problems(job.problems)
    end(SET_ASIDE if anything_set_aside(job.problems) else DONE)


def _advise(job: Job, employee: str, as_json: bool, language: str) -> None:
    from kpicore.cli.explain import rows_of
    from kpicore.next_step.advice import Advisor
    from kpicore.next_step.data import advice_data
    from kpicore.next_step.text import advice_text

    advisor = Advisor(job.scheme, job.settings, job.history)
    found = [advisor.advice(row) for row in rows_of(job, employee)]
    if as_json:
        click.echo(json.dumps([advice_data(each) for each in found], ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(advice_text(each, language) for each in found), nl=False)


def _boundary(job: Job, as_json: bool, language: str) -> None:
    from kpicore.next_step.boundary import boundaries
    from kpicore.next_step.data import near_data
    from kpicore.next_step.text import boundary_text

    found = list(boundaries((job.scheme.in_force(row.period).scorer(job.settings), row) for row in job.rows))
    if as_json:
        click.echo(json.dumps([near_data(each) for each in found], ensure_ascii=False, indent=1))
        return
    for line in boundary_text(found, job.scheme.joined_model, language):
        click.echo(line)
