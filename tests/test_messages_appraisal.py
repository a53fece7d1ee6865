"""Appraisal days and occasions in words."""

from __future__ import annotations

import pytest

from kpicore.messages import appraisal_text, occasion_text
from kpicore.model import AppraisalSpec


@pytest.mark.parametrize(
    ("spec", "periods", "en", "zh"),
    [
        (
            {"day": 15},
            ("month",),
            "on the 15th of the following month, moved to the next working day",
            "次月15日，遇休息日顺延至下一个工作日",
        ),
        (
            {"day": 1, "months_after": 0, "moved": "previous"},
            ("month", "day"),
            "on the 1st of the same month, moved to the previous working day",
            "当月1日，遇休息日提前至上一个工作日",
        ),
        (
            {"day": 22, "months_after": 0, "moved": "none"},
            ("quarter", "month"),
            "on the 22nd of the last month of the period, whatever day that is",
            "考核周期最后一个月的22日，遇休息日不变",
        ),
        (
            {"day": 3, "months_after": 2},
            ("quarter",),
            "on the 3rd of the 2nd month after the period, moved to the next working day",
            "考核周期后第2个月的3日，遇休息日顺延至下一个工作日",
        ),
        (
            {"day": 31, "months_after": 12},
            ("year",),
            "on the last day of the 12th month after the period, moved to the next working day",
            "考核周期后第12个月的最后一天，遇休息日顺延至下一个工作日",
        ),
        (
            {"day": 29},
            ("month",),
            "on the 29th of the following month (where that is shorter, on its last day), "
            "moved to the next working day",
            "次月29日（该月没有这一天时取最后一天），遇休息日顺延至下一个工作日",
        ),
    ],
)
def test_the_rule_of_an_appraisal_day(spec: dict[str, object], periods: tuple[str, ...], en: str, zh: str) -> None:
    appraisal = AppraisalSpec(**spec)  # type: ignore[arg-type]
    assert appraisal_text(appraisal, periods, "en") == en
    assert appraisal_text(appraisal, periods, "zh") == zh


def test_english_ordinals() -> None:
    said = [appraisal_text(AppraisalSpec(day=day), ("month",), "en").split()[2] for day in range(1, 31)]
    assert said[:4] == ["1st", "2nd", "3rd", "4th"]
    assert said[9:14] == ["10th", "11th", "12th", "13th", "14th"]
    assert said[19:24] == ["20th", "21st", "22nd", "23rd", "24th"]


def test_an_occasion_is_in_the_readers_language_where_the_scheme_declares_it() -> None:
    assert [occasion_text("spot", ("regular", "spot"), language) for language in ("en", "zh")] == ["spot", "突击"]
    assert occasion_text("spot", (), "zh") == "spot"
    assert occasion_text("mystery guest", (), "zh") == "mystery guest"
    assert occasion_text(None, ("regular",), "en") == ""
