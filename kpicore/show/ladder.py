"""A ladder as plain data, and as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kpicore.explain.naming import Titles
from kpicore.form import Formula
from kpicore.ladderspec import DOWN, UP, LadderSpec
from kpicore.messages import Messages
from kpicore.model import SchemeModel
from kpicore.text import LANGUAGES, Title

Data = Mapping[str, Any]
_STEP = "  "


def ladder_data(model: SchemeModel, ladder: LadderSpec) -> dict[str, Any]:
    """All that a ladder says; `levels` of moves and standards are those for which they are asked."""
    titles = {language: Titles(model, language) for language in LANGUAGES}

    def formula(asked: Formula) -> dict[str, Any]:
        words = {language: names.worded(asked.node) for language, names in titles.items()}
        return {"text": asked.text, "words": words}

    def at(levels: Sequence[str]) -> list[str]:
        return list(levels or ladder.levels)

    def named(part: Any) -> dict[str, Any]:
        return {"id": part.id, "title": dict(part.title.texts), "note": dict(part.note.texts)}

    return {
        "months": ladder.months,
        "levels": [named(level) for level in ladder.level],
        "checks": [{**named(check), "first": list(check.first), "again": list(check.again)} for check in ladder.check],
        "values": [
            {**named(value), "formula": formula(value.formula), "kind": ladder.kind_of(value)} for value in ladder.value
        ],
        "moves": [
            {
                **named(move),
                "levels": at(move.levels),
                "to": move.to,
                "when": formula(move.when),
                "assumed": move.assumed,
            }
            for move in ladder.move
        ],
        "standards": [
            {
                **named(standard),
                "levels": at(standard.levels),
                "require": formula(standard.require),
                "assumed": standard.assumed,
            }
            for standard in ladder.standard
        ],
        "assumed": ladder.assumed,
        "note": dict(ladder.note.texts),
    }


def ladder_lines(ladder: Data, facts: Sequence[Data], language: str) -> Iterator[str]:
    """A ladder as a person reads it; `facts` are those of the sheet."""
    yield from _Writer(ladder, {fact["id"]: fact for fact in facts}, Messages(language)).lines()


class _Writer:
    def __init__(self, ladder: Data, facts: Mapping[str, Data], messages: Messages) -> None:
        self.ladder = ladder
        self.facts = facts
        self.messages = messages
        self.known = {level["id"]: level for level in ladder["levels"]}

    def say(self, key: str, **values: object) -> str:
        return self.messages(f"show.ladder.{key}", **values)

    def lines(self) -> Iterator[str]:
        yield self.messages.count("show.ladder.months", self.ladder["months"])
        levels = [self.say("level", title=self._title(level), id=level["id"]) for level in self.known.values()]
        yield self.say("levels", levels=self.messages("word.list").join(levels))
        for level in self.known.values():
            for note in self._notes(level):
                yield _STEP + self.say("of_level", level=self._title(level), note=note)
        yield from self._notes(self.ladder)
        sections = (
            ("checks", self._check),
            ("values", self._value),
            ("moves", self._move),
            ("standards", self._standard),
        )
        for name, shown in sections:
            if self.ladder[name]:
                yield self.say(f"section.{name}")
                for number, part in enumerate(self.ladder[name], 1):
                    for line in (*shown(part, number), *(_STEP + note for note in self._notes(part))):
                        yield _STEP + line
                if name == "moves":
                    yield _STEP + self.say("stays", number=len(self.ladder[name]) + 1)

    def _check(self, check: Data, number: int) -> Iterator[str]:
        yield self._head(check)
        for name in ("first", "again"):
            if check[name]:
                facts = self.messages("word.list").join(self._title(self.facts[fact]) for fact in check[name])
                yield _STEP + self.say(name, facts=facts)
        yield _STEP + self.say("passed_again" if check["again"] else "passed")

    def _value(self, value: Data, number: int) -> Iterator[str]:
        yield self._head(value)
        kind = self.messages(f"kind.{value['kind']}")
        yield _STEP + self.say("value", formula=self._words(value["formula"]), kind=kind)

    def _move(self, move: Data, number: int) -> Iterator[str]:
        yield self.say("move", number=number, title=self._title(move), id=move["id"])
        to = self.say(move["to"]) if move["to"] in (UP, DOWN) else self.say("to", level=self._level(move["to"]))
        yield _STEP + (
            self.say("asked_all", to=to) if self._all(move) else self.say("asked", to=to, levels=self._at(move))
        )
        yield _STEP + self.say("when", condition=self._words(move["when"]))

    def _standard(self, standard: Data, number: int) -> Iterator[str]:
        yield self._head(standard)
        words = self._words(standard["require"])
        if self._all(standard):
            yield _STEP + self.say("standard_all", condition=words)
        else:
            yield _STEP + self.say("standard_at", condition=words, levels=self._at(standard))

    def _all(self, part: Data) -> bool:
        return set(part["levels"]) == set(self.known)

    def _at(self, part: Data) -> str:
        return self.messages("word.list").join(map(self._level, part["levels"]))

    def _level(self, level: str) -> str:
        return self._title(self.known[level])

    def _words(self, formula: Data) -> str:
        return str(formula["words"][self.messages.language])

    def _head(self, part: Data) -> str:
        return f"{self._title(part)}  {part['id']}"

    def _title(self, part: Data) -> str:
        return Title(tuple(part["title"].items())).text(self.messages.language, part["id"])

    def _notes(self, part: Data) -> Iterator[str]:
        if part.get("assumed"):
            yield self.messages("show.assumed_line")
        note = Title(tuple(part["note"].items())).text(self.messages.language)
        if note:
            yield self.messages("show.note", note=note)
