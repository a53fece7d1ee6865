"""The [[indicator]] rows of a scheme file: the measure, its kind, its rule, its weight and its group."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import define

from kpicore.decimals import quoted
from kpicore.errors import FormulaError
from kpicore.figure import KINDS
from kpicore.formula.node import HUNDRED, ZERO, Fact, Node, Num, Ref
from kpicore.formula.resolve import ARTICLES
from kpicore.model import FactSpec, Formula, GroupSpec, IndicatorSpec, RaterSpec, Taken
from kpicore.problem import closest, did_you_mean
from kpicore.protocols import Frame, MeasuringRule
from kpicore.schemefile.fact import Section
from kpicore.schemefile.finding import KeyPath
from kpicore.schemefile.level import Scale
from kpicore.schemefile.rater import Judged
from kpicore.schemefile.reading import Read, Reader
from kpicore.vocabulary import Vocabulary

MOST_PLACES = 6


@define
class Lines:
    """What the indicators of a scheme have in common. `named` are the names that stand for something else, by what
    that is; `groups` is None where none are declared. By the places of rows: `taken_from` says from where indicators
    were taken over, `lost` are those of which that could not be had."""

    reader: Reader
    facts: Section[FactSpec]
    named: Mapping[str, Mapping[str, Node]]
    taken: Mapping[str, str]
    raters: Mapping[str, RaterSpec]
    groups: Sequence[str] | None
    percent: bool
    mean: bool
    taken_from: Mapping[int, tuple[Taken, ...]]
    lost: Collection[int]

    def read(self, rows: Sequence[object], path: KeyPath) -> list[IndicatorSpec]:
        """Every indicator that could be read."""
        reads = [
            self.reader.table(IndicatorSpec, row, (*path, i), "an indicator", partial=i in self.lost)
            for i, row in enumerate(rows)
        ]
        check_ids(self.reader, reads, self.taken, self.named)
        found = []
        for place, read in enumerate(reads):
            if read is not None:
                read.values["taken"] = self.taken_from.get(place, ())
                self._check(read)
                spec = read.build(self.reader.findings)
                if spec is not None:
                    found.append(spec)
        if found and len(found) == len(rows) and all(line.weight == ZERO for line in found):
            self.reader.findings.error("bad_value", path, "All weights are 0.", "Give what counts a weight.")
        return found

    def _check(self, read: Read) -> None:
        self._check_take(read)
        check_places(self.reader, read)
        self._check_weight(read)
        self._check_group(read)
        self._fill_measure(read)
        self._fill_kind(read)
        Judged(self.reader, self.facts, self.raters).rate(read)
        Scale(self.reader, self.facts).check(read)
        self._lower(read)

    def _wrong(self, read: Read, name: str, code: str, message: str, hint: str = "") -> None:
        self.reader.findings.error(code, read.at(name), message, hint)
        read.bad.add(name)

    def _check_take(self, read: Read) -> None:
        if read.get("take") and "from_" not in read.keys:
            message = "'take' says which indicator of another scheme is taken, and no scheme is named."
            self._wrong(read, "take", "does_not_fit", message, 'Write from = "other/id" too, or leave it away.')

    def _check_weight(self, read: Read) -> None:
        if "weight" in read.bad or read.partial:
            return
        weight = read.get("weight")
        if weight is None and not self.mean and not self._by_itself(read):
            help = self.reader.forms(IndicatorSpec)["weight"][0].help
            self._wrong(read, "weight", "missing_key", f"'weight' is missing: {help}.", "Write weight = 10.")
        elif weight is not None and self.mean and weight != ZERO:
            self._wrong(read, "weight", "does_not_fit", "A mean counts every indicator alike and has no weights.",
                        "Leave it away, or write 0 for what is only shown, or total = \"share\".")  # fmt: skip
        elif isinstance(weight, Num) and weight.value < 0:
            self._wrong(read, "weight", "bad_value", "The weight is negative.", "Deductions belong into the rule.")

    def _by_itself(self, read: Read) -> bool:
        """Whether the full marks follow from what the rule reads."""
        rule = read.get("rule")
        measured = rule.measured() if isinstance(rule, MeasuringRule) else None
        return not self.percent and measured is not None and measured.full is not None

    def _check_group(self, read: Read) -> None:
        group = read.get("group")
        if not group:
            return
        if self.groups is None:
            found = self.reader.value(self.reader.forms(GroupSpec)["id"][0], group, read.at("group"))
            if found is not group:
                read.bad.add("group")
        elif group not in self.groups:
            hint = did_you_mean(group, self.groups)
            self._wrong(read, "group", "unknown_name", f"There is no [[group]] {quoted(group)}.", hint)

    def _fill_measure(self, read: Read) -> None:
        """Without a measure, the fact of the indicator's name is measured."""
        if {"measure", "rule", "id"} & read.bad:
            return
        rule, measure, name = read.values["rule"], read.get("measure"), read.values["id"]
        if not getattr(rule, "measures", True):
            if measure is not None:
                self._wrong(read, "measure", "does_not_fit", f"A rule of kind '{rule.kind}' has no measure.",
                            "Leave it away.")  # fmt: skip
            return
        if measure is None:
            if name in self.facts.specs:
                measure = read.values["measure"] = Formula(name, self.facts.nodes[name])
            elif name in self.facts.rated:
                measure = read.values["measure"] = Formula(name, self.facts.rated[name].node)
            elif name in self.facts.nodes or self.facts.lost:
                read.bad.add("measure")
            else:
                near = closest(name, self.facts.nodes)
                hint = did_you_mean(name, [near]) if near else 'Write measure = "...", or declare such a fact.'
                self._wrong(read, "measure", "missing_key", f"'measure' is missing, and no fact is named '{name}'.",
                            hint)  # fmt: skip
        if measure is not None and measure.node.type not in ("number", "text"):
            self._wrong(read, "measure", "bad_formula", f"The measure gives {ARTICLES[measure.node.type]}; a number or "
                        "a choice is needed here.", "Write 1 if ... else 0, or use a rule of conditions.")  # fmt: skip

    def _fill_kind(self, read: Read) -> None:
        """The kind of a single fact needs no saying; that of a formula does."""
        if {"measure", "rule", "kind"} & read.bad:
            return
        measure, kind = read.get("measure"), read.get("kind")
        if measure is None:
            if kind is not None:
                self._wrong(read, "kind", "does_not_fit", "Without a measure there is no kind.", "Leave it away.")
            return
        node = measure.node
        if kind is None and isinstance(node, Fact):
            known = self.facts.specs.get(node.id) or self.facts.rated.get(node.id)
            if known is not None:
                read.values["kind"] = known.kind
            else:
                read.bad.add("kind")
        elif kind is None:
            fitting = [name for name, one in KINDS.items() if one.type == node.type]
            self._wrong(read, "kind", "missing_key", "'kind' is missing: what sort of figure the measure gives.",
                        f"One of {', '.join(fitting)}.")  # fmt: skip
        elif KINDS[kind].type != node.type:
            message = f"The measure gives {ARTICLES[node.type]}, which is no {kind}."
            fitting = [name for name, one in KINDS.items() if one.type == node.type]
            self._wrong(read, "kind", "does_not_fit", message, f"One of {', '.join(fitting)}.")

    def _lower(self, read: Read) -> None:
        """Whether the rule can be carried out: it is tried once."""
        if {"measure", "rule", "kind", "places", "weight", "id"} & read.bad:
            return
        rule, measure, name = read.values["rule"], read.get("measure"), read.values["id"]
        if measure is None and "rated" in read.values:
            first = read.values["rated"][0]
            rule, measure = first.rule, first.measure
        try:
            node = rule.lower(ZERO if measure is None else Ref(f"{name}.measure", measure.node.type), self._frame(read))
        except FormulaError as error:
            self._wrong(read, "rule", "bad_rule", error.sentence, error.hint)
        except Exception as error:
            # A rule kind may come from a plugin: its fault is named, and the rest of the file is read on.
            owner = self.reader.vocabulary.owners.get(f"rule:{rule.kind}", "")
            whose = f" of the plugin '{owner}'" if owner else ""
            self._wrong(read, "rule", "rule_failed", f"The rule kind '{rule.kind}'{whose} failed: "
                        f"{type(error).__name__}: {error}.", "This is a fault of the plugin.")  # fmt: skip
        else:
            if node.type != "number":
                self._wrong(read, "rule", "bad_rule", f"The rule gives {ARTICLES[node.type]}, not points.")

    def _frame(self, read: Read) -> Frame:
        kind = read.get("kind") or "number"
        places = read.get("places")
        full = read.get("weight")
        if self.percent or self.mean or full is None:
            full = HUNDRED
        places = KINDS[kind].places if places is None else places
        return Frame(full, kind, places, read.get("better"), read.get("levels", ()))


