"""The catalogues of messages, one a language, looked up by key."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kpicore.text import LANGUAGES

_FOLDER = Path(__file__).parent
_MARK = "\u3000-\u303f\uff00-\uffef\u2018-\u201d"
_IDLE = re.compile(f"[{_MARK}] | [{_MARK}]|[\u2e80-\u9fff] (?=[\u2e80-\u9fff])")
"""A space that Chinese text does not have: beside a full-width mark, and between two characters."""


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
        """The message with its values; raises LookupError where there is no such message, or a value is lacking.

        A Chinese message has spaces around values, for figures and latin letters; where a value is Chinese on that
        side, too, there is none.
        """
        text = self._texts[key]
        if self.language == "zh" and (" {" in text or "} " in text):
            return _closed(text, values)
        return text.format_map(values)

    def text(self, key: str) -> str:
        """The message as it stands, with its placeholders."""
        return self._texts[key]

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def count(self, key: str, count: int, **values: object) -> str:
        """The message for a number of things: `key.one` for exactly one, else `key.many`."""
        return self(f"{key}.one" if count == 1 else f"{key}.many", count=count, **values)


def _closed(message: str, values: Mapping[str, object]) -> str:
    """The message with its values, without the idle spaces where one meets the other."""
    found = ""
    for literal, name, _, _ in string.Formatter().parse(message):
        for part in (literal, "" if name is None else str(values[name])):
            joint = max(len(found) - 2, 0)
            near = found[joint:] + part[:2]
            found = found[:joint] + _IDLE.sub(lambda space: space[0].strip(), near) + part[2:]
    return found
