"""Takes away from a made-up example whatever it does not need to go wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from attrs import evolve
from support.populations import Example, sound

Fails = Callable[[Example], bool]
_MUST = frozenset({"id", "version", "effective", "periods", "kind", "rule", "measure", "employee", "period"})


def smaller(example: Example, fails: Fails, seconds: float = 60) -> Example:
    """The example with as little in it as may be while `fails` still says so of it."""
    end = time.monotonic() + seconds

    def still(tried: Example) -> bool:
        try:
            return time.monotonic() < end and sound(tried) and fails(tried)
        except Exception:
            return False

    found, before = example, -1
    while before != _size(found) and time.monotonic() < end:
        before = _size(found)
        found = _fewer_rows(found, still)
        found = _shorter(found, still)
    return found


def _size(example: Example) -> int:
    return len(repr(example))


def _fewer_rows(example: Example, still: Fails) -> Example:
    """Without the rows that are not needed, many at once first."""
    rows, settings, size = example.rows, example.settings, len(example.rows)
    while size:
        place = 0
        while place < len(rows):
            tried = rows[:place] + rows[place + size :]
            if tried and still(evolve(example, rows=tried)):
                rows = tried
            else:
                place += size
        size //= 2
    later = example.later
    if settings is not None and still(Example(example.table, rows, None, later)):
        settings = None
    if later is not None and still(Example(example.table, rows, settings)):
        later = None
    return Example(example.table, rows, settings, later)


def _shorter(example: Example, still: Fails) -> Example:
    """Without the keys, list entries and parts of formulas that are not needed."""
    for where in ("table", "later", "rows"):
        again = True
        while again:
            again = False
            for whole in _cuts(getattr(example, where) or ()):
                tried = evolve(example, **{where: whole})
                if still(tried):
                    example, again = tried, True
                    break
    return example


def _cuts(whole: Any) -> Iterator[Any]:
    """The same with one thing less, or simpler, the largest parts first."""
    for path, value in sorted(_paths(whole, ()), key=lambda found: len(found[0])):
        for other in _others(path, value):
            copy = deepcopy(whole)
            inner = copy
            for step in path[:-1]:
                inner = inner[step]
            if other is _GONE:
                del inner[path[-1]]
            else:
                inner[path[-1]] = other
            yield copy


_GONE = object()


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*path, key), inner
        yield from _paths(inner, (*path, key))


def _others(path: tuple[Any, ...], value: Any) -> Iterator[Any]:
    if path[-1] not in _MUST:
        yield _GONE
    if isinstance(value, str) and path[-1] in (
        "measure",
        "require",
        "amount",
        "when",
        "only_if",
        "counts_when",
        "pool",
    ):
        yield from _parts(value)


def _parts(text: str) -> Iterator[str]:
    """Formulas within a formula: what stands in its brackets, between its commas and signs."""
    found: dict[str, None] = {}
    for place, sign in enumerate(text):
        if sign == "(":
            depth = 0
            for end in range(place, len(text)):
                depth += (text[end] == "(") - (text[end] == ")")
                if not depth:
                    inner = text[place + 1 : end]
                    before = text[:place].rstrip("abcdefghijklmnopqrstuvwxyz_")
                    for part in (*_split(inner), inner, "true", "1"):
                        found[part] = None
                        found[f"{before}{part}{text[end + 1 :]}"] = None
                    break
    for part in _split(text):
        found[part] = None
    yield from (part for part in sorted(found, key=len) if part.strip() and len(part) < len(text))


def _split(text: str) -> list[str]:
    """The parts of a formula between signs that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for match in re.finditer(r"[()]|, | (?:and|or|if|else|in|[-+*/]|[<>=!]=?) ", text):
        depth += (match[0] == "(") - (match[0] == ")")
        if match[0] not in "()" and not depth:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]] if parts else []
