"""Problems of a run as pages show them, in one language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import evolve

from kpicore.messages import Messages
from kpicore.messages.found import expected_text, place_text
from kpicore.model import FactSpec, SchemeModel
from kpicore.problem import Problem
from kpicore.report.chart import bar
from kpicore.report.folder import INDEX
from kpicore.report.listing import IndexPage, ProblemsPage, Tally, Trouble

_CHINESE = re.compile(r"[\u2e80-\u9fff]")
MOST_LISTED = 10_000
"""The most problems that a page lists; the number of the others is told."""


def problems_page(
    problems: Sequence[Problem], index: IndexPage, language: str, model: SchemeModel | None = None
) -> ProblemsPage:
    """The page of all problems of the run that this index is of; `model` is the scheme's, where anybody was scored."""
    say = Messages(language)
    troubles = tuple(trouble_of(problem, say, model) for problem in problems[:MOST_LISTED])
    kinds = Counter(_sentence(problem, say) for problem in problems)
    return ProblemsPage(
        title=say("page.separator").join((say("page.troubles"), index.title)),
        language=index.language,
        index=INDEX,
        heading=index.heading,
        periods=index.periods,
        count=say.count("page.troubles_count", len(problems)),
        kinds=tallies_of(dict(kinds.most_common()), list(kinds.elements())),
        troubles=troubles,
        more=max(len(problems) - MOST_LISTED, 0),
        has_page=any(trouble.page for trouble in troubles),
        has_expected=any(trouble.expected for trouble in troubles),
    )


def tallies_of(texts: Iterable[str], found: Sequence[str]) -> tuple[Tally, ...]:
    """How often each of these texts was found."""
    counts, whole = Counter(found), Decimal(len(found))
    return tuple(
        Tally(text=text, count=counts[text], bar=bar(Decimal(counts[text]), whole, f"{text}: {counts[text]}"))
        for text in texts
    )


def trouble_of(problem: Problem, say: Messages, model: SchemeModel | None = None) -> Trouble:
    """A problem in the language of the page. Sentences that are there in English only stay away from others."""
    place = problem.place
    english = say.language == "en"
    key = f"page.todo.{problem.code}"
    # A hint may list headings in all languages; to people who use none of the others it says nothing.
    listed = _CHINESE.search(problem.hint) and not _CHINESE.search(f"{problem.value}{place.column}{problem.key}")
    todo = problem.hint if english and not (listed and key in say) else ""
    row = place.row if place.row is not None else place.line
    return Trouble(
        text=problem.message if english else _sentence(problem, say),
        todo=todo or (say(key) if key in say else ""),
        value=problem.value,
        expected=_expected(problem, say, () if model is None else tuple(model.facts.values())),
        file=place.file or "",
        place=place_text(evolve(place, file=None, column=None), say),
        page=place.page or "",
        row="" if row is None else str(row),
        column=place.column or problem.key,
        severity=problem.severity,
    )


def _sentence(problem: Problem, say: Messages) -> str:
    """What kind of problem it is."""
    key = f"page.problem.{problem.code}"
    return say(key if key in say else f"page.problem.{problem.severity}")


def _expected(problem: Problem, say: Messages, facts: Sequence[FactSpec]) -> str:
    """What is expected instead, or what another place says."""
    if problem.code.startswith(("conflicting_", "roster_")):
        return problem.expected
    column = problem.place.column or problem.key
    nearest = sorted(facts, key=lambda fact: column not in (fact.id, *fact.title.all))
    return expected_text(problem.expected, say, nearest)
