"""Scheme files from disk: hostile ones, what a loaded scheme says of itself, and its speed."""

import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.soon import soon

from kpicore.errors import SchemeError
from kpicore.problem import Problem
from kpicore.protocols import Scheme
from kpicore.schemefile import load_raw, load_scheme, parse_scheme, raw_scheme
from kpicore.vocabulary import Vocabulary


@pytest.fixture
def path(tmp_path: Path, agents: str) -> Path:
    """The sound file on disk."""
    file = tmp_path / "agents.toml"
    file.write_text(agents, encoding="utf-8")
    return file


def test_a_scheme_says_what_the_protocol_asks(path: Path, vocabulary: Vocabulary) -> None:
    scheme = load_scheme(path, vocabulary)
    assert isinstance(scheme, Scheme)
    assert (scheme.id, scheme.version, scheme.effective.isoformat()) == ("shop/agents", "2024.1", "2024-05-01")
    assert (scheme.title.text("zh"), scheme.periods, scheme.path, scheme.warnings) == ("客服", ("month",), path, ())
    assert "conversion.points" in scheme.sheet().cells
    assert scheme.sheet() is scheme.sheet()


def test_content_is_plain_and_does_not_depend_on_how_numbers_are_written(path: Path, vocabulary: Vocabulary) -> None:
    first = load_scheme(path, vocabulary).content()
    path.write_text(path.read_text("utf-8").replace("0.75", "0.750").replace("weight = 35", "weight = 35.0"), "utf-8")
    second = load_scheme(path, vocabulary).content()
    assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    assert first["effective"] == "2024-05-01"
    assert first["params"]["line"]["value"] == "0.75"
    assert first["indicator"][0]["weight"] == 35


def test_content_holds_what_was_taken_over(path: Path, vocabulary: Vocabulary) -> None:
    child = path.with_name("child.toml")
    text = 'id = "shop/mine"\nversion = "1"\neffective = 2024-06-01\nextends = "shop/agents"\nwithout = ["care"]\n'
    child.write_text(text, encoding="utf-8")
    content = load_scheme(child, vocabulary, base=lambda name: load_raw(path)).content()
    assert not {"extends", "without"} & set(content)
    assert [row["id"] for row in content["indicator"]] == ["conversion", "attitude", "punctual"]


def test_a_problem_of_the_sheet_is_placed(
    path: Path, vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch, agents: str
) -> None:
    def build_sheet(model: object) -> object:
        raise SchemeError([Problem("circular", "These need each other.", key="indicator.conversion.measure")])

    monkeypatch.setitem(sys.modules, "kpicore.sheet", SimpleNamespace(build_sheet=build_sheet))
    with pytest.raises(SchemeError) as caught:
        load_scheme(path, vocabulary).sheet()
    line = agents[: agents.index('measure = "payers')].count("\n") + 1
    assert str(caught.value) == f"{path}:{line}: indicator.conversion.measure: These need each other."


def test_loading_raises_with_every_problem(path: Path, vocabulary: Vocabulary, agents: str) -> None:
    path.write_text(agents.replace("weight = 65", "weight = -1").replace("least_counted = 0.5", "x = 1"), "utf-8")
    with pytest.raises(SchemeError) as caught:
        load_scheme(path, vocabulary)
    assert [problem.key for problem in caught.value.problems] == ["x", "indicator.attitude.weight"]


