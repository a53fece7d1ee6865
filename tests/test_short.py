"""Total and grade the short way: what `total_and_grade` gives is what `score` gives, whatever the figures are."""

from __future__ import annotations

import datetime
import decimal
from collections import OrderedDict
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.dice import Dice, Drawn, Rolled
from support.populations import example, examples, loaded, sound

import kpicore
from kpicore import LoadedScheme
from kpicore.engines.exact import raw
from kpicore.errors import KpicoreError, NeedsOthersError
from kpicore.model import FactSpec
from kpicore.sample import sample_frame


class OwnDecimal(Decimal):
    pass


class OwnInt(int):
    pass


HOSTILE: list[Any] = [
    None, "", "  ", "12", "0.65", "65%", "1,234.50", "９５", "n/a", "yes", "b", True, False, b"12", [], {}, object,
    -1, 0, 1, 10**9, 2**30, 10**18 - 1, 10**18, 1 - 10**18, -(10**18), OwnInt(3),
    -0.0, 0.1, 0.65, 3.0, 12.345, 1e16, 1e22, 1e-7, -2.5, float("nan"), float("inf"),
    *(Decimal(text) for text in (
        "NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "-0.00", "0E-9", "0E+5", "1E+3", "1E+17", "1E+18", "1E+30",
        "1E-7", "1E-18", "1E-19", "0.00001", "0.12345", "1.5000000000000000000000", "1.5000000000000000000001", "-0.5",
        "12.3456",
        "999999999999999999.9999", "999999999999999999.99999", "1000000000000000000", "0.5" + "0" * 5000,
        "1" + "0" * 5000, "1E+999999", "1E-999999",
    )),
    OwnDecimal("0.5"), datetime.date(2024, 3, 1), datetime.datetime(2024, 3, 1, 12),
]  # fmt: skip


def whole(scheme: LoadedScheme, facts: Mapping[str, object], **more: Any) -> Any:
    """What the whole result says of status, total and grade, or the error."""
    try:
        result = scheme.score(facts, employee="E1", **more)
    except KpicoreError as error:
        return type(error), str(error)
    return result.status, result.total, result.grade


def short(scheme: LoadedScheme, facts: Mapping[str, object], **more: Any) -> Any:
    try:
        return scheme.total_and_grade(facts, employee="E1", **more)
    except KpicoreError as error:
        return type(error), str(error)


def alike(scheme: LoadedScheme, facts: Mapping[str, object], **more: Any) -> None:
    expected, got = whole(scheme, facts, **more), short(scheme, facts, **more)
    if expected[0] is NeedsOthersError:  # maybe because of a part that total and grade do not need
        expected = short(scheme, MappingProxyType(facts), **more)
    assert (got, str(got[1])) == (expected, str(expected[1])), (got, expected, facts)


def ordinary(dice: Dice, raw: Any, spec: FactSpec | None) -> Any:
    """The figure as a program gives it: a number, a flag or a date, mostly of the type that its kind has."""
    if not isinstance(raw, str) or spec is None:
        return raw
    try:
        match spec.figure.type:
            case "flag":
                return raw in ("yes", "1")
            case "date":
                return datetime.date.fromisoformat(raw)
            case "text":
                return raw
        number = Decimal(raw)
    except (ValueError, ArithmeticError):
        return raw
    if number == int(number) and (spec.figure.whole or dice.chance(40)):
        return int(number)
    way = dice.weighted((6, "plain"), (2, "float"), (1, "long"), (1, "point"))
    if way == "float":
        return float(number)
    places = {"plain": 2, "long": 4, "point": 9}[way]
    return number.quantize(Decimal(1).scaleb(-places)) if way != "plain" or dice.chance(70) else number


def simple(dice: Dice, spec: FactSpec) -> Any:
    """A figure that the fact takes, as ordinary as can be."""
    match spec.figure.type:
        case "flag":
            return dice.chance(50)
        case "date":
            return datetime.date(2024, 2, 29)
        case "text":
            return dice.pick(spec.choices or ("a", "b", "甲"))
    least, most = spec.least, spec.most
    number = dice.pick((1, 2, 0, 3, 60, 100)) if least is None else least + 1
    number = number if most is None or number <= most else most
    return int(number) if spec.figure.whole else Decimal(number)


