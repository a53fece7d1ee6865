"""The JSON Schema of results: what DESIGN calls a contract, for those who read them in other languages."""

from __future__ import annotations

from typing import Any

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MARKS: dict[str, Any] = {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_ITEMS = "only where the scheme allows them"
_OPTIONAL = ("occasion", "adjustment", "adjustments")
_ID: dict[str, Any] = {"type": "string", "minLength": 1}


def _table(values: dict[str, Any], help: str) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values, "description": help}


def _closed(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _indicator() -> dict[str, Any]:
    return _closed(
        {
            "measure": {**_TEXT, "description": "the rounded figure that was judged; a choice is its own text"},
            "points": {**_MARKS, "description": "what the rule gave; null unless scored"},
            "score": {**_MARKS, "description": "points times weight where rules award percent; null unless scored"},
            "full_marks": {**_MARKS, "description": "null only where the weight itself can not be read"},
            "state": {"enum": ["scored", "left_out", "missing", "undefined", "unreadable"]},
        }
    )


def _item() -> dict[str, Any]:
    return _closed({"points": {**_MARKS, "type": "string"}, "reason": _ID, "author": _ID})


def _decision() -> dict[str, Any]:
    found = _closed(
        {
            "outcome": {"enum": ["promoted", "stays", "demoted"]},
            "from": _ID,
            "to": _ID,
            "since": _ID,
            "next_cycle": _ID,
        }
    )
    return {**found, "type": ["object", "null"], "description": "for schemes with a ladder"}


def result_schema() -> dict[str, Any]:
    """The schema of one result: one person and one period."""
    reason = {"type": "object", "properties": {"code": _ID}, "required": ["code"], "additionalProperties": _TEXT}
    properties: dict[str, Any] = {
        "employee": _ID,
        "name": _TEXT,
        "team": _TEXT,
        "period": _ID,
        "scheme": _ID,
        "version": _ID,
        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "status": {"enum": ["running", "incomplete", "ineligible", "scored"]},
        "occasion": {
            **_TEXT,
            "description": "one that the scheme declares, else as the figures gave it; left away where there is none",
        },
        "sum": {**_MARKS, "description": "the scores of what could be scored, added up"},
        "counted_marks": {**_MARKS, "description": "the full marks of what could be scored"},
        "full_marks": {**_MARKS, "description": "the scheme's top; 100 where the total is a mean or a share"},
        "total": {**_MARKS, "description": "null where incomplete, or where the scheme has none"},
        "grade": _TEXT,
        "rank": {"type": ["integer", "null"], "minimum": 1},
        "adjustment": {**_MARKS, "description": f"the sum of the items, as far as it counts; {_ITEMS}"},
        "adjustments": {"type": "array", "items": _item(), "description": f"plus and minus items; {_ITEMS}"},
        "groups": {
            **_table({**_MARKS, "type": "string"}, "the sum of the scores of each group; null where nothing is scored"),
            "type": ["object", "null"],
        },
        "indicators": _table(_indicator(), "each indicator by its id"),
        "gates": _table({"enum": ["passed", "failed", "unknown"]}, "each gate by its id"),
        "pay": _table(_MARKS, "each element of pay by its id, in yuan"),
        "pay_total": _MARKS,
        "decision": _decision(),
        "reasons": {"type": "array", "items": reason, "description": "codes with their values, to be put into words"},
    }
    return {"$schema": DIALECT, "title": "A result of kpicore", **_closed(properties, _OPTIONAL)}
