"""Appraisal sheets of customer service."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from kpicore.folder import SchemeFolder
from kpicore.hookspecs import hookimpl

NAME = "service"


@hookimpl
def register_schemes() -> Iterable[SchemeFolder]:
    """The scheme files in schemes/service."""
    return [SchemeFolder(Path(str(files("kpicore.schemes") / NAME)), NAME)]
