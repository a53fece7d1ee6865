"""Heat maps: the people of a team and period with every indicator, the greatest total first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from attrs import evolve

from kpicore.report.gathered import Gathered, mean_given, newest_first
from kpicore.report.listing import EntryLine, HeatMap
from kpicore.report.phrase import NONE
from kpicore.report.tone import tone_of


def heat_maps(ordered: Iterable[Gathered], language: str) -> tuple[HeatMap, ...]:
    """A map of each period and team, the newest period first; nothing of sheets without a total."""
    found: dict[tuple[str, str], list[Gathered]] = {}
    for each in ordered:
        if each.entry.outcome.has_total:
            found.setdefault((each.result.period, each.team), []).append(each)
    return tuple(_map(sorted(people, key=_rank), language) for people in newest_first(found.values()))


def _rank(each: Gathered) -> tuple[bool, Decimal, str]:
    total = each.result.total
    return total is None, -(total or Decimal(0)), each.result.employee


def _map(people: Sequence[Gathered], language: str) -> HeatMap:
    totals = [each.result.total for each in people]
    whole = mean_given(totals, people[0].places)
    return HeatMap(
        team=people[0].team,
        period=people[0].period.label(language),
        entries=tuple(each.entry for each in people),
        means=tuple(_means(people)),
        mean=NONE if whole is None else f"{whole:,f}",
        counted=sum(total is not None for total in totals),
    )


def _means(people: Sequence[Gathered]) -> Iterator[EntryLine]:
    """Of each indicator the mean of the points and that of the scores, of those who have them."""
    for line in people[0].entry.lines:
        own = [each.result.indicators[line.id] for each in people if line.id in each.result.indicators]
        points = mean_given((each.points for each in own), people[0].places)
        score = mean_given((each.score for each in own), people[0].places)
        full = mean_given((each.full_marks for each in own), people[0].places)
        yield evolve(
            line,
            figure="",
            place="",
            checked="",
            points=NONE if points is None else f"{points:,f}",
            score=NONE if score is None else f"{score:,f}",
            tone=tone_of(score, full),
        )
