"""Columns that a program makes on its way, and the small steps that they are made of."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import polars as pl
from attrs import define, evolve, field

from kpicore.engines.columnar.term import (
    EXACT_ORDER,
    Carrier,
    Expr,
    Ints,
    Logic,
    Number,
    Steps,
    Term,
    Words,
    common_unit,
    literal,
    plus,
    product,
    stepped,
    times,
    widest,
)
from kpicore.formula.node import ANY_ABSENCE, Absence

EVERY_ABSENCE = int(ANY_ABSENCE)
MISSING, UNREADABLE = int(Absence.MISSING), int(Absence.UNREADABLE)
_MADE = "~"
"""Begins the names of columns that a program makes."""


def chain(conditions: tuple[Expr, ...], values: list[Expr]) -> Expr:
    """The value of the first condition that holds, else the last one."""
    if not conditions:
        return values[0]
    when = pl.when(conditions[0]).then(values[0])
    for condition, value in zip(conditions[1:], values[1:-1], strict=True):
        when = when.when(condition).then(value)  # type: ignore[assignment]
    return when.otherwise(values[-1])


def flags(value: int) -> Expr:
    """A known absence."""
    return pl.lit(value, dtype=pl.UInt8)


def joined(*absences: Expr | None) -> Expr | None:
    """The flags of several."""
    found: Expr | None = None
    for absence in absences:
        if absence is not None:
            found = absence if found is None else found | absence
    return found


def strictly(first: Expr | None, other: Expr | None) -> Expr | None:
    """The first absence, or the other where there is none: what a value lacks that was asked at nothing is nobody's."""
    if first is None or other is None:
        return other if first is None else first
    return pl.when(first != 0).then(first).otherwise(other)


def gravest_in(absent: Expr, wanted: int) -> Expr:
    """Whether the gravest of the flags is one of those wanted (nothing absent: no)."""
    if wanted == EVERY_ABSENCE:
        return absent != 0
    return (absent & flags(wanted)) > (absent & flags(EVERY_ABSENCE & ~wanted))


