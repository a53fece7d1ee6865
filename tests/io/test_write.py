"""Writing results and problems: forms, types, what a spreadsheet must not run, files that are whole or not there."""

from __future__ import annotations

import csv
import io
import json
import stat
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import polars
import pytest
from attrs import evolve

from kpicore.errors import DataError
from kpicore.io.flatfile import safe_cell
from kpicore.io.protocol import ResultWriter, WriteContext, by_suffix
from kpicore.io.write import WRITERS, write_problems, write_results, writer_for
from kpicore.problem import Place, Problem
from kpicore.result import IndicatorResult, Result
from kpicore.row import Reason

BUILT_IN = by_suffix(WRITERS)
RESULT = Result(
    employee="007",
    name="张三",
    team="=T1",
    period="2024-03",
    scheme="shop/agents",
    version="1",
    hash="sha256:00",
    status="scored",
    sum=Decimal("86.50"),
    counted_marks=Decimal("100.00"),
    full_marks=Decimal("100.00"),
    total=Decimal("86.50"),
    grade="B",
    rank=2,
    groups={"sales": Decimal("61.50")},
    indicators={
        "rate": IndicatorResult(Decimal("0.6600"), Decimal("80.00"), Decimal("28.00"), Decimal("35.00"), "scored"),
        "choice": IndicatorResult("good", Decimal("5.00"), Decimal("5.00"), Decimal("5.00"), "scored"),
    },
    gates={"no_breach": "passed"},
    pay={"bonus": Decimal("-50.00")},
    pay_total=Decimal("-50.00"),
    decision=None,
    reasons=(Reason.of("missing_figure", fact="payers"),),
)
BLANK = evolve(
    RESULT,
    employee="008",
    name=None,
    status="incomplete",
    total=None,
    grade=None,
    rank=None,
    groups={"sales": Decimal("1.5")},
    indicators={"rate": IndicatorResult(None, None, None, Decimal("35.00"), "missing")},
    pay={"bonus": None},
    pay_total=None,
    reasons=(),
)


def write(path: Path, *results: Result) -> Path:
    write_results(results, path, BUILT_IN)
    return path


def test_json_is_an_array_with_a_line_for_each(tmp_path: Path) -> None:
    text = write(tmp_path / "out.json", RESULT, BLANK).read_text(encoding="utf-8")
    assert json.loads(text) == [RESULT.to_dict(), BLANK.to_dict()]
    assert text.splitlines() == ["[", RESULT.to_json() + ",", BLANK.to_json(), "]"]
    assert "张三" in text
    assert json.loads(write(tmp_path / "none.json").read_text()) == []


def test_json_lines(tmp_path: Path) -> None:
    text = write(tmp_path / "out.JSONL", RESULT, BLANK).read_text(encoding="utf-8")
    assert text == f"{RESULT.to_json()}\n{BLANK.to_json()}\n"


def test_standard_output_is_json_lines() -> None:
    out = io.BytesIO()
    write_results([RESULT], "-", BUILT_IN, out)
    assert json.loads(out.getvalue()) == RESULT.to_dict()


@pytest.mark.parametrize("ending", [".json", ".jsonl"])
def test_json_is_written_as_results_come(tmp_path: Path, ending: str) -> None:
    class Spy(io.BytesIO):
        pass

    spy = Spy()

    def results() -> Iterator[Result]:
        yield RESULT
        assert b'"007"' in spy.getvalue()
        yield BLANK

    BUILT_IN[ending].write(results(), spy, WriteContext())
    assert spy.getvalue().count(b'"employee"') == 2


def test_csv_is_flat_and_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    data = write(tmp_path / "out.csv", RESULT, BLANK).read_bytes()
    assert data.startswith(b"\xef\xbb\xbfemployee,name,team,")
    first, second = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert (first["employee"], first["name"], first["team"]) == ("007", "张三", "'=T1")
    assert (first["total"], first["rate.score"], first["pay.bonus"], first["rank"]) == ("86.50", "28.00", "-50.00", "2")
    assert json.loads(first["reasons"]) == [{"code": "missing_figure", "fact": "payers"}]
    assert (second["total"], second["pay.bonus"], second["choice.measure"]) == ("", "", "")
    assert (tmp_path / "none.csv").exists() is False
    assert write(tmp_path / "none.csv").read_text(encoding="utf-8-sig").startswith("employee,name,")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@a", "\ta", "\ra", "\n=a", "-", "＝1", "-1.5.2", "- 5"])
def test_what_looks_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", ["-50.00", "-3", "0.5", "E-1", "", "张三", 7, -7])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert safe_cell(value) == str(value)


