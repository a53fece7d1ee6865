"""Nodes to columns, one visit a kind of node: what `kpicore.engines.exact.code` says of one row, of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import singledispatchmethod
from math import prod

import polars as pl
from attrs import define, evolve, field

from kpicore.cells import due, formula_of, references
from kpicore.curve import OnCurve
from kpicore.decimals import on_grid
from kpicore.engines.columnar.arithmetic import Arithmetic, negated, or_undefined
from kpicore.engines.columnar.curves import Given, Judged
from kpicore.engines.columnar.lines import EVERY_ABSENCE, chain, flags, gravest_in, joined, strictly
from kpicore.engines.columnar.term import (
    Expr,
    Ints,
    Logic,
    Number,
    Steps,
    Term,
    Words,
    stepped,
    times,
)
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Node
from kpicore.model import Cell

_UNDEFINED, _HOLE, _LEFT_OUT = int(Absence.UNDEFINED), int(Absence.HOLE), int(Absence.LEFT_OUT)


def uses(cells: Mapping[str, Cell], asked: Sequence[Node]) -> Counter[Node]:
    """How often each node is wanted by another one, cells followed; what is `asked` counts twice."""
    found: Counter[Node] = Counter()
    seen: set[Node] = set()
    waiting: list[Node] = []

    def want(node: Node, times: int = 1) -> None:
        node = formula_of(cells, node)
        found[node] += times
        if node not in seen:
            seen.add(node)
            waiting.append(node)

    for node in asked:
        want(node, 2)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, nodes.Along | nodes.Crossing):
            for child in nodes.children(node):
                want(child)
    return found


@define(eq=False)
class Writer(Arithmetic):
    """Makes the columns of nodes and cells, each once."""

    cells: Mapping[str, Cell] = field(kw_only=True)
    inputs: Callable[[Node], Term] = field(kw_only=True)
    uses: Counter[Node] = field(kw_only=True)
    _done: dict[str, Term] = field(factory=dict)
    _terms: dict[Node, Term] = field(factory=dict)

    def has(self, name: str) -> bool:
        """Whether a cell is worked out."""
        return name in self._done

    def cell(self, name: str) -> Term:
        """The term of a cell, those that it needs before it."""
        for here in due(name, self._done, self._needs):
            self._done[here] = self.term(self.cells[here].node)
        return self._done[name]

    def _needs(self, cell: str) -> list[str]:
        """The cells of the row itself that a cell needs; what a look is taken of was worked out before, or came
        along."""
        return references(self.cells[cell].node, across=False)

    def term(self, node: Node) -> Term:
        """The term of a node; makes its columns where they are not there yet."""
        known = self._terms.get(node)
        if known is None:
            known = self._visit(node)
            if self.uses[node] > 1:
                known = self.hold(known)
            self._terms[node] = known
        return known

    def number(self, node: Node) -> Number:
        """The number of a node."""
        term = self.term(node)
        assert isinstance(term, Number), node
        return term

    def logic(self, node: Node) -> Logic:
        """The flag of a node."""
        term = self.term(node)
        assert isinstance(term, Logic), node
        return term

    # One visit a kind of node

    @singledispatchmethod
    def _visit(self, node: Node) -> Term:
        raise TypeError(f"the columnar reader knows no {type(node).__name__}")

    @_visit.register(nodes.Fact)
    @_visit.register(nodes.Param)
    @_visit.register(nodes.Moment)
    @_visit.register(nodes.Along)
    @_visit.register(nodes.Across)
    @_visit.register(nodes.Portion)
    def _input(self, node: Node) -> Term:
        return self.inputs(node)

    @_visit.register
    def _num(self, node: nodes.Num) -> Term:
        return Number(node.value)

    @_visit.register
    def _text(self, node: nodes.Text) -> Term:
        return Words(pl.lit(0, dtype=pl.UInt16), (node.value,))

    @_visit.register
    def _flag_node(self, node: nodes.Flag) -> Term:
        return Logic(node.value)

    @_visit.register
    def _day(self, node: nodes.Day) -> Term:
        return Number(Fraction(node.value.toordinal()))

    @_visit.register
    def _absent(self, node: nodes.Absent) -> Term:
        absent = flags(int(node.absence))
        match node.type:
            case "flag":
                return Logic(False, absent)
            case "text":
                return Words(pl.lit(0, dtype=pl.UInt16), ("",), absent)
        return Number(Fraction(0), absent=absent)

    @_visit.register
    def _ref(self, node: nodes.Ref) -> Term:
        return self.cell(node.cell)

    @_visit.register
    def _given(self, node: Given) -> Term:
        return node.term

    @_visit.register
    def _sum(self, node: nodes.Sum) -> Term:
        args = [self.number(arg) for arg in node.args]
        known = self.folded(lambda *values: sum(values, Fraction(0)), *args)
        if known is not None:
            return known
        total = self.added([self.ints(arg) for arg in args])
        return evolve(total, absent=joined(*(arg.absent for arg in args)))

    @_visit.register
    def _product(self, node: nodes.Product) -> Term:
        args = [self.number(arg) for arg in node.args]
        known = self.folded(lambda *values: prod(values, start=Fraction(1)), *args)
        if known is not None:
            return known
        absent = joined(*(arg.absent for arg in args))
        factor = Fraction(1)
        n: Ints | None = None
        d: Ints | None = None
        for arg in map(self.ints, args):
            factor *= arg.factor
            n, d = times(n, arg.n), times(d, arg.d)
        return Number(factor, n, d, absent) if factor else Number(factor, absent=absent)

    @_visit.register
    def _quotient(self, node: nodes.Quotient) -> Term:
        top, bottom = self.number(node.top), self.number(node.bottom)
        absent = joined(top.absent, bottom.absent)
        if bottom.known is not None:
            if bottom.known == 0:
                undefined = flags(_UNDEFINED) if absent is None else or_undefined(absent)
                return Number(Fraction(0), absent=undefined)
            divisor = bottom.known
            known = self.folded(lambda value: value / divisor, top)
            if known is None:
                known = (
                    evolve(self.ints(top), factor=self.ints(top).factor / divisor)
                    if top.steps
                    else evolve(top, factor=top.factor / divisor)
                )
            return evolve(known, absent=absent)
        return self.divided(self.ints(top), self.ints(bottom), absent)

    @_visit.register
    def _negative(self, node: nodes.Negative) -> Term:
        arg = self.number(node.arg)
        known = self.folded(lambda value: -value, arg)
        return known if known is not None else evolve(arg, factor=-arg.factor)

    @_visit.register
    def _magnitude(self, node: nodes.Magnitude) -> Term:
        arg = self.number(node.arg)
        known = self.folded(abs, arg)
        if known is not None:
            return known
        return evolve(arg, factor=abs(arg.factor), n=None if arg.n is None else arg.n.magnitude())

    @_visit.register
    def _days(self, node: nodes.DaysBetween) -> Term:
        later, earlier = self.number(node.later), self.number(node.earlier)
        difference = self.added([later, evolve(earlier, factor=-earlier.factor)])
        return evolve(difference, absent=joined(later.absent, earlier.absent))

    @_visit.register
    def _round(self, node: nodes.Round) -> Term:
        arg = self.number(node.arg)
        known = self.folded(lambda value: _rounded(value, node), arg)
        if known is not None:
            return known
        return self.rounded(arg, node.places) if node.mode == "half_up" else self.floored(self.ints(arg), node.places)

    @_visit.register
    def _extreme(self, node: nodes.Extreme) -> Term:
        best = self.number(node.args[0])
        for arg in node.args[1:]:
            best = self.better(best, self.number(arg), node)
        return best

    @_visit.register
    def _compare(self, node: nodes.Compare) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        absent = joined(left.absent, right.absent)
        if isinstance(left, Number) and isinstance(right, Number):
            return Logic(self.compared(left, right, node.sign), absent)
        if isinstance(left, Logic) and isinstance(right, Logic):
            equal: Expr | bool = left.expr == right.expr
        else:
            assert isinstance(left, Words)
            assert isinstance(right, Words)
            equal = _same_words(left, right)
        return Logic(equal if node.sign == "==" else negated(equal), absent)

    @_visit.register
    def _every(self, node: nodes.Every) -> Term:
        return self._connected(node.args, deciding=False)

    @_visit.register
    def _some(self, node: nodes.Some) -> Term:
        return self._connected(node.args, deciding=True)

    def _connected(self, args: Sequence[Node], deciding: bool) -> Term:
        """`and` (decided by one False) or `or` (decided by one True)."""
        terms = [self.logic(arg) for arg in args]
        if any(term.absent is None and term.value is deciding for term in terms):
            return Logic(deciding)
        if all(term.absent is None for term in terms):
            values = [term.value for term in terms if not isinstance(term.value, bool)]
            if not values:
                return Logic(not deciding)
            found = values[0]
            for value in values[1:]:
                found = found | value if deciding else found & value
            return Logic(found)
        terms = [_logic(self.hold(term)) for term in terms]
        decided: Expr = pl.lit(False)
        for term in terms:
            value = term.expr if deciding else ~term.expr
            decided = decided | (value if term.absent is None else (term.absent == 0) & value)
        decided = self.held(decided)
        every = joined(*(term.absent for term in terms))
        assert every is not None
        open_ = every & flags(EVERY_ABSENCE & ~_LEFT_OUT)
        if all(term.absent is not None for term in terms):
            unasked: Expr = pl.lit(True)
            for term in terms:
                assert term.absent is not None
                unasked = unasked & (term.absent == _LEFT_OUT)
            open_ = pl.when(unasked).then(flags(_LEFT_OUT)).otherwise(open_)
        absent = self.held(pl.when(decided).then(flags(0)).otherwise(open_))
        return Logic(decided if deciding else ~decided, absent)

    @_visit.register
    def _not_node(self, node: nodes.Not) -> Term:
        arg = self.logic(node.arg)
        return Logic(negated(arg.value), arg.absent)

    @_visit.register
    def _choose(self, node: nodes.Choose) -> Term:
        condition = self.logic(node.condition)
        if condition.absent is None and isinstance(condition.value, bool):
            return self.term(node.then if condition.value else node.otherwise)
        then, otherwise = self.term(node.then), self.term(node.otherwise)
        return self.pick(self.decided(condition.value), then, otherwise, condition.absent)

    @_visit.register
    def _is(self, node: nodes.Is) -> Term:
        arg = self.term(node.arg)
        return Logic(False) if arg.absent is None else Logic(gravest_in(arg.absent, int(node.absence)))

    @_visit.register
    def _instead(self, node: nodes.Instead) -> Term:
        arg = self.term(node.arg)
        if arg.absent is None:
            return arg
        condition = self.held(gravest_in(arg.absent, int(node.absence)))
        if node.absence == nodes.ANY_ABSENCE:
            arg = evolve(arg, absent=None)
        return self.pick(condition, self.term(node.other), arg)

    @_visit.register
    def _lookup(self, node: nodes.Lookup) -> Term:
        arg = self.term(node.arg)
        assert isinstance(arg, Words)
        otherwise = node.otherwise if node.otherwise is not None else nodes.Absent(Absence.HOLE, node.type)
        picked = self.term(otherwise)
        for key, value in reversed(node.rows):
            same = _same_words(arg, Words(pl.lit(0, dtype=pl.UInt16), (key,)))
            picked = self.pick(self.decided(same), self.term(value), picked)
        return evolve(picked, absent=strictly(arg.absent, picked.absent))

    @_visit.register
    def _label(self, node: nodes.Label) -> Term:
        arg = self.number(node.arg)
        if arg.steps is not None:
            places = [pl.lit(int(value), dtype=pl.UInt16) for value in arg.steps.values]
            return Words(chain(arg.steps.conditions, places), node.labels, arg.absent)
        if arg.known is not None:
            return Words(pl.lit(int(arg.known), dtype=pl.UInt16), node.labels, arg.absent)
        arg = self.ints(arg)
        assert arg.n is not None and arg.d is None and arg.factor.denominator == 1
        return Words(arg.n.times(int(arg.factor)).expr.cast(pl.UInt16, strict=False), node.labels, arg.absent)

    @_visit.register
    def _on_curve(self, node: OnCurve) -> Term:
        return self.on_curve(self._judged(node.arg), node.curve.pieces)

    def _judged(self, node: Node) -> Judged:
        """What a curve is asked at: a measure before its rounding, where only this curve asks for it."""
        inner = formula_of(self.cells, node)
        if isinstance(inner, nodes.Round) and inner.mode == "half_up" and self.uses[inner] == 1:
            arg = self.number(inner.arg)
            if arg.steps is None and arg.n is not None:
                return Judged(arg, inner.places)
        return Judged(self.number(node))


def _logic(term: Term) -> Logic:
    assert isinstance(term, Logic)
    return term


def _same_words(left: Words, right: Words) -> Expr | bool:
    from kpicore.engines.columnar.lines import text_of

    if left.labels is not None and right.labels is not None:
        if len(right.labels) > 1 and len(left.labels) == 1:
            left, right = right, left
        assert left.labels is not None and right.labels is not None
        if len(right.labels) == 1:
            places = [place for place, label in enumerate(left.labels) if label == right.labels[0]]
            if not places:
                return False
            return True if len(left.labels) == 1 else left.expr == pl.lit(places[0], dtype=pl.UInt16)
    return text_of(left) == text_of(right)


def _rounded(value: Fraction, node: nodes.Round) -> Fraction:
    return on_grid(value, node.places, node.mode == "floor")


__all__ = ["Steps", "Writer", "stepped", "uses"]
