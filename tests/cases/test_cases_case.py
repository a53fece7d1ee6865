"""Worked cases: how their file is read, and how a result is held against one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from kpicore.cases.case import ENDING, Case, SchemeReport, cases_path, expectable, read_cases, run_case, try_scheme
from kpicore.errors import NeedsOthersError
from kpicore.folder import CASES_ENDING
from kpicore.loaded import LoadedScheme
from kpicore.past import PastFigures
from kpicore.protocols import Period
from kpicore.registry import load
from kpicore.result import Result
from kpicore.text import Title

DATA = Path(__file__).parents[1] / "data"
SCHEME = DATA / "counter.toml"


@pytest.fixture(scope="module")
def counter() -> LoadedScheme:
    return load().scheme(str(SCHEME))


def problems(tmp_path: Path, counter: LoadedScheme, text: str) -> list[str]:
    path = tmp_path / "counter.cases.toml"
    path.write_text(text, "utf-8")
    return [str(problem).replace(str(path), "FILE") for problem in read_cases(path, counter.versions[0].model)[1]]


def expected(counter: LoadedScheme, expect: Mapping[str, object], **facts: object) -> list[tuple[str, str, str]]:
    """What comes out otherwise where a case expects this of the good month."""
    base = read_cases(DATA / "counter.cases.toml", counter.versions[0].model)[0][0]
    case = Case("c", Title(), "2024-03", {**base.facts, **facts}, {}, expect)
    return [(each.name, each.expected, each.got) for each in run_case(case, counter.score)]


def test_a_file_of_cases(counter: LoadedScheme) -> None:
    cases, found = read_cases(DATA / "counter.cases.toml", counter.versions[0].model)
    assert found == ()
    assert [case.name for case in cases] == ["a good month", "nobody came", "another line"]
    assert cases[0].says.text("zh") == "样样都好"
    assert cases[0].facts["buyers"] == 40
    assert cases[1].facts["buyers"] == 0 and cases[1].facts["sales"] == "9,000.00"
    assert cases[1].expect == {"conversion.state": "left_out", "conversion.points": "", "reasons": ["left_out"]}
    assert (cases[0].period, cases[1].period) == ("2024-03", "2025-01")
    assert cases[2].params == {"good_rate": pytest.approx(0.5)}
    assert (cases[1].place.file, cases[1].place.line) == (str(DATA / "counter.cases.toml"), 22)


def test_the_cases_come_out_as_expected(counter: LoadedScheme) -> None:
    report = try_scheme(counter.versions[0], partial(counter.score, version="2024.1"), SCHEME)
    assert report.passed
    assert (report.id, report.version) == ("shop/counter", "2024.1")
    assert report.cases is not None and len(report.cases) == 3
    assert report.at_breaks > 50
    assert (report.own, report.unplaced, report.failures) == (0, 0, ())


def test_a_scheme_without_a_file_of_cases(counter: LoadedScheme) -> None:
    for file in (None, DATA / "nowhere.toml"):
        report = try_scheme(counter.versions[0], counter.score, file)
        assert report.cases is None and report.passed


def test_a_text_is_compared_by_letters_and_a_number_by_value(counter: LoadedScheme) -> None:
    assert expected(counter, {"total": "94.50", "pay.share": 945, "conversion.points": 30}) == []
    assert expected(counter, {"total": "94.5"}) == [("total", "94.5", "94.50")]
    assert expected(counter, {"total": 94}) == [("total", "94", "94.50")]
    assert expected(counter, {"grade": "B"}) == [("grade", "B", "A")]
    assert expected(counter, {"rank": ""}) == []
    assert expected(counter, {"rank": 1}) == [("rank", "1", "")]
    assert expected(counter, {"grade": 1}) == [("grade", "1", "A")]


def test_reasons_are_compared_as_a_set_of_codes(counter: LoadedScheme) -> None:
    blank: dict[str, object] = {"sales": "", "wait_seconds": None}
    assert expected(counter, {"reasons": ["missing_figure", "counted_as_zero"]}, **blank) == []
    assert expected(counter, {"reasons": ["missing_figure"]}, **blank) == [
        ("reasons", '["missing_figure"]', '["counted_as_zero", "missing_figure"]')
    ]
    assert expected(counter, {"reasons": ["unreadable_figure"], "attained.state": "unreadable"}, sales="x") == []


def test_a_case_that_can_not_be_scored_is_a_difference(counter: LoadedScheme) -> None:
    case = Case("c", Title(), "2024-Q1", {}, {}, {"status": "scored"})
    (difference,) = run_case(case, counter.score)
    assert difference.expected == "a result" and "2024-Q1" in difference.got


def test_a_sheet_that_needs_others_has_no_generated_cases(counter: LoadedScheme) -> None:
    def score(
        facts: Mapping[str, object],
        *,
        employee: str,
        period: str | Period,
        params: Mapping[str, object] | None,
        history: PastFigures | None,
    ) -> Result:
        raise NeedsOthersError("It ranks people.")

    report = try_scheme(counter.versions[0], score, None)
    assert report.at_breaks == 0 and report.unplaced > 50 and report.passed


def test_generated_cases_that_come_out_otherwise_are_failures(counter: LoadedScheme) -> None:
    params = {"call_points": 1}

    def score(
        facts: Mapping[str, object], *, employee: str, period: str | Period, params_: object = None, **_: object
    ) -> Result:
        return counter.score(facts, employee=employee, period=period, params=params)

    report = try_scheme(counter.versions[0], score, None)
    assert not report.passed
    says, differences = report.failures[0]
    assert says.startswith("calls_rule at ")
    assert {difference.name for difference in differences} <= {"calls_rule.points", "calls_rule.score"}


def test_what_a_case_may_expect_is_what_a_result_has(counter: LoadedScheme) -> None:
    flat = counter.score({}, employee="E1", period="2024-03").flat()
    names = set(expectable(counter.versions[0].model))
    assert names <= set(flat)
    assert set(flat) - names == {"employee", "name", "team", "period", "scheme", "version", "hash", "occasion"}


def test_the_file_stands_beside_its_scheme() -> None:
    assert cases_path(Path("a/b.toml")) == Path("a/b.cases.toml")
    assert cases_path(Path("a/b@2020.toml")) == Path("a/b@2020.cases.toml")
    assert ENDING == CASES_ENDING


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[[cases]]\n", "FILE:1: cases: It is not known here.\n    Did you mean 'case'?"),
        ("case = 1\n", "FILE:1: case: Cases are rows.\n    Write [[case]]."),
        ("case = [1]\n", "FILE:1: case.1: A case is a table.\n    Write [[case]]."),
        (
            "[base]\nbyers = 1\n",
            "FILE:2: base.byers: The scheme has no fact 'byers'.\n    Did you mean 'buyers'?",
        ),
        (
            "[[case]]\nname = 'a'\nfacts = { sale = 1 }\nexpect = { status = 'scored' }\n",
            "FILE:3: case.1.facts.sale: The scheme has no fact 'sale'.\n    Did you mean 'sales'?",
        ),
        (
            "[[case]]\nname = 'a'\nfacts = { sales = [1] }\nexpect = { status = 'scored' }\n",
            "FILE:3: case.1.facts.sales: A single value is expected.",
        ),
        (
            "[[case]]\nname = 'a'\nparams = { good = 1 }\nexpect = { status = 'scored' }\n",
            "FILE:3: case.1.params.good: The scheme has no parameter 'good'.\n    Did you mean 'good_rate'?",
        ),
        (
            "[[case]]\nname = 'a'\nperiod = '2024-Q1'\nexpect = { status = 'scored' }\n",
            "FILE:3: case.1.period: '2024-Q1' is a quarter, where a month is meant.\n"
            "    Write one of 2024-01 to 2024-03.",
        ),
        (
            "[[case]]\nname = 'a'\nexpect = { totl = 1 }\n",
            "FILE:3: case.1.expect.totl: A result has no 'totl'.\n    Did you mean 'total'?",
        ),
        (
            "[[case]]\nname = 'a'\nexpect = { reasons = 'missing_figure' }\n",
            'FILE:3: case.1.expect.reasons: A list of codes is expected.\n    Write ["missing_figure"] or [].',
        ),
        (
            "[[case]]\nname = 'a'\nexpect = { total = true }\n",
            'FILE:3: case.1.expect.total: A text or a number is expected.\n    "" stands for no value.',
        ),
        (
            "[[case]]\nname = 'a'\n",
            "FILE:1: case.1.expect: 'expect' is missing: what the result is to be.\n"
            '    Write expect = { status = "scored", total = "80.00" }.',
        ),
        (
            "[[case]]\nexpect = { total = 1 }\n",
            "FILE:1: case.1.name: 'name' is missing: a short name of the case, a text.",
        ),
        (
            "[[case]]\nname = 'a'\nsays = 1\nexpect = { total = 1 }\n",
            'FILE:3: case.1.says: A text is expected.\n    Write says = "..." or { zh = "...", en = "..." }.',
        ),
        (
            "[[case]]\nname = 'a'\nfacts = 1\nexpect = { total = 1 }\n",
            "FILE:3: case.1.facts: A table is expected.\n    Write { name = value }.",
        ),
        (
            "[[case]]\nname = 'a'\nexpect = { total = 1 }\n[[case]]\nname = 'a'\nexpect = { total = 1 }\n",
            "FILE:5: case.2.name: 'a' is given twice.",
        ),
    ],
)
def test_every_mistake_has_its_line(tmp_path: Path, counter: LoadedScheme, text: str, found: str) -> None:
    assert problems(tmp_path, counter, text) == [found]


LOOKING = """
id = "own/looking"
version = "1"
effective = 2024-01-01
periods = ["month"]
[facts]
n = { kind = "count" }
m = { kind = "count" }
[[indicator]]
id = "more"
weight = 100
measure = "n + m - coalesce(previous(n + m), 0)"
kind = "number"
rule = { kind = "accrue", each = 1, most = 100 }
"""


def looking(tmp_path: Path, text: str) -> SchemeReport:
    path = tmp_path / "looking.toml"
    path.write_text(LOOKING, "utf-8")
    cases_path(path).write_text(text, "utf-8")
    loaded = load().scheme(str(path))
    return try_scheme(loaded.versions[0], loaded.score, path)


def case(name: str, measure: int, more: str = "") -> str:
    return f"[[case]]\nname = '{name}'\nperiod = '2024-03'\n{more}\nexpect = {{ 'more.measure' = {measure} }}\n"


def test_a_history_starts_from_the_base_and_a_case_may_have_its_own(tmp_path: Path) -> None:
    text = "[base]\nn = 5\nm = 2\n[history]\n'2024-02' = { n = 3 }\n"
    text += case("that of the file", 2)
    text += case("its own", 6, "history = { '2024年2月' = { n = 1, m = '' }, '2024-01' = {} }\nfacts = { m = 1 }")
    text += case("a figure taken back", 4, "history = { '2024-02' = { n = 1 } }")
    text += case("somebody new", 7, "history = {}")
    report = looking(tmp_path, text)
    assert report.problems == () and report.cases is not None
    failed = {each.case.name: each.differences for each in report.cases if each.differences}
    assert failed == {}
    assert report.cases[1].case.history == {"2024-02": {"n": 1, "m": ""}, "2024-01": {"n": 5, "m": 2}}


def test_a_sheet_that_looks_back_has_generated_cases(tmp_path: Path) -> None:
    report = looking(tmp_path, case("new", 7, "facts = { n = 7, m = 0 }"))
    assert report.passed and report.at_breaks > 5


def test_a_history_of_the_cases_own_month_is_the_files_business_only_where_it_says_so(tmp_path: Path) -> None:
    top = "[base]\nn = 5\nm = 2\n[history]\n'2024-03' = { n = 3 }\n'2024-02' = {}\n"
    assert looking(tmp_path, top + case("a", 0)).passed
    (problem,) = looking(tmp_path, top + case("a", 0, "history = { '2024-03' = {} }")).problems
    assert problem.message == "The history has the period of the case itself, 2024-03."
    assert problem.place.line == 10


@pytest.mark.parametrize(
    ("history", "key", "message"),
    [
        ("1", "history", "A table is expected."),
        ("{ '2024-02' = 1 }", "history.2024-02", "A table is expected."),
        ("{ 'May' = {} }", "history.May", "'May' is not a period."),
        ("{ '2024-02' = { k = 1 } }", "history.2024-02.k", "The scheme has no fact 'k'."),
        ("{ '2024-02' = {}, '2024/2' = {} }", "history.2024/2", "2024-02 is given twice."),
    ],
)
def test_every_mistake_of_a_history_has_its_place(tmp_path: Path, history: str, key: str, message: str) -> None:
    (problem,) = looking(tmp_path, case("a", 1, f"history = {history}")).problems
    assert (problem.key, problem.message, problem.place.line) == (f"case.1.{key}", message, 4)


def test_all_mistakes_are_reported_at_once(tmp_path: Path, counter: LoadedScheme) -> None:
    text = "[[case]]\nnam = 'a'\nfacts = { sale = 1, byers = 2 }\nexpect = { totl = 1, grad = 'A' }\n"
    assert len(problems(tmp_path, counter, text)) == 6


def test_a_file_that_is_no_toml(tmp_path: Path, counter: LoadedScheme) -> None:
    (found,) = problems(tmp_path, counter, "[[case]]\nname\n")
    assert found.startswith("FILE:2: ")


def test_a_file_with_mistakes_fails_the_scheme(tmp_path: Path) -> None:
    scheme = tmp_path / "counter.toml"
    scheme.write_text(SCHEME.read_text("utf-8"), "utf-8")
    (tmp_path / "counter.cases.toml").write_text("[[case]]\nname = 'a'\n", "utf-8")
    loaded = load().scheme(str(scheme))
    report = try_scheme(loaded.versions[0], loaded.score, scheme)
    assert not report.passed and report.cases == () and len(report.problems) == 1
