import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.soon import soon

from kpicore.decimals import (
    as_shown,
    exact,
    half_width,
    parse_decimal,
    plain_text,
    quoted,
    rounded,
    scaled_decimal,
    scaled_text,
)
from kpicore.errors import FigureError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.5", "12.5"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("-1,234.5", "-1234.5"),
        ("９５", "95"),
        ("１，２３４．５０", "1234.50"),
        (" 12 ", "12"),
        ("\u300012\u00a0", "12"),
        ("3.0", "3.0"),
        ("-0.5", "-0.5"),
        (".5", "0.5"),
        ("007", "7"),
        ("0", "0"),
        ("-0.00", "0.00"),
        ("999999999999999999.999999999999999999", "999999999999999999.999999999999999999"),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str) -> None:
    assert str(parse_decimal(text)) == value


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("+5", "Write it without the plus sign."),
        ("1e3", "Write the number out, without an exponent."),
        ("1.5E-3", "Write the number out, without an exponent."),
        ("12,34", "Commas belong between groups of three digits: 1,234.50."),
        ("1,2345", "Commas belong"),
        ("1234,567", "Commas belong"),
        (",123", "Commas belong"),
        ("NaN", "Leave the cell blank"),
        ("inf", "Leave the cell blank"),
        ("-Infinity", "Leave the cell blank"),
        ("#DIV/0!", "Leave the cell blank"),
        ("#N/A", "Leave the cell blank"),
        ("12a", ""),
        ("1O0", ""),
        ("1 234", ""),
        ("--5", ""),
        ("5-", ""),
        ("1.2.3", ""),
        ("5.", ""),
        (".", ""),
        ("", ""),
        ("1_000", ""),
        ("0x10", ""),
        ("(500)", ""),
        ("¥5", ""),
        ("95%", ""),
        ("٣", ""),
        ("一百", ""),
    ],
)
def test_all_else_is_refused_with_what_to_write(text: str, hint: str) -> None:
    with pytest.raises(FigureError) as caught:
        parse_decimal(text)
    assert caught.value.sentence == f"{quoted(text)} is not a number."
    assert caught.value.expected == "a number such as 1234.50"
    assert caught.value.hint.startswith(hint) and bool(hint) == bool(caught.value.hint)


@pytest.mark.parametrize("text", ["1" * 19, "0." + "1" * 19, "1" * 1_000_000, "0" * 1_000_000, "1," * 500_000 + "x"])
def test_long_numbers_are_refused_at_once(text: str) -> None:
    with soon(), pytest.raises(FigureError, match="is too long") as caught:
        parse_decimal(text)
    assert len(str(caught.value)) < 200


def test_spaces_around_do_not_make_a_number_long() -> None:
    assert parse_decimal(" " * 500 + "12" + " " * 500) == 12


def test_quoted_cuts_and_shows_what_can_not_be_seen() -> None:
    assert quoted("a\tb\x00\u202e") == "'a\\tb\\x00\\u202e'"
    assert quoted("x" * 100) == "'" + "x" * 40 + "...'"
    assert half_width(" ＡＢ％　１ ") == "AB% 1"


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        ("1E+3", "1000"),
        ("-0", "0"),
        ("-0.00", "0.00"),
        ("0E+999999", "0"),
        ("0E-999999", "0E-18"),
        ("1.50", "1.50"),
        ("1." + "0" * 40, "1." + "0" * 18),
        ("12.5" + "0" * 30, "12.5" + "0" * 17),
        ("1E-18", "1E-18"),
    ],
)
def test_exact_keeps_the_number_and_bounds_its_form(value: str, figure: str) -> None:
    assert str(exact(Decimal(value))) == figure
    assert exact(Decimal(value)) == Decimal(value)


@pytest.mark.parametrize(
    "value",
    ["1E+18", "1E+999999", "1E-19", "1E-999999", "1." + "0" * 30 + "1", "12345678901234567." + "0" * 18 + "1"],
)
def test_exact_refuses_what_it_would_have_to_round(value: str) -> None:
    with pytest.raises(FigureError, match="too long"):
        exact(Decimal(value))


