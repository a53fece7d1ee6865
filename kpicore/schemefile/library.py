"""Indicators that a scheme takes from another by `from`, and the facts, parameters and seasons that come with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field, frozen

from kpicore.decimals import quoted
from kpicore.errors import FormulaError, KpicoreError, SchemeError
from kpicore.formula.syntax import parse
from kpicore.model import Taken
from kpicore.problem import Problem, did_you_mean
from kpicore.schemefile.expression import named
from kpicore.schemefile.finding import Findings
from kpicore.schemefile.inherit import resolve
from kpicore.schemefile.origin import PROVIDERS, TABLES, Base, Origin, Resolved, alone, merged
from kpicore.vocabulary import Vocabulary

MOST_STEPS = 20
"""An indicator is taken over so many steps at most."""
FROM, TAKE = "from", "take"
_OWN = ("id", "group", FROM, TAKE)
"""Keys of a row that another can not take over."""
_FORMULAS = ("weight", "measure", "rule", "only_if", "counts_when", "levels", "beside")
_WORDS = ("kind", "title", "note", "within", "level")
"""Keys in a rule whose texts are no formulas."""
_LIST = "List what there is: kpicore schemes"
_WHAT = {"facts": "fact", "params": "parameter", "seasons": "season", PROVIDERS: "provider"}


def with_taken(resolved: Resolved, base: Base | None, vocabulary: Vocabulary, findings: Findings) -> Resolved:
    """The tables with the indicators that rows take from other schemes, and with what those name.

    Where one can not be had the reason is found, and its row stays as it stands.
    """
    rows = resolved.table.get("indicator")
    if not isinstance(rows, list) or not any(isinstance(row, dict) and FROM in row for row in rows):
        return resolved
    return _Taking(resolved, _Libraries(base, vocabulary), findings).whole(rows)


class _TakeError(Exception):
    """A row can not be taken over; `key` is the one of the row that is to blame."""

    def __init__(self, code: str, key: str, message: str, hint: str = "") -> None:
        self.code, self.key, self.message, self.hint = code, key, message, hint
        super().__init__(message)


@frozen
class _Row:
    """An indicator with all that it takes over. `schemes` are those that it was taken from, the nearest first."""

    table: Mapping[str, Any]
    origin: Origin
    schemes: tuple[Resolved, ...] = ()
    steps: tuple[Taken, ...] = ()


@frozen
class _Declaration:
    """A fact, parameter, season or title of a provider of another scheme. `said` names that scheme, with the file and
    line."""

    section: str
    table: Any
    origin: Origin
    scheme: str
    said: str


@define
class _Libraries:
    """Schemes that others take indicators from, each after its own `extends`."""

    base: Base | None
    vocabulary: Vocabulary
    known: dict[str, Resolved] = field(factory=dict)

    def open(self, reference: object) -> Resolved:
        """The tables of a scheme; raises _TakeError where there is none, SchemeError where it is wrong itself."""
        if not isinstance(reference, str) or not reference.strip():
            hint = 'Write the id of a scheme: from = "other/id".'
            raise _TakeError("bad_from", FROM, "'from' names no scheme.", hint)
        if reference not in self.known:
            raw, message, hint = None, f"There is no scheme {quoted(reference)} to take from.", _LIST
            try:
                raw = self.base(reference) if self.base is not None else None
            except SchemeError:
                raise
            except KpicoreError as error:
                message, hint = str(error), ""
            if raw is None:
                raise _TakeError("bad_from", FROM, message, hint)
            inner = Findings()
            found = resolve(raw, self.base, inner)
            if found is None or inner.found:
                placing = found or alone(raw)
                raise SchemeError(inner.problems(placing.origin.place, placing.key, more=False))
            self.known[reference] = found
        return self.known[reference]

    def taken(self, row: _Row, by: Resolved, way: Sequence[tuple[str | None, str]]) -> _Row:
        """A row of the scheme `by` with what it takes over; `way` are the rows that led here, by file and id."""
        theirs, library = self._theirs(row, way)
        name = _name_there(row.table)
        if "rule" not in row.table and _awards(library) != _awards(by):
            message = f"The rules of {_id(library)} award {_awards(library)}, those here {_awards(by)}."
            hint = f"Write rules_award = {_awards(library)}, or give the indicator a rule of its own."
            raise _TakeError("does_not_fit", FROM, message, hint)
        kept = {key: value for key, value in theirs.table.items() if key not in _OWN}
        if by.table.get("total") == "mean" and kept.get("weight") != 0:
            kept.pop("weight", None)  # a mean has no weights
        where = Origin(theirs.origin.raw, theirs.origin.path, dict(theirs.origin.inside))
        if self._measures_itself(name, {**kept, **row.table}, (library, *theirs.schemes)):
            kept["measure"] = name
            where.inside["measure"] = theirs.origin.at("id")
        here = Origin(row.origin.raw, row.origin.path, dict(row.origin.inside))
        table, origin = merged(kept, where, row.table, here, 1)
        step = Taken(_text(library, "id"), _text(library, "version"), name)
        return _Row(table, origin, (library, *theirs.schemes), (step, *theirs.steps))

    def _theirs(self, row: _Row, way: Sequence[tuple[str | None, str]]) -> tuple[_Row, Resolved]:
        """The row that is taken, with all that it takes over itself, and the scheme in which it stands."""
        library, name = self.open(row.table[FROM]), _name_there(row.table)
        rows = library.table.get("indicator")
        ids = [each.get("id") if isinstance(each, dict) else None for each in rows] if isinstance(rows, list) else []
        key = TAKE if TAKE in row.table else FROM
        if name not in ids:
            known = [id_ for id_ in ids if isinstance(id_, str)]
            hint = did_you_mean(name, known)
            if key == FROM and hint.startswith("Did you mean"):
                hint += " Write its id there in 'take'."
            raise _TakeError("unknown_name", key, f"{_id(library)} has no indicator {quoted(name)}.", hint)
        place = ids.index(name)
        assert isinstance(rows, list)
        theirs = _Row(rows[place], library.origin.at("indicator").at(place))
        step = (library.origin.raw.file, name)
        if step in way:
            told = " -> ".join(f"{name} ({file})" for file, name in (*way, step))
            raise _TakeError("circular", FROM, f"The indicator is taken from itself: {told}.", "Write one of them out.")
        if len(way) > MOST_STEPS:
            message = f"The indicator is taken over more than {MOST_STEPS} steps."
            raise _TakeError("bad_from", FROM, message, "Take it from one of the first.")
        if FROM not in theirs.table:
            return theirs, library
        try:
            return self.taken(theirs, library, (*way, step)), library
        except _TakeError as error:
            path = ("indicator", place, error.key)
            where = library.origin.place(path)
            problem = Problem(error.code, error.message, place=where, key=library.key(path), hint=error.hint)
            raise SchemeError([problem]) from None

    def _measures_itself(self, name: str, table: Mapping[str, Any], schemes: Sequence[Resolved]) -> bool:
        """Whether the fact of the indicator's name is its measure."""
        rule = table.get("rule")
        kind = self.vocabulary.rules.get(str(rule.get("kind"))) if isinstance(rule, dict) else None
        measures = kind is None or getattr(kind, "measures", True)
        return "measure" not in table and measures and any(_has(each, "facts", name) for each in schemes)


