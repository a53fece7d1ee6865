"""The [[rollup]] rows of a scheme file: the tables of each longer period's sheet, made of those of the file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from attrs import define, frozen

from kpicore.decimals import quoted
from kpicore.model import GIVEN_TOTAL, RollupSpec
from kpicore.schemefile.finding import KeyPath
from kpicore.schemefile.origin import Origin, Resolved
from kpicore.schemefile.reading import Read, Reader

ROLLUP = "rollup"
_LENGTH = {"day": 0, "month": 1, "quarter": 3, "half": 6, "year": 12}
_OWN = ("indicator", "group", "gate", "grade", "pay")
"""What a roll-up has of its own; a grade is the scheme's where it gives none."""
_KEPT = ("facts", "params", "rater", "providers", "appraisal", "occasions")
GIVEN = {
    "kind": "number",
    "fixed": True,
    "title": {"zh": "已定总分", "en": "Total as decided"},
}


@frozen
class Rolled:
    """A roll-up and its tables. `path` is where it stands in the file, `keys` what is given there."""

    spec: RollupSpec
    resolved: Resolved
    path: KeyPath
    keys: frozenset[str]

    def home(self, path: KeyPath) -> KeyPath:
        """Where in the file something stands that has this path in the roll-up's own tables."""
        if not path:
            return self.path
        if path[0] == "indicator" and len(path) > 1 and isinstance(path[1], int):
            return (*self.path, *path[2:]) if path[1] == 0 else (*self.path, "indicator", path[1] - 1, *path[2:])
        return (*self.path, *path) if path[0] in self.keys else path


@define
class Rollups:
    """Makes the tables of the sheets of longer periods. `full` is what a mean of each kind of period is measured by."""

    reader: Reader
    resolved: Resolved
    path: KeyPath

    def read(self, rows: Sequence[Any], head: Read) -> list[Rolled]:
        """The roll-ups that could be read, each with its tables."""
        found: list[Rolled] = []
        full = {kind: self._full(self.resolved.table, ("indicator",)) for kind in head.get("periods", ())}
        for place, row in enumerate(rows):
            path = (*self.path, place)
            read = self.reader.table(RollupSpec, row, path, "a roll-up", _OWN)
            spec: RollupSpec | None = None if read is None else read.build(self.reader.findings)
            if spec is None or read is None or not self._fits(spec, read, full):
                continue
            table, origin = self._tables(row, spec, full[spec.of], path)
            full[spec.period] = self._full(table, path)
            found.append(Rolled(spec, Resolved(table, origin), path, frozenset(row)))
        return found

    def _fits(self, spec: RollupSpec, read: Read, full: Mapping[str, str]) -> bool:
        message, hint, key = "", "", "of"
        if spec.of not in full:
            known = ", ".join(quoted(kind) for kind in full)
            message = f"There is no sheet of the kind {quoted(spec.of)} to make this one of."
            hint = f"There are {known}; longer ones come after those that they are made of."
        elif _LENGTH[spec.of] >= _LENGTH[spec.period]:
            message, hint, key = f"A {spec.period} is not longer than a {spec.of}.", "Give a longer period.", "period"
        elif spec.period in full:
            message, hint, key = f"The scheme scores the {spec.period} already.", "Leave one away.", "period"
        if message:
            self.reader.findings.error("does_not_fit", read.at(key), message, hint)
        return not message

    def _full(self, table: Mapping[str, Any], path: KeyPath) -> str:
        """The full marks of a sheet, as a formula; of a mean and a share 100."""
        if table.get("total") in ("mean", "share"):
            return "100"
        rows = table.get("indicator")
        weights = [row.get("weight") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return " + ".join(f"({weight})" if isinstance(weight, str) else str(weight) for weight in weights) or "100"

    def _tables(
        self, row: Mapping[str, Any], spec: RollupSpec, full: str, path: KeyPath
    ) -> tuple[dict[str, Any], Origin]:
        """The tables of the longer period's sheet, and where each stands."""
        theirs, origin = self.resolved.table, self.resolved.origin
        here = origin.at(path[0]).at(path[1])
        table = {key: value for key, value in theirs.items() if not isinstance(value, dict | list) or key in _KEPT}
        where = Origin(origin.raw, origin.path, {key: origin.at(key) for key in table})
        table |= {key: theirs[key] for key in ("title", "note") if key in theirs}
        where.inside |= {key: origin.at(key) for key in ("title", "note") if key in theirs}
        table |= {"periods": [spec.period], "total": "sum" if "weight" in row else "mean"}
        where.inside["periods"] = here.at("period")
        own = row.get("indicator")
        mine = own if isinstance(own, list) else []
        table["indicator"] = [self._mean(row, spec, full), *mine]
        inside: dict[str | int, Origin] = {0: here}
        inside |= {place + 1: here.at("indicator").at(place) for place in range(len(mine))}
        where.inside["indicator"] = Origin(here.raw, here.path, inside)
        for key in _OWN[1:]:
            if key in row:
                table[key], where.inside[key] = row[key], here.at(key)
        if "grade" not in row and "grade" in theirs:
            table["grade"], where.inside["grade"] = theirs["grade"], origin.at("grade")
        return table, where

    def _mean(self, row: Mapping[str, Any], spec: RollupSpec, full: str) -> dict[str, Any]:
        """The indicator that bears the mean of the totals."""
        found: dict[str, Any] = {
            "id": spec.id,
            "measure": f"over_cycle(mean, coalesce({GIVEN_TOTAL}, total), {spec.of})",
            "kind": "number",
            "places": self.resolved.table.get("places", 2),
            "better": "higher",
            "rule": {"kind": "straight", "of": Decimal(full) if full.replace(".", "").isdigit() else full},
        }
        return found | {key: row[key] for key in ("title", "weight", "assumed", "note", "group") if key in row}