def unmeasured(rows: Sequence[Any], facts: Section[FactSpec], vocabulary: Vocabulary) -> dict[str, str]:
    """The indicators without a measure in numbers, as far as their rows tell, and what they have instead."""
    found: dict[str, str] = {}
    for row in rows:
        if not isinstance(row, dict) or not isinstance(name := row.get("id"), str):
            continue
        rule, measure, kind = row.get("rule"), row.get("measure", name), row.get("kind")
        if kind is None and isinstance(measure, str) and measure in facts.specs:
            kind = facts.specs[measure].kind
        if row.get("combine") != "measures" and facts.rated and isinstance(measure, str):
            words = re.findall(r"\w+", measure)
            if not facts.rated.keys().isdisjoint(words):
                found[name] = f"Several raters judge it; points({name}) say how well."
                continue
        known = vocabulary.rules.get(str(rule.get("kind"))) if isinstance(rule, dict) else None
        if known is not None and not getattr(known, "measures", True) and not hasattr(known, "measured"):
            found[name] = f"It is judged by {known.kind}; attainment({name}) says how well."
        elif isinstance(kind, str) and kind in KINDS and KINDS[kind].type == "text":
            found[name] = f"Its measure is a {kind}; points({name}) are a number."
    return found


def check_places(reader: Reader, read: Read) -> None:
    places = read.get("places")
    if places is not None and not 0 <= places <= MOST_PLACES:
        reader.findings.error(
            "bad_value", read.at("places"), f"'places' is {places}.", f"0 to {MOST_PLACES} are possible."
        )
        read.bad.add("places")


def check_ids(
    reader: Reader, reads: Sequence[Read | None], taken: Mapping[str, str], named: Mapping[str, Mapping[str, Any]]
) -> None:
    """Each id once, and none that is taken, or that stands for something else: `named` has those names by what."""
    seen: set[str] = set()
    for read in reads:
        name = read.get("id") if read is not None else None
        if read is None or name is None:
            continue
        message, hint, code = "", "Choose another name.", "bad_id"
        if name in seen:
            message, code = f"{quoted(name)} is given twice.", "duplicate"
        elif name in taken:
            message, hint = f"{quoted(name)} is taken.", f"{taken[name]} Choose another."
        elif (what := next((what for what, names in named.items() if name in names), None)) is not None:
            message = f"{quoted(name)} is a {what} as well."
        seen.add(name)
        if message:
            reader.findings.error(code, read.at("id"), message, hint)
            read.bad.add("id")
