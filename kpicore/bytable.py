"""How a loaded scheme scores whole tables, files of them, and batches of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve

from kpicore.allowance import allowance
from kpicore.errors import UsageError
from kpicore.period import period_of
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.result import Numbers
from kpicore.row import Row
from kpicore.run import TableRun
from kpicore.tables import ReadTable, read_frame, score_frame, score_read, score_rows
from kpicore.version import Params

if TYPE_CHECKING:
    import pyarrow

    from kpicore.batches import BatchScorer
    from kpicore.bulk import BulkRun
    from kpicore.io.claims import Claims
    from kpicore.loaded import LoadedScheme


class ByTable:
    """The part of `kpicore.LoadedScheme` that takes and gives tables."""

    _announce: Callable[[Any], Any]

    @property
    def _scheme(self) -> LoadedScheme:
        return self  # type: ignore[return-value]

    def score_rows_to_table(
        self,
        rows: Iterable[Row],
        settings: Params | None = None,
        *,
        version: str | None = None,
        outputs: Sequence[str] | None = None,
        numbers: Numbers = "decimal",
        wanted: Sequence[bool] | None = None,
        by: Callable[..., TableRun] = score_rows,
    ) -> TableRun:
        """The same as a table, by the columnar reader, or by another that takes the same. `wanted` says of each row
        whether it comes out: all serve as history, and in what looks across people. `outputs` and `numbers` are those
        of `score_table`."""
        found = by(self._scheme, rows, settings, version=version, outputs=outputs, numbers=numbers, wanted=wanted)
        run: TableRun = self._announce(found)
        return run

    def score_table(
        self,
        table: object,
        *,
        params: Params | None = None,
        version: str | None = None,
        period: str | Period | None = None,
        outputs: Sequence[str] | None = None,
        numbers: Numbers = "decimal",
        roster: object = None,
        adjustments: object = None,
    ) -> TableRun:
        """The results of a table of figures as a table: a row a person and period, with columns employee, maybe
        period, name, team, occasion, and the facts, by id or by title.

        `table` is a Polars, pandas or Arrow table, any object with `__arrow_c_stream__`, or what `read_table` made of
        one. `period` is that of all rows where it has no such column. `outputs` names the columns that are wanted
        beside the keys (`total`, `conversion.score`; a part of every indicator: `score`, `measure`; `groups`, `gates`,
        `pay`); all, where left away. `numbers` are decimals with their places, or the floats nearest to those.

        A row whose keys can not be read is set aside with a problem, a cell that can not be is unreadable, with one.
        Raises DataError where the columns do not say whose figures they are, UsageError for what is no table, for a
        bad parameter or output.

        A scheme with a ladder needs a `roster`: the path of one, a table, or mappings with employee, level and
        level_since, maybe name, team, employed_from and employed_to. Its table has rows of months, its results are of
        people's cycles.

        `adjustments` are plus and minus items, where the scheme allows some: the path of a file, a table, or mappings,
        with employee, points, reason and author, maybe period, name and team. What is wrong with them is a problem of
        its own, and so are items of somebody without a row; raises UsageError where the scheme allows none.
        """
        from kpicore.io.frame import frame_of

        claims = self.claims(adjustments, version, table.default if isinstance(table, ReadTable) else period)
        if isinstance(table, ReadTable):
            if period is not None:
                raise UsageError("The table is read already; give the period where it is read.")
            found = score_read(
                self._scheme,
                table,
                params,
                version=version,
                outputs=outputs,
                numbers=numbers,
                roster=roster,
                claims=claims,
            )
        else:
            found = score_frame(
                self._scheme,
                frame_of(table),
                params,
                version=version,
                period=period,
                outputs=outputs,
                numbers=numbers,
                roster=roster,
                claims=claims,
            )
        if claims is not None:
            found = evolve(found, problems=(*found.problems, *claims.problems, *claims.left()))
        run: TableRun = self._announce(found)
        return run

    def claims(self, given: object, version: str | None, period: object) -> Claims | None:
        """The items that go with a table, read; None where there are none."""
        from kpicore.io.claims import claims_of

        if given is None:
            return None
        scheme = self._scheme
        default = None if period is None else period_of(period, scheme.asked)
        return claims_of(given, scheme.joined_model, scheme.asked, allowance(scheme, version), default)

    def read_table(self, table: object, *, period: str | Period | None = None) -> ReadTable:
        """The keys and figures of a table, read once, for `score_table` with one set of parameters after another: what
        would come out if a threshold were another, say. `table` and `period` are those of `score_table`.

        Raises DataError where the columns do not say whose figures they are, UsageError for what is no table.
        """
        from kpicore.io.frame import frame_of

        return read_frame(self._scheme, frame_of(table), period)

    def score_batches(
        self,
        batches: Iterable[pyarrow.RecordBatch],
        *,
        params: Params | None = None,
        version: str | None = None,
        period: str | Period | None = None,
        outputs: Sequence[str] | None = None,
        numbers: Numbers = "decimal",
        problems: list[Problem] | None = None,
        adjustments: object = None,
    ) -> pyarrow.RecordBatchReader:
        """The results of Arrow record batches of figures, batch by batch: the door for any engine that speaks Arrow.

        An iterator of record batches that knows their `schema`: a batch of results for each one that goes in, made
        when it is asked for. All have the same columns, those of every version that may be asked: texts, decimals of
        38 digits (or doubles), the rank as a long. A sheet that looks beyond the row needs all rows at hand: it takes
        in all batches first and gives one.

        The arguments are those of `score_table`. What is wrong with rows and cells is added to `problems` (10,000 at
        most) as batches are made, with the row's number among all. No plugin is told of the run.
        Raises what `score_table` raises, at once where `batches` has a schema, else with the first batch.
        """
        from kpicore.batches import score_batches

        scorer = self.batch_scorer(params, version, period, outputs, numbers, adjustments=adjustments)
        return score_batches(scorer, batches, problems)

    def batch_scorer(self, *call: Any, adjustments: object = None) -> BatchScorer:
        """What scores Arrow tables one by one, for engines that split figures up. It can be pickled, and takes what
        `score_batches` takes: params, version, period, outputs, numbers, adjustments. Raises UsageError for what is
        wrong there."""
        from kpicore.batches import batch_scorer

        return batch_scorer(self._scheme, *call, adjustments=adjustments)

    def score_file(
        self,
        source: str | Path,
        target: str | Path,
        *,
        params: Params | None = None,
        version: str | None = None,
        period: str | Period | None = None,
        outputs: Sequence[str] | None = None,
        numbers: Numbers = "decimal",
        roster: object = None,
        adjustments: object = None,
    ) -> BulkRun:
        """Scores a file of figures, .parquet or .csv, a row a person and period, to a file of results, piece by piece,
        so that it may be larger than memory; a sheet that looks at other people or periods needs all rows at once.

        What is asked is as in `score_table`. The rows are taken as they come: whether anybody has two rows of one
        period is for the caller to know. Raises DataError where a file can not be read or written.
        """
        from kpicore.bulk import Asked, score_file

        claims = self.claims(adjustments, version, period)
        asked = Asked(params, version, period, outputs, numbers, roster=roster, claims=claims)
        return score_file(self._scheme, Path(source), Path(target), asked)
