"""A version of a scheme as it is sent to where nobody can read its file or ask its plugin."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from kpicore.identity import Identity
from kpicore.model import Sheet
from kpicore.text import Title
from kpicore.vocabulary import Vocabulary

NO_IDENTITY = Identity(Vocabulary(), {})
"""That of a version whose identity was told already."""


@frozen(eq=False)
class SettledScheme:
    """A scheme of which everything was asked: its cells are at hand. It is what pickling a version makes of it.

    The classes of rules and functions of a plugin are named in the cells' model, so a scheme that uses some needs the
    plugin installed where it arrives; one of plain tables needs kpicore alone.
    """

    id: str
    version: str
    effective: datetime.date
    title: Title
    periods: tuple[str, ...]
    cells: Sheet

    def sheet(self) -> Sheet:
        """The scheme's cells."""
        return self.cells

    def content(self) -> Mapping[str, Any]:
        """Nothing: its identity was told before it was sent."""
        return {}
