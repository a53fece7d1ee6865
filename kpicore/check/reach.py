"""What indicators, groups and totals can come to, and gates and moves of a ladder that nobody can pass or avoid."""

from __future__ import annotations

from collections.abc import Iterator

from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.ground import Amount, Ground, Told
from kpicore.check.spans import Spans

_NEVER_ASKED = "unknown"


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


def gate_findings(ground: Ground) -> Iterator[Finding]:
    """Gates that all pass, or none."""
    yield from ground.each_month(lambda extents: _gates(ground, extents))


def _gates(ground: Ground, extents: Extents) -> Iterator[Finding]:
    for gate in ground.model.gates:
        key = f"gate.{gate.id}"
        extent = extents.cell(key)
        if extent.flags == {True}:
            yield Finding("gate_never_fails", key)
        elif extent.flags == {False}:
            yield Finding("gate_never_passes", key)
        elif not extent.sure or not extent.flags:
            met = {row.get(f"gates.{gate.id}") for row in ground.rows} - {_NEVER_ASKED, None}
            for state in sorted({"passed", "failed"} - met):
                yield ground.not_decided(key, Told(f"check.what.{state}", {}))


def ladder_findings(ground: Ground) -> Iterator[Finding]:
    """Moves that never apply, or always."""
    ladder = ground.model.ladder
    if ladder is None:
        return
    (extents, *_) = ground.months
    for move in ladder.move:
        key = f"ladder.move.{move.id}"
        flags = extents.of(move.when.node).flags
        if flags == {False}:
            yield Finding("move_never", key)
        elif flags == {True}:
            yield Finding("move_always", key)
