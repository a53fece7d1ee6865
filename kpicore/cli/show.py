"""`kpicore show`."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import click

from kpicore.cli import option

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme
    from kpicore.version import Version


@click.command("show")
@option.scheme
@click.option(
    "--period",
    metavar="PERIOD",
    help="Show the version that scores this period, and say on which day its appraisal is held.",
)
@option.calendar
@option.as_json
@option.lang
@option.version
def command(
    scheme: str, period: str | None, calendar: str | None, as_json: bool, language: str, version: str | None
) -> None:
    """Show a sheet as a person reads it.

    Figures, parameters, indicators with their rules, gates, grades, pay; what the source does not say is marked as
    assumed. SCHEME is an id or the path of a TOML file. Without --version and --period it is the version in force
    today.
    """
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.show.data import sheet_data, sheet_text

    found = open_scheme(open_registry(), scheme, version)
    if period is not None:
        shown, moment = found.moment(period, None)
        day = found.appraisal_day(moment, calendar)
        asked = {"period": str(moment), "day": None if day is None else day.isoformat()}
        data = {**sheet_data(shown), "appraisal_day": asked}
    elif calendar is not None:
        raise click.UsageError("--calendar serves --period: name the period whose appraisal day is asked.")
    else:
        data = sheet_data(_today(found))
    click.echo(json.dumps(data, ensure_ascii=False, indent=1) if as_json else sheet_text(data, language).rstrip("\n"))


def _today(scheme: LoadedScheme) -> Version:
    """The version that was asked for, or is in force today; before the first of all, the first."""
    today = datetime.date.today()
    begun = [each for each in scheme.versions if each.effective <= today]
    return scheme.only or (begun or scheme.versions)[-1 if begun else 0]
