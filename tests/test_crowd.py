"""Looks across people: held against a plain reading of the same nodes, over small populations."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.naive import Naive, Person

from kpicore.crowd import People, compares, portions, with_others
from kpicore.engines.exact import ExactReader
from kpicore.errors import NeedsOthersError
from kpicore.figure import UNREADABLE
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Across, Flag, Node, Num, Portion, Ref, number
from kpicore.loaded import LoadedScheme
from kpicore.model import Cell, FactSpec, SchemeModel, Sheet
from kpicore.period import Month
from kpicore.registry import load
from kpicore.row import Row

FACTS = {name: FactSpec(id=name, kind="number") for name in ("x", "y", "money")}
MODEL = SchemeModel(id="a/b", version="1", effective=datetime.date(2024, 1, 1), periods=("month",), facts=FACTS)
MARCH = Month(2024, 3)
X, Y, MONEY = (FACTS[name].node for name in ("x", "y", "money"))

figures = st.sampled_from(
    [Decimal(0), Decimal(1), Decimal(1), Decimal(2), Decimal("0.5"), Decimal(-1), None, UNREADABLE]
)
people = st.lists(
    st.tuples(st.sampled_from([None, "A", "B"]), figures, figures, st.sampled_from([Decimal(10), Decimal(10), None])),
    min_size=1,
    max_size=5,
).map(
    lambda rows: [
        Person(f"E{place}", team, {"x": x, "y": y, "money": money}) for place, (team, x, y, money) in enumerate(rows)
    ]
)
among = st.sampled_from(
    [Flag(True), nodes.Not(nodes.Is(Y, nodes.ANY_ABSENCE)), nodes.Compare(">", X, Num(Fraction(0)))]
)
within = st.sampled_from(nodes.WITHIN)
ways = st.sampled_from(["rank_high", "rank_low", "count", "sum", "mean", "least", "greatest"])


def crossings(below: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    weight = below.map(lambda node: nodes.Extreme("greatest", (nodes.ZERO, node)))
    amount = st.sampled_from([MONEY, number("100.005"), number(-7), Across("sum", X, "all")])
    return (
        st.builds(Across, ways, below, within, among)
        | st.builds(Portion, amount, weight, within, st.sampled_from([0, 2]), among)
        | st.builds(lambda a, b: nodes.Sum((a, b)), below, below)
        | st.builds(nodes.Quotient, below, below)
        | st.builds(lambda a, b: nodes.Instead(a, nodes.ANY_ABSENCE, b), below, below)
    )


formulas = crossings(st.recursive(st.sampled_from([X, Y]), crossings, max_leaves=4))


def reader(**cells: Node) -> ExactReader:
    return ExactReader(Sheet(MODEL, {name: Cell(name, node) for name, node in cells.items()}))


def rows_of(population: Sequence[Person], exact: ExactReader) -> list[Row]:
    rows = [Row(person.employee, MARCH, dict(person.facts), team=person.team) for person in population]
    return with_others(rows, exact.value)


@settings(max_examples=120, deadline=None)
@given(node=formulas, population=people)
def test_any_look_across_people_has_its_naive_value(node: Node, population: list[Person]) -> None:
    exact = reader()
    for person, row in zip(population, rows_of(population, exact), strict=True):
        naive = Naive(person.facts, {}, people=population, employee=person.employee)
        assert exact.value(node, row) == naive.value(node)


@settings(max_examples=50, deadline=None)
@given(node=formulas, population=people)
def test_it_is_the_same_through_cells_and_in_any_order(node: Node, population: list[Person]) -> None:
    cells: dict[str, Node] = {"a": node, "b": Across("rank_low", nodes.Sum((Ref("a"), X)), "all")}
    exact, other = reader(**cells), reader(**cells)
    values = {row.employee: exact.value(Ref("b"), row) for row in rows_of(population, exact)}
    assert {row.employee: other.value(Ref("b"), row) for row in rows_of(population[::-1], other)} == values
    for person in population:
        naive = Naive(person.facts, exact.sheet.cells, people=population, employee=person.employee)
        assert naive.value(Ref("b")) == values[person.employee]


def test_the_rank_of_a_sum_of_ranks() -> None:
    ranks = nodes.Sum((Across("rank_high", X, "all"), Across("rank_low", Y, "all")))
    population = [Person(f"E{i}", None, {"x": x, "y": y}) for i, (x, y) in enumerate([(9, 1), (9, 2), (3, 1), (1, 5)])]
    exact = reader()
    rows = rows_of(population, exact)
    assert [exact.value(ranks, row) for row in rows] == [2, 4, 4, 8]
    assert [exact.value(Across("rank_low", ranks, "all"), row) for row in rows] == [1, 2, 2, 4]


def test_periods_and_teams_are_apart() -> None:
    exact = reader()
    rows = [Row("E1", MARCH, {"x": 1}, team="A"), Row("E2", MARCH, {"x": 2}), Row("E3", MARCH, {"x": 3})]
    rows += [Row("E1", Month(2024, 2), {"x": 9}, team="A"), Row("E4", MARCH, {"x": 4}, absent=True)]
    with_others(rows, exact.value)
    means = {within: [exact.value(Across("mean", X, within), row) for row in rows] for within in nodes.WITHIN}
    assert means == {"all": [2, 2, 2, 9, 2], "team": [1, Fraction(5, 2), Fraction(5, 2), 9, Fraction(5, 2)]}
    crowd = rows[0].others
    assert isinstance(crowd, People)
    assert [crowd.heads(Across("mean", X, "all"), row) for row in rows] == [3, 3, 3, 1, 3]


def test_nobody_gives_no_mean_but_a_sum_and_a_count() -> None:
    exact = reader()
    (row,) = rows_of([Person("E1", None, {})], exact)
    found = {way: exact.value(Across(way, X, "all"), row) for way in ("mean", "least", "greatest", "sum", "count")}
    missing = Absence.MISSING
    assert found == {"mean": missing, "least": missing, "greatest": missing, "sum": 0, "count": 0}
    assert exact.value(Across("rank_high", X, "all"), row) is missing


def test_one_row_alone_says_that_it_needs_the_others() -> None:
    with pytest.raises(NeedsOthersError, match="Score all people of the period together"):
        reader().value(Across("rank_high", X, "all"), Row("E1", MARCH, {"x": 1}))


@pytest.mark.parametrize(
    ("amount", "weights", "places", "expected"),
    [
        ("100", [1, 1, 1], 2, ["33.34", "33.33", "33.33"]),
        ("100", [1, 1, 1, 0], 2, ["33.34", "33.33", "33.33", "0"]),
        ("0.02", [1, 1, 1], 2, ["0.01", "0.01", "0"]),
        ("10", [3, 2, 1], 0, ["5", "3", "2"]),
        ("10.005", [1], 2, ["10.01"]),
        ("-10", [1, 2], 2, ["-3.33", "-6.67"]),
        ("-10.005", [1], 2, ["-10.01"]),
        ("5", [0, 0], 2, ["0", "0"]),
        ("5", [], 2, []),
        ("0", [1, 2], 2, ["0", "0"]),
        ("1", ["0.5", "0.25", "0.25"], 0, ["1", "0", "0"]),
        ("1", [1, 2, 2], 0, ["0", "1", "0"]),
    ],
)
def test_portions_are_whole_units_by_largest_remainder(
    amount: str, weights: list[Any], places: int, expected: list[str]
) -> None:
    found = portions(Fraction(amount), [Fraction(weight) for weight in weights], places)
    assert found == [Fraction(part) for part in expected]


@pytest.mark.parametrize("absent", [None, UNREADABLE])
@pytest.mark.parametrize("money", [int(flag) for flag in Absence])
def test_an_amount_that_somebody_lacks_is_no_number_alike(money: int, absent: Any) -> None:
    exact = reader()
    rows = rows_of([Person("E1", "A", {"x": 1, "money": money}), Person("E2", "A", {"x": 1, "money": absent})], exact)
    assert [exact.value(Portion(MONEY, X, "team", 2), row) for row in rows] == [Absence.UNREADABLE] * 2


@given(
    amount=st.decimals(-(10**6), 10**6, places=3),
    weights=st.lists(st.fractions(0, 50, max_denominator=9), min_size=1, max_size=8),
)
def test_portions_add_up_and_are_less_than_a_unit_off(amount: Decimal, weights: list[Fraction]) -> None:
    total = sum(weights)
    parts = portions(Fraction(amount), weights, 2)
    if not total:
        assert set(parts) == {0}
        return
    assert abs(sum(parts) - Fraction(amount)) <= Fraction(1, 200)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - sum(parts) * weight / total) < Fraction(1, 100)


class Loaded:
    """A scheme, told in a few letters where a property fails."""

    def __init__(self, scheme: LoadedScheme) -> None:
        self.scheme = scheme


SIMPLE = """
id = "own/simple"
version = "1"
effective = 2024-01-01
periods = ["month"]
rank = "all"
[facts]
x = { kind = "number" }
y = { kind = "number" }
z = { kind = "number" }
[[indicator]]
id = "x"
weight = 5
rule = { kind = "rank", points = [5, 3], within = "team" }
[[indicator]]
id = "share"
weight = 5
measure = "coalesce(y, 1) / max(1, within(max, x, all))"
kind = "number"
rule = { kind = "straight", of = 1 }
[[indicator]]
id = "y"
weight = 5
when_missing = "leave_out"
rule = { kind = "straight", of = 2 }
[[gate]]
id = "g"
require = "z <= 1 or rank(total, high) == 1"
effect = { lower_by = 1 }
[grade]
by = "heads"
bands = [{ up_to = 0.5, grade = "A" }, { otherwise = true, grade = "B" }]
[[pay]]
id = "p"
pool = "100"
amount = "max(0, z)"
"""


@pytest.fixture(scope="module")
def simple(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    path: Path = tmp_path_factory.mktemp("simple") / "simple.toml"
    path.write_text(SIMPLE, "utf-8")
    return Loaded(load().scheme(str(path)))


@settings(max_examples=60, deadline=None)
@given(population=people, more=st.lists(figures, min_size=5, max_size=5))
def test_those_are_counted_who_are_complete(simple: Loaded, population: list[Person], more: list[Any]) -> None:
    scheme = simple.scheme
    rows = []
    for person, z in zip(population, more, strict=False):
        facts = {"x": person.facts["x"], "y": person.facts["y"], "z": z}
        rows.append(Row(person.employee, MARCH, facts, team=person.team))
    remembered = list(scheme.remembering(rows))
    version = scheme.versions[0]
    assert compares(version.sheet())
    run = scheme.score_rows(remembered, remembered=True)
    strata = [name for name in version.sheet().cells if name.startswith("counted.")]
    assert len(strata) == 2
    paid = [result.pay["p"] for result in run if result.pay["p"] is not None]
    for row, result in zip(remembered, run, strict=True):
        for name in strata:
            counts = version.plain.reader(row)[0].value(Ref(name, "flag"), row)
            assert counts is (result.status != "incomplete"), (name, result)
        assert (result.rank is None) == (result.status == "incomplete")
    assert sum(paid) in (0, 100)