@define(eq=False)
class Lines:
    """The columns made so far, each in the stage after those that it needs.

    `certain`: nothing is absent; where that turns out not to hold for a row, `doubts` say so, and what the other
    columns have for that row means nothing.
    """

    certain: bool
    stages: list[list[Expr]] = field(factory=list)
    doubts: list[Expr] = field(factory=list)
    _stage: dict[str, int] = field(factory=dict)
    _multiples: dict[tuple[int, int], tuple[Ints, Ints]] = field(factory=dict)
    _quotients: dict[tuple[int, int], tuple[object, Expr]] = field(factory=dict)

    def held(self, expr: Expr) -> Expr:
        """The same as a column of its own, for what is used more than once."""
        roots = expr.meta.root_names()
        stage = max((self._stage.get(name, -1) for name in roots), default=-1) + 1
        name = f"{_MADE}{len(self._stage)}"
        self._stage[name] = stage
        while len(self.stages) <= stage:
            self.stages.append([])
        self.stages[stage].append(expr.alias(name))
        return pl.col(name)

    def hold(self, term: Term) -> Term:
        """A term whose columns are made once."""
        match term:
            case Number(n=n, d=d, steps=steps):
                if steps is not None:
                    steps = evolve(steps, conditions=tuple(self._once(condition) for condition in steps.conditions))
                    term = evolve(term, steps=steps)
                    places = _places(steps)
                    if places is not None:
                        whole = self._in_units(term, steps, Fraction(1, 10**places))
                        assert whole.n is not None
                        column = evolve(whole.n, expr=self.held(whole.n.expr))
                        term = evolve(term, whole=evolve(whole, n=column, absent=None))
                if n is not None:
                    term = evolve(term, n=evolve(n, expr=self._once(n.expr)))
                if d is not None:
                    term = evolve(term, d=evolve(d, expr=self._once(d.expr)))
            case Logic(value=pl.Expr() as value):
                term = evolve(term, value=self._once(value))
            case Words(expr=expr):
                term = evolve(term, expr=self._once(expr))
        return term if term.absent is None else evolve(term, absent=self._once(term.absent))

    def _once(self, expr: Expr) -> Expr:
        return expr if expr.meta.is_column() or expr.meta.is_literal() else self.held(expr)

    def ints(self, number: Number) -> Number:
        """A number that is one of some steps, as a column."""
        steps = number.steps
        if steps is None:
            return number
        if number.whole is not None:
            return evolve(number.whole, absent=number.absent)
        unit = common_unit(list(steps.values))
        return self._in_units(number, steps, unit)

    def _in_units(self, number: Number, steps: Steps, unit: Fraction) -> Number:
        whole = [int(value / unit) for value in steps.values]
        size = max(map(abs, whole))
        carrier: Carrier = "i32" if size < 2**31 else widest(size, "i64")
        expr = chain(steps.conditions, [literal(value, carrier) for value in whole])
        return Number(unit, Ints(expr, min(whole), max(whole), carrier), None, number.absent)

    def folded(self, compute: Callable[..., Fraction], *args: Number) -> Number | None:
        """The result at once where all arguments are known, or one is a choice of known ones."""
        stairs = [arg.steps for arg in args if arg.steps is not None]
        if any(steps is not stairs[0] for steps in stairs):
            return None
        if any(arg.known is None and arg.steps is None for arg in args):
            return None
        absent = joined(*(arg.absent for arg in args))
        if not stairs:
            return Number(compute(*(arg.factor for arg in args)), absent=absent)
        values = [
            compute(*(arg.factor if arg.steps is None else arg.steps.values[place] for arg in args))
            for place in range(len(stairs[0].values))
        ]
        return stepped(stairs[0].of(values), absent)

    def quotient(self, number: Number) -> Expr:
        """n / d in floats, off by the rounding of a product with a rounded inverse at most."""
        assert number.d is not None
        key = (id(number.n), id(number.d))
        known = self._quotients.get(key)
        if known is None:
            top = literal(1, "f64") if number.n is None else number.n.as_("f64")
            known = self._quotients[key] = ((number.n, number.d), self.held(top / number.d.as_("f64")))
        return known[1]

    def at_least(self, number: Number, bound: Fraction, strict: bool = False, no: bool = False) -> Expr | bool:
        """Whether a number is `bound` or more (above it, where strict); with `no` whether it is not."""
        if number.known is not None:
            return (number.known > bound if strict else number.known >= bound) is not no
        number = self.ints(number)
        limit, up = bound / number.factor, number.factor > 0
        if number.d is None:
            assert number.n is not None
            if up:
                return _below(number.n, limit, not strict) if no else _reaches(number.n, limit, strict)
            return _reaches(number.n, limit, not strict) if no else _below(number.n, limit, strict)
        sign = ("gt" if strict else "ge") if up else ("lt" if strict else "le")
        return self._against(number, limit, _OPPOSITE[sign] if no else sign)

    def equal(self, number: Number, bound: Fraction) -> Expr | bool:
        """Whether a number is exactly this one."""
        if number.known is not None:
            return number.known == bound
        number = self.ints(number)
        limit = bound / number.factor
        if number.d is not None:
            return self._against(number, limit, "eq")
        assert number.n is not None
        if limit.denominator > 1 or not number.n.low <= limit <= number.n.high:
            return False
        return number.n.expr == literal(int(limit), number.n.carrier)

    def _against(self, number: Number, limit: Fraction, sign: str) -> Expr:
        """n / d compared with a known fraction."""
        assert number.d is not None
        n, d, p, q = number.n, number.d, limit.numerator, limit.denominator
        size = 1 if n is None else n.size
        if size * q < EXACT_ORDER and d.high * max(abs(p), 1) < EXACT_ORDER:
            return _near(self.quotient(number), sign, limit, Fraction(1, 2 * d.high * q))
        return self.ordered(q if n is None else self._times(n, q), d.times(p) if p else 0, sign)

    def _times(self, ints: Ints, factor: int) -> Ints:
        """A multiple of a column, which several comparisons share."""
        key = (id(ints), factor)
        known = self._multiples.get(key)
        if known is None:
            found = ints.times(factor)
            known = self._multiples[key] = (ints, evolve(found, expr=self._once(found.expr)))
        return known[1]

    def ordered(self, left: Ints | int, right: Ints | int, sign: str) -> Expr:
        """Two whole numbers compared."""
        sizes = [side.size if isinstance(side, Ints) else abs(side) for side in (left, right)]
        carrier = widest(max(sizes), *(side.carrier for side in (left, right) if isinstance(side, Ints)))
        exprs = [side.as_(carrier) if isinstance(side, Ints) else literal(side, carrier) for side in (left, right)]
        return _compared(exprs[0], sign, exprs[1])

    def crossed(self, left: Number, right: Number) -> tuple[Ints | int, Ints | int]:
        """Two whole numbers that compare as the numbers do."""
        unit = common_unit([left.factor, right.factor])
        return (
            _scaled(times(left.n, right.d), int(left.factor / unit)),
            _scaled(times(right.n, left.d), int(right.factor / unit)),
        )

    def added(self, args: list[Number]) -> Number:
        """The sum, absences left to the caller."""
        unit = common_unit([arg.factor for arg in args if arg.factor] or [Fraction(1)])
        if all(arg.d is None for arg in args):
            parts = [arg.n.times(int(arg.factor / unit)) for arg in args if arg.n is not None]
            known = int(sum((arg.factor for arg in args if arg.n is None), Fraction(0)) / unit)
            return Number(unit, plus(parts, known)) if parts else Number(unit * known)
        total = args[0]
        for arg in args[1:]:
            total = self._pair(total, arg)
        return total

    def _pair(self, left: Number, right: Number) -> Number:
        unit = common_unit([factor for factor in (left.factor, right.factor) if factor] or [Fraction(1)])
        if left.d is right.d:
            tops, bottom = (left.n, right.n), left.d
        else:
            tops, bottom = (times(left.n, right.d), times(right.n, left.d)), times(left.d, right.d)
        parts, known = [], 0
        for top, factor in zip(tops, (left.factor, right.factor), strict=True):
            scaled = _scaled(top, int(factor / unit))
            if isinstance(scaled, Ints):
                parts.append(scaled)
            else:
                known += scaled
        if not parts:
            return Number(unit * known, None, bottom)
        return Number(unit, plus(parts, known), bottom)

    def pick(self, condition: Expr | bool, then: Term, otherwise: Term, asked: Expr | None = None) -> Term:
        """One of two terms; `asked` is the absence of the condition itself."""
        if isinstance(condition, bool):
            taken = then if condition else otherwise
            return taken if asked is None else evolve(taken, absent=strictly(asked, taken.absent))
        absent: Expr | None = None
        if then.absent is not None or otherwise.absent is not None:
            absent = (
                pl.when(condition)
                .then(flags(0) if then.absent is None else then.absent)
                .otherwise(flags(0) if otherwise.absent is None else otherwise.absent)
            )
        absent = strictly(asked, absent)
        if isinstance(then, Number):
            assert isinstance(otherwise, Number)
            return evolve(self._picked(condition, then, otherwise), absent=absent)
        if isinstance(then, Logic):
            assert isinstance(otherwise, Logic)
            return Logic(pl.when(condition).then(then.expr).otherwise(otherwise.expr), absent)
        assert isinstance(otherwise, Words)
        return evolve(picked_words(condition, then, otherwise), absent=absent)

    def _picked(self, condition: Expr, then: Number, otherwise: Number) -> Number:
        if then.known is not None:
            if otherwise.known is not None:
                return stepped(Steps((condition,), (then.known, otherwise.known)))
            if otherwise.steps is not None:
                steps = otherwise.steps
                return stepped(Steps((condition, *steps.conditions), (then.known, *steps.values)))
        then, otherwise = self.ints(then), self.ints(otherwise)
        unit = common_unit([factor for factor in (then.factor, otherwise.factor) if factor] or [Fraction(1)])
        n = _either(
            condition, _scaled(then.n, int(then.factor / unit)), _scaled(otherwise.n, int(otherwise.factor / unit))
        )
        if then.d is None and otherwise.d is None:
            return Number(unit, n)
        return Number(unit, n, _either(condition, then.d or 1, otherwise.d or 1))


