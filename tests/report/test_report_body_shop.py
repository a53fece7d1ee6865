"""The body-shop advisor's page: the sheet by its groups, the months before, figures of other periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import define

import kpicore
from kpicore.explain.prose import explanation_text
from kpicore.explain.record import explain
from kpicore.explain.use import Earlier, Explanation
from kpicore.folder import TemplateFolder
from kpicore.period import parse_period
from kpicore.problem import Place
from kpicore.report import write_report
from kpicore.report.person import person_page
from kpicore.report.phrase import Phrases
from kpicore.row import Row

ROOT = Path(__file__).resolve().parents[2]
AUTO = TemplateFolder(ROOT / "templates" / "auto", "auto")
Parsed = Callable[[Path], Any]
Entry = tuple[Explanation, Row]
MONTHS = [f"2023-{month:02d}" for month in range(1, 13)] + ["2024-01", "2024-02", "2024-03"]
LATIN = re.compile(r"[A-Za-z]{2,}")


@define
class Shop:
    """The sheet, and the months of one person."""

    rows: list[Row]
    scheme: Any

    def entry(self, period: str) -> Entry:
        at = next(place for place, row in enumerate(self.rows) if str(row.period) == period)
        scorer = self.scheme.versions[-1].plain
        before = [Earlier(str(row.period), *scorer.brief(row)) for row in self.rows[max(at - 12, 0) : at]]
        return explain(scorer, self.rows[at], earlier=before), self.rows[at]


def figures(model: Any, place: int) -> Mapping[str, Any]:
    """Good figures that move a little from month to month."""
    usual = {"count": 0, "money": Decimal("1000.00"), "ratio": Decimal("0.985"), "days": None}
    facts = {name: usual[spec.kind] for name, spec in model.facts.items()}
    return facts | {
        "intake_value": Decimal(80000 + 1000 * place),
        "intake_value_target": None,
        "gross_profit_target": Decimal(1250),
        "vehicles_received": 40,
        "vehicles_received_target": 40,
        "small_job_value": Decimal(24000),
        "small_jobs": 20,
        "customers_lost": 1 + place % 3,
        "customers_retained": 100 + 2 * place,
    }


@pytest.fixture(scope="module")
def shop() -> Shop:
    scheme = kpicore.load().scheme("auto/body-shop-advisor")
    rows = []
    for place, month in enumerate(MONTHS):
        if month == "2023-07":
            continue  # no figures at all
        facts = dict(figures(scheme.versions[-1].model, place))
        if month == "2023-10":
            facts["complaints"] = None  # incomplete
        sources = {name: Place("shop.csv", row=place + 2, column=name) for name in facts}
        rows.append(Row("E1", parse_period(month), facts, "张伟", "T1", sources=sources))
    return Shop(list(scheme.remembering(rows)), scheme)


@pytest.fixture
def page(shop: Shop, parsed: Parsed, tmp_path: Path) -> Callable[..., Any]:
    def written(period: str, language: str = "en") -> Any:
        write_report([shop.entry(period)], tmp_path / language, language, templates=[AUTO])
        return parsed(tmp_path / language / "people" / f"E1__{period}.html")

    return written


def test_the_groups_stand_against_their_full_marks(page: Callable[..., Any]) -> None:
    texts = page("2024-03").texts
    card = texts[texts.index("Scorecard") : texts.index("Indicators")]
    at = [card.index(group) for group in ("Finance", "Market and customers", "Duties", "Learning")]
    assert at == sorted(at)
    for start, full in zip(at, ("50", "15", "30", "5"), strict=True):
        assert next(text for text in card[start:] if " / " in text).endswith(f" / {full}")


def test_what_lies_above_the_weight_stands_apart_and_all_adds_up(shop: Shop) -> None:
    explanation, row = shop.entry("2024-03")
    found = person_page(explanation, row.period, Phrases(explanation, "en"), "index.html")
    cooperation = next(line for line in found.lines if line.id == "cooperation")
    assert (cooperation.plain, cooperation.bonus, cooperation.weight) == ("2.00", "2.00", "2")
    plain = sum(Decimal(group.plain) for group in found.groups)
    bonus = sum(Decimal(group.bonus or 0) for group in found.groups)
    assert plain == Decimal(found.totals.plain) and bonus == Decimal(found.totals.bonus) > 0
    assert plain + bonus == explanation.result.sum
    assert sum(len(group.lines) for group in found.groups) == len(found.lines)
    assert [group.weight for group in found.groups] == ["50", "15", "30", "5"]


def test_left_out_lines_and_the_rescaling_are_told(shop: Shop, page: Callable[..., Any]) -> None:
    texts = page("2024-03").texts
    card = texts[texts.index("Scorecard") : texts.index("Indicators")]
    at = card.index("Ticket of large jobs")
    assert "left out" in card[at : at + 4] and "– / 5" in card[at : at + 8]
    assert "45 counted" in card
    assert any("Ticket of large jobs: left out (nothing to divide by)" in text for text in card)
    result = shop.entry("2024-03")[0].result
    assert f"Total: {result.sum} × {result.full_marks} / {result.counted_marks} ≈ {result.total}" in card


def test_the_sheet_has_one_set_of_lines_for_signatures(page: Callable[..., Any]) -> None:
    texts = page("2024-03", "zh").texts
    assert [texts.count(who) for who in ("被考核人", "主管", "人事")] == [1, 1, 1]
    assert texts.index("考核表") < texts.index("被考核人") < texts.index("指标明细")


def test_the_months_before_are_drawn_with_gaps(shop: Shop) -> None:
    explanation, row = shop.entry("2024-03")
    trend = person_page(explanation, row.period, Phrases(explanation, "zh"), "index.html").trend
    assert trend is not None
    labels = [mark.label for mark in trend.marks]
    assert len(labels) == 14  # a year of figures reaches a month further where one has none
    assert "2023年7月：没有数据" in labels and "2023年10月：数据不全" in labels
    total = explanation.result.total
    assert explanation.result.grade == "good" and labels[-1] == f"2024年3月：{total}，良好"
    assert [mark.own for mark in trend.marks].count(True) == 1 and trend.marks[-1].own
    # August needs July's figure, so three months have no total, and September stands alone.
    assert [mark.gap for mark in trend.marks] == [month in (5, 6, 8) for month in range(14)]
    assert [mark.absent for mark in trend.marks].count(True) == 1
    assert len(trend.strokes) == 13 - 5
    assert [zone.text for zone in trend.zones] == ["合格", "良好", "优秀"]
    assert "90" in [level.text for level in trend.levels]
    for mark in trend.marks:
        assert trend.left < mark.x < trend.right and trend.top <= mark.y <= trend.bottom


def test_a_first_month_has_no_drawing(shop: Shop) -> None:
    explanation, row = shop.entry("2023-01")
    assert person_page(explanation, row.period, Phrases(explanation, "en"), "index.html").trend is None


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Value of cars taken in, February 2024", "93,000.00", "shop.csv", ", row 15,", "intake_value"]),
        ("zh", ["接车月产值（2024年2月）", "93,000.00", "shop.csv", "，第 15 行，", "intake_value"]),
    ],
)
def test_figures_of_other_periods_have_their_period_and_place(
    page: Callable[..., Any], language: str, expected: list[str]
) -> None:
    texts = page("2024-03", language).texts
    at = texts.index(expected[0])
    assert texts[at : at + 5] == expected
    a_year_ago = {"en": "Customers retained, March 2023", "zh": "客户保有数（2023年3月）"}[language]
    assert texts[texts.index(a_year_ago) + 3] == {"en": ", row 4,", "zh": "，第 4 行，"}[language]
    mean = {"en": "mean of Customers lost, 2023", "zh": "流失客户台次均值（2023年）"}[language]
    assert (
        texts[texts.index(mean) + 2]
        == {
            "en": "reckoned from the figures of 2023",
            "zh": "由2023年的数据得出",
        }[language]
    )


def test_the_figure_that_stood_for_a_missing_one_is_shown(page: Callable[..., Any]) -> None:
    texts = page("2024-03", "zh").texts
    at = texts.index("接车月产值 / 接车月产值目标（无则取上期接车月产值）")
    assert texts[at + 1] == "94,000.00 / 93,000.00 ≈ 101.08 %"
    assert "有去年流失客户台次均值（无则取上期流失客户台次）" in texts


def test_a_missing_figure_of_another_period_is_named_with_it(page: Callable[..., Any]) -> None:
    assert "接车月产值：缺少接车月产值（2023年7月）。" in page("2023-08", "zh").texts


@pytest.mark.parametrize("period", MONTHS[:6] + MONTHS[7:])
def test_a_chinese_page_has_no_english_words(page: Callable[..., Any], period: str) -> None:
    found = page(period, "zh")
    shown = [*found.own, *(value for _, name, value in found.attributes if name in ("aria-label", "title"))]
    assert [text for text in shown if LATIN.search(text)] == []


def test_explain_in_chinese_has_none_either(shop: Shop) -> None:
    for row in shop.rows:
        text = explanation_text(shop.entry(str(row.period))[0], "zh")
        for line in text.splitlines()[2:]:
            assert not LATIN.search(re.sub(r"（shop\.csv，第 \d+ 行，“\w+”列）", "", line)), line