@pytest.mark.parametrize(
    ("numerator", "denominator", "places", "value"),
    [
        (64996, 100000, 4, 6500),  # 64.996 % is shown as 65.00 %
        (5, 10, 0, 1),
        (-5, 10, 0, -1),
        (15, 10, 0, 2),
        (25, 10, 0, 3),
        (-25, 10, 0, -3),
        (4999, 10000, 0, 0),
        (-4999, 10000, 0, 0),
        (1, 3, 2, 33),
        (2, 3, 2, 67),
        (-2, 3, 2, -67),
        (2675, 1000, 2, 268),  # as a float this falls to 2.67
        (1005, 1000, 2, 101),
        (0, 7, 2, 0),
        (10**40 + 5, 10, 0, 10**39 + 1),
    ],
)
def test_rounding_is_half_away_from_zero(numerator: int, denominator: int, places: int, value: int) -> None:
    assert rounded(numerator, denominator, places) == value


def test_scores_that_add_up_to_eighty() -> None:
    weights, points = (40, 5, 20, 35), ("81.7", "76.8", "85.1", "75.6")
    scores = [
        rounded(weight * Fraction(point).numerator, 100 * Fraction(point).denominator, 2)
        for weight, point in zip(weights, points, strict=True)
    ]
    assert scores == [3268, 384, 1702, 2646]
    assert scaled_text(sum(scores), 2) == "80.00"


def naive_half_up(value: Fraction, places: int) -> Fraction:
    """The nearest multiple of the last place; of two that are equally near, the one farther from zero."""
    unit = Fraction(1, 10**places)
    below = (value // unit) * unit
    return min((below, below + unit), key=lambda near: (abs(value - near), -abs(near)))


RATIONALS = st.fractions(max_denominator=10**6) | st.builds(
    lambda whole, places: Fraction(2 * whole + 1, 2 * 10**places), st.integers(-(10**9), 10**9), st.integers(0, 6)
)


@given(RATIONALS, st.integers(0, 6))
def test_rounding_against_its_definition(value: Fraction, places: int) -> None:
    found = rounded(value.numerator, value.denominator, places)
    assert Fraction(found, 10**places) == naive_half_up(value, places)
    assert rounded(-value.numerator, value.denominator, places) == -found
    assert rounded(7 * value.numerator, 7 * value.denominator, places) == found


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [(2800, 2, "28.00"), (5, 2, "0.05"), (-5, 2, "-0.05"), (0, 2, "0.00"), (-1234, 0, "-1234"), (7, 4, "0.0007")],
)
def test_scaled_values_as_text_and_decimal(value: int, places: int, text: str) -> None:
    assert scaled_text(value, places) == text
    assert str(scaled_decimal(value, places)) == text


@given(st.integers(-(10**70), 10**70), st.integers(0, 20), st.sampled_from([1, 6, 28, 100]))
def test_no_context_around_us_changes_a_value(value: int, places: int, precision: int) -> None:
    with decimal.localcontext() as context:
        context.prec = precision
        made = scaled_decimal(value, places)
        text = plain_text(made)
    assert Fraction(made) == Fraction(value, 10**places)
    assert made.as_tuple().exponent == -places
    assert Fraction(text) == Fraction(made)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(3, 4), "0.75"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(1, 3), "1/3"),
        (Fraction(65), "65"),
        (Decimal("65.00"), "65"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.0200"), "0.02"),
        (Decimal("-0.0"), "0"),
        (12, "12"),
        (Fraction(1, 10**30), "0." + "0" * 29 + "1"),
    ],
)
def test_the_shortest_text_of_a_value(value: Decimal | Fraction | int, text: str) -> None:
    assert plain_text(value) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_written_number_is_read_back(value: Decimal) -> None:
    assert parse_decimal(format(value, "f")) == value
    assert parse_decimal(format(value, ",f")) == value
    assert parse_decimal(plain_text(value)) == value


@pytest.mark.parametrize(
    ("raw", "text"),
    [(None, ""), ("x" * 500, "x" * 200), (Decimal("1.50"), "1.50"), (-(10**5000), "a very long number")],
    ids=["none", "text", "decimal", "number"],
)
def test_what_stands_in_a_cell_is_told_by_its_beginning(raw: object, text: str) -> None:
    assert as_shown(raw) == text
