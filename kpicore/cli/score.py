"""`kpicore score`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from kpicore.cli import option
from kpicore.cli.stream import DONE, SET_ASIDE, end, tell, tell_problems

if TYPE_CHECKING:
    from kpicore.bulk import BulkRun
    from kpicore.cli.job import Job
    from kpicore.io.protocol import WriteContext
    from kpicore.io.tally import Tally
    from kpicore.messages import Messages
    from kpicore.problem import Problem
    from kpicore.run import Run, TableRun

STDOUT = "-"
_ENGINES = ("exact", "auto", "columnar", "spark")


@click.command("score")
@option.scheme
@option.data
@click.option(
    "-o",
    "--out",
    metavar="OUT",
    required=True,
    help="Where the results go, by the ending: .json, .jsonl, .csv, .parquet, .xlsx; "
    "'-' is the standard output, JSON lines.",
)
@option.figures
@option.problems(of="OUT")
@click.option("--engine", type=click.Choice(_ENGINES), default="auto", show_default=True, help="What reckons.")
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
    problems_file: str | None,
    engine: str,
    language: str,
) -> None:
    """Score figures by a sheet.

    SCHEME is an id or the path of a TOML file, DATA files of figures: a row for each person and period with a column
    for each figure, or a row for each figure. Where the sheet allows plus and minus items, files with columns points,
    reason and author give those.

    What can not be read is set aside and named; everything else is scored. Exit code 0: done. 2: nothing was done.
    3: done, but something was set aside.
    """
    from kpicore.cli.bulk import bulk_run
    from kpicore.cli.job import (
        open_job,
        refuse_overwriting,
    )
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.io.output import refuse
    from kpicore.io.tablefile import write_table
    from kpicore.io.write import write_results, writer_for
    from kpicore.messages import Messages

    beside = problems_file if problems_file is not None or out == STDOUT else f"{out}.problems.csv"
    refuse_overwriting({"OUT": out, "--problems": beside}, [*data, *(path for path in (params, roster) if path)])
    registry = open_registry()
    writer_for(out, registry.writers)
    if beside is not None:
        refuse(Path(beside))
    say = Messages(language)
    found = open_scheme(registry, scheme, version)
    if roster is None and engine not in ("exact", "spark"):
        bulk = bulk_run(registry, found, data, out, periods, params, settings)
        if bulk is not None:
            _finish(bulk, bulk.problems, bulk.counts, out, beside, problems_file is not None, say)
    job = open_job(registry, found, data, periods, params, settings, roster)
    run: Run | TableRun
    if job.columnar(engine):
        run = job.run_table(engine == "spark")
        write_table(run, out, registry.writers, context=_context(job, out, language))
    else:
        run = job.run(say("score.progress"))
        write_results(run, out, registry.writers, context=_context(job, out, language))
    _finish(run, job.problems, job.counts, out, beside, problems_file is not None, say)


def _context(job: Job, out: str, language: str) -> WriteContext:
    """What goes with the results of a job."""
    from kpicore.io.protocol import WriteContext

    places: Mapping[str, int] = {}
    if out.lower().endswith(".parquet"):
        from kpicore.population.plan import places_of

        sheets = [each.sheet() for version in job.scheme.among() for each in (version, *version.views.values())]
        places = places_of(sheets)
    return WriteContext(tuple(job.problems), job.scheme.joined_model, language, places)


def _finish(
    run: Run | TableRun | BulkRun,
    problems: Sequence[Problem],
    counts: Tally,
    out: str,
    beside: str | None,
    asked: bool,
    say: Messages,
) -> NoReturn:
    """Tells what was done, and ends the command."""
    from kpicore.cli.job import by_whom, keep_problems, summary, what_was_read
    from kpicore.problem import anything_set_aside

    tell_problems(problems, keep_problems(problems, beside, asked))
    if out != STDOUT:
        tell(what_was_read(counts, say))
        tell(summary(run, problems, say, say("score.results_in", out=out)))
        for line in by_whom(run, say):
            tell(line)
    end(SET_ASIDE if anything_set_aside(problems) else DONE)
