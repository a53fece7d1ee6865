"""Constants as people write them beside what they are compared with: 80 %, 30 s."""

from __future__ import annotations

from functools import lru_cache

from attrs import frozen

from kpicore.formula.node import Along, Compare, Fact, Node, Num, Param, Quotient, Ref, replace, walk
from kpicore.model import SchemeModel

_WRITTEN = ("ratio", "seconds", "hours", "days")
"""The kinds whose values are written with a sign or unit of their own."""
ATTAINMENT = "attainment"


@frozen(cache_hash=True)
class Constant(Num):
    """A number of the kind of what it is compared with."""

    kind: str = "number"


def with_kinds(model: SchemeModel, node: Node) -> Node:
    """A formula in which each number that is compared with a percentage or a time is one itself."""
    if not _compares_numbers(node):
        return node

    def change(part: Node) -> Node | None:
        if not isinstance(part, Compare):
            return None
        left, right = part.left, part.right
        for number, other in ((left, right), (right, left)):
            kind = _kind_of(model, other) if isinstance(number, Num) else None
            if isinstance(number, Num) and kind in _WRITTEN:
                known = Constant(number.value, str(kind))
                sides = (known, right) if number is left else (left, known)
                return Compare(part.sign, *sides)
        return None

    return replace(node, change)


def with_attainments(node: Node) -> Node:
    """A formula in which the score of an indicator by its full marks is one name."""

    def change(part: Node) -> Node | None:
        line = attained(part)
        return None if line is None else Ref(f"{line}.{ATTAINMENT}")

    return replace(node, change) if _attains(node) else node


def attained(node: Node) -> str | None:
    """The indicator, where a formula is its score by its full marks; else None."""
    match node:
        case Quotient(top=Ref(cell=top), bottom=Ref(cell=bottom)):
            line = top.removesuffix(".score")
            return line if line != top and bottom == f"{line}.full_marks" else None
    return None


@lru_cache(maxsize=1024)
def _compares_numbers(node: Node) -> bool:
    return any(
        isinstance(part, Compare) and isinstance(part.left, Num) != isinstance(part.right, Num) for part in walk(node)
    )


@lru_cache(maxsize=1024)
def _attains(node: Node) -> bool:
    return any(attained(part) is not None for part in walk(node))


def _kind_of(model: SchemeModel, node: Node) -> str | None:
    """The kind of what a formula gives, as far as its name says it."""
    match node:
        case Fact(id=id_):
            return model.fact(id_).kind
        case Param(id=id_):
            return model.params[id_].kind
        case Along(way="previous" | "year_ago" | "mean_last_year", arg=arg):
            return _kind_of(model, arg)
        case Ref(cell=cell):
            return next((line.kind for line in model.indicators if f"{line.id}.measure" == cell), None)
    return "ratio" if attained(node) is not None else None
