"""Counts what was read: every row and every filled cell of the files in exactly one class."""

from __future__ import annotations

from attrs import define

_ROWS = ("rows_read", "rows_set_aside", "rows_total")
_CELLS = (
    "cells_around",
    "cells_heading",
    "cells_key",
    "cells_read",
    "cells_conflicting",
    "cells_unreadable",
    "cells_unknown",
    "cells_set_aside",
    "cells_total",
    "cells_left_out",
)


@define
class Tally:
    """What was read, and what was not.

    Pages: `pages` were read; `pages_left_out` are hidden ones, those that were not understood, and those set aside
    as a whole (a file that knows no pages counts as one).

    Rows below a header: `rows_read`, `rows_set_aside` (each with a problem), `rows_total` (totals of the rows above,
    left out with a warning). `rows_blank` are counted where a reader gives them.

    Filled cells: `cells_around` the table (titles above the header, a header said again), `cells_heading`,
    `cells_key` (employee, name, team, period, occasion, fact; reason and author of an item; how a list was drawn), and
    of figures `cells_read`, `cells_unreadable` and `cells_conflicting` (a second value that contradicts the first).
    `cells_unknown` stand in columns that nobody knows, or give facts that nobody knows; `cells_set_aside` and
    `cells_total` in rows of that class; `cells_left_out` on pages that were not understood. Hidden pages are not
    opened, and of a row that is no row at all (a quotation mark that is never closed) the cells can not be counted.
    """

    files: int = 0
    pages: int = 0
    pages_left_out: int = 0
    rows_read: int = 0
    rows_set_aside: int = 0
    rows_total: int = 0
    rows_blank: int = 0
    cells_around: int = 0
    cells_heading: int = 0
    cells_key: int = 0
    cells_read: int = 0
    cells_conflicting: int = 0
    cells_unreadable: int = 0
    cells_unknown: int = 0
    cells_set_aside: int = 0
    cells_total: int = 0
    cells_left_out: int = 0
    duplicates: int = 0

    @property
    def rows(self) -> int:
        """All rows below headers that are not blank."""
        return sum(getattr(self, name) for name in _ROWS)

    @property
    def cells(self) -> int:
        """All filled cells of the pages that were opened."""
        return sum(getattr(self, name) for name in _CELLS)
