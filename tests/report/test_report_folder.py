"""The folder of a report: whole or not at all, and nobody else's files are touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpicore.errors import DataError
from kpicore.explain.use import Explanation
from kpicore.report import write_report
from kpicore.report.folder import MARKER, ReportFolder, placed_folder
from kpicore.row import Row

Entry = tuple[Explanation, Row]


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_report_has_an_index_and_a_page_for_each(person: Callable[..., Entry], tmp_path: Path) -> None:
    found = write_report([person(), person("E2")], tmp_path / "out", "en")
    assert (found.index, found.pages) == (tmp_path / "out" / "index.html", 2)
    assert files(tmp_path / "out") == {MARKER, "index.html", "people/E1__2024-03.html", "people/E2__2024-03.html"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_former_report_is_replaced_and_other_files_stay(person: Callable[..., Entry], tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_report([person("E1"), person("E2")], out, "en")
    (out / "remarks.txt").write_text("keep me")
    write_report([person("E2", name="New Name"), person("E3")], out, "en")
    pages = {"people/E2__2024-03.html", "people/E3__2024-03.html"}
    assert files(out) == {MARKER, "index.html", "remarks.txt", *pages}
    assert "New Name" in (out / "people/E2__2024-03.html").read_text("utf-8")


def test_an_empty_folder_is_used(person: Callable[..., Entry], tmp_path: Path) -> None:
    write_report([person()], tmp_path, "en")
    assert (tmp_path / "index.html").is_file()


def test_a_folder_of_other_things_is_left_alone(person: Callable[..., Entry], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(DataError, match=r"holds other things than a report.*\n.*Name a new folder"):
        write_report([person()], tmp_path, "en")
    assert files(tmp_path) == {"thesis.txt"}


def test_a_file_that_is_no_report_s_own_is_not_replaced(person: Callable[..., Entry], tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_report([person("E1")], out, "en")
    (out / "people" / "E2__2024-03.html").write_text("mine")
    before = (out / "index.html").read_text("utf-8")
    with pytest.raises(DataError, match="belongs to no report"):
        write_report([person("E2")], out, "en")
    assert (out / "people" / "E2__2024-03.html").read_text() == "mine"
    assert (out / "index.html").read_text("utf-8") == before


def test_a_file_or_a_missing_parent_is_told(person: Callable[..., Entry], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="This is a file"):
        write_report([person()], tmp_path / "file", "en")
    with pytest.raises(DataError, match="There is no folder"):
        write_report([person()], tmp_path / "not" / "there", "en")


def test_nothing_is_left_where_an_entry_fails(person: Callable[..., Entry], tmp_path: Path) -> None:
    def entries() -> Iterator[Entry]:
        yield person("E1")
        raise DataError("the second row is bad")

    with pytest.raises(DataError, match="the second row"):
        write_report(entries(), tmp_path / "out", "en")
    assert list(tmp_path.iterdir()) == []


def test_a_former_report_stands_where_an_entry_fails(person: Callable[..., Entry], tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_report([person("E1")], out, "en")
    before = {name: (out / name).read_bytes() for name in files(out)}

    def entries() -> Iterator[Entry]:
        yield person("E1", name="Somebody Else")
        raise DataError("the second row is bad")

    with pytest.raises(DataError):
        write_report(entries(), out, "en")
    assert {name: (out / name).read_bytes() for name in files(out)} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_marker_can_not_name_files_elsewhere(person: Callable[..., Entry], tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_report([person("E1")], out, "en")
    victim = tmp_path / "victim.html"
    victim.write_text("mine")
    (out / "notes.html").write_text("mine")
    listed = ["../victim.html", "people/../notes.html", "notes.html", "index.html", 7, "people/E1__2024-03.html"]
    (out / MARKER).write_text(json.dumps({"files": listed}))
    write_report([person("E2")], out, "en")
    assert victim.read_text() == "mine" and (out / "notes.html").read_text() == "mine"
    assert not (out / "people" / "E1__2024-03.html").exists()


def test_a_folder_of_pages_that_leads_elsewhere_is_refused(person: Callable[..., Entry], tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / MARKER).write_text(json.dumps({"files": []}))
    (out / "people").symlink_to(elsewhere, target_is_directory=True)
    with pytest.raises(DataError, match="no folder of a report"):
        write_report([person()], out, "en")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("name", ["../x.html", "people/../../x.html", "x.html", "people/a b.html", "people/x.txt"])
def test_only_names_of_pages_are_written(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no place"):
        ReportFolder(tmp_path).write(name, "")


def test_the_same_person_and_period_twice_has_two_pages(person: Callable[..., Entry], tmp_path: Path) -> None:
    write_report([person(), person()], tmp_path / "out", "en")
    assert {"people/E1__2024-03.html", "people/E1__2024-03__2.html"} <= files(tmp_path / "out")


def test_a_text_that_no_file_can_hold_does_not_stop_a_report(tmp_path: Path) -> None:
    with placed_folder(tmp_path / "out") as folder:
        folder.write("index.html", "half a character: \ud800")
    assert "half a character: ?" in (tmp_path / "out" / "index.html").read_text("utf-8")
