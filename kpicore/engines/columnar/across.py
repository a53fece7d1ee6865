"""Looks across people, in columns: ranks, sums and means over groups of rows, and portions of an amount."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import polars as pl
from numpy.typing import NDArray

from kpicore.beside import beside
from kpicore.engines.columnar.lines import MISSING, UNREADABLE, flags
from kpicore.engines.columnar.look import Asked, gravest, order_key, whole
from kpicore.engines.columnar.term import Carrier, Expr, Ints, Number, TooWideError, same, times, widest
from kpicore.formula.node import RANKS, Across, Along, Crossing, Portion, Within

_ROW = "#at"
_ROOM = 1 << 15
"""So many numbers fit a processor's cache, several times."""

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


def keys(within: Within) -> list[str]:
    """The columns by which rows are grouped."""
    return ["#period", "#team"] if within == "team" else ["#period"]


def ranks(looks: Sequence[tuple[Along | Crossing, Sequence[Asked]]], frame: pl.DataFrame) -> list[pl.Series | None]:
    """The ranks of those of these looks that are for ranks, several at once; None for the others."""
    run = beside(frame.height)
    begun = [
        run(_ranked, look, *given, frame) if isinstance(look, Across) and look.way in RANKS else None
        for look, given in looks
    ]
    return [None if each is None else each() for each in begun]


def across(
    node: Across, arg: Asked, among: Asked, frame: pl.DataFrame, name: str, ranked: pl.Series | None
) -> tuple[pl.DataFrame, Number]:
    """The frame with the columns of a look across people, and the term over them; `ranked` are its ranks, if it is for
    these."""
    group = keys(node.within)
    number = arg.stored()
    assert isinstance(number, Number)
    rows = _about(frame)
    if ranked is not None:
        frame = frame.with_columns(ranked.alias(f"{name}.n"))
        return frame, Number(Fraction(1), Ints(pl.col(f"{name}.n"), 1, rows + 1, "i64"), None, number.absent)
    takes = _taking(arg, among)
    heads = takes.cast(pl.Int64).sum().over(group)
    if node.way == "count":
        frame = frame.with_columns(heads.alias(f"{name}.n"))
        return frame, Number(Fraction(1), Ints(pl.col(f"{name}.n"), 0, rows, "i64"))
    if number.n is None and number.d is None:
        number = Number(number.factor, same(1))
    return _gathered(node, number, takes, heads, frame, name)


def _gathered(
    node: Across, number: Number, takes: Expr, heads: Expr, frame: pl.DataFrame, name: str
) -> tuple[pl.DataFrame, Number]:
    """Sum, mean, least or greatest of those who take part."""
    group, ints, rows = keys(node.within), whole(number), _about(frame)
    n, d, a = (pl.col(f"{name}.{part}") for part in "nda")
    if node.way in ("least", "greatest"):
        most = (node.way == "greatest") == (number.factor > 0)
        present = pl.when(takes).then(ints.expr)
        found = (present.max() if most else present.min()).over(group)
        frame = frame.with_columns(found.alias(f"{name}.n"))
        absent = pl.when(n.is_null()).then(flags(MISSING)).otherwise(flags(0))
        frame = frame.with_columns(absent.alias(f"{name}.a"), n.fill_null(0))
        low, high = min(ints.low, 0), max(ints.high, 0)
        return frame, Number(number.factor, Ints(n, low, high, ints.carrier), None, a)
    low, high = min(ints.low * rows, 0), max(ints.high * rows, 0)
    size = max(ints.size * rows, 1)
    carrier: Carrier = widest(size, "f64" if ints.carrier == "f64" else "i64")
    taken = pl.when(takes).then(ints.as_(carrier)).otherwise(0)
    frame = frame.with_columns(taken.sum().over(group).alias(f"{name}.n"))
    total = Ints(n, low, high, carrier)
    if node.way == "sum":
        return frame, Number(number.factor, total)
    frame = frame.with_columns(heads.alias(f"{name}.d"))
    frame = frame.with_columns(
        pl.when(d == 0).then(flags(MISSING)).otherwise(flags(0)).alias(f"{name}.a"), pl.max_horizontal(d, pl.lit(1))
    )
    return frame, Number(number.factor, total, Ints(d, 1, max(rows, 1), "i64"), a)


