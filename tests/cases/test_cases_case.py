"""Worked cases: how their file is read, and how a result is held against one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kpicore.cases.breaks import break_cases
from kpicore.cases.case import SchemeReport, Scored, run_case, try_scheme
from kpicore.cases.casefile import Case, Figures, cases_path, read_cases
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


def expected(counter: LoadedScheme, expect: Mapping[str, object], **facts: object) -> list[tuple[str, str, str]]:
    """What comes out otherwise where a case expects this of the good month."""
    base = read_cases(DATA / "counter.cases.toml", counter.versions[0].model)[0][0]
    case = Case("c", Title(), "2024-03", {**base.facts, **facts}, {}, expect)
    return [(each.name, each.expected, each.got) for each in run_case(case, counter)]


def test_the_cases_come_out_as_expected(counter: LoadedScheme) -> None:
    report = try_scheme(counter.versions[0], counter.fixed("2024.1"), SCHEME)
    assert report.passed
    assert (report.id, report.version) == ("shop/counter", "2024.1")
    assert report.cases is not None and len(report.cases) == 3
    assert report.at_breaks > 50
    assert (report.own, report.unplaced, report.failures) == (0, 0, ())


def test_a_scheme_without_a_file_of_cases(counter: LoadedScheme) -> None:
    for file in (None, DATA / "nowhere.toml"):
        report = try_scheme(counter.versions[0], counter, file)
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


def test_a_reason_may_be_asked_for_what_it_says(counter: LoadedScheme) -> None:
    blank: dict[str, object] = {"sales": ""}
    codes = [("reasons", '["left_out", "missing_figure"]', '["missing_figure"]')]
    assert expected(counter, {"reasons": [{"code": "missing_figure", "fact": "sales"}]}, **blank) == []
    assert expected(counter, {"reasons": [{"code": "missing_figure"}, "left_out"]}, **blank) == codes
    ((name, wanted, got),) = expected(counter, {"reasons": [{"code": "missing_figure", "fact": "calls"}]}, **blank)
    assert (name, wanted) == ("reasons", '{"code": "missing_figure", "fact": "calls"}')
    assert '{"code": "missing_figure", "indicator": "attained", "fact": "sales"}' in got
    ((_, wanted, got),) = expected(counter, {"reasons": [{"code": "left_out", "fact": "sales"}]}, **blank)
    assert (wanted, got) == ('["left_out"]', '["missing_figure"]')  # that it is not there is said once


def test_a_case_that_can_not_be_scored_is_a_difference(counter: LoadedScheme) -> None:
    case = Case("c", Title(), "2024-Q1", {}, {}, {"status": "scored"})
    (difference,) = run_case(case, counter)
    assert difference.expected == "a result" and "2024-Q1" in difference.got


class Spoilt:
    """Scores with another parameter than the sheet's own."""

    def __init__(self, scheme: LoadedScheme) -> None:
        self.scheme = scheme

    def score(
        self,
        facts: Figures,
        *,
        employee: str,
        period: str | Period,
        team: str | None = None,
        params: Figures | None = None,
        history: PastFigures | None = None,
        adjustments: Sequence[Figures] | None = None,
    ) -> Result:
        return self.scheme.score(facts, employee=employee, period=period, params={"call_points": 1})

    def score_many(self, rows: Sequence[Figures], *, params: Figures | None = None) -> Scored:
        raise AssertionError("This sheet compares nobody.")


def test_generated_cases_that_come_out_otherwise_are_failures(counter: LoadedScheme) -> None:
    report = try_scheme(counter.versions[0], Spoilt(counter), None)
    assert not report.passed
    says, differences = report.failures[0]
    assert says.startswith("calls_rule at ")
    assert {difference.name for difference in differences} <= {"calls_rule.points", "calls_rule.score"}


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
    return try_scheme(loaded.versions[0], loaded, path)


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


