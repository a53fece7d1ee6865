"""Made-up people for `ecommerce/agent-indicators`, most of them near a break or on a rounding tie."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

Facts = dict[str, Any]

CENT = Decimal("0.01")
_RATIOS = {
    ("payers", "inquirers"): (7500, 6500, 5000),
    ("orders_paid", "orders_placed"): (9200, 8500, 7200),
    ("chats_replied", "chats_received"): (9900, 9700, 9500),
    ("refunds", "deals"): (200, 500, 800),
}
_TICKET_BREAKS = (11200, 10800, 10600)
_RESPONSE_BREAKS = (3000, 4500, 5500)


def made_up(count: int, seed: int) -> list[Facts]:
    """So many people's figures, as a database gives them: whole numbers, and Decimals with two places."""
    chance = random.Random(seed)
    return [_person(chance) for _ in range(count)]


def _person(chance: random.Random) -> Facts:
    facts: Facts = {}
    for (top, bottom), breaks in _RATIOS.items():
        facts[top], facts[bottom] = _ratio(chance, chance.choice(breaks))
    facts |= _ticket(chance, chance.choice(_TICKET_BREAKS))
    facts["response_seconds"] = _response(chance, chance.choice(_RESPONSE_BREAKS)) * CENT
    return facts


def _ratio(chance: random.Random, end: int) -> tuple[int, int]:
    """A count and what it is of; `end` is a break in ten-thousandths."""
    match chance.randrange(4):
        case 0:  # anything
            bottom = chance.randint(1, 3000)
            return chance.randint(0, bottom), bottom
        case 1:  # half a ten-thousandth beside a whole one, near the break
            half = chance.choice((1, 1, 2, 3))
            return (2 * (end + chance.randint(-2, 1)) + 1) * half, 20_000 * half
        case 2:  # on the break, or one count beside it
            bottom = 100 * chance.randint(1, 60)
            return max(0, end * bottom // 10_000 + chance.choice((-1, 0, 0, 1))), bottom
        case _:  # as near to the break as whole counts come
            bottom = chance.randint(20, 4000)
            return max(0, end * bottom // 10_000 + chance.choice((0, 1))), bottom


def _ticket(chance: random.Random, end: int) -> Facts:
    """What buyers spend with the agent, against the shop; `end` is a break in ten-thousandths."""
    shop_buyers = chance.randint(500, 20_000)
    pairs = chance.randint(1, 200)
    if chance.random() < 0.5:  # the shop's buyers spend 100.00 each, so that ties and breaks can be met to the cent
        shop_sales = shop_buyers * Decimal("100.00")
        cents = pairs * (2 * (end + chance.randint(-2, 1)) + chance.choice((0, 1, 1)))
        agent_sales = (cents + chance.choice((-1, 0, 0, 0, 1))) * CENT
    else:
        shop_sales = chance.randint(1_000_000, 400_000_000) * CENT
        spent = shop_sales / shop_buyers * 2 * pairs * end / 10_000
        agent_sales = (spent * Decimal(chance.choice(("0.9", "1", "1", "1.1")))).quantize(CENT)
    return {
        "agent_sales": agent_sales,
        "agent_buyers": 2 * pairs,
        "shop_sales": shop_sales,
        "shop_buyers": shop_buyers,
    }


def _response(chance: random.Random, end: int) -> int:
    """Hundredths of a second; a tie is 5 of them beside a whole tenth."""
    if chance.random() < 0.3:
        return chance.randint(500, 9000)
    return end + chance.choice((-10, -5, -1, 0, 1, 4, 5, 6, 10))
