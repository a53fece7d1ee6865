"""How a class of the model is written in a scheme file: each field with its form and its help.

The reader of scheme files, the JSON Schema and the reference in docs/ all follow these declarations, and so do
the rule kinds that plugins add.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import attrs
from attrs import field, frozen

from kpicore.formula.node import Node, Type

FormName = Literal[
    "text",  # a text
    "title",  # a text, or one text a language: { zh = "...", en = "..." }
    "id",  # a name of lower-case letters, digits and _
    "flag",  # true or false
    "integer",  # a whole number
    "decimal",  # a number
    "date",  # 2024-05-01
    "months",  # a list of numbers of months, 1 to 12
    "value",  # a number, flag, text or date, as the kind beside it says
    "amount",  # a number, or a formula over parameters and the period
    "formula",  # a formula over facts, parameters and the period; `wants` is its type
    "word",  # one of `words`
    "words",  # a list of texts, each one of `words` where those are given
    "choices",  # a list of texts, or of tables of a text and its title that `of` describes
    "table",  # a table that `of` describes
    "rows",  # a list of tables that `of` describes
    "amounts",  # a table from names to amounts
    "list",  # a list of amounts
    "formulas",  # a list of formulas; `wants` is their type
    "rule",  # a table whose `kind` names a rule kind
]
KEY = "kpicore.form"


@frozen
class Formula:
    """A formula as written, and its node."""

    text: str
    node: Node


@frozen
class Form:
    """The form of one field. `of`: the class of a table or of each row. `scope`: the names that a formula may use."""

    name: FormName
    help: str = ""
    wants: Type | None = None
    words: tuple[str, ...] = ()
    of: type | None = None
    scope: str = "measure"


def declared(form: FormName, help: str, *, default: Any = attrs.NOTHING, **more: Any) -> Any:
    """An attrs field that a scheme file can give. Without a `default` the file must give it."""
    metadata: Mapping[str, Form] = {KEY: Form(form, help, **more)}
    return field(default=default, metadata=metadata, kw_only=True)


def forms(cls: type) -> dict[str, tuple[Form, bool]]:
    """The fields that a scheme file can give for this class: name -> (form, whether it must be given)."""
    found: dict[str, tuple[Form, bool]] = {}
    for attribute in attrs.fields(cls):
        form = attribute.metadata.get(KEY)
        if form is not None:
            found[attribute.name] = (form, attribute.default is attrs.NOTHING)
    return found


def formulas_in(rule: object) -> Iterator[tuple[str, Formula]]:
    """The formulas among the declared fields of a rule, those in its rows included, each with its field's name."""
    for name in forms(type(rule)) if attrs.has(type(rule)) else ():
        value = getattr(rule, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Formula):
                yield name, part
            elif attrs.has(type(part)) and not isinstance(part, Node):
                yield from ((name, formula) for _, formula in formulas_in(part))
