"""What a template is given of the periods of a person one after another, and of those that a longer one is made of.

The fields carry their help, as those of `kpicore.report.context` do.
"""

from __future__ import annotations

from attrs import frozen

from kpicore.report.chart import Mark, Stroke
from kpicore.report.field import told


@frozen
class Course:
    """Scores, or totals, of periods one after another as a small drawing."""

    id: str = told("the indicator's id; empty for the total")
    title: str = told("what it is of")
    width: float = told("the width of the drawing")
    height: float = told("its height")
    left: float = told("the left edge of the plot")
    right: float = told("its right edge")
    top: float = told("its top edge, where the full marks lie, or the highest score above them")
    bottom: float = told("its bottom edge, where 0 lies")
    full: float = told("the height of the full marks, from the top")
    full_text: str = told("the full marks")
    strokes: tuple[Stroke, ...] = told("lines between periods that follow each other and both have a score")
    marks: tuple[Mark, ...] = told("the periods, rising")
    latest: str = told("the newest score; '–' where the newest period has none")
    label: str = told("what a person who can not see the drawing is read out")


@frozen
class PeriodCell:
    """An indicator in one of the periods."""

    figure: str = told("the measure with its unit; '–' where there is none")
    score: str = told("the score; '–' where there is none")
    state: str = told("scored, left_out, missing, undefined or unreadable; absent where the period has no such line")
    state_text: str = told("the same in the language of the page")


@frozen
class PeriodRow:
    """A period of a person, as a row of a table."""

    period: str = told("the period, as people write it")
    href: str = told("where its page lies, seen from this one; empty for this one, and where it has none")
    own: bool = told("whether it is the period of the page")
    absent: bool = told("whether there are no figures at all")
    decided: bool = told("whether its total was given as decided")
    total: str = told("the total; '–' where there is none")
    grade: str = told("the grade; '–' where there is none")
    status: str = told("scored, incomplete, ineligible or running; absent without figures; decided where it was given")
    status_text: str = told("the same in the language of the page")
    cells: tuple[PeriodCell, ...] = told("the indicators, in the order of the page's lines")
