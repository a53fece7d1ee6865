"""Nodes to straight-line Python code over whole numbers.

One visit a kind of node. The code computes every node once (equal nodes are one), in the order in which they are
needed, without branches for what is absent: see `kpicore.engines.exact.term`. It is made of numbers, of names that
this module chooses, and of texts through `repr`; nothing of a scheme file is pasted into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import singledispatchmethod

from attrs import define, field, frozen

from kpicore.curve import OnCurve, Piece
from kpicore.engines.exact.term import (
    Code,
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
from kpicore.errors import NeedsOthersError
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Node
from kpicore.model import Cell

_UNDEFINED, _HOLE, _LEFT_OUT = int(Absence.UNDEFINED), int(Absence.HOLE), int(Absence.LEFT_OUT)
_CHUNK = 60


@frozen
class _Given(Node):
    """A term that stands where a node is expected."""

    term: Term


@define
class Writer:
    """Collects the lines of the code. `terms` remembers what each node and cell became."""

    cells: Mapping[str, Cell]
    inputs: Callable[[Node], Term]
    lines: list[str] = field(factory=list)
    constants: dict[str, object] = field(factory=dict)
    _terms: dict[Node, Term] = field(factory=dict)
    _done: dict[str, Term] = field(factory=dict)
    _names: int = 0

    def cell(self, name: str) -> Term:
        """The term of a cell, those that it needs before it."""
        waiting = [name]
        while waiting:
            here = waiting[-1]
            if here in self._done:
                waiting.pop()
                continue
            needed = [
                inner.cell
                for inner in nodes.walk(self.cells[here].node)
                if isinstance(inner, nodes.Ref) and inner.cell not in self._done
            ]
            if needed:
                waiting.extend(needed)
            else:
                self._done[here] = self.term(self.cells[here].node)
                waiting.pop()
        return self._done[name]

    def term(self, node: Node) -> Term:
        """The term of a node; writes its code where it is not there yet."""
        known = self._terms.get(node)
        if known is None:
            known = self._terms[node] = self._visit(node)
        return known

    # Small steps that visits are made of

    def name(self, letter: str) -> Code:
        self._names += 1
        return f"{letter}{self._names}"

    def line(self, text: str, depth: int = 0) -> None:
        self.lines.append("    " * (depth + 1) + text)

    def held(self, value: Whole, letter: str = "n") -> Whole:
        """The value in a variable of its own, unless it is one or a number already."""
        if isinstance(value, int) or value.isidentifier() or value.isdecimal():
            return value
        name = self.name(letter)
        self.line(f"{name} = {value}")
        return name

    def absence(self, *absences: Code) -> Code:
        held = self.held(joined(*absences), "a")
        return str(held)

    def number(self, n: Whole, d: Whole, absent: Code, positive: bool) -> Term:
        return Term("number", self.held(n), self.held(d, "d"), "", absent, positive)

    def flag(self, code: Code, absent: Code) -> Term:
        return Term("flag", v=str(self.held(code, "v")), absent=absent)

    def pick(self, condition: Code, then: Term, otherwise: Term, absent: Code = "0") -> Term:
        """One of two terms; `absent` is the absence of the condition itself."""
        a: Code = "0"
        if then.absent != "0" or otherwise.absent != "0" or absent != "0":
            chosen = (
                then.absent
                if then.absent == otherwise.absent
                else (f"({then.absent} if {condition} else {otherwise.absent})")
            )
            a = str(self.held(chosen if absent == "0" else f"({absent} or {chosen})", "a"))
        if then.type != "number":
            v = self.held(f"({then.v} if {condition} else {otherwise.v})", "v")
            return Term(then.type, v=str(v), absent=a)
        positive = then.positive and otherwise.positive
        shared = common(then.d, otherwise.d)
        if shared is not None:
            left, right = over(then, shared), over(otherwise, shared)
            n = left if left == right else f"({left} if {condition} else {right})"
            return self.number(n, shared, a, positive)
        d = then.d if then.d == otherwise.d else f"({then.d} if {condition} else {otherwise.d})"
        return self.number(f"({then.n} if {condition} else {otherwise.n})", d, a, positive)

    # One visit a kind of node

    @singledispatchmethod
    def _visit(self, node: Node) -> Term:
        raise NeedsOthersError(
            f"This sheet looks beyond one row ({type(node).__name__}); it can not be scored for one person alone."
        )

    @_visit.register(nodes.Fact)
    @_visit.register(nodes.Param)
    @_visit.register(nodes.Moment)
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
        n: Whole = 1
        d: Whole = 1
        for arg in args:
            n, d = self.held(times(n, arg.n)), self.held(times(d, arg.d), "d")
        return Term("number", n, d, "", self.absence(*(arg.absent for arg in args)), all(arg.positive for arg in args))

    @_visit.register
    def _quotient(self, node: nodes.Quotient) -> Term:
        top, bottom = self.term(node.top), self.term(node.bottom)
        absent = self.absence(top.absent, bottom.absent)
        n, d = times(top.n, bottom.d), times(top.d, bottom.n)
        if isinstance(bottom.n, int):
            if bottom.n == 0:
                undefined = f"({absent} or {_UNDEFINED})" if absent != "0" else str(_UNDEFINED)
                return Term("number", 0, 1, "", str(self.held(undefined, "a")), True)
            if bottom.n < 0:
                n, d = times(n, -1), times(d, -1)
            return self.number(n, d, absent, top.positive and bottom.n > 0)
        name_n, name_d, name_a = self.name("n"), self.name("d"), self.name("a")
        self.line(f"if {bottom.n} == 0:")
        kept = f"{absent} or {_UNDEFINED}" if absent != "0" else str(_UNDEFINED)
        self.line(f"{name_n} = 0; {name_d} = 1; {name_a} = {kept}", 1)
        if not bottom.positive:
            self.line(f"elif {bottom.n} < 0:")
            self.line(f"{name_n} = {times(n, -1)}; {name_d} = {times(d, -1)}; {name_a} = {absent}", 1)
        self.line("else:")
        self.line(f"{name_n} = {n}; {name_d} = {d}; {name_a} = {absent}", 1)
        return Term("number", name_n, name_d, "", name_a, top.positive and bottom.positive)

    @_visit.register
    def _negative(self, node: nodes.Negative) -> Term:
        arg = self.term(node.arg)
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
        n = rounded_code(arg.n, arg.d, scale, arg.positive, node.mode)
        return self.number(n, scale, arg.absent, arg.positive)

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
            word = " or " if deciding else " and "
            return self.flag("(" + word.join(term.v for term in terms) + ")" if terms else str(not deciding), "0")
        decisive = []
        for term in terms:
            value = term.v if deciding else f"not {term.v}"
            decisive.append(f"({value})" if term.certain else f"({term.absent} == 0 and {value})")
        decided = self.held("(" + " or ".join(decisive) + ")", "v")
        every = joined(*(term.absent for term in terms))
        open_ = f"({every} & {31 & ~_LEFT_OUT})"
        if not any(term.certain for term in terms):
            unasked = " and ".join(f"{term.absent} == {_LEFT_OUT}" for term in terms)
            open_ = f"({open_} or ({_LEFT_OUT} if {unasked} else 0))"
        absent = self.held(f"(0 if {decided} else {open_})", "a")
        value = str(decided) if deciding else str(self.held(f"(not {decided})", "v"))
        return Term("flag", v=value, absent=str(absent))

    @_visit.register
    def _not(self, node: nodes.Not) -> Term:
        arg = self.term(node.arg)
        return self.flag(f"(not {arg.v})", arg.absent)

    @_visit.register
    def _choose(self, node: nodes.Choose) -> Term:
        condition = self.term(node.condition)
        if condition.certain and condition.v in ("True", "False"):
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
        return self._strictly(arg, picked)

    @_visit.register
    def _label(self, node: nodes.Label) -> Term:
        arg = self.term(node.arg)
        labels = self.name("LABELS")
        self.constants[labels] = node.labels
        place = arg.n if arg.d == 1 else f"{arg.n} // {arg.d}"
        return Term("text", v=str(self.held(f"{labels}[{place}]", "v")), absent=arg.absent)

    @_visit.register
    def _on_curve(self, node: OnCurve) -> Term:
        arg = self.term(node.arg)
        steps = self._steps(arg, node.curve.pieces)
        if steps is not None:
            return self._strictly(arg, steps)
        value = self._absent(nodes.Absent(Absence.HOLE))
        for piece in reversed(node.curve.pieces):
            inside, absent = self._inside(arg, piece)
            here = self._piece(arg, piece)
            value = here if inside == "True" else self.pick(inside, here, value, absent)
        return self._strictly(arg, value)

    def _steps(self, arg: Term, pieces: Sequence[Piece]) -> Term | None:
        """One expression for a curve of flat pieces with known ends and values; None for any other curve."""
        chain: list[tuple[Code, Term]] = []
        for piece in pieces:
            if piece.slope != nodes.ZERO:
                return None
            inside, absent = self._inside(arg, piece)
            value = self.term(piece.base)
            if absent != "0" or not (isinstance(value.n, int) and isinstance(value.d, int)):
                return None
            chain.append((inside, value))
            if inside == "True":
                break
        else:
            return None
        shared = common(*(value.d for _, value in chain))
        assert shared is not None
        code = str(over(chain[-1][1], shared))
        for inside, value in reversed(chain[:-1]):
            code = f"{over(value, shared)} if {inside} else {code}"
        return self.number(f"({code})", shared, "0", all(value.positive for _, value in chain))

    def _inside(self, arg: Term, piece: Piece) -> tuple[Code, Code]:
        tests, absences = [], []
        for end, closed, sign in ((piece.low, piece.low_closed, ">"), (piece.high, piece.high_closed, "<")):
            if end is not None:
                bound = self.term(end)
                x, b = crossed(arg, bound)
                tests.append(f"{x} {sign}{'=' if closed else ''} {b}")
                absences.append(bound.absent)
        if not tests:
            return "True", "0"
        return "(" + " and ".join(tests) + ")", joined(*absences)

    def _piece(self, arg: Term, piece: Piece) -> Term:
        base = self.term(piece.base)
        if piece.slope == nodes.ZERO:
            return base
        # Built from nodes, so that the arithmetic is said once; the argument stands for itself.
        place = _Given(arg)
        way: Node = place if piece.origin == nodes.ZERO else nodes.Sum((place, nodes.Negative(piece.origin)))
        if piece.step is not None:
            way = nodes.Round(nodes.Quotient(way, piece.step), 0, "floor")
        return self.term(nodes.Sum((piece.base, nodes.Product((piece.slope, way)))))

    def _strictly(self, arg: Term, value: Term) -> Term:
        """The value, absent where the argument is, whatever it came to there."""
        if arg.certain:
            return value
        if value.certain:
            absent = arg.absent
        else:
            absent = str(self.held(f"({arg.absent} or {value.absent})", "a"))
        return Term(value.type, value.n, value.d, value.v, absent, value.positive)

    @_visit.register
    def _given(self, node: _Given) -> Term:
        return node.term


def _without(term: Term) -> Term:
    """The term as if it were never absent."""
    return Term(term.type, term.n, term.d, term.v, "0", term.positive)