def _places(steps: Steps) -> int | None:
    """How many decimals the values have; None where no number of them is enough."""
    return next((places for places in range(10) if all(10**places % v.denominator == 0 for v in steps.values)), None)


def picked_words(condition: Expr, then: Words, otherwise: Words) -> Words:
    """One of two texts."""
    if then.labels is None or otherwise.labels is None:
        return Words(pl.when(condition).then(text_of(then)).otherwise(text_of(otherwise)))
    labels = tuple(dict.fromkeys((*then.labels, *otherwise.labels)))
    places = [relabelled(words, labels) for words in (then, otherwise)]
    return Words(pl.when(condition).then(places[0]).otherwise(places[1]), labels)


def relabelled(words: Words, labels: tuple[str, ...]) -> Expr:
    """The places of texts among other labels."""
    assert words.labels is not None
    if words.labels == labels[: len(words.labels)]:
        return words.expr
    places = [pl.lit(labels.index(label), dtype=pl.UInt16) for label in words.labels]
    conditions = tuple(words.expr == place for place in range(len(places) - 1))
    return chain(conditions, places)


def text_of(words: Words) -> Expr:
    """The texts themselves."""
    if words.labels is None:
        return words.expr
    return words.expr.cat.to(pl.Enum(words.labels)).cast(pl.String)


