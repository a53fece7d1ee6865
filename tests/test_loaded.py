import datetime
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError

import kpicore
from kpicore import LoadedScheme, Run, SchemeFolder, hookimpl
from kpicore.errors import PeriodError, UnknownSchemeError, UsageError
from kpicore.figure import UNREADABLE
from kpicore.io.figures import read_figures
from kpicore.io.table import Table
from kpicore.params import Settings
from kpicore.period import Month, parse_period
from kpicore.problem import Place
from kpicore.row import Row

FIRST = """
id = "own/desk"
version = "2020.1"
effective = 2020-01-01
periods = ["month"]
title = { en = "Desk" }

[facts]
done = { kind = "count" }
wanted = { kind = "count" }
calm = { kind = "rating" }
punctual = { kind = "flag" }

[params]
goal = { value = 1, kind = "ratio" }
old_goal = { value = 2 }

[[indicator]]
id = "finished"
weight = 60
measure = "done / wanted"
kind = "number"
rule = { kind = "proportion", to = "goal" }

[[indicator]]
id = "manner"
weight = 40
measure = "calm"
rule = { kind = "straight" }
only_if = "punctual"

[grade]
bands = [ { from = 80, grade = "A" }, { otherwise = true, grade = "B" } ]
"""
SECOND = """
id = "own/desk"
version = "2022.1"
effective = 2022-03-15
periods = ["month", "quarter"]
extends = "own/desk@2020.1"
without = ["manner", "fact:calm", "fact:punctual", "param:old_goal"]
title = { en = "Desk, revised" }
[params]
goal = { value = 0.5, kind = "ratio" }
[[indicator]]
id = "finished"
weight = 100
"""
FACTS = {"done": 9, "wanted": 10, "calm": "80", "punctual": "yes"}


class Listener:
    def __init__(self) -> None:
        self.runs: list[Run] = []

    @hookimpl
    def on_scored(self, run: Run) -> None:
        self.runs.append(run)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def scheme(tmp_path: Path, listener: Listener) -> LoadedScheme:
    (tmp_path / "desk.toml").write_text(FIRST, "utf-8")
    (tmp_path / "desk@revised.toml").write_text(SECOND, "utf-8")

    class Own:
        @hookimpl
        def register_schemes(self) -> list[SchemeFolder]:
            return [SchemeFolder(tmp_path, "own")]

    return kpicore.load(plugins=[Own(), listener]).scheme("own/desk")


def score(scheme: LoadedScheme, facts: Mapping[str, object] = FACTS, **more: Any) -> kpicore.Result:
    return scheme.score(facts, **({"employee": "E001", "period": "2020-06"} | more))


def codes(result: kpicore.Result) -> list[tuple[str, dict[str, str]]]:
    return [(reason.code, dict(reason.values)) for reason in result.reasons]


def test_a_result_is_typed_frozen_and_has_its_json(scheme: LoadedScheme) -> None:
    result = score(scheme, name="王芳", team="T1", occasion="regular")
    assert result.total == Decimal("86.00")
    assert result.grade == "A"
    assert result.indicators["finished"].measure == Decimal("0.9000")
    told = json.loads(result.to_json())
    assert {name: told[name] for name in ("employee", "name", "team", "period", "occasion", "total", "version")} == {
        "employee": "E001",
        "name": "王芳",
        "team": "T1",
        "period": "2020-06",
        "occasion": "regular",
        "total": "86.00",
        "version": "2020.1",
    }
    with pytest.raises(FrozenInstanceError):
        result.total = Decimal(100)  # type: ignore[misc]


@pytest.mark.parametrize(
    "facts",
    [
        {"done": "9", "wanted": "１０", "calm": 80.0, "punctual": True},
        {"done": Decimal("9.0"), "wanted": "10.0", "calm": Decimal(80), "punctual": "是"},
        {"done": 9, "wanted": 10, "calm": " 80 ", "punctual": 1},
    ],
    ids=["texts", "decimals", "numbers"],
)
def test_facts_are_taken_as_people_and_frames_write_them(scheme: LoadedScheme, facts: Mapping[str, object]) -> None:
    assert score(scheme, facts) == score(scheme)


