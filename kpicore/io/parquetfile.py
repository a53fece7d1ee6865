"""Reads a Parquet file; its cells come typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from kpicore.errors import DataError
from kpicore.io.signature import looks_like
from kpicore.io.table import MOST_COLUMNS, Table
from kpicore.problem import Place, Problem

_MAGIC = b"PAR1"


@frozen
class ParquetReader:
    """The reader of .parquet. The header counts as row 1, so that the first row of figures is row 2."""

    suffixes: tuple[str, ...] = (".parquet",)

    def read(self, path: Path) -> Iterator[Table]:
        """The one table of the file; raises DataError where it is no Parquet file."""
        _check(path)
        import polars

        try:
            frame = polars.read_parquet(path, glob=False)
        except (polars.exceptions.PolarsError, polars.exceptions.PanicException, OSError) as error:
            reason = str(error).partition("\n")[0][:200]
            raise _error(path, "wrong_format", f"The Parquet file is damaged ({reason}).", "Write it again.") from None
        if not frame.columns:
            raise _error(path, "empty_file", "The file is empty.", "It needs columns and a row for each person.")
        if len(frame.columns) > MOST_COLUMNS:
            hint = f"A table of figures has at most {MOST_COLUMNS:,}."
            raise _error(path, "too_large", f"The table has {len(frame.columns):,} columns.", hint)
        yield Table(str(path), None, [name.strip() for name in frame.columns], enumerate(frame.iter_rows(), 2))


def _check(path: Path) -> None:
    with path.open("rb") as handle:
        head = handle.read(512)
        if handle.seek(0, 2) == 0:
            raise _error(path, "empty_file", "The file is empty.", "It needs columns and a row for each person.")
        handle.seek(max(0, handle.tell() - len(_MAGIC)))
        tail = handle.read()
    if not head.startswith(_MAGIC):
        found = looks_like(head) or ("a text, such as a CSV" if b"\0" not in head else "something else")
        hint = "Rename it to what it is, or write the figures as Parquet."
        raise _error(path, "wrong_format", f"This is not a Parquet file: it looks like {found}.", hint)
    if tail != _MAGIC:
        raise _error(path, "wrong_format", "The Parquet file is cut off.", "Write it or fetch it again.")


def _error(path: Path, code: str, message: str, hint: str) -> DataError:
    problem = Problem(code, message, place=Place(str(path)), hint=hint)
    return DataError(str(problem), [problem])
