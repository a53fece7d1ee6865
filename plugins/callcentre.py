"""Appraisal sheets of call centres and couriers."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from kpicore.folder import SchemeFolder
from kpicore.hookspecs import hookimpl

NAME = "callcentre"


@hookimpl
def register_schemes() -> Iterable[SchemeFolder]:
    """The scheme files in schemes/callcentre."""
    return [SchemeFolder(Path(str(files("kpicore.schemes") / NAME)), NAME)]
