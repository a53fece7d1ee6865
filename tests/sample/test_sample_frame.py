"""Made-up figures as a frame: what they are, and that they lie where the sheets decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpicore
from kpicore.cases.breaks import break_cases
from kpicore.engines.exact import ExactReader
from kpicore.errors import NeedsOthersError
from kpicore.figure import read
from kpicore.formula.node import Fact, Node, Ref, walk
from kpicore.history import Known
from kpicore.loaded import LoadedScheme
from kpicore.model import GIVEN_TOTAL, Sheet
from kpicore.period import parse_period
from kpicore.row import Row
from kpicore.sample import sample_frame
from kpicore.sample.aim import shared_facts

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "examples/showroom-advisor.toml", ROOT / "tests/data/counter.toml", ROOT / "tests/data/everything.toml"]
TEAMS = ROOT / "examples/team-sales.toml"
REGISTRY = kpicore.load()
SCHEMES = [entry.id for entry in REGISTRY.schemes() if entry.plugin != "stranger"] + [str(path) for path in FILES]
SCHEMES = [ref for ref in SCHEMES if not REGISTRY.scheme(ref).climbs]  # of a ladder see test_sample_ladder.py


def scheme_of(ref: str) -> LoadedScheme:
    return REGISTRY.scheme(ref)


def filled(frame: pl.DataFrame) -> Iterable[dict[str, Any]]:
    return frame.iter_rows(named=True)


@pytest.fixture(scope="module", params=SCHEMES, ids=lambda ref: Path(ref).stem)
def made(request: pytest.FixtureRequest) -> tuple[LoadedScheme, pl.DataFrame]:
    scheme = scheme_of(request.param)
    back = scheme.newest.looks_back or scheme.newest.model.rollups
    return scheme, sample_frame(scheme.newest, people=600 if back else 20_000, months=14 if back else 1)


def test_every_figure_is_one_that_its_fact_can_have(made: tuple[LoadedScheme, pl.DataFrame]) -> None:
    scheme, frame = made
    # A total that others have decided is no figure to be made up.
    facts = {name: spec for name, spec in scheme.newest.model.facts.items() if name != GIVEN_TOTAL}
    assert frame.columns == ["employee", "name", "team", "period", *facts]
    for name, spec in facts.items():
        for value in frame[name].unique().to_list():
            assert value is None or read(value, spec.bounds) == value
        assert frame[name].n_unique() > 1


def by_place(scheme: LoadedScheme) -> bool:
    """Whether all points of a sheet go by places among others."""
    return {line.rule.kind for line in scheme.newest.model.indicators} == {"rank"}


def test_most_are_scored_over_all_grades(made: tuple[LoadedScheme, pl.DataFrame]) -> None:
    scheme, frame = made
    run = scheme.score_many(filled(frame.head(3_000)))
    assert run.problems == ()
    statuses = [result.status for result in run]
    assert statuses.count("scored") > len(statuses) * 0.6
    grade = scheme.newest.model.grade
    if grade is not None:
        grades = [result.grade for result in run if result.grade is not None]
        assert all(grades.count(each) > len(grades) * 0.03 for each in grade.grades)
    totals = [result.total if scheme.newest.model.totals else result.pay_total for result in run]
    assert len(set(totals) - {None}) > (10 if by_place(scheme) else 20)


def test_measures_lie_on_under_and_over_each_break(made: tuple[LoadedScheme, pl.DataFrame]) -> None:
    """Wherever the worked cases have found figures beside a break, somebody of the sample stands there too."""
    scheme, frame = made
    found: dict[str, set[str]] = {}
    for result in scheme.score_many(filled(frame)):
        for name, line in result.indicators.items():
            found.setdefault(name, set()).add(str(line.measure))
    sheet = scheme.newest.sheet()
    judged = [(line.id, rated.rater) for line in sheet.model.indicators if line.by_points for rated in line.rated]
    for name, _ in judged:
        assert found[name] == {"None"}  # each rater has a measure, all together have none
    raters = {pair: set(measured(sheet, frame, ".".join((*pair, "measure")))) for pair in judged}
    kind = sheet.model.periods[0]
    first = min(period for period in frame["period"].unique() if parse_period(period).kind == kind)
    cases = [case for case in break_cases(sheet).cases if str(case.period)[5:] == first[5:]]
    if by_place(scheme):
        assert cases == []  # places have no breaks; but equal figures share them
        assert len(frame) > 10 * frame.unique(scheme.newest.model.indicators[0].measure.node.id).height  # type: ignore
        return
    assert cases or all(line.rule.kind == "checklist" for line in scheme.newest.model.indicators)
    alone = [case for case in cases if case.measure is not None]
    assert [(case.indicator, case.measure) for case in alone if case.measure not in found[case.indicator]] == []
    among = [(case, pair) for case in cases if case.measure is None for pair in judged if pair[0] == case.indicator]
    assert [(pair, case.at) for case, pair in among if Fraction(case.at) not in raters[pair]] == []
    assert len(alone) + len({id(case) for case, _ in among}) == len(cases)


def measured(sheet: Sheet, frame: pl.DataFrame, cell: str) -> Iterable[object]:
    """What a cell of the sheet is for each row."""
    reader = ExactReader(sheet)
    for row in filled(frame):
        facts = {name: value for name, value in row.items() if name in sheet.facts and value is not None}
        yield reader.value(Ref(cell), Row(row["employee"], parse_period(row["period"]), facts))


def pairs(frame: pl.DataFrame, *names: str) -> Iterable[tuple[Any, ...]]:
    return (row for row in frame.select(names).iter_rows() if None not in row)


def test_demands_and_pay_lie_on_under_and_over_their_breaks() -> None:
    frame = sample_frame(scheme_of(str(FILES[2])).newest, people=6_000)
    cent = Decimal("0.0001")
    assert {Decimal(-20), -20 - cent, -20 + cent} <= set(frame["balance"])  # a parameter
    gaps = {Fraction(balance) - Fraction(extra, 2) - 100 for balance, extra in pairs(frame, "balance", "extra")}
    assert 0 in gaps and min(gap for gap in gaps if gap > 0) < 1 and max(gap for gap in gaps if gap < 0) > -1
    assert {89, 90, 91} <= {(left - joined).days for left, joined in pairs(frame, "left_on", "joined")}
    assert {Decimal("12.4"), Decimal("12.5"), Decimal("12.6")} <= set(frame["open_hours"])
    assert {Decimal("3.49"), Decimal("3.5"), Decimal("3.51")} <= set(frame["manner"])
    assert {Decimal("29999.99"), Decimal(30000), Decimal("30000.01")} <= set(frame["sales"])
    assert {696, 697} <= set(frame["served"])
    assert set(frame["tidy"]) == {None, "good", "fair", "poor"} and {"night"} <= set(frame["shift"])


def test_the_same_arguments_give_the_same_figures() -> None:
    version = scheme_of("ecommerce/agent-indicators").newest
    frame = sample_frame(version, people=300, months=2)
    assert frame.equals(sample_frame(version, people=300, months=2, seed=1))
    other = sample_frame(version, people=300, months=2, seed=2)
    assert other.columns == frame.columns and not other.equals(frame)
    assert frame.filter(pl.col("period") == "2024-01")["payers"].to_list() != (
        frame.filter(pl.col("period") == "2024-02")["payers"].to_list()
    )


def test_so_many_figures_are_blank() -> None:
    version = scheme_of("ecommerce/agent-indicators").newest
    facts = list(version.model.facts)
    for share in (0.0, 0.2):
        frame = sample_frame(version, people=2_000, blanks=share)
        counted = sum(frame.select(facts).null_count().row(0)) / (2_000 * len(facts))
        assert abs(counted - share) <= share / 10


def test_people_have_names_and_teams_of_about_a_dozen() -> None:
    version = scheme_of("ecommerce/agent-indicators").newest
    frame = sample_frame(version, people=100, months=2)
    assert frame.height == 200 and frame["employee"].n_unique() == 100
    assert frame.select("employee", "name", "team").n_unique() == 100  # the same in both months
    assert (frame["employee"][0], frame["employee"][99], frame["team"][0]) == ("E000001", "E000100", "T01")
    sizes = frame.head(100)["team"].value_counts()["count"]
    assert sizes.len() == 8 and sizes.min() == 12 and sizes.max() == 13
    assert sample_frame(version, people=5, team_size=2)["team"].n_unique() == 2
    assert sample_frame(version, people=1)["team"].to_list() == ["T01"]


def test_who_shares_a_pool_finds_one_amount_in_it() -> None:
    scheme = scheme_of(str(TEAMS))
    frame = sample_frame(scheme.newest, people=240, months=3, blanks=0.0)
    pools = frame.group_by("team", "period").agg(pl.col("team_pool").n_unique(), pl.len())
    assert pools.height == 60 and set(pools["team_pool"]) == {1}
    assert frame["team_pool"].n_unique() > 5 and frame["sales"].n_unique() > 10
    assert frame.equals(sample_frame(scheme.newest, people=240, months=3, blanks=0.0))
    statuses = [result.status for result in scheme.score_many(filled(frame))]
    assert statuses.count("scored") + statuses.count("ineligible") > len(statuses) * 0.9


def test_a_pool_of_all_is_one_amount_a_period(tmp_path: Path) -> None:
    text = TEAMS.read_text("utf-8").replace('pool = "team_pool"\nwithin = "team"', 'pool = "team_pool"\nwithin = "all"')
    path = tmp_path / "teams.toml"
    path.write_text(text, "utf-8")
    frame = sample_frame(scheme_of(str(path)).newest, people=60, months=12, blanks=0.0)
    assert set(frame.group_by("period").agg(pl.col("team_pool").n_unique())["team_pool"]) == {1}
    assert frame["team_pool"].n_unique() > 1


def test_what_is_summed_over_people_for_a_pool_stays_each_persons_own(tmp_path: Path) -> None:
    path = tmp_path / "teams.toml"
    text = TEAMS.read_text("utf-8")
    path.write_text(text.replace('pool = "team_pool"', 'pool = "team_pool + 0.01 * within(sum, sales, team)"'), "utf-8")
    assert shared_facts(scheme_of(str(path)).newest.sheet()) == {"team_pool": "team"}


def test_columns_are_typed() -> None:
    frame = sample_frame(scheme_of(str(FILES[2])).newest, people=50)
    types = {name: type(frame.schema[name]) for name in frame.columns}
    assert types["served"] is pl.Int64 and types["trained"] is pl.Boolean and types["joined"] is pl.Date
    assert types["sales"] is types["manner"] is pl.Decimal
    assert types["tidy"] is types["employee"] is pl.String


def test_a_formula_that_one_row_can_not_say_does_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    honest: Callable[[ExactReader, Node, Row], Known] = ExactReader.value

    def value(self: ExactReader, node: Node, row: Row) -> Known:
        if any(isinstance(inner, Fact) and inner.id == "buyers" for inner in walk(node)):
            raise NeedsOthersError("a rank")
        return honest(self, node, row)

    monkeypatch.setattr(ExactReader, "value", value)
    frame = sample_frame(scheme_of(str(FILES[1])).newest, people=200)
    assert frame["buyers"].n_unique() > 5 and frame["visitors"].n_unique() > 5
