"""Looks across people whose values were worked out elsewhere, as texts beside the rows: exact fractions, or why there
is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm

import polars as pl
from attrs import frozen

from kpicore.engines.columnar.term import Ints, Logic, Number, Term, widest
from kpicore.errors import NeedsOthersError
from kpicore.formula.node import Absence, Crossing, Node, gravest
from kpicore.history import Known
from kpicore.row import Row

_MARK = "!"
_SMALL = 2**62


def text_of(value: Known) -> str:
    """'3/4', '12', or '!4' for an absence; the same for equal numbers."""
    if isinstance(value, Absence):
        return f"{_MARK}{int(gravest(value))}"
    return str(value)


def known_of(text: str) -> Fraction | Absence:
    """What such a text says."""
    return Absence(int(text[1:])) if text.startswith(_MARK) else Fraction(text)


@frozen(eq=False)
class Given:
    """What a look came to: for each row the place of its value among `knowns`."""

    codes: pl.Series
    knowns: Sequence[Fraction | Absence]

    @classmethod
    def of(cls, texts: pl.Series) -> Given:
        """Of a text a row."""
        table = texts.to_frame("x")
        unique = table.unique(maintain_order=True).with_row_index("code")
        codes = table.join(unique, on="x", how="left", maintain_order="left")["code"]
        return cls(codes, [known_of(text) for text in unique["x"]])

    def known(self, place: int) -> Fraction | Absence:
        """The value of one row."""
        return self.knowns[int(self.codes[place])]

    def taken(self, places: pl.Series) -> Given:
        """The same for some of the rows."""
        return Given(self.codes[places], self.knowns)

    def columns(self, name: str) -> tuple[list[pl.Series], Number]:
        """Columns under `<name>.n`, `.d` and `.a`, and the number over them; raises TooWideError."""
        values = [Fraction(0) if isinstance(known, Absence) else known for known in self.knowns]
        unit = lcm(*(value.denominator for value in values))
        most = max((abs(value) for value in values), default=Fraction(0))
        lacks = [int(known) if isinstance(known, Absence) else 0 for known in self.knowns]
        absent = pl.Series(f"{name}.a", lacks, dtype=pl.UInt8).gather(self.codes)
        flag = pl.col(f"{name}.a") if any(lacks) else None
        if most * unit < _SMALL:
            column, n = self._ints(f"{name}.n", [int(value * unit) for value in values])
            return [column, absent], Number(Fraction(1, unit), n, None, flag)
        top, n = self._ints(f"{name}.n", [value.numerator for value in values])
        bottom, d = self._ints(f"{name}.d", [value.denominator for value in values])
        return [top, bottom, absent], Number(Fraction(1), n, d, flag)

    def _ints(self, name: str, values: Sequence[int]) -> tuple[pl.Series, Ints]:
        low, high = min(values, default=0), max(values, default=0)
        carrier = widest(max(abs(low), abs(high)), "i64")
        dtype = pl.Int64 if carrier == "i64" else pl.Int128
        return pl.Series(name, values, dtype=dtype).gather(self.codes), Ints(pl.col(name), low, high, carrier)


@frozen(eq=False)
class Told:
    """The rows' crowd where all that they look at across people was told beforehand."""

    given: Mapping[Node, Given]

    def value(self, node: Crossing, row: Row) -> Known:
        """What a look came to for a row."""
        return self.given[node].known(row.place)

    def heads(self, node: Crossing, row: Row) -> int:
        """How many take part: asked by explanations, which have all rows at hand."""
        raise NeedsOthersError(f"How many take part in {type(node).__name__} is told only where all rows are at hand.")


def texts_of(frame: pl.DataFrame, term: Term) -> pl.Series:
    """The values of a number, or of a flag ('1' where it holds, else '0'), over the columns of a frame, as texts."""
    lacks = pl.lit(0, dtype=pl.UInt8) if term.absent is None else term.absent
    if isinstance(term, Logic):
        holds = pl.when((lacks == 0) & term.expr).then(pl.lit("1")).otherwise(pl.lit("0"))
        return frame.select(pl.int_range(pl.len()), holds.alias("x"))["x"]
    assert isinstance(term, Number)
    one = pl.lit(1, dtype=pl.Int64)
    n, d = (one if ints is None else ints.expr for ints in (term.n, term.d))
    table = frame.select(pl.int_range(pl.len()).alias("#"), n=n, d=d, a=lacks)
    unique = table.select("n", "d", "a").unique(maintain_order=True)
    texts = [
        text_of(Absence(absent) if absent else term.factor * Fraction(int(top), int(bottom)))
        for top, bottom, absent in unique.iter_rows()
    ]
    known = unique.with_columns(pl.Series("x", texts, dtype=pl.String))
    return table.join(known, on=["n", "d", "a"], how="left", maintain_order="left", nulls_equal=True)["x"]