def _about(frame: pl.DataFrame) -> int:
    """As many rows or more: a bound that holds for many other tables too."""
    return int((1 << frame.height.bit_length()) - 1)


def _taking(arg: Asked, among: Asked) -> Expr:
    """Which rows take part in a look."""
    return among.present & pl.col(f"{among.name}.v") & arg.present


def _ranked(node: Across, arg: Asked, among: Asked, frame: pl.DataFrame) -> pl.Series:
    """1 and how many of those who take part are better, for every row."""
    number, group = arg.stored(), keys(node.within)
    assert isinstance(number, Number)
    key = order_key(number)
    if number.d is None and (number.n is None or number.n.carrier != "i128"):
        key = key.cast(pl.Int64, wrap_numerical=True)
    table = frame.select(*group, key=key, takes=_taking(arg, among))
    return _by_place(table, group, node.way == "rank_high")


def _by_place(table: pl.DataFrame, group: list[str], high: bool) -> pl.Series:
    """The ranks by sorting whole numbers below 2**63 with the group in their first bits and the key in the others:
    keys, and then groups, are numbered anew where they are too large for that."""
    if not table.height:
        return pl.Series([], dtype=pl.Int64)
    key, code = table["key"].fill_null(0), pl.col("#period").cast(pl.Int64)
    groups = _ends(table["#period"])[1] + 1
    if len(group) > 1:
        teams = _ends(table["#team"])[1] + 1
        code, groups = code * teams + pl.col("#team").cast(pl.Int64), groups * teams
    least, most = _ends(key) if key.dtype == pl.Int64 else (0, 2**63)
    if (most - least).bit_length() + groups.bit_length() > 63:
        key = key.rank("dense").cast(pl.Int64)
        least, most = _ends(key)
    bits, worth = (most - least).bit_length(), pl.lit(key)
    if bits + groups.bit_length() > 63:
        code, groups = code.rank("dense").cast(pl.Int64), table.height + 1
    place = table.select(place=code * 2**bits + (most - worth if high else worth - least))["place"]
    takes = table["takes"]
    return pl.Series(_ranks(place.to_numpy(), bits, None if takes.all() else takes.to_numpy()))


def _ranks(place: Whole, bits: int, taking: Flags | None = None) -> Whole:
    """For each place 1 and how many of its group who take part come before it; groups are told apart by what stands
    above so many bits.

    What comes after sorting is done with as many at a time as fit a processor's cache: to get memory for all of them is
    slower than to reckon.
    """
    ordered, row, below = _sorted(place)
    found = np.empty(len(place), dtype=np.int64)
    value = group = count = 0
    for start in range(0, len(place), _ROOM):
        some = ordered[start : start + _ROOM]
        at = some & ((1 << below) - 1) if row is None else row[start : start + _ROOM]
        changes = some.copy()
        changes[1:] ^= some[:-1]
        changes[0] = changes[0] ^ ordered[start - 1] if start else -1
        before = np.arange(start, start + len(some))
        if taking is not None:
            counted = taking[at].astype(np.int64)
            before = np.cumsum(counted) - counted + count
            count = int(before[-1] + counted[-1])
        firsts = _since(changes, 1 << below, before, value)
        starts = _since(changes, 1 << below + bits, before, group)
        value, group = int(firsts[-1]), int(starts[-1])
        firsts -= starts
        firsts += 1
        found[at] = firsts
    return found


def _sorted(place: Whole) -> tuple[Whole, Whole | None, int]:
    """Whole numbers from 0 up in order, the rows in which they stood, and 0. Quicker is one array of both, the rows in
    the last bits, where 64 bits hold them: then that in order, None, and how many bits these are."""
    bits = len(place).bit_length()
    if int(place.max()).bit_length() + bits > 63:
        row = np.argsort(place)
        return place[row], row, 0
    both = place << bits
    for start in range(0, len(place), _ROOM):
        some = both[start : start + _ROOM]
        some |= np.arange(start, start + len(some))
    both.sort()
    return both, None, bits


def _ends(values: pl.Series) -> tuple[int, int]:
    return int(values.min()), int(values.max())  # type: ignore[arg-type]