def test_blank_figures_are_missing(scheme: LoadedScheme) -> None:
    for blank in (None, "", "  "):
        result = score(scheme, {**FACTS, "done": blank})
        assert (result.status, result.indicators["finished"].state) == ("incomplete", "missing")
        assert result == score(scheme, {name: value for name, value in FACTS.items() if name != "done"})


def _named(raw: object) -> str:
    return "object" if type(raw) is object else str(raw)


@pytest.mark.parametrize("raw", ["x", "1e3", -1, "9.5", float("nan"), True, 10**18, object(), [1]], ids=_named)
def test_a_figure_that_can_not_be_read_is_unreadable_and_said(scheme: LoadedScheme, raw: object) -> None:
    result = score(scheme, {**FACTS, "done": raw})
    assert (result.status, result.indicators["finished"].state) == ("incomplete", "unreadable")
    assert result.indicators["manner"].state == "scored"
    assert ("unreadable_figure", {"indicator": "finished", "fact": "done"}) in codes(result)
    (told,) = [values for code, values in codes(result) if code == "unreadable_figure" and "value" in values]
    assert told["fact"] == "done"
    assert told["value"] == str(raw)
    assert told["expected"]


def test_a_name_that_nobody_declared_is_never_dropped_in_silence(scheme: LoadedScheme) -> None:
    result = score(scheme, {**FACTS, "wnated": 3, "zzz": None})
    assert result.total == score(scheme).total
    assert codes(result) == [
        ("unknown_figure", {"fact": "wnated", "did_you_mean": "wanted"}),
        ("unknown_figure", {"fact": "zzz"}),
    ]


def test_parameters_are_set_for_all_for_a_call_or_by_a_row(scheme: LoadedScheme) -> None:
    plain = score(scheme)
    by_call = score(scheme, params={"goal": "90 %"})
    by_row = score(scheme, {**FACTS, "goal": "0.9"})
    by_settings = score(scheme, params=Settings(everybody={"goal": Decimal("0.9")}, names=frozenset(["goal"])))
    assert plain.total == Decimal("86.00")
    assert by_call.total == by_row.total == by_settings.total == Decimal("92.00")
    assert by_call.hash == by_row.hash == by_settings.hash != plain.hash
    assert by_call == score(scheme, params={"goal": "0.9"})
    team = Settings(teams={"T1": {"goal": Decimal("0.9")}}, names=frozenset(["goal"]))
    assert score(scheme, params=team, team="T1").total == Decimal("92.00")
    assert score(scheme, params=team, team="T2").total == Decimal("86.00")


def test_bad_parameters_are_all_named(scheme: LoadedScheme) -> None:
    with pytest.raises(UsageError) as caught:
        score(scheme, params={"gaol": 1, "goal": 7, "old_goal": " "})
    found = [(problem.code, problem.key) for problem in caught.value.problems]
    assert found == [("unknown_param", "gaol"), ("bad_setting", "goal"), ("bad_setting", "old_goal")]
    assert "Did you mean 'goal'?" in str(caught.value)


def test_a_parameter_of_another_version_is_passed_over(scheme: LoadedScheme) -> None:
    params = {"goal": "0.9", "old_goal": 3}
    rows = [{"employee": "E1", "period": period, **FACTS} for period in ("2020-06", "2022-06")]
    assert [result.total for result in scheme.score_many(rows, params=params)] == [Decimal("92.00"), Decimal("100.00")]
    settings = Settings(everybody={"goal": Decimal("0.9"), "old_goal": 3}, names=frozenset(params))
    assert score(scheme, params=settings, period="2022-06").hash == score(scheme, params=params, period="2022-06").hash


def test_the_period_picks_the_newest_version_in_force_on_its_first_day(scheme: LoadedScheme) -> None:
    assert [version.version for version in scheme.versions] == ["2020.1", "2022.1"]
    for period, version in {"2020-01": "2020.1", "2022-03": "2020.1", "2022-04": "2022.1", "2030-12": "2022.1"}.items():
        assert scheme.in_force(parse_period(period)).version == version
        assert score(scheme, period=period).version == version
    with pytest.raises(
        UnknownSchemeError, match=r"own/desk was in force in 2015-01; the first is 2020\.1, from 2020-01-01\."
    ):
        score(scheme, period="2015-01")


