"""The values that one fact can take in place of the present one, and where the sheet bends on the way to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from attrs import define, field

from kpicore.cells import behind
from kpicore.curve import OnCurve
from kpicore.decimals import MOST_DIGITS
from kpicore.figure import KINDS, Value
from kpicore.formula.node import (
    Absence,
    Compare,
    Extreme,
    Fact,
    Magnitude,
    Negative,
    Node,
    Quotient,
    Sum,
    children,
)
from kpicore.model import FactSpec, Sheet

Read = Callable[[Node, Value], object]
"""The value of a formula, were the fact another."""
_FARTHEST = 10 ** (MOST_DIGITS - 4)
_WIDER = 8


@define(frozen=True, slots=False)
class Axis:
    """A fact with its present value. Numbers change by whole steps of `unit`, the last place of its kind.

    `blank`: nobody has given it yet, and it goes out from `now`, which is nothing or no.
    """

    spec: FactSpec
    now: Value
    blank: bool = False

    @classmethod
    def of_blank(cls, spec: FactSpec) -> Axis | None:
        """That of a fact which may still be given; None of a choice, a text or a date."""
        if spec.figure.type == "flag":
            return cls(spec, False, True)
        least, _ = spec.bounds.ends
        return cls(spec, least or 0, True) if spec.figure.type == "number" else None

    @property
    def number(self) -> bool:
        """Whether it is a number."""
        return self.spec.figure.type == "number"

    @property
    def unit(self) -> Fraction:
        """The least step."""
        return Fraction(1, 10 ** KINDS[self.spec.kind].places)

    @cached_property
    def _places(self) -> int:
        return KINDS[self.spec.kind].places

    @cached_property
    def _whole(self) -> tuple[int, int]:
        """The present value in units, downwards and upwards."""
        exact = Fraction(self.now) * 10**self._places  # type: ignore[arg-type]
        return exact.__floor__(), exact.__ceil__()

    @cached_property
    def _ends(self) -> tuple[int, int]:
        """The least and the greatest value in units."""
        scale, farthest = 10**self._places, _FARTHEST * 10**self._places
        least, most = self.spec.bounds.ends
        low = -farthest if least is None else (Fraction(least) * scale).__ceil__()
        return low, farthest if most is None else (Fraction(most) * scale).__floor__()

    def step(self, count: int) -> Value | None:
        """The value so many whole steps above or below; None beyond its bounds."""
        units = self._whole[0 if count > 0 else 1] + count
        low, high = self._ends
        if not low <= units <= high:
            return None
        return units if self.spec.figure.whole else Decimal(units).scaleb(-self._places)

    def choices(self) -> list[Value]:
        """Every other value of a fact that is no number; none of texts and dates."""
        if self.spec.figure.type == "flag":
            return [not self.now]
        if self.spec.na:  # what does not apply is nobody's to change
            return [answer for answer in ("yes", "no") if self.now in ("yes", "no") and answer != self.now]
        return [choice for choice in self.spec.bounds.choices if choice != self.now]

    def farthest(self, way: int) -> Iterator[int]:
        """Numbers of steps, ever farther, up to the bound: 1, 8, 64, ..."""
        count = way
        while self.step(count) is not None:
            yield count
            count *= _WIDER
        inside, outside = count // _WIDER if abs(count) > 1 else 0, count
        if not inside:
            return
        while abs(outside - inside) > 1:  # the last step within the bound
            middle = (inside + outside) // 2
            inside, outside = (middle, outside) if self.step(middle) is not None else (inside, middle)
        yield inside


@define(eq=False)
class Bends:
    """Where a sheet bends or jumps below these roots as its facts grow."""

    sheet: Sheet
    roots: tuple[Node, ...]
    _rests: dict[str, Rests] = field(factory=dict)
    _found: dict[str, list[Node]] = field(factory=dict)

    def rests(self, fact: str) -> Rests:
        """Says which formulas rest on a fact."""
        return self._rests.setdefault(fact, Rests(self.sheet, fact))

    def of(self, fact: str) -> list[Node]:
        """Formulas whose sign changes where the sheet bends as this fact grows; inner ones first."""
        known = self._found.get(fact)
        if known is None:
            rests = self.rests(fact)
            found: dict[Node, None] = {}
            for node in reversed(list(behind(self.sheet.cells, self.roots))):
                if rests.on(node):
                    found |= dict.fromkeys(each for each in _signs(node) if rests.on(each))
            known = self._found[fact] = list(found)
        return known


def _signs(node: Node) -> Iterator[Node]:
    match node:
        case Compare() if node.left.type == "number":
            yield _less(node.left, node.right)
        case Magnitude():
            yield node.arg
        case Extreme():
            for one, other in pairwise(node.args):
                yield _less(one, other)
        case Quotient():
            yield node.bottom
        case OnCurve():
            ends = dict.fromkeys(
                end for piece in node.curve.pieces for end in (piece.low, piece.high) if end is not None
            )
            for end in ends:
                yield _less(node.arg, end)


def _less(one: Node, other: Node) -> Node:
    return Sum((one, Negative(other)))


@define
class Rests:
    """Whether formulas rest on a fact, in the row's own period."""

    sheet: Sheet
    fact: str
    _known: dict[Node, bool] = field(factory=dict)

    def on(self, node: Node) -> bool:
        """Whether this one does."""
        found = self._known.get(node)
        if found is None:
            self._known[node] = False
            found = self._known[node] = self._found(node)
        return found

    def _found(self, node: Node) -> bool:
        if isinstance(node, Fact):
            return node.id == self.fact
        cell = getattr(node, "cell", None)
        if isinstance(cell, str):
            return self.on(self.sheet.cells[cell].node)
        return any(map(self.on, children(node)))


def sign(value: object) -> int | None:
    """-1, 0 or 1; None of what is absent."""
    if isinstance(value, Absence) or not isinstance(value, Fraction):
        return None
    return (value > 0) - (value < 0)
