"""Opening files: the reader by the ending, and in words what can not be opened."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpicore.errors import DataError
from kpicore.io.protocol import TableReader, by_suffix
from kpicore.io.source import READERS, open_tables
from kpicore.io.table import Table, column_letter

BUILT_IN = by_suffix(READERS)


class LinesReader:
    """A reader as a plugin may bring it."""

    suffixes = (".LINES",)

    def read(self, path: Path) -> Iterator[Table]:
        words = path.read_text().split()
        yield Table(str(path), "one", words[:1], enumerate(([word] for word in words[1:]), 2))


def test_a_plugins_reader_is_picked_by_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "a.lines"
    path.write_text("employee E001")
    reader: TableReader = LinesReader()
    (table,), problems = open_tables([path], by_suffix([*READERS, reader]))
    assert isinstance(table, Table)
    assert (table.page, list(table.rows), problems) == ("one", [(2, ["E001"])], ())


def test_the_first_to_claim_an_ending_keeps_it() -> None:
    class Other(LinesReader):
        suffixes = (".csv",)

    assert by_suffix([*READERS, Other()])[".csv"] is READERS[0]


@pytest.mark.parametrize(
    ("name", "code", "words", "hint"),
    [
        ("none.csv", "no_such_file", "there is no such file", ""),
        ("folder", "not_a_file", "This is a folder.", "Name the files"),
        (
            "figures.docx",
            "unknown_ending",
            "end in .docx",
            "Files of figures end in .csv, .tsv, .xlsx, .xlsm, .parquet.",
        ),
        ("figures", "unknown_ending", "has no ending", ".csv, .tsv, .xlsx, .xlsm, .parquet"),
        ("figures.xls", "unknown_ending", "Workbooks that end in .xls are not read.", "save it as .xlsx"),
    ],
)
def test_what_can_not_be_opened(tmp_path: Path, name: str, code: str, words: str, hint: str) -> None:
    (tmp_path / "folder").mkdir()
    for other in ("figures.docx", "figures", "figures.xls"):
        (tmp_path / other).write_bytes(b"x")
    with pytest.raises(DataError) as caught:
        open_tables([tmp_path / name], BUILT_IN)
    (problem,) = caught.value.problems
    assert problem.code == code
    assert problem.place.file == str(tmp_path / name)
    assert words in problem.message
    assert hint in problem.hint


def test_all_that_can_not_be_opened_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        open_tables([tmp_path / "a.csv", tmp_path, "b\0.csv"], BUILT_IN)
    assert [problem.code for problem in caught.value.problems] == ["no_such_file", "not_a_file", "no_such_file"]


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("employee\nE001\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run as root, who may read everything
    with pytest.raises(DataError, match="you have no permission to read it"):
        open_tables([path], BUILT_IN)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    with pytest.raises(DataError, match="not an ordinary file"):
        open_tables([tmp_path / "a.csv"], BUILT_IN)


def test_a_file_that_is_not_what_it_says_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"PK\x03\x04....")
    (tmp_path / "b.csv").write_text("employee\nE001\n")
    tables, problems = open_tables([tmp_path / "a.csv", tmp_path / "b.csv"], BUILT_IN)
    assert [table.file for table in tables] == [str(tmp_path / "b.csv")]
    assert [problem.code for problem in problems] == ["wrong_format"]


def test_column_letters() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize("module", ["numpy", "polars", "python_calamine", "xlsxwriter"])
def test_what_is_heavy_is_not_loaded_until_it_is_needed(module: str) -> None:
    code = f"import sys, kpicore.io.coverage, kpicore.io.write; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
