"""`kpicore compare` and `kpicore cohort` as people run them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

import kpicore
from kpicore.sample import sample_frame

AGENTS = "ecommerce/agent-indicators"
Run = Process = Callable[..., Any]


@pytest.fixture
def figures(tmp_path: Path) -> str:
    scheme = kpicore.load().scheme(AGENTS)
    table = sample_frame(scheme.newest, people=40, months=1, first="2024-03")
    names = ["=1+1", "<b>bold</b>", *table["name"].to_list()[2:]]
    table.with_columns(pl.Series("name", names)).write_csv(tmp_path / "figures.csv")
    return "figures.csv"


def test_one_scheme_with_another_setting(run: Run, figures: str) -> None:
    told = run("compare", AGENTS, AGENTS, figures, "--set", "refund_excellent=0.5%", "--lang", "en")
    assert told.exit_code == 0, told.output
    assert "After: Service agent indicators, version 2016.1, with Excellent refund rate 0.5 % (before" in told.stdout
    assert re.search(r"\d+ of 40 people change their grade: 0 go up, \d+ go down\.", told.stdout)
    chinese = run("compare", AGENTS, f"{AGENTS}@2016.1", figures, "--set", "refund_excellent=0.5%", "--lang", "zh")
    assert "改动会带来什么" in chinese.stdout and "等级变化" in chinese.stdout


def test_settings_hold_for_the_new_side_alone(run: Run, figures: str) -> None:
    given = json.loads(run("compare", AGENTS, AGENTS, figures, "--set", "grade_a=100", "--json").stdout)
    plain = json.loads(run("compare", AGENTS, AGENTS, figures, "--json").stdout)
    heads = [{person["employee"]: person["grade_before"] for person in each["people"]} for each in (given, plain)]
    assert heads[0] == heads[1]
    assert given["settings"] == [
        {"id": "grade_a", "title": given["settings"][0]["title"], "before": "90", "after": "100"}
    ]
    assert all(move["way"] == "stays" for move in plain["moves"])
    assert given["results"] == len(given["people"]) == 40


def test_a_workbook_is_read_back(run: Run, figures: str) -> None:
    told = run("compare", AGENTS, AGENTS, figures, "--set", "grade_a=100", "-o", "out.xlsx", "--lang", "en")
    assert told.exit_code == 0 and told.stdout == "" and "the comparison is in out.xlsx" in told.stderr
    book = openpyxl.load_workbook("out.xlsx")
    assert book.sheetnames == ["summary", "people", "heads", "grades", "teams", "unfavoured", "indicators"]
    people = list(book["people"].values)
    assert len(people) == 41
    at = people[0].index("name")
    cell = book["people"].cell(2, at + 1)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    data = json.loads(run("compare", AGENTS, AGENTS, figures, "--set", "grade_a=100", "--json").stdout)
    matrix = list(book["grades"].values)
    whole = {(row[0], column): count for row in matrix[1:] for column, count in zip(matrix[0], row, strict=True)}
    for move in data["moves"]:
        ends = [each["grade"] or each["status"] for each in (move["before"], move["after"])]
        assert whole[ends[0], ends[1]] == move["people"]
    assert whole["In all", "In all"] == 40


class Page(HTMLParser):
    """Balanced tags, and what is loaded from elsewhere."""

    VOID = frozenset({"meta", "col", "br", "line", "rect", "path", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert tag not in ("script", "link", "img") and "src" not in dict(attrs) and "href" not in dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["compare", "cohort"])
def test_a_page_stands_by_itself(name: str, language: str, run: Run, figures: str) -> None:
    schemes = [AGENTS, AGENTS] if name == "compare" else [AGENTS]
    told = run(name, *schemes, figures, "--set", "grade_a=97", "-o", "out.html", "--lang", language)
    assert told.exit_code == 0, told.stderr
    text = Path("out.html").read_text("utf-8")
    page = Page()
    page.feed(text)
    assert page.open == [] and "table" in page.seen and "svg" in page.seen
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in text
    assert "b" not in page.seen
    if name == "compare":
        assert "<b>bold</b>" not in text
    chinese = re.sub(r"[一-鿿]{2,4}", "", page.text) if language == "en" else ""
    if language == "en" and name == "cohort":
        assert not re.search("[一-鿿]", chinese)


def test_a_cohort_in_each_form(run: Run, figures: str) -> None:
    text = run("cohort", AGENTS, figures, "--lang", "en").stdout
    assert "These are 40 people: March 2024." in text and "How totals lie" in text
    data = json.loads(run("cohort", AGENTS, figures, "--json").stdout)
    assert sum(each["people"] for each in data["distribution"]) == data["total"]["people"]
    assert run("cohort", AGENTS, figures, "-o", "out.xlsx").exit_code == 0
    assert "distribution" in openpyxl.load_workbook("out.xlsx").sheetnames
    assert run("cohort", AGENTS, figures, "-o", "out.json").exit_code == 0
    assert json.loads(Path("out.json").read_text("utf-8")) == data


def test_a_large_file_by_columns_gives_the_same(run: Run, figures: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("compare", AGENTS, AGENTS, figures, "--set", "grade_a=97", "--json")
    small = run(*asked).stdout
    cohort = run("cohort", AGENTS, figures, "--json").stdout
    monkeypatch.setattr("kpicore.cli.bulk._LARGE_CSV", 0)
    called: list[object] = []
    from kpicore.comparison import file

    kept = file.file_results
    monkeypatch.setattr(file, "file_results", lambda *given: called.append(given) or kept(*given))
    assert run(*asked).stdout == small
    assert run("cohort", AGENTS, figures, "--json").stdout == cohort
    assert len(called) == 2
    assert run(*asked, "--period", "2024-03").stdout == small
    nothing = run(*asked, "--period", "2024-04")
    assert nothing.exit_code == 2 and "nothing to compare" in nothing.stderr


def test_what_can_not_be_read_is_told_once(run: Run, figures: str) -> None:
    table = pl.read_csv(figures, infer_schema=False)
    table[2, "payers"] = "many"
    table.with_columns(stray=pl.lit("1")).write_csv("bad.csv")
    told = run("compare", AGENTS, AGENTS, "bad.csv", "--set", "grade_a=97", "--problems", "problems.csv")
    assert told.exit_code == 3
    assert told.stderr.count("'many' is not a number.") == 1
    assert told.stderr.count("no fact 'stray'") == 1
    assert "many" in Path("problems.csv").read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((AGENTS, "ecommerce/agent-indicator", "figures.csv"), "Did you mean 'ecommerce/agent-indicators'?"),
        ((AGENTS, f"{AGENTS}@2015", "figures.csv"), "has no version '2015'"),
        ((AGENTS, AGENTS, "figures.csv", "--set", "refund_excelent=1%"), "Did you mean 'refund_excellent'?"),
        ((AGENTS, AGENTS, "figures.csv", "-o", "figures.csv"), "is also given as another file"),
        ((AGENTS, AGENTS, "figures.csv", "-o", "out.pdf"), "ends in .json, .xlsx or .html"),
        ((AGENTS, AGENTS, "figures.csv", "-o", "out.json", "--json"), "not both"),
        ((AGENTS, AGENTS, "none.csv"), "there is no such file"),
        ((AGENTS, AGENTS), "Missing argument 'DATA...'"),
    ],
)
def test_a_mistake_is_told_in_words(arguments: tuple[str, ...], words: str, run: Run, figures: str) -> None:
    told = run("compare", *arguments)
    assert told.exit_code == 2
    assert words in told.stderr
    assert not Path("out.pdf").exists() and not Path("out.json").exists()


def test_help_is_quick_and_says_what_set_is_for(process: Process) -> None:
    told = process("compare", "--help")
    assert told.returncode == 0 and "Set a parameter of NEW" in told.stdout


def test_more_people_than_a_page_of_a_workbook_holds(run: Run, figures: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpicore.comparison.book.MOST_ROWS", 10)
    told = run("compare", AGENTS, AGENTS, figures, "-o", "out.xlsx")
    assert told.exit_code == 2 and "Write the comparison as .json or .html." in told.stderr
    assert not Path("out.xlsx").exists()


def test_a_stream_of_many_people_is_whole_json() -> None:
    from kpicore.comparison.data import write_json

    target = io.BytesIO()
    write_json({"a": 1}, target, iter(()))
    assert json.loads(target.getvalue()) == {"a": 1, "people": []}


def test_a_ladder_tells_levels(run: Run) -> None:
    from kpicore.sample import sample_roster

    scheme = kpicore.load().scheme("beauty/consultant-ladder")
    sample_frame(scheme.newest, people=30, months=9).write_csv("months.csv")
    sample_roster(scheme.newest, people=30).write_csv("roster.csv")
    name = next(name for name, param in scheme.joined_model.params.items() if param.kind == "ratio")
    asked = (scheme.id, scheme.id, "months.csv", "--roster", "roster.csv", "--set", f"{name}=1%", "--lang")
    told = run("compare", *asked, "en")
    assert told.exit_code == 3, told.stderr  # made-up exams are given twice
    assert "the decision is another" in told.stdout and "Level after" in told.stdout and "promoted" in told.stdout
    assert "晋升" in run("compare", *asked, "zh").stdout
    assert run("compare", *asked, "en", "-o", "ladder.html").exit_code == 3
    assert run("compare", *asked, "en", "-o", "ladder.xlsx").exit_code == 3


def test_a_column_of_one_scheme_is_no_problem_for_the_other(run: Run, figures: str) -> None:
    text = Path("counter.toml").read_text("utf-8")
    assert text.count("[facts]") == 1
    Path("other.toml").write_text(text.replace("[facts]", '[facts]\nextra = { kind = "count" }'), "utf-8")
    lines = Path("counter.csv").read_text("utf-8-sig").splitlines()
    Path("both.csv").write_text("\n".join([f"{lines[0]},extra", *(f"{line},1" for line in lines[1:])]), "utf-8")
    alone = run("score", "counter.toml", "both.csv", "-o", "-")
    assert "no fact 'extra'" in alone.stderr
    for schemes in (("counter.toml", "other.toml"), ("other.toml", "counter.toml")):
        told = run("compare", *schemes, "both.csv")
        assert told.exit_code == 0 and "extra" not in told.stderr