@define
class _Taking:
    """Takes over what the rows of one scheme ask for."""

    scheme: Resolved
    libraries: _Libraries
    findings: Findings
    taken: dict[int, tuple[Taken, ...]] = field(factory=dict)
    lost: set[int] = field(factory=set)
    brought: dict[str, _Declaration] = field(factory=dict)
    providers: dict[str, _Declaration] = field(factory=dict)

    def whole(self, rows: Sequence[Any]) -> Resolved:
        """The scheme with its rows as they are taken over, and all that they bring."""
        origin = _copied(self.scheme.origin)
        lines = origin.inside["indicator"] = _copied(self.scheme.origin.at("indicator"))
        found = list(rows)
        for place, row in enumerate(rows):
            if not isinstance(row, dict) or FROM not in row:
                continue
            whole = self._row(place, _Row(row, lines.at(place)))
            if whole is None:
                self.lost.add(place)
            else:
                found[place], lines.inside[place], self.taken[place] = whole.table, whole.origin, whole.steps
        table = {**self.scheme.table, "indicator": found}
        for name, each in (*self.brought.items(), *self.providers.items()):
            own = table.get(each.section, {})
            if isinstance(own, dict):
                section = origin.inside[each.section] = _copied(origin.at(each.section))
                table[each.section] = {**own, name: each.table}
                section.inside[name] = each.origin
        return evolve(self.scheme, table=table, origin=origin, taken=self.taken, lost=frozenset(self.lost))

    def _row(self, place: int, row: _Row) -> _Row | None:
        """A row with what it takes over; None where that can not be had."""
        if not isinstance(row.table[FROM], str) or not isinstance(_name_there(row.table), str):
            return None  # the reader tells it
        start = (self.scheme.origin.raw.file, str(row.table.get("id")))
        before = len(self.findings.found)
        try:
            whole = self.libraries.taken(row, self.scheme, (start,))
            brought = list(self._named(whole))
        except _TakeError as error:
            self.findings.error(error.code, ("indicator", place, error.key), error.message, error.hint)
            return None
        except SchemeError as error:
            self.findings.add(error.problems)
            return None
        for name, declaration in brought:
            self._bring(name, declaration, ("indicator", place, FROM))
        return whole if len(self.findings.found) == before else None

    def _bring(self, name: str, new: _Declaration, path: tuple[str | int, ...]) -> None:
        held = (self.providers if new.section == PROVIDERS else self.brought).setdefault(name, new)
        if (held.section, held.table) == (new.section, new.table):
            return
        if held.section != new.section:
            told = f"One is a {_WHAT[held.section]}, the other a {_WHAT[new.section]}."
        elif isinstance(held.table, dict) and isinstance(new.table, dict):
            keys = sorted({key for key in (*held.table, *new.table) if held.table.get(key) != new.table.get(key)})
            told = f"They differ in {', '.join(map(quoted, keys))}."
        elif new.section == PROVIDERS:
            told = "Their titles differ."
        else:
            return  # one of them is no table, and the reader tells it
        message = f"{quoted(name)} is declared by {held.said} and otherwise by {new.said}."
        hint = f"{told} Declare it in [{held.section}] here, as it is to hold."
        self.findings.error("conflicting", path, message, hint)

    def _named(self, row: _Row) -> Iterator[tuple[str, _Declaration]]:
        """What a row names and the scheme does not declare as something else, as the other schemes declare it."""
        own = {name: section for section in TABLES for name in _names(self.scheme, section)}
        for name, role in self._asked(row.table):
            if role == "indicator":
                self._check_indicator(name, row)
                continue
            declared = _declaration(name, row.schemes)
            if declared is None or own.get(name, declared.section) != declared.section:
                continue
            if declared.section == "seasons" and not _monthly(self.scheme):
                message = (
                    f"{quoted(name)} is a season of {declared.scheme}; only a scheme of days or months has seasons."
                )
                hint = "Give the row formulas of its own that do not ask for it."
                raise _TakeError("does_not_fit", FROM, message, hint)
            if name in own:
                section = self.scheme.table[declared.section]
                here = _copied(self.scheme.origin.at(declared.section).at(name))
                table, origin = merged(declared.table, declared.origin, section[name], here, 1)
                declared = evolve(declared, table=table, origin=origin)
            yield name, declared
            yield from self._provider(declared.table, row)

    def _provider(self, fact: Any, row: _Row) -> Iterator[tuple[str, _Declaration]]:
        """The title of a fact's provider, what this scheme says of it before all else."""
        name = fact.get("provider") if isinstance(fact, dict) else None
        declared = _declaration(name, row.schemes, (PROVIDERS,)) if isinstance(name, str) else None
        if not isinstance(name, str) or declared is None:
            return
        if _has(self.scheme, PROVIDERS, name):
            here = _copied(self.scheme.origin.at(PROVIDERS).at(name))
            table, origin = merged(declared.table, declared.origin, self.scheme.table[PROVIDERS][name], here, 1)
            declared = evolve(declared, table=table, origin=origin)
        yield name, declared

    def _check_indicator(self, name: str, row: _Row) -> None:
        """A row may ask how well another indicator was attained, and so needs that one."""
        rows = self.scheme.table["indicator"]
        there = row.schemes[0]
        if name not in _ids(rows) and name in _ids(there.table.get("indicator")):
            message = f"The indicator asks for {quoted(name)} of {_id(there)}, and there is none here."
            raise _TakeError("unknown_name", FROM, message, f'Take that one too: [[indicator]] id = "{name}".')

    def _asked(self, table: Mapping[str, Any]) -> dict[tuple[str, str], None]:
        """The names in a row's formulas, each with what it stands for: 'value' or 'indicator'."""
        functions = self.libraries.vocabulary.functions
        found: dict[tuple[str, str], None] = {}
        for text in _texts(table):
            try:
                syntax = parse(text)
            except FormulaError:
                continue  # the reader tells it
            parts = [(part.name, role) for part, role in named(syntax, functions) if role in ("value", "indicator")]
            found |= dict.fromkeys(parts)
        return found


