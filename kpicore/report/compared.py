"""What the template of a comparison or a cohort is given.

The fields carry their help, as those of `kpicore.report.context` do.
"""

from __future__ import annotations

from attrs import frozen

from kpicore.report.chart import Bar
from kpicore.report.field import told


@frozen
class ComparedColumn:
    """A column of a table."""

    title: str = told("its heading")
    kind: str = told("text, name (as somebody gave it), number, change (more is better), difference or percent")
    drawn: bool = told("whether its numbers are drawn as bars beside")


@frozen
class ComparedCell:
    """A cell of a table."""

    text: str = told("what stands there, with signs and separators; may be empty")
    kind: str = told("that of its column")
    title: str = told("the heading of its column")
    way: str = told("up, down, stays or other: where people move, or whether a change rises or falls; else empty")
    bar: Bar | None = told("the number against the greatest of its sort; none where it is not drawn")


@frozen
class ComparedRow:
    """A row of a table."""

    cells: tuple[ComparedCell, ...] = told("its cells")


@frozen
class ComparedTable:
    """A table."""

    columns: tuple[ComparedColumn, ...] = told("its columns")
    rows: tuple[ComparedRow, ...] = told("its rows")
    sums: ComparedRow | None = told("what stands below them; none where nothing is added up")


@frozen
class ComparedSection:
    """A part of the page under a heading."""

    id: str = told("its name: summary, heads, matrix, pay, teams, favoured, unfavoured, indicators, distribution, ...")
    title: str = told("its heading")
    lines: tuple[str, ...] = told("sentences")
    table: ComparedTable | None = told("a table; none where there are sentences alone")
    below: tuple[str, ...] = told("sentences under the table")


@frozen
class ComparedPage:
    """The page of two schemes over the same figures, or of one run as a whole."""

    title: str = told("the title of the browser's window")
    language: str = told("the language tag of the page: zh-CN or en")
    kicker: str = told("what sort of page it is")
    heading: str = told("the heading")
    about: tuple[str, ...] = told("what it is of: the schemes, the people, the periods")
    sections: tuple[ComparedSection, ...] = told("the parts, the summary first")
