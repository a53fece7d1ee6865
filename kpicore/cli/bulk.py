"""One large plain table: scored piece by piece by `kpicore score`, and for `kpicore explain` as far as it is needed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from kpicore.bulk import Asked, BulkRun, scanned, score_file
from kpicore.cli.job import comes_out, read_all_settings
from kpicore.errors import KpicoreError
from kpicore.io.csvfile import CsvReader, plain_utf8
from kpicore.io.flatfile import CsvWriter, ParquetWriter
from kpicore.io.heading import Headings, Layout
from kpicore.io.parquetfile import ParquetReader
from kpicore.io.table import Table
from kpicore.loaded import LoadedScheme
from kpicore.period import Stretch, parse_period
from kpicore.problem import Problem
from kpicore.reach import reach_of
from kpicore.registry import Registry
from kpicore.tables import MOST_NAMED, Tabled

if TYPE_CHECKING:
    import polars as pl

    from kpicore.explain.use import Explanation

_LARGE_CSV = 16_000_000
_MANY_ROWS = 100_000
_NUMBER, _FIRST_ROW = "\0row", 2


@frozen
class LargeTable:
    """One large table that can be read column by column: a row a person and period."""

    source: Path
    headings: Headings
    layout: Layout
    wanted: Sequence[Stretch]
    default: Stretch | None


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
    target = Path(out)
    if not isinstance(registry.writers.get(target.suffix.lower()), CsvWriter | ParquetWriter):
        return None
    try:
        table = large_table(registry, scheme, data, periods)
        if table is None or twice(table.source, keys(table.layout)):
            return None
        known = read_all_settings(scheme.joined_model, params, settings)
        asked = Asked(known, None, table.default, wanted=table.wanted)
        run = score_file(scheme, table.source, target, asked)
    except polars_error():
        return None
    run.counts.files = run.counts.pages = 1
    run.counts.cells_heading = len(_titles(table.source))
    return run


def explained(
    registry: Registry,
    scheme: LoadedScheme,
    data: Sequence[str],
    employee: str,
    periods: Sequence[str],
    params: str | None,
    settings: Sequence[str],
) -> tuple[list[Explanation], list[Problem]] | None:
    """The explanations of one person of a large table, and what is wrong with the rows that were read for them: those
    of the person, or all where the sheet compares people. None where the files are not of that sort."""
    from kpicore.io.framed import framed

    try:
        table = large_table(registry, scheme, data, periods)
        if table is None:
            return None
        whole = reach_of(scheme.among()) not in ("row", "person")
        frame, numbers, known = _rows_of(table, None if whole else employee)
    except polars_error():
        return None
    settled = read_all_settings(scheme.joined_model, params, settings)
    file = str(table.source)
    read = framed(frame, table.headings, scheme.asked, default_period=table.default, file=file, numbers=numbers)
    tabled = Tabled(scheme, read, settled, None)
    if tabled.twice():
        return None
    found = tabled.explain(employee, None, file, known)
    asked = [each for each in found if comes_out(parse_period(each.result.period), table.wanted)]
    return (asked, list(read.problems)) if asked else None


def _rows_of(table: LargeTable, employee: str | None) -> tuple[pl.DataFrame, pl.Series, list[str]]:
    """The rows of one person, or all; their numbers in the file; and some of the people that there are."""
    import polars as pl

    lazy = scanned(table.source)
    names = _names(lazy)
    who = pl.col(names[table.layout.title("employee")]).cast(pl.String).str.strip_chars()
    known = lazy.head(MOST_NAMED).select(who).collect().to_series().drop_nulls().to_list()
    lazy = lazy.with_row_index(_NUMBER, _FIRST_ROW)
    if employee is not None:
        lazy = lazy.filter(who == employee)
    frame = lazy.collect(engine="streaming")
    return frame.drop(_NUMBER), frame[_NUMBER].cast(pl.Int64), known


def large_table(
    registry: Registry, scheme: LoadedScheme, data: Sequence[str], periods: Sequence[str]
) -> LargeTable | None:
    """The one large table that was given; None where the files are not of that sort."""
    source = Path(data[0])
    reader = registry.readers.get(source.suffix.lower())
    if len(data) > 1 or not isinstance(reader, CsvReader | ParquetReader) or not _large(source):
        return None
    headings = Headings(scheme.joined_model)
    titles = _titles(source)
    if headings.of_items(titles):
        return None
    layout, problems = headings.layout(Table(str(source), None, titles, ()))
    if layout is None or layout.long or layout.level != "employee" or any(p.severity == "error" for p in problems):
        return None
    if len({column.title for column in layout.columns}) < len(layout.columns):
        return None
    wanted = [parse_period(text) for text in periods]
    default = wanted[0] if len(wanted) == 1 and wanted[0].kind in scheme.periods else None
    if "period" not in layout.keys and default is None:
        return None
    return LargeTable(source, headings, layout, wanted, default)


def keys(layout: Layout) -> list[str]:
    """The columns that say whose rows these are, and of when."""
    return [layout.title(key) for key in ("employee", "period") if key in layout.keys]


def polars_error() -> type[Exception]:
    """What Polars raises for a file that it can not read."""
    from polars.exceptions import PolarsError

    return PolarsError


def _large(source: Path) -> bool:
    import polars as pl

    if not source.is_file():
        return False
    if source.suffix.lower() != ".parquet":
        return source.suffix.lower() == ".csv" and source.stat().st_size >= _LARGE_CSV and plain_utf8(source)
    try:
        return bool(pl.scan_parquet(source, glob=False).select(pl.len()).collect().item() >= _MANY_ROWS)
    except (polars_error(), OSError, KpicoreError):
        return False  # the reader of ordinary files says what is wrong


def _titles(source: Path) -> list[str]:
    return [name.strip() for name in scanned(source).collect_schema().names()]


def _names(lazy: pl.LazyFrame) -> dict[str, str]:
    """The columns' names by what they are without the spaces around them."""
    return {name.strip(): name for name in lazy.collect_schema().names()}


def twice(source: Path, keys: Sequence[str]) -> bool:
    """Whether anybody has two rows of one period: by hashes, since all keys at once may not fit into memory."""
    import polars as pl

    lazy = scanned(source)
    names = _names(lazy)
    texts = [pl.col(names[key]).cast(pl.String).str.strip_chars() for key in keys]
    hashes: pl.Series = lazy.select(pl.struct(texts).hash().alias("h")).collect(engine="streaming")["h"].sort()
    return bool((hashes.diff() == 0).any())
