"""Parameters set otherwise than the scheme says: for everybody, for a team, for one employee."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import tomli
from attrs import evolve, field, frozen

from kpicore.decimals import as_shown
from kpicore.errors import FigureError
from kpicore.figure import Unreadable, Value, read
from kpicore.model import SchemeModel
from kpicore.problem import Place, Problem, closest, did_you_mean
from kpicore.row import Row

LARGEST_FILE = 1_000_000
"""The most bytes of a file of parameters."""

_PARTS = ("params", "team", "employee")
_SYNTAX_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@frozen
class Settings:
    """The parameters that somebody set otherwise. Each mapping goes from a parameter's id to its value.

    `names` are the ids of the scheme's parameters, so that a figure that sets one is known as such.
    """

    everybody: Mapping[str, Value] = field(factory=dict)
    teams: Mapping[str, Mapping[str, Value]] = field(factory=dict)
    employees: Mapping[str, Mapping[str, Value]] = field(factory=dict)
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, model: SchemeModel) -> Settings:
        """Nothing set: the scheme's own values hold."""
        return cls(names=frozenset(model.params))

    def for_row(self, row: Row) -> dict[str, Value | Unreadable]:
        """What differs from the scheme for this row, and nothing else.

        A figure of the row beats the employee's setting, that the team's, that everybody's. A figure that could
        not be read stays UNREADABLE: no setting takes its place.
        """
        found: dict[str, Value | Unreadable] = dict(self.everybody)
        if row.team is not None and row.team in self.teams:
            found |= self.teams[row.team]
        if row.employee in self.employees:
            found |= self.employees[row.employee]
        facts = row.facts
        for name in self.names:
            value = facts.get(name)
            if value is not None:
                found[name] = value
        return found

    def with_values(self, values: Mapping[str, Value]) -> Settings:
        """With these for everybody in place of those of the file; a team's and an employee's own still beat them."""
        return evolve(self, everybody={**self.everybody, **values})


