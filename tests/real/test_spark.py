"""Scoring on a real Spark, of two workers on this machine: the results are those of one table, to the last digit."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpicore
from kpicore import LoadedScheme
from kpicore.io.tablefile import plain
from kpicore.sample import sample_frame

pytestmark = [
    pytest.mark.real("spark"),
    # pyspark's own: a socket that it leaves to the collector, and what it says of its types.
    pytest.mark.filterwarnings(
        "ignore::ResourceWarning", "ignore::UserWarning:pyspark", "ignore::FutureWarning:pyspark"
    ),
]
DATA = Path(__file__).parents[1] / "data"
LOOPBACK = "127.0.0.1"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A session with two workers and few partitions, ended behind the tests."""
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", LOOPBACK)
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.driver.bindAddress", LOOPBACK)
            .config("spark.driver.host", LOOPBACK)
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "3")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield session
        finally:
            session.stop()


def arrow(frame: pl.DataFrame) -> Any:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def polars(df: Any) -> pl.DataFrame:
    found = pl.from_arrow(df.toArrow())
    assert isinstance(found, pl.DataFrame)
    return found


def by_person(frame: pl.DataFrame) -> pl.DataFrame:
    return plain(frame).sort("employee", "period")


def spoilt(scheme: LoadedScheme, **how: Any) -> pl.DataFrame:
    """Made-up figures with blanks, cells that can not be read, and two rows whose keys can not be."""
    frame = sample_frame(scheme.newest, blanks=0.05, **how)
    place = pl.int_range(pl.len())
    fact = next(name for name, spec in scheme.newest.model.facts.items() if spec.figure.type == "number")
    text = pl.col(fact).cast(pl.String)
    return frame.with_columns(
        pl.when(place % 50 == 7).then(pl.lit("lots")).otherwise(text).alias(fact),
        employee=pl.when(place == 3)
        .then(pl.lit(" "))
        .when(place == 11)
        .then(" " + pl.col("employee"))
        .otherwise("employee"),
        period=pl.when(place == 5).then(pl.lit("soon")).otherwise(pl.col("period")),
    )


@pytest.mark.parametrize(
    ("name", "how", "reach"),
    [
        ("ecommerce/agent-indicators", {"people": 400}, "row"),
        ("auto/body-shop-advisor", {"people": 60, "months": 14}, "person"),
        ("people.toml", {"people": 120, "months": 3}, "everybody"),
        ("team.toml", {"people": 120, "months": 2}, "team"),
        ("recursive.toml", {"people": 40, "months": 3}, "everybody"),
    ],
)
def test_the_results_are_those_of_one_table(
    spark: Any, tmp_path: Path, name: str, how: dict[str, Any], reach: str
) -> None:
    from kpicore.engines.spark import problems, score

    scheme = kpicore.load().scheme(sheet(name, tmp_path))
    assert scheme.batch_scorer().reach == reach
    frame = spoilt(scheme, **how)
    if "team_bonus" in frame.columns:
        frame = frame.with_columns(team_bonus=pl.lit(777))
    run = scheme.score_table(frame)
    df = spark.createDataFrame(arrow(frame)).repartition(4)
    found = polars(score(df, scheme))
    expected = by_person(run.frame)
    assert found.schema == expected.schema
    assert by_person(found).equals(expected)
    assert {*run.frame["status"]} >= {"incomplete", "scored"}
    told = polars(problems(df, scheme))
    assert sorted(told.select("code", "column", "value").rows()) == sorted(
        (problem.code, problem.place.column or "", problem.value) for problem in run.problems
    )
    assert {*told["code"]} == {"bad_employee", "bad_period", "bad_figure"}


