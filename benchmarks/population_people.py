"""Made-up people from a seed, as a data frame: half of the figures lie on a break, beside one, or on a rounding tie.

Everything is drawn as whole numbers (counts, cents, hundredths); money and lengths of time become floats at the very
end, each the one that is nearest to its two decimals, as a file or a database gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
Columns = dict[str, Ints | npt.NDArray[np.bool_]]

TEAM = 20
"""So many people a team, on average."""


def frame(sheet: str, count: int, seed: int) -> pl.DataFrame:
    """So many people for a sheet: employee, team, and its figures. Counts are Int64, the others Float64 or Boolean."""
    chance = np.random.default_rng([seed, count])
    hundredths, tenths, make = _MAKERS[sheet]
    names = {
        "employee": _numbered("E", np.arange(1, count + 1), 8),
        "team": _numbered("T", _whole(chance, count, 1, max(1, count // TEAM)), 6),
    }
    series = []
    for name, values in make(chance, count).items():
        parts = 100 if name in hundredths else 10 if name in tenths else 1
        series.append(pl.Series(name, values if parts == 1 else values / parts))
    return pl.DataFrame([*(pl.Series(name, values) for name, values in names.items()), *series])


def _numbered(letter: str, numbers: Ints, digits: int) -> pl.Series:
    return pl.select(pl.lit(letter) + pl.Series(numbers).cast(pl.String).str.zfill(digits)).to_series()


def _whole(chance: np.random.Generator, count: int, least: int, most: int) -> Ints:
    return chance.integers(least, most, count, endpoint=True)


def _of(chance: np.random.Generator, count: int, choices: Sequence[int]) -> Ints:
    return np.asarray(choices, dtype=np.int64)[chance.integers(0, len(choices), count)]


def _share(
    chance: np.random.Generator, count: int, ends: Sequence[int], span: tuple[int, int], scale: int = 1
) -> tuple[Ints, Ints]:
    """A figure and what it is of. `ends` are breaks, `span` where the others lie, both in ten-thousandths.

    `scale` makes the lower figure so much larger where it need not be small: 1 for counts.
    """
    end = _of(chance, count, ends)
    way = chance.integers(0, 8, count)
    free_bottom = _whole(chance, count, 20, 4000) * scale + (scale > 1) * _whole(chance, count, 0, scale)
    free_top = free_bottom * _whole(chance, count, *span) // 10_000
    half = _of(chance, count, (1, 1, 2, 3))
    tie_top, tie_bottom = (2 * (end + _whole(chance, count, -2, 1)) + 1) * half, 20_000 * half
    round_bottom = 100 * _whole(chance, count, 1, 60)
    round_top = end * round_bottom // 10_000 + _of(chance, count, (-1, 0, 0, 1))
    near_top = end * free_bottom // 10_000 + _of(chance, count, (0, 1))
    ways = [way < 4, way < 5, way < 7]
    top = np.select(ways, [free_top, tie_top, round_top], near_top)
    bottom = np.select(ways, [free_bottom, tie_bottom, round_bottom], free_bottom)
    return np.maximum(top, 0), bottom


def _beside(
    chance: np.random.Generator, count: int, ends: Sequence[int], steps: Sequence[int], span: tuple[int, int]
) -> Ints:
    """A figure that is a measure by itself: half of them near a break, the others anywhere."""
    near = _of(chance, count, ends) + _of(chance, count, steps)
    return np.maximum(np.where(chance.random(count) < 0.5, near, _whole(chance, count, *span)), 0)


def _spent(
    chance: np.random.Generator, buyers: Ints, shop_sales: Ints, shop_buyers: Ints, ends: Sequence[int]
) -> tuple[Ints, Ints]:
    """An agent's sales and the shop's, in cents; where the shop's buyers spend 100.00 each a tie can be met."""
    count = len(buyers)
    end = _of(chance, count, ends)
    even = chance.random(count) < 0.5
    doubled = 2 * (end + _whole(chance, count, -2, 1)) + _of(chance, count, (0, 1, 1))
    on_tie = buyers * doubled // 2 + _of(chance, count, (-1, 0, 0, 0, 1))
    anywhere = shop_sales // shop_buyers * buyers * end // 10_000 * _of(chance, count, (9, 10, 10, 11)) // 10
    return np.where(even, on_tie, anywhere), np.where(even, shop_buyers * 10_000, shop_sales)


