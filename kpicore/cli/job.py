"""What `score`, `report` and `explain` have in common: figures read, parameters set, rows scored."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from attrs import define, evolve, field

from kpicore.allowance import allowance
from kpicore.bulk import BulkRun
from kpicore.errors import UsageError
from kpicore.io.coverage import apply_roster
from kpicore.io.figures import load_figures
from kpicore.io.roster import read_roster
from kpicore.io.tally import Tally
from kpicore.io.write import write_problems
from kpicore.loaded import LoadedScheme
from kpicore.messages import Messages
from kpicore.model import SchemeModel
from kpicore.params import Settings, read_settings, set_values
from kpicore.parcels import score_rows_by_spark
from kpicore.period import Stretch, parse_period
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.registry import Registry
from kpicore.row import Row
from kpicore.run import Run, TableRun
from kpicore.tables import score_rows

_LONG = 2000
"""Below so many rows nobody waits."""
_MANY = 2000
"""From so many rows on the columnar reader scores."""


@define
class Job:
    """Figures of a scheme, ready to be scored. `problems` are all that were met so far.

    `rows` are those that come out; `history` are all, whatever --period narrows.
    """

    scheme: LoadedScheme
    settings: Settings | None
    rows: Sequence[Row]
    history: Sequence[Row] = ()
    problems: list[Problem] = field(factory=list)
    counts: Tally = field(factory=Tally)

    def columnar(self, engine: str) -> bool:
        """Whether the columnar reader is to be asked: it is quicker from some hundreds of rows on."""
        return engine in ("columnar", "spark") or (engine == "auto" and len(self.rows) >= _MANY)

    def run_table(self, spark: bool = False) -> TableRun:
        """Scores the rows to a table by the columnar reader (or by Spark), and tells the plugins."""
        with _uncollected():
            wanted = None
            if len(self.rows) < len(self.history):
                out = {id(row) for row in self.rows}
                wanted = [id(row) in out for row in self.history]
            by = score_rows_by_spark if spark else score_rows
            run = self.scheme.score_rows_to_table(self.history, self.settings, wanted=wanted, by=by)
        self.problems += run.problems
        return run

    def run(self, label: str) -> Run:
        """Scores the rows, with a progress bar on a terminal, and tells the plugins."""
        with _progress(self.rows, label) as rows, _uncollected():
            run = self.scheme.score_rows(rows, self.settings, remembered=True)
        self.problems += run.problems
        return run


def open_job(
    registry: Registry,
    scheme: LoadedScheme,
    data: Sequence[str],
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
    roster: str | None = None,
) -> Job:
    """Reads all that a command was given; raises KpicoreError where it can not begin."""
    wanted = [parse_period(text) for text in periods]
    model = scheme.joined_model
    known = read_all_settings(model, params, settings)
    default = wanted[0] if len(wanted) == 1 and wanted[0].kind in scheme.periods and not scheme.climbs else None
    people, told = (None, ()) if roster is None else read_roster(roster, registry.readers)
    reading: dict[str, Any] = {"default_period": default, "kinds": scheme.asked, "roster": people}
    figures = load_figures(data, registry.readers, model, **reading, allowed=allowance(scheme))
    if scheme.climbs:
        found: list[Problem] = []
        figures = evolve(figures, rows=tuple(scheme.climbing(figures.rows, people, found)))
        figures = evolve(figures, problems=(*figures.problems, *found))
    elif people is not None:
        out = [row.period for row in figures.rows if comes_out(row.period, wanted)]
        figures = apply_roster(figures, people, out, next(iter(scheme.occasions), None))
    rows = list(scheme.remembering(figures.rows, known))
    job = Job(scheme, known, rows, rows, [*told, *figures.problems], figures.counts)
    job.rows = [row for row in rows if not (scheme.history_alone(row.period) or scheme.decided(row))]
    if wanted and job.rows:
        scored = job.rows
        job.rows = [row for row in scored if comes_out(row.period, wanted)]
        if not job.rows:
            job.problems.append(_no_such_period(wanted, scored))
    return job


def comes_out(period: Period, wanted: Sequence[Stretch]) -> bool:
    """Whether results of this period are asked for."""
    return not wanted or any(each.contains(period) for each in wanted)


def read_all_settings(model: SchemeModel, params: str | None, texts: Sequence[str]) -> Settings | None:
    """The parameters of a file and of --set; None where there are none. Raises UsageError with every mistake."""
    settings = Settings.of(model)
    problems: list[Problem] = []
    if params is not None:
        settings, found = read_settings(Path(params), model)
        problems += found
    if texts:
        values, found = set_values(texts, model)
        settings = settings.with_values(values)
        problems += found
    if problems:
        raise UsageError("\n".join(map(str, problems)), problems)
    return settings if params is not None or texts else None


def refuse_overwriting(out: Mapping[str, str | None], inputs: Iterable[str]) -> None:
    """Raises a usage error where something would be written over an input, or twice; `out` goes by option."""
    taken = {_real(path): path for path in inputs}
    for name, path in out.items():
        if path is None or path == "-":
            continue
        if _real(path) in taken:
            raise click.UsageError(f"{name} {path} is also given as another file of this command.")
        taken[_real(path)] = path


def keep_problems(problems: Sequence[Problem], path: str | None, asked: bool) -> str:
    """Writes the table of problems where one is wanted; says where it is. A table of an earlier run goes away."""
    if path is None:
        return "give --problems FILE for all of them."
    if problems or asked:
        write_problems(problems, path)
    elif Path(path).is_file():
        Path(path).unlink()
    return f"see {path}"


def by_whom(run: Run | TableRun | BulkRun, say: Messages) -> Iterator[str]:
    """How many rows of a table the exact reader worked out, where it was asked."""
    if not isinstance(run, Run):
        if run.by_exact:
            yield say.count("score.by_exact", run.by_exact)
        if run.reasons_by_exact:
            yield say.count("score.reasons_by_exact", run.reasons_by_exact)


def statuses(run: Run | TableRun | BulkRun) -> dict[str, int]:
    """How many results have each status."""
    if isinstance(run, BulkRun):
        return dict(run.statuses)
    if isinstance(run, TableRun):
        return {str(status): count for status, count in run.frame["status"].value_counts().iter_rows()}
    counts: dict[str, int] = {}
    for result in run:
        counts[result.status] = counts.get(result.status, 0) + 1
    return counts


def summary(run: Run | TableRun | BulkRun, problems: Sequence[Problem], say: Messages, where: str) -> str:
    """'40 results scored, 2 incomplete, 3 problems; results in out.json'."""
    counts = statuses(run)
    parts = [say.count("score.scored", counts.pop("scored", 0))]
    parts += [say.count(f"score.{status}", count) for status, count in sorted(counts.items())]
    if problems:
        parts.append(say.count("score.problems", len(problems)))
    return say("score.summary", counts=say("word.list").join(parts), where=where)


def what_was_read(counts: Tally, say: Messages) -> str:
    """How many rows and cells the figures have, and what became of those that are no figures."""
    parts = [
        say(f"read.{name}", count=f"{number:,}")
        for name, number in (
            ("rows_set_aside", counts.rows_set_aside),
            ("rows_total", counts.rows_total),
            ("cells_read", counts.cells_read),
            ("cells_unreadable", counts.cells_unreadable + counts.cells_conflicting),
            ("cells_set_aside", counts.cells_set_aside + counts.cells_total),
            ("cells_unknown", counts.cells_unknown + counts.cells_left_out),
        )
        if number or name == "cells_read"
    ]
    whole = {name: f"{getattr(counts, name):,}" for name in ("files", "pages", "rows", "cells")}
    return say("read.summary", parts=say("word.list").join(parts), **whole)


def _real(path: str) -> str:
    try:
        return str(Path(path).resolve())
    except (OSError, ValueError, RuntimeError):
        return path


def _no_such_period(wanted: Sequence[Stretch], rows: Sequence[Row]) -> Problem:
    there = list(dict.fromkeys(str(row.period) for row in rows))
    listed = ", ".join(there[:12]) + (", ..." if len(there) > 12 else "")
    message = f"There are no figures for {', '.join(map(str, wanted))}."
    return Problem("no_such_period", message, hint=f"There are figures for {listed}.")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: all results are kept until they are written, and it takes as long as the rest."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def _progress(rows: Sequence[Row], label: str) -> Iterator[Iterable[Row]]:
    if len(rows) < _LONG or not sys.stderr.isatty():
        yield rows
        return
    with click.progressbar(rows, label=label, file=sys.stderr) as bar:
        yield bar