def read_settings(source: Path | str, model: SchemeModel) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings of a file (a Path) or of a TOML text (a str) for this scheme, and all that is wrong with them.

    A file may serve several schemes, each under its id, or this one alone with `[params]` at the top.
    """
    reader = _Reader(model, str(source) if isinstance(source, Path) else "parameters")
    data = reader.parse(source)
    settings = reader.settings(data) if data is not None else Settings.of(model)
    return settings, tuple(reader.problems)


def set_values(texts: Iterable[str], model: SchemeModel) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """The values of texts such as 'refund_excellent=0.03', and all that is wrong with them."""
    reader = _Reader(model, None)
    found: dict[str, Value] = {}
    for text in texts:
        name, sign, raw = (part.strip() for part in text.partition("="))
        if not sign:
            reader.add("bad_setting", "", f"'{text}' sets nothing.", "Write name=value, such as limit=3.")
        elif name in found:
            reader.add("bad_setting", name, "It is set twice.", "Set it once.")
        else:
            value = reader.value(name, raw, name)
            if value is not None:
                found[name] = value
    return found, tuple(reader.problems)


class _Reader:
    """Reads settings for one scheme and collects what is wrong."""

    def __init__(self, model: SchemeModel, file: str | None) -> None:
        self.model = model
        self.file = file
        self.problems: list[Problem] = []

    def add(
        self,
        code: str,
        key: str,
        message: str,
        hint: str = "",
        line: int | None = None,
        *,
        value: str = "",
        expected: str = "",
    ) -> None:
        place = Place(self.file, line)
        self.problems.append(Problem(code, message, "error", place, key, hint, value, expected))

    def parse(self, source: Path | str) -> dict[str, object] | None:
        text = self._text(source)
        if text is None:
            return None
        try:
            return tomli.loads(text, parse_float=Decimal)
        except tomli.TOMLDecodeError as error:
            sentence = str(error)
            match = _SYNTAX_PLACE.search(sentence)
            line = len(text.splitlines()) or 1
            if match is not None:
                sentence = sentence[: match.start()]
                line = int(match[1]) if match[1] else line
            self.add("bad_toml", "", f"{sentence}.", "Texts stand in quotes, and each line reads name = value.", line)
        except (ValueError, RecursionError):
            self.add("bad_toml", "", "A number is too long, or tables stand too deep in one another.")
        return None

    def _text(self, source: Path | str) -> str | None:
        if isinstance(source, str):
            return source
        try:
            with source.open("rb") as handle:
                data = handle.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            self.add("no_such_file", "", "There is no such file of parameters.")
            return None
        except OSError as error:
            self.add("unreadable_file", "", f"The file of parameters can not be opened ({error.strerror}).")
            return None
        if len(data) > LARGEST_FILE:
            self.add("too_large", "", "The file is too large for a file of parameters.", expected="at most 1 MB")
            return None
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.add("bad_encoding", "", "The text is not UTF-8.", "Save the file as UTF-8.", line)
            return None

    def settings(self, data: Mapping[str, object]) -> Settings:
        """The settings of the whole file: those at the top, then those under the scheme's id."""
        own = {name: data[name] for name in _PARTS if name in data}
        section = data.get(self.model.id)
        for name, part in data.items():
            if name not in own and name != self.model.id and not _of_a_scheme(name, part):
                self.add("unknown_key", name, "It is not known here.", did_you_mean(name, (*_PARTS, self.model.id)))
        settings = self._section(own, "")
        if section is not None:
            key = f'"{self.model.id}"'
            if isinstance(section, dict):
                settings = _joined(settings, self._section(section, key))
            else:
                self.add("bad_setting", key, "A table is expected here.", f"Write [{key}.params] above the values.")
        elif not own and not self.problems:
            near = closest(self.model.id, data)
            hint = f"The file names '{near}'. " if near is not None else ""
            hint += f'Write ["{self.model.id}".params] above the values.'
            self.add("nothing_set", "", f"The file sets nothing for {self.model.id}.", hint)
        return settings

    def _section(self, table: Mapping[str, object], key: str) -> Settings:
        for name in table:
            if name not in _PARTS:
                hint = f"Values stand under [{_dotted(key, 'params')}]." if name in self.model.params else ""
                self.add("unknown_key", _dotted(key, name), "It is not known here.", hint or did_you_mean(name, _PARTS))
        return Settings(
            self._values(table.get("params", {}), _dotted(key, "params")),
            self._layer(table.get("team", {}), _dotted(key, "team")),
            self._layer(table.get("employee", {}), _dotted(key, "employee")),
            frozenset(self.model.params),
        )

    def _layer(self, table: object, key: str) -> dict[str, dict[str, Value]]:
        if not isinstance(table, dict):
            self.add("bad_setting", key, "A table is expected here.", f'Write [{key}."...".params] above the values.')
            return {}
        found: dict[str, dict[str, Value]] = {}
        for name, part in table.items():
            inner = f'{key}."{name}"'
            if not isinstance(part, dict) or set(part) - {"params"}:
                self.add("bad_setting", inner, "Only params stands here.", f"Write [{inner}.params] above the values.")
            if isinstance(part, dict):
                found[name] = self._values(part.get("params", {}), f"{inner}.params")
        return found

    def _values(self, table: object, key: str) -> dict[str, Value]:
        if not isinstance(table, dict):
            self.add("bad_setting", key, "A table is expected here.", f"Write [{key}] above the values.")
            return {}
        read_all = {name: self.value(name, raw, f"{key}.{name}") for name, raw in table.items()}
        return {name: value for name, value in read_all.items() if value is not None}

    def value(self, name: str, raw: object, key: str) -> Value | None:
        """The value of one parameter; None, with a problem, where it can not be read."""
        spec = self.model.params.get(name)
        if spec is None:
            self.add("unknown_param", key, "The scheme has no such parameter.", did_you_mean(name, self.model.params))
            return None
        try:
            value = read(raw, spec.bounds)
        except FigureError as error:
            self.add("bad_setting", key, error.sentence, error.hint, value=as_shown(raw), expected=error.expected)
            return None
        if value is None:
            self.add("bad_setting", key, "It is blank.", "Give a value, or leave the line out.")
        return value


def _of_a_scheme(name: str, part: object) -> bool:
    """Whether a key at the top speaks of some other scheme."""
    return isinstance(part, dict) and ("/" in name or any(word in part for word in _PARTS))


def _dotted(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name


def _joined(first: Settings, second: Settings) -> Settings:
    """Both; where they differ, `second` holds."""
    teams = {name: {**first.teams.get(name, {}), **values} for name, values in second.teams.items()}
    employees = {name: {**first.employees.get(name, {}), **values} for name, values in second.employees.items()}
    return Settings(
        {**first.everybody, **second.everybody},
        {**first.teams, **teams},
        {**first.employees, **employees},
        second.names,
    )
