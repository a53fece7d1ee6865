"""The exact reader against a naive one, over formulas of every kind of node and figures biased to ties and breaks."""

from __future__ import annotations

import datetime
import itertools
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.naive import Naive

from kpicore.curve import Curve, OnCurve, Piece
from kpicore.engines.exact import ExactReader, Output
from kpicore.figure import UNREADABLE
from kpicore.formula import node as nodes
from kpicore.formula.node import Absence, Node, Num
from kpicore.model import Cell, FactSpec, SchemeModel, Sheet
from kpicore.past import Past
from kpicore.period import Month, parse_period
from kpicore.row import Row

KINDS = {"count": "c", "money": "m", "number": "n", "flag": "f", "text": "t", "date": "d"}
FACTS = {f"{letter}{i}": FactSpec(kind=kind, id=f"{letter}{i}") for kind, letter in KINDS.items() for i in range(3)}
MODEL = SchemeModel(id="t", version="1", effective=datetime.date(2020, 1, 1), periods=("month",), facts=FACTS)
PERIOD = parse_period("2024-03", ("month",))
THEN = [(2024, 2), (2024, 1), (2023, 12), (2023, 3), (2023, 2), (2022, 3), (2022, 12)]

numbers = st.sampled_from([0, 1, -1, 2, "0.5", "0.005", "64.996", "-0.015", "0.75", "100", "1.12", 7])
ABSENCES = [Absence.LEFT_OUT, Absence.UNDEFINED, Absence.MISSING, Absence.HOLE, Absence.UNREADABLE]
masks = st.lists(st.sampled_from(ABSENCES), min_size=1, unique=True).map(lambda flags: sum(flags, Absence(0)))


def facts_of(kind: str) -> st.SearchStrategy[Node]:
    return st.sampled_from([spec.node for spec in FACTS.values() if spec.kind == kind])


def curves(ends: st.SearchStrategy[Node]) -> st.SearchStrategy[Curve]:
    optional = st.none() | ends
    steps = st.sampled_from(["1", "0.5", "3"]).map(lambda text: Num(Fraction(text)))
    pieces = st.builds(Piece, ends, optional, optional, st.booleans(), st.booleans(), ends, ends, st.none() | steps)
    return st.lists(pieces, min_size=1, max_size=4).map(lambda found: Curve(tuple(found)))


def trees(depth: int) -> dict[str, st.SearchStrategy[Node]]:
    """Strategies of formulas of each type, of at most this depth."""
    constants = numbers.map(lambda text: Num(Fraction(text)))
    absent = st.sampled_from(ABSENCES)
    number = (
        constants
        | st.builds(nodes.Absent, absent)
        | facts_of("count")
        | facts_of("money")
        | facts_of("number")
        | st.just(nodes.Moment("month"))
    )
    flag = facts_of("flag") | st.booleans().map(nodes.Flag) | st.builds(nodes.Absent, absent, st.just("flag"))
    text = facts_of("text") | st.sampled_from("abc").map(nodes.Text)
    date = facts_of("date")
    found = {"number": number, "flag": flag, "text": text, "date": date}
    for _ in range(depth):
        found = _deeper(found, constants)
    return found


