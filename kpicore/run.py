"""What scoring many rows gave: results one by one, or a table of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from kpicore.errors import UsageError
from kpicore.period import period_of
from kpicore.problem import Problem, anything_set_aside
from kpicore.protocols import Period
from kpicore.result import Result, result_of

if TYPE_CHECKING:
    import polars as pl

    from kpicore.explain.use import Explanation
    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any


@frozen(eq=False)
class Run:
    """What scoring many rows gave. A problem of severity 'error' means that a row, or a figure, was set aside."""

    scheme: LoadedScheme
    results: tuple[Result, ...]
    problems: tuple[Problem, ...] = ()
    announced: bool = field(default=False, repr=False)

    @property
    def complete(self) -> bool:
        """Whether nothing was set aside: there are warnings at most."""
        return not anything_set_aside(self.problems)

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)


@frozen(eq=False)
class TableRun:
    """What scoring a table gave: `frame`, a row for each row that could be scored, in their order, with the columns
    of a result's flat form; and what was set aside.

    `by_exact` of the rows were worked out by the exact reader, since their figures are too long for columns or the
    sheet needs it; of `reasons_by_exact` others it told why they are incomplete.
    """

    scheme: LoadedScheme
    frame: pl.DataFrame
    problems: tuple[Problem, ...] = ()
    by_exact: int = 0
    reasons_by_exact: int = 0
    announced: bool = field(default=False, repr=False)
    about: Callable[[str, str | Period | None], tuple[Explanation, ...]] | None = field(default=None, repr=False)

    def explain(self, employee: str, period: str | Period | None = None) -> tuple[Explanation, ...]:
        """How the results of a person came about, the first period first: for `explanation_text`, `explanation_data`.

        The figures are read again, of all people whom the sheet compares, so it costs some milliseconds, or seconds
        where those are very many. Raises UsageError where there are no figures of the person or period.
        """
        if self.about is None:
            raise UsageError("This table does not know the figures that it was made of.")
        return self.about(employee, period)

    @property
    def complete(self) -> bool:
        """Whether nothing was set aside: there are warnings at most."""
        return not anything_set_aside(self.problems)

    def __len__(self) -> int:
        return self.frame.height

    def __iter__(self) -> Iterator[Result]:
        """The results one by one, made of the table's rows; the table must have all columns, numbers as decimals."""
        parts: dict[tuple[str, str], frozenset[str]] = {}
        for row in self.frame.iter_rows(named=True):
            key = row["version"], period_of(row["period"]).kind
            if key not in parts:
                parts[key] = self.scheme.version(key[0]).view(key[1]).parts
            yield result_of(row, parts[key])

    @property
    def results(self) -> tuple[Result, ...]:
        """All of them."""
        return tuple(self)
