"""How many rows a second a core of a cluster scores: on a Spark of this machine, from Parquet to Parquet.

    python benchmarks/cluster.py --people 1000000

Three sheets: one that looks at nothing but the row, one that looks at a person's other months, one of stages, in which
people are compared with their team and with all. Workers are told by their peak memory.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from timing import headed, where

import kpicore
from kpicore.engines.spark import score
from kpicore.sample import sample_frame

ROOT = Path(__file__).resolve().parents[1]
LOOPBACK = "127.0.0.1"
SHEETS = {
    "row by row": ("ecommerce/agent-indicators", 1, 10),
    "along a person": ("auto/body-shop-advisor", 14, 200),
    "in stages": (str(ROOT / "tests" / "data" / "people.toml"), 2, 20),
}
"""The scheme, how many months there are of each person, and of how many rows one is scored."""
_BASE = 20_000


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--people", type=int, default=1_000_000, help="rows of the first sheet; the others have fewer")
    options.add_argument("--cores", type=int, default=2)
    options.add_argument("--sheets", default=",".join(SHEETS), help="which of them")
    options.add_argument("--numbers", choices=("decimal", "float"), default="decimal")
    options.add_argument("--outputs", help="columns beside the keys, such as total,grade; without it all")
    options.add_argument("--json", type=Path)
    asked = options.parse_args()
    found: dict[str, Any] = {"where": where(["pyspark", "pyarrow"]), "cores": asked.cores, "sheets": []}
    print(headed(found["where"]))
    with session(asked.cores) as spark, tempfile.TemporaryDirectory() as folder:
        for name in asked.sheets.split(","):
            line = measured(spark, name, asked, Path(folder))
            found["sheets"].append(line)
            print(told(line))
    if asked.json is not None:
        asked.json.write_text(json.dumps(found, indent=1), "utf-8")


def told(line: dict[str, Any]) -> str:
    speed = f"{line['rows_a_second_a_core']:,} rows a second a core"
    spent = f"processor: workers {line['worker_seconds']} s, Java {line['java_seconds']} s"
    memory = f"a worker {line['worker_mib']:,} MiB, Java {line['java_mib']:,} MiB"
    size = f"{line['bytes_in']} bytes a row in, {line['bytes_out']} out"
    return f"{line['name']:15} {line['rows']:,} rows in {line['seconds']} s, {speed}; {spent}; {memory}; {size}"


@contextmanager
def session(cores: int) -> Iterator[Any]:
    """A session on this machine that nobody can reach from outside."""
    from pyspark.sql import SparkSession

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": LOOPBACK}
    settings = {
        "spark.driver.bindAddress": LOOPBACK,
        "spark.driver.host": LOOPBACK,
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(4 * cores),
    }
    builder = SparkSession.builder.master(f"local[{cores}]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    try:
        yield spark
    finally:
        spark.stop()


def measured(spark: Any, name: str, asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Scores one sheet: a thousand rows first, so that workers and code are warm."""
    ref, months, fewer = SHEETS[name]
    people, cores = asked.people, asked.cores
    call: dict[str, Any] = {"numbers": asked.numbers, "outputs": asked.outputs and asked.outputs.split(",")}
    scheme = kpicore.load().scheme(ref)
    rows = people if months == 1 else max(people * 10 // fewer, months)
    source = figures(spark, scheme, months, rows, folder / name.replace(" ", "-"), cores)
    target = str(folder / f"{name.replace(' ', '-')}-results")
    if months == 1 or fewer > 20:  # of one in stages most time goes into its many small jobs, which no rows warm
        score(spark.read.parquet(source).limit(1000), scheme, **call).write.mode("overwrite").parquet(target)
    with Watched() as watched:
        begun = time.perf_counter()
        score(spark.read.parquet(source), scheme, **call).write.mode("overwrite").parquet(target)
        seconds = time.perf_counter() - begun
    count = spark.read.parquet(target).count()
    return {
        "name": name,
        "scheme": scheme.id,
        "rows": count,
        "seconds": round(seconds, 2),
        "rows_a_second_a_core": round(count / seconds / cores),
        "worker_seconds": watched.processor(False),
        "java_seconds": watched.processor(True),
        "worker_mib": watched.worker,
        "java_mib": watched.java,
        "bytes_in": size(source) // count,
        "bytes_out": size(target) // count,
    }


def figures(spark: Any, scheme: Any, months: int, rows: int, path: Path, cores: int) -> str:
    """Made-up people as a Parquet directory: some thousands, and copies of them under other numbers."""
    from pyspark.sql import functions as f

    people = max(rows // months, 1)
    base = min(people, _BASE // months)
    frame = sample_frame(scheme.newest, people=base, months=months, blanks=0.01)
    if "team_bonus" in frame.columns:
        frame = frame.with_columns(team_bonus=pl.lit(1000))
    frame.write_parquet(f"{path}.base.parquet")
    copies = spark.range(max(people // base, 1)).withColumnRenamed("id", "copy")
    many = spark.read.parquet(f"{path}.base.parquet").crossJoin(f.broadcast(copies))
    for key in ("employee", "team"):
        many = many.withColumn(key, f.concat(f.col(key), f.lit("-"), f.col("copy").cast("string")))
    many.drop("copy").repartition(4 * cores).write.mode("overwrite").parquet(str(path))
    return str(path)


def size(folder: str) -> int:
    return sum(path.stat().st_size for path in Path(folder).rglob("*.parquet"))


class Watched:
    """Peak memory and processor seconds of Spark's Python workers and of Java, by ten looks a second; Linux alone."""

    def __enter__(self) -> Watched:
        self.worker = self.java = 0
        self._begun = {child.pid: child.seconds for child in below(os.getpid())}
        self._seen: dict[int, Child] = {}
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            for child in below(os.getpid()):
                self._seen[child.pid] = child
                if child.name == "java":
                    self.java = max(self.java, child.mib)
                else:
                    self.worker = max(self.worker, child.mib)

    def processor(self, java: bool) -> float:
        """The seconds that Java, or all workers, have had."""
        mine = (child for child in self._seen.values() if (child.name == "java") is java)
        return round(sum(child.seconds - self._begun.get(child.pid, 0) for child in mine), 1)


class Child(NamedTuple):
    """A process: its name, the MiB that it holds, the processor seconds that it has had."""

    pid: int
    name: str
    mib: int
    seconds: float


def below(pid: int) -> Iterator[Child]:
    """Each process that this one has started, and those that they have."""
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            try:
                name = Path(f"/proc/{child}/comm").read_text().strip()
                pages = int(Path(f"/proc/{child}/statm").read_text().split()[1])
                times = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[11:13]
            except (OSError, IndexError):
                continue
            seconds = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
            yield Child(child, name, pages * os.sysconf("SC_PAGE_SIZE") // 2**20, seconds)
            yield from below(child)


if __name__ == "__main__":
    main()
