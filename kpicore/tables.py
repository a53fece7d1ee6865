"""Scoring many rows to a table: what `LoadedScheme` gives for populations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from kpicore.adjustment import ITEMS, Adjustments, adjusted
from kpicore.errors import UnknownSchemeError, UsageError
from kpicore.io.heading import Headings
from kpicore.io.tally import Tally
from kpicore.mapping import duplicate_row, problem_of
from kpicore.model import GIVEN_TOTAL
from kpicore.period import period_of
from kpicore.problem import Place, Problem
from kpicore.protocols import Period
from kpicore.result import Numbers
from kpicore.row import Row
from kpicore.run import TableRun
from kpicore.telling import explanations, rows_about
from kpicore.version import Params, Version

if TYPE_CHECKING:
    import polars as pl

    from kpicore.engines.columnar.rows import Figures
    from kpicore.explain.use import Explanation
    from kpicore.io.claims import Claims
    from kpicore.io.framed import Framed
    from kpicore.loaded import LoadedScheme
    from kpicore.population.score import Batch, PopulationScorer, Scored
else:
    LoadedScheme = PopulationScorer = Any

_MOST_SCORERS = 64
_MOST_TWICE = 10_000
MOST_NAMED = 10_000
"""Among so many people somebody is looked for whose name was written wrongly."""


def population_scorer(
    scheme: LoadedScheme, version: Version, params: Params | None, name: str | None
) -> PopulationScorer:
    """The scorer of a version for tables; `name` is that of a version fixed for all periods."""
    from kpicore.population.score import PopulationScorer

    exact = scheme.scorer(version, params)
    known = scheme.populations.get((id(exact), name))
    if known is not None and known.scorer is exact:
        return known

    def together(rows: Sequence[Row], places: Sequence[int] | None = None) -> list[Any]:
        scorer = scheme.scorer(version, params)
        whole = list(scheme.remembering(rows, params, version=name))
        return [scorer.score(row) for row in (whole if places is None else map(whole.__getitem__, places))]

    if len(scheme.populations) >= _MOST_SCORERS:
        scheme.populations.clear()
    made = scheme.populations[id(exact), name] = PopulationScorer(exact, version.id, version.version, together)
    return made


def score_rows(
    scheme: LoadedScheme,
    rows: Iterable[Row],
    params: Params | None = None,
    *,
    version: str | None = None,
    outputs: Sequence[str] | None = None,
    numbers: Numbers = "decimal",
    wanted: Sequence[bool] | None = None,
) -> TableRun:
    """The table of rows that were read already; `wanted` says which of them come out, all serve the others."""
    import polars as pl

    from kpicore.population.batch import batch_of

    held = list(rows)
    problems: list[Problem] = []
    asked = [row for row, out in zip(held, wanted, strict=True) if out] if wanted is not None else held
    list(scheme.scoreable(asked, version, problems))  # for what there is to say of those that come out
    found = list(scheme.scoreable(held, version, []))
    places = {id(row): place for place, row in enumerate(held)}
    comes_out = pl.Series([wanted is None or wanted[places[id(row)]] for _, row in found], dtype=pl.Boolean)
    versions = list(dict.fromkeys(of for of, _ in found)) or [scheme.newest]
    looked_at = len(found) < len(held)  # such as months of longer periods, and what was before the first version
    apart = len(versions) > 1 or (looked_at and len(scheme.among(version)) > 1)
    apart = apart or any(each.model.shorter for each in versions)  # other sheets judge what these look at
    frames: list[pl.DataFrame] = []
    by_exact = told = 0
    for each in versions:
        scorer = population_scorer(scheme, each, params, version)
        mine = [place for place, (of, _) in enumerate(found) if of is each]
        looks = each.looks_back or each.compares
        if looked_at and looks and not apart:
            batch = batch_of(held, each.sheet())
            out = [places[id(found[place][1])] for place in mine]
            batch = evolve(batch, out=pl.Series(out, dtype=pl.Int64))
        else:
            batch = batch_of([found[place][1] for place in mine], each.sheet())
        if (apart or _twice(held)) and looks:
            # It looks at rows that another version scores, or that contradict each other.
            remembered = list(scheme.remembering(held, params, version=version))
            rows_ = [remembered[places[id(found[place][1])]] for place in mine]
            scored = scorer.exact(batch, outputs, numbers, remembered=rows_)
        else:
            scored = scorer.score(batch, outputs, numbers)
        frames.append(scored.frame.with_columns(pl.Series("#", mine, dtype=pl.Int64)))
        by_exact, told = by_exact + scored.by_exact, told + scored.reasons_by_exact
    frame = _joined(frames)
    if wanted is not None:
        frame = frame.filter(comes_out)

    def about(employee: str, of: str | Period | None) -> tuple[Explanation, ...]:
        return explanations(scheme, held, params, version, employee, of, (row.employee for row in held))

    return TableRun(scheme, frame, tuple(problems), by_exact, told, about=about)


def score_frame(
    scheme: LoadedScheme,
    frame: pl.DataFrame,
    params: Params | None = None,
    *,
    version: str | None = None,
    period: str | Period | None = None,
    outputs: Sequence[str] | None = None,
    numbers: Numbers = "decimal",
    file: str = "",
    first_row: int = 1,
    wanted: Sequence[Period] = (),
    counts: Tally | None = None,
    roster: object = None,
    claims: Claims | None = None,
) -> TableRun:
    """The table of results of a table of figures, a row a person and period; of the `wanted` periods, where given.

    What was read is added to `counts`. The rows take their items from the `claims`, whose problems are for the caller
    to tell.
    """
    from kpicore.io.framed import framed

    default = None if period is None else period_of(period, scheme.asked)
    headings = Headings(scheme.joined_model)
    read = framed(frame, headings, scheme.asked, default_period=default, file=file, first_row=first_row)
    if counts is not None:
        read.count(counts)

    def about(employee: str, of: str | Period | None) -> tuple[Explanation, ...]:
        again = framed(frame, headings, scheme.asked, default_period=default, file=file, first_row=first_row)
        return Tabled(scheme, again, params, version, roster=roster, claims=claims).explain(employee, of, file)

    tabled = Tabled(scheme, read, params, version, roster=roster, claims=claims)
    run = evolve(tabled.score(outputs, numbers), about=about)
    if not wanted:
        return run
    there = [period_of(text) for text in run.frame["period"].unique().to_list()]
    out = [str(each) for each in there if any(period.contains(each) for period in wanted)]
    return evolve(run, frame=run.frame.filter(run.frame["period"].is_in(out)))


@frozen(eq=False)
class ReadTable:
    """A table whose keys and figures are read, as `LoadedScheme.read_table` gives it: to be scored any number of times,
    with other parameters, versions or outputs, without being read again. `problems` are those of reading."""

    scheme: LoadedScheme
    read: Framed
    twice: bool
    teams: pl.Series | None = None
    default: Period | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The rows that are set aside and the cells that can not be read."""
        return self.read.problems

    def __len__(self) -> int:
        return self.read.keys.height


