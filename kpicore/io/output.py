"""Puts a file in its place only when it is whole."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kpicore.errors import DataError
from kpicore.problem import Place, Problem


@contextmanager
def placed(path: Path) -> Iterator[BinaryIO]:
    """An open file that becomes `path` when the block ends well, and vanishes when it does not.

    It is written beside `path`, so that nobody ever meets half a file. Raises DataError, in words, where nothing
    can be written there.
    """
    refuse(path)
    final = Path(os.path.realpath(path))
    beside = final.with_name(f".{final.name[:100]}.{secrets.token_hex(6)}.part")
    try:
        try:
            with beside.open("xb") as handle:
                yield handle
            if final.exists():
                beside.chmod(stat.S_IMODE(final.stat().st_mode))
            beside.replace(final)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise _error(path, "not_written", f"It can not be written: {_words(error)}.") from error


def refuse(path: Path) -> None:
    """Raises DataError where this can not become a file: a folder, or a name in a folder that is not there."""
    if path.is_dir():
        raise _error(path, "not_a_file", "This is a folder.", "Name a file in it.")
    if not path.parent.is_dir():
        raise _error(path, "no_such_folder", f"There is no folder {path.parent}.", "Make it first.")
    if path.exists() and not path.is_file():
        raise _error(path, "not_a_file", "This is not an ordinary file, so it is left alone.")


def check_ending(out: Path, endings: Iterable[str], hint: str, what: str = "files") -> None:
    """Raises DataError where nothing can be written there, so that it may be asked before the long work."""
    ending = out.suffix.lower()
    if ending not in endings:
        message = f"Nothing writes {what} that end in {ending}." if ending else "The file's name has no ending."
        raise _error(out, "unknown_ending", message, hint)
    refuse(out)


def _error(path: Path, code: str, message: str, hint: str = "") -> DataError:
    problem = Problem(code, message, place=Place(str(path)), hint=hint)
    return DataError(str(problem), [problem])


def _words(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "you have no permission to write there"
    return (error.strerror or str(error)).lower()
