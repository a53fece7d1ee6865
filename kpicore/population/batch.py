"""Rows that were read one by one, as a batch for the columnar reader."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from kpicore.engines.columnar.rows import Figures, listed
from kpicore.figure import KINDS, Kind
from kpicore.model import Sheet
from kpicore.population.score import Batch
from kpicore.protocols import Period
from kpicore.result import adjustments_text
from kpicore.row import Row


def batch_of(rows: Sequence[Row], sheet: Sheet) -> Batch:
    """The figures of these rows, column by column. A fact of which nobody has a figure has no column.

    A row that is `absent` can only be scored by itself, unless it lacks what kpicore puts into a row, and the sheet
    sees that.
    """
    kinds: dict[str, Kind] = {name: KINDS[param.kind] for name, param in sheet.params.items()}
    kinds |= {name: fact.figure for name, fact in sheet.facts.items()}
    given = dict.fromkeys(name for row in rows for name in row.facts if name in kinds)
    figures: dict[str, Figures] = {name: listed([row.facts.get(name) for row in rows], kinds[name]) for name in given}
    periods: dict[Period, int] = {}
    period = [periods.setdefault(row.period, len(periods)) for row in rows]
    keys: dict[str, list[str | None]] = {
        "employee": [row.employee for row in rows],
        "name": [row.name for row in rows],
        "team": [row.team for row in rows],
        "period": [str(row.period) for row in rows],
        "occasion": [row.occasion for row in rows],
    }
    if sheet.model.adjustments is not None:
        keys["adjustments"] = [adjustments_text(row.adjustments) for row in rows]
    alone = any(fact.default is None for fact in sheet.given.values())
    return Batch(
        pl.DataFrame({name: pl.Series(values, dtype=pl.String) for name, values in keys.items()}),
        figures,
        list(periods),
        pl.Series(period, dtype=pl.Int64),
        rows.__getitem__,
        [] if alone else [place for place, row in enumerate(rows) if row.absent],
        [place for place, row in enumerate(rows) if row.reasons],
    )
