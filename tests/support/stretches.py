"""Few rows, taken as many are: so many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl


@contextmanager
def in_stretches(rows: int) -> Iterator[None]:
    """As long as it lasts, columns are worked out some rows at a time, about so many."""
    with pl.Config(streaming_chunk_size=rows):
        yield
