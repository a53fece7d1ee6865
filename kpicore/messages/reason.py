"""Reasons as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from kpicore.adjustment import ITEMS, ITEMS_FACT
from kpicore.ladderspec import LadderSpec
from kpicore.messages.found import expected_text, place_text
from kpicore.messages.words import Messages, placeholders
from kpicore.model import GIVEN_TOTAL, SchemeModel
from kpicore.period import parse_period
from kpicore.problem import place_of
from kpicore.row import Reason
from kpicore.text import Title

_STAYS = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "not": None, None: "not"}
"""What a value must be for a condition not to hold, by the sign with which the condition asks it."""
_NEEDS = ("needed_to_rise", "needed_to_stay", "out_of_reach")
_SIGNS = {">=": "least", ">": "above", "<=": "most", "<": "below", "==": "equal", "!=": "other"}


def reason_text(reason: Reason, model: SchemeModel, language: str, own: bool = False) -> str:
    """A reason as a sentence. What the reason does not say is left away; an unknown code is shown as it is. `own`: it
    stands with the indicator, gate or element of pay that it is about, and does not name that."""
    messages = Messages(language)
    given = dict(reason.values)
    key = f"reason.{reason.code}"
    if reason.code == "missing_figure" and given.get("fact") == GIVEN_TOTAL:
        key = "reason.missing_total"
    if key not in messages:
        shown = ", ".join(f"{name} {value}" for name, value in given.items())
        return messages("reason.other", code=reason.code, values=f": {shown}" if shown else "")
    values: dict[str, str] = {name: _worded(name, value, model, messages) for name, value in given.items()}
    if given.get("fact") in model.facts and "expected" in given:
        values["expected"] = expected_text(given["expected"], messages, [model.facts[given["fact"]]])
    for role in ("indicator", "gate", "pay"):
        if role in values and not own:
            values.setdefault("where", values[role])
    if reason.code in _NEEDS and model.ladder is not None:
        values["need"] = _need(reason, values, model.ladder, messages)
    texts = {}
    for name in placeholders(messages.text(key)):
        part = name.removesuffix("_clause")
        if part != name:
            texts[name] = messages(f"clause.{part}", **{part: values[part]}) if values.get(part) else ""
        else:
            texts[name] = values.get(name) or messages(f"unsaid.{name}")
    text = messages(key, **texts)
    return text[:1].upper() + text[1:] if own and messages.text(key).startswith("{where_clause}") else text


def _worded(name: str, value: str, model: SchemeModel, messages: Messages) -> str:
    """A value of a reason as people know it: the title of what it names, or a word of the language."""
    titles: Mapping[str, Title] = {}
    match name:
        case "indicator":
            titles = {line.id: line.title for line in model.indicators}
        case "gate":
            titles = {gate.id: gate.title for gate in model.gates}
        case "pay":
            titles = {element.id: element.title for element in model.pay}
        case "fact":
            facts = {id_: spec.title for id_, spec in model.facts.items()}
            titles = {**{id_: spec.title for id_, spec in model.params.items()}, **facts}
            titles = {**titles, ITEMS: ITEMS_FACT.title}
        case "rater":
            titles = {rater.id: rater.title for rater in model.raters}
        case "grade" if model.grade is not None:
            titles = {band.grade: band.title for band in model.grade.bands}
        case "level" | "move" | "standard" if model.ladder is not None:
            titles = {part.id: part.title for part in getattr(model.ladder, name)}
        case "period":
            return parse_period(value).label(messages.language)
        case "place" | "other_place":
            return place_text(place_of(value), messages)
        case "expected":
            return expected_text(value, messages)
        case "part":
            return messages(f"adjustment.{value}") if f"adjustment.{value}" in messages else value
        case "because":
            return messages(f"because.{value}") if f"because.{value}" in messages else value
    return titles[value].text(messages.language, value) if value in titles else value


def _need(reason: Reason, worded: Mapping[str, str], ladder: LadderSpec, messages: Messages) -> str:
    """What is still needed: how a value must be for a move to apply, or, in order to stay, not to; and how it is."""
    name = reason.value("value")
    asked = next((value for value in ladder.value if value.id == name), None)
    if asked is not None:
        title, kind = asked.title.text(messages.language, asked.id), ladder.kind_of(asked)
    elif name == "months_in_level":
        title, kind = messages("need.months_in_level"), "count"
    else:
        return worded.get("move") or messages("unsaid.need")
    given, now, bound = reason.value("sign"), reason.value("so_far"), reason.value("bound")
    sign = _STAYS.get(given, given) if reason.code == "needed_to_stay" else given
    if kind == "flag" and sign in (None, "not"):
        text = title if sign is None else messages("formula.not", part=title)
        if now is None:
            return text
        if reason.code == "out_of_reach":
            return messages("need.no", need=text)
        open_ = (now == "true") == (sign == "not")
        return messages("need.not_yet" if open_ else "need.yet", need=text)
    if given in _SIGNS and bound is not None:
        title = messages(f"need.{_SIGNS[str(sign)]}", value=title, bound=_shown(bound, kind, messages.language))
    return title if now is None else messages("need.so_far", need=title, now=_shown(now, kind, messages.language))


def _shown(text: str, kind: str, language: str) -> str:
    """A value as a reason has it, as people write it."""
    from kpicore.wording import amount_text

    if text in ("true", "false"):
        return amount_text(text == "true", kind, None, language)
    try:
        return amount_text(Fraction(text), kind, None, language)
    except (ValueError, ZeroDivisionError):
        return text
