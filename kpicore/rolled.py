"""A longer period's sheet as a scheme of its own beside the one that it is made of."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from attrs import define

from kpicore.model import SchemeModel, Sheet
from kpicore.protocols import Scheme
from kpicore.sheet import build_sheet
from kpicore.text import Title


@define(frozen=True, slots=False, eq=False)
class RolledScheme:
    """What a scheme says of a longer period. Its id, version and content are those of the whole scheme."""

    whole: Scheme
    model: SchemeModel

    @property
    def id(self) -> str:
        """The scheme's id."""
        return self.whole.id

    @property
    def version(self) -> str:
        """The version's name."""
        return self.whole.version

    @property
    def effective(self) -> datetime.date:
        """The day from which it is in force."""
        return self.whole.effective

    @property
    def title(self) -> Title:
        """The sheet's name."""
        return self.whole.title

    @property
    def periods(self) -> tuple[str, ...]:
        """The one kind of period that it scores."""
        return self.model.periods

    def sheet(self) -> Sheet:
        """The cells of the longer period; raises SchemeError where they do not fit together."""
        return self._sheet

    @cached_property
    def _sheet(self) -> Sheet:
        return build_sheet(self.model)

    def content(self) -> Mapping[str, Any]:
        """All that the whole scheme says."""
        return self.whole.content()
