"""Rows of figures to a table of results, by the columnar reader; what it can not tell, the exact reader does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl
from attrs import define, evolve, field, frozen

from kpicore.decision import next_cycle
from kpicore.engines.columnar.engine import Column, ColumnarReader, Output, Run, TooWideError
from kpicore.engines.columnar.rows import Figures, Rows, blank_figures, some
from kpicore.engines.columnar.term import Term
from kpicore.figure import KINDS
from kpicore.formula.node import Node
from kpicore.model import Sheet
from kpicore.population import reasons
from kpicore.population.form import decimal, table_of
from kpicore.population.given import Given, Told, texts_of
from kpicore.population.others import Looks
from kpicore.population.pattern import follows_from_patterns, pattern_columns
from kpicore.population.plan import Made, chosen, outputs_of
from kpicore.population.setting import param_columns, varying_of
from kpicore.protocols import Period
from kpicore.query import put_together
from kpicore.recent import Recent
from kpicore.result import Numbers, Result
from kpicore.row import Reason, Row
from kpicore.score import Scorer

_MOST_UNITS = 10**38
_MANY = 50
"""From so many incomplete rows on it pays to look which of them lack the same."""


@frozen(eq=False)
class Batch:
    """Figures of many rows that one version scores.

    `keys` has employee, name, team, period and occasion as texts, and where the version allows items `adjustments`, the
    items as the flat form of a result has them. `figures` has a column for each fact or parameter that
    was given. `row` gives one of the rows as the exact reader takes it; `apart` are those that only it can score, or
    that have more to be told than their figures say. `given` are looks across people that came with the rows.
    `periods` are the periods by the place that `period` names; `teams`, where known, a whole number for each team.
    `out` are the places of the rows that come out, where others are only looked at.
    """

    keys: pl.DataFrame
    figures: Mapping[str, Figures]
    periods: Sequence[Period]
    period: pl.Series
    row: Callable[[int], Row]
    apart: Sequence[int] = ()
    told: Sequence[int] = ()
    given: Mapping[Node, Given] = field(factory=dict)
    teams: pl.Series | None = None
    out: pl.Series | None = None

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.keys.height

    def taken(self, places: pl.Series) -> Batch:
        """Some of the rows by themselves; of what they look at nothing is left."""
        at = {place: number for number, place in enumerate(places.to_list())}
        return evolve(
            self,
            keys=self.keys[places],
            figures={name: some(column, places) for name, column in self.figures.items()},
            period=self.period.gather(places),
            row=lambda place: self.row(int(places[place])),
            apart=sorted(at[place] for place in self.apart if place in at),
            told=sorted(at[place] for place in self.told if place in at),
            given={node: given.taken(places) for node, given in self.given.items()},
            teams=None if self.teams is None else self.teams.gather(places),
            out=None,
        )


@frozen(eq=False)
class Scored:
    """A table of results; how many of its rows the exact reader worked out, of how many more it told the reasons."""

    frame: pl.DataFrame
    by_exact: int = 0
    reasons_by_exact: int = 0


@define(eq=False, slots=False)
class PopulationScorer:
    """Scores batches of rows by one version with one set of parameters. `scorer` is the exact way of doing it;
    `together` scores rows that look beyond themselves exactly, all at once, or those at some places."""

    scorer: Scorer
    scheme: str
    version: str
    together: Callable[..., Sequence[Result]]
    _sheet: Sheet = field(init=False)
    _readers: dict[frozenset[str], ColumnarReader] = field(factory=dict, init=False)
    _made: Recent[Sequence[Made]] = field(factory=Recent, init=False)

    def __attrs_post_init__(self) -> None:
        self._sheet = reasons.with_conditions(self.scorer.sheet)

    def _reader(self, varying: frozenset[str]) -> ColumnarReader:
        if varying not in self._readers:
            self._readers[varying] = ColumnarReader(self._sheet, dict(self.scorer.settings.everybody), varying)
        return self._readers[varying]

    def _chosen(self, outputs: Sequence[str] | None, numbers: Numbers) -> Sequence[Made]:
        key = None if outputs is None else tuple(outputs), numbers
        return self._made.get(key, lambda: chosen(self.scorer.sheet, outputs, numbers))

    def score(self, batch: Batch, outputs: Sequence[str] | None = None, numbers: Numbers = "decimal") -> Scored:
        """The table of results, in the order of the rows."""
        made = self._chosen(outputs, numbers)
        if not batch.height or (batch.out is not None and batch.out.is_empty()):
            return Scored(_table([], made, numbers, None))
        try:
            return self._columnar(batch, made, numbers)
        except TooWideError:
            return self._exact(batch, made, numbers)

    def _columnar(self, batch: Batch, made: Sequence[Made], numbers: Numbers) -> Scored:
        telling = any(each.sort == "reasons" for each in made)
        varying = varying_of(self.scorer.settings, batch.figures)
        reader = self._reader(varying)
        if reader.looks_beyond and batch.apart:
            raise TooWideError
        rows = self._rows(batch, varying, reader)
        asked = outputs_of(made, numbers == "float")
        if telling:
            asked = list(dict.fromkeys([*asked, *reasons.asked_for(self._sheet)]))
        rows, given = _with_given(rows, batch)
        run = reader.read(asked, rows, every_look=telling, given=given)
        columns = dict(zip(asked, run.columns, strict=True))
        whole, out, looked = batch, batch.out, run if reader.looks_beyond else None
        if out is not None:
            columns = {each: Column(column.values.gather(out), column.labels) for each, column in columns.items()}
            batch, rows = batch.taken(out), rows.taken(out)
        cells = [each for each in made if each.sort not in ("key", "following", "reasons")]
        table = table_of(cells, columns, numbers, batch.height)
        told = 0
        more = [self._key(batch, rows, each.name, varying).alias(each.name) for each in made if each.sort == "key"]
        more += [
            pl.lit(_following(batch, columns[Output(each.masked, "absence")])).alias(each.name)
            for each in made
            if each.sort == "following"
        ]
        if telling:
            series, told = self._reasons(batch, columns, varying, _telling(self.scorer, whole, looked, out))
            more.append(pl.lit(series).alias("reasons"))
        frame = put_together(batch.keys.hstack(table), more, [each.name for each in made])
        if not batch.apart:
            return Scored(frame, 0, told)
        results = [self.scorer.score(batch.row(place)) for place in batch.apart]
        return Scored(
            _patched(frame, list(batch.apart), _table(results, made, numbers, frame.schema)), len(results), told
        )

    def _rows(self, batch: Batch, varying: frozenset[str], reader: ColumnarReader) -> Rows:
        facts = self.scorer.sheet.facts
        columns = {
            f"f:{name}": (spec.figure, batch.figures.get(name) or blank_figures(batch.height, spec.figure))
            for name, spec in facts.items()
        }
        for name, figures in param_columns(self.scorer, batch.figures, batch.keys, varying).items():
            columns[f"p:{name}"] = (KINDS[self.scorer.sheet.params[name].kind], figures)
        return Rows.of(
            columns,
            periods=batch.periods,
            period=batch.period if reader.looks_beyond or len(batch.periods) > 1 else None,
            who=batch.keys["employee"] if reader.asks_who else None,
            team=(batch.keys["team"] if batch.teams is None else batch.teams) if reader.asks_team else None,
            height=batch.height,
        )

    def _key(self, batch: Batch, rows: Rows, name: str, varying: frozenset[str]) -> pl.Expr:
        if name == "hash":
            return self._hashes(batch, rows, varying)
        known = {"scheme": self.scheme, "version": self.version}.get(name)
        return pl.col(name) if known is None else pl.lit(known)

    def _hashes(self, batch: Batch, rows: Rows, varying: frozenset[str]) -> pl.Expr:
        """The hash of each row's result: one for all who have the same parameters."""
        if not varying:
            return pl.lit(self.scorer.hash(batch.row(0)))
        names = [column for column in rows.frame.columns if column.startswith("p:")]
        table = rows.frame.select(names).with_row_index("#")
        first = table.group_by(names, maintain_order=True).agg(pl.col("#").first())
        texts = [self.scorer.hash(batch.row(place)) for place in first["#"]]
        first = first.with_columns(pl.Series("hash", texts, dtype=pl.String))
        return pl.lit(table.join(first, on=names, how="left", nulls_equal=True, maintain_order="left")["hash"])

    def _reasons(
        self,
        batch: Batch,
        columns: Mapping[Output, Column],
        varying: frozenset[str],
        tell: Callable[[int], Sequence[Reason]],
    ) -> tuple[pl.Series, int]:
        """The reasons of all rows, and for how many the exact reader was asked, who can `tell` them of any."""
        sheet = self._sheet
        status = columns[Output("status")]
        assert status.labels is not None
        asked = {*batch.told}
        for word in ("incomplete", "running"):
            if word in status.labels:
                asked |= {*(status.values == status.labels.index(word)).arg_true().to_list()}
        ask = sorted(asked - {*batch.apart})
        frame = reasons.frame_of(sheet, columns)
        codes, texts = reasons.codes(frame, reasons.told(sheet), batch.period, batch.periods)

        alike: Mapping[int, int] = {}
        if len(ask) > _MANY and self._by_pattern and not varying:
            told = set(batch.told)
            alike = self._alike(batch, frame, [place for place in ask if place not in told])
        series = reasons.with_exact(codes, texts, ask, tell, alike)
        return series, len(set(alike.values())) + sum(place not in alike for place in ask)

    def values(self, batch: Batch, asked: Sequence[Node]) -> list[pl.Series]:
        """What formulas come to for each row, as texts (`kpicore.population.given`); flags as '1' and '0'.

        Raises TooWideError where columns can not hold them.
        """
        varying = varying_of(self.scorer.settings, batch.figures)
        if batch.apart:
            raise TooWideError
        reader = self._reader(varying)
        rows, given = _with_given(self._rows(batch, varying, reader), batch)
        frame, terms = reader.values(asked, rows, given)
        return [texts_of(frame, terms[node]) for node in asked]

    @cached_property
    def _by_pattern(self) -> bool:
        return follows_from_patterns(self._sheet, frozenset())

    def _alike(self, batch: Batch, frame: pl.DataFrame, ask: Sequence[int]) -> dict[int, int]:
        """For each row that is asked about another, or itself, that lacks the same."""
        places = pl.Series("#", ask, dtype=pl.Int64)
        patterns = [column[places] for column in pattern_columns(self._sheet, batch.figures)]
        table = pl.DataFrame([places, *patterns]).hstack(frame[places].get_columns())
        names = [name for name in table.columns if name != "#"]
        first = table.with_columns(pl.col("#").first().over(names).alias("first"))["first"] if names else places
        return dict(zip(ask, first.to_list(), strict=True))

    def exact(
        self,
        batch: Batch,
        outputs: Sequence[str] | None = None,
        numbers: Numbers = "decimal",
        remembered: Iterable[Row] | None = None,
    ) -> Scored:
        """The same table by the exact reader alone; `remembered` are the same rows with all that they look at."""
        return self._exact(batch, self._chosen(outputs, numbers), numbers, remembered)

    def _exact(
        self, batch: Batch, made: Sequence[Made], numbers: Numbers, remembered: Iterable[Row] | None = None
    ) -> Scored:
        if remembered is None:
            results = self.together(rows_of(batch), None if batch.out is None else batch.out.to_list())
        else:
            results = [self.scorer.score(row) for row in remembered]
        return Scored(_table(results, made, numbers, None), len(results))


