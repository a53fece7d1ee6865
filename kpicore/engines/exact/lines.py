"""Lines of straight-line Python over whole numbers, and the small steps that they are made of."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import repeat

from attrs import define, field

from kpicore.engines.exact.term import Code, Term, Whole, common, joined, one_of, over

KNOWN = ("True", "False")
"""The code of flags that are known when the code is made."""


@define
class Lines:
    """The code so far, and the values that it finds by name. Every variable is set once, whatever the row."""

    lines: list[str] = field(factory=list)
    constants: dict[str, object] = field(factory=dict)
    _held: dict[Code, Code] = field(factory=dict)
    _names: int = 0

    def name(self, letter: str) -> Code:
        """A new name."""
        self._names += 1
        return f"{letter}{self._names}"

    def line(self, text: str, depth: int = 0) -> None:
        """One more line."""
        self.lines.append("    " * (depth + 1) + text)

    def held(self, value: Whole, letter: str = "n") -> Whole:
        """The value in a variable of its own, unless it is one or a number already."""
        if isinstance(value, int) or value.isidentifier() or value.isdecimal():
            return value
        name = self._held.get(value)
        if name is None:  # equal code has an equal value
            name = self._held[value] = self.name(letter)
            self.line(f"{name} = {value}")
        return name

    def constant(self, value: object) -> Code:
        """A name under which the code finds this value."""
        name = self.name("K")
        self.constants[name] = value
        return name

    def absence(self, *absences: Code) -> Code:
        """The flags of several, in a variable."""
        held = self.held(joined(*absences), "a")
        return str(held)

    def number(self, n: Whole, d: Whole, absent: Code, positive: bool) -> Term:
        """The number n / d."""
        return Term("number", self.held(n), self.held(d, "d"), "", absent, positive)

    def flag(self, code: Code, absent: Code) -> Term:
        """The flag that this code gives."""
        return Term("flag", v=str(self.held(code, "v")), absent=absent)

    def pick(self, condition: Code, then: Term, otherwise: Term, absent: Code = "0") -> Term:
        """One of two terms; `absent` is the absence of the condition itself."""
        if absent == "0" and condition in KNOWN:
            return then if condition == "True" else otherwise
        a: Code = "0"
        if then.absent != "0" or otherwise.absent != "0" or absent != "0":
            chosen = (
                then.absent
                if then.absent == otherwise.absent
                else (f"({then.absent} if {condition} else {otherwise.absent})")
            )
            a = str(self.held(chosen if absent == "0" else f"({absent} or {chosen})", "a"))
        if then.type != "number":
            v = self.held(f"({then.v} if {condition} else {otherwise.v})", "v")
            return Term(then.type, v=str(v), absent=a)
        positive = then.positive and otherwise.positive
        shared = common(then.d, otherwise.d)
        if shared is not None:
            left, right = over(then, shared), over(otherwise, shared)
            n = left if left == right else f"({left} if {condition} else {right})"
            return self.number(n, shared, a, positive)
        d = then.d if then.d == otherwise.d else f"({then.d} if {condition} else {otherwise.d})"
        return self.number(f"({then.n} if {condition} else {otherwise.n})", d, a, positive)

    def folded(self, compute: Callable[..., Fraction], *args: Term) -> Term | None:
        """The result at once where all arguments are known but for the index by which some are chosen."""
        places = {arg.at for arg in args if arg.among}
        known = (arg.among or (isinstance(arg.n, int) and isinstance(arg.d, int)) for arg in args)
        if len(places) != 1 or not all(known):
            return None
        columns = [arg.among or repeat(Fraction(arg.n, arg.d)) for arg in args]  # type: ignore[arg-type]
        values = [compute(*row) for row in zip(*columns, strict=False)]
        return one_of(values, places.pop(), self.absence(*(arg.absent for arg in args)))
