"""Conditions decided together: the cases that their parts can be in, one after another.

`x >= 5 and x < 3` never holds, though each half can: what is compared is cut where it is compared, and all parts are
asked in the same case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product as every_case

from attrs import frozen

from kpicore.check import reckon
from kpicore.check.extent import Extent, full, joint
from kpicore.check.spans import Spans
from kpicore.formula.node import Absence, Compare, Every, Node, Not, Ref, Some

Of = Callable[[Node], Extent]
Value = Fraction | str | bool | None
"""What a part is in a case; None: it is left out, and not asked."""
MOST_CASES = 2000
_TURNED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}


@frozen
class _Asked:
    """A comparison of something with a value that is known."""

    subject: Node
    sign: str
    value: Fraction | str


def compared(node: Compare, left: Extent, right: Extent) -> frozenset[bool] | None:
    """Whether it can hold and whether it can fail; None where that is not known."""
    if left.numbers.spans and right.numbers.spans:
        return reckon.compared(node.sign, left.numbers, right.numbers)
    if node.sign in ("==", "!="):
        pair = (left.flags, right.flags) if left.flags else (left.texts, right.texts)
        mine, other = pair
        if mine is not None and other is not None:
            same = bool(mine & other)
            differs = len(mine | other) > 1
            found = {value for value, possible in ((True, same), (False, differs)) if possible}
            return frozenset(found if node.sign == "==" else {not value for value in found})
    return None


def connected(found: list[Extent], decides: bool) -> Extent:
    """What `and` or `or` makes of these: the first is decided by one false, the other by one true."""
    absent, rests, apart = joint(found)
    flags = set()
    if any(decides in each.flags for each in found):
        flags.add(decides)
    asked = any((not decides) in each.flags for each in found)
    if asked and all((not decides) in each.flags or each.absent & Absence.LEFT_OUT for each in found):
        flags.add(not decides)
    if not all(each.absent & Absence.LEFT_OUT for each in found):
        absent &= ~Absence.LEFT_OUT  # the others are asked
    if any(each.flags == {decides} and not each.absent for each in found):
        absent = Absence.NONE
    return Extent(flags=frozenset(flags), absent=absent, rests=rests, sure=apart and all(each.sure for each in found))


def together(of: Of, body: Callable[[Ref], Node | None], node: Every | Some) -> Extent | None:
    """Whether a condition can hold and can fail; None where there are too many cases. `body` opens a cell."""
    parts: dict[Node, _Asked | None] = {}
    if not all(_collect(of, body, part, parts) for part in node.args):
        return None
    subjects = dict.fromkeys(part if asked is None else asked.subject for part, asked in parts.items())
    extents = {subject: of(subject) for subject in subjects}
    cases: list[list[Value]] = []
    many = 1
    for subject, extent in extents.items():
        values = list(_cases(extent, [asked for asked in parts.values() if asked and asked.subject == subject]))
        if extent.absent & Absence.LEFT_OUT:
            values.append(None)
        cases.append(values)
        many *= len(values)
        if not values or many > MOST_CASES:
            return None
    flags = set()
    for case in every_case(*cases):
        here = dict(zip(extents, case, strict=True))
        if (held := _held(body, node, parts, here)) is not None:
            flags.add(held)
    absent, rests, apart = joint(extents.values())
    sure = apart and all(full(each) for each in extents.values())
    return Extent(flags=frozenset(flags), absent=absent, rests=rests, sure=sure)


def _collect(of: Of, body: Callable[[Ref], Node | None], node: Node, parts: dict[Node, _Asked | None]) -> bool:
    """Notes the parts of a condition that are asked by themselves; False where one of them can not be told in cases."""
    if isinstance(node, Every | Some):
        return all(_collect(of, body, part, parts) for part in node.args)
    if isinstance(node, Not):
        return _collect(of, body, node.arg, parts)
    if isinstance(node, Ref) and (opened := body(node)) is not None:
        return _collect(of, body, opened, parts)
    parts[node] = _asked(of, node) if isinstance(node, Compare) else None
    return True


def _asked(of: Of, node: Compare) -> _Asked | None:
    for subject, other, sign in ((node.left, node.right, node.sign), (node.right, node.left, _TURNED[node.sign])):
        extent = of(other)
        if extent.numbers.one is not None and not extent.rests and subject.type == "number":
            return _Asked(subject, sign, extent.numbers.one)
        if extent.texts is not None and len(extent.texts) == 1 and not extent.rests and subject.type == "text":
            return _Asked(subject, sign, next(iter(extent.texts)))
    return None


def _cases(extent: Extent, asked: list[_Asked]) -> Iterator[Value]:
    """A value for each case that something can be in, as far as it is asked."""
    if not asked:
        yield from sorted(extent.flags)
        return
    words = {each.value for each in asked if isinstance(each.value, str)}
    if words:
        yield from sorted(extent.texts if extent.texts is not None else {*words, "\0"})
        return
    ends = sorted(each.value for each in asked if isinstance(each.value, Fraction))
    low: Fraction | None = None
    for end in (*ends, None):
        yield from _one(extent.numbers.inside(low, False, end, False))
        if end is not None:
            yield from _one(extent.numbers.inside(end, True, end, True))
        low = end


def _one(numbers: Spans) -> Iterator[Fraction]:
    """A number of a set, if there is one, which is not an end that does not belong to it."""
    if not numbers.spans:
        return
    low, high = numbers.spans[0]
    if numbers.unit is not None:
        yield low if low is not None else high if high is not None else Fraction(0)
    elif low is None or high is None:
        yield low + 1 if low is not None else high - 1 if high is not None else Fraction(0)
    else:
        yield (low + high) / 2


def _held(
    body: Callable[[Ref], Node | None], node: Node, parts: Mapping[Node, _Asked | None], here: Mapping[Node, Value]
) -> bool | None:
    """Whether a condition holds in a case; None where all of it is left out."""
    if isinstance(node, Every | Some):
        found = [held for part in node.args if (held := _held(body, part, parts, here)) is not None]
        if not found:
            return None
        return all(found) if isinstance(node, Every) else any(found)
    if isinstance(node, Not):
        held = _held(body, node.arg, parts, here)
        return None if held is None else not held
    if isinstance(node, Ref) and (opened := body(node)) is not None:
        return _held(body, opened, parts, here)
    asked = parts[node]
    value = here[node if asked is None else asked.subject]
    if asked is None or value is None:
        return None if value is None else bool(value)
    return _compares(value, asked.sign, asked.value)


def _compares(value: Value, sign: str, other: Fraction | str) -> bool:
    if isinstance(value, Fraction) and isinstance(other, Fraction):
        found = {"<": value < other, "<=": value <= other, ">": value > other, ">=": value >= other}
        if sign in found:
            return found[sign]
    return (value == other) is (sign == "==")
