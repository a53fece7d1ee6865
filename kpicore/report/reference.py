"""docs/templates.md, made from the classes that templates are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from kpicore.report.compared import ComparedPage
from kpicore.report.context import LetterPage, PersonPage
from kpicore.report.field import HELP
from kpicore.report.listing import IndexPage, ProblemsPage

PAGES: tuple[type, ...] = (PersonPage, IndexPage, LetterPage, ProblemsPage, ComparedPage)
TOP = {
    "page": "what the page shows: a `PersonPage`, an `IndexPage`, a `LetterPage`, a `ProblemsPage` or a `ComparedPage`",
    "word": "a function: `word('weight')` is the word of the pages of this name, in the language of the page; one that "
    "differs by number goes by `count`: `word('items_count', count=3)`",
    "style": "the style sheet of all pages, ready for a `<style>` element",
}
"""The names that a template may use, each with its help."""

_INTRODUCTION = """\
# Templates of reports

`kpicore report` writes an index of people, a page for each person and period, for a scheme with a ladder a letter for
each decision, and a page of all problems where there are any; `kpicore compare` and `kpicore cohort` write one page, by
`base/compare.html.j2`. The pages are made by
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

## Families that any scheme can name

kpicore brings pages for whole families of sheets. Any scheme names one, also a bare file:

{families}

They are templates like any other: extend one, as below, to change a part of it. A scheme that keeps a page of its own
can take over an index alone: `agents.index.html.j2` with the one line
`{% extends "base/heatmap.index.html.j2" %}`. Where a scheme scores several kinds of period, such as months and
quarters, the index lists the people by them, and the page of a quarter shows the months that it is made of.

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

The blocks of `base/person.html.j2` are `style`, `head`, `outcome` (and in it `reasons`), `trend`, `parts`, `ladder`,
`overview`, `indicators` (and in it `line_reason`, `line_picture`, which know the `line`, and `totals`), `adjustments`,
`deciding`, `gates`, `grading`, `pay` (and in it `pay_reason`, which knows the `element`), `next`, `signatures`,
`figures` and `foot`.
In each block `charts` has the macros `bar`, `curve`, `scale`, `trend`, `timeline`, `course` and `answers`, which draw a
chart: `{{ charts.bar(line.bar) }}`; `charts.fate_sign(step.outcome)` is the sign for what a cycle came to. `parts` has,
among others, `signatures`: the lines for them, to stand elsewhere. In an index `listed` has `people`, the list of
people, and `tallies`.
The blocks of `base/letter.html.j2` are `style`, `head`, `decision`, `reasons`, `values`, `signatures` and `foot`.
The blocks of `base/index.html.j2` are `style`, `head`, `summary`, `people`, `troubles`, `assumptions` and `foot`.

Templates are rendered in a sandbox. Everything is escaped, so a name is always text. A name or field that is not in
the lists below is an error, told with the template and its line. A page should load nothing from elsewhere and need
no script; the browser is told to allow neither.

## What a template is given

These lists are made from the code by `python docs/generate.py`. Texts are ready to be shown: worded in the language
of the page, numbers with their decimals and signs.
"""


_FAMILIES = (
    ("person", "is none of these", "each indicator with its way, its curve and the person's point", "the people"),
    (
        "scorecard",
        "has groups, or many lines",
        "the whole sheet on one page by its groups, with lines for signatures",
        "the people",
    ),
    (
        "heatmap",
        "has bands, for people who are compared",
        "the indicators as a strip of cells",
        "people by indicators for each team and period, each cell in the tone of its share of the full points",
    ),
    ("league", "ranks people", "the places that were won", "a table of each league, by rank"),
    (
        "trend",
        "is scored period after period",
        "a small drawing of each indicator's scores over the periods, and the figures as a table",
        "by period the means of each team, and the totals of each person",
    ),
    (
        "checklist",
        "is a list of items, by stages",
        "by stage the items answered yes; what was missed, what does not apply and what is open",
        "stages by visit, and the items that were missed most often",
    ),
    (
        "rating",
        "people judge, one or several of them",
        "indicators by raters, with levels, flags and lines for signatures",
        "the people",
    ),
    ("payslip", "is about pay", "a pay slip for one sheet of A5 or A4", "what is paid by element, with sums"),
)
"""The templates for whole families of sheets: the name, for which sheets, and what its pages show."""


def templates_page() -> str:
    """The whole page."""
    rows = ["| `template = ` | for a sheet that | the person's page | the index |", "|---|---|---|---|"]
    rows += [f'| `"base/{name}"` | {sheet} | {page} | {index} |' for name, sheet, page, index in _FAMILIES]
    introduction = _INTRODUCTION.replace("{families}", "\n".join(rows))
    return f"{introduction}\n{_reference()}"


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
    return f"list of {names[0]}" if getattr(kind, "__origin__", None) in (tuple, Sequence) else " or ".join(names)
