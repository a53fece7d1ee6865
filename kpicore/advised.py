"""What a loaded scheme can be asked beside results: whether it is sound, and what a person can do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kpicore.past import PastFigures
from kpicore.protocols import Period
from kpicore.version import Params

if TYPE_CHECKING:
    from kpicore.check.checker import Checked
    from kpicore.loaded import LoadedScheme
    from kpicore.next_step.advice import Advice


class Advised:
    """The part of `kpicore.LoadedScheme` that proves, and advises."""

    @property
    def _own(self) -> LoadedScheme:
        return self  # type: ignore[return-value]

    def check(self) -> tuple[Checked, ...]:
        """What can be proved of each version (or of the fixed one), as `kpicore check` lists it: see docs/check.md."""
        from kpicore.check.checker import check_scheme

        return tuple(check_scheme(self._own))

    def next_step(
        self,
        facts: Mapping[str, object],
        *,
        employee: str,
        period: str | Period,
        name: str | None = None,
        team: str | None = None,
        params: Params | None = None,
        version: str | None = None,
        history: PastFigures | None = None,
        adjustments: Iterable[Mapping[str, object]] | None = None,
    ) -> Advice:
        """The least that lifts a band, the grade or the level of the result that `score` gives for the same arguments,
        and what loses the grade: for `kpicore.advice_text` and `kpicore.advice_data`. Raises what `score` raises."""
        from kpicore.next_step.advice import Advisor

        scheme = self._own if version is None else self._own.fixed(version)
        keys = employee, name, team, None
        _, row = scheme.asked_of(facts, keys, period, params, None, history, adjustments)
        return Advisor(scheme, params).advice(row)
