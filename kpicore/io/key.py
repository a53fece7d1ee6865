"""Reads the key cells of a row: employee, team, period, and the texts that go with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpicore.decimals import quoted
from kpicore.errors import FigureError, PeriodError
from kpicore.io.cell import Covered, Fault
from kpicore.period import period_of
from kpicore.problem import Problem
from kpicore.protocols import Period

LONGEST_KEY = 200
"""The most characters of an employee, a name, a team or an occasion."""

_MOST_TEXTS = 10_000
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_MOST_EXACT = 10**15
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def key_text(raw: object, longest: int = LONGEST_KEY) -> str:
    """The text of a key cell as written, without the spaces around it; '' where blank; else FigureError.

    Whole numbers of typed cells become their digits; noughts that a spreadsheet took away before them are lost.
    """
    if isinstance(raw, Covered):
        raw = raw.value
    if isinstance(raw, str):
        text = raw.strip()
        if text in _ERRORS:
            raise FigureError(f"{quoted(text)} is an error of a spreadsheet.", "a text", "Correct its formula.")
    elif raw is None:
        return ""
    elif isinstance(raw, Fault):
        raise raw.error()
    elif isinstance(raw, int) and not isinstance(raw, bool):
        text = str(raw)
    elif isinstance(raw, float) and raw.is_integer():
        if abs(raw) >= _MOST_EXACT:
            hint = "A spreadsheet keeps 15 digits of a number and loses the others: write it as text."
            raise FigureError("The number has more than 15 digits.", "a text", hint)
        text = str(int(raw))
    else:
        what = "A yes or no" if isinstance(raw, bool) else f"A {type(raw).__name__}"
        raise FigureError(f"{what} ({raw}) stands where a text is meant.", "a text")
    if len(text) > longest:
        raise FigureError("The text is too long.", f"at most {longest} characters")
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
        if isinstance(raw, Covered):
            raw = raw.value
        if isinstance(raw, Fault):
            problem = Problem("bad_period", raw.sentence, hint=raw.hint, value=raw.shown, expected=raw.expected)
            raise PeriodError(raw.sentence, [problem])
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
