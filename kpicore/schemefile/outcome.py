"""The [[gate]], [grade] and [[pay]] of a scheme file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from attrs import define

from kpicore.decimals import quoted
from kpicore.formula.node import Fact, Ref
from kpicore.model import BandedAmount, FactSpec, GateEffect, GateSpec, GradeSpec, PaySpec
from kpicore.problem import did_you_mean
from kpicore.schemefile.finding import KeyPath
from kpicore.schemefile.indicator import check_ids
from kpicore.schemefile.reading import Read, Reader

M = TypeVar("M")


@define
class Outcomes:
    """Reads what follows from the points. `graded`: whether the scheme has a [grade]; `grades`: its grades, None
    where they could not be read."""

    reader: Reader
    facts: Mapping[str, FactSpec]
    totals: bool
    graded: bool
    grades: Sequence[str] | None = None

    def grade(self, raw: object, path: KeyPath) -> GradeSpec | None:
        """The grades; remembers them for the gates and pay."""
        read = self.reader.table(GradeSpec, raw, path, "[grade]")
        if read is None:
            return None
        if not self.totals:
            self.reader.findings.error("does_not_fit", path, "There are grades, but no indicators to grade.",
                                       "Add [[indicator]], or leave [grade] away.")  # fmt: skip
        spec: GradeSpec | None = read.build(self.reader.findings)
        if spec is not None:
            self.grades = spec.grades
        return spec

    def gates(self, rows: Sequence[object], path: KeyPath) -> list[GateSpec]:
        """Every gate that could be read."""
        found = self._rows(GateSpec, rows, path, "a gate")
        return [spec for read, spec in found if self._effect(spec.effect, read)]

    def pay(self, rows: Sequence[object], path: KeyPath) -> list[PaySpec]:
        """Every element of pay that could be read."""
        found = self._rows(PaySpec, rows, path, "an element of pay")
        return [spec for read, spec in found if self._banded(spec.amount, read)]

    def _rows(self, cls: type[M], rows: Sequence[object], path: KeyPath, what: str) -> list[tuple[Read, M]]:
        reads = [self.reader.table(cls, row, (*path, place), what) for place, row in enumerate(rows)]
        check_ids(self.reader, reads, {}, {})
        built = [(read, read.build(self.reader.findings)) for read in reads if read is not None]
        return [(read, spec) for read, spec in built if spec is not None]

    def _effect(self, effect: GateEffect, read: Read) -> bool:
        path = read.at("effect")
        given = [effect.ineligible, effect.grade is not None, effect.lower_by is not None]
        message, hint, key = "", "", ""
        if sum(given) != 1:
            message = "A gate has exactly one effect."
            hint = 'Write { ineligible = true }, { grade = "D" } or { lower_by = 1 }.'
        elif effect.ineligible:
            return True
        else:
            key = "grade" if effect.grade is not None else "lower_by"
            if effect.lower_by is not None and effect.lower_by < 1:
                message, hint = f"'lower_by' is {effect.lower_by}.", "1 or more is possible."
            elif not self.graded:
                message, hint = "The scheme has no grades that a gate could lower.", "Add a [grade]."
            elif effect.grade is not None and self.grades is not None and effect.grade not in self.grades:
                message = f"{quoted(effect.grade)} is none of the grades."
                hint = did_you_mean(effect.grade, self.grades)
        if message:
            self.reader.findings.error("bad_effect", (*path, key) if key else path, message, hint)
        return not message

    def _banded(self, amount: Any, read: Read) -> bool:
        if not isinstance(amount, BandedAmount):
            return True
        path = read.at("amount")
        kind = amount.by.node.type
        message, hint, key = "", "", "bands"
        if bool(amount.bands) == bool(amount.amounts):
            message, hint = (
                "Give either 'bands' or 'amounts'.",
                "'bands' for a number, 'amounts' for a grade or choice.",
            )
            key = ""
        elif amount.bands and kind != "number":
            message, hint = "Bands need a number.", "For a grade or a choice write amounts = { A = 300, B = 200 }."
        elif amount.amounts and kind != "text":
            message, hint, key = "Amounts by name need a grade or a choice.", "For a number write bands.", "amounts"
        if message:
            self.reader.findings.error("bad_amount", (*path, key) if key else path, message, hint)
            return False
        return not amount.amounts or self._complete(amount, (*path, "amounts"))

    def _complete(self, amount: BandedAmount, path: KeyPath) -> bool:
        """Whether each grade or choice has its amount, and no other name has."""
        node = amount.by.node
        known: Sequence[str] | None = None
        if node == Ref("graded", "text"):
            known = self.grades
        elif isinstance(node, Fact) and node.id in self.facts:
            known = self.facts[node.id].choices or None
        if known is None:
            return True
        given = [name for name, _ in amount.amounts]
        unknown = [name for name in given if name not in known]
        lacking = [name for name in known if name not in given]
        for name in unknown:
            hint = did_you_mean(name, lacking or known)
            self.reader.findings.error("unknown_name", (*path, name), f"{quoted(name)} is none of those.", hint)
        if not unknown and lacking:
            message = f"There is no amount for {', '.join(quoted(name) for name in lacking)}."
            self.reader.findings.error("missing_key", path, message, "Write 0 where nothing is paid.")
        return not unknown and not lacking
