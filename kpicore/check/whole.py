"""Whether a scheme is whole: weights, providers, titles, what is never used, what somebody has to confirm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Any

import attrs

from kpicore.check.division import division_findings
from kpicore.check.extents import Extents
from kpicore.check.finding import Finding
from kpicore.check.ground import Amount, Ground, Row
from kpicore.formula.node import HUNDRED, Fact, Node, Param
from kpicore.formula.part import below
from kpicore.model import GIVEN_TOTAL, IndicatorSpec, SchemeModel
from kpicore.rules import Accrue, Deduct, Proportion, Straight
from kpicore.season import MONTHS
from kpicore.sheet import weight_of
from kpicore.text import Title

_HUNDRED = HUNDRED.value
_ONE_WAY = (Accrue, Deduct, Proportion, Straight)
"""Rules that say by themselves which way is better."""
_PART_KEYS = {"indicators": "indicator", "gates": "gate", "groups": "group", "raters": "rater", "rollups": "rollup"}
"""Fields of the model that files write under another name."""


def whole_findings(ground: Ground) -> Iterator[Finding]:
    """All that is found in the scheme as a whole."""
    model = ground.model
    yield from ground.each_month(lambda extents: _weights(model, extents))
    yield from _groups(model)
    yield from ground.each_month(lambda extents: _group_weights(model, extents))
    for line in model.indicators:
        yield from _design(ground, line)
    yield from division_findings(ground)
    yield from _seasons(model)
    yield from _assumed(model)
    yield from _titles(model)


def unused_findings(grounds: Sequence[Ground]) -> Iterator[Finding]:
    """Facts and parameters that no formula of a scheme or of its longer periods uses."""
    model = grounds[0].model
    nodes = {cell.node for ground in grounds for cell in ground.sheet.cells.values()}
    used = {(type(part), part.id) for node in nodes for part in below(node) if isinstance(part, Fact | Param)}
    asked = {line.beside for ground in grounds for line in ground.model.indicators}
    for id_ in model.facts:
        if (Fact, id_) not in used and id_ not in asked:
            yield Finding("unused_fact", f"facts.{id_}")
    for id_ in model.params:
        if (Param, id_) not in used:
            yield Finding("unused_param", f"params.{id_}")


def _weights(model: SchemeModel, extents: Extents) -> Iterator[Finding]:
    added = _added(model, model.indicators, extents)
    if added is not None and added != _HUNDRED:
        yield Finding("weights", "indicator", {"sum": Amount(added)}, None)


def _added(model: SchemeModel, lines: Sequence[IndicatorSpec], extents: Extents) -> Fraction | None:
    """What the weights of indicators add up to; None where they do not, or are not known."""
    found = [extents.of(weight_of(model, line)).numbers.one for line in lines] if model.total == "sum" else []
    known = [weight for weight in found if weight is not None]
    return sum(known, Fraction(0)) if found and len(known) == len(found) else None


def _groups(model: SchemeModel) -> Iterator[Finding]:
    used = {line.group for line in model.indicators}
    for group in model.groups:
        if group.id not in used:
            yield Finding("empty_group", f"group.{group.id}")


def _group_weights(model: SchemeModel, extents: Extents) -> Iterator[Finding]:
    for group in model.groups:
        added = _added(model, [line for line in model.indicators if line.group == group.id], extents)
        if added is not None:
            yield Finding("group_weight", f"group.{group.id}", {"sum": Amount(added)})


def _design(ground: Ground, line: IndicatorSpec) -> Iterator[Finding]:
    """The rules by which the sheets' own sources want indicators to be made."""
    key = f"indicator.{line.id}"
    measures = [rated.measure for rated in line.rated] if line.by_points else [line.measure]
    nodes = [measure.node for measure in measures if measure is not None]
    facts = [part.id for node in nodes for part in below(node) if isinstance(part, Fact)]
    nobody = [name for name in dict.fromkeys(facts) if not _provider(ground.model, name)]
    if nobody:
        yield Finding("no_provider", key, {"facts": ", ".join(nobody)})
    number = any(node.type == "number" for node in nodes)
    if number and line.better is None and not isinstance(line.rule, _ONE_WAY):
        yield Finding("no_aim", key)
    judged = all(isinstance(node, Fact) and _kind(ground.model, node.id) == "rating" for node in nodes)
    if nodes and judged and isinstance(line.rule, Straight) and not line.levels:
        yield Finding("judged", key)


def _provider(model: SchemeModel, name: str) -> bool:
    """Whether it is said who provides a fact; totals of shorter periods come from results."""
    return name not in model.facts or name == GIVEN_TOTAL or bool(model.facts[name].provider)


def _kind(model: SchemeModel, name: str) -> str:
    return model.facts[name].kind if name in model.facts else ""


def _seasons(model: SchemeModel) -> Iterator[Finding]:
    """Months that lie in none of several seasons, and those that lie in two."""
    seasons = model.seasons.values()
    free = [month for month in MONTHS if not any(month in season.months for season in seasons)]
    if free and len(seasons) > 1:
        yield Finding("season_gap", "seasons", {"months": ", ".join(map(str, free))}, str(free[0]))
    for one, other in combinations(seasons, 2):
        both = sorted(set(one.months) & set(other.months))
        if both:
            first, second = (Row(season.id, f"seasons.{season.id}") for season in (one, other))
            values = {"first": first, "second": second, "months": ", ".join(map(str, both))}
            yield Finding("season_overlap", f"seasons.{other.id}", values, str(both[0]))


def _parts(model: SchemeModel) -> Iterator[tuple[str, Any]]:
    """The model and its parts, each with its key."""
    waiting: list[tuple[str, Any]] = [("", model)]
    while waiting:
        key, part = waiting.pop(0)
        yield key, part
        if isinstance(part, Node | Title):
            continue
        for attribute in attrs.fields(type(part)):
            if attribute.name in ("rollups", "shorter", "rated", "rated_facts", "judged", "taken"):
                continue
            value = getattr(part, attribute.name)
            name = _PART_KEYS.get(attribute.name, attribute.name) if part is model else attribute.name
            below = f"{key}.{name}" if key else name
            if attrs.has(type(value)):
                waiting.append((below, value))
            elif isinstance(value, Mapping):
                waiting += [(f"{below}.{id_}", each) for id_, each in value.items() if attrs.has(type(each))]
            elif isinstance(value, tuple):
                for place, each in enumerate(value):
                    if attrs.has(type(each)):
                        id_ = getattr(each, "id", "")
                        waiting.append((f"{below}.{id_}" if id_ else f"{below}[{place + 1}]", each))


def _assumed(model: SchemeModel) -> Iterator[Finding]:
    for key, part in _parts(model):
        if getattr(part, "assumed", False) is True:
            yield Finding("assumed", key or "id")


def _titles(model: SchemeModel) -> Iterator[Finding]:
    """Titles that lack a language which the scheme's name or another title has."""
    titled = [(key, part.title) for key, part in _parts(model) if isinstance(getattr(part, "title", None), Title)]
    languages = dict.fromkeys(language for _, title in titled for language, _ in title.texts if language)
    for key, title in titled:
        lacking = [each for each in languages if each not in dict(title.texts)]
        if lacking and "" not in dict(title.texts) and not _optional(key):
            yield Finding("no_title", f"{key}.title" if key else "title", {"languages": ", ".join(lacking)})


def _optional(key: str) -> bool:
    """Whether people get along without a title: bands of grades and of levels have names of their own."""
    return key.endswith("]") or key in ("adjustments",)