def _deeper(below: dict[str, st.SearchStrategy[Node]], constants: st.SearchStrategy[Node]) -> Any:
    number, flag, text, date = (below[name] for name in ("number", "flag", "text", "date"))
    some = st.lists(number, min_size=1, max_size=3).map(tuple)
    flags = st.lists(flag, min_size=1, max_size=3).map(tuple)
    signs = st.sampled_from(["<", "<=", "==", "!=", ">=", ">"])
    skips = st.sampled_from([Absence.NONE, Absence.LEFT_OUT, Absence.MISSING | Absence.UNDEFINED])
    rows = st.lists(st.tuples(st.sampled_from("abc"), number), min_size=1, max_size=3).map(tuple)
    back = st.sampled_from(["previous", "year_ago"])
    numeric = {
        "sum": st.builds(nodes.Sum, some),
        "product": st.builds(nodes.Product, some),
        "quotient": st.builds(nodes.Quotient, number, number),
        "negative": st.builds(nodes.Negative, number),
        "magnitude": st.builds(nodes.Magnitude, number),
        "days": st.builds(nodes.DaysBetween, date, date),
        "round": st.builds(nodes.Round, number, st.integers(0, 4), st.sampled_from(["half_up", "floor"])),
        "extreme": st.builds(nodes.Extreme, st.sampled_from(["least", "greatest"]), some, skips),
        "choose": st.builds(nodes.Choose, flag, number, number),
        "instead": st.builds(nodes.Instead, number, masks, number),
        "lookup": st.builds(nodes.Lookup, text, rows, st.none() | number),
        "curve": st.builds(OnCurve, number, curves(constants)),
        "moving curve": st.builds(OnCurve, number, curves(number)),
        "along": st.builds(nodes.Along, st.sampled_from(["previous", "year_ago", "mean_last_year"]), number),
    }
    flagged = {
        "compare": st.builds(nodes.Compare, signs, number, number),
        "compare texts": st.builds(nodes.Compare, st.sampled_from(["==", "!="]), text, text),
        "compare dates": st.builds(nodes.Compare, signs, date, date),
        "every": st.builds(nodes.Every, flags),
        "some": st.builds(nodes.Some, flags),
        "not": st.builds(nodes.Not, flag),
        "choose a flag": st.builds(nodes.Choose, flag, flag, flag),
        "is": st.builds(nodes.Is, number, masks),
        "instead of a flag": st.builds(nodes.Instead, flag, masks, flag),
        "along to a flag": st.builds(nodes.Along, back, flag),
    }
    place = st.builds(nodes.Choose, flag, st.just(Num(Fraction(1))), st.just(Num(Fraction(0))))
    texts = {
        "label": st.builds(nodes.Label, place, st.just(("a", "b"))),
        "choose a text": st.builds(nodes.Choose, flag, text, text),
        "along to a text": st.builds(nodes.Along, back, text),
    }
    return {
        **numeric,
        **flagged,
        **texts,
        "number": number | st.one_of(*numeric.values()),
        "flag": flag | st.one_of(*flagged.values()),
        "text": text | st.one_of(*texts.values()),
        "date": date | st.builds(nodes.Choose, flag, date, date) | st.builds(nodes.Along, back, date),
    }


ONE_LEVEL, TWO_LEVELS = trees(1), trees(2)
ROOTS = [name for name in TWO_LEVELS if name not in ("number", "flag", "text", "date")]
blank = st.sampled_from([None, None, UNREADABLE])
FIGURES: dict[str, st.SearchStrategy[Any]] = {
    "count": st.sampled_from([0, 1, 2, 3, 7, 100]) | st.integers(0, 10**6),
    "money": st.sampled_from(["0", "0.005", "0.01", "746.00", "1000.00", "64.996"]).map(Decimal)
    | st.decimals(0, 10**6, places=2),
    "number": st.sampled_from(["0", "-0.015", "0.015", "1.12", "-3"]).map(Decimal) | st.decimals(-99, 99, places=3),
    "flag": st.booleans(),
    "text": st.sampled_from("abc'\"\\"),
    "date": st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)),
}
rows = st.fixed_dictionaries(
    {id_: st.one_of(FIGURES[spec.kind], FIGURES[spec.kind], FIGURES[spec.kind], blank) for id_, spec in FACTS.items()}
)


few = st.fixed_dictionaries(
    {id_: st.one_of(FIGURES[spec.kind], FIGURES[spec.kind], blank) for id_, spec in FACTS.items() if id_.endswith("0")}
)
some_months = st.dictionaries(st.sampled_from(THEN), few, min_size=1, max_size=4)


def months_for(data: st.DataObject, *asked: Node) -> dict[tuple[int, int], Any]:
    """Other months, where anything looks back at them."""
    return data.draw(some_months) if any(isinstance(part, nodes.Along) for part in nodes.walk(*asked)) else {}


def with_months(reader: ExactReader, facts: Any, earlier: dict[tuple[int, int], Any]) -> Row:
    """A row of March 2024 with these other months as its history."""
    past = Past(reader.value)
    for (year, month), figures in earlier.items():
        past.add(Row("E1", Month(year, month), figures))
    return past.add(Row("E1", PERIOD, facts))


def reader(**cells: Node) -> ExactReader:
    return ExactReader(Sheet(MODEL, {name: Cell(name, node) for name, node in cells.items()}))


