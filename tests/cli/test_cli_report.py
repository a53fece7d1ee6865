"""`kpicore report`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


def pages(folder: str = "pages") -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*.html"))


def test_an_index_and_a_page_a_person_and_period(run: Run) -> None:
    result = run("report", "counter.toml", "counter.csv", "-o", "pages")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines()[-1] == "2 results scored, 1 ineligible; pages from pages/index.html on"
    assert len(pages()) == 4 and "index.html" in pages()
    index = Path("pages/index.html").read_text("utf-8")
    assert "张三" in index and "94.50" in index
    assert not Path("pages.problems.csv").exists()


@pytest.mark.parametrize(
    ("language", "title", "other"), [("en", "Conversion", "转化率"), ("zh", "转化率", "Conversion")]
)
def test_the_language(run: Run, language: str, title: str, other: str) -> None:
    assert run("report", "counter.toml", "counter.csv", "-o", "pages", "--lang", language).exit_code == 0
    text = "".join(Path("pages", name).read_text("utf-8") for name in pages() if name != "index.html")
    assert title in text and other not in text


def test_one_period_and_parameters(run: Run) -> None:
    options = ("--period", "2024-03", "--set", "base_pay=7654")
    assert run("report", "counter.toml", "counter.csv", "-o", "pages", *options).exit_code == 0
    assert len(pages()) == 3
    person = next(name for name in pages() if "E001" in name)
    assert "7,654.00" in Path("pages", person).read_text("utf-8")


def test_a_bad_cell_is_named_and_the_pages_are_written(run: Run) -> None:
    text = Path("counter.csv").read_text("utf-8").replace("9000,10000", "lots,10000")
    Path("bad.csv").write_text(text, "utf-8")
    result = run("report", "counter.toml", "bad.csv", "-o", "pages")
    assert result.exit_code == 3
    assert "bad.csv:row 2:column sales" in result.stderr
    assert len(pages()) == 5
    assert len(Path("pages.problems.csv").read_text("utf-8-sig").splitlines()) == 2
    assert run("report", "counter.toml", "bad.csv", "-o", "pages", "--problems", "p.csv").exit_code == 3
    assert Path("p.csv").exists()


def test_rows_that_are_set_aside_have_no_page(run: Run) -> None:
    text = Path("counter.csv").read_text("utf-8").replace("2024-03", "2023-03")
    Path("old.csv").write_text(text, "utf-8")
    assert run("report", "counter.toml", "old.csv", "-o", "pages").exit_code == 3
    assert pages() == ["index.html", "people/E002__2024-04.html", "problems.html"]


def test_without_anybody_the_index_alone_is_written(run: Run) -> None:
    Path("empty.csv").write_text("employee,period,buyers\n", "utf-8")
    assert run("report", "counter.toml", "empty.csv", "-o", "pages").exit_code == 3
    assert pages() == ["index.html", "problems.html"]


def test_a_former_report_is_replaced_and_other_folders_are_left_alone(run: Run) -> None:
    assert run("report", "counter.toml", "counter.csv", "-o", "pages").exit_code == 0
    assert run("report", "counter.toml", "counter.csv", "-o", "pages", "--period", "2024-04").exit_code == 0
    assert len(pages()) == 2
    Path("mine").mkdir()
    Path("mine/letter.txt").write_text("dear", "utf-8")
    result = run("report", "counter.toml", "counter.csv", "-o", "mine")
    assert result.exit_code == 2 and "mine" in result.stderr
    assert [path.name for path in Path("mine").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["counter.csv", "-o", "pages", "--format", "pdf"], "Reports as PDF are not built yet."),
        (["counter.csv", "-o", "pages", "--format", "doc"], "'doc' is not one of 'html', 'pdf'"),
        (["counter.csv", "-o", "counter.csv"], "DIR counter.csv is also given as another file"),
        (["counter.csv", "-o", "nowhere/pages"], "nowhere"),
        (["nowhere.csv", "-o", "pages"], "nowhere.csv: It can not be read: there is no such file."),
        (["counter.csv"], "Missing option '-o' / '--out'"),
    ],
)
def test_what_can_not_be_done(run: Run, args: list[str], told: str) -> None:
    result = run("report", "counter.toml", *args)
    assert (result.exit_code, result.stdout, Path("pages").exists()) == (2, "", False)
    assert told in result.stderr
