"""Worked cases: figures in, results out, read from the file beside a scheme; and a scheme tried by all its cases.

The file `<scheme>.cases.toml` has a table `[base]` of figures that every case starts from, if wanted, and a
`[[case]]` for each case: `name`, `says` (a sentence), `period`, `facts`, `history`, `params`, and `expect`, a table
from the names of a result's flat form to what is expected there. A text is compared letter by letter ("" is no value),
a number by its value, and `reasons` is a list of the codes that the result gives, in any order.

`history` are the person's other periods, each with what it has otherwise than `[base]`, where they start from too. A
case that gives none has that of the table `[history]` at the top of the file; without one, the person is new.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol

from attrs import define, field, frozen

from kpicore.cases.breaks import BreakCases, Difference, break_cases, first_period
from kpicore.decimals import plain_text, quoted
from kpicore.errors import KpicoreError, NeedsOthersError, PeriodError, SchemeError
from kpicore.model import SchemeModel
from kpicore.past import PastFigures
from kpicore.period import period_of
from kpicore.problem import Place, Problem, did_you_mean
from kpicore.protocols import Period, Scheme
from kpicore.result import Result
from kpicore.schemefile import RawScheme, load_raw
from kpicore.text import LANGUAGES, Title

__all__ = ["Case", "Difference", "SchemeReport", "Score", "cases_path", "read_cases", "run_case", "try_scheme"]

_KEYS = ("name", "says", "period", "facts", "history", "params", "expect")
_TOP = ("base", "history", "case")
_HEAD = ("status", "sum", "counted_marks", "full_marks", "total", "grade", "rank", "pay_total", "reasons")
_LINE = ("measure", "points", "score", "full_marks", "state")
EMPLOYEE = "case"
ENDING = ".cases.toml"
History = Mapping[str, Mapping[str, object]]
_VALUES = str | int | Decimal | bool | datetime.date


@frozen
class Case:
    """One worked case. `expect` goes by the names of a result's flat form."""

    name: str
    says: Title
    period: str
    facts: Mapping[str, object]
    params: Mapping[str, object]
    expect: Mapping[str, object]
    place: Place = Place()
    history: Mapping[str, Mapping[str, object]] = field(factory=dict)


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


def cases_path(scheme: Path) -> Path:
    """Where the worked cases of a scheme file stand."""
    return scheme.with_name(scheme.name.removesuffix(".toml") + ENDING)


def read_cases(path: Path, model: SchemeModel) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """The cases of a file, and all that is wrong with it."""
    try:
        raw = load_raw(path)
    except SchemeError as error:
        return (), error.problems
    reader = _Reader(raw, model)
    return tuple(reader.cases()), tuple(reader.problems)


