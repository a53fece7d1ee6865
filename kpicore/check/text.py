"""Findings in words, and as plain data."""

from __future__ import annotations

from typing import Any

from kpicore.check.finding import Finding
from kpicore.check.ground import Amount, Row, Told
from kpicore.messages.words import Messages
from kpicore.wording import amount_text


def sentence(finding: Finding, language: str) -> str:
    """What was found, as people say it."""
    say = Messages(language)
    values = {name: _told(value, say) for name, value in finding.values.items()}
    text = say(f"check.found.{finding.code}", **values)
    return say("check.in_month", text=text, month=values["month"]) if _of_a_month(finding) else text


def line(finding: Finding, language: str) -> str:
    """`file:line: severity: key: sentence`."""
    severity = Messages(language)(f"check.severity.{finding.severity}")
    parts = (str(finding.place), severity, finding.key, sentence(finding, language))
    return ": ".join(part for part in parts if part)


def data(finding: Finding, language: str) -> dict[str, Any]:
    """The finding as JSON has it; a witness is one text, or a list of two."""
    shown = list(finding.witness) if isinstance(finding.witness, tuple) else finding.witness
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": sentence(finding, language),
        "file": finding.place.file,
        "line": finding.place.line,
        "key": finding.key,
        "witness": shown,
    }


def _of_a_month(finding: Finding) -> bool:
    return "month" in finding.values


def _told(value: object, say: Messages) -> str:
    if isinstance(value, Amount):
        if value.value is None:
            return say("check.endless")
        return amount_text(value.value, value.kind, value.places, say.language)
    if isinstance(value, Row):
        return str(value.number) if value.line is None else say("check.row", number=value.number, line=value.line)
    if isinstance(value, Told):
        return say(value.message, **{name: _told(inner, say) for name, inner in value.values.items()})
    return str(value)
