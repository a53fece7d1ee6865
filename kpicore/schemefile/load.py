"""Scheme files from disk, and the scheme that one becomes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from kpicore.decimals import plain_text
from kpicore.errors import SchemeError
from kpicore.model import SchemeModel, Sheet
from kpicore.problem import Place, Problem
from kpicore.schemefile.origin import Base, Resolved
from kpicore.schemefile.parse import parse_raw
from kpicore.schemefile.raw import MOST_BYTES, RawScheme, decode, raw_scheme
from kpicore.text import Title
from kpicore.vocabulary import Vocabulary

_NOT_CONTENT = ("extends", "without")
_NOT_OF_ROWS = ("from", "take")


@define(frozen=True, slots=False, eq=False)
class FileScheme:
    """A scheme from a file. `warnings` are what was found in it that may be meant so."""

    model: SchemeModel
    path: Path
    warnings: tuple[Problem, ...] = ()
    _resolved: Resolved = field(kw_only=True, repr=False)

    @property
    def id(self) -> str:
        """plugin/name."""
        return self.model.id

    @property
    def version(self) -> str:
        """The version's name."""
        return self.model.version

    @property
    def effective(self) -> datetime.date:
        """The day from which it is in force."""
        return self.model.effective

    @property
    def title(self) -> Title:
        """The sheet's name."""
        return self.model.title

    @property
    def periods(self) -> tuple[str, ...]:
        """The kinds of period that it scores."""
        return self.model.periods

    def content(self) -> Mapping[str, Any]:
        """The tables after all that is taken over, as plain data: whole numbers, texts for other numbers and for dates.

        They are those of a file that takes nothing over and says the same.
        """
        found = {key: _plain(value) for key, value in self._resolved.table.items() if key not in _NOT_CONTENT}
        if self.model.indicators:
            rows = found["indicator"]
            found["indicator"] = [{key: value for key, value in row.items() if key not in _NOT_OF_ROWS} for row in rows]
        return found

    def sheet(self) -> Sheet:
        """The scheme's cells; raises SchemeError, placed in the file, where they do not fit together."""
        return self._sheet

    @cached_property
    def _sheet(self) -> Sheet:
        from kpicore.sheet import build_sheet

        try:
            return build_sheet(self.model)
        except SchemeError as error:
            raise SchemeError(self.placed(problem) for problem in error.problems) from error

    def placed(self, problem: Problem) -> Problem:
        """The problem with the file and line of its key, where it has none yet."""
        if problem.place != Place():
            return problem
        return evolve(problem, place=self._resolved.origin.place(self._resolved.path(problem.key)))


def load_raw(path: Path | str) -> RawScheme:
    """The tables of a scheme file, unchecked; raises SchemeError where it is no TOML text of bounded size."""
    place = Path(path)
    name = str(path)
    try:
        if place.exists() and not place.is_file():
            raise SchemeError([Problem("no_file", "This is not a file.", place=Place(name))])
        with place.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SchemeError([Problem("no_file", "There is no such file.", place=Place(name))]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SchemeError([Problem("no_file", f"The file can not be read: {reason}.", place=Place(name))]) from None
    return raw_scheme(decode(data, name), name)


def load_scheme(path: Path | str, vocabulary: Vocabulary, base: Base | None = None) -> FileScheme:
    """The scheme of a file; raises SchemeError with every problem.

    `base` gives the file of the scheme that an `extends` names, or None; see `parse_scheme`.
    """
    model, resolved, problems = parse_raw(load_raw(path), vocabulary, base)
    if model is None or resolved is None:
        raise SchemeError(problems)
    return FileScheme(model, Path(path), problems, resolved=resolved)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else plain_text(value)
    return value.isoformat() if isinstance(value, datetime.date) else value
