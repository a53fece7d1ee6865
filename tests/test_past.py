"""Sheets that look along a person: what serves as history, and what each way of scoring makes of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

import kpicore
from kpicore import LoadedScheme, SchemeFolder, hookimpl
from kpicore.cli.main import cli
from kpicore.errors import NeedsOthersError, PeriodError, SchemeError
from kpicore.figure import UNREADABLE
from kpicore.formula.node import Absence, Fact, Node
from kpicore.history import Known
from kpicore.past import Past, looks_back, past_of, with_past
from kpicore.period import Month, parse_period
from kpicore.row import Row

FIRST = """
id = "own/desk"
version = "1"
effective = 2022-01-01
periods = ["month"]
[facts]
sold = { kind = "count" }
team_goal = { kind = "count", default = 10 }
[params]
each = { value = 1 }
[[indicator]]
id = "growth"
weight = 50
measure = "sold - coalesce(year_ago(sold), previous(sold))"
kind = "number"
counts_when = "given(coalesce(year_ago(sold), previous(sold)))"
rule = { kind = "accrue", each = "each" }
[[indicator]]
id = "goal"
weight = 50
measure = "sold / team_goal"
kind = "ratio"
rule = { kind = "straight" }
[grade]
bands = [ { from = 80, grade = "A" }, { otherwise = true, grade = "B" } ]
"""
STEADY = """
id = "own/desk"
version = "1"
effective = 2000-01-01
periods = ["month"]
[facts]
n = { kind = "number" }
[[indicator]]
id = "kept"
weight = 100
measure = "(coalesce(previous(total), 100) + n) / 2"
kind = "number"
rule = { kind = "straight", of = 100 }
"""


VISITS = """
id = "own/visits"
version = "1"
effective = 2000-01-01
periods = ["day"]
[facts]
n = { kind = "count" }
[[indicator]]
id = "kept"
weight = 100
measure = "coalesce(previous(n), 70) + 10 * streak(n > 1)"
kind = "number"
rule = { kind = "straight", of = 100 }
"""


Months = dict[str, dict[str, object]]


class Plugin:
    def __init__(self, root: Path) -> None:
        self.root = root

    @hookimpl
    def register_schemes(self) -> Any:
        return [SchemeFolder(self.root, "own")]


def scheme(root: Path, *texts: str) -> LoadedScheme:
    for number, text in enumerate(texts):
        (root / f"desk@{number}.toml").write_text(text, "utf-8")
    return kpicore.load(plugins=[Plugin(root)], entry_points=True).scheme("own/desk")


@pytest.fixture
def desk(tmp_path: Path) -> LoadedScheme:
    return scheme(tmp_path, FIRST)


def measure(scheme: LoadedScheme, sold: object, period: str = "2024-03", **given: Any) -> tuple[str, str]:
    line = scheme.score({"sold": sold}, employee="E1", period=period, **given).indicators["growth"]
    return str(line.measure), line.state


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 3, 2), (3, 2, 1, 0)])
def test_visits_of_a_day_follow_one_another_in_whatever_order_their_rows_come(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    (tmp_path / "visits.toml").write_text(VISITS, "utf-8")
    visits = kpicore.load().scheme(str(tmp_path / "visits.toml"))
    rows = [
        {"employee": "E1", "period": f"2024-03-{day}", "n": n}
        for day, n in (("01", 2), ("01#2", 3), ("01#3", 0), ("02", 5))
    ]
    given = [rows[place] for place in order]
    expected = {"2024-03-01": "80.0000", "2024-03-01#2": "22.0000", "2024-03-01#3": "3.0000", "2024-03-02": "22.0000"}
    for run in (visits.score_many(given), visits.score_table(pl.DataFrame(given))):
        assert {each.period: str(each.indicators["kept"].measure) for each in run} == expected


# ---- the rows of a person


def plain(node: Node, row: Row) -> Known:
    assert isinstance(node, Fact)
    figure = row.facts.get(node.id)
    return Absence.MISSING if figure is None else Absence.UNREADABLE if figure is UNREADABLE else figure  # type: ignore[return-value]


def test_rows_go_to_the_history_of_their_person() -> None:
    given = [Row(who, Month(2024, month), {"x": month}) for who in ("E1", "E2") for month in (2, 1)]
    held = with_past(given, plain)
    assert held == given
    assert held[0].history is held[1].history is not held[2].history
    history = held[0].history
    assert history is not None
    assert [str(period) for period in history.periods] == ["2024-01", "2024-02"]
    assert history.row(Month(2024, 1)) is held[1]
    assert history.row(Month(2023, 1)) is None
    assert history.value(Fact("x"), Month(2024, 1)) == 1
    assert history.value(Fact("x"), Month(2023, 12)) is Absence.MISSING


def test_two_rows_of_a_period_can_not_be_read() -> None:
    (first, *_) = with_past([Row("E1", Month(2024, 1), {"x": 1}) for _ in range(3)], plain)
    assert first.history is not None
    assert first.history.row(Month(2024, 1)) is None
    assert first.history.value(Fact("x"), Month(2024, 1)) is Absence.UNREADABLE


def test_a_value_is_computed_once() -> None:
    asked: list[str] = []

    def read(node: Node, row: Row) -> Known:
        asked.append(str(row.period))
        return Absence.MISSING

    past = Past(read)
    past.add(Row("E1", Month(2024, 1), {}))
    for _ in range(3):
        assert past.value(Fact("x"), Month(2024, 1)) is Absence.MISSING
    assert asked == ["2024-01"]


def test_figures_of_the_scored_period_are_passed_over_in_a_history() -> None:
    row = past_of([(Month(2024, 3), {"x": 9}), (Month(2024, 2), {"x": 1})], Row("E1", Month(2024, 3), {"x": 5}), plain)
    assert row.history is not None
    assert row.history.value(Fact("x"), Month(2024, 3)) == 5
    assert row.history.value(Fact("x"), Month(2024, 2)) == 1


# ---- one person


def test_without_history_such_a_sheet_scores_nobody(desk: LoadedScheme) -> None:
    assert looks_back(desk.newest.sheet())
    for call in (desk.score, desk.total_and_grade):
        with pytest.raises(NeedsOthersError, match="looks along a person"):
            call({"sold": 8}, employee="E1", period="2024-03")
    assert desk.score({"sold": 8}, employee="E1", period="2024-03", history={}).status == "scored"


def test_a_sheet_that_does_not_look_back_takes_a_history_too() -> None:
    counter = kpicore.load().scheme(str(Path(__file__).parent / "data" / "counter.toml"))
    assert not looks_back(counter.newest.sheet())
    facts = {"buyers": 1}
    plainly = counter.score(facts, employee="E1", period="2024-03")
    assert counter.score(facts, employee="E1", period="2024-03", history={"2024-02": facts}) == plainly


def test_the_period_before_is_the_calendars_present_or_not(desk: LoadedScheme) -> None:
    assert measure(desk, 8, history={"2024-02": {"sold": 3}}) == ("5.0000", "scored")
    assert measure(desk, 8, history={"2024-01": {"sold": 3}}) == ("None", "left_out")
    assert measure(desk, 8, "2024-01", history={"2023-12": {"sold": 3}}) == ("5.0000", "scored")
    assert measure(desk, 8, history={"2024-02": {"sold": 3}, "2023-03": {"sold": 6}}) == ("2.0000", "scored")


def test_a_figure_a_year_ago_that_can_not_be_read_is_not_none(desk: LoadedScheme) -> None:
    history: Months = {"2023-03": {"sold": "x"}, "2024-02": {"sold": 3}}
    result = desk.score({"sold": 8}, employee="E1", period="2024-03", history=history)
    assert (result.status, result.total, result.indicators["growth"].state) == ("incomplete", None, "unreadable")
    (reason,) = [each for each in result.reasons if each.code == "unreadable_figure"]
    assert (reason.value("fact"), reason.value("period")) == ("sold", "2023-03")


def test_periods_of_a_history_are_read_as_people_write_them(desk: LoadedScheme) -> None:
    expected = ("5.0000", "scored")
    for key in ("2024-02", "2024年2月", "202402"):
        assert measure(desk, 8, history={key: {"sold": "3"}}) == expected
    assert measure(desk, 8, history={parse_period("2024-02"): {"sold": 3}}) == expected
    for key in ("February", "2024-Q1"):
        with pytest.raises(PeriodError):
            measure(desk, 8, history={key: {"sold": 3}})


def test_a_period_given_twice_can_not_be_read(desk: LoadedScheme) -> None:
    assert measure(desk, 8, history={"2024-02": {"sold": 3}, "2024/2": {"sold": 4}}) == ("None", "unreadable")


def test_a_name_in_a_history_that_nobody_declared_is_told_once(desk: LoadedScheme) -> None:
    history = {"2024-02": {"sold": 3, "sould": 1}, "2024-01": {"sould": 2}}
    result = desk.score({"sold": 8}, employee="E1", period="2024-03", history=history)
    told = [dict(reason.values) for reason in result.reasons if reason.code == "unknown_figure"]
    assert told == [{"fact": "sould", "did_you_mean": "sold"}]


def test_the_quick_path_gives_the_same(desk: LoadedScheme) -> None:
    histories: list[Months] = [{}, {"2024-02": {"sold": 3}}, {"2024-02": {"sold": "x"}}, {"2023-03": {"sold": 0}}]
    for history in histories:
        result = desk.score({"sold": 8}, employee="E1", period="2024-03", history=history)
        brief = desk.total_and_grade({"sold": 8}, period="2024-03", history=history)
        assert brief == (result.status, result.total, result.grade)


def test_parameters_hold_for_the_past_too(tmp_path: Path) -> None:
    text = FIRST.replace('"sold - coalesce(year_ago(sold), previous(sold))"', '"previous(points(goal)) + 0 * sold"')
    text = text.replace('{ kind = "straight" }', '{ kind = "straight", of = "each" }')
    desk = scheme(tmp_path, text)
    history = {"2024-02": {"sold": 5}}
    assert measure(desk, 8, history=history)[0] == "25.0000"
    assert measure(desk, 8, history=history, params={"each": 2})[0] == "12.5000"


# ---- a chain of results


def test_the_total_of_the_period_before_may_stand_in_a_measure_but_not_this_one(tmp_path: Path) -> None:
    assert scheme(tmp_path, STEADY).newest.looks_back
    path = tmp_path / "plain.toml"
    path.write_text(STEADY.replace("previous(total)", "total"), "utf-8")
    with pytest.raises(SchemeError) as caught:
        kpicore.load().scheme(str(path)).newest.sheet()
    assert "total" in str(caught.value) and "previous(...)" in str(caught.value)


def test_a_chain_of_two_hundred_months(tmp_path: Path) -> None:
    steady = scheme(tmp_path, STEADY)
    months = [str(Month(2000, 1).later(count)) for count in range(200)]
    rows: list[dict[str, object]] = [
        {"employee": "E1", "period": month, "n": place % 7} for place, month in enumerate(months)
    ]
    expected, total = [], Decimal(100)
    for place in range(len(rows)):
        total = ((total + place % 7) / 2).quantize(Decimal("0.0001"), "ROUND_HALF_UP")
        total = total.quantize(Decimal("0.01"), "ROUND_HALF_UP")
        expected.append(total)
    assert [result.total for result in steady.score_many(rows)] == expected
    backwards = steady.score_many(reversed(rows))
    assert [result.total for result in backwards] == expected[::-1]
    history: Months = {str(row["period"]): {"n": row["n"]} for row in rows[:-1]}
    last = steady.total_and_grade({"n": rows[-1]["n"]}, period=months[-1], history=history)
    assert last[1] == expected[-1]


GATED = (
    FIRST
    + """
