"""The short ways of a scheme to total and grade, made when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kpicore.engines.exact import Short

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any

MOST_PERIODS = 10_000
"""So many periods are kept at once."""


class Shorts(dict[str, Short]):
    """The short ways by the text of the period."""

    def __init__(self, scheme: LoadedScheme) -> None:
        super().__init__()
        self._scheme = scheme

    def __missing__(self, period: str) -> Short:
        version, moment = self._scheme.moment(period, None)
        if len(self) >= MOST_PERIODS:
            self.clear()
        made = self[period] = version.plain.short(moment)
        return made
