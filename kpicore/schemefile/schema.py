"""The JSON Schema of scheme files, made from the forms of the model and of the rule kinds at hand."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from kpicore.form import Form, forms
from kpicore.ladderspec import PARTS, LadderSpec
from kpicore.model import (
    AdjustmentsSpec,
    AppraisalSpec,
    FactSpec,
    GateSpec,
    GradeSpec,
    GroupSpec,
    IndicatorSpec,
    ParamSpec,
    PaySpec,
    RaterSpec,
    RollupSpec,
    SchemeModel,
)
from kpicore.schemefile.inherit import OWN
from kpicore.schemefile.naming import SCHEME_ID, VERSION
from kpicore.schemefile.reading import or_formula
from kpicore.schemefile.scalar import LONGEST_ID
from kpicore.season import SeasonSpec
from kpicore.vocabulary import Vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_NAME = f"^[a-z][a-z0-9_]{{0,{LONGEST_ID - 1}}}$"
_TITLE = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
    ]
}
_AMOUNT = {"type": ["number", "string"]}
_SIMPLE: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "title": {"$ref": "#/$defs/title"},
    "id": {"type": "string", "pattern": _NAME},
    "flag": {"type": "boolean"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "months": {
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {"type": "integer", "minimum": 1, "maximum": 12},
    },
    "value": {"type": ["number", "string", "boolean"]},
    "amount": {"$ref": "#/$defs/amount"},
    "amounts": {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/amount"}},
    "list": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/amount"}},
    "rule": {"$ref": "#/$defs/rule"},
}
_LISTS = {
    "rater": (RaterSpec, "somebody who judges"),
    "group": (GroupSpec, "a group of indicators"),
    "indicator": (IndicatorSpec, "an indicator"),
    "gate": (GateSpec, "a gate"),
    "pay": (PaySpec, "an element of pay"),
}
_TABLES = {
    "facts": (FactSpec, "the facts by id"),
    "params": (ParamSpec, "the parameters by id"),
    "seasons": (SeasonSpec, "the seasons by id"),
}


def json_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a scheme file; dates are taken as their text."""
    whole, change = _sections(vary=False), _sections(vary=True)
    head = _properties(SchemeModel)
    head["id"] |= {"pattern": f"^{SCHEME_ID.pattern}$"}
    head["version"] |= {"pattern": f"^{VERSION.pattern}$"}
    extra = {
        "extends": {"type": "string", "description": "the scheme that this one changes: its id, or id@version"},
        "without": {
            "type": "array",
            "items": {"type": "string"},
            "description": "what of it is left away: an indicator's id, gate:id, pay:id, fact:id, param:id, rater:id, "
            "rollup:id, season:id, provider:name, grade, appraisal, adjustments; of its ladder level:id, check:id, "
            "value:id, move:id, standard:id",
        },
    }
    must = [name for name, (_, required) in forms(SchemeModel).items() if required]
    return {
        "$schema": DIALECT,
        "title": "kpicore scheme",
        "description": _first(SchemeModel),
        "type": "object",
        "properties": {**head, **extra, **dict.fromkeys(whole, True)},
        "required": [name for name in must if name in OWN],
        "additionalProperties": False,
        "if": {"required": ["extends"]},
        "then": {"properties": change},
        "else": {
            "properties": {**whole, "without": False},
            "required": must,
            "anyOf": [{"required": [name]} for name in ("indicator", "pay", "gate", "ladder")],
        },
        "$defs": _definitions(vocabulary),
    }


def _definitions(vocabulary: Vocabulary) -> dict[str, Any]:
    kinds = {f"rule_{kind}": _rule(kind, cls) for kind, cls in sorted(vocabulary.rules.items())}
    rule: dict[str, Any] = {"type": "object", "required": ["kind"]}
    if kinds:
        rule = {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in kinds]}
    return {"title": _TITLE, "amount": _AMOUNT, "rule": rule, **kinds}


