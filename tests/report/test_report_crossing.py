"""Reports of a sheet that compares people: the rank, places as a table, and the order of the index."""

from __future__ import annotations

import itertools
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
    figures = load_figures(
        [EXAMPLES / f"team-{name}.csv" for name in ("sales", "pools")], registry.readers, scheme.newest.model
    )
    rows = list(scheme.remembering(figures.rows))
    return [(explain(scheme.newest.plain, row), row) for row in rows if str(row.period) in ("2024-01", "2024-04")]


def listed(folder: Path) -> list[str]:
    return re.findall(r'href="people/([^"]+?)\.html"', (folder / "index.html").read_text("utf-8"))


def test_the_index_stands_in_the_order_of_the_leagues(report: Report, tmp_path: Path) -> None:
    folder = report(entries("all", tmp_path), "en")
    found = listed(folder)
    assert len(found) == 48 and all(name.endswith("2024-04") for name in found[:24])  # the newest month first
    assert found[:3] == [f"S{number}__2024-04" for number in ("01", "09", "03")]
    assert found[23] == "S23__2024-04" and found[47] == "S20__2024-01"  # who has no rank comes last
    text = (folder / "index.html").read_text("utf-8")
    assert ">Rank</th>" in text and 'data-label="Rank">1</td>' in text and 'data-label="Rank">–</td>' in text


def test_ranks_of_teams_stand_team_by_team(report: Report, tmp_path: Path) -> None:
    found = listed(report(entries("team", tmp_path), "en"))
    order = [(name[-7:], (int(name[1:3]) - 1) // 8) for name in found]
    east, west, north = range(3)  # by their names: 东区, 北区, 西区
    assert list(dict.fromkeys(order)) == [
        (month, team) for month in ("2024-04", "2024-01") for team in (east, north, west)
    ]
    assert len(set(itertools.pairwise(order))) == 11  # each stands in one piece
    assert found[:4] == [f"S0{number}__2024-04" for number in (1, 3, 2, 8)]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", ["Rank", "place 3 of 8: 16 points", "place 1", "every further place", "over 8 people of the team",
                "By the place among all: the best so many percent: 6 of 23", "Shared out: Team's pool"]),
        ("zh", ["名次", "名次 3/8：16 分", "第 1 名", "其后各名", "班组共 8 人",
                "按全体名次（居前百分比）：6/23", "分配总额：本组奖金池"]),
    ],
)  # fmt: skip
def test_a_page_tells_places_and_pools(
    report: Report, parsed: Parsed, tmp_path: Path, language: str, texts: list[str]
) -> None:
    folder = report(entries("all", tmp_path), language)
    page = parsed(folder / "people" / "S02__2024-04.html")
    assert page.unclosed == []
    assert page.texts[page.texts.index(texts[0]) + 1] == "6"  # as the index has it
    whole = " ".join(page.texts)
    for text in texts:
        assert text in whole, text
    html = (folder / "people" / "S02__2024-04.html").read_text("utf-8")
    assert html.count('<svg class="curve"') == 3  # the places are a table
    assert f'<th scope="col">{texts[0]}</th>' in html
    assert re.search(r'class="reached"><td>[^<]*3[^<]*</td><td class="number">16<', html)
