"""Rows that were read already, scored by Spark: packed into parcels of rows that belong together."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define, evolve

from kpicore.errors import UsageError
from kpicore.problem import Problem
from kpicore.reach import reach_of
from kpicore.result import Numbers
from kpicore.row import Row
from kpicore.run import TableRun
from kpicore.shape import Shape
from kpicore.tables import score_rows
from kpicore.version import Params, Version

if TYPE_CHECKING:
    import pyarrow as pa

    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any

PLACE = "#"
"""The column of a row's number among all."""
_LEAST_ROWS, _MOST_ROWS = 2_000, 50_000
"""So many rows are in a parcel, or those that belong together where they are more."""


@define(eq=False, slots=False)
class ParcelScorer:
    """Scores parcels of rows: those that a sheet lets look at one another are in one. It can be pickled."""

    scheme: LoadedScheme
    params: Params | None
    version: str | None
    shape: Shape

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of results, and the number of the row."""
        import pyarrow as pa

        return self.shape.schema.append(pa.field(PLACE, pa.int64()))

    def score(self, parcel: bytes) -> pa.Table:
        """The results of a parcel."""
        import pyarrow as pa

        places, rows, wanted = pickle.loads(parcel)
        shape = self.shape
        run = score_rows(
            self.scheme,
            rows,
            self.params,
            version=self.version,
            outputs=shape.outputs,
            numbers=shape.numbers,
            wanted=wanted,
        )
        comes_out = {id(row) for _, row in self.scheme.scoreable(rows, self.version, [])}
        kept = [place for place, row, out in zip(places, rows, wanted, strict=True) if out and id(row) in comes_out]
        return shape.as_arrow(run.frame).append_column(PLACE, pa.array(kept, pa.int64()))


def score_rows_by_spark(
    scheme: LoadedScheme,
    rows: Iterable[Row],
    params: Params | None = None,
    *,
    version: str | None = None,
    outputs: Sequence[str] | None = None,
    numbers: Numbers = "decimal",
    wanted: Sequence[bool] | None = None,
) -> TableRun:
    """The table that `kpicore.tables.score_rows` gives, by a Spark session on this machine that is ended again.

    Raises UsageError where Spark or Java is missing.
    """
    import polars as pl

    from kpicore.engines.spark.parcel import score_parcels
    from kpicore.engines.spark.session import local_session

    rows = list(rows)
    out = [True] * len(rows) if wanted is None else list(wanted)
    problems: list[Problem] = []
    list(scheme.scoreable([row for row, comes in zip(rows, out, strict=True) if comes], version, problems))
    scored = list(dict.fromkeys(of for of, _ in scheme.scoreable(rows, version, [])))
    shape = Shape(tuple(scored) or (scheme.newest,), None if outputs is None else tuple(outputs), numbers)
    scorer = ParcelScorer(scheme, params, version, shape)
    with local_session() as session:
        cores = session.sparkContext.defaultParallelism
        table = score_parcels(session, list(_parcels(scheme, version, rows, out, cores)), scorer)
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return TableRun(scheme, found.sort(PLACE).drop(PLACE), tuple(problems))


def _parcels(
    scheme: LoadedScheme, version: str | None, rows: Sequence[Row], wanted: Sequence[bool], cores: int
) -> Iterator[bytes]:
    """The rows, those that look at one another in one parcel; of what they hold only what scoring needs."""
    most = min(max(len(rows) // (2 * cores), _LEAST_ROWS), _MOST_ROWS)
    places: list[int] = []
    for group in _groups(scheme.among(version), rows):
        places += group
        if len(places) >= most:
            yield _packed(rows, wanted, places)
            places = []
    if places:
        yield _packed(rows, wanted, places)


def _groups(versions: Sequence[Version], rows: Sequence[Row]) -> Iterator[list[int]]:
    """The places of rows that must be scored together."""
    found: dict[Any, list[int]] = {}
    reach = reach_of(versions)
    for place, row in enumerate(rows):
        key: Any = {
            "row": place,
            "person": row.employee,
            "team": (row.period, row.team),
            "period": row.period,
            "everybody": None,
        }[reach]
        found.setdefault(key, []).append(place)
    yield from found.values()


def _packed(rows: Sequence[Row], wanted: Sequence[bool], places: Sequence[int]) -> bytes:
    bare = [evolve(rows[place], history=None, others=None, place=-1, sources={}) for place in places]
    try:
        return pickle.dumps((list(places), bare, [wanted[place] for place in places]))
    except Exception as error:
        raise UsageError(f"The rows can not be sent to Spark's workers: {error}") from error