def test_warnings_stay_with_the_scheme(path: Path, vocabulary: Vocabulary, agents: str) -> None:
    path.write_text(agents.replace("{ from = 90, grade", "{ from = 90, up_to = 99, grade").replace(
        '{ otherwise = true, grade = "B" }', '{ from = 0, below = 90, grade = "B" }'), "utf-8")  # fmt: skip
    (warning,) = load_scheme(path, vocabulary).warnings
    assert str(warning).startswith(f"warning: {path}:")
    assert "Values below 0 and above 99 have no band." in str(warning)


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"a = 1\nb = '\xff\xfe'\n", 2, "The file is not UTF-8 text."),
        ("title = '考核'\n".encode("gb18030"), 1, "The file is not UTF-8 text."),
        (b"PK\x03\x04\x00\x00", 1, "The file is not a text."),
        (b"a = 1\n" * 200_000, None, "The file is too large for a scheme."),
        (b"a = " + b"[" * 50_000, None, "Lists or tables are nested too deep."),
        (b"a = " + b"{a = " * 5_000, None, "Lists or tables are nested too deep."),
        (b"a" + b".a" * 5_000 + b" = 1", 1, "A key has more than twenty parts."),
        (b"a = 1\n[" + b"'a' . " * 5_000 + b"b]", 2, "A key has more than twenty parts."),
        (b"a = " + b"9" * 5_000, None, "A number in the file is too long."),
    ],
)
def test_hostile_files_are_refused_in_words(
    path: Path, vocabulary: Vocabulary, data: bytes, line: int | None, message: str
) -> None:
    path.write_bytes(data)
    with soon(), pytest.raises(SchemeError) as caught:
        load_scheme(path, vocabulary)
    (problem,) = caught.value.problems
    assert (problem.message, problem.place.line) == (message, line)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("least_counted = 0.5", "places = 0x" + "f" * 100_000, "The number is too long."),
        ("least_counted = 0.5", "least_counted = 1e99999999999999999999", "This is no finite number."),
        ("least_counted = 0.5", "least_counted = 0." + "1" * 100_000, "The number is too long."),
        ("least_counted = 0.5", "k" * 100_000 + " = 1", "is no key of a scheme."),
        ('id = "sales"', 'id = "' + "y" * 100_000 + '"', "can not be a name."),
        ("title = {", "source = " + "[" * 300 + "]" * 300 + "\ntitle = {", "A list stands where a text is meant."),
        (
            "[facts]",
            "[facts]\n" + "".join(f"k{i} = {{ kind = 'count' }}\n" for i in range(600)),
            "at most 500 are read",
        ),
        ("[[gate]]", "[[gate]]\nid='g'\n" * 600 + "[[gate]]", "at most 500 are read."),
        ("amounts = { A = 300", "amounts = { " + "".join(f"k{i} = 1, " for i in range(600)) + "A = 300", "at most 500"),
        ("{ from = 0.5, points = 20 },", "{ from = 0.5, points = 20 }," * 600, "at most 500 are read."),
        ('"payers / inquirers"', '"' + "(" * 500 + '"', "nested deeper"),
        ('"payers / inquirers"', '"' + "1+" * 1500 + '1"', "characters; at most"),
    ],
)
def test_hostile_values_are_refused_soon(agents: str, vocabulary: Vocabulary, old: str, new: str, message: str) -> None:
    with soon():
        _, problems = parse_scheme(agents.replace(old, new, 1), "a.toml", vocabulary)
    assert any(message in problem.message for problem in problems)
    assert all(len(str(problem)) < 1000 for problem in problems)


def test_files_that_are_not_there(tmp_path: Path, vocabulary: Vocabulary) -> None:
    with pytest.raises(SchemeError, match="There is no such file"):
        load_scheme(tmp_path / "none.toml", vocabulary)
    with pytest.raises(SchemeError, match="This is not a file"):
        load_scheme(tmp_path, vocabulary)
    with pytest.raises(SchemeError, match="can not be read"):
        load_scheme("nul\0.toml", vocabulary)


def test_a_byte_order_mark_on_disk_is_read_over(path: Path, vocabulary: Vocabulary, agents: str) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + agents.encode())
    assert load_scheme(path, vocabulary).id == "shop/agents"


def test_lines_are_found_in_every_spelling_of_toml() -> None:
    text = """\
a.b = 1
"c d" = [ # a remark
  1,
  { e = 2,
    f = 3 } ]
[t.u]
'v' = 1
[[rows]]
x = 1
[rows.inner]
y = 1
[[rows]]
"\\u0078" = 2
"""
    raw = raw_scheme(text, "f")
    expected: dict[tuple[str | int, ...], int] = {
        ("a", "b"): 1,
        ("c d", 0): 3,
        ("c d", 1, "f"): 5,
        ("t", "u", "v"): 7,
        ("rows", 0, "x"): 9,
        ("rows", 0, "inner", "y"): 11,
        ("rows", 1): 12,
        ("rows", 1, "x"): 13,
    }
    assert {path: raw.lines[path] for path in expected} == expected
    assert raw.place(("rows", 1, "missing", "deeper")).line == 12
    assert raw.place(("nothing",)).line == 1


def test_a_file_is_loaded_without_anything_heavy(path: Path) -> None:
    program = f"""
import sys
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import load_scheme
from kpicore.vocabulary import Vocabulary
load_scheme({str(path)!r}, Vocabulary.of(RULES, FUNCTIONS))
print([name for name in sys.modules if name.startswith(("tree_sitter", "polars", "jinja2"))])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
