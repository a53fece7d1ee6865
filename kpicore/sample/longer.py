"""The longer periods of a scheme that makes them of shorter ones, and whose figures each period has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpicore.cells import behind
from kpicore.formula.node import Fact
from kpicore.history import cycle
from kpicore.model import Sheet
from kpicore.protocols import Period
from kpicore.sheet import build_sheet
from kpicore.stretch import holding


def with_longer(sheet: Sheet, periods: Sequence[Period]) -> Iterator[tuple[Sheet, Sequence[Period]]]:
    """A sheet with its periods, and the sheets of longer periods with those that are whole among them."""
    yield sheet, periods
    known = dict.fromkeys(periods)
    for model in sheet.model.rollups:
        candidates = dict.fromkeys(holding(period.start, model.periods[0]) for period in known)
        whole = [each for each in candidates if all(part in known for part in cycle(each, model.shorter))]
        if whole:
            known |= dict.fromkeys(whole)
            yield build_sheet(model), whole


def own_facts(sheet: Sheet) -> frozenset[str]:
    """The facts that a period's own figures have: all, but where longer periods have others those that it asks."""
    model = sheet.model
    if not (model.rollups or model.shorter):
        return frozenset(sheet.facts)
    nodes = behind(sheet.cells, [cell.node for cell in sheet.cells.values()])
    return frozenset(node.id for node in nodes if isinstance(node, Fact))
