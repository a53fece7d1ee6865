"""Facts that belong together, because one formula is of several of them, and what their figures are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from kpicore.cells import behind
from kpicore.figure import Value
from kpicore.formula.node import Absence, Along, Node, Ref
from kpicore.model import Sheet
from kpicore.sample.aim import MOST_FACTS, Aim, aims, facts_of, seasons
from kpicore.sample.solve import Solver

_ODD = Absence.UNDEFINED | Absence.HOLE
_HALF = Fraction(1, 2)


@frozen
class Group:
    """Facts that are made up together.

    `lines` are the indicators that these facts alone decide, `gates` those that ask for some of them. `looks`: a
    formula looks at them in other periods. `seasons`: the parts of the period that the formulas ask for.
    """

    facts: tuple[str, ...]
    aims: tuple[Aim, ...]
    lines: tuple[str, ...]
    gates: tuple[str, ...]
    looks: bool
    seasons: frozenset[str]

    def worth(self, solver: Solver, facts: Mapping[str, Value | None]) -> Fraction | None:
        """What the figures bring, as a share of the full marks; None for the odd ones among them: those that divide by
        nothing, or fail a gate."""
        for gate in self.gates:
            if solver.value(Ref(f"gate.{gate}", "flag"), facts) is False:
                return None
        shares: list[Fraction] = []
        for line in self.lines:
            score = solver.value(Ref(f"{line}.score"), facts)
            full = solver.value(Ref(f"{line}.full_marks"), facts)
            if isinstance(score, Absence) and score & _ODD:
                return None
            known = isinstance(score, Fraction) and isinstance(full, Fraction) and full > 0
            shares.append(Fraction(score) / Fraction(full) if known else _HALF)  # type: ignore[arg-type]
        return sum(shares, Fraction(0)) / len(shares) if shares else _HALF


def groups(sheet: Sheet) -> list[Group]:
    """Every fact of a sheet in exactly one group, in the order of the facts."""
    together = _Together(sheet.model.facts)
    found = aims(sheet)
    for aim in found:
        together.join(aim.facts)
    lines: dict[str, Sequence[str]] = {}
    for line in sheet.model.indicators:
        named = tuple(facts_of(sheet, [Ref(f"{line.id}.score")]))
        if len(named) <= MOST_FACTS:
            together.join(named)
            lines[line.id] = named
    made = []
    for facts in together.sets():
        inside = set(facts)
        mine = tuple(aim for aim in found if aim.facts[0] in inside)
        judged = tuple(line for line, named in lines.items() if named and named[0] in inside)
        gates = tuple(
            gate.id for gate in sheet.model.gates if inside & facts_of(sheet, [Ref(f"gate.{gate.id}", "flag")]).keys()
        )
        nodes: list[Node] = [*(aim.node for aim in mine), *(Ref(f"{line}.score") for line in judged)]
        made.append(Group(facts, mine, judged, gates, _looks(sheet, nodes, inside), _seasons(sheet, mine, nodes)))
    return made


def _seasons(sheet: Sheet, mine: Sequence[Aim], nodes: Sequence[Node]) -> frozenset[str]:
    ends = [
        node
        for aim in mine
        if aim.curve is not None
        for piece in aim.curve.pieces
        for node in (piece.low, piece.high, piece.base)
        if node is not None
    ]
    return seasons(sheet, [*nodes, *ends])


def _looks(sheet: Sheet, nodes: Sequence[Node], inside: set[str]) -> bool:
    return any(
        isinstance(inner, Along) and not inside.isdisjoint(facts_of(sheet, [inner]))
        for inner in behind(sheet.cells, nodes)
    )


class _Together:
    """Names that are put together by and by."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._head = {name: name for name in names}

    def _of(self, name: str) -> str:
        while self._head[name] != name:
            name = self._head[name]
        return name

    def join(self, names: Sequence[str]) -> None:
        for name in names[1:]:
            self._head[self._of(name)] = self._of(names[0])

    def sets(self) -> list[tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name in self._head:
            found.setdefault(self._of(name), []).append(name)
        return [tuple(names) for names in found.values()]
