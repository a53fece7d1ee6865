"""How the cells of a sheet name one another: which a formula names, which stand behind it, and in what order they are
worked out."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from kpicore.formula.node import Along, Node, Ref, walk
from kpicore.model import Cell


def references(node: Node, *, own_cycle: bool = False, across: bool = True) -> list[str]:
    """The cells that a formula names, each once; with `own_cycle` also those that a look over a cycle asks, without
    `across` none of what a look across people is taken of."""
    found: dict[str, None] = {}
    for inner in walk(node, across=across):
        if isinstance(inner, Ref):
            found[inner.cell] = None
        elif own_cycle and isinstance(inner, Along) and inner.way.startswith("cycle"):
            found |= dict.fromkeys(references(inner.arg, own_cycle=own_cycle))
    return list(found)


def due(name: str, done: Container[str], needs: Callable[[str], Iterable[str]]) -> Iterator[str]:
    """The cell and those that it needs, but for what is done already: each after those that it needs itself.

    Whoever takes one sees to it that it is `done` before taking the next; no cells need each other in a circle.
    """
    waiting = [name]
    while waiting:
        here = waiting[-1]
        first = [] if here in done else [each for each in needs(here) if each not in done]
        if first:
            waiting += first
            continue
        waiting.pop()
        if here not in done:
            yield here


def behind(
    cells: Mapping[str, Cell], nodes: Iterable[Node], but: Callable[[str], bool] | None = None
) -> Iterator[Node]:
    """The nodes of formulas and of the cells that they name, in this period alone; `but` says which cells are passed
    over."""
    waiting = list(nodes)
    seen: set[str] = set()
    while waiting:
        for inner in walk(waiting.pop(0)):
            yield inner
            if isinstance(inner, Ref) and inner.cell not in seen and (but is None or not but(inner.cell)):
                seen.add(inner.cell)
                waiting.append(cells[inner.cell].node)


def formula_of(cells: Mapping[str, Cell], node: Node) -> Node:
    """What a node comes to that does nothing but name a cell, which may name another; any other node itself."""
    while isinstance(node, Ref):
        node = cells[node.cell].node
    return node
