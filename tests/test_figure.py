import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.soon import soon

from kpicore.errors import FigureError
from kpicore.figure import KINDS, Bounds, Value, read
from kpicore.text import Title


def of(kind: str, **more: Any) -> Bounds:
    return Bounds(KINDS[kind], **more)


def refusal(raw: object, bounds: Bounds) -> FigureError:
    with pytest.raises(FigureError) as caught:
        read(raw, bounds)
    assert caught.value.sentence and caught.value.expected
    return caught.value


def test_the_places_of_measures() -> None:
    places = {name: kind.places for name, kind in KINDS.items() if kind.type == "number"}
    assert places == {
        "ratio": 4,
        "money": 2,
        "count": 0,
        "rating": 2,
        "number": 4,
        "seconds": 1,
        "hours": 1,
        "days": 0,
    }


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", "\t\n", "\u00a0"])
def test_blank_is_missing(kind: str, blank: str | None) -> None:
    assert read(blank, of(kind, choices=("a",) if kind == "choice" else ())) is None


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("money", "1,234.50", Decimal("1234.50")),
        ("money", "12.345678", Decimal("12.345678")),  # a kind limits no decimals of an input but a count's
        ("ratio", "９５％", Decimal("0.95")),
        ("ratio", "95%", Decimal("0.95")),
        ("ratio", "95 %", Decimal("0.95")),
        ("ratio", "0.95", Decimal("0.95")),
        ("ratio", "12.345%", Decimal("0.12345")),
        ("ratio", "100%", Decimal("1.00")),
        ("ratio", "1", Decimal(1)),
        ("ratio", "0", Decimal(0)),
        ("ratio", "-0", Decimal(0)),
        ("ratio", 0.1, Decimal("0.1")),
        ("ratio", 1e-7, Decimal("0.0000001")),
        ("number", 0.1 + 0.2, Decimal("0.30000000000000004")),
        ("number", "-3.5", Decimal("-3.5")),
        ("number", 1e17, Decimal(10**17)),
        ("number", Decimal("1E+3"), Decimal(1000)),
        ("number", -0.0, Decimal(0)),
        ("rating", "100", Decimal(100)),
        ("seconds", " 12.5 ", Decimal("12.5")),
        ("hours", "7.5", Decimal("7.5")),
        ("days", "0.5", Decimal("0.5")),
        ("count", "3", 3),
        ("count", "3.0", 3),
        ("count", 3.0, 3),
        ("count", Decimal("3.000"), 3),
        ("count", "1,000", 1000),
        ("count", 0, 0),
        ("money", 5, 5),
    ],
)
def test_numbers(kind: str, raw: object, value: Value) -> None:
    found = read(raw, of(kind))
    assert found == value
    assert type(found) is type(value)
    assert not str(found).startswith("-0")


