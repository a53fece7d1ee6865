"""The [providers] of a scheme file: what people call those who provide figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from kpicore.decimals import quoted
from kpicore.problem import did_you_mean
from kpicore.schemefile import scalar
from kpicore.schemefile.finding import KeyPath
from kpicore.schemefile.origin import PROVIDERS, Resolved
from kpicore.schemefile.reading import MOST_ROWS, Reader
from kpicore.schemefile.scalar import MistakeError
from kpicore.text import Title

_HINT = 'Write [providers], and each on a line of its own: "shop system" = { zh = "...", en = "..." }.'


def named_providers(table: Mapping[str, Any]) -> dict[str, None]:
    """The providers that the facts and raters of a scheme name, also of those that can not be read otherwise."""
    facts, raters = table.get("facts"), table.get("rater")
    rows = [*(facts.values() if isinstance(facts, dict) else ()), *(raters if isinstance(raters, list) else ())]
    names = [row.get("provider") for row in rows if isinstance(row, dict)]
    return {name: None for name in names if isinstance(name, str)}


def with_named_providers(resolved: Resolved) -> Resolved:
    """The tables without the titles that come from a base whose facts are not taken over with them."""
    titles, origin = resolved.table.get(PROVIDERS), resolved.origin
    if not isinstance(titles, dict):
        return resolved
    named, file = named_providers(resolved.table), origin.raw.file
    own = {name for name in titles if origin.at(PROVIDERS).at(name).raw.file == file}
    kept = {name: title for name, title in titles.items() if name in named or name in own}
    if len(kept) == len(titles):
        return resolved
    return evolve(resolved, table={**resolved.table, PROVIDERS: kept})


def read_providers(reader: Reader, raw: object, path: KeyPath, table: Mapping[str, Any]) -> dict[str, Title]:
    """The title of each provider; `table` has the facts and raters that name them."""
    if not isinstance(raw, dict):
        reader.findings.error("wrong_type", path, scalar.wrong(raw, "a table").message, _HINT)
        return {}
    if len(raw) > MOST_ROWS:
        message = f"There are {len(raw)} entries; at most {MOST_ROWS} are read."
        reader.findings.error("wrong_type", path, message)
        return {}
    found, named = {}, named_providers(table)
    for name, title in raw.items():
        try:
            found[name] = scalar.title(title)
        except MistakeError as mistake:
            reader.findings.error(mistake.code, (*path, name), mistake.message, mistake.hint)
        if name not in named and not reader.partial:
            message = f"No fact and no rater has the provider {quoted(name)}."
            hint = did_you_mean(name, named) or 'Give a fact this provider: provider = "..."; or leave the line away.'
            reader.findings.error("unknown_name", (*path, name), message, hint)
    return found
