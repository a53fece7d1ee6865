"""When `kpicore score` reads, scores and writes a file piece by piece: where it is one large plain table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kpicore.bulk import Asked, BulkRun, scanned, score_file
from kpicore.cli.job import read_all_settings
from kpicore.errors import KpicoreError
from kpicore.io.csvfile import CsvReader, plain_utf8
from kpicore.io.flatfile import CsvWriter, ParquetWriter
from kpicore.io.heading import Headings
from kpicore.io.parquetfile import ParquetReader
from kpicore.io.table import Table
from kpicore.loaded import LoadedScheme
from kpicore.period import parse_period
from kpicore.registry import Registry

if TYPE_CHECKING:
    import polars as pl

_LARGE_CSV = 16_000_000
_MANY_ROWS = 100_000


def bulk_run(
    registry: Registry,
    scheme: LoadedScheme,
    data: Sequence[str],
    out: str,
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
) -> BulkRun | None:
    """Scores one large table from file to file; None where the files are not of that sort, and nothing was written.

    Only what such a table says in full is taken: a row a person and period, each once. Whatever has to be joined,
    or is written in an unusual way, is left to the reader of ordinary files.
    """
    source, target = Path(data[0]), Path(out)
    if len(data) > 1 or not _own(registry, source, target):
        return None
    if not _large(source):
        return None
    try:
        layout, problems = Headings(scheme.joined_model).layout(Table(str(source), None, _titles(source), ()))
        if layout is None or layout.long or layout.level != "employee" or any(p.severity == "error" for p in problems):
            return None
        keys = [layout.title(key) for key in ("employee", "period") if key in layout.keys]
        if len({column.title for column in layout.columns}) < len(layout.columns) or _twice(source, keys):
            return None
        wanted = [parse_period(text) for text in periods]
        default = wanted[0] if len(wanted) == 1 and wanted[0].kind in scheme.periods else None
        if "period" not in layout.keys and default is None:
            return None
        known = read_all_settings(scheme.joined_model, params, settings)
        run = score_file(scheme, source, target, Asked(known, None, default, wanted=wanted))
    except _polars_error():
        return None
    run.counts.files = run.counts.pages = 1
    run.counts.cells_heading = len(_titles(source))
    return run


def _polars_error() -> type[Exception]:
    from polars.exceptions import PolarsError

    return PolarsError


def _own(registry: Registry, source: Path, target: Path) -> bool:
    """Whether kpicore's own readers and writers have these endings."""
    reader, writer = registry.readers.get(source.suffix.lower()), registry.writers.get(target.suffix.lower())
    return isinstance(reader, CsvReader | ParquetReader) and isinstance(writer, CsvWriter | ParquetWriter)


def _large(source: Path) -> bool:
    import polars as pl

    if not source.is_file():
        return False
    if source.suffix.lower() != ".parquet":
        return source.suffix.lower() == ".csv" and source.stat().st_size >= _LARGE_CSV and plain_utf8(source)
    try:
        return bool(pl.scan_parquet(source, glob=False).select(pl.len()).collect().item() >= _MANY_ROWS)
    except (_polars_error(), OSError, KpicoreError):
        return False  # the reader of ordinary files says what is wrong


def _titles(source: Path) -> list[str]:
    return [name.strip() for name in scanned(source).collect_schema().names()]


def _twice(source: Path, keys: Sequence[str]) -> bool:
    """Whether anybody has two rows of one period: by hashes, since all keys at once may not fit into memory."""
    import polars as pl

    lazy = scanned(source)
    names = {name.strip(): name for name in lazy.collect_schema().names()}
    texts = [pl.col(names[key]).cast(pl.String).str.strip_chars() for key in keys]
    hashes: pl.Series = lazy.select(pl.struct(texts).hash().alias("h")).collect(engine="streaming")["h"].sort()
    return bool((hashes.diff() == 0).any())
