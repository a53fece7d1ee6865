"""Sheets that compare people beyond a team, on many workers: nowhere do all rows come together.

A look across people needs of the others nothing but the values that they have and how many have each. So the rows are
read, what they compare is counted by value, the counts of a group (far fewer than its people) say what each value comes
to, and that is joined back to the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kpicore.engines.spark.ship import Batches, Work, together
from kpicore.engines.spark.work import AMOUNT, ARGUMENT, FOUND, PREFIX, TAKES, gathered, grouped, opened

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
else:
    pa = DataFrame = Any

EMPLOYEE, PERIOD, TEAM = (f"{PREFIX}{name}" for name in ("employee", "period", "team"))
_HEADS = f"{PREFIX}heads"


class Look(Protocol):
    """A look across people: its number, among whom ('team', 'all'), and whether it is a 'rank', 'whole' or 'pool'."""

    @property
    def number(self) -> int: ...
    @property
    def within(self) -> str: ...
    @property
    def sort(self) -> str: ...


class Stage(Protocol):
    """Looks that need none but those of earlier stages; `by_person` where they are taken of looks along a person."""

    @property
    def looks(self) -> Sequence[Look]: ...
    @property
    def by_person(self) -> bool: ...


class StagedScorer(Protocol):
    """What scores in stages; see `kpicore.stages.StagedScorer`."""

    @property
    def stages(self) -> Sequence[Stage]: ...
    @property
    def by_person(self) -> bool: ...


def in_stages(df: DataFrame, scorer: StagedScorer, data: bytes, schema: Any) -> DataFrame:
    """The results of rows that have their keys beside them; `data` is the scorer as a pickle."""
    figures = list(df.schema.fields)
    for number, stage in enumerate(scorer.stages):
        df = asked = _kept(_asked(df, number, stage, data))
        for look in stage.looks:
            df = _pooled(df, asked, look, data) if look.sort == "pool" else _compared(df, asked, look, data)
        found = [field for field in df.schema.fields if field.name.startswith(FOUND)]
        df = df.select(*(f"`{field.name}`" for field in [*figures, *found]))
    placed = together(df, ("employee",)) if scorer.by_person else df
    return placed.mapInArrow(_scored(data, scorer.by_person), schema)


def _asked(df: DataFrame, number: int, stage: Stage, data: bytes) -> DataFrame:
    """The rows with what the looks of a stage compare."""
    from pyspark.sql.types import BooleanType, StringType, StructField, StructType

    added = []
    for look in stage.looks:
        added += [StructField(f"{ARGUMENT}{look.number}", StringType())]
        added += [StructField(f"{TAKES}{look.number}", BooleanType())]
        if look.sort == "pool":
            added.append(StructField(f"{AMOUNT}{look.number}", StringType()))
    by_person = stage.by_person

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in grouped(batches, [EMPLOYEE]) if by_person else gathered(batches):
            more = opened(data).asked(table, number)
            for name in more.column_names:
                table = table.append_column(name, more[name])
            yield from table.to_batches()

    placed = together(df, ("employee",)) if by_person else df
    return placed.mapInArrow(run, StructType([*df.schema.fields, *added]))


def _kept(df: DataFrame) -> DataFrame:
    """The same rows, worked out once: every look of a stage asks for them. They lie where the session's checkpoints
    do; without a directory for those, on the workers, for as long as the result is in use."""
    from pyspark.errors import PySparkException

    try:
        reliable = df.sparkSession.sparkContext.getCheckpointDir() is not None
    except PySparkException:  # a session on another machine has no context here
        reliable = False
    return df.checkpoint(eager=False) if reliable else df.localCheckpoint(eager=False)


def _compared(df: DataFrame, asked: DataFrame, look: Look, data: bytes) -> DataFrame:
    """The rows with what a rank or a whole comes to: counted by value, told by group, joined back."""
    from pyspark.sql.functions import broadcast, col
    from pyspark.sql.functions import sum as total

    number, argument = look.number, f"{ARGUMENT}{look.number}"
    group = [PERIOD, TEAM] if look.within == "team" else [PERIOD]
    each = [*group, argument] if look.sort == "rank" else group
    counts = asked.groupBy(*group, argument).agg(total(col(f"{TAKES}{number}").cast("long")).alias(_HEADS))

    def run(table: pa.Table) -> pa.Table:
        found = opened(data).compared(number, table[argument].to_pylist(), table[_HEADS].to_pylist())
        told = _with_texts(table.select(each), f"{FOUND}{number}", found)
        return told if argument in each else told.slice(0, 1)

    told = counts.groupBy(*group).applyInArrow(_bare(run), _texts([*each, f"{FOUND}{number}"]))
    if each == [PERIOD]:  # as few rows as there are periods
        told = broadcast(told)
    return df.join(told, each, "left")


def _pooled(df: DataFrame, asked: DataFrame, look: Look, data: bytes) -> DataFrame:
    """The rows with the parts of a pool: of a group those who share it come together, with nothing but what counts."""
    from pyspark.sql.functions import coalesce, col, lit, when

    number, argument, takes = look.number, f"{ARGUMENT}{look.number}", f"{TAKES}{look.number}"
    found = f"{FOUND}{number}"
    group = [PERIOD, TEAM] if look.within == "team" else [PERIOD]
    whose = [*group, EMPLOYEE, argument]
    sharing = asked.where(col(takes)).select(*whose, f"{AMOUNT}{number}").dropDuplicates(whose)
    names = ["employee", "weight", "amount"]

    def run(table: pa.Table) -> pa.Table:
        parts = opened(data).shared(
            number, table.select([EMPLOYEE, argument, f"{AMOUNT}{number}"]).rename_columns(names)
        )
        return _with_texts(table.select(whose), found, parts)

    told = sharing.groupBy(*group).applyInArrow(_bare(run), _texts([*whose, found])).withColumn(takes, lit(True))
    joined = df.join(told, [*whose, takes], "left")
    # Who has no weight has no part; who has one and is not counted has a part of nothing.
    without = when(col(argument).startswith("!"), col(argument)).otherwise(lit("0"))
    return joined.withColumn(found, coalesce(col(found), without))


def _scored(data: bytes, by_person: bool) -> Work:
    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in grouped(batches, [EMPLOYEE]) if by_person else gathered(batches):
            yield from opened(data).score(table).to_batches()

    return run


def _bare(run: Callable[[pa.Table], pa.Table]) -> Any:
    """The function without its annotations: Spark would read them, and on a worker their names mean nothing."""
    run.__annotations__ = {}
    return run


def _with_texts(table: pa.Table, name: str, values: Sequence[str]) -> pa.Table:
    import pyarrow

    return table.append_column(name, pyarrow.array(values, pyarrow.string()))


def _texts(names: Sequence[str]) -> Any:
    from pyspark.sql.types import StringType, StructField, StructType

    return StructType([StructField(name, StringType()) for name in names])
