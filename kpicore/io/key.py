"""Reads the key cells of a row: employee, team, period, and the texts that go with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpicore.errors import FigureError
from kpicore.period import period_of
from kpicore.protocols import Period

LONGEST_KEY = 200
"""The most characters of an employee, a name, a team or an occasion."""

_MOST_TEXTS = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def key_text(raw: object) -> str:
    """The text of a key cell as written, without the spaces around it; '' where blank; else FigureError.

    Whole numbers of typed cells become their digits.
    """
    if isinstance(raw, str):
        text = raw.strip()
    elif raw is None:
        return ""
    elif isinstance(raw, int) and not isinstance(raw, bool):
        text = str(raw)
    elif isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        text = str(int(raw))
    else:
        raise FigureError(f"A {type(raw).__name__} stands where a text is meant.", "a text")
    if len(text) > LONGEST_KEY:
        raise FigureError("The text is too long.", f"at most {LONGEST_KEY} characters")
    if _CONTROL.search(text):
        raise FigureError("The text holds a line break or another control character.", "one line of text")
    return text


class Periods:
    """Reads period cells, each text once."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._kinds = tuple(kinds)
        self._texts: dict[str, str] = {}
        self._known: dict[str, Period] = {}

    def text(self, raw: object) -> str:
        """The canonical text of a period cell; raises PeriodError, with its problem."""
        if isinstance(raw, str) and raw in self._texts:
            return self._texts[raw]
        text = self.add(period_of(raw, self._kinds))
        if isinstance(raw, str) and len(self._texts) < _MOST_TEXTS:
            self._texts[raw] = text
        return text

    def add(self, period: Period) -> str:
        """Makes a period known; its canonical text."""
        text = str(period)
        self._known.setdefault(text, period)
        return text

    def __getitem__(self, text: str) -> Period:
        return self._known[text]
