"""What is kept of each page of a person until the index is made, and means over several of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal

from attrs import frozen

from kpicore.decimals import mean
from kpicore.explain.use import Explanation, LineExplanation
from kpicore.model import PERIOD_KINDS
from kpicore.protocols import Period
from kpicore.report.line import figure_of, place_of, weight_of
from kpicore.report.listing import Entry, EntryLine, EntryPay
from kpicore.report.phrase import Phrases
from kpicore.report.tone import tone_of
from kpicore.result import Result


@frozen
class Gathered:
    """An entry with what it is sorted by and added up. `among`: the team in which it is ranked, '' for all; None where
    it is not. `places` are the decimals of scores and totals."""

    period: Period
    result: Result
    among: str | None
    places: int
    entry: Entry

    @property
    def team(self) -> str:
        """The team; '' where there is none."""
        return self.result.team or ""

    @property
    def order(self) -> tuple[str, str, str]:
        """By team, employee and period."""
        return self.team, self.result.employee, self.result.period


def newest_first(groups: Iterable[list[Gathered]]) -> list[list[Gathered]]:
    """Groups of people of one period each: those of the longest kind of period first, of one kind the newest."""

    def place(people: list[Gathered]) -> tuple[int, datetime.date, datetime.date]:
        period = people[0].period
        return PERIOD_KINDS.index(period.kind), period.start, period.end

    return sorted(groups, key=place, reverse=True)


def entry_lines(explanation: Explanation, phrases: Phrases) -> Iterator[EntryLine]:
    """The indicators of a person as the index shows them."""
    for line in explanation.lines:
        result = line.result
        yield EntryLine(
            id=line.id,
            title=phrases.title(line.title, line.id),
            figure=figure_of(line, phrases),
            place=place_of(line),
            points=phrases.marks(result.points),
            score=phrases.marks(result.score),
            full_marks=phrases.marks(result.full_marks),
            weight=weight_of(line, phrases),
            tone=tone_of(result.points, line.awards),
            checked=_answered(line),
            state=result.state,
            state_text=phrases.say(f"explain.state.{result.state}"),
            shown_only=line.shown_only,
        )


def _answered(line: LineExplanation) -> str:
    if not line.items:
        return ""
    open_ = ("missing", "unreadable")
    applying = [use for use in line.items if use.value is not None or any(f.origin in open_ for f in use.figures)]
    return f"{sum(use.value is True for use in line.items)} / {len(applying)}"


def entry_pay(explanation: Explanation, phrases: Phrases) -> Iterator[EntryPay]:
    """The elements of a person's pay as the index shows them."""
    for element in explanation.pay:
        yield EntryPay(
            id=element.id,
            title=phrases.title(element.title, element.id),
            amount=phrases.amount(element.paid, "money", 2),
        )


def mean_given(values: Iterable[Decimal | None], places: int) -> Decimal | None:
    """The mean of those that are there, rounded once; None where none is."""
    return mean([value for value in values if value is not None], places)
