"""The [[gate]], [grade], [adjustments] and [[pay]] of a scheme file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from attrs import define

from kpicore.decimals import plain_text, quoted
from kpicore.formula.node import Fact, Node, Num, Ref
from kpicore.model import AdjustmentsSpec, BandedAmount, FactSpec, GateEffect, GateSpec, GradeSpec, PaySpec, Tier
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
        self._shares(read)
        spec: GradeSpec | None = read.build(self.reader.findings)
        if spec is not None:
            self.grades = spec.grades
        return spec

    def _shares(self, read: Read) -> None:
        """By heads, and only there, the ends are shares of people, in the team or among all."""
        if "by" in read.bad:
            return
        if read.get("by", "total") != "heads":
            if "within" in read.keys:
                message = "Only grades by the share of heads are given within the team or among all."
                hint = 'Write by = "heads", or leave it away.'
                self.reader.findings.error("does_not_fit", read.at("within"), message, hint)
                read.bad.add("within")
            return
        for place, band in enumerate(read.get("bands", ())):
            for name in ("from_", "above", "up_to", "below", "exactly"):
                end = getattr(band, name)
                if isinstance(end, Num) and not 0 <= end.value <= 1:
                    shown = plain_text(end.value)
                    path = (*read.at("bands"), place, name.rstrip("_"))
                    hint = "Write 0.15 for 15 %."
                    self.reader.findings.error(
                        "bad_band", path, f"A share of heads lies in 0 to 1, not at {shown}.", hint
                    )
                    read.bad.add("bands")

    def adjustments(self, raw: object, path: KeyPath) -> AdjustmentsSpec | None:
        """That items are allowed. Somebody without any has a sum of 0, so that must lie within the bounds."""
        read = self.reader.table(AdjustmentsSpec, raw, path, "[adjustments]")
        if read is None:
            return None
        if not self.totals:
            message, hint = "There is no total that items could change.", "Add [[indicator]], or leave it away."
            self.reader.findings.error("does_not_fit", path, message, hint)
        for name, wrong in (("least", 1), ("most", -1)):
            bound = read.get(name)
            if isinstance(bound, Num) and bound.value * wrong > 0:
                message = f"'{name}' is {plain_text(bound.value)}, and without any item the sum is 0."
                hint = "Write 0 or less." if name == "least" else "Write 0 or more."
                self.reader.findings.error("bad_value", read.at(name), message, hint)
                read.bad.add(name)
        spec: AdjustmentsSpec | None = read.build(self.reader.findings)
        return spec

    def gates(self, rows: Sequence[object], path: KeyPath) -> list[GateSpec]:
        """Every gate that could be read."""
        found = self._rows(GateSpec, rows, path, "a gate")
        return [spec for read, spec in found if self._effect(spec.effect, read)]

    def pay(self, rows: Sequence[object], path: KeyPath) -> list[PaySpec]:
        """Every element of pay that could be read."""
        found = self._rows(PaySpec, rows, path, "an element of pay")
        for read, spec in found:
            self._pool(spec, read)
        return [spec for read, spec in found if self._banded(spec.amount, read)]

    def _pool(self, spec: PaySpec, read: Read) -> None:
        """`within` is of a pool, in which no amount, a weight there, is below 0."""
        if spec.pool is None:
            if "within" in read.keys:
                message = "Only a pool is shared within the team or among all."
                hint = 'Write pool = "..." too, or leave it away.'
                self.reader.findings.error("does_not_fit", read.at("within"), message, hint)
            return
        amount, path = spec.amount, read.at("amount")
        weights: list[tuple[KeyPath, Node]] = []
        if isinstance(amount, BandedAmount):
            weights += [((*path, "bands", at, "amount"), band.amount) for at, band in enumerate(amount.bands)]
            weights += [((*path, "amounts", name), node) for name, node in amount.amounts]
        else:
            weights.append((path, amount.node))
        for at, node in weights:
            if isinstance(node, Num) and node.value < 0:
                message, hint = "A weight in a pool is negative.", "Write 0 for who gets no part of it."
                self.reader.findings.error("bad_amount", at, message, hint)

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
        if sum(map(bool, (amount.bands, amount.amounts, amount.tiers))) != 1:
            message, hint = (
                "Give one of 'bands', 'amounts' and 'tiers'.",
                "'bands' or 'tiers' for a number, 'amounts' for a grade or choice.",
            )
            key = ""
        elif amount.tiers:
            message, hint, key = *_tiers(amount.tiers, kind), "tiers"
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


def _tiers(tiers: Sequence[Tier], kind: str) -> tuple[str, str]:
    """What is wrong with tiers, and what to write instead; nothing twice where they are sound."""
    *others, last = tiers
    if kind != "number":
        return "Tiers need a number.", "For a grade or a choice write amounts = { A = 300, B = 200 }."
    if not last.otherwise or last.up_to is not None:
        return "The last tier has an end.", "Write { otherwise = true, rate = 0.03 } as the last."
    if any(tier.otherwise or tier.up_to is None for tier in others):
        return "A tier before the last has no end.", "Write { up_to = 100000, rate = 0.01 }, the lowest first."
    ends = [tier.up_to.value for tier in others if isinstance(tier.up_to, Num)]
    if any(end <= 0 for end in ends) or sorted(set(ends)) != ends:
        return "The tiers do not rise from 0 up.", "Write the lowest tier first; each ends above the one before."
    return "", ""
