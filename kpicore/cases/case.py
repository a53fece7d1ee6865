"""A scheme tried by all its cases: the worked ones of the file beside it, and those that are made at its breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Protocol

from attrs import frozen

from kpicore.cases.breaks import BreakCase, Difference, break_cases
from kpicore.cases.casefile import Case, Figures, Other, cases_path, read_cases
from kpicore.cases.decided import decided_cases
from kpicore.cases.probe import COLLEAGUE, PERSON
from kpicore.crowd import compares
from kpicore.decimals import plain_text
from kpicore.errors import KpicoreError
from kpicore.past import PastFigures
from kpicore.problem import Problem
from kpicore.protocols import Period, Scheme
from kpicore.result import Result
from kpicore.row import Reason
from kpicore.sheet import build_sheet

__all__ = ["Case", "CaseOutcome", "Difference", "SchemeReport", "Scoring", "run_case", "try_scheme"]


@frozen
class CaseOutcome:
    """A case and what a result had otherwise than it expects."""

    case: Case
    differences: tuple[Difference, ...] = ()


@frozen
class SchemeReport:
    """What trying a version of a scheme gave.

    `cases` is None where no file of cases stands beside it. `at_breaks` counts the generated cases, `own` those of
    them that were only held against the rule's own curve, `unplaced` the places beside breaks for which no figures
    were found. `failures` are the generated cases with differences: their sentence, and these.
    """

    id: str
    version: str
    cases: tuple[CaseOutcome, ...] | None
    at_breaks: int = 0
    own: int = 0
    unplaced: int = 0
    failures: tuple[tuple[str, tuple[Difference, ...]], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all cases could be read and came out as expected."""
        failed = any(outcome.differences for outcome in self.cases or ())
        return not (failed or self.failures or self.problems)


class Scored(Protocol):
    """What scoring many rows gave."""

    @property
    def results(self) -> Sequence[Result]: ...

    @property
    def problems(self) -> Sequence[Problem]: ...


class Scoring(Protocol):
    """The version of a scheme that is tried, as it scores: one person alone, or many rows that see one another."""

    def score(
        self,
        facts: Figures,
        *,
        employee: str,
        period: str | Period,
        team: str | None = None,
        params: Figures | None = None,
        history: PastFigures | None = None,
        adjustments: Sequence[Figures] | None = None,
    ) -> Result: ...

    def score_many(self, rows: Sequence[Figures], *, params: Figures | None = None) -> Scored: ...


@frozen
class _Person:
    """Somebody's figures and items of a period, and of others."""

    employee: str
    team: str | None
    facts: Figures
    history: PastFigures
    adjustments: tuple[Figures, ...] = ()

    def rows(self, period: str | Period) -> Iterator[dict[str, object]]:
        """A row for each period, that one first."""
        now = {**self.facts, "adjustments": list(self.adjustments)} if self.adjustments else self.facts
        for then, facts in [(period, now), *self.history.items()]:
            yield {"employee": self.employee, "team": self.team, "period": then, "facts": facts}


def run_case(case: Case, scoring: Scoring, among_others: bool = False) -> tuple[Difference, ...]:
    """What the result of a case has otherwise than expected.

    `among_others`: the sheet compares people, so that one is scored together with the others of the case.
    """
    person = _person(case)
    others = [_person(other) for other in case.others]
    try:
        result = _scored(scoring, person, others if among_others else None, case.period, case.params or None)
    except KpicoreError as error:
        return (Difference("score", "a result", str(error)),)
    return tuple(_differences(case.expect, result))


def _person(case: Case | Other) -> _Person:
    return _Person(case.employee, case.team, case.facts, case.history, case.adjustments)


def _scored(
    scoring: Scoring, person: _Person, others: Sequence[_Person] | None, period: str | Period, params: Figures | None
) -> Result:
    """One person's result, among others where there may be some."""
    if others is None:
        return scoring.score(
            person.facts,
            employee=person.employee,
            period=period,
            team=person.team,
            params=params,
            history=person.history,
            adjustments=person.adjustments,
        )
    rows = [row for each in (person, *others) for row in each.rows(period)]
    run = scoring.score_many(rows, params=params)
    for result in run.results:
        if (result.employee, result.period) == (person.employee, str(period)):
            return result
    raise KpicoreError("\n".join(map(str, run.problems)), run.problems)


def _differences(expect: Figures, result: Result) -> Iterator[Difference]:
    flat = result.flat()
    for name, expected in expect.items():
        if name == "reasons":
            assert isinstance(expected, list)
            yield from _other_reasons(expected, result.reasons)
            continue
        got = flat.get(name)
        if not _same(expected, got):
            shown = plain_text(expected) if isinstance(expected, int | Decimal) else str(expected)
            yield Difference(name, shown, "" if got is None else str(got))


def _other_reasons(expected: Sequence[str | Mapping[str, str]], reasons: Sequence[Reason]) -> Iterator[Difference]:
    """What is expected as a code, or a code and some values: all codes are to be there, and no others."""
    wanted = sorted({each if isinstance(each, str) else each["code"] for each in expected})
    codes = sorted({reason.code for reason in reasons})
    if wanted != codes:
        yield Difference("reasons", json.dumps(wanted), json.dumps(codes))
    said = [{"code": reason.code, **dict(reason.values)} for reason in reasons]
    for each in expected:
        if isinstance(each, str) or any(each.items() <= one.items() for one in said):
            continue
        got = [one for one in said if one["code"] == each["code"]]
        if got:
            yield Difference("reasons", _told(dict(each)), ", ".join(map(_told, got)))


def _told(reason: Mapping[str, str]) -> str:
    return json.dumps(reason, ensure_ascii=False)


def _same(expected: object, got: str | int | None) -> bool:
    if isinstance(expected, str):
        return expected == ("" if got is None else str(got))
    assert isinstance(expected, int | Decimal)
    try:
        return got is not None and Decimal(str(got)) == expected
    except InvalidOperation:
        return False


def try_scheme(scheme: Scheme, scoring: Scoring, file: Path | None) -> SchemeReport:
    """A version of a scheme, tried by its worked cases, which stand beside its `file`, and by generated ones."""
    outcomes: tuple[CaseOutcome, ...] | None = None
    problems: tuple[Problem, ...] = ()
    sheet = scheme.sheet()
    among_others = compares(sheet)
    path = None if file is None else cases_path(file)
    if path is not None and path.exists():
        cases, problems = read_cases(path, sheet.model)
        outcomes = tuple(CaseOutcome(case, run_case(case, scoring, among_others)) for case in cases)
    sheets = (sheet, *map(build_sheet, sheet.model.rollups))
    generated = [break_cases(each) for each in sheets]
    made = [case for found in generated for case in found.cases]
    decided = [case for each in sheets for case in decided_cases(each)]
    wrong = [(case.says, case.differences) for case in decided if case.differences]
    return SchemeReport(
        scheme.id,
        scheme.version,
        outcomes,
        len(made) + len(decided),
        sum(case.own for case in made),
        sum(found.unplaced for found in generated),
        (*_failures(made, scoring, among_others), *wrong),
        problems,
    )


def _failures(
    cases: Sequence[BreakCase], scoring: Scoring, among_others: bool
) -> Iterator[tuple[str, tuple[Difference, ...]]]:
    for case in cases:
        person = _Person(PERSON, None, case.facts, case.history)
        others = [_Person(COLLEAGUE, None, case.colleague, case.history)] if among_others else None
        differences = case.differences(_scored(scoring, person, others, case.period, None))
        if differences:
            yield case.says, differences
