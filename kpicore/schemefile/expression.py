"""Formulas and amounts of a scheme file: the names that each may use, and every mistake in one at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from attrs import evolve, field, fields, frozen, has

from kpicore.errors import FormulaError
from kpicore.formula.node import Along, Crossing, Fact, Moment, Node, Ref, Type, walk
from kpicore.formula.resolve import Function, Scope, formula
from kpicore.formula.syntax import CallSyntax, NameSyntax, parse
from kpicore.model import FactSpec

NO_FIGURES = "A break, a weight or an award may not depend on figures; put it into the measure."
Role = Literal["value", "function", "indicator", "pay", "word"]
_OTHER_SCOPE = "It is worked out from the indicators; only gates and pay may use it, or previous(...) and its like."


@frozen
class Names:
    """What the formulas of one scheme may use. `seasons` are conditions on the period. `unsure`: names that exist, but
    whose type is not known since their own entry is wrong; `lost`: whether facts or parameters could not be read at
    all; `unmeasured`: the indicators without a measure in numbers, and what they have instead."""

    facts: Mapping[str, Node]
    params: Mapping[str, Node]
    indicators: Collection[str]
    functions: Mapping[str, Function]
    monthly: bool
    totals: bool
    graded: bool
    unsure: frozenset[str] = frozenset()
    lost: bool = False
    unmeasured: Mapping[str, str] = field(factory=dict)
    pays: frozenset[str] = frozenset()
    rated: Mapping[str, FactSpec] = field(factory=dict)
    """What several raters give under one name: only what is judged of each of them may use it."""
    seasons: Mapping[str, Node] = field(factory=dict)

    def scopes(self) -> dict[str, Scope]:
        """The scope of each place: 'amount', 'measure', 'result'."""
        refused = dict.fromkeys(self.indicators, "It is an indicator; formulas use its facts, or attainment(...).")
        refused["level"] = "Only schemes with a ladder have levels."
        refused |= {
            name: f"Several raters give it; name one of them: {', '.join(f'{name}_{rater}' for rater in spec.raters)}."
            for name, spec in self.rated.items()
        }
        common: dict[str, Node] = {**self.seasons, **self.params, "year": Moment("year")}
        if self.monthly:
            common["month"] = Moment("month")
        else:
            refused["month"] = "Only a scheme of days or months has a month."
        results: dict[str, Node] = {}
        before: dict[str, Node] = {}  # of another period: no sum that lacks a score, and the grade after the gates
        lacking = dict(refused)
        if self.totals:
            results |= {"total": Ref("marks"), "sum": Ref("sum")}
            before |= {"total": Ref("marks"), "sum": Ref("scored_sum")}
        else:
            lacking |= dict.fromkeys(("total", "sum"), "The scheme has no indicators.")
        if self.graded:
            results["grade"] = Ref("graded", "text")
            before["grade"] = Ref("final_grade", "text")
        else:
            lacking["grade"] = "The scheme has no [grade]."
        later = dict.fromkeys(("total", "sum", "grade"), _OTHER_SCOPE)
        measured = {**common, **self.facts}
        figures = {**refused, **later, **dict.fromkeys(self.facts, NO_FIGURES)}
        return {
            "amount": self._scope(common, figures),
            "measure": self._scope(measured, {**refused, **later}, before),
            "rated": self._scope(
                {**measured, **{name: spec.node for name, spec in self.rated.items()}}, {**refused, **later}, before
            ),
            "result": evolve(self._scope({**measured, **results}, lacking, before), pays=self.pays),
        }

    def _scope(
        self, names: Mapping[str, Node], refused: Mapping[str, str], before: Mapping[str, Node] | None = None
    ) -> Scope:
        return Scope(names, self.functions, frozenset(self.indicators), refused, before or {}, self.unmeasured)


@frozen
class Expressions:
    """Reads formulas in the scopes of one scheme."""

    names: Names
    scopes: Mapping[str, Scope] = field()

    @scopes.default
    def _scopes(self) -> Mapping[str, Scope]:
        return self.names.scopes()

    def read(self, text: str, scope: str, wants: Type | None) -> Node | list[FormulaError]:
        """The node of a formula, or its mistakes; none where they only follow from a mistake elsewhere."""
        known = self.scopes.get(scope, self.scopes["measure"])
        try:
            node = formula(text, known, wants)
        except FormulaError as error:
            return self._mistakes(text, known, error)
        if scope == "amount" and any(isinstance(part, Along | Crossing | Fact | Ref) for part in walk(node)):
            return [FormulaError("The formula depends on figures.", None, NO_FIGURES)]
        return node

    def _mistakes(self, text: str, scope: Scope, first: FormulaError) -> list[FormulaError]:
        """Every name that is not known; else the one mistake that was met first."""
        try:
            syntax = parse(text)
        except FormulaError as error:
            return [error]
        parts = [part for part, role in named(syntax, scope.functions) if role in ("value", "function")]
        unknown = [found for part in parts if (found := _unknown(part, scope)) is not None]
        if self.names.lost and unknown:
            return []
        if unknown:
            return [error for place, error in enumerate(unknown) if error.sentence not in _sentences(unknown[:place])]
        used = {part.name for part in parts}
        return [] if used & self.names.unsure else [first]


def _sentences(errors: Sequence[FormulaError]) -> set[str]:
    return {error.sentence for error in errors}


def _unknown(part: NameSyntax | CallSyntax, scope: Scope) -> FormulaError | None:
    """What is wrong with a name by itself, in the words of the formula language."""
    call = isinstance(part, CallSyntax)
    if part.name in (scope.functions if call else scope.names):
        return None
    try:
        formula(f"{part.name}()" if call else part.name, scope)
    except FormulaError as error:
        return FormulaError(error.sentence, part.column, error.hint)
    return None


def named(syntax: object, functions: Mapping[str, Function]) -> Iterator[tuple[NameSyntax | CallSyntax, Role]]:
    """The names in a formula, in their order, each with what it stands for."""
    if isinstance(syntax, tuple):
        for part in syntax:
            yield from named(part, functions)
    elif isinstance(syntax, NameSyntax):
        yield syntax, "value"
    elif isinstance(syntax, CallSyntax):
        yield syntax, "function"
        function = functions.get(syntax.name)
        for place, arg in enumerate(syntax.args):
            parameters = function.parameters if function else ()
            taken = parameters[place] if place < len(parameters) else function.rest if function else None
            wants = "any" if taken is None else taken.wants
            if isinstance(arg, NameSyntax) and wants in ("indicator", "pay", "word"):
                yield arg, wants
            else:
                yield from named(arg, functions)
    elif has(syntax.__class__):
        # Whatever else a syntax is made of: its parts, in the order of their fields.
        yield from named(tuple(getattr(syntax, one.name) for one in fields(syntax.__class__)), functions)