def read_frame(scheme: LoadedScheme, frame: pl.DataFrame, period: str | Period | None = None) -> ReadTable:
    """The table, read; raises what `score_frame` raises for its columns."""
    from kpicore.engines.columnar.rows import numbered
    from kpicore.io.framed import framed

    default = None if period is None else period_of(period, scheme.asked)
    read = framed(frame, Headings(scheme.joined_model), scheme.asked, default_period=default)
    teams = numbered(read.keys["team"]) if any(version.compares for version in scheme.versions) else None
    return ReadTable(scheme, read, Tabled(scheme, read, None, None).twice(), teams, default)


def score_read(
    scheme: LoadedScheme,
    table: ReadTable,
    params: Params | None = None,
    *,
    version: str | None = None,
    outputs: Sequence[str] | None = None,
    numbers: Numbers = "decimal",
    roster: object = None,
    claims: Claims | None = None,
) -> TableRun:
    """The table of results of a table that was read; raises UsageError where another scheme has read it."""
    if table.scheme is not scheme and table.scheme.joined_model != scheme.joined_model:
        raise UsageError(f"The table was read for {table.scheme.id}, not for {scheme.id}. Read it anew.")
    tabled = Tabled(scheme, table.read, params, version, table.twice, table.teams, roster, claims)
    return evolve(tabled.score(outputs, numbers), about=tabled.explain)


