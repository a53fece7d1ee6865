"""`kpicore sample`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kpicore.cli import option
from kpicore.cli.stream import tell

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme
    from kpicore.protocols import Period, Scheme

_MOST_PEOPLE = 100_000_000
_MOST_PERIODS = 1_200


@click.command("sample")
@option.scheme
@click.option("--people", metavar="N", type=click.IntRange(1, _MOST_PEOPLE), required=True, help="For how many people.")
@click.option(
    "--months",
    metavar="M",
    type=click.IntRange(1, _MOST_PERIODS),
    default=1,
    show_default=True,
    help="For how many months; of a scheme that scores days, quarters, halves, years or cycles, for how many of those.",
)
@click.option("--seed", metavar="S", type=int, default=1, show_default=True, help="Another number, other figures.")
@click.option(
    "-o",
    "--out",
    metavar="FILE",
    required=True,
    help="Where the figures go, by the ending: .csv, .parquet, .xlsx.",
)
@click.option(
    "--roster-out", "roster", metavar="FILE", help="Where a roster of the people goes, a .csv; a ladder needs one."
)
@click.option(
    "--from",
    "first",
    metavar="PERIOD",
    help="The first period.  [default: the first of 2024, or of the year in which the scheme is in force]",
)
@click.option(
    "--team-size", metavar="N", type=click.IntRange(1), default=12, show_default=True, help="How many make a team."
)
@click.option(
    "--blanks",
    metavar="SHARE",
    type=click.FloatRange(0, 1, max_open=True),
    help="The share of figures that are left blank.  [default: 0.01, less where there are more than 25]",
)
@option.version
@option.lang
def command(
    scheme: str,
    people: int,
    months: int,
    seed: int,
    out: str,
    roster: str | None,
    first: str | None,
    team_size: int,
    blanks: float | None,
    version: str | None,
    language: str,
) -> None:
    """Make up figures for a sheet.

    The figures lie on, just under and just over the breaks of the sheet's rules and demands, between them and far
    away; money that a team or all share out is one amount for them. `kpicore score` takes the file as DATA. The same
    arguments give the same file. SCHEME is an id or the path of a TOML file.
    """
    from kpicore.cli.job import refuse_overwriting
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.errors import UsageError
    from kpicore.messages import Messages
    from kpicore.sample.draw import Sample
    from kpicore.sample.file import ROSTER, WRITERS, check_ending, write_roster, write_sample
    from kpicore.sample.people import People

    refuse_overwriting({"FILE": out, "--roster-out": roster}, [scheme] if Path(scheme).is_file() else [])
    check_ending(Path(out), WRITERS, "Figures")
    if roster is not None:
        check_ending(Path(roster), (ROSTER,), "A roster")
    found = open_scheme(open_registry(), scheme, version)
    if found.climbs and roster is None:
        raise UsageError(
            "The scheme has a ladder, so its figures need a roster that says at which level people begin. "
            "Write --roster-out FILE."
        )
    versions = _versions(found, first, months)
    sample = Sample.of(versions, People(people, team_size, str(seed)), blanks)
    write_sample(sample, Path(out))
    if roster is not None:
        write_roster(sample, Path(roster))
    say = Messages(language)
    periods = [season.period for season in sample.seasons]
    told = str(periods[0]) if len(periods) == 1 else say("sample.periods", first=periods[0], last=periods[-1])
    tell(say.count("sample.done", people, periods=told, figures=len(sample.facts), out=out))


def _versions(scheme: LoadedScheme, first: str | None, count: int) -> Sequence[tuple[Scheme, Sequence[Period]]]:
    """The versions in force from the first period on, each with the periods that it scores."""
    from kpicore.sample.span import first_period, span

    found: list[tuple[Scheme, list[Period]]] = []
    begun = (scheme.only or scheme.versions[0]).effective
    kinds = scheme.asked if scheme.climbs else scheme.periods
    for period in span(first_period(kinds, begun, first), count):
        version = scheme.in_force(period)
        if not found or found[-1][0] is not version:
            found.append((version, []))
        found[-1][1].append(period)
    return found
