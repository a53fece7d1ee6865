"""The columnar reader against the exact one, over formulas of every kind of node and many rows at a time."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from engines.test_exact import FACTS, FIGURES, MODEL, ONE_LEVEL, ROOTS, TWO_LEVELS, blank, facts_of
from hypothesis import given, settings
from hypothesis import strategies as st

from kpicore.crowd import with_others
from kpicore.curve import Curve, OnCurve, Piece
from kpicore.decimals import rounded
from kpicore.engines.columnar.engine import Column, ColumnarReader, Output, TooWideError
from kpicore.engines.columnar.rows import Rows, listed
from kpicore.engines.exact import ExactReader
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Across, Node, Portion
from kpicore.model import Cell, Sheet
from kpicore.past import with_past
from kpicore.period import Cycle, Month
from kpicore.row import Row

MONTHS = [Month(2024, 3), Month(2024, 2), Month(2024, 1), Month(2023, 12), Month(2023, 3), Month(2023, 2)]
LONGER = [Cycle(Month(2024, 1), 3), Cycle(Month(2023, 12), 2), Cycle(Month(2024, 2), 2)]
facts = st.fixed_dictionaries(
    {id_: st.one_of(FIGURES[spec.kind], FIGURES[spec.kind], FIGURES[spec.kind], blank) for id_, spec in FACTS.items()}
)
people = st.lists(
    st.tuples(st.sampled_from(["E1", "E2", "E3", "E4"]), st.sampled_from(MONTHS)),
    min_size=1,
    max_size=9,
    unique=True,
)
longer = st.lists(
    st.tuples(st.sampled_from(["E1", "E2"]), st.sampled_from([*MONTHS[:4], *LONGER])),
    min_size=1,
    max_size=9,
    unique=True,
)
withins = st.sampled_from(["team", "all"])
ways = st.sampled_from(["rank_high", "rank_low", "count", "sum", "mean", "least", "greatest"])
money = facts_of("money") | facts_of("count") | st.builds(nodes.Round, ONE_LEVEL["number"], st.integers(0, 2))
weights = facts_of("money") | facts_of("count")
across = st.builds(Across, ways, money, withins, ONE_LEVEL["flag"])
portion = st.builds(Portion, facts_of("money"), weights, withins, st.just(2), ONE_LEVEL["flag"])
runs = st.builds(nodes.Along, st.just("run"), ONE_LEVEL["flag"], st.none() | st.integers(0, 3))
cycles = st.builds(nodes.Along, st.sampled_from(["cycle_sum", "cycle_mean", "cycle_min", "cycle_max"]), money)
flagged = st.builds(nodes.Along, st.sampled_from(["cycle_any", "cycle_all"]), ONE_LEVEL["flag"])
one_of = money | ONE_LEVEL["flag"] | facts_of("text")
only = st.builds(nodes.Along, st.just("cycle_only"), one_of)
at = st.builds(nodes.Along, st.just("cycle_at"), one_of, month=st.integers(0, 3))
LOOKS = {
    "across": across,
    "portion": portion,
    "run": runs,
    "cycle": cycles,
    "cycle of flags": flagged,
    "cycle's only": only,
    "cycle's month": at,
}


def crowd(drawn: list[tuple[str, Month]], figures: list[Any], read: Any) -> list[Row]:
    """These people's rows, each with its history and the others."""
    teams = {"E1": "T1", "E2": "T1", "E3": "T2", "E4": None}
    rows = [Row(who, month, each, team=teams[who]) for (who, month), each in zip(drawn, figures, strict=True)]
    return with_others(with_past(rows, read), read)


def columns(rows: list[Row]) -> Rows:
    """The same rows for the columnar reader."""
    periods = sorted({row.period for row in rows})
    given = {
        f"f:{id_}": (spec.figure, listed([row.facts.get(id_) for row in rows], spec.figure))
        for id_, spec in FACTS.items()
    }
    return Rows.of(
        given,
        periods=periods,
        period=pl.Series([periods.index(row.period) for row in rows], dtype=pl.Int64),
        who=pl.Series([row.employee for row in rows]),
        team=pl.Series([row.team for row in rows], dtype=pl.String),
        height=len(rows),
    )


def scaled(value: Any, places: int | None) -> Any:
    """An exact value as an output has it."""
    if isinstance(value, Absence):
        return None
    if isinstance(value, Fraction):
        return rounded(value.numerator, value.denominator, places or 0)
    return value


def plain(column: Column) -> list[Any]:
    """An output's values."""
    values = column.values.to_list()
    if column.labels is not None:
        return [None if value is None else column.labels[value] for value in values]
    return [int(value) if isinstance(value, float) else value for value in values]


