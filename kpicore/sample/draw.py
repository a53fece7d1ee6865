"""Draws made-up figures for many people, column by column."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Sized
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field, frozen

from kpicore.decimals import MOST_DIGITS, plain_text
from kpicore.figure import Value
from kpicore.formula.node import Within
from kpicore.io.flatfile import safe_cell
from kpicore.io.heading import Headings
from kpicore.model import Sheet
from kpicore.protocols import Period, Scheme
from kpicore.sample.aim import shared_facts
from kpicore.sample.career import career_table
from kpicore.sample.chance import happens, one_of
from kpicore.sample.longer import own_facts, with_longer
from kpicore.sample.people import PERSON, People
from kpicore.sample.span import MOST_PERIODS
from kpicore.sample.start import Starts
from kpicore.sample.table import SLOTS, STRENGTHS, Table, Tables

if TYPE_CHECKING:
    import polars

CHUNK = 200_000
"""So many rows are held at once."""

_KEYS = ("employee", "name", "team", "period")
_TURNS = 2048
assert _TURNS > MOST_PERIODS
_WIDE = 38
_STEADY = 0.6
_ALIKE = 0.25
BLANKS, MOST_BLANKS = 0.01, 0.25
"""The share of figures that are blank, and how many of a row at most on average."""


@frozen
class Season:
    """A period and the tables that its figures are drawn from.

    `shared`: the facts that are alike for a team, or for all.
    """

    period: Period
    number: int
    tables: Sequence[Table]
    shared: Mapping[str, Within]


@define
class Sample:
    """Made-up figures for people and periods, the same for the same arguments.

    `starts`: where the people begin, where the scheme has a ladder.
    """

    people: People
    blanks: float
    seasons: Sequence[Season]
    facts: Sequence[str]
    starts: Starts | None = None
    _types: dict[str, polars.DataType] = field(factory=dict)

    @classmethod
    def of(cls, versions: Sequence[tuple[Scheme, Sequence[Period]]], people: People, blanks: float | None) -> Sample:
        """Of each version of a scheme the figures for the periods in which it is in force, one after the other."""
        seasons: list[Season] = []
        facts: dict[str, None] = {}
        if versions[-1][0].sheet().model.ladder is not None:
            months = [period for _, periods in versions for period in periods]
            return cls._climbing(versions[-1][0], months, people, blanks, versions[0][0].effective)
        for scheme, scored in versions:
            for sheet, periods in with_longer(scheme.sheet(), scored):
                made = Tables.of(sheet, f"{people.seed}/{scheme.version}").all(periods)
                shared, own = shared_facts(sheet), own_facts(sheet)
                for place, period in enumerate(periods):
                    tables = [evolve(each[place], facts=_kept(each[place].facts, own)) for each in made]
                    seasons.append(Season(period, len(seasons), tables, shared))
                facts |= dict.fromkeys(_kept(_named(sheet), own))
        return cls(people, _share(blanks, facts), seasons, list(facts))._typed()

    @classmethod
    def _climbing(
        cls, scheme: Scheme, months: Sequence[Period], people: People, blanks: float | None, begun: datetime.date
    ) -> Sample:
        """Of people on a ladder the figures of months, cycle by cycle, the first of them in force since that day."""
        sheet = scheme.sheet()
        starts = Starts.of(sheet.model.ladder, months[0], people.seed, begun)
        assert starts is not None
        table = career_table(sheet, starts.first, f"{people.seed}/{scheme.version}")
        seasons = [Season(month, number, [table], {}) for number, month in enumerate(months)]
        facts = [name for name in _named(sheet) if name in table.facts]
        return cls(people, _share(blanks, facts), seasons, facts, starts)._typed()

    def _typed(self) -> Sample:
        self._types = {name: _type(self._values(name)) for name in self.facts}
        return self

    def roster(self, start: int, stop: int) -> polars.DataFrame:
        """The lines of a roster for the people from `start` to before `stop`, as text."""
        return self.people.roster(start, stop, self.seasons[0].period.year, self.starts)

    def schema(self, typed: bool) -> dict[str, Any]:
        """The columns and their types."""
        import polars

        keys = dict.fromkeys(_KEYS, polars.String())
        return {**keys, **{name: self._types[name] if typed else polars.String() for name in self.facts}}

    def frames(self, typed: bool = True) -> Iterator[polars.DataFrame]:
        """All figures, a row a person and period, period by period, so many rows at a time; as text unless `typed`."""
        for season in self.seasons:
            drawing = _Drawing(self, season, typed)
            for start in range(0, self.people.count, CHUNK):
                yield drawing.frame(start, min(start + CHUNK, self.people.count))

    def _values(self, name: str) -> list[Value]:
        tables = {id(table): table for season in self.seasons for table in season.tables if name in table.facts}
        found = (row[name] for table in tables.values() for row in table.rows)
        return list({value: None for value in found if value is not None})

    def column(self, table: Table, name: str, typed: bool) -> polars.Series:
        """The figures of a fact in the rows of a table."""
        import polars

        values = [row[name] for row in table.rows]
        type_ = self._types[name]
        if not typed or type_ == polars.String:
            return polars.Series(name, [None if value is None else as_text(value) for value in values], polars.String)
        return polars.Series(name, values, dtype=type_)


def _kept(names: Iterable[str], own: Container[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in own)


def _share(blanks: float | None, facts: Sized) -> float:
    """The share of figures that are blank; unless given so that most people lack nothing."""
    return min(BLANKS, MOST_BLANKS / max(1, len(facts))) if blanks is None else blanks


def _named(sheet: Sheet) -> list[str]:
    """The facts that can have a column: a name that heads a column of keys would be read as one."""
    headings = Headings(sheet.model)
    return [name for name in sheet.model.facts if headings.key(name) not in (*_KEYS, "occasion")]


def as_text(value: Value) -> str:
    """A figure as it is written into a file of text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return plain_text(value) if isinstance(value, int | Decimal) else safe_cell(value)


