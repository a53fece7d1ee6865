"""What a formula can come to, whatever the figures are."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from kpicore.check.spans import Spans, everything, together
from kpicore.formula.node import Absence, Node

ANY = Absence.LEFT_OUT | Absence.UNDEFINED | Absence.MISSING | Absence.HOLE
BOTH = frozenset({True, False})


@frozen
class Extent:
    """What a formula can come to: numbers, or flags, or texts (None: any), and for what reasons it can be absent.

    `rests` are the facts, and looks beyond the row, on which it rests. `sure`: every one of the flags and texts does
    come about; of numbers `Spans.full` says that.
    """

    numbers: Spans = Spans(())
    flags: frozenset[bool] = frozenset()
    texts: frozenset[str] | None = frozenset()
    absent: Absence = Absence.NONE
    rests: frozenset[object] = frozenset()
    sure: bool = True

    @property
    def there(self) -> bool:
        """Whether it can have a value at all."""
        return bool(self.numbers.spans or self.flags or self.texts is None or self.texts)


def unknown(node: Node, rests: object = None) -> Extent:
    """All that a node of this type can be."""
    numbers = everything() if node.type == "number" else Spans(())
    flags = BOTH if node.type == "flag" else frozenset[bool]()
    texts = None if node.type in ("text", "date") else frozenset[str]()
    return Extent(numbers, flags, texts, ANY, frozenset({node if rests is None else rests}), sure=False)


def joint(found: Iterable[Extent]) -> tuple[Absence, frozenset[object], bool]:
    """For what reasons one of these can be absent, what they rest on, and whether each stands by itself."""
    absent, rests, apart = Absence.NONE, frozenset[object](), True
    for each in found:
        absent |= each.absent
        apart = apart and not rests & each.rests
        rests |= each.rests
    return absent, rests, apart


def either(taken: list[Extent], asked: Extent, always: bool) -> Extent:
    """One of several, as something says that may itself be absent.

    `always`: there is just one, and wherever the other is there it says that.
    """
    _, rests, _ = joint(taken)
    absent = asked.absent
    for each in taken:
        absent |= each.absent
    apart = not rests & asked.rests and (asked.sure or always)
    numbers = together(each.numbers for each in taken)
    texts: frozenset[str] | None = frozenset()
    for each in taken:
        texts = None if texts is None or each.texts is None else texts | each.texts
    flags = frozenset[bool]().union(*(each.flags for each in taken))
    sure = apart and all(each.sure for each in taken)
    return Extent(numbers.only_if(apart), flags, texts, absent, rests | asked.rests, sure)


def full(extent: Extent) -> bool:
    return extent.sure and extent.numbers.full
