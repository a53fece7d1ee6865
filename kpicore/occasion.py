"""The occasions of appraisals: how they are written in figures, and which of them a scheme knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpicore.decimals import half_width, quoted
from kpicore.errors import FigureError
from kpicore.problem import did_you_mean

OCCASIONS = ("regular", "spot", "random")
_SPELLINGS: Mapping[str, str] = {
    **{occasion: occasion for occasion in OCCASIONS},
    "定期": "regular",
    "常规": "regular",
    "突击": "spot",
    "抽查": "spot",
    "随机": "random",
}


def occasion_of(text: str, declared: Sequence[str]) -> str | None:
    """The occasion that a text of the figures names, where a scheme declares some: one of those, the first for a blank.

    Where it declares none, the text itself, None for a blank. Raises FigureError for any other text.
    """
    if not declared:
        return text or None
    if not text:
        return declared[0]
    word = half_width(text).casefold()
    found = _SPELLINGS.get(word)
    if found in declared:
        return found
    expected, hint = "one of " + ", ".join(declared), did_you_mean(word, declared)
    if found is not None:
        raise FigureError(f"The scheme has no appraisals of the occasion {quoted(text)}.", expected, hint)
    raise FigureError(f"{quoted(text)} is no occasion of an appraisal.", expected, hint)
