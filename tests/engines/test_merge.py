import polars as pl

from kpicore.engines.columnar.merge import Column, alike, patched, stacked


def labelled(places: list[int | None], *labels: str) -> Column:
    return Column(pl.Series(places, dtype=pl.UInt16), labels)


def spelt(column: Column) -> list[str | None]:
    if column.labels is None:
        return column.values.to_list()
    return [None if place is None else column.labels[place] for place in column.values.to_list()]


def test_labels_of_two_columns_are_put_together() -> None:
    one, other = alike([labelled([0, None, 1], "b", "a"), labelled([1, 0], "a", "c")])
    assert one.labels == other.labels == ("b", "a", "c")
    assert (spelt(one), spelt(other)) == (["b", None, "a"], ["c", "a"])


def test_a_column_with_labels_and_one_with_plain_texts() -> None:
    """As where a month without a month before has a text that the sheet knows, and others one of the figures."""
    plain = Column(pl.Series(["甲", None]))
    known = labelled([1, None, 0], "a", "")
    assert [spelt(column) for column in alike([plain, known])] == [["甲", None], ["", None, "a"]]
    assert spelt(stacked([known, plain], pl.Series([3, 0, 4, 1, 2]))) == ["甲", "", None, None, "a"]
    assert spelt(patched(plain, pl.Series([1]), labelled([0], "a"))) == ["甲", "a"]


def test_numbers_of_different_widths_take_the_wider_one() -> None:
    small = Column(pl.Series([1, None], dtype=pl.Int32))
    assert [column.values.dtype for column in alike([small, Column(pl.Series([2**40]))])] == [pl.Int64, pl.Int64]
    floats = Column(pl.Series([3.0, None]))
    assert [column.values.dtype for column in alike([floats, Column(pl.Series([2**60]))])] == [pl.Int64, pl.Int64]
