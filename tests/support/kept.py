"""The slow reading of a sheet with each cell worked out once, and made-up rows of figures for it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from support.dice import Dice
from support.formula_text import CHOICES, CONSTANTS
from support.naive import Naive

from kpicore.formula.node import Ref
from kpicore.model import Sheet


class Kept(Naive):
    """The slow reading, each cell once."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.kept: dict[str, Any] = {}

    def of_ref(self, node: Ref) -> Any:
        if node.cell not in self.kept:
            self.kept[node.cell] = super().of_ref(node)
        return self.kept[node.cell]


def figures(dice: Dice, sheet: Sheet) -> dict[str, Any]:
    """A row of figures."""
    row: dict[str, Any] = {}
    for name, spec in sheet.facts.items():
        low, high = spec.bounds.ends
        if spec.default is not None:
            row[name] = spec.default
        if dice.chance(10):
            continue
        if spec.figure.type == "flag":
            row[name] = dice.chance(50)
        elif spec.figure.type == "text":
            row[name] = dice.pick(spec.bounds.choices or (*CHOICES, "else"))
        elif spec.figure.type == "date":
            row[name] = datetime.date(2024, dice.among(1, 12), dice.among(1, 28))
        else:
            options = [Decimal(text) for text in (*CONSTANTS, "0.5", "2.675", "-3", "60", "5", "4", "12345.67", "1")]
            options += [end for end in (low, high) if end is not None]
            fitting = [
                value
                for value in options
                if (low is None or value >= low) and (high is None or value <= high)
                and not (spec.figure.whole and value != int(value))
            ]  # fmt: skip
            row[name] = dice.pick(fitting)
    return row
