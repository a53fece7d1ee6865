"""How callers use kpicore, for mypy: checked, never run."""

import datetime
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, assert_type

from attrs import frozen

import kpicore
from kpicore.formula.node import Node, Quotient


def score_one(registry: kpicore.Registry) -> None:
    scheme = registry.scheme("ecommerce/agent-indicators")
    assert_type(scheme, kpicore.LoadedScheme)
    facts: dict[str, int] = {"payers": 1}
    result = scheme.score(facts, employee="E001", period="2024-03", params={"limit": "3 %"}, version="1")
    assert_type(result, kpicore.Result)
    assert_type(result.total, Decimal | None)
    assert_type(result.indicators["x"], kpicore.IndicatorResult)
    assert_type(result.to_json(), str)
    status, total, grade = scheme.total_and_grade(facts, period=kpicore.parse_period("2024-03"))
    assert_type(total, Decimal | None)
    assert_type(grade, str | None)
    items = [{"points": 2, "reason": "a", "author": "b"}]
    adjusted = scheme.score(facts, employee="E001", period="2024-03", adjustments=items)
    assert_type(adjusted.adjustments, tuple[kpicore.Adjustment, ...] | None)
    assert_type(adjusted.adjustment, Decimal | None)
    scheme.score(facts, employee="E001", period="2024-03", adjustments=3)  # type: ignore[arg-type]
    problem: kpicore.Period = kpicore.parse_period("2024")
    del status, problem
    result.total = None  # type: ignore[misc]
    scheme.score(facts, period="2024-03")  # type: ignore[call-arg]
    scheme.score("payers=1", employee="E001", period="2024-03")  # type: ignore[arg-type]


def appraised(registry: kpicore.Registry) -> None:
    scheme = registry.scheme("x")
    calendar = kpicore.load_calendar("days.toml")
    assert_type(calendar, kpicore.Calendar)
    assert_type(scheme.appraisal_day("2024-03"), datetime.date | None)
    scheme.appraisal_day(kpicore.parse_period("2024-03"), calendar, version="1")
    scheme.appraisal_day("2024-03", Path("days.toml"))
    assert_type(calendar.is_workday(datetime.date(2024, 2, 18)), bool)
    assert_type(scheme.occasions, tuple[str, ...])


def score_some(registry: kpicore.Registry) -> None:
    rows = [{"employee": "E001", "period": "2024-03", "payers": 3}]
    run = registry.scheme("x").score_many(rows)
    assert_type(run, kpicore.Run)
    assert_type([result.grade for result in run], list[str | None])
    assert_type(run.problems, tuple[kpicore.Problem, ...])


@frozen
class Halves:
    kind: ClassVar[str] = "halves"
    measures: ClassVar[bool] = True
    of: Node = kpicore.declared("amount", "what is halved")

    def lower(self, measure: Node, frame: kpicore.Frame) -> Node:
        return Quotient(measure, self.of)


class Plugin:
    @kpicore.hookimpl
    def register_rules(self) -> Iterable[type[kpicore.Rule]]:
        return [Halves]

    @kpicore.hookimpl
    def register_schemes(self) -> Iterable[kpicore.SchemeFolder]:
        return [kpicore.SchemeFolder(Path("schemes"), "own")]

    @kpicore.hookimpl
    def on_scored(self, run: kpicore.Run) -> None:
        assert_type(run.results, tuple[kpicore.Result, ...])


assert_type(kpicore.load(plugins=[Plugin()], entry_points=False), kpicore.Registry)
assert_type(kpicore.__version__, str)
