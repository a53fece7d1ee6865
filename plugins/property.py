"""Appraisal sheets of property management."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from kpicore.folder import SchemeFolder
from kpicore.hookspecs import hookimpl

NAME = "property"


@hookimpl
def register_schemes() -> Iterable[SchemeFolder]:
    """The scheme files in schemes/property."""
    return [SchemeFolder(Path(str(files("kpicore.schemes") / NAME)), NAME)]
