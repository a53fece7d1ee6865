"""Choices with titles, from the file to the page: read by id and by title alike, and shown by their titles."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result
from support.titled import FIGURES, SHEET

import kpicore
from kpicore.cli.main import cli
from kpicore.loaded import LoadedScheme

IDS = re.compile(r"\bq[abchl]\b")
TITLES = {
    "zh": ("良好", "一般", "较差", "热情", "平淡", "上等"),
    "en": ("Good", "Fair", "Poor", "Warm", "Cool", "Upper"),
}
ROWS = list(csv.DictReader(io.StringIO(FIGURES)))[:2]
BY_ID = [
    {"employee": "E1", "period": "2024-02", "tidy": "qa", "manner_boss": "qa", "manner_own": "qb", "skill": "80",
     "skill_own": "ql"},
    {"employee": "E1", "period": "2024-03", "tidy": "qb", "manner_boss": "qa", "manner_own": "qb", "skill": "30",
     "skill_own": ""},
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "titled.toml").write_text(SHEET, "utf-8")
    (tmp_path / "march.csv").write_text(FIGURES, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def scheme(place: Path) -> LoadedScheme:
    return kpicore.load().scheme("titled.toml")


@pytest.fixture
def run(place: Path) -> Callable[..., Result]:
    return lambda *args: CliRunner().invoke(cli, args, prog_name="kpicore", catch_exceptions=False)


def outcome(result: Any) -> dict[str, Any]:
    """What a result says, but for where figures stood."""
    data: dict[str, Any] = result.to_dict()
    return {name: value for name, value in data.items() if name != "reasons"}


def test_titles_of_any_language_are_the_choice_in_mappings(scheme: LoadedScheme) -> None:
    by_title, by_id = (list(scheme.score_many(rows)) for rows in (ROWS, BY_ID))
    assert [outcome(result) for result in by_title] == [outcome(result) for result in by_id]
    assert by_title[1].indicators["tidy"].measure == "qb"
    assert by_title[1].total is not None
    facts = {name: value for name, value in ROWS[0].items() if name not in ("employee", "period")}
    alone = scheme.score(facts, employee="E1", period="2024-02", history={})
    assert outcome(alone) == outcome(by_id[0])


@pytest.mark.parametrize("copies", [1, 2000])
def test_titles_of_any_language_are_the_choice_in_tables(scheme: LoadedScheme, copies: int) -> None:
    """Few cells are read one by one, many by the different ones among them."""

    def table(rows: list[dict[str, str]]) -> pl.DataFrame:
        found = [{**row, "employee": f"E{number}"} for number in range(copies) for row in rows]
        return scheme.score_table(pl.DataFrame(found)).frame

    by_title, by_id = table(ROWS), table(BY_ID)
    assert by_title.equals(by_id)
    assert by_title["tidy.measure"].to_list()[:2] == ["qa", "qb"]


def test_files_are_read_by_titles_and_results_have_the_ids(run: Callable[..., Result], place: Path) -> None:
    assert run("score", "titled.toml", "march.csv", "-o", "out.json").exit_code == 3
    found = json.loads((place / "out.json").read_text("utf-8"))
    measures = [[each["indicators"][name]["measure"] for name in ("tidy", "before")] for each in found]
    assert measures == [["qa", "qc"], ["qb", "qa"], [None, "qc"]]
    (problem,) = csv.DictReader(io.StringIO((place / "out.json.problems.csv").read_text("utf-8-sig")))
    assert (problem["row"], problem["value"]) == ("4", "ugly")
    assert problem["expected"] == "one of Good, Fair, Poor, D"


def test_two_spellings_of_a_choice_do_not_contradict_each_other(run: Callable[..., Result], place: Path) -> None:
    (place / "more.csv").write_text("employee,period,tidy\nE1,2024-02,良好\n", "utf-8")
    result = run("score", "titled.toml", "march.csv", "more.csv", "-o", "out.json")
    assert "two" not in result.stderr and "conflict" not in result.stderr


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_explanation_says_the_titles(run: Callable[..., Result], language: str) -> None:
    texts = [
        run("explain", "titled.toml", "march.csv", "--employee", who, "--lang", language).stdout for who in ("E1", "E2")
    ]
    for text in texts:
        assert IDS.search(text) is None
    for title in TITLES[language]:
        assert any(title in text for text in texts), title


def test_an_explanation_as_json_has_the_ids_and_the_titles(run: Callable[..., Result]) -> None:
    text = run("explain", "titled.toml", "march.csv", "--employee", "E1", "--period", "2024-03", "--json").stdout
    found = json.loads(text)
    found = found[0] if isinstance(found, list) else found
    table = found["lines"][0]["table"]
    assert (table["at"], table["titles"]["qb"]) == ("qb", {"zh": "一般", "en": "Fair"})
    assert found["lines"][2]["table"] is None or found["lines"][2]["table"]["titles"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_say_the_titles(run: Callable[..., Result], place: Path, language: str) -> None:
    run("report", "titled.toml", "march.csv", "-o", "pages", "--lang", language)
    pages = {path.name: path.read_text("utf-8") for path in (place / "pages").rglob("*.html")}
    assert len(pages) > 3
    for name, page in pages.items():
        assert IDS.search(re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)) is None, name
    whole = "".join(pages.values())
    for title in TITLES[language]:
        assert title in whole, title
    expected = {"zh": "良好、一般、较差、D 之一", "en": "one of Good, Fair, Poor, D"}
    assert expected[language] in pages["problems.html"]


def test_a_reason_says_what_is_expected_in_the_language(scheme: LoadedScheme) -> None:
    from kpicore.messages import reason_text

    result = scheme.score({"tidy": "ugly"}, employee="E1", period="2024-03", history={})
    reason = next(each for each in result.reasons if each.value("expected"))
    model = scheme.newest.model
    assert "良好、一般、较差、D 之一" in reason_text(reason, model, "zh")
    assert "one of Good, Fair, Poor, D" in reason_text(reason, model, "en")


def test_a_sheet_is_shown_with_titles(run: Callable[..., Result]) -> None:
    text = run("show", "titled.toml", "--lang", "zh").stdout
    assert "整洁  tidy  (选项，良好（qa）、一般（qb）、较差（qc）、D 之一)" in text
    assert "空白时按上等（qh）计" in text
    rest = text.partition("\n指标\n")[2]
    assert IDS.search(rest) is None
    for shown in ("良好：40 分", "其他：0 分", "上期整洁（无则取较差）", "上等：50 及以上", "一般：50.00"):
        assert shown in rest, shown
    data = json.loads(run("show", "titled.toml", "--json").stdout)
    assert data["facts"][0]["choices"][0] == {"value": "qa", "title": {"zh": "良好", "en": "Good"}}
    assert data["facts"][0]["choices"][3] == {"value": "D", "title": {}}
    rule = data["indicators"][0]["rule"]["choices"]
    assert [(row["choice"], row["title"].get("en")) for row in rule] == [
        ("qa", "Good"), ("qb", "Fair"), ("qc", "Poor"), (None, None),
    ]  # fmt: skip
    assert data["indicators"][3]["levels"][0]["words"] == {"zh": "上等", "en": "Upper"}
    assert data["pay"][0]["choices"][0]["title"] == {"zh": "良好", "en": "Good"}


def test_a_sample_of_it_is_read_again(run: Callable[..., Result], place: Path) -> None:
    made = run("sample", "titled.toml", "--people", "20", "--months", "2", "-o", "made.csv")
    assert made.exit_code == 0, made.stderr
    result = run("score", "titled.toml", "made.csv", "-o", "made.json")
    assert "is not one of the choices" not in result.stderr