@pytest.mark.parametrize(
    ("kind", "raw", "sentence", "expected", "hint"),
    [
        ("ratio", "98", "'98' is outside what is possible.", "0 to 1", "Write 98 % or 0.98."),
        ("ratio", 98, "98 is outside what is possible.", "0 to 1", "Write 98 % or 0.98."),
        ("ratio", "101", "'101' is outside", "0 to 1", ""),
        ("ratio", "101%", "'101%' is outside", "0 to 1", ""),
        ("ratio", "-1%", "'-1%' is outside", "0 to 1", ""),
        ("ratio", "9x%", "'9x%' is not a percentage.", "a percentage such as 95 %", ""),
        ("ratio", "%", "'%' is not a percentage.", "a percentage", ""),
        ("ratio", "95%%", "'95%%' is not a percentage.", "a percentage", ""),
        ("ratio", "+5%", "'+5%' is not a percentage.", "a percentage", "Write it without the plus sign."),
        ("ratio", "0.1234567890123456789%", "'0.1234567890123456789%' is not a percentage.", "a percentage", ""),
        ("ratio", "0.123456789012345678%", "The number is too long.", "at most 18 digits", ""),
        ("money", "95%", "'95%' is a percentage.", "a money", "Only a ratio is given in percent."),
        ("count", "95%", "'95%' is a percentage.", "a count", "Only a ratio"),
        ("rating", "95%", "'95%' is a percentage.", "a rating", "Only a ratio"),
        ("rating", "100.01", "'100.01' is outside", "0 to 100", ""),
        ("rating", "-1", "'-1' is outside", "0 to 100", ""),
        ("count", "2.5", "'2.5' is not a whole number.", "a whole number from 0 up", ""),
        ("count", 2.5, "2.5 is not a whole number.", "a whole number from 0 up", ""),
        ("count", "-3", "'-3' is outside", "0 or more", ""),
        ("money", "-0.01", "'-0.01' is outside", "0 or more", ""),
        ("seconds", -1, "-1 is outside", "0 or more", ""),
        ("hours", "-1", "'-1' is outside", "0 or more", ""),
        ("days", "-1", "'-1' is outside", "0 or more", ""),
        ("number", True, "A yes or no (True) stands where a number is meant.", "a number", ""),
        ("count", False, "A yes or no (False)", "a number", ""),
        ("number", float("nan"), "nan is not a number.", "a number", "Leave it blank"),
        ("number", float("-inf"), "-inf is not a number.", "a number", "Leave it blank"),
        ("number", Decimal("NaN"), "NaN is not a number.", "a number", "Leave it blank"),
        ("number", Decimal("sNaN"), "sNaN is not a number.", "a number", "Leave it blank"),
        ("number", Decimal("Infinity"), "Infinity is not a number.", "a number", "Leave it blank"),
        ("number", "NaN", "'NaN' is not a number.", "a number", "Leave the cell blank"),
        ("number", "1e3", "'1e3' is not a number.", "a number", "Write the number out"),
        ("number", "+5", "'+5' is not a number.", "a number", "Write it without the plus sign."),
        ("number", "12a", "'12a' is not a number.", "a number", ""),
        ("number", "不适用", "'不适用' is not a number.", "a number", ""),
        ("number", 1e18, "The number is too long.", "at most 18 digits", ""),
        ("number", 5e-324, "The number is too long.", "at most 18 digits", ""),
        ("number", 10**18, "The number is too long.", "at most 18 digits", ""),
        ("number", [1], "list is not a number.", "a number", ""),
        ("number", datetime.date(2024, 3, 1), "date is not a number.", "a number", ""),
    ],
)
def test_numbers_that_are_refused(kind: str, raw: object, sentence: str, expected: str, hint: str) -> None:
    error = refusal(raw, of(kind))
    assert error.sentence.startswith(sentence)
    assert error.expected.startswith(expected)
    assert error.hint.startswith(hint)


def test_a_decimal_is_never_rounded_to_fit() -> None:
    with pytest.raises(FigureError, match="too long"):
        read(Decimal("12345678901234567.0000000000000000001"), of("number"))
    assert read(Decimal("1.5" + "0" * 40), of("number")) == Decimal("1.5")


def test_a_fact_may_declare_its_own_bounds() -> None:
    growth = of("ratio", least=Decimal(-1), most=Decimal(3))
    assert read("-20%", growth) == Decimal("-0.2")
    assert read("250%", growth) == Decimal("2.5")
    error = refusal("98", growth)
    assert error.expected == "-1 to 3" and error.hint == "Write 98 % or 0.98."
    assert refusal("11", of("number", most=Decimal(10))).expected == "at most 10"
    assert refusal("-1", of("number", least=Decimal("-0.5"))).expected == "-0.5 or more"
    assert read("-5", of("count", least=Decimal(-10))) == -5


def test_the_ends_of_bounds_are_allowed() -> None:
    bounds = of("number", least=Decimal("1.5"), most=Decimal("2.5"))
    assert [read(text, bounds) for text in ("1.5", "2.5")] == [Decimal("1.5"), Decimal("2.5")]
    for text in ("1.499999999999999999", "2.500000000000000001"):
        assert "outside" in refusal(text, bounds).sentence


@given(st.floats(min_value=-1e15, max_value=1e15))
def test_floats_are_taken_by_their_shortest_form(value: float) -> None:
    shortest = Decimal(repr(value))
    if shortest and shortest.as_tuple().exponent < -18:  # type: ignore[operator]
        assert "too long" in refusal(value, of("number")).sentence
    else:
        found = read(value, of("number"))
        assert found == shortest and isinstance(found, Decimal) and float(found) == value


class Loud(float):
    """A float whose repr is not a number, as numpy's is."""

    def __repr__(self) -> str:
        return f"Loud({float(self)})"


