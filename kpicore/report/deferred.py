"""A sequence that is made when it is first looked at, for what few templates ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

Part = TypeVar("Part")


class Deferred(Sequence[Part], Generic[Part]):
    """The parts that `make` gives, asked once and only where somebody looks."""

    def __init__(self, make: Callable[[], Iterable[Part]]) -> None:
        self._make = make

    @cached_property
    def _parts(self) -> tuple[Part, ...]:
        return tuple(self._make())

    def __getitem__(self, place: Any) -> Any:
        return self._parts[place]

    def __len__(self) -> int:
        return len(self._parts)
