"""What goes to the workers and how rows come together there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kpicore.engines.spark.work import PREFIX
from kpicore.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame
else:
    pa = DataFrame = Any

Batches = Iterable["pa.RecordBatch"]
Work = Callable[[Batches], Iterator["pa.RecordBatch"]]
INSTALL = "pip install 'kpicore[spark]'"


def sent(scorer: object) -> bytes:
    """The scorer as bytes; raises UsageError where it can not travel."""
    import pyspark

    pickler: Any = pyspark.cloudpickle
    try:
        data: bytes = pickler.dumps(scorer)
    except Exception as error:
        message = f"The scheme can not be sent to Spark's workers: {error}"
        raise UsageError(f"{message} Put its plugin into a package that is installed there.") from error
    return data


def together(df: DataFrame, keys: Sequence[str]) -> DataFrame:
    """Rows with the same keys in one partition, one after another: one shuffle. Without keys all in one."""
    from pyspark.sql.functions import col

    if not keys:
        return df.repartition(1)
    columns = [col(f"`{PREFIX}{key}`") for key in keys]
    return df.repartition(*columns).sortWithinPartitions(*columns)


def spark_schema(schema: Any) -> Any:
    """An Arrow schema of results as Spark has it."""
    import pyarrow.types as at
    from pyspark.sql.types import DecimalType, DoubleType, LongType, StringType, StructField, StructType

    def of(dtype: Any) -> Any:
        if at.is_decimal(dtype):
            return DecimalType(dtype.precision, dtype.scale)
        return DoubleType() if at.is_floating(dtype) else LongType() if at.is_integer(dtype) else StringType()

    return StructType([StructField(each.name, of(each.type)) for each in schema])
