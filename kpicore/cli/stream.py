"""What goes to the error stream: problems, and how a run ended; and the exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from kpicore.problem import Problem

DONE, FAILED, USAGE, SET_ASIDE = 0, 1, 2, 3
"""Exit codes: done; a check or test failed; usage or scheme error; done, but something was set aside."""

MOST_SHOWN = 20


def tell(text: str) -> None:
    """A line to the error stream."""
    click.echo(text, err=True)


def tell_problems(problems: Sequence[Problem], elsewhere: str = "") -> None:
    """The problems, errors first, cut at twenty; `elsewhere` says where all of them stand."""
    ordered = sorted(problems, key=lambda problem: problem.severity == "warning")
    for problem in ordered[:MOST_SHOWN]:
        tell(str(problem))
    if len(ordered) > MOST_SHOWN:
        tell(f"and {len(ordered) - MOST_SHOWN} more{': ' if elsewhere else '.'}{elsewhere}")


def end(code: int) -> NoReturn:
    """Ends the command with this exit code."""
    click.get_current_context().exit(code)
