"""Small schemes from a few lines of TOML, and rows of figures scored by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kpicore.errors import SchemeError
from kpicore.figure import UNREADABLE, Figure, read
from kpicore.formula.functions import STANDARD as FUNCTIONS
from kpicore.model import SchemeModel, Sheet
from kpicore.params import Settings, read_settings
from kpicore.period import parse_period
from kpicore.result import IndicatorResult, Result
from kpicore.row import Row
from kpicore.rules import STANDARD as RULES
from kpicore.schemefile import parse_scheme
from kpicore.score import Scorer
from kpicore.sheet import build_sheet
from kpicore.vocabulary import Vocabulary

STANDARD = Vocabulary.of(RULES, FUNCTIONS, "standard")
BAD = "?"
"""A cell that can not be read."""
HEAD = 'id = "t/small"\nversion = "1"\neffective = 2024-01-01\nperiods = ["month"]\n'


def model_of(text: str) -> SchemeModel:
    """The model of a scheme file's text below its head; warnings are as good as nothing here."""
    model, problems = parse_scheme(HEAD + text, "small.toml", STANDARD)
    if model is None:
        raise SchemeError(problems)
    return model


def sheet_of(text: str) -> Sheet:
    """The cells of a scheme file's text below its head."""
    return build_sheet(model_of(text))


def figures(model: SchemeModel, facts: Mapping[str, object]) -> dict[str, Figure]:
    """Figures as the reader of figures gives them; BAD is a cell that can not be read, '' is blank."""
    bounds = {name: spec.bounds for name, spec in model.facts.items()}
    bounds |= {name: spec.bounds for name, spec in model.params.items()}
    return {name: UNREADABLE if raw == BAD else read(raw, bounds[name]) for name, raw in facts.items()}


class Small:
    """A small scheme. `settings` is a text of parameters as a file of them holds it."""

    def __init__(self, text: str, settings: str = "") -> None:
        self.sheet = sheet_of(text)
        self.model = self.sheet.model
        found, problems = read_settings(settings, self.model) if settings else (Settings.of(self.model), ())
        assert not problems, problems
        self.scorer = Scorer(self.sheet, found, "small")

    def row(self, facts: Mapping[str, object], period: str = "2024-03", **keys: Any) -> Row:
        """A row of these figures."""
        when = parse_period(period, self.model.periods)
        return Row(keys.pop("employee", "E1"), when, figures(self.model, facts), **keys)

    def score(self, facts: Mapping[str, object] | None = None, period: str = "2024-03", **keys: Any) -> Result:
        """The result of these figures; the quick path must agree with it."""
        row = self.row(facts or {}, period, **keys)
        result = self.scorer.score(row)
        assert self.scorer.brief(row) == (result.status, result.total, result.grade)
        return result

    def line(self, facts: Mapping[str, object] | None = None, period: str = "2024-03", **keys: Any) -> IndicatorResult:
        """The only indicator of the result."""
        (line,) = self.score(facts, period, **keys).indicators.values()
        return line

    def points(self, x: object, **facts: object) -> str | None:
        """The points of the only indicator for its fact `x`, as the result writes them."""
        line = self.line({"x": x, **facts})
        return None if line.points is None else str(line.points)


def one(
    rule: str, *, kind: str = "number", more: str = "", params: str = "", head: str = "", weight: str = "100"
) -> str:
    """A scheme with one indicator `i` over one fact `x`, or over what `more` says."""
    return (
        f'{head}\n[facts]\nx = {{ kind = "{kind}" }}\n[params]\n{params}\n'
        f'[[indicator]]\nid = "i"\nweight = {weight}\n{more or "measure = " + chr(34) + "x" + chr(34)}\nrule = {rule}\n'
    )


def reasons(result: Result) -> list[dict[str, str]]:
    """The reasons as plain tables."""
    return [{"code": reason.code, **dict(reason.values)} for reason in result.reasons]


def codes(result: Result) -> list[str]:
    """The codes of the reasons, in their order."""
    return [reason.code for reason in result.reasons]