def _since(changes: Whole, from_: int, before: Whole, carried: int) -> Whole:
    """How many of those who take part come before the first of the rows that are alike, of sorted ones: alike are those
    in which nothing from one bit on has changed; `carried` is that of the last row before them."""
    first = np.where((changes >= from_) | (changes < 0), before, carried)
    found: Whole = np.maximum.accumulate(first, out=first)
    return found


def portion(
    node: Portion, amount: Asked, weight: Asked, among: Asked, frame: pl.DataFrame, name: str
) -> tuple[pl.DataFrame, Number]:
    """The frame with the column of everybody's part of an amount, and the term over it.

    `amount` is rounded to the places of the portions already.
    """
    group = keys(node.within)
    takes = _taking(weight, among)
    money, share = amount.stored(), weight.stored()
    assert isinstance(money, Number)
    assert isinstance(share, Number)
    units = _whole_units(money, node.places)
    parts = same(1 if share.factor else 0) if share.n is None else whole(share)
    if share.d is not None or parts.low < 0 or share.factor < 0:
        raise TooWideError
    exact = times(units, parts)
    assert exact is not None
    carrier: Carrier = widest(max(exact.size, parts.size * max(_about(frame), 1), units.size), "i64")
    table = frame.select(
        *group,
        "#who",
        takes=takes,
        amount=units.as_(carrier).abs(),
        sign=pl.when(units.expr < 0).then(-1).otherwise(1).cast(pl.Int64),
        lacks=flags(0) if money.absent is None else gravest(money.absent),
        weight=pl.when(takes).then(parts.as_(carrier)).otherwise(0),
        weightless=flags(0) if share.absent is None else share.absent,
    ).with_row_index(_ROW)
    frame = frame.with_columns(_shared(table, group, name).get_columns())
    n = Ints(pl.col(f"{name}.n"), -units.size, units.size, carrier)
    return frame, Number(Fraction(1, 10**node.places), n, None, pl.col(f"{name}.a"))


def _shared(table: pl.DataFrame, group: list[str], name: str) -> pl.DataFrame:
    """Everybody's units, and why there are none, in the order of the rows."""
    told = pl.when(pl.col("lacks") > 0).then(pl.lit(0)).otherwise(pl.col("sign") * pl.col("amount"))
    table = table.with_columns(told=told.cast(pl.Int128))
    part = pl.col("takes")
    table = table.with_columns(
        total=pl.col("weight").sum().over(group),
        least=pl.when(part).then(pl.col("told")).min().over(group),
        most=pl.when(part).then(pl.col("told")).max().over(group),
        fewest=pl.when(part).then(pl.col("lacks")).min().over(group),
        lacking=pl.when(part).then(pl.col("lacks")).max().over(group),
    )
    differ = (pl.col("least") != pl.col("most")) | (pl.col("fewest") != pl.col("lacking"))
    total = pl.when(pl.col("total") == 0).then(1).otherwise(pl.col("total"))
    table = table.with_columns(whole=(pl.col("amount") * pl.col("weight")) // total)
    table = table.with_columns(
        rest=pl.col("amount") * pl.col("weight") - pl.col("whole") * total,
        left=pl.when(pl.col("total") == 0).then(0).otherwise(pl.col("amount") - pl.col("whole").sum().over(group)),
    )
    order = [*group, "takes", "rest", "#who", _ROW]
    table = table.sort(order, descending=[*(False for _ in group), True, True, False, False])
    place = pl.int_range(pl.len()).over(group)
    given = pl.col("whole") + (part & (place < pl.col("left"))).cast(pl.Int64)
    absent = (
        pl.when(~part)
        .then(pl.col("weightless"))
        .when(differ)
        .then(flags(UNREADABLE))
        .otherwise(pl.col("lacking"))
        .cast(pl.UInt8)
    )
    n = pl.when(part).then(given * pl.col("sign")).otherwise(0)
    return (
        table.with_columns(n.alias(f"{name}.n"), absent.alias(f"{name}.a")).sort(_ROW).select(f"{name}.n", f"{name}.a")
    )


def _whole_units(money: Number, places: int) -> Ints:
    """The units of an amount that is rounded to so many places."""
    if money.n is None:
        return same(int(money.factor * 10**places))
    return whole(money).times(int(money.factor * 10**places))
