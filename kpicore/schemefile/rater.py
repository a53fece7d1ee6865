"""The [[rater]] rows of a scheme file, and what raters make of an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from attrs import define, evolve

from kpicore.decimals import quoted
from kpicore.form import formulas_in
from kpicore.formula.node import Fact, Node, Num
from kpicore.formula.part import below, replace
from kpicore.model import FactSpec, Formula, Rated, RaterSpec
from kpicore.rating import mean_of
from kpicore.schemefile import scalar
from kpicore.schemefile.fact import Section
from kpicore.schemefile.finding import KeyPath
from kpicore.schemefile.reading import Read, Reader
from kpicore.schemefile.scalar import MistakeError
from kpicore.text import Title


def known_raters(rows: Sequence[Any]) -> dict[str, RaterSpec]:
    """The raters as far as their rows say without formulas: their names, titles and providers."""
    found: dict[str, RaterSpec] = {}
    for row in rows:
        if isinstance(row, dict) and isinstance(name := row.get("id"), str):
            provider = row.get("provider")
            known = RaterSpec(id=name, title=_title(row), provider=provider if isinstance(provider, str) else "")
            found.setdefault(name, known)
    return found


def _title(row: Mapping[str, Any]) -> Title:
    try:
        return scalar.title(row["title"]) if "title" in row else Title()
    except MistakeError:
        return Title()  # told where the rater is read


def read_raters(reader: Reader, rows: Sequence[object], path: KeyPath) -> list[RaterSpec]:
    """Every rater that could be read."""
    reads = [reader.table(RaterSpec, row, (*path, place), "a rater") for place, row in enumerate(rows)]
    found: list[RaterSpec] = []
    for read in reads:
        spec: RaterSpec | None = None if read is None else read.build(reader.findings)
        if spec is None or read is None:
            continue
        if spec.id in {other.id for other in found}:
            reader.findings.error(
                "duplicate", read.at("id"), f"{quoted(spec.id)} is given twice.", "Choose another name."
            )
        if isinstance(spec.weight, Num) and spec.weight.value < 0:
            reader.findings.error("bad_value", read.at("weight"), "The weight is negative.", "0 or more is possible.")
        found.append(spec)
    return found


@define
class Judged:
    """Makes of an indicator that names what several raters give what each of them makes of it."""

    reader: Reader
    facts: Section[FactSpec]
    raters: Mapping[str, RaterSpec]

    def named(self, read: Read) -> list[FactSpec]:
        """The facts of several raters that the measure and the rule name."""
        nodes = [formula.node for formula in self._formulas(read)]
        ids = dict.fromkeys(part.id for node in nodes for part in below(node) if isinstance(part, Fact))
        return [self.facts.rated[id_] for id_ in ids if id_ in self.facts.rated]

    def rate(self, read: Read) -> None:
        """Fills in `rated`, or the mean of the raters' measures as the measure."""
        if {"measure", "rule", "id", "combine", "missing_rater"} & read.bad:
            return
        named = self.named(read)
        if not named:
            for key in ("combine", "missing_rater"):
                if key in read.keys:
                    message = "Only what several raters judge has this; no fact of the measure has 'raters'."
                    self._wrong(read, key, message, "Leave it away, or give the fact raters.")
            return
        names = named[0].raters
        other = next((fact for fact in named if set(fact.raters) != set(names)), None)
        if other is not None:
            message = f"{quoted(named[0].id)} and {quoted(other.id)} have other raters."
            self._wrong(read, "measure", message, "What is judged together must have the same raters.")
            return
        if any(name not in self.raters for name in names):
            read.bad.add("measure")  # told where the fact stands
            return
        raters = [self.raters[name] for name in names]
        weighed = [rater.weight is not None for rater in raters]
        if any(weighed) and not all(weighed):
            lacking = raters[weighed.index(False)].id
            self._wrong(read, "id", f"The rater {quoted(lacking)} has no weight, and others have.",
                        "Give all raters of an indicator a weight, or none.")  # fmt: skip
            return
        rated = tuple(self._rated(read, rater) for rater in raters)
        if read.get("combine", "points") == "measures":
            self._combined(read, rated)
        else:
            read.values |= {"rated": rated, "judged": read.get("measure"), "measure": None}

    def _rated(self, read: Read, rater: RaterSpec) -> Rated:
        def own(node: Node) -> Node | None:
            rated = isinstance(node, Fact) and node.id in self.facts.rated
            return Fact(f"{node.id}_{rater.id}", node.type, node.whole, node.positive) if rated else None  # type: ignore[attr-defined]

        measure = read.get("measure")
        return Rated(
            rater.id,
            rater.weight,
            None if measure is None else self._own(measure, own),
            _with_formulas(read.values["rule"], lambda formula: self._own(formula, own)),
        )

    def _own(self, formula: Formula, own: Any) -> Formula:
        return Formula(formula.text, replace(formula.node, own))

    def _combined(self, read: Read, rated: Sequence[Rated]) -> None:
        measure = read.get("measure")
        if measure is None or measure.node.type != "number":
            self._wrong(read, "combine", "Only measures that are numbers have a mean.", 'Write combine = "points".')
            return
        leave_out = read.get("missing_rater") == "leave_out"
        parts = [(each.weight, each.measure.node) for each in rated if each.measure is not None]
        text = _mean_text(measure.text, [each.rater for each in rated], leave_out)
        read.values |= {"rated": tuple(rated), "judged": measure, "measure": Formula(text, mean_of(parts, leave_out))}

    def _formulas(self, read: Read) -> Iterator[Formula]:
        measure = read.get("measure")
        if measure is not None:
            yield measure
        yield from (formula for _, formula in formulas_in(read.values["rule"]))

    def _wrong(self, read: Read, key: str, message: str, hint: str) -> None:
        self.reader.findings.error("does_not_fit", read.at(key), message, hint)
        read.bad.add(key)


def _mean_text(text: str, raters: Sequence[str], leave_out: bool) -> str:
    given = " who gave one" if leave_out else ""
    return f"mean of {text} over the raters {', '.join(raters)}{given}"


def _with_formulas(rule: Any, change: Any) -> Any:
    """The same rule with its formulas changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, Formula):
            return change(value)
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        if attrs.has(type(value)) and not isinstance(value, Node):
            return _with_formulas(value, change)
        return value

    if not attrs.has(type(rule)):
        return rule
    values = {field.name: getattr(rule, field.name) for field in attrs.fields(type(rule))}
    new = {name: changed(value) for name, value in values.items()}
    return evolve(rule, **{name: value for name, value in new.items() if value is not values[name]})
