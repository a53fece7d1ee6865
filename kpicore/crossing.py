"""Which cells look across people, in which order, and who takes part: strata of a sheet.

A cell of stratum 0 looks at its own row; one of stratum n looks across rows at cells of stratum n - 1 at most, or
stands on such a cell. Ranks and means are taken over those who are not incomplete (DESIGN section 3.7); but whether
somebody is complete may depend on the very mean. So those take part in a crossing who are complete as far as it can
be told without crossings of its own stratum or a later one: for whom nothing is lacking that no other person could
give. `counted.<stratum>` is that condition, a cell like all others.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, evolve, field

from kpicore.cells import due, references
from kpicore.formula import node as nodes
from kpicore.formula.node import (
    ANY_ABSENCE,
    RANKS,
    ZERO,
    Across,
    Along,
    Crossing,
    Node,
    Portion,
    Ref,
    Within,
    children,
    replace,
    walk,
)
from kpicore.model import Cell

COMPLETE = "complete"
_COUNTED = "counted."


def crossings(node: Node) -> list[Crossing]:
    """The nodes of a formula that look across people, those asked of other periods left away."""
    return [inner for inner in walk(node) if isinstance(inner, Crossing)]


def looks_across(cells: Mapping[str, Cell]) -> bool:
    """Whether any cell looks across people, be it in another period."""
    return any(_deep(cell.node) for cell in cells.values())


def withins(cells: Mapping[str, Cell]) -> set[Within]:
    """Among whom cells look across people, be it in another period: the team, all."""
    return {part.within for cell in cells.values() for part in _deep(cell.node)}


@define
class Strata:
    """The strata of cells that need each other in no circle."""

    cells: Mapping[str, Cell]
    _of: dict[str, int] = field(factory=dict)
    _nodes: dict[Node, int] = field(factory=dict)

    def cell(self, name: str) -> int:
        """The stratum of a cell."""
        for here in due(name, self._of, lambda each: references(self.cells[each].node)):
            self._of[here] = self.node(self.cells[here].node)
        return self._of[name]

    def node(self, node: Node) -> int:
        """The stratum of a formula over the cells."""
        known = self._nodes.get(node)
        if known is None:
            known = self._nodes[node] = self._stratum(node)
        return known

    def _stratum(self, node: Node) -> int:
        match node:
            case Ref(cell=name):
                return self.cell(name)
            case Across(arg=arg):
                return 1 + self.node(arg)
            case Portion(amount=amount, weight=weight):
                return 1 + max(self.node(amount), self.node(weight))
            case Along():
                return 0
        return max(map(self.node, children(node)), default=0)


def counted(stratum: int) -> str:
    """The name of the cell that says who takes part in the crossings of a stratum."""
    return f"{_COUNTED}{stratum}"


def says_who(cell: str) -> bool:
    """Whether a cell of this name is one of those."""
    return cell.startswith(_COUNTED)


def with_counted(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """The cells with who takes part in each crossing, and the cells that say so; the same where nothing crosses."""
    if not looks_across(cells):
        return dict(cells)
    strata = Strata(cells)
    found = dict(cells)
    for stratum in sorted({strata.node(part) for cell in cells.values() for part in _deep(cell.node)}):
        known = _Known(cells, strata, stratum)
        node = known.flag(cells[COMPLETE].node)
        found |= known.made
        found[counted(stratum)] = Cell(counted(stratum), node)

    return {name: evolve(cell, node=_counting(strata, cell.node)) for name, cell in found.items()}


def counting(cells: Mapping[str, Cell], node: Node) -> Node:
    """A formula over the cells of a sheet as the sheet reckons it: its looks across people see those who take part."""
    return _counting(Strata(cells), node) if _deep(node) else node


def _counting(strata: Strata, node: Node) -> Node:
    def told(part: Node) -> Node | None:
        if not isinstance(part, Crossing):
            return None
        among = Ref(counted(strata.node(part)), "flag")
        if isinstance(part, Across):
            return evolve(part, arg=replace(part.arg, told), among=among)
        return evolve(part, amount=replace(part.amount, told), weight=replace(part.weight, told), among=among)

    return replace(node, told)


def _deep(node: Node) -> list[Crossing]:
    """The crossings of a formula, those asked of other periods too."""
    found = crossings(node)
    for part in walk(node):
        if isinstance(part, Along):
            found += _deep(part.arg)
    return found


@define
class _Known:
    """Formulas as far as they are known before the crossings of a stratum.

    Of what is not known yet only its absence is: it is taken to be there unless it lacks something already. `made`
    are the cells of such absences: a number without meaning, absent as the cell is.
    """

    cells: Mapping[str, Cell]
    strata: Strata
    stratum: int
    made: dict[str, Cell] = field(factory=dict)
    _open: dict[str, bool] = field(factory=dict)

    def open(self, node: Node) -> bool:
        """Whether the value is not known yet."""
        match node:
            case nodes.Is():
                return False
            case Ref(cell=name):
                if name not in self._open:
                    later = self.strata.cell(name) >= self.stratum
                    self._open[name] = later and self.open(self.cells[name].node)
                return self._open[name]
            case Across() | Portion():
                return self.strata.node(node) >= self.stratum
            case Along():
                return False
        return any(map(self.open, children(node)))

    def flag(self, node: Node) -> Node:
        """A flag (or any formula) whose value is known, without what is not."""
        if self.strata.node(node) < self.stratum:
            return node
        match node:
            case nodes.Is(arg=arg, absence=absence):
                return nodes.Is(self.absence(arg), absence)
            case Ref(cell=name):
                return self.flag(self.cells[name].node)
        return replace(node, lambda part: self.flag(part) if isinstance(part, nodes.Is | Ref) else None)

    def absence(self, node: Node) -> Node:
        """A number without meaning, absent as the node is, as far as that is known."""
        if not self.open(node):
            known = self.flag(node)
            return known if node.type == "number" else nodes.Choose(nodes.Compare("==", known, known), ZERO, ZERO)
        match node:
            case Ref(cell=name):
                return self._cell(name)
            case Across(way=way, arg=arg) if way in RANKS:
                return self.absence(arg)
            case Across():
                return ZERO
            case Portion(amount=amount, weight=weight):
                return nodes.Sum((self.absence(amount), self.absence(weight)))
            case nodes.Quotient(top=top, bottom=bottom) if not self.open(bottom):
                return nodes.Quotient(self.absence(top), self.flag(bottom))
            case nodes.Extreme(which=which, args=args, skip=skip):
                return nodes.Extreme(which, tuple(map(self.absence, args)), skip)
            case nodes.Every(args=args) | nodes.Some(args=args):
                return self._connected(node, args)
            case nodes.Choose(condition=condition, then=then, otherwise=otherwise):
                return self._chosen(condition, then, otherwise)
            case nodes.Instead(arg=arg, absence=absence, other=other):
                return nodes.Instead(self.absence(arg), absence, self.absence(other))
            case nodes.Lookup(arg=arg):
                return self.absence(arg)
        return nodes.Sum(tuple(map(self.absence, children(node))))

    def _cell(self, name: str) -> Node:
        made = f"{name}?{self.stratum}"
        if made not in self.made:
            node = self.absence(self.cells[name].node)
            self.made[made] = Cell(made, node)
        return Ref(made)

    def _connected(self, node: Node, args: tuple[Node, ...]) -> Node:
        """`and`, `or`: what is not known may decide, unless it is absent."""
        sign: nodes.Sign = "!=" if isinstance(node, nodes.Every) else "=="
        parts: list[Node] = []
        for arg in args:
            if self.open(arg):
                absence = self.absence(arg)
                parts.append(nodes.Compare(sign, absence, absence))
            else:
                parts.append(self.flag(arg))
        return nodes.Choose(type(node)(tuple(parts)), ZERO, ZERO)  # type: ignore[call-arg]

    def _chosen(self, condition: Node, then: Node, otherwise: Node) -> Node:
        if not self.open(condition):
            return nodes.Choose(self.flag(condition), self.absence(then), self.absence(otherwise))
        either = nodes.Instead(self.absence(then), ANY_ABSENCE, self.absence(otherwise))
        return nodes.Sum((self.absence(condition), either))
