"""Every reckoning that an explanation prints comes out as it says, from the numbers that it prints."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

import kpicore
from kpicore.explain import Explanation, explain, explanation_text
from kpicore.io.figures import load_figures

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SHEETS = {
    "auto/body-shop-advisor": [
        f"body-shop/{name}" for name in ("finance.csv", "shop.csv", "teams.csv", "service-desk.xlsx")
    ],
    "ecommerce/agent-indicators": ["agents.csv", "shop.csv"],
    str(EXAMPLES / "team-sales.toml"): ["team-sales.csv", "team-pools.csv"],
}
TERM = r"(?:≈ )?-?\(*-?[\d,]*\.?\d+(?: %)?\)*"
CLAIM = re.compile(rf"(?P<left>{TERM}(?: [-+×/] {TERM})+) (?P<sign>[=≈]) (?P<right>-?[\d,]*\.?\d+(?: %)?)")
ROUNDED = re.compile(r"[=≈] (?P<exact>-?[\d,.]+(?: %)?), rounded to (?P<shown>-?[\d,.]+(?: %)?)")


@pytest.fixture(scope="module", params=SHEETS)
def explained(request: pytest.FixtureRequest) -> list[Explanation]:
    registry = kpicore.load()
    scheme = registry.scheme(request.param)
    version = scheme.versions[-1]
    figures = load_figures([EXAMPLES / name for name in SHEETS[request.param]], registry.readers, version.model)
    rows = list(scheme.remembering(figures.rows))
    return [explain(version.plain, row) for row in rows[:: max(1, len(rows) // 60)]]


def value(text: str) -> Fraction:
    """An expression as it is printed, exactly."""
    plain = re.sub(r"([\d.]+) %", r"(\1 / 100)", text.replace(",", "").replace("≈ ", "").replace("×", "*"))
    return Fraction(eval(re.sub(r"[\d.]+", r"Fraction('\g<0>')", plain), {"Fraction": Fraction}))


def last_place(text: str) -> Fraction:
    """One unit of the last place that is shown."""
    digits = text.replace(",", "").removesuffix(" %")
    unit = Fraction(1, 10 ** len(digits.partition(".")[2]))
    return unit / 100 if text.endswith("%") else unit


def test_every_reckoning_comes_out(explained: list[Explanation]) -> None:
    claims = 0
    for explanation in explained:
        for line in explanation_text(explanation, "en").splitlines():
            for claim in CLAIM.finditer(line):
                left, right = value(claim["left"]), value(claim["right"])
                if claim["sign"] == "=":
                    assert left == right, line
                else:
                    slack = 2 if "≈" in claim["left"] else 1  # a number that is itself cut moves the last place
                    assert abs(left - right) <= last_place(claim["right"]) * slack, line
                claims += 1
    assert claims >= 5 * len(explained)


def test_every_rounding_is_half_up_of_what_stands_before_it(explained: list[Explanation]) -> None:
    roundings = 0
    for explanation in explained:
        for claim in ROUNDED.finditer(explanation_text(explanation, "en")):
            assert abs(value(claim["exact"]) - value(claim["shown"])) * 2 <= last_place(claim["shown"])
            roundings += 1
    assert roundings >= len(explained) // 2


def test_the_sum_of_the_scores_is_that_of_the_lines(explained: list[Explanation]) -> None:
    for explanation in explained:
        text = explanation_text(explanation, "en")
        scores = [Fraction(score) for score in re.findall(r"^[^ ].*: (-?[\d.]+) of -?[\d.]+$", text, re.MULTILINE)]
        assert sum(scores) == Fraction(str(explanation.result.sum))
        printed = re.search(r"^Sum of the scores: (.+) = ", text, re.MULTILINE)
        assert printed is not None
        assert [Fraction(score) for score in printed[1].split(" + ")] == scores
