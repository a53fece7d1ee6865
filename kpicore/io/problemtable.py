"""Problems as rows of a table."""

from __future__ import annotations

from kpicore.problem import Problem

PROBLEM_COLUMNS = ("file", "page", "row", "column", "value", "expected", "code", "severity", "message", "hint")


def problem_row(problem: Problem) -> tuple[str | int | None, ...]:
    """The cells of one problem; a line of a text file counts as its row."""
    place = problem.place
    row = place.row if place.row is not None else place.line
    message = f"{problem.key}: {problem.message}" if problem.key else problem.message
    return (
        place.file,
        place.page,
        row,
        place.column,
        problem.value,
        problem.expected,
        problem.code,
        problem.severity,
        message,
        problem.hint,
    )
