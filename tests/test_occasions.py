"""Declared occasions, by every way in which figures come: they are keys of the row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

import kpicore
from kpicore.cli.main import cli
from kpicore.io.figures import Figures, load_figures
from kpicore.loaded import LoadedScheme

HEAD = """id = "own/visits"
version = "1"
effective = 2020-01-01
periods = ["quarter", "day"]
"""
REST = """
[facts]
care = { kind = "rating" }

[[indicator]]
id = "care"
title = { zh = "服务态度", en = "Care" }
weight = 100
rule = { kind = "straight" }
"""
DECLARED = 'occasions = ["regular", "spot", "random"]\n'
ROWS: list[dict[str, Any]] = [
    {"employee": "E1", "period": "2024-Q1", "occasion": None, "care": 90},
    {"employee": "E1", "period": "2024-03-15", "occasion": "抽查", "care": 80},
    {"employee": "E1", "period": "2024-03-15#2", "occasion": " SPOT ", "care": 70},
    {"employee": "E2", "period": "2024-Q1", "occasion": "常规", "care": 60},
    {"employee": "E2", "period": "2024-03-15", "occasion": "sport", "care": 50},
    {"employee": "E3", "period": "2024-03-16", "occasion": "随机", "care": 40},
]
EXPECTED = [
    ("E1", "2024-Q1", "regular", "90.00"),
    ("E1", "2024-03-15", "spot", "80.00"),
    ("E1", "2024-03-15#2", "spot", "70.00"),
    ("E2", "2024-Q1", "regular", "60.00"),
    ("E3", "2024-03-16", "random", "40.00"),
]
Scheme = Callable[..., LoadedScheme]


@pytest.fixture
def scheme(tmp_path: Path) -> Scheme:
    registry = kpicore.load()

    def make(head: str = DECLARED, rest: str = REST, first: str = HEAD) -> LoadedScheme:
        (tmp_path / "visits.toml").write_text(first + head + rest, "utf-8")
        return registry.scheme(str(tmp_path / "visits.toml"))

    return make


def outcomes(results: Any) -> list[tuple[str, str, str | None, str]]:
    return [(each.employee, each.period, each.occasion, str(each.total)) for each in results]


def csv_of(rows: list[dict[str, Any]]) -> str:
    lines = [",".join(rows[0])] + [
        ",".join("" if value is None else str(value) for value in row.values()) for row in rows
    ]
    return "\n".join(lines) + "\n"


def loaded(scheme: LoadedScheme, *paths: Path) -> Figures:
    return load_figures(paths, kpicore.load().readers, scheme.joined_model, kinds=scheme.asked)


# One person


def test_one_person_has_the_english_word(scheme: Scheme) -> None:
    visits = scheme()
    for given, expected in ((None, "regular"), ("  ", "regular"), ("突击", "spot"), ("Random", "random")):
        result = visits.score({"care": 1}, employee="E1", period="2024-03-15", occasion=given)
        assert result.occasion == result.to_dict()["occasion"] == result.flat()["occasion"] == expected
        told = visits.explain({"care": 1}, employee="E1", period="2024-03-15", occasion=given)
        assert told.result == result


def test_another_word_is_refused_with_what_is_possible(scheme: Scheme) -> None:
    with pytest.raises(kpicore.UsageError) as caught:
        scheme().score({"care": 1}, employee="E1", period="2024-03-15", occasion="sport")
    (problem,) = caught.value.problems
    assert str(caught.value) == "'sport' is no occasion of an appraisal. Did you mean 'spot'?"
    assert (problem.code, problem.value, problem.expected) == ("bad_occasion", "sport", "one of regular, spot, random")


def test_a_scheme_that_declares_none_passes_any_text_on(scheme: Scheme) -> None:
    visits = scheme("")
    assert visits.score({"care": 1}, employee="E1", period="2024-03-15", occasion="sport").occasion == "sport"
    assert visits.score({"care": 1}, employee="E1", period="2024-03-15").occasion is None
    assert [result.occasion for result in visits.score_many(ROWS)] == [None, "抽查", "SPOT", "常规", "sport", "随机"]
    frame = visits.score_table(pl.DataFrame(ROWS)).frame
    assert frame["occasion"].to_list() == [None, "抽查", "SPOT", "常规", "sport", "随机"]


# Many people


def test_many_rows(scheme: Scheme) -> None:
    run = scheme().score_many(ROWS)
    assert outcomes(run) == EXPECTED
    (problem,) = run.problems
    assert (problem.code, problem.place.row, problem.value) == ("bad_occasion", 5, "sport")
    assert problem.message == "'sport' is no occasion of an appraisal. The row is set aside."


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum([str(row["occasion"]) for row in ROWS[1:]])])
def test_a_table(scheme: Scheme, dtype: Any) -> None:
    run = scheme().score_table(pl.DataFrame(ROWS).with_columns(pl.col("occasion").cast(dtype)))
    assert outcomes(run.results) == EXPECTED
    (problem,) = run.problems
    assert (problem.code, problem.place.row, problem.place.column) == ("bad_occasion", 5, "occasion")
    assert run.explain("E1", "2024-03-15#2")[0].result.occasion == "spot"


def test_a_table_without_the_column_or_with_a_blank_one_is_regular(scheme: Scheme) -> None:
    frame = pl.DataFrame(ROWS).drop("occasion")
    for each in (frame, frame.with_columns(occasion=None), frame.with_columns(occasion=pl.lit(" "))):
        assert set(scheme().score_table(each).frame["occasion"]) == {"regular"}
    assert set(scheme('occasions = ["random", "spot"]\n').score_table(frame).frame["occasion"]) == {"random"}


@pytest.mark.parametrize("column", [[1, 2], [True, False], [1.5, None], ["spot\nrandom", "spot"], ["#N/A", "x" * 201]])
def test_what_is_no_occasion_at_all_sets_the_row_aside_in_both_readers(scheme: Scheme, column: list[Any]) -> None:
    visits = scheme()
    frame = pl.DataFrame({"employee": ["E1", "E2"], "period": ["2024-Q1"] * 2, "occasion": column, "care": [1, 2]})
    by_table, by_row = visits.score_table(frame), visits.score_many(frame.to_dicts())
    assert outcomes(by_table.results) == outcomes(by_row)
    rows = [number for number, value in enumerate(column, 1) if value not in (None, "spot")]
    for run in (by_table, by_row):
        assert [(problem.code, problem.place.row) for problem in run.problems] == [
            ("bad_occasion", row) for row in rows
        ]


def test_batches_keep_to_it_as_well(scheme: Scheme) -> None:
    problems: list[kpicore.Problem] = []
    table = pl.DataFrame(ROWS).to_arrow()
    found = scheme().score_batches(table.to_batches(max_chunksize=2), problems=problems).read_all()
    assert found["occasion"].to_pylist() == [occasion for _, _, occasion, _ in EXPECTED]
    assert [problem.code for problem in problems] == ["bad_occasion"]
    scorer = scheme().batch_scorer()
    assert scorer.keys(table)["employee"].to_pylist() == ["E1", "E1", "E1", "E2", None, "E3"]
    assert scorer.problems(table)["code"].to_pylist() == ["bad_occasion"]


def test_the_newest_version_says_the_occasions_of_all(scheme: Scheme) -> None:
    first = scheme("").newest
    second = scheme(DECLARED, first=HEAD.replace('"1"', '"2"').replace("2020", "2024")).newest
    both = LoadedScheme((first, second), lambda run: run)
    rows = [{**row, "period": row["period"].replace("2024", "2023")} for row in ROWS]
    for run in (both.score_many(rows), both.score_table(pl.DataFrame(rows))):
        assert [each.occasion for each in run] == [occasion for _, _, occasion, _ in EXPECTED]
        assert {each.version for each in run} == {"1"}


def test_a_row_from_before_the_first_version_is_set_aside_once(scheme: Scheme) -> None:
    rows = [{**row, "period": row["period"].replace("2024", "2019")} for row in ROWS[4:]]
    for run in (scheme().score_many(rows), scheme().score_table(pl.DataFrame(rows))):
        assert len(run) == 0
        assert sorted(problem.code for problem in run.problems) == ["bad_occasion", "no_version"]


# Files


def test_a_csv(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text(csv_of(ROWS), "utf-8")
    figures = loaded(scheme(), path)
    assert outcomes(scheme().score_rows(figures.rows)) == EXPECTED
    (problem,) = figures.problems
    assert str(problem.place) == f"{path}:row 6:column occasion"
    assert (problem.code, problem.expected) == ("bad_occasion", "one of regular, spot, random")
    assert (figures.counts.rows_read, figures.counts.rows_set_aside, figures.counts.cells_set_aside) == (5, 1, 4)


def test_a_workbook_with_its_cells_typed(scheme: Scheme, tmp_path: Path) -> None:
    import datetime

    book = openpyxl.Workbook()
    page = book.active
    page.append(["工号", "考核周期", "场合", "care"])
    page.append(["E1", datetime.date(2024, 3, 15), "突击", 80])
    page.append(["E1", "2024-03-15#2", "抽查", 70])
    page.append(["E2", "2024-Q1", None, 60])
    page.append(["E3", "2024-Q1", 7, 50])
    book.save(tmp_path / "visits.xlsx")
    figures = loaded(scheme(), tmp_path / "visits.xlsx")
    assert [(row.employee, str(row.period), row.occasion) for row in figures.rows] == [
        ("E1", "2024-03-15", "spot"),
        ("E1", "2024-03-15#2", "spot"),
        ("E2", "2024-Q1", "regular"),
    ]
    assert [(problem.code, problem.place.row) for problem in figures.problems] == [("bad_occasion", 5)]


def test_a_long_file(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text(
        "employee,period,occasion,fact,value\nE1,2024-03-15,spot,care,80\nE2,2024-03-15,no,care,3\n", "utf-8"
    )
    figures = loaded(scheme(), path)
    assert outcomes(scheme().score_rows(figures.rows)) == [("E1", "2024-03-15", "spot", "80.00")]
    assert [problem.code for problem in figures.problems] == ["bad_occasion"]


def test_files_that_agree_and_files_that_do_not(scheme: Scheme, tmp_path: Path) -> None:
    a, b, c = (tmp_path / f"{name}.csv" for name in "abc")
    a.write_text("employee,period,care\nE1,2024-03-15,80\nE2,2024-03-15,70\n", "utf-8")
    b.write_text("employee,period,occasion\nE1,2024-03-15,抽查\nE2,2024-03-15,\n", "utf-8")
    c.write_text("employee,period,occasion\nE1,2024-03-15,Spot\nE2,2024-03-15,random\n", "utf-8")
    figures = loaded(scheme(), a, b, c)
    assert [row.occasion for row in figures.rows] == ["spot", "random"]
    assert figures.problems == ()
    c.write_text("employee,period,occasion\nE1,2024-03-15,random\n", "utf-8")
    figures = loaded(scheme(), a, b, c)
    assert [row.occasion for row in figures.rows] == ["spot", "regular"]
    (problem,) = figures.problems
    assert (problem.code, problem.value, problem.expected) == ("conflicting_occasion", "random", "spot")


def test_a_total_or_a_blank_row_is_no_bad_occasion(scheme: Scheme, tmp_path: Path) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("employee,period,occasion,care\nE1,2024-03-15,spot,80\n合计,2024-03-15,合计,80\n,,,\n", "utf-8")
    figures = loaded(scheme(), path)
    assert [problem.code for problem in figures.problems] == ["total_row"]
    frame = pl.read_csv(path, infer_schema=False)
    assert [problem.code for problem in scheme().score_table(frame).problems] == ["total_row"]


# Commands and pages


@pytest.mark.parametrize("engine", ["exact", "columnar"])
@pytest.mark.parametrize("ending", ["json", "csv"])
def test_the_command_scores_visits_of_one_day(
    scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, ending: str
) -> None:
    scheme()
    monkeypatch.chdir(tmp_path)
    Path("visits.csv").write_text(csv_of(ROWS), "utf-8")
    args = ["score", "visits.toml", "visits.csv", "--engine", engine, "-o", f"out.{ending}"]
    ran = CliRunner().invoke(cli, args)
    assert ran.exit_code == 3
    assert "visits.csv:row 6:column occasion: 'sport' is no occasion" in ran.stderr
    if ending == "json":
        found = [
            tuple(each[name] for name in ("employee", "period", "occasion", "total"))
            for each in json.loads(Path("out.json").read_text("utf-8"))
        ]
    else:
        frame = pl.read_csv("out.csv", infer_schema=False)
        found = frame.select("employee", "period", "occasion", "total").rows()
    assert sorted(found) == sorted(EXPECTED)


def test_who_is_on_the_roster_alone_has_the_first_occasion(
    scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme()
    monkeypatch.chdir(tmp_path)
    Path("visits.csv").write_text(csv_of(ROWS[:4]), "utf-8")
    Path("roster.csv").write_text("employee\nE1\nE2\nE9\n", "utf-8")
    ran = CliRunner().invoke(cli, ["score", "visits.toml", "visits.csv", "--roster", "roster.csv", "-o", "out.json"])
    assert ran.exit_code == 0
    found = [
        (each["employee"], each["period"], each["occasion"]) for each in json.loads(Path("out.json").read_text("utf-8"))
    ]
    assert [each for each in found if each[0] == "E9"] == [("E9", "2024-Q1", "regular")]


def test_a_page_of_a_visit_draws_the_visits_before_it_and_no_quarter(
    scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme()
    monkeypatch.chdir(tmp_path)
    Path("visits.csv").write_text(csv_of(ROWS[:3]), "utf-8")
    assert CliRunner().invoke(cli, ["report", "visits.toml", "visits.csv", "-o", "report"]).exit_code == 0
    second = Path("report/people/E1__2024-03-15_232.html").read_text("utf-8")
    assert "15 March 2024: 80.00" in second and "Q1 2024" not in second
    assert 'class="so-far"' not in Path("report/people/E1__2024-03-15.html").read_text("utf-8")


@pytest.mark.parametrize(("language", "words"), [("en", ("regular", "spot")), ("zh", ("定期", "突击"))])
def test_pages_and_explanations_say_the_occasion_in_their_language(
    scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, str]
) -> None:
    scheme()
    monkeypatch.chdir(tmp_path)
    Path("visits.csv").write_text(csv_of(ROWS[:3]), "utf-8")
    ran = CliRunner().invoke(cli, ["report", "visits.toml", "visits.csv", "-o", "report", "--lang", language])
    assert ran.exit_code == 0
    index = Path("report/index.html").read_text("utf-8")
    assert index.count(f">{words[1]}</span>") == 2 and index.count(f">{words[0]}</span>") == 1
    pages = sorted(path.name for path in Path("report/people").iterdir())
    assert pages == ["E1__2024-03-15.html", "E1__2024-03-15_232.html", "E1__2024-Q1.html"]
    assert f">{words[1]}</bdi>" in Path("report/people/E1__2024-03-15_232.html").read_text("utf-8")
    ran = CliRunner().invoke(cli, ["explain", "visits.toml", "visits.csv", "--employee", "E1", "--lang", language])
    heads = [line for line in ran.stdout.splitlines() if line.startswith("E1")]
    assert [line.endswith(words[0]) for line in heads].count(True) == 1
    assert [line.endswith(words[1]) for line in heads].count(True) == 2
