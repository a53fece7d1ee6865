"""What kpicore brings along: rule kinds, formula functions, readers, writers and the base of all reports."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kpicore.folder import TemplateFolder
from kpicore.hookspecs import hookimpl

if TYPE_CHECKING:
    from kpicore.formula.resolve import Function
    from kpicore.io.protocol import ResultWriter, TableReader
    from kpicore.protocols import Rule


@hookimpl
def register_rules() -> Iterable[type[Rule]]:
    """The rule kinds of kpicore.rules."""
    from kpicore.rules import STANDARD

    return STANDARD


@hookimpl
def register_functions() -> Iterable[Function]:
    """The functions of kpicore.formula."""
    from kpicore.formula.functions import STANDARD

    return STANDARD


@hookimpl
def register_readers() -> Iterable[TableReader]:
    """CSV, Excel and Parquet."""
    from kpicore.io.source import READERS

    return READERS


@hookimpl
def register_writers() -> Iterable[ResultWriter]:
    """JSON, JSON lines, CSV, Parquet and Excel."""
    from kpicore.io.write import WRITERS

    return WRITERS


@hookimpl
def register_templates() -> Iterable[TemplateFolder]:
    """The shared base of the reports."""
    return [TemplateFolder(Path(str(files("kpicore.templates") / "base")), "base")]
