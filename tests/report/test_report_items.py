"""Plus and minus items on the pages: a table of their own beside the total, escaped like all that comes from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kpicore
from kpicore import LoadedScheme
from kpicore.adjustment import Adjustments, adjusted
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.io.item import given_items
from kpicore.period import parse_period
from kpicore.problem import Place
from kpicore.report import write_report
from kpicore.row import Row

Parsed = Callable[[Path], Any]
SCHEME = """\
id = "desk/month"
version = "1"
effective = 2024-01-01
periods = ["month"]
title = { en = "Desk", zh = "前台" }

[facts]
calls = { kind = "count", title = { en = "Calls", zh = "来电" } }

[[indicator]]
id = "calls"
title = { en = "Calls", zh = "来电" }
weight = 100
rule = { kind = "straight", of = 100 }

[adjustments]
most = 5
assumed = true
note = { en = "A page a month.", zh = "每月一页。" }

[grade]
bands = [{ from = 80, grade = "A" }, { otherwise = true, grade = "B" }]
"""
EVIL = "<script>alert(1)</script>"
FAIR = {"points": 2.5, "reason": EVIL, "author": '=HYPERLINK("x") & Co'}
LATE = {"points": -1, "reason": "Late", "author": "Zhao"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> LoadedScheme:
    path = tmp_path_factory.mktemp("desk") / "desk.toml"
    path.write_text(SCHEME, "utf-8")
    return kpicore.load().scheme(str(path))


def entry(desk: LoadedScheme, *items: Any, employee: str = "E1", calls: Any = 80) -> tuple[Explanation, Row]:
    from attrs import evolve

    given, _ = given_items(list(items), 2)
    placed = [evolve(item, place=Place("items.xlsx", page="三月", row=row)) for row, item in enumerate(given.items, 2)]
    facts = {} if calls is None else {"calls": calls}
    row = Row(employee, parse_period("2024-03"), facts)
    row = adjusted(row, Adjustments(tuple(placed), given.faults))
    return explain(desk.newest.plain, row), row


def written(folder: Path, entries: list[tuple[Explanation, Row]], language: str = "en") -> tuple[Path, list[Path]]:
    write_report(entries, folder / language, language)
    return folder / language / "index.html", sorted((folder / language / "people").iterdir())


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            [
                "Plus and minus items", "assumed", "Points", "Reason", "Entered by", "Source",
                "+2.50", EVIL, FAIR["author"], "items.xlsx", ", page 三月, row 2",
                "-1.00", "Late", "Zhao", "items.xlsx", ", page 三月, row 3",
                "+1.50", "Sum", "Total 80.00 + items 1.50 = 81.50", "A page a month.",
            ],
        ),
        (
            "zh",
            [
                "加减分", "约定", "分值", "事由", "登记人", "来源",
                "+2.50", EVIL, FAIR["author"], "items.xlsx", "，三月页，第 2 行",
                "-1.00", "Late", "Zhao", "items.xlsx", "，三月页，第 3 行",
                "+1.50", "合计", "总分 80.00 + 加减分 1.50 = 81.50", "每月一页。",
            ],
        ),
    ],
)  # fmt: skip
def test_a_table_of_their_own(
    desk: LoadedScheme, tmp_path: Path, parsed: Parsed, language: str, told: list[str]
) -> None:
    _, (path,) = written(tmp_path, [entry(desk, FAIR, LATE)], language)
    page = parsed(path)
    at = page.texts.index(told[0])
    found = page.texts[at : at + len(told)]
    assert [text for text in found if "三月" not in text] == [text for text in told if "三月" not in text]
    assert page.unclosed == []
    assert "<script" not in path.read_text("utf-8")


def test_the_index_has_the_total_and_what_is_assumed(desk: LoadedScheme, tmp_path: Path, parsed: Parsed) -> None:
    index, _ = written(tmp_path, [entry(desk, FAIR, LATE)])
    texts = parsed(index).texts
    assert "81.50" in texts and not any("+1.50" in text for text in texts)
    assert any("Also open: Plus and minus items" in text for text in texts)


def test_a_sum_that_was_held(desk: LoadedScheme, tmp_path: Path, parsed: Parsed) -> None:
    _, (path,) = written(tmp_path, [entry(desk, {**LATE, "points": 9})])
    texts = parsed(path).texts
    assert "Together +9.00, of which +5.00 at most counts" in texts
    assert not any("more than the sheet allows" in text for text in texts)


def test_who_has_none_has_no_table(desk: LoadedScheme, tmp_path: Path, parsed: Parsed) -> None:
    _, (path,) = written(tmp_path, [entry(desk)])
    assert "Plus and minus items" not in parsed(path).texts


def test_a_sum_that_can_not_be_told(desk: LoadedScheme, tmp_path: Path, parsed: Parsed) -> None:
    _, (path,) = written(tmp_path, [entry(desk, LATE, {**FAIR, "author": None})])
    texts = parsed(path).texts
    assert "A plus or minus item is without its author." in texts
    assert texts[texts.index("Sum", texts.index("Late")) - 1] == "–"


def test_totals_beyond_the_scale_can_be_drawn(desk: LoadedScheme, tmp_path: Path, parsed: Parsed) -> None:
    people = [
        entry(desk, {**LATE, "points": -500}, employee="E1"),
        entry(desk, {**LATE, "points": 5}, employee="E2", calls=100),
    ]
    _, paths = written(tmp_path, people)
    first, second = (parsed(path).texts for path in paths)
    assert "-420.00" in first and "105.00" in second


def test_a_template_of_a_plugin_shows_them_too(tmp_path: Path, parsed: Parsed) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'id = "own/agents"\nversion = "1"\neffective = 2024-01-01\nextends = "ecommerce/agent-indicators"\n'
        'template = "ecommerce/agent-indicators"\n[adjustments]\n',
        "utf-8",
    )
    registry = kpicore.load()
    scheme = registry.scheme(str(path))
    row = Row("E1", parse_period("2024-03"), {})
    given, _ = given_items([LATE], 2)
    row = adjusted(row, given)
    write_report([(explain(scheme.newest.plain, row), row)], tmp_path / "r", "en", templates=registry.templates)
    (page,) = (tmp_path / "r" / "people").iterdir()
    assert "Plus and minus items" in parsed(page).texts
