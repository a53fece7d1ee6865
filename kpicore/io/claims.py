"""The plus and minus items that go with a table of figures: read once, and claimed by the rows that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import define, field

from kpicore.adjustment import Adjustments, Allowed
from kpicore.errors import DataError, UsageError
from kpicore.io.adjustments import ItemReader, Key
from kpicore.io.collect import collect
from kpicore.io.heading import Headings
from kpicore.io.key import Periods
from kpicore.io.page import table_of
from kpicore.io.source import READERS, open_tables
from kpicore.io.store import Store
from kpicore.io.table import Grid, Table, table_from
from kpicore.model import SchemeModel
from kpicore.problem import Problem
from kpicore.protocols import Period

if TYPE_CHECKING:
    import polars as pl

NAME = "adjustments"
"""What a table of items that is no file is called where something is wrong with it."""


@define(eq=False, slots=False)
class Claims:
    """Items by employee and period. `problems` are those of reading them; `unused` has for each what there is to say
    where no row of figures claims it."""

    found: Mapping[Key, Adjustments]
    problems: tuple[Problem, ...]
    unused: Mapping[Key, Sequence[Problem]]
    _claimed: set[Key] = field(factory=set)

    @cached_property
    def _keys(self) -> pl.DataFrame:
        """Employee and period of the items, in the order of `found`."""
        import polars as pl

        columns = {"employee": [who for who, _ in self.found], "period": [period for _, period in self.found]}
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_row_index("item")

    def claim(self, keys: pl.DataFrame) -> dict[int, Adjustments]:
        """The items of rows, by their places; `keys` has their employee and period."""
        if not self.found:
            return {}
        on, held = ["employee", "period"], list(self.found)
        rows = keys.select(on).with_row_index("place").join(self._keys, on=on, how="inner")
        found = {int(place): held[item] for place, item in rows.select("place", "item").iter_rows()}
        self._claimed |= {*found.values()}
        return {place: self.found[key] for place, key in found.items()}

    def left(self) -> list[Problem]:
        """A problem for each item that no row has claimed so far."""
        return [problem for key, told in self.unused.items() if key not in self._claimed for problem in told]


def claims_of(
    given: object, model: SchemeModel, kinds: Sequence[str], allowed: Allowed, default_period: Period | None = None
) -> Claims:
    """The items of the path of a file, a table, or mappings, one an item. `kinds` are the kinds of period that may
    stand there.

    Raises DataError where there is no such file or the columns do not do, UsageError for what is none of these, or
    where the scheme allows no items.
    """
    store = Store(Periods(kinds), default_period)
    reader, headings = ItemReader(store, allowed), Headings(model)
    for each in _tables(given, store):
        table = each if isinstance(each, Table) else table_of(each, headings, store.tally, store.problems)
        if table is not None:
            collect(table, headings, store, reader, sure=True)
    if store.tally.pages_left_out:
        told = [problem for problem in store.problems if problem.severity == "error"] or store.problems
        error = UsageError if told[0].code == "adjustments_not_allowed" else DataError
        raise error("\n".join(map(str, told)), told)
    found = reader.whole()
    return Claims(found, tuple(store.problems), {key: reader.unused(key) for key in found})


def _tables(given: object, store: Store) -> Iterable[Table | Grid]:
    if isinstance(given, str | Path):
        tables, problems = open_tables([given], {ending: reader for reader in READERS for ending in reader.suffixes})
        store.problems += problems
        return tables
    refusal = "Adjustments are a file, a table, or mappings with employee, period, points, reason, author."
    table = table_from(given, NAME, refusal)
    return [] if table is None else [table]