def unscored(scheme: LoadedScheme, read: Framed, version: str | None) -> list[Problem]:
    """A problem for each period of a table in which no version was in force."""
    tabled = Tabled(scheme, read, None, version)
    for place, period in enumerate(read.periods):
        tabled.version_of(place, period)
    return tabled.problems[len(read.problems) :]


def _joined(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The tables of several versions as one, in the order of the rows; two versions may have other grades."""
    import polars as pl

    from kpicore.io.tablefile import plain

    found = frames[0] if len(frames) == 1 else pl.concat(map(plain, frames), how="diagonal_relaxed")
    return found.sort("#").drop("#")


def _twice(rows: Sequence[Row]) -> bool:
    return len({(row.employee, row.period) for row in rows}) < len(rows)


class Tabled:
    """A table of figures that was read, to be scored by the versions of a scheme."""

    def __init__(
        self,
        scheme: LoadedScheme,
        read: Framed,
        params: Params | None,
        version: str | None,
        known_twice: bool | None = None,
        teams: pl.Series | None = None,
        roster: object = None,
        claims: Claims | None = None,
    ) -> None:
        self.scheme, self.read, self.params, self.version = scheme, read, params, version
        self._known_twice, self._teams, self._roster, self._claims = known_twice, teams, roster, claims
        self.problems = list(read.problems)

    @cached_property
    def _items(self) -> Mapping[int, Adjustments]:
        """The plus and minus items of rows, by their places."""
        return {} if self._claims is None else self._claims.claim(self.read.keys)

    def score(self, outputs: Sequence[str] | None, numbers: Numbers) -> TableRun:
        """The table of results of all rows that a version scores."""
        if self.scheme.climbs:
            return self._row_by_row(outputs, numbers)
        of = [self.version_of(place, period) for place, period in enumerate(self.read.periods)]
        versions = list(dict.fromkeys(each for each in of if each is not None))
        beyond = any(each.looks_back or each.compares for each in versions)
        twice = self.twice()
        if twice:
            self._tell_twice()
        decided = GIVEN_TOTAL in self.read.columns or any(each.model.shorter for each in versions)
        if decided or (beyond and (len(versions) > 1 or None in of or twice)):
            return self._row_by_row(outputs, numbers)
        frames: list[pl.DataFrame] = []
        by_exact = told = 0
        for each in versions or [self.scheme.newest]:
            scored, places = self._scored(each, of, outputs, numbers)
            frames.append(scored.frame if places is None else scored.frame.with_columns(places.alias("#")))
            by_exact, told = by_exact + scored.by_exact, told + scored.reasons_by_exact
        frame = frames[0]
        if "#" in frame.columns:
            frame = _joined(frames)
        return TableRun(self.scheme, frame, tuple(self.problems), by_exact, told)

    def explain(
        self,
        employee: str,
        period: str | Period | None = None,
        file: str = "",
        known: Sequence[str] | None = None,
    ) -> tuple[Explanation, ...]:
        """How the results of a person came about; `known` are some of all people, where the table has not them all.

        Raises UsageError where the table has no figures of the person or period."""
        if known is None:
            known = self.read.keys["employee"].head(MOST_NAMED).to_list()
        rows = rows_about(self, employee, file)
        if self.scheme.climbs:
            rows = self.scheme.climbing(rows, self._roster, [])
        return explanations(self.scheme, rows, self.params, self.version, employee, period, known)

    def version_of(self, place: int, period: Period) -> Version | None:
        """The version that scores a period; None, with a problem, where none does, or where it is history alone."""
        if self.scheme.history_alone(period):
            return None
        try:
            return self.scheme.moment(period, self.version)[0]
        except UnknownSchemeError as error:
            rows = (self.read.period == place).arg_true()
            if rows.is_empty():
                return None  # those that there were are set aside already
            problem = problem_of(error)
            row = self.read.numbers[rows[0]]
            message = f"{problem.message} The rows of {period} are set aside."
            self.problems.append(Problem(problem.code, message, place=Place(row=int(row))))
            return None

    def _scored(
        self, version: Version, of: Sequence[Version | None], outputs: Sequence[str] | None, numbers: Numbers
    ) -> tuple[Scored, pl.Series | None]:
        """The table of the rows that a version scores, and their places where they are not all."""
        scorer = population_scorer(self.scheme, version, self.params, self.version)
        places = self._places([each is version for each in of])
        return scorer.score(self.batch(version, places), outputs, numbers), places

    def batch(self, version: Version, places: pl.Series | None) -> Batch:
        """The rows that a version scores, or some of them, as the columnar reader takes them."""
        from kpicore.population.items import item_sums, item_texts
        from kpicore.population.score import Batch

        read = self.read
        known = [name for name in read.columns if version.declares(name)]
        figures: dict[str, Figures] = {name: read.columns[name] for name in known}
        apart: set[int] = set()
        told: set[int] = set()
        for name in known:
            apart |= {*read.some(read.columns[name], "apart")}
            told |= {*read.some(read.columns[name], "unreadable")}
        told |= {place for place, items in self._items.items() if items.faults}
        keys = read.keys
        if version.model.adjustments is not None:
            keys = keys.with_columns(item_texts(self._items, keys.height))
            figures |= {ITEMS: item_sums(self._items, keys.height)} if self._items else {}
        whole = Batch(
            keys, figures, read.periods, read.period, self.row, sorted(apart), sorted(told), teams=self._teams
        )
        return whole if places is None else whole.taken(places)

    def row(self, place: int) -> Row:
        """A row as the exact reader takes it."""
        read, keys = self.read, self.read.keys.row(place, named=True)
        period = read.periods[read.period[place]]
        recall = self.scheme.recall(self.params, self.version)
        figures, reasons = recall.figures(read.raw(place), period)
        row = Row(keys["employee"], period, figures, keys["name"], keys["team"], keys["occasion"], reasons=reasons)
        return adjusted(row, self._items.get(place))

    def scored_places(self) -> pl.Series | None:
        """The places of the rows that some version scores; None where all are."""
        return self._places(
            [self.version_of(place, period) is not None for place, period in enumerate(self.read.periods)]
        )

    def _places(self, wanted: Sequence[bool]) -> pl.Series | None:
        """The places of the rows whose periods are wanted; None where all are."""
        import polars as pl

        if all(wanted):
            return None
        mine = pl.Series([place for place, each in enumerate(wanted) if each], dtype=self.read.period.dtype)
        return self.read.period.is_in(mine.implode()).arg_true().cast(pl.Int64)

    def twice(self) -> bool:
        """Whether anybody has two rows of one period; told first by their order, then by hashes, since they hardly ever
        have."""
        import polars as pl

        if self._known_twice is not None:
            return self._known_twice
        if self.read.rising:
            return False
        keys = ["employee"] if len(self.read.periods) == 1 else ["employee", "period"]
        hashes = self.read.keys.select(pl.struct(keys).hash().alias("x"))["x"].sort()
        return bool((hashes == hashes.shift()).any()) and bool(self.read.keys.select(keys).is_duplicated().any())

    def _tell_twice(self) -> None:
        """A problem for each further row of one person and period."""
        first: dict[tuple[str, str], int] = {}
        keys = self.read.keys.select("employee", "period")
        for place in keys.is_duplicated().arg_true().to_list()[:_MOST_TWICE]:
            key, number = keys.row(place), int(self.read.numbers[place])
            before = first.setdefault(key, number)
            if before != number:
                self.problems.append(duplicate_row(key[0], key[1], number, before))

    def _row_by_row(self, outputs: Sequence[str] | None, numbers: Numbers) -> TableRun:
        """By the exact reader, each row with all others at hand."""
        rows = [self.row(place) for place in range(self.read.keys.height)]
        if self.scheme.climbs:
            rows = self.scheme.climbing(rows, self._roster, self.problems)
        found = score_rows(self.scheme, rows, self.params, version=self.version, outputs=outputs, numbers=numbers)
        more = [problem for problem in found.problems if problem.code != "no_version"]  # told already
        problems = (*self.problems, *more)
        return TableRun(self.scheme, found.frame, problems, found.by_exact, found.reasons_by_exact)
