"""What indicators, groups and totals can come to."""

from __future__ import annotations

from collections.abc import Iterator

from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.ground import Amount, Ground, Told
from kpicore.check.spans import Spans


def reach_findings(ground: Ground) -> Iterator[Finding]:
    """The reach of all that adds up."""
    yield from ground.each_month(lambda extents: _reach(ground, extents))


def _reach(ground: Ground, extents: Extents) -> Iterator[Finding]:
    model = ground.model
    cells = [(f"indicator.{line.id}", f"{line.id}.score") for line in model.indicators]
    cells += [(f"group.{group.id}", f"group.{group.id}") for group in model.groups]
    cells += [("total", "marks")] if model.totals else []
    for key, name in cells:
        numbers = extents.cell(name).numbers
        yield Finding("reach", key, {"low": _end(numbers, False), "high": _end(numbers, True)})


def _end(numbers: Spans, upper: bool) -> Amount | Told:
    """The least or the most; where it is not proved that it is reached, told so."""
    amount = Amount(numbers.high if upper else numbers.low)
    if numbers.ends:
        return amount
    return Told("check.at_most" if upper else "check.at_least", {"value": amount})
