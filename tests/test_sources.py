"""The page of all sheets against the schemes that kpicore brings."""

from __future__ import annotations

import re
from pathlib import Path

import kpicore
from kpicore.loaded import LoadedScheme

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "sources.md").read_text("utf-8")
LISTED = set(re.findall(r"`([a-z]+/[a-z0-9-]+)`", PAGE))


def shipped() -> dict[str, LoadedScheme]:
    registry = kpicore.load()
    return {entry.id: registry.scheme(entry.id) for entry in registry.schemes() if entry.plugin != "stranger"}


def test_every_scheme_stands_on_the_page_and_none_else() -> None:
    assert set(shipped()) == LISTED


def test_every_scheme_names_the_document_that_the_page_has_it_under() -> None:
    parts = re.split(r"^## (\d{3}):.*$", PAGE, flags=re.MULTILINE)
    under: dict[str, set[str]] = {}
    for document, text in zip(parts[1::2], parts[2::2], strict=True):
        for id_ in re.findall(r"`([a-z]+/[a-z0-9-]+)`", text):
            under.setdefault(id_, set()).add(document)
    for id_, scheme in shipped().items():
        assert scheme.newest.model.source[:3] in under[id_], id_


def test_each_scheme_is_titled_and_noted_in_both_languages() -> None:
    for id_, scheme in shipped().items():
        model = scheme.newest.model
        parts = [model, *model.facts.values(), *model.params.values(), *model.groups, *model.raters]
        parts += [*model.indicators, *model.gates, *model.pay, *(longer for longer in model.rollups)]
        for part in parts:
            name = f"{id_}: {part.id}"
            assert {language for language, _ in part.title.texts} == {"zh", "en"}, name
            note = getattr(part, "note", None)
            assert not note or {language for language, _ in note.texts} == {"zh", "en"}, name
