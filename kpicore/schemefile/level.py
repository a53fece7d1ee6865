"""The levels of an indicator: names for bands of its measure, and what is compared by them."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from kpicore.decimals import quoted
from kpicore.formula.node import Fact
from kpicore.model import FactSpec
from kpicore.problem import did_you_mean
from kpicore.schemefile.fact import Section
from kpicore.schemefile.reading import Read, Reader


@define
class Scale:
    """Checks `levels`, `apart` and `beside` of an indicator against one another."""

    reader: Reader
    facts: Section[FactSpec]

    def check(self, read: Read) -> None:
        """Adds the mistakes."""
        if {"measure", "rule", "levels", "apart", "beside", "kind"} & read.bad:
            return
        levels, apart, beside = read.get("levels", ()), read.get("apart"), read.get("beside", "")
        rated = read.get("rated", ())
        measure = rated[0].measure if rated else read.get("measure")
        if levels and (measure is None or measure.node.type != "number"):
            self._wrong(read, "levels", "Only a measure that is a number has bands of levels.", "Leave them away.")
            return
        if apart is not None and apart < 1:
            self._wrong(read, "apart", f"'apart' is {apart}.", "1 or more is possible.")
            return
        if apart is not None and not rated and not beside:
            message = "There is nobody to be apart from: the measure has no raters, and no choice stands beside it."
            self._wrong(read, "apart", message, 'Give the fact raters, or write beside = "own_choice".')
            return
        if beside and apart is None:
            self._wrong(read, "beside", "'beside' is only compared.", "Write apart = 2 too.")
            return
        if apart is None:
            return
        names = list(dict.fromkeys(band.level for band in levels)) or self._choices(measure)
        if not names:
            message = "It is not known which levels lie how far apart."
            self._wrong(read, "apart", message, 'Write levels = [ { from = 8, level = "high" } ], or measure a choice.')
        elif beside:
            self._check_beside(read, beside, names)

    def _choices(self, measure: object) -> Sequence[str]:
        node = getattr(measure, "node", None)
        spec = self.facts.specs.get(node.id) if isinstance(node, Fact) else None
        return list(spec.choices) if spec is not None else []

    def _check_beside(self, read: Read, beside: str, names: Sequence[str]) -> None:
        spec = self.facts.specs.get(beside)
        if spec is None:
            if beside not in self.facts.nodes:
                self._wrong(
                    read, "beside", f"There is no fact {quoted(beside)}.", did_you_mean(beside, self.facts.specs)
                )
            return
        if list(spec.choices) != list(names):
            message = f"{quoted(beside)} is no choice of the levels {', '.join(names)}, in this order."
            self._wrong(read, "beside", message, f"Give it choices = [{', '.join(map(_quote, names))}].")

    def _wrong(self, read: Read, key: str, message: str, hint: str) -> None:
        self.reader.findings.error("does_not_fit", read.at(key), message, hint)
        read.bad.add(key)


def _quote(name: str) -> str:
    return f'"{name}"'
