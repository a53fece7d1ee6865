"""Whole columns say of each cell what `read` says of it, whatever type it comes in."""

from __future__ import annotations

import datetime
import math
import struct
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import numpy
import pandas
import polars as pl
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpicore.columns import Column, read_column, unreadable_cells
from kpicore.errors import FigureError
from kpicore.figure import KINDS, Bounds, read
from kpicore.text import Title


def of(kind: str, **more: Any) -> Bounds:
    return Bounds(KINDS[kind], **more)


NUMBERS = [
    *(of(kind.name) for kind in KINDS.values() if kind.type == "number"),
    of("ratio", least=Decimal(-1), most=Decimal(3)),
    of("number", least=Decimal("-0.1"), most=Decimal("1234.5678")),
    of("number", least=Decimal("0.3333333333333333"), most=Decimal(10) ** 20),
    of("number", least=Decimal(10) ** 19),
    of("number", most=Decimal(-(10**40))),
    of("count", least=Decimal("-3.5"), most=Decimal(1000)),
]
TITLES = (("Excellent", Title.of({"zh": "优秀", "en": "Outstanding"})), ("Good", Title.of("2")))
OTHERS = [
    of("flag"),
    of("date"),
    of("text"),
    of("choice", choices=("Excellent", "Good", "1", "0.5"), titles=TITLES),
]
BOUNDS = st.sampled_from([*NUMBERS, *OTHERS])


def expected(raw: object, bounds: Bounds) -> object:
    try:
        value = read(raw, bounds)
    except FigureError:
        return "unreadable"
    return Fraction(value) if bounds.kind.type == "number" and isinstance(value, int | Decimal) else value


def outcome(column: Column, index: int, number: bool) -> object:
    value = column.values[index]
    unreadable = column.unreadable is not None and column.unreadable[index]
    apart = column.apart is not None and column.apart[index]
    if unreadable or apart:
        assert value is None and not (unreadable and apart)
        return "unreadable" if unreadable else "apart"
    if value is None or not number:
        return value
    assert int(value) == value and math.copysign(1, value) == (-1 if value < 0 else 1)
    return Fraction(int(value), 10**column.places)


def may_stand_apart(value: object, column: Column) -> bool:
    """Whether a value has too many digits or decimals for the column's form."""
    assert isinstance(value, Fraction)
    scaled = value * 10**column.places
    return scaled.denominator > 1 or abs(scaled) >= (10**15 if column.values.dtype == pl.Float64 else 10**18)


def agree(series: pl.Series, bounds: Bounds, raws: Sequence[object] | None = None) -> Column:
    """Holds a column to `read`, cell by cell."""
    column = read_column(series, bounds)
    number = bounds.kind.type == "number"
    raws = [series[index] for index in range(len(series))] if raws is None else raws
    for index, raw in enumerate(raws):
        found, wanted = outcome(column, index, number), expected(raw, bounds)
        if found == "apart":
            assert may_stand_apart(wanted, column), raw
        else:
            assert found == wanted and isinstance(found, bool) == isinstance(wanted, bool), raw
    assert len(column.values) == len(series)
    for mask in (column.unreadable, column.apart):
        assert mask is None or (mask.dtype == pl.Boolean and mask.null_count() == 0 and mask.any())
    if number:
        assert column.values.dtype in (pl.Int64, pl.Float64) and 0 <= column.places <= 18
        held = [int(value) for value in column.values.drop_nulls().to_list()]
        assert (column.least, column.most) == ((min(held), max(held)) if held else (0, 0))
        assert type(column.least) is int and type(column.most) is int
    else:
        types = {"flag": pl.Boolean, "date": pl.Date, "text": pl.String, "choice": pl.String}
        assert column.values.dtype == types[bounds.kind.name]
        assert (column.apart, column.places, column.least, column.most) == (None, 0, 0, 0)
    told = unreadable_cells(series, bounds, column, limit=3)
    bad = [index for index, raw in enumerate(raws) if expected(raw, bounds) == "unreadable"]
    assert [index for index, _, _ in told] == bad[:3]
    assert all(isinstance(error, FigureError) for _, _, error in told)
    return column


def column_of(cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.one_of(st.none(), cells), max_size=12)


