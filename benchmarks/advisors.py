"""Made-up people for `auto/body-shop-advisor` with a month before and one a year ago, most figures near a break."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from attrs import frozen

Facts = dict[str, Any]

CENT = Decimal("0.01")
_COUNTS = {
    "bad_debts": 1,
    "complaints": 3,
    "five_s_findings": 5,
    "safety_findings": 3,
    "safety_accidents": 1,
    "intake_form_findings": 3,
    "claim_form_findings": 3,
    "late_deliveries": 3,
    "rework_jobs": 1,
    "uncooperative_jobs": 3,
    "unaccompanied_handovers": 1,
    "report_lapses": 3,
    "training_absences": 1,
    "renewals": 3,
}
"""Counts by where full marks, or the last of the points, end."""
_SATISFACTION = (9850, 9800, 9550, 9500, 9050, 9100, 8550, 8600, 7950, 8000)
_GAPS = (1000, 1500)

NAMES = (
    *_COUNTS,
    *("intake_value", "intake_value_target", "gross_profit", "gross_profit_target"),
    *("vehicles_received", "vehicles_received_target", "small_job_value", "small_jobs", "large_job_value"),
    *("large_jobs", "collected", "contract_value", "rejected_claims_amount", "customers_lost", "customers_retained"),
    *("unattributed_complaints", "unattributed_late_deliveries", "satisfaction", "major_complaint_days"),
    *("crew_output_high", "crew_output_low"),
)
"""All figures of the sheet."""


@frozen
class Case:
    """A person's figures of a month, of the month before and of the same month a year ago."""

    facts: Facts
    before: Facts
    year_ago: Facts


def made_up(count: int, seed: int) -> list[Case]:
    """So many people, as a database gives their figures: whole numbers, and Decimals with their places."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        year_ago, before = _month(chance), _month(chance)
        facts = _month(chance)
        facts["customers_retained"] = max(
            0, year_ago["customers_retained"] + chance.choice((-1, 0, 1, 4, 5, 9, 10, 19, 20))
        )
        if chance.random() < 0.2:  # no target of its own
            del facts["intake_value_target"], facts["vehicles_received_target"]
        found.append(Case(facts, before, year_ago))
    return found


def histories(people: int, months: int, seed: int) -> Iterator[tuple[int, list[Facts]]]:
    """Each person's number, from 1, and figures of so many months running; targets are there in the first."""
    chance = random.Random(seed)
    for number in range(1, people + 1):
        found = [_month(chance) for _ in range(months)]
        for facts in found[1:]:
            if chance.random() < 0.1:
                del facts["intake_value_target"], facts["vehicles_received_target"]
        yield number, found


def _month(chance: random.Random) -> Facts:
    facts: Facts = {name: max(0, end + chance.choice((-2, -1, -1, 0, 1))) for name, end in _COUNTS.items()}
    facts["intake_value"], facts["intake_value_target"] = _attained(chance)
    facts["gross_profit"], facts["gross_profit_target"] = _attained(chance)
    target = facts["vehicles_received_target"] = chance.randint(1, 90)
    facts["vehicles_received"] = max(1, target * chance.choice((55, 60, 60, 75, 90, 100, 110)) // 100)
    facts["small_jobs"], facts["small_job_value"] = _ticket(chance, 80, 1200)
    facts["large_jobs"], facts["large_job_value"] = _ticket(chance, 30, 6000)
    facts["contract_value"] = contract = chance.choice((0, *[chance.randint(1, 9_000_000)] * 15)) * CENT
    facts["collected"] = (contract * chance.randint(60, 100) / 100).quantize(CENT)
    facts["rejected_claims_amount"] = chance.choice((0, 0, 1, 1200)) * CENT
    facts["customers_lost"] = chance.randint(0, 12)
    facts["customers_retained"] = chance.randint(100, 400)
    if chance.random() < 0.5:
        facts["unattributed_complaints"] = facts["unattributed_late_deliveries"] = chance.randint(0, 1)
    share = chance.choice(_SATISFACTION) + chance.choice((-51, -50, -1, 0, 0, 1, 49, 50))
    facts["satisfaction"] = Decimal(min(10_000, share)).scaleb(-4)
    if chance.random() < 0.2:
        facts["major_complaint_days"] = chance.randint(1, 6)
    facts["crew_output_high"], facts["crew_output_low"] = _crews(chance)
    return facts


def _attained(chance: random.Random) -> tuple[Decimal, Decimal]:
    """A value and its target: at the ends of the proportion, on a tie of the measure, or anywhere."""
    match chance.randrange(3):
        case 0:
            target = 100 * chance.randint(20, 2000)
            return Decimal(target * chance.choice((60, 80, 100)) // 100) + chance.choice((-1, 0, 1)) * CENT, Decimal(
                target
            )
        case 1:
            target = 200 * chance.randint(1, 500)
            return Decimal(target * (2 * chance.randint(5990, 10_010) + 1)) / 20_000, Decimal(target)
        case _:
            return chance.randint(100_000, 20_000_000) * CENT, chance.randint(5_000_000, 18_000_000) * CENT


def _ticket(chance: random.Random, most: int, target: int) -> tuple[int, Decimal]:
    """Jobs and their value, on a tie of the measure where it can be, at the target, or anywhere."""
    jobs = chance.randint(0, most) if chance.random() < 0.9 else 0
    whole = jobs * target * 100
    if chance.random() < 0.5:
        return jobs, (whole * (2 * chance.randint(5000, 10_001) + 1) // 20_000) * CENT
    return jobs, (whole * chance.choice((50, 99, 100, 101)) // 100 + (chance.choice((-1, 0, 1)) if jobs else 0)) * CENT


def _crews(chance: random.Random) -> tuple[Decimal, Decimal]:
    if chance.random() < 0.05:
        return Decimal(0), Decimal(0)
    high = 20_000 * chance.randint(1, 400)
    gap = chance.choice(_GAPS) * 2 + chance.choice((-2, -1, 0, 1))
    return high * CENT, (high - high * gap // 20_000) * CENT
