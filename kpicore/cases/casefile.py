"""The file of worked cases beside a scheme: figures in, results out.

The file `<scheme>.cases.toml` has a table `[base]` of figures that every case starts from, if wanted, and a
`[[case]]` for each case: `name`, `says` (a sentence), `period`, `facts`, `params`, and `expect`, a table from the
names of a result's flat form to what is expected there. A text is compared letter by letter ("" is no value), a
number by its value, and `reasons` is a list of the codes that the result gives, in any order; a table of a code and
values, such as `{ code = "move", move = "enters" }`, asks for a reason that says these as well.

`history` are the person's other periods, each with what it has otherwise than `[base]`, where they start from too. A
case that gives none has that of the table `[history]` at the top of the file; without one, the person is new.

For a sheet that compares people a case may say who the person is (`employee`, `team`) and give the `others`: rows with
`employee`, `team`, and what each has otherwise than `[base]` in the same period, maybe with a `history` of their own.
A case that gives none has those of the top, `[[others]]`; without any, the person is alone.

Where the scheme allows plus and minus items, a case may have `adjustments`, rows with `points`, `reason` and `author`;
so may a period of a history, and each of the others.

Where the scheme has a ladder, figures are of months and the `period` is a cycle. A case then says at which `level` the
person starts and since which month (`level_since`; unless given, the first one of the cycle), and gives the `months`
of which there are figures, each with what it has otherwise than `[base]`; a month that is left away is missing. A case
that gives none has those of the table `[months]` at the top. It has no `facts`, no `history` and no `others`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import define, evolve, field, frozen

from kpicore.adjustment import ADJUSTMENT, PARTS
from kpicore.cases.breaks import first_period
from kpicore.cases.probe import PERSON
from kpicore.decimals import quoted
from kpicore.errors import KpicoreError, PeriodError, SchemeError
from kpicore.ladder import DECISION, LEVEL, SINCE
from kpicore.ladderspec import LadderSpec
from kpicore.model import SchemeModel
from kpicore.period import parse_period, period_of
from kpicore.problem import Place, Problem, did_you_mean
from kpicore.schemefile import RawScheme, load_raw
from kpicore.stretch import Cycle, Month
from kpicore.text import LANGUAGES, Title

_ITEMS = "adjustments"
_KEYS = ("name", "says", "employee", "team", "period", "facts", _ITEMS, "history", "others", "params", "expect")
_TOP = ("base", "history", "others", "case")
_LADDER_KEYS = ("name", "says", "employee", "team", "period", LEVEL, SINCE, "months", "params", "expect")
_LADDER_TOP = ("base", "months", "case")
_NOT_OF_CYCLE = {
    "facts": ("A cycle has no figures of its own.", "Write those of its months in 'months', by month."),
    "history": ("A ladder's cases have no history.", "Write the months before the cycle in 'months' too."),
    "others": ("A cycle is compared with nobody's.", "Leave it away."),
}
_HEAD = ("status", "sum", "counted_marks", "full_marks", "total", "grade", "rank", "pay_total", "reasons")
_LINE = ("measure", "points", "score", "full_marks", "state")
_LADDER = ("status", *(f"decision.{part}" for part in (*DECISION, "next_cycle")), "reasons")
ENDING = ".cases.toml"
_VALUES = str | int | Decimal | bool | datetime.date
Figures = Mapping[str, object]
Items = tuple[Figures, ...]
History = Mapping[str, Figures]
Keys = tuple[str | int, ...]


@frozen
class Other:
    """Another person of a case's period, whom the sheet compares the case's person with."""

    employee: str
    team: str | None
    facts: Figures
    history: History = field(factory=dict)
    adjustments: Items = ()


@frozen
class Case:
    """One worked case. `expect` goes by the names of a result's flat form.

    Of a ladder, `facts` are the level and since when it is held, `history` are the months.
    """

    name: str
    says: Title
    period: str
    facts: Figures
    params: Figures
    expect: Figures
    place: Place = Place()
    history: History = field(factory=dict)
    employee: str = PERSON
    team: str | None = None
    others: tuple[Other, ...] = ()
    adjustments: Items = ()


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

    def _wrong(self, code: str, path: Keys, message: str, hint: str = "") -> None:
        key = ".".join(f"{part + 1}" if isinstance(part, int) else part for part in path)
        self.problems.append(Problem(code, message, place=self.raw.place(path), key=key, hint=hint))

    @property
    def ladder(self) -> LadderSpec | None:
        """The ladder of the scheme."""
        return self.model.ladder

    @property
    def _past(self) -> str:
        """The key of the figures that a case has beside its facts."""
        return "history" if self.ladder is None else "months"

    def cases(self) -> Iterator[Case]:
        table = self.raw.table
        self._known(table, (), _TOP if self.ladder is None else _LADDER_TOP)
        base = self._facts(table.get("base", {}), ("base",))
        past = self._past
        history = self._history(table.get(past, {}), (past,), base)
        others = self._others(table.get("others", []), ("others",), base, history) if self.ladder is None else ()
        rows = table.get("case", [])
        if not isinstance(rows, list):
            self._wrong("bad_case", ("case",), "Cases are rows.", "Write [[case]].")
            return
        names: set[str] = set()
        for place, row in enumerate(rows):
            case = self._case(row, ("case", place), base, history, others)
            if case is None:
                continue
            if case.name in names:
                self._wrong("duplicate", ("case", place, "name"), f"{quoted(case.name)} is given twice.")
            names.add(case.name)
            yield case

    def _case(self, row: object, path: Keys, base: Figures, history: History, others: tuple[Other, ...]) -> Case | None:
        before = len(self.problems)
        if not isinstance(row, dict):
            self._wrong("bad_case", path, "A case is a table.", "Write [[case]].")
            return None
        self._known(row, path, _KEYS if self.ladder is None else _LADDER_KEYS)
        name = row.get("name")
        if not isinstance(name, str) or not name:
            self._wrong("missing_key", (*path, "name"), "'name' is missing: a short name of the case, a text.")
        says = self._says(row.get("says", ""), (*path, "says"))
        employee, team = self._key(row, "employee", path) or PERSON, self._key(row, "team", path)
        period = self._period(row.get("period"), (*path, "period"))
        facts = {**base, **self._facts(row.get("facts", {}), (*path, "facts"))} if self.ladder is None else {}
        if self.ladder is not None:
            facts = {LEVEL: self._level(row, path), SINCE: self._since(row.get(SINCE), (*path, SINCE), period)}
        items = self._items(row.get(_ITEMS, []), (*path, _ITEMS)) if self.ladder is None else ()
        if "others" in row and self.ladder is None:
            others = self._others(row["others"], (*path, "others"), base, history)
        past = self._past
        own = self._history(row[past], (*path, past), base) if past in row else history
        if past in row and period in own:
            message = f"The history has the period of the case itself, {period}."
            self._wrong("bad_history", (*path, "history"), message, "Write its figures in 'facts'.")
        if any(other.employee == employee for other in others):
            message = f"{quoted(employee)} is the person of the case itself."
            self._wrong("duplicate", (*path, "others"), message, "Give the others names of their own.")
        params = self._params(row.get("params", {}), (*path, "params"))
        expect = self._expect(row.get("expect"), (*path, "expect"), period)
        if len(self.problems) > before:
            return None
        return Case(
            str(name),
            says,
            period,
            facts,
            params,
            expect,
            self.raw.place(path),
            _before(own, period),
            employee,
            team,
            tuple(evolve(other, history=_before(other.history, period)) for other in others),
            items,
        )

    def _items(self, raw: object, path: Keys) -> Items:
        """Plus and minus items as they stand; whether they can be read is for scoring to say."""
        if raw and self.model.adjustments is None:
            message, hint = (
                "The scheme allows no plus and minus items.",
                "Write [adjustments] in it, or leave them away.",
            )
            self._wrong("does_not_fit", path, message, hint)
            return ()
        hint = 'Write adjustments = [{ points = 2, reason = "...", author = "..." }].'
        if not isinstance(raw, list):
            self._wrong("bad_value", path, "A list of rows is expected.", hint)
            return ()
        for place, item in enumerate(raw):
            if not isinstance(item, dict):
                self._wrong("bad_value", (*path, place), "A table is expected.", hint)
                continue
            for name, value in item.items():
                if name not in PARTS:
                    message = f"An item has no {quoted(name)}."
                    self._wrong("unknown_key", (*path, place, name), message, did_you_mean(name, PARTS))
                elif not isinstance(value, _VALUES):
                    self._wrong("bad_value", (*path, place, name), "A single value is expected.")
        return tuple(item for item in raw if isinstance(item, dict))

    def _others(self, raw: object, path: Keys, base: Figures, history: History) -> tuple[Other, ...]:
        if not isinstance(raw, list):
            hint = 'Write others = [{ employee = "E2", team = "T1", name = value }].'
            self._wrong("bad_value", path, "A list of rows is expected.", hint)
            return ()
        found: dict[str, Other] = {}
        for place, row in enumerate(raw):
            at = (*path, place)
            if not isinstance(row, dict):
                self._wrong("bad_value", at, "A table is expected.", 'Write { employee = "E2", name = value }.')
                continue
            employee = self._key(row, "employee", at) or f"other {place + 1}"
            if employee in found:
                self._wrong("duplicate", (*at, "employee"), f"{quoted(employee)} is given twice.")
            kept = {key: value for key, value in row.items() if key not in ("employee", "team")}
            own = history
            if isinstance(kept.get("history"), dict):
                own = self._history(kept.pop("history"), (*at, "history"), base)
            items = self._items(kept.pop(_ITEMS, []), (*at, _ITEMS))
            facts = self._facts(kept, at)
            found[employee] = Other(employee, self._key(row, "team", at), {**base, **facts}, own, items)
        return tuple(found.values())

    def _key(self, row: Figures, key: str, path: Keys) -> str | None:
        value = row.get(key)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self._wrong("bad_value", (*path, key), "A text is expected.", f'Write {key} = "...".')
        return None

    def _known(self, table: Figures, path: Keys, known: tuple[str, ...]) -> None:
        for key in table:
            if key in known:
                continue
            said = None if self.ladder is None else _NOT_OF_CYCLE.get(key)
            self._wrong("unknown_key", (*path, key), *said or ("It is not known here.", did_you_mean(key, known)))

    def _says(self, raw: object, path: Keys) -> Title:
        if isinstance(raw, str):
            return Title.of(raw)
        if isinstance(raw, dict) and all(name in LANGUAGES and isinstance(text, str) for name, text in raw.items()):
            return Title.of(raw)
        self._wrong("bad_value", path, "A text is expected.", 'Write says = "..." or { zh = "...", en = "..." }.')
        return Title()

    def _period(self, raw: object, path: Keys) -> str:
        if raw is None:
            return str(_first_cycle(self.model) or first_period(self.model))
        return self._stretch(raw, path, self.model.kinds)

    def _stretch(self, raw: object, path: Keys, kinds: Sequence[str]) -> str:
        """The text of a period of these kinds; "", with a problem, where it is none."""
        try:
            return str(period_of(raw, kinds))
        except PeriodError as error:
            self._wrong("bad_period", path, *_sentence(error))
        return ""

    def _level(self, row: Figures, path: Keys) -> str:
        assert self.ladder is not None
        levels = self.ladder.levels
        level = row.get(LEVEL)
        if level is None:
            message = "'level' is missing: where the person starts."
            self._wrong("missing_key", (*path, LEVEL), message, f"Write one of {', '.join(levels)}.")
        elif level not in levels:
            message = f"There is no level {quoted(str(level))}."
            self._wrong("unknown_name", (*path, LEVEL), message, did_you_mean(str(level), levels))
        return str(level)

    def _since(self, raw: object, path: Keys, period: str) -> str:
        """The month since when the level is held: the first of the case's cycle, unless given."""
        return period.partition("+")[0] if raw is None else self._stretch(raw, path, ("month",))

    def _facts(self, raw: object, path: Keys) -> dict[str, object]:
        return self._values(raw, path, (*self.model.facts, *self.model.params), "fact")

    def _history(self, raw: object, path: Keys, base: Figures) -> History:
        if not isinstance(raw, dict):
            self._wrong("bad_value", path, "A table is expected.", 'Write { "2024-02" = { name = value } }.')
            return {}
        found: dict[str, Figures] = {}
        for name, facts in raw.items():
            kinds = self.model.kinds if self.ladder is None else ("month",)
            period = self._stretch(name, (*path, name), kinds)
            if period and period in found:
                self._wrong("duplicate", (*path, name), f"{period} is given twice.")
            items: Items = ()
            if isinstance(facts, dict) and isinstance(facts.get(_ITEMS), list):
                items = self._items(facts[_ITEMS], (*path, name, _ITEMS))
                facts = {key: value for key, value in facts.items() if key != _ITEMS}
            found[period] = {**base, **self._facts(facts, (*path, name)), **({_ITEMS: items} if items else {})}
        return found

    def _params(self, raw: object, path: Keys) -> dict[str, object]:
        return self._values(raw, path, tuple(self.model.params), "parameter")

    def _values(self, raw: object, path: Keys, known: tuple[str, ...], what: str) -> dict[str, object]:
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

    def _expect(self, raw: object, path: Keys, period: str) -> dict[str, object]:
        if not isinstance(raw, dict) or not raw:
            self._wrong("missing_key", path, "'expect' is missing: what the result is to be.",
                        'Write expect = { status = "scored", total = "80.00" }.')  # fmt: skip
            return {}
        known = expectable(self.model.of(parse_period(period).kind) if period else self.model)
        found: dict[str, object] = {}
        for keys, value in _flat(raw, ()):
            name = ".".join(keys)
            at = (*path, *keys) if len(keys) > 1 else (*path, name)
            if name not in known:
                self._wrong("unknown_name", at, f"A result has no {quoted(name)}.", did_you_mean(name, known))
            elif name == "reasons":
                if not isinstance(value, list) or not all(map(_is_reason, value)):
                    self._wrong("bad_value", at, "A list of codes is expected.", 'Write ["missing_figure"] or [].')
            elif not isinstance(value, str | int | Decimal) or isinstance(value, bool):
                self._wrong("bad_value", at, "A text or a number is expected.", '"" stands for no value.')
            found[name] = value
        return found


