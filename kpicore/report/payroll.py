"""What the people of a period are paid, element by element, and the sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from kpicore.report.gathered import Gathered, newest_first
from kpicore.report.listing import Payroll
from kpicore.wording import amount_text


def payrolls(ordered: Iterable[Gathered], language: str) -> tuple[Payroll, ...]:
    """The pay of each period, the newest first; nothing of sheets without pay."""
    found: dict[str, list[Gathered]] = {}
    for each in ordered:
        if each.entry.pay:
            found.setdefault(each.result.period, []).append(each)
    return tuple(_payroll(people, language) for people in newest_first(found.values()))


def _payroll(people: Sequence[Gathered], language: str) -> Payroll:
    elements = people[0].entry.pay
    told = [each.result for each in people if each.result.pay_total is not None]
    sums = [sum((result.pay.get(element.id) or Decimal(0) for result in told), Decimal(0)) for element in elements]
    return Payroll(
        period=people[0].period.label(language),
        titles=tuple(element.title for element in elements),
        entries=tuple(each.entry for each in people),
        sums=tuple(amount_text(amount, "money", 2, language) for amount in sums),
        total=amount_text(sum(sums, Decimal(0)), "money", 2, language),
        untold=len(people) - len(told),
    )
