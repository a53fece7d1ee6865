"""One version of a scheme, made ready: its sheet, its identity, its scorers, and how its facts are read."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Container, Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

from attrs import define, evolve, field

from kpicore.crowd import compares
from kpicore.decimals import MOST_DIGITS, as_shown
from kpicore.errors import FigureError, PluginError, SchemeError, UsageError
from kpicore.figure import UNREADABLE, Bounds, Figure, Value, read
from kpicore.formula.node import Along, Fact, Node, Param, Ref, walk
from kpicore.identity import Identity
from kpicore.model import SchemeModel, Sheet
from kpicore.params import Settings
from kpicore.past import looks_back
from kpicore.plugin import PluginInfo, sentence
from kpicore.problem import Problem, closest, did_you_mean
from kpicore.protocols import Scheme
from kpicore.rolled import RolledScheme
from kpicore.row import Reason
from kpicore.schemefile import FileScheme
from kpicore.score import Scorer
from kpicore.settled import NO_IDENTITY, SettledScheme
from kpicore.text import Title

Params = Mapping[str, object] | Settings
Made = TypeVar("Made")

_LARGEST = 10**MOST_DIGITS
_MOST_SCORERS = 64


@define(eq=False, slots=False)
class Version:
    """A version of a scheme, and itself a scheme: what a plugin's own code does wrong comes out as PluginError.

    `owner` is the plugin that brings it, None for a file that somebody named.
    """

    scheme: Scheme
    _identity: Identity
    owner: PluginInfo | None = None
    _scorers: dict[object, tuple[Settings, Scorer]] = field(factory=dict, init=False, repr=False)

    @property
    def id(self) -> str:
        """The scheme's id."""
        return self.scheme.id

    @property
    def version(self) -> str:
        """The version's name."""
        return self.scheme.version

    @cached_property
    def effective(self) -> datetime.date:
        """The day from which it is in force."""
        return self._asked("effective", lambda: self.scheme.effective)

    @cached_property
    def title(self) -> Title:
        """The sheet's name."""
        return self._asked("title", lambda: self.scheme.title)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The kinds of period that it scores."""
        return self._asked("periods", lambda: tuple(self.scheme.periods))

    def sheet(self) -> Sheet:
        """Its cells; raises SchemeError for a file, PluginError for a scheme in Python that fails."""
        return self._sheet

    def content(self) -> Mapping[str, Any]:
        """All that it says, as plain data."""
        return self._asked("content()", self.scheme.content)

    @cached_property
    def _sheet(self) -> Sheet:
        sheet = self._asked("sheet()", self.scheme.sheet)
        if not isinstance(sheet, Sheet):
            raise self._failed("sheet()", f"It gives something of type {type(sheet).__name__}, not a Sheet.")
        return sheet

    @property
    def model(self) -> SchemeModel:
        """What it says."""
        return self._sheet.model

    @cached_property
    def looks_back(self) -> bool:
        """Whether it looks along a person, so that a row needs the person's other periods."""
        return looks_back(self._sheet)

    @cached_property
    def compares(self) -> bool:
        """Whether it looks across people, so that a row needs the others of its period."""
        return compares(self._sheet)

    @cached_property
    def months_back(self) -> bool:
        """Whether it looks at the months of a longer period."""
        return any(
            isinstance(part, Along) and part.way.startswith("cycle_")
            for cell in self._sheet.cells.values()
            for part in walk(cell.node)
        )

    @cached_property
    def views(self) -> Mapping[str, Version]:
        """The versions that score longer periods by the totals of shorter ones, by the kind of period."""
        return {
            model.periods[0]: Version(RolledScheme(self.scheme, model), self._identity, self.owner)
            for model in self.model.rollups
        }

    def view(self, kind: str) -> Version:
        """The one that scores periods of a kind: itself, or one of its views."""
        return self.views.get(kind, self)

    @property
    def sheets(self) -> tuple[Version, ...]:
        """Itself and its views."""
        return (self, *self.views.values())

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of period that it and its views score."""
        return tuple(dict.fromkeys(kind for each in self.sheets for kind in each.periods))

    @cached_property
    def parts(self) -> frozenset[str]:
        """The parts of its results: indicators, and `groups.<id>`, `gates.<id>`, `pay.<id>`, `decision`."""
        model = self.model
        found = [f"groups.{group.id}" for group in model.groups] + [f"gates.{gate.id}" for gate in model.gates]
        found += [f"pay.{element.id}" for element in model.pay] + [line.id for line in model.indicators]
        return frozenset([*found, *(["decision"] if model.ladder is not None else [])])

    def declares(self, name: str) -> bool:
        """Whether it has a fact or a parameter of this name."""
        return name in self._bounds

    def fits(self, node: Node) -> bool:
        """Whether it has every fact, parameter and cell that a formula names."""
        sheet = self._sheet
        for inner in walk(node):
            if isinstance(inner, Fact):
                spec = sheet.facts.get(inner.id)
                if spec is None or spec.figure.type != inner.type:
                    return False
            if isinstance(inner, Param) and inner.id not in sheet.params:
                return False
            if isinstance(inner, Ref) and inner.cell not in sheet.cells:
                return False
            if isinstance(inner, Along) and not self.fits(inner.arg):
                return False
        return True

    @cached_property
    def identity(self) -> str:
        """What the hash of its results covers besides the parameters."""
        return self._asked("content()", lambda: self._identity.text(self.scheme, self.model))

    def problem(self, code: str, message: str, key: str = "", hint: str = "") -> Problem:
        """A problem of this version, with its file and line where it has those."""
        problem = Problem(code, message, key=key, hint=hint)
        return self.scheme.placed(problem) if isinstance(self.scheme, FileScheme) else problem

    @cached_property
    def plain(self) -> Scorer:
        """The scorer with the scheme's own parameters."""
        return Scorer(self._sheet, Settings.of(self.model), self.identity)

    def scorer(self, params: Params | None = None, elsewhere: Container[str] = ()) -> Scorer:
        """The scorer with these parameters; raises UsageError where one is unknown or can not be read.

        `elsewhere` are parameters of the scheme's other versions, which are passed over.
        """
        if params is None:
            return self.plain
        if isinstance(params, Settings):
            key: object = id(params)
            held = self._scorers.get(key)
            if held is not None and held[0] is params:
                return held[1]
            settings = self._fitted(params)
        else:
            values = self._values(params, elsewhere)
            key = tuple(sorted(values.items()))
            held = self._scorers.get(key)
            if held is not None:
                return held[1]
            params = settings = Settings.of(self.model).with_values(values)
        if len(self._scorers) >= _MOST_SCORERS:
            self._scorers.clear()
        scorer = Scorer(self._sheet, settings, self.identity)
        self._scorers[key] = (params, scorer)
        return scorer

    def _fitted(self, settings: Settings) -> Settings:
        """The settings without those of parameters that only other versions have."""
        names = self.model.params.keys()

        def own(values: Mapping[str, Value]) -> dict[str, Value]:
            return {name: value for name, value in values.items() if name in names}

        return evolve(
            settings,
            everybody=own(settings.everybody),
            teams={team: own(values) for team, values in settings.teams.items()},
            employees={employee: own(values) for employee, values in settings.employees.items()},
            names=frozenset(names),
        )

    def _values(self, params: Mapping[str, object], elsewhere: Container[str]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        problems: list[Problem] = []
        known = self.model.params
        for name, raw in params.items():
            if name not in known:
                if name not in elsewhere:
                    message = f"The scheme {self.id} has no parameter '{name}'."
                    problems.append(Problem("unknown_param", message, key=name, hint=did_you_mean(str(name), known)))
                continue
            try:
                value = read(raw, known[name].bounds)
            except FigureError as error:
                shown = as_shown(raw)
                problems.append(
                    Problem(
                        "bad_setting", error.sentence, key=name, hint=error.hint, value=shown, expected=error.expected
                    )
                )
                continue
            if value is None:
                problems.append(Problem("bad_setting", "It is blank.", key=name, hint="Give a value, or leave it out."))
            else:
                found[name] = value
        if problems:
            raise UsageError("\n".join(map(str, problems)), problems)
        return found

    @cached_property
    def _bounds(self) -> dict[str, tuple[Bounds, bool]]:
        """What each fact and parameter must keep to, and whether any whole number from 0 up does."""
        model = self.model
        bounds = {name: spec.bounds for name, spec in model.params.items()}
        bounds |= {name: spec.bounds for name, spec in model.facts.items()}
        return {name: (each, _from_nought(each)) for name, each in bounds.items()}

    def facts(
        self, raws: Mapping[str, object], problems: list[Problem] | None = None
    ) -> tuple[dict[str, Figure], tuple[Reason, ...]]:
        """The figures of raw values, and what there is to say of those that can not be read or nobody declared.

        The same is added to `problems`, where given, without a place.
        """
        found: dict[str, Figure] = {}
        reasons: list[Reason] = []
        known = self._bounds
        for name, raw in raws.items():
            spec = known.get(name)
            if spec is None:
                reasons.append(_unknown(as_shown(name), known, problems))
            elif spec[1] and type(raw) is int and 0 <= raw < _LARGEST:  # what `read` would give, without the way there
                found[name] = raw
            else:
                try:
                    value = read(raw, spec[0])
                except FigureError as error:
                    found[name] = UNREADABLE
                    reasons.append(_unreadable(name, raw, error, problems))
                else:
                    if value is not None:
                        found[name] = value
        return found, tuple(reasons)

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the cells and the identity as they came out, no file, no scorer, no generated code."""
        settled = SettledScheme(self.id, self.version, self.effective, self.title, self.periods, self.sheet())
        kept: dict[str, Any] = {"scheme": settled, "owner": self.owner, "identity": self.identity, "views": self.views}
        return kept | {"_identity": NO_IDENTITY, "_scorers": {}}

    def _asked(self, what: str, answer: Callable[[], Made]) -> Made:
        """What the scheme answers; a failure of a scheme in Python is its plugin's."""
        if isinstance(self.scheme, FileScheme):
            return answer()
        try:
            return answer()
        except Exception as error:
            told = error.problems if isinstance(error, SchemeError) else ()
            raise self._failed(what, sentence(error), told) from error

    def _failed(self, what: str, why: str, told: tuple[Problem, ...] = ()) -> PluginError:
        owner = f" of the plugin {self.owner}" if self.owner is not None else ""
        message = f"The scheme '{self.id}'{owner} can not be used; its {what} failed: {why}"
        return PluginError(message, [Problem("scheme_failed", message, key=self.id), *told])


def _from_nought(bounds: Bounds) -> bool:
    kind = bounds.kind
    free = bounds.least is None and bounds.most is None and kind.most is None
    return kind.type == "number" and free and (kind.least is None or kind.least == 0)


def _unknown(name: str, known: Iterable[str], problems: list[Problem] | None) -> Reason:
    near = closest(name, known)
    if problems is not None:
        hint = f"Did you mean '{near}'?" if near is not None else ""
        problems.append(Problem("unknown_figure", "The scheme has no such fact.", "warning", key=name, hint=hint))
    return Reason.of("unknown_figure", fact=name, did_you_mean=near)


def _unreadable(name: str, raw: object, error: FigureError, problems: list[Problem] | None) -> Reason:
    shown, expected = as_shown(raw), error.expected
    if problems is not None:
        problems.append(
            Problem("bad_figure", error.sentence, key=name, hint=error.hint, value=shown, expected=expected)
        )
    return Reason.of("unreadable_figure", fact=name, value=shown, expected=expected or None)
