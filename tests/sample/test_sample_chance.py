"""Chance by columns."""

from __future__ import annotations

import hashlib

import polars as pl

from kpicore.sample.chance import happens, mixed, one_of

MASK = (1 << 64) - 1


def by_hand(counter: int, purpose: str) -> int:
    start = int.from_bytes(hashlib.blake2b(purpose.encode(), digest_size=8).digest(), "big")
    state = (counter * 0x9E3779B97F4A7C15 + start) & MASK
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & MASK
    state = (state ^ state >> 27) * 0x94D049BB133111EB & MASK
    return state ^ state >> 31


def column(expression: pl.Expr, count: int = 20_000) -> list[int]:
    found = pl.select(pl.int_range(count, dtype=pl.UInt64).alias("n")).select(expression).to_series()
    return found.to_list()


def test_the_numbers_are_those_of_splitmix() -> None:
    assert column(mixed(pl.col("n"), "seed", 7), 100) == [by_hand(n, "seed/7") for n in range(100)]


def test_each_place_comes_as_often() -> None:
    found = column(one_of(pl.col("n"), 8, "place"))
    assert set(found) == set(range(8))
    assert all(2300 < found.count(place) < 2700 for place in range(8))


def test_a_share_happens() -> None:
    assert 900 < sum(column(happens(pl.col("n"), 0.05, "x"))) < 1100
    assert sum(column(happens(pl.col("n"), 0.0, "x"))) == 0


def test_another_purpose_gives_other_numbers() -> None:
    one, other = column(happens(pl.col("n"), 0.5, "x")), column(happens(pl.col("n"), 0.5, "y"))
    assert 9_500 < sum(a == b for a, b in zip(one, other, strict=True)) < 10_500
