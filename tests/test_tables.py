"""Tables of figures: what is wrong with them is said with its place, and the rest goes on."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow
import pytest

import kpicore
from kpicore import DataError, LoadedScheme, UsageError
from kpicore.sample import sample_frame

FIGURES: dict[str, list[Any]] = {
    "employee": ["E1", "E2", "E3"],
    "period": ["2024-03", "2024-03", "2024-03"],
    "order_value": [10.0, 20.5, 5.0],
    "payers": [1, 2, 1],
    "inquirers": [3, 4, 1],
    "response_seconds": [3, 4, 5],
    "customers_received": [1, 2, 3],
}


@pytest.fixture(scope="module")
def league() -> LoadedScheme:
    """A sheet that compares people."""
    return kpicore.load().scheme("ecommerce/agent-pk")


@pytest.fixture(scope="module")
def plain() -> LoadedScheme:
    """A sheet that looks at nothing but the row."""
    return kpicore.load().scheme("ecommerce/agent-indicators")


def table(**other: list[Any]) -> pl.DataFrame:
    return pl.DataFrame({**FIGURES, **other}, strict=False)


def test_a_table_of_any_library_gives_the_same(league: LoadedScheme) -> None:
    frame = table()
    expected = league.score_table(frame).frame
    assert expected["status"].to_list() == ["scored"] * 3
    for other in (frame.lazy(), frame.to_arrow(), frame.to_pandas(), pyarrow.table(frame.to_arrow())):
        assert league.score_table(other).frame.equals(expected)


def test_titles_are_headings_too(league: LoadedScheme) -> None:
    titles = {name: fact.title.text("zh") for name, fact in league.newest.model.facts.items()}
    renamed = table().rename({**titles, "employee": "工号", "period": "考核周期"})
    assert league.score_table(renamed).frame.equals(league.score_table(table()).frame)


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ([1, 2], UsageError, "is no table of figures"),
        (table().drop("employee"), DataError, "no column employee"),
        (table().drop("period"), UsageError, "no column period"),
        (table().rename({"employee": "emploee"}), DataError, "emploee"),
    ],
)
def test_what_can_not_begin(league: LoadedScheme, given: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        league.score_table(given)


def test_an_unknown_output(league: LoadedScheme) -> None:
    with pytest.raises(UsageError, match="Did you mean 'total'"):
        league.score_table(table(), outputs=["totall"])


def test_a_column_that_nobody_knows_is_told_without_a_row(league: LoadedScheme) -> None:
    run = league.score_table(table().with_columns(sales_=pl.lit(1)))
    (problem,) = run.problems
    assert (problem.code, problem.severity, problem.place.row) == ("unknown_column", "warning", None)
    assert problem.place.column == "sales_" and run.complete


def test_cells_that_can_not_be_read_are_told_with_their_place(league: LoadedScheme) -> None:
    run = league.score_table(table(payers=["1e3", "1", "n/a"], order_value=[float("nan"), 1.0, 2.0]))
    assert [(problem.place.row, problem.place.column, problem.value) for problem in run.problems] == [
        (1, "order_value", "nan"),
        (1, "payers", "1e3"),
        (3, "payers", "n/a"),
    ]
    assert run.frame["status"].to_list() == ["incomplete", "scored", "incomplete"]
    assert not run.complete


def test_rows_whose_keys_can_not_be_read_are_set_aside(league: LoadedScheme) -> None:
    run = league.score_table(table(employee=["", "E2", "E3"], period=["2024-03", "soon", "2024-03"]))
    assert run.frame["employee"].to_list() == ["E3"]
    assert [(problem.code, problem.place.row) for problem in run.problems] == [("bad_employee", 1), ("bad_period", 2)]


def test_two_rows_of_one_person_and_period_are_told(league: LoadedScheme, plain: LoadedScheme) -> None:
    for scheme in (league, plain):
        run = scheme.score_table(table(employee=["E1", "E1", "E2"]))
        assert len(run) == 3
        told = [problem for problem in run.problems if problem.code == "duplicate_row"]
        assert [(problem.place.row, problem.severity) for problem in told] == [(2, "error")]


def test_a_period_before_the_first_version_is_told_once(league: LoadedScheme) -> None:
    run = league.score_table(table(period=["2010-01", "2024-03", "2024-03"]))
    assert run.frame["employee"].to_list() == ["E2", "E3"]
    assert [problem.code for problem in run.problems] == ["no_version"]


def test_rows_of_totals_and_dates_as_periods(plain: LoadedScheme) -> None:
    days = [datetime.date(2024, 3, 1)] * 3
    run = plain.score_table(table(employee=["E1", "合计", "Total"], period=days))
    assert run.frame.select("employee", "period").rows() == [("E1", "2024-03")]
    assert {problem.severity for problem in run.problems if problem.code == "total_row"} == {"warning"}


def test_a_table_without_rows_has_all_columns(league: LoadedScheme) -> None:
    empty = league.score_table(table().clear()).frame
    assert empty.height == 0
    assert empty.columns == league.score_table(table()).frame.columns


def test_floats_are_the_nearest_to_the_decimals(league: LoadedScheme, plain: LoadedScheme) -> None:
    for scheme in (league, plain):
        frame = pl.DataFrame({**FIGURES, "refunds": [1, 2, 3], "deals": [7, 49, 55]})
        exact = scheme.score_table(frame).frame
        floats = scheme.score_table(frame, numbers="float").frame
        for name, dtype in exact.schema.items():
            if isinstance(dtype, pl.Decimal):
                wanted = [None if value is None else float(value) for value in exact[name].to_list()]
                assert floats[name].to_list() == wanted, name


def test_one_person_alone_can_not_be_compared(league: LoadedScheme) -> None:
    with pytest.raises(kpicore.NeedsOthersError, match="compares people"):
        league.score({"order_value": 1}, employee="E1", period="2024-03")


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
@pytest.mark.parametrize("piece", [2, 7, 1000])
def test_a_file_is_scored_piece_by_piece(plain: LoadedScheme, tmp_path: Path, ending: str, piece: int) -> None:
    from kpicore.bulk import score_file
    from kpicore.sample import sample_frame

    figures = sample_frame(plain.newest, people=23, seed=3, blanks=0.1)
    source, target = tmp_path / f"in{ending}", tmp_path / f"out{ending}"
    figures.write_parquet(source) if ending == ".parquet" else figures.write_csv(source)
    run = score_file(plain, source, target, piece=piece)
    expected = plain.score_table(figures).frame.with_columns(pl.col(pl.Enum).cast(pl.String))
    assert (len(run), sum(run.statuses.values())) == (23, 23)
    if ending == ".parquet":
        assert pl.read_parquet(target).equals(expected)
    else:
        got = pl.read_csv(target, infer_schema=False)
        assert got.select("employee", "status").rows() == expected.select("employee", "status").rows()
        assert got["total"].to_list() == expected["total"].cast(pl.String).to_list()


def test_a_table_is_read_once_and_scored_with_one_set_of_parameters_after_another(plain: LoadedScheme) -> None:
    figures = sample_frame(plain.newest, people=60, months=2, seed=5, blanks=0.05)
    read = plain.read_table(figures)
    assert len(read) == 120
    for params in (None, {"refund_excellent": "0.01"}, {"grade_a": 95}):
        again, anew = plain.score_table(read, params=params), plain.score_table(figures, params=params)
        assert again.frame.equals(anew.frame) and again.problems == anew.problems
    assert read.problems == plain.score_table(figures).problems
    person = figures["employee"][0]
    assert plain.score_table(read).explain(person) == plain.score_table(figures).explain(person)


def test_people_of_a_table_that_was_read_are_compared_in_their_teams(league: LoadedScheme) -> None:
    figures = sample_frame(league.newest, people=60, months=2, seed=5, blanks=0.05)
    assert figures["team"].n_unique() > 2
    assert league.score_table(league.read_table(figures)).frame.equals(league.score_table(figures).frame)


def test_rows_of_a_table_that_was_read_that_come_twice(league: LoadedScheme) -> None:
    twice = table(employee=["E1", "E2", "E1"])
    again, anew = league.score_table(league.read_table(twice)), league.score_table(twice)
    assert again.frame.equals(anew.frame)
    assert [problem.code for problem in again.problems] == ["duplicate_row"] == [each.code for each in anew.problems]


def test_a_table_that_was_read_for_another_scheme_or_period(plain: LoadedScheme, league: LoadedScheme) -> None:
    read = league.read_table(table().drop("period"), period="2024-03")
    assert league.score_table(read).frame["period"].to_list() == ["2024-03"] * 3
    with pytest.raises(UsageError, match="read for ecommerce/agent-pk, not for ecommerce/agent-indicators"):
        plain.score_table(read)
    with pytest.raises(UsageError, match="give the period where it is read"):
        league.score_table(read, period="2024-03")
    with pytest.raises(DataError, match="no column employee"):
        league.read_table(table().drop("employee"))


def test_a_period_before_the_first_version_of_which_no_row_is_left(plain: LoadedScheme, league: LoadedScheme) -> None:
    """The one row of it is set aside for its employee; it is not asked which version scores it."""
    rows = table(employee=["E1", "E2", " "], period=["2024-03", "2024-03", "1999-01"])
    for scheme in (plain, league):
        run = scheme.score_table(rows)
        assert [problem.code for problem in run.problems if problem.severity == "error"] == ["bad_employee"]
        assert run.frame["employee"].to_list() == ["E1", "E2"]
