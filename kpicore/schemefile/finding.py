"""What was found wrong in a scheme file, by key; placed in the file only at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define, field, frozen

from kpicore.problem import Place, Problem, Severity

KeyPath = tuple[str | int, ...]
MOST_ERRORS = 100


class EnoughError(Exception):
    """So many mistakes were found that the search stops."""


@frozen
class Finding:
    """A mistake or warning at a key."""

    code: str
    path: KeyPath
    message: str
    hint: str
    severity: Severity


@define
class Findings:
    """Collects mistakes and goes on; raises EnoughError only when a file has more than anybody reads."""

    found: list[Finding] = field(factory=list)
    errors: int = 0
    elsewhere: list[Problem] = field(factory=list)
    """Mistakes in other files that this one takes from, placed there already."""

    def error(self, code: str, path: KeyPath, message: str, hint: str = "") -> None:
        """A mistake: the scheme can not be used."""
        if self.errors >= MOST_ERRORS:
            raise EnoughError
        self.errors += 1
        self.found.append(Finding(code, path, message, hint, "error"))

    def add(self, problems: Iterable[Problem]) -> None:
        """Mistakes that make a part of another file useless to this one; each is told once."""
        new = [problem for problem in problems if problem not in self.elsewhere]
        self.elsewhere += new
        self.errors += len(new)

    def warning(self, code: str, path: KeyPath, message: str, hint: str = "") -> None:
        """Something that may be meant so."""
        self.found.append(Finding(code, path, message, hint, "warning"))

    def take(self, others: Findings, home: Callable[[KeyPath], KeyPath]) -> None:
        """Takes over what was found in tables made of these ones; `home` says where each thing stands here."""
        for finding in others.found:
            tell = self.error if finding.severity == "error" else self.warning
            tell(finding.code, home(finding.path), finding.message, finding.hint)

    def problems(
        self, place: Callable[[KeyPath], Place], key: Callable[[KeyPath], str], more: bool
    ) -> tuple[Problem, ...]:
        """The problems by line, those of the file itself first. `more`: whether the search was broken off."""
        placed = [
            Problem(
                finding.code, finding.message, finding.severity, place(finding.path), key(finding.path), finding.hint
            )
            for finding in self.found
        ]
        placed += self.elsewhere
        own = place(()).file
        placed.sort(key=lambda problem: (problem.place.file != own, problem.place.file or "", problem.place.line or 0))
        if more:
            place_of_all = Place(own)
            message = f"The file has more than {MOST_ERRORS} mistakes; the rest is not listed."
            placed.append(Problem("too_many", message, place=place_of_all))
        return tuple(placed)
