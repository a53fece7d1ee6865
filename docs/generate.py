"""Writes the pages and schemas that are made from the code: `python docs/generate.py`. A test compares them."""

from __future__ import annotations

import json
from pathlib import Path

import kpicore
from kpicore.check.reference import check_page
from kpicore.cli.reference import reference
from kpicore.report.reference import templates_page
from kpicore.schema import result_schema
from kpicore.schemefile import json_schema

DOCS = Path(__file__).resolve().parent


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def pages() -> dict[str, str]:
    """Every generated file, by its path below docs/."""
    vocabulary = kpicore.load(entry_points=False, plugins=_builtin()).vocabulary
    return {
        "check.md": check_page(),
        "commands.md": reference(),
        "templates.md": templates_page(),
        "schemas/scheme.schema.json": _json(json_schema(vocabulary)),
        "schemas/result.schema.json": _json(result_schema()),
    }


def _builtin() -> list[object]:
    """The plugins that kpicore brings, whatever else is installed."""
    from importlib import import_module

    return [import_module("kpicore.plugins.standard")]


if __name__ == "__main__":
    for name, text in pages().items():
        path = DOCS / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