def sheet(name: str, folder: Path) -> str:
    """A scheme's id, or the path of a file: `people`, or that with other gates and other circles."""
    if "/" in name:
        return name
    text = (DATA / "people.toml").read_text("utf-8")
    if name == "recursive.toml":
        text = text.replace("streak(complaints > 2)", "streak(total < 30)")
    if name == "team.toml":
        for old, new in (
            ("sales - previous(sales)", "sales"),
            ('within = "all"', 'within = "team"'),
            ("within(mean, complaints, all)", "within(mean, complaints, team)"),
            ("streak(complaints > 2) < 3", "complaints < 100"),
            ('by = "heads"\n', 'by = "heads"\nwithin = "team"\n'),
        ):
            assert old in text
            text = text.replace(old, new)
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def test_settings_outputs_and_floats(spark: Any) -> None:
    from kpicore.engines.spark import score
    from kpicore.params import read_settings

    scheme = kpicore.load().scheme("ecommerce/agent-indicators")
    settings, _ = read_settings('[team."T01".params]\ngrade_a = 95\n', scheme.newest.model)
    frame = spoilt(scheme, people=100).drop("period")
    call: dict[str, Any] = {
        "params": settings, "period": "2024-05", "outputs": ["total", "grade", "measure"], "numbers": "float",
    }  # fmt: skip
    found = polars(score(spark.createDataFrame(arrow(frame)), scheme, **call))
    assert by_person(found).equals(by_person(scheme.score_table(frame, **call).frame))
    assert found.schema["total"] == pl.Float64


def test_what_is_wrong_is_told_before_anything_is_read(spark: Any) -> None:
    from kpicore.engines.spark import problems, score

    scheme = kpicore.load().scheme("ecommerce/agent-indicators")
    df = spark.createDataFrame([("2024-03", 3)], "period string, payers long")
    with pytest.raises(kpicore.DataError, match="no column employee"):
        score(df, scheme)
    whole = spark.createDataFrame([("E1", "2024-03", 3)], "employee string, period string, payer long")
    with pytest.raises(kpicore.UsageError, match="Did you mean 'total'"):
        score(whole, scheme, outputs=["totl"])
    with pytest.raises(kpicore.UsageError, match="A Spark DataFrame is needed"):
        score(pl.DataFrame(), scheme)  # type: ignore[arg-type]
    told = polars(problems(whole, scheme)).row(0, named=True)
    assert (told["code"], told["severity"], told["column"]) == ("unknown_column", "warning", "payer")
    assert told["hint"] == "Did you mean 'payers'?"


def test_a_directory_of_checkpoints_is_used_where_there_is_one(spark: Any, tmp_path: Path) -> None:
    from kpicore.engines.spark import score

    scheme = kpicore.load().scheme(str(DATA / "people.toml"))
    frame = sample_frame(scheme.newest, people=20).with_columns(team_bonus=pl.lit(100))
    spark.sparkContext.setCheckpointDir(str(tmp_path))
    try:
        found = polars(score(spark.createDataFrame(arrow(frame)), scheme, outputs=["total", "pay"]))
    finally:
        spark.sparkContext._jsc.sc().setCheckpointDir(None)
    assert by_person(found).equals(by_person(scheme.score_table(frame, outputs=["total", "pay"]).frame))
    assert [path for path in tmp_path.rglob("part-*") if path.stat().st_size]


