"""What must hold of every run of every scheme: the states that results may have, and any order of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from support.populations import ADJUSTMENTS, Example, differences

from kpicore.result import IndicatorResult, Result

STATES = {"scored", "left_out", "missing", "undefined", "unreadable"}
GATES = {"passed", "failed", "unknown"}
KEYS = ("employee", "period", "team", "name", "occasion")


def broken(example: Example) -> list[str]:
    """What does not hold of the results of an example; empty where all is well. Exceptions pass."""
    results = example.scheme.score_many(example.rows, params=example.params).results
    found = [f"{result.employee}, {result.period}: {what}" for result in results for what in _wrong(example, result)]
    return found + disordered(example) + brief(example)


def _wrong(example: Example, result: Result) -> Iterator[str]:
    """What a result says that none may say (DESIGN section 6)."""
    model = example.scheme.version(result.version).model
    incomplete = result.status == "incomplete"
    if result.status not in ("incomplete", "ineligible", "scored"):
        yield f"status {result.status}"
    if (model.adjustments is not None) != (result.adjustments is not None):
        yield f"items are {result.adjustments}"
    if not incomplete and result.adjustments is not None and result.adjustment is None:
        yield "complete, and the sum of the items is not known"
    if incomplete and not result.reasons:
        yield "incomplete without a reason"
    published = [result.total, result.grade, result.rank, result.pay_total, *result.pay.values()]
    if incomplete and any(value is not None for value in published):
        yield "incomplete, and still something is given"
    expected = {
        "total": bool(model.indicators), "grade": model.grade is not None, "pay_total": bool(model.pay),
        "rank": model.rank is not None and bool(model.indicators),
    }  # fmt: skip
    for name, there in expected.items():
        if not incomplete and (getattr(result, name) is not None) != there:
            yield f"{result.status}, and {name} is {getattr(result, name)}"
    for name in ("sum", "counted_marks", "full_marks", "groups"):
        if bool(model.indicators) != (getattr(result, name) is not None) and name != "full_marks":
            yield f"{name} is {getattr(result, name)}"
    if not incomplete and any(value is None for value in result.pay.values()):
        yield "paid, but for one element"
    if result.status == "ineligible" and any(result.pay.values()):
        yield "ineligible and paid"
    if not incomplete and model.pay and result.pay_total != _exactly(result.pay.values()):
        yield "pay that does not add up"
    if not incomplete and ("unknown" in result.gates.values() or not set(result.gates.values()) <= GATES):
        yield f"{result.status}, and the gates are {dict(result.gates)}"
    for name, line in result.indicators.items():
        yield from (f"{name}: {what}" for what in _wrong_line(line, incomplete))
    yield from _sums(result)


def _wrong_line(line: IndicatorResult, incomplete: bool) -> Iterator[str]:
    if line.state not in STATES:
        yield f"state {line.state}"
    scored = line.state == "scored"
    if (line.score is not None) != scored or (scored and line.points is None):
        yield f"{line.state}, with points {line.points} and score {line.score}"
    if not incomplete and line.state not in ("scored", "left_out"):
        yield f"{line.state}, and the person is complete"


def _sums(result: Result) -> Iterator[str]:
    """Sums of rounded scores and marks are never rounded again."""
    lines = [line for line in result.indicators.values() if line.score is not None and line.full_marks is not None]
    if result.sum is not None and result.sum != _exactly(line.score for line in lines):
        yield f"sum is {result.sum}"
    if result.counted_marks is not None and result.counted_marks != _exactly(line.full_marks for line in lines):
        yield f"counted_marks is {result.counted_marks}"


def _exactly(parts: Iterable[Decimal | None]) -> Fraction:
    """The sum of those that are there. Sums of Decimals lose digits after the 28th."""
    return sum((Fraction(part) for part in parts if part is not None), Fraction(0))


def brief(example: Example) -> list[str]:
    """Where one row alone, or its total and grade alone, come to something else than among the others."""
    if any(version.compares or version.looks_back for version in example.scheme.versions):
        return []
    run = example.scheme.score_many(example.rows[:3], params=example.params)
    if len(run) < len(example.rows[:3]):
        return []
    found = []
    for row, result in zip(example.rows, run.results, strict=False):
        facts = {name: value for name, value in row.items() if name not in (*KEYS, ADJUSTMENTS)}
        keys = {name: row.get(name) for name in ("employee", "period", "team", ADJUSTMENTS)}
        about = {"name": row["name"], "occasion": row.get("occasion")}
        alone = example.scheme.score(facts, **keys, **about, params=example.params)
        found += differences([result.flat()], [alone.flat()], ("among others", "alone"))
        told = example.scheme.total_and_grade(facts, **keys, params=example.params)
        if told != (result.status, result.total, result.grade):
            found.append(f"{result.employee}: in brief {told}")
    return found


def disordered(example: Example) -> list[str]:
    """Where results differ because the rows stood in another order. A row is known again by its name."""
    rows = [{**row, "name": str(place)} for place, row in enumerate(example.rows)]
    straight = _by_name(example, rows)
    for other in (rows[::-1], rows[1::2] + rows[::2]):
        found = differences(straight, _by_name(example, other), ("in order", "in another order"))
        if found:
            return found
    return []


def _by_name(example: Example, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    run = example.scheme.score_many(rows, params=example.params)
    return sorted((result.flat() for result in run.results), key=lambda flat: int(flat["name"] or 0))
