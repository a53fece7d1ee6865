"""What runs on Spark's workers, without Spark."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kpicore
from kpicore.engines.spark import problems, score
from kpicore.engines.spark.work import gathered, grouped, opened


def batches(keys: list[str | None], size: int) -> Iterator[pa.RecordBatch]:
    table = pa.table({"key": pa.array(keys, pa.string()), "place": pa.array(range(len(keys)), pa.int64())})
    yield from table.to_batches(max_chunksize=size)


def test_batches_are_gathered_until_they_are_many() -> None:
    assert [table.num_rows for table in gathered(batches(["a"] * 10, 3), 5)] == [6, 4]
    assert list(gathered(iter(()), 5)) == []


def keys_of(sizes: list[int]) -> list[str | None]:
    """Keys of which the first, None, comes so often, the next so often, and so on."""
    return [key for number, size in enumerate(sizes) for key in [f"k{number}" if number else None] * size]


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), max_size=8).map(keys_of), st.integers(1, 5), st.integers(1, 12))
def test_rows_with_one_key_stay_in_one_table(keys: list[str | None], size: int, most: int) -> None:
    tables = list(grouped(batches(keys, size), ["key"], most))
    assert [place for table in tables for place in table["place"].to_pylist()] == list(range(len(keys)))
    homes = [set(table["key"].to_pylist()) for table in tables]
    assert sum(map(len, homes)) == len(set(keys))
    largest = max((keys.count(key) for key in keys), default=0)
    assert all(table.num_rows <= 2 * (most + largest) + size for table in tables)


def test_without_keys_all_rows_come_in_one_table() -> None:
    assert [table.num_rows for table in grouped(batches(["a", "b"] * 5, 2), [], 3)] == [10]


def test_a_pickle_is_opened_once() -> None:
    data = pickle.dumps(["something"])
    assert opened(data) is opened(data)


def test_without_spark_its_install_line_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark", None)
    scheme = kpicore.load().scheme("ecommerce/agent-indicators")
    for call in (score, problems):
        with pytest.raises(kpicore.UsageError, match=r"Spark is not installed. Install it with: pip install"):
            call(object(), scheme)  # type: ignore[operator]
