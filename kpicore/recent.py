"""What was made for a key is kept, as long as there are not too many keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import define, field

T = TypeVar("T")
_MOST = 64


@define(eq=False)
class Recent(Generic[T]):
    """The last things that were made; when there are 64 of them all are let go."""

    _kept: dict[object, T] = field(factory=dict, init=False, repr=False)

    def get(self, key: object, make: Callable[[], T]) -> T:
        """What was made for the key, made where there is nothing yet."""
        if key not in self._kept:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = make()
        return self._kept[key]
