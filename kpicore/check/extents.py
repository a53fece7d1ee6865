"""The reader that says what values a formula can have, whatever the figures are.

What it says holds for every row: no value lies outside. Where it says `full` of numbers, or `sure` of the rest, each of
them does come about for some row; elsewhere there may be fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from attrs import define, evolve, field

from kpicore.cells import references
from kpicore.check import logic
from kpicore.check.beyond import across, along, parts_of, portion, share_of_heads
from kpicore.check.extent import ANY, BOTH, Extent, either, full, joint, unknown
from kpicore.check.reckon import any_quotient, greatest, inverses, least, on_piece, product
from kpicore.check.spans import Span, Spans, everything, one, scaled, summed, to_places, together
from kpicore.curve import Curve, OnCurve, at, partition
from kpicore.formula.node import (
    Absence,
    Absent,
    Across,
    Along,
    Choose,
    Compare,
    Day,
    DaysBetween,
    Every,
    Extreme,
    Fact,
    Flag,
    Instead,
    Is,
    Label,
    Lookup,
    Magnitude,
    Moment,
    Negative,
    Node,
    Not,
    Num,
    Param,
    Portion,
    Product,
    Quotient,
    Ref,
    Round,
    Some,
    Sum,
    Text,
    walk,
)
from kpicore.model import GIVEN_TOTAL, FactSpec, Sheet

_MOST_STEPS = 400
"""So many steps of a stair are told apart."""
_NOUGHT = one(Fraction(0))
_DATE = Extent(texts=None, sure=False)
"""Some day or other: days are not told apart."""


@define
class Extents:
    """The extents of the formulas of a sheet in a month of the year, with the parameters as they are declared.

    `narrowed` gives bounds of cells that are known from elsewhere, `shorter` are those of the sheet that scores the
    shorter periods, which looks over a cycle ask.
    """

    sheet: Sheet
    month: int
    year: int
    narrowed: Mapping[str, Callable[[Extents], Span]] = field(factory=dict)
    shorter: Extents | None = None
    _cells: dict[str, Extent] = field(factory=dict)
    _apart: frozenset[str] = frozenset()
    _nodes: dict[Node, Extent] = field(factory=dict)

    def cell(self, name: str) -> Extent:
        """The extent of a cell."""
        found = self._cells.get(name)
        if found is None:
            self._cells[name] = Extent(everything(), BOTH, None, ANY, sure=False)  # while it is being found
            found = self.of(self.sheet.cells[name].node)
            if name in self.narrowed:
                low, high = self.narrowed[name](self)
                found = evolve(found, numbers=found.numbers.inside(low, True, high, True))
            self._cells[name] = found
        return found

    def of(self, node: Node) -> Extent:
        """The extent of a formula."""
        found = self._nodes.get(node)
        if found is None:
            found = self._nodes[node] = self._found(node)
        return found

    def bound(self, curve: Curve) -> Curve:
        """The curve with numbers for all ends and values that are known here."""

        def change(node: Node) -> Node | None:
            if isinstance(node, Num):
                return node
            value = self.of(node).numbers.one
            return None if value is None else Num(value)

        return curve.bind(change)

    def given(self, name: str, value: Fraction) -> Extents:
        """The same where a cell of numbers is known to have this value, and what rests on nothing but it too."""
        if not self._apart:
            resting = {name}
            for each, cell in self.sheet.cells.items():  # each after those that it needs
                if resting & set(references(cell.node)):
                    resting.add(each)
            self._apart = frozenset(self.sheet.cells) - resting
        kept = {each: self.cell(each) for each in self._apart}
        return Extents(
            self.sheet, self.month, self.year, shorter=self.shorter, cells={**kept, name: Extent(one(value))}
        )

    def flag_body(self, node: Ref) -> Node | None:
        """The formula of a cell that is a condition made of others, None of any other."""
        cell = self.sheet.cells[node.cell]
        return cell.node if isinstance(cell.node, Every | Some | Not | Compare) else None

    def timeless(self, node: Node) -> bool:
        """Whether a formula says the same in every period."""
        waiting, seen = [node], set[str]()
        while waiting:
            for part in walk(waiting.pop()):
                if isinstance(part, Moment):
                    return False
                if isinstance(part, Along):
                    waiting.append(part.arg)
                elif isinstance(part, Ref) and part.cell not in seen:
                    seen.add(part.cell)
                    waiting.append(self.sheet.cells[part.cell].node)
        return True

    def _found(self, node: Node) -> Extent:
        made = _WAYS.get(type(node))
        if made is None:
            return unknown(node)
        return made(self, node)

    def all(self, nodes: Iterable[Node]) -> list[Extent]:
        """The extents of several formulas."""
        return [self.of(node) for node in nodes]


def _fact(extents: Extents, node: Fact) -> Extent:
    spec = extents.sheet.facts.get(node.id)
    rests = frozenset({node.id})
    absent = Absence.MISSING if spec is None or spec.default is None else Absence.NONE
    if spec is None:
        return unknown(node, node.id)
    if node.id == GIVEN_TOTAL:  # the same total, as it was decided before
        return Extent(absent=Absence.MISSING, rests=rests)
    if node.type == "number":
        return Extent(fact_numbers(spec), absent=absent, rests=rests)
    if node.type == "flag":
        return Extent(flags=BOTH, absent=absent, rests=rests)
    choices = spec.bounds.choices
    return Extent(texts=frozenset(choices) or None, absent=absent, rests=rests, sure=bool(choices))


def fact_numbers(spec: FactSpec) -> Spans:
    """The numbers that a fact's kind and bounds allow."""
    least, most = spec.bounds.ends
    ends = (None if least is None else Fraction(least), None if most is None else Fraction(most))
    if not spec.figure.whole:
        return Spans((ends,))
    return Spans(((None, None),), Fraction(1)).inside(ends[0], True, ends[1], True)