def _agents(chance: np.random.Generator, count: int) -> Columns:
    found: Columns = {}
    for top, bottom, ends, span in (
        ("payers", "inquirers", (7500, 6500, 5000), (4500, 10_000)),
        ("orders_paid", "orders_placed", (9200, 8500, 7200), (7000, 10_000)),
        ("chats_replied", "chats_received", (9900, 9700, 9500), (9400, 10_000)),
        ("refunds", "deals", (200, 500, 800), (0, 900)),
    ):
        found[top], found[bottom] = _share(chance, count, ends, span)
    buyers = 2 * _whole(chance, count, 1, 200)
    shop_sales, shop_buyers = _whole(chance, count, 1_000_000, 400_000_000), _whole(chance, count, 500, 20_000)
    sales, shop_sales = _spent(chance, buyers, shop_sales, shop_buyers, (11_200, 10_800, 10_600))
    found |= {"agent_sales": sales, "agent_buyers": buyers, "shop_sales": shop_sales, "shop_buyers": shop_buyers}
    found["response_seconds"] = _beside(chance, count, (300, 450, 550), (-1, 0, 0, 1), (50, 900))
    return found


def _larger(chance: np.random.Generator, count: int) -> Columns:
    found = _trade(chance, count)
    for top, bottom, ends, span in (
        ("new_customers", "new_target", (5000, 12_000, 9000), (4000, 13_000)),
        ("offers_followed", "offers", (9500, 8500), (8000, 10_000)),
        ("chats_replied", "chats_received", (9900, 9700, 9500), (9400, 10_000)),
        ("solved_first", "contacts", (6000, 9000, 8000), (5500, 10_000)),
        ("refunds", "deals", (200, 500, 800), (0, 900)),
        ("returned", "delivered", (500, 100, 200), (0, 600)),
    ):
        found[top], found[bottom] = _share(chance, count, ends, span)
    ties = (-6, -5, -1, 0, 0, 1, 4, 5)
    found["response_seconds"] = _beside(chance, count, (3000, 4500, 5500), ties, (500, 7000))
    found["delivery_hours"] = _beside(chance, count, (2400, 4800, 7200), ties, (1000, 8000))
    found["training_hours"] = _beside(chance, count, (800, 400), ties, (100, 1200))
    found["survey"] = _beside(chance, count, (8500, 9010, 8030, 9970), (-1, 0, 0, 1), (7000, 10_000))
    found["audit"] = _beside(chance, count, (9000, 9025, 8475), (0, 0, 50), (5000, 10_000))
    for name, counts in (
        ("referred", (0, 1, 2, 3, 4, 5)),
        ("complaints", (0, 0, 1, 1, 2, 3, 4, 5)),
        ("late_days", (0, 0, 1, 2, 5, 6, 7)),
        ("stock_errors", (0, 1, 2, 3)),
        ("safety_breaches", (0,) * 15 + (1,)),
    ):
        found[name] = _of(chance, count, counts)
    for name in ("display_tidy", "prices_complete", "stocktake_done"):
        found[name] = chance.random(count) < 0.8
    return found


def _trade(chance: np.random.Generator, count: int) -> Columns:
    """Orders, and what hangs on their sales: the target, the profit, the discounts."""
    orders, visitors = _share(chance, count, (3000, 2200, 1500), (1200, 4000))
    orders = np.maximum(orders, 1)
    shop_sales, shop_orders = _whole(chance, count, 10_000_000, 400_000_000), _whole(chance, count, 500, 20_000)
    sales, shop_sales = _spent(chance, orders, shop_sales, shop_orders, (11_200, 10_000, 9000))
    sales = np.maximum(np.where(chance.random(count) < 0.3, sales // 1_000_000 * 1_000_000, sales), 20_000)
    end = _of(chance, count, (10_000, 10_000, 9000, 8000, 6000))
    target = sales * 10_000 // end + _of(chance, count, (-1, 0, 0, 1, 9999))
    doubled = 2 * _of(chance, count, (2000, 1600, 1400, 800)) + _of(chance, count, (-1, 0, 1, 399))
    profit = sales * doubled // 20_000 + _of(chance, count, (0, 0, 1))
    discounts = sales * _of(chance, count, (700, 700, 300, 100, 100, 100)) // 10_000
    discounts = np.maximum(discounts + _of(chance, count, (0, 0, 0, 0, 0, -1, 1)), 0)
    collected, invoiced = _share(chance, count, (10_000, 9010, 9990), (8000, 10_000), scale=1000)
    return {
        "sales": sales,
        "sales_target": target,
        "gross_profit": profit,
        "visitors": visitors,
        "orders": orders,
        "shop_sales": shop_sales,
        "shop_orders": shop_orders,
        "invoiced": invoiced,
        "collected": np.minimum(collected, invoiced),
        "discounts": discounts,
    }


_MONEY = frozenset(
    ("sales", "sales_target", "gross_profit", "shop_sales", "invoiced", "collected", "discounts", "agent_sales")
)
_MAKERS: Mapping[str, tuple[frozenset[str], frozenset[str], Callable[[np.random.Generator, int], Columns]]] = {
    "agents": (_MONEY, frozenset({"response_seconds"}), _agents),
    "sheet24": (
        _MONEY | {"response_seconds", "delivery_hours", "training_hours", "survey", "audit"},
        frozenset(),
        _larger,
    ),
}
