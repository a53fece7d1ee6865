"""The sentences of a ladder's reasons."""

from __future__ import annotations

from pathlib import Path

import pytest

import kpicore
from kpicore.messages import reason_text
from kpicore.model import SchemeModel
from kpicore.row import Reason

LADDER = """
id = "own/ladder"
version = "1"
effective = 2024-01-01
periods = ["cycle"]
[facts]
n = { kind = "count" }
sales = { kind = "money" }
ok = { kind = "flag" }
[ladder]
months = 3
[[ladder.level]]
id = "low"
title = { zh = "初级", en = "Junior" }
[[ladder.level]]
id = "high"
title = { zh = "高级", en = "Senior" }
[[ladder.value]]
id = "customers"
kind = "count"
formula = "over_cycle(sum, n)"
title = { zh = "新增客户", en = "New customers" }
[[ladder.value]]
id = "sold"
kind = "money"
formula = "over_cycle(sum, sales)"
title = { zh = "销售额", en = "Sales" }
[[ladder.value]]
id = "applied"
formula = "over_cycle(any, ok)"
title = { zh = "申请晋升", en = "Applied" }
[[ladder.move]]
id = "rises"
levels = ["low"]
to = "up"
when = "customers > 3 and applied"
title = { zh = "客户达标，升级", en = "Enough customers: up" }
[[ladder.standard]]
id = "each"
require = "n > 0"
title = { zh = "每月有客户", en = "A customer each month" }
"""
CODES = [
    "move", "no_move", "below_standard", "level_unknown", "level_unreadable", "month_missing", "month_twice",
    "needed_to_rise", "needed_to_stay",
]  # fmt: skip


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> SchemeModel:
    path = Path(tmp_path_factory.mktemp("ladder")) / "ladder.toml"
    path.write_text(LADDER, "utf-8")
    found: SchemeModel = kpicore.load().scheme(str(path)).newest.model
    return found


@pytest.mark.parametrize("code", CODES)
def test_a_reason_without_values_is_still_a_sentence(code: str, model: SchemeModel) -> None:
    for language, end in (("en", "."), ("zh", "。")):
        text = reason_text(Reason.of(code), model, language)
        assert text.endswith(end) and "{" not in text and code not in text


@pytest.mark.parametrize(
    ("reason", "en", "zh"),
    [
        (Reason.of("move", move="rises"), "Decided by this rule: Enough customers: up.", "依据：客户达标，升级。"),
        (
            Reason.of("no_move"),
            "No rule for moving up or down applies, so the level stays.",
            "没有符合的晋升或降级规则，级别不变。",
        ),
        (
            Reason.of("below_standard", standard="each", period="2024-03"),
            "Below standard in March 2024: A customer each month.",
            "2024年3月未达标：每月有客户。",
        ),
        (
            Reason.of("month_missing", period="2024-02"),
            "There are no figures of February 2024.",
            "没有2024年2月的数据。",
        ),
        (
            Reason.of("month_twice", period="2024-02"),
            "There are two rows of February 2024, so they can not be used.",
            "2024年2月有两行数据，无法采用。",
        ),
    ],
)
def test_what_was_decided_and_what_is_lacking(reason: Reason, en: str, zh: str, model: SchemeModel) -> None:
    assert reason_text(reason, model, "en") == en
    assert reason_text(reason, model, "zh") == zh


@pytest.mark.parametrize(
    ("values", "en", "zh"),
    [
        (
            {"value": "customers", "so_far": "2", "sign": ">=", "bound": "4"},
            "New customers at least 4 (2 so far)",
            "新增客户不少于 4（目前 2）",
        ),
        ({"value": "customers", "sign": ">", "bound": "4"}, "New customers above 4", "新增客户大于 4"),
        (
            {"value": "sold", "so_far": "1500.5", "sign": "<=", "bound": "20000"},
            "Sales at most 20,000.00 (1,500.50 so far)",
            "销售额不超过 20,000.00（目前 1,500.50）",
        ),
        ({"value": "sold", "sign": "<", "bound": "1"}, "Sales below 1.00", "销售额小于 1.00"),
        ({"value": "customers", "sign": "==", "bound": "4"}, "New customers exactly 4", "新增客户等于 4"),
        ({"value": "customers", "sign": "!=", "bound": "4"}, "New customers other than 4", "新增客户不等于 4"),
        ({"value": "customers", "so_far": "2", "sign": ">="}, "New customers (2 so far)", "新增客户（目前 2）"),
        ({"value": "applied", "so_far": "false"}, "Applied (not yet)", "申请晋升（目前尚未满足）"),
        ({"value": "applied"}, "Applied", "申请晋升"),
        (
            {"value": "applied", "so_far": "false", "sign": "not"},
            "not Applied (so far yes)",
            "非“申请晋升”（目前已满足）",
        ),
        (
            {"value": "applied", "so_far": "true", "sign": "not"},
            "not Applied (not yet)",
            "非“申请晋升”（目前尚未满足）",
        ),
        ({"move": "rises"}, "Enough customers: up", "客户达标，升级"),
    ],
)
def test_what_is_needed_to_rise(values: dict[str, str], en: str, zh: str, model: SchemeModel) -> None:
    reason = Reason.of("needed_to_rise", level="high", **values)
    assert reason_text(reason, model, "en") == f"To become Senior: {en}."
    assert reason_text(reason, model, "zh") == f"升为高级尚需：{zh}。"


@pytest.mark.parametrize(
    ("values", "en", "zh"),
    [
        (
            {"value": "customers", "so_far": "2", "sign": "<", "bound": "3"},
            "New customers at least 3 (2 so far)",
            "新增客户不少于 3（目前 2）",
        ),
        ({"value": "customers", "sign": "<=", "bound": "3"}, "New customers above 3", "新增客户大于 3"),
        ({"value": "customers", "sign": ">", "bound": "3"}, "New customers at most 3", "新增客户不超过 3"),
        ({"value": "customers", "sign": ">=", "bound": "3"}, "New customers below 3", "新增客户小于 3"),
        ({"value": "customers", "sign": "==", "bound": "3"}, "New customers other than 3", "新增客户不等于 3"),
        ({"value": "customers", "sign": "!=", "bound": "3"}, "New customers exactly 3", "新增客户等于 3"),
        ({"value": "applied", "so_far": "false", "sign": "not"}, "Applied (not yet)", "申请晋升（目前尚未满足）"),
        ({"value": "applied", "so_far": "false"}, "not Applied (so far yes)", "非“申请晋升”（目前已满足）"),
    ],
)
def test_what_is_needed_to_stay_is_that_the_move_does_not_apply(
    values: dict[str, str], en: str, zh: str, model: SchemeModel
) -> None:
    reason = Reason.of("needed_to_stay", move="rises", level="low", **values)
    assert reason_text(reason, model, "en") == f"To stay: {en}."
    assert reason_text(reason, model, "zh") == f"保持级别尚需：{zh}。"
