"""Comparisons against a naive count over single results, for several schemes and ways of reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import kpicore
from kpicore.comparison.compare import Compared, compared
from kpicore.comparison.file import file_results, gathered
from kpicore.comparison.record import Comparison, Stand
from kpicore.loaded import LoadedScheme
from kpicore.result import Result
from kpicore.sample import sample_frame, sample_roster

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = kpicore.load()
PEOPLE, MONTHS = 60, 2
CHANGES: dict[str, dict[str, Any]] = {
    "ecommerce/agent-indicators": {"refund_excellent": "0.5 %", "grade_a": 95, "grade_b": 70},
    "service/base-bonus": {"commission_rate": "0.03"},
    "examples/showroom-advisor.toml": {"commission_rate": "0.02", "grade_a": 80, "survey_weight": 20},
    "examples/sales-team.toml": {},
    "examples/courier-station.toml": {},
    "examples/team-sales.toml": {},
    "service/a-level-360": {},
    "examples/hospital-ward.toml": {},
}
SCHEMES = list(CHANGES)


def scheme_of(name: str) -> LoadedScheme:
    return REGISTRY.scheme(str(ROOT / name) if name.startswith("examples") else name)


def some_change(scheme: LoadedScheme, name: str) -> dict[str, Any]:
    """The parameters that are set, as far as the scheme has them."""
    return {key: value for key, value in CHANGES[name].items() if key in scheme.joined_model.params}


def stand(result: Result | None) -> Stand:
    if result is None:
        return Stand("absent")
    if result.status != "scored":
        return Stand(result.status)
    return Stand("scored", result.decision["outcome"] if result.decision else result.grade)


def mean(values: Sequence[Decimal], places: int) -> Decimal | None:
    """Half up, by another way than kpicore's."""
    if not values:
        return None
    exact = sum(map(Fraction, values), Fraction(0)) / len(values)
    sign = -1 if exact < 0 else 1
    scaled = (abs(exact) * 10**places * 2 + 1) // 2
    return Decimal(sign * int(scaled)).scaleb(-places).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


Pairs = list[tuple[Result | None, Result | None]]


def pairs(old: Sequence[Result], new: Sequence[Result]) -> Pairs:
    before = {(each.employee, each.period): each for each in old}
    after = {(each.employee, each.period): each for each in new}
    return [(before.get(key), after.get(key)) for key in dict.fromkeys([*before, *after])]


def check(found: Comparison, both: Pairs) -> None:
    """Every sum of a comparison, counted again one by one."""
    assert found.count == len(both)
    moves = Counter((stand(old), stand(new)) for old, new in both)
    assert {(move.before, move.after): move.people for move in found.moves} == moves
    known = [(old, new) for old, new in both if old and new]
    totals = [(old.total, new.total) for old, new in known if old.total is not None and new.total is not None]
    places = max(found.old.places, found.new.places)
    assert found.compared == len(totals)
    assert found.mean_before == mean([old for old, _ in totals], places)
    assert found.mean_after == mean([new for _, new in totals], places)
    assert found.total_up == sum(new > old for old, new in totals)
    assert found.total_down == sum(new < old for old, new in totals)
    check_pay(found, known)
    check_lines(found, known, places)
    check_teams(found, both, places)
    check_favoured(found, known)


def paid(known: Sequence[tuple[Result, Result]]) -> list[tuple[Result, Result]]:
    return [(old, new) for old, new in known if old.pay_total is not None and new.pay_total is not None]


def check_pay(found: Comparison, known: Sequence[tuple[Result, Result]]) -> None:
    those = paid(known)
    if not those:
        assert found.pay.change is None
        return
    assert found.paid == len(those)
    before, after = sum(old.pay_total or 0 for old, _ in those), sum(new.pay_total or 0 for _, new in those)
    assert (found.pay.before, found.pay.after, found.pay.change) == (before, after, after - before)
    for element in found.elements:
        own = [Decimal(0), Decimal(0)]
        for pair in those:
            for side in (0, 1):
                own[side] += pair[side].pay.get(element.id) or 0
        assert element.change == own[1] - own[0]
        assert element.before in (own[0], None) and element.after in (own[1], None)
    assert sum(element.change or 0 for element in found.elements) == found.pay.change
    assert sum(team.pay.change or 0 for team in found.teams) == found.pay.change
    assert found.pay_up == sum((new.pay_total or 0) > (old.pay_total or 0) for old, new in those)


def check_lines(found: Comparison, known: Sequence[tuple[Result, Result]], places: int) -> None:
    for line in found.indicators:
        scores = [
            (
                old.indicators[line.id].score if line.id in old.indicators else None,
                new.indicators[line.id].score if line.id in new.indicators else None,
            )
            for old, new in known
        ]
        if line.only:
            side = 0 if line.only == "before" else 1
            own = [each for pair in scores if (each := pair[side]) is not None]
            assert line.people == len(own)
            assert (line.mean_before, line.mean_after)[side] == mean(own, places)
            continue
        both = [(old, new) for old, new in scores if old is not None and new is not None]
        assert line.people == len(both)
        assert line.mean_before == mean([old for old, _ in both], places)
        assert line.mean_after == mean([new for _, new in both], places)
        ways = Counter((new > old) - (new < old) for old, new in both)
        assert (line.rise, line.fall, line.stay) == (ways[1], ways[-1], ways[0])
        assert line.lost == sum(new is None and old is not None for old, new in scores)


