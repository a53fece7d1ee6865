"""What a formula can come to, held against its values: none lies outside, and what is claimed in full comes about.

Made-up formulas, a slow reading of them (`support.naive`), and rows of figures on and beside what matters.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from support.dice import Dice, Rolled
from support.formula_text import DateText, Draft, Table
from support.kept import Kept, figures
from support.populations import loaded
from support.rule_text import bands
from support.scheme_text import text_of

from kpicore.check.extent import Extent
from kpicore.check.extents import Extents
from kpicore.errors import SchemeError
from kpicore.formula.node import Absence, Node, Ref
from kpicore.model import Sheet

SOME, MANY, PARTS = 160, 4000, 2
MOST_VALUES, MOST_ROWS = 300, 200
MONTH, YEAR = 3, 2024


def sheet_of(draft: Draft, dice: Dice) -> Sheet | None:
    """A sheet whose gates and indicators are made-up formulas; None where they do not fit together."""
    lines: list[Table] = []
    for place in range(dice.among(1, 2)):
        rule: Table = {"kind": "straight", "of": Decimal(dice.pick(("1", "7", "0.5")))}
        if dice.chance(50):
            rows, _ = bands(draft, ("0", "1", "2", "3", "0.5"), loose=8, holes=40)
            rule = {
                "kind": "bands",
                "bands": [row | {"points": Decimal(dice.pick(("0", "1", "-2", "2.5")))} for row in rows],
            }
        line: Table = {"id": f"i{place}", "weight": 50, "measure": draft.number(dice.among(1, 3)), "kind": "number"}
        line |= {"places": dice.pick((0, 2, 4, 1)), "rule": rule}
        for name in ("when_undefined", "when_missing"):
            if dice.chance(30):
                line[name] = dice.pick(("zero", "full", "leave_out"))
        lines.append(line)
        draft.lines.append((f"i{place}", "number"))
    draft.totals = draft.results = True
    gates = [{"id": f"g{n}", "require": draft.flag(dice.among(1, 3)), "effect": {"ineligible": True}} for n in (0, 1)]
    pay = [{"id": "p", "amount": draft.number(2)}]
    table: Table = {"id": "made/up", "version": "1", "effective": datetime.date(2020, 1, 1), "periods": ["month"]}
    sections = {"facts": draft.facts, "params": draft.params, "seasons": draft.seasons}
    table |= {name: section for name, section in sections.items() if section}
    table |= {"indicator": lines, "gate": gates, "pay": pay}
    try:
        return loaded(text_of(table)).newest.sheet()
    except SchemeError:
        return None


def holds(extent: Extent, value: Any) -> bool:
    """Whether a value, or an absence, is one of an extent."""
    if isinstance(value, Absence):
        return bool(extent.absent & value)
    if isinstance(value, bool):
        return value in extent.flags
    if isinstance(value, Fraction):
        return extent.numbers.holds(value)
    if isinstance(value, str):
        return extent.texts is None or value in extent.texts
    return extent.texts is None  # a date


def told(node: Node, extent: Extent, value: object, row: Mapping[str, Any]) -> str:
    return f"{value!r} outside {extent}\n{node}\n{row}"


@pytest.mark.longer
@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_lies_outside_the_extent(part: int, request: pytest.FixtureRequest) -> None:
    count = (MANY if request.config.getoption("--real") else SOME) // PARTS
    tried = 0
    for seed in range(part * count, (part + 1) * count):
        dice = Rolled(f"extents/{seed}")
        sheet = sheet_of(Draft(dice, monthly=True, looks=0), dice)
        if sheet is None:
            continue
        tried += 1
        extents = Extents(sheet, MONTH, YEAR)
        for _ in range(12):
            row = figures(dice, sheet)
            naive = Kept(_with_params(sheet, row), sheet.cells, MONTH, YEAR)
            for name, cell in sheet.cells.items():
                value = naive.value(Ref(name, cell.type))
                assert holds(extents.cell(name), value), (seed, name, told(cell.node, extents.cell(name), value, row))
    assert tried > count * 0.8


class Small(Draft):
    """Formulas over a few figures of which each has a few values."""

    def _spec(self, kind: str) -> Table:
        if kind in ("flag", "choice"):
            return {"kind": kind, "default": False} if kind == "flag" else {"kind": kind, "choices": ["a", "b"]}
        least = self.dice.pick((0, 0, 1))
        return {"kind": "count", "least": least, "most": least + self.dice.among(1, 4)}

    def fact(self, kinds: Any) -> str:
        """A count, a flag, or a choice."""
        kind = "flag" if "flag" in kinds else "choice" if "choice" in kinds or "text" in kinds else "count"
        return super().fact((kind,))

    def date(self) -> str:
        """The one day that a parameter names."""
        return self._param_of("y", DateText("2024-01-31"))


def every_row(sheet: Sheet) -> Iterator[dict[str, Any]] | None:
    """All rows of figures that there can be; None where there are too many."""
    options: list[list[Any]] = []
    many = 1
    for spec in sheet.facts.values():
        low, high = spec.bounds.ends
        if spec.figure.type == "flag":
            found: list[Any] = [True, False]
        elif spec.figure.type == "text":
            found = [*spec.bounds.choices]
        else:
            assert low is not None and high is not None and spec.figure.whole
            found = [Decimal(value) for value in range(int(low), int(high) + 1)]
        options.append([*found, *([None] if spec.default is None else [])])
        many *= len(options[-1])
    if many > MOST_ROWS:
        return None
    return (dict(zip(sheet.facts, row, strict=True)) for row in itertools.product(*options))


def claimed(extent: Extent) -> list[Fraction] | None:
    """The numbers of which an extent says that each occurs; None where it does not, or there are too many."""
    numbers = extent.numbers
    if not numbers.full or numbers.unit is None:
        return [numbers.one] if numbers.full and numbers.one is not None else None
    found: list[Fraction] = []
    for low, high in numbers.spans:
        if low is None or high is None or (high - low) / numbers.unit > MOST_VALUES:
            return None
        first = -(-low // numbers.unit)
        found += [numbers.unit * place for place in range(int(first), int(high // numbers.unit) + 1)]
    return found


@pytest.mark.longer
@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_claimed_in_full_comes_about(part: int, request: pytest.FixtureRequest) -> None:
    count = (MANY if request.config.getoption("--real") else SOME) // PARTS
    tried = asked = 0
    for seed in range(part * count, (part + 1) * count):
        dice = Rolled(f"full/{seed}")
        sheet = sheet_of(Small(dice, monthly=True, looks=0), dice)
        rows = None if sheet is None else every_row(sheet)
        if sheet is None or rows is None:
            continue
        tried += 1
        extents = Extents(sheet, MONTH, YEAR)
        found: dict[str, set[Any]] = {name: set() for name in sheet.cells}
        for row in rows:
            naive = Kept(_with_params(sheet, row), sheet.cells, MONTH, YEAR)
            for name, cell in sheet.cells.items():
                value = naive.value(Ref(name, cell.type))
                assert holds(extents.cell(name), value), (seed, name, told(cell.node, extents.cell(name), value, row))
                found[name].add(value)
        for name, cell in sheet.cells.items():
            extent = extents.cell(name)
            numbers: list[Fraction | None] = [*(claimed(extent) or ())]
            flags = extent.flags if extent.sure else frozenset()
            texts = (extent.texts or ()) if extent.sure else ()
            asked += len(numbers)
            if extent.numbers.ends and all(end is not None for end in (extent.numbers.low, extent.numbers.high)):
                numbers += [extent.numbers.low, extent.numbers.high]
            lacking = [value for value in (*numbers, *flags, *texts) if value not in found[name]]
            assert not lacking, (seed, name, lacking, extent, cell.node)
    assert tried > count * 0.3
    assert asked > tried * 5


def _with_params(sheet: Sheet, row: Mapping[str, Any]) -> dict[str, Any]:
    """Figures, and the parameters as they are declared, as the naive reading takes them."""
    return {**{name: spec.value for name, spec in sheet.params.items()}, **row}
