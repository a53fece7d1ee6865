"""Reports of a sheet that compares people: the rank, places as a table, and the order of the index."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import kpicore
from kpicore.explain.record import explain
from kpicore.explain.use import Explanation
from kpicore.io.figures import load_figures
from kpicore.row import Row

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Entry = tuple[Explanation, Row]
Report = Callable[..., Path]
Parsed = Callable[[Path], Any]


def entries(within: str, tmp_path: Path) -> list[Entry]:
    path = tmp_path / "team-sales.toml"
    path.write_text(
        (EXAMPLES / "team-sales.toml").read_text("utf-8").replace('rank = "all"', f'rank = "{within}"'), "utf-8"
    )
    registry = kpicore.load()
    scheme = registry.scheme(str(path))
    figures = load_figures([EXAMPLES / "team-sales.csv"], registry.readers, scheme.newest.model)
    rows = list(scheme.remembering(figures.rows))
    return [(explain(scheme.newest.plain, row), row) for row in rows if str(row.period) in ("2024-01", "2024-03")]


def listed(folder: Path) -> list[str]:
    return re.findall(r'href="people/([^"]+?)\.html"', (folder / "index.html").read_text("utf-8"))


def test_the_index_stands_in_the_order_of_the_places(report: Report, tmp_path: Path) -> None:
    folder = report(entries("all", tmp_path), "en")
    found = [name for name in listed(folder) if name.endswith("2024-03")]
    assert found == [f"S0{n}__2024-03" for n in (2, 4, 5, 1, 3, 6)]
    january = [name for name in listed(folder) if name.endswith("2024-01")]
    assert january[-1] == "S06__2024-01"
    text = (folder / "index.html").read_text("utf-8")
    assert ">Rank</th>" in text and 'class="number rank">1</td>' in text and 'class="number rank">–</td>' in text


def test_ranks_of_teams_stand_team_by_team(report: Report, tmp_path: Path) -> None:
    found = listed(report(entries("team", tmp_path), "en"))
    assert [name for name in found if name.endswith("2024-03")] == [f"S0{n}__2024-03" for n in (2, 1, 3, 4, 5, 6)]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["Rank", "place 1 of 3: 40 points", "place 1", "every further place", "over 3 people of the team",
                "By the place among all: the best so many percent: 1 of 6", "Shared out: Bonus of the team"]),
        ("zh", ["名次", "名次 1/3：40 分", "第 1 名", "其后各名", "班组共 3 人",
                "按全体名次（居前百分比）：1/6", "分配总额：团队奖金"]),
    ],
)  # fmt: skip
def test_a_page_tells_places_and_pools(
    report: Report, parsed: Parsed, tmp_path: Path, language: str, texts: list[str]
) -> None:
    folder = report(entries("all", tmp_path), language)
    page = parsed(folder / "people" / "S02__2024-03.html")
    assert page.unclosed == []
    whole = " ".join(page.texts)
    for text in texts:
        assert text in whole, text
    html = (folder / "people" / "S02__2024-03.html").read_text("utf-8")
    assert html.count('<svg class="curve"') == 2  # the places are a table
    assert re.search(r'class="reached"><td>[^<]*1[^<]*</td><td class="number">40<', html)
