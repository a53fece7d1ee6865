"""`kpicore compare`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kpicore.cli import option

if TYPE_CHECKING:
    import polars as pl

    from kpicore.cli.compared import Given
    from kpicore.comparison.compare import Compared
    from kpicore.comparison.record import Comparison
    from kpicore.problem import Problem
    from kpicore.registry import Registry

_MOST_NAMED = 1000


@click.command("compare")
@click.argument("old")
@click.argument("new")
@option.data
@option.given("NEW")
@click.option(
    "--most",
    metavar="N",
    type=click.IntRange(1, _MOST_NAMED),
    default=10,
    show_default=True,
    help="Name so many of those whom the change favours most, and least.",
)
@option.out_file
@option.problems(of=None)
@option.as_json
@option.lang
def command(
    old: str,
    new: str,
    data: Sequence[str],
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
    roster: str | None,
    most: int,
    out: str | None,
    problems_file: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Show who moves and what it costs when a scheme changes.

    OLD and NEW are ids, id@version, or paths of TOML files; both score the same DATA. --set and --params hold for NEW
    alone: OLD and NEW may be the same, with --set saying what changes. It is told who moves from which grade to which,
    what pay costs by element and team, whom the change favours most and least, and what became of each indicator.

    What only one of the two asks for is no problem for the other. Exit code 3: something was set aside.
    """
    from kpicore.cli.compared import Given, Output, give
    from kpicore.cli.job import read_all_settings
    from kpicore.cli.open import open_either, open_registry
    from kpicore.comparison.book import comparison_book
    from kpicore.comparison.compare import Compared
    from kpicore.comparison.data import comparison_data, people_data, write_json
    from kpicore.comparison.told import told_of

    given = Given(data, periods, params, settings, roster, out, problems_file, as_json, language)
    given.refuse((old, new))
    registry = open_registry()
    before = open_either(registry, old)
    after = before if new == old else open_either(registry, new)
    both = Compared(before, after, None, read_all_settings(after.joined_model, params, settings))
    found = _compared(registry, both, given, most)
    give(
        Output(
            lambda rows: told_of(found, language, rows),
            lambda target: write_json(comparison_data(found), target, people_data(found)),
            lambda target: comparison_book(found, target, language),
            found.problems,
        ),
        given,
    )


def _compared(registry: Registry, both: Compared, given: Given, most: int) -> Comparison:
    """The comparison; one large table goes through by columns, other files row by row."""
    from kpicore.cli.compared import large_of, of_periods
    from kpicore.comparison.compare import compared
    from kpicore.comparison.figures import problems_of_both
    from kpicore.comparison.file import file_results, gathered

    large = large_of(registry, (both.old, both.new), given)
    if large is not None:
        pieces = file_results(both.asked, *large)
        joined, told = gathered(pieces, lambda piece: both.pair(piece[0].frame, piece[1].frame), 2)
        joined = of_periods(joined, given.periods)
    else:
        joined, told = _of_files(registry, both, given)
    return compared(both, joined, problems_of_both(*told), most)


def _of_files(registry: Registry, both: Compared, given: Given) -> tuple[pl.DataFrame, list[list[Problem]]]:
    """The results of both sides, and the problems of each; files are read once where both read the same of them."""
    from kpicore.cli.job import open_job
    from kpicore.comparison.figures import read_alike, row_results

    job = open_job(registry, both.old, given.data, given.periods, None, (), given.roster)
    other = job
    alike = read_alike(both.old, both.new) and both.old.periods == both.new.periods
    if both.old is not both.new and (both.old.climbs or not alike):
        other = open_job(registry, both.new, given.data, given.periods, None, (), given.roster)
    found = []
    for side, each in zip(both.asked, (job, other), strict=True):
        out = {id(row) for row in each.rows}
        wanted = [id(row) in out for row in each.history]
        found.append(row_results(side, each.history, each.problems, wanted))
    joined = both.pair(found[0].frame, found[1].frame)
    return joined, [list(each.problems) for each in found]
