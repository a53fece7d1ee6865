"""The folder of a report: built beside its place and moved there when it is whole; only a report's own files are
ever replaced."""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, field

from kpicore.errors import DataError
from kpicore.problem import Place, Problem

MARKER = ".kpicore-report"
INDEX = "index.html"
PROBLEMS = "problems.html"
PEOPLE = "people"
LETTERS = "letters"
_OWN = re.compile(rf"{re.escape(INDEX)}|{re.escape(PROBLEMS)}|(?:{PEOPLE}|{LETTERS})/[A-Za-z0-9_-]+\.html")
_LARGEST_MARKER = 50_000_000


@define
class ReportFolder:
    """A report being built: `write` its files, each by its name below the folder."""

    beside: Path
    _names: dict[str, None] = field(factory=dict)

    def write(self, name: str, text: str) -> None:
        """Writes a file; its name is one that a report may have."""
        if not _OWN.fullmatch(name) or name in self._names:
            raise ValueError(f"a report has no place for {name!r}")
        path = self.beside / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8", "replace"))
        self._names[name] = None

    @property
    def names(self) -> tuple[str, ...]:
        """The files that were written."""
        return tuple(self._names)


@contextmanager
def placed_folder(folder: Path) -> Iterator[ReportFolder]:
    """A report that comes to stand in `folder` when the block ends well; else nothing there is touched.

    Raises DataError, in words, where that folder holds anything but a former report, or can not be written.
    """
    try:
        final = folder.resolve()
        _refuse(folder, final)
        report = ReportFolder(final.with_name(f".{final.name[:100]}.{secrets.token_hex(6)}.part"))
        try:
            report.beside.mkdir()
            yield report
            _settle(folder, final, report)
        finally:
            shutil.rmtree(report.beside, ignore_errors=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise _error(folder, "not_written", f"It can not be written: {reason}.") from error


def _refuse(folder: Path, final: Path) -> None:
    if not final.exists():
        if not final.parent.is_dir():
            raise _error(folder, "no_such_folder", f"There is no folder {final.parent}.", "Make it first.")
        return
    if not final.is_dir():
        raise _error(folder, "not_a_folder", "This is a file, and a report is a folder.", "Name a folder.")
    if any(final.iterdir()) and not (final / MARKER).is_file():
        message = "The folder holds other things than a report, so it is left alone."
        raise _error(folder, "not_a_report", message, "Name a new folder, or an empty one.")


def _settle(folder: Path, final: Path, report: ReportFolder) -> None:
    """Moves the files to their place. The marker names those of both reports until all is done."""
    if not final.exists():
        _mark(report.beside, report.names)
        report.beside.rename(final)
        return
    former = _former(final)
    folders = {name.rpartition("/")[0] for name in (*former, *report.names)} - {""} | {PEOPLE}
    for below in sorted(folders):
        own = final / below
        if own.is_symlink() or (own.exists() and not own.is_dir()):
            raise _error(own, "not_a_report", f"{below} is no folder of a report, so it is left alone.")
    for name in report.names:
        if name not in former and (final / name).exists():
            message = "This file is there already and belongs to no report, so it is left alone."
            raise _error(final / name, "not_a_report", message, "Move it, or name a new folder.")
    _mark(final, (*former, *report.names))
    for below in folders:
        (final / below).mkdir(exist_ok=True)
    for name in report.names:  # the index, which leads to the others, comes last
        (report.beside / name).replace(final / name)
    for name in set(former) - set(report.names):
        (final / name).unlink(missing_ok=True)
    _mark(final, report.names)


def _mark(root: Path, names: tuple[str, ...]) -> None:
    """Writes the marker: whose folder this is, and which files are the report's."""
    text = json.dumps({"written_by": "kpicore", "files": sorted(set(names))}, indent=1)
    beside = root / f"{MARKER}.part"
    beside.write_text(text + "\n", encoding="utf-8")
    beside.replace(root / MARKER)


def _former(final: Path) -> tuple[str, ...]:
    """The files of the report that stands there. A marker that can not be read names none."""
    try:
        with (final / MARKER).open("rb") as handle:
            data = json.loads(handle.read(_LARGEST_MARKER))
        files = data["files"]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return ()
    named = files if isinstance(files, list) else []
    return tuple(name for name in named if isinstance(name, str) and _OWN.fullmatch(name))


def _error(path: Path, code: str, message: str, hint: str = "") -> DataError:
    problem = Problem(code, message, place=Place(str(path)), hint=hint)
    return DataError(str(problem), [problem])
