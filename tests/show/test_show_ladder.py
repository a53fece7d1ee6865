"""A ladder as data and as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kpicore
from kpicore.show.data import sheet_data, sheet_text

LADDER = """
id = "own/ladder"
version = "1"
effective = 2024-01-01
periods = ["cycle"]
[facts]
n = { kind = "count", title = { zh = "客户", en = "Customers" } }
oral = { kind = "rating", title = { zh = "口试", en = "Oral" } }
oral_again = { kind = "rating", title = { zh = "口试补考", en = "Oral again" } }
[params]
mark = { value = 80, kind = "rating", title = { zh = "合格线", en = "Mark" } }
[ladder]
months = 3
assumed = true
[[ladder.level]]
id = "low"
title = { zh = "初级", en = "Junior" }
[[ladder.level]]
id = "high"
title = { zh = "高级", en = "Senior" }
note = { zh = "须有两年经验", en = "Two years of experience" }
[[ladder.check]]
id = "exam"
title = { zh = "考核", en = "Exam" }
first = ["oral"]
again = ["oral_again"]
[[ladder.check]]
id = "once"
title = { zh = "单次考核", en = "Single exam" }
first = ["oral"]
[[ladder.value]]
id = "all"
kind = "count"
formula = "over_cycle(sum, n)"
title = { zh = "周期客户", en = "All customers" }
[[ladder.value]]
id = "fit"
formula = "passed(exam, mark) or not taken(once)"
title = { zh = "合格", en = "Fit" }
[[ladder.move]]
id = "rises"
levels = ["low"]
to = "up"
when = "fit and all >= 3"
title = { zh = "升级", en = "Rises" }
assumed = true
[[ladder.move]]
id = "falls"
levels = ["high"]
to = "down"
when = "months_in_level > 3 and all < 1"
[[ladder.move]]
id = "starts_again"
to = "low"
when = "not fit and level == 'high'"
[[ladder.standard]]
id = "each"
require = "n > 0"
title = { zh = "每月有客户", en = "A customer each month" }
[[ladder.standard]]
id = "more"
levels = ["high"]
require = "n > 1"
"""
EN = """\
Levels
  cycles of 3 months
  levels, the lowest first: Junior (low), Senior (high)
    Senior: note: Two years of experience
  assumed: the source does not say this, please confirm it
  Checks
    Exam  exam
      first try: Oral
      second try: Oral again
      passed at a mark: every one at the first try, or every one at the second
    Single exam  once
      first try: Oral
      passed at a mark: every one of them
  Values of a cycle
    All customers  all
      sum of Customers over the months (count)
    Fit  fit
      Exam passed at Mark or not any taken of Single exam (yes or no)
  Rules for moving up and down, the first that holds decides
    1. Rises  rises
      at Junior: up a level
      where Fit and All customers ≥ 3
      assumed: the source does not say this, please confirm it
    2. falls  falls
      at Senior: down a level
      where months in the level > 3 and All customers < 1
    3. starts_again  starts_again
      at every level: to Junior
      where not Fit and level = Senior
    4. Where none of these holds, the level stays
  Standards of each month, which are reported and decide nothing
    A customer each month  each
      at every level: Customers > 0
    more  more
      at Senior: Customers > 1
"""
ZH = """\
级别
  每 3 个月为一个考核周期
  级别（由低到高）：初级（low）、高级（high）
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = Path(tmp_path_factory.mktemp("ladder")) / "ladder.toml"
    path.write_text(LADDER, "utf-8")
    return sheet_data(kpicore.load().scheme(str(path)).newest)


def test_the_data_say_what_the_ladder_says(shown: dict[str, Any]) -> None:
    assert json.loads(json.dumps(shown)) == shown
    ladder = shown["ladder"]
    assert (ladder["months"], ladder["assumed"]) == (3, True)
    assert [level["id"] for level in ladder["levels"]] == ["low", "high"]
    assert ladder["checks"][0]["again"] == ["oral_again"]
    assert ladder["values"][0]["formula"] == {
        "text": "over_cycle(sum, n)",
        "words": {"zh": "各月客户之和", "en": "sum of Customers over the months"},
    }
    assert [(move["levels"], move["to"], move["assumed"]) for move in ladder["moves"]] == [
        (["low"], "up", True),
        (["high"], "down", False),
        (["low", "high"], "low", False),
    ]
    assert [standard["levels"] for standard in ladder["standards"]] == [["low", "high"], ["high"]]


def test_the_text_of_a_ladder(shown: dict[str, Any]) -> None:
    text = sheet_text(shown, "en")
    assert text[text.index("\nLevels\n") + 1 :] == EN


def test_the_text_in_chinese(shown: dict[str, Any]) -> None:
    lines = [line.strip() for line in sheet_text(shown, "zh").splitlines()]
    assert [line.strip() for line in ZH.splitlines()] == lines[lines.index("级别") :][:3]
    for line in (
        "合格：首次全部达到合格线，或补考全部达到合格线",
        "考核达到合格线 或 非“参加过单次考核”（是或否）",
        "适用于初级：升一级",
        "条件：合格 且 周期客户 ≥ 3",
        "适用于所有级别：定为初级",
        "4. 以上均不成立时，级别不变",
        "每月标准（未达标只作提示，不影响级别）",
    ):
        assert line in lines


def test_a_scheme_without_a_ladder_shows_none() -> None:
    data = sheet_data(kpicore.load().scheme(str(Path(__file__).parents[1] / "data/counter.toml")).newest)
    assert data["ladder"] is None