def _param(extents: Extents, node: Param) -> Extent:
    spec = extents.sheet.params[node.id]
    if node.type == "number":
        return Extent(one(Fraction(spec.value)))  # type: ignore[arg-type]
    if node.type == "flag":
        return Extent(flags=frozenset({bool(spec.value)}))
    if node.type == "date":
        return _DATE
    return Extent(texts=frozenset({str(spec.value)}))


def _moment(extents: Extents, node: Moment) -> Extent:
    found = {"month": extents.month, "year": extents.year, "count": extents.year * 12 + extents.month - 1}
    return Extent(one(Fraction(found[node.part])))


def _sum(extents: Extents, node: Sum) -> Extent:
    found = extents.all(node.args)
    absent, rests, apart = joint(found)
    numbers = _NOUGHT
    for each in found:
        numbers = summed(numbers, each.numbers, apart)
    return Extent(numbers, absent=absent, rests=rests)


def _product(extents: Extents, node: Product) -> Extent:
    found = extents.all(node.args)
    absent, rests, apart = joint(found)
    numbers = one(Fraction(1))
    for each in found:
        numbers = product(numbers, each.numbers, apart)
    return Extent(numbers, absent=absent, rests=rests)


def _quotient(extents: Extents, node: Quotient) -> Extent:
    top, bottom = extents.all((node.top, node.bottom))
    absent, rests, apart = joint((top, bottom))
    zero = bottom.numbers.holds(Fraction(0))
    if zero:
        absent |= Absence.UNDEFINED
    if share_of_heads(node):
        return Extent(Spans(((Fraction(0), Fraction(1)),), None, False), absent=absent, rests=rests, sure=False)
    below = bottom.numbers.one
    if below is not None:
        numbers = scaled(top.numbers, 1 / below) if below else Spans(())
        return Extent(numbers.only_if(apart), absent=absent, rests=rests)
    numbers = product(top.numbers, inverses(bottom.numbers), apart)
    if apart and any_quotient(top.numbers, bottom.numbers):
        numbers = evolve(numbers, unit=None, full=True)
    return Extent(numbers, absent=absent, rests=rests)


def _negative(extents: Extents, node: Negative) -> Extent:
    arg = extents.of(node.arg)
    return evolve(arg, numbers=scaled(arg.numbers, Fraction(-1)))


def _magnitude(extents: Extents, node: Magnitude) -> Extent:
    arg = extents.of(node.arg)
    parts = [arg.numbers.inside(None, False, Fraction(0), True), arg.numbers.inside(Fraction(0), True, None, False)]
    return evolve(arg, numbers=together((scaled(parts[0], Fraction(-1)), parts[1])))


def _round(extents: Extents, node: Round) -> Extent:
    arg = extents.of(node.arg)
    return evolve(arg, numbers=to_places(arg.numbers, node.places, node.mode == "floor"))


def _extreme(extents: Extents, node: Extreme) -> Extent:
    found = extents.all(node.args)
    absent, rests, apart = joint(found)
    there = [each.numbers for each in found if each.numbers.spans]
    never = any(not each.numbers.spans and not each.absent & node.skip for each in found)
    if never or not there:
        return Extent(absent=absent, rests=rests)
    numbers = there[0]
    for each in there[1:]:
        numbers = least(numbers, each) if node.which == "least" else greatest(numbers, each)
        numbers = numbers.only_if(apart)
    if node.skip & absent:
        numbers = together((numbers, *there))
        numbers = numbers.only_if(False)
        absent = absent if all(each.absent for each in found) else absent & ~node.skip
    return Extent(numbers, absent=absent, rests=rests)


def _compare(extents: Extents, node: Compare) -> Extent:
    left, right = extents.all((node.left, node.right))
    absent, rests, apart = joint((left, right))
    flags = logic.compared(node, left, right) if left.there and right.there else frozenset[bool]()
    sure = apart and full(left) and full(right) and flags is not None
    return Extent(flags=BOTH if flags is None else flags, absent=absent, rests=rests, sure=sure)


def _every(extents: Extents, node: Every) -> Extent:
    return _refined(extents, node, logic.connected(extents.all(node.args), False))


def _some(extents: Extents, node: Some) -> Extent:
    return _refined(extents, node, logic.connected(extents.all(node.args), True))


