"""Opens files of figures: picks the reader by the ending, and says in words what can not be opened."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from kpicore.errors import DataError
from kpicore.io.csvfile import CsvReader
from kpicore.io.parquetfile import ParquetReader
from kpicore.io.protocol import TableReader
from kpicore.io.table import Grid, Table
from kpicore.io.workbook import WorkbookReader
from kpicore.problem import Place, Problem

READERS: tuple[TableReader, ...] = (CsvReader(), WorkbookReader(), ParquetReader())
"""The readers that kpicore brings along."""

_WORKBOOKS = (".xls", ".xlsb", ".et", ".ods", ".numbers")


def open_tables(
    paths: Iterable[str | Path], readers: Mapping[str, TableReader]
) -> tuple[tuple[Table | Grid, ...], tuple[Problem, ...]]:
    """The tables and pages of all files, and the problems of those that hold no table; `readers` go by ending.

    Raises DataError, with all of them, where files are missing, can not be opened, or have an ending that nobody
    reads. A file that is not what its ending says, or is empty, is a problem that leaves the others alone.
    """
    given = [Path(path) for path in paths]
    refused = [problem for path in given if (problem := refusal(path, readers)) is not None]
    if refused:
        raise DataError("\n".join(map(str, refused)), refused)
    tables: list[Table | Grid] = []
    problems: list[Problem] = []
    for path in given:
        try:
            tables.extend(readers[path.suffix.lower()].read(path))
        except DataError as error:
            problems.extend(error.problems or (Problem("unreadable_file", str(error), place=Place(str(path))),))
        except OSError as error:
            problems.append(Problem("unreadable_file", f"It can not be read: {_words(error)}.", place=Place(str(path))))
    return tuple(tables), tuple(problems)


def refusal(path: Path, readers: Mapping[str, TableReader]) -> Problem | None:
    """Why this file can not be opened as a table of figures; None where nothing stands against it."""
    place = Place(str(path))
    if "\0" in str(path):
        return Problem("no_such_file", "There is no such file.", place=Place(repr(str(path))))
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Problem("not_a_file", "This is a folder.", place=place, hint="Name the files in it.")
        if not stat.S_ISREG(mode):
            return Problem("not_a_file", "This is not an ordinary file.", place=place, hint="Save the figures first.")
        path.open("rb").close()
    except OSError as error:
        code = {errno.ENOENT: "no_such_file", errno.EACCES: "no_permission"}.get(error.errno or 0, "unreadable_file")
        return Problem(code, f"It can not be read: {_words(error)}.", place=place)
    ending = path.suffix.lower()
    if ending in readers:
        return None
    listed = ", ".join(readers)
    hint = f"Files of figures end in {listed}."
    message = f"Nothing reads files that end in {ending}." if ending else "The file's name has no ending."
    if ending in _WORKBOOKS:
        # Of these it can not be told whether a cell is blank or shows an error, which must not be taken for the same.
        message, hint = f"Workbooks that end in {ending} are not read.", "Open it and save it as .xlsx."
    return Problem("unknown_ending", message, place=place, hint=hint)


def _words(error: OSError) -> str:
    """The reason in words, whatever the system's language."""
    if error.errno == errno.ENOENT:
        return "there is no such file"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "you have no permission to read it"
    return os.strerror(error.errno).lower() if error.errno else str(error)
