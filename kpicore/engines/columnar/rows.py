"""The rows that the columnar reader is given: figures as columns of whole numbers, and whose and when they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
import polars as pl
from attrs import define, field, frozen

from kpicore.columns.textview import Wholes, viewed
from kpicore.engines.columnar.lines import MISSING, UNREADABLE, Lines, flags, joined
from kpicore.engines.columnar.term import Carrier, Expr, Ints, Logic, Number, Term, Words, common_unit
from kpicore.figure import UNREADABLE as UNREAD
from kpicore.figure import Figure, Kind, Value
from kpicore.formula.node import Type
from kpicore.protocols import Period

_FEW_NUMBERS = 1 << 22
_CARRIERS: Mapping[Any, Carrier] = {pl.Int32: "i32", pl.Float64: "f64", pl.Int64: "i64", pl.Int128: "i128"}


class Figures(Protocol):
    """One fact's figures of many rows, read strictly; absent ones are null.

    Numbers are whole numbers of `10 ** -places`, between `least` and `most`. `unreadable` says which are not blank
    but could not be read; None where all could.
    """

    @property
    def values(self) -> pl.Series: ...
    @property
    def places(self) -> int: ...
    @property
    def least(self) -> int: ...
    @property
    def most(self) -> int: ...
    @property
    def unreadable(self) -> pl.Series | None: ...


@frozen
class Held:
    """A fact or parameter as the columns of the frame have it."""

    name: str
    kind: Kind
    places: int
    least: int
    most: int
    blank: bool
    unreadable: bool
    dtype: Any


@define(eq=False)
class Rows:
    """The figures of many rows. `periods` are the periods that occur; the column `#period` names one by its place.

    The frame has a column for each fact (`f:<id>`) and parameter that rows set (`p:<id>`), with a `!` behind the name
    where one could not be read; `#who` and `#team` are whole numbers, the same for the same employee and
    team; those of employees in the order of their texts.
    """

    frame: pl.DataFrame
    periods: Sequence[Period]
    held: dict[str, Held] = field(factory=dict)

    @classmethod
    def of(
        cls,
        columns: Mapping[str, tuple[Kind, Figures]],
        *,
        periods: Sequence[Period],
        period: pl.Series | None = None,
        who: pl.Series | None = None,
        team: pl.Series | None = None,
        height: int,
    ) -> Rows:
        """Rows of figures by column name; keys only where something looks beyond one row."""
        found: dict[str, pl.Series] = {}
        held: dict[str, Held] = {}
        for name, (kind, figures) in columns.items():
            values = figures.values
            found[name] = values
            if figures.unreadable is not None:
                found[f"{name}!"] = figures.unreadable
            blank = values.null_count() > 0
            sort = values.dtype.base_type()
            low, high = _about(figures.least, figures.most)
            held[name] = Held(name, kind, figures.places, low, high, blank, figures.unreadable is not None, sort)
        if period is not None:
            found["#period"] = period
        if who is not None:
            found["#who"] = _in_order(who) if who.dtype == pl.String else who
        if team is not None:
            found["#team"] = numbered(team) if team.dtype == pl.String else team
        frame = pl.DataFrame([series.alias(name) for name, series in found.items()])
        if not found:
            frame = pl.DataFrame({"#row": pl.int_range(height, eager=True)})
        return cls(frame, periods, held)

    @property
    def height(self) -> int:
        """How many there are."""
        return self.frame.height

    @property
    def form(self) -> object:
        """What the columns that are made of these rows depend on: rows of the same form can use the same."""
        moments = tuple((period.month, period.year) for period in self.periods)
        return tuple(self.held.values()), moments

    def taken(self, places: pl.Series) -> Rows:
        """Some of the rows, by their places."""
        return Rows(self.frame[places], self.periods, self.held)


def numbered(texts: pl.Series) -> pl.Series:
    """A whole number for each different text, blank ones alike."""
    packed = _packed(texts)
    if packed is not None and packed[1] <= _FEW_NUMBERS:
        numbers, above = packed
        there = np.zeros(above, dtype=np.bool_)
        there[numbers] = True
        return pl.Series((np.cumsum(there) - 1)[numbers])
    return texts.fill_null("\0").cast(pl.Categorical(pl.Categories.random())).to_physical()


def _in_order(texts: pl.Series) -> pl.Series:
    """A whole number for each different text, in their order."""
    packed = _packed(texts)
    return texts.rank("dense").cast(pl.Int64) if packed is None else pl.Series(packed[0])


def _packed(texts: pl.Series) -> tuple[Wholes, int] | None:
    """The numbers that texts are made of, and what they are below, where there are such."""
    if texts.null_count():
        return None
    with viewed(texts) as view:
        return None if view is None else view.numbers()


def listed(values: Sequence[Figure], kind: Kind) -> Blank:
    """A column of figures that were read one by one already."""
    unread = [value is UNREAD for value in values]
    mask = pl.Series(unread, dtype=pl.Boolean) if any(unread) else None
    there = [None if value is UNREAD else value for value in values]
    if kind.type != "number":
        dtype = {"flag": pl.Boolean, "text": pl.String, "date": pl.Date}[kind.type]
        return Blank(pl.Series(there, dtype=dtype), unreadable=mask)
    numbers = [Decimal(value) for value in there if value is not None]  # type: ignore[arg-type]
    places = max((-int(number.as_tuple().exponent) for number in numbers), default=0)
    places = max(places, 0)
    whole = [None if value is None else int(_fraction(value) * 10**places) for value in there]
    known = [value for value in whole if value is not None]
    least, most = min(known, default=0), max(known, default=0)
    long = max(abs(least), abs(most)) >= 2**63
    values_ = pl.Series(whole, dtype=pl.Int128 if long else pl.Int64)
    return Blank(values_, places, least, most, mask)


def blank_figures(height: int, kind: Kind) -> Figures:
    """A column that nobody gave."""
    dtype = {"number": pl.Int64, "flag": pl.Boolean, "text": pl.String, "date": pl.Date}[kind.type]
    return Blank(pl.Series([None], dtype=dtype).new_from_index(0, height))


def _about(least: int, most: int) -> tuple[int, int]:
    """Bounds that hold for many other rows too: the nearest powers of two beyond."""
    low = -((1 << (-least).bit_length()) - 1) if least < 0 else 0 if least == 0 else 1 << (least.bit_length() - 1)
    return low, (1 << most.bit_length()) - 1 if most > 0 else -(1 << ((-most).bit_length() - 1)) if most < 0 else 0


def some(figures: Figures, places: pl.Series) -> Blank:
    """The figures of some of the rows."""
    unreadable = figures.unreadable
    return Blank(
        figures.values[places],
        figures.places,
        figures.least,
        figures.most,
        None if unreadable is None else unreadable[places],
    )


@frozen(eq=False)
class Blank:
    """Figures of which there are none."""

    values: pl.Series
    places: int = 0
    least: int = 0
    most: int = 0
    unreadable: pl.Series | None = None


def taken(held: Held, default: Value | None, lines: Lines) -> Term:
    """The term of a fact or parameter."""
    expr = pl.col(held.name)
    absent: Expr | None = None
    if held.blank:
        unread = pl.col(f"{held.name}!") if held.unreadable else None
        gone: Expr | None = expr.is_null() if default is None else unread
        if gone is not None and lines.certain:
            lines.doubts.append(gone)
        elif gone is not None:
            absent = pl.when(gone).then(flags(MISSING if unread is None else UNREADABLE)).otherwise(flags(0))
            if unread is not None and default is None:
                absent = pl.when(unread).then(flags(UNREADABLE)).when(gone).then(flags(MISSING)).otherwise(flags(0))
            absent = lines.held(absent)
    return _term(held, expr, default, absent, lines)


def _term(held: Held, expr: Expr, default: Value | None, absent: Expr | None, lines: Lines) -> Term:
    fills = held.blank and (default is not None or not lines.certain)
    match held.kind.type:
        case "flag":
            return Logic(lines.held(expr.fill_null(bool(default))) if fills else expr, absent)
        case "text":
            return Words(lines.held(expr.fill_null(str(default or ""))) if fills else expr, None, absent)
        case "date":
            days = expr.cast(pl.Int32) + 719163  # the ordinal of 1970-01-01
            if fills:
                days = days.fill_null(1 if default is None else default.toordinal())  # type: ignore[union-attr]
            return Number(Fraction(1), Ints(lines.held(days), 1, 3652059, "i32"), None, absent)
    unit = Fraction(1, 10**held.places)
    carrier = _CARRIERS[held.dtype]
    given = Ints(expr, held.least, held.most, carrier)
    if not fills:
        return Number(unit, given, None, absent)
    number = Fraction(0) if default is None else _fraction(default)
    factor = common_unit([unit, number]) if number else unit
    given, known = given.times(int(unit / factor)), int(number / factor)
    filled = lines.held(given.expr.fill_null(float(known) if given.carrier == "f64" else known))
    return Number(factor, Ints(filled, min(given.low, known), max(given.high, known), given.carrier), None, absent)


def _fraction(value: Value) -> Fraction:
    assert isinstance(value, int | Decimal)
    return Fraction(value)


__all__ = ["Blank", "Figures", "Held", "Rows", "Type", "blank_figures", "joined", "taken"]
