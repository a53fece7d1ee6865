"""The formulas of the parts of an explanation."""

from __future__ import annotations

from kpicore.explain.use import FormulaUse, LadderExplanation, LineExplanation


def formulas_of(line: LineExplanation) -> list[FormulaUse]:
    """The formulas of an indicator: its measure, its conditions, its items, and those of its raters."""
    measure = [line.measure] if line.measure is not None else []
    raters = [use for rater in line.raters for use in (rater.measure, *rater.conditions) if use is not None]
    return [*measure, *(use for _, use in line.conditions), *line.items, *raters]


def formulas_of_cycle(ladder: LadderExplanation) -> list[FormulaUse]:
    """The formulas of a cycle: those of its values, of the months that they ask, of moves and of standards."""
    found = [value.formula for value in ladder.values] + [move.when for move in ladder.moves]
    months = [month for value in ladder.values for month in value.months]
    months += [month for standard in ladder.standards for month in standard.months]
    return found + [month.formula for month in months if month.formula is not None]
