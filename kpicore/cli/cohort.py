"""`kpicore cohort`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kpicore.cli import option

if TYPE_CHECKING:
    from kpicore.cli.compared import Given
    from kpicore.comparison.cohort import Cohort
    from kpicore.loaded import LoadedScheme
    from kpicore.registry import Registry


@click.command("cohort")
@option.scheme
@option.data
@option.given("the scheme")
@option.out_file
@option.problems(of=None)
@option.as_json
@option.lang
def command(
    scheme: str,
    data: Sequence[str],
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
    roster: str | None,
    out: str | None,
    problems_file: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Show how everybody does: totals, teams, raters, pay.

    How totals lie, with stretches that end where the grades do; heads by grade; the mean and spread of each team, and
    who is incomplete; raters who are lenient or harsh against the others, over the people and indicators that they have
    judged together; and the budget that pay asks for, by element and team. SCHEME is an id, id@version, or the path of
    a TOML file.
    """
    from kpicore.cli.compared import Given, Output, give
    from kpicore.cli.open import open_either, open_registry
    from kpicore.comparison.book import told_book
    from kpicore.comparison.cohort_told import cohort_told
    from kpicore.comparison.data import cohort_data, write_json

    given = Given(data, periods, params, settings, roster, out, problems_file, as_json, language)
    given.refuse((scheme,))
    registry = open_registry()
    found = _cohort(registry, open_either(registry, scheme), given)
    give(
        Output(
            lambda rows: cohort_told(found, language, rows),
            lambda target: write_json(cohort_data(found), target),
            lambda target: told_book(cohort_told(found, language, None), target),
            found.problems,
        ),
        given,
    )


def _cohort(registry: Registry, scheme: LoadedScheme, given: Given) -> Cohort:
    """The cohort; one large table goes through by columns, unless raters are to be asked person by person."""
    from kpicore.cli.compared import large_of, of_periods
    from kpicore.cli.job import open_job, read_all_settings
    from kpicore.comparison.cohort import cohort_of
    from kpicore.comparison.compare import shape_of_scheme
    from kpicore.comparison.figures import row_results
    from kpicore.comparison.file import file_results, gathered
    from kpicore.comparison.narrow import narrowed
    from kpicore.comparison.raters import rated

    shape = shape_of_scheme(scheme)
    known = read_all_settings(scheme.joined_model, given.params, given.settings)
    side = scheme, known, shape.outputs
    large = None if rated(scheme) else large_of(registry, (scheme,), given)
    if large is not None:
        pieces = file_results([side], *large)
        narrow, told = gathered(pieces, lambda piece: narrowed(piece[0].frame, shape, shape.places), 1)
        return cohort_of(scheme, known, of_periods(narrow, given.periods), (), told[0])
    job = open_job(registry, scheme, given.data, given.periods, given.params, given.settings, given.roster)
    out = {id(row) for row in job.rows}
    found = row_results(side, job.history, job.problems, [id(row) in out for row in job.history])
    return cohort_of(scheme, known, narrowed(found.frame, shape, shape.places), job.rows, found.problems)
