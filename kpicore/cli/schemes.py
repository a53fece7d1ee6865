"""`kpicore schemes`."""

from __future__ import annotations

import datetime
import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from kpicore.cli import option
from kpicore.cli.stream import tell

if TYPE_CHECKING:
    from kpicore.messages import Messages
    from kpicore.registry import Registry
    from kpicore.version import Version


@click.command("schemes")
@option.as_json
@option.lang
def command(as_json: bool, language: str) -> None:
    """List the schemes at hand.

    One line a scheme: its id, the version in force today (and the others), the plugin that brings it, its industry,
    the periods that it scores, its title.
    """
    from kpicore.cli.open import open_registry
    from kpicore.messages import Messages

    rows = list(_rows(open_registry(), language))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    say = Messages(language)
    names = ("id", "version", "plugin", "industry", "periods", "title")
    table = [[say(f"schemes.{name}") for name in names]]
    table += [[_cell(row, name, say) for name in names] for row in rows]
    for line in _aligned(table):
        click.echo(line)


def _rows(registry: Registry, language: str) -> Iterator[dict[str, Any]]:
    """What is known of each scheme; one that can not be read is told of and left away."""
    from kpicore.errors import KpicoreError

    for entry in registry.schemes():
        try:
            scheme = registry.scheme(entry.id)
            newest = scheme.versions[-1]
            industry = newest.model.industry.text(language)
        except KpicoreError as error:
            tell(str(error))
            continue
        in_force = _in_force(scheme.versions)
        yield {
            "id": entry.id,
            "version": None if in_force is None else in_force.version,
            "versions": [
                {"version": each.version, "effective": each.effective.isoformat()} for each in scheme.versions
            ],
            "plugin": entry.plugin,
            "industry": industry,
            "periods": list(scheme.periods),
            "title": scheme.title.text(language, entry.id),
        }


def _in_force(versions: Sequence[Version]) -> Version | None:
    today = datetime.date.today()
    begun = [version for version in versions if version.effective <= today]
    return begun[-1] if begun else None


def _cell(row: dict[str, Any], name: str, say: Messages) -> str:
    if name == "periods":
        return say("word.list").join(say(f"period.{kind}") for kind in row["periods"])
    if name != "version":
        return str(row[name])
    others = [each["version"] for each in row["versions"] if each["version"] != row["version"]]
    if row["version"] is None:
        return say("schemes.from", version=others[0], day=row["versions"][0]["effective"])
    return (
        say("schemes.others", version=row["version"], others=say("word.list").join(others))
        if others
        else str(row["version"])
    )


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(_width(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """The columns that a text takes on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
