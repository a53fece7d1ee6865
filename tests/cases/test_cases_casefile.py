"""The file of worked cases: how it is read, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kpicore.cases.casefile import ENDING, Case, cases_path, expectable, read_cases
from kpicore.folder import CASES_ENDING
from kpicore.loaded import LoadedScheme
from kpicore.registry import load

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def counter() -> LoadedScheme:
    return load().scheme(str(DATA / "counter.toml"))


def problems(tmp_path: Path, counter: LoadedScheme, text: str) -> list[str]:
    path = tmp_path / "counter.cases.toml"
    path.write_text(text, "utf-8")
    return [str(problem).replace(str(path), "FILE") for problem in read_cases(path, counter.versions[0].model)[1]]


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
        (
            "[[case]]\nname = 'a'\nteam = 1\nexpect = { total = 1 }\n",
            'FILE:3: case.1.team: A text is expected.\n    Write team = "...".',
        ),
        (
            "[[case]]\nname = 'a'\nemployee = ' '\nexpect = { total = 1 }\n",
            'FILE:3: case.1.employee: A text is expected.\n    Write employee = "...".',
        ),
        (
            "others = 1\n",
            "FILE:1: others: A list of rows is expected.\n"
            '    Write others = [{ employee = "E2", team = "T1", name = value }].',
        ),
        ("others = [1]\n", 'FILE:1: others.1: A table is expected.\n    Write { employee = "E2", name = value }.'),
        ("[[others]]\nemployee = 'a'\n[[others]]\nemployee = 'a'\n", "FILE:4: others.2.employee: 'a' is given twice."),
        ("[[others]]\nsale = 1\n", "FILE:2: others.1.sale: The scheme has no fact 'sale'.\n    Did you mean 'sales'?"),
        (
            "[[others]]\nhistory = { '2024-02' = 1 }\n",
            "FILE:2: others.1.history.2024-02: A table is expected.\n    Write { name = value }.",
        ),
        (
            "[[case]]\nname = 'a'\nemployee = 'E1'\nothers = [{ employee = 'E1' }]\nexpect = { total = 1 }\n",
            "FILE:4: case.1.others: 'E1' is the person of the case itself.\n    Give the others names of their own.",
        ),
    ],
)
def test_every_mistake_has_its_line(tmp_path: Path, counter: LoadedScheme, text: str, found: str) -> None:
    assert problems(tmp_path, counter, text) == [found]


def test_all_mistakes_are_reported_at_once(tmp_path: Path, counter: LoadedScheme) -> None:
    text = "[[case]]\nnam = 'a'\nfacts = { sale = 1, byers = 2 }\nexpect = { totl = 1, grad = 'A' }\n"
    assert len(problems(tmp_path, counter, text)) == 6


def test_a_file_that_is_no_toml(tmp_path: Path, counter: LoadedScheme) -> None:
    (found,) = problems(tmp_path, counter, "[[case]]\nname\n")
    assert found.startswith("FILE:2: ")


@pytest.fixture(scope="module")
def ladder() -> LoadedScheme:
    return load().scheme("beauty/consultant-ladder")


def test_the_cases_of_a_ladder_are_of_cycles(tmp_path: Path, ladder: LoadedScheme) -> None:
    path = tmp_path / "ladder.cases.toml"
    path.write_text(
        "[base]\nsales = 5\nnew_customers = 2\n[months]\n'2024-01' = {}\n'2024年2月' = { sales = '' }\n"
        "[[case]]\nname = 'a'\nperiod = '2024-02+3'\nlevel = 'trainee'\nexpect = { status = 'incomplete' }\n"
        "[[case]]\nname = 'b'\nlevel = 'candidate'\nlevel_since = '2023/11'\nmonths.2024-03 = { new_customers = 0 }\n"
        "expect = { decision.outcome = 'stays', decision.to = '', reasons = [{ code = 'move', move = 'x' }] }\n",
        "utf-8",
    )
    cases, found = read_cases(path, ladder.newest.model)
    assert found == ()
    assert cases[0].period == "2024-02+3"
    assert cases[0].facts == {"level": "trainee", "level_since": "2024-02"}
    assert cases[0].history == {
        "2024-01": {"sales": 5, "new_customers": 2},
        "2024-02": {"sales": "", "new_customers": 2},
    }
    assert cases[1].period == "2011-01+3"  # the first of the year after the scheme came into force
    assert cases[1].facts == {"level": "candidate", "level_since": "2023-11"}
    assert cases[1].history == {"2024-03": {"sales": 5, "new_customers": 0}}
    assert cases[1].expect == {
        "decision.outcome": "stays",
        "decision.to": "",
        "reasons": [{"code": "move", "move": "x"}],
    }


def test_what_a_ladders_case_may_expect_is_what_a_result_has(ladder: LoadedScheme) -> None:
    months = {f"2024-0{month}": {"new_customers": 2} for month in (1, 2, 3)}
    facts = {"level": "trainee", "level_since": "2024-01"}
    flat = ladder.score(facts, employee="E1", period="2024-01+3", history=months).flat()
    names = expectable(ladder.newest.model)
    assert set(names) <= set(flat)
    assert {name for name in flat if name.startswith("decision.")} <= set(names)


CASE = "[[case]]\nname = 'a'\nlevel = 'trainee'\n"
EXPECT = "expect = { status = 'scored' }\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "[history]\n",
            "FILE:1: history: A ladder's cases have no history.\n"
            "    Write the months before the cycle in 'months' too.",
        ),
        ("[[others]]\n", "FILE:1: others: A cycle is compared with nobody's.\n    Leave it away."),
        (
            f"{CASE}facts = {{ sales = 1 }}\n{EXPECT}",
            "FILE:4: case.1.facts: A cycle has no figures of its own.\n"
            "    Write those of its months in 'months', by month.",
        ),
        (
            f"{CASE}others = []\n{EXPECT}",
            "FILE:4: case.1.others: A cycle is compared with nobody's.\n    Leave it away.",
        ),
        (f"{CASE}monts = {{}}\n{EXPECT}", "FILE:4: case.1.monts: It is not known here.\n    Did you mean 'months'?"),
        (
            f"[[case]]\nname = 'a'\n{EXPECT}",
            "FILE:1: case.1.level: 'level' is missing: where the person starts.\n"
            "    Write one of candidate, trainee, professional.",
        ),
        (
            f"[[case]]\nname = 'a'\nlevel = 'trainer'\n{EXPECT}",
            "FILE:3: case.1.level: There is no level 'trainer'.\n    Did you mean 'trainee'?",
        ),
        (
            f"{CASE}level_since = '2024-Q1'\n{EXPECT}",
            "FILE:4: case.1.level_since: '2024-Q1' is a quarter, where a month is meant.\n"
            "    Write one of 2024-01 to 2024-03.",
        ),
        (
            f"{CASE}period = '2024-01'\n{EXPECT}",
            "FILE:4: case.1.period: '2024-01' is a month, where a cycle is meant.\n    Write 2024-01+1 for 1 month.",
        ),
        (
            f"{CASE}months = 3\n{EXPECT}",
            'FILE:4: case.1.months: A table is expected.\n    Write { "2024-02" = { name = value } }.',
        ),
        (
            f"{CASE}months.2024-01+3 = {{}}\n".replace("2024-01+3", "'2024-01+3'") + EXPECT,
            "FILE:4: case.1.months.2024-01+3: '2024-01+3' is a cycle, where a month is meant.\n"
            "    Write one of 2024-01 to 2024-03.",
        ),
        (
            f"{CASE}months = {{ 2024-01 = {{}}, '2024/1' = {{}} }}\n{EXPECT}",
            "FILE:4: case.1.months.2024/1: 2024-01 is given twice.",
        ),
        (
            f"{CASE}months.2024-01 = {{ sale = 1 }}\n{EXPECT}",
            "FILE:4: case.1.months.2024-01.sale: The scheme has no fact 'sale'.\n    Did you mean 'sales'?",
        ),
        (
            f"{CASE}expect = {{ total = 1 }}\n",
            "FILE:4: case.1.expect.total: A result has no 'total'.\n"
            "    There is: status, decision.outcome, decision.from, "
            "decision.to, decision.since, decision.next_cycle, reasons.",
        ),
        (
            f"{CASE}expect = {{ decision.form = 'trainee' }}\n",
            "FILE:4: case.1.expect.decision.form: A result has no 'decision.form'.\n    Did you mean 'decision.from'?",
        ),
        (
            f"{CASE}expect = {{ reasons = [{{ move = 'enters' }}] }}\n",
            'FILE:4: case.1.expect.reasons: A list of codes is expected.\n    Write ["missing_figure"] or [].',
        ),
        (
            f"{CASE}expect = {{ reasons = [{{ code = 'move', move = 1 }}] }}\n",
            'FILE:4: case.1.expect.reasons: A list of codes is expected.\n    Write ["missing_figure"] or [].',
        ),
    ],
)
def test_every_mistake_in_a_ladders_cases_has_its_line(
    tmp_path: Path, ladder: LoadedScheme, text: str, found: str
) -> None:
    assert problems(tmp_path, ladder, text) == [found]


@pytest.mark.parametrize("key", ["level = 'trainee'", "level_since = '2024-01'", "months = {}"])
def test_only_a_ladders_cases_have_levels(tmp_path: Path, counter: LoadedScheme, key: str) -> None:
    (problem,) = problems(tmp_path, counter, f"[[case]]\nname = 'a'\n{key}\nexpect = {{ status = 'scored' }}\n")
    assert problem.startswith(f"FILE:3: case.1.{key.partition(' ')[0]}: It is not known here.")


ITEM = '{ points = 2, reason = "a", author = "b" }'


@pytest.fixture(scope="module")
def adjusting() -> LoadedScheme:
    """A sheet that allows plus and minus items."""
    return load().scheme(str(DATA.parents[1] / "examples" / "showroom-advisor.toml"))


def case_of(tmp_path: Path, scheme: LoadedScheme, text: str) -> tuple[tuple[Case, ...], list[str]]:
    path = tmp_path / "made.cases.toml"
    path.write_text(f"[[case]]\nname = 'a'\n{text}\nexpect = {{ status = 'scored' }}\n", "utf-8")
    cases, found = read_cases(path, scheme.newest.model)
    return cases, [str(problem).replace(str(path), "FILE") for problem in found]


def test_a_case_may_have_items(tmp_path: Path, adjusting: LoadedScheme) -> None:
    ((case,), found) = case_of(
        tmp_path,
        adjusting,
        f"adjustments = [{ITEM}, {{ points = 1.5 }}]\nothers = [{{ orders = 3, adjustments = [{ITEM}] }}, {{}}]\n"
        f"history = {{ '2024-12' = {{ orders = 3, adjustments = [{ITEM}] }} }}",
    )
    item = {"points": 2, "reason": "a", "author": "b"}
    assert found == []
    assert case.adjustments == (item, {"points": pytest.approx(1.5)})
    assert [other.adjustments for other in case.others] == [(item,), ()]
    assert case.history == {"2024-12": {"orders": 3, "adjustments": (item,)}}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("adjustments = 3", "adjustments: A list of rows is expected.\n    Write adjustments = [{ points = 2, "),
        ("adjustments = [3]", "adjustments.1: A table is expected.\n    Write adjustments"),
        ("adjustments = [{ point = 2 }]", "adjustments.1.point: An item has no 'point'.\n    Did you mean 'points'?"),
        ("adjustments = [{ points = [2] }]", "adjustments.1.points: A single value is expected."),
        ("others = [{ adjustments = 3 }]", "others.1.adjustments: A list of rows is expected."),
    ],
)
def test_items_that_are_none(tmp_path: Path, adjusting: LoadedScheme, text: str, found: str) -> None:
    _, (told,) = case_of(tmp_path, adjusting, text)
    assert told.startswith(f"FILE:3: case.1.{found}")


def test_a_scheme_that_allows_no_items(tmp_path: Path, counter: LoadedScheme, ladder: LoadedScheme) -> None:
    _, (told,) = case_of(tmp_path, counter, f"adjustments = [{ITEM}]")
    assert told == (
        "FILE:3: case.1.adjustments: The scheme allows no plus and minus items.\n"
        "    Write [adjustments] in it, or leave them away."
    )
    assert "adjustment" not in expectable(counter.newest.model)
    _, found = case_of(tmp_path, ladder, f"level = 'low'\nadjustments = [{ITEM}]")
    assert any("case.1.adjustments: It is not known here." in told for told in found)


def test_a_case_may_expect_what_the_items_come_to(adjusting: LoadedScheme) -> None:
    names = expectable(adjusting.newest.model)
    flat = adjusting.score({}, employee="E1", period="2024-03").flat()
    assert set(flat) - set(names) == {
        *("employee", "name", "team", "period", "scheme", "version", "hash", "occasion", "adjustments")
    }
