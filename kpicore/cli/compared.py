"""What `compare` and `cohort` have in common: how their figures are read, and where what they say goes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click
from attrs import frozen

from kpicore.cli.bulk import keys, large_table, polars_error, twice
from kpicore.cli.job import comes_out, keep_problems, refuse_overwriting
from kpicore.cli.stream import DONE, SET_ASIDE, end, tell, tell_problems
from kpicore.comparison.section import Told
from kpicore.io.output import check_ending, placed
from kpicore.loaded import LoadedScheme
from kpicore.messages import Messages
from kpicore.period import parse_period
from kpicore.problem import Problem, anything_set_aside
from kpicore.protocols import Period
from kpicore.registry import Registry

if TYPE_CHECKING:
    import polars as pl

ENDINGS = (".json", ".xlsx", ".html")
_HINT = "Write a file that ends in .json, .xlsx or .html, or leave -o away to see it on the screen."


@frozen
class Given:
    """The arguments that both commands have."""

    data: Sequence[str]
    periods: Sequence[str]
    params: str | None
    settings: Sequence[str]
    roster: str | None
    out: str | None
    problems_file: str | None
    as_json: bool
    language: str

    def refuse(self, schemes: Iterable[str]) -> None:
        """Raises an error where something would be written over an input, or can not be written."""
        inputs = [*self.data, *(path for path in (self.params, self.roster) if path)]
        inputs += [scheme for scheme in schemes if Path(scheme).is_file()]
        refuse_overwriting({"FILE": self.out, "--problems": self.problems_file}, inputs)
        if self.out is not None:
            if self.as_json:
                raise click.UsageError("Give --json or -o FILE, not both. -o FILE.json writes JSON.")
            check_ending(Path(self.out), ENDINGS, _HINT, "comparisons")


def large_of(registry: Registry, schemes: Sequence[LoadedScheme], given: Given) -> tuple[Path, Period | None] | None:
    """The one large table of figures, and the period of its rows where it does not say it; None where the files are
    not of that sort, for some of the schemes."""
    if given.roster is not None or any(scheme.climbs for scheme in schemes):
        return None
    try:
        tables = [large_table(registry, scheme, given.data, given.periods) for scheme in schemes]
        first = tables[0]
        if first is None or None in tables or twice(first.source, keys(first.layout)):
            return None
    except polars_error():
        return None
    return first.source, first.default


def of_periods(frame: pl.DataFrame, periods: Sequence[str]) -> pl.DataFrame:
    """The rows of the periods that are asked for."""
    wanted = [parse_period(text) for text in periods]
    if not wanted:
        return frame
    there = [name for name in frame["period"].unique().to_list() if comes_out(parse_period(name), wanted)]
    return frame.filter(frame["period"].is_in(there))


@frozen
class Output:
    """What was found, in each of the forms in which it can leave."""

    told: Callable[[int | None], Told]
    json: Callable[[BinaryIO], None]
    book: Callable[[BinaryIO], None]
    problems: Sequence[Problem]


def give(output: Output, given: Given) -> None:
    """Writes what was found, tells the problems, and ends the command."""
    from kpicore.comparison.section import told_text
    from kpicore.comparison.told import MOST_ROWS

    if given.out is not None:
        _write(output, Path(given.out))
    elif given.as_json:
        output.json(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        click.echo(told_text(output.told(MOST_ROWS)), nl=False)
    asked = given.problems_file is not None
    tell_problems(output.problems, keep_problems(output.problems, given.problems_file, asked))
    if given.out is not None:
        tell(Messages(given.language)("compare.written", out=given.out))
    end(SET_ASIDE if anything_set_aside(output.problems) else DONE)


def _write(output: Output, out: Path) -> None:
    from kpicore.comparison.page import page_text
    from kpicore.comparison.told import MOST_ROWS

    made: dict[str, Callable[[BinaryIO], Any]] = {
        ".json": output.json,
        ".xlsx": output.book,
        ".html": lambda target: target.write(page_text(output.told(MOST_ROWS)).encode("utf-8", "replace")),
    }
    with placed(out) as target:
        made[out.suffix.lower()](target)
