"""Pages of a sheet whose full marks are not 100, and of an indicator that is shown and not scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.small import Small

from kpicore.explain.record import explain
from kpicore.explain.use import Earlier, Explanation
from kpicore.period import Month
from kpicore.report.person import person_page
from kpicore.report.phrase import Phrases
from kpicore.row import Row

TEXT = """
[facts]
a = {{ kind = "rating", title = {{ zh = "甲", en = "First" }} }}
t = {{ kind = "number", title = {{ zh = "趋势", en = "Trend" }} }}
[[indicator]]
id = "a"
title = {{ zh = "甲", en = "First" }}
weight = {full}
rule = {{ kind = "straight" }}
[[indicator]]
id = "t"
title = {{ zh = "趋势", en = "Trend" }}
weight = 0
rule = {{ kind = "bands", bands = [{{ otherwise = true, points = 0 }}] }}
[grade]
bands = [{{ from = {high}, grade = "A" }}, {{ from = {low}, grade = "B" }}, {{ otherwise = true, grade = "C" }}]
"""
SHEETS = {70: (56, 42), 15: (12, 9), 100: (80, 60), 1600: (1200, 800)}


def entry(full: int, a: object = 50, earlier: Sequence[Earlier] = ()) -> tuple[Explanation, Row]:
    high, low = SHEETS[full]
    small = Small(TEXT.format(full=full, high=high, low=low))
    row = small.row({"a": a, "t": 3})
    return explain(small.scorer, row, earlier=earlier), row


@pytest.mark.parametrize(
    ("full", "language", "total", "of_full"),
    [
        (70, "en", "35.00", "of 70.00 (50.00 %)"),
        (70, "zh", "35.00", "满分 70.00（50.00 %）"),
        (15, "en", "7.50", "of 15.00 (50.00 %)"),
        (1600, "en", "800.00", "of 1,600.00 (50.00 %)"),
    ],
)
def test_a_total_reads_out_of_its_full_marks(
    report: Callable[..., Path], parsed: Callable[[Path], Any], full: int, language: str, total: str, of_full: str
) -> None:
    folder = report([entry(full)], language)
    for page in (folder / "people" / "E1__2024-03.html", folder / "index.html"):
        texts = parsed(page).texts
        assert texts[texts.index(of_full) - 1] == total


def test_a_total_out_of_100_reads_as_before(report: Callable[..., Path], parsed: Callable[[Path], Any]) -> None:
    folder = report([entry(100)], "en")
    page = parsed(folder / "people" / "E1__2024-03.html")
    assert page.texts[page.texts.index("50.00") + 1] == "/ 100"
    assert not any(" %)" in text for text in [*page.texts, *parsed(folder / "index.html").texts])


def test_who_has_no_total_reads_no_full_marks(report: Callable[..., Path], parsed: Callable[[Path], Any]) -> None:
    folder = report([entry(70, a=None)], "en")
    for name in ("people/E1__2024-03.html", "index.html"):
        assert not any("of 70.00" in text for text in parsed(folder / name).texts)


@pytest.mark.parametrize("full", sorted(SHEETS))
@pytest.mark.parametrize("share", [0, 59, 60, 80, 100])
def test_the_scale_of_grades_and_the_drawing_of_months_go_by_marks(full: int, share: int) -> None:
    before = Earlier("2024-02", "scored", entry(full, 70)[0].result.total, "B")
    explanation, _ = entry(full, share, (before,))
    page = person_page(explanation, Month(2024, 3), Phrases(explanation, "en"), "index.html")
    assert page.grading is not None and page.grading.scale is not None and page.trend is not None
    high, low = SHEETS[full]
    scale = page.grading.scale
    assert [tick.text for tick in scale.ticks] == ["0", f"{low:,}", f"{high:,}", f"{full:,}"]
    assert [cell.text for cell in scale.cells] == ["C", "B", "A"]
    (reached,) = [cell for cell in scale.cells if cell.reached]
    grade = "A" if share * full >= 100 * high else "B" if share * full >= 100 * low else "C"
    assert reached.text == grade == page.outcome.grade
    assert scale.dot is not None and not scale.dot.beyond
    assert reached.x <= scale.dot.x <= reached.x + reached.width
    trend = page.trend
    heights = [mark.y for mark in trend.marks]
    assert all(trend.top <= y <= trend.bottom for y in heights)
    assert (heights[1] < heights[0]) == (share > 70)
    shown = {f"{low:,}", f"{high:,}"}
    assert {level.text for level in trend.levels} <= shown and trend.levels
    if share == 100:
        assert heights[1] == trend.top


@pytest.mark.parametrize(("language", "word"), [("en", "shown, not scored"), ("zh", "仅列示，不计分")])
def test_an_indicator_that_is_only_shown_says_so(
    report: Callable[..., Path], parsed: Callable[[Path], Any], language: str, word: str
) -> None:
    explanation, row = entry(70)
    folder = report([(explanation, row)], language)
    page = parsed(folder / "people" / "E1__2024-03.html")
    assert page.unclosed == []
    assert page.texts.count(word) == 1
    html = (folder / "people" / "E1__2024-03.html").read_text("utf-8")
    assert html.count('<svg class="curve"') == 1  # its curve is nothing to look at
    made = person_page(explanation, Month(2024, 3), Phrases(explanation, language), "index.html")
    first, trend = made.lines
    assert (first.shown_only, trend.shown_only) == (False, True)
    assert (trend.figure, trend.score, trend.verdict, trend.bands, trend.sum) == ("3.0000", "0.00", (), (), "")
    assert not made.weighted
