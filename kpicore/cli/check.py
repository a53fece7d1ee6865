"""`kpicore check`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from kpicore.cli import option
from kpicore.cli.stream import DONE, FAILED, USAGE, end, tell

if TYPE_CHECKING:
    from kpicore.check.checker import Checked


@click.command("check")
@click.argument("schemes", nargs=-1, metavar="[SCHEME]...")
@option.as_json
@click.option("-v", "--verbose", is_flag=True, help="List notes as well: reach, cliffs, what is assumed.")
@option.lang
def command(schemes: Sequence[str], as_json: bool, verbose: bool, language: str) -> None:
    """Prove schemes before they are used.

    SCHEME is an id or the path of a TOML file; without any, all schemes are checked. Found are holes and overlaps of
    bands, what nobody can reach, points and pay that lead the wrong way, and what is missing; docs/check.md says
    what each finding means. Exit code 1: an error was found; warnings are listed. --json is a list of all findings.
    """
    from kpicore.check.checker import check_scheme
    from kpicore.check.text import data
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.errors import KpicoreError

    registry = open_registry()
    found: list[Checked] = []
    broken = False
    for ref in list(schemes) or [entry.id for entry in registry.schemes()]:
        try:
            checked = check_scheme(open_scheme(registry, ref))
        except KpicoreError as error:
            tell("\n".join(map(str, error.problems)) or str(error))
            broken = True
            continue
        found += checked
        for each in () if as_json else checked:
            for line in _lines(each, language, verbose):
                click.echo(line)
    if as_json:
        listed = [data(finding, language) for each in found for finding in each.findings]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
    end(USAGE if broken else DONE if all(each.sound for each in found) else FAILED)


def _lines(checked: Checked, language: str, verbose: bool) -> Iterator[str]:
    from kpicore.check.text import line
    from kpicore.messages import Messages

    say = Messages(language)
    counts = [
        say.count(f"check.{severity}", sum(finding.severity == severity for finding in checked.findings))
        for severity in ("error", "warning", "note")
    ]
    yield say("check.line", id=checked.id, version=checked.version, counts=say("word.list").join(counts))
    for finding in checked.findings:
        if verbose or finding.severity != "note":
            yield f"  {line(finding, language)}"
