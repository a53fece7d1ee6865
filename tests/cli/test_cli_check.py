"""`kpicore check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

import kpicore
from kpicore.check.finding import CODES
from kpicore.messages import catalogue
from kpicore.model import Sheet

Run = Callable[..., Result]
ROOT = Path(__file__).resolve().parents[2]
KEYS = ["code", "severity", "message", "file", "line", "key", "witness"]
SHEET = """\
id = "made/sheet"
version = "1"
effective = 2024-01-01
periods = ["month"]

[facts]
sold = { kind = "count", provider = "shop" }

[[indicator]]
id = "sales"
weight = 100
measure = "sold"
better = "higher"
rule = { kind = "bands", bands = [
  { from = 91, points = 100 },
  { from = 86, up_to = END, points = 80 },
  { up_to = 85, points = 0 },
] }
"""


@pytest.fixture
def sheets(place: Path) -> None:
    """A sheet without a hole, and one with a hole."""
    (place / "sound.toml").write_text(SHEET.replace("END", "90"), "utf-8")
    (place / "hole.toml").write_text(SHEET.replace("END", "89").replace("made/sheet", "made/hole"), "utf-8")
    (place / "sub").mkdir()


HOLE = (
    "hole.toml:14: error: indicator.sales.rule.bands: "
    "No band holds 90, between bands 2 (line 16) and 1 (line 15): whoever has that has no points."
)
pytestmark = pytest.mark.usefixtures("sheets")


def test_a_sheet_without_errors(run: Run) -> None:
    result = run("check", "sound.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "made/sheet 1: 0 errors, 0 warnings, 3 notes\n"


def test_a_sheet_with_an_error(run: Run) -> None:
    result = run("check", "hole.toml")
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout == f"made/hole 1: 1 error, 0 warnings, 3 notes\n  {HOLE}\n"


def test_in_chinese(run: Run) -> None:
    result = run("check", "hole.toml", "--lang", "zh")
    assert result.exit_code == 1
    assert result.stdout == (
        "made/hole 1：1 处错误、0 处警告、3 处提示\n"
        "  hole.toml:14: 错误: indicator.sales.rule.bands: "
        "没有任何一档包含 90（在档 2（第 16 行）、档 1（第 15 行）之间）：得此值者没有得分。\n"
    )


def test_with_its_notes(run: Run) -> None:
    lines = run("check", "sound.toml", "-v").stdout.splitlines()[1:]
    assert lines == [
        "  sound.toml:14: note: indicator.sales.rule: The greatest step: 0 at 85, 80 at 86.",
        "  sound.toml:9: note: indicator.sales: From 0 to 100.",
        "  sound.toml:1: note: total: From 0 to 100.",
    ]


def test_warnings_do_not_fail(run: Run) -> None:
    result = run("check", "service/plan-evaluation")
    assert result.exit_code == 0
    assert " warning: indicator.data_accuracy.levels[2]: " in result.stdout


def test_as_data(run: Run) -> None:
    result = run("check", "hole.toml", "sound.toml", "--json")
    assert (result.exit_code, result.stderr) == (1, "")
    listed = json.loads(result.stdout)
    assert all(list(each) == KEYS for each in listed)
    assert {each["file"] for each in listed} == {"hole.toml", "sound.toml"}
    assert listed[0] == {
        "code": "hole",
        "severity": "error",
        "message": HOLE.rpartition("bands: ")[2],
        "file": "hole.toml",
        "line": 14,
        "key": "indicator.sales.rule.bands",
        "witness": "90",
    }
    steps = [each["witness"] for each in listed if each["code"] == "cliff"]
    assert steps == [["85", "86"]] * 2


def test_as_data_in_chinese(run: Run) -> None:
    first = json.loads(run("check", "hole.toml", "--json", "--lang", "zh").stdout)[0]
    assert first["severity"] == "error"
    assert first["message"].startswith("没有任何一档包含 90")


def test_nothing_found_is_an_empty_list(run: Run, place: Path) -> None:
    text = SHEET.partition("[[indicator]]")[0]
    (place / "pay.toml").write_text(text + '[[pay]]\nid = "a"\namount = "3 * sold"\n', "utf-8")
    assert run("check", "pay.toml", "--json").stdout == "[]\n"


def test_several_schemes_by_path_and_id(run: Run) -> None:
    result = run("check", "hole.toml", "service/kpi-library", "sound.toml")
    assert result.exit_code == 1
    assert [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")] == [
        "made/hole",
        "service/kpi-library",
        "made/sheet",
    ]


@pytest.mark.parametrize(
    ("scheme", "sentence"),
    [
        ("nope.toml", "nope.toml: There is no such file."),
        ("sub", "There is no scheme 'sub'."),
        ("sub.toml", "sub.toml: There is no such file."),
        ("made/nothing", "There is no scheme 'made/nothing'."),
    ],
)
def test_what_is_not_there_is_said_and_the_others_are_checked(run: Run, scheme: str, sentence: str) -> None:
    result = run("check", scheme, "hole.toml")
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)
    assert "made/hole 1: 1 error" in result.stdout


def test_a_folder_by_a_name_of_a_file(run: Run, place: Path) -> None:
    (place / "folder.toml").mkdir()
    result = run("check", "folder.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "folder.toml: This is not a file.\n"


def test_a_scheme_that_can_not_be_read(run: Run, place: Path) -> None:
    (place / "bad.toml").write_text(SHEET.replace("END", '"sold"'), "utf-8")
    result = run("check", "bad.toml", "--json")
    assert result.exit_code == 2
    assert result.stderr.startswith("bad.toml:16: indicator.sales.rule.bands[2].up_to: ")
    assert result.stdout == "[]\n"


def test_all_schemes_are_checked_without_any(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0
    ids = [line.split()[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert ids == [entry.id for entry in kpicore.load().schemes()]
    assert " error: " not in result.stdout


@pytest.mark.parametrize("path", sorted(ROOT.glob("examples/*.toml")), ids=lambda path: path.name)
def test_the_examples_have_no_errors(run: Run, path: Path) -> None:
    if not path.name.endswith(".cases.toml"):
        assert run("check", str(path)).exit_code == 0


class InPython:
    """A scheme that a plugin makes in code, of the model of a file."""

    def __init__(self, path: Path) -> None:
        self._file = kpicore.load().scheme(str(path)).newest.scheme
        self.id, self.version, self.effective = self._file.id, self._file.version, self._file.effective
        self.title, self.periods = self._file.title, self._file.periods

    def sheet(self) -> Sheet:
        return self._file.sheet()

    def content(self) -> dict[str, object]:
        return {}


def test_a_scheme_in_python_has_no_file(run: Run, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Plugin:
        @kpicore.hookimpl
        def register_schemes(self) -> list[object]:
            return [InPython(place / "hole.toml")]

    registry = kpicore.load(plugins=[Plugin()], entry_points=False)
    monkeypatch.setattr("kpicore.cli.open.load", lambda: registry)
    result = run("check", "made/hole")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1] == (
        "  error: indicator.sales.rule.bands: No band holds 90, between bands 2 and 1: whoever has that has no points."
    )
    first = json.loads(run("check", "--json").stdout)[0]
    assert (first["file"], first["line"], first["witness"]) == (None, None, "90")


def test_every_code_is_explained_and_worded() -> None:
    page = (ROOT / "docs/check.md").read_text("utf-8")
    for name, code in CODES.items():
        assert f"### `{name}` ({code.severity})\n\n{code.means}\n\n*How to mend it:* {code.mend}\n" in page
        for language in ("en", "zh"):
            assert f"check.found.{name}" in catalogue(language)
    assert {key.rpartition(".")[2] for key in catalogue("en") if key.startswith("check.found.")} == set(CODES)
