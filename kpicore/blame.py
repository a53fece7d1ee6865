"""Why a formula has no value for a row: the facts that are to blame, and how."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from kpicore.engines.exact import ExactReader
from kpicore.formula.node import (
    Absence,
    Choose,
    Fact,
    Instead,
    Node,
    Param,
    Quotient,
    Ref,
    children,
    gravest,
    walk,
)
from kpicore.row import Row


@frozen
class Blame:
    """A fact that is missing or unreadable, or that makes a divisor zero; `fact` is None for a hole in bands."""

    absence: Absence
    fact: str | None


def blame(reader: ExactReader, node: Node, row: Row) -> list[Blame]:
    """What is to blame for the absence of this node, each once; of several absences only the gravest."""
    value = reader.value(node, row)
    if not isinstance(value, Absence):
        return []
    found = dict.fromkeys(_causes(reader, node, row))
    return [cause for cause in found if cause.absence == value] or [Blame(value, None)]


def _causes(reader: ExactReader, node: Node, row: Row) -> Iterator[Blame]:
    value = reader.value(node, row)
    if not isinstance(value, Absence):
        return
    match node:
        case Fact() | Param():
            yield Blame(value, node.id)
        case Ref():
            yield from _causes(reader, reader.sheet.cells[node.cell].node, row)
        case Choose():
            yield from _chosen(reader, node, row)
        case Instead():
            yield from _causes(reader, node.arg, row)
            absence = reader.value(node.arg, row)
            if isinstance(absence, Absence) and gravest(absence) & node.absence:
                yield from _causes(reader, node.other, row)
        case _:
            below = [cause for child in children(node) for cause in _causes(reader, child, row)]
            if below:
                yield from below
            elif isinstance(node, Quotient):
                for fact in _facts(reader, node.bottom):
                    yield Blame(value, fact)
            else:
                yield Blame(value, None)


def _chosen(reader: ExactReader, node: Choose, row: Row) -> Iterator[Blame]:
    condition = reader.value(node.condition, row)
    if isinstance(condition, Absence):
        yield from _causes(reader, node.condition, row)
    else:
        yield from _causes(reader, node.then if condition else node.otherwise, row)


def _facts(reader: ExactReader, node: Node) -> Iterator[str]:
    """The facts that a formula rests on, through other cells."""
    for inner in walk(node):
        if isinstance(inner, Fact):
            yield inner.id
        elif isinstance(inner, Ref):
            yield from _facts(reader, reader.sheet.cells[inner.cell].node)
