"""Where made-up schemes and figures come from: choices among so many, drawn by Hypothesis or rolled from a seed.

What is made is a function of its choices, so the same code serves tests that shrink and long runs that are fast.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice:
    """Choices. The first option is the simplest one: towards it Hypothesis shrinks."""

    def below(self, many: int) -> int:
        """A whole number from 0 up to, not including, `many`."""
        raise NotImplementedError

    def pick(self, options: Sequence[T]) -> T:
        """One of these."""
        return options[self.below(len(options))] if len(options) > 1 else options[0]

    def among(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + self.below(most - least + 1) if most > least else least

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases; the simplest answer is no."""
        return self.below(100) >= 100 - percent

    def weighted(self, *options: tuple[int, T]) -> T:
        """One of these, each so often beside the others."""
        place = self.below(sum(weight for weight, _ in options))
        for weight, option in options:
            if place < weight:
                return option
            place -= weight
        raise AssertionError("the weights have no end")

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """So many different ones of these, in their order."""
        left = list(range(len(options)))
        taken = [left.pop(self.below(len(left))) for _ in range(min(self.among(least, most), len(left)))]
        return [options[place] for place in sorted(taken)]

    def mixed(self, options: Sequence[T]) -> list[T]:
        """All of these in some order."""
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]


class Rolled(Dice):
    """Choices of a seed."""

    def __init__(self, seed: int | str) -> None:
        self._random = random.Random(seed).random

    def below(self, many: int) -> int:
        return int(self._random() * many)


@lru_cache(maxsize=512)
def _whole(many: int) -> st.SearchStrategy[int]:
    return st.integers(0, many - 1)


class Drawn(Dice):
    """Choices that Hypothesis draws."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self._draw = draw

    def below(self, many: int) -> int:
        found: int = self._draw(_whole(many))
        return found
