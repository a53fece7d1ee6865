"""Which texts can stand in a column of a table of results, where that is known before there are any figures."""

from __future__ import annotations

from kpicore.formula.node import Absent, Label, Lookup, Node, Ref, Text
from kpicore.formula.part import children
from kpicore.model import Sheet
from kpicore.population.form import GATE_WORDS, STATE_WORDS
from kpicore.population.plan import Made


def words_of(sheet: Sheet, made: Made) -> tuple[str, ...] | None:
    """All texts that a column can have, and maybe others; None where a figure or parameter can be one of them."""
    if made.sort == "state":
        return STATE_WORDS
    if made.sort == "gate":
        return GATE_WORDS
    return texts_of(sheet, made.cell) if made.sort == "text" else None


def texts_of(sheet: Sheet, cell: str) -> tuple[str, ...] | None:
    """The texts that a cell can come to; None where it hands on a text that it is given."""
    found: dict[str, None] = {}
    seen: set[Node] = set()
    waiting = [sheet.cells[cell].node]
    while waiting:
        node = waiting.pop()
        if node in seen or node.type != "text" or isinstance(node, Absent):
            continue
        seen.add(node)
        if isinstance(node, Text):
            found[node.value] = None
        elif isinstance(node, Label):
            found |= dict.fromkeys(node.labels)
        elif isinstance(node, Ref):
            waiting.append(sheet.cells[node.cell].node)
        else:
            below = [each for each in children(node) if not (isinstance(node, Lookup) and each == node.arg)]
            if not below:
                return None
            waiting += below
    return tuple(found)
