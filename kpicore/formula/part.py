"""What all pieces of a tree have in common: what they are made of, and the same with something replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Literal, TypeVar

import attrs

Type = Literal["number", "flag", "text", "date"]
T = TypeVar("T", bound="Part")


class Part:
    """A piece of the tree: a node, or something that nodes are made of (a curve, a piece of it)."""

    __slots__ = ()


class Node(Part):
    """A formula."""

    __slots__ = ()

    @property
    def type(self) -> Type:
        """The type of its value."""
        raise TypeError(f"{self.__class__.__name__} says no type")


def _parts(value: object) -> Iterator[Part]:
    if isinstance(value, Part):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _parts(item)


def _fields(part: Part) -> tuple[str, ...]:
    cls: type = part.__class__
    return _names(cls)


@lru_cache(maxsize=256)
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))


def parts(part: Part) -> Iterator[Part]:
    """What this part is made of, directly."""
    for name in _fields(part):
        yield from _parts(getattr(part, name))


def children(node: Part) -> Iterator[Node]:
    """The nodes directly below, those in the pieces of a curve included."""
    for part in parts(node):
        if isinstance(part, Node):
            yield part
        else:
            yield from children(part)


def below(node: Node) -> Iterator[Node]:
    """The node and every node under it, those of looks beyond the row included, each distinct one once."""
    seen: set[Node] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            yield here
            waiting.extend(reversed(list(children(here))))


def _replaced(value: Any, change: Callable[[Node], Node | None]) -> Any:
    if isinstance(value, Part):
        return replace(value, change)
    if isinstance(value, tuple):
        return tuple(_replaced(item, change) for item in value)
    return value


def replace(part: T, change: Callable[[Node], Node | None]) -> T:
    """The same tree with every node for which `change` returns another one replaced by that."""
    if isinstance(part, Node):
        other = change(part)
        if other is not None:
            return other  # type: ignore[return-value]
    changed = {}
    for name in _fields(part):
        old = getattr(part, name)
        new = _replaced(old, change)
        if new is not old and new != old:
            changed[name] = new
    return attrs.evolve(part, **changed) if changed else part  # type: ignore[misc]
