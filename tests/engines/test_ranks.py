"""Ranks by sorting one column, against counting; the widths of numbers at which it takes another way."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from kpicore.engines.columnar import across
from kpicore.engines.columnar.across import _by_place, _sorted


@pytest.mark.parametrize("above", [10, 2**43, 2**44 - 1, 2**52, 2**62])
def test_numbers_and_the_rows_in_which_they_stood(above: int) -> None:
    chance = random.Random(above)
    values = [chance.choice([chance.randrange(above), above - 1, 0]) for _ in range(5_000)]
    ordered, rows, below = _sorted(np.array(values, dtype=np.int64))
    assert (rows is None) == (below > 0) == (max(values).bit_length() + len(values).bit_length() <= 63)
    assert (ordered >> below).tolist() == sorted(values)
    assert [values[row] for row in (ordered & ((1 << below) - 1) if rows is None else rows)] == sorted(values)


@pytest.mark.parametrize("room", [1, 7, 1 << 15])
@pytest.mark.parametrize("high", [True, False])
@pytest.mark.parametrize("group", [["#period"], ["#period", "#team"]], ids=["all", "team"])
@pytest.mark.parametrize(
    ("most", "apart"), [(2, 1), (10**6, 1), (2**61, 1), (2**63 - 1, 1), (10, 2**28), (2**62, 2**28)]
)
def test_a_rank_is_one_and_how_many_who_take_part_are_better(
    most: int, apart: int, group: list[str], high: bool, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(across, "_ROOM", room)
    chance = random.Random(most)
    for _ in range(15):
        count = chance.randint(1, 40)
        rows = [
            (
                chance.randint(0, 2) * apart,
                chance.randint(0, 3) * apart,
                chance.randint(-most, most),
                chance.random() < 0.7,
            )
            for _ in range(count)
        ]
        schema = {"#period": pl.Int64, "#team": pl.UInt32, "key": pl.Int64, "takes": pl.Boolean}
        found = _by_place(pl.DataFrame(rows, schema=schema, orient="row"), group, high)
        assert found.to_list() == [
            1
            + sum(
                takes and other[: len(group)] == mine[: len(group)] and (key > mine[2] if high else key < mine[2])
                for other in rows
                for key, takes in [other[2:]]
            )
            for mine in rows
        ]
