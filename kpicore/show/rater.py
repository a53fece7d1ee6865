"""Raters and levels of a sheet, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from kpicore.messages import Messages
from kpicore.wording import amount_text

Data = Mapping[str, Any]


class Page(Protocol):
    """What puts the parts of a sheet's data into words."""

    data: Data
    messages: Messages

    def title(self, part: Mapping[str, Any], key: str = "title") -> str:
        """The title of a part."""

    def amount(self, amount: Data, kind: str) -> str:
        """An amount as people write it."""

    def ends(self, piece: Data, kind: str, place: int) -> str:
        """The ends of a band."""

    def points(self, amount: Data) -> str:
        """Points as people write them."""


def raters_lines(page: Page) -> Iterator[str]:
    """Who judges, and how much each counts."""
    for rater in page.data["raters"]:
        weight = "" if rater["weight"] is None else f"  {_weighed(page, rater['weight'])}"
        yield f"{page.title(rater)}  {rater['id']}{weight}"
        note = page.title(rater, "note")
        if note:
            yield "  " + page.messages("show.note", note=note)


def _weighed(page: Page, weight: Data) -> str:
    return page.messages("show.rater_weight", weight=page.amount(weight, "number"))


def rated_lines(line: Data, page: Page) -> Iterator[str]:
    """Who judges an indicator, and by which levels."""
    messages = page.messages
    if line["raters"]:
        titles = {rater["id"]: page.title(rater) for rater in page.data["raters"]}
        weighed = any(rater["weight"] is not None for rater in page.data["raters"] if rater["id"] in line["raters"])
        how = f"{line['combine']}_{'weighed' if weighed else 'alike'}"
        raters = messages("word.list").join(titles[rater] for rater in line["raters"])
        yield messages(f"show.rated.{how}", raters=raters)
        if line["missing_rater"] == "leave_out":
            yield messages("show.rated.leave_out")
    kind = line["kind"] or "number"
    for place, level in enumerate(line["levels"]):
        name, ends = _level_name(page, level), page.ends(level, kind, place)
        if "points" in level and level["points"] is None:
            ends = messages("show.rated.unreached")
        elif "points" in level:
            ends = messages("show.rated.worth", ends=ends, value=page.points(level["points"]))
        yield messages("show.piece", ends=name, value=ends)
    if line["apart"] is not None:
        language = messages.language
        apart = amount_text(line["apart"], "count", None, language)
        if line["beside"] is None:
            yield messages("show.rated.apart", apart=apart)
        else:
            yield messages("show.rated.apart_beside", apart=apart, beside=line["beside"]["words"][language])


def _level_name(page: Page, level: Data) -> str:
    """A level, a usual one in the words of the language, and what it means."""
    messages, id_, title = page.messages, level["level"], page.title({"title": level["title"]})
    word = level["words"][messages.language]
    ascii_id = word == id_ and id_.isascii()
    name = messages("show.rated.level" if ascii_id else "show.rated.usual", level=word)
    return messages("show.rated.level_title", level=name, title=title) if title and title not in (id_, word) else name
