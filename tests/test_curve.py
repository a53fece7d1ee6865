import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.soon import soon

from kpicore.curve import (
    Curve,
    Interval,
    Piece,
    at,
    ends,
    holes,
    interval,
    number_of,
    overlaps,
    partition,
    piece_at,
    piece_value,
)
from kpicore.formula.node import Node, Param, number


def num(value: str | int | Fraction | None) -> Node | None:
    return None if value is None else number(value)


def piece(base: str | int, low: str | int | None = None, high: str | int | None = None, ends: str = "[]") -> Piece:
    return Piece(number(base), num(low), num(high), ends[0] == "[", ends[1] == "]")


def spans(intervals: list[Interval]) -> list[tuple[str, int | None]]:
    def end(value: Fraction | None) -> str:
        return "-" if value is None else str(value)

    return [
        (
            f"{'[' if part.low_closed else '('}{end(part.low)}, {end(part.high)}{']' if part.high_closed else ')'}",
            part.piece,
        )
        for part in intervals
    ]


# bands as the shop's sheet has them: 100 from 75 %, 80 from 65 %, 60 from 50 %, else 0
BANDS = Curve((piece(100, "0.75"), piece(80, "0.65"), piece(60, "0.50"), piece(0)))


@pytest.mark.parametrize(
    ("x", "value"), [("0.75", 100), ("0.7499", 80), ("0.65", 80), ("0.6499", 60), ("0.5", 60), ("0.4999", 0), ("-9", 0)]
)
def test_the_first_band_that_claims_a_value_decides(x: str, value: int) -> None:
    assert at(BANDS, Fraction(x)) == value


def test_the_partition_of_bands() -> None:
    assert spans(partition(BANDS)) == [("(-, 1/2)", 3), ("[1/2, 13/20)", 2), ("[13/20, 3/4)", 1), ("[3/4, -)", 0)]
    assert holes(BANDS) == []


def test_a_hole_has_no_value() -> None:
    curve = Curve((piece(5, 86, 90), piece(10, 91, 95, "[)")))
    assert [at(curve, Fraction(x)) for x in (85, 86, 90, Fraction("90.5"), 91, Fraction("94.99"), 95)] == [
        *(None, 5, 5, None),
        *(10, 10, None),
    ]
    assert spans(holes(curve)) == [("(-, 86)", None), ("(90, 91)", None), ("[95, -)", None)]


def test_a_single_point_can_be_a_hole_or_a_band() -> None:
    curve = Curve((piece(1, None, 5, "[)"), piece(2, 5, None, "(]")))
    assert spans(holes(curve)) == [("[5, 5]", None)]
    exact = Curve((piece(7, 5, 5), piece(0)))
    assert spans(partition(exact)) == [("(-, 5)", 1), ("[5, 5]", 0), ("(5, -)", 1)]


def test_overlaps_name_the_pieces_and_are_joined() -> None:
    curve = Curve((piece(1, 0, 10), piece(2, 5, 20), piece(3, 8, 9)))
    assert [(spans([part])[0][0], claims) for part, claims in overlaps(curve)] == [
        ("[5, 8)", (0, 1)),
        ("[8, 9]", (0, 1, 2)),
        ("(9, 10]", (0, 1)),
    ]
    assert overlaps(Curve((piece(1, 0, 5), piece(2, 5, 10, "(]")))) == []
    assert [part.witness for part, _ in overlaps(Curve((piece(1, 0, 5), piece(2, 5, 10))))] == [5]


def test_overlaps_that_a_point_parts_stay_two() -> None:
    curve = Curve((piece(1, 0, 10), piece(2, 0, 5, "[)"), piece(2, 5, 10, "(]")))
    assert [claims for _, claims in overlaps(curve)] == [(0, 1), (0, 2)]
    parted = Curve((piece(1, 0, 5, "[)"), piece(2, 0, 5, "[)"), piece(3, 5, 9, "(]")))
    assert [spans([part])[0][0] for part, _ in overlaps(parted)] == ["[0, 5)"]


def test_a_curve_without_pieces_or_ends() -> None:
    assert at(Curve(()), Fraction(1)) is None
    assert spans(partition(Curve(()))) == [("(-, -)", None)]
    assert spans(partition(Curve((piece(3),)))) == [("(-, -)", 0)]


def test_lines_and_steps() -> None:
    ramp = Curve((Piece(number(60), number(0), number(10), slope=number("0.5"), origin=number(2)),))
    assert at(ramp, Fraction(7)) == Fraction("62.5")
    steps = Piece(number(100), slope=number(-5), origin=number(10), step=number(3))
    assert [piece_value(steps, Fraction(x)) for x in (10, 12, 13, 15, 16)] == [100, 100, 95, 95, 90]
    assert piece_value(steps, Fraction("9.99")) == 105


