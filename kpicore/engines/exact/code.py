"""Nodes to straight-line Python code over whole numbers.

One visit a kind of node. The code computes every node once (equal nodes are one), in the order in which they are
needed, without branches for what is absent: see `kpicore.engines.exact.term`. It is made of numbers, of names that
this module chooses, and of texts through `repr`; nothing of a scheme file is pasted into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import singledispatchmethod
from math import prod

from attrs import define, evolve, field

from kpicore.cells import due, references
from kpicore.curve import OnCurve
from kpicore.decimals import on_grid
from kpicore.engines.exact.curves import Curves, Given
from kpicore.engines.exact.lines import KNOWN
from kpicore.engines.exact.term import (
    Code,
    Halves,
    Term,
    Whole,
    common,
    crossed,
    gravest_in,
    joined,
    over,
    plus,
    rounded_code,
    times,
)
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Node
from kpicore.model import Cell

_UNDEFINED, _HOLE, _LEFT_OUT = int(Absence.UNDEFINED), int(Absence.HOLE), int(Absence.LEFT_OUT)
_CHUNK = 60


@define
class Writer(Curves):
    """Writes the code of nodes and cells, each once.

    `certain`: the code may give up (`return None`) where a divisor is 0, and so never asks whether a quotient is there.
    """

    cells: Mapping[str, Cell] = field(kw_only=True)
    inputs: Callable[[Node], Term] = field(kw_only=True)
    certain: bool = field(kw_only=True)
    _terms: dict[Node, Term] = field(factory=dict)
    _done: dict[str, Term] = field(factory=dict)

    def cell(self, name: str) -> Term:
        """The term of a cell, those that it needs before it."""
        for here in due(name, self._done, lambda each: references(self.cells[each].node)):
            self._done[here] = self.term(self.cells[here].node)
        return self._done[name]

    def term(self, node: Node) -> Term:
        """The term of a node; writes its code where it is not there yet."""
        known = self._terms.get(node)
        if known is None:
            known = self._terms[node] = self._visit(node)
        return known

    # One visit a kind of node

    @singledispatchmethod
    def _visit(self, node: Node) -> Term:
        raise TypeError(f"the exact reader knows no {type(node).__name__}")

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
        value = node.value
        return Term("number", value.numerator, value.denominator, positive=value >= 0)

    @_visit.register
    def _text(self, node: nodes.Text) -> Term:
        return Term("text", v=repr(node.value))

    @_visit.register
    def _flag_node(self, node: nodes.Flag) -> Term:
        return Term("flag", v=repr(node.value))

    @_visit.register
    def _day(self, node: nodes.Day) -> Term:
        return Term("date", v=str(node.value.toordinal()))

    @_visit.register
    def _absent(self, node: nodes.Absent) -> Term:
        harmless = {"number": "", "flag": "False", "text": "''", "date": "1"}[node.type]
        return Term(node.type, v=harmless, absent=str(int(node.absence)), positive=True)

    @_visit.register
    def _ref(self, node: nodes.Ref) -> Term:
        return self.cell(node.cell)

    @_visit.register
    def _sum(self, node: nodes.Sum) -> Term:
        args = [self.term(arg) for arg in node.args]
        known = self.folded(lambda *values: sum(values, Fraction(0)), *args)
        if known is not None:
            return known
        while len(args) > _CHUNK:
            args = [self._added(args[:_CHUNK]), *args[_CHUNK:]]
        return self._added(args)

    def _added(self, args: Sequence[Term]) -> Term:
        absent = self.absence(*(arg.absent for arg in args))
        positive = all(arg.positive for arg in args)
        shared = common(*(arg.d for arg in args))
        if shared is not None:
            return self.number(plus(*(over(arg, shared) for arg in args)), shared, absent, positive)
        total = args[0]
        for arg in args[1:]:
            if total.d == arg.d:
                total = self.number(plus(total.n, arg.n), total.d, absent, positive)
            else:
                n = plus(times(total.n, arg.d), times(arg.n, total.d))
                total = self.number(n, times(total.d, arg.d), absent, positive)
        return total

    @_visit.register
    def _product(self, node: nodes.Product) -> Term:
        args = [self.term(arg) for arg in node.args]
        known = self.folded(lambda *values: prod(values, start=Fraction(1)), *args)
        if known is not None:
            return known
        n: Whole = 1
        d: Whole = 1
        for arg in args:
            n, d = self.held(times(n, arg.n)), self.held(times(d, arg.d), "d")
        return Term("number", n, d, "", self.absence(*(arg.absent for arg in args)), all(arg.positive for arg in args))

    @_visit.register
    def _quotient(self, node: nodes.Quotient) -> Term:
        top, bottom = self.term(node.top), self.term(node.bottom)
        absent = self.absence(top.absent, bottom.absent)
        if isinstance(bottom.n, int):
            return self._over_known(top, bottom, absent)
        bottom = evolve(bottom, n=self.held(bottom.n))
        n, d = self.cancelled((top.n, bottom.d), (top.d, bottom.n))
        positive = top.positive and bottom.positive
        if self.certain:
            self.line(f"if {bottom.n} == 0: return None")
            if not bottom.positive:
                sign = self.held(f"(1 if {bottom.n} > 0 else -1)")
                n, d = times(n, sign), times(d, sign)
            return self.number(n, d, absent, positive)
        name_n, name_d, name_a = self.name("n"), self.name("d"), self.name("a")
        self.line(f"if {bottom.n} == 0:")
        kept = f"{absent} or {_UNDEFINED}" if absent != "0" else str(_UNDEFINED)
        self.line(f"{name_n} = 0; {name_d} = 1; {name_a} = {kept}", 1)
        if not bottom.positive:
            self.line(f"elif {bottom.n} < 0:")
            self.line(f"{name_n} = {times(n, -1)}; {name_d} = {times(d, -1)}; {name_a} = {absent}", 1)
        self.line("else:")
        self.line(f"{name_n} = {n}; {name_d} = {d}; {name_a} = {absent}", 1)
        return Term("number", name_n, name_d, "", name_a, positive)

    def _over_known(self, top: Term, bottom: Term, absent: Code) -> Term:
        """A quotient whose divisor's numerator is known, and whether that is 0."""
        assert isinstance(bottom.n, int)
        if bottom.n == 0:
            undefined = f"({absent} or {_UNDEFINED})" if absent != "0" else str(_UNDEFINED)
            return Term("number", 0, 1, "", str(self.held(undefined, "a")), True)
        known = self.folded(lambda a, b: a / b, top, bottom)
        if known is not None:
            return known
        sign = 1 if bottom.n > 0 else -1
        n, d = times(top.n, bottom.d, sign), times(top.d, bottom.n, sign)
        return self.number(n, d, absent, top.positive and sign > 0)

    @_visit.register
    def _negative(self, node: nodes.Negative) -> Term:
        arg = self.term(node.arg)
        known = self.folded(lambda value: -value, arg)
        if known is not None:
            return known
        n = -arg.n if isinstance(arg.n, int) else f"-{arg.n}"
        return self.number(n, arg.d, arg.absent, isinstance(n, int) and n >= 0)

    @_visit.register
    def _magnitude(self, node: nodes.Magnitude) -> Term:
        arg = self.term(node.arg)
        if arg.positive:
            return arg
        n = abs(arg.n) if isinstance(arg.n, int) else f"abs({arg.n})"
        return self.number(n, arg.d, arg.absent, True)

    @_visit.register
    def _days(self, node: nodes.DaysBetween) -> Term:
        later, earlier = self.term(node.later), self.term(node.earlier)
        return self.number(f"({later.v} - {earlier.v})", 1, self.absence(later.absent, earlier.absent), False)

    @_visit.register
    def _round(self, node: nodes.Round) -> Term:
        arg = self.term(node.arg)
        scale = 10**node.places
        known = self.folded(lambda value: _rounded(value, node), arg)
        if known is not None:
            return known
        arg = evolve(arg, n=self.held(arg.n))
        if node.mode == "half_up" and arg.positive:
            return self._rounded(arg, scale)
        n = rounded_code(arg.n, arg.d, scale, arg.positive, node.mode)
        return self.number(n, scale, arg.absent, arg.positive)

    def _rounded(self, arg: Term, scale: int) -> Term:
        """A number that is not below 0 in units of 1 / scale, rounded half up."""
        if isinstance(arg.d, int):
            term = self.number(rounded_code(arg.n, arg.d, scale, True, "half_up"), scale, arg.absent, True)
            return evolve(term, halves=Halves(str(arg.n), Fraction(arg.d, 2 * scale)))
        doubled = self.held(f"{times(arg.n, 2 * scale)} // {arg.d}")
        term = self.number(f"({doubled} + 1) >> 1", scale, arg.absent, True)
        return evolve(term, halves=Halves(str(doubled), Fraction(1)))

    @_visit.register
    def _extreme(self, node: nodes.Extreme) -> Term:
        best = self.term(node.args[0])
        for arg in node.args[1:]:
            best = self._better(best, self.term(arg), node)
        return best

    def _better(self, best: Term, other: Term, node: nodes.Extreme) -> Term:
        left, right = crossed(best, other)
        keep = f"{left} {'<=' if node.which == 'least' else '>='} {right}"
        if best.certain and other.certain:
            return self.pick(str(self.held(f"({keep})", "v")), best, other)
        skip = int(node.skip)
        both = Term("number", best.n, best.d, "", joined(best.absent, other.absent), best.positive)
        if skip:
            away = gravest_in(other.absent, skip) if not other.certain else "False"
            gone = gravest_in(best.absent, skip) if not best.certain else "False"
            kept = self.held(f"({away} or (not ({gone}) and {keep}))", "v")
            # Where neither is away, the absence of either counts; where one is, only the other's.
            absent = self.held(f"({best.absent} if {away} else {other.absent} if {gone} else {both.absent})", "a")
            picked = self.pick(str(kept), _without(best), _without(other))
            return Term("number", picked.n, picked.d, "", str(absent), picked.positive)
        picked = self.pick(str(self.held(f"({keep})", "v")), _without(best), _without(other))
        return Term("number", picked.n, picked.d, "", self.absence(both.absent), picked.positive)

    @_visit.register
    def _compare(self, node: nodes.Compare) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        absent = self.absence(left.absent, right.absent)
        if left.type == "number":
            a, b = crossed(left, right)
            return self.flag(f"({a} {node.sign} {b})", absent)
        return self.flag(f"({left.v} {node.sign} {right.v})", absent)

    @_visit.register
    def _every(self, node: nodes.Every) -> Term:
        return self._connected(node.args, deciding=False)

    @_visit.register
    def _some(self, node: nodes.Some) -> Term:
        return self._connected(node.args, deciding=True)

    def _connected(self, args: Sequence[Node], deciding: bool) -> Term:
        """`and` (decided by one False) or `or` (decided by one True)."""
        terms = [self.term(arg) for arg in args]
        if all(term.certain for term in terms):
            values = [term.v for term in terms if term.v != str(not deciding)]
            if str(deciding) in values:
                return Term("flag", v=str(deciding))
            word = " or " if deciding else " and "
            return self.flag("(" + word.join(values) + ")" if values else str(not deciding), "0")
        decisive = []
        for term in terms:
            value = term.v if deciding else f"not {term.v}"
            decisive.append(f"({value})" if term.certain else f"({term.absent} == 0 and {value})")
        decided = self.held("(" + " or ".join(decisive) + ")", "v")
        every = joined(*(term.absent for term in terms))
        open_ = f"({every} & {int(nodes.ANY_ABSENCE) & ~_LEFT_OUT})"
        if not any(term.certain for term in terms):
            unasked = " and ".join(f"{term.absent} == {_LEFT_OUT}" for term in terms)
            open_ = f"({open_} or ({_LEFT_OUT} if {unasked} else 0))"
        absent = self.held(f"(0 if {decided} else {open_})", "a")
        value = str(decided) if deciding else str(self.held(f"(not {decided})", "v"))
        return Term("flag", v=value, absent=str(absent))

    @_visit.register
    def _not(self, node: nodes.Not) -> Term:
        arg = self.term(node.arg)
        return self.flag(str(arg.v != "True") if arg.v in KNOWN else f"(not {arg.v})", arg.absent)

    @_visit.register
    def _choose(self, node: nodes.Choose) -> Term:
        condition = self.term(node.condition)
        if condition.certain and condition.v in KNOWN:
            return self.term(node.then if condition.v == "True" else node.otherwise)
        then, otherwise = self.term(node.then), self.term(node.otherwise)
        return self.pick(condition.v, then, otherwise, condition.absent)

    @_visit.register
    def _is(self, node: nodes.Is) -> Term:
        arg = self.term(node.arg)
        if arg.certain:
            return Term("flag", v="False")
        return self.flag(f"({gravest_in(arg.absent, int(node.absence))})", "0")

    @_visit.register
    def _instead(self, node: nodes.Instead) -> Term:
        arg = self.term(node.arg)
        if arg.certain:
            return arg
        condition = self.held(f"({gravest_in(arg.absent, int(node.absence))})", "v")
        other = self.term(node.other)
        if node.absence == nodes.ANY_ABSENCE:
            arg = _without(arg)
        return self.pick(str(condition), other, arg)

    @_visit.register
    def _lookup(self, node: nodes.Lookup) -> Term:
        arg = self.term(node.arg)
        if node.otherwise is not None:
            picked = self.term(node.otherwise)
        else:
            picked = self._absent(nodes.Absent(Absence.HOLE, node.type))
        for key, value in reversed(node.rows):
            picked = self.pick(f"{arg.v} == {key!r}", self.term(value), picked)
        return self.strictly(arg, picked)

    @_visit.register
    def _label(self, node: nodes.Label) -> Term:
        arg = self.term(node.arg)
        if arg.among:
            chosen = self.chosen((repr(node.labels[int(place)]) for place in arg.among), arg.at)
            return Term("text", v=str(self.held(chosen, "v")), absent=arg.absent)
        labels = self.constant(node.labels)
        place = arg.n if arg.d == 1 else f"{arg.n} // {arg.d}"
        return Term("text", v=str(self.held(f"{labels}[{place}]", "v")), absent=arg.absent)

    @_visit.register
    def _on_curve(self, node: OnCurve) -> Term:
        return self.on_curve(self.term(node.arg), node.curve.pieces)

    @_visit.register
    def _given(self, node: Given) -> Term:
        return node.term


def _without(term: Term) -> Term:
    """The term as if it were never absent."""
    return evolve(term, absent="0")


def _rounded(value: Fraction, node: nodes.Round) -> Fraction:
    return on_grid(value, node.places, node.mode == "floor")
