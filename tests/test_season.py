"""Seasons: their months as spans and in words, and the condition that a name stands for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.small import HEAD

import kpicore
from kpicore.engines.exact import ExactReader
from kpicore.formula.node import Moment, Not, number
from kpicore.model import SchemeModel, Sheet
from kpicore.row import Row
from kpicore.season import MONTHS, SeasonSpec, season_of, seasons_in
from kpicore.stretch import Day, Month
from kpicore.text import Title
from kpicore.wording import formula_text, months_text, season_text, season_texts

PEAK = SeasonSpec(months=(9, 10, 11, 12, 1, 2), title=Title.of({"zh": "旺季", "en": "Peak season"}), id="peak")
months = st.lists(st.sampled_from(MONTHS), min_size=1, unique=True).map(tuple)


@pytest.mark.parametrize(
    ("given", "spans"),
    [
        ((9, 10, 11, 12, 1, 2), ((9, 2),)),
        ((2, 1, 12, 11, 10, 9), ((9, 2),)),
        ((12, 1), ((12, 1),)),
        ((12,), ((12, 12),)),
        ((1, 12, 6), ((6, 6), (12, 1))),
        ((3, 6, 7, 8), ((3, 3), (6, 8))),
        (tuple(MONTHS), ((1, 12),)),
        ((5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4), ((1, 12),)),
        ((1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12), ((5, 3),)),
    ],
)
def test_months_that_follow_one_another_are_a_span_also_over_the_end_of_the_year(
    given: tuple[int, ...], spans: tuple[tuple[int, int], ...]
) -> None:
    assert SeasonSpec(months=given).spans == spans


@given(months)
def test_the_spans_are_the_months_each_once_and_none_touches_another(given: tuple[int, ...]) -> None:
    spans = SeasonSpec(months=given).spans
    covered = [(first + step - 1) % 12 + 1 for first, last in spans for step in range((last - first) % 12 + 1)]
    assert sorted(covered) == sorted(given)
    assert len(spans) == 1 or all(last % 12 + 1 not in given for _, last in spans)


@given(months, st.integers(2000, 2030), st.sampled_from(MONTHS))
def test_its_name_holds_in_its_months_alone(given: tuple[int, ...], year: int, month: int) -> None:
    reader = ExactReader(
        Sheet(SchemeModel(id="a", version="1", effective=Month(2000, 1).start, periods=("month",)), {})
    )
    node = SeasonSpec(months=given).node
    for period in (Month(year, month), Day(Month(year, month).end)):
        assert reader.value(node, Row("", period, {})) is (month in given)


@pytest.mark.parametrize(
    ("given", "english", "chinese"),
    [
        (PEAK.months, "September to February", "9月至次年2月"),
        ((9, 10, 11), "September to November", "9月至11月"),
        ((7,), "July", "7月"),
        ((1, 3, 6, 7, 8, 12), "March, June to August, December to January", "3月、6月至8月、12月至次年1月"),
        (tuple(MONTHS), "January to December", "1月至12月"),
    ],
)
def test_its_months_in_words(given: tuple[int, ...], english: str, chinese: str) -> None:
    season = SeasonSpec(months=given)
    assert (months_text(season, "en"), months_text(season, "zh")) == (english, chinese)


@pytest.mark.parametrize(
    ("title", "english", "chinese"),
    [
        ({"zh": "旺季", "en": "Peak season"}, "in the peak season (July)", "旺季（7月）"),
        ({"zh": "黄金周", "en": "Golden Week"}, "in the Golden Week (July)", "黄金周（7月）"),
        ({"zh": "七月促销", "en": "July sale"}, "in the July sale (July)", "七月促销（7月）"),
        ({"en": " "}, "in the   (July)", " （7月）"),
        ({"zh": "圣诞", "en": "Christmas"}, "in the Christmas (July)", "圣诞（7月）"),
        ({"zh": "旺季"}, "in the 旺季 (July)", "旺季（7月）"),
        (None, "in the season peak (July)", "peak（7月）"),
    ],
)
def test_a_title_stands_in_a_sentence(title: dict[str, str] | None, english: str, chinese: str) -> None:
    season = SeasonSpec(months=(7,), title=Title.of(title), id="peak")
    assert (season_text(season, "en"), season_text(season, "zh")) == (english, chinese)


def test_a_formula_is_known_as_a_season_by_what_its_name_stands_for() -> None:
    seasons = {"peak": PEAK, "july": SeasonSpec(months=(7,), id="july")}
    assert season_of(seasons, PEAK.node) == PEAK
    assert season_of(seasons, SeasonSpec(months=(7,)).node) == seasons["july"]
    assert season_of(seasons, SeasonSpec(months=(8,)).node) is None
    assert season_of(seasons, Moment("month")) is None
    assert seasons_in(seasons, [Not(PEAK.node), number(3)]) == (PEAK,)
    assert seasons_in(seasons, [number(3)]) == ()
    assert formula_text(Not(PEAK.node), seasons=season_texts(seasons, "en")) == (
        "not in the peak season (September to February)"
    )
    assert formula_text(SeasonSpec(months=(8, 9)).node, seasons=season_texts(seasons, "en")) == "month in (8, 9)"


TEXT = """
[facts]
n = { kind = "count" }
[seasons]
peak = { months = [11, 12, 1] }
july = { months = [7] }
[[indicator]]
id = "n"
weight = "20 if july else 10"
only_if = "not july or n > 0"
rule = { kind = "bands", bands = [
    { from = "30 if peak else 20", points = "10 if peak else 5" },
    { below = 20, points = 0 },
] }
"""


@pytest.mark.parametrize("kind", ["month", "day"])
def test_both_readers_agree_on_the_breaks_of_each_season(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "small.toml"
    path.write_text(HEAD.replace("month", kind) + TEXT, "utf-8")
    scheme = kpicore.load().scheme(str(path))
    day = "" if kind == "month" else "-31"
    periods = [f"2024-{month:02d}{day}" for month in MONTHS if kind == "month" or month in (1, 3, 5, 7, 8, 10, 12)]
    rows = [{"employee": f"E{n}", "period": period, "n": n} for period in periods for n in (0, 19, 20, 21, 29, 30, 31)]
    exact = [result.flat() for result in scheme.score_many(rows)]
    points = {(row["period"], row["employee"]): row["n.points"] for row in exact}
    assert points["2024-01" + day, "E29"] is None and points["2024-01" + day, "E30"] == "10.00"  # a hole, and its end
    assert points["2024-05" + day, "E20"] == "5.00" and points["2024-05" + day, "E19"] == "0.00"
    table = scheme.score_table(pl.DataFrame(rows)).frame.to_dicts()
    for row, flat in zip(table, exact, strict=True):
        shown = {name: format(value, "f") if isinstance(value, Decimal) else value for name, value in row.items()}
        assert shown == flat
