"""Arrow batches in, Arrow batches out; and scorers that travel."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

import kpicore
from kpicore import LoadedScheme
from kpicore.batches import BatchScorer
from kpicore.io.tablefile import plain
from kpicore.params import read_settings
from kpicore.problem import Problem
from kpicore.sample import sample_frame

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def agents() -> LoadedScheme:
    return kpicore.load().scheme("ecommerce/agent-indicators")


@pytest.fixture(scope="module")
def figures(agents: LoadedScheme) -> pl.DataFrame:
    """Made-up figures with blanks, cells that can not be read, and two rows of nobody known."""
    frame = sample_frame(agents.newest, people=300, blanks=0.05)
    place = pl.int_range(pl.len())
    return frame.with_columns(
        payers=pl.when(place % 50 == 7).then(pl.lit("lots")).otherwise(pl.col("payers").cast(pl.String)),
        employee=pl.when(place == 3).then(None).otherwise(pl.col("employee")),
        period=pl.when(place == 5).then(pl.lit("soon")).otherwise(pl.col("period")),
    )


def table(batches: Any) -> pl.DataFrame:
    found = pl.from_arrow(batches if isinstance(batches, pa.Table) else batches.read_all())
    assert isinstance(found, pl.DataFrame)
    return found


def arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def test_batches_give_what_the_whole_table_gives(agents: LoadedScheme, figures: pl.DataFrame) -> None:
    run = agents.score_table(figures)
    problems: list[Problem] = []
    batches = agents.score_batches(arrow(figures).to_reader(77), problems=problems)
    found = table(batches)
    assert found.equals(plain(run.frame))
    assert sorted(map(str, problems)) == sorted(map(str, run.problems))
    assert {problem.place.row for problem in problems} >= {4, 6, 8, 258}
    assert found.height == 298


def test_all_batches_have_the_schema_that_is_told_first(agents: LoadedScheme, figures: pl.DataFrame) -> None:
    batches = agents.score_batches(arrow(figures).to_reader(100))
    schema = batches.schema
    assert schema.field("total").type == pa.decimal128(38, 2)
    assert schema.field("status").type == schema.field("grade").type == pa.string()
    assert schema.field("rank").type == pa.int64()
    assert [batch.schema for batch in batches] == [schema] * 3
    floats = agents.score_batches(iter(()), numbers="float", outputs=["total", "grade"])
    assert [field.name for field in floats.schema] == ["employee", "name", "team", "period", "total", "grade"]
    assert floats.schema.field("total").type == pa.float64()
    assert floats.read_all().num_rows == 0


def test_one_batch_at_a_time_is_taken(agents: LoadedScheme, figures: pl.DataFrame) -> None:
    taken: list[int] = []

    def source() -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(arrow(figures).to_batches(max_chunksize=50)):
            taken.append(number)
            yield batch

    batches = agents.score_batches(source())
    assert taken == []
    assert batches.read_next_batch().num_rows == 48
    assert taken == [0]
    assert batches.read_next_batch().num_rows == 50
    assert taken == [0, 1]


def test_a_sheet_that_looks_beyond_the_row_takes_them_all_first() -> None:
    scheme = kpicore.load().scheme(str(DATA / "people.toml"))
    frame = sample_frame(scheme.newest, people=40, months=2)
    taken: list[int] = []

    def source() -> Iterator[pa.RecordBatch]:
        for number, batch in enumerate(arrow(frame).to_batches(max_chunksize=10)):
            taken.append(number)
            yield batch

    found = table(scheme.score_batches(source()))
    assert len(taken) == 8
    assert found.equals(plain(scheme.score_table(frame).frame))


def test_settings_period_and_version_are_those_of_a_table(agents: LoadedScheme, figures: pl.DataFrame) -> None:
    settings, problems = read_settings(
        '[team."T01".params]\ngrade_a = 95\n[employee."E000002".params]\ngrade_a = 100\n', agents.newest.model
    )
    assert not problems
    plain_rows = figures.drop("period")
    call: dict[str, Any] = {"params": settings, "period": "2024-05", "version": "2016.1"}
    found = table(agents.score_batches(arrow(plain_rows).to_reader(64), **call))
    assert found.equals(plain(agents.score_table(plain_rows, **call).frame))
    assert found["hash"].n_unique() == 3


def test_duckdb_is_the_source_and_asks_the_results(agents: LoadedScheme, figures: pl.DataFrame) -> None:
    source, sink = duckdb.connect(), duckdb.connect()
    source.register("figures", arrow(figures.filter(pl.col("period") != "soon")))
    reader = source.sql("select * from figures where employee is not null").to_arrow_reader(64)
    sink.register("results", agents.score_batches(reader))
    counted = sink.sql("select grade, count(*), sum(total) from results group by grade order by grade").fetchall()
    whole = agents.score_table(figures).frame.with_columns(pl.col("grade").cast(pl.String))
    expected = whole.group_by("grade").agg(pl.len(), pl.col("total").sum()).sort("grade", nulls_last=True)
    assert [(grade, heads) for grade, heads, _ in counted] == expected.select("grade", "len").rows()
    assert [total for *_, total in counted if total is not None] == expected["total"].to_list()[:-1]
    assert isinstance(counted[0][2], Decimal)


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        ({"outputs": ["totl"]}, kpicore.UsageError, "no 'totl'. Did you mean 'total'?"),
        ({"numbers": "floats"}, kpicore.UsageError, "can not be 'floats'. Did you mean 'float'?"),
        ({"version": "2015.1"}, kpicore.UnknownSchemeError, "no version '2015.1'"),
        ({"params": {"refund_god": 1}}, kpicore.UsageError, "no parameter 'refund_god'"),
        ({"period": "March"}, kpicore.PeriodError, "'March' is not a period"),
    ],
)
def test_what_is_wrong_with_the_call_is_told_at_once(
    agents: LoadedScheme, figures: pl.DataFrame, call: dict[str, Any], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        agents.score_batches(arrow(figures.drop("period")).to_reader(), **call)


def test_columns_that_say_nobody_are_told_at_once_or_with_the_first_batch(agents: LoadedScheme) -> None:
    wrong = pa.table({"payers": [1], "period": ["2024-03"]})
    with pytest.raises(kpicore.DataError, match="no column employee"):
        agents.score_batches(wrong.to_reader())
    batches = agents.score_batches(wrong.to_batches())
    with pytest.raises(kpicore.DataError, match="no column employee"):
        batches.read_next_batch()


def test_without_pyarrow_its_install_line_is_told(agents: LoadedScheme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(kpicore.UsageError, match="pip install"):
        agents.score_batches(iter(()))


@pytest.mark.parametrize("name", ["ecommerce/agent-indicators", "auto/body-shop-advisor", str(DATA / "people.toml")])
def test_a_scorer_scores_the_same_after_a_journey(name: str) -> None:
    scheme = kpicore.load().scheme(name)
    frame = sample_frame(scheme.newest, people=30, months=3, blanks=0.1)
    scorer = scheme.batch_scorer()
    expected = table(scorer.score(arrow(frame)))
    data = pickle.dumps(scorer)  # after it was used: what it made on the way stays here
    assert len(data) < 200_000
    again: BatchScorer = pickle.loads(data)
    assert table(again.score(arrow(frame))).equals(expected)
    assert again.schema == scorer.schema and again.reach == scorer.reach


def test_a_scheme_keeps_its_hash_on_a_journey_and_tells_no_plugin() -> None:
    heard: list[object] = []

    class Listener:
        @kpicore.hookimpl
        def on_scored(self, run: object) -> None:
            heard.append(run)

    scheme = kpicore.load(plugins=[Listener()]).scheme("ecommerce/agent-indicators")
    again: LoadedScheme = pickle.loads(pickle.dumps(scheme))
    facts = {"payers": 300, "inquirers": 400}
    here = scheme.score(facts, employee="E1", period="2024-03", params={"grade_a": 95})
    there = again.score(facts, employee="E1", period="2024-03", params={"grade_a": 95})
    assert here == there
    again.score_many([{"employee": "E1", "period": "2024-03", **facts}])
    assert heard == []


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("sales", "row"),
        ("sales - previous(sales)", "person"),
        ("sales - within(mean, sales, team)", "team"),
        ("sales - within(mean, sales, all)", "period"),
        ("sales - within(mean, previous(sales), team)", "everybody"),
    ],
)
def test_who_must_be_scored_together(text: str, reach: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.toml"
    path.write_text(
        'id = "own/s"\nversion = "1"\neffective = 2023-01-01\nperiods = ["month"]\n'
        '[facts]\nsales = { kind = "money" }\n[[indicator]]\nid = "i"\ntitle = "i"\nweight = 100\n'
        f'measure = "{text}"\nkind = "number"\nrule = {{ kind = "bands", bands = [{{ from = 0, points = 100 }}, '
        "{ otherwise = true, points = 0 }] }\n",
        "utf-8",
    )
    scorer = kpicore.load().scheme(str(path)).batch_scorer()
    assert scorer.reach == reach
    assert (scorer.staged is not None) == (reach in ("period", "everybody"))


def test_problems_and_keys_of_a_table(agents: LoadedScheme, figures: pl.DataFrame) -> None:
    scorer = agents.batch_scorer()
    keys = table(scorer.keys(arrow(figures)))
    assert keys["employee"].null_count() == 2
    assert keys["employee"][0] == figures["employee"][0] and keys.height == figures.height
    told = table(scorer.problems(arrow(figures)))
    counts = dict(told["code"].value_counts().iter_rows())
    assert counts == {"bad_employee": 1, "bad_period": 1, "bad_figure": 6}
    cell = told.filter(pl.col("code") == "bad_figure").row(0, named=True)
    assert cell["employee"] == figures["employee"][7]
    assert (cell["column"], cell["value"], cell["period"]) == ("payers", "lots", "2024-01")
    early = figures.head(2).with_columns(period=pl.lit("2015-01"))
    told = table(scorer.problems(arrow(early)))
    assert told["code"].to_list() == ["no_version"]


def test_a_number_that_no_column_of_decimals_holds_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sheet.toml"
    path.write_text(
        'id = "own/s"\nversion = "1"\neffective = 2023-01-01\nperiods = ["month"]\n'
        '[facts]\nn = { kind = "number" }\n[[indicator]]\nid = "i"\ntitle = "i"\nweight = 100\n'
        'measure = "n * n"\nkind = "number"\nplaces = 6\nrule = { kind = "bands", bands = [{ from = 0, points = 100 }, '
        "{ otherwise = true, points = 0 }] }\n",
        "utf-8",
    )
    scheme = kpicore.load().scheme(str(path))
    long = pa.table({"employee": ["E1"], "period": ["2024-03"], "n": ["1" + "0" * 17]})
    with pytest.raises(kpicore.DataError, match=r"column i.measure is too long: a column of decimals holds 38 digits"):
        scheme.score_batches(long.to_reader()).read_all()
    found = table(scheme.score_batches(long.to_reader(), outputs=["total"]))
    assert found["total"].to_list() == [Decimal("100.00")]
