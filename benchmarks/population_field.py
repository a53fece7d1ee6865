"""Who takes part in the population benchmark, and how each is made; a package that is not there is not imported."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from population_contestant import Contestant
from population_sheets import Sheet

REFERENCE = "polars"
KPICORE = "kpicore"
OURS = (KPICORE, "read", "whole")
FIELD: Mapping[str, tuple[str, str]] = {
    KPICORE: ("population_kpicore", "Columns"),
    "read": ("population_kpicore", "Read"),
    "whole": ("population_kpicore", "Whole"),
    REFERENCE: ("population_polars", "ByHand"),
    "numpy": ("population_numpy", "ByHand"),
    "pandas": ("population_pandas", "ByHand"),
    "duckdb": ("population_duckdb", "ByHand"),
    "openfisca": ("population_openfisca", "ByHand"),
    "zen": ("population_zen", "ByHand"),
}
"""By the name on the command line the module and the class."""


def kind(name: str) -> type[Contestant]:
    """A contestant's class; raises ImportError where its package is not installed."""
    module, attribute = FIELD[name]
    found: type[Contestant] = getattr(importlib.import_module(module), attribute)
    return found


def made(name: str, sheet: Sheet, outputs: str) -> Contestant:
    """A fresh contestant for a sheet and a set of outputs."""
    return kind(name)(sheet, outputs)


def takes(of: type[Contestant], sheet: Sheet, people: int) -> bool:
    """Whether a contestant of this class does this sheet for so many people."""
    return (of.sheets is None or sheet.name in of.sheets) and (of.most is None or people <= of.most)
