"""Which rows a sheet lets look at one another, so that they are to be scored, or explained, together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from kpicore.crossing import withins
from kpicore.version import Version

Reach = Literal["row", "person", "team", "period", "everybody"]
"""The rows that belong together: each by itself, those of a person, of a team in a period, of a period, all."""


def reach_of(versions: Iterable[Version]) -> Reach:
    """Which rows look at one another where any of these versions scores."""
    held = list(versions)
    among = {within for version in held for within in withins(version.sheet().cells)}
    if any(version.looks_back for version in held):
        return "everybody" if among else "person"
    return "period" if "all" in among else "team" if among else "row"
