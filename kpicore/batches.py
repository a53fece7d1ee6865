"""Scoring Arrow tables bit by bit: what an engine that splits figures up needs of a scheme, in one piece."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define

from kpicore.decimals import as_shown
from kpicore.errors import UsageError
from kpicore.io.framed import MOST_PROBLEMS, Framed, framed
from kpicore.io.heading import Headings
from kpicore.period import period_of
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.reach import Reach, reach_of
from kpicore.result import Numbers
from kpicore.run import TableRun
from kpicore.shape import Shape, arrow_of
from kpicore.stages import StagedScorer, staged_scorer
from kpicore.tables import score_frame, unscored
from kpicore.version import Params, Version

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from kpicore.io.claims import Claims
    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any

KEYS = ("employee", "period", "team")
PROBLEM = ("code", "severity", "employee", "period", "column", "value", "expected", "message", "hint")
_WHOSE = ("employee", "period")
INSTALL = "pip install 'kpicore[spark]', or pyarrow alone"


@define(eq=False, slots=False)
class BatchScorer:
    """Scores Arrow tables of raw figures, a row a person and period, by a scheme; every table of results has the
    columns of `schema`. It can be pickled.

    `reach` says which rows must come in one table: what else they look at is taken not to be there.
    """

    scheme: LoadedScheme
    params: Params | None = None
    version: str | None = None
    period: str | Period | None = None
    outputs: tuple[str, ...] | None = None
    numbers: Numbers = "decimal"
    claims: Claims | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: nothing that can be made anew."""
        return {name: value for name, value in self.__dict__.items() if name not in _MADE}

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The versions that may be asked."""
        return self.scheme.among(self.version)

    @cached_property
    def reach(self) -> Reach:
        """Which rows must come in one table."""
        return reach_of(self.versions)

    @cached_property
    def shape(self) -> Shape:
        """The columns of results."""
        return Shape(self.versions, self.outputs, self.numbers)

    @property
    def schema(self) -> pa.Schema:
        """The same as Arrow has them."""
        return self.shape.schema

    @cached_property
    def staged(self) -> StagedScorer | None:
        """What scores by stages where people are compared over more than a team; None where that can not be."""
        return staged_scorer(self)

    def prepare(self) -> None:
        """Makes what every table needs; raises UsageError for a parameter or an output that is wrong, and for a scheme
        with a ladder, since tables come without a roster."""
        if self.scheme.climbs:
            message = f"{self.scheme.id} has a ladder, so it needs a roster, and batches come without one."
            hint = "Call score_table or score_file with roster=..., or the command with --roster."
            raise UsageError(f"{message} {hint}", [Problem("no_roster", message, hint=hint)])
        if any(version.views for version in self.versions):
            message = (
                f"{self.scheme.id} makes longer periods of shorter ones, so it needs all rows of a person at once."
            )
            hint = "Call score_table or score_file."
            raise UsageError(f"{message} {hint}", [Problem("needs_all_rows", message, hint=hint)])
        for version in self.versions:
            self.scheme.scorer(version, self.params)
        assert self.schema is not None

    def check(self, names: Sequence[str]) -> list[Problem]:
        """What there is to say of a table with these columns before any row is seen.

        Raises DataError where they do not say whose figures they are, UsageError for a parameter, an output or a
        period that is wrong.
        """
        import polars as pl

        self.prepare()
        empty = pl.DataFrame({name: pl.Series([], dtype=pl.String) for name in names})
        return list(self.read(empty).problems)

    def run(self, table: object, first_row: int = 1) -> TableRun:
        """The results of a table, and what is wrong with it; no plugin is told."""
        return score_frame(
            self.scheme,
            _frame(table),
            self.params,
            version=self.version,
            period=self.period,
            outputs=self.outputs,
            numbers=self.numbers,
            first_row=first_row,
            claims=self.claims,
        )

    def score(self, table: object) -> pa.Table:
        """The results of a table, in the order of its rows; rows whose keys can not be read are not among them."""
        return self.shape.as_arrow(self.run(table).frame)

    def keys(self, table: object) -> pa.Table:
        """Employee, period and team of each row as they are read; where a row is set aside, nulls."""
        import polars as pl

        frame = _frame(table)
        known = [name for name in frame.columns if self._headings.key(name) is not None]
        read = self.read(frame.select(known))
        places = pl.DataFrame({"at": pl.Series(read.numbers, dtype=pl.Int64) - 1}).with_columns(
            read.keys.select(KEYS).get_columns()
        )
        rows = pl.DataFrame({"at": pl.int_range(frame.height, dtype=pl.Int64, eager=True)})
        found = rows.join(places, on="at", how="left", maintain_order="left").select(KEYS)
        return arrow_of(found)

    def problems(self, table: object) -> pa.Table:
        """What is wrong with rows and cells of a table: a row a problem, with the columns of `PROBLEM` as texts.

        At most 10,000 cells of a column are named. What is wrong with the table's columns is told by `check`.
        """
        import polars as pl

        frame = _frame(table)
        read = self.read(frame)
        told = [*read.problems, *unscored(self.scheme, read, self.version)]
        whose = {self._headings.key(name): name for name in reversed(frame.columns)}
        rows: list[dict[str, str]] = []
        for problem in told:
            place = problem.place
            if place.row is None or place.row < 1:
                continue
            raw = {key: frame[whose[key]][place.row - 1] if key in whose else None for key in _WHOSE}
            rows.append(_told(problem, *(as_shown(value) for value in raw.values())))
        return arrow_of(pl.DataFrame(rows, schema=dict.fromkeys(PROBLEM, pl.String)))

    @property
    def item_problems(self) -> list[dict[str, str]]:
        """What was wrong with the plus and minus items: rows with the columns of `PROBLEM` as texts."""
        return [] if self.claims is None else [_told(problem) for problem in self.claims.problems]

    @property
    def unused_items(self) -> list[dict[str, str]]:
        """For each item what there is to say where no table has a row of its person and period."""
        if self.claims is None:
            return []
        return [_told(problem, *key) for key, found in self.claims.unused.items() for problem in found]

    @cached_property
    def _headings(self) -> Headings:
        return Headings(self.scheme.joined_model)

    def read(self, frame: pl.DataFrame) -> Framed:
        """The keys and figures of a table; its first row is row 1."""
        asked = self.scheme.asked
        default = None if self.period is None else period_of(self.period, asked)
        return framed(frame, self._headings, asked, default_period=default)


_MADE = ("versions", "reach", "shape", "staged", "_headings")


def score_batches(
    scorer: BatchScorer, batches: Iterable[pa.RecordBatch], problems: list[Problem] | None = None
) -> pa.RecordBatchReader:
    """A batch of results for each batch, made when it is asked for; see `LoadedScheme.score_batches`."""
    import pyarrow as pa

    schema = getattr(batches, "schema", None)
    if schema is not None:
        scorer.check(schema.names)
    return pa.RecordBatchReader.from_batches(scorer.schema, _scored(scorer, batches, problems))


def _scored(
    scorer: BatchScorer, batches: Iterable[pa.RecordBatch], problems: list[Problem] | None
) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    tables: Iterable[Any] = batches
    if scorer.reach != "row":
        held = list(batches)
        tables = [pa.Table.from_batches(held)] if held else []
    told: set[Problem] = set()
    claims = scorer.claims
    if problems is not None and claims is not None:
        problems += claims.problems
    first_row = 1
    for table in tables:
        run = scorer.run(table, first_row)
        first_row += table.num_rows
        if problems is not None:
            fresh = [problem for problem in run.problems if problem not in told][: MOST_PROBLEMS - len(told)]
            told.update(fresh)
            problems += fresh
        yield from scorer.shape.as_arrow(run.frame).combine_chunks().to_batches()
    if problems is not None and claims is not None:
        problems += claims.left()


def _told(problem: Problem, employee: str = "", period: str = "") -> dict[str, str]:
    """A problem as texts with the names of `PROBLEM`; of a file, the message begins with its place."""
    row = {name: str(getattr(problem, name)) for name in PROBLEM if name not in (*_WHOSE, "column")}
    where = f"{problem.place}: " if problem.place.file else ""
    whose = {"employee": employee, "period": period, "column": problem.place.column or ""}
    return {**row, **whose, "message": f"{where}{problem.message}"}


def _frame(table: object) -> pl.DataFrame:
    from kpicore.io.frame import frame_of

    return frame_of(table)


def batch_scorer(
    scheme: LoadedScheme,
    params: Params | None = None,
    version: str | None = None,
    period: str | Period | None = None,
    outputs: Sequence[str] | None = None,
    numbers: Numbers = "decimal",
    *,
    adjustments: object = None,
) -> BatchScorer:
    """The scorer, with everything that can be wrong in a call seen to at once; UsageError where pyarrow is
    missing."""
    try:
        import pyarrow
    except ImportError:
        raise UsageError(f"Arrow tables need pyarrow. Install it with: {INSTALL}.") from None
    assert pyarrow is not None
    claims = scheme.claims(adjustments, version, period)
    made = BatchScorer(scheme, params, version, period, None if outputs is None else tuple(outputs), numbers, claims)
    made.prepare()
    return made
