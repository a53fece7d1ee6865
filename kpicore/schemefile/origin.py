"""The tables of a scheme after all that it takes over, and where each key of them stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from kpicore.decimals import quoted
from kpicore.model import Taken
from kpicore.problem import Place
from kpicore.schemefile.finding import KeyPath
from kpicore.schemefile.raw import RawScheme
from kpicore.schemefile.scalar import LONGEST_ID

TABLES = ("facts", "params", "seasons")
"""Tables of what formulas name."""
PROVIDERS = "providers"
Base = Callable[[str], RawScheme | None]
"""Gives the file of a scheme by its reference, 'id' or 'id@version'; None where there is none."""


@define
class Origin:
    """Where a table stands. `inside` holds those of its keys that stand elsewhere."""

    raw: RawScheme
    path: KeyPath
    inside: dict[str | int, Origin] = field(factory=dict)

    def at(self, key: str | int) -> Origin:
        """The origin of what stands under this key."""
        return self.inside.get(key) or Origin(self.raw, (*self.path, key))

    def place(self, path: KeyPath) -> Place:
        """The file and line of a key below."""
        origin = self
        for depth, key in enumerate(path):
            following = origin.inside.get(key)
            if following is None:
                return origin.raw.place((*origin.path, *path[depth:]))
            origin = following
        return origin.raw.place(origin.path)


@frozen
class Resolved:
    """The tables of a scheme with all that it takes over.

    By the places of indicators: `taken` says from where each was taken, the nearest scheme first; `lost` are those of
    which that could not be had, so that only their own keys are there.
    """

    table: Mapping[str, Any]
    origin: Origin
    taken: Mapping[int, tuple[Taken, ...]] = field(factory=dict)
    lost: frozenset[int] = frozenset()

    def key(self, path: KeyPath) -> str:
        """A key as messages name it: 'indicator.inquiry_conversion.rule.bands[2].points'."""
        shown = ""
        here: Any = self.table
        for part in path:
            if isinstance(part, int):
                here = here[part] if isinstance(here, list) and part < len(here) else None
                name = here.get("id") if isinstance(here, dict) else None
                shown += f".{_shown(name)}" if isinstance(name, str) and name else f"[{part + 1}]"
            else:
                shown += f".{_shown(part)}" if shown else _shown(part)
                here = here.get(part) if isinstance(here, dict) else None
        return shown

    def path(self, key: str) -> KeyPath:
        """The path of a key as messages name it, as far as it is there."""
        path: list[str | int] = []
        here: Any = self.table
        for name in _names(key):
            if isinstance(name, int):
                if not isinstance(here, list) or name >= len(here):
                    break
                path.append(name)
                here = here[name]
                continue
            if isinstance(here, list):
                row = next((i for i, row in enumerate(here) if isinstance(row, dict) and row.get("id") == name), None)
                if row is None:
                    break
                path.append(row)
                here = here[row]
            elif isinstance(here, dict) and name in here:
                path.append(name)
                here = here[name]
            else:
                break
        return tuple(path)


def _names(key: str) -> Iterator[str | int]:
    """The names in a key, and the places, from 0, that stand in brackets."""
    for part in key.split("."):
        name, _, places = part.partition("[")
        yield name
        yield from (int(place.rstrip("]")) - 1 for place in places.split("[") if place.rstrip("]").isdigit())


def _shown(name: str) -> str:
    """A name from a file, made fit to be printed."""
    return name if len(name) <= LONGEST_ID and name.isprintable() else quoted(name)[1:-1]


def alone(raw: RawScheme) -> Resolved:
    """A scheme without what it extends."""
    return Resolved(raw.table, Origin(raw, ()))


def merged(theirs: Any, where: Origin, mine: Any, here: Origin, depth: int) -> tuple[Any, Origin]:
    """Key by key, mine before theirs; `depth` says how many levels down."""
    if depth == 0 or not isinstance(theirs, dict) or not isinstance(mine, dict):
        return mine, here
    table: dict[str, Any] = {}
    for key, value in theirs.items():
        if key in mine:
            table[key], here.inside[key] = merged(value, where.at(key), mine[key], here.at(key), depth - 1)
        else:
            table[key], here.inside[key] = value, where.at(key)
    return table | {key: value for key, value in mine.items() if key not in table}, here