def _either(condition: Expr, then: Ints | int, otherwise: Ints | int) -> Ints:
    sides = (then, otherwise)
    lows = [side.low if isinstance(side, Ints) else side for side in sides]
    highs = [side.high if isinstance(side, Ints) else side for side in sides]
    known: tuple[Carrier, ...] = tuple(side.carrier for side in sides if isinstance(side, Ints))
    carrier = widest(max(abs(end) for end in (*lows, *highs)), *(known or ("i32",)))
    exprs = [side.as_(carrier) if isinstance(side, Ints) else literal(side, carrier) for side in sides]
    return Ints(pl.when(condition).then(exprs[0]).otherwise(exprs[1]), min(lows), max(highs), carrier)


def _scaled(ints: Ints | None, factor: int) -> Ints | int:
    if ints is None or factor == 0:
        return factor
    return ints.times(factor)


def _reaches(ints: Ints, limit: Fraction, strict: bool) -> Expr | bool:
    """n >= limit, or n > limit, of whole numbers."""
    least = -(-limit.numerator // limit.denominator)
    if strict and least == limit:
        least += 1
    if least <= ints.low:
        return True
    return False if least > ints.high else ints.expr >= literal(least, ints.carrier)


def _below(ints: Ints, limit: Fraction, strict: bool) -> Expr | bool:
    """n <= limit, or n < limit, of whole numbers."""
    most = limit.numerator // limit.denominator
    if strict and most == limit:
        most -= 1
    if most >= ints.high:
        return True
    return False if most < ints.low else ints.expr <= literal(most, ints.carrier)


def _near(quotient: Expr, sign: str, limit: Fraction, apart: Fraction) -> Expr:
    """A float quotient held against a fraction from which others lie more than twice `apart` away."""
    under, over = pl.lit(float(limit - apart)), pl.lit(float(limit + apart))
    match sign:
        case "ge":
            return quotient >= under
        case "gt":
            return quotient >= over
        case "lt":
            return quotient < under
        case "le":
            return quotient < over
    return (quotient >= under) & (quotient < over)


_OPPOSITE = {"ge": "lt", "gt": "le", "lt": "ge", "le": "gt"}


def _compared(left: Expr, sign: str, right: Expr) -> Expr:
    match sign:
        case "ge":
            return left >= right
        case "gt":
            return left > right
        case "le":
            return left <= right
        case "lt":
            return left < right
        case "ne":
            return left != right
    return left == right


__all__ = ["Lines", "chain", "flags", "gravest_in", "joined", "product"]
