"""Plus and minus items explained: each with its reason, author and place, and what they make of the total."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kpicore
from kpicore import LoadedScheme, explanation_data, explanation_text
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.io.figures import load_figures
from kpicore.io.protocol import by_suffix
from kpicore.io.source import READERS

SCHEME = """\
id = "desk/month"
version = "1"
effective = 2024-01-01
periods = ["month"]

[facts]
calls = { kind = "count", title = { en = "Calls", zh = "来电" } }
visits = { kind = "count", title = { en = "Visits", zh = "走访" } }

[[indicator]]
id = "calls"
title = { en = "Calls", zh = "来电" }
weight = 50
rule = { kind = "straight", of = 100 }

[[indicator]]
id = "visits"
title = { en = "Visits", zh = "走访" }
weight = 50
when_missing = "leave_out"
rule = { kind = "straight", of = 100 }

[adjustments]
least = -3
most = 5

[grade]
bands = [{ from = 80, grade = "A" }, { otherwise = true, grade = "B" }]
"""
FAIR = {"points": "2.5", "reason": "Fair", "author": "Wang"}
LATE = {"points": -1, "reason": "Late", "author": "Zhao"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    path = tmp_path_factory.mktemp("desk") / "desk.toml"
    path.write_text(SCHEME, "utf-8")
    return kpicore.load().scheme(str(path))


def explained(desk: LoadedScheme, *items: Any, **figures: Any) -> Explanation:
    facts = {"calls": 80, "visits": 90, **figures}
    return desk.explain(facts, employee="E1", period="2024-03", adjustments=list(items))


def lines(explanation: Explanation, language: str = "en") -> list[str]:
    """What the text says from the sum of the scores on to the grade."""
    text = explanation_text(explanation, language).splitlines()
    begin = next(place for place, line in enumerate(text) if line.startswith(("Sum of the scores", "各项得分之和")))
    return text[begin + 1 :]


def test_the_items_one_by_one_and_the_total(desk: LoadedScheme) -> None:
    assert lines(explained(desk, FAIR, LATE)) == [
        "Plus and minus items: +1.50",
        "  +2.50: Fair (Wang)",
        "  -1.00: Late (Zhao)",
        "Total 85.00 + items 1.50 = 86.50",
        "Total 86.50, from 80: grade A",
    ]
    assert lines(explained(desk, FAIR, LATE), "zh")[:4] == [
        "加减分：+1.50",
        "  +2.50 分：Fair（Wang）",
        "  -1.00 分：Late（Zhao）",
        "总分 85.00 + 加减分 1.50 = 86.50",
    ]


def test_a_sum_below_0(desk: LoadedScheme) -> None:
    assert lines(explained(desk, LATE))[::2] == ["Plus and minus items: -1.00", "Total 85.00 - items 1.00 = 84.00"]


@pytest.mark.parametrize(
    ("points", "en", "zh", "total"),
    [
        (
            8,
            "Together +8.00, of which +5.00 at most counts",
            "合计 +8.00，最多计 +5.00",
            "Total 85.00 + items 5.00 = 90.00",
        ),
        (
            -4,
            "Together -4.00, of which -3.00 at least counts",
            "合计 -4.00，最低计 -3.00",
            "Total 85.00 - items 3.00 = 82.00",
        ),
    ],
)
def test_a_sum_that_was_held(desk: LoadedScheme, points: int, en: str, zh: str, total: str) -> None:
    explanation = explained(desk, {**FAIR, "points": points})
    assert lines(explanation)[2:4] == [f"  {en}", total]
    assert lines(explanation, "zh")[2] == f"  {zh}"
    assert "adjustments_held" in explanation.result.reasons[0].code
    assert "more than the sheet allows" not in explanation_text(explanation, "en")  # the numbers say so already


def test_after_a_rescaling(desk: LoadedScheme) -> None:
    assert lines(explained(desk, FAIR, visits=None))[:4] == [
        "Total: 40.00 × 100.00 / 50.00 = 80.00",
        "Plus and minus items: +2.50",
        "  +2.50: Fair (Wang)",
        "Total 80.00 + items 2.50 = 82.50",
    ]


def test_nothing_is_said_where_there_are_none(desk: LoadedScheme) -> None:
    assert lines(explained(desk)) == ["Total 85.00, from 80: grade A"]


def test_a_sum_that_can_not_be_told(desk: LoadedScheme) -> None:
    explanation = explained(desk, FAIR, {**LATE, "author": ""})
    assert lines(explanation) == ["Plus and minus items: can not be told", "  +2.50: Fair (Wang)"]
    text = explanation_text(explanation, "en")
    assert (
        "  The sum of the plus and minus items can not be read.\n  A plus or minus item is without its author." in text
    )
    assert "  加减分合计无法读取。\n  加减分项缺少登记人。" in explanation_text(explanation, "zh")


def test_an_incomplete_person_whose_items_are_known(desk: LoadedScheme) -> None:
    explanation = explained(desk, FAIR, calls=None)
    assert lines(explanation) == ["Plus and minus items: +2.50", "  +2.50: Fair (Wang)"]


def test_as_data(desk: LoadedScheme) -> None:
    data = explanation_data(explained(desk, FAIR, {**LATE, "points": -9}))
    assert json.loads(json.dumps(data))["adjustments"] == {
        "title": {},
        "items": [{**FAIR, "points": "2.50", "place": {}}, {**LATE, "points": "-9.00", "place": {}}],
        "sum": "-6.50",
        "held": "least",
        "counts": "-3.00",
        "before": "85.00",
        "note": {},
        "assumed": False,
    }


def test_a_scheme_without_items_has_none_in_its_data() -> None:
    scheme = kpicore.load().scheme("ecommerce/agent-indicators")
    explanation = scheme.explain({}, employee="E1", period="2024-03")
    assert explanation.adjustments is None and "adjustments" not in explanation_data(explanation)


def test_places_titles_and_notes(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    more = "title = { en = 'By the manager' }\nassumed = true\nnote = { en = 'A page a month.' }\nmost = 5"
    path.write_text(SCHEME.replace("most = 5", more), "utf-8")
    desk = kpicore.load().scheme(str(path))
    (tmp_path / "figures.csv").write_text("employee,period,calls,visits\nE1,2024-03,80,90\n", "utf-8")
    (tmp_path / "items.csv").write_text("employee,period,points,reason,author\nE1,2024-03,2,Fair,Wang\n", "utf-8")
    files = [tmp_path / "figures.csv", tmp_path / "items.csv"]
    (row,) = load_figures(files, by_suffix(READERS), desk.joined_model).rows
    told = lines(explain(desk.newest.plain, row))
    assert told[:4] == [
        "By the manager: +2.00",
        f"  +2.00: Fair (Wang, {files[1]}, row 2)",
        "  Note: A page a month.",
        "  The source leaves this line open; its figures are assumed and must be confirmed.",
    ]
