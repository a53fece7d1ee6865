"""`kpicore draw`."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

Run = Callable[..., Result]
HEAD = "employee,name,team,employed_from,employed_to\n"
LINES = [
    "E001,王芳,T1,,",
    "E002,李强,T1,2023-05-01,",
    "E003,赵敏,T2,,2024-03-14",
    "E004,孙丽,T2,2024-03-15,",
    "E005,周杰,T2,,",
    "E006,吴刚,,,",
]


@pytest.fixture(autouse=True)
def roster(place: Path) -> Path:
    path = place / "roster.csv"
    path.write_text(HEAD + "\n".join(LINES) + "\n", "utf-8")
    return path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.removeprefix("\ufeff").splitlines()))


def test_a_list_on_the_standard_output(run: Run) -> None:
    result = run("draw", "roster.csv", "--share", "20%", "--seed", "S")
    assert result.exit_code == 0
    found = rows(result.stdout)
    assert len(found) == 2  # 20 % of 6 heads, rounded up
    assert (found[0]["draw.seed"], found[0]["draw.share"], found[0]["draw.people"]) == ("S", "20 %", "6")
    assert re.fullmatch(
        r"2 of 6 people drawn \(20 %, rounded up\), seed S, roster sha256:[0-9a-f]{64}\n", result.stderr
    )
    assert run("draw", "roster.csv", "--share", "0.2", "--seed", "S").stdout == result.stdout
    assert run("draw", "roster.csv", "--share", "20%", "--seed", "S2").stdout != result.stdout


def test_the_same_draw_comes_from_any_form_of_the_roster(run: Run) -> None:
    expected = run("draw", "roster.csv", "--share", "50%", "--seed", "S").stdout
    shuffled = [
        "工号;部门;级别;姓名",
        *(";".join((f[0], f[2], "x", f[1])) for f in (line.split(",") for line in LINES[::-1])),
    ]
    Path("other.csv").write_text("\n".join(shuffled) + "\n", "gb18030")
    book = openpyxl.Workbook()
    for cells in (
        ["花名册"],
        ["team", "name", "employee"],
        *([f[2], f[1], f[0]] for f in (line.split(",") for line in LINES)),
    ):
        book.active.append(cells)
    book.save("other.xlsx")
    for other in ("other.csv", "other.xlsx"):
        assert run("draw", other, "--share", "50%", "--seed", "S").stdout == expected


@pytest.mark.parametrize("out", ["drawn.csv", "drawn.json", "drawn.xlsx"])
def test_a_list_in_a_file_that_is_checked(run: Run, out: str) -> None:
    result = run("draw", "roster.csv", "--share", "50%", "--seed", "S", "-o", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.endswith(f"; list in {out}\n")
    checked = run("draw", "roster.csv", "--verify", out)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert checked.stdout.startswith(f"{out} is as it was drawn: 3 of 6 people drawn (50 %, rounded up), seed S")
    assert run("draw", "roster.csv", "--verify", out, "--seed", "S", "--share", "0.5").exit_code == 0
    assert "与抽取结果一致" in run("draw", "roster.csv", "--verify", out, "--lang", "zh").stdout


def test_a_list_that_was_not_drawn_so(run: Run, roster: Path) -> None:
    run("draw", "roster.csv", "--count", "3", "--seed", "S", "-o", "drawn.csv")
    result = run("draw", "roster.csv", "--verify", "drawn.csv", "--seed", "T", "--on", "2024-03-15", "--team", "T1")
    assert (result.exit_code, result.stdout) == (1, "drawn.csv was NOT drawn so from this roster\n")
    assert "drawn.csv: seed: The list has 'S' for it, not 'T'." in result.stderr
    assert "drawn.csv: on: The list has '' for it, not '2024-03-15'." in result.stderr
    assert "drawn.csv: teams: The list has '' for it, not '[\"T1\"]'." in result.stderr
    roster.write_text(HEAD + "\n".join(LINES[1:]) + "\n", "utf-8")
    result = run("draw", "roster.csv", "--verify", "drawn.csv")
    assert result.exit_code == 1
    assert "drawn among 6 people" in result.stderr and "this roster has 5" in result.stderr
    assert run("draw", "roster.csv", "--verify", "roster.csv").exit_code == 2
    assert run("draw", "roster.csv", "--verify", "none.csv").exit_code == 2


def test_within_each_team_and_among_some(run: Run) -> None:
    within = rows(run("draw", "roster.csv", "--share", "20%", "--seed", "S", "--within", "team").stdout)
    assert [row["team"] for row in within] == ["T1", "T2", ""]
    some = rows(run("draw", "roster.csv", "--share", "100%", "--seed", "S", "--team", "T1", "--team", "T2").stdout)
    assert {row["employee"] for row in some} == {"E001", "E002", "E003", "E004", "E005"}
    assert json.loads(some[0]["draw.teams"]) == ["T1", "T2"]


def test_who_is_in_post_on_the_day(run: Run) -> None:
    def of(*args: str) -> set[str]:
        return {
            row["employee"] for row in rows(run("draw", "roster.csv", "--share", "100%", "--seed", "S", *args).stdout)
        }

    everybody = {"E001", "E002", "E003", "E004", "E005", "E006"}
    assert of() == everybody
    assert of("--on", "2024-03-14") == everybody - {"E004"}
    assert of("--on", "2024年3月15日") == everybody - {"E003"}
    assert of("--period", "2024-03-15#2") == everybody - {"E003"}  # a day says on which day
    assert of("--period", "2024-03-15", "--on", "2024-03-14") == everybody - {"E004"}
    assert of("--period", "2024-Q1") == everybody


def test_columns_for_a_file_of_figures(run: Run) -> None:
    args = ("draw", "roster.csv", "--count", "1", "--seed", "S", "--period", "2024/3/15")
    (row,) = rows(run(*args).stdout)
    assert list(row)[:6] == ["employee", "name", "team", "period", "occasion", "draw.version"]
    assert (row["period"], row["occasion"], row["draw.on"]) == ("2024-03-15", "random", "2024-03-15")
    (row,) = rows(run(*args, "--occasion", "抽查").stdout)
    assert row["occasion"] == "抽查"


def test_problems_of_the_roster_are_told_as_elsewhere(run: Run, roster: Path) -> None:
    roster.write_text(HEAD + "\n".join([*LINES, "E001,王芳,T9,,", ",x,T1,,"]) + "\n", "utf-8")
    result = run("draw", "roster.csv", "--share", "100%", "--seed", "S")
    assert result.exit_code == 3
    assert (
        "roster.csv:row 8:column employee: 'E001' stands in roster.csv:row 2 already, with other words."
        in result.stderr
    )
    assert "roster.csv:row 9:column employee: The row names no employee. It is set aside." in result.stderr
    assert [row["employee"] for row in rows(result.stdout)].count("E001") == 1
    roster.write_text(HEAD + "\n".join([*LINES, LINES[0]]) + "\n", "utf-8")
    result = run("draw", "roster.csv", "--share", "100%", "--seed", "S")
    assert result.exit_code == 0 and "warning: roster.csv:row 8" in result.stderr


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--share", "20%"], "A draw needs a seed"),
        (["--seed", "S"], "How many are to be drawn?"),
        (["--seed", "S", "--share", "120%"], "share: The share can not be used: '120%' is outside what is possible."),
        (["--seed", "S", "--share", "-5%"], "share: The share can not be used"),
        (["--seed", "S", "--share", "20"], "Write 20 % or 0.2."),
        (["--seed", "S", "--share", "20%", "--count", "2"], "said twice"),
        (["--seed", "S", "--count", "7"], "7 can not be drawn: there are only 6 people."),
        (["--seed", "S", "--count", "x"], "'x' is not a valid integer"),
        (["--seed", "S", "--count", "1", "--team", "T3"], "Nobody on the roster is in the team 'T3'."),
        (["--seed", "S", "--count", "1", "--on", "2024-03"], "is a month, where a day is meant"),
        (["--seed", "S", "--count", "1", "--period", "soon"], "'soon' is not a period"),
        (["--seed", "S", "--count", "1", "--occasion", "spot"], "--occasion is for the list of a --period"),
        (["--seed", "S", "--count", "1", "-o", "drawn.pdf"], "Nothing writes lists that end in .pdf"),
        (["--seed", "S", "--count", "1", "-o", "roster.csv"], "also given as another file"),
        (["--verify", "x.csv", "-o", "y.csv"], "--verify draws nothing"),
        (["--seed", "=1+1", "--count", "1"], "begins with a sign that spreadsheets change"),
    ],
)
def test_what_can_not_be_done(run: Run, roster: Path, args: list[str], told: str) -> None:
    before = roster.read_bytes()
    result = run("draw", "roster.csv", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert roster.read_bytes() == before
    assert sorted(path.name for path in Path().iterdir() if path.suffix != ".toml") == ["counter.csv", "roster.csv"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("employee,team\n", "The roster names nobody, so nobody can be drawn."),
        ("", "empty"),
        ("name,team\nx,T1\n", "The roster has no column employee."),
    ],
)
def test_a_roster_of_nobody(run: Run, roster: Path, text: str, told: str) -> None:
    roster.write_text(text, "utf-8")
    result = run("draw", "roster.csv", "--count", "1", "--seed", "S")
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_missing_roster(run: Run) -> None:
    result = run("draw", "none.csv", "--count", "1", "--seed", "S")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "none.csv: It can not be read: there is no such file.\n"


def test_the_page_of_the_commands_says_how_to_check_by_hand(run: Run, roster: Path) -> None:
    """The shell commands of docs/commands.md give the hashes of a draw."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "commands.md").read_text("utf-8")
    section = page.partition("\n## kpicore draw\n")[2]
    (block,) = re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    roster.write_text("employee,team\nE002,T1\nE001,T1\n", "utf-8")
    found = rows(run("draw", "roster.csv", "--count", "2", "--seed", "S").stdout)
    told = found[0]["draw.roster"].removeprefix("sha256:")
    script = f"seed=S roster={told}\n{block}{block.splitlines()[1].replace('E001', 'E002')}\n"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    by_hand, first, second = (line.split()[0] for line in done.stdout.splitlines())
    assert by_hand == told
    assert [row["employee"] for row in found] == (["E001", "E002"] if first < second else ["E002", "E001"])
