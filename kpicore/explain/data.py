"""Explanations as plain data, for programs: the records of `kpicore.explain.record` with exact numbers as texts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs

from kpicore.curve import Curve, Piece
from kpicore.decimals import plain_text
from kpicore.explain.use import Explanation
from kpicore.formula.node import Node, Num
from kpicore.problem import Place
from kpicore.row import Reason
from kpicore.text import Title
from kpicore.wording import formula_text


def explanation_data(explanation: Explanation) -> dict[str, Any]:
    """The result as in its own JSON under `result`, and how its parts came about under the names of the records;
    `adjustments` is there where the scheme allows items, `ladder` where it has one."""
    found: dict[str, Any] = {"result": explanation.result.to_dict()}
    for name in ("groups", "lines", "gates", "grade", "pay"):
        found[name] = _plain(getattr(explanation, name))
    for name in ("adjustments", "ladder"):
        if getattr(explanation, name) is not None:
            found[name] = _plain(getattr(explanation, name))
    return found


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | str() | int():
            return value
        case Decimal():
            return format(value, "f")
        case Fraction():
            return plain_text(value)
        case datetime.date():
            return value.isoformat()
        case Title():
            return {language or "any": text for language, text in value.texts}
        case Reason():
            return {"code": value.code, **dict(value.values)}
        case Num():
            return plain_text(value.value)
        case Node():
            return formula_text(value, times="*")
        case Curve():
            return [_piece(piece) for piece in value.pieces]
        case Place():
            return {name: part for name, part in attrs.asdict(value, recurse=False).items() if part is not None}
        case tuple() | list():
            return [_plain(item) for item in value]
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
    found = {field.name: getattr(value, field.name) for field in attrs.fields(type(value))}
    return {name: _plain(dict(part) if name == "titles" else part) for name, part in found.items()}


def _piece(piece: Piece) -> dict[str, Any]:
    """A piece with its ends; an end that is not there is left away, and so is a slope of 0."""
    found = {name: _plain(getattr(piece, name)) for name in ("low", "high", "base")}
    if piece.low is not None:
        found["low_closed"] = piece.low_closed
    if piece.high is not None:
        found["high_closed"] = piece.high_closed
    if piece.slope != Num(Fraction(0)):
        found |= {name: _plain(getattr(piece, name)) for name in ("slope", "origin", "step")}
    return {name: part for name, part in found.items() if part is not None}