def _refined(extents: Extents, node: Every | Some, found: Extent) -> Extent:
    """The same as far as the cases of all parts together say more."""
    if found.sure or not found.flags:
        return found
    cases = logic.together(extents.of, extents.flag_body, node)
    return found if cases is None else evolve(found, flags=found.flags & cases.flags, sure=cases.sure)


def _not(extents: Extents, node: Not) -> Extent:
    arg = extents.of(node.arg)
    return evolve(arg, flags=frozenset(not flag for flag in arg.flags))


def _choose(extents: Extents, node: Choose) -> Extent:
    condition = extents.of(node.condition)
    taken = [
        extents.of(branch) for flag, branch in ((True, node.then), (False, node.otherwise)) if flag in condition.flags
    ]
    return either(taken, condition, len(taken) == 1)


def _is(extents: Extents, node: Is) -> Extent:
    arg = extents.of(node.arg)
    flags = {
        value
        for value, possible in ((True, arg.absent & node.absence), (False, arg.there or arg.absent & ~node.absence))
        if possible
    }
    return Extent(flags=frozenset(flags), rests=arg.rests, sure=False)


def _instead(extents: Extents, node: Instead) -> Extent:
    arg, other = extents.all((node.arg, node.other))
    if not arg.absent & node.absence:
        return arg
    found = either([arg, other], Extent(flags=BOTH), False)
    absent = arg.absent & ~node.absence | other.absent
    return evolve(
        found,
        absent=absent,
        rests=arg.rests | other.rests,
        numbers=found.numbers.only_if(not arg.rests & other.rests),
    )


def _lookup(extents: Extents, node: Lookup) -> Extent:
    arg = extents.of(node.arg)
    rows = [row for name, row in node.rows if arg.texts is None or name in arg.texts]
    missed = arg.texts is None or bool(arg.texts - {name for name, _ in node.rows})
    if missed and node.otherwise is not None:
        rows.append(node.otherwise)
    found = either(extents.all(rows), arg, len(rows) == 1 and not missed)
    return evolve(found, absent=found.absent | Absence.HOLE) if missed and node.otherwise is None else found


def _label(extents: Extents, node: Label) -> Extent:
    arg = extents.of(node.arg)
    texts = frozenset(label for place, label in enumerate(node.labels) if arg.numbers.holds(Fraction(place)))
    return Extent(texts=texts, absent=arg.absent, rests=arg.rests, sure=arg.sure and arg.numbers.full)


def _on_curve(extents: Extents, node: OnCurve) -> Extent:
    arg = extents.of(node.arg)
    curve = extents.bound(node.curve)
    if not curve.bound:
        return evolve(unknown(node), rests=arg.rests)
    found, absent = [], arg.absent
    for part in partition(curve):
        inside = arg.numbers.inside(part.low, part.low_closed, part.high, part.high_closed)
        if not inside.spans:
            continue
        if part.piece is None:
            absent |= Absence.HOLE
        else:
            found.append(on_piece(curve.pieces[part.piece], inside, arg.numbers.full))
    numbers = together(found)
    reached = [at(curve, end) for end in (arg.numbers.low, arg.numbers.high) if end is not None and arg.numbers.ends]
    if numbers.low in reached and numbers.high in reached:
        numbers = evolve(numbers, met=True)
    return Extent(numbers, absent=absent, rests=arg.rests, sure=arg.sure)


def _days(extents: Extents, node: DaysBetween) -> Extent:
    absent, rests, _ = joint(extents.all((node.later, node.earlier)))
    return Extent(Spans(((None, None),), Fraction(1), False), absent=absent, rests=rests)


def _along(extents: Extents, node: Along) -> Extent:
    asked = extents.shorter if node.way.startswith("cycle") and extents.shorter is not None else extents
    if not asked.timeless(node.arg):
        return unknown(node)
    return along(asked.of, node, parts_of(extents.sheet.model, node.part))


_WAYS: Mapping[type, Callable[[Extents, Any], Extent]] = {
    Fact: _fact,
    Param: _param,
    Moment: _moment,
    Num: lambda _, node: Extent(one(node.value)),
    Text: lambda _, node: Extent(texts=frozenset({node.value})),
    Flag: lambda _, node: Extent(flags=frozenset({node.value})),
    Day: lambda _, node: _DATE,
    Absent: lambda _, node: Extent(absent=node.absence),
    Ref: lambda extents, node: extents.cell(node.cell),
    Sum: _sum,
    Product: _product,
    Quotient: _quotient,
    Negative: _negative,
    Magnitude: _magnitude,
    Round: _round,
    Extreme: _extreme,
    Compare: _compare,
    Every: _every,
    Some: _some,
    Not: _not,
    Choose: _choose,
    Is: _is,
    Instead: _instead,
    Lookup: _lookup,
    Label: _label,
    DaysBetween: _days,
    Along: _along,
    Across: lambda extents, node: across(extents.of, node),
    Portion: lambda extents, node: portion(extents.of, node),
    OnCurve: _on_curve,
}