def test_a_file_with_mistakes_fails_the_scheme(tmp_path: Path) -> None:
    scheme = tmp_path / "counter.toml"
    scheme.write_text(SCHEME.read_text("utf-8"), "utf-8")
    (tmp_path / "counter.cases.toml").write_text("[[case]]\nname = 'a'\n", "utf-8")
    loaded = load().scheme(str(scheme))
    report = try_scheme(loaded.versions[0], loaded, scheme)
    assert not report.passed and report.cases == () and len(report.problems) == 1


TEAMS = """
id = "own/teams"
version = "1"
effective = 2024-01-01
periods = ["month"]
rank = "team"
[facts]
deals = { kind = "count" }
sales = { kind = "money" }
[[indicator]]
id = "deals"
weight = 50
rule = { kind = "accrue", each = 5, most = 50 }
[[indicator]]
id = "sales"
weight = 50
rule = { kind = "rank", points = [50, 30], otherwise = 10, within = "team" }
[[indicator]]
id = "share"
weight = 10
measure = "sales / within(mean, sales, all)"
kind = "ratio"
rule = { kind = "bands", bands = [{ from = 1, points = 10 }, { otherwise = true, points = 0 }] }
[[indicator]]
id = "rise"
weight = 10
measure = "coalesce(previous(rank(sales, high)), 9)"
kind = "count"
rule = { kind = "deduct", each = 1 }
"""


def teams(tmp_path: Path, text: str) -> SchemeReport:
    path = tmp_path / "teams.toml"
    path.write_text(TEAMS, "utf-8")
    cases_path(path).write_text(text, "utf-8")
    loaded = load().scheme(str(path))
    return try_scheme(loaded.versions[0], loaded, path)


def among(name: str, expect: str, more: str = "") -> str:
    return f"[[case]]\nname = '{name}'\nperiod = '2024-03'\n{more}\nexpect = {{ {expect} }}\n"


def test_a_case_is_scored_among_others(tmp_path: Path) -> None:
    text = "[base]\ndeals = 4\nsales = 100\n"
    text += "[[others]]\nemployee = 'E2'\nteam = 'T1'\nsales = 300\n"
    text += "[[others]]\nteam = 'T2'\nsales = 500\nhistory = { '2024-02' = { sales = 900 } }\n"
    text += among("those of the file", "'sales.points' = 30, rank = 2, 'share.measure' = '0.3333'", "team = 'T1'")
    text += among("another team", "'sales.points' = 30, rank = 2", "team = 'T2'")
    text += among("no team is a team", "'sales.points' = 50, rank = 1")
    text += among("its own", "'sales.points' = 10, rank = 3", "others = [{ sales = 200 }, { sales = 101 }]")
    text += among("alone", "'sales.points' = 50, rank = 1, 'rise.measure' = 9, 'share.measure' = 1", "others = []")
    text += among("with a past", "'rise.measure' = 2", "history = { '2024-02' = {} }")
    report = teams(tmp_path, text)
    assert report.problems == () and report.cases is not None
    assert {each.case.name: each.differences for each in report.cases if each.differences} == {}


def test_breaks_are_tried_beside_a_colleague(tmp_path: Path) -> None:
    report = teams(tmp_path, among("alone", "rank = 1", "facts = { deals = 1, sales = 1 }"))
    assert report.passed
    assert report.at_breaks > 5
    path = tmp_path / "teams.toml"
    tried = {case.indicator for case in break_cases(load().scheme(str(path)).versions[0].sheet()).cases}
    assert tried == {"deals", "share"}


def test_who_is_tried_beside_a_colleague_lacks_nothing(tmp_path: Path) -> None:
    path = tmp_path / "teams.toml"
    path.write_text(TEAMS, "utf-8")
    sheet = load().scheme(str(path)).versions[0].sheet()
    assert {frozenset(case.facts) for case in break_cases(sheet).cases} == {frozenset(sheet.facts)}