def test_floats_of_other_libraries() -> None:
    assert read(Loud(0.5), of("ratio")) == Decimal("0.5")


@pytest.mark.parametrize("raw", ["1", "yes", "Y", "TRUE", "True", "是", " y ", "ｙｅｓ", True, 1, 1.0, Decimal(1)])
def test_yes(raw: object) -> None:
    assert read(raw, of("flag")) is True


@pytest.mark.parametrize("raw", ["0", "No", "n", "false", "否", False, 0, 0.0, "０"])
def test_no(raw: object) -> None:
    assert read(raw, of("flag")) is False


@pytest.mark.parametrize("raw", ["maybe", "2", 2, -1, 0.5, "1.0", "√", "yes no", "ja"])
def test_neither_yes_nor_no(raw: object) -> None:
    error = refusal(raw, of("flag"))
    assert "neither yes nor no" in error.sentence and "是" in error.expected


@pytest.mark.parametrize("raw", ["n/a", "NA", "不适用", " N/A "])
def test_not_applicable_is_neither(raw: str) -> None:
    assert "is not possible here" in refusal(raw, of("flag")).sentence


def test_a_flag_that_is_no_number() -> None:
    assert "nan" in refusal(float("nan"), of("flag")).sentence
    assert "sNaN" in refusal(Decimal("sNaN"), of("flag")).sentence


TITLES = (("Excellent", Title.of({"zh": "优秀", "en": "Well done"})), ("Good", Title.of({"zh": "好（可用）"})))
LEVELS = of("choice", choices=("Excellent", "Good", "1"), titles=TITLES)


@pytest.mark.parametrize(
    ("raw", "choice"),
    [
        ("Good", "Good"),
        (" good ", "Good"),
        ("GOOD", "Good"),
        ("优秀", "Excellent"),
        ("Well Done", "Excellent"),
        ("好(可用)", "Good"),
        ("好（可用） ", "Good"),
        ("ｇｏｏｄ", "Good"),
        ("1", "1"),
        (1, "1"),
        (1.0, "1"),
    ],
)
def test_choices_and_their_other_names(raw: object, choice: str) -> None:
    assert read(raw, LEVELS) == choice


@pytest.mark.parametrize("raw", ["Bad", "Goo", 2, 1.5, "不适用"])
def test_what_is_not_a_choice(raw: object) -> None:
    error = refusal(raw, LEVELS)
    assert "is not one of the choices" in error.sentence
    assert error.expected == "one of Well done, 好（可用）, 1"


def test_a_choice_with_full_width_signs_in_it() -> None:
    assert read("甲（全部）", of("choice", choices=("甲（全部）", "乙"))) == "甲（全部）"


def test_texts() -> None:
    assert read(" 张三 ", of("text")) == "张三"
    assert read("Ａ班", of("text")) == "Ａ班"
    assert refusal("x" * 501, of("text")).sentence == "The text is too long."
    for raw in (True, 5, 5.0, datetime.date(2024, 3, 1)):
        assert "is not a text" in refusal(raw, of("text")).sentence
    assert "is not a text" in refusal(True, LEVELS).sentence


@pytest.mark.parametrize(
    "raw",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.03.05",
        "2024年3月5日",
        "２０２４－０３－０５",
        " 2024-3-5 ",
        datetime.date(2024, 3, 5),
        datetime.datetime(2024, 3, 5, 10, 30),
    ],
)
def test_dates(raw: object) -> None:
    found = read(raw, of("date"))
    assert found == datetime.date(2024, 3, 5) and not isinstance(found, datetime.datetime)


@pytest.mark.parametrize(
    "raw", ["2024-02-30", "05/03/2024", "2024-03", "45000", 45000, 4.5, True, "0000-01-01", "24-3-5"]
)
def test_what_is_not_a_date(raw: object) -> None:
    error = refusal(raw, of("date"))
    assert "is not a date" in error.sentence and error.expected == "a date such as 2024-03-15"


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_figures_are_refused_at_once(kind: str) -> None:
    bounds = of(kind, choices=("a",) if kind == "choice" else ())
    for raw in ("1" * 1_000_000, "9" * 1_000_000 + "%", "x" * 1_000_000, "1," * 500_000, 10**1_000_000, -(10**5000)):
        with soon(), pytest.raises(FigureError) as caught:
            read(raw, bounds)
        assert len(str(caught.value)) < 300
