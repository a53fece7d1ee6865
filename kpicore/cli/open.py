"""The registry and the scheme that a command works with."""

from __future__ import annotations

from kpicore.cli.stream import tell
from kpicore.loaded import LoadedScheme
from kpicore.registry import Registry, load


def open_registry() -> Registry:
    """The installed plugins; those that failed are named on the error stream, and the others work."""
    registry = load()
    for problem in registry.problems:
        tell(str(problem))
    return registry


def open_scheme(registry: Registry, ref: str, version: str | None = None) -> LoadedScheme:
    """The scheme of an id or file. What its files warn of goes to the error stream."""
    found = registry.scheme(ref, version)
    for each in found.among():
        for warning in getattr(each.scheme, "warnings", ()):
            tell(str(warning))
    return found