INTEGERS = {
    pl.Int8: (-(2**7), 2**7 - 1),
    pl.Int16: (-(2**15), 2**15 - 1),
    pl.Int32: (-(2**31), 2**31 - 1),
    pl.Int64: (-(2**63), 2**63 - 1),
    pl.Int128: (-(2**127), 2**127 - 1),
    pl.UInt8: (0, 2**8 - 1),
    pl.UInt16: (0, 2**16 - 1),
    pl.UInt32: (0, 2**32 - 1),
    pl.UInt64: (0, 2**64 - 1),
    pl.UInt128: (0, 2**128 - 1),
}
EDGES = [0, 1, -1, 2, 98, 100, 101, 10**15, 10**18 - 1, 10**18, -(10**18), 1 - 10**18, 2**63, 2**64 - 1, 10**30]


@settings(deadline=None)
@given(st.data(), BOUNDS, st.sampled_from(list(INTEGERS)))
def test_whole_numbers(data: st.DataObject, bounds: Bounds, dtype: Any) -> None:
    least, most = INTEGERS[dtype]
    edges = st.sampled_from([edge for edge in EDGES if least <= edge <= most])
    cells = data.draw(column_of(st.one_of(edges, st.integers(least, most), st.integers(max(least, -3), 120))))
    column = agree(pl.Series("a", cells, dtype=dtype), bounds)
    assert column.apart is None


def test_whole_numbers_within_bounds_are_not_copied() -> None:
    series = pl.Series([3, None, 5])
    column = read_column(series, of("money"))
    assert (column.places, column.least, column.most, column.unreadable, column.apart) == (0, 3, 5, None, None)
    before, after = (each.to_arrow().buffers()[1].address for each in (series, column.values))
    assert before == after


MONEY = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)
TENTHS = st.builds(lambda whole, places: whole / 10**places, st.integers(-(10**15), 10**15), st.integers(0, 22))
ODD_FLOATS = st.sampled_from(
    [0.0, -0.0, 1.0, 0.5, 2.5, 98.0, 1000.0, -3.5, 4.35, 0.001, 1234.5678, 1234.5679, 0.1 + 0.2, 1 / 3, 2 / 3, 1e-18]
)
HARD_FLOATS = st.sampled_from(
    [999999999999999.0, 1e15, 1e15 - 0.1, 2.0**53, 2.0**53 + 2, 1e17, 1e18, 1e300, 1e-19, 5e-324, math.nan, math.inf]
)
FINE_FLOATS = st.sampled_from(
    [-math.inf, 0.3333333333333333, 0.00123456789012345, 0.009999999999999998, math.nextafter(1, 2)]
)
ANY_FLOAT = st.floats(allow_subnormal=True)
FLOATS = st.one_of(
    MONEY, TENTHS, ODD_FLOATS, HARD_FLOATS, FINE_FLOATS, ANY_FLOAT, st.floats(0, 1), st.integers(-5, 1000).map(float)
)


@settings(deadline=None)
@given(column_of(FLOATS), BOUNDS)
def test_floats(cells: list[float | None], bounds: Bounds) -> None:
    agree(pl.Series("a", cells, dtype=pl.Float64), bounds)


@settings(deadline=None)
@given(
    column_of(st.one_of(st.floats(width=32), st.integers(-5, 1000).map(float), st.sampled_from([0.5, 0.25]))), BOUNDS
)
def test_floats_of_fewer_bits(cells: list[float | None], bounds: Bounds) -> None:
    agree(pl.Series("a", cells, dtype=pl.Float32), bounds)
    small = [None if cell is None or abs(cell) > 60000 else cell for cell in cells]
    agree(pl.Series("a", small, dtype=pl.Float16), bounds)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-(10**15) + 1, 10**15 - 1)), max_size=30), st.integers(0, 4))
def test_ordinary_floats_are_never_apart(cells: list[int | None], places: int) -> None:
    figures = [None if cell is None else cell / 10**places for cell in cells]
    column = read_column(pl.Series(figures, dtype=pl.Float64), of("number"))
    assert column.apart is None and column.unreadable is None and column.places <= places


@settings(deadline=None)
@given(st.integers(1 - 10**15, 10**15 - 1), st.integers(0, 22))
def test_a_decimal_of_15_digits_is_the_shortest_form_of_its_float(whole: int, places: int) -> None:
    value = float(f"{whole}e-{places}")
    assert Decimal(repr(value)) == Decimal(whole).scaleb(-places)
    assert value == whole / 10**places and round(value * 10.0**places) == whole


