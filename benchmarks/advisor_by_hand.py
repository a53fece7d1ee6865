"""The sheet `auto/body-shop-advisor` written out by hand in Decimal: 25 lines, some of which look at other months.

What a careful payroll programmer would write who has this one sheet, and figures that are never wrong. It copes with
the blanks that the sheet itself foresees (no target, no major complaint, nothing in the months before) and with its
divisors of zero; nothing is read, checked or explained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

Facts = Mapping[str, Any]
Line = dict[str, Decimal | None]

FOUR, TWO, WHOLE = Decimal("0.0001"), Decimal("0.01"), Decimal(1)
NONE, SIXTY = Decimal("0.00"), Decimal("0.60")
POINTS = [Decimal(f"{points}.00") for points in range(6)]
OUT: Line = {"measure": None, "points": None, "score": None}
SMALL_TARGET, LARGE_TARGET = Decimal(1200), Decimal(6000)


def _line(measure: Decimal | None, points: Decimal) -> Line:
    return {"measure": measure, "points": points, "score": points}


def _share(top: Decimal | int, bottom: Decimal | int, full: int, least: Decimal = NONE) -> Line:
    measure = (Decimal(top) / bottom).quantize(FOUR, ROUND_HALF_UP)
    points = full * min(measure, WHOLE) if measure >= least else NONE
    return _line(measure, points.quantize(TWO, ROUND_HALF_UP))


def _count(value: int, points: int) -> Line:
    return _line(Decimal(value), POINTS[points])


def in_decimal(
    facts: Facts, before: Facts | None, year_ago: Facts | None, last_year: Sequence[Facts] = ()
) -> dict[str, Any]:
    """Measures, points and scores, what is counted, total and grade; the facts of the month before and a year ago,
    and of all months of last year.

    28 digits are enough: a quotient over d that is no tie at four decimals is 1 / 20000 d away from one, and each
    measure divides once.
    """
    lines: dict[str, Line] = {}
    _finance(lines, facts, before or {})
    _market(lines, facts, before, year_ago, last_year)
    _duties(lines, facts)
    lines["training"] = _count(facts["training_absences"], 5 if facts["training_absences"] == 0 else 0)

    total = sum((line["score"] for line in lines.values() if line["score"] is not None), NONE)
    counted = 100
    for name, weight in (
        ("small_job_ticket", 5),
        ("large_job_ticket", 5),
        ("collection_rate", 2),
        ("customer_churn", 4),
        ("customers_retained", 3),
        ("balanced_output", 2),
    ):
        if lines[name] is OUT:
            counted -= weight
    if counted != 100:
        total = (total * 100 / counted).quantize(TWO, ROUND_HALF_UP)
    grade = "excellent" if total >= 90 else "good" if total >= 80 else "pass" if total >= 60 else "fail"
    return {"total": total, "grade": grade, "counted_marks": counted, "indicators": lines}


def _finance(lines: dict[str, Line], facts: Facts, before: Facts) -> None:
    value_target, vehicles_target = facts.get("intake_value_target"), facts.get("vehicles_received_target")
    value_target = before["intake_value"] if value_target is None else value_target
    vehicles_target = before["vehicles_received"] if vehicles_target is None else vehicles_target
    lines["intake_value"] = _share(facts["intake_value"], value_target, 5, SIXTY)
    lines["gross_profit"] = _share(facts["gross_profit"], facts["gross_profit_target"], 25, SIXTY)
    lines["vehicles_received"] = _share(facts["vehicles_received"], vehicles_target, 3, SIXTY)
    lines["renewals"] = _count(facts["renewals"], min(facts["renewals"], 3))
    jobs = facts["small_jobs"]
    lines["small_job_ticket"] = _share(facts["small_job_value"], jobs * SMALL_TARGET, 5) if jobs else OUT
    jobs = facts["large_jobs"]
    lines["large_job_ticket"] = _share(facts["large_job_value"], jobs * LARGE_TARGET, 5) if jobs else OUT
    contract = facts["contract_value"]
    lines["collection_rate"] = _share(facts["collected"], contract, 2) if contract else OUT
    lines["bad_debts"] = _count(facts["bad_debts"], 2 if facts["bad_debts"] == 0 else 0)


def _market(
    lines: dict[str, Line], facts: Facts, before: Facts | None, year_ago: Facts | None, last_year: Sequence[Facts]
) -> None:
    lost = [month["customers_lost"] for month in last_year]
    if lost:
        baseline = Decimal(sum(lost)) / len(lost)
    elif before is not None:
        baseline = Decimal(before["customers_lost"])
    if lost or before is not None:
        measure = (baseline - facts["customers_lost"]).quantize(FOUR, ROUND_HALF_UP)
        lines["customer_churn"] = _line(measure, POINTS[max(0, min(4, int(measure.to_integral_value(ROUND_FLOOR))))])
    else:
        lines["customer_churn"] = OUT
    if year_ago is None:
        lines["customers_retained"] = OUT
    else:
        gained = facts["customers_retained"] - year_ago["customers_retained"]
        points = 4 if gained >= 20 else 3 if gained >= 10 else 2 if gained >= 5 else 1 if gained >= 1 else 0
        lines["customers_retained"] = _count(gained, points)
    complaints = facts["complaints"] + facts.get("unattributed_complaints", 0)
    lines["complaints"] = _count(complaints, 5 if complaints < 3 else 0)
    percent = facts["satisfaction"].quantize(TWO, ROUND_HALF_UP)
    hundredths = int(percent * 100)
    if hundredths > 95:
        points = 5 if hundredths > 98 else 4
    else:
        points = 3 if hundredths >= 91 else 2 if hundredths >= 86 else 1 if hundredths >= 80 else 0
    lines["satisfaction"] = _line(percent, POINTS[points])


def _duties(lines: dict[str, Line], facts: Facts) -> None:
    lines["five_s"] = _count(facts["five_s_findings"], 3 if facts["five_s_findings"] < 5 else 0)
    safe = facts["safety_findings"] < 3 and facts["safety_accidents"] == 0
    lines["safety"] = _line(None, POINTS[2 if safe else 0])
    lines["intake_forms"] = _count(facts["intake_form_findings"], 2 if facts["intake_form_findings"] < 3 else 0)
    lines["claim_forms"] = _count(facts["claim_form_findings"], 4 if facts["claim_form_findings"] < 3 else 0)
    late = facts["late_deliveries"] + facts.get("unattributed_late_deliveries", 0)
    lines["late_deliveries"] = _count(late, 3 if late < 3 else 0)
    days = facts.get("major_complaint_days")
    lines["complaint_handling"] = _line(None, POINTS[3]) if days is None else _count(days, 3 if days <= 3 else 0)
    lines["rework"] = _count(facts["rework_jobs"], 2 if facts["rework_jobs"] == 0 else 0)
    rejected = facts["rejected_claims_amount"].quantize(TWO, ROUND_HALF_UP)
    lines["rejected_claims"] = _line(rejected, POINTS[0 if rejected else 3])
    high = facts["crew_output_high"]
    if high:
        gap = ((high - facts["crew_output_low"]) / high).quantize(FOUR, ROUND_HALF_UP)
        lines["balanced_output"] = _line(gap, POINTS[2 if gap < Decimal("0.10") else 1 if gap < Decimal("0.15") else 0])
    else:
        lines["balanced_output"] = OUT
    jobs = facts["uncooperative_jobs"]
    lines["cooperation"] = _count(jobs, 4 - jobs if jobs <= 2 else 0)
    alone = facts["unaccompanied_handovers"]
    lines["accompanied_handover"] = _count(alone, 2 if alone == 0 else 0)
    lines["reports"] = _count(facts["report_lapses"], 2 if facts["report_lapses"] < 3 else 0)
