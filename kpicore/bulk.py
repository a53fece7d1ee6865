"""Files of figures that are larger than memory: read, scored and written piece by piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from kpicore.errors import DataError, KpicoreError
from kpicore.fileform import FileForm
from kpicore.io.output import placed
from kpicore.io.tablefile import write_csv, write_parquet
from kpicore.io.tally import Tally
from kpicore.population.plan import width_of
from kpicore.problem import Problem, anything_set_aside
from kpicore.protocols import Period
from kpicore.result import Numbers
from kpicore.tables import score_frame
from kpicore.version import Params, Version

if TYPE_CHECKING:
    import polars as pl

    from kpicore.io.claims import Claims
    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any

MOST_ROWS = 1 << 18
MOST_CELLS = 12_000_000
"""So many rows, and cells of results, are made at once at most; the next rows are read meanwhile."""
ALL = 2**31
"""All rows at once."""
_BYTES = 100
"""So many bytes of a CSV are taken for a row."""


@define(eq=False)
class BulkRun:
    """What scoring a file to a file gave: how many results of each status there are, and what was set aside.

    `by_exact` of the rows were worked out by the exact reader; of `reasons_by_exact` others it told the reasons.
    """

    scheme: LoadedScheme
    statuses: dict[str, int] = field(factory=dict)
    problems: list[Problem] = field(factory=list)
    by_exact: int = 0
    reasons_by_exact: int = 0
    rows: int = 0
    counts: Tally = field(factory=Tally)

    @property
    def complete(self) -> bool:
        """Whether nothing was set aside: there are warnings at most."""
        return not anything_set_aside(self.problems)

    def __len__(self) -> int:
        return self.rows


@frozen
class Asked:
    """How a file is to be scored; see `LoadedScheme.score_table`. `wanted` are the periods that come out."""

    params: Params | None = None
    version: str | None = None
    period: str | Period | None = None
    outputs: Sequence[str] | None = None
    numbers: Numbers = "decimal"
    wanted: Sequence[Period] = ()
    roster: object = None
    claims: Claims | None = None


def score_file(scheme: LoadedScheme, source: Path, target: Path, asked: Asked = Asked(), piece: int = 0) -> BulkRun:
    """Scores a Parquet or CSV file of figures, a row a person and period, to a Parquet or CSV file of results.

    A `piece` of so many rows is in memory at a time, as many as are useful unless said; all of them where the scheme
    looks at other people or periods. Raises DataError where the file's columns do not say whose figures they are, or it
    can not be read.
    """
    versions = scheme.among(asked.version)
    width = max(width_of(version.sheet(), asked.outputs) for version in versions)
    group = piece or min(MOST_ROWS, MOST_CELLS // width)
    piece = ALL if looks_beyond(versions) else group
    run = BulkRun(scheme)
    first, pieces = _first(_pieces(scheme, source, asked, run, piece), source)
    with placed(target) as handle:
        if target.suffix.lower() == ".csv":
            _write_csv(first, pieces, handle)
        else:
            form = FileForm.of(scheme, scanned(source).collect_schema().names(), first, asked)
            if group < 2 * first.height <= 2 * group:
                group = first.height  # each piece is written as it comes
            write_parquet(map(form.table, chain([first], pieces)), form.schema, handle, group)
    return run


def looks_beyond(versions: Iterable[Version]) -> bool:
    """Whether any needs all rows at once."""
    return any(version.looks_back or version.compares for version in versions)


def _pieces(scheme: LoadedScheme, source: Path, asked: Asked, run: BulkRun, size: int) -> Iterator[pl.DataFrame]:
    """The results of the file's rows, piece by piece."""
    row, told = 2, set[tuple[str, str]]()
    for frame in ahead(frames(source, size)):
        found = score_frame(
            scheme,
            frame,
            asked.params,
            version=asked.version,
            period=asked.period,
            outputs=asked.outputs,
            numbers=asked.numbers,
            file=str(source),
            first_row=row,
            wanted=asked.wanted,
            counts=run.counts,
            roster=asked.roster,
            claims=asked.claims,
        )
        for problem in found.problems:  # a column that nobody knows is told once, not piece by piece
            if problem.place.row == 1:
                if (problem.code, problem.message) in told:
                    continue
                told.add((problem.code, problem.message))
            run.problems.append(problem)
        row += frame.height
        run.rows += found.frame.height
        run.by_exact += found.by_exact
        run.reasons_by_exact += found.reasons_by_exact
        if "status" in found.frame.columns:
            for status, count in found.frame["status"].value_counts().iter_rows():
                run.statuses[str(status)] = run.statuses.get(str(status), 0) + count
        yield found.frame
    if asked.claims is not None:
        run.problems += [*asked.claims.problems, *asked.claims.left()]


def frames(source: Path, size: int) -> Iterator[pl.DataFrame]:
    """The file's rows, so many at a time. (Polars reads batches ahead of whoever takes them, without end.)"""
    import polars as pl

    if source.suffix.lower() == ".parquet":
        lazy = scanned(source)
        height, offset = lazy.select(pl.len()).collect().item(), 0
        while offset < height:
            frame = lazy.slice(offset, size).collect()
            if not offset:
                size = _even(frame, size)
            yield frame.head(size)
            offset += size
        return
    if size == ALL:
        yield scanned(source).collect()
        return
    with source.open("rb") as handle:
        header = handle.readline()
        while block := handle.read(size * _BYTES):
            yield pl.read_csv(header + block + handle.readline(), infer_schema=False)


def _even(frame: pl.DataFrame, size: int) -> int:
    """Up to so many rows of a Parquet file that begins with these, such that a group of rows ends with them, if its
    groups are equally long: else each second one would be unpacked twice."""
    groups = [len(group) for group in frame.to_series(0).get_chunks()] if frame.width else []
    return size // groups[0] * groups[0] if len(groups) > 1 else size


def ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same, the next being read while somebody is busy with one."""
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(next, frames, None)
        while (frame := waiting.result()) is not None:
            waiting = thread.submit(next, frames, None)
            yield frame


def scanned(source: Path) -> pl.LazyFrame:
    """The file's rows, not read yet; a CSV's cells are all texts."""
    import polars as pl

    if source.suffix.lower() == ".parquet":
        return pl.scan_parquet(source, glob=False)
    return pl.scan_csv(source, infer_schema=False, glob=False)


def _first(pieces: Iterator[pl.DataFrame], source: Path) -> tuple[pl.DataFrame, Iterator[pl.DataFrame]]:
    """The first piece, whose columns all have, and the others."""
    from polars.exceptions import PolarsError

    try:
        first = next(pieces, None)
    except (PolarsError, OSError) as error:
        raise _unreadable(source, error) from error
    if first is None:
        raise DataError(f"{source}: The file has no rows.", [Problem("empty_file", "The file has no rows.")])
    return first, pieces


def _unreadable(source: Path, error: Exception) -> KpicoreError:
    from kpicore.problem import Place

    reason = str(error).partition("\n")[0][:200]
    problem = Problem("wrong_format", f"The file can not be read ({reason}).", place=Place(str(source)))
    return DataError(str(problem), [problem])


def _write_csv(first: pl.DataFrame, pieces: Iterator[pl.DataFrame], target: Any) -> None:
    write_csv(first, target)
    for piece in pieces:
        write_csv(piece, target, header=False)
