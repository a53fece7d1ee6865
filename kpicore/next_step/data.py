"""Advice and boundaries as plain data, for JSON."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from kpicore.decimals import half_up, plain_text
from kpicore.figure import Value
from kpicore.next_step.advice import Advice
from kpicore.next_step.boundary import Near
from kpicore.next_step.search import Move


def advice_data(advice: Advice) -> dict[str, Any]:
    """What a person can do next. Numbers are texts, as in results; `moves` begin with the smallest."""
    result = advice.result
    chance, margin = advice.chance, advice.margin
    return {
        "employee": result.employee,
        "name": result.name,
        "period": result.period,
        "scheme": result.scheme,
        "version": result.version,
        "hash": result.hash,
        **_standing(advice.result.to_dict()),
        "lacking": [dict([("code", reason.code), *reason.values]) for reason in result.reasons]
        if advice.lacking
        else [],
        "indicators": {
            lift.indicator: {
                "points": _number(result.indicators[lift.indicator].points),
                "moves": [_move(move, lift.indicator) for move in lift.moves],
            }
            for lift in advice.lifts
        },
        "goal": None
        if chance is None
        else {"aim": chance.aim, "to": chance.to or None, "moves": [_move(move) for move in chance.moves]},
        "margin": None
        if margin is None
        else {"of": margin.aim, "total": _number(margin.total), "moves": [_move(move) for move in margin.moves]},
    }


def near_data(near: Near) -> dict[str, Any]:
    """Somebody beside a threshold."""
    return {
        "employee": near.employee,
        "period": near.period,
        "part": near.part,
        "value": format(half_up(near.value, near.places), "f"),
        "exact": plain_text(near.exact),
        "threshold": plain_text(near.threshold),
        "by_rounding": near.by_rounding,
    }


def _standing(whole: dict[str, Any]) -> dict[str, Any]:
    return {name: whole[name] for name in ("status", "total", "grade", "pay_total", "decision")}


def _move(move: Move, indicator: str | None = None) -> dict[str, Any]:
    whole = move.result.to_dict()
    own = {} if indicator is None else {name: whole["indicators"][indicator][name] for name in ("points", "score")}
    steps = [{"fact": step.fact, "from": _value(step.before), "to": _value(step.after)} for step in move.steps]
    return {"steps": steps, **own, **_standing(whole)}


def _number(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _value(value: Value | None) -> str | bool | None:
    if value is None or isinstance(value, bool | str):
        return value
    return plain_text(Fraction(value)) if isinstance(value, int | Decimal) else str(value)
