"""Frames from memory: whatever they were made with, the same cells and the same columns."""

from __future__ import annotations

import datetime
import subprocess
import sys
from decimal import Decimal
from typing import Any

import numpy
import pandas
import polars as pl
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpicore.columns import read_column
from kpicore.errors import UsageError
from kpicore.figure import KINDS, Bounds
from kpicore.io.frame import frame_of
from kpicore.model import FactSpec, ParamSpec, SchemeModel
from kpicore.text import Title

MODEL = SchemeModel(
    id="shop/agents",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month",),
    facts={
        "payers": FactSpec(kind="count", title=Title.of({"zh": "最终付款人数", "en": "Paid"}), id="payers"),
        "rate": FactSpec(kind="ratio", title=Title.of({"en": "Share"}), id="rate"),
        "late": FactSpec(kind="flag", title=Title.of({"en": "Share"}), id="late"),
    },
    params={"limit": ParamSpec(value=3, kind="count", id="limit")},
)
PLAIN = {"employee": ["E1", None, "E3"], "payers": [3, 4, None], "rate": [0.5, None, 0.25]}
ARROW = pyarrow.table(PLAIN)


class Stream:
    """Something that speaks Arrow's protocol of streams, and nothing else."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


class Array:
    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __arrow_c_array__(self, requested_schema: object = None) -> Any:
        return self._batch.__arrow_c_array__(requested_schema)


@pytest.mark.parametrize(
    "table",
    [
        pl.DataFrame(PLAIN),
        pl.LazyFrame(PLAIN),
        ARROW,
        ARROW.to_batches()[0],
        ARROW.to_reader(),
        Stream(ARROW),
        Stream(pl.DataFrame(PLAIN)),
        Array(ARROW.to_batches()[0]),
        pandas.DataFrame(PLAIN).astype({"payers": "Int64"}),
        pandas.DataFrame(PLAIN).convert_dtypes(dtype_backend="pyarrow").astype({"rate": "double[pyarrow]"}),
        pandas.DataFrame(PLAIN).set_index("employee").astype({"payers": "Int64"}),
        pandas.DataFrame(PLAIN).astype({"employee": "category", "payers": "Int64"}),
    ],
    ids=lambda table: type(table).__name__,
)
def test_tables_of_other_libraries(table: Any) -> None:
    assert frame_of(table).to_dict(as_series=False) == PLAIN


def test_a_frame_of_polars_is_itself() -> None:
    frame = pl.DataFrame(PLAIN)
    assert frame_of(frame) is frame


TWO = pyarrow.table([pyarrow.array([1]), pyarrow.array([2])], names=["a", "a"])
WIDE = pyarrow.table({"a": pyarrow.array([Decimal("1.5")], pyarrow.decimal256(50, 2))})


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (None, "Something of type NoneType is no table of figures. Give a data frame of Polars or pandas"),
        ("figures.csv", "Something of type str is no table"),
        ([{"employee": "E1"}], "Something of type list is no table"),
        (pl.Series([1]), "has values, but no columns"),
        (pyarrow.array([1]), "has values, but no columns"),
        (TWO, "several columns of the same name"),
        (pandas.DataFrame([[1, 2]], columns=["a", "a"]), "several columns called 'a'"),
        (pandas.DataFrame([[1, 2]], columns=["1", 1]), "several columns called '1'"),
        (WIDE, "The table of type pyarrow.lib.Table can not be read: "),
        (pl.LazyFrame(PLAIN).select("nobody"), "can not be read: "),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_table_is_said_in_words(table: object, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        frame_of(table)
    assert words in str(caught.value)


MIXED: list[tuple[Any, list[object]]] = [
    (pandas.Series([1, "2.5", None, True, numpy.int64(7), numpy.float64(0.5)]), [1, "2.5", None, True, 7, 0.5]),
    (pandas.Series(["a", None, numpy.nan, pandas.NA]), ["a", None, None, None]),
    (pandas.Series([1.5, numpy.nan, -0.0]), [1.5, None, 0.0]),
    (pandas.Series([1, None], dtype="Int32"), [1, None]),
    (pandas.Series([0.5, None], dtype="Float64"), [0.5, None]),
    (pandas.Series([True, None], dtype="boolean"), [True, None]),
    (pandas.Series(["a", None], dtype="string[python]"), ["a", None]),
    (pandas.Series(["a", None], dtype="string[pyarrow]"), ["a", None]),
    (pandas.Series([3, None], dtype="int64[pyarrow]"), [3, None]),
    (pandas.Series([2.5, None, 2.5], dtype="category"), [2.5, None, 2.5]),
    (pandas.Series([1, "x", None], dtype="category"), [1, "x", None]),
    (pandas.Series([Decimal("1.50"), None, Decimal(7)]), [Decimal("1.50"), None, Decimal(7)]),
    (pandas.Series([Decimal("1E+3"), Decimal("1E-36")]), [Decimal(1000), Decimal("1E-36")]),
    (pandas.Series([Decimal("Infinity"), Decimal("NaN")]), [Decimal("Infinity"), None]),
    (pandas.Series([2**70, 1]), [2**70, 1]),
    (pandas.Series([2**200, 1]), [2**200, 1]),
    (pandas.Series([datetime.date(2024, 3, 1), None]), [datetime.date(2024, 3, 1), None]),
    (pandas.to_datetime(pandas.Series(["2024-03-01", None])), [datetime.datetime(2024, 3, 1), None]),
    (pandas.Series(["2024-03-01"], dtype="datetime64[s]"), [datetime.datetime(2024, 3, 1)]),
    (pandas.Series(["2024-03-01T23:00Z"], dtype="datetime64[ns, UTC]"), [datetime.datetime(2024, 3, 1, 23)]),
    (pandas.Series(pandas.PeriodIndex(["2024-03", "NaT"], freq="M")), ["2024-03", None]),
    (pandas.Series([[1], {"a": 2}]), [[1], {"a": 2}]),
    (pandas.Series([None, None]), [None, None]),
    (pandas.Series([], dtype="object"), []),
    (pandas.Series([1, 0, 3], dtype="Sparse[int64]"), [1, 0, 3]),
    (pandas.Series([True, False]), [True, False]),
    (pandas.Series(["\ud800"]), ["\ud800"]),
    (pandas.Series([1.5], dtype="float16"), [1.5]),
    (pandas.Series([pandas.Timedelta(days=1)]), [datetime.timedelta(days=1)]),
]


@pytest.mark.parametrize(("column", "cells"), MIXED, ids=lambda value: getattr(value, "dtype", None))
def test_the_cells_of_pandas_are_those_that_python_sees(column: Any, cells: list[object]) -> None:
    found = frame_of(pandas.DataFrame({"a": column}))["a"].to_list()
    assert found == cells
    assert [type(each) for each in found] == [type(each) for each in cells]


def test_names_of_pandas_are_texts() -> None:
    frame = pandas.DataFrame({2024: [1], ("a", "b"): [2]}, index=pandas.Index(["E1"], name="employee"))
    assert frame_of(frame).columns == ["employee", "2024", "('a', 'b')"]


def test_pandas_does_not_need_pyarrow() -> None:
    code = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
import pandas
from kpicore.io.frame import frame_of
frame = pandas.DataFrame({"a": [1, "x", None], "b": pandas.Categorical(["u", None, "u"]), "c": [0.5, None, 1]})
frame["d"] = pandas.array([1, None, 2], dtype="Int64")
print(frame_of(frame).rows())
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[(1, 'u', 0.5, 1), ('x', None, None, None), (None, 'u', 1.0, 2)]"


TEXTS = st.one_of(
    st.none(), st.sampled_from(["1.5", "1,000", "x", " 7 ", "50%", ""]), st.integers(-5, 5), st.booleans()
)


@settings(deadline=None)
@given(st.lists(st.one_of(TEXTS, st.floats(-1000, 1000, width=16)), max_size=8))
def test_mixed_columns_are_read_as_their_cells(cells: list[Any]) -> None:
    bounds = Bounds(KINDS["number"])
    column = pandas.DataFrame({"a": pandas.Series(cells, dtype="object")})
    ours, theirs = frame_of(column)["a"], pl.Series("a", cells, dtype=pl.Object)
    one, other = read_column(ours, bounds), read_column(theirs, bounds)
    read = [
        [None if each is None else Decimal(each).scaleb(-column.places) for each in column.values.to_list()]
        for column in (one, other)
    ]
    apart = [column.apart.to_list() if column.apart is not None else [False] * len(cells) for column in (one, other)]
    for mine, its, *away in zip(*read, *apart, strict=True):
        assert mine == its or any(away)  # which rows are read one by one depends on the form of a column
    assert (one.unreadable is None) == (other.unreadable is None)
