"""The short way: what a sheet gives for figures as they come, where every one of them is as ordinary as can be.

The function that is made here takes a person's raw figures, sees that each is there and is plainly within its bounds,
and reckons in whole numbers to what is wanted. Whatever else it meets - a blank, a text, a zero divisor, a figure
outside of its bounds or with many decimals, a parameter among the figures - it gives None, and the long way (`read`
and a program) is to be asked. So it never has to say what is wrong, and what it does give is what the long way gives.
"""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from decimal import Decimal
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import Any

from attrs import evolve, frozen

from kpicore.decimals import MOST_DIGITS, half_width
from kpicore.engines.exact.engine import ExactReader, Making, Output
from kpicore.engines.exact.term import Code, Term
from kpicore.figure import LONGEST_TEXT
from kpicore.formula.node import Along, Crossing, Fact, Moment
from kpicore.formula.resolve import constant
from kpicore.history import part_of
from kpicore.model import FactSpec
from kpicore.protocols import Period

Short = Callable[[Mapping[str, object]], tuple[Any, ...] | None]
"""A person's raw figures to the outputs; None where the long way is to be asked."""

_LEAST_PLACES = 4
_MOST_ANSWERS = 1 << 16
_SMALL = (1 << 30) - 1
_BUILTINS = {
    "abs": abs,
    "dict": dict,
    "len": len,
    "float": float,
    "int": int,
    "str": str,
    "bool": bool,
    "type": type,
    "KeyError": KeyError,
    "ValueError": ValueError,
    "IndexError": IndexError,
}


class _NoShortWayError(Exception):
    """The sheet asks more than the figures of one person and period."""


class ShortWays:
    """The short ways of a reader to some outputs, by period. `key` is a cell from which the others may follow; figures
    by the names of `params` set parameters."""

    def __init__(self, reader: ExactReader, outputs: Sequence[Output], key: str, params: Set[str]) -> None:
        making = _RawMaking(reader, params)
        self._run: Callable[..., tuple[Any, ...] | None] | None
        try:
            self._run = making.of_whole(outputs, key)
        except _NoShortWayError:
            self._run = None
        self._parts = tuple(making.parts)

    def of(self, period: Period) -> Short:
        """The short way for rows of this period."""
        if self._run is None:
            return _none
        return partial(self._run, **{part: part_of(period, part) for part in self._parts}) if self._parts else self._run


def _none(_: Mapping[str, object]) -> None:
    return None


@frozen
class _RawInput:
    """A raw figure as a function takes it: one whole number, in units of its last place, or a value of its own."""

    spec: FactSpec
    name: str
    nought: bool = True
    """Whether it may be 0."""

    @property
    def scale(self) -> int:
        """How many units are one, of a number that may have decimals."""
        kind = self.spec.figure
        places = max(_LEAST_PLACES, kind.places + 2)
        return 1 if kind.whole else int(10**places)

    def term(self, positive: bool) -> Term:
        type_ = self.spec.figure.type
        if type_ == "number":
            return Term("number", self.name, self.scale, positive=positive)
        return Term(type_, v=self.name)

    def taking(self) -> list[Code]:
        """The lines that take it."""
        if self.spec.default is None:
            return [f"{self.name} = facts[{self.spec.id!r}]"]
        lines = [f"{self.name} = facts.get({self.spec.id!r})"]
        return [*lines, f"if {self.name} is None: {self.name} = {self.name}default"]

    @property
    def plainly(self) -> Code | None:
        """Whether it is ordinary as it stands; None for a number that must be made whole first."""
        name, kind = self.name, self.spec.figure
        if kind.type == "number":
            return f"type({name}) is int and {self._within}" if kind.whole else None
        if kind.type == "text":
            known = f"{name} in {name}choices" if self.spec.bounds.choices else f"0 < len({name}) <= {LONGEST_TEXT}"
            return f"type({name}) is str and {known} and {name}.strip() == {name}"
        return f"type({name}) is {'bool' if kind.type == 'flag' else 'date'}"

    def making(self) -> list[Code]:
        """The lines that make a whole number of it."""
        name, kind = self.name, self.spec.figure
        if kind.type == "date":
            return [f"{name} = {name}.toordinal()"]
        if kind.type != "number" or kind.whole:
            return []
        return [
            f"kind = type({name})",
            "if kind is Decimal or kind is float:",
            f'    whole, _, part = str({name}).partition(".")',
            f"    {name} = int(whole + part) * {name}units[len(part)]",
            f"elif kind is int: {name} = {name} * {self.scale}",
            "else: return None",
            f"if not ({self._within}): return None",
        ]

    @property
    def _within(self) -> Code:
        name, most = self.name, self._most
        below = f"{name} <= {most}"
        if self.scale == 1 and most > _SMALL:  # Python compares small numbers in a third of the time
            below = f"({name} <= {_SMALL} or {below})"
        return f"{name} >= {self._least} and {below}"

    @property
    def _least(self) -> int:
        least, _ = self.spec.bounds.ends
        lowest: int = 1 - 10**MOST_DIGITS * self.scale
        low = lowest if least is None else max(lowest, ceil(Fraction(least) * self.scale))
        return low if self.nought else max(low, 1)

    @property
    def _most(self) -> int:
        _, most = self.spec.bounds.ends
        highest: int = 10**MOST_DIGITS * self.scale - 1
        return highest if most is None else min(highest, floor(Fraction(most) * self.scale))

    def constants(self) -> dict[str, object]:
        """What its lines find by name."""
        places = len(str(self.scale)) - 1
        return {
            f"{self.name}default": self.spec.default,
            f"{self.name}choices": frozenset(
                each for each in self.spec.bounds.choices if each and half_width(each) == each
            ),
            f"{self.name}units": tuple(10 ** (places - given) for given in range(places + 1)),
        }


