"""Results: what one person got for one period, typed and frozen, and their JSON and flat forms (DESIGN section 6)."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal

from attrs import frozen

from kpicore.row import Adjustment, Reason

Status = Literal["running", "incomplete", "ineligible", "scored"]
State = Literal["scored", "left_out", "missing", "undefined", "unreadable"]
GateState = Literal["passed", "failed", "unknown"]
Numbers = Literal["decimal", "float"]
"""How numbers stand in a table of results: as decimals with their places, or as the floats nearest to those."""


@frozen(slots=False)  # built six and more times a person: without slots, in two thirds of the time
class IndicatorResult:
    """One indicator. points and score are None unless scored; measure is None where the rule has none.

    full_marks is None where the weight is a parameter that was set to something that can not be read.
    """

    measure: Decimal | str | None
    points: Decimal | None
    score: Decimal | None
    full_marks: Decimal | None
    state: State


@frozen(slots=False)
class Result:
    """One person and period. Money in yuan with two places, points and totals with the scheme's places.

    `adjustments` are the plus and minus items, None where the scheme allows none; `adjustment` is their sum, held to
    the scheme's bounds, None where it can not be told.
    """

    employee: str
    name: str | None
    team: str | None
    period: str
    scheme: str
    version: str
    hash: str
    status: Status
    sum: Decimal | None
    counted_marks: Decimal | None
    full_marks: Decimal | None
    total: Decimal | None
    grade: str | None
    rank: int | None
    groups: Mapping[str, Decimal] | None
    indicators: Mapping[str, IndicatorResult]
    gates: Mapping[str, GateState]
    pay: Mapping[str, Decimal | None]
    pay_total: Decimal | None
    decision: Mapping[str, str] | None
    reasons: tuple[Reason, ...]
    occasion: str | None = None
    adjustment: Decimal | None = None
    adjustments: tuple[Adjustment, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON object as plain data; decimals are texts with their places."""
        found: dict[str, Any] = {name: _plain(getattr(self, name)) for name in _HEAD}
        if self.occasion is not None:
            found["occasion"] = self.occasion
        found |= {name: _plain(getattr(self, name)) for name in _MARKS}
        if self.adjustments is not None:
            found["adjustment"] = _plain(self.adjustment)
            found["adjustments"] = [item.to_dict() for item in self.adjustments]
        groups = self.groups
        found["groups"] = None if groups is None else {name: _plain(value) for name, value in groups.items()}
        found["indicators"] = {
            name: {part: _plain(getattr(line, part)) for part in _LINE} for name, line in self.indicators.items()
        }
        found["gates"] = dict(self.gates)
        found["pay"] = {name: _plain(value) for name, value in self.pay.items()}
        found["pay_total"] = _plain(self.pay_total)
        found["decision"] = dict(self.decision) if self.decision is not None else None
        found["reasons"] = [{"code": reason.code, **dict(reason.values)} for reason in self.reasons]
        return found

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def flat(self) -> dict[str, str | int | None]:
        """The same with one level and names with dots; reasons and adjustments as JSON texts."""
        whole = self.to_dict()
        found: dict[str, str | int | None] = {name: whole[name] for name in _HEAD}
        found["occasion"] = self.occasion
        found |= {name: whole[name] for name in _MARKS}
        if self.adjustments is not None:
            found |= {"adjustment": whole["adjustment"], "adjustments": adjustments_text(self.adjustments)}
        found |= {f"groups.{name}": value for name, value in (whole["groups"] or {}).items()}
        for name, line in whole["indicators"].items():
            found |= {f"{name}.{part}": value for part, value in line.items()}
        for part in ("gates", "pay"):
            found |= {f"{part}.{name}": value for name, value in whole[part].items()}
        found["pay_total"] = whole["pay_total"]
        if whole["decision"] is not None:
            found |= {f"decision.{name}": value for name, value in whole["decision"].items()}
        found["reasons"] = json.dumps(whole["reasons"], ensure_ascii=False) if whole["reasons"] else ""
        return found


_HEAD = ("employee", "name", "team", "period", "scheme", "version", "hash", "status")
_MARKS = ("sum", "counted_marks", "full_marks", "total", "grade", "rank")
_LINE = ("measure", "points", "score", "full_marks", "state")


def _plain(value: object) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def adjustments_text(items: Iterable[Adjustment]) -> str:
    """Plus and minus items as the flat form has them; '' where there are none."""
    plain = [item.to_dict() for item in items]
    return json.dumps(plain, ensure_ascii=False) if plain else ""


def _adjustments_of(text: str | None) -> tuple[Adjustment, ...] | None:
    if text is None:
        return None
    items = json.loads(text) if text else []
    return tuple(Adjustment(Decimal(item["points"]), item["reason"], item["author"]) for item in items)


def result_of(flat: Mapping[str, Any], known_parts: Container[str] | None = None) -> Result:
    """The result that a row of a table says, whose names and values are those of the flat form, numbers as Decimals.

    `known_parts` are the names that this row's sheet has, where the table is also of others: `groups.<id>` and the
    like, and the ids of indicators.
    """
    groups: dict[str, Decimal] | None = {}
    lines: dict[str, dict[str, Any]] = {}
    gates: dict[str, GateState] = {}
    pay: dict[str, Decimal | None] = {}
    decision: dict[str, str] = {}
    parts = {"groups": groups, "gates": gates, "pay": pay, "decision": decision}
    for name, value in flat.items():
        head, dot, part = name.rpartition(".")
        if not dot or (known_parts is not None and name not in known_parts and head not in known_parts):
            continue
        if head in parts and not (head in ("groups", "pay") and part == "state"):
            parts[head][part] = value  # type: ignore[index]
        else:
            lines.setdefault(head, {})[part] = value
    told = json.loads(flat["reasons"]) if flat.get("reasons") else []
    reasons = tuple(Reason(each.pop("code"), tuple(each.items())) for each in told)
    known: dict[str, Any] = {name: flat.get(name) for name in (*_HEAD, *_MARKS, "pay_total", "occasion", "adjustment")}
    indicators = {name: IndicatorResult(**line) for name, line in lines.items()}
    groups = groups if flat.get("sum") is not None else None
    decided = decision if decision.get("outcome") is not None else None
    known |= {"groups": groups, "indicators": indicators, "gates": gates, "pay": pay}
    items = _adjustments_of(flat.get("adjustments"))
    return Result(**known, decision=decided, reasons=reasons, adjustments=items)


def flat_names(results: Iterable[Result]) -> list[str]:
    """The columns of a table of these results, in the order in which they first appear."""
    names: dict[str, None] = {}
    for result in results:
        names.update(dict.fromkeys(result.flat()))
    return list(names)