def check(node: Node, drawn: list[tuple[str, Month]], figures: list[Any]) -> bool:
    """Holds the readers against each other; False where the numbers are too long for columns."""
    places = 4 if node.type == "number" else None
    cell = Cell("x", nodes.Round(node, 4) if node.type == "number" else node, places)
    sheet = Sheet(MODEL, {"x": cell})
    exact = ExactReader(sheet)
    rows = crowd(drawn, figures, exact.value)
    try:
        value, absence = ColumnarReader(sheet).run([Output("x"), Output("x", "absence")], columns(rows))
    except TooWideError:
        return False
    expected = [exact.value(nodes.Ref("x", node.type), row) for row in rows]
    assert plain(value) == [scaled(each, places) for each in expected]
    got = [nodes.gravest(Absence(each)) for each in absence.values.to_list()]
    assert got == [each if isinstance(each, Absence) else Absence.NONE for each in expected]
    return True


def figures_for(data: st.DataObject, drawn: list[Any]) -> list[Any]:
    return [data.draw(facts) for _ in drawn]


def test_a_curve_whose_first_piece_is_known_to_hold_for_nobody_has_its_exact_value() -> None:
    month = nodes.Moment("month")
    gone = Piece(nodes.ZERO, None, nodes.Absent(Absence.LEFT_OUT), False, False, nodes.ZERO, month)
    curve = Curve((gone, Piece(nodes.ZERO, None, month, False, False)))
    figures = [dict.fromkeys(FACTS)] * 2
    assert check(nodes.Quotient(nodes.ZERO, OnCurve(nodes.ZERO, curve)), [("E1", each) for each in MONTHS[:2]], figures)


@pytest.mark.parametrize("root", [root for root in ROOTS if root != "date"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_formula_has_its_exact_value(root: str, data: st.DataObject) -> None:
    node = data.draw(ONE_LEVEL[root] | TWO_LEVELS[root])
    drawn = data.draw(people)
    check(node, drawn, figures_for(data, drawn))


@pytest.mark.parametrize("root", LOOKS)
@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_any_look_beyond_the_row_has_its_exact_value(root: str, data: st.DataObject) -> None:
    look = data.draw(LOOKS[root])
    node = data.draw(st.just(look) | st.just(nodes.Sum((look, look))) if look.type == "number" else st.just(look))
    drawn = data.draw(longer if root.startswith("cycle") else people)
    check(node, drawn, figures_for(data, drawn))


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("divisor", [3, 7, 28, 49, 55, 100, 20000])
def test_a_column_of_one_number_divides_as_exactly_as_any_other(divisor: int, known: bool) -> None:
    """By a column that it knows to be one number, Polars divides with a rounded inverse: 49 / 49 is below 1."""
    bottom = nodes.number(divisor) if known else FACTS["c1"].node
    quotient = nodes.Quotient(FACTS["c0"].node, bottom)
    measure = nodes.Round(quotient, 4)
    steps = tuple(Piece(nodes.number(10 - place), nodes.number(5 - place)) for place in range(5))
    cells = {
        "m": Cell("m", measure, 4),
        "p": Cell("p", OnCurve(nodes.Ref("m"), Curve((*steps, Piece(nodes.ZERO)))), 0),
        "raw": Cell("raw", OnCurve(quotient, Curve((*steps, Piece(nodes.ZERO)))), 0),
        "whole": Cell("whole", nodes.Round(quotient, 0, "floor"), 0),
    }
    sheet = Sheet(MODEL, cells)
    exact = ExactReader(sheet)
    tops = [divisor * times + off for times in range(1, 8) for off in (-1, 0, 1)]
    rows = [Row(f"E{top}", MONTHS[0], {"c0": top, "c1": divisor}) for top in tops]
    for names in (["m", "p", "raw", "whole"], ["p", "raw"]):
        found = ColumnarReader(sheet).run([Output(name) for name in names], columns(rows))
        for name, column in zip(names, found, strict=True):
            expected = [scaled(exact.value(nodes.Ref(name), row), cells[name].places) for row in rows]
            assert plain(column) == expected, name


MEAN = Across("mean", nodes.Fact("m"), "team")


@pytest.mark.parametrize(
    ("node", "who", "team"),
    [
        (nodes.Fact("m"), False, False),
        (Across("rank_high", nodes.Fact("m"), "all"), False, False),
        (MEAN, False, True),
        (nodes.Along("previous", MEAN), True, True),
        (Across("rank_high", nodes.Along("previous", MEAN), "all"), True, True),
        (Portion(nodes.Fact("m"), nodes.ONE, "all", 2), True, False),
    ],
    ids=["row", "all", "team", "team of another month", "in two steps", "pool"],
)
def test_a_reader_knows_whether_persons_and_teams_matter_within_other_looks_too(
    node: Node, who: bool, team: bool
) -> None:
    reader = ColumnarReader(Sheet(MODEL, {"x": Cell("x", nodes.Round(node, 4), 4)}))
    assert (reader.asks_who, reader.asks_team) == (who, team)
    assert reader.looks_beyond == (who or team or isinstance(node, Across))
