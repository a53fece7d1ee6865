"""What kpicore raises: one class for each kind of mistake, each with the problems that it found."""

from __future__ import annotations

from collections.abc import Iterable

from kpicore.problem import Problem


class KpicoreError(Exception):
    """Something that a person can mend; `problems` says where and how."""

    def __init__(self, message: str, problems: Iterable[Problem] = ()) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__(message)


class SchemeError(KpicoreError):
    """A scheme can not be used: its file, or the class that makes it, is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in found), found)


class UnknownSchemeError(KpicoreError, LookupError):
    """No scheme has this id, or no version of it is in force."""


class FormulaError(KpicoreError):
    """A formula can not be read. `column` counts from 1; `hint` says what to write instead."""

    def __init__(self, message: str, column: int | None = None, hint: str = "") -> None:
        self.column = column
        self.hint = hint
        self.sentence = message
        where = f"at character {column}: " if column is not None else ""
        super().__init__(f"{where}{message}" + (f" {hint}" if hint else ""))


class FigureError(KpicoreError, ValueError):
    """A figure is not what its fact expects."""

    def __init__(self, message: str, expected: str = "", hint: str = "") -> None:
        self.sentence = message
        self.expected = expected
        self.hint = hint
        super().__init__(message + (f" {hint}" if hint else ""))


class PeriodError(KpicoreError, ValueError):
    """A period can not be read, or is not of a kind that the scheme has."""


class UnknownYearError(KpicoreError, LookupError):
    """It is not known yet which days of a `year` are worked; nothing is guessed."""

    def __init__(self, year: int, message: str, hint: str = "") -> None:
        self.year = year
        problem = Problem("unknown_year", message, hint=hint, value=str(year))
        super().__init__(f"{message} {hint}".rstrip(), [problem])


class NeedsOthersError(KpicoreError):
    """A sheet looks across people or along a person, so one row alone can not be scored."""


class DataError(KpicoreError):
    """A file of figures can not be read at all."""


class PluginError(KpicoreError):
    """A plugin broke its contract (a misspelled hook, for one)."""


class UsageError(KpicoreError):
    """The call itself can not be carried out as it stands."""