def test_a_case_that_is_set_aside_is_a_difference(tmp_path: Path) -> None:
    path = tmp_path / "teams.toml"
    path.write_text(TEAMS, "utf-8")
    case = Case("c", Title(), "2024-Q1", {}, {}, {"status": "scored"})
    (difference,) = run_case(case, load().scheme(str(path)), among_others=True)
    assert difference.expected == "a result" and "2024-Q1" in difference.got


LADDER = """
id = "own/ladder"
version = "1"
effective = 2024-01-01
periods = ["cycle"]
[facts]
sold = { kind = "count" }
[ladder]
months = 2
level = [{ id = "low" }, { id = "high" }]
value = [{ id = "all", formula = "over_cycle(sum, sold)" }]
move = [
    { id = "rises", levels = ["low"], to = "up", when = "all >= 10" },
    { id = "falls", levels = ["high"], to = "down", when = "all < 5" },
]
"""


def test_the_cases_of_a_ladder_are_tried(tmp_path: Path) -> None:
    path = tmp_path / "ladder.toml"
    path.write_text(LADDER, "utf-8")
    first = "[[case]]\nname = '{}'\nlevel = 'low'\nlevel_since = '2024-01'\nperiod = '{}'\n{}\n"
    text = "[months]\n'2024-01' = { sold = 9 }\n'2024-02' = { sold = 1 }\n'2024-03' = {}\n"
    rises = "expect = { decision.outcome = 'promoted', decision.to = 'high', decision.since = '2024-03', "
    rises += "reasons = [{ code = 'move', move = 'rises' }] }"
    text += first.format("up", "2024-01+2", rises)
    text += first.format("not yet", "2024-03+2", "expect = { status = 'running', decision.outcome = '' }")
    text += first.format("a cycle of nobody", "2024-02+2", "expect = { status = 'scored' }")
    text += first.format("another", "2024-01+2", rises.replace("move = 'rises'", "move = 'falls'"))
    cases_path(path).write_text(text, "utf-8")
    loaded = load().scheme(str(path))
    report = try_scheme(loaded.versions[0], loaded.fixed("1"), path)
    assert (report.problems, report.at_breaks, report.failures) == ((), 0, ())
    assert report.cases is not None
    failed = {each.case.name: each.differences for each in report.cases if each.differences}
    assert list(failed) == ["a cycle of nobody", "another"]
    (refused,) = failed["a cycle of nobody"]
    assert "2024-02+2 is no cycle of case" in refused.got
    assert [(each.expected, each.got) for each in failed["another"]] == [
        ('{"code": "move", "move": "falls"}', '{"code": "move", "move": "rises"}')
    ]


def test_items_go_with_the_person_the_others_and_the_months_before(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(
        'id = "desk/month"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\nrank = "all"\n'
        '[facts]\ncalls = { kind = "count" }\n[adjustments]\n'
        '[[indicator]]\nid = "calls"\nweight = 100\nrule = { kind = "straight", of = 100 }\n'
        '[[pay]]\nid = "more"\namount = "total - previous(total)"\n',
        "utf-8",
    )
    cases_path(path).write_text(
        """
[base]
calls = 80
[history]
"2025-01" = { adjustments = [{ points = -2, reason = "a", author = "b" }] }
[[case]]
name = "behind the others"
period = "2025-02"
adjustments = [{ points = 1, reason = "a", author = "b" }]
others = [{ adjustments = [{ points = 3, reason = "a", author = "b" }] }, { adjustments = [] }]
expect = { total = "81.00", adjustment = 1, rank = 2, "pay.more" = "3.00" }
""",
        "utf-8",
    )
    scheme = load().scheme(str(path))
    report = try_scheme(scheme.newest, scheme, path)
    assert report.problems == () and report.cases is not None
    assert [outcome.differences for outcome in report.cases] == [()]
    assert report.passed
