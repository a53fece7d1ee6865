"""A scheme as embedding code uses it: all versions of one id, and what scoring with them gives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from kpicore.advised import Advised
from kpicore.allowance import allowance, with_items
from kpicore.appraised import Appraised
from kpicore.bytable import ByTable
from kpicore.crowd import with_others
from kpicore.errors import PeriodError, UnknownSchemeError
from kpicore.mapping import MappingReader, key_of, nobody, occasion_key, problem_of
from kpicore.model import GIVEN_TOTAL, SchemeModel
from kpicore.past import PastFigures, past_of, with_past
from kpicore.period import period_of
from kpicore.problem import Problem, did_you_mean
from kpicore.protocols import Period
from kpicore.recall import Recall
from kpicore.result import Result, Status
from kpicore.row import Row
from kpicore.run import Run
from kpicore.score import Scorer
from kpicore.shorts import MOST_PERIODS, Shorts
from kpicore.stretch import Stretch
from kpicore.text import Title
from kpicore.version import Params, Version

if TYPE_CHECKING:
    from kpicore.explain.use import Explanation
    from kpicore.population.score import PopulationScorer
else:
    PopulationScorer = Any

__all__ = ["LoadedScheme", "Params", "Run", "Version"]

Items = Iterable[Mapping[str, object]]
"""Plus and minus items as a call gives them: mappings with points, reason and author."""


@define(eq=False, slots=False)
class LoadedScheme(ByTable, Appraised, Advised):
    """All versions of a scheme, by the day from which each is in force; the period picks the one that scores.

    With `only` it is fixed to that version, whatever the period.
    """

    versions: tuple[Version, ...]
    _announce: Callable[[Any], Any] = field(repr=False)
    only: Version | None = None
    _moments: dict[tuple[str | Stretch, str | None], tuple[Version, Period]] = field(
        factory=dict, init=False, repr=False
    )
    _shorts: Shorts = field(init=False, repr=False)
    _recalls: dict[str | None, Recall] = field(factory=dict, init=False, repr=False)
    populations: dict[tuple[int, str | None], PopulationScorer] = field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._shorts = Shorts(self)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the versions; where it arrives no plugin is told of runs."""
        kept: dict[str, Any] = {"versions": self.versions, "only": self.only, "_announce": _untold}
        return kept | {"_moments": {}, "_recalls": {}, "populations": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._shorts = Shorts(self)

    @property
    def id(self) -> str:
        """The scheme's id."""
        return self.versions[0].id

    @property
    def title(self) -> Title:
        """The sheet's name, as the newest version (or the fixed one) has it."""
        return self.newest.title

    @property
    def newest(self) -> Version:
        """The version that came last into force, or the fixed one."""
        return self.only or self.versions[-1]

    def among(self, version: str | None = None) -> tuple[Version, ...]:
        """The versions that may be asked: the one of this name, the fixed one, or all."""
        only = self.only if version is None else self.version(version)
        return self.versions if only is None else (only,)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The kinds of period that any version (or the fixed one) scores."""
        return tuple(dict.fromkeys(kind for version in self.among() for kind in version.kinds))

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The kinds of period whose figures serve: those that are scored, and months where a longer one asks them."""
        if self.climbs:
            return ("month",)
        months = ("month",) if any(version.months_back for version in self.among()) else ()
        return tuple(dict.fromkeys((*self.periods, *months)))

    @property
    def climbs(self) -> bool:
        """Whether it has a ladder: people's cycles follow from a roster, and figures are of months."""
        return self.newest.model.ladder is not None

    def history_alone(self, period: Period) -> bool:
        """Whether rows of this period are not scored but only asked by those of longer ones."""
        return period.kind not in self.periods and period.kind in self.asked

    def decided(self, row: Row) -> bool:
        """Whether a row has nothing but its total as it was decided: it is not scored again, only asked."""
        return GIVEN_TOTAL in row.facts and not any(
            value is not None for name, value in row.facts.items() if name != GIVEN_TOTAL
        )

    def fixed(self, version: str) -> LoadedScheme:
        """The same with one version for every period; raises UnknownSchemeError where there is none of this name."""
        return LoadedScheme(self.versions, self._announce, self.version(version))

    def version(self, name: str) -> Version:
        """The version of this name; raises UnknownSchemeError."""
        for version in self.versions:
            if version.version == name:
                return version
        hint = did_you_mean(name, (version.version for version in self.versions))
        raise UnknownSchemeError(f"The scheme {self.id} has no version '{name}'. {hint}")

    def in_force(self, period: Period) -> Version:
        """The newest version that is in force on the period's first day; raises UnknownSchemeError before the first."""
        if self.only is not None:
            return self.only.view(period.kind)
        day = period.start
        for version in reversed(self.versions):
            if version.effective <= day:
                return version.view(period.kind)
        first = self.versions[0]
        raise UnknownSchemeError(
            f"No version of {self.id} was in force in {period}; the first is {first.version}, from {first.effective}."
        )

    def score(
        self,
        facts: Mapping[str, object],
        *,
        employee: str,
        period: str | Period,
        name: str | None = None,
        team: str | None = None,
        occasion: str | None = None,
        params: Params | None = None,
        version: str | None = None,
        history: PastFigures | None = None,
        adjustments: Items | None = None,
    ) -> Result:
        """The result of one person for one period.

        `facts` go by the ids of facts, or of parameters that are set for this row alone. Their values are texts as
        people write them, numbers, flags, dates, or None for a blank. One that can not be read leaves what needs it
        incomplete; one that nobody declared is named in the result's reasons. `history` are the person's figures of
        other periods, by period, for sheets that look along a person; {} for somebody new. What it says of the
        scored period itself is passed over; a period that it gives twice can not be read. `adjustments` are plus and
        minus items, where the scheme allows some; those of other periods stand in the history under this name.

        Raises PeriodError for a period that the scheme does not score, UnknownSchemeError for one before its first
        version, UsageError for a bad parameter, key or item, NeedsOthersError where one person alone can not be scored.
        """
        keys = employee, name, team, occasion
        scorer, row = self.asked_of(facts, keys, period, params, version, history, adjustments)
        return scorer.score(row)

    def explain(
        self,
        facts: Mapping[str, object],
        *,
        employee: str,
        period: str | Period,
        name: str | None = None,
        team: str | None = None,
        occasion: str | None = None,
        params: Params | None = None,
        version: str | None = None,
        history: PastFigures | None = None,
        adjustments: Items | None = None,
    ) -> Explanation:
        """How the result that `score` gives for the same arguments came about: for `kpicore.explanation_text` and
        `kpicore.explanation_data`. Raises what `score` raises."""
        from kpicore.explain.record import explain

        keys = employee, name, team, occasion
        return explain(*self.asked_of(facts, keys, period, params, version, history, adjustments))

    def asked_of(
        self,
        facts: Mapping[str, object],
        keys: tuple[str | None, ...],
        period: str | Period,
        params: Params | None,
        version: str | None,
        history: PastFigures | None,
        adjustments: Items | None = None,
    ) -> tuple[Scorer, Row]:
        """What scores one person's figures, and their row; `keys` are employee, name, team and occasion."""
        employee, name, team, occasion = keys
        scorer_of, moment = self.moment(period, version)
        found, reasons = ({}, ()) if self.climbs else scorer_of.facts(facts)
        row = Row(
            key_of("employee", employee) or nobody(),
            moment,
            found,
            key_of("name", name),
            key_of("team", team),
            occasion_key(occasion, self.occasions),
            reasons=reasons,
        )
        if adjustments is not None:
            row = with_items(row, adjustments, allowance(self, version))
        scorer = self.scorer(scorer_of, params)
        if self.climbs:
            from kpicore.climb import asked_cycle

            return scorer, asked_cycle(self, scorer_of, facts, row, history, params, version)
        return scorer, row if history is None else self._with_past(row, history, params, version)

    def total_and_grade(
        self,
        facts: Mapping[str, object],
        *,
        period: str | Period,
        employee: str = "",
        team: str | None = None,
        params: Params | None = None,
        version: str | None = None,
        history: PastFigures | None = None,
        adjustments: Items | None = None,
    ) -> tuple[Status, Decimal | None, str | None]:
        """Status, total and grade of one person, as `score` gives them, without the rest of the result."""
        plain = params is None and version is None and history is None and adjustments is None
        if plain and type(period) is str:
            known = self._shorts[period](facts)
            if known is not None:
                return known
        scorer_of, moment = self.moment(period, version)
        scorer = self.scorer(scorer_of, params)
        row = Row(employee, moment, scorer_of.facts(facts)[0], team=team)
        if adjustments is not None:
            row = with_items(row, adjustments, allowance(self, version))
        return scorer.brief(row if history is None else self._with_past(row, history, params, version))

    def score_many(
        self,
        rows: Iterable[Mapping[str, object]],
        *,
        params: Params | None = None,
        version: str | None = None,
        roster: object = None,
    ) -> Run:
        """The results of many rows, each a mapping with `employee`, `period`, maybe `name`, `team`, `occasion`, and
        the facts beside them (or in a mapping under `facts`), maybe `adjustments` as `score` takes them.

        A row whose keys can not be read is set aside with a problem that gives its number, counted from 1; the others
        are scored. Two rows of one employee and period are both scored, and reported. A row of a period before the
        first version is set aside as well, and still serves as history.

        A scheme with a ladder takes rows of months and a `roster` (see `score_table`), and gives a result for each
        person and cycle.
        """
        reader = MappingReader(self, version, self.recall(params, version))
        found = list(reader.rows(rows))
        if self.climbs:
            whole = self.climbing([row for _, row in found], roster, reader.problems)
            return self.score_rows(whole, params, version=version, before=reader.problems)
        remembered = self.remembering([row for _, row in found], params, version=version)
        results = [
            self.scorer(scored, params).score(row)
            for (scored, _), row in zip(found, remembered, strict=True)
            if scored is not None and not self.decided(row)
        ]
        run: Run = self._announce(Run(self, tuple(results), tuple(reader.problems)))
        return run

    def score_rows(
        self,
        rows: Iterable[Row],
        settings: Params | None = None,
        *,
        version: str | None = None,
        remembered: bool = False,
        before: Iterable[Problem] = (),
    ) -> Run:
        """The results of rows that were read already, as `kpicore.io` gives them.

        `remembered`: they come from `remembering`, with the history that they need. `before` are problems that were
        met before.
        Rows of a period before the first version, or of a kind that is not scored, are set aside with a problem.
        """
        problems = list(before)
        found = self.scoreable(
            rows if remembered else self.remembering(rows, settings, version=version), version, problems
        )
        results = [self.scorer(version_, settings).score(row) for version_, row in found]
        run: Run = self._announce(Run(self, tuple(results), tuple(problems)))
        return run

    @cached_property
    def joined_model(self) -> SchemeModel:
        """The newest version's model with the facts and parameters of the others beside its own; it allows items where
        any does."""
        if self.only is not None and not self.only.views:
            return self.only.model
        models = [model for version in self.among() for model in (*version.model.rollups, version.model)]
        facts = {name: fact for model in models for name, fact in model.facts.items()}
        params = {name: param for model in models for name, param in model.params.items()}
        adjustments = [model.adjustments for model in models if model.adjustments is not None]
        return evolve(models[-1], facts=facts, params=params, adjustments=adjustments[-1] if adjustments else None)

    def scoreable(
        self, rows: Iterable[Row], version: str | None, problems: list[Problem]
    ) -> Iterator[tuple[Version, Row]]:
        """The rows that can be scored, each with the version that does; a problem is added for each of the others
        but those that are history alone."""
        for row in rows:
            if self.history_alone(row.period) or self.decided(row):
                continue
            try:
                found, _ = self.moment(row.period, version)
            except (PeriodError, UnknownSchemeError) as error:
                problem = problem_of(error)
                message = f"{problem.message} The row of {row.employee} is set aside."
                problems.append(evolve(problem, place=row.where, message=message))
                continue
            yield found, row

    def climbing(self, rows: Iterable[Row], roster: object, problems: list[Problem]) -> list[Row]:
        """The rows, and those of people's cycles, which a roster lets begin; what is wrong is added to the problems."""
        from kpicore.climb import with_cycles
        from kpicore.io.roster import roster_of

        known, told = (None, ()) if roster is None else roster_of(roster)
        problems += told
        return with_cycles(self, rows, known, problems)

    def remembering(
        self, rows: Iterable[Row], params: Params | None = None, *, version: str | None = None
    ) -> Iterable[Row]:
        """The rows, each with the history of its person where any version looks along one, and with the others of
        its period where any looks across people; all rows serve as that.

        A formula's value in another period is that of the version in force then, of the newest version that can say
        it where that one can not. `version` fixes one for all periods.
        """
        recall = self.recall(params, version)
        if recall.needed:
            rows = with_past(rows, recall.read)
        return with_others(rows, recall.read) if recall.compares else rows

    def scorer(self, version: Version, params: Params | None) -> Scorer:
        return version.plain if params is None else version.scorer(params, self._parameters)

    def _with_past(self, row: Row, history: PastFigures, params: Params | None, version: str | None) -> Row:
        recall = self.recall(params, version)
        past = recall.past(history, self.asked)
        return past_of(past.rows, evolve(row, reasons=(*row.reasons, *past.reasons)), recall.read)

    def recall(self, params: Params | None, version: str | None) -> Recall:
        known = self._recalls.get(version) if params is None else None
        if known is None:
            known = Recall(self.among(version), params, self._parameters if params else frozenset())
            if params is None:
                self._recalls[version] = known
        return known

    @cached_property
    def _parameters(self) -> frozenset[str]:
        """The parameters of all versions, where there are several."""
        if len(self.versions) == 1:
            return frozenset()
        return frozenset(name for version in self.versions for name in version.model.params)

    def moment(self, period: object, version: str | None) -> tuple[Version, Period]:
        """The version that scores a period, and the period; raises PeriodError and UnknownSchemeError."""
        if not isinstance(period, str | Stretch):
            return self._found(period, version)
        known = self._moments.get((period, version))
        if known is None:
            if len(self._moments) >= MOST_PERIODS:
                self._moments.clear()
            known = self._moments[period, version] = self._found(period, version)
        return known

    def _found(self, given: object, name: str | None) -> tuple[Version, Period]:
        foreign = not isinstance(given, Stretch | str) and isinstance(given, Period)
        kinds = self.periods if name is None else self.version(name).kinds
        period: Period = given if foreign else period_of(given, kinds)  # type: ignore[assignment]
        version = (self.in_force(period) if name is None else self.version(name)).view(period.kind)
        if period.kind not in version.periods:
            if not foreign:
                period_of(period, version.periods)
            raise PeriodError(f"{self.id} {version.version} scores {' or '.join(version.periods)}, not {period.kind}.")
        return version, period


def _untold(run: Any) -> Any:
    """The run, of which nobody is told."""
    return run
