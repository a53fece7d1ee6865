"""A DataFrame of figures to one of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from kpicore.engines.spark.ship import INSTALL, Batches, Work, sent, spark_schema, together
from kpicore.engines.spark.staged import in_stages
from kpicore.engines.spark.work import PREFIX, Scorer, gathered, grouped, opened, with_keys, without_keys
from kpicore.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
else:
    pa = DataFrame = Any

TOGETHER: Mapping[str, tuple[str, ...]] = {
    "person": ("employee",),
    "team": ("period", "team"),
    "period": ("period",),
    "everybody": (),
}
"""By which keys rows are brought together where they look at one another."""


class Checked(Scorer, Protocol):
    """A scorer that can be asked about columns before any row is seen."""

    @property
    def item_problems(self) -> list[dict[str, str]]:
        """What was wrong with the plus and minus items that go with the figures."""

    @property
    def unused_items(self) -> list[dict[str, str]]:
        """For each person and period with items, what there is to say where there are no figures of them."""

    def check(self, names: Sequence[str]) -> list[Any]:
        """Warnings; raises DataError where the columns do not say whose figures they are."""


class Scheme(Protocol):
    """A loaded scheme, as far as Spark needs it."""

    def batch_scorer(
        self,
        params: Any,
        version: str | None,
        period: Any,
        outputs: Sequence[str] | None,
        numbers: Any,
        *,
        adjustments: Any,
    ) -> Checked:
        """What scores Arrow tables one by one."""


def score(
    df: DataFrame,
    scheme: Scheme,
    *,
    params: Any = None,
    version: str | None = None,
    period: Any = None,
    outputs: Sequence[str] | None = None,
    numbers: Literal["decimal", "float"] = "decimal",
    adjustments: Any = None,
) -> DataFrame:
    """The results of a DataFrame of figures as a DataFrame: a row for each row that can be scored, in no order.

    `df` has a row a person and period, with columns employee, maybe period, name, team, occasion, and the facts, by
    id or by title. `scheme` is what `kpicore.load().scheme(...)` gives; the other arguments are those of its
    `score_table`. The columns are those of a result's flat form: numbers are decimals with their places, or doubles.
    `adjustments` may be a DataFrame too; they are read on the driver and sent to every worker.

    Nothing is read or reckoned before the result is asked for, but of a sheet that compares people beyond a team: its
    first stages begin at once. A row whose keys can not be read is left out, a cell
    that can not be is unreadable; `problems` names both. kpicore must be installed on the workers, and a plugin
    whose rules the scheme uses.

    Raises DataError where the columns do not say whose figures they are, UsageError where pyspark is missing, for a
    bad parameter or output, UnknownSchemeError for a version that there is not.
    """
    scorer = _scorer(df, scheme, adjustments, params, version, period, outputs, numbers)
    data = sent(scorer)
    schema = spark_schema(scorer.schema)
    if scorer.reach == "row":
        return df.mapInArrow(_row_by_row(data), schema)
    if scorer.staged is not None:
        return in_stages(keyed(df, data), scorer.staged, sent(scorer.staged), schema)
    keys = TOGETHER[scorer.reach]
    return together(keyed(df, data), keys).mapInArrow(_group_by_group(data, keys), schema)


def problems(
    df: DataFrame,
    scheme: Scheme,
    *,
    params: Any = None,
    version: str | None = None,
    period: Any = None,
    adjustments: Any = None,
) -> DataFrame:
    """What is wrong with rows and cells of a DataFrame of figures: a row a problem, with employee and period as they
    stand there, column, value, what is expected, and a sentence; all texts.

    It reads the figures once and scores nothing. Of each batch 10,000 cells a column are named at most. What is to be
    said of whole columns (a fact that nobody declared) is among them, with no employee, and so is what is wrong with
    plus and minus items, also that there are no figures of somebody who has some. Raises what `score` raises.
    """
    scorer = _scorer(df, scheme, adjustments, params, version, period, None, "decimal")
    data = sent(scorer)
    names = ("code", "severity", "employee", "period", "column", "value", "expected", "message", "hint")
    schema = ", ".join(f"`{name}` string" for name in names)

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in gathered(batches):
            yield from opened(data).problems(table).select(list(names)).to_batches()

    found = df.mapInArrow(run, schema)
    whole = [
        {
            **dict.fromkeys(names, ""),
            **{name: str(getattr(told, name)) for name in names if hasattr(told, name)},
            "column": told.place.column or "",
        }
        for told in scorer.check(df.columns)
    ]
    session = df.sparkSession

    def texts(rows: Sequence[Mapping[str, str]]) -> DataFrame:
        return session.createDataFrame([tuple(row[name] for name in names) for row in rows], schema)

    whole += scorer.item_problems
    if whole:
        found = found.union(texts(whole))
    unused = scorer.unused_items
    if unused:
        found = found.union(texts(unused).join(_keys(df, data), ["employee", "period"], "left_anti").select(*names))
    return found.dropDuplicates()


def _keys(df: DataFrame, data: bytes) -> DataFrame:
    """Employee and period of each row, as kpicore reads them."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in gathered(batches):
            yield from opened(data).keys(table).select(["employee", "period"]).to_batches()

    return df.mapInArrow(run, "employee string, period string").dropDuplicates()


def _scorer(df: DataFrame, scheme: Scheme, adjustments: Any, *call: Any) -> Checked:
    """The scorer of a call, with all that can be wrong with the call seen to at once."""
    try:
        import pyspark
    except ImportError:
        raise UsageError(f"Spark is not installed. Install it with: {INSTALL}.") from None
    if not hasattr(df, "mapInArrow"):
        raise UsageError(f"A Spark DataFrame is needed. This is of type {type(df).__name__}.")
    assert pyspark is not None
    items = adjustments.toArrow() if hasattr(adjustments, "mapInArrow") else adjustments
    scorer = scheme.batch_scorer(*call, adjustments=items)
    scorer.check(df.columns)
    return scorer


def _row_by_row(data: bytes) -> Work:
    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in gathered(batches):
            yield from opened(data).score(table).to_batches()

    return run


def keyed(df: DataFrame, data: bytes) -> DataFrame:
    """The rows whose keys can be read, with employee, period and team as kpicore reads them."""

    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in gathered(batches):
            yield from with_keys(table, opened(data)).to_batches()

    from pyspark.sql.types import StringType, StructField, StructType

    added = [StructField(f"{PREFIX}{name}", StringType()) for name in ("employee", "period", "team")]
    return df.mapInArrow(run, StructType([*df.schema.fields, *added]))


def _group_by_group(data: bytes, keys: Sequence[str]) -> Work:
    def run(batches: Batches) -> Iterator[pa.RecordBatch]:
        for table in grouped(batches, [f"{PREFIX}{key}" for key in keys]):
            yield from opened(data).score(without_keys(table)).to_batches()

    return run