def test_parquet_has_types(tmp_path: Path) -> None:
    frame = polars.read_parquet(write(tmp_path / "out.parquet", RESULT, BLANK))
    assert frame["employee"].to_list() == ["007", "008"]
    assert frame.schema["total"] == polars.Decimal(38, 2)
    assert frame.schema["rate.measure"] == polars.Decimal(38, 4)
    assert frame.schema["choice.measure"] == polars.String
    assert frame.schema["rank"] == polars.Int64
    assert frame["total"].to_list() == [Decimal("86.50"), None]
    assert frame["groups.sales"].to_list() == [Decimal("61.50"), Decimal("1.50")]
    assert frame["pay.bonus"].to_list() == [Decimal("-50.00"), None]
    assert frame["choice.measure"].to_list() == ["good", None]
    assert frame["team"].to_list() == ["=T1", "=T1"]
    assert frame["gates.no_breach"].to_list() == ["passed", "passed"]
    assert polars.read_parquet(write(tmp_path / "none.parquet")).height == 0


def test_a_parquet_number_of_more_than_38_digits_becomes_a_text(tmp_path: Path) -> None:
    long = evolve(RESULT, total=Decimal("1" + "0" * 36 + ".25"))
    assert polars.read_parquet(write(tmp_path / "a.parquet", long))["total"].to_list() == ["1" + "0" * 36 + ".25"]


def test_a_parquet_name_that_two_things_share_becomes_a_text(tmp_path: Path) -> None:
    line = RESULT.indicators["rate"]
    shared = evolve(RESULT, indicators={"pay": line}, pay={"bonus": Decimal("1.00")})
    frame = polars.read_parquet(write(tmp_path / "a.parquet", shared))
    assert frame["pay.state"].to_list() == ["scored"]
    assert frame["pay.bonus"].to_list() == [Decimal("1.00")]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("folder", "unknown_ending", "Results are written to .json, .jsonl, .csv, .parquet, .xlsx"),
        ("folder.json", "not_a_file", "This is a folder."),
        ("none/out.json", "no_such_folder", "There is no folder"),
        ("out.docx", "unknown_ending", "Nothing writes files that end in .docx."),
        ("out.xls", "unknown_ending", "Nothing writes files that end in .xls."),
    ],
)
def test_where_nothing_can_be_written(tmp_path: Path, name: str, code: str, words: str) -> None:
    for folder in ("folder", "folder.json"):
        (tmp_path / folder).mkdir()
    with pytest.raises(DataError) as caught:
        writer_for(tmp_path / name, BUILT_IN)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.place.file == str(tmp_path / name)
    assert words in str(problem)


@pytest.mark.parametrize("ending", [".json", ".jsonl", ".csv", ".parquet", ".xlsx"])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    path.write_text("old")

    def results() -> Iterator[Result]:
        yield RESULT
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_results(results(), path, BUILT_IN)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_in_words(tmp_path: Path) -> None:
    class Full:
        suffixes = (".json",)

        def write(self, results: Iterable[Result], target: BinaryIO, context: WriteContext) -> None:
            raise OSError(28, "No space left on device")

    writer: ResultWriter = Full()
    with pytest.raises(DataError, match="It can not be written: no space left on device"):
        write_results([RESULT], tmp_path / "a.json", by_suffix([writer]))
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_keeps_its_rights_and_its_links(tmp_path: Path) -> None:
    path, link = tmp_path / "out.json", tmp_path / "link.json"
    path.write_text("old")
    path.chmod(0o600)
    link.symlink_to(path)
    write(link, RESULT)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text(encoding="utf-8")) == [RESULT.to_dict()]


def test_problems_as_a_table(tmp_path: Path) -> None:
    problems: list[Problem] = [
        Problem(
            "bad_figure",
            "'=x' is not a number.",
            place=Place("a.csv", page="one", row=3, column="payers"),
            key="payers",
            hint="Write a number.",
            value="=x",
            expected="a number",
        ),
        Problem("bad_toml", "No value.", "warning", Place("p.toml", line=4)),
    ]
    path = tmp_path / "out.problems.csv"
    write_problems(problems, path)
    rows: list[Any] = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    assert rows == [
        ["file", "page", "row", "column", "value", "expected", "code", "severity", "message", "hint"],
        [
            *("a.csv", "one", "3", "payers", "'=x", "a number", "bad_figure", "error"),
            *("payers: '=x' is not a number.", "Write a number."),
        ],
        ["p.toml", "", "4", "", "", "", "bad_toml", "warning", "No value.", ""],
    ]
