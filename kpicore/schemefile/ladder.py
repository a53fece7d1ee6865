"""The [ladder] of a scheme file: levels, checks, values of a cycle, moves and standards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from attrs import define, evolve

from kpicore.decimals import quoted
from kpicore.formula.node import Moment, Node, Ref
from kpicore.formula.resolve import ARTICLES, Function, Parameter, Scope
from kpicore.ladder import level_names, passed, taken
from kpicore.ladderspec import DOWN, PARTS, UP, CheckSpec, LadderSpec, ValueSpec
from kpicore.model import FactSpec
from kpicore.problem import did_you_mean
from kpicore.schemefile import scalar
from kpicore.schemefile.expression import Expressions
from kpicore.schemefile.finding import KeyPath
from kpicore.schemefile.indicator import check_ids
from kpicore.schemefile.reading import MOST_ROWS, Read, Reader
from kpicore.stretch import LONGEST_CYCLE

_MONTHLY = "It is a figure of a month. Write over_cycle(sum, ...), or another way to take it over the cycle."
_NO_MONTH = "A cycle may touch several months. Write it inside of over_cycle(...)."
_OF_CYCLE = "It belongs to the whole cycle. Write it outside of over_cycle(...)."


@define
class Ladders:
    """Reads a ladder. The formulas of a cycle see parameters, the ladder's words, and the values that stand before
    them; figures only through over_cycle."""

    reader: Reader
    facts: Mapping[str, FactSpec]
    nodes: Mapping[str, Node]
    params: Mapping[str, Node]
    taken: Mapping[str, str]

    def read(self, raw: object, path: KeyPath) -> LadderSpec | None:
        """The ladder; None where it could not be read."""
        head = self.reader.table(LadderSpec, raw, path, "[ladder]", PARTS)
        if head is None or not isinstance(raw, dict):
            return None
        self._check_months(head)
        rows = {name: self._rows(raw, head, name) for name in PARTS}
        levels = self._specs("level", rows["level"], head)
        names = [level.id for level in levels]
        if len(levels) < 2 and rows["level"] and len(names) == len(rows["level"]):
            self._wrong(head.at("level"), "bad_value", "A ladder has two levels at least.", "Add [[ladder.level]].")
        checks = self._checks(rows["check"], head)
        inner = self._of_months()
        self._use(self._scope_of(inner, checks))
        values = self._values(rows["value"], head)
        moves = self._specs("move", rows["move"], head, lambda read: self._move(read, names))
        self.reader.expressions = inner
        standards = self._specs("standard", rows["standard"], head, lambda read: self._levels(read, names))
        head.values |= {"level": levels, "check": checks, "value": values, "move": moves, "standard": standards}
        found: LadderSpec | None = head.build(self.reader.findings)
        return found

    def _wrong(self, path: KeyPath, code: str, message: str, hint: str = "") -> None:
        self.reader.findings.error(code, path, message, hint)

    def _check_months(self, head: Read) -> None:
        months = head.get("months")
        if months is not None and not 1 <= months <= LONGEST_CYCLE:
            self._wrong(head.at("months"), "bad_value", f"'months' is {months}.", f"1 to {LONGEST_CYCLE} are possible.")
            head.bad.add("months")

    def _rows(self, raw: Mapping[str, Any], head: Read, name: str) -> list[Any]:
        key = head.sections.get(name, name)
        path = (*head.path, key)
        rows = raw.get(key, [])
        if isinstance(rows, list) and len(rows) <= MOST_ROWS and (rows or name not in head.sections):
            if not rows and name in ("level", "move"):
                self._wrong(path, "missing_key", f"'{name}' is missing: {PARTS[name][1]} at least.",
                            f"Write [[ladder.{name}]], once for each.")  # fmt: skip
            return rows
        message = scalar.wrong(rows, "a list of tables").message if not isinstance(rows, list) else "The list is empty."
        if isinstance(rows, list) and rows:
            message = f"There are {len(rows)} rows; at most {MOST_ROWS} are read."
        self._wrong(path, "wrong_type", message, f"Write [[ladder.{name}]] with two brackets, once for each.")
        return []

    def _specs(
        self, name: str, rows: Sequence[object], head: Read, check: Callable[[Read], None] | None = None
    ) -> tuple[Any, ...]:
        cls, what = PARTS[name]
        path = (*head.path, head.sections.get(name, name))
        reads = [self.reader.table(cls, row, (*path, place), what) for place, row in enumerate(rows)]
        own = name == "value"
        check_ids(self.reader, reads, self.taken if own else {}, {"parameter": self.params} if own else {})
        found = []
        for read in reads:
            if read is not None:
                if check is not None:
                    check(read)
                found.append(read.build(self.reader.findings))
        return tuple(spec for spec in found if spec is not None)

    def _checks(self, rows: Sequence[object], head: Read) -> tuple[CheckSpec, ...]:
        return self._specs("check", rows, head, self._check)

    def _check(self, read: Read) -> None:
        for name in ("first", "again"):
            for place, fact in enumerate(read.get(name, ())):
                path = (*read.at(name), place)
                spec = self.facts.get(fact)
                if fact not in self.nodes:
                    self._wrong(
                        path, "unknown_name", f"There is no fact {quoted(fact)}.", did_you_mean(fact, self.nodes)
                    )
                elif spec is not None and spec.figure.type not in ("number", "flag"):
                    message = f"{quoted(fact)} is {ARTICLES[spec.figure.type]}; a check is a number or a yes or no."
                    self._wrong(path, "does_not_fit", message)
                elif spec is not None and spec.default is not None and spec.figure.type == "number":
                    message = f"A blank {quoted(fact)} stands for a number, so nobody could have left the check away."
                    self._wrong(path, "does_not_fit", message, "Leave its default away.")
                else:
                    continue
                read.bad.add(name)
        first, again = read.get("first"), read.get("again")
        if first and again and not read.bad and len(first) != len(again):
            message = f"The first try has {len(first)} checks, the second {len(again)}."
            self._wrong(read.at("again"), "does_not_fit", message, "Name the same checks in the same order.")
            read.bad.add("again")

    def _of_months(self) -> Expressions:
        """The formulas of the scheme, where figures are always of a month."""
        known = self.reader.expressions
        assert known is not None
        measure = known.scopes["measure"]
        refused = {name: why for name, why in measure.refused.items() if name != "month"}
        measure = evolve(measure, names={**measure.names, "month": Moment("month")}, refused=refused)
        return evolve(known, scopes={**known.scopes, "measure": measure})

    def _scope_of(self, inner: Expressions, checks: Sequence[CheckSpec]) -> Scope:
        """The scope of a cycle, as far as it is known before the values."""
        by_id = {check.id: check for check in checks}
        facts = dict(self.nodes)
        word = Parameter("check", "word", tuple(by_id) or ("",))
        functions = dict(self.reader.vocabulary.functions)
        functions |= {
            "passed": Function(
                "passed",
                lambda check, mark: passed(by_id[str(check)], facts, mark),
                (word, Parameter("mark")),
                help="whether a set of checks was passed at the mark, all at the first try or all at the second",
            ),
            "taken": Function(
                "taken",
                lambda check: taken(by_id[str(check)], facts),
                (word,),
                help="whether any of a set of checks was taken in the cycle",
            ),
        }
        months = inner.scopes["measure"]
        months = evolve(months, refused={**months.refused, **dict.fromkeys(("level", "months_in_level"), _OF_CYCLE)})
        own = level_names()
        refused = {**months.refused, **dict.fromkeys(self.nodes, _MONTHLY), "month": _NO_MONTH}
        refused = {name: why for name, why in refused.items() if name not in own}
        return Scope({**self.params, **own}, functions, frozenset(), refused, months=months)

    def _use(self, scope: Scope) -> None:
        """Formulas of a cycle are read in this scope from now on."""
        known = self.reader.expressions
        assert known is not None
        self.reader.expressions = evolve(known, scopes={**known.scopes, "cycle": scope})

    @property
    def _scope(self) -> Scope:
        assert self.reader.expressions is not None
        return self.reader.expressions.scopes["cycle"]

    def _values(self, rows: Sequence[object], head: Read) -> tuple[ValueSpec, ...]:
        """The values in their order; each may use those before it."""
        found: list[ValueSpec] = []
        seen: set[str] = set()
        path = (*head.path, head.sections.get("value", "value"))
        for place, row in enumerate(rows):
            read = self.reader.table(ValueSpec, row, (*path, place), "a value of the cycle")
            if read is None:
                continue
            self._check_value(read, seen)
            spec = read.build(self.reader.findings)
            name = read.get("id")
            if name is not None and name not in self._scope.names:
                node = spec.formula.node if spec is not None else None
                known = Ref(f"value.{name}", "number" if node is None else node.type)
                scope, months = self._scope, self._scope.months
                assert months is not None
                months = evolve(months, refused={**months.refused, name: _OF_CYCLE})
                self._use(evolve(scope, names={**scope.names, name: known}, months=months))
            if spec is not None:
                found.append(spec)
        return tuple(found)

    def _check_value(self, read: Read, seen: set[str]) -> None:
        name, formula = read.get("id"), read.get("formula")
        taken_by = {**self.taken, **dict.fromkeys(self.nodes, "A fact has this name.")}
        taken_by |= dict.fromkeys(self.params, "A parameter has this name.")
        taken_by |= dict.fromkeys(level_names(), "It is a word of ladders.")
        if name in seen:
            self._wrong(read.at("id"), "duplicate", f"{quoted(name)} is given twice.", "Choose another name.")
            read.bad.add("id")
        elif name is not None and name in taken_by:
            self._wrong(read.at("id"), "bad_id", f"{quoted(name)} is taken.", f"{taken_by[name]} Choose another.")
            read.bad.add("id")
        if name is not None:
            seen.add(name)
        if formula is not None and formula.node.type not in ("number", "flag"):
            message = f"The value is {ARTICLES[formula.node.type]}; a number or a yes or no is needed here."
            self._wrong(read.at("formula"), "bad_formula", message)
            read.bad.add("formula")

    def _levels(self, read: Read, names: Collection[str]) -> None:
        for place, level in enumerate(read.get("levels", ())):
            if level not in names:
                self._wrong((*read.at("levels"), place), "unknown_name", f"There is no level {quoted(level)}.",
                            did_you_mean(level, names))  # fmt: skip
                read.bad.add("levels")

    def _move(self, read: Read, names: Sequence[str]) -> None:
        self._levels(read, names)
        to = read.get("to")
        if to is None or "levels" in read.bad or not names:
            return
        options = (UP, DOWN, *names)
        levels = read.get("levels", ()) or tuple(names)
        if to not in options:
            self._wrong(read.at("to"), "unknown_name", f"There is no level {quoted(to)}.", did_you_mean(to, options))
            read.bad.add("to")
        elif (to == UP and names[-1] in levels) or (to == DOWN and names[0] in levels):
            end, where = (names[-1], "above") if to == UP else (names[0], "below")
            hint = "Say in 'levels' for which the move is asked."
            self._wrong(read.at("to"), "does_not_fit", f"There is no level {where} {quoted(end)}.", hint)
            read.bad.add("to")
