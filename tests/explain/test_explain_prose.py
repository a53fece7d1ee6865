"""Explanations in words and as data: the sentences of the example month, in both languages."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import kpicore
from kpicore.curve import Piece
from kpicore.explain.data import explanation_data
from kpicore.explain.prose import explanation_text
from kpicore.explain.reckoning import piece_figures
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.formula.node import number
from kpicore.io.figures import load_figures

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def explained() -> dict[tuple[str, str], Explanation]:
    registry = kpicore.load()
    scheme = registry.scheme("ecommerce/agent-indicators")
    version = scheme.versions[-1]
    figures = load_figures([EXAMPLES / "agents.csv", EXAMPLES / "shop.csv"], registry.readers, version.model)
    return {(row.employee, str(row.period)): explain(version.plain, row) for row in figures.rows}


def test_a_measure_goes_from_its_cells_to_its_score(explained: dict[tuple[str, str], Explanation]) -> None:
    text = explanation_text(explained["E001", "2024-03"], "en")
    start = text.index("Inquiry conversion: 28.00 of 35.00")
    lines = [line.strip() for line in text[start:].splitlines()[:6]]
    assert lines[1] == "Customers who paid / Customers who inquired = 260 / 400 = 65.00 %"
    assert lines[2] == "from 65 %: 80 points"
    assert lines[3] == "80.00 points × 35.00 % = 28.00"
    assert lines[4].endswith("agents.csv, row 14, column 最终付款人数)")


def test_the_band_for_all_the_rest_is_named_by_where_it_decides(
    explained: dict[tuple[str, str], Explanation],
) -> None:
    assert "below 72 %: 0 points" in explanation_text(explained["E001", "2024-03"], "en")


def test_a_missing_figure_is_named_at_the_top(explained: dict[tuple[str, str], Explanation]) -> None:
    lines = explanation_text(explained["E011", "2024-03"], "en").splitlines()
    assert lines[2:4] == ["Incomplete", "  Response time: Mean response time is missing."]


@pytest.mark.parametrize(("language", "word"), [("en", "Sum of the scores"), ("zh", "各项得分之和")])
def test_each_language_has_its_own_words(
    explained: dict[tuple[str, str], Explanation], language: str, word: str
) -> None:
    for explanation in explained.values():
        assert word in explanation_text(explanation, language)


def test_an_english_text_has_chinese_only_in_names_and_headings(
    explained: dict[tuple[str, str], Explanation],
) -> None:
    for explanation in explained.values():
        for line in explanation_text(explanation, "en").splitlines()[2:]:
            assert not CHINESE.search(line.partition(", column ")[0]), line


def test_scores_and_sums_can_be_reckoned_again_from_what_is_printed(
    explained: dict[tuple[str, str], Explanation],
) -> None:
    for explanation in explained.values():
        text = explanation_text(explanation, "en")
        products = re.findall(r"([\d.]+) points × ([\d.]+) % = ([\d.]+)", text)
        assert len(products) == sum(line.result.points != line.result.score for line in explanation.lines)
        for points, weight, score in products:
            assert Decimal(points) * Decimal(weight) / 100 == Decimal(score)
        scores, total = re.findall(r"scores: ([\d. +]+) = ([\d.]+)", text)[0]
        assert sum(Decimal(score) for score in scores.split(" + ")) == Decimal(total)


@pytest.mark.parametrize(
    ("piece", "at", "words"),
    [
        (Piece(number(80)), "0.66", "80"),
        (Piece(number(0), slope=number(100)), "0.725", "100 × 0.725 = 72.5"),
        (Piece(number(5), slope=number(-1), step=number(1)), "2", "5 - 1 × 2 = 3"),
        (Piece(number(0), slope=number(50), origin=number("0.7")), "0.8", "50 × (0.8 - 0.7) = 5"),
        (Piece(number(0), slope=number(2), step=number("0.5")), "1.7", "2 × 3 = 6"),
        (Piece(number(0), slope=number(Fraction(100, 3))), "0.5", "≈ 33.3333 × 0.5 ≈ 16.6667"),
    ],
)
def test_what_a_piece_gives_is_a_reckoning(piece: Piece, at: str, words: str) -> None:
    assert piece_figures(piece, Fraction(at)) == words


def test_the_data_hold_the_result_and_every_place(explained: dict[tuple[str, str], Explanation]) -> None:
    explanation = explained["E001", "2024-03"]
    data = json.loads(json.dumps(explanation_data(explanation), ensure_ascii=False))
    assert data["result"] == explanation.result.to_dict()
    line = data["lines"][0]
    assert line["measure"]["value"] == "0.65"
    assert line["measure"]["text"] == "payers / inquirers"
    assert line["measure"]["figures"][0]["place"]["row"] == 14
    assert line["curves"][0]["curve"][1] == {"low": "0.65", "base": "80", "low_closed": True}
    assert line["curves"][0]["piece"] == 1