def _sections(*, vary: bool) -> dict[str, Any]:
    """The tables of a scheme; with `vary` as a file writes them that extends another."""
    found: dict[str, Any] = {}
    for name, (cls, description) in _TABLES.items():
        found[name] = {
            "type": "object",
            "description": description,
            "propertyNames": {"pattern": _NAME},
            "additionalProperties": _object(cls, vary=vary),
        }
    for name, (cls, description) in _LISTS.items():
        found[name] = {
            "type": "array",
            "minItems": 1,
            "description": description,
            "items": _object(cls, vary=vary),
        }
    if not vary:
        found["indicator"]["items"] |= _taking()
    found["providers"] = {
        "type": "object",
        "description": "what people call those who provide figures, by the names that facts and raters give",
        "additionalProperties": {"$ref": "#/$defs/title"},
    }
    found["grade"] = _object(GradeSpec, vary=vary)
    found["rollup"] = {"type": "array", "minItems": 1, "description": "a longer period", "items": _rollup(vary=vary)}
    found["appraisal"] = _object(AppraisalSpec, vary=vary)
    found["adjustments"] = _object(AdjustmentsSpec, vary=vary)
    found["ladder"] = _ladder(vary=vary)
    return found


def _rollup(*, vary: bool) -> dict[str, Any]:
    """A longer period, a table with lists of tables in it."""
    found = _object(RollupSpec, vary=vary)
    for name, (cls, description) in _LISTS.items():
        if name != "rater":
            items = _object(cls)
            found["properties"][name] = {"type": "array", "minItems": 1, "description": description, "items": items}
    found["properties"]["grade"] = _object(GradeSpec)
    return found


def _ladder(*, vary: bool) -> dict[str, Any]:
    """The ladder, a table with lists of tables in it."""
    found = _object(LadderSpec, vary=vary)
    for name, (cls, what) in PARTS.items():
        items = _object(cls, vary=vary)
        found["properties"][name] = {"type": "array", "minItems": 1, "description": what, "items": items}
    if not vary:
        found["required"] += ["level", "move"]
    return found


def _taking() -> dict[str, Any]:
    """What an indicator must have: all that it needs, unless it is taken from another scheme."""
    must = _object(IndicatorSpec)["required"]
    return {
        "required": _object(IndicatorSpec, vary=True)["required"],
        "if": {"required": ["from"]},
        "else": {"required": must, "properties": {"take": False}},
    }


def _object(cls: type, *, vary: bool = False) -> dict[str, Any]:
    """A table of this class; with `vary` only its id must stand there."""
    required = [_key(name) for name, (_, must) in forms(cls).items() if must and (name == "id" or not vary)]
    return {
        "type": "object",
        "description": _first(cls),
        "properties": _properties(cls),
        "required": required,
        "additionalProperties": False,
    }


def _properties(cls: type) -> dict[str, Any]:
    return {_key(name): _field(form) for name, (form, _) in forms(cls).items()}


def _rule(kind: str, cls: type) -> dict[str, Any]:
    found = _object(cls)
    found["properties"] = {"kind": {"const": kind, "description": "the kind of rule"}, **found["properties"]}
    found["required"] = ["kind", *found["required"]]
    return found


def _field(form: Form) -> dict[str, Any]:
    match form.name:
        case "word":
            found: dict[str, Any] = {"enum": list(form.words)}
        case "words":
            items = {"enum": list(form.words)} if form.words else {"type": "string"}
            found = {"type": "array", "minItems": 1, "uniqueItems": True, "items": items}
        case "choices":
            assert form.of is not None
            either = [{"type": "string"}, _object(form.of)]
            found = {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"anyOf": either}}
        case "formula":
            found = {"type": ["string", "number"] if form.wants == "number" else "string"}
        case "formulas":
            found = {"type": "array", "minItems": 1, "items": {"type": "string"}}
        case "table":
            assert form.of is not None
            table = _object(form.of)
            found = {"anyOf": [{"type": ["string", "number"]}, table]} if or_formula(form) else table
        case "rows":
            assert form.of is not None
            found = {"type": "array", "minItems": 1, "items": _object(form.of)}
        case _:
            found = dict(_SIMPLE[form.name])
    return found | ({"description": form.help} if form.help else {})


def _key(name: str) -> str:
    return name.rstrip("_")


def _first(cls: type) -> str:
    """The first line of a class's docstring."""
    return inspect.cleandoc(cls.__doc__ or "").partition("\n")[0]