@define
class _Reader:
    raw: RawScheme
    model: SchemeModel
    problems: list[Problem] = field(factory=list)

    def _wrong(self, code: str, path: tuple[str | int, ...], message: str, hint: str = "") -> None:
        key = ".".join(f"{part + 1}" if isinstance(part, int) else part for part in path)
        self.problems.append(Problem(code, message, place=self.raw.place(path), key=key, hint=hint))

    def cases(self) -> Iterator[Case]:
        table = self.raw.table
        self._known(table, (), _TOP)
        base = self._facts(table.get("base", {}), ("base",))
        history = self._history(table.get("history", {}), ("history",), base)
        rows = table.get("case", [])
        if not isinstance(rows, list):
            self._wrong("bad_case", ("case",), "Cases are rows.", "Write [[case]].")
            return
        names: set[str] = set()
        for place, row in enumerate(rows):
            case = self._case(row, ("case", place), base, history)
            if case is None:
                continue
            if case.name in names:
                self._wrong("duplicate", ("case", place, "name"), f"{quoted(case.name)} is given twice.")
            names.add(case.name)
            yield case

    def _case(
        self, row: object, path: tuple[str | int, ...], base: Mapping[str, object], history: History
    ) -> Case | None:
        before = len(self.problems)
        if not isinstance(row, dict):
            self._wrong("bad_case", path, "A case is a table.", "Write [[case]].")
            return None
        self._known(row, path, _KEYS)
        name = row.get("name")
        if not isinstance(name, str) or not name:
            self._wrong("missing_key", (*path, "name"), "'name' is missing: a short name of the case, a text.")
        says = self._says(row.get("says", ""), (*path, "says"))
        period = self._period(row.get("period"), (*path, "period"))
        facts = self._facts(row.get("facts", {}), (*path, "facts"))
        if "history" in row:
            history = self._history(row["history"], (*path, "history"), base)
        if period in history:
            if "history" in row:
                message = f"The history has the period of the case itself, {period}."
                self._wrong("bad_history", (*path, "history"), message, "Write its figures in 'facts'.")
            history = {then: facts for then, facts in history.items() if then != period}
        params = self._params(row.get("params", {}), (*path, "params"))
        expect = self._expect(row.get("expect"), (*path, "expect"))
        if len(self.problems) > before:
            return None
        return Case(str(name), says, period, {**base, **facts}, params, expect, self.raw.place(path), history)

    def _known(self, table: Mapping[str, object], path: tuple[str | int, ...], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                self._wrong("unknown_key", (*path, key), "It is not known here.", did_you_mean(key, known))

    def _says(self, raw: object, path: tuple[str | int, ...]) -> Title:
        if isinstance(raw, str):
            return Title.of(raw)
        if isinstance(raw, dict) and all(name in LANGUAGES and isinstance(text, str) for name, text in raw.items()):
            return Title.of(raw)
        self._wrong("bad_value", path, "A text is expected.", 'Write says = "..." or { zh = "...", en = "..." }.')
        return Title()

    def _period(self, raw: object, path: tuple[str | int, ...]) -> str:
        if raw is None:
            return str(first_period(self.model))
        try:
            return str(period_of(raw, self.model.periods))
        except PeriodError as error:
            self._wrong("bad_period", path, *_sentence(error))
        return ""

    def _facts(self, raw: object, path: tuple[str | int, ...]) -> dict[str, object]:
        return self._values(raw, path, (*self.model.facts, *self.model.params), "fact")

    def _history(self, raw: object, path: tuple[str | int, ...], base: Mapping[str, object]) -> History:
        if not isinstance(raw, dict):
            self._wrong("bad_value", path, "A table is expected.", 'Write { "2024-02" = { name = value } }.')
            return {}
        found: dict[str, Mapping[str, object]] = {}
        for name, facts in raw.items():
            period = self._period(name, (*path, name))
            if period and period in found:
                self._wrong("duplicate", (*path, name), f"{period} is given twice.")
            found[period] = {**base, **self._facts(facts, (*path, name))}
        return found

    def _params(self, raw: object, path: tuple[str | int, ...]) -> dict[str, object]:
        return self._values(raw, path, tuple(self.model.params), "parameter")

    def _values(self, raw: object, path: tuple[str | int, ...], known: tuple[str, ...], what: str) -> dict[str, object]:
        if not isinstance(raw, dict):
            self._wrong("bad_value", path, "A table is expected.", "Write { name = value }.")
            return {}
        for name, value in raw.items():
            if name not in known:
                message = f"The scheme has no {what} {quoted(name)}."
                self._wrong(f"unknown_{what}", (*path, name), message, did_you_mean(name, known))
            elif not isinstance(value, _VALUES):
                self._wrong("bad_value", (*path, name), "A single value is expected.")
        return dict(raw)

    def _expect(self, raw: object, path: tuple[str | int, ...]) -> dict[str, object]:
        if not isinstance(raw, dict) or not raw:
            self._wrong("missing_key", path, "'expect' is missing: what the result is to be.",
                        'Write expect = { status = "scored", total = "80.00" }.')  # fmt: skip
            return {}
        known = expectable(self.model)
        found: dict[str, object] = {}
        for keys, value in _flat(raw, ()):
            name = ".".join(keys)
            at = (*path, *keys) if len(keys) > 1 else (*path, name)
            if name not in known:
                self._wrong("unknown_name", at, f"A result has no {quoted(name)}.", did_you_mean(name, known))
            elif name == "reasons":
                if not isinstance(value, list) or not all(isinstance(code, str) for code in value):
                    self._wrong("bad_value", at, "A list of codes is expected.", 'Write ["missing_figure"] or [].')
            elif not isinstance(value, str | int | Decimal) or isinstance(value, bool):
                self._wrong("bad_value", at, "A text or a number is expected.", '"" stands for no value.')
            found[name] = value
        return found


def _flat(table: Mapping[str, Any], before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, (*before, key))
        else:
            yield (*before, key), value


def expectable(model: SchemeModel) -> tuple[str, ...]:
    """The names of a result's flat form that a case may expect something of."""
    return (
        *_HEAD,
        *(f"groups.{group.id}" for group in model.groups),
        *(f"{line.id}.{part}" for line in model.indicators for part in _LINE),
        *(f"gates.{gate.id}" for gate in model.gates),
        *(f"pay.{element.id}" for element in model.pay),
    )


class Score(Protocol):
    """Scores one person by the scheme that is tried."""

    def __call__(
        self,
        facts: Mapping[str, object],
        *,
        employee: str,
        period: str | Period,
        params: Mapping[str, object] | None,
        history: PastFigures | None,
    ) -> Result: ...


def run_case(case: Case, score: Score) -> tuple[Difference, ...]:
    """What the result of a case has otherwise than expected."""
    try:
        params = case.params or None
        result = score(case.facts, employee=EMPLOYEE, period=case.period, params=params, history=case.history)
    except KpicoreError as error:
        return (Difference("score", "a result", str(error)),)
    return tuple(_differences(case.expect, result))


def _differences(expect: Mapping[str, object], result: Result) -> Iterator[Difference]:
    flat = result.flat()
    for name, expected in expect.items():
        if name == "reasons":
            assert isinstance(expected, list)
            wanted = sorted(set(expected))
            codes = sorted({reason.code for reason in result.reasons})
            if wanted != codes:
                yield Difference(name, json.dumps(wanted), json.dumps(codes))
            continue
        got = flat.get(name)
        if not _same(expected, got):
            shown = plain_text(expected) if isinstance(expected, int | Decimal) else str(expected)
            yield Difference(name, shown, "" if got is None else str(got))


def _same(expected: object, got: str | int | None) -> bool:
    if isinstance(expected, str):
        return expected == ("" if got is None else str(got))
    assert isinstance(expected, int | Decimal)
    try:
        return got is not None and Decimal(str(got)) == expected
    except InvalidOperation:
        return False


def try_scheme(scheme: Scheme, score: Score, file: Path | None) -> SchemeReport:
    """A version of a scheme, tried by its worked cases, which stand beside its `file`, and by generated ones."""
    outcomes: tuple[CaseOutcome, ...] | None = None
    problems: tuple[Problem, ...] = ()
    sheet = scheme.sheet()
    path = None if file is None else cases_path(file)
    if path is not None and path.exists():
        cases, problems = read_cases(path, sheet.model)
        outcomes = tuple(CaseOutcome(case, run_case(case, score)) for case in cases)
    generated = break_cases(sheet)
    try:
        failures = tuple(_failures(generated, score))
    except NeedsOthersError:  # a sheet that looks across people can not be tried one person at a time
        generated, failures = BreakCases(unplaced=len(generated.cases) + generated.unplaced), ()
    return SchemeReport(
        scheme.id,
        scheme.version,
        outcomes,
        len(generated.cases),
        sum(case.own for case in generated.cases),
        generated.unplaced,
        failures,
        problems,
    )


def _failures(generated: BreakCases, score: Score) -> Iterator[tuple[str, tuple[Difference, ...]]]:
    for case in generated.cases:
        result = score(case.facts, employee=EMPLOYEE, period=case.period, params=None, history=case.history)
        differences = case.differences(result)
        if differences:
            yield case.says, differences


def _sentence(error: KpicoreError) -> tuple[str, str]:
    problem = error.problems[0] if error.problems else None
    return (problem.message, problem.hint) if problem is not None else (str(error), "")
