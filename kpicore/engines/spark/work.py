"""What runs on the workers: Arrow batches gathered into tables, and tables scored."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 65_536
"""So many rows are scored at once, or a few more where they belong together."""
PREFIX = "kpicore_"
"""Before the names of columns that are added to those of the figures on the way."""
ARGUMENT, TAKES, AMOUNT, FOUND = (f"{PREFIX}{name}" for name in ("argument_", "takes_", "amount_", "found_"))
"""Before the number of a look: what it compares, whether the row takes part, a pool's amount, what it came to."""


class Scorer(Protocol):
    """What scores Arrow tables of figures. It travels to the workers as a pickle."""

    @property
    def schema(self) -> pa.Schema:
        """The columns of results."""

    @property
    def reach(self) -> str:
        """Which rows must come in one table: 'row', 'person', 'team', 'period' or 'everybody'."""

    @property
    def staged(self) -> Any:
        """What scores in stages where people are compared over more than a team; None where that can not be."""

    def score(self, table: Any) -> pa.Table:
        """The results of a table."""

    def keys(self, table: Any) -> pa.Table:
        """Employee, period and team of each row; nulls where it is set aside."""

    def problems(self, table: Any) -> pa.Table:
        """What is wrong with rows and cells."""


@lru_cache(maxsize=4)
def opened(data: bytes) -> Any:
    """What a pickle holds; a worker that gets the same one again keeps what it made of it.

    A worker has one core, so Polars, which is not loaded before this, is to make no threads for others.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    return pickle.loads(data)


def gathered(batches: Iterable[pa.RecordBatch], most: int = MOST_ROWS) -> Iterator[pa.Table]:
    """Batches as tables of so many rows or a few more; the last one has those that are left."""
    import pyarrow as pa

    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += batch.num_rows
        if count >= most:
            yield pa.Table.from_batches(held)
            held, count = [], 0
    if count:
        yield pa.Table.from_batches(held)


def grouped(batches: Iterable[pa.RecordBatch], keys: Sequence[str], most: int = MOST_ROWS) -> Iterator[pa.Table]:
    """The same, where rows with the same keys follow one another and stay in one table."""
    import pyarrow as pa

    held: list[pa.Table] = []
    count, enough = 0, most
    for batch in batches:
        held.append(pa.Table.from_batches([batch]))
        count += batch.num_rows
        if count >= enough and keys:
            table = pa.concat_tables(held)
            start = _last_group(table, keys)
            if start:
                yield table.slice(0, start)
            rest = table.slice(start)
            held, count = [rest], rest.num_rows
            enough = max(most, 2 * count)  # a group that is larger than that is not looked through at every batch
    if count:
        yield pa.concat_tables(held)


def _last_group(table: pa.Table, keys: Sequence[str]) -> int:
    """The first of the rows at the end that have the same keys as the last one."""
    import polars as pl

    found = pl.from_arrow(table.select(list(keys)))
    assert isinstance(found, pl.DataFrame)
    last = found.row(-1)
    same = found.select(
        pl.all_horizontal(pl.col(key).eq_missing(pl.lit(value)) for key, value in zip(keys, last, strict=True))
    ).to_series()
    first = same.arg_max()
    return 0 if first is None else first


def with_keys(table: pa.Table, scorer: Scorer) -> pa.Table:
    """The rows whose keys can be read, with these beside; rows without a team are a team of their own, ''."""
    import pyarrow.compute as pc

    keys = scorer.keys(table)
    for name in keys.column_names:
        values = pc.fill_null(keys[name], "") if name == "team" else keys[name]
        table = table.append_column(f"{PREFIX}{name}", values)
    return table.filter(pc.is_valid(keys["employee"]))


def without_keys(table: pa.Table) -> pa.Table:
    """The same without what was put beside."""
    return table.drop_columns([name for name in table.column_names if name.startswith(PREFIX)])