def test_a_version_can_be_fixed(scheme: LoadedScheme) -> None:
    assert score(scheme, version="2022.1", period="2019-01").version == "2022.1"
    fixed = scheme.fixed("2020.1")
    assert fixed.in_force(parse_period("2030-01")).version == "2020.1"
    assert score(fixed, period="2030-01").version == "2020.1"
    assert (fixed.title.text("en"), scheme.title.text("en")) == ("Desk", "Desk, revised")
    for wrong in (lambda: scheme.fixed("2020.2"), lambda: score(scheme, version="2020.2")):
        with pytest.raises(UnknownSchemeError, match=r"no version '2020\.2'\. Did you mean '2020\.1'\?"):
            wrong()


def test_a_period_of_another_kind_is_refused(scheme: LoadedScheme) -> None:
    assert score(scheme, period="2022-Q3").version == "2022.1"
    with pytest.raises(PeriodError, match=r"2020-Q3.*a quarter, where a month is meant"):
        score(scheme, period="2020-Q3")
    with pytest.raises(PeriodError, match="a year, where a month or a quarter is meant"):
        score(scheme, period="2022")
    with pytest.raises(PeriodError, match="is not a period"):
        score(scheme, period="soon")


def test_periods_come_as_texts_periods_and_dates(scheme: LoadedScheme) -> None:
    expected = score(scheme)
    for period in ("2020年6月", Month(2020, 6), datetime.date(2020, 6, 1)):
        assert score(scheme, period=period) == expected


def test_a_strangers_period_will_do(scheme: LoadedScheme) -> None:
    class Fortnight:
        """What fulfils the protocol, and no class of kpicore's."""

        def __init__(self, kind: str) -> None:
            self.kind = kind
            self.inside = Month(2020, 6)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.inside, name)

        def __lt__(self, other: Any) -> bool:
            return bool(self.inside < other)

        def __str__(self) -> str:
            return "mine"

    assert score(scheme, period=Fortnight("month")).period == "mine"
    with pytest.raises(PeriodError, match="not fortnight"):
        score(scheme, period=Fortnight("fortnight"))


def test_keys_are_checked(scheme: LoadedScheme) -> None:
    assert score(scheme, employee=" E1 ", name="", team=7).employee == "E1"
    assert score(scheme, name="", team=7).team == "7"
    with pytest.raises(UsageError, match="The employee is missing"):
        score(scheme, employee=" ")
    with pytest.raises(UsageError, match="The team can not be read"):
        score(scheme, team="a\nb")


def test_total_and_grade_are_those_of_the_result(scheme: LoadedScheme) -> None:
    for facts in (FACTS, {**FACTS, "done": 0}, {**FACTS, "done": "x"}, {}):
        for params in (None, {"goal": "0.9"}):
            result = score(scheme, facts, params=params)
            brief = scheme.total_and_grade(facts, period="2020-06", params=params)
            assert brief == (result.status, result.total, result.grade)
    assert scheme.total_and_grade(FACTS, period="2020-06", version="2022.1") == ("scored", Decimal("100.00"), "A")


def test_score_many_sets_bad_rows_aside_and_scores_the_others(scheme: LoadedScheme, listener: Listener) -> None:
    rows: list[Any] = [
        {"employee": "E1", "period": "2020-06", "name": "A", "team": "T", "occasion": "spot", **FACTS},
        {"employee": "E2", "period": "2020-06", "facts": FACTS},
        {"period": "2020-06", **FACTS},
        {"employee": "E3", **FACTS},
        {"employee": "E4", "period": "2020-Q1", **FACTS},
        {"employee": "E5", "period": "2019-12", **FACTS},
        ["E6"],
        {"employee": "E7", "period": "2020-06", **FACTS, "done": "many", "wnated": 1},
        {"employee": "E8", "period": "2020-06", **FACTS, "wnated": 1},
        {"employee": "E9", "period": "2020-06", "name": 1.5, **FACTS},
    ]
    run = scheme.score_many(iter(rows))
    assert [result.employee for result in run] == ["E1", "E2", "E7", "E8"]
    assert len(run) == 4
    assert run.results[0] == score(scheme, employee="E1", name="A", team="T", occasion="spot")
    assert run.results[1] == score(scheme, employee="E2")
    found = [(problem.code, problem.place.row, problem.severity) for problem in run.problems]
    assert found == [
        ("bad_employee", 3, "error"),
        ("bad_period", 4, "error"),
        ("bad_period", 5, "error"),
        ("no_version", 6, "error"),
        ("bad_row", 7, "error"),
        ("bad_figure", 8, "error"),
        ("unknown_figure", 8, "warning"),
        ("bad_name", 10, "error"),
    ]
    unread = run.problems[5]
    assert (unread.key, unread.value, unread.expected) == ("done", "many", "a number such as 1234.50")
    assert "'many' is not a number" in unread.message
    assert run.problems[6].hint == "Did you mean 'wanted'?"
    assert not run.complete
    assert scheme.score_many(rows[:2]).complete
    assert [one.results for one in listener.runs] == [run.results, run.results[:2]]


