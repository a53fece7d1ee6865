"""Chance by columns: a number from 0 to 2^64 for each of many counters, the same on every machine, in Polars alone.

The steps are those of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014), whose
state after n draws is a multiple of n; so each counter has its number whatever was drawn before it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

_ROUND = 1 << 64
_STRIDE = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def mixed(counter: polars.Expr, *purpose: object) -> polars.Expr:
    """A number for each value of a column of UInt64. Those of another purpose (texts, numbers) have nothing to do
    with them."""
    told = "/".join(map(str, purpose)).encode()
    state = counter * _whole(_STRIDE) + _whole(int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big"))
    state = (state ^ state // _whole(1 << 30)) * _whole(_FIRST)
    state = (state ^ state // _whole(1 << 27)) * _whole(_SECOND)
    return state ^ state // _whole(1 << 31)


def one_of(counter: polars.Expr, count: int, *purpose: object) -> polars.Expr:
    """A place from 0 to count - 1 for each value of the column."""
    import polars

    return (mixed(counter, *purpose) % _whole(count)).cast(polars.UInt32)


def happens(counter: polars.Expr, share: float, *purpose: object) -> polars.Expr:
    """For each value of the column, whether it is among this share of all; the share is below 1."""
    return mixed(counter, *purpose) < _whole(int(share * _ROUND))


def _whole(value: int) -> polars.Expr:
    import polars

    return polars.lit(value % _ROUND, dtype=polars.UInt64)
