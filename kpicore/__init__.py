"""kpicore: scores appraisal sheets exactly, and says why.

Importing it loads nothing; each name below is fetched from its module when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kpicore.calendar import Calendar, load_calendar
    from kpicore.check.checker import Checked
    from kpicore.check.finding import Finding
    from kpicore.comparison.cohort import Cohort, cohort
    from kpicore.comparison.compare import compare
    from kpicore.comparison.data import cohort_data, comparison_data, people_data
    from kpicore.comparison.record import Comparison
    from kpicore.errors import (
        DataError,
        FigureError,
        FormulaError,
        KpicoreError,
        NeedsOthersError,
        PeriodError,
        PluginError,
        SchemeError,
        UnknownSchemeError,
        UnknownYearError,
        UsageError,
    )
    from kpicore.explain.data import explanation_data
    from kpicore.explain.prose import explanation_text
    from kpicore.explain.use import Explanation
    from kpicore.folder import SchemeFolder, TemplateFolder
    from kpicore.form import declared
    from kpicore.formula.resolve import Function, Parameter
    from kpicore.hookspecs import hookimpl
    from kpicore.loaded import LoadedScheme, Version
    from kpicore.next_step.advice import Advice
    from kpicore.next_step.data import advice_data
    from kpicore.next_step.text import advice_text
    from kpicore.params import Settings
    from kpicore.period import parse_period
    from kpicore.problem import Place, Problem
    from kpicore.protocols import Frame, Period, Rule, Scheme
    from kpicore.registry import Registry, load
    from kpicore.result import IndicatorResult, Result
    from kpicore.row import Adjustment, Reason
    from kpicore.run import Run, TableRun

    __version__: str

__all__ = [
    "Adjustment",
    "Advice",
    "Calendar",
    "Checked",
    "Cohort",
    "Comparison",
    "DataError",
    "Explanation",
    "FigureError",
    "Finding",
    "FormulaError",
    "Frame",
    "Function",
    "IndicatorResult",
    "KpicoreError",
    "LoadedScheme",
    "NeedsOthersError",
    "Parameter",
    "Period",
    "PeriodError",
    "Place",
    "PluginError",
    "Problem",
    "Reason",
    "Registry",
    "Result",
    "Rule",
    "Run",
    "Scheme",
    "SchemeError",
    "SchemeFolder",
    "Settings",
    "TableRun",
    "TemplateFolder",
    "UnknownSchemeError",
    "UnknownYearError",
    "UsageError",
    "Version",
    "__version__",
    "advice_data",
    "advice_text",
    "cohort",
    "cohort_data",
    "compare",
    "comparison_data",
    "declared",
    "explanation_data",
    "explanation_text",
    "hookimpl",
    "load",
    "load_calendar",
    "parse_period",
    "people_data",
]

_HOMES = {
    "calendar": "Calendar load_calendar",
    "check.checker": "Checked",
    "check.finding": "Finding",
    "comparison.cohort": "Cohort cohort",
    "comparison.compare": "compare",
    "comparison.data": "cohort_data comparison_data people_data",
    "comparison.record": "Comparison",
    "explain.data": "explanation_data",
    "explain.prose": "explanation_text",
    "explain.use": "Explanation",
    "errors": (
        "DataError FigureError FormulaError KpicoreError NeedsOthersError PeriodError PluginError SchemeError "
        "UnknownSchemeError UnknownYearError UsageError"
    ),
    "folder": "SchemeFolder TemplateFolder",
    "form": "declared",
    "formula.resolve": "Function Parameter",
    "hookspecs": "hookimpl",
    "loaded": "LoadedScheme Version",
    "next_step.advice": "Advice",
    "next_step.data": "advice_data",
    "next_step.text": "advice_text",
    "params": "Settings",
    "period": "parse_period",
    "problem": "Place Problem",
    "protocols": "Frame Period Rule Scheme",
    "registry": "Registry load",
    "result": "IndicatorResult Result",
    "row": "Adjustment Reason",
    "run": "Run TableRun",
}
_HOME = {name: home for home, names in _HOMES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        value: object = version("kpicore")
    elif name in _HOME:
        from importlib import import_module

        value = getattr(import_module(f"kpicore.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module 'kpicore' has no attribute '{name}'")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