def test_an_end_that_is_not_bound_yet() -> None:
    loose = Curve((Piece(number(100), Param("target")), Piece(number(0))))
    assert not loose.bound
    with pytest.raises(ValueError, match="not bound"):
        at(loose, Fraction(1))
    tied = loose.bind(lambda node: number("0.9") if node == Param("target") else None)
    assert tied.bound and at(tied, Fraction("0.9")) == 100 and at(tied, Fraction("0.89")) == 0
    assert not loose.bound


def test_many_pieces_are_cut_in_time() -> None:
    curve = Curve(tuple(piece(n, n, n + 1, "[)") for n in range(400)))
    with soon():
        assert len(partition(curve)) == 402


# --- against a naive definition ---

GRID = st.integers(-8, 8).map(lambda n: Fraction(n, 2))
END = st.none() | GRID


@st.composite
def pieces(draw: st.DrawFn) -> Piece:
    step = draw(st.none() | st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(3, 4)]))
    return Piece(
        number(draw(GRID)),
        num(draw(END)),
        num(draw(END)),
        draw(st.booleans()),
        draw(st.booleans()),
        number(draw(GRID)),
        number(draw(GRID)),
        num(step),
    )


CURVES = st.lists(pieces(), max_size=6).map(lambda found: Curve(tuple(found)))


def claims(piece: Piece, x: Fraction) -> bool:
    if piece.low is not None:
        low = number_of(piece.low)
        if x < low or (x == low and not piece.low_closed):
            return False
    if piece.high is not None:
        high = number_of(piece.high)
        if x > high or (x == high and not piece.high_closed):
            return False
    return True


def naive(curve: Curve, x: Fraction) -> Fraction | None:
    for piece in curve.pieces:
        if claims(piece, x):
            base, slope, origin = (number_of(node) for node in (piece.base, piece.slope, piece.origin))
            if piece.step is None:
                return base + slope * (x - origin)
            count, step = 0, number_of(piece.step)
            while origin + (count + 1) * step <= x:
                count += 1
            while origin + count * step > x:
                count -= 1
            return base + slope * count
    return None


def telling(curve: Curve) -> Iterator[Fraction]:
    """Values on, just under and just over each end and each step, and far out."""
    just = Fraction(1, 10**9)
    marks = {Fraction(-100), Fraction(0), Fraction(100), *ends(curve)}
    for piece in curve.pieces:
        marks.add(number_of(piece.origin))
        if piece.step is not None:
            marks |= {number_of(piece.origin) + n * number_of(piece.step) for n in range(-3, 4)}
    for mark in sorted(marks):
        yield from (mark - just, mark, mark + just)


@given(CURVES)
def test_the_value_against_the_definition(curve: Curve) -> None:
    for x in telling(curve):
        assert at(curve, x) == naive(curve, x)


@given(CURVES)
def test_the_partition_covers_the_line_and_agrees_with_the_curve(curve: Curve) -> None:
    parts = partition(curve)
    assert parts[0].low is None and parts[-1].high is None
    for one, other in pairwise(parts):
        assert one.high is not None and one.high == other.low
        assert one.high_closed != other.low_closed
        assert one.piece != other.piece
    for x in telling(curve):
        [inside] = [part for part in parts if part.holds(x)]
        assert inside.piece == piece_at(curve, x)
    for part in parts:
        assert part.holds(part.witness)
        assert piece_at(curve, part.witness) == part.piece


@given(CURVES)
def test_holes_and_overlaps_against_the_definition(curve: Curve) -> None:
    bare, twice = holes(curve), overlaps(curve)
    for x in telling(curve):
        found = tuple(place for place, piece in enumerate(curve.pieces) if claims(piece, x))
        assert any(part.holds(x) for part in bare) == (not found)
        assert [claimed for part, claimed in twice if part.holds(x)] == ([found] if len(found) > 1 else [])


@given(pieces(), GRID)
def test_what_a_piece_claims_as_an_interval(piece: Piece, x: Fraction) -> None:
    assert interval(piece, 3).holds(x) == claims(piece, x)
    assert interval(piece, 3).piece == 3


@given(END, END, st.booleans(), st.booleans())
def test_the_witness_lies_inside(low: Fraction | None, high: Fraction | None, closed: bool, shut: bool) -> None:
    if low is not None and high is not None and (low > high or (low == high and not (closed and shut))):
        return
    span = Interval(low, closed and low is not None, high, shut and high is not None)
    assert span.holds(span.witness)


@given(st.fractions(min_value=-50, max_value=50, max_denominator=8), GRID)
def test_steps_count_downwards_before_their_origin(x: Fraction, origin: Fraction) -> None:
    steps = Piece(number(0), slope=number(1), origin=number(origin), step=number("0.25"))
    assert piece_value(steps, x) == math.floor((x - origin) * 4)
