"""The sheet `ecommerce/agent-indicators` written out by hand: in Decimal, and in whole numbers.

What a careful payroll programmer would write who has this one sheet, and figures that are never blank, never wrong and
never divide by zero. Nothing here is read, checked or explained; that is what it is held against.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Facts = Mapping[str, Any]

FOUR, TWO, ONE = Decimal("0.0001"), Decimal("0.01"), Decimal("0.1")
HUNDRED, EIGHTY, SIXTY, NONE = Decimal("100.00"), Decimal("80.00"), Decimal("60.00"), Decimal("0.00")


def _higher(measure: Decimal, best: Decimal, good: Decimal, fair: Decimal) -> Decimal:
    return HUNDRED if measure >= best else EIGHTY if measure >= good else SIXTY if measure >= fair else NONE


def _lower(measure: Decimal, best: Decimal, good: Decimal, fair: Decimal) -> Decimal:
    return HUNDRED if measure <= best else EIGHTY if measure <= good else SIXTY if measure <= fair else NONE


INQUIRY = Decimal("0.75"), Decimal("0.65"), Decimal("0.50")
PAYMENT = Decimal("0.92"), Decimal("0.85"), Decimal("0.72")
TICKET = Decimal("1.12"), Decimal("1.08"), Decimal("1.06")
REPLY = Decimal("0.99"), Decimal("0.97"), Decimal("0.95")
RESPONSE = Decimal(30), Decimal(45), Decimal(55)
REFUND = Decimal("0.02"), Decimal("0.05"), Decimal("0.08")


def in_decimal(facts: Facts) -> dict[str, Any]:
    """All measures, points and scores, the total and the grade.

    The 28 digits of the usual context are enough: a quotient over d that is no tie at four decimals is 1 / 20000 d away
    from one, and d stays far under 10^20.
    """
    inquiry = (Decimal(facts["payers"]) / facts["inquirers"]).quantize(FOUR, ROUND_HALF_UP)
    payment = (Decimal(facts["orders_paid"]) / facts["orders_placed"]).quantize(FOUR, ROUND_HALF_UP)
    ticket = (facts["agent_sales"] * facts["shop_buyers"] / (facts["agent_buyers"] * facts["shop_sales"])).quantize(
        FOUR, ROUND_HALF_UP
    )
    reply = (Decimal(facts["chats_replied"]) / facts["chats_received"]).quantize(FOUR, ROUND_HALF_UP)
    response = facts["response_seconds"].quantize(ONE, ROUND_HALF_UP)
    refund = (Decimal(facts["refunds"]) / facts["deals"]).quantize(FOUR, ROUND_HALF_UP)

    inquiry_points = _higher(inquiry, *INQUIRY)
    payment_points = _higher(payment, *PAYMENT)
    ticket_points = _higher(ticket, *TICKET)
    reply_points = _higher(reply, *REPLY)
    response_points = _lower(response, *RESPONSE)
    refund_points = _lower(refund, *REFUND)

    inquiry_score = (inquiry_points * 35 / 100).quantize(TWO, ROUND_HALF_UP)
    payment_score = (payment_points * 20 / 100).quantize(TWO, ROUND_HALF_UP)
    ticket_score = (ticket_points * 10 / 100).quantize(TWO, ROUND_HALF_UP)
    reply_score = (reply_points * 5 / 100).quantize(TWO, ROUND_HALF_UP)
    response_score = (response_points * 5 / 100).quantize(TWO, ROUND_HALF_UP)
    refund_score = (refund_points * 25 / 100).quantize(TWO, ROUND_HALF_UP)

    total = inquiry_score + payment_score + ticket_score + reply_score + response_score + refund_score
    return {
        "total": total,
        "grade": "A" if total >= 90 else "B" if total >= 80 else "C" if total >= 60 else "D",
        "indicators": {
            "inquiry_conversion": {"measure": inquiry, "points": inquiry_points, "score": inquiry_score},
            "payment_rate": {"measure": payment, "points": payment_points, "score": payment_score},
            "ticket_ratio": {"measure": ticket, "points": ticket_points, "score": ticket_score},
            "reply_rate": {"measure": reply, "points": reply_points, "score": reply_score},
            "response_time": {"measure": response, "points": response_points, "score": response_score},
            "refund_rate": {"measure": refund, "points": refund_points, "score": refund_score},
        },
    }


def in_whole_numbers(facts: Facts) -> dict[str, Any]:
    """The same in units of the last place: 6500 for 65.00 %, 2800 for 28.00 points."""
    inquiry = _ratio(facts["payers"], facts["inquirers"])
    payment = _ratio(facts["orders_paid"], facts["orders_placed"])
    ticket = _ratio(
        int(facts["agent_sales"] * 100) * facts["shop_buyers"], int(facts["shop_sales"] * 100) * facts["agent_buyers"]
    )
    reply = _ratio(facts["chats_replied"], facts["chats_received"])
    response = (int(facts["response_seconds"] * 100) + 5) // 10
    refund = _ratio(facts["refunds"], facts["deals"])

    inquiry_points = 10000 if inquiry >= 7500 else 8000 if inquiry >= 6500 else 6000 if inquiry >= 5000 else 0
    payment_points = 10000 if payment >= 9200 else 8000 if payment >= 8500 else 6000 if payment >= 7200 else 0
    ticket_points = 10000 if ticket >= 11200 else 8000 if ticket >= 10800 else 6000 if ticket >= 10600 else 0
    reply_points = 10000 if reply >= 9900 else 8000 if reply >= 9700 else 6000 if reply >= 9500 else 0
    response_points = 10000 if response <= 300 else 8000 if response <= 450 else 6000 if response <= 550 else 0
    refund_points = 10000 if refund <= 200 else 8000 if refund <= 500 else 6000 if refund <= 800 else 0

    inquiry_score = (inquiry_points * 35 + 50) // 100
    payment_score = (payment_points * 20 + 50) // 100
    ticket_score = (ticket_points * 10 + 50) // 100
    reply_score = (reply_points * 5 + 50) // 100
    response_score = (response_points * 5 + 50) // 100
    refund_score = (refund_points * 25 + 50) // 100

    total = inquiry_score + payment_score + ticket_score + reply_score + response_score + refund_score
    return {
        "total": total,
        "grade": "A" if total >= 9000 else "B" if total >= 8000 else "C" if total >= 6000 else "D",
        "indicators": {
            "inquiry_conversion": {"measure": inquiry, "points": inquiry_points, "score": inquiry_score},
            "payment_rate": {"measure": payment, "points": payment_points, "score": payment_score},
            "ticket_ratio": {"measure": ticket, "points": ticket_points, "score": ticket_score},
            "reply_rate": {"measure": reply, "points": reply_points, "score": reply_score},
            "response_time": {"measure": response, "points": response_points, "score": response_score},
            "refund_rate": {"measure": refund, "points": refund_points, "score": refund_score},
        },
    }


def total_in_whole_numbers(facts: Facts) -> tuple[int, str]:
    """Total, in hundredths, and grade alone; what the bands award is multiplied out."""
    inquiry = _ratio(facts["payers"], facts["inquirers"])
    payment = _ratio(facts["orders_paid"], facts["orders_placed"])
    ticket = _ratio(
        int(facts["agent_sales"] * 100) * facts["shop_buyers"], int(facts["shop_sales"] * 100) * facts["agent_buyers"]
    )
    reply = _ratio(facts["chats_replied"], facts["chats_received"])
    response = (int(facts["response_seconds"] * 100) + 5) // 10
    refund = _ratio(facts["refunds"], facts["deals"])
    total = (
        (3500 if inquiry >= 7500 else 2800 if inquiry >= 6500 else 2100 if inquiry >= 5000 else 0)
        + (2000 if payment >= 9200 else 1600 if payment >= 8500 else 1200 if payment >= 7200 else 0)
        + (1000 if ticket >= 11200 else 800 if ticket >= 10800 else 600 if ticket >= 10600 else 0)
        + (500 if reply >= 9900 else 400 if reply >= 9700 else 300 if reply >= 9500 else 0)
        + (500 if response <= 300 else 400 if response <= 450 else 300 if response <= 550 else 0)
        + (2500 if refund <= 200 else 2000 if refund <= 500 else 1500 if refund <= 800 else 0)
    )
    return total, "A" if total >= 9000 else "B" if total >= 8000 else "C" if total >= 6000 else "D"


def _ratio(top: int, bottom: int) -> int:
    """top / bottom in ten-thousandths, half up."""
    return (20000 * top + bottom) // (2 * bottom)
