"""The levels of beauty consultants once more, sentence by sentence after the source, without kpicore: months and a
roster to decisions.

What is not known is None: a fact of the cycle that two months give otherwise, a figure that is blank, a level after a
cycle that nobody could decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Month = Mapping[str, Any]
Decision = tuple[str, str, str, str | None, str | None]
"""employee, cycle, status, and the levels before and after."""

EXAMS = ("profile_exam", "product_exam", "instrument_exam")
TWICE = object()


def decisions(months: Iterable[Month], roster: Iterable[Mapping[str, Any]]) -> list[Decision]:
    """What becomes of each person of the roster, cycle after cycle."""
    people: dict[str, dict[int, Month]] = {}
    for row in months:
        people.setdefault(row["employee"], {})[_number(row["period"])] = row
    found: list[Decision] = []
    for person in roster:
        mine = people[person["employee"]]
        level: str | None = person["level"]
        start = _number(person["level_since"])
        while start <= max(mine):
            name = f"{start // 12}-{start % 12 + 1:02d}+3"
            there = [mine[month] for month in range(start, start + 3) if month in mine]
            after = None if level is None or len(there) < 3 else decided(level, there)
            if max(mine) < start + 2:
                found.append((person["employee"], name, "running", None, None))
            elif after is None:
                found.append((person["employee"], name, "incomplete", None, None))
            else:
                found.append((person["employee"], name, "scored", level, after))
            level, start = after, start + 3
    return found


def decided(level: str, months: Sequence[Month]) -> str | None:
    """The level after a cycle of three months, None where that can not be said."""
    if level == "candidate":
        return {True: "trainee", False: "candidate", None: None}[passed(90, months)]
    mark, least, below = (90, 3, "candidate") if level == "trainee" else (95, 4, "trainee")
    failed = _all([taken(months), _not(passed(mark, months))])
    if failed is not False:
        return below if failed else None
    customers = [month["new_customers"] for month in months]
    if None in customers:
        return None
    if sum(customers) < least:
        return below
    if level == "professional":
        return level
    applied = any(month["apply"] for month in months)
    promoted = _all([applied, sum(customers) >= 4, passed(95, months), _all([_enough(month) for month in months])])
    return {True: "professional", False: level, None: None}[promoted]


def passed(mark: int, months: Sequence[Month]) -> bool | None:
    """All four checks at the first try, or all four at the retest."""
    return _any([_passed("", mark, months), _passed("retest_", mark, months)])


def _passed(which: str, mark: int, months: Sequence[Month]) -> bool | None:
    exams = [_only(which + exam, months) for exam in EXAMS]
    reached = [None if value is TWICE else value is not None and value >= mark for value in exams]
    return _all([*reached, any(month[f"{which}reception_ok"] for month in months)])


def taken(months: Sequence[Month]) -> bool | None:
    """Whether any of the checks was taken; one that can not be read may or may not have been."""
    exams = [_only(which + exam, months) for which in ("", "retest_") for exam in EXAMS]
    receptions = [month[f"{which}reception_ok"] for which in ("", "retest_") for month in months]
    return _any([*(None if value is TWICE else value is not None for value in exams), *map(bool, receptions)])


def _only(name: str, months: Sequence[Month]) -> Any:
    values = {month[name] for month in months} - {None}
    return TWICE if len(values) > 1 else next(iter(values), None)


def _enough(month: Month) -> bool | None:
    """15 % of the shop's plan for sales, and of that for treatments."""
    pairs = (("sales", "store_sales_plan"), ("consumption", "store_consumption_plan"))
    return _all([_share(month[own], month[plan]) for own, plan in pairs])


def _share(own: Decimal | None, plan: Decimal | None) -> bool | None:
    return None if own is None or not plan else own * 100 >= plan * 15


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: Sequence[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def _any(values: Sequence[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def _number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1
