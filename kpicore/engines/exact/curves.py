"""The code of curves: of steps a choice by index, of any other curve one piece after another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import define, evolve, frozen

from kpicore.curve import Piece
from kpicore.engines.exact.lines import Lines
from kpicore.engines.exact.term import Code, Term, crossed, joined
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Node


@frozen
class Given(Node):
    """A term that stands where a node is expected."""

    term: Term


@define
class Curves(Lines):
    """Writes what curves give at a term."""

    def term(self, node: Node) -> Term:
        """The term of a node; writes its code where it is not there yet."""
        raise NotImplementedError

    def on_curve(self, arg: Term, pieces: Sequence[Piece]) -> Term:
        """The value of these pieces at the argument."""
        arg = evolve(arg, n=self.held(arg.n))
        steps = self._steps(arg, pieces)
        if steps is not None:
            return self.strictly(arg, steps)
        value = self.term(nodes.Absent(Absence.HOLE))
        for piece in reversed(pieces):
            inside, absent = self._inside(arg, piece)
            here = self._piece(arg, piece)
            # An end that is absent stands nowhere, whatever harmless number stands for it.
            always = inside == "True" and absent == "0"
            value = here if always else self.pick(inside, here, value, absent)
        return self.strictly(arg, value)

    def _steps(self, arg: Term, pieces: Sequence[Piece]) -> Term | None:
        """A curve of flat pieces with known values that leaves no hole; None for any other curve."""
        values: list[Fraction] = []
        tests: list[Code] = []
        for piece in pieces:
            inside, absent = self._inside(arg, piece)
            value = self.term(piece.base)
            known = isinstance(value.n, int) and isinstance(value.d, int) and value.certain
            if piece.slope != nodes.ZERO or absent != "0" or not known:
                return None
            if inside == "False":
                continue
            assert isinstance(value.n, int) and isinstance(value.d, int)
            values.append(Fraction(value.n, value.d))
            if inside == "True":
                return self.one_of(values, self.index(tests))
            tests.append(inside)
        return None

    def _inside(self, arg: Term, piece: Piece) -> tuple[Code, Code]:
        tests, absences = [], []
        for end, closed, low in ((piece.low, piece.low_closed, True), (piece.high, piece.high_closed, False)):
            if end is not None:
                bound = self.term(end)
                tests.append(_test(arg, bound, low, closed))
                absences.append(bound.absent)
        absent = joined(*absences)
        if "False" in tests and absent == "0":
            return "False", "0"
        tests = [test for test in tests if test != "True"]
        return "(" + " and ".join(tests) + ")" if tests else "True", absent

    def _piece(self, arg: Term, piece: Piece) -> Term:
        base = self.term(piece.base)
        if piece.slope == nodes.ZERO:
            return base
        # Built from nodes, so that the arithmetic is said once; the argument stands for itself.
        place = Given(arg)
        way: Node = place if piece.origin == nodes.ZERO else nodes.Sum((place, nodes.Negative(piece.origin)))
        if piece.step is not None:
            way = nodes.Round(nodes.Quotient(way, piece.step), 0, "floor")
        return self.term(nodes.Sum((piece.base, nodes.Product((piece.slope, way)))))

    def strictly(self, arg: Term, value: Term) -> Term:
        """The value, absent where the argument is, whatever it came to there."""
        if arg.certain:
            return value
        if value.certain:
            absent = arg.absent
        else:
            absent = str(self.held(f"({arg.absent} or {value.absent})", "a"))
        return evolve(value, absent=absent)


def _test(arg: Term, bound: Term, low: bool, closed: bool) -> Code:
    """Whether the argument stands above (`low`) or below a bound; one that was rounded need not be for that."""
    if arg.halves is not None and isinstance(arg.d, int) and isinstance(bound.n, int) and isinstance(bound.d, int):
        return arg.halves.test(Fraction(bound.n * arg.d, bound.d), low=low, closed=closed)
    x, b = crossed(arg, bound)
    return f"{x} {'>' if low else '<'}{'=' if closed else ''} {b}"