def test_score_many_gives_the_hint_of_a_figure(scheme: LoadedScheme) -> None:
    run = scheme.score_many([{"employee": "E1", "period": "2020-06", **FACTS, "goal": "98"}])
    assert [problem.hint for problem in run.problems] == ["Write 98 % or 0.98."]
    assert run.results[0].indicators["finished"].state == "unreadable"


def test_score_many_reports_two_rows_of_one_person_and_period(scheme: LoadedScheme) -> None:
    rows = [{"employee": "E1", "period": period, **FACTS} for period in ("2020-06", "2020-07", "2020年6月")]
    run = scheme.score_many(rows)
    assert [result.period for result in run] == ["2020-06", "2020-07", "2020-06"]
    assert [(problem.code, problem.place.row) for problem in run.problems] == [("duplicate_row", 3)]
    assert "Row 1 is of E1 in 2020-06 too" in run.problems[0].message


def test_score_many_with_bad_parameters_raises(scheme: LoadedScheme) -> None:
    with pytest.raises(UsageError, match="goal"):
        scheme.score_many([{"employee": "E1", "period": "2020-06"}], params={"goal": 7})


def test_score_rows_takes_what_the_readers_give(scheme: LoadedScheme, listener: Listener) -> None:
    columns = ["employee", "period", *FACTS]
    cells = [("E1", "2020-06", *FACTS.values()), ("E2", "2019-06", *FACTS.values())]
    model = scheme.newest.model
    table = Table("in.csv", None, columns, list(enumerate(cells, 2)))
    figures = read_figures([table], scheme.versions[0].model)
    run = scheme.score_rows(figures.rows, Settings.of(model))
    assert [result.total for result in run] == [Decimal("86.00")]
    (problem,) = run.problems
    assert (problem.code, problem.place) == ("no_version", Place("in.csv", row=3))
    assert "The row of E2 is set aside." in problem.message
    assert len(listener.runs) == 1
    late = scheme.score_rows(figures.rows, version="2022.1")
    assert [result.version for result in late] == ["2022.1", "2022.1"]


def test_score_rows_sets_aside_a_period_that_is_not_scored(scheme: LoadedScheme) -> None:
    row = Row("E1", parse_period("2024"), {"done": UNREADABLE})
    run = scheme.score_rows([row])
    assert [(problem.code, problem.place) for problem in run.problems] == [("bad_period", Place())]
    assert run.results == ()


def test_versions_that_can_not_be_told_apart_are_refused(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text(FIRST, "utf-8")
    (tmp_path / "desk@again.toml").write_text(FIRST, "utf-8")
    (tmp_path / "desk@day.toml").write_text(FIRST.replace("2020.1", "2020.2"), "utf-8")

    class Own:
        @hookimpl
        def register_schemes(self) -> list[SchemeFolder]:
            return [SchemeFolder(tmp_path, "own")]

    with pytest.raises(kpicore.SchemeError) as caught:
        kpicore.load(plugins=[Own()]).scheme("own/desk")
    found = [
        (Path(problem.place.file or "").name, problem.place.line, problem.key) for problem in caught.value.problems
    ]
    assert found == [("desk@again.toml", 3, "version"), ("desk@day.toml", 4, "effective")]