[[gate]]
id = "enough"
require = "sold >= 5"
effect = { lower_by = 1 }
[[gate]]
id = "never_twice"
require = "not given(previous(grade)) or previous(grade) == 'B'"
effect = { ineligible = true }
[[pay]]
id = "raise"
title = "Raise"
amount = "coalesce(previous(sum), 0) + (1 if given(previous(grade)) and previous(grade) == 'B' else 0)"
"""
)


def test_the_grade_of_then_is_the_one_after_the_gates_and_its_sum_lacks_nothing(tmp_path: Path) -> None:
    text = GATED.replace("from = 80", "from = 20").replace(
        'weight = 50\nmeasure = "sold - ', 'weight = 0\nmeasure = "sold - '
    )
    desk = scheme(tmp_path, text)
    lowered = {"2024-02": {"sold": 4}}
    then = desk.score(lowered["2024-02"], employee="E1", period="2024-02", history={})
    assert (then.grade, str(then.sum)) == ("B", "20.00")
    now = desk.score({"sold": 4}, employee="E1", period="2024-03", history=lowered)
    assert (now.gates["never_twice"], str(now.pay_total)) == ("passed", "21.00")
    blank = desk.score({"sold": 9}, employee="E1", period="2024-03", history={"2024-02": {}})
    assert str(blank.pay_total) == "0.00"


def test_a_sum_of_then_that_lacks_a_score_is_none_in_a_measure(tmp_path: Path) -> None:
    old = '"sold - coalesce(year_ago(sold), previous(sold))"'
    desk = scheme(tmp_path, FIRST.replace(old, '"coalesce(previous(sum), 7) + 0 * sold"'))
    assert measure(desk, 8, history={"2024-02": {}})[0] == "7.0000"
    assert measure(desk, 8, history={"2024-02": {"sold": "x"}})[0] == "None"
    assert measure(desk, 8, history={"2024-02": {"sold": 4}})[0] == "20.0000"


# ---- many people


def growth(scheme: LoadedScheme, rows: list[dict[str, object]]) -> dict[tuple[str, str], str]:
    run = scheme.score_many(rows)
    return {(each.employee, each.period): str(each.indicators["growth"].measure) for each in run}


def person(who: str, team: str = "T1", **sold: object) -> list[dict[str, object]]:
    return [
        {"employee": who, "team": team, "period": name.removeprefix("p").replace("_", "-"), "sold": value}
        for name, value in sold.items()
    ]


def test_a_history_is_of_the_person_whatever_the_order_and_team(desk: LoadedScheme) -> None:
    rows = person("E1", "T2", p2024_03=9) + person("E2", p2024_03=9) + person("E1", "T1", p2024_02=4, p2024_01=2)
    assert growth(desk, rows) == {
        ("E1", "2024-03"): "5.0000",
        ("E2", "2024-03"): "None",
        ("E1", "2024-02"): "2.0000",
        ("E1", "2024-01"): "None",
    }


def test_the_settings_of_the_team_of_then_hold_then(tmp_path: Path) -> None:
    from kpicore.params import read_settings

    text = FIRST.replace('"sold - coalesce(year_ago(sold), previous(sold))"', '"previous(each)"')
    desk = scheme(tmp_path, text)
    settings, problems = read_settings('[team."T1".params]\neach = 5\n', desk.newest.model)
    assert not problems
    rows = person("E1", "T1", p2024_01=1, p2024_02=1) + person("E1", "T2", p2024_03=1, p2024_04=1)
    run = desk.score_many(rows, params=settings)
    assert [str(each.indicators["growth"].measure) for each in run][2:] == ["5.0000", "1.0000"]


def test_two_rows_of_a_month_are_no_history(desk: LoadedScheme) -> None:
    run = desk.score_many(person("E1", p2024_02=4) + person("E1", p2024_02=5, p2024_03=9))
    assert [each.indicators["growth"].state for each in run] == ["left_out", "left_out", "unreadable"]
    assert [problem.code for problem in run.problems] == ["duplicate_row"]


def test_one_by_one_and_together_are_the_same(desk: LoadedScheme) -> None:
    rows = person("E1", p2023_03=4, p2024_02="x", p2024_03=9, p2024_04="") + person("E2", p2024_03=1, p2024_04=3)
    for result in desk.score_many(rows):
        own: Months = {str(row["period"]): {"sold": row["sold"]} for row in rows if row["employee"] == result.employee}
        alone = desk.score(own[result.period], employee=result.employee, team="T1", period=result.period, history=own)
        assert alone == result


# ---- versions


SECOND = FIRST.replace('version = "1"', 'version = "2"').replace("2022-01-01", "2024-01-01")


def test_periods_before_the_first_version_still_serve(desk: LoadedScheme) -> None:
    rows = person("E1", p2021_12=4, p2022_01=9)
    run = desk.score_many(rows)
    assert [(each.period, str(each.indicators["growth"].measure)) for each in run] == [("2022-01", "5.0000")]
    assert [(problem.code, problem.place.row) for problem in run.problems] == [("no_version", 1)]
    assert measure(desk, 9, "2022-01", history={"2021-12": {"sold": 4}}) == ("5.0000", "scored")


def test_the_value_then_is_by_the_version_in_force_then(tmp_path: Path) -> None:
    last = '"previous(points(goal))"'
    old = FIRST.replace('{ kind = "straight" }', '{ kind = "straight", of = 2 }')
    new = SECOND.replace('"sold - coalesce(year_ago(sold), previous(sold))"', last)
    desk = scheme(tmp_path, old, new)
    history = {"2023-12": {"sold": 8}}
    assert measure(desk, 8, "2024-01", history=history)[0] == "20.0000"  # 0.8 of 2
    assert measure(desk, 8, "2024-02", history={"2024-01": {"sold": 8}})[0] == "40.0000"
    assert measure(desk, 8, "2024-01", history=history, version="2")[0] == "40.0000"
    rows = person("E1", p2023_12=8, p2024_01=8, p2024_02=8)
    assert list(growth(desk, rows).values())[1:] == ["20.0000", "40.0000"]
    assert [str(each.indicators["growth"].measure) for each in desk.score_many(rows, version="2")][1:] == [
        "40.0000"
    ] * 2
    assert list(growth(desk.fixed("2"), rows).values())[1:] == ["40.0000", "40.0000"]


def test_a_fact_that_only_the_later_version_has_is_looked_back_at(tmp_path: Path) -> None:
    new = SECOND.replace("[params]", 'lent = { kind = "count" }\n[params]')
    new = new.replace('"sold - coalesce(year_ago(sold), previous(sold))"', '"previous(lent)"')
    desk = scheme(tmp_path, FIRST, new)
    assert measure(desk, 8, "2024-01", history={"2023-12": {"lent": 7}}) == ("7.0000", "left_out")
    rows = [{**row, "lent": 7} for row in person("E1", p2023_12=1, p2024_01=2)]
    run = desk.score_many(rows)
    assert str(run.results[1].indicators["growth"].measure) == "7.0000"
    assert run.problems == ()


def test_an_older_version_of_other_periods_is_no_stumbling_block(tmp_path: Path) -> None:
    old = FIRST.replace('periods = ["month"]', 'periods = ["quarter"]')
    desk = scheme(tmp_path, old, SECOND)
    assert measure(desk, 8, "2024-01", history={"2023-12": {"sold": 3}}) == ("5.0000", "scored")
    rows = [Row("E1", Month(2023, 12), {"sold": 3}), Row("E1", Month(2024, 1), {"sold": 8})]
    run = desk.score_rows(rows)
    assert [str(each.indicators["growth"].measure) for each in run] == ["5.0000"]
    assert len(run.problems) == 1


# ---- the command


def results(*args: str) -> list[Mapping[str, Any]]:
    ran = CliRunner().invoke(cli, ["score", *args, "-o", "out.json"])
    assert ran.exit_code in (0, 3), ran.output
    found: list[Mapping[str, Any]] = json.loads(Path("out.json").read_text("utf-8"))
    return found


def test_the_command_gives_the_same_and_a_period_narrows_only_what_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("desk.toml").write_text(FIRST, "utf-8")
    rows = person("E1", p2021_12=1, p2023_03=4, p2024_02="x", p2024_03=9, p2024_04="") + person("E2", p2024_03=1)
    with Path("figures.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["employee", "team", "period", "sold"])
        writer.writeheader()
        writer.writerows(rows)
    everything = results("desk.toml", "figures.csv")
    run = kpicore.load().scheme("desk.toml").score_many(rows)
    parts = ("employee", "period", "status", "total", "grade", "indicators")
    assert [[each[part] for part in parts] for each in everything] == [
        [each.to_dict()[part] for part in parts] for each in run
    ]
    narrowed = results("desk.toml", "figures.csv", "--period", "2024-03")
    assert narrowed == [each for each in everything if each["period"] == "2024-03"]
    assert narrowed[0]["indicators"]["growth"]["measure"] == "5.0000"
