"""The day on which an appraisal is held, as pages show it."""

from __future__ import annotations

from kpicore.calendar import Calendar, held_on
from kpicore.errors import UnknownYearError
from kpicore.messages import Messages, appraisal_text
from kpicore.model import SchemeModel
from kpicore.protocols import Period
from kpicore.report.context import Held
from kpicore.report.phrase import NONE
from kpicore.stretch import Day


def held_of(model: SchemeModel, period: Period, calendar: Calendar | None, language: str) -> Held | None:
    """When the appraisal for a period is held; None where the scheme does not say."""
    appraisal = model.appraisal
    if appraisal is None:
        return None
    day, unknown = NONE, ""
    try:
        day = Day(held_on(appraisal, period, calendar)).label(language)
    except UnknownYearError as error:
        unknown = Messages(language)("page.unknown_year", year=error.year)
    return Held(
        period=period.label(language),
        day=day,
        unknown=unknown,
        rule=appraisal_text(appraisal, model.periods, language),
        note=appraisal.note.text(language),
        assumed=appraisal.assumed,
    )
