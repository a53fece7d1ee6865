"""A run as a whole against a naive count over single results."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest

import kpicore
from kpicore.comparison.bins import Stretch
from kpicore.comparison.cohort_told import cohort_told
from kpicore.comparison.raters import ItemLeniency
from kpicore.comparison.section import told_text
from kpicore.decimals import half_up
from kpicore.sample import sample_frame

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = kpicore.load()
RATED = """
id = "own/rated"
version = "1"
effective = 2024-01-01
periods = ["month"]
rules_award = "percent"
[[rater]]
id = "self"
title = { zh = "本人", en = "self" }
[[rater]]
id = "boss"
title = { zh = "上级", en = "superior" }
[[rater]]
id = "peer"
title = { zh = "同事", en = "colleague" }
[facts]
care = { kind = "rating", raters = ["self", "boss", "peer"] }
[[indicator]]
id = "care"
title = { zh = "用心", en = "Care" }
weight = 100
missing_rater = "leave_out"
rule = { kind = "ramp", from = 0, to = 100 }
"""


def inside(stretch: Stretch, value: Decimal) -> bool:
    low, high = stretch.low, stretch.high
    above = low is None or value > low or (stretch.low_closed and value == low)
    return above and (high is None or value < high or (stretch.high_closed and value == high))


@pytest.mark.parametrize(
    "name",
    ["ecommerce/agent-indicators", "service/base-bonus", "examples/showroom-advisor.toml", "service/a-level-360"],
)
def test_sums_are_those_of_single_results(name: str) -> None:
    scheme = REGISTRY.scheme(str(ROOT / name) if name.startswith("examples") else name)
    table = sample_frame(scheme.newest, people=70, months=2, blanks=0.02, team_size=9)
    found = kpicore.cohort(scheme, table)
    results = scheme.score_many(table.to_dicts()).results
    totals = sorted(result.total for result in results if result.total is not None)
    assert found.spread.count == len(totals)
    assert found.spread.mean == half_up(
        sum(map(Fraction, totals), Fraction(0)) / len(totals), scheme.newest.model.places
    )
    for share, value in ((1, found.spread.quarter), (2, found.spread.median), (3, found.spread.three_quarters)):
        assert value == totals[ceil(len(totals) * share / 4) - 1]
    heads = Counter(result.grade if result.status == "scored" else result.status for result in results)
    assert {stand.grade if stand.status == "scored" else stand.status: count for stand, count in found.stands} == heads
    for each in found.bins:
        own = [result for result in results if result.total is not None and inside(each.stretch, result.total)]
        assert each.people == len(own)
        if each.stretch.grade and not any(result.gates for result in own):
            assert {result.grade for result in own} <= {each.stretch.grade}
    assert sum(each.people for each in found.bins) == len(totals)
    if found.elements:
        paid = [result.pay_total for result in results if result.pay_total is not None]
        assert found.pay.amount == sum(paid) == sum(each.amount or 0 for each in found.elements)
        assert found.unpaid == len(results) - len(paid)
    teams: dict[str | None, list[Decimal]] = defaultdict(list)
    for result in results:
        teams[result.team] += [] if result.total is None else [result.total]
    assert {team.team: (team.spread.least, team.spread.most) for team in found.teams} == {
        team: (min(own, default=None), max(own, default=None)) for team, own in teams.items()
    }
    assert kpicore.cohort_data(kpicore.cohort(scheme, table.to_dicts())) == kpicore.cohort_data(found)


def test_raters_are_held_against_those_who_judged_the_same(tmp_path: Path) -> None:
    (tmp_path / "rated.toml").write_text(RATED, "utf-8")
    scheme = REGISTRY.scheme(str(tmp_path / "rated.toml"))
    judged = [
        {"care_self": 100, "care_boss": 70, "care_peer": 80},  # self +25, superior -20, colleague -5
        {"care_self": 90, "care_boss": 80},  # self +10, superior -10
        {"care_self": 10},  # nobody to compare with
        {"care_boss": 61, "care_peer": 60},  # superior +1, colleague -1
    ]
    rows = [{"employee": f"E{place}", "period": "2024-03", **each} for place, each in enumerate(judged)]
    found = kpicore.cohort(scheme, rows)
    assert [(rater.id, rater.compared, rater.people, rater.difference) for rater in found.raters] == [
        ("self", 2, 2, Decimal("17.50")),
        ("peer", 2, 2, Decimal("-3.00")),
        ("boss", 3, 3, Decimal("-9.67")),
    ]
    assert found.raters[0].items == (
        ItemLeniency("care", scheme.newest.model.indicators[0].title, 2, Decimal("17.50")),
    )
    text = told_text(cohort_told(found, "en"))
    assert "Self is the most lenient, 17.50 of 100 points above the others" in text
    assert "Superior is the harshest, 9.67 of 100 points below." in text
    assert "上级评分最严" in told_text(cohort_told(found, "zh"))


def test_nobody_is_an_error() -> None:
    scheme = REGISTRY.scheme("ecommerce/agent-indicators")
    with pytest.raises(kpicore.UsageError, match="nobody to look at"):
        kpicore.cohort(scheme, [])