def _telling(scorer: Scorer, batch: Batch, run: Run | None, out: pl.Series | None) -> Callable[[int], Sequence[Reason]]:
    """What the exact reader says of a row: of one of those that come `out`, where not all do. A `run` that looked
    beyond the rows is what it finds there."""
    looks = None if run is None else Looks(scorer, batch, run)

    def tell(place: int) -> Sequence[Reason]:
        at = place if out is None else int(out[place])
        return scorer.score(batch.row(at) if looks is None else looks.row(at)).reasons

    return tell


def _following(batch: Batch, absent: Column) -> pl.Series:
    """The cycle after each row's own, where a decision lets it begin."""
    names = pl.Series([next_cycle(each) if each.kind == "cycle" else None for each in batch.periods], dtype=pl.String)
    return names.gather(batch.period).to_frame("x").select(pl.when(absent.values == 0).then("x")).to_series()


def rows_of(batch: Batch) -> list[Row]:
    """All rows as the exact reader takes them, with the looks across people that came with them."""
    rows = [batch.row(place) for place in range(batch.height)]
    if batch.given:
        crowd = Told(batch.given)
        for place, row in enumerate(rows):
            row.others, row.place = crowd, place
    return rows


def _with_given(rows: Rows, batch: Batch) -> tuple[Rows, dict[Node, Term]]:
    """The rows with columns of the looks that came with them, and the terms over those."""
    if not batch.given:
        return rows, {}
    columns: list[pl.Series] = []
    terms: dict[Node, Term] = {}
    for number, (node, given) in enumerate(batch.given.items()):
        more, terms[node] = given.columns(f"g{number}")
        columns += more
    return Rows(rows.frame.with_columns(columns), rows.periods, rows.held), terms


