"""Which parts of the format, and which cases of figures and results, a made-up example has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from support.populations import Example

from kpicore import Run
from kpicore.formula.node import Across, Along, Fact, Moment, Node, Param, Portion, Ref, children
from kpicore.model import BandedAmount, SchemeModel


def features(example: Example, run: Run) -> set[str]:
    """Names of what the example has, in groups: 'rule bands', 'status scored'."""
    model = example.scheme.newest.model
    return {*_of_model(model), *_of_table(example.table), *_of_rows(example), *_of_run(run)}


def _of_model(model: SchemeModel) -> Iterator[str]:
    yield f"award {model.rules_award}"
    yield f"total {model.total}"
    yield f"places {model.places}"
    yield f"periods {model.periods[0]}"
    if model.rank is not None:
        yield f"head rank {model.rank}"
    if model.adjustments is not None:
        yield "items"
        yield from (f"items with {name}" for name in ("least", "most") if getattr(model.adjustments, name) is not None)
    for line in model.indicators:
        yield f"rule {line.rule.kind}"
        yield f"kind {line.kind or 'none'}"
        nodes: list[tuple[str, Node | None]] = [
            ("measure", line.measure and line.measure.node), ("only_if", line.only_if and line.only_if.node),
            ("counts_when", line.counts_when and line.counts_when.node), ("weight", line.weight),
        ]  # fmt: skip
        for where, node in nodes:
            yield from _of_formula(where, node)
        yield f"when_missing {line.when_missing}"
        yield f"when_undefined {line.when_undefined}"
        if line.places is not None:
            yield "indicator places"
    for group in model.groups:
        yield from _of_formula("group", group.only_if and group.only_if.node)
    for gate in model.gates:
        effect = gate.effect
        yield "gate " + ("ineligible" if effect.ineligible else "grade" if effect.grade else "lower_by")
        yield from _of_formula("gate", gate.require.node)
    if model.grade is not None:
        yield f"grade by {model.grade.by}"
    for element in model.pay:
        yield "pay " + ("pool" if element.pool is not None else "plain")
        amount = element.amount
        if isinstance(amount, BandedAmount):
            yield "pay by " + ("bands" if amount.bands else "tiers" if amount.tiers else "amounts")
            yield from _of_formula("pay", amount.by.node)
        else:
            yield "pay by formula"
            yield from _of_formula("pay", amount.node)
        if element.when is not None:
            yield "pay when"
    if not model.indicators:
        yield "no indicators"


def _of_formula(where: str, node: Node | None, inside: str = "") -> Iterator[str]:
    """The nodes of a formula, and what stands within what."""
    if node is None:
        return
    name = type(node).__name__.lower()
    if isinstance(node, Across | Along):
        name = f"{name} {node.way}" + (f" {node.within}" if isinstance(node, Across) else "")
        yield f"look {where} {name.split()[0]}"
        if inside:
            yield f"look {name.split()[0]} within {inside}"
        inside = name.split()[0]
    if isinstance(node, Param | Fact | Ref):
        yield f"{where} names {name}"
        if isinstance(node, Ref) and inside:
            yield f"look {inside} of {node.cell if '.' not in node.cell else 'cell of an indicator'}"
    elif isinstance(node, Moment):
        yield f"moment {node.part}"
    elif not isinstance(node, Portion):
        yield f"node {name}"
    for child in children(node):
        yield from _of_formula(where, child, inside)


def _of_table(table: dict[str, Any]) -> Iterator[str]:
    for spec in table.get("facts", {}).values():
        yield f"fact {spec['kind']}"
        yield from (f"fact with {key}" for key in ("default", "least", "most") if key in spec)
    for spec in table.get("params", {}).values():
        yield f"param {spec.get('kind', type(spec['value']).__name__)}"
    yield from (f"season of {len(spec['months'])} months" for spec in table.get("seasons", {}).values())
    for line in table.get("indicator", ()):
        for band in line["rule"].get("bands", ()):
            yield from (f"band {key}" for key in band if key != "points")
            if len(band) == 3:
                yield "band with two ends"
        loose = [key for key, value in line["rule"].items() if isinstance(value, str) and key not in ("kind", "within")]
        if loose or any(isinstance(end, str) for band in line["rule"].get("bands", ()) for end in band.values()):
            yield "rule with a formula"
        if "group" in line:
            yield "groups " + ("declared" if "group" in table else "undeclared")


def _of_rows(example: Example) -> Iterator[str]:
    yield f"settings {type(example.settings).__name__}"
    if example.later is not None:
        yield "two versions"
    yield f"rows {'1' if len(example.rows) == 1 else 'up to 10' if len(example.rows) <= 10 else 'more than 10'}"
    params = example.table.get("params", {})
    for row in example.rows:
        for name, value in row.items():
            if name in params:
                yield "params by figures"
            if name in example.table.get("facts", {}):
                yield f"cell {type(value).__name__}"
    for name in example.table.get("facts", {}):
        values = [str(row.get(name)) for row in example.rows]
        if any(len(value.replace(".", "").lstrip("-0")) > 15 for value in values):
            yield "figures of more than 15 digits"
        if len(set(values)) < len(values):
            yield "figures the same"


def _of_run(run: Run) -> Iterator[str]:
    for result in run.results:
        yield f"status {result.status}"
        yield from (f"reason {reason.code}" for reason in result.reasons)
        yield from (f"gate {state}" for state in result.gates.values())
        for line in result.indicators.values():
            yield f"state {line.state}"
            if line.points:
                yield "points not 0"
    yield from (f"problem {problem.code}" for problem in run.problems)
