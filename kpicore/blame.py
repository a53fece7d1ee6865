"""Why a formula has no value for a row: the facts that are to blame, and how."""

from __future__ import annotations

from collections.abc import Container, Iterator
from fractions import Fraction

from attrs import evolve, frozen

from kpicore.curve import OnCurve, interval
from kpicore.engines.exact import ExactReader
from kpicore.formula.node import (
    RANKS,
    Absence,
    Absent,
    Across,
    Along,
    Choose,
    Crossing,
    Extreme,
    Fact,
    Instead,
    Is,
    Lookup,
    Node,
    Param,
    Portion,
    Product,
    Quotient,
    Ref,
    children,
    walk,
)
from kpicore.formula.part import below
from kpicore.history import cycle
from kpicore.row import Row


@frozen
class Blame:
    """A fact or parameter that is missing or unreadable, or that makes a divisor zero.

    `fact` is None where none is: for a hole in bands, for one. `cell` is a cell that accounts for itself elsewhere.
    `period` is the other period whose figure it is, where a formula looked along the person. `why` says what a look
    across people came upon where no figure of the person is to blame: `nobody_counted`, `pool_differs`.
    """

    absence: Absence
    fact: str | None
    cell: str | None = None
    period: str | None = None
    why: str | None = None


def blame(reader: ExactReader, node: Node, row: Row, elsewhere: Container[str] = ()) -> list[Blame]:
    """What is to blame for the absence of this node, each once; empty where only cells of `elsewhere` are.

    Where a figure can not be read, those that are missing beside it are named too; else only the gravest counts.
    """
    value = reader.value(node, row)
    if not isinstance(value, Absence):
        return []
    found = list(dict.fromkeys(_Blamer(reader, row, elsewhere).causes(node)))
    counts = value | Absence.MISSING if value is Absence.UNREADABLE else value
    kept = [cause for cause in found if cause.absence & counts] or found or [Blame(value, None)]
    return [cause for cause in kept if cause.cell is None]


