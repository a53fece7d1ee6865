"""Raters against one another: who is lenient and who is harsh, over what two or more of them have judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from kpicore.decimals import half_up
from kpicore.errors import UnknownSchemeError
from kpicore.formula.node import Fact, Node, Num, Ref
from kpicore.model import IndicatorSpec, SchemeModel
from kpicore.row import Row
from kpicore.score import Scorer
from kpicore.text import Title
from kpicore.version import Params

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme

PLACES = 2
_HUNDRED = 100


@frozen
class ItemLeniency:
    """How a rater judges one indicator: by how much more than the mean of the others, over so many people."""

    id: str
    title: Title
    people: int
    difference: Decimal


@frozen
class Leniency:
    """How a rater judges against the others: the mean of the differences to the mean of the others' judgements, over
    `compared` judgements of `people` whom others have judged on the same indicator. In hundredths of the full points;
    above 0 is lenient. None where nothing can be compared."""

    id: str
    title: Title
    compared: int
    people: int
    difference: Decimal | None
    items: tuple[ItemLeniency, ...] = ()


@define
class _Count:
    """Exact sums of differences, by indicator."""

    sums: dict[str, Fraction] = field(factory=dict)
    counts: dict[str, int] = field(factory=dict)
    people: set[tuple[str, str]] = field(factory=set)


def rated(scheme: LoadedScheme) -> bool:
    """Whether raters judge anything in it."""
    return any(line.rated for version in scheme.among() for line in version.model.indicators)


def leniencies(scheme: LoadedScheme, params: Params | None, rows: Iterable[Row]) -> tuple[Leniency, ...]:
    """Every rater of a scheme, the most lenient first; nothing where nobody judges.

    What is compared is the points that the rule gives for each one's judgement, in hundredths of the full points; or,
    where the raters' measures are averaged first, these, where they are ratings.
    """
    if not rated(scheme):
        return ()
    counts: dict[str, _Count] = {}
    for row in rows:
        if row.absent or scheme.history_alone(row.period) or scheme.decided(row):
            continue
        try:
            version = scheme.in_force(row.period)
        except UnknownSchemeError:
            continue
        _add(counts, scheme.scorer(version, params), version.model, row)
    models = [version.model for version in scheme.among()][::-1]
    titles = {rater.id: rater.title for model in reversed(models) for rater in model.raters}
    lines = {line.id: line.title for model in reversed(models) for line in model.indicators}
    found = [_told(name, titles[name], counts.get(name, _Count()), lines) for name in titles]
    return tuple(sorted(found, key=lambda each: (each.difference is None, -(each.difference or 0))))


def _told(name: str, title: Title, count: _Count, lines: dict[str, Title]) -> Leniency:
    items = (
        ItemLeniency(line, lines[line], number, half_up(count.sums[line] / number, PLACES))
        for line, number in count.counts.items()
    )
    whole, compared = sum(count.sums.values(), Fraction(0)), sum(count.counts.values())
    difference = half_up(whole / compared, PLACES) if compared else None
    return Leniency(name, title, compared, len(count.people), difference, tuple(items))


def _add(counts: dict[str, _Count], scorer: Scorer, model: SchemeModel, row: Row) -> None:
    """Adds what the raters of one row say."""
    reader, whole, _ = scorer.reader(row)
    for line in model.indicators:
        given = {}
        for rater, node in _judgements(model, line):
            value = reader.value(node, whole)
            if isinstance(value, Fraction):
                given[rater] = value * _scale(model, line)
        if len(given) < 2:
            continue
        together = sum(given.values(), Fraction(0))
        for rater, value in given.items():
            count = counts.setdefault(rater, _Count())
            difference = value - (together - value) / (len(given) - 1)
            count.sums[line.id] = count.sums.get(line.id, Fraction(0)) + difference
            count.counts[line.id] = count.counts.get(line.id, 0) + 1
            count.people.add((row.employee, str(row.period)))


def _judgements(model: SchemeModel, line: IndicatorSpec) -> Iterator[tuple[str, Node]]:
    """What each rater makes of an indicator, as far as it can be held against that of others."""
    for rated in line.rated:
        if line.by_points:
            if model.rules_award == "percent" or isinstance(line.weight, Num):
                yield rated.rater, Ref(f"{line.id}.{rated.rater}.points")
        elif rated.measure is not None and isinstance(fact := rated.measure.node, Fact) and _is_rating(model, fact):
            yield rated.rater, fact


def _is_rating(model: SchemeModel, fact: Fact) -> bool:
    return fact.id in model.facts and model.facts[fact.id].kind == "rating"


def _scale(model: SchemeModel, line: IndicatorSpec) -> Fraction:
    """What makes hundredths of the full points of it."""
    if not line.by_points or model.rules_award == "percent" or not isinstance(line.weight, Num):
        return Fraction(1)
    return Fraction(_HUNDRED) / line.weight.value if line.weight.value else Fraction(0)