def _type(values: Sequence[Value]) -> polars.DataType:
    """The type of a column that can hold all of these."""
    import polars

    sorts = {type(value) for value in values}
    if sorts == {bool}:
        return polars.Boolean()
    if sorts == {int}:
        return polars.Int64()
    if sorts == {datetime.date}:
        return polars.Date()
    if not sorts or not sorts <= {int, Decimal}:
        return polars.String()
    texts = [plain_text(value).lstrip("-").partition(".") for value in values if isinstance(value, int | Decimal)]
    places = max(len(behind) for _, _, behind in texts)
    digits = places + max(len(before) for before, _, _ in texts)
    return polars.Decimal(MOST_DIGITS if digits <= MOST_DIGITS else _WIDE, places)


class _Drawing:
    """Draws the figures of one period."""

    def __init__(self, sample: Sample, season: Season, typed: bool) -> None:
        import polars

        self.sample = sample
        self.season = season
        self.now = polars.col(PERSON) * _TURNS + season.number
        self.draws = [polars.Series(table.draws, dtype=polars.UInt32) for table in season.tables]
        self.columns = [
            [sample.column(table, name, typed) for name in table.facts if name in sample.facts]
            for table in season.tables
        ]
        types = sample.schema(typed)
        known = {column.name for columns in self.columns for column in columns}
        self.unknown = [polars.lit(None, dtype=types[name]).alias(name) for name in sample.facts if name not in known]

    def frame(self, start: int, stop: int) -> polars.DataFrame:
        """The rows of the people from `start` to before `stop`."""
        import polars

        seed, blanks = self.sample.people.seed, self.sample.blanks
        people = self.sample.people.places(start, stop)
        drawn = people.with_columns(self._rows(people)).with_columns(self.unknown)
        figures = (
            polars.when(happens(self.now, blanks, seed, "blank", name))
            .then(None)
            .otherwise(polars.col(name))
            .alias(name)
            for name in self.sample.facts
        )
        period = polars.lit(str(self.season.period)).alias("period")
        return drawn.select(*self.sample.people.columns(), period, *figures)

    def _rows(self, people: polars.DataFrame) -> list[polars.Series]:
        """The figures of every fact, none of them blank unless the tables have it so."""
        import polars

        if self.sample.starts is not None:
            return self._of_cycles(people, self.sample.starts)
        seed, person = self.sample.people.seed, polars.col(PERSON)
        lasting = one_of(person, len(STRENGTHS), seed, "strength")
        passing = one_of(self.now, len(STRENGTHS), seed, "strength now")
        steady = happens(self.now, _STEADY, seed, "steady")
        strengths = people.select(
            lasting.alias("lasting"), polars.when(steady).then(lasting).otherwise(passing).alias("now")
        )
        found = []
        for table, draws, columns in zip(self.season.tables, self.draws, self.columns, strict=True):
            counter = person if table.kept else self.now
            slots = people.select(one_of(counter, SLOTS, seed, "row", *table.facts)).to_series()
            rows = draws.gather(strengths["lasting" if table.kept else "now"] * SLOTS + slots)
            for column in columns:
                within = self.season.shared.get(column.name)
                of = rows if within is None else draws.gather(self._alike(people, table, within))
                found.append(column.gather(of))
        return found

    def _of_cycles(self, people: polars.DataFrame, starts: Starts) -> list[polars.Series]:
        """The same where people are in cycles, each in a month of a cycle of theirs."""
        import polars

        seed, person = self.sample.people.seed, polars.col(PERSON)
        (table,), (draws,), (columns,) = self.season.tables, self.draws, self.columns
        cycle, place = starts.turn(self.season.number)
        alike = happens(person, _ALIKE, seed, "alike")
        now = person * _TURNS + polars.when(alike).then(cycle // table.spell).otherwise(cycle)
        lasting = one_of(person, len(STRENGTHS), seed, "strength")
        passing = one_of(now, len(STRENGTHS), seed, "strength now")
        strength = polars.when(happens(now, _STEADY, seed, "steady")).then(lasting).otherwise(passing)
        drawn = people.select(draw=strength * SLOTS + one_of(now, SLOTS, seed, "cycle"), place=place)
        rows = draws.gather(drawn["draw"]) * table.months + drawn["place"]
        return [column.gather(rows) for column in columns]

    def _alike(self, people: polars.DataFrame, table: Table, within: Within) -> polars.Series:
        """The draw of each person's team, or of all; nobody's strength is in it."""
        import polars

        who = self.sample.people.team() if within == "team" else polars.lit(0, polars.UInt64)
        counter = who if table.kept else who * _TURNS + self.season.number
        slot = one_of(counter, SLOTS, self.sample.people.seed, "row of " + within, *table.facts)
        place = slot + polars.lit(STRENGTHS.index(1) * SLOTS, polars.UInt32)
        return people.with_columns(place.alias("#place"))["#place"]