@frozen
class _Blamer:
    reader: ExactReader
    row: Row
    elsewhere: Container[str]

    def absence(self, node: Node) -> Absence:
        """Why the node is absent; NONE where it has a value."""
        value = self.reader.value(node, self.row)
        return value if isinstance(value, Absence) else Absence.NONE

    def causes(self, node: Node) -> Iterator[Blame]:
        """What is to blame, one after another; nothing where the node has a value."""
        absence = self.absence(node)
        if not absence:
            return
        match node:
            case Fact() | Param():
                yield Blame(absence, node.id)
            case Ref() if node.cell in self.elsewhere and absence is not Absence.LEFT_OUT:
                yield Blame(absence, None, node.cell)
            case Ref():
                yield from self.causes(self.reader.sheet.cells[node.cell].node)
            case Along():
                yield from self._along(node, absence)
            case Across() | Portion():
                yield from self._across(node, absence)
            case Choose():
                yield from self._chosen(node)
            case Instead():
                settled = bool(self.absence(node.arg) & node.absence)
                if not (settled and isinstance(node.other, Absent)):  # a policy leaves out, no figure does
                    yield from self.causes(node.arg)
                if settled:
                    yield from self.causes(node.other)
            case _:
                below = [cause for child in self._asked(node) for cause in self.causes(child)]
                yield from below or self._itself(node, absence)

    def _itself(self, node: Node, absence: Absence) -> Iterator[Blame]:
        """A node that is absent while all that it asks is there: a division by zero, a hole."""
        facts = list(self._zeros(node.bottom)) if isinstance(node, Quotient) else []
        yield from [Blame(absence, fact) for fact in facts] or [Blame(absence, None)]

    def _along(self, node: Along, absence: Absence) -> Iterator[Blame]:
        """The facts that a look along the person asked for, with the period of which they are lacking."""
        found: list[Blame] = []
        if node.way == "cycle_only":
            yield from self._only(node, absence)
            return
        for then, row in self._lacking(node):
            if row is not None and not self.reader.sheet.model.shorter:
                causes = evolve(self, row=row, elsewhere=()).causes(node.arg)
                found += [
                    Blame(cause.absence, cause.fact, None, cause.period or then) for cause in causes if cause.fact
                ]
            else:  # no row, or one that another sheet judges
                named = below(node.arg) if self.reader.sheet.model.shorter else self._named(node.arg)
                facts = dict.fromkeys(part.id for part in named if isinstance(part, Fact))
                found += [Blame(absence, fact, None, then) for fact in facts]
        yield from found or [Blame(absence, None)]

    def _only(self, node: Along, absence: Absence) -> Iterator[Blame]:
        """The months in which the one value can not be read or have no row; those that give it with different values,
        or, where none gives it, the whole period."""
        history = self.row.history
        assert history is not None
        facts = dict.fromkeys(part.id for part in self._named(node.arg) if isinstance(part, Fact))
        months = [(month, history.value(node.arg, month)) for month in cycle(self.row.period, node.part)]
        bad = [month for month, value in months if isinstance(value, Absence) and value is not Absence.MISSING]
        bad += [month for month, value in months if value is Absence.MISSING and history.row(month) is None]
        places = [str(month) for month in bad] or [str(self.row.period)]
        yield from [Blame(absence, fact, None, place) for place in places for fact in facts] or [Blame(absence, None)]

    def _across(self, node: Crossing, absence: Absence) -> Iterator[Blame]:
        """What is lacking of a look across people: of the person's own, or else of all others."""
        own: tuple[Node, ...] = ()
        if isinstance(node, Portion):
            own = (node.weight, node.amount)
        elif node.way in RANKS:
            own = (node.arg,)
        found = [cause for part in own for cause in self.causes(part)]
        yield from found or [Blame(absence, None, why="pool_differs" if own else "nobody_counted")]

    def _lacking(self, node: Along) -> list[tuple[str, Row | None]]:
        """The other periods, or the year, in which a look along the person found nothing, with the row that is there
        all the same."""
        period, history = self.row.period, self.row.history
        assert history is not None  # else the look would have failed
        match node.way:
            case "previous":
                lacking = [period.previous()]
            case "year_ago":
                lacking = [period.year_ago()]
            case "mean_last_year":
                return [(str(period.year - 1), None)]
            case "run":
                lacking = [period.previous()]
                while not isinstance(history.value(node.arg, lacking[0]), Absence):
                    lacking = [lacking[0].previous()]
            case _:
                there = cycle(period, node.part)
                lacking = [month for month in there if isinstance(history.value(node.arg, month), Absence)]
        return [(str(then), history.row(then)) for then in lacking]

    def _chosen(self, node: Choose) -> Iterator[Blame]:
        value = self.reader.value(node.condition, self.row)
        if isinstance(value, Absence):
            yield from self.causes(node.condition)
            return
        branch = node.then if value else node.otherwise
        if isinstance(branch, Absent):  # the condition asked whether something is there
            asked = [inner.arg for inner in walk(node.condition) if isinstance(inner, Is)]
            found = [cause for arg in asked for cause in self.causes(arg)]
            yield from found or [Blame(branch.absence, None)]
        else:
            yield from self.causes(branch)

    def _asked(self, node: Node) -> Iterator[Node]:
        """The nodes directly below that had a say."""
        match node:
            case Lookup():
                yield node.arg
                value = self.reader.value(node.arg, self.row)
                rows = dict(node.rows)
                chosen = rows.get(value, node.otherwise) if isinstance(value, str) else None
                if chosen is not None:
                    yield chosen
            case OnCurve():
                yield from self._on_curve(node)
            case Extreme():
                yield from (arg for arg in node.args if not self.absence(arg) & node.skip)
            case _:
                yield from children(node)

    def _on_curve(self, node: OnCurve) -> Iterator[Node]:
        """The argument, then what the pieces are made of, up to the piece that decides."""
        yield node.arg
        x = self.reader.value(node.arg, self.row)
        if not isinstance(x, Fraction):
            return
        bound = self.reader.bound(node.curve, self.row)
        for piece, known in zip(node.curve.pieces, bound.pieces, strict=True):
            ends = [end for end in (piece.low, piece.high) if end is not None]
            yield from ends
            if any(self.absence(end) for end in ends):
                return
            if interval(known).holds(x):
                yield from (part for part in (piece.base, piece.slope, piece.origin, piece.step) if part is not None)
                return

    def _zeros(self, node: Node) -> Iterator[str]:
        """The facts, or where there are none the parameters, that make a divisor zero."""
        found = list(self._named(node))
        facts = [part.id for part in found if isinstance(part, Fact)]
        yield from dict.fromkeys(facts or [part.id for part in found])

    def _named(self, node: Node) -> Iterator[Fact | Param]:
        """The facts and parameters that a formula rests on now, looks along the person left away within looks."""
        match node:
            case Fact() | Param():
                yield node
            case Ref():
                yield from self._named(self.reader.sheet.cells[node.cell].node)
            case Along():
                for inner in walk(node.arg):
                    if isinstance(inner, Fact | Param):
                        yield inner
            case Across() | Portion():
                return  # what others have is not the person's own
            case Product():
                for factor in node.args:
                    if self.reader.value(factor, self.row) == 0:
                        yield from self._named(factor)
            case Quotient():
                yield from self._named(node.top)
            case Choose():
                holds = self.reader.value(node.condition, self.row)
                yield from self._named(node.then if holds else node.otherwise)
            case _:
                for child in children(node):
                    yield from self._named(child)
