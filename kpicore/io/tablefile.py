"""Writes a table of results: the same files as the writers of single results make, column by column."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from kpicore.io.flatfile import CsvWriter, ParquetWriter
from kpicore.io.output import placed
from kpicore.io.protocol import ResultWriter, WriteContext
from kpicore.io.write import STDOUT, writer_for
from kpicore.result import Result

if TYPE_CHECKING:
    import polars as pl

_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"


class Table(Protocol):
    """A table of results, which also gives them one by one."""

    @property
    def frame(self) -> pl.DataFrame: ...
    @property
    def results(self) -> Iterable[Result]: ...


def write_table(
    table: Table,
    out: str | Path,
    writers: Mapping[str, ResultWriter],
    stdout: BinaryIO | None = None,
    context: WriteContext = WriteContext(),
) -> None:
    """Writes a table as `kpicore.io.write.write_results` writes results."""
    writer = writer_for(out, writers)
    if str(out) == STDOUT:
        target = stdout if stdout is not None else sys.stdout.buffer
        writer.write(table.results, target, context)
        target.flush()
        return
    with placed(Path(out)) as handle:
        if isinstance(writer, CsvWriter):
            write_csv(table.frame, handle)
        elif isinstance(writer, ParquetWriter):
            plain(table.frame).write_parquet(handle)
        else:
            writer.write(table.results, handle, context)


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with texts in place of enumerations, as files hold them."""
    import polars as pl

    return frame.with_columns(pl.col(pl.Enum).cast(pl.String))


def write_csv(frame: pl.DataFrame, target: BinaryIO, header: bool = True) -> None:
    """A CSV in UTF-8 with BOM; what a spreadsheet would take for a formula gets an apostrophe."""
    import polars as pl

    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    risky = [
        pl.when(pl.col(name).str.contains(_FORMULA) & ~pl.col(name).str.contains(_NUMBER))
        .then(pl.lit("'") + pl.col(name))
        .when(pl.col(name) != "")
        .then(pl.col(name))
        .alias(name)
        for name in texts
    ]
    safe = plain(frame).with_columns(risky)
    safe.write_csv(target, include_bom=header, include_header=header, line_terminator="\r\n")
