"""What a template is given of people's judgement: how the items of lists were answered, what each rater gave, and the
levels that raters go by.

The fields carry their help, as those of `kpicore.report.context` do.
"""

from __future__ import annotations

from attrs import frozen

from kpicore.report.field import told


@frozen
class Item:
    """An item of a list, and how it was answered."""

    title: str = told("what it asks")
    answer: str = told("yes, no, excepted where it does not apply, missing or unreadable")
    answer_text: str = told("the same in the language of the page")
    figures: str = told("of an item that is a condition, the same with the person's figures; else empty")
    note: str = told("what the scheme's author wants readers to know; may be empty")
    file: str = told("the file that it was read from, or in which the blank stands; may be empty")
    place: str = told("the page and row in that file; may be empty")
    column: str = told("the heading of the column; may be empty")


@frozen
class Checked:
    """The items of a list by how they were answered, and how many that are."""

    missed: tuple[Item, ...] = told("those answered no")
    excepted: tuple[Item, ...] = told("those that do not apply")
    unanswered: tuple[Item, ...] = told("those that were not answered, or can not be read")
    met: tuple[Item, ...] = told("those answered yes")
    applying: int = told("how many apply, those not answered included")
    text: str = told("how many were answered yes, of those that apply: '8 / 15'")
    yes: float = told("the share of those answered yes in those that apply, in percent")
    no: float = told("the share of those answered no")
    open: float = told("the share of those not answered")
    label: str = told("what a person who can not see the drawing is read out")


@frozen
class RaterHead:
    """Somebody who judges, as the heading of a column."""

    id: str = told("its id")
    title: str = told("who it is")
    weight: str = told("how much its judgement counts; empty where all count alike")


@frozen
class Judgement:
    """What one rater made of an indicator."""

    title: str = told("who it is")
    asked: bool = told("whether this rater judges the indicator at all; else all that follows is empty")
    figure: str = told("what was given; '–' where there is nothing")
    level: str = told("the level in which that stands; may be empty")
    points: str = told("the points that the rule made of it, not rounded; empty where it is figures that are combined")
    state: str = told("given, missing or unreadable")
    state_text: str = told("the same in the language of the page, where nothing was given; else empty")
    words: tuple[str, ...] = told("sentences on how the rule came to the points")


@frozen
class Beside:
    """A choice beside the judged level, such as one's own."""

    title: str = told("whose it is")
    choice: str = told("the choice; '–' where there is none")
    state_text: str = told("missing or not readable in words, where there is none; else empty")


@frozen
class Anchor:
    """A level that raters go by."""

    level: str = told("the level")
    text: str = told("which measures it takes: 'from 8'")
    title: str = told("what it means; may be empty")


@frozen
class Legend:
    """The levels of one or more indicators."""

    lines: tuple[str, ...] = told("the headings of the indicators")
    anchors: tuple[Anchor, ...] = told("the levels, best first")