def people(dice: Dice, scheme: LoadedScheme, rows: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    """The rows' figures, most of them as ordinary as can be, some with something odd among them."""
    facts = scheme.newest.model.facts
    found = []
    for row in rows:
        given = {name: raw for name, raw in row.items() if name not in ("employee", "team", "name", "period")}
        given = {name: ordinary(dice, raw, facts.get(name)) for name, raw in given.items()}
        if dice.chance(60):
            odd = {name for name in facts if given.get(name) is None or isinstance(given[name], str)}
            given |= {name: simple(dice, facts[name]) for name in sorted(odd)}
        for _ in range(dice.weighted((6, 0), (3, 1), (1, 2))):
            name = dice.pick([*facts, *scheme.newest.model.params, "nobody's"])
            if dice.chance(20):
                given.pop(name, None)
            else:
                given[name] = dice.pick(HOSTILE)
        if dice.chance(30):
            given = {name: given[name] for name in dice.mixed(list(given))}
        found.append((str(row["period"]), given))
    return found


@settings(max_examples=25, deadline=None)
@given(found=examples(), data=st.data())
def test_any_scheme_gives_the_total_and_grade_of_its_result(found: Any, data: st.DataObject) -> None:
    for period, facts in people(Drawn(data.draw), found.scheme, found.rows[:6]):
        alike(found.scheme, facts, period=period)


@pytest.mark.parametrize("seed", range(5))
def test_made_up_schemes_give_the_total_and_grade_of_their_results(seed: int) -> None:
    dice = Rolled(seed)
    held = 0
    while held < 80:
        found = example(dice)
        if not sound(found):
            continue
        for period, facts in people(dice, found.scheme, found.rows):
            alike(found.scheme, facts, period=period)
            alike(found.scheme, facts, period=period, params=found.params)
            held += 1


@cache
def built_in() -> kpicore.Registry:
    return kpicore.load()


@pytest.mark.parametrize("name", [entry.id for entry in built_in().schemes()])
def test_sheets_that_there_are_give_the_total_and_grade_of_their_results(name: str) -> None:
    scheme, dice = built_in().scheme(name), Rolled(name)
    rows = sample_frame(scheme.newest, people=16, blanks=0.002).to_dicts()
    for period, facts in people(dice, scheme, rows):
        alike(scheme, facts, period=period)


# What the short way takes, and what it leaves to the long one

SHEET = """
id = "own/short"
version = "1"
effective = 2020-01-01
periods = ["month"]
places = 1

[facts]
done = { kind = "count", most = 1000 }
wanted = { kind = "count" }
cost = { kind = "money", default = 1.5 }
gain = { kind = "number", least = -2.25 }
calm = { kind = "flag" }
mark = { kind = "choice", choices = ["good", "bad"] }
since = { kind = "date" }
area = { kind = "text" }
spare = { kind = "ratio" }

[params]
goal = { value = 0.8, kind = "ratio" }

[[indicator]]
id = "share"
weight = 60
measure = "done / wanted"
kind = "ratio"
rule.kind = "bands"
rule.bands = [ { from = "goal", points = 60 }, { above = 0, points = 30 }, { otherwise = true, points = 0 } ]

[[indicator]]
id = "rest"
weight = 40
measure = "gain - cost if calm and mark == 'good' and area != 'b' else (since - since) + month"
kind = "number"
rule.kind = "bands"
rule.bands = [ { from = -0.5, points = 40 }, { from = -1, points = 20 }, { otherwise = true, points = 0 } ]

[grade]
bands = [ { from = 80, grade = "A" }, { otherwise = true, grade = "B" } ]
"""
PLAIN: dict[str, Any] = {
    "done": 8, "wanted": 10, "cost": Decimal("1.50"), "gain": Decimal("1.25"), "calm": True, "mark": "good",
    "since": datetime.date(2024, 3, 1), "area": "a", "spare": "50%",
}  # fmt: skip


def taken(scheme: LoadedScheme, facts: Mapping[str, object], period: str = "2024-03") -> bool:
    """Whether the short way answers; and the answer is held to the whole result."""
    alike(scheme, facts, period=period)
    return scheme._shorts[period](facts) is not None


@pytest.fixture(scope="module")
def sheet() -> LoadedScheme:
    return loaded(SHEET)


ORDINARY: list[dict[str, Any]] = [
    {}, {"spare": "what?"}, {"nobody's": 3}, {"done": 0}, {"done": 1000}, {"done": 799, "wanted": 1000},
    {"done": 799, "wanted": 999, "spare": 0}, {"cost": None}, {"cost": 2}, {"cost": 0.1}, {"gain": -2},
    {"gain": Decimal("-2.25")}, {"gain": Decimal("0.99995")}, {"gain": 0.5}, {"gain": 0.49995}, {"gain": 0.49994},
    {"gain": Decimal("-0.0")}, {"calm": False}, {"mark": "bad"}, {"area": "甲 b"},
]  # fmt: skip
ODD: list[dict[str, Any]] = [
    {"done": None}, {"done": "8"}, {"done": True}, {"done": -1}, {"done": 1001}, {"done": Decimal(8)}, {"done": 8.0},
    {"done": OwnInt(8)}, {"wanted": 0}, {"wanted": 10**18}, {"gain": Decimal("-2.26")}, {"gain": 1e-7},
    {"gain": Decimal("1E+1")}, {"gain": Decimal("NaN")}, {"gain": float("inf")}, {"gain": OwnDecimal(1)},
    {"gain": Decimal("0.0000001")}, {"gain": 10**18}, {"gain": Decimal(10**18)}, {"gain": Decimal("1" + "0" * 5000)},
    {"gain": True}, {"calm": 1}, {"calm": "yes"}, {"mark": "BAD"}, {"mark": "worse"}, {"area": " a"}, {"area": ""},
    {"area": "a" * 501}, {"since": "2024-03-01"}, {"since": datetime.datetime(2024, 3, 1)}, {"goal": Decimal("0.9")},
    {"goal": None}, {"goal": "?"}, {"goal": Decimal("0.9"), "spare": 0},
]  # fmt: skip


@pytest.mark.parametrize("more", ORDINARY, ids=str)
def test_the_short_way_takes_what_is_ordinary(sheet: LoadedScheme, more: dict[str, Any]) -> None:
    assert taken(sheet, PLAIN | more)


def test_the_short_way_asks_neither_for_what_nobody_needs_nor_for_what_a_blank_stands_for(sheet: LoadedScheme) -> None:
    assert taken(sheet, {name: value for name, value in PLAIN.items() if name not in ("spare", "cost")})


def test_names_that_nobody_knows_are_taken_and_parameters_are_left() -> None:
    scheme = built_in().scheme("ecommerce/agent-indicators")
    (row,) = sample_frame(scheme.newest, people=1, blanks=0).to_dicts()
    facts = {name: row[name] for name in scheme.newest.model.facts}
    assert taken(scheme, facts)
    assert taken(scheme, facts | {"nobody's": 1, "": None})
    assert not taken(scheme, facts | {"refund_weight": 20})
    assert not taken(scheme, facts | {"nobody's": 1, "refund_weight": None})
    without = {name: value for name, value in facts.items() if name != "deals"}
    assert not taken(scheme, without | {"refund_weight": 20})


@pytest.mark.parametrize("more", ODD, ids=lambda more: str(more)[:40])
def test_the_short_way_leaves_what_is_odd(sheet: LoadedScheme, more: dict[str, Any]) -> None:
    assert not taken(sheet, PLAIN | more)


def test_the_short_way_leaves_a_figure_that_is_not_there(sheet: LoadedScheme) -> None:
    for name in PLAIN.keys() - {"spare", "cost"}:
        assert not taken(sheet, {other: value for other, value in PLAIN.items() if other != name})


def test_only_a_dict_goes_the_short_way(sheet: LoadedScheme) -> None:
    alike(sheet, PLAIN, period="2024-03")
    for facts in (MappingProxyType(PLAIN), OrderedDict(PLAIN)):
        assert sheet._shorts["2024-03"](facts) is None
        alike(sheet, facts, period="2024-03")


def test_the_context_of_decimals_changes_nothing(sheet: LoadedScheme) -> None:
    expected = sheet.total_and_grade(PLAIN, period="2024-03")
    with decimal.localcontext(decimal.Context(prec=1, capitals=0, traps=[decimal.Inexact])):
        assert sheet.total_and_grade(PLAIN, period="2024-03") == expected
        assert taken(sheet, PLAIN | {"gain": Decimal("1.2345")})


def test_what_else_is_said_goes_the_long_way(sheet: LoadedScheme) -> None:
    facts = PLAIN | {"done": 8, "wanted": 11}
    for more in ({"params": {"goal": "0.5"}}, {"version": "1"}, {"history": {}}, {"params": {}}):
        alike(sheet, facts, period="2024-03", **more)
    assert sheet.total_and_grade(facts, period="2024-03", params={"goal": "0.5"})[2] == "A"
    for period in ("2019-12", "soon", "2024", 202403, None, [], datetime.date(2024, 3, 1)):
        alike(sheet, facts, period=period)


def test_the_table_of_answers_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "_MOST_ANSWERS", 3)
    scheme = loaded(SHEET.replace("{ above = 0, points = 30 }", '{ above = 0, points = "month" }'))
    for _ in range(2):
        for month in range(1, 13):
            assert taken(scheme, PLAIN | {"wanted": 20}, f"2024-{month:02}")


def test_it_forgets_periods_where_there_are_very_many(sheet: LoadedScheme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpicore.shorts.MOST_PERIODS", 3)
    for month in range(1, 13):
        alike(sheet, PLAIN, period=f"2024-{month:02}")
    assert len(sheet._shorts) <= 3