def _table(
    results: Sequence[Result], made: Sequence[Made], numbers: Numbers, schema: Mapping[str, Any] | None
) -> pl.DataFrame:
    """Results as a table of these columns."""
    flats = [result.flat() for result in results]
    found: list[pl.Series] = []
    for each in made:
        values = [flat.get(each.name) for flat in flats]
        if each.sort == "number":
            if numbers == "float":
                series = pl.Series([None if value is None else float(value) for value in values], dtype=pl.Float64)
            else:
                units = [None if value is None else int(Fraction(str(value)) * 10**each.places) for value in values]
                if any(unit is not None and abs(unit) >= _MOST_UNITS for unit in units):
                    found.append(pl.Series(each.name, values, dtype=pl.String))
                    continue
                whole = pl.Series("x", units, dtype=pl.Int128).to_frame()
                series = whole.select(decimal(pl.col("x"), each.places)).to_series()
        elif each.sort == "rank":
            series = pl.Series(values, dtype=pl.Int64)
        elif each.sort == "nothing":
            series = pl.Series(values, dtype=pl.String)
        else:
            series = pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)
        if schema is not None and schema[each.name] != series.dtype:
            series = series.cast(schema[each.name])
        found.append(series.alias(each.name))
    return pl.DataFrame(found)


def _patched(frame: pl.DataFrame, places: Sequence[int], other: pl.DataFrame) -> pl.DataFrame:
    """The table with other rows in these places."""
    texts = [name for name, dtype in other.schema.items() if dtype == pl.String and frame.schema[name] != pl.String]
    kept = frame.with_row_index("#").filter(~pl.col("#").is_in(list(places)))
    kept = kept.with_columns(pl.col(texts).cast(pl.String))  # of numbers that are too long for decimals
    again = other.insert_column(0, pl.Series("#", places, dtype=kept["#"].dtype))
    return pl.concat([kept, again]).sort("#").drop("#")
