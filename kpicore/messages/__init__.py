"""The words of the interface in each language: a catalogue a language, looked up by key."""

from __future__ import annotations

import string
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kpicore.model import SchemeModel
from kpicore.period import parse_period
from kpicore.row import Reason
from kpicore.text import LANGUAGES, Title

_FOLDER = Path(__file__).parent


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Mapping[str, str]:
    """Every message of a language by its key, the names of tables and of messages joined with dots."""
    import tomli

    found: dict[str, str] = {}
    waiting: list[tuple[str, object]] = [("", tomli.loads((_FOLDER / f"{language}.toml").read_text("utf-8")))]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{key}.{name}" if key else name, inner) for name, inner in reversed(value.items())]
        else:
            assert isinstance(value, str), key
            placeholders(value)
            found[key] = value
    return found


def placeholders(message: str) -> frozenset[str]:
    """The names in braces; raises ValueError where there is more in braces than a plain name."""
    found = set()
    for _, name, spec, conversion in string.Formatter().parse(message):
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            raise ValueError(f"only plain names may stand in braces: {message!r}")
        found.add(name)
    return frozenset(found)


def language_of(text: str) -> str:
    """The catalogue for a language tag or locale: 'zh_CN.UTF-8' is zh, all others are en."""
    return "zh" if text.lower().startswith("zh") else "en"


class Messages:
    """The messages of one language: `Messages("en")("word.yes")`."""

    def __init__(self, language: str) -> None:
        self.language = language_of(language)
        self._texts = catalogue(self.language)

    def __call__(self, key: str, **values: object) -> str:
        """The message with its values; raises LookupError where there is no such message, or a value is lacking."""
        return self._texts[key].format_map(values)

    def text(self, key: str) -> str:
        """The message as it stands, with its placeholders."""
        return self._texts[key]

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def count(self, key: str, count: int, **values: object) -> str:
        """The message for a number of things: `key.one` for exactly one, else `key.many`."""
        return self(f"{key}.one" if count == 1 else f"{key}.many", count=count, **values)


def reason_text(reason: Reason, model: SchemeModel, language: str) -> str:
    """A reason as a sentence. What the reason does not say is left away; an unknown code is shown as it is."""
    messages = Messages(language)
    given = dict(reason.values)
    key = f"reason.{reason.code}"
    if key not in messages:
        shown = ", ".join(f"{name} {value}" for name, value in given.items())
        return messages("reason.other", code=reason.code, values=f": {shown}" if shown else "")
    values: dict[str, str] = {name: _worded(name, value, model, messages) for name, value in given.items()}
    for role in ("indicator", "gate", "pay"):
        if role in values:
            values.setdefault("where", values[role])
    texts = {}
    for name in placeholders(messages.text(key)):
        part = name.removesuffix("_clause")
        if part != name:
            texts[name] = messages(f"clause.{part}", **{part: values[part]}) if part in values else ""
        else:
            texts[name] = values.get(name) or messages(f"unsaid.{name}")
    return messages(key, **texts)


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
        case "grade" if model.grade is not None:
            titles = {band.grade: band.title for band in model.grade.bands}
        case "period":
            return parse_period(value).label(messages.language)
        case "because":
            return messages(f"because.{value}") if f"because.{value}" in messages else value
    return titles[value].text(messages.language, value) if value in titles else value
