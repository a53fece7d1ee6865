"""Few rows, taken as many are: so many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import polars as pl


@contextmanager
def in_stretches(rows: int) -> Iterator[None]:
    """As long as it lasts, columns are worked out some rows at a time, about so many."""
    with patch("kpicore.query.MANY_ROWS", 1), pl.Config(streaming_chunk_size=rows):
        yield
