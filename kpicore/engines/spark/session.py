"""A Spark session on this machine, for the command line."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from kpicore.engines.spark.ship import INSTALL
from kpicore.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession
else:
    SparkSession = Any

JAVA = "apt-get install -y --no-install-recommends openjdk-17-jre-headless"
_LOOPBACK = "127.0.0.1"


@contextmanager
def local_session() -> Iterator[SparkSession]:
    """A session with a worker for each core that nobody can reach from outside; it is ended behind the block.

    Raises UsageError where pyspark or Java is missing, or Spark does not start.
    """
    try:
        from pyspark import SparkConf, SparkContext, java_gateway
        from pyspark.sql import SparkSession
    except ImportError:
        raise UsageError(f"Spark is not installed. Install it with: {INSTALL}.") from None
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise UsageError(f"Spark needs Java, which is not installed. Install it with: {JAVA}.")
    conf = SparkConf().setMaster("local[*]").setAppName("kpicore")
    for name, value in _SETTINGS.items():
        conf.set(name, value)
    # This Python's own workers, since another may know no kpicore; and no address that can be reached from outside.
    with (
        _environment(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP=_LOOPBACK),
        tempfile.TemporaryFile() as told,
    ):
        gateway: Any = None
        try:
            launch: Any = java_gateway.launch_gateway
            gateway = launch(conf, {"stderr": told})
            context = SparkContext(conf=conf, gateway=gateway)
        except Exception as error:
            told.seek(0)
            last = told.read().decode(errors="replace").strip().splitlines()[-1:]
            if gateway is not None:
                _ended(gateway)
            raise UsageError(f"Spark does not start: {' '.join(last) or error}") from error
        session = SparkSession(context)
        try:
            yield session
        finally:
            session.stop()
            _ended(gateway)


_SETTINGS = {
    "spark.driver.bindAddress": _LOOPBACK,
    "spark.driver.host": _LOOPBACK,
    "spark.driver.maxResultSize": "0",
    "spark.driver.memory": "2g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    """With these variables of the environment."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _ended(gateway: Any) -> None:
    """Sees to it that Java is gone."""
    from pyspark import SparkContext

    gateway.shutdown()
    process = gateway.proc
    process.stdin.close()
    process.wait(timeout=60)
    SparkContext._gateway = SparkContext._jvm = None
