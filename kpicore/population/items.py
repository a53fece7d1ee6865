"""Plus and minus items of some rows as columns of all."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from kpicore.adjustment import Adjustments
from kpicore.engines.columnar.rows import Blank, Figures, listed
from kpicore.figure import KINDS
from kpicore.result import adjustments_text


def item_texts(items: Mapping[int, Adjustments], height: int) -> pl.Series:
    """The items of each of so many rows as the flat form of a result has them; they go by the places of rows."""
    texts = pl.Series("adjustments", [""], dtype=pl.String).new_from_index(0, height)
    shown = pl.Series([adjustments_text(each.items) for each in items.values()], dtype=pl.String)
    return texts.scatter(list(items), shown) if items else texts


def item_sums(items: Mapping[int, Adjustments], height: int) -> Figures:
    """The sum of the items of each row, 0 where there are none."""
    known = listed([each.sum for each in items.values()], KINDS["number"])
    values = pl.Series([0], dtype=known.values.dtype).new_from_index(0, height).scatter(list(items), known.values)
    unread = None
    if known.unreadable is not None:
        unread = pl.Series([False]).new_from_index(0, height).scatter(list(items), known.unreadable)
    return Blank(values, known.places, min(known.least, 0), max(known.most, 0), unread)
