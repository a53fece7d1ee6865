"""Writes results and problems: picks the writer by the ending, and moves the whole file into place."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from kpicore.errors import DataError
from kpicore.io.excelfile import ExcelWriter
from kpicore.io.flatfile import CsvWriter, ParquetWriter, write_csv
from kpicore.io.jsonfile import JsonLinesWriter, JsonWriter
from kpicore.io.output import placed, refuse
from kpicore.io.problemtable import PROBLEM_COLUMNS, problem_row
from kpicore.io.protocol import ResultWriter, WriteContext
from kpicore.problem import Place, Problem
from kpicore.result import Result

WRITERS: tuple[ResultWriter, ...] = (JsonWriter(), JsonLinesWriter(), CsvWriter(), ParquetWriter(), ExcelWriter())
"""The writers that kpicore brings along."""

STDOUT = "-"


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
    context: WriteContext = WriteContext(),
) -> None:
    """Writes the results to a file, which appears only when it is whole, or to the standard output ('-').

    `context`: the run's problems and its scheme, for writers that show them.
    """
    writer = writer_for(out, writers)
    if str(out) == STDOUT:
        target = stdout if stdout is not None else sys.stdout.buffer
        writer.write(results, target, context)
        target.flush()
        return
    with placed(Path(out)) as handle:
        writer.write(results, handle, context)


def write_problems(problems: Iterable[Problem], path: str | Path) -> None:
    """Writes the problems as a CSV that a spreadsheet opens; a line of a text file counts as its row."""
    with placed(Path(path)) as handle:
        write_csv(PROBLEM_COLUMNS, map(problem_row, problems), handle)
