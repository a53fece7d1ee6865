"""How Polars is asked: the same columns, however many rows it takes at a time, and nothing copied that need not be."""

from __future__ import annotations

import polars as pl
import pytest
from support.stretches import in_stretches

from kpicore.query import columns_of, put_together

WORDS = pl.Series(["a", "b", "c"])


@pytest.mark.parametrize("rows", [0, 1, 100, 300_001])
def test_columns_are_those_of_each_row_in_its_order(rows: int) -> None:
    frame = pl.DataFrame({"x": pl.int_range(rows, eager=True), "unasked": pl.repeat("-", rows, eager=True)})
    stages = [[(pl.col("x") * 2).alias("~0")], [(pl.col("~0") + 1).alias("~1"), (pl.col("~0") % 3).alias("~2")]]
    asked = [pl.col("~1").alias("y"), pl.lit(7).alias("seven"), pl.lit(WORDS).gather(pl.col("~2")).alias("word")]
    found = columns_of(frame, asked, stages)
    assert found["y"].to_list() == [2 * x + 1 for x in range(rows)]
    assert found["seven"].to_list() == [7] * rows
    assert found["word"].to_list() == ["abc"[2 * x % 3] for x in range(rows)]


@pytest.mark.parametrize("rows", [0, 5, 300_001])
def test_constants_are_there_for_each_row(rows: int) -> None:
    found = columns_of(pl.DataFrame({"x": pl.int_range(rows, eager=True)}), [pl.lit(7).alias("seven")])
    assert found["seven"].to_list() == [7] * rows


def test_tests_can_ask_for_few_rows_at_a_time() -> None:
    frame = pl.DataFrame({"x": range(20)})
    assert columns_of(frame, [pl.col("x") + 1]).n_chunks() < 4
    with in_stretches(3):
        assert columns_of(frame, [pl.col("x") + 1]).n_chunks() > 4


def test_what_is_put_together_stays_where_it_is() -> None:
    parts = [pl.DataFrame({"a": [1], "c": ["x"]}), pl.DataFrame({"a": [2, 3], "c": ["y", "z"]})]
    frame = pl.concat(parts, rechunk=False).hstack([pl.Series("b", [4, 5, 6])])
    found = put_together(frame, [pl.lit("x").alias("d")], [*"abdc"])
    assert found.rows() == [(1, 4, "x", "x"), (2, 5, "x", "y"), (3, 6, "x", "z")]
    for name in "ab":
        assert _address(found[name]) == _address(frame[name])


def test_columns_that_are_put_together_may_be_given() -> None:
    more = [pl.lit(pl.Series([True, False])).alias("b"), pl.lit(None, dtype=pl.String).alias("c")]
    assert put_together(pl.DataFrame({"a": [1, 2], "z": 0}), more, [*"cba"]).rows() == [
        (None, True, 1),
        (None, False, 2),
    ]


def _address(series: pl.Series) -> int:
    first: int = series.get_chunks()[0].to_numpy(allow_copy=False).__array_interface__["data"][0]
    return first
