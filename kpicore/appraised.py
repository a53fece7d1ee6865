"""When a loaded scheme's appraisals are held, and on which occasions."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kpicore.protocols import Period

if TYPE_CHECKING:
    from kpicore.calendar import Calendar
    from kpicore.loaded import LoadedScheme


class Appraised:
    """The part of `kpicore.LoadedScheme` that says when, and on which occasions, people are appraised."""

    @property
    def _itself(self) -> LoadedScheme:
        return self  # type: ignore[return-value]

    @property
    def occasions(self) -> tuple[str, ...]:
        """The occasions that the newest version (or the fixed one) declares, for all versions; none where it does not
        mind."""
        return self._itself.newest.model.occasions

    def appraisal_day(
        self, period: str | Period, calendar: Calendar | str | Path | None = None, *, version: str | None = None
    ) -> datetime.date | None:
        """The day on which the appraisal for a period is held, moved past days off by the Chinese calendar; None where
        the version that scores the period says nothing of it.

        `calendar` is a file of days off (or what `kpicore.load_calendar` read of one) for years that are not known
        yet, and where a company differs. Raises UnknownYearError where the day hangs on a year whose days nobody
        knows; PeriodError and UnknownSchemeError as `score` does; UsageError for a file that is wrong.
        """
        from kpicore.calendar import calendar_of, held_on

        found, moment = self._itself.moment(period, version)
        appraisal = found.model.appraisal
        return None if appraisal is None else held_on(appraisal, moment, calendar_of(calendar))
