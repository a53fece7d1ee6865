"""`extends` and `without`: the tables of a scheme after all that it takes over, and the origin of each key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kpicore.decimals import quoted
from kpicore.errors import KpicoreError, SchemeError
from kpicore.ladderspec import PARTS
from kpicore.problem import Problem, closest, did_you_mean
from kpicore.schemefile.finding import Findings
from kpicore.schemefile.origin import PROVIDERS, TABLES, Base, Origin, Resolved, alone, merged
from kpicore.schemefile.raw import RawScheme

MOST_BASES = 20
ROWS = ("rater", "group", "indicator", "gate", "pay", "rollup")
WHOLE = ("grade", "appraisal", "adjustments")
"""Tables of which there is one, and which `without` takes away whole, by their name."""
OWN = ("id", "version", "effective", "extends", "without")
_PREFIXES = {
    "fact": "facts",
    "param": "params",
    "season": "seasons",
    "provider": PROVIDERS,
    "gate": "gate",
    "pay": "pay",
    "group": "group",
    "rater": "rater",
    "rollup": "rollup",
    "indicator": "indicator",
    **{part: f"ladder.{part}" for part in PARTS},
}


def resolve(raw: RawScheme, base: Base | None, findings: Findings) -> Resolved | None:
    """The tables after `extends` and `without`; None where a base can not be had (the reason is then found).

    Raises SchemeError where a base itself is wrong.
    """
    chain = [raw]
    while "extends" in chain[-1].table:
        following = _base_of(chain, base, findings)
        if following is None:
            return None
        chain.append(following)
    if "without" in raw.table and len(chain) == 1:
        findings.error("bad_without", ("without",), "'without' takes away from a base, and there is none.",
                       "Give 'extends', or leave 'without' away.")  # fmt: skip
    resolved = alone(chain.pop())
    while chain:
        child = chain.pop()
        inner = findings if child is raw else Findings()
        resolved = _extended(resolved, child, inner)
        if inner is not findings and inner.found:
            raise SchemeError(inner.problems(alone(child).origin.place, alone(child).key, more=False))
    return resolved


def _base_of(chain: Sequence[RawScheme], base: Base | None, findings: Findings) -> RawScheme | None:
    """The next of the chain, or None with the reason found."""
    raw = chain[-1]
    reference = raw.table["extends"]
    message, hint = "", ""
    found: RawScheme | None = None
    if not isinstance(reference, str) or not reference:
        message, hint = "'extends' names no scheme.", 'Write the id of a scheme: extends = "other/id".'
    else:
        try:
            found = base(reference) if base is not None else None
        except SchemeError:
            raise
        except KpicoreError as error:
            message = str(error)
        if found is None and not message:
            message, hint = f"There is no scheme {quoted(reference)} to extend.", "List what there is: kpicore schemes"
    if found is not None and any(found.file == one.file for one in chain):
        message = f"The scheme extends itself: {' -> '.join(_name(one) for one in (*chain, found))}."
        found = None
    elif found is not None and len(chain) > MOST_BASES:
        message, hint = f"More than {MOST_BASES} schemes extend each other.", "Extend one of the first."
        found = None
    if message:
        if raw is not chain[0]:
            raise SchemeError(
                [Problem("bad_extends", message, place=raw.place(("extends",)), key="extends", hint=hint)]
            )
        findings.error("bad_extends", ("extends",), message, hint)
    return found


def _name(raw: RawScheme) -> str:
    name = raw.table.get("id")
    return name if isinstance(name, str) else raw.file


def _extended(base: Resolved, child: RawScheme, findings: Findings) -> Resolved:
    gone = _removed(base.table, child.table.get("without"), findings)
    table: dict[str, Any] = {}
    origin = Origin(child, ())
    for key, value in base.table.items():
        if key in OWN or ("", key) in gone:
            continue
        ids = {name for section, name in gone if section == key}
        theirs, where = _without(value, base.origin.at(key), ids)
        if key == "ladder" and isinstance(value, dict):
            theirs, where = _ladder_without(value, base.origin.at(key), gone)
        mine = child.table.get(key)
        if key not in child.table and ids and not theirs:
            continue
        if key not in child.table:
            table[key], origin.inside[key] = theirs, where
        elif key in ROWS and isinstance(mine, list) and isinstance(theirs, list):
            table[key], origin.inside[key] = _rows(theirs, where, mine, Origin(child, (key,)))
        elif key in (*TABLES, PROVIDERS, *WHOLE):
            depth = 1 if key in WHOLE else 2
            table[key], origin.inside[key] = merged(theirs, where, mine, Origin(child, (key,)), depth)
        elif key == "ladder" and isinstance(mine, dict) and isinstance(theirs, dict):
            table[key], origin.inside[key] = _ladder(theirs, where, mine, Origin(child, (key,)))
        else:
            table[key] = mine
    table |= {
        key: value for key, value in child.table.items() if key not in table and key not in ("extends", "without")
    }
    return Resolved(table, origin)


def _rows(theirs: list[Any], where: Origin, mine: list[Any], here: Origin) -> tuple[list[Any], Origin]:
    """Rows by id, key by key inside; new ids at the end. A second row of the same id stays, to be complained of."""
    rows: list[Any] = []
    origin = Origin(here.raw, here.path)
    own: dict[str, int] = {}
    for place, row in enumerate(mine):
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            own.setdefault(row["id"], place)
    taken: set[int] = set()
    for place, row in enumerate(theirs):
        match = own.get(row["id"]) if isinstance(row, dict) and isinstance(row.get("id"), str) else None
        inside = where.at(place)
        if match is not None and match not in taken:
            taken.add(match)
            row, inside = merged(row, inside, mine[match], here.at(match), 1)
        origin.inside[len(rows)] = inside
        rows.append(row)
    for place, row in enumerate(mine):
        if place not in taken:
            origin.inside[len(rows)] = here.at(place)
            rows.append(row)
    return rows, origin


def _ladder(
    theirs: Mapping[str, Any], where: Origin, mine: Mapping[str, Any], here: Origin
) -> tuple[dict[str, Any], Origin]:
    """A ladder: its lists row by row, all else key by key, mine before theirs."""
    table: dict[str, Any] = {}
    for key, value in theirs.items():
        own = mine.get(key)
        if key in PARTS and isinstance(own, list) and isinstance(value, list):
            table[key], here.inside[key] = _rows(value, where.at(key), own, Origin(here.raw, (*here.path, key)))
        elif key in mine:
            table[key] = own
        else:
            table[key], here.inside[key] = value, where.at(key)
    return table | {key: value for key, value in mine.items() if key not in table}, here


def _ladder_without(
    ladder: Mapping[str, Any], origin: Origin, gone: Collection[tuple[str, str]]
) -> tuple[dict[str, Any], Origin]:
    """A ladder with these rows of its lists left away."""
    table: dict[str, Any] = {}
    where = Origin(origin.raw, origin.path, dict(origin.inside))
    for key, value in ladder.items():
        ids = {name for section, name in gone if section == f"ladder.{key}"}
        table[key], where.inside[key] = _without(value, origin.at(key), ids)
    return {key: value for key, value in table.items() if value or not isinstance(value, list)}, where


def _without(value: Any, origin: Origin, ids: Collection[str]) -> tuple[Any, Origin]:
    """A section with these ids left away."""
    if not ids:
        return value, origin
    if isinstance(value, dict):
        return {key: inside for key, inside in value.items() if key not in ids}, origin
    gone = [isinstance(row, dict) and isinstance(row.get("id"), str) and row["id"] in ids for row in value]
    kept = [(place, row) for place, row in enumerate(value) if not gone[place]]
    moved: dict[str | int, Origin] = {new: origin.at(old) for new, (old, _) in enumerate(kept)}
    return [row for _, row in kept], Origin(origin.raw, origin.path, moved)


def _ids(table: Mapping[str, Any], section: str) -> list[str]:
    outer, _, inner = section.rpartition(".")
    if outer:
        within = table.get(outer)
        table = within if isinstance(within, dict) else {}
    value = table.get(inner)
    if isinstance(value, dict):
        return list(value)
    rows = value if isinstance(value, list) else []
    return [row["id"] for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]


def _removed(table: Mapping[str, Any], without: Any, findings: Findings) -> set[tuple[str, str]]:
    """What `without` names, as (section, id); ('', 'grade') for a whole table."""
    if without is None:
        return set()
    if not isinstance(without, list):
        findings.error(
            "wrong_type", ("without",), "'without' is a list of texts.", 'Write without = ["an_id", "grade"].'
        )
        return set()
    gone: set[tuple[str, str]] = set()
    for place, name in enumerate(without):
        path = ("without", place)
        if not isinstance(name, str):
            findings.error("wrong_type", path, "'without' is a list of texts.")
            continue
        if name in WHOLE and name in table:
            gone.add(("", name))
            continue
        prefix, colon, rest = name.rpartition(":")
        section = _PREFIXES.get(prefix) if colon else "indicator"
        if section is None:
            known = [f"{word}:" for word in _PREFIXES]
            findings.error("unknown_name", path, f"{quoted(name)} begins with no kind of thing.",
                           did_you_mean(f"{prefix}:", known))  # fmt: skip
        elif rest not in _ids(table, section):
            known = _ids(table, section)
            findings.error("unknown_name", path, f"The base has nothing named {quoted(name)}.",
                           _elsewhere(table, rest) or did_you_mean(rest, known))  # fmt: skip
        else:
            gone.add((section, rest))
    return gone


def _elsewhere(table: Mapping[str, Any], name: str) -> str:
    for prefix, section in _PREFIXES.items():
        if closest(name, _ids(table, section)) == name:
            return f"Write '{prefix}:{name}'."
    return ""
