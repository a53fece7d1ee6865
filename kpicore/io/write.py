"""Writes results and problems: picks the writer by the ending, and moves the whole file into place."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from kpicore.errors import DataError
from kpicore.io.flatfile import CsvWriter, ParquetWriter, write_csv
from kpicore.io.jsonfile import JsonLinesWriter, JsonWriter
from kpicore.io.output import placed, refuse
from kpicore.io.protocol import ResultWriter
from kpicore.problem import Place, Problem
from kpicore.result import Result

WRITERS: tuple[ResultWriter, ...] = (JsonWriter(), JsonLinesWriter(), CsvWriter(), ParquetWriter())
"""The writers that kpicore brings along."""

STDOUT = "-"
PROBLEM_COLUMNS = ("file", "page", "row", "column", "value", "expected", "code", "severity", "message", "hint")


def writer_for(out: str | Path, writers: Mapping[str, ResultWriter]) -> ResultWriter:
    """The writer for this target ('-' is the standard output, as JSON lines), by its ending.

    Raises DataError where nothing can be written there, so that it may be asked before the long work.
    """
    if str(out) == STDOUT:
        return JsonLinesWriter()
    path = Path(out)
    ending = path.suffix.lower()
    if ending not in writers:
        listed = ", ".join(writers)
        message = f"Nothing writes files that end in {ending}." if ending else "The file's name has no ending."
        if ending == ".xlsx":
            message = "Workbooks (.xlsx) can not be written yet."
        hint = f"Results are written to {listed}, or to - for the standard output."
        problem = Problem("unknown_ending", message, place=Place(str(out)), hint=hint)
        raise DataError(str(problem), [problem])
    refuse(path)
    return writers[ending]


def write_results(
    results: Iterable[Result],
    out: str | Path,
    writers: Mapping[str, ResultWriter],
    stdout: BinaryIO | None = None,
) -> None:
    """Writes the results to a file, which appears only when it is whole, or to the standard output ('-')."""
    writer = writer_for(out, writers)
    if str(out) == STDOUT:
        target = stdout if stdout is not None else sys.stdout.buffer
        writer.write(results, target)
        target.flush()
        return
    with placed(Path(out)) as handle:
        writer.write(results, handle)


def write_problems(problems: Iterable[Problem], path: str | Path) -> None:
    """Writes the problems as a CSV that a spreadsheet opens; a line of a text file counts as its row."""
    with placed(Path(path)) as handle:
        write_csv(PROBLEM_COLUMNS, map(_problem_row, problems), handle)


def _problem_row(problem: Problem) -> tuple[object, ...]:
    place = problem.place
    row = place.row if place.row is not None else place.line
    message = f"{problem.key}: {problem.message}" if problem.key else problem.message
    return (
        place.file,
        place.page,
        row,
        place.column,
        problem.value,
        problem.expected,
        problem.code,
        problem.severity,
        message,
        problem.hint,
    )
