"""The geometry of charts: ends, jumps, stairs, holes, points far outside, bars and the scale of grades."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from kpicore.curve import Curve, Piece
from kpicore.decimals import plain_text
from kpicore.formula.node import Param, number
from kpicore.report.chart import CurveChart, bar, spread
from kpicore.report.curvechart import curve_chart, domain
from kpicore.report.gradescale import grade_scale

BANDS = Curve((Piece(number(100), number(75)), Piece(number(60), number(50)), Piece(number(0))))


def drawn(curve: Curve, at: object = None, **more: bool) -> CurveChart:
    value = None if at is None else Fraction(str(at))
    shown = "" if value is None else plain_text(value)
    chart = curve_chart(curve, value, shown, "points", plain_text, plain_text, **more)
    assert chart is not None
    return chart


def test_bands_are_steps_with_closed_and_open_ends() -> None:
    chart = drawn(BANDS, 60)
    assert len(chart.strokes) == 3 and len(chart.joins) == 2
    assert all(stroke.y1 == stroke.y2 for stroke in chart.strokes)
    assert [(end.closed, end.y) for end in chart.ends] == [
        (False, chart.bottom),
        (True, chart.strokes[1].y1),
        (False, chart.strokes[1].y1),
        (True, chart.top),
    ]
    assert [tick.text for tick in chart.x_ticks] == ["50", "75"]
    assert {tick.text for tick in chart.y_ticks} == {"0", "60", "100"}


def test_the_point_lies_on_its_piece_also_on_a_break() -> None:
    chart = drawn(BANDS, 75)
    assert chart.dot is not None
    assert (chart.dot.x, chart.dot.y, chart.dot.beyond) == (chart.x_ticks[1].at, chart.top, "")


def test_a_point_far_outside_is_held_at_the_edge() -> None:
    right, left = drawn(BANDS, 100_000).dot, drawn(BANDS, -100_000).dot
    assert right is not None and left is not None
    assert (right.beyond, right.x) == ("right", 250.0)
    assert (left.beyond, left.x) == ("left", drawn(BANDS, -100_000).left)
    assert right.text == "100000" and right.anchor == "end"


def test_a_point_just_outside_widens_the_drawing() -> None:
    chart = drawn(BANDS, 95)
    assert chart.dot is not None and chart.dot.beyond == "" and chart.dot.x < 250


def test_pieces_that_meet_have_no_ends() -> None:
    ramp = Curve((Piece(number(10), number(10)), Piece(number(0), high=number(0)), Piece(number(0), slope=number(1))))
    chart = drawn(ramp, 5)
    assert chart.ends == () and chart.joins == ()
    assert chart.dot is not None and chart.dot.y == (chart.top + chart.bottom) / 2


def test_a_stair_has_a_tread_for_each_step() -> None:
    stair = Curve(
        (
            Piece(number(0), number(4)),
            Piece(number(20), number(0), slope=number(-5), step=number(1)),
            Piece(number(20)),
        )
    )
    chart = drawn(stair, 2)
    levels = sorted({stroke.y1 for stroke in chart.strokes})
    assert len(levels) == 5
    assert chart.dot is not None and chart.dot.y == levels[2]


def test_a_stair_of_very_many_steps_is_drawn_as_a_line() -> None:
    stair = Curve((Piece(number(0), number(10_000)), Piece(number(0), slope=number(1), step=number(1))))
    assert len(drawn(stair, 3).strokes) < 5


def test_a_hole_is_shown_and_a_point_in_it_lies_on_the_axis() -> None:
    holed = Curve((Piece(number(5), number(10)), Piece(number(1), high=number(5))))
    chart = drawn(holed, 7)
    assert len(chart.holes) == 1
    assert chart.dot is not None and chart.dot.y == chart.bottom


def test_values_below_zero_have_their_place() -> None:
    chart = drawn(Curve((Piece(number(-50), high=number(60)), Piece(number(100)))), 30)
    assert chart.dot is not None and chart.dot.y == chart.bottom
    assert {tick.text for tick in chart.y_ticks} >= {"-50", "100"}


def test_a_curve_that_is_not_bound_or_says_one_thing_only_is_not_drawn() -> None:
    unbound = Curve((Piece(number(1), Param("limit")), Piece(number(0))))
    assert curve_chart(unbound, Fraction(1), "1", "", plain_text, plain_text) is None
    assert curve_chart(Curve((Piece(number(1)),)), Fraction(1), "1", "", plain_text, plain_text) is None


def test_a_share_is_drawn_no_further_than_one() -> None:
    low, high = domain([Fraction("0.5"), Fraction("0.95")], Fraction("0.7"), True)
    assert (low, high) == (Fraction("0.3875"), 1)
    assert domain([Fraction("0.5"), Fraction("0.95")], Fraction("1.2"), True)[1] > Fraction("1.2")


def test_everything_lies_inside_the_drawing() -> None:
    for at in (-3, 0, 50, "74.99", 75, 99, 10**12):
        chart = drawn(BANDS, at)
        xs = [x for stroke in chart.strokes for x in (stroke.x1, stroke.x2)] + [end.x for end in chart.ends]
        assert min(xs) >= chart.left and max(xs) <= chart.right
        assert chart.dot is not None and chart.left <= chart.dot.x <= chart.right


def test_texts_that_would_run_into_each_other_are_left_away() -> None:
    ticks = spread([(10.0, Fraction(1)), (12.0, Fraction(2)), (60.0, Fraction(3))], plain_text, 9)
    assert [tick.text for tick in ticks] == ["1", "3"]


def test_a_bar_shows_what_lies_above_the_full_marks_apart() -> None:
    above = bar(Decimal(20), Decimal(15), "")
    assert (above.filled, above.bonus, above.full) == (75.0, 25.0, 75.0)
    scaled = bar(Decimal(5), Decimal(10), "", longest=Decimal(30))
    assert (scaled.filled, scaled.bonus, scaled.full) == (16.7, 0.0, 33.3)
    assert bar(Decimal(-5), Decimal(10), "").filled == 0.0
    assert bar(None, None, "").full == 0.0


def test_the_scale_of_grades_marks_the_grade_and_the_value() -> None:
    grades = Curve((Piece(number(0), number(90)), Piece(number(1), number(60)), Piece(number(2))))
    scale = grade_scale(grades, ("A", "B", "C"), Fraction(72), "72", "", Fraction(100), plain_text)
    assert scale is not None
    assert [(cell.text, cell.reached) for cell in scale.cells] == [("C", False), ("B", True), ("A", False)]
    assert [tick.text for tick in scale.ticks] == ["0", "60", "90", "100"]
    middle = scale.cells[1]
    assert scale.dot is not None and middle.x < scale.dot.x < middle.x + middle.width


def test_a_value_far_above_the_scale_is_held_at_its_end() -> None:
    grades = Curve((Piece(number(0), number(50)), Piece(number(1))))
    scale = grade_scale(grades, ("A", "B"), Fraction(1000), "1000", "", Fraction(100), plain_text)
    assert scale is not None and scale.dot is not None and scale.dot.beyond == "right"


def test_the_top_grade_has_a_place_where_it_begins_at_the_end_of_the_scale() -> None:
    grades = Curve((Piece(number(0), number(120)), Piece(number(1), number(100)), Piece(number(2))))
    names = ("a name far too long", "on target", "warned")
    for at in (Fraction(99), Fraction(120), Fraction("120.01")):
        scale = grade_scale(grades, names, at, "", "", Fraction(100), plain_text)
        assert scale is not None and scale.dot is not None and not scale.dot.beyond
        assert [cell.text for cell in scale.cells] == ["warned", "on target", "a name far too long"]
        assert scale.cells[-1].width > 60 and {tick.text for tick in scale.ticks} == {"0", "100", "120"}
        assert [cell.room for cell in scale.cells] == ["any", "wide", "none"]
