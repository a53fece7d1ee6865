"""What a person's earlier periods are to the versions of a scheme: which figures they hold, what formulas came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from attrs import define, field, frozen

from kpicore.allowance import parted, places_in, with_items
from kpicore.figure import Figure
from kpicore.formula.node import Absence, Node
from kpicore.history import Known
from kpicore.past import PastFigures
from kpicore.period import period_of
from kpicore.problem import Problem
from kpicore.protocols import Period
from kpicore.row import Reason, Row
from kpicore.score import Scorer
from kpicore.stretch import Stretch
from kpicore.version import Params, Version

_MOST_SCORERS = 10_000


@frozen
class PastRows:
    """A person's figures of other periods, and what there is to say of names in them that nobody declared."""

    rows: Sequence[tuple[Period, Mapping[str, Figure]]]
    reasons: tuple[Reason, ...] = ()


@define(eq=False)
class Recall:
    """The versions that may be asked of earlier periods, in the order in which they came into force.

    `elsewhere` are parameters of all of them.
    """

    versions: Sequence[Version]
    params: Params | None = None
    elsewhere: frozenset[str] = frozenset()
    _scorers: dict[tuple[Node, Period], Scorer | None] = field(factory=dict, init=False)

    @property
    def needed(self) -> bool:
        """Whether any version looks along a person."""
        return any(version.looks_back for version in self._all)

    @property
    def compares(self) -> bool:
        """Whether any version looks across people."""
        return any(version.compares for version in self._all)

    @property
    def _all(self) -> Iterator[Version]:
        """The versions, and those of longer periods."""
        return (each for version in self.versions for each in version.sheets)

    def then(self, period: Period) -> Version:
        """The version in force in a period, whatever kinds it scores; the first one before any was."""
        started = [version for version in self.versions if version.effective <= period.start]
        return (started[-1] if started else self.versions[0]).view(period.kind)

    def read(self, node: Node, row: Row) -> Known:
        """What a formula comes to for a row of the past, by the version in force then.

        Where that one lacks a name of the formula, the newest that has them all is asked.
        """
        key = node, row.period
        if key not in self._scorers:
            if len(self._scorers) >= _MOST_SCORERS:
                self._scorers.clear()
            asked = (version for version in self._order(row.period) if version.fits(node))
            found = next(asked, None)
            self._scorers[key] = None if found is None else found.scorer(self.params, self.elsewhere)
        scorer = self._scorers[key]
        if scorer is None:
            return Absence.MISSING
        reader, prepared, _ = scorer.reader(row)
        return reader.value(node, prepared)

    def figures(
        self, raws: Mapping[str, object], period: Period, problems: list[Problem] | None = None
    ) -> tuple[dict[str, Figure], tuple[Reason, ...]]:
        """The figures of raw values: read as the version in force then declares them, or else as the newest that does.

        The reasons, and the problems that are added, are those of `Version.facts`.
        """
        first, *others = self._order(period)
        if not others:
            return first.facts(raws, problems)
        mine = dict(raws)
        later: dict[str, Figure] = {}
        for version in others:
            theirs = [name for name in mine if not first.declares(name) and version.declares(name)]
            if theirs:
                later |= version.facts({name: mine.pop(name) for name in theirs}, problems)[0]
        figures, reasons = first.facts(mine, problems)
        return figures | later, reasons

    def past(self, history: PastFigures, kinds: Sequence[str]) -> PastRows:
        """A person's figures by period, read; raises PeriodError for a period that can not be, UsageError for items
        that are none.

        `kinds` are those of period that may stand there.
        """
        found: list[tuple[Period, Mapping[str, Figure]]] = []
        unknown: dict[str | None, Reason] = {}
        for given, raws in history.items():
            foreign = not isinstance(given, Stretch | str) and isinstance(given, Period)
            period: Period = given if foreign else period_of(given, kinds)  # type: ignore[assignment]
            then = self.then(period)
            raws, items = parted(raws, then)
            figures, reasons = self.figures(raws, period)
            if items is not None:
                figures = dict(with_items(Row("", period, figures), items, partial(places_in, then)).facts)
            found.append((period, figures))
            for reason in reasons:
                if reason.code == "unknown_figure":  # what can not be read is told by what needs it
                    unknown.setdefault(reason.value("fact"), reason)
        return PastRows(found, tuple(unknown.values()))

    def _order(self, period: Period) -> Iterator[Version]:
        """The version in force then, and the others from the newest."""
        newest = [each for version in reversed(self.versions) for each in version.sheets]
        return iter(dict.fromkeys([self.then(period), *newest]))
