"""Rows that embedding code gives as mappings, read into rows of figures; what is wrong with them is collected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import define, evolve, field

from kpicore.adjustment import Allowed
from kpicore.allowance import allowance, parted, with_items
from kpicore.decimals import as_shown
from kpicore.errors import FigureError, KpicoreError, PeriodError, UnknownSchemeError, UsageError
from kpicore.io.key import key_text
from kpicore.occasion import occasion_of
from kpicore.period import period_of
from kpicore.problem import Place, Problem
from kpicore.protocols import Period
from kpicore.recall import Recall
from kpicore.row import Row
from kpicore.version import Version

if TYPE_CHECKING:
    from kpicore.loaded import LoadedScheme
else:
    LoadedScheme = Any

KEYS = ("employee", "period", "name", "team", "occasion")
_MOST_WARNINGS = 100


@define(slots=False)
class MappingReader:
    """Reads mappings into rows and collects what is wrong with them."""

    scheme: LoadedScheme
    version: str | None
    recall: Recall
    problems: list[Problem] = field(factory=list)
    _seen: dict[tuple[str, str], int] = field(factory=dict)
    _told: set[str] = field(factory=set)

    @cached_property
    def allowed(self) -> Allowed:
        """What the scheme allows of plus and minus items."""
        return allowance(self.scheme, self.version)

    def rows(self, rows: Iterable[Mapping[str, object]]) -> Iterator[tuple[Version | None, Row]]:
        """Each row that can be scored, with the version that scores it; with None one that is history alone."""
        for number, raw in enumerate(rows, 1):
            try:
                if not isinstance(raw, Mapping):
                    raise UsageError(f"A row is a mapping from names to values; this is of type {type(raw).__name__}.")
                alone = self._alone(raw, number)
                found = self._row(raw, number) if alone is None else (None, alone)
            except (PeriodError, UnknownSchemeError, UsageError) as error:
                problem = problem_of(error)
                message = f"{problem.message} The row is set aside."
                self.problems.append(evolve(problem, place=Place(row=number), message=message))
                early = self._early(raw) if isinstance(error, UnknownSchemeError) and self.recall.needed else None
                if early is not None:
                    yield None, early
                continue
            yield found

    def _alone(self, raw: Mapping[str, object], number: int) -> Row | None:
        """A row that only those of longer periods ask; None for any other."""
        if self.scheme.asked == self.scheme.periods:
            return None
        try:
            given = period_of(raw.get("period"), self.scheme.asked)
        except PeriodError:
            return None
        return self._unscored(raw, given, number) if self.scheme.history_alone(given) else None

    def _unscored(self, raw: Mapping[str, object], period: Period, number: int) -> Row:
        """A row that is history alone: what is wrong with its figures is told all the same."""
        employee = key_of("employee", raw.get("employee")) or nobody()
        name, team, occasion = self._about(raw)
        found: list[Problem] = []
        facts, items = parted(_figures(raw), self.recall.then(period))
        figures, reasons = self.recall.figures(facts, period, found)
        row = Row(employee, period, figures, name, team, occasion, reasons=reasons)
        row = with_items(row, items, self.allowed, found)
        for problem in found:
            self._tell(problem, number)
        self._mark(employee, str(period), number)
        return row

    def _about(self, raw: Mapping[str, object]) -> tuple[str | None, str | None, str | None]:
        """Name, team and occasion of a row."""
        name, team = (key_of(key, raw.get(key)) for key in ("name", "team"))
        return name, team, occasion_key(raw.get("occasion"), self.scheme.occasions)

    def _early(self, raw: Mapping[str, object]) -> Row | None:
        """A row of a period before the first version; None where it gives items that are none."""
        given = raw["period"]
        period = given if isinstance(given, Period) else period_of(given, self.scheme.periods)
        employee = key_of("employee", raw.get("employee")) or nobody()
        facts, items = parted(_figures(raw), self.recall.then(period))
        row = Row(employee, period, self.recall.figures(facts, period)[0], team=key_of("team", raw.get("team")))
        try:
            return with_items(row, items, self.allowed)
        except UsageError:
            return None  # that it is set aside is told

    def _row(self, raw: Mapping[str, object], number: int) -> tuple[Version, Row]:
        employee = key_of("employee", raw.get("employee")) or nobody()
        name, team, occasion = self._about(raw)
        version, period = self.scheme.moment(raw.get("period"), self.version)
        found: list[Problem] = []
        facts, items = parted(_figures(raw), version)
        if self.recall.needed:  # a later version may look back at what this one does not declare
            figures, reasons = self.recall.figures(facts, period, found)
        else:
            figures, reasons = version.facts(facts, found)
        row = Row(employee, period, figures, name, team, occasion, reasons=reasons)
        row = with_items(row, items, self.allowed, found)
        for problem in found:
            self._tell(problem, number)
        self._mark(employee, str(period), number)
        return version, row

    def _mark(self, employee: str, period: str, number: int) -> None:
        before = self._seen.setdefault((employee, period), number)
        if before != number:
            self.problems.append(duplicate_row(employee, period, number, before))

    def _tell(self, problem: Problem, number: int) -> None:
        """Keeps a problem of a figure; of a name that nobody declared only the first."""
        if problem.severity == "warning":
            if problem.key in self._told or len(self._told) >= _MOST_WARNINGS:
                return
            self._told.add(problem.key)
        self.problems.append(evolve(problem, place=Place(row=number)))


def duplicate_row(employee: str, period: str, number: int, before: int) -> Problem:
    """That a row is of a person and period that an earlier one is of too."""
    message = f"Row {before} is of {employee} in {period} too; both are scored."
    hint = "Give one row for each person and period."
    return Problem("duplicate_row", message, place=Place(row=number), hint=hint)


def _figures(raw: Mapping[str, object]) -> dict[str, object]:
    """What a mapping says beside the keys of the row."""
    facts = {key: value for key, value in raw.items() if key not in KEYS}
    inside = facts.get("facts")
    if isinstance(inside, Mapping):
        del facts["facts"]
        facts |= inside
    return facts


def key_of(key: str, raw: object) -> str | None:
    """The text of a key, None where it is blank; raises UsageError."""
    try:
        return key_text(raw) or None
    except FigureError as error:
        message = f"The {key} can not be read: {error.sentence}"
        problem = Problem(f"bad_{key}", message, value=as_shown(raw), expected=error.expected)
        raise UsageError(message, [problem]) from None


def occasion_key(raw: object, declared: Sequence[str]) -> str | None:
    """The occasion of a row, None where it has none; raises UsageError for one that the scheme does not know."""
    try:
        return occasion_of(key_of("occasion", raw) or "", declared)
    except FigureError as error:
        hint = f" {error.hint}" if error.hint else ""
        problem = Problem("bad_occasion", error.sentence, hint=error.hint, value=as_shown(raw), expected=error.expected)
        raise UsageError(f"{error.sentence}{hint}", [problem]) from None


def nobody() -> str:
    message = "The employee is missing."
    raise UsageError(message, [Problem("bad_employee", message, expected="the employee's number or name")])


def problem_of(error: KpicoreError) -> Problem:
    code = "no_version" if isinstance(error, UnknownSchemeError) else "bad_row"
    return error.problems[0] if error.problems else Problem(code, str(error))
