"""Titles in several languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

LANGUAGES = ("zh", "en")


@frozen
class Title:
    """One text in several languages. Language '' holds a text that is the same in all."""

    texts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, value: str | Mapping[str, str] | Title | None) -> Title:
        """From a text, a table of languages, or nothing."""
        if isinstance(value, Title):
            return value
        if value is None:
            return cls()
        if isinstance(value, str):
            return cls((("", value),))
        return cls(tuple(value.items()))

    def text(self, language: str, otherwise: str = "") -> str:
        """The text in this language; else the one for all languages; else English; else any; else `otherwise`."""
        known = dict(self.texts)
        for wanted in (language, "", "en"):
            if wanted in known:
                return known[wanted]
        return next(iter(known.values()), otherwise)

    @property
    def all(self) -> tuple[str, ...]:
        """Every text, whatever its language."""
        return tuple(text for _, text in self.texts)

    def __bool__(self) -> bool:
        return bool(self.texts)


Titled = tuple[tuple[str, Title], ...]
"""Names with their titles; what is not among them is its own title."""


def title_of(name: str, titles: Iterable[tuple[str, Title]], language: str) -> str:
    """What a name is called in this language."""
    return next((title.text(language, name) for known, title in titles if known == name), name)
