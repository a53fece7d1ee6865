"""Which rows lack the same, so that the exact reader need only be asked about one of them.

Why somebody is incomplete follows from which figures are blank, and which divisors are 0 - unless a formula asks one
figure or another depending on how large a number is. For a sheet without such formulas a *pattern* is enough: of each
number whether it is there and, for those that divide, whether it is 0; of each flag, text and date its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from kpicore.cells import behind, formula_of
from kpicore.curve import OnCurve, Piece
from kpicore.engines.columnar.rows import Figures
from kpicore.formula import node as nodes
from kpicore.formula.node import Fact, Node, Num, Param, Ref, children, walk
from kpicore.model import Cell, Sheet

_OF_CONSTANTS = Num | Param | nodes.Sum | nodes.Negative | nodes.Product | nodes.Round | nodes.Quotient


def follows_from_patterns(sheet: Sheet, varying: frozenset[str]) -> bool:
    """Whether what a row lacks follows from its pattern. `varying` are parameters that rows have of their own."""
    if varying:
        return False
    return all(_plain(sheet.cells, node) for cell in sheet.cells.values() for node in walk(cell.node))


def _plain(cells: Mapping[str, Cell], node: Node) -> bool:
    match node:
        case nodes.Along() | nodes.Across() | nodes.Portion():
            return False
        case OnCurve(curve=curve):
            return all(map(_constant, curve.pieces)) and _ends_nowhere(curve.pieces[-1])
        case nodes.Choose(condition=condition, then=then, otherwise=otherwise):
            return not _weighs(cells, condition) or not (_rests(cells, then) or _rests(cells, otherwise))
    return True


def _constant(piece: Piece) -> bool:
    parts = (piece.base, piece.low, piece.high, piece.slope, piece.origin, piece.step)
    return all(isinstance(inner, _OF_CONSTANTS) for part in parts if part is not None for inner in walk(part))


def _ends_nowhere(piece: Piece) -> bool:
    return piece.low is None and piece.high is None


def _rests(cells: Mapping[str, Cell], node: Node) -> bool:
    """Whether it rests on any figure."""
    return any(isinstance(inner, Fact) for inner in behind(cells, [node]))


def _weighs(cells: Mapping[str, Cell], node: Node) -> bool:
    """Whether a condition asks how large a number is, and not only whether things are there."""
    match node:
        case nodes.Is():
            return False
        case Ref(cell=name):
            return _weighs(cells, cells[name].node)
        case nodes.Compare(left=left, right=right):
            return left.type == "number" and not _of_presence(cells, (left, right))
    return any(_weighs(cells, child) for child in children(node))


def _of_presence(cells: Mapping[str, Cell], sides: Iterable[Node]) -> bool:
    """Whether numbers follow from what is there alone, as the marks that are counted do."""
    for side in sides:
        if isinstance(side, Fact):
            return False
        inner = formula_of(cells, side)
        if isinstance(inner, nodes.Choose):
            if _weighs(cells, inner.condition) or not _of_presence(cells, (inner.then, inner.otherwise)):
                return False
        elif (not isinstance(inner, Num | Param) and not _of_presence(cells, children(inner))) or isinstance(
            inner, Fact | nodes.Moment
        ):
            return False
    return True


def pattern_columns(sheet: Sheet, figures: Mapping[str, Figures]) -> list[pl.Series]:
    """The columns of which a row's pattern is made."""
    divisors = _divisors(sheet)
    found: list[pl.Series] = []
    for name, column in figures.items():
        values = column.values.alias(name)
        if name not in sheet.facts:
            continue
        if sheet.facts[name].figure.type != "number":
            found.append(values)
        elif name in divisors:
            x = pl.col(name)
            state = pl.when(x.is_null()).then(2).when(x == 0).then(1).otherwise(0).cast(pl.UInt8)
            found.append(values.to_frame().select(state).to_series().alias(name))
        elif values.null_count():
            found.append(values.is_null())
    return found


def _divisors(sheet: Sheet) -> set[str]:
    found: set[str] = set()
    for cell in sheet.cells.values():
        for node in walk(cell.node):
            if isinstance(node, nodes.Quotient):
                found |= {inner.id for inner in behind(sheet.cells, [node.bottom]) if isinstance(inner, Fact)}
    return found
