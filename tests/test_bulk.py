"""Files piece by piece: every row once, in the file's order, and no group of rows unpacked twice without need."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import kpicore
from kpicore.bulk import ALL, ahead, frames, score_file
from kpicore.sample import sample_frame


def _file(folder: Path, rows: int, group: int) -> Path:
    path = folder / "figures.parquet"
    pl.DataFrame({"employee": [f"E{number}" for number in range(rows)], "x": range(rows)}).write_parquet(
        path, row_group_size=group
    )
    return path


@pytest.mark.parametrize(
    ("rows", "group", "size", "heights"),
    [
        (1000, 100, 250, [200] * 5),  # pieces end with groups
        (1010, 100, 250, [200] * 5 + [10]),
        (1000, 250, 250, [250] * 4),
        (1000, 300, 250, [250] * 4),  # a group is longer than a piece
        (1000, 1000, 250, [250] * 4),
        (30, 10, 250, [30]),
        (250, 100, 250, [200, 50]),
        (1000, 100, ALL, [1000]),
        (0, 100, 250, []),
    ],
)
def test_every_row_comes_once_in_pieces_that_end_with_groups(
    tmp_path: Path, rows: int, group: int, size: int, heights: list[int]
) -> None:
    pieces = [*ahead(frames(_file(tmp_path, rows, group), size))]
    assert [piece.height for piece in pieces] == heights
    assert [number for piece in pieces for number in piece["x"].to_list()] == [*range(rows)]


def test_groups_of_different_lengths_lose_no_row(tmp_path: Path) -> None:
    path = tmp_path / "figures.parquet"
    parts = [pl.DataFrame({"x": range(start, stop)}) for start, stop in ((0, 70), (70, 75), (75, 260), (260, 300))]
    lazy = pl.concat([part.lazy() for part in parts])
    lazy.sink_parquet(path, row_group_size=90)
    for size in (50, 80, 100, 200):
        assert [x for piece in frames(path, size) for x in piece["x"].to_list()] == [*range(300)]


@pytest.mark.parametrize("scheme", ["ecommerce/agent-pk", "ecommerce/agent-indicators"])
def test_results_are_written_in_groups_whether_or_not_all_rows_are_taken_at_once(tmp_path: Path, scheme: str) -> None:
    loaded = kpicore.load().scheme(scheme)
    sample_frame(loaded.newest, people=250).write_parquet(tmp_path / "figures.parquet", row_group_size=40)
    run = score_file(loaded, tmp_path / "figures.parquet", tmp_path / "results.parquet", piece=100)
    groups = [len(group) for group in pl.read_parquet(tmp_path / "results.parquet").to_series(0).get_chunks()]
    assert sum(groups) == len(run) >= 250 and 40 < max(groups) <= 100


def test_a_file_of_rows_without_columns_is_told(tmp_path: Path) -> None:
    pl.DataFrame(height=5).write_parquet(tmp_path / "figures.parquet")
    assert [piece.height for piece in frames(tmp_path / "figures.parquet", 3)] == [3, 2]
    scheme = kpicore.load().scheme("ecommerce/agent-indicators")
    with pytest.raises(kpicore.DataError, match="no column employee"):
        scheme.score_file(tmp_path / "figures.parquet", tmp_path / "results.parquet", period="2024-03")