@pytest.mark.parametrize("root", ROOTS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_formula_has_its_naive_value(root: str, data: st.DataObject) -> None:
    node = data.draw(ONE_LEVEL[root] | TWO_LEVELS[root])
    facts, earlier = data.draw(rows), months_for(data, node)
    exact = reader()
    expected = Naive(facts, {}, months={**earlier, (2024, 3): facts}).value(node)
    assert exact.value(node, with_months(exact, facts, earlier)) == expected


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_cells_have_the_same_value_whether_or_not_every_figure_is_given(data: st.DataObject) -> None:
    first = nodes.Round(data.draw(TWO_LEVELS["number"]), 2)
    second = nodes.Sum((nodes.Ref("first"), data.draw(ONE_LEVEL["number"])))
    cells = {"first": Cell("first", first, 2), "second": Cell("second", nodes.Round(second, 1), 1)}
    facts, earlier = data.draw(rows), months_for(data, first, second)
    outputs = (Output("first"), Output("second"), Output("second", "absence"))
    exact = ExactReader(Sheet(MODEL, cells))
    got = exact.run(outputs, with_months(exact, facts, earlier))
    naive = Naive(facts, cells, months=earlier)
    one, two = naive.value(cells["first"].node), naive.value(cells["second"].node)
    assert got[0] == (None if isinstance(one, Absence) else one * 100)
    assert got[1] == (None if isinstance(two, Absence) else two * 10)
    assert nodes.gravest(Absence(got[2])) == (two if isinstance(two, Absence) else 0)


def near(places: int) -> st.SearchStrategy[Fraction]:
    """Numbers on a unit of the last place, on a tie beside one, and just off both."""
    halves = st.sampled_from([-4, -2, -1, 0, 1, 2, 3, 5, 13_000])
    return st.builds(
        lambda half, off: Fraction(half, 2 * 10**places) + Fraction(off, 10 ** (places + 3)),
        halves,
        st.sampled_from([-1, 0, 0, 0, 1]),
    )


@st.composite
def judged(draw: Any) -> tuple[Node, dict[str, Any]]:
    """A curve over a rounded number, which a row meets at a tie or a break, and the row."""
    places = draw(st.integers(0, 4))
    target = draw(near(places))
    bottom = draw(st.sampled_from([1, 2, 3, 7, 100, 20_000]))
    top = target * bottom
    scaled = Decimal(math.floor(top * 10**9)).scaleb(-9)
    facts = {"n0": scaled, "m0": abs(scaled), "c0": bottom, "c1": math.floor(abs(top))}
    number, money, count, other = (FACTS[name].node for name in ("n0", "m0", "c0", "c1"))
    arg = draw(
        st.sampled_from(
            [
                nodes.Quotient(number, count),
                nodes.Quotient(money, count),
                nodes.Quotient(other, count),
                nodes.Quotient(nodes.Quotient(money, count), nodes.Quotient(nodes.ONE, nodes.number(10))),
                nodes.Quotient(nodes.Product((money, nodes.HUNDRED)), nodes.Product((count, nodes.HUNDRED))),
                nodes.Product((money, nodes.number("0.125"))),
                nodes.Sum((number, nodes.HUNDRED)),
                money,
                number,
                other,
            ]
        )
    )
    measure = nodes.Round(arg, places)
    value, unit = Naive(facts, {}).value(measure), Fraction(1, 10**places)
    assert isinstance(value, Fraction)
    numbers = near(places).map(Num) | st.sampled_from([Num(value), Num(value), Num(value - unit), Num(value + unit)])
    slopes = st.sampled_from([nodes.ZERO, nodes.ZERO, nodes.ONE])
    end = st.none() | numbers | numbers | st.just(number)
    piece = st.builds(Piece, numbers, end, end, st.booleans(), st.booleans(), slopes)
    pieces = draw(st.lists(piece, min_size=1, max_size=4)) + draw(st.sampled_from([[], [Piece(nodes.HUNDRED)]]))
    return OnCurve(nodes.Ref("m"), Curve(tuple(pieces))), {"facts": facts, "m": measure}


@settings(max_examples=300, deadline=None)
@given(drawn=judged(), shown=st.booleans())
def test_bands_judge_a_rounded_number_as_it_is_rounded(drawn: Any, shown: bool) -> None:
    curve, more = drawn
    asked = nodes.Round(nodes.Instead(curve, nodes.ANY_ABSENCE, nodes.number(-7)), 2)
    cells = {"m": Cell("m", more["m"], more["m"].places), "p": Cell("p", asked, 2)}
    exact, naive = ExactReader(Sheet(MODEL, cells)), Naive(more["facts"], cells)
    outputs = (Output("p"), Output("m")) if shown else (Output("p"),)
    got = exact.run(outputs, Row("E1", PERIOD, more["facts"]))
    assert got[0] == naive.value(asked) * 100
    if shown:
        assert got[1] == naive.value(more["m"]) * 10 ** more["m"].places


def test_a_look_back_at_a_cell_that_looks_back() -> None:
    count = nodes.Sum(
        (nodes.Instead(nodes.Along("previous", nodes.Ref("k")), nodes.ANY_ABSENCE, nodes.ZERO), nodes.ONE)
    )
    exact = reader(k=count)
    row = with_months(exact, {}, {(2024, 2): {}, (2024, 1): {}, (2023, 12): {}, (2023, 2): {}})
    naive = Naive({}, exact.sheet.cells, months={(2024, 2): {}, (2024, 1): {}, (2023, 12): {}, (2023, 2): {}})
    assert exact.value(nodes.Ref("k"), row) == naive.value(nodes.Ref("k")) == 4


def test_and_or_over_every_mixture_of_values_and_absences() -> None:
    asked: list[Node] = [FACTS["f0"].node, FACTS["f1"].node, *(nodes.Absent(absence, "flag") for absence in ABSENCES)]
    row = Row("E1", PERIOD, {"f0": True, "f1": False})
    naive, exact = Naive(row.facts, {}), reader()
    for size in (1, 2, 3):
        for args in itertools.product(asked, repeat=size):
            for node in (nodes.Every(args), nodes.Some(args)):
                assert exact.value(node, row) == naive.value(node), node


@pytest.mark.parametrize("which", ["least", "greatest"])
@pytest.mark.parametrize("skip", [Absence.NONE, Absence.LEFT_OUT, Absence.LEFT_OUT | Absence.MISSING])
def test_least_and_greatest_over_every_mixture(which: Any, skip: Absence) -> None:
    asked: list[Node] = [nodes.ONE, FACTS["n0"].node, *(nodes.Absent(absence) for absence in ABSENCES)]
    row = Row("E1", PERIOD, {"n0": Decimal("-2.5")})
    naive, exact = Naive(row.facts, {}), reader()
    for args in itertools.product(asked, repeat=3):
        node = nodes.Extreme(which, args, skip)
        assert exact.value(node, row) == naive.value(node), node


@pytest.mark.parametrize("sign", ["<", "<=", "==", "!=", ">=", ">"])
def test_comparison_of_quotients_with_negative_divisors(sign: Any) -> None:
    quotient = nodes.Quotient(FACTS["n0"].node, FACTS["n1"].node)
    node = nodes.Compare(sign, quotient, FACTS["n2"].node)
    exact = reader()
    figures = [Decimal(text) for text in ("-2", "-0.5", "0", "0.25", "4")]
    for a, b, c in itertools.product(figures, repeat=3):
        facts = {"n0": a, "n1": b, "n2": c}
        assert exact.value(node, Row("E1", PERIOD, facts)) == Naive(facts, {}).value(node)


def test_a_ratio_just_under_a_break_is_judged_as_it_is_shown() -> None:
    measure = nodes.Round(nodes.Quotient(FACTS["c0"].node, FACTS["c1"].node), 4)
    exact = ExactReader(Sheet(MODEL, {"m": Cell("m", measure, 4)}))
    row = Row("E1", PERIOD, {"c0": 64996, "c1": 100000})
    assert exact.value(nodes.Ref("m"), row) == Fraction("0.65")
    assert exact.run((Output("m"),), row) == (6500,)


def test_a_text_with_quotes_stays_a_text() -> None:
    wicked = "'); import os; ('"
    node = nodes.Compare("==", FACTS["t0"].node, nodes.Text(wicked))
    assert reader().value(node, Row("E1", PERIOD, {"t0": wicked})) is True


def test_a_chain_of_a_thousand_cells_is_no_burden() -> None:
    cells = {"k0": Cell("k0", FACTS["c0"].node, 0)}
    for place in range(1, 1000):
        cells[f"k{place}"] = Cell(f"k{place}", nodes.Sum((nodes.Ref(f"k{place - 1}"), nodes.ONE)), 0)
    exact = ExactReader(Sheet(MODEL, cells))
    assert exact.run((Output("k999"),), Row("E1", PERIOD, {"c0": 1})) == (1000,)


def test_a_sum_of_two_thousand_terms_is_no_burden() -> None:
    many = nodes.Sum(tuple(nodes.Product((FACTS["c0"].node, nodes.number(i))) for i in range(2000)))
    assert reader().value(many, Row("E1", PERIOD, {"c0": 1})) == sum(range(2000))