def _texts(table: Mapping[str, Any]) -> Iterator[str]:
    """The texts of a row that may be formulas, wherever they stand in it."""
    waiting: list[Any] = [table[key] for key in _FORMULAS if key in table]
    while waiting:
        value = waiting.pop(0)
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [inner for key, inner in value.items() if key not in _WORDS]
        elif isinstance(value, list):
            waiting += value


def _declaration(name: str, schemes: Sequence[Resolved], sections: Sequence[str] = TABLES) -> _Declaration | None:
    """What a name stands for in the nearest of these schemes that declares it, its keys before those of the others."""
    found: _Declaration | None = None
    for scheme in reversed(schemes):
        section = next((section for section in sections if _has(scheme, section, name)), None)
        if section is None:
            continue
        mine, here = scheme.table[section][name], _copied(scheme.origin.at(section).at(name))
        said = f"{_id(scheme)} ({here.place(())})"
        if found is not None and found.section == section:
            mine, here = merged(found.table, found.origin, mine, here, 1)
        found = _Declaration(section, mine, here, _id(scheme), said)
    return found


def _copied(origin: Origin) -> Origin:
    return Origin(origin.raw, origin.path, dict(origin.inside))


def _names(scheme: Resolved, section: str) -> Mapping[str, Any]:
    table = scheme.table.get(section)
    return table if isinstance(table, dict) else {}


def _has(scheme: Resolved, section: str, name: str) -> bool:
    return name in _names(scheme, section)


def _ids(rows: object) -> set[str]:
    found = rows if isinstance(rows, list) else []
    return {row["id"] for row in found if isinstance(row, dict) and isinstance(row.get("id"), str)}


def _name_there(row: Mapping[str, Any]) -> Any:
    """The id of the indicator that a row takes."""
    return row.get(TAKE, row.get("id"))


def _text(scheme: Resolved, key: str) -> str:
    value = scheme.table.get(key)
    return value if isinstance(value, str) else ""


def _id(scheme: Resolved) -> str:
    """The scheme as messages name it."""
    return quoted(_text(scheme, "id") or scheme.origin.raw.file)


def _awards(scheme: Resolved) -> str:
    return quoted(_text(scheme, "rules_award") or "marks")


def _monthly(scheme: Resolved) -> bool:
    periods = scheme.table.get("periods")
    return isinstance(periods, list) and all(period in ("day", "month") for period in periods)
