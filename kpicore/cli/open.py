"""The registry and the scheme that a command works with."""

from __future__ import annotations

from pathlib import Path

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


def open_either(registry: Registry, ref: str) -> LoadedScheme:
    """The scheme of an id, of id@version, which fixes the version, or of a file."""
    id_, sign, version = ref.rpartition("@")
    if not sign or Path(ref).is_file():
        return open_scheme(registry, ref)
    return open_scheme(registry, id_, version)
