"""Parcels of rows, scored by the workers of a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kpicore.engines.spark.ship import Batches, sent, spark_schema
from kpicore.engines.spark.work import opened
from kpicore.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import SparkSession
else:
    SparkSession = Any

_COLUMN = "parcel"


class ParcelScorer(Protocol):
    """What scores parcels. It travels to the workers as a pickle."""

    @property
    def schema(self) -> pa.Schema:
        """The columns of results."""

    def score(self, parcel: bytes) -> pa.Table:
        """The results of a parcel."""


def score_parcels(session: SparkSession, parcels: Sequence[bytes], scorer: ParcelScorer) -> pa.Table:
    """The results of all parcels, in no order. Raises UsageError where the scorer can not travel,
    or where a worker fails."""
    import pyarrow as pa
    from pyspark.errors import PySparkException

    data = sent(scorer)

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for parcel in batch.column(0):
                yield from opened(data).score(parcel.as_py()).to_batches()

    if not parcels:
        return scorer.schema.empty_table()
    frame = session.createDataFrame(pa.table({_COLUMN: pa.array(parcels, pa.binary())}))
    try:
        return frame.mapInArrow(run, spark_schema(scorer.schema)).toArrow().cast(scorer.schema)
    except PySparkException as error:
        lines = str(error).strip().splitlines() or ["no reason is given"]
        raise UsageError(f"Spark could not score the rows: {lines[-1]}") from error
