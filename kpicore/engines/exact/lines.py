"""Lines of straight-line Python over whole numbers, and the small steps that they are made of."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import repeat
from math import gcd, lcm, prod

from attrs import define, field

from kpicore.engines.exact.term import Code, Term, Whole, common, joined, over, times

KNOWN = ("True", "False")
"""The code of flags that are known when the code is made."""
_NAME = re.compile(r"[A-Za-z_]\w*")
_CHOICE = re.compile("\0([0-9]+)\0")  # no text that a sheet gives can hold it: its repr has no such character
_MULTIPLE = re.compile(r"\(([a-z][0-9]+n?) \* ([0-9]+)\)")
_ASSIGNED = re.compile(r" {4}([a-z][0-9]+) = [^;]*")


@define
class Lines:
    """The code so far, and the values that it finds by name. Every variable is set once, whatever the row."""

    lines: list[str] = field(factory=list)
    constants: dict[str, object] = field(factory=dict)
    _held: dict[Code, Code] = field(factory=dict)
    _names: int = 0
    _split: dict[Whole, tuple[int, Whole]] = field(factory=dict)
    _tests: dict[Code, tuple[Code, ...]] = field(factory=dict)
    _choices: dict[tuple[tuple[Code, ...], Code], int] = field(factory=dict)

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
            match = _MULTIPLE.fullmatch(value)
            if match is not None:
                self._split[name] = int(match[2]), match[1]
        return name

    def index(self, tests: Sequence[Code]) -> Code:
        """An index in a variable of its own: the place of the first test that holds, after all where none does."""
        at = str(self.held(_chained(tests, range(len(tests) + 1)), "i"))
        self._tests[at] = tuple(tests)
        return at

    def chosen(self, items: Iterable[Code], at: Code) -> Code:
        """The one of these at the index; `finished` says how."""
        number = self._choices.setdefault((tuple(items), at), len(self._choices))
        return f"\0{number}\0"

    def one_of(self, values: Sequence[Fraction], at: Code, absent: Code = "0") -> Term:
        """The number among these that the index gives."""
        if len(set(values)) == 1:
            return Term("number", *values[0].as_integer_ratio(), "", absent, values[0] >= 0)
        d = lcm(*(value.denominator for value in values))
        n = self.chosen((str(value.numerator * (d // value.denominator)) for value in values), at)
        return Term("number", n, d, "", absent, all(value >= 0 for value in values), tuple(values), at)

    def finished(self, given: Sequence[Code]) -> tuple[list[tuple[int, Code]], list[Code]]:
        """The lines, with their places, but for those that nobody needs for what is given; and the code of that.

        An index that is needed once is not kept: its tests choose the value at once.
        """
        choices = list(self._choices)
        lines: list[tuple[int, Code]] = []
        needed: Counter[Code] = Counter()
        for code in given:
            needed.update(_names(code, choices))
        for place, line in reversed(list(enumerate(self.lines))):
            match = _ASSIGNED.fullmatch(line)
            if match is None or needed[match[1]]:
                lines.append((place, line))
                needed.update(_names(line if match is None else line[match.end(1) :], choices))
        once = {at for at in self._tests if needed[at] == 1}
        inlined: set[Code] = set()

        def resolved(match: re.Match[str]) -> str:
            items, at = choices[int(match[1])]
            if at not in once:
                return f"({', '.join(items)},)[{at}]"
            inlined.add(at)
            return _chained(self._tests[at], items)

        lines = [(place, _CHOICE.sub(resolved, line)) for place, line in reversed(lines)]
        told = [_CHOICE.sub(resolved, code) for code in given]
        return [each for each in lines if each[1].partition(" = ")[0].strip() not in inlined], told

    def cancelled(self, top: tuple[Whole, Whole], bottom: tuple[Whole, Whole]) -> tuple[Whole, Whole]:
        """The products of both, without what is known to be a factor of each."""
        above, below = ([self._split.get(part, (1, part)) for part in parts] for parts in (top, bottom))
        known_above, known_below = (prod(known for known, _ in parts) for parts in (above, below))
        shared = gcd(known_above, known_below)
        if shared == 1:
            return times(*top), times(*bottom)
        n = times(*(rest for _, rest in above), known_above // shared)
        return n, times(*(rest for _, rest in below), known_below // shared)

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
        return self.one_of(values, places.pop(), self.absence(*(arg.absent for arg in args)))


def _chained(tests: Sequence[Code], items: Iterable[object]) -> Code:
    """The item beside the first test that holds, the last one where none does."""
    *before, last = items
    return "(" + "".join(f"{item} if {test} else " for item, test in zip(before, tests, strict=True)) + f"{last})"


def _names(code: Code, choices: Sequence[tuple[tuple[Code, ...], Code]]) -> Iterator[Code]:
    """The names in the code, and more where texts stand in it."""
    yield from _NAME.findall(_CHOICE.sub(" ", code))
    for number in _CHOICE.findall(code):
        yield choices[int(number)][1]