class _Answers(dict[int, tuple[Any, ...] | None]):
    """What follows from a number alone, each reckoned once."""

    def __init__(self, follow: Callable[[int], tuple[Any, ...] | None]) -> None:
        super().__init__()
        self._follow = follow

    def __missing__(self, number: int) -> tuple[Any, ...] | None:
        if len(self) >= _MOST_ANSWERS:
            self.clear()
        made = self[number] = self._follow(number)
        return made


class _RawMaking(Making):
    """Makes one such function. Where all that is wanted follows from one number, a table holds that."""

    def __init__(self, reader: ExactReader, params: Set[str]) -> None:
        super().__init__(reader, certain=True)
        self.params = params
        self.raw: dict[str, _RawInput] = {}
        self.parts: dict[str, None] = {}

    def look(self, node: Along | Crossing) -> Term:
        raise _NoShortWayError

    def moment(self, node: Moment) -> Term:
        self.parts[node.part] = None
        return super().moment(node)

    def fact(self, node: Fact) -> Term:
        given = self.reader.sheet.given.get(node.id)
        if given is not None:  # kpicore puts it into some rows, never among the figures that are handed in
            if given.default is None:
                raise _NoShortWayError
            return self.writer.term(constant(given.default))
        known = self.raw.get(node.id)
        if known is None:
            if node.id in self.params:
                raise _NoShortWayError
            spec = self.reader.sheet.facts[node.id]
            known = self.raw[node.id] = _RawInput(spec, f"x{len(self.raw)}")
        return known.term(node.positive)

    def of_whole(self, outputs: Sequence[Output], first: str) -> Callable[..., tuple[Any, ...] | None]:
        """Gives the outputs in their order."""
        key = self._key(first)
        written = len(self.writer.lines)
        given = [self.output(output) for output in outputs]
        lines, given = self.writer.finished(given)
        before = [line for place, line in lines if place < written]
        after = [line for place, line in lines if place >= written]
        after.append(f"    return ({', '.join(given)},)")
        self._positive(before)
        space = self._space()
        if key is not None and _free(after) <= {key, *self.writer.constants, *_BUILTINS}:
            space["answers"] = _Answers(_made([key], after, space))
            after = [f"    return answers[{key}]"]
        reading = ["    try:", *(f"        {line}" for line in self._reading()), _GIVING_UP]
        return _made(["facts", *self.parts], [*reading, *before, *after], space)

    def _positive(self, lines: list[Code]) -> None:
        """Lets the bounds say of divisors that they are not 0."""
        for id_, item in self.raw.items():
            guard = f"    if {item.name} == 0: return None"
            if guard in lines and item.spec.positive:
                lines.remove(guard)
                self.raw[id_] = evolve(item, nought=False)

    def _key(self, cell: str) -> Code | None:
        """The variable that holds this cell, where it is a number that has one."""
        if cell not in self.reader.sheet.cells:
            return None
        term = self.writer.cell(cell)
        return term.n if isinstance(term.n, str) and term.n.isidentifier() and isinstance(term.d, int) else None

    def _reading(self) -> Iterable[Code]:
        raw = self.raw.values()
        yield "if type(facts) is not dict: return None"
        if self.params:
            # Nothing but these figures, all of which are taken below: so no parameter is among them.
            all_asked = all(item.spec.default is None for item in raw)
            odd = "not params.isdisjoint(facts)"
            yield f"if {f'len(facts) != {len(raw)} and {odd}' if all_asked else odd}: return None"
        for item in raw:
            yield from item.taking()
        tests = [test for item in raw if (test := item.plainly) is not None]
        if tests:
            yield f"if not ({' and '.join(tests)}): return None"
        for item in raw:
            yield from item.making()

    def _space(self) -> dict[str, Any]:
        space: dict[str, Any] = {"Decimal": Decimal, "date": datetime.date}
        space |= self.writer.constants | {"params": frozenset(self.params)}
        for item in self.raw.values():
            space |= item.constants()
        return space


_GIVING_UP = "    except (KeyError, ValueError, IndexError): return None"


def _made(arguments: Sequence[Code], lines: Sequence[Code], space: Mapping[str, object]) -> Callable[..., Any]:
    """The function of these lines. What it finds by name is bound to it, where it is found faster than elsewhere."""
    found = {"__builtins__": _BUILTINS, **space}
    bound = [f"{name}={name}" for name in sorted(_free(lines) - set(arguments))]
    exec(compile("\n".join([f"def run({', '.join([*arguments, *bound])}):", *lines]), "<sheet>", "exec"), found)
    made: Callable[..., Any] = found["run"]  # type: ignore[assignment]
    return made


def _free(lines: Sequence[Code]) -> set[Code]:
    """The names that these lines of a function's body need from elsewhere."""
    names = [node for node in ast.walk(ast.parse("\n".join(["def f():", *lines]))) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - own