def check_teams(found: Comparison, both: Pairs, places: int) -> None:
    teams: dict[str | None, Pairs] = {}
    for old, new in both:
        one = new or old
        assert one is not None
        teams.setdefault(one.team, []).append((old, new))
    assert {team.team: team.people for team in found.teams} == {team: len(own) for team, own in teams.items()}
    for team in found.teams:
        totals = [
            (old.total, new.total)
            for old, new in teams[team.team]
            if old and new and old.total is not None and new.total is not None
        ]
        assert team.compared == len(totals)
        assert team.mean_after == mean([new for _, new in totals], places)
    assert sum(team.up for team in found.teams) == found.moved("up")
    assert sum(team.down for team in found.teams) == found.moved("down")


def check_favoured(found: Comparison, known: Sequence[tuple[Result, Result]]) -> None:
    order = {each: place for place, each in enumerate(found.stands)}
    changes = []
    for old, new in known:
        pay = Decimal(0) if old.pay_total is None or new.pay_total is None else new.pay_total - old.pay_total
        total = Decimal(0) if old.total is None or new.total is None else new.total - old.total
        ends = stand(old), stand(new)
        step = order[ends[0]] - order[ends[1]] if old.status == new.status == "scored" else 0
        changes.append(((pay, total, step), new.employee, new.period))
    nothing = Decimal(0), Decimal(0), 0
    best = [each for each in changes if each[0] > nothing]
    worst = [each for each in changes if each[0] < nothing]
    best.sort(key=lambda each: ([-part for part in each[0]], *each[1:]))
    worst.sort(key=lambda each: (each[0], *each[1:]))
    for told, right in ((found.favoured, best), (found.unfavoured, worst)):
        assert [(each.employee, each.period) for each in told] == [each[1:] for each in right[:10]]


def rows_of(table: pl.DataFrame) -> list[Mapping[str, object]]:
    return table.to_dicts()


@pytest.mark.parametrize("name", SCHEMES)
def test_sums_are_those_of_single_results(name: str) -> None:
    scheme = scheme_of(name)
    params = some_change(scheme, name)
    table = sample_frame(scheme.newest, people=PEOPLE, months=MONTHS, blanks=0.02, team_size=7)
    old, new = scheme.score_many(rows_of(table)), scheme.score_many(rows_of(table), params=params or None)
    by_table = kpicore.compare(scheme, scheme, table, params=params or None)
    check(by_table, pairs(old.results, new.results))
    by_rows = kpicore.compare(scheme, scheme, rows_of(table), params=params or None)
    assert by_rows.people.equals(by_table.people)
    assert kpicore.comparison_data(by_rows) == kpicore.comparison_data(by_table)
    if params:
        assert (by_table.settings and any(move.before != move.after for move in by_table.moves)) or by_table.pay.change


def test_a_ladder_compares_decisions() -> None:
    scheme = scheme_of("beauty/consultant-ladder")
    table = sample_frame(scheme.newest, people=40, months=9)
    roster = sample_roster(scheme.newest, people=40)
    name = next(name for name, param in scheme.joined_model.params.items() if param.kind == "ratio")
    params = {name: "0.99"}
    old = scheme.score_many(rows_of(table), roster=roster)
    new = scheme.score_many(rows_of(table), roster=roster, params=params)
    found = kpicore.compare(scheme, scheme, table, params=params, roster=roster)
    assert found.decides
    check_moves = Counter((stand(one), stand(other)) for one, other in pairs(old.results, new.results))
    assert {(move.before, move.after): move.people for move in found.moves} == check_moves
    assert {"decision_to_before", "decision_to_after"} <= set(found.people.columns)


@pytest.mark.parametrize("piece", [1, 7, 0])
def test_a_file_piece_by_piece_gives_the_same(piece: int, tmp_path: Path) -> None:
    scheme = scheme_of("ecommerce/agent-indicators")
    table = sample_frame(scheme.newest, people=30, months=2, blanks=0.03)
    table = table.with_columns(pl.col("payers").cast(pl.String).replace({"0": "none"}), odd=pl.lit(1))
    table[3, "payers"] = "a few"
    whole = kpicore.compare(scheme, scheme, table, params={"grade_a": 95})
    both = Compared(scheme, scheme, None, {"grade_a": 95})
    for ending in (".csv", ".parquet"):
        path = tmp_path / f"figures{ending}"
        table.write_csv(path) if ending == ".csv" else table.write_parquet(path)
        pieces = file_results(both.asked, path, None, piece)
        joined, told = gathered(pieces, lambda each: both.pair(each[0].frame, each[1].frame), 2)
        found = compared(both, joined, told[0])
        assert kpicore.comparison_data(found) == kpicore.comparison_data(whole)
        assert found.people.equals(whole.people)
        assert [problem.code for problem in told[0]].count("unknown_column") == 1


def test_means_and_costs_are_exact_beyond_floats() -> None:
    """Sums that a float can not hold, and a mean that lies halfway."""
    scheme = scheme_of("service/base-bonus")
    table = sample_frame(scheme.newest, people=24, blanks=0)
    money = next(name for name, fact in scheme.joined_model.facts.items() if fact.kind == "money")
    table = table.with_columns(pl.Series(money, [Decimal("900719925474099.93")] * 24, dtype=pl.Decimal(38, 2)))
    old = scheme.score_many(rows_of(table))
    found = kpicore.compare(scheme, scheme, table, params={"commission_rate": "0.0333"})
    new = scheme.score_many(rows_of(table), params={"commission_rate": "0.0333"})
    check(found, pairs(old.results, new.results))
    assert found.pay.after is not None and found.pay.after > 10**15


def test_nobody_in_common_is_an_error() -> None:
    agents = scheme_of("ecommerce/agent-indicators")
    visits = scheme_of("examples/shop-visits.toml")
    table = sample_frame(agents.newest, people=3)
    with pytest.raises(kpicore.UsageError, match="no result of the same person and period"):
        kpicore.compare(agents, visits, table)
