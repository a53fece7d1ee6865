"""What is told of the bytes of a whole column of texts is what each text says."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpicore.columns import read_column, textview
from kpicore.columns.textview import viewed
from kpicore.engines.columnar.rows import Rows, numbered
from kpicore.figure import KINDS, Bounds

LETTERS = st.text(st.sampled_from("aA09$~ #\x7f\x00z张伟é李"), max_size=16)
TEXTS = st.lists(st.one_of(st.none(), LETTERS, st.just("E00000001"), st.just("a key of some length")), max_size=40)
RANGES = st.sampled_from([(0x24, 0x7E), (0x24, 0xE9), (0x41, 0x5A), (0x20, 0xFF)])


def bytes_of(texts: list[str | None]) -> list[bytes]:
    return [text.encode() for text in texts if text is not None]


@pytest.fixture(params=[4, 1 << 15])
def room(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a few texts too, so that there are several."""
    monkeypatch.setattr(textview, "_ROOM", request.param)
    monkeypatch.setattr(textview, "_ABREAST", min(request.param // 2, textview._ABREAST))


@pytest.mark.usefixtures("room")
@settings(max_examples=300, suppress_health_check=[])
@given(st.data())
def test_the_bytes_of_all_texts(data: st.DataObject) -> None:
    texts = data.draw(TEXTS)
    least, most = data.draw(RANGES)
    longest = data.draw(st.sampled_from([3, 12, 200]))
    found = bytes_of(texts)
    with viewed(pl.Series(texts, dtype=pl.String), in_order=True) as view:
        assert (view is None) == (not found)
        if view is not None:
            fits = all(0 < len(text) <= longest and least <= min(text) and max(text) <= most for text in found)
            assert view.within(least, most, longest) == fits
            for first, last in ((0x61, 0x61), (0x7F, 0x7F), (0xC0, 0xE3)):
                assert view.has(first, last) == any(first <= byte <= last for text in found for byte in text)
            short = all(len(text) <= 12 for text in found)
            if not any(0 in text for text in found):
                rises = all(one < other for one, other in pairwise(found))
                assert view.rising == (rises if short else None)


@pytest.mark.usefixtures("room")
@settings(max_examples=200, suppress_health_check=[])
@given(st.lists(st.text(st.sampled_from("E01"), min_size=1, max_size=12), min_size=1, unique=True))
def test_texts_in_order(texts: list[str]) -> None:
    for some in (sorted(texts), texts, [*sorted(texts), texts[0]]):
        with viewed(pl.Series(some), in_order=True) as view:
            assert view is not None
            assert view.rising == all(one < other for one, other in pairwise(some))


@pytest.mark.usefixtures("room")
@settings(max_examples=200, suppress_health_check=[])
@given(st.lists(st.lists(st.text(st.sampled_from("E01"), min_size=1, max_size=12))), st.booleans())
def test_a_column_in_several_stretches(stretches: list[list[str]], in_order: bool) -> None:
    if in_order:
        whole = iter(sorted({text for stretch in stretches for text in stretch}))
        stretches = [[text for text, _ in zip(whole, stretch, strict=False)] for stretch in stretches]
    series = pl.concat([pl.Series(stretch, dtype=pl.String) for stretch in [[], *stretches]], rechunk=False)
    texts = series.to_list()
    with viewed(series, in_order=True) as view:
        assert (view is None) == (not texts)
        if view is not None:
            assert view.rising == all(one < other for one, other in pairwise(texts))
            assert view.within(0x30, 0x45, 12) and view.has(0x45, 0x45) == any("E" in text for text in texts)
            packed = view.numbers()
            for (one, mine), (other, its) in pairwise(zip(texts, packed[0].tolist() if packed else texts, strict=True)):
                assert (one < other, one == other) == (mine < its, mine == its)


def test_some_rows_of_a_longer_column_and_of_several_in_one() -> None:
    whole = pl.Series([f"E{number}" for number in range(20)] + ["E 1", "a longer text than fits a view"] * 3)
    for some in (whole.slice(3, 9), whole.slice(0, 4).append(whole.slice(10, 5)), whole.filter(whole != "E 1")):
        with viewed(some) as view:
            assert view is not None
            assert view.within(0x24, 0x7E, 200) == all(" " not in text for text in some.to_list())


def test_a_column_that_shares_its_long_texts_with_many_others_is_not_judged_by_those() -> None:
    """Somebody else's text in the same buffer may be plain or not: no answer but the safe one is given."""
    whole = pl.Series([f"a-longer-text-than-fits-{number}" for number in range(50)] + ["a text with spaces in it"])
    with viewed(whole.slice(0, 1)) as view:
        assert view is not None and not view.within(0x24, 0x7E, 200)
    with viewed(whole.slice(0, 50)) as view:
        assert view is not None and not view.within(0x24, 0x7E, 200)
    with viewed(pl.Series(whole.to_list()[:50])) as view:
        assert view is not None and view.within(0x24, 0x7E, 200)


@pytest.mark.usefixtures("room")
@settings(max_examples=300, suppress_health_check=[])
@given(st.lists(st.one_of(LETTERS, st.just("a key of some length")), min_size=1, max_size=40))
def test_texts_as_numbers(texts: list[str]) -> None:
    with viewed(pl.Series(texts)) as view:
        assert view is not None
        packed = view.numbers()
        if any(len(text.encode()) > 12 for text in texts):
            assert packed is None
        elif packed is not None:
            numbers, above = packed
            assert 0 <= numbers.min() <= numbers.max() < above
            for (one, mine), (other, its) in pairwise(zip(texts, numbers.tolist(), strict=True)):
                assert (one.encode() < other.encode(), one == other) == (mine < its, mine == its)


def test_texts_that_are_too_various_for_numbers() -> None:
    letters = "".join(chr(0x21 + number) for number in range(90))
    with viewed(pl.Series([letters[at:][:12] for at in range(70)])) as view:
        assert view is not None and view.numbers() is None


TEAMS = st.lists(st.one_of(st.none(), st.sampled_from(["T1", "T2", "T10", "t", "", "甲", "a long name of a team"])))


@given(TEAMS)
def test_the_same_team_has_the_same_number(teams: list[str | None]) -> None:
    numbers = numbered(pl.Series(teams, dtype=pl.String)).to_list()
    assert len(numbers) == len(teams)
    for one, mine in zip(teams, numbers, strict=True):
        for other, its in zip(teams, numbers, strict=True):
            assert (one == other) == (mine == its)


@given(st.lists(st.sampled_from(["E1", "E2", "E10", "e", "甲", "a long name of somebody"]), min_size=1))
def test_employees_are_numbered_in_their_order(employees: list[str]) -> None:
    frame = pl.DataFrame({"x": range(len(employees))})
    columns = {"f:x": (KINDS["count"], read_column(frame["x"], Bounds(KINDS["count"])))}
    rows = Rows.of(columns, periods=[], who=pl.Series(employees), height=len(employees))
    numbers = rows.frame["#who"].to_list()
    for one, mine in zip(employees, numbers, strict=True):
        for other, its in zip(employees, numbers, strict=True):
            assert (one.encode() < other.encode(), one == other) == (mine < its, mine == its)
