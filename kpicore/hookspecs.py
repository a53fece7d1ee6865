"""The hooks that a plugin may fill. docs/plugins.md describes each and shows how to write one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    from kpicore.folder import SchemeFolder, TemplateFolder
    from kpicore.formula.resolve import Function
    from kpicore.io.protocol import ResultWriter, TableReader
    from kpicore.protocols import Rule, Scheme
    from kpicore.run import Run

PROJECT = "kpicore"
hookspec = HookspecMarker(PROJECT)
hookimpl = HookimplMarker(PROJECT)


class Hooks:
    """All hooks. Those that begin with `register_` are called once, by `kpicore.load()`."""

    @hookspec
    def register_schemes(self) -> Iterable[SchemeFolder | Path | Scheme]:  # type: ignore[empty-body]
        """Schemes: folders of scheme files, single files, or objects that are schemes."""

    @hookspec
    def register_rules(self) -> Iterable[type[Rule]]:  # type: ignore[empty-body]
        """Rule kinds that scheme files may name."""

    @hookspec
    def register_functions(self) -> Iterable[Function]:  # type: ignore[empty-body]
        """Functions that formulas may call."""

    @hookspec
    def register_templates(self) -> Iterable[TemplateFolder]:  # type: ignore[empty-body]
        """Folders of templates for reports."""

    @hookspec
    def register_readers(self) -> Iterable[TableReader]:  # type: ignore[empty-body]
        """Readers of files of figures."""

    @hookspec
    def register_writers(self) -> Iterable[ResultWriter]:  # type: ignore[empty-body]
        """Writers of results."""

    @hookspec
    def on_scored(self, run: Run) -> None:
        """Called with each finished run; what it returns is not looked at."""


HOOKS = tuple(name for name in vars(Hooks) if not name.startswith("_"))
