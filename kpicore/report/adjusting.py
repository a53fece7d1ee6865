"""What a template is given of plus and minus items."""

from __future__ import annotations

from attrs import frozen

from kpicore.report.field import told


@frozen
class Item:
    """A plus or minus item."""

    points: str = told("the points with their sign")
    reason: str = told("why they are given")
    author: str = told("who has entered them")
    file: str = told("the file that they were read from; may be empty")
    place: str = told("the page and row in that file; may be empty")


@frozen
class Adjustments:
    """The plus and minus items of a person, and what they make of the total."""

    title: str = told("their heading")
    items: tuple[Item, ...] = told("the items that could be read, in their order")
    sum: str = told("what they come to, as far as it counts, with its sign; '–' where that can not be told")
    words: tuple[str, ...] = told("sentences on whether their sum was held to a bound, and on how the total came about")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    assumed: bool = told("whether the source leaves them open")