def test_a_column_has_the_places_that_nearly_all_need() -> None:
    money = [12.34, 5.0, 7.5] * 1000
    assert read_column(pl.Series(money), of("money")).places == 2
    assert read_column(pl.Series([*money, 0.125]), of("money")).places == 3
    odd = agree(pl.Series([*money, 0.123456789, 1 / 3]), of("money"))
    assert odd.places == 2 and odd.apart is not None and odd.apart.arg_true().to_list() == [3000, 3001]
    assert read_column(pl.Series(money + [0.123456] * 300), of("money")).places == 6
    rare: list[float | None] = [None] * 5000
    rare[4321] = 0.25
    column = agree(pl.Series(rare), of("ratio"))
    assert (column.places, column.least, column.most, column.apart) == (2, 25, 25, None)
    shares = agree(pl.Series([number / 7 for number in range(8)]), of("ratio"))
    assert shares.apart is not None and shares.apart.sum() == 6


DECIMALS = st.one_of(
    st.integers(-(10**38) + 1, 10**38 - 1), st.integers(-(10**18), 10**18), st.integers(-100, 100), st.just(0)
)


@settings(deadline=None)
@given(st.data(), st.integers(0, 38), BOUNDS)
def test_decimals(data: st.DataObject, scale: int, bounds: Bounds) -> None:
    noughts = st.integers(0, 20).map(lambda count: 10**count)
    wholes = data.draw(column_of(st.one_of(DECIMALS, st.builds(lambda a, b: a * b, st.integers(-999, 999), noughts))))
    cells = [None if whole is None else Decimal(f"{whole}E-{scale}") for whole in wholes]
    agree(pl.Series("a", cells, dtype=pl.Decimal(38, scale)), bounds)


def test_decimals_get_the_places_that_they_need() -> None:
    spark = pl.Series([Decimal("12.50"), Decimal(7)], dtype=pl.Decimal(38, 18))
    column = agree(spark, of("money"))
    assert column.places == 1 and column.values.to_list() == [125, 70] and column.apart is None
    narrow = agree(pl.Series([Decimal("12.50"), None], dtype=pl.Decimal(10, 2)), of("money"))
    assert narrow.places == 2 and narrow.values.to_list() == [1250, None]
    counts = agree(pl.Series([Decimal("3.00"), Decimal("2.50")], dtype=pl.Decimal(10, 2)), of("count"))
    assert counts.places == 0 and counts.values.to_list() == [3, None]
    long = agree(pl.Series([Decimal("1." + "1" * 18), Decimal("9" * 17 + ".5")], dtype=pl.Decimal(38, 18)), of("money"))
    assert long.apart is not None


PLAIN = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", fullmatch=True)
GROUPED = st.from_regex(r" ?-?[0-9]{1,3}(,[0-9]{3}){1,6}(\.[0-9]{1,4}0{0,3})? ?%?", fullmatch=True)
PERCENT = st.from_regex(r" ?-?[0-9]{1,3}(\.[0-9]{1,19})? ?% ?", fullmatch=True)
SHORT = st.from_regex(r"-?[0-9]{1,3}(\.[0-9]{0,3})?", fullmatch=True)
ODD_NUMBERS = ["-", ".", ".5", "-.5", "5.", "100.", "1..", "+5", "1e3", "1_000", "NaN", "inf", "9 5", "９５％", "１２"]
NOUGHTS = ["1.50", "-0", "-0.00", "007", "3.0", "3.000", "0x1", "95%%", "%", "5 %"]
GROUPS = ["1,00", "1,234", "1,234.50", "1,234.", "-1,234,567.800", ",5", "1,234%", "12,34.5", "0,001", "1,234 "]
BLANKS = ["", " ", "\u3000", "\xa0", "\n", "\x1f", "\x85"]
SPACED = ["\n5", "5\n", "\t5", "5\x1c", "\u20095", "5\x00", "a\x1f", "\x85b\u2028", " 是", "GOOD ", " 2024/3/5 "]
WORDS = ["yes", "否", "n/a", "TRUE", "0", "1", "２", "2024-03-15", "2024年3月5日", "2024-02-30", "优秀", "good", "2"]
LONG = ["x" * 500, "x" * 501, " " + "y" * 500, "汉" * 499, "1" * 101, " " * 90 + "5", "50" + " " * 120 + "%"]
ODD_TEXTS = st.sampled_from([*ODD_NUMBERS, *NOUGHTS, *GROUPS, *BLANKS, *SPACED, *WORDS, *LONG])
TEXTS = st.one_of(SHORT, PLAIN, GROUPED, PERCENT, ODD_TEXTS, st.text(max_size=6))


@settings(deadline=None)
@given(column_of(TEXTS), BOUNDS, st.booleans())
def test_texts(cells: list[str | None], bounds: Bounds, categorical: bool) -> None:
    series = pl.Series("a", cells, dtype=pl.String)
    agree(series.cast(pl.Categorical) if categorical else series, bounds)


