"""Nothing is read twice or left out silently: every filled cell of a workbook stands in exactly one class."""

from __future__ import annotations

import datetime
import random
import tempfile
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from kpicore.io.figures import load_figures
from kpicore.io.protocol import by_suffix
from kpicore.io.source import READERS
from kpicore.model import AdjustmentsSpec, FactSpec, SchemeModel

BUILT_IN = by_suffix(READERS)
MODEL = SchemeModel(
    id="shop/agents",
    version="1",
    effective=datetime.date(2020, 1, 1),
    periods=("month",),
    facts={
        "payers": FactSpec(kind="count", id="payers"),
        "sales": FactSpec(kind="money", id="sales"),
        "rate": FactSpec(kind="ratio", id="rate"),
    },
    adjustments=AdjustmentsSpec(),
)
COLUMNS: dict[str | None, list[Any]] = {
    "工号": ["E1", "E2", "E1", "E2", "E1", 1001, "合计", "一组小计", None, "#N/A", " "],
    "月份": [
        "2024-03",
        "2024-03",
        "2024-03",
        "2024/3",
        "2024年3月",
        datetime.date(2024, 4, 1),
        202404,
        "2024-13",
        None,
        "合计",
    ],
    "姓名": ["李", "吴", None, "total", "#N/A"],
    "班组": ["一组", "二组", None, 7],
    "payers": [0, 1, 3, 3.0, "３", "x", -1, None, "　", True, "=1+1"],
    "sales": [0, 1.5, "1,000", None, datetime.time(1, 2), "#DIV/0!"],
    "rate": [0.5, "95%", 98, None, ""],
    "rates": [1, "x", None],
    "fact": ["payers", "sales", "nobody", None],
    "value": [1, 2, "x", None],
    "分值": [1, -2.5, "x", None, 0.125],
    "事由": ["甲", "乙", 3, None, "#N/A"],
    "登记人": ["Li", None, 7.5],
    None: ["?", None, None],
}


def sheet(chance: random.Random) -> tuple[list[list[Any]], list[list[int]]]:
    """The rows of a page, and cells to merge."""
    header = [name for name in COLUMNS if chance.random() < (0.9 if name in ("工号", "月份") else 0.4)]
    if chance.random() < 0.1:
        header.append(chance.choice(["employee", "payers", "month"]))
    chance.shuffle(header)
    rows: list[list[Any]] = [[chance.choice(["标题", "月份", None, 7])] for _ in range(chance.randrange(3))]
    begin = len(rows)
    if chance.random() < 0.9:
        rows.append(list(header))
    for _ in range(chance.randrange(8)):
        kind = chance.random()
        if kind < 0.1:
            rows.append([])
        elif kind < 0.15:
            rows.append(list(header))
        else:
            rows.append([chance.choice(COLUMNS.get(name, ["E1", 1, None])) for name in header])
        if chance.random() < 0.1:
            rows[-1].append("right of it")
    if chance.random() < 0.2:
        numbers = [row[header.index("payers")] if "payers" in header and len(row) == len(header) else 0 for row in rows]
        total = sum(number for number in numbers[begin + 1 :] if type(number) in (int, float))
        rows.append([total if name == "payers" else None for name in header])
    merges = [
        [chance.randrange(1, 9), chance.randrange(1, 9), chance.randrange(3), chance.randrange(3)]
        for _ in range(chance.choice([0, 0, 1, 2]))
    ]
    return rows, merges


def built(chance: random.Random, path: Path) -> int:
    """Writes a workbook; the filled cells of its visible pages, as openpyxl counts them when it reads them back."""
    workbook = openpyxl.Workbook()
    workbook.active.append(["工号", "月份", "payers"])
    for _ in range(chance.randrange(1, 4)):
        rows, merges = sheet(chance)
        page = workbook.create_sheet()
        page.sheet_state = chance.choice(["visible", "visible", "hidden"])
        for row in rows:
            page.append(row)
        if chance.random() < 0.3:
            page.insert_cols(1)
        taken: set[tuple[int, int]] = set()
        for first, column, down, right in merges:
            area = {(r, c) for r in range(first, first + down + 1) for c in range(column, column + right + 1)}
            if not area & taken and len(area) > 1:
                taken |= area
                page.merge_cells(start_row=first, start_column=column, end_row=first + down, end_column=column + right)
    workbook.save(path)
    return sum(
        cell.value is not None and bool(str(cell.value).strip())
        for page in openpyxl.load_workbook(path)
        if page.sheet_state == "visible"
        for row in page.iter_rows()
        for cell in row
    )


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_every_filled_cell_is_in_one_class(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        count = built(random.Random(seed), path)
        found = load_figures([path], BUILT_IN, MODEL)
    counts = found.counts
    assert counts.cells == count
    assert min(getattr(counts, name) for name in ("cells_key", "cells_read", "cells_unknown", "rows_read")) >= 0
    # What was not read is always spoken of.
    codes = {problem.code for problem in found.problems}
    if counts.cells_unknown or counts.cells_left_out:
        assert codes & {"unknown_column", "unknown_fact", "ambiguous_column", "page_not_understood"}
    if counts.rows_set_aside or counts.cells_unreadable or counts.cells_conflicting:
        assert not found.complete
    assert ("total_row" in codes) == bool(counts.rows_total)
    assert bool(codes & {"bad_figure", "bad_adjustment"}) >= bool(counts.cells_unreadable)
    assert ("conflicting_figures" in codes) == bool(counts.cells_conflicting)
