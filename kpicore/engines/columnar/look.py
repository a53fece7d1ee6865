"""What a look beyond the row is taken of: the columns of its argument, made for all rows."""

from __future__ import annotations

import polars as pl
from attrs import evolve, frozen

from kpicore.engines.columnar.lines import chain, flags
from kpicore.engines.columnar.term import EXACT_ORDER, Expr, Ints, Logic, Number, Term, TooWideError, Words
from kpicore.formula.node import Absence


@frozen(eq=False)
class Asked:
    """A term whose columns stand in a frame under names of their own: `<name>.n`, `.d`, `.v`, `.a`."""

    name: str
    term: Term

    @property
    def exprs(self) -> list[Expr]:
        """What makes the columns."""
        term, found = self.term, []
        if isinstance(term, Number):
            if term.n is not None:
                found.append(term.n.expr.alias(f"{self.name}.n"))
            if term.d is not None:
                found.append(term.d.expr.alias(f"{self.name}.d"))
        else:
            found.append((term.expr).alias(f"{self.name}.v"))
        if term.absent is not None:
            found.append(term.absent.alias(f"{self.name}.a"))
        return found

    @property
    def columns(self) -> list[str]:
        """The names of those columns."""
        return [expr.meta.output_name() for expr in self.exprs]

    def stored(self, prefix: str = "") -> Term:
        """The term over those columns, under a prefix."""
        term = self.term
        if isinstance(term, Number):
            if term.n is not None:
                term = evolve(term, n=evolve(term.n, expr=pl.col(f"{prefix}{self.name}.n")))
            if term.d is not None:
                term = evolve(term, d=evolve(term.d, expr=pl.col(f"{prefix}{self.name}.d")))
        elif isinstance(term, Logic):
            term = evolve(term, value=pl.col(f"{prefix}{self.name}.v"))
        else:
            term = evolve(term, expr=pl.col(f"{prefix}{self.name}.v"))
        return term if term.absent is None else evolve(term, absent=pl.col(f"{prefix}{self.name}.a"))

    @property
    def present(self) -> Expr:
        """Whether there is a value."""
        return pl.lit(True) if self.term.absent is None else pl.col(f"{self.name}.a") == 0


def form_of(term: Term) -> object:
    """All that is known of a term: what is made of terms that have the same is the same."""

    def of(ints: Ints | None) -> object:
        return None if ints is None else (str(ints.expr), ints.low, ints.high, ints.carrier)

    absent = None if term.absent is None else str(term.absent)
    if isinstance(term, Number):
        return term.factor, of(term.n), of(term.d), absent
    return str(term.expr), term.labels if isinstance(term, Words) else None, absent


def whole(number: Term) -> Ints:
    """The whole numbers of a number that is nothing but a unit times these; raises TooWideError for any other."""
    assert isinstance(number, Number)
    if number.n is None or number.d is not None:
        raise TooWideError
    return number.n


def order_key(number: Number) -> Expr:
    """A column that orders rows as the number does; raises TooWideError where no plain column does."""
    if number.n is None and number.d is None:
        return pl.lit(0)
    up = number.factor > 0
    if number.d is None:
        assert number.n is not None
        return number.n.expr if up else number.n.negative().expr
    size = 1 if number.n is None else number.n.size
    if size * number.d.high >= EXACT_ORDER:
        raise TooWideError
    quotient = (pl.lit(1.0) if number.n is None else number.n.as_("f64")) / number.d.as_("f64")
    return quotient if up else -quotient


def gravest(absent: Expr) -> Expr:
    """The one flag that counts."""
    falling = sorted(map(int, Absence), reverse=True)
    return chain(tuple(absent >= flag for flag in falling), [flags(flag) for flag in (*falling, 0)])


__all__ = ["Asked", "Words", "gravest", "order_key", "whole"]
