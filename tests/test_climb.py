"""People's cycles from their months and a roster: when they begin and end, what hands a level on, what is wrong."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpicore
from kpicore.loaded import LoadedScheme
from kpicore.result import Result, result_of
from kpicore.stretch import Cycle, Month

TEXT = """
id = "shop/levels"
version = "1"
effective = 2000-01-01
periods = ["cycle"]

[facts]
jobs = { kind = "count" }
exam = { kind = "rating" }

[ladder]
months = 2

[[ladder.level]]
id = "low"
title = { en = "Low", zh = "低级" }

[[ladder.level]]
id = "middle"

[[ladder.level]]
id = "high"

[[ladder.check]]
id = "exams"
first = ["exam"]

[[ladder.value]]
id = "all_jobs"
formula = "over_cycle(sum, jobs)"

[[ladder.move]]
id = "falls"
levels = ["middle", "high"]
to = "down"
when = "all_jobs < 10"

[[ladder.move]]
id = "rises"
levels = ["low", "middle"]
to = "up"
when = "all_jobs >= 20 or passed(exams, 90)"

[[ladder.standard]]
id = "five"
levels = ["middle", "high"]
require = "jobs >= 5"
"""
E1 = {"employee": "E1", "level": "low", "level_since": "2024-01"}


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    path = tmp_path_factory.mktemp("ladder") / "levels.toml"
    path.write_text(TEXT, "utf-8")
    return kpicore.load().scheme(str(path))


def months(jobs: list[int | None], start: str = "2024-01", employee: str = "E1", **more: Any) -> list[dict[str, Any]]:
    """A row a month; None is a month without a row."""
    first = Month(int(start[:4]), int(start[5:]))
    return [
        {"employee": employee, "period": str(first.later(place)), "jobs": count, **more}
        for place, count in enumerate(jobs)
        if count is not None
    ]


def told(results: Any) -> list[tuple[str, str, str, str]]:
    """Of each result the cycle, the status, and the levels from and to."""
    found = []
    for result in results:
        decision = result.decision or {"from": "", "to": ""}
        found.append((result.period, result.status, decision["from"], decision["to"]))
    return found


def codes(result: Result) -> list[str]:
    return [reason.code for reason in result.reasons]


def test_levels_are_handed_on_from_cycle_to_cycle(ladder: LoadedScheme) -> None:
    run = ladder.score_many(months([10, 10, 10, 12, 3, 4, 9, 5, 1]), roster=[E1])
    assert told(run) == [
        ("2024-01+2", "scored", "low", "middle"),
        ("2024-03+2", "scored", "middle", "high"),
        ("2024-05+2", "scored", "high", "middle"),
        ("2024-07+2", "scored", "middle", "middle"),
        ("2024-09+2", "running", "", ""),
    ]
    first, _, third, fourth, _ = (result.decision for result in run)
    assert first == {
        "outcome": "promoted", "from": "low", "to": "middle", "since": "2024-03", "next_cycle": "2024-03+2",
    }  # fmt: skip
    assert third is not None and third["outcome"] == "demoted" and third["since"] == "2024-07"
    assert fourth == {
        "outcome": "stays", "from": "middle", "to": "middle", "since": "2024-07", "next_cycle": "2024-09+2",
    }  # fmt: skip
    assert run.problems == ()


def test_a_cycle_is_over_with_a_row_of_its_last_month_or_a_later_one(ladder: LoadedScheme) -> None:
    assert told(ladder.score_many(months([20]), roster=[E1])) == [("2024-01+2", "running", "", "")]
    assert told(ladder.score_many(months([20, 0]), roster=[E1])) == [("2024-01+2", "scored", "low", "middle")]
    gone = list(ladder.score_many(months([20, None, 3]), roster=[E1]))
    assert told(gone) == [("2024-01+2", "incomplete", "", ""), ("2024-03+2", "running", "", "")]
    assert gone[0].reasons[0].values == (("period", "2024-02"),)
    assert [codes(result) for result in gone] == [["month_missing"], ["level_unknown"]]


def test_after_a_cycle_that_could_not_be_decided_nothing_is(ladder: LoadedScheme) -> None:
    rows = months([20, None, 30, 30, 30, 30])
    assert [result.status for result in ladder.score_many(rows, roster=[E1])] == ["incomplete"] * 3
    blank = months([20, 1, 30, 30])
    blank[0]["jobs"] = None
    found = list(ladder.score_many(blank, roster=[E1]))
    assert [codes(result) for result in found] == [["missing_figure"], ["level_unknown"]]
    assert dict(found[0].reasons[0].values) == {"fact": "jobs", "period": "2024-01"}
    later = ladder.score_many(blank, roster=[{**E1, "level_since": "2024-03"}])
    assert told(later) == [("2024-03+2", "scored", "low", "middle")]
    assert [problem.code for problem in later.problems] == ["before_level"]


def test_figures_that_begin_late_are_told_once(ladder: LoadedScheme) -> None:
    run = ladder.score_many(months([10, 12], start="2024-05"), roster=[E1])
    assert [result.status for result in run] == ["incomplete"] * 3
    (problem,) = run.problems
    assert (problem.code, problem.severity) == ("late_figures", "warning")
    assert "level_since 2024-05" in problem.hint


def test_what_decides_early_decides(ladder: LoadedScheme) -> None:
    rows = months([20, 1])
    rows[0] |= {"jobs": "x"}
    rows[1] |= {"exam": 95}
    (result,) = ladder.score_many(rows, roster=[E1])
    assert result.decision is not None and result.decision["to"] == "middle"
    (other,) = ladder.score_many(rows, roster=[{**E1, "level": "middle"}])
    assert (other.status, codes(other)) == ("incomplete", ["unreadable_figure", "below_standard"])


def test_two_different_values_of_a_cycle_are_a_problem_with_both_places(ladder: LoadedScheme, tmp_path: Path) -> None:
    rows = months([1, 2], exam=92)
    assert told(ladder.score_many(rows, roster=[E1])) == [("2024-01+2", "scored", "low", "middle")]
    rows[1]["exam"] = 93
    run = ladder.score_many(rows, roster=[E1])
    assert [(result.status, codes(result)) for result in run] == [("incomplete", ["unreadable_figure"])]
    assert dict(run.results[0].reasons[0].values) == {"fact": "exam", "period": "2024-01+2"}
    (problem,) = run.problems
    assert (
        problem.code == "twice_in_cycle" and "92 in 2024-01" in problem.message and "93 in 2024-02" in problem.message
    )
    assert not run.complete


@pytest.mark.parametrize(
    ("roster", "code"),
    [
        (None, "no_roster"),
        ([], "not_on_roster"),
        ([{"employee": "E1", "level": "low"}], "no_level"),
        ([{"employee": "E1", "level_since": "2024-01"}], "no_level"),
        ([{**E1, "level": "lwo"}], "bad_level"),
    ],
)
def test_without_a_level_nothing_is_decided(ladder: LoadedScheme, roster: Any, code: str) -> None:
    run = ladder.score_many(months([20, 20]), roster=roster)
    assert (len(run), [problem.code for problem in run.problems], run.complete) == (0, [code], False)


def test_a_level_may_be_given_by_its_title(ladder: LoadedScheme) -> None:
    for level in ("Low", " 低级 ", "LOW", "Ｌｏｗ"):
        (result,) = ladder.score_many(months([20, 0]), roster=[{**E1, "level": level}])
        assert result.decision is not None and result.decision["from"] == "low"


def test_who_has_no_figures_is_incomplete_in_each_cycle_that_began(ladder: LoadedScheme) -> None:
    roster = [E1, {"employee": "E2", "level": "high", "level_since": "2023-12"}, {"employee": "E3", "name": "Cook"}]
    run = ladder.score_many(months([20, 0]), roster=roster)
    found = [(result.employee, *told([result])[0][:2]) for result in run]
    assert found == [("E1", "2024-01+2", "scored"), ("E2", "2023-12+2", "incomplete")]
    assert [problem.code for problem in run.problems] == ["not_in_figures"]


def test_somebody_in_post_for_part_of_a_cycle_is_flagged(ladder: LoadedScheme) -> None:
    run = ladder.score_many(months([20, 0]), roster=[{**E1, "employed_from": "2024-01-15"}])
    (result,) = run
    assert (result.status, codes(result)) == ("scored", ["move", "in_post_for_part"])
    assert [problem.code for problem in run.problems] == ["in_post_for_part"]


def test_one_person_is_scored_as_among_all(ladder: LoadedScheme) -> None:
    rows = months([10, 10, 10, 12, 3, 4, 9])
    history = {row["period"]: {"jobs": row["jobs"]} for row in rows}
    for result in ladder.score_many(rows, roster=[E1]):
        facts = {"level": "low", "level_since": "2024-01"}
        alone = ladder.score(facts, employee="E1", period=result.period, history=history)
        assert alone == result
    assert ladder.score(facts, employee="E1", period="2024-09+2", history=history).status == "running"


def test_what_one_person_is_asked_for_wrongly_is_told(ladder: LoadedScheme) -> None:
    def score(period: Any = "2024-01+2", history: Any = {}, **facts: Any) -> Result:  # noqa: B006
        return ladder.score(facts, employee="E1", period=period, history=history)

    with pytest.raises(kpicore.UsageError, match="level from which the person starts"):
        score()
    with pytest.raises(kpicore.UsageError, match="such as 'jobs'"):
        score(level="low", level_since="2024-01", jobs=3)
    with pytest.raises(kpicore.UsageError, match="'lwo' is no level"):
        score(level="lwo", level_since="2024-01")
    with pytest.raises(kpicore.PeriodError, match=r"Write 2024-01\+2"):
        score("2024-02+2", level="low", level_since="2024-01")
    with pytest.raises(kpicore.PeriodError, match="where a cycle is meant"):
        score("2024-02", level="low", level_since="2024-01")
    with pytest.raises(kpicore.PeriodError, match="where a month is meant"):
        score(history={"2024-01+2": {"jobs": 3}}, level="low", level_since="2024-01")
    with pytest.raises(kpicore.NeedsOthersError):
        score(history=None, level="low", level_since="2024-01")


def test_a_table_gives_the_same_with_every_column(ladder: LoadedScheme, tmp_path: Path) -> None:
    rows = months([10, 10, 10, 12, 3, 4, 9, 5, 1]) + months([20, None, 3], employee="E2")
    roster = [E1, {**E1, "employee": "E2"}, {**E1, "employee": "E3", "level_since": "2024-05"}]
    run = ladder.score_many(rows, roster=roster)
    table = ladder.score_table(pl.DataFrame(rows), roster=pl.DataFrame(roster))
    assert table.by_exact == 0
    assert list(map(result_of, table.frame.iter_rows(named=True))) == list(run)
    assert {problem.code for problem in table.problems} == {problem.code for problem in run.problems}
    some = ladder.score_table(pl.DataFrame(rows), roster=roster, outputs=["decision"])
    assert some.frame.columns[-5:] == [f"decision.{part}" for part in ("outcome", "from", "to", "since", "next_cycle")]
    read = ladder.read_table(pl.DataFrame(rows))
    assert ladder.score_table(read, roster=roster).frame.equals(table.frame)
    source, target, listed = (tmp_path / name for name in ("in.parquet", "out.parquet", "roster.csv"))
    pl.DataFrame(rows).write_parquet(source)
    pl.DataFrame(roster).write_csv(listed)
    ladder.score_file(source, target, roster=listed)
    assert pl.read_parquet(target)["decision.to"].to_list() == table.frame["decision.to"].to_list()


def test_batches_have_no_roster(ladder: LoadedScheme) -> None:
    with pytest.raises(kpicore.UsageError, match="roster"):
        ladder.batch_scorer(None, None, None, None, "decimal").prepare()


def test_a_ladder_can_be_pickled(ladder: LoadedScheme) -> None:
    again = pickle.loads(pickle.dumps(ladder))
    rows = months([10, 10, 10, 12])
    assert list(again.score_many(rows, roster=[E1])) == list(ladder.score_many(rows, roster=[E1]))


def test_the_command_takes_files_and_periods(ladder: LoadedScheme, tmp_path: Path) -> None:
    from click.testing import CliRunner

    from kpicore.cli.main import cli

    scheme, data, roster = (tmp_path / name for name in ("levels.toml", "data.csv", "roster.csv"))
    scheme.write_text(TEXT, "utf-8")
    pl.DataFrame(months([10, 10, 10, 12, 3, 4])).write_csv(data)
    roster.write_text("工号,级别,任级月份\nE1,低级,2024-01\n", "utf-8")
    for engine in ("exact", "columnar"):
        out = tmp_path / f"{engine}.csv"
        call = ["score", str(scheme), str(data), "--roster", str(roster), "--engine", engine, "-o", str(out)]
        assert CliRunner().invoke(cli, [*call, "--period", "2024-03+2"]).exit_code == 0
        frame = pl.read_csv(out, infer_schema=False)
        assert frame.select("period", "decision.outcome", "decision.to").rows() == [("2024-03+2", "promoted", "high")]
    call = ["score", str(scheme), str(data), "-o", str(tmp_path / "none.csv")]
    assert CliRunner().invoke(cli, call).exit_code == 3


def test_cycles_have_the_length_of_the_ladder() -> None:
    assert str(Cycle(Month(2024, 11), 3)) == "2024-11+3"