@settings(deadline=None)
@given(column_of(SHORT), BOUNDS)
def test_short_texts(cells: list[str | None], bounds: Bounds) -> None:
    agree(pl.Series("a", cells, dtype=pl.String), bounds)


@settings(deadline=None)
@given(st.data(), BOUNDS)
def test_texts_of_one_list(data: st.DataObject, bounds: Bounds) -> None:
    words = data.draw(st.lists(st.one_of(SHORT, PERCENT, ODD_TEXTS), min_size=1, max_size=5, unique=True))
    cells = data.draw(column_of(st.sampled_from(words)))
    agree(pl.Series("a", cells, dtype=pl.Enum(words)), bounds)


@settings(deadline=None)
@given(column_of(st.booleans()), BOUNDS)
def test_yes_and_no(cells: list[bool | None], bounds: Bounds) -> None:
    agree(pl.Series("a", cells, dtype=pl.Boolean), bounds)


@settings(deadline=None)
@given(column_of(st.datetimes()), BOUNDS, st.sampled_from(["ms", "us", "ns"]), st.booleans())
def test_points_in_time(cells: list[datetime.datetime | None], bounds: Bounds, unit: Any, zoned: bool) -> None:
    if unit == "ns":
        cells = [cell for cell in cells if cell is None or 1700 < cell.year < 2200]
    if zoned:
        cells = [cell for cell in cells if cell is None or 1 < cell.year < 9999]
    series = pl.Series("a", cells, dtype=pl.Datetime(unit))
    if zoned:
        series = series.dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai")
    agree(series, bounds)


@settings(deadline=None)
@given(column_of(st.dates()), BOUNDS)
def test_days(cells: list[datetime.date | None], bounds: Bounds) -> None:
    agree(pl.Series("a", cells, dtype=pl.Date), bounds)


@pytest.mark.parametrize("dtype", [pl.Date, pl.Datetime("us"), pl.Datetime("ms")])
def test_days_that_python_does_not_know(dtype: Any) -> None:
    huge = {pl.Date: 3_000_000}.get(dtype, 2**62)
    series = pl.Series([huge, 0], dtype=pl.Int32 if dtype == pl.Date else pl.Int64).cast(dtype)
    column = read_column(series, of("date"))
    assert column.values.to_list() == [None, datetime.date(1970, 1, 1)]
    ((index, raw, error),) = unreadable_cells(series, of("date"), column)
    assert index == 0 and isinstance(raw, str) and "is not a date" in error.sentence


OBJECTS = st.one_of(
    st.integers(-(10**20), 10**20),
    FLOATS,
    SHORT,
    ODD_TEXTS,
    st.booleans(),
    st.decimals(),
    st.dates(),
    st.datetimes(),
    st.lists(st.integers(), max_size=2),
    st.binary(max_size=2),
    st.sampled_from([numpy.float64(0.5), numpy.int64(3), numpy.bool_(True), 1, 1.0, True, Decimal(1), "1"]),
)


@settings(deadline=None)
@given(column_of(OBJECTS), BOUNDS)
def test_cells_of_any_type(cells: list[Any], bounds: Bounds) -> None:
    agree(pl.Series("a", cells, dtype=pl.Object), bounds, cells)


@pytest.mark.parametrize("bounds", [*NUMBERS, *OTHERS], ids=lambda bounds: bounds.kind.name)
@pytest.mark.parametrize(
    "series",
    [
        pl.Series("a", [None, None], dtype=pl.Null),
        pl.Series("a", [[1], None, []]),
        pl.Series("a", [["2024-03-05"], None]),
        pl.Series("a", [[1, 2]], dtype=pl.Array(pl.Int64, 2)),
        pl.Series("a", [{"b": 1}, None]),
        pl.Series("a", [datetime.time(1, 2), None]),
        pl.Series("a", [datetime.timedelta(1), None]),
        pl.Series("a", [b"1", None, b""]),
        pl.Series("a", [], dtype=pl.String),
        pl.Series("a", [], dtype=pl.Float64),
        pl.Series("a", [], dtype=pl.Object),
        pl.Series("a", [None], dtype=pl.Decimal(10, 3)),
        pl.Series("^a.*$", [1.5, None]),
        pl.Series("*", ["1.5 ", None, "x"]),
        pl.Series("", [Decimal("1.5000000")]),
    ],
    ids=lambda series: str(series.dtype),
)
def test_types_that_hold_no_figures(series: pl.Series, bounds: Bounds) -> None:
    agree(series, bounds)


