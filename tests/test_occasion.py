"""Occasions as they are written in figures."""

from __future__ import annotations

import pytest

from kpicore.errors import FigureError
from kpicore.occasion import OCCASIONS, occasion_of


@pytest.mark.parametrize(
    ("text", "occasion"),
    [
        ("regular", "regular"),
        ("定期", "regular"),
        ("常规", "regular"),
        ("spot", "spot"),
        ("突击", "spot"),
        ("抽查", "spot"),
        ("random", "random"),
        ("随机", "random"),
        ("SPOT", "spot"),
        ("Random", "random"),
        ("ｓｐｏｔ", "spot"),
        ("", "regular"),
    ],
)
def test_each_word(text: str, occasion: str) -> None:
    assert occasion_of(text, OCCASIONS) == occasion


def test_a_blank_is_the_first_that_is_declared() -> None:
    assert occasion_of("", ("random", "regular")) == "random"


@pytest.mark.parametrize("text", ["spott", "定期考核", "spot random", "1", "x" * 200])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(FigureError) as caught:
        occasion_of(text, OCCASIONS)
    assert "is no occasion of an appraisal" in caught.value.sentence
    assert caught.value.expected == "one of regular, spot, random"


def test_what_may_be_meant_is_said() -> None:
    with pytest.raises(FigureError, match="Did you mean 'spot'"):
        occasion_of("spott", OCCASIONS)
    with pytest.raises(FigureError, match="There is: regular, spot, random"):
        occasion_of("???", OCCASIONS)


@pytest.mark.parametrize("text", ["random", "随机"])
def test_an_occasion_that_the_scheme_does_not_have(text: str) -> None:
    with pytest.raises(FigureError, match=f"no appraisals of the occasion '{text}'") as caught:
        occasion_of(text, ("regular", "spot"))
    assert caught.value.expected == "one of regular, spot"


def test_without_declared_ones_any_text_passes() -> None:
    assert occasion_of("Mystery guest", ()) == "Mystery guest"
    assert occasion_of("抽查", ()) == "抽查"
    assert occasion_of("", ()) is None
