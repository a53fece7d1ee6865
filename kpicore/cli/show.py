"""`kpicore show`."""

from __future__ import annotations

import datetime
import json

import click

from kpicore.cli import option


@click.command("show")
@option.scheme
@option.as_json
@option.lang
@option.version
def command(scheme: str, as_json: bool, language: str, version: str | None) -> None:
    """Show a sheet as a person reads it.

    Figures, parameters, indicators with their rules, gates, grades, pay; what the source does not say is marked as
    assumed. SCHEME is an id or the path of a TOML file. Without --version it is the version in force today.
    """
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.show.data import sheet_data, sheet_text

    found = open_scheme(open_registry(), scheme, version)
    today = datetime.date.today()
    begun = [each for each in found.versions if each.effective <= today]
    shown = found.only or (begun or found.versions)[-1 if begun else 0]
    data = sheet_data(shown)
    click.echo(json.dumps(data, ensure_ascii=False, indent=1) if as_json else sheet_text(data, language).rstrip("\n"))
