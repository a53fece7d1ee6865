"""When appraisals are held, and on which occasions, in words."""

from __future__ import annotations

from collections.abc import Collection

from kpicore.messages.words import Messages
from kpicore.model import AppraisalSpec

_SHORTEST, _LONGEST = 28, 31
"""The days that the shortest and the longest month have."""


def appraisal_text(appraisal: AppraisalSpec, periods: Collection[str], language: str) -> str:
    """The rule: 'on the 15th of the following month, moved to the next working day'.

    `periods` are the kinds of period that the scheme scores.
    """
    say = Messages(language)
    after, day = appraisal.months_after, appraisal.day
    if after == 0:
        month = say("appraisal.month.same" if set(periods) <= {"day", "month"} else "appraisal.month.last")
    elif after == 1:
        month = say("appraisal.month.next")
    else:
        month = say("appraisal.month.later", ordinal=say(f"appraisal.ordinal.{_ending(after)}", number=after))
    return say(
        "appraisal.rule",
        day=say("appraisal.day.last") if day == _LONGEST else say(f"appraisal.day.{_ending(day)}", number=day),
        month=month,
        shorter=say("appraisal.shorter") if _SHORTEST < day < _LONGEST else "",
        moved=say(f"appraisal.moved.{appraisal.moved}"),
    )


def occasion_text(occasion: str | None, declared: Collection[str], language: str) -> str:
    """An occasion in words: of those that a scheme declares the language's own, else as the figures gave it."""
    return Messages(language)(f"occasion.{occasion}") if occasion in declared else occasion or ""


def _ending(number: int) -> str:
    """How the ordinal of a number ends in English."""
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number not in (11, 12, 13) else "th"
