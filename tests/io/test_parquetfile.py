"""Parquet files in: typed cells, and files that only bear the ending."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import polars
import pytest

from kpicore.errors import DataError
from kpicore.io.parquetfile import ParquetReader


def test_cells_keep_their_types(tmp_path: Path) -> None:
    path = tmp_path / "figures[1].parquet"
    frame = polars.DataFrame(
        {
            "employee": [7, 8],
            "rate": polars.Series([Decimal("0.95"), None], dtype=polars.Decimal(10, 2)),
            "seconds": [1.5, 2.0],
            "late": [True, None],
            " day ": [datetime.date(2024, 3, 1), None],
        }
    )
    frame.write_parquet(path)
    (table,) = ParquetReader().read(path)
    assert list(table.columns) == ["employee", "rate", "seconds", "late", "day"]
    assert list(table.rows) == [
        (2, (7, Decimal("0.95"), 1.5, True, datetime.date(2024, 3, 1))),
        (3, (8, None, 2.0, None, None)),
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is empty."),
        (b"employee,payers\nE001,3\n", "it looks like a text, such as a CSV"),
        (b"PK\x03\x04" + bytes(40), "it looks like an Excel workbook"),
        (b"PAR1" + bytes(40), "The Parquet file is cut off."),
        (b"PAR1" + bytes(40) + b"PAR1", "The Parquet file is damaged"),
        (b"PAR1" + b"\xff" * 400 + b"PAR1", "The Parquet file is damaged"),
    ],
)
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "figures.parquet"
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        list(ParquetReader().read(path))
    (problem,) = caught.value.problems
    assert words in problem.message
    assert problem.place.file == str(path)
    assert problem.hint
