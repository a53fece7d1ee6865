"""Scoring tables whose people are spread over many: looks across people are worked out between two passes over the
rows, from the distinct values that they compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define, evolve

from kpicore.engines.spark.work import AMOUNT, ARGUMENT, FOUND, PREFIX, TAKES
from kpicore.past import with_past
from kpicore.row import Row
from kpicore.shape import arrow_of
from kpicore.tables import Tabled
from kpicore.version import Version

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from kpicore.batches import BatchScorer
    from kpicore.population.given import Given
    from kpicore.population.score import Batch, PopulationScorer
    from kpicore.population.stage import Look, Stage
else:
    BatchScorer = PopulationScorer = Any


@define(eq=False, slots=False)
class StagedScorer:
    """Scores the rows of one version of a sheet that compares people, where not all of them are in one table.

    For each of the `stages` in their order: `asked` adds to every table what its looks compare, `compared` (or
    `shared`) says of each group what a look comes to, and that is put beside the rows. Then `score` scores them. Rows
    of a person must be in one table for a stage that looks along a person, and for `score` where the sheet does.
    """

    batches: BatchScorer
    version: Version
    stages: tuple[Stage, ...]

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: nothing that can be made anew."""
        return {"batches": self.batches, "version": self.version, "stages": self.stages}

    @property
    def by_person(self) -> bool:
        """Whether a person's rows must be in one table to be scored."""
        return self.version.looks_back

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """All looks, by their numbers."""
        return tuple(look for stage in self.stages for look in stage.looks)

    def asked(self, table: object, stage: int) -> pa.Table:
        """What the looks of a stage compare for each row: texts, and whether it takes part."""
        import polars as pl

        from kpicore.engines.columnar.term import TooWideError

        tabled, batch = self._read(table)
        nodes = [node for look in self.stages[stage].looks for node in look.args if node is not None]
        try:
            if self.by_person and tabled.twice():
                raise TooWideError
            texts = self._scorer.values(batch, nodes)
        except TooWideError:
            texts = self._exactly(batch, nodes)
        found = dict(zip(nodes, texts, strict=True))
        columns: list[pl.Series] = []
        for look in self.stages[stage].looks:
            argument, among, amount = look.args
            value = found[argument]
            takes = (found[among] == "1") & ~value.str.starts_with("!")
            columns += [value.alias(f"{ARGUMENT}{look.number}"), takes.alias(f"{TAKES}{look.number}")]
            if amount is not None:
                columns.append(found[amount].alias(f"{AMOUNT}{look.number}"))
        return arrow_of(pl.DataFrame(columns))

    def compared(self, number: int, values: Sequence[str], heads: Sequence[int]) -> list[str]:
        """What a rank or a whole comes to for each distinct value of a group; so many who take part have each."""
        from kpicore.formula.node import Across
        from kpicore.population.stage import compared

        node = self.looks[number].node
        assert isinstance(node, Across)
        return compared(node, values, heads)

    def shared(self, number: int, table: object) -> list[str]:
        """The parts of those who share a pool; the table has their `employee`, `weight` and `amount`."""
        from kpicore.formula.node import Portion
        from kpicore.io.frame import frame_of
        from kpicore.population.stage import shared

        node = self.looks[number].node
        assert isinstance(node, Portion)
        return shared(node, frame_of(table)).to_list()

    def score(self, table: object) -> pa.Table:
        """The results of rows beside which all looks stand."""
        tabled, batch = self._read(table)
        places = tabled.scored_places()
        some = batch if places is None else batch.taken(places)
        scorer, call = self._scorer, (self.batches.outputs, self.batches.numbers)
        if self.by_person and (places is not None or tabled.twice()):
            rows = self._remembered(batch)
            kept = rows if places is None else [rows[place] for place in places]
            scored = scorer.exact(some, *call, remembered=kept)
        else:
            scored = scorer.score(some, *call)
        return self.batches.shape.as_arrow(scored.frame)

    def _read(self, table: object) -> tuple[Tabled, Batch]:
        """The figures, and what looks of earlier stages came to."""
        from kpicore.io.frame import frame_of
        from kpicore.population.given import Given

        frame = frame_of(table)
        raw = frame.select([name for name in frame.columns if not name.startswith(PREFIX)])
        batches = self.batches
        tabled = Tabled(batches.scheme, batches.read(raw), batches.params, batches.version, claims=batches.claims)
        given: dict[Any, Given] = {
            look.node: Given.of(frame[f"{FOUND}{look.number}"])
            for look in self.looks
            if f"{FOUND}{look.number}" in frame.columns
        }
        return tabled, evolve(tabled.batch(self.version, None), given=given)

    @cached_property
    def _scorer(self) -> PopulationScorer:
        from kpicore.population.score import PopulationScorer

        exact = self.batches.scheme.scorer(self.version, self.batches.params)

        def together(rows: Sequence[Row], places: Sequence[int] | None = None) -> list[Any]:
            assert places is None  # whoever is in the table comes out
            return [exact.score(row) for row in self._with_past(rows)]

        return PopulationScorer(exact, self.version.id, self.version.version, together)

    def _with_past(self, rows: Iterable[Row]) -> list[Row]:
        recall = self.batches.scheme.recall(self.batches.params, self.batches.version)
        return with_past(rows, recall.read) if self.by_person else list(rows)

    def _remembered(self, batch: Batch) -> list[Row]:
        from kpicore.population.score import rows_of

        return self._with_past(rows_of(batch))

    def _exactly(self, batch: Batch, nodes: Sequence[Any]) -> list[pl.Series]:
        """What formulas come to, row by row."""
        import polars as pl

        from kpicore.population.given import text_of

        recall = self.batches.scheme.recall(self.batches.params, self.batches.version)
        rows = self._remembered(batch)

        def told(node: Any, row: Row) -> str:
            value = recall.read(node, row)
            if node.type == "flag":
                return "1" if value is True else "0"
            return text_of(value)

        return [pl.Series([told(node, row) for row in rows], dtype=pl.String) for node in nodes]


def staged_scorer(batches: BatchScorer) -> StagedScorer | None:
    """The scorer in stages; None where the sheet does not compare people so, or several versions may be asked, or
    what it compares is recursive over time."""
    from kpicore.population.reasons import with_conditions
    from kpicore.population.stage import stages_of

    if batches.reach not in ("period", "everybody") or len(batches.versions) > 1:
        return None
    (version,) = batches.versions
    stages = stages_of(with_conditions(version.sheet()))
    return None if stages is None else StagedScorer(batches, version, stages)
