"""Which looks beyond the row formulas need, and in which order."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from attrs import frozen

from kpicore.formula import node as nodes
from kpicore.formula.node import Along, Crossing, Node, Portion, Ref
from kpicore.model import Cell


@frozen(eq=False)
class Needs:
    """The looks that formulas over these cells need."""

    cells: Mapping[str, Cell]

    def strata(self) -> list[list[Along | Crossing]] | None:
        """All looks beyond the row, each after those that it needs; None where some need each other over time."""
        return self.looks([cell.node for cell in self.cells.values()], True)

    def below(self, look: Along | Crossing) -> list[Along | Crossing]:
        """The looks that a look needs directly."""
        return self.direct(look_args(look))

    def alongs(self, asked: Sequence[Node]) -> list[Along]:
        """Every look along a person that is needed anywhere, within others too."""
        return [look for look in self.everywhere(asked) if isinstance(look, Along)]

    def everywhere(self, asked: Sequence[Node]) -> list[Along | Crossing]:
        """Every look that is needed anywhere, within others too."""
        found: dict[Along | Crossing, None] = {}
        waiting = list(asked)
        while waiting:
            for look in self.direct([waiting.pop()]):
                if look not in found:
                    found[look] = None
                    waiting += look_args(look)
        return list(found)

    def looks(
        self, asked: Sequence[Node], time: bool, given: Container[Node] = ()
    ) -> list[list[Along | Crossing]] | None:
        """The looks beyond the row that these need, in strata: each after those that it needs itself.

        Those that are `given` are not among them. Without `time` a look along a person needs nothing: what was is
        known. None where looks need each other.
        """
        strata, circular = self.split(asked, time, given)
        return None if circular else strata

    def split(
        self, asked: Sequence[Node], time: bool, given: Container[Node] = ()
    ) -> tuple[list[list[Along | Crossing]], list[Along | Crossing]]:
        """The same strata, as far as they go, and the looks that need each other or one of those."""
        below: dict[Node, list[Along | Crossing]] = {}
        waiting = [look for look in self.direct(asked) if look not in given]
        found: list[Along | Crossing] = []
        while waiting:
            look = waiting.pop()
            if look not in below:
                below[look] = []
                if time or isinstance(look, Crossing):
                    below[look] = [other for other in self.direct(look_args(look)) if other not in given]
                found.append(look)
                waiting += below[look]
        strata: list[list[Along | Crossing]] = []
        done: set[Node] = set()
        while len(done) < len(found):
            ready = [look for look in found if look not in done and all(other in done for other in below[look])]
            if not ready:
                break
            strata.append(ready)
            done.update(ready)
        return strata, [look for look in found if look not in done]

    def direct(self, asked: Sequence[Node]) -> list[Along | Crossing]:
        """The looks that formulas need with nothing but the row's own cells between."""
        found: dict[Along | Crossing, None] = {}
        seen: set[Node] = set()
        waiting = list(asked)
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if isinstance(node, Along | Crossing):
                found[node] = None
            elif isinstance(node, Ref):
                waiting.append(self.cells[node.cell].node)
            else:
                waiting += nodes.children(node)
        return list(found)


def look_args(look: Along | Crossing) -> list[Node]:
    """What a look is taken of."""
    if isinstance(look, Along):
        return [look.arg]
    if isinstance(look, Portion):
        return [nodes.Round(look.amount, look.places), look.weight, look.among]
    return [look.arg, look.among]
