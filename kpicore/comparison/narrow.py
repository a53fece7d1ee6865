"""A table of results as a comparison needs it: keys, states, and numbers as whole numbers of one last place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl
from attrs import frozen

from kpicore.decimals import half_up, scaled_decimal
from kpicore.formula.node import Num, Param
from kpicore.model import IndicatorSpec, PaySpec, SchemeModel
from kpicore.text import Title

if TYPE_CHECKING:
    from kpicore.version import Version

KEYS = ("employee", "period", "occasion")
ABOUT = ("employee", "name", "team", "period", "occasion")
DECIDED = ("outcome", "from", "to")
STATUSES = ("scored", "ineligible", "incomplete", "running")
OUTCOMES = ("promoted", "stays", "demoted")
MONEY = 2
"""The places of money."""
_LARGE = 1 << 36
"""Whole numbers below this can be added up in columns of 64 bits, however many there are."""


@frozen
class Part:
    """An indicator or an element of pay: its id, its title, and the full marks of an indicator where they are fixed."""

    id: str
    title: Title
    full_marks: Decimal | None = None


@frozen
class Shape:
    """What the results of a scheme can have: that of all versions that may score."""

    id: str
    versions: tuple[str, ...]
    title: Title
    places: int
    grades: tuple[str, ...]
    levels: tuple[Part, ...]
    indicators: tuple[Part, ...]
    pay: tuple[Part, ...]
    climbs: bool

    @property
    def outputs(self) -> list[str]:
        """The columns that are asked of a table of results."""
        found = ["status", "occasion", "total", "grade", "pay_total"]
        found += ["score"] if self.indicators else []
        found += ["pay"] if self.pay else []
        return [*found, "decision"] if self.climbs else found


def shape_of(id_: str, title: Title, versions: Sequence[Version], params: Mapping[str, object]) -> Shape:
    """The shape of the results of these versions, the newest last; `params` are set for everybody."""
    models = [sheet.model for version in versions for sheet in version.sheets]
    newest_first = models[::-1]
    ladders = [model.ladder for model in newest_first if model.ladder is not None]
    grades = (grade for model in newest_first if model.grade is not None for grade in model.grade.grades)
    levels = [Part(level.id, level.title) for ladder in ladders for level in ladder.level]
    return Shape(
        id_,
        tuple(version.version for version in versions),
        title,
        max(model.places for model in models),
        tuple(dict.fromkeys(grades)),
        tuple(_each_once(levels)),
        tuple(_each_once(_line(line, model, params) for model in newest_first for line in model.indicators)),
        tuple(_each_once(_element(element) for model in newest_first for element in model.pay)),
        bool(ladders),
    )


def _line(line: IndicatorSpec, model: SchemeModel, params: Mapping[str, object]) -> Part:
    weight, full = line.weight, None
    if isinstance(weight, Num):
        full = half_up(weight.value, model.places)
    elif isinstance(weight, Param):
        value = params.get(weight.id, model.params[weight.id].value)
        full = half_up(Fraction(value), model.places) if isinstance(value, int | Decimal) else None
    return Part(line.id, line.title, full)


def _element(element: PaySpec) -> Part:
    return Part(element.id, element.title)


def _each_once(parts: Iterable[Part]) -> Iterable[Part]:
    """The first of each id."""
    found: dict[str, Part] = {}
    for part in parts:
        found.setdefault(part.id, part)
    return found.values()


def narrowed(frame: pl.DataFrame, shape: Shape, places: int) -> pl.DataFrame:
    """The keys as they are; `status`, `grade` and what a ladder decided as enumerations; `total`,
    `score:<id>` with so many places, `pay`, `pay:<id>` in cents, as whole numbers. Null where there is nothing."""
    height, there = frame.height, frame.columns
    found = [frame[name] if name in there else _nothing(height, pl.String).alias(name) for name in ABOUT]
    found.append(_enumerated(frame, "status", STATUSES))
    found.append(_enumerated(frame, "grade", shape.grades))
    marks = {"total": "total", **{f"{line.id}.score": f"score:{line.id}" for line in shape.indicators}}
    money = {"pay_total": "pay", **{f"pay.{element.id}": f"pay:{element.id}" for element in shape.pay}}
    numbers = _scaled(frame, [*((name, places) for name in marks), *((name, MONEY) for name in money)])
    found += [number.alias(short) for number, short in zip(numbers, (marks | money).values(), strict=True)]
    if shape.climbs:
        levels = tuple(level.id for level in shape.levels)
        for part in DECIDED:
            found.append(_enumerated(frame, f"decision.{part}", OUTCOMES if part == "outcome" else levels))
    return pl.DataFrame(found)


def _nothing(height: int, kind: Any) -> pl.Series:
    return pl.Series([None], dtype=kind).new_from_index(0, height)


def _enumerated(frame: pl.DataFrame, name: str, words: Sequence[str]) -> pl.Series:
    """A column of these words, null where it says none."""
    kind, height = pl.Enum(list(words)), frame.height
    if name not in frame.columns:
        return _nothing(height, kind).alias(name)
    column = frame[name]
    if column.dtype == kind:
        return column
    if isinstance(column.dtype, pl.Enum):  # by the places of words, which is quicker than by the words
        known = {word: place for place, word in enumerate(words)}
        places = pl.Series([known.get(word) for word in column.dtype.categories], dtype=_code(words))
        found = places.gather(column.to_physical().cast(pl.UInt32)) if len(places) else _nothing(height, _code(words))
        return found.cat.to(kind).alias(name)
    return column.cast(pl.String).cast(kind, strict=False).alias(name)


def _code(words: Sequence[str]) -> Any:
    """The whole numbers behind an enumeration of these words."""
    return pl.UInt8 if len(words) < 256 else pl.UInt16


def _scaled(frame: pl.DataFrame, asked: Sequence[tuple[str, int]]) -> list[pl.Series]:
    """Columns of decimals, each as whole numbers of the last of so many places; of 64 bits where they can be added up
    in those, else of 128."""
    shifts: dict[str, int] = {}
    for name, places in asked:
        kind = frame.schema.get(name)
        if isinstance(kind, pl.Decimal) and frame[name].null_count() < frame.height:
            shifts[name] = 10 ** (places - kind.scale)
    whole = [pl.col(name).to_physical() for name in shifts]
    try:
        short = frame.select(column.cast(pl.Int64) for column in whole)
        most = max(map(abs, _ends(short)), default=0)
    except pl.exceptions.InvalidOperationError:
        most = _LARGE
    if most * max(shifts.values(), default=1) >= _LARGE:
        short = frame.select(whole)
    found = [short[name] * shift if shift != 1 else short[name] for name, shift in shifts.items()]
    there = dict(zip(shifts, found, strict=True))
    return [there[name] if name in there else _nothing(frame.height, pl.Int64) for name, _ in asked]


def _ends(frame: pl.DataFrame) -> tuple[int, ...]:
    """The least and the greatest number of each column."""
    found = frame.select(pl.all().min().name.prefix("<"), pl.all().max().name.prefix(">"))
    return tuple(end for end in found.row(0) if end is not None) if found.width else ()


def decimals_of(column: pl.Series, places: int) -> pl.Series:
    """Whole numbers of the last of so many places as decimals."""
    return column.cast(pl.Int128).reinterpret(dtype=pl.Decimal(38, places))


def decimal_of(value: object, places: int) -> Decimal | None:
    """One of them."""
    return None if value is None else scaled_decimal(int(value), places)  # type: ignore[call-overload]
