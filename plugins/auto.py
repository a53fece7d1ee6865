"""Appraisal sheets of car dealers."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from kpicore.folder import SchemeFolder, TemplateFolder
from kpicore.hookspecs import hookimpl

NAME = "auto"


@hookimpl
def register_schemes() -> Iterable[SchemeFolder]:
    """The scheme files in schemes/auto."""
    return [SchemeFolder(Path(str(files("kpicore.schemes") / NAME)), NAME)]


@hookimpl
def register_templates() -> Iterable[TemplateFolder]:
    """The templates in templates/auto."""
    return [TemplateFolder(Path(str(files("kpicore.templates") / NAME)), NAME)]
