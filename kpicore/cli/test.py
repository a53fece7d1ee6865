"""`kpicore test`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from kpicore.cli import option
from kpicore.cli.stream import DONE, FAILED, USAGE, end, tell

if TYPE_CHECKING:
    from kpicore.cases.case import CaseOutcome, Difference, SchemeReport
    from kpicore.loaded import LoadedScheme
    from kpicore.messages import Messages

_MOST_SHOWN = 20


@click.command("test")
@click.argument("schemes", nargs=-1, metavar="[SCHEME]...")
@option.as_json
@click.option("-v", "--verbose", is_flag=True, help="List the worked cases with their sentences.")
@option.lang
def command(schemes: Sequence[str], as_json: bool, verbose: bool, language: str) -> None:
    """Try schemes by their worked cases.

    SCHEME is an id or the path of a TOML file; without any, all schemes are tried. Besides the cases in the file
    beside a scheme (NAME.cases.toml for NAME.toml), cases on, just under and just over each break of its rules are
    made and tried. Exit code 1: something came out otherwise than expected.
    """
    from kpicore.cli.open import open_registry, open_scheme
    from kpicore.errors import KpicoreError
    from kpicore.messages import Messages

    registry = open_registry()
    refs = list(schemes) or [entry.id for entry in registry.schemes()]
    reports: list[SchemeReport] = []
    broken = False
    for ref in refs:
        try:
            reports += tried(open_scheme(registry, ref))
        except KpicoreError as error:
            tell("\n".join(map(str, error.problems)) or str(error))
            broken = True
    if as_json:
        click.echo(json.dumps([_data(report) for report in reports], ensure_ascii=False, indent=1))
    for report in reports:
        for problem in report.problems:
            tell(str(problem))
        for line in () if as_json else _lines(report, Messages(language), verbose):
            click.echo(line)
    end(USAGE if broken else DONE if all(report.passed for report in reports) else FAILED)


def tried(scheme: LoadedScheme) -> list[SchemeReport]:
    """Every version of a scheme (or the one that it is fixed to), tried by its cases."""
    from kpicore.cases.case import try_scheme
    from kpicore.schemefile import FileScheme

    reports = []
    for version in scheme.among():
        file = version.scheme.path if isinstance(version.scheme, FileScheme) else None
        reports.append(try_scheme(version, scheme.fixed(version.version), file))
    return reports


def _lines(report: SchemeReport, say: Messages, verbose: bool) -> Iterator[str]:
    counts = [say("test.no_file") if report.cases is None else say.count("test.by_hand", len(report.cases))]
    counts.append(say.count("test.at_breaks", report.at_breaks))
    if report.own:
        counts.append(say.count("test.own", report.own))
    if report.unplaced:
        counts.append(say.count("test.unplaced", report.unplaced))
    failed = sum(bool(outcome.differences) for outcome in report.cases or ()) + len(report.failures)
    told = say("test.passed") if report.passed else say.count("test.failed", failed)
    listed = say("word.list").join(counts)
    yield say("test.line", id=report.id, version=report.version, counts=listed, outcome=told)
    for outcome in report.cases or ():
        if outcome.differences or verbose:
            yield from _worked(outcome, say)
    for says, differences in report.failures[:_MOST_SHOWN]:
        yield f"  {says}"
        yield from _told(differences, say)
    if len(report.failures) > _MOST_SHOWN:
        yield "  " + say("test.more", count=len(report.failures) - _MOST_SHOWN)


def _worked(outcome: CaseOutcome, say: Messages) -> Iterator[str]:
    case = outcome.case
    sentence = case.says.text(say.language)
    where = f"{case.place}: " if outcome.differences else ""
    yield f"  {where}{case.name}{f': {sentence}' if sentence else ''}"
    yield from _told(outcome.differences, say)


def _told(differences: Sequence[Difference], say: Messages) -> Iterator[str]:
    for each in differences:
        expected, got = (text or say("word.blank") for text in (each.expected, each.got))
        yield "    " + say("test.difference", name=each.name, expected=expected, got=got)


def _data(report: SchemeReport) -> dict[str, Any]:
    return {
        "id": report.id,
        "version": report.version,
        "passed": report.passed,
        "cases": None
        if report.cases is None
        else [
            {
                "name": outcome.case.name,
                "says": dict(outcome.case.says.texts),
                "differences": _plain(outcome.differences),
            }
            for outcome in report.cases
        ],
        "at_breaks": report.at_breaks,
        "own": report.own,
        "unplaced": report.unplaced,
        "failures": [{"says": says, "differences": _plain(differences)} for says, differences in report.failures],
        "problems": [str(problem) for problem in report.problems],
    }


def _plain(differences: Sequence[Difference]) -> list[dict[str, str]]:
    return [{"name": each.name, "expected": each.expected, "got": each.got} for each in differences]
