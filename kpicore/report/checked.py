"""How the items of lists were answered: what was missed, what does not apply, what is open, and what was met."""

from __future__ import annotations

from collections.abc import Iterable

from kpicore.explain.use import Explanation, FormulaUse, LineExplanation
from kpicore.formula.node import Fact
from kpicore.problem import Place
from kpicore.report.judging import Checked, Item
from kpicore.report.phrase import Phrases
from kpicore.wording import answer_of

_OPEN = ("missing", "unreadable")


def checked_of(line: LineExplanation, where: Place, phrases: Phrases) -> Checked | None:
    """The items of an indicator's list; None where it has none. `where` is the row of the person's figures."""
    if not line.items:
        return None
    return _checked((item_of(use, where, phrases) for use in line.items), phrases.title(line.title, line.id), phrases)


def all_checked(lines: Iterable[Checked | None], explanation: Explanation, phrases: Phrases) -> Checked | None:
    """The items of all lists together."""
    found = [line for line in lines if line is not None]
    if not found:
        return None
    items = (item for line in found for item in (*line.missed, *line.excepted, *line.unanswered, *line.met))
    return _checked(items, phrases.title(explanation.model.title, explanation.model.id), phrases)


def answer_given(use: FormulaUse) -> str:
    """What an item was answered: yes, no, excepted, missing or unreadable."""
    if use.value is not None:
        return "yes" if use.value else "no"
    origins = {figure.origin for figure in use.figures}
    return "unreadable" if "unreadable" in origins else "missing" if "missing" in origins else "excepted"


def item_of(use: FormulaUse, where: Place, phrases: Phrases) -> Item:
    """An item, ready to be shown."""
    answer = answer_given(use)
    fact = answer_of(use.node) or use.node
    plain = isinstance(fact, Fact)
    known = next((figure.place for figure in use.figures if figure.place is not None), None)
    file, place, column = phrases.where(where if known is None and answer in _OPEN else known)
    figures = "" if plain else phrases.figured(use)
    title = phrases.worded(use.node)
    return Item(
        title=title,
        answer=answer,
        answer_text=phrases.word(f"answer.{answer}"),
        figures="" if figures == title else figures,
        note=phrases.model.facts[fact.id].note.text(phrases.language) if isinstance(fact, Fact) else "",
        file=file,
        place=place,
        column=column,
    )


def _checked(items: Iterable[Item], title: str, phrases: Phrases) -> Checked:
    by: dict[str, list[Item]] = {}
    for item in items:
        by.setdefault(item.answer, []).append(item)
    missed, met = tuple(by.get("no", ())), tuple(by.get("yes", ()))
    unanswered = tuple(item for answer in _OPEN for item in by.get(answer, ()))
    applying = len(missed) + len(met) + len(unanswered)
    return Checked(
        missed=missed,
        excepted=tuple(by.get("excepted", ())),
        unanswered=unanswered,
        met=met,
        applying=applying,
        text=f"{len(met)} / {applying}",
        yes=_percent(len(met), applying),
        no=_percent(len(missed), applying),
        open=_percent(len(unanswered), applying),
        label=phrases.word(
            "checked_label", title=title, yes=len(met), no=len(missed), open=len(unanswered), applying=applying
        ),
    )


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
