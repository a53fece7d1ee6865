"""Appraisal sheets of after-sales service."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from kpicore.folder import SchemeFolder
from kpicore.hookspecs import hookimpl

NAME = "aftersales"


@hookimpl
def register_schemes() -> Iterable[SchemeFolder]:
    """The scheme files in schemes/aftersales."""
    return [SchemeFolder(Path(str(files("kpicore.schemes") / NAME)), NAME)]
