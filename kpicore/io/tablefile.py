"""Writes a table of results: the same files as the writers of single results make, column by column."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from kpicore.io.flatfile import CsvWriter, ParquetWriter
from kpicore.io.output import placed
from kpicore.io.protocol import ResultWriter, WriteContext
from kpicore.io.write import STDOUT, writer_for
from kpicore.result import Result

if TYPE_CHECKING:
    import polars as pl

_ARROW = "ARROW:schema"
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


def write_parquet(frames: Iterable[pl.DataFrame], schema: Mapping[str, Any], target: BinaryIO, group_rows: int) -> None:
    """A Parquet file of tables that are made while it is written, all of these columns; enumerations are texts to
    whoever reads it.

    What goes wrong while they are made is raised as it is; OSError where the file can not be written.
    """
    from polars.exceptions import ComputeError
    from polars.io.plugins import register_io_source

    failed: list[BaseException] = []

    def source(
        columns: list[str] | None, predicate: pl.Expr | None, count: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        try:
            yield from frames
        except BaseException as error:  # what goes through Polars comes out as another error, so it is kept
            failed.append(error)
            raise

    lazy = register_io_source(source, schema=dict(schema))
    try:
        lazy.sink_parquet(target, maintain_order=True, row_group_size=group_rows, metadata=_as_texts(schema))
    except Exception as error:
        if failed:
            raise failed[0] from None
        if isinstance(error, ComputeError):  # the tables are made, so it is the file that failed
            raise OSError(str(error).rpartition("IO error: ")[2]) from error
        raise


def _as_texts(schema: Mapping[str, Any]) -> dict[str, str] | None:
    """What Arrow's readers are told of columns of which some are enumerations: that these are texts, which is how they
    stand in the file. None where there are none."""
    import polars as pl

    if not any(isinstance(dtype, pl.Enum) for dtype in schema.values()):
        return None
    held = io.BytesIO()
    pl.DataFrame(
        schema={name: pl.String if isinstance(each, pl.Enum) else each for name, each in schema.items()}
    ).write_parquet(held)
    held.seek(0)
    return {_ARROW: pl.read_parquet_metadata(held)[_ARROW]}


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
