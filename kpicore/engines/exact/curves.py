"""The code of curves: of steps a choice by index, of any other curve one piece after another."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import define, evolve, frozen

from kpicore.curve import Piece
from kpicore.engines.exact.lines import Lines
from kpicore.engines.exact.term import Code, Term, crossed, joined, one_of
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
            value = here if inside == "True" else self.pick(inside, here, value, absent)
        return self.strictly(arg, value)

    def _steps(self, arg: Term, pieces: Sequence[Piece]) -> Term | None:
        """A curve of flat pieces with known values that leaves no hole; None for any other curve."""
        values: list[Fraction] = []
        code = ""
        for piece in pieces:
            inside, absent = self._inside(arg, piece)
            value = self.term(piece.base)
            known = isinstance(value.n, int) and isinstance(value.d, int) and value.certain
            if piece.slope != nodes.ZERO or absent != "0" or not known:
                return None
            assert isinstance(value.n, int) and isinstance(value.d, int)
            values.append(Fraction(value.n, value.d))
            if inside == "True":
                at = self.held(f"({code}{len(values) - 1})", "i")
                return one_of(values, str(at))
            code += f"{len(values) - 1} if {inside} else "
        return None

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