@settings(deadline=None)
@given(column_of(st.one_of(MONEY, st.just(math.nan))), st.sampled_from(NUMBERS))
def test_columns_of_other_libraries(cells: list[float | None], bounds: Bounds) -> None:
    table = pyarrow.table({"a": pyarrow.array(cells, pyarrow.float64())})
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    agree(frame["a"], bounds)
    agree(pl.from_pandas(pandas.DataFrame({"a": pandas.Series(cells, dtype="float64")}))["a"], bounds)


@settings(deadline=None)
@given(st.data(), BOUNDS)
def test_arrow_types(data: st.DataObject, bounds: Bounds) -> None:
    texts = data.draw(column_of(st.one_of(SHORT, PERCENT, ODD_TEXTS)))
    cents = data.draw(column_of(st.integers(-(10**9), 10**9)))
    times = data.draw(column_of(st.datetimes(datetime.datetime(1900, 1, 1), datetime.datetime(2100, 1, 1))))
    arrays = [
        pyarrow.array(texts, pyarrow.large_string()),
        pyarrow.array(texts, pyarrow.string()).dictionary_encode(),
        pyarrow.array(texts, pyarrow.string_view()),
        pyarrow.array([None if each is None else Decimal(each) / 100 for each in cents], pyarrow.decimal128(20, 2)),
        pyarrow.array(cents, pyarrow.int64()).dictionary_encode(),
        pyarrow.array(times, pyarrow.timestamp("us")),
        pyarrow.array(times, pyarrow.timestamp("ms", "Asia/Shanghai")) if not times else pyarrow.nulls(2),
        pyarrow.array([None if each is None else each.date() for each in times], pyarrow.date64()),
    ]
    for array in arrays:
        series = pl.from_arrow(array)
        assert isinstance(series, pl.Series)
        agree(series, bounds)


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=8), st.sampled_from(NUMBERS))
def test_floats_of_any_bits(bits: list[int], bounds: Bounds) -> None:
    cells = [struct.unpack("<d", struct.pack("<Q", each))[0] for each in bits]
    agree(pl.Series(cells, dtype=pl.Float64), bounds)


def test_a_float_column_of_several_pieces() -> None:
    cells: list[float | None] = [number / 100 for number in range(140_000)]
    assert read_column(pl.Series(cells), of("money")).values.to_list() == list(range(140_000))
    cells[70_000], cells[139_999], cells[3] = 1 / 3, math.nan, None
    column = read_column(pl.Series(cells), of("money"))
    assert column.apart is not None and column.apart.arg_true().to_list() == [70_000]
    assert column.unreadable is not None and column.unreadable.arg_true().to_list() == [139_999]
    assert column.values.null_count() == 3


@pytest.mark.parametrize("bounds", [of("count"), of("flag"), of("date"), of("text")], ids=lambda each: each.kind.name)
def test_types_that_others_add_to_arrow(bounds: Bounds) -> None:
    table = pl.Series(pyarrow.table({"a": pyarrow.array(["1", None, "2024-03-05"] * 400, pyarrow.json_())}))
    agree(table.struct.unnest()["a"], bounds)


def test_pieces_of_a_column_are_read_as_one() -> None:
    series = pl.concat([pl.Series("a", ["1.5", None]), pl.Series("a", ["x", "2,000.25"])], rechunk=False)
    column = agree(series, of("money"))
    assert series.n_chunks() == 2 and column.values.to_list() == [150, None, None, 200025]


LONG_CELLS = st.one_of(
    st.tuples(st.just(pl.Float64), column_of(FLOATS)),
    st.tuples(st.just(pl.String), column_of(TEXTS)),
    st.tuples(st.just(pl.Decimal(38, 9)), column_of(st.integers(0, 10**24).map(lambda each: Decimal(f"{each}E-9")))),
)


@settings(max_examples=40, deadline=None)
@given(LONG_CELLS, st.randoms(use_true_random=False), BOUNDS)
def test_long_columns(typed: tuple[Any, list[Any]], random: Random, bounds: Bounds) -> None:
    dtype, rare = typed
    common = {pl.Float64: [12.5, 0.25], pl.String: ["12.5", "25%"]}.get(dtype, [Decimal("12.5"), Decimal("0.25")])
    cells = [*random.choices(common, k=600), *random.choices([None, *rare], k=random.choice([3, 30, 600]))]
    random.shuffle(cells)
    agree(pl.Series(cells, dtype=dtype), bounds)