def test_the_page_on_clusters(spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All its Python in order, that for Spark as well."""
    monkeypatch.chdir(tmp_path)
    page = Path(__file__).parents[2] / "docs" / "clusters.md"
    blocks = re.findall(r"^```(?:python|py)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    module = types.ModuleType("page")
    for text in blocks:
        exec(compile(text, str(page), "exec"), vars(module))
    assert "from kpicore.engines.spark import" in "".join(blocks)
    assert pl.read_parquet("results/*.parquet").height == 300
    with pytest.raises(kpicore.UsageError):
        module.score(module.figures, module.scheme, outputs=["totl"])


def command(*args: str) -> subprocess.CompletedProcess[str]:
    """`kpicore` with these arguments, in a process of its own."""
    code = "import sys; from kpicore.cli.main import main; sys.exit(main())"
    run = [sys.executable, "-P", "-c", code, *args]
    return subprocess.run(run, capture_output=True, text=True, timeout=240, check=False)


@pytest.mark.parametrize(
    ("name", "ending", "how", "options"),
    [
        ("ecommerce/agent-indicators", "csv", {"people": 300}, ["--set", "grade_a=92"]),
        ("auto/body-shop-advisor", "parquet", {"people": 30, "months": 14}, ["--period", "2025-02"]),
        ("people.toml", "jsonl", {"people": 60, "months": 2}, []),
    ],
)
def test_the_command_writes_the_same_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, ending: str, how: dict[str, Any], options: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scheme = kpicore.load().scheme(sheet(name, tmp_path))
    spoilt(scheme, **how).write_csv("figures.csv")
    ref = name if "/" in name else str(tmp_path / name)
    runs = {}
    for engine in ("exact", "columnar", "spark"):
        out = f"{engine}.{ending}"
        runs[engine] = command("score", ref, "figures.csv", "-o", out, "--engine", engine, *options)
        assert runs[engine].returncode == 3, runs[engine].stderr
    spark = Path(f"spark.{ending}").read_bytes()
    assert Path(f"columnar.{ending}").read_bytes() == spark
    if ending == "parquet":  # a column without a value has another type there
        exact, found = (pl.read_parquet(f"{engine}.parquet").cast(pl.String) for engine in ("exact", "spark"))
        assert exact.equals(found)
    else:
        assert Path(f"exact.{ending}").read_bytes() == spark
    problems = Path(f"spark.{ending}.problems.csv").read_bytes()
    assert all(Path(f"{engine}.{ending}.problems.csv").read_bytes() == problems for engine in ("exact", "columnar"))
    # Nothing of what Java and Spark have to say.
    assert runs["spark"].stderr.splitlines() == runs["exact"].stderr.replace("exact.", "spark.").splitlines()
    assert runs["spark"].stdout == ""


def test_the_command_without_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("counter.toml", "counter.csv"):
        shutil.copy(DATA / name, ".")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    result = command("score", "counter.toml", "counter.csv", "-o", "out.json", "--engine", "spark")
    assert (result.returncode, Path("out.json").exists()) == (2, False)
    assert "Spark needs Java, which is not installed. Install it with: apt-get install" in result.stderr


def test_the_benchmark_runs(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "benchmarks" / "cluster.py"
    options = ["--people", "200", "--sheets", "row by row", "--outputs", "total,grade", "--json", "found.json"]
    done = subprocess.run(
        [sys.executable, str(script), *options], cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    (line,) = json.loads((tmp_path / "found.json").read_text("utf-8"))["sheets"]
    assert line["rows"] == 200 and line["worker_mib"] > 0


def test_plus_and_minus_items_go_along(spark: Any, tmp_path: Path) -> None:
    from kpicore.engines.spark import problems, score

    path = tmp_path / "own.toml"
    text = (DATA / "people.toml").read_text("utf-8")
    path.write_text(text + "\n[adjustments]\nmost = 5\n", "utf-8")
    scheme = kpicore.load().scheme(str(path))
    frame = sample_frame(scheme.newest, people=60, months=2).with_columns(team_bonus=pl.lit(777))
    items = [
        {"employee": who, "period": period, "points": points, "reason": "r", "author": author}
        for who, period, points, author in (
            ("E000001", "2024-01", 2.5, "Wang"),
            ("E000001", "2024-02", -1, "Wang"),
            ("E000002", "2024-01", 9, "Wang"),
            ("E000003", "2024-01", 1, None),
            ("E999999", "2024-01", 1, "Wang"),
            ("E000001", "2024-09", 1, "Wang"),
        )
    ]
    run = scheme.score_table(frame, adjustments=items)
    df = spark.createDataFrame(arrow(frame)).repartition(3)
    for given in (items, spark.createDataFrame(arrow(pl.DataFrame(items, strict=False)))):
        found = polars(score(df, scheme, adjustments=given))
        assert by_person(found).equals(by_person(run.frame).cast(dict(found.schema)).select(found.columns))
        told = polars(problems(df, scheme, adjustments=given)).filter(pl.col("code").str.contains("adjustment"))
        assert sorted(told["message"]) == sorted(
            f"{each.place}: {each.message}" for each in run.problems if "adjustment" in each.code
        )
        assert sorted(told.filter(pl.col("code") == "unused_adjustment")["employee"]) == ["E000001", "E999999"]
