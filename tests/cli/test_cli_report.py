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


def with_appraisal(more: str = "") -> None:
    """The scheme counter.toml as fifteenth.toml, with an appraisal on the 15th."""
    text = Path("counter.toml").read_text("utf-8").replace("effective = 2024-01-01", "effective = 2020-01-01")
    Path("fifteenth.toml").write_text(f"{text}\n[appraisal]\nday = 15\n{more}", "utf-8")


@pytest.mark.parametrize(
    ("language", "index", "own"),
    [
        ("en", "Appraisal day, April 2024: 15 May 2024", "Appraisal day 15 April 2024"),
        ("zh", "2024年4月考核日 2024年5月15日", "考核日 2024年4月15日"),
    ],
)
def test_the_appraisal_day_stands_at_the_head_of_the_pages(run: Run, language: str, index: str, own: str) -> None:
    with_appraisal()
    result = run("report", "fifteenth.toml", "counter.csv", "-o", "pages", "--lang", language)
    assert result.exit_code == 0 and "warning" not in result.stderr
    (march, *_) = [name for name in pages() if "E001__2024-03" in name]
    for name, said in (("index.html", index), (march, own)):
        head = Path("pages", name).read_text("utf-8").partition('<p class="who">')[2].partition("</header>")[0]
        assert f'<span class="appraisal-day">{said}</span>' in head


def test_a_report_of_one_period_names_its_day_alone(run: Run) -> None:
    with_appraisal()
    assert run("report", "fifteenth.toml", "counter.csv", "-o", "pages", "--period", "2024-03").exit_code == 0
    assert '<span class="appraisal-day">Appraisal day 15 April 2024</span>' in Path("pages/index.html").read_text(
        "utf-8"
    )


def test_without_one_the_pages_say_nothing_of_it(run: Run) -> None:
    assert run("report", "counter.toml", "counter.csv", "-o", "pages").exit_code == 0
    assert all('class="appraisal-day"' not in Path("pages", name).read_text("utf-8") for name in pages())


@pytest.mark.parametrize(
    ("language", "said", "sentence"),
    [
        ("en", "the calendar of 2999 is not known", "The calendar of 2999 is not known, so it can not be told"),
        ("zh", "尚不知2999年的工作日安排", "尚不知某年的工作日安排"),
    ],
)
def test_where_the_year_is_unknown_the_pages_say_so_and_a_warning_tells_what_to_do(
    run: Run, language: str, said: str, sentence: str
) -> None:
    with_appraisal()
    figures = Path("counter.csv").read_text("utf-8").replace("2024-03", "2998-12").replace("2024-04", "2999-01")
    Path("far.csv").write_text(figures, "utf-8")
    result = run("report", "fifteenth.toml", "far.csv", "-o", "pages", "--lang", language)
    assert result.exit_code == 0
    (warned,) = [line for line in result.stderr.splitlines() if line.startswith("warning:")]
    assert warned.startswith("warning: The calendar of 2999 is not known") and "--calendar FILE" in result.stderr
    assert "unknown_year" in Path("pages.problems.csv").read_text("utf-8-sig")
    assert f"<em>{said}</em>" in Path("pages/index.html").read_text("utf-8")
    assert sentence in Path("pages/problems.html").read_text("utf-8")
    for name in pages():
        assert name == "problems.html" or f"<em>{said}</em>" in Path("pages", name).read_text("utf-8")
    Path("days.toml").write_text("[2999]\nholidays = [2999-01-15]\n", "utf-8")
    result = run("report", "fifteenth.toml", "far.csv", "-o", "pages", "--calendar", "days.toml", "--lang", "en")
    assert result.exit_code == 0 and "warning" not in result.stderr
    (december, *_) = [name for name in pages() if "2998-12" in name]
    assert "Appraisal day 16 January 2999" in Path("pages", december).read_text("utf-8")


def test_a_calendar_that_is_wrong_ends_the_report_before_it_begins(run: Run) -> None:
    with_appraisal()
    Path("days.toml").write_text("[2999]\n", "utf-8")
    result = run("report", "fifteenth.toml", "counter.csv", "-o", "pages", "--calendar", "days.toml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("days.toml:1: 2999: 2999 has neither")
    assert not Path("pages").exists()
    result = run("report", "fifteenth.toml", "counter.csv", "-o", "days.toml", "--calendar", "days.toml")
    assert result.exit_code == 2 and "also given as another file" in result.stderr


@pytest.mark.parametrize(("language", "word"), [("en", "Appraisal day"), ("zh", "考核日")])
def test_an_assumed_day_is_among_what_is_assumed(run: Run, language: str, word: str) -> None:
    with_appraisal("assumed = true\nnote = 'By custom.'\n")
    assert run("report", "fifteenth.toml", "counter.csv", "-o", "pages", "--lang", language).exit_code == 0
    text = Path("pages/index.html").read_text("utf-8")
    assert word in text.partition('<section class="assumptions">')[2]
    assert run("score", "fifteenth.toml", "counter.csv", "-o", "out.xlsx").exit_code == 0
    import openpyxl

    rows = list(openpyxl.load_workbook("out.xlsx")["assumed"].iter_rows(values_only=True))
    assert ("appraisal", None, None, None, "By custom.") in rows
