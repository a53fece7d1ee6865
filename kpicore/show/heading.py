"""The head of a sheet, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Protocol

from kpicore.messages import Messages
from kpicore.period import parse_period
from kpicore.wording import number_text

Data = Mapping[str, Any]
_STEP = "  "


class Page(Protocol):
    """What puts the parts of a sheet's data into words."""

    data: Data
    language: str
    messages: Messages

    def title(self, part: Mapping[str, Any], key: str = "title") -> str:
        """The title of a part."""

    def notes(self, part: Mapping[str, Any], step: str = _STEP) -> Iterator[str]:
        """What a reader should know of a part."""


def head_lines(page: Page) -> Iterator[str]:
    """Since when, for which periods and when people are appraised, where it was read, what the total is."""
    data, messages = page.data, page.messages
    yield _STEP + messages("show.effective", day=data["effective"])
    kinds = [*data["periods"], *(kind for longer in data["rollups"] for kind in longer["periods"])]
    if data["ladder"] is None:  # a ladder says how long its cycles are
        periods = messages("word.list").join(messages(f"period.{kind}") for kind in kinds)
        yield _STEP + messages("show.periods", periods=periods)
    if data["occasions"]:
        named = [messages(f"occasion.{occasion}") for occasion in data["occasions"]]
        yield _STEP + messages("show.occasions", occasions=messages("word.list").join(named), first=named[0])
    yield from _appraisal(page)
    for name, value in (("industry", page.title(data, "industry")), ("source", data["source"])):
        if value:
            yield _STEP + messages(f"show.head.{name}", value=value)
    if data["total"] is not None:
        marks = "" if data["full_marks"] is None else f" {number_text(Fraction(data['full_marks']))}"
        yield _STEP + messages(f"show.total_{data['total']}", marks=marks)
        weighed = data["rules_award"] == "percent" and data["total"] != "mean"
        yield _STEP + messages("show.award_percent" if weighed else f"show.award_{data['rules_award']}_alike")
    if data["rank"] is not None:
        yield _STEP + messages(f"show.rank_{data['rank']}")


def _appraisal(page: Page) -> Iterator[str]:
    """When the appraisal is held, and, where a period was asked for, on which day."""
    rule, asked = page.data["appraisal"], page.data.get("appraisal_day")
    if rule is not None:
        yield _STEP + page.messages("show.appraisal", rule=rule["words"][page.language])
        yield from page.notes(rule, _STEP * 2)
    if asked is not None:
        period = parse_period(asked["period"]).label(page.language)
        if asked["day"] is None:
            yield _STEP + page.messages("show.no_appraisal_day", period=period)
        else:
            day = parse_period(asked["day"]).label(page.language)
            yield _STEP + page.messages("show.appraisal_day", period=period, day=day)
