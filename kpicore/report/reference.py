"""docs/templates.md, made from the classes that templates are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from kpicore.report.context import PAGES, TOP
from kpicore.report.field import HELP

_INTRODUCTION = """\
# Templates of reports

`kpicore report` writes an index of people, a page for each person and period, for a scheme with a ladder a letter for
each decision, and a page of all problems where there are any. The pages are made by
[Jinja](https://jinja.palletsprojects.com) templates. A plugin can bring its own: it registers a folder (see
[plugins](plugins.md), `register_templates`), and what lies in that folder is known as `<prefix>/<file>`.

## Which template a scheme gets

The first of these that exists:

1. the one that the scheme names in `template`, such as `template = "shop/agents"` (the ending may be left away);
2. `<scheme id>.html.j2`, so that the scheme `shop/agents` of the plugin `shop` finds `agents.html.j2` in its folder;
3. `<plugin>/person.html.j2`, for all schemes of a plugin;
4. `person.html.j2`, where code that calls `write_report` gives a folder without a prefix;
5. `base/person.html.j2`, which kpicore brings.

Where two folders have a file of the same name, the folder that was registered first is taken.

The index is sought likewise: `<template>.index.html.j2` beside the one that the scheme names, then
`<scheme id>.index.html.j2` (`agents.index.html.j2`), `<plugin>/index.html.j2`, `index.html.j2` of a folder without a
prefix, and `base/index.html.j2`. Where several versions scored, the newest of them says it. Letters are sought in the
same way, with `letter` in place of `index`: `<scheme id>.letter.html.j2`, ..., `base/letter.html.j2`.

## Writing one

Extend the page that kpicore brings and replace the blocks that should look otherwise:

```jinja
{% extends "base/person.html.j2" %}

{% block overview %}
<ul>
{% for line in page.lines %}<li>{{ line.title }}: {{ line.score }} / {{ line.full_marks }}</li>{% endfor %}
</ul>
{{ super() }}
{% endblock %}
```

The blocks of `base/person.html.j2` are `style`, `head`, `outcome`, `trend`, `ladder`, `overview`, `indicators` (and in
it `line_reason`, `line_picture`, which know the `line`, and `totals`), `adjustments`, `deciding`, `gates`, `grading`,
`pay` (and in it `pay_reason`, which knows the `element`), `signatures`, `figures` and `foot`.
In each block `charts` has the macros `bar`, `curve`, `scale`, `trend` and `timeline`, which draw a chart:
`{{ charts.bar(line.bar) }}`; `charts.fate_sign(step.outcome)` is the sign for what a cycle came to. `parts` has, among
others, `signatures`: the lines for them, to stand elsewhere.
The blocks of `base/letter.html.j2` are `style`, `head`, `decision`, `reasons`, `values`, `signatures` and `foot`.
The blocks of `base/index.html.j2` are `style`, `head`, `summary`, `people`, `troubles`, `assumptions` and `foot`.

Templates are rendered in a sandbox. Everything is escaped, so a name is always text. A name or field that is not in
the lists below is an error, told with the template and its line. A page should load nothing from elsewhere and need
no script; the browser is told to allow neither.

## What a template is given

These lists are made from the code by `python docs/generate.py`. Texts are ready to be shown: worded in the language
of the page, numbers with their decimals and signs.
"""


def templates_page() -> str:
    """The whole page."""
    return f"{_INTRODUCTION}\n{_reference()}"


def classes() -> list[type]:
    """Every class of the context, those that hold others first."""
    found: list[type] = []
    waiting: list[type] = list(PAGES)
    while waiting:
        cls = waiting.pop(0)
        if cls not in found:
            found.append(cls)
            waiting += _inner(cls)
    return found


def _inner(cls: type) -> Iterator[type]:
    attrs.resolve_types(cls)
    for attribute in attrs.fields(cls):
        for part in (attribute.type, *getattr(attribute.type, "__args__", ())):
            if isinstance(part, type) and attrs.has(part):
                yield part


def _reference() -> str:
    text = ["| name | what it is |", "|---|---|"]
    text += [f"| `{name}` | {help} |" for name, help in TOP.items()]
    for cls in classes():
        text += ["", f"### {cls.__name__}", "", f"{cls.__doc__}", "", "| field | type | what it is |", "|---|---|---|"]
        for attribute in attrs.fields(cls):
            text.append(f"| `{attribute.name}` | {_type_name(attribute.type)} | {attribute.metadata[HELP]} |")
    return "\n".join(text) + "\n"


def _type_name(kind: Any) -> str:
    inner = [part for part in getattr(kind, "__args__", ()) if part is not Ellipsis]
    if not inner:
        return {type(None): "none", str: "text", bool: "flag", int: "whole number", float: "number"}.get(
            kind, f"`{kind.__name__}`"
        )
    names = [_type_name(part) for part in inner]
    return f"list of {names[0]}" if getattr(kind, "__origin__", None) is tuple else " or ".join(names)