def _is_reason(raw: object) -> bool:
    """Whether it is a code, or a table with one and with texts."""
    return isinstance(raw, str) or (
        isinstance(raw, dict) and "code" in raw and all(isinstance(value, str) for value in raw.values())
    )


def _first_cycle(model: SchemeModel) -> Cycle | None:
    """The first cycle of the year after the scheme came into force; None without a ladder."""
    return None if model.ladder is None else Cycle(Month(model.effective.year + 1, 1), model.ladder.months)


def _before(history: History, period: str) -> History:
    """A history without the period that is scored."""
    return {then: facts for then, facts in history.items() if then != period}


def _flat(table: Mapping[str, Any], before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, (*before, key))
        else:
            yield (*before, key), value


def expectable(model: SchemeModel) -> tuple[str, ...]:
    """The names of a result's flat form that a case may expect something of."""
    if model.ladder is not None:
        return _LADDER
    return (
        *_HEAD,
        *(() if model.adjustments is None else (ADJUSTMENT,)),
        *(f"groups.{group.id}" for group in model.groups),
        *(f"{line.id}.{part}" for line in model.indicators for part in _LINE),
        *(f"gates.{gate.id}" for gate in model.gates),
        *(f"pay.{element.id}" for element in model.pay),
    )


def _sentence(error: KpicoreError) -> tuple[str, str]:
    problem = error.problems[0] if error.problems else None
    return (problem.message, problem.hint) if problem is not None else (str(error), "")
